/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-gzip"
#include "config.h"

#include "bw-gzip.h"

#include <glib/gi18n-lib.h>
#include <zlib.h>

#include "bw-error.h"

#define STEP_BYTES (256u * 1024)
/* zlib's way of asking for the gzip wrapper with the largest window */
#define GZIP_WINDOW_BITS (15 + 16)
#define MEMORY_LEVEL 8

typedef struct {
    z_stream z;
    GByteArray *out;
    size_t size_max;
} Unpacker;

gboolean
bw_gzip_is_packed (const uint8_t *data, size_t len)
{
    return len >= 3 && data[0] == 0x1f && data[1] == 0x8b && data[2] == Z_DEFLATED;
}

static gboolean
set_stream_error (Unpacker *self, int result, GError **error)
{
    if (result == Z_MEM_ERROR)
        bw_set_error (error, BW_CAUSE_INTERNAL, _ ("no memory to unpack gzip data"));
    else if (result == Z_BUF_ERROR)
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("the gzip data is cut off after %u bytes"),
                      self->out->len);
    else
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                      _ ("the gzip data is damaged after %u bytes: %s"), self->out->len,
                      self->z.msg != NULL ? self->z.msg : _ ("unknown fault"));
    return FALSE;
}

/* One step of output. A stream that wants more input than there is answers Z_BUF_ERROR. */
static int
unpack_step (Unpacker *self)
{
    unsigned before = self->out->len;
    int result;

    g_byte_array_set_size (self->out, before + STEP_BYTES);
    self->z.next_out = self->out->data + before;
    self->z.avail_out = STEP_BYTES;
    result = inflate (&self->z, Z_NO_FLUSH);
    g_byte_array_set_size (self->out, before + STEP_BYTES - self->z.avail_out);
    return result;
}

static gboolean
unpack_member (Unpacker *self, GCancellable *cancellable, GError **error)
{
    int result = Z_OK;

    while (result == Z_OK) {
        if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        result = unpack_step (self);
        if (self->out->len > self->size_max) {
            bw_set_error (error, BW_CAUSE_TOO_LARGE, _ ("unpacks to more than %zu bytes"),
                          self->size_max);
            return FALSE;
        }
    }
    return result == Z_STREAM_END || set_stream_error (self, result, error);
}

static gboolean
unpack_all (Unpacker *self, GCancellable *cancellable, GError **error)
{
    while (unpack_member (self, cancellable, error)) {
        if (self->z.avail_in == 0)
            return TRUE;
        if (!bw_gzip_is_packed (self->z.next_in, self->z.avail_in)) {
            bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%u surplus bytes after the gzip data"),
                          self->z.avail_in);
            return FALSE;
        }
        inflateReset (&self->z);
    }
    return FALSE;
}

GBytes *
bw_gzip_unpack (GBytes *packed, size_t size_max, GCancellable *cancellable, GError **error)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    size_t len;
    const uint8_t *data = g_bytes_get_data (packed, &len);
    Unpacker unpacker = { .out = out, .size_max = size_max };
    gboolean is_done;

    unpacker.z.next_in = (Bytef *) data;
    unpacker.z.avail_in = (uInt) len;
    if (inflateInit2 (&unpacker.z, GZIP_WINDOW_BITS) != Z_OK)
        return set_stream_error (&unpacker, Z_MEM_ERROR, error), NULL;
    is_done = unpack_all (&unpacker, cancellable, error);
    inflateEnd (&unpacker.z);
    return is_done ? g_byte_array_free_to_bytes (g_steal_pointer (&out)) : NULL;
}

GBytes *
bw_gzip_pack (const void *data, size_t len)
{
    z_stream z = { .next_in = (Bytef *) data, .avail_in = (uInt) len };
    g_autofree uint8_t *out = NULL;
    size_t room = 0;

    g_return_val_if_fail (len <= UINT32_MAX / 2, NULL);
    if (deflateInit2 (&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS, MEMORY_LEVEL,
                      Z_DEFAULT_STRATEGY)
        != Z_OK) {
        g_critical ("no memory to pack");
        return NULL;
    }
    room = deflateBound (&z, len);
    out = g_malloc (room);
    z.next_out = out;
    z.avail_out = (uInt) room;
    if (deflate (&z, Z_FINISH) != Z_STREAM_END)
        g_critical ("%zu bytes do not fit the bound", len);
    deflateEnd (&z);
    return g_bytes_new (out, room - z.avail_out);
}
