/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-recorder"
#include "config.h"

#include "bw-recording.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-gzip.h"
#include "bw-number.h"
#include "bw-port.h"

/* What one of them says is said in the same way in those behind it. */
#define HEADER "boardwalk-recording "
static const char *const headers[] = { HEADER "1", HEADER "2", HEADER "3", HEADER "4", NULL };
#define FIRST_THAT_GIVES_BACK 2u /* index of version 3 */

static void
free_item (gpointer data)
{
    struct BwRecordingItem *item = data;

    g_clear_pointer (&item->bytes, g_bytes_unref);
    g_free (item->evidence);
    g_free (item);
}

static void
free_entry (gpointer data)
{
    struct BwRecordingEntry *entry = data;

    g_ptr_array_unref (entry->items);
    g_free (entry);
}

void
bw_recording_free (BwRecording *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref (self->entries);
    g_free (self);
}

static gboolean
parse_hex (const char *text, struct BwRecordingItem *item)
{
    size_t len = strlen (text);
    g_autofree uint8_t *bytes = g_malloc (len / 2 + 1);

    if (len == 0 || len % 2 != 0)
        return FALSE;
    for (size_t i = 0; i < len; i++) {
        int digit = g_ascii_xdigit_value (text[i]);

        if (digit < 0)
            return FALSE;
        bytes[i / 2] = (uint8_t) (i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }
    item->bytes = g_bytes_new_take (g_steal_pointer (&bytes), len / 2);
    return TRUE;
}

static gboolean
parse_failure (const char *text, struct BwRecordingItem *item)
{
    const char *colon = strchr (text, ':');
    g_autofree char *id = NULL;

    if (colon == NULL)
        return FALSE;
    id = g_strndup (text, (size_t) (colon - text));
    item->cause = bw_cause_from_id (id);
    item->evidence = g_uri_unescape_string (colon + 1, NULL);
    return item->cause != BW_CAUSE_NONE && item->evidence != NULL;
}

static gboolean
parse_count (const char *text, struct BwRecordingItem *item)
{
    uint64_t count = 0;

    if (!bw_number_parse (text, 10, 1, UINT32_MAX, &count))
        return FALSE;
    item->count = (uint32_t) count;
    return TRUE;
}

static gboolean
parse_item (const char *text, struct BwRecordingItem *item)
{
    item->kind = text[0];
    switch (text[0]) {
    case 'R':
        return parse_hex (text + 1, item);
    case 'T':
    case 'Z':
        return parse_count (text + 1, item);
    case 'D':
    case 'M':
        return text[1] == '\0';
    case 'E':
    case 'F':
        return parse_failure (text + 1, item);
    default:
        return FALSE;
    }
}

static gboolean
parse_items (char **words, struct BwRecordingEntry *entry)
{
    char before = '\0';

    for (; *words != NULL; words++) {
        struct BwRecordingItem *item = g_new0 (struct BwRecordingItem, 1);

        g_ptr_array_add (entry->items, item);
        if (!parse_item (*words, item) || (item->kind == 'M' && before != 'R' && before != 'Z'))
            return FALSE;
        before = item->kind;
    }
    return TRUE;
}

static gboolean
parse_exchange (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    uint64_t crc = 0;

    if (n < 4 || !bw_number_parse (words[1], 10, 1, UINT32_MAX, &entry->count)
        || !bw_number_parse (words[2], 10, entry->count, UINT64_MAX / 2, &entry->bytes)
        || strlen (words[3]) != 8 || !bw_number_parse (words[3], 16, 0, UINT32_MAX, &crc))
        return FALSE;
    entry->kind = BW_RECORDING_EXCHANGE;
    entry->has_sum = TRUE;
    entry->crc = (uint32_t) crc;
    return parse_items (words + 4, entry);
}

static gboolean
parse_unsummed (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    entry->kind = BW_RECORDING_EXCHANGE;
    return n > 1 && bw_number_parse (words[1], 10, 1, UINT32_MAX, &entry->count)
           && parse_items (words + 2, entry);
}

static gboolean
parse_again (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    uint64_t distance = 0;

    entry->kind = BW_RECORDING_AGAIN;
    if (n != 3 || !bw_number_parse (words[1], 10, 1, BW_LINE_AGAIN_DISTANCE_MAX, &distance)
        || !bw_number_parse (words[2], 10, 1, UINT32_MAX, &entry->count))
        return FALSE;
    entry->value = (uint32_t) distance;
    return TRUE;
}

static gboolean
parse_loose (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    entry->kind = BW_RECORDING_LOOSE;
    return n > 1 && parse_items (words + 1, entry);
}

/* What a set-up entry may end with. */
static gboolean
parse_outcome (char **words, struct BwRecordingEntry *entry)
{
    const struct BwRecordingItem *item = NULL;

    if (words[0] == NULL)
        return TRUE;
    if (words[1] != NULL || !parse_items (words, entry))
        return FALSE;
    item = g_ptr_array_index (entry->items, 0);
    return item->kind == 'F';
}

static gboolean
parse_baud (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    uint64_t baud = 0;

    if (n < 2 || !bw_number_parse (words[1], 10, 1, UINT32_MAX, &baud))
        return FALSE;
    entry->kind = BW_RECORDING_BAUD;
    entry->value = (uint32_t) baud;
    return parse_outcome (words + 2, entry);
}

static gboolean
is_bits (const char *text, size_t n)
{
    return strlen (text) == n && strspn (text, "01") == n;
}

static gboolean
parse_lines (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    if (n < 2 || !is_bits (words[1], 2))
        return FALSE;
    entry->kind = BW_RECORDING_LINES;
    entry->value =
        (words[1][0] == '1' ? BW_PORT_LINE_DTR : 0u) | (words[1][1] == '1' ? BW_PORT_LINE_RTS : 0u);
    return parse_outcome (words + 2, entry);
}

static gboolean
parse_break (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    if (n < 2 || !is_bits (words[1], 1))
        return FALSE;
    entry->kind = BW_RECORDING_BREAK;
    entry->value = words[1][0] == '1';
    return parse_outcome (words + 2, entry);
}

static gboolean
parse_usb_ids (const char *text, uint16_t *ret_vendor, uint16_t *ret_product)
{
    g_auto (GStrv) ids = g_strsplit (text, ":", 3);
    uint64_t vendor = 0;
    uint64_t product = 0;

    if (g_strv_length (ids) != 2 || !bw_number_parse (ids[0], 16, 0, UINT16_MAX, &vendor)
        || !bw_number_parse (ids[1], 16, 0, UINT16_MAX, &product))
        return FALSE;
    *ret_vendor = (uint16_t) vendor;
    *ret_product = (uint16_t) product;
    return TRUE;
}

static gboolean
parse_reopen (char **words, unsigned n, struct BwRecordingEntry *entry)
{
    uint16_t vendor = 0;
    uint16_t product = 0;
    gboolean has_ids = n > 1 && words[1][0] != 'F';

    entry->kind = BW_RECORDING_REOPEN;
    if (has_ids && !parse_usb_ids (words[1], &vendor, &product))
        return FALSE;
    entry->value = (uint32_t) vendor << 16 | product;
    return parse_outcome (words + (has_ids ? 2 : 1), entry);
}

static const struct {
    const char *word;
    gboolean (*parse) (char **words, unsigned n, struct BwRecordingEntry *entry);
} entry_kinds[] = {
    { "x", parse_exchange },  { "w", parse_unsummed },    { "-", parse_loose },
    { "baud", parse_baud },   { "lines", parse_lines },   { "break", parse_break },
    { "again", parse_again }, { "reopen", parse_reopen },
};

/* What a cut recording refers to may be gone. */
static gboolean
count_entry (BwRecording *self, const struct BwRecordingEntry *entry)
{
    gboolean is_again = entry->kind == BW_RECORDING_AGAIN;

    if (is_again && !self->is_cut && entry->value > self->n_entries)
        return FALSE;
    self->n_entries += is_again ? entry->count : 1;
    return TRUE;
}

static gboolean
parse_entry (BwRecording *self, char **words, unsigned n, unsigned line)
{
    for (size_t i = 0; i < G_N_ELEMENTS (entry_kinds); i++) {
        struct BwRecordingEntry *entry = NULL;

        if (strcmp (words[0], entry_kinds[i].word) != 0)
            continue;
        entry = g_new0 (struct BwRecordingEntry, 1);
        entry->line = line;
        entry->items = g_ptr_array_new_with_free_func (free_item);
        g_ptr_array_add (self->entries, entry);
        return entry_kinds[i].parse (words, n, entry) && count_entry (self, entry);
    }
    return FALSE;
}

static gboolean
parse_port (BwRecording *self, char **words, unsigned n)
{
    const struct {
        const char *word;
        gboolean *flag;
    } abilities[] = {
        { "local", &self->is_local },
        { "lines", &self->has_lines },
        { "atomic", &self->has_atomic_lines },
        { "baud", &self->has_baud },
    };

    if (n < 2 || !parse_usb_ids (words[1], &self->usb_vendor, &self->usb_product))
        return FALSE;
    for (char **word = words + 2; *word != NULL; word++) {
        size_t i = 0;

        while (i < G_N_ELEMENTS (abilities) && strcmp (*word, abilities[i].word) != 0)
            i++;
        if (i == G_N_ELEMENTS (abilities))
            return FALSE;
        *abilities[i].flag = TRUE;
    }
    return TRUE;
}

static gboolean
parse_line (BwRecording *self, const char *text, unsigned line)
{
    g_auto (GStrv) words = g_strsplit (text, " ", -1);
    unsigned n = g_strv_length (words);

    if (n == 0)
        return FALSE;
    if (self->entries->len == 0 && strcmp (words[0], "port") == 0)
        return parse_port (self, words, n);
    if (self->entries->len == 0 && strcmp (text, "cut") == 0)
        return self->is_cut = TRUE;
    return parse_entry (self, words, n, line);
}

static gboolean
fail (GError **error, unsigned line, const char *what)
{
    /* translators: what is wrong with a line of a file */
    bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, _ ("recording, line %u: %s"), line, what);
    return FALSE;
}

static gboolean
parse_lines_of (BwRecording *self, const char *text, GError **error)
{
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    unsigned n = g_strv_length (lines);

    if (n < 3 || !g_strv_contains (headers, lines[0]))
        return fail (error, 1, _ ("this is no recording of a version known here"));
    /* the last element is what stands behind the last line end: nothing */
    if (strcmp (lines[n - 1], "") != 0 || strcmp (lines[n - 2], "end") != 0)
        return fail (error, n, _ ("the end is missing"));
    self->gives_back = strcmp (lines[0], headers[FIRST_THAT_GIVES_BACK]) >= 0;
    for (unsigned i = 1; i < n - 2; i++)
        if (!parse_line (self, lines[i], i + 1))
            return fail (error, i + 1, _ ("this is no entry"));
    return TRUE;
}

GBytes *
bw_recording_unpack (GBytes *packed, GError **error)
{
    g_autoptr (GError) failure = NULL;
    GBytes *text = NULL;
    size_t len = 0;
    const uint8_t *bytes = g_bytes_get_data (packed, &len);

    if (!bw_gzip_is_packed (bytes, len))
        return g_bytes_ref (packed);
    text = bw_gzip_unpack (packed, BW_RECORDING_MAX_BYTES, NULL, &failure);
    if (text == NULL)
        fail (error, 1, bw_error_get_evidence (failure));
    return text;
}

BwRecording *
bw_recording_parse (GBytes *packed, GError **error)
{
    g_autoptr (BwRecording) self = g_new0 (BwRecording, 1);
    g_autoptr (GBytes) text = bw_recording_unpack (packed, error);
    g_autofree char *copy = NULL;
    size_t len = 0;
    const char *bytes = NULL;

    self->entries = g_ptr_array_new_with_free_func (free_entry);
    if (text == NULL)
        return NULL;
    bytes = g_bytes_get_data (text, &len);
    if (len == 0 || len > BW_RECORDING_MAX_BYTES || memchr (bytes, '\0', len) != NULL) {
        fail (error, 1, _ ("empty, too long or not text"));
        return NULL;
    }
    copy = g_strndup (bytes, len);
    return parse_lines_of (self, copy, error) ? g_steal_pointer (&self) : NULL;
}

void
bw_recording_cursor_init (BwRecordingCursor *self, const BwRecording *recording)
{
    *self = (BwRecordingCursor){ .recording = recording };
}

static const struct BwRecordingEntry *
get_recent (const BwRecordingCursor *self)
{
    return self->distance > self->n_recent
               ? NULL
               : self->recent[(self->n_recent - self->distance) % BW_LINE_AGAIN_DISTANCE_MAX];
}

static const struct BwRecordingEntry *
find_next (BwRecordingCursor *self)
{
    const struct BwRecordingEntry *entry = NULL;

    if (self->left == 0) {
        if (self->index >= self->recording->entries->len)
            return NULL;
        entry = g_ptr_array_index (self->recording->entries, self->index++);
        if (entry->kind != BW_RECORDING_AGAIN)
            return entry;
        self->left = entry->count;
        self->distance = entry->value;
    }
    self->left--;
    return get_recent (self);
}

const struct BwRecordingEntry *
bw_recording_cursor_next (BwRecordingCursor *self)
{
    const struct BwRecordingEntry *entry = find_next (self);

    if (entry == NULL) {
        self->index = self->recording->entries->len;
        self->left = 0;
        return NULL;
    }
    self->recent[self->n_recent % BW_LINE_AGAIN_DISTANCE_MAX] = entry;
    /* only the last ones are ever asked for */
    self->n_recent++;
    if (self->n_recent == 2 * BW_LINE_AGAIN_DISTANCE_MAX)
        self->n_recent = BW_LINE_AGAIN_DISTANCE_MAX;
    return entry;
}
