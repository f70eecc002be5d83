/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-recorder"
#include "config.h"

#include "bw-line-pack.h"

#include <string.h>

#include "bw-gzip.h"

/* Lines that are complete; a gzip member. */
typedef struct {
    GBytes *packed;
    size_t text_bytes;
} Block;

/* What there is, or may be, in two measures. */
typedef struct {
    size_t packed;
    size_t text;
} Amount;

struct BwLinePack {
    Amount max;
    GQueue blocks; /* of Block, the oldest first */
    Amount used;   /* by blocks */
    GString *open; /* lines that are in no block yet */
    gboolean is_cut;
};

BwLinePack *
bw_line_pack_new (size_t packed_max, size_t text_max)
{
    BwLinePack *self = g_new0 (BwLinePack, 1);

    self->max = (Amount){ packed_max, text_max };
    g_queue_init (&self->blocks);
    self->open = g_string_new (NULL);
    return self;
}

static void
free_block (gpointer data)
{
    Block *block = data;

    g_bytes_unref (block->packed);
    g_free (block);
}

void
bw_line_pack_free (BwLinePack *self)
{
    if (self == NULL)
        return;
    g_queue_clear_full (&self->blocks, free_block);
    g_string_free (self->open, TRUE);
    g_free (self);
}

/* Adds unless that would be too much. */
static gboolean
take_amount (Amount *used, const Amount *max, const Block *block)
{
    size_t packed = g_bytes_get_size (block->packed);

    if (packed > max->packed - used->packed || block->text_bytes > max->text - used->text)
        return FALSE;
    used->packed += packed;
    used->text += block->text_bytes;
    return TRUE;
}

static void
drop_oldest (BwLinePack *self)
{
    Block *oldest = g_queue_pop_head (&self->blocks);

    self->used.packed -= g_bytes_get_size (oldest->packed);
    self->used.text -= oldest->text_bytes;
    self->is_cut = TRUE;
    free_block (oldest);
}

static void
close_block (BwLinePack *self)
{
    Block *block = g_new0 (Block, 1);

    block->packed = bw_gzip_pack (self->open->str, self->open->len);
    block->text_bytes = self->open->len;
    g_string_truncate (self->open, 0);
    while (!take_amount (&self->used, &self->max, block))
        drop_oldest (self);
    g_queue_push_tail (&self->blocks, block);
}

void
bw_line_pack_add (BwLinePack *self, const char *line)
{
    g_string_append (self->open, line);
    if (self->open->len >= BW_LINE_PACK_BLOCK_BYTES)
        close_block (self);
}

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
    size_t len = 0;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    g_byte_array_append (out, data, (guint) len);
}

/* The oldest block of those that still fit; NULL if none does. */
static const GList *
find_first (const BwLinePack *self, Amount used)
{
    const GList *first = NULL;

    for (const GList *l = self->blocks.tail; l != NULL; l = l->prev) {
        if (!take_amount (&used, &self->max, l->data))
            break;
        first = l;
    }
    return first;
}

GBytes *
bw_line_pack_dup (const BwLinePack *self, const char *head, const char *cut, const char *tail)
{
    GByteArray *out = g_byte_array_new ();
    g_autofree char *cut_head = g_strconcat (head, cut, NULL);
    g_autofree char *rest = g_strconcat (self->open->str, tail, NULL);
    g_autoptr (GBytes) first = bw_gzip_pack (cut_head, strlen (cut_head));
    g_autoptr (GBytes) last = bw_gzip_pack (rest, strlen (rest));
    Amount used = { g_bytes_get_size (first) + g_bytes_get_size (last),
                    strlen (cut_head) + strlen (rest) };
    const GList *block = find_first (self, used);

    if (!self->is_cut && block == self->blocks.head) {
        g_bytes_unref (first);
        first = bw_gzip_pack (head, strlen (head));
    }
    append_bytes (out, first);
    for (; block != NULL; block = block->next)
        append_bytes (out, ((const Block *) block->data)->packed);
    append_bytes (out, last);
    return g_byte_array_free_to_bytes (out);
}
