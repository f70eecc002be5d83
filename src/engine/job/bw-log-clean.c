/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-log-clean"
#include "config.h"

#include "bw-log-clean.h"

#include <string.h>

#include "bw-log.h"

enum mode {
    MODE_TEXT,
    MODE_ESCAPE,  /* behind ESC */
    MODE_CONTROL, /* behind ESC [ until the final letter */
    MODE_STRING,  /* behind ESC ] P X ^ _ until BEL or ESC \ */
    MODE_STRING_ESCAPE,
};

struct _BwLogClean {
    enum mode mode;
    unsigned escape_len; /* a sequence that never ends must not swallow the log */
    gboolean was_cr;
    GString *raw; /* the line so far, without control characters */
};

#define ESCAPE_MAX 256u

BwLogClean *
_bw_log_clean_new (void)
{
    BwLogClean *self = g_new0 (BwLogClean, 1);

    self->raw = g_string_sized_new (256);
    return self;
}

void
_bw_log_clean_free (BwLogClean *self)
{
    if (self == NULL)
        return;
    g_string_free (self->raw, TRUE);
    g_free (self);
}

/* Characters that are valid but would lie about what was printed. */
static gboolean
is_harmful (gunichar c)
{
    return (c >= 0x80 && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f || c == 0x2028
           || c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)
           || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

static char *
replace_harmful (const char *text)
{
    GString *out = g_string_sized_new (strlen (text));

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        g_string_append_unichar (out, is_harmful (c) ? 0xfffd : c);
    }
    return g_string_free (out, FALSE);
}

static gboolean
is_plain_ascii (const char *raw, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((signed char) raw[i] < 0)
            return FALSE;
    return TRUE;
}

char *
_bw_log_clean_text (const char *raw, size_t len)
{
    g_autofree char *valid = NULL;

    if (is_plain_ascii (raw, len))
        return g_strndup (raw, len);
    valid = g_utf8_make_valid (raw, (gssize) len);
    return replace_harmful (valid);
}

/* Hands out pieces that keep the limit and end between characters. */
static void
emit_text (const char *text, size_t len, BwLogLineFunc func, gpointer user_data)
{
    while (len > BW_LOG_LINE_BYTES_MAX) {
        const char *cut = g_utf8_find_prev_char (text, text + BW_LOG_LINE_BYTES_MAX + 1);

        func (text, (size_t) (cut - text), user_data);
        len -= (size_t) (cut - text);
        text = cut;
    }
    func (text, len, user_data);
}

static void
emit_raw (const char *raw, size_t len, BwLogLineFunc func, gpointer user_data)
{
    g_autofree char *text = NULL;

    if (is_plain_ascii (raw, len)) {
        emit_text (raw, len, func, user_data);
        return;
    }
    text = _bw_log_clean_text (raw, len);
    emit_text (text, strlen (text), func, user_data);
}

static void
emit_line (BwLogClean *self, BwLogLineFunc func, gpointer user_data)
{
    emit_raw (self->raw->str, self->raw->len, func, user_data);
    g_string_truncate (self->raw, 0);
}

/* Where a line that is too long is broken: not inside a character, if it is one. */
static size_t
find_break (const GString *raw)
{
    size_t cut = raw->len;

    for (unsigned i = 0; i < 3 && cut > 1 && ((uint8_t) raw->str[cut - 1] & 0xc0) == 0x80; i++)
        cut--;
    if (cut > 1 && ((uint8_t) raw->str[cut - 1] & 0xc0) == 0xc0)
        return cut - 1;
    return raw->len;
}

static void
break_long (BwLogClean *self, BwLogLineFunc func, gpointer user_data)
{
    size_t cut = find_break (self->raw);

    emit_raw (self->raw->str, cut, func, user_data);
    g_string_erase (self->raw, 0, (gssize) cut);
}

static void
take_text_byte (BwLogClean *self, uint8_t byte, BwLogLineFunc func, gpointer user_data)
{
    gboolean was_cr = self->was_cr;

    self->was_cr = byte == '\r';
    if (byte == '\n' || (was_cr && byte != '\r')) {
        /* a lone CR overwrites the line on a terminal; here it ends it, so nothing is lost */
        if (byte == '\n' || self->raw->len > 0)
            emit_line (self, func, user_data);
        if (byte == '\n')
            return;
    }
    if (byte == 0x1b) {
        self->mode = MODE_ESCAPE;
        self->escape_len = 0;
    } else if (byte == '\t' || (byte >= 0x20 && byte != 0x7f)) {
        g_string_append_c (self->raw, (char) byte);
        if (self->raw->len >= BW_LOG_LINE_BYTES_MAX)
            break_long (self, func, user_data);
    }
}

static enum mode
leave_escape (uint8_t byte)
{
    if (byte == '[')
        return MODE_CONTROL;
    if (byte != '\0' && strchr ("]PX^_", byte) != NULL)
        return MODE_STRING;
    /* intermediate bytes come before the final one */
    return byte >= 0x20 && byte <= 0x2f ? MODE_ESCAPE : MODE_TEXT;
}

static enum mode
step_escape (enum mode mode, uint8_t byte)
{
    switch (mode) {
    case MODE_ESCAPE:
        return leave_escape (byte);
    case MODE_CONTROL:
        return byte >= 0x40 && byte <= 0x7e ? MODE_TEXT : MODE_CONTROL;
    case MODE_STRING:
        return byte == 0x07 ? MODE_TEXT : byte == 0x1b ? MODE_STRING_ESCAPE : MODE_STRING;
    case MODE_STRING_ESCAPE:
        return byte == '\\' ? MODE_TEXT : MODE_STRING;
    case MODE_TEXT:
    default:
        return MODE_TEXT;
    }
}

static void
take_byte (BwLogClean *self, uint8_t byte, BwLogLineFunc func, gpointer user_data)
{
    if (self->mode != MODE_TEXT && byte != '\n' && byte != '\r' && self->escape_len < ESCAPE_MAX) {
        self->mode = step_escape (self->mode, byte);
        self->escape_len++;
        return;
    }
    self->mode = MODE_TEXT;
    take_text_byte (self, byte, func, user_data);
}

/* How many bytes from here on are ordinary text that fits: the fast path. */
static size_t
count_plain (const BwLogClean *self, const uint8_t *bytes, size_t len)
{
    size_t room = BW_LOG_LINE_BYTES_MAX - 1 - self->raw->len;
    size_t n = 0;

    if (self->mode != MODE_TEXT || self->was_cr)
        return 0;
    while (n < len && n < room && bytes[n] >= 0x20 && bytes[n] != 0x7f)
        n++;
    return n;
}

void
_bw_log_clean_push (BwLogClean *self,
                    const uint8_t *bytes,
                    size_t len,
                    BwLogLineFunc func,
                    gpointer user_data)
{
    size_t i = 0;

    while (i < len) {
        size_t n = count_plain (self, bytes + i, len - i);

        if (n > 0)
            g_string_append_len (self->raw, (const char *) bytes + i, (gssize) n);
        i += n;
        if (i < len)
            take_byte (self, bytes[i++], func, user_data);
    }
}

char *
_bw_log_clean_dup_open (BwLogClean *self)
{
    g_autofree char *text = NULL;

    if (self->raw->len == 0)
        return NULL;
    text = _bw_log_clean_text (self->raw->str, self->raw->len);
    if (strlen (text) > BW_LOG_LINE_BYTES_MAX)
        *g_utf8_find_prev_char (text, text + BW_LOG_LINE_BYTES_MAX + 1) = '\0';
    return g_steal_pointer (&text);
}

void
_bw_log_clean_finish (BwLogClean *self, BwLogLineFunc func, gpointer user_data)
{
    if (self->raw->len > 0)
        emit_line (self, func, user_data);
    self->mode = MODE_TEXT;
    self->was_cr = FALSE;
}
