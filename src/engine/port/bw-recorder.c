/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-recorder"
#include "config.h"

#include "bw-recorder.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#include "bw-line-again.h"
#include "bw-line-pack.h"
#include "bw-recording.h"

#define HEADER "boardwalk-recording 4\n"
#define CUT_LINE "cut\n"
#define END_LINE "end\n"

/* An answer that gets longer than this becomes lines of its own. */
#define MAX_ITEMS_BYTES 4096
#define MAX_PIECE_BYTES 1024
#define MAX_EVIDENCE_BYTES 200

/* Zeros in a row that become one item. */
#define MIN_ZEROS 16

/* Bytes that wait for the rest of what they are a part of, before they are kept as they came. */
#define MAX_HELD_BYTES (16 * 1024)

/* So many entries with writes have a sum each, in which a board is found and told apart; of those
 * behind them one in so many has: sums are what packs worst. */
#define FIRST_SUMS 1000u
#define WITHOUT_SUM_MAX 1000u

/* Writes that were not summed up yet. */
struct sum {
    uint64_t bytes;
    uint32_t crc;
};

/* One or more writes of which each was followed by the same items. */
struct exchange {
    uint64_t count; /* 0: nothing was written, only items */
    struct sum sum;
    GString *items;
    unsigned n_deadlines; /* at the end of items, not yet in the text; or: */
    size_t n_zeros;
    gboolean is_in_read; /* the last item is R and may be continued */
    gboolean is_used;
};

struct BwRecorder {
    char *port_line;
    BwLinePack *lines;
    BwLineAgain *again;   /* in front of lines */
    uint64_t n_exchanges; /* with writes */
    unsigned n_unsummed;  /* of them, the last ones */
    struct sum unsummed;
    struct exchange last;    /* complete, may still get company */
    struct exchange current; /* being recorded */
    BwPortMask mask;         /* NULL: bytes are kept as they come */
    gpointer mask_data;
    gboolean has_new_mask; /* since bytes were kept last */
    GByteArray *held;      /* read, not yet masked */
};

static void
pack_line (gpointer data, const char *line)
{
    BwRecorder *self = data;

    bw_line_pack_add (self->lines, line);
}

BwRecorder *
bw_recorder_new (const char *port_line)
{
    BwRecorder *self = g_new0 (BwRecorder, 1);

    self->port_line = g_strdup (port_line);
    self->lines = bw_line_pack_new (BW_RECORDER_MAX_BYTES, BW_RECORDING_MAX_BYTES);
    self->again = bw_line_again_new (pack_line, self);
    self->last.items = g_string_new (NULL);
    self->current.items = g_string_new (NULL);
    self->held = g_byte_array_new ();
    return self;
}

void
bw_recorder_free (BwRecorder *self)
{
    if (self == NULL)
        return;
    bw_line_again_free (self->again);
    bw_line_pack_free (self->lines);
    g_string_free (self->last.items, TRUE);
    g_string_free (self->current.items, TRUE);
    g_byte_array_unref (self->held);
    g_free (self->port_line);
    g_free (self);
}

static void
append_hex (GString *out, const uint8_t *in, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    size_t at = out->len;

    g_string_set_size (out, at + 2 * len);
    for (size_t i = 0; i < len; i++) {
        out->str[at++] = digits[in[i] >> 4];
        out->str[at++] = digits[in[i] & 15];
    }
}

/* What @x ends with and has only counted so far. */
static void
append_counted (const struct exchange *x, GString *out)
{
    static const uint8_t zeros[MIN_ZEROS];

    if (x->n_deadlines > 0)
        g_string_append_printf (out, " T%u", x->n_deadlines);
    if (x->n_zeros >= MIN_ZEROS) {
        g_string_append_printf (out, " Z%zu", x->n_zeros);
    } else if (x->n_zeros > 0) {
        g_string_append (out, x->is_in_read ? "" : " R");
        append_hex (out, zeros, x->n_zeros);
    }
}

static void
end_counted (struct exchange *x)
{
    append_counted (x, x->items);
    if (x->n_zeros > 0)
        x->is_in_read = x->n_zeros < MIN_ZEROS;
    x->n_deadlines = 0;
    x->n_zeros = 0;
}

static struct sum
add_up (struct sum a, struct sum b)
{
    return (struct sum){ a.bytes + b.bytes,
                         (uint32_t) crc32_combine (a.crc, b.crc, (z_off_t) b.bytes) };
}

/* @sum: NULL if another entry sums it up */
static char *
render (const struct exchange *x, const struct sum *sum)
{
    g_autoptr (GString) counted = g_string_new (NULL);

    append_counted (x, counted);
    if (x->count == 0)
        return g_strdup_printf ("-%s%s\n", x->items->str, counted->str);
    if (sum == NULL)
        return g_strdup_printf ("w %" G_GUINT64_FORMAT "%s%s\n", x->count, x->items->str,
                                counted->str);
    return g_strdup_printf ("x %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %08" PRIx32 "%s%s\n",
                            x->count, sum->bytes, sum->crc, x->items->str, counted->str);
}

static void
reset (struct exchange *x)
{
    GString *items = g_string_truncate (x->items, 0);

    *x = (struct exchange){ .items = items };
}

static gboolean
needs_sum (const BwRecorder *self)
{
    return self->n_exchanges < FIRST_SUMS || self->n_unsummed >= WITHOUT_SUM_MAX;
}

/* Takes the writes of @x, and gives the line to write for it. */
static char *
take_exchange (BwRecorder *self, const struct exchange *x, gboolean is_summed)
{
    struct sum sum = add_up (self->unsummed, x->sum);
    char *line = render (x, is_summed ? &sum : NULL);

    if (x->count == 0)
        return line;
    self->n_exchanges++;
    self->n_unsummed = is_summed ? 0 : self->n_unsummed + 1;
    self->unsummed = is_summed ? (struct sum){ 0, 0 } : sum;
    return line;
}

static void
flush (BwRecorder *self, struct exchange *x, gboolean is_summed)
{
    g_autofree char *line = x->is_used ? take_exchange (self, x, is_summed) : NULL;

    if (line != NULL)
        bw_line_again_add (self->again, line);
    reset (x);
}

static gboolean
can_join (const struct exchange *a, const struct exchange *b)
{
    return a->is_used && a->count > 0 && b->count > 0 && g_string_equal (a->items, b->items);
}

/* The current exchange is complete: let it join the last one or take its place. */
static void
end_exchange (BwRecorder *self)
{
    struct exchange *last = &self->last;
    struct exchange *current = &self->current;

    if (!current->is_used)
        return;
    end_counted (current);
    if (can_join (last, current)) {
        last->sum = add_up (last->sum, current->sum);
        last->count += current->count;
    } else {
        struct exchange spare = *last;

        flush (self, &spare, needs_sum (self));
        *last = *current;
        *current = spare;
    }
    reset (current);
}

static struct exchange *
begin_item (BwRecorder *self)
{
    struct exchange *x = &self->current;

    if (x->items->len > MAX_ITEMS_BYTES) {
        flush (self, &self->last, needs_sum (self));
        flush (self, x, needs_sum (self));
    }
    x->is_used = TRUE;
    return x;
}

/* An item of another kind than bytes. */
static struct exchange *
begin_other_item (BwRecorder *self)
{
    struct exchange *x = begin_item (self);

    if (x->n_zeros > 0)
        end_counted (x);
    x->is_in_read = FALSE;
    return x;
}

static void
keep_others (struct exchange *x, const uint8_t *in, size_t len)
{
    if (len == 0)
        return;
    end_counted (x);
    if (!x->is_in_read)
        g_string_append (x->items, " R");
    x->is_in_read = TRUE;
    append_hex (x->items, in, len);
}

static void
keep_zeros (struct exchange *x, size_t n)
{
    if (x->n_deadlines > 0)
        end_counted (x);
    x->n_zeros += n;
}

/* Who plays it takes bytes that follow each other together, but for this. */
static void
keep_new_mask (BwRecorder *self)
{
    struct exchange *x = &self->current;

    if (self->has_new_mask && (x->is_in_read || x->n_zeros > 0)) {
        end_counted (x);
        g_string_append (x->items, " M");
        x->is_in_read = FALSE;
    }
    self->has_new_mask = FALSE;
}

static void
keep_bytes (BwRecorder *self, const uint8_t *in, size_t len)
{
    if (len > 0)
        keep_new_mask (self);
    while (len > 0) {
        size_t n = MIN (len, (size_t) MAX_PIECE_BYTES);
        struct exchange *x = begin_item (self);

        for (size_t at = 0; at < n;) {
            size_t from = at;

            while (at < n && in[at] != 0)
                at++;
            keep_others (x, in + from, at - from);
            from = at;
            while (at < n && in[at] == 0)
                at++;
            keep_zeros (x, at - from);
        }
        in += n;
        len -= n;
    }
}

/* Keeps what the mask has made up its mind about. */
static void
mask_held (BwRecorder *self)
{
    g_autoptr (GByteArray) out = NULL;
    size_t used = 0;

    if (self->mask == NULL || self->held->len == 0)
        return;
    out = g_byte_array_new ();
    used = self->mask (self->mask_data, self->held->data, self->held->len, out);
    keep_bytes (self, out->data, out->len);
    g_byte_array_remove_range (self->held, 0, (guint) MIN (used, self->held->len));
}

/* Nothing follows that could complete what is held. */
static void
end_held (BwRecorder *self)
{
    mask_held (self);
    keep_bytes (self, self->held->data, self->held->len);
    g_byte_array_set_size (self->held, 0);
}

void
bw_recorder_set_mask (BwRecorder *self, BwPortMask mask, gpointer data)
{
    end_held (self);
    self->has_new_mask = TRUE;
    self->mask = mask;
    self->mask_data = data;
}

/* What is held stays so: a part of something whose rest comes after this write. */
void
bw_recorder_add_write (BwRecorder *self, const void *buf, size_t len)
{
    uLong crc = crc32_z (crc32_z (0, NULL, 0), buf, len);

    mask_held (self);
    end_exchange (self);
    self->current.is_used = TRUE;
    self->current.count = 1;
    self->current.sum = (struct sum){ len, (uint32_t) crc };
}

void
bw_recorder_add_read (BwRecorder *self, const void *buf, size_t len)
{
    if (self->mask == NULL) {
        keep_bytes (self, buf, len);
        return;
    }
    g_byte_array_append (self->held, buf, (guint) len);
    if (self->held->len > MAX_HELD_BYTES)
        mask_held (self);
    if (self->held->len > MAX_HELD_BYTES)
        end_held (self);
}

void
bw_recorder_add_deadline (BwRecorder *self)
{
    end_held (self);
    begin_other_item (self)->n_deadlines++;
}

void
bw_recorder_add_discard (BwRecorder *self)
{
    struct exchange *x = NULL;

    end_held (self);
    x = begin_other_item (self);
    end_counted (x);
    g_string_append (x->items, " D");
}

static char *
render_failure (char what, const GError *error)
{
    const char *evidence = bw_error_get_evidence (error);
    g_autofree char *shortened = g_strndup (evidence, MAX_EVIDENCE_BYTES);
    g_autofree char *valid = g_utf8_make_valid (shortened, -1);
    g_autofree char *escaped = g_uri_escape_string (valid, NULL, FALSE);

    return g_strdup_printf ("%c%s:%s", what, bw_cause_get_id (bw_error_get_cause (error)), escaped);
}

void
bw_recorder_add_failure (BwRecorder *self, BwRecorderFailure what, const GError *error)
{
    g_autofree char *text = render_failure ((char) what, error);
    struct exchange *x = NULL;

    end_held (self);
    x = begin_other_item (self);
    end_counted (x);
    g_string_append_printf (x->items, " %s", text);
}

/* An entry that is no exchange: all before it is complete and stays before it. */
static void
take_entry (BwRecorder *self, char *entry, const GError *error)
{
    g_autofree char *owned = entry;
    g_autofree char *failure = error == NULL ? NULL : render_failure (BW_RECORDER_READ, error);
    g_autofree char *line = failure == NULL ? g_strconcat (owned, "\n", NULL)
                                            : g_strconcat (owned, " ", failure, "\n", NULL);

    end_held (self);
    end_exchange (self);
    flush (self, &self->last, TRUE);
    bw_line_again_add (self->again, line);
}

void
bw_recorder_add_baud (BwRecorder *self, uint32_t baud, const GError *error)
{
    take_entry (self, g_strdup_printf ("baud %" PRIu32, baud), error);
}

void
bw_recorder_add_lines (BwRecorder *self, BwPortLines lines, const GError *error)
{
    take_entry (self,
                g_strdup_printf ("lines %d%d", (lines & BW_PORT_LINE_DTR) != 0,
                                 (lines & BW_PORT_LINE_RTS) != 0),
                error);
}

void
bw_recorder_add_break (BwRecorder *self, gboolean is_on, const GError *error)
{
    take_entry (self, g_strdup_printf ("break %d", is_on != FALSE), error);
}

void
bw_recorder_add_reopen (BwRecorder *self, uint16_t vendor, uint16_t product, const GError *error)
{
    gboolean is_other = vendor != 0 || product != 0;

    take_entry (self,
                is_other ? g_strdup_printf ("reopen %04x:%04x", vendor, product)
                         : g_strdup ("reopen"),
                error);
}

/* What is not in the lines yet; all writes are summed up. */
static char *
dup_tail (const BwRecorder *self)
{
    BwRecorder later = *self;
    g_autofree char *waiting = bw_line_again_dup_waiting (self->again);
    g_autofree char *last = NULL;
    g_autofree char *current = NULL;

    if (self->last.is_used)
        last = take_exchange (&later, &self->last, needs_sum (self));
    if (self->current.is_used)
        current = take_exchange (&later, &self->current, TRUE);
    return g_strconcat (waiting, last != NULL ? last : "", current != NULL ? current : "", END_LINE,
                        NULL);
}

GBytes *
bw_recorder_dup_recording (BwRecorder *self)
{
    g_autofree char *port = NULL;
    g_autofree char *tail = NULL;

    end_held (self);
    port = self->port_line != NULL ? g_strdup_printf (HEADER "port %s\n", self->port_line)
                                   : g_strdup (HEADER);
    tail = dup_tail (self);
    return bw_line_pack_dup (self->lines, port, CUT_LINE, tail);
}
