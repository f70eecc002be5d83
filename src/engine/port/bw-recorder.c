/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-recorder"
#include "config.h"

#include "bw-recorder.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#define HEADER "boardwalk-recording 1\n"
#define CUT_LINE "cut\n"
#define END_LINE "end\n"

/* An answer that gets longer than this becomes lines of its own. */
#define MAX_ITEMS_BYTES 4096
#define MAX_PIECE_BYTES 1024
#define MAX_EVIDENCE_BYTES 200

/* Rendered lines may take what header and the two exchanges still in the making leave over. */
#define MAX_LINES_BYTES (BW_RECORDER_MAX_BYTES - 2 * (MAX_ITEMS_BYTES + 3 * MAX_PIECE_BYTES) - 512)

/* One or more writes of which each was followed by the same items. */
struct exchange {
    uint64_t count; /* 0: nothing was written, only items */
    uint64_t bytes;
    uint32_t crc;
    GString *items;
    unsigned n_deadlines; /* at the end of items, not yet in the text */
    gboolean is_in_read;  /* the last item is R and may be continued */
    gboolean is_used;
};

struct BwRecorder {
    char *port_line;
    GQueue lines; /* of char *, each with its line end */
    size_t lines_bytes;
    gboolean is_cut;
    struct exchange last;    /* complete, may still get company */
    struct exchange current; /* being recorded */
};

BwRecorder *
bw_recorder_new (const char *port_line)
{
    BwRecorder *self = g_new0 (BwRecorder, 1);

    self->port_line = g_strdup (port_line);
    g_queue_init (&self->lines);
    self->last.items = g_string_new (NULL);
    self->current.items = g_string_new (NULL);
    return self;
}

void
bw_recorder_free (BwRecorder *self)
{
    if (self == NULL)
        return;
    g_queue_clear_full (&self->lines, g_free);
    g_string_free (self->last.items, TRUE);
    g_string_free (self->current.items, TRUE);
    g_free (self->port_line);
    g_free (self);
}

static void
take_line (BwRecorder *self, char *line)
{
    g_queue_push_tail (&self->lines, line);
    self->lines_bytes += strlen (line);
    while (self->lines_bytes > MAX_LINES_BYTES) {
        g_autofree char *oldest = g_queue_pop_head (&self->lines);

        self->lines_bytes -= strlen (oldest);
        self->is_cut = TRUE;
    }
}

static void
end_deadlines (struct exchange *x)
{
    if (x->n_deadlines > 0)
        g_string_append_printf (x->items, " T%u", x->n_deadlines);
    x->n_deadlines = 0;
}

static char *
render (const struct exchange *x)
{
    g_autofree char *deadlines = NULL;

    deadlines = x->n_deadlines > 0 ? g_strdup_printf (" T%u", x->n_deadlines) : g_strdup ("");
    if (x->count == 0)
        return g_strdup_printf ("-%s%s\n", x->items->str, deadlines);
    return g_strdup_printf ("x %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %08" PRIx32 "%s%s\n",
                            x->count, x->bytes, x->crc, x->items->str, deadlines);
}

static void
reset (struct exchange *x)
{
    GString *items = g_string_truncate (x->items, 0);

    *x = (struct exchange){ .items = items };
}

static void
flush (BwRecorder *self, struct exchange *x)
{
    if (x->is_used)
        take_line (self, render (x));
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
    end_deadlines (current);
    if (can_join (last, current)) {
        last->crc = (uint32_t) crc32_combine (last->crc, current->crc, (z_off_t) current->bytes);
        last->bytes += current->bytes;
        last->count += current->count;
    } else {
        struct exchange spare = *last;

        flush (self, &spare);
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
        flush (self, &self->last);
        flush (self, x);
    }
    x->is_used = TRUE;
    return x;
}

void
bw_recorder_add_write (BwRecorder *self,
                       const void *head,
                       size_t head_len,
                       const void *body,
                       size_t body_len)
{
    uLong crc = crc32_z (crc32_z (0, NULL, 0), head, head_len);

    end_exchange (self);
    if (body_len > 0)
        crc = crc32_z (crc, body, body_len);
    self->current.is_used = TRUE;
    self->current.count = 1;
    self->current.bytes = head_len + body_len;
    self->current.crc = (uint32_t) crc;
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

void
bw_recorder_add_read (BwRecorder *self, const void *buf, size_t len)
{
    const uint8_t *in = buf;

    while (len > 0) {
        size_t n = MIN (len, (size_t) MAX_PIECE_BYTES);
        struct exchange *x = begin_item (self);

        end_deadlines (x);
        if (!x->is_in_read)
            g_string_append (x->items, " R");
        x->is_in_read = TRUE;
        append_hex (x->items, in, n);
        in += n;
        len -= n;
    }
}

void
bw_recorder_add_deadline (BwRecorder *self)
{
    struct exchange *x = begin_item (self);

    x->is_in_read = FALSE;
    x->n_deadlines++;
}

void
bw_recorder_add_discard (BwRecorder *self)
{
    struct exchange *x = begin_item (self);

    end_deadlines (x);
    x->is_in_read = FALSE;
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
    struct exchange *x = begin_item (self);
    g_autofree char *text = render_failure ((char) what, error);

    end_deadlines (x);
    x->is_in_read = FALSE;
    g_string_append_printf (x->items, " %s", text);
}

/* An entry that is no exchange: all before it is complete and stays before it. */
static void
take_entry (BwRecorder *self, char *entry, const GError *error)
{
    g_autofree char *owned = entry;
    g_autofree char *failure = error == NULL ? NULL : render_failure (BW_RECORDER_READ, error);

    end_exchange (self);
    flush (self, &self->last);
    take_line (self, failure == NULL ? g_strconcat (owned, "\n", NULL)
                                     : g_strconcat (owned, " ", failure, "\n", NULL));
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
bw_recorder_add_reopen (BwRecorder *self)
{
    take_entry (self, g_strdup ("reopen"), NULL);
}

GBytes *
bw_recorder_dup_text (const BwRecorder *self)
{
    GString *text = g_string_new (HEADER);

    if (self->port_line != NULL)
        g_string_append_printf (text, "port %s\n", self->port_line);
    if (self->is_cut)
        g_string_append (text, CUT_LINE);
    for (const GList *l = self->lines.head; l != NULL; l = l->next)
        g_string_append (text, l->data);
    for (int i = 0; i < 2; i++) {
        const struct exchange *x = i == 0 ? &self->last : &self->current;
        g_autofree char *line = x->is_used ? render (x) : NULL;

        if (line != NULL)
            g_string_append (text, line);
    }
    g_string_append (text, END_LINE);
    return g_string_free_to_bytes (text);
}
