/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-vectors.h"
#include "bwp-slip.h"
#include <string.h>

GByteArray *
vectors_load (const char *path)
{
    g_autofree char *full = g_build_filename (g_getenv ("BW_VECTORS"), "espressif", path, NULL);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    GByteArray *bytes = g_byte_array_new ();
    gsize len = 0;

    if (!g_file_get_contents (full, &text, &len, &error))
        g_assert_no_error (error);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) len);
    return bytes;
}

char **
vectors_lines (const char *path)
{
    g_autoptr (GByteArray) bytes = vectors_load (path);
    g_autofree char *text = g_strndup ((const char *) bytes->data, bytes->len);

    g_strchomp (text);
    return g_strsplit (text, "\n", -1);
}

GByteArray *
vectors_unhex (const char *text)
{
    GByteArray *bytes = g_byte_array_new ();

    for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
        guint8 byte = 0;

        g_assert_true (g_ascii_isxdigit (text[0]) && g_ascii_isxdigit (text[1]));
        byte = (guint8) (g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]));
        g_byte_array_append (bytes, &byte, 1);
    }
    g_assert_cmpint (text[0], ==, '\0');
    return bytes;
}

GByteArray *
vectors_frame (const char *line)
{
    g_autoptr (GByteArray) wire = vectors_unhex (line + 2);
    GByteArray *payload = g_byte_array_new ();
    struct bwp_slip_decoder decoder;
    size_t used = 0;
    size_t len = 0;

    g_byte_array_set_size (payload, wire->len);
    bwp_slip_decoder_init (&decoder, payload->data, payload->len);
    g_assert_cmpint (bwp_slip_push (&decoder, wire->data, wire->len, &used, &len, NULL), ==,
                     BWP_OK);
    g_assert_cmpuint (used, ==, wire->len);
    g_byte_array_set_size (payload, (guint) len);
    return payload;
}

GPtrArray *
vectors_transcripts (void)
{
    g_autofree char *folder =
        g_build_filename (g_getenv ("BW_VECTORS"), "espressif", "serial", NULL);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
    const char *name = NULL;

    g_assert_nonnull (dir);
    while ((name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_suffix (name, ".txt"))
            g_ptr_array_add (paths, g_build_filename ("serial", name, NULL));
    g_assert_cmpuint (paths->len, >, 30);
    return paths;
}

static void
digest (GChecksumType type, const uint8_t *data, size_t len, uint8_t *out, gsize out_len)
{
    g_autoptr (GChecksum) sum = g_checksum_new (type);

    if (len > 0)
        g_checksum_update (sum, data, (gssize) len);
    g_checksum_get_digest (sum, out, &out_len);
}

static void
md5 (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_MD5_BYTES])
{
    digest (G_CHECKSUM_MD5, data, len, out, BWP_MD5_BYTES);
}

static void
sha256 (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_SHA256_BYTES])
{
    digest (G_CHECKSUM_SHA256, data, len, out, BWP_SHA256_BYTES);
}

const struct bwp_digests *
vectors_digests (void)
{
    static const struct bwp_digests digests = { md5, sha256, NULL };

    return &digests;
}
