/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-evidence"
#include "config.h"

#include "bw-esp-evidence.h"

#include <string.h>

#include "bw-esp-boot-log.h"

/* Fewer bytes than this may be a glitch of the reset and prove nothing. */
#define GLITCH_BYTES 4
/* So many that are no text, behind the word that it waits, are answers of a kind: it hears us. */
#define ANSWER_BYTES 24
/* Share of readable characters, in percent, from which on bytes count as text, and from which on
 * they do so with more than a few glitches in them: noise flips bits of a text, and leaves most of
 * its characters readable. */
#define TEXT_PERCENT 80
#define CLEAN_TEXT_PERCENT 95
#define GLITCHES_MAX 8

struct _BwEspEvidence {
    GString *kept;
    uint64_t count;
};

BwEspEvidence *
bw_esp_evidence_new (void)
{
    BwEspEvidence *self = g_new0 (BwEspEvidence, 1);

    self->kept = g_string_new (NULL);
    return self;
}

void
bw_esp_evidence_free (BwEspEvidence *self)
{
    if (self == NULL)
        return;
    g_string_free (self->kept, TRUE);
    g_free (self);
}

void
bw_esp_evidence_clear (BwEspEvidence *self)
{
    g_string_truncate (self->kept, 0);
    self->count = 0;
}

static void
forget_oldest (BwEspEvidence *self)
{
    if (self->kept->len > BW_ESP_EVIDENCE_BYTES)
        g_string_erase (self->kept, 0, (gssize) (self->kept->len - BW_ESP_EVIDENCE_BYTES));
}

void
bw_esp_evidence_push (BwEspEvidence *self, const uint8_t *bytes, size_t len)
{
    self->count += len;
    for (size_t i = 0; i < len; i++) {
        /* zero bytes come from breaks and would end the text */
        if (bytes[i] != '\0')
            g_string_append_c (self->kept, (char) bytes[i]);
    }
    forget_oldest (self);
}

void
bw_esp_evidence_end_line (BwEspEvidence *self)
{
    if (self->kept->len > 0)
        g_string_append_c (self->kept, '\n');
    forget_oldest (self);
}

uint64_t
bw_esp_evidence_count (const BwEspEvidence *self)
{
    return self->count;
}

static gboolean
is_text_char (char c)
{
    return g_ascii_isprint (c) || c == '\n' || c == '\r' || c == '\t' || c == '\033';
}

/* Text in the last quarter of what came suffices: a log often begins with garbage of another
 * rate, as the ESP8266's does. */
static gboolean
has_text (const GString *kept)
{
    size_t len = MIN (kept->len, 256);
    size_t readable = 0;
    unsigned percent;

    for (size_t i = kept->len - len; i < kept->len; i++)
        readable += is_text_char (kept->str[i]);
    percent = len - readable <= GLITCHES_MAX ? TEXT_PERCENT : CLEAN_TEXT_PERCENT;
    return len >= GLITCH_BYTES && readable * 100 >= len * percent;
}

gboolean
bw_esp_evidence_mentions (const BwEspEvidence *self, const char *text)
{
    return strstr (self->kept->str, text) != NULL;
}

static gboolean
mentions_boot (const BwEspEvidence *self)
{
    return bw_esp_evidence_mentions (self, ",boot:0x")
           || bw_esp_evidence_mentions (self, "boot mode:(");
}

/* Where the last start says that it waits for a download; %NULL where it does not. */
static const char *
find_download (const BwEspEvidence *self)
{
    static const char *const words[] = { "waiting for download", "DOWNLOAD", "boot mode:(1," };
    const char *last_boot = g_strrstr (self->kept->str, "rst");
    const char *from = last_boot != NULL ? last_boot : self->kept->str;
    const char *at = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (words) && at == NULL; i++)
        at = strstr (from, words[i]);
    return at;
}

static gboolean
is_answered (const char *from)
{
    size_t unreadable = 0;

    for (; *from != '\0'; from++)
        unreadable += !is_text_char (*from);
    return unreadable >= ANSWER_BYTES;
}

BwCause
bw_esp_evidence_get_cause (const BwEspEvidence *self)
{
    const char *download = find_download (self);

    if (download != NULL)
        return is_answered (download) ? BW_CAUSE_GARBAGE : BW_CAUSE_TX_LINE;
    if (mentions_boot (self) || has_text (self->kept))
        return bw_esp_boot_log_tells_brownout (self->kept->str) ? BW_CAUSE_POWER
                                                                : BW_CAUSE_BOOT_LOG_SEEN;
    return self->count < GLITCH_BYTES ? BW_CAUSE_NO_ANSWER : BW_CAUSE_GARBAGE;
}

/* 0 for a line that could be any program's. */
static unsigned
get_weight (const char *line)
{
    if (bw_esp_boot_log_tells_brownout (line))
        return 2;
    return strstr (line, "boot:0x") != NULL || strstr (line, "boot mode:(") != NULL
           || strstr (line, "waiting for download") != NULL;
}

char *
bw_esp_evidence_dup_line (const BwEspEvidence *self)
{
    g_autofree char *text = g_utf8_make_valid (self->kept->str, (gssize) self->kept->len);
    g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
    const char *best = NULL;
    unsigned best_weight = 0;

    if (!has_text (self->kept) && !mentions_boot (self))
        return NULL;
    for (size_t i = 0; lines[i] != NULL; i++) {
        unsigned weight = get_weight (lines[i]);

        if (weight > best_weight || (weight > 0 && weight == best_weight)
            || (best_weight == 0 && (best == NULL || strlen (lines[i]) > strlen (best)))) {
            best = lines[i];
            best_weight = weight;
        }
    }
    return best != NULL ? g_strstrip (g_strdup (best)) : NULL;
}

char *
bw_esp_evidence_dup_line_with (const BwEspEvidence *self, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (self->kept->str, (gssize) self->kept->len);
    g_auto (GStrv) lines = g_strsplit_set (valid, "\r\n", -1);
    const char *found = NULL;

    for (size_t i = 0; lines[i] != NULL; i++)
        if (strstr (lines[i], text) != NULL)
            found = lines[i];
    return found != NULL ? g_strstrip (g_strdup (found)) : NULL;
}
