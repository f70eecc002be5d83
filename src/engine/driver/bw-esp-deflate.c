/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-deflate"
#include "config.h"

#include "bw-esp-deflate.h"

#include <glib/gi18n-lib.h>
#include <libdeflate.h>
#include <string.h>
#include <zlib.h>

#include "bw-error.h"

#define WAIT_US (50 * 1000)
#define INFLATE_BUFFER 32768

/* One content; @deflated is %NULL while a thread compresses it. */
typedef struct {
    GBytes *content;
    BwEspDeflateEffort effort;
    BwEspDeflated *deflated;
} Entry;

static GMutex cache_lock;
static GCond cache_changed;
static GQueue cache = G_QUEUE_INIT; /* of Entry, most recent first */

void
bw_esp_deflated_unref (BwEspDeflated *self)
{
    if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
        return;
    g_free (self->stream);
    g_free (self->expanded);
    g_free (self);
}

static BwEspDeflated *
ref_deflated (BwEspDeflated *self)
{
    g_atomic_ref_count_inc (&self->refs);
    return self;
}

static void
entry_free (Entry *entry)
{
    g_bytes_unref (entry->content);
    bw_esp_deflated_unref (entry->deflated);
    g_free (entry);
}

/* ---- compressing ---- */

static gboolean
check_cancel (GCancellable *cancellable, GError **error)
{
    if (!g_cancellable_is_cancelled (cancellable))
        return TRUE;
    bw_set_error (error, BW_CAUSE_CANCELLED, _ ("cancelled while compressing"));
    return FALSE;
}

/* How many bytes each step of the stream inflates to: the time a block may take follows from it. */
static void
measure_steps (BwEspDeflated *self)
{
    uint8_t out[INFLATE_BUFFER];
    z_stream z = { 0 };
    size_t steps = (self->len + BW_ESP_DEFLATE_STEP - 1) / BW_ESP_DEFLATE_STEP;

    self->expanded = g_new0 (uint32_t, steps);
    if (inflateInit (&z) != Z_OK)
        return;
    for (size_t i = 0; i < steps; i++) {
        size_t start = i * BW_ESP_DEFLATE_STEP;
        uLong before = z.total_out;

        z.next_in = self->stream + start;
        z.avail_in = (uInt) MIN (BW_ESP_DEFLATE_STEP, self->len - start);
        do {
            z.next_out = out;
            z.avail_out = sizeof out;
            if (inflate (&z, Z_NO_FLUSH) != Z_OK)
                break;
        } while (z.avail_in > 0 || z.avail_out == 0);
        self->expanded[i] = (uint32_t) (z.total_out - before);
    }
    inflateEnd (&z);
}

static BwEspDeflated *
compress_content (GBytes *content, BwEspDeflateEffort effort, GError **error)
{
    g_autoptr (BwEspDeflated) self = g_new0 (BwEspDeflated, 1);
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor ((int) effort);
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (content, &len);
    size_t room;

    g_atomic_ref_count_init (&self->refs);
    if (compressor == NULL) {
        bw_set_error (error, BW_CAUSE_INTERNAL, _ ("deflate cannot start"));
        return NULL;
    }
    room = libdeflate_zlib_compress_bound (compressor, len);
    self->stream = g_malloc (room);
    self->len = libdeflate_zlib_compress (compressor, data, len, self->stream, room);
    libdeflate_free_compressor (compressor);
    self->stream = g_realloc (self->stream, self->len);
    measure_steps (self);
    return g_steal_pointer (&self);
}

/* ---- sharing ---- */

static Entry *
find_entry (GBytes *content, BwEspDeflateEffort effort)
{
    for (GList *l = cache.head; l != NULL; l = l->next) {
        Entry *entry = l->data;
        gsize len = 0;
        gsize wanted = 0;

        if (g_bytes_get_data (entry->content, &len) == g_bytes_get_data (content, &wanted)
            && len == wanted && entry->effort == effort)
            return entry;
    }
    return NULL;
}

/* What an entry keeps in memory: the content is held as well, to be recognised by its address. */
static size_t
count_bytes (const Entry *entry)
{
    return g_bytes_get_size (entry->content) + entry->deflated->len;
}

/* Old entries go; those still being made stay. */
static void
trim_cache (void)
{
    size_t total = 0;

    for (GList *l = cache.head; l != NULL;) {
        GList *next = l->next;
        Entry *entry = l->data;

        if (entry->deflated != NULL) {
            total += count_bytes (entry);
            if (total > BW_ESP_DEFLATE_CACHE_BYTES) {
                g_queue_delete_link (&cache, l);
                entry_free (entry);
            }
        }
        l = next;
    }
}

/* With the lock held: the result of another thread, or %NULL with an entry of our own to fill. */
static BwEspDeflated *
claim (GBytes *content,
       BwEspDeflateEffort effort,
       GCancellable *cancellable,
       Entry **ret_own,
       GError **error)
{
    for (;;) {
        Entry *entry = find_entry (content, effort);

        if (entry == NULL) {
            *ret_own = g_new0 (Entry, 1);
            (*ret_own)->content = g_bytes_ref (content);
            (*ret_own)->effort = effort;
            g_queue_push_head (&cache, *ret_own);
            return NULL;
        }
        if (entry->deflated != NULL) {
            g_queue_remove (&cache, entry);
            g_queue_push_head (&cache, entry);
            return ref_deflated (entry->deflated);
        }
        if (!check_cancel (cancellable, error))
            return NULL;
        g_cond_wait_until (&cache_changed, &cache_lock, g_get_monotonic_time () + WAIT_US);
    }
}

static void
settle (Entry *own, BwEspDeflated *deflated)
{
    g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&cache_lock);

    if (deflated != NULL) {
        own->deflated = ref_deflated (deflated);
        trim_cache ();
    } else {
        g_queue_remove (&cache, own);
        entry_free (own);
    }
    g_cond_broadcast (&cache_changed);
}

BwEspDeflated *
bw_esp_deflate (GBytes *content,
                BwEspDeflateEffort effort,
                GCancellable *cancellable,
                GError **error)
{
    Entry *own = NULL;
    BwEspDeflated *deflated;

    if (!check_cancel (cancellable, error))
        return NULL;
    g_mutex_lock (&cache_lock);
    deflated = claim (content, effort, cancellable, &own, error);
    g_mutex_unlock (&cache_lock);
    if (own == NULL)
        return deflated;
    deflated = compress_content (content, effort, error);
    settle (own, deflated);
    return deflated;
}

uint32_t
bw_esp_deflated_measure (const BwEspDeflated *self, size_t start, size_t len)
{
    size_t first = start / BW_ESP_DEFLATE_STEP;
    size_t last = (start + len + BW_ESP_DEFLATE_STEP - 1) / BW_ESP_DEFLATE_STEP;
    uint64_t sum = 0;

    for (size_t i = first; i < last && i * BW_ESP_DEFLATE_STEP < self->len; i++)
        sum += self->expanded[i];
    return (uint32_t) MIN (sum, UINT32_MAX);
}
