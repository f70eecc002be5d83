/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-log-ring"
#include "config.h"

#include "bw-log-ring.h"

#include <string.h>

#define CHUNK_BYTES (64u * 1024)
#define CHUNK_LINES 1024u

struct line {
    int64_t time_us;
    uint32_t offset;
    uint32_t level;
};

struct chunk {
    uint64_t first; /* number of lines[0] */
    unsigned n;
    size_t used;
    struct line lines[CHUNK_LINES];
    char text[CHUNK_BYTES];
};

struct _BwLogRing {
    GPtrArray *chunks; /* oldest first; never more than a few hundred */
    uint64_t first;
    uint64_t end;
};

BwLogRing *
_bw_log_ring_new (void)
{
    BwLogRing *self = g_new0 (BwLogRing, 1);

    self->chunks = g_ptr_array_new_with_free_func (g_free);
    self->first = 1;
    self->end = 1;
    return self;
}

void
_bw_log_ring_free (BwLogRing *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref (self->chunks);
    g_free (self);
}

static struct chunk *
get_last (BwLogRing *self)
{
    return self->chunks->len == 0 ? NULL : self->chunks->pdata[self->chunks->len - 1];
}

static struct chunk *
find_room (BwLogRing *self, size_t len)
{
    struct chunk *chunk = get_last (self);

    if (chunk != NULL && chunk->n < CHUNK_LINES && chunk->used + len + 1 <= CHUNK_BYTES)
        return chunk;
    chunk = g_new (struct chunk, 1);
    chunk->first = self->end;
    chunk->n = 0;
    chunk->used = 0;
    g_ptr_array_add (self->chunks, chunk);
    return chunk;
}

uint64_t
_bw_log_ring_push (BwLogRing *self, int64_t time_us, BwLogLevel level, const char *text, size_t len)
{
    struct chunk *chunk = NULL;
    struct line *line = NULL;

    g_return_val_if_fail (len < CHUNK_BYTES, 0);
    chunk = find_room (self, len);
    line = &chunk->lines[chunk->n++];
    line->time_us = time_us;
    line->level = level;
    line->offset = (uint32_t) chunk->used;
    memcpy (chunk->text + chunk->used, text, len);
    chunk->text[chunk->used + len] = '\0';
    chunk->used += len + 1;
    return self->end++;
}

void
_bw_log_ring_pop (BwLogRing *self)
{
    struct chunk *chunk = get_last (self);

    g_return_if_fail (chunk != NULL && self->end > self->first);
    chunk->n--;
    chunk->used = chunk->lines[chunk->n].offset;
    self->end--;
    if (chunk->n == 0)
        g_ptr_array_set_size (self->chunks, (int) self->chunks->len - 1);
}

static size_t
count_bytes (BwLogRing *self)
{
    return (size_t) self->chunks->len * sizeof (struct chunk);
}

static void
drop_chunk (BwLogRing *self)
{
    struct chunk *chunk = self->chunks->pdata[0];

    self->first = MAX (self->first, chunk->first + chunk->n);
    g_ptr_array_remove_index (self->chunks, 0);
}

void
_bw_log_ring_trim (BwLogRing *self, uint64_t lines_max, size_t bytes_max)
{
    while (self->chunks->len > 1 && count_bytes (self) > bytes_max)
        drop_chunk (self);
    if (self->end - self->first > lines_max)
        self->first = self->end - lines_max;
    while (self->chunks->len > 1) {
        struct chunk *chunk = self->chunks->pdata[0];

        if (chunk->first + chunk->n > self->first)
            break;
        drop_chunk (self);
    }
}

void
_bw_log_ring_clear (BwLogRing *self)
{
    g_ptr_array_set_size (self->chunks, 0);
    self->first = self->end;
}

static struct chunk *
find_chunk (BwLogRing *self, uint64_t number)
{
    unsigned low = 0;
    unsigned high = self->chunks->len;

    while (low + 1 < high) {
        unsigned middle = low + (high - low) / 2;
        struct chunk *chunk = self->chunks->pdata[middle];

        if (chunk->first <= number)
            low = middle;
        else
            high = middle;
    }
    return self->chunks->pdata[low];
}

gboolean
_bw_log_ring_get (BwLogRing *self, uint64_t number, BwLogLine *ret_line)
{
    struct chunk *chunk = NULL;
    struct line *line = NULL;

    if (number < self->first || number >= self->end)
        return FALSE;
    chunk = find_chunk (self, number);
    line = &chunk->lines[number - chunk->first];
    ret_line->number = number;
    ret_line->time_us = line->time_us;
    ret_line->level = (BwLogLevel) line->level;
    ret_line->text = chunk->text + line->offset;
    return TRUE;
}

uint64_t
_bw_log_ring_get_first (BwLogRing *self)
{
    return self->first;
}

uint64_t
_bw_log_ring_get_end (BwLogRing *self)
{
    return self->end;
}
