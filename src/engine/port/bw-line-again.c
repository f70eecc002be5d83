/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-recorder"
#include "config.h"

#include "bw-line-again.h"

#include <string.h>

/* Longer lines are never looked for. */
#define MAX_LINE_BYTES 512
/* Fewer are written out: that is as short once it is packed, and can be read. */
#define MIN_COUNT 4u

struct BwLineAgain {
    BwLineFunc take;
    gpointer data;
    char *lines[BW_LINE_AGAIN_DISTANCE_MAX]; /* a ring; NULL: none, or too long */
    guint hashes[BW_LINE_AGAIN_DISTANCE_MAX];
    unsigned next;
    unsigned distance; /* of the lines that wait; 0: none do */
    unsigned count;    /* how many of them */
};

BwLineAgain *
bw_line_again_new (BwLineFunc take, gpointer data)
{
    BwLineAgain *self = g_new0 (BwLineAgain, 1);

    self->take = take;
    self->data = data;
    return self;
}

void
bw_line_again_free (BwLineAgain *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < BW_LINE_AGAIN_DISTANCE_MAX; i++)
        g_free (self->lines[i]);
    g_free (self);
}

/* The line @distance before the one that comes next; %NULL when it is not known. */
static const char *
get_line (const BwLineAgain *self, unsigned distance)
{
    return distance > BW_LINE_AGAIN_DISTANCE_MAX
               ? NULL
               : self->lines[(self->next - distance) % BW_LINE_AGAIN_DISTANCE_MAX];
}

static void
remember (BwLineAgain *self, const char *line)
{
    unsigned place = self->next++ % BW_LINE_AGAIN_DISTANCE_MAX;

    g_free (self->lines[place]);
    self->lines[place] = strlen (line) <= MAX_LINE_BYTES ? g_strdup (line) : NULL;
    self->hashes[place] = g_str_hash (line);
}

static gboolean
is_like (const BwLineAgain *self, const char *line, guint hash, unsigned distance)
{
    const char *old = get_line (self, distance);

    return old != NULL && self->hashes[(self->next - distance) % BW_LINE_AGAIN_DISTANCE_MAX] == hash
           && strcmp (old, line) == 0;
}

/* Whether the lines that wait could as well be found @distance before. */
static gboolean
does_fit (const BwLineAgain *self, unsigned distance)
{
    for (unsigned i = 1; i <= self->count; i++) {
        const char *line = get_line (self, i);

        if (line == NULL || !is_like (self, line, g_str_hash (line), distance + i))
            return FALSE;
    }
    return TRUE;
}

/* The least distance at which @line is found, and all that wait before it; 0: none. */
static unsigned
find (const BwLineAgain *self, const char *line)
{
    guint hash = g_str_hash (line);

    for (unsigned d = MAX (self->distance, 1); d <= BW_LINE_AGAIN_DISTANCE_MAX; d++)
        if (is_like (self, line, hash, d) && (d == self->distance || does_fit (self, d)))
            return d;
    return 0;
}

char *
bw_line_again_dup_waiting (const BwLineAgain *self)
{
    g_autoptr (GString) out = g_string_new (NULL);

    if (self->count >= MIN_COUNT)
        g_string_append_printf (out, "again %u %u\n", self->distance, self->count);
    else
        for (unsigned i = self->count; i > 0; i--)
            g_string_append (out, get_line (self, i));
    return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
give_on_waiting (BwLineAgain *self)
{
    g_autofree char *text = NULL;

    if (self->count == 0)
        return;
    text = bw_line_again_dup_waiting (self);
    self->distance = 0;
    self->count = 0;
    self->take (self->data, text);
}

void
bw_line_again_add (BwLineAgain *self, const char *line)
{
    unsigned distance = self->count < UINT_MAX ? find (self, line) : 0;

    if (distance == 0 && self->count > 0) {
        give_on_waiting (self);
        distance = find (self, line);
    }
    if (distance > 0) {
        self->distance = distance;
        self->count++;
    } else {
        self->take (self->data, line);
    }
    remember (self, line);
}
