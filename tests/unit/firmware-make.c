/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "firmware-make.h"

#include <glib/gstdio.h>
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-gzip.h"
#include "bwp-bytes.h"
#include "bwp-esp-chip.h"

#define RAM_ADDRESS 0x3fc80000u
#define HEADER_BYTES 24

char *
make_folder (void)
{
    g_autoptr (GError) error = NULL;
    char *folder = g_dir_make_tmp ("bw-firmware-XXXXXX", &error);

    g_assert_no_error (error);
    return folder;
}

void
make_set_up (MakeFixture *f, gconstpointer data)
{
    f->folder = make_folder ();
}

void
make_tear_down (MakeFixture *f, gconstpointer data)
{
    make_folder_remove (f->folder);
}

static void
remove_below (const char *path)
{
    g_autoptr (GDir) dir = NULL;
    const char *name;

    if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        dir = g_dir_open (path, 0, NULL);
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *child = g_build_filename (path, name, NULL);

        remove_below (child);
    }
    g_assert_cmpint (g_remove (path), ==, 0);
}

void
make_folder_remove (char *folder)
{
    remove_below (folder);
    g_free (folder);
}

char *
make_file (const char *folder, const char *name, const void *data, size_t len)
{
    char *path = g_build_filename (folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname (path);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
    /* written anew without waiting for the disk; GLib 2.74 leaves the tail of an older, longer file */
    g_remove (path);
    g_file_set_contents_full (path, data, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, &error);
    g_assert_no_error (error);
    return path;
}

char *
make_text (const char *folder, const char *name, const char *text)
{
    return make_file (folder, name, text, strlen (text));
}

char *
make_bytes (const char *folder, const char *name, GBytes *bytes)
{
    size_t len;
    const void *data = g_bytes_get_data (bytes, &len);

    return make_file (folder, name, data, len);
}

/* ---- images ----------------------------------------------------------------------------------- */

static void
put_word (GByteArray *out, uint32_t value)
{
    uint8_t word[4];

    bwp_put_u32le (word, value);
    g_byte_array_append (out, word, sizeof word);
}

static void
put_header (GByteArray *out, const MakeImage *how, const struct bwp_esp_chip *chip, uint8_t count)
{
    uint8_t header[HEADER_BYTES] = { 0xe9, count, 2, (uint8_t) (how->size_code << 4) };

    bwp_put_u32le (header + 4, 0x40080000u);
    header[8] = 0xee;
    bwp_put_u16le (header + 0xc, chip->image_id);
    bwp_put_u16le (header + 0xf, how->min_revision);
    bwp_put_u16le (header + 0x11, how->max_revision != 0 ? how->max_revision : 0xffff);
    header[0x17] = !how->has_no_digest;
    g_byte_array_append (out, header, sizeof header);
}

static void
put_description (uint8_t *data, const MakeImage *how)
{
    bwp_put_u32le (data, 0xabcd5432u);
    g_strlcpy ((char *) data + 16, how->version != NULL ? how->version : "", 32);
    g_strlcpy ((char *) data + 48, how->app, 32);
    data[0xb4] = 16;
}

static void
put_segment (GByteArray *out, uint32_t address, const uint8_t *data, size_t len, uint8_t *checksum)
{
    put_word (out, address);
    put_word (out, (uint32_t) len);
    g_byte_array_append (out, data, (guint) len);
    for (size_t i = 0; i < len; i++)
        *checksum ^= data[i];
}

static uint8_t *
make_data (const MakeImage *how, size_t len)
{
    uint8_t *data = g_malloc (len);

    /* no two sectors alike, never blank */
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t) ((i * 7 + i / 251) % 253);
    if (how->app != NULL) {
        memset (data, 0, 256);
        put_description (data, how);
    }
    return data;
}

static void
put_trailer (GByteArray *out, const MakeImage *how, uint8_t checksum)
{
    const struct bwp_digests *digests = bw_digests_get ();
    uint8_t sha[BWP_SHA256_BYTES];
    uint8_t zero = 0;

    while (out->len % 16 != 15)
        g_byte_array_append (out, &zero, 1);
    g_byte_array_append (out, &checksum, 1);
    if (how->has_no_digest)
        return;
    digests->sha256 (digests->ctx, out->data, out->len, sha);
    g_byte_array_append (out, sha, sizeof sha);
}

GBytes *
make_image (const MakeImage *how)
{
    const struct bwp_esp_chip *chip =
        bwp_esp_chip_by_name (how->chip != NULL ? how->chip : "esp32");
    GByteArray *out = g_byte_array_new ();
    size_t len = MAX (how->size != 0 ? how->size : 256, how->app != NULL ? 256 : 4) / 4 * 4;
    g_autofree uint8_t *data = make_data (how, len);
    uint8_t checksum = 0xef;

    put_header (out, how, chip, 1);
    put_segment (out, how->app != NULL ? chip->drom.start + 0x20 : RAM_ADDRESS, data, len,
                 &checksum);
    put_trailer (out, how, checksum);
    return g_byte_array_free_to_bytes (out);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static GBytes *
write_table (const struct bwp_esp_partition *rows, size_t count)
{
    uint8_t table[BWP_ESP_PARTITION_TABLE_BYTES];

    g_assert_cmpint (bwp_esp_partition_write (rows, count, bw_digests_get (), table), ==, BWP_OK);
    return g_bytes_new (table, sizeof table);
}

GBytes *
make_table (void)
{
    static const struct bwp_esp_partition rows[] = {
        { "nvs", BWP_ESP_TYPE_DATA, BWP_ESP_DATA_NVS, 0x9000, 0x4000, 0 },
        { "otadata", BWP_ESP_TYPE_DATA, BWP_ESP_DATA_OTA, 0xd000, 0x2000, 0 },
        { "ota_0", BWP_ESP_TYPE_APP, BWP_ESP_APP_OTA_0, 0x10000, 0x100000, 0 },
        { "ota_1", BWP_ESP_TYPE_APP, BWP_ESP_APP_OTA_0 + 1, 0x110000, 0x100000, 0 },
    };

    return write_table (rows, G_N_ELEMENTS (rows));
}

GBytes *
make_factory_table (uint32_t offset, uint32_t size)
{
    struct bwp_esp_partition row = { "factory", BWP_ESP_TYPE_APP, BWP_ESP_APP_FACTORY, offset, size,
                                     0 };

    return write_table (&row, 1);
}

GBytes *
make_merged (uint32_t base, size_t count, const uint32_t *offsets, GBytes *const *parts)
{
    GByteArray *out = g_byte_array_new ();

    for (size_t i = 0; i < count; i++) {
        size_t len;
        const uint8_t *data = g_bytes_get_data (parts[i], &len);
        unsigned before = out->len;

        g_byte_array_set_size (out, offsets[i] - base);
        if (out->len > before)
            memset (out->data + before, 0xff, out->len - before);
        g_byte_array_append (out, data, (guint) len);
    }
    return g_byte_array_free_to_bytes (out);
}

GBytes *
make_gzip (GBytes *plain)
{
    size_t len;
    const void *data = g_bytes_get_data (plain, &len);

    return bw_gzip_pack (data, len);
}

/* ---- golden data ------------------------------------------------------------------------------ */

char *
make_vector_path (const char *name)
{
    const char *folder = g_getenv ("BW_VECTORS");

    g_assert_nonnull (folder);
    return g_build_filename (folder, "espressif", name, NULL);
}

GBytes *
make_vector (const char *name)
{
    g_autofree char *path = make_vector_path (name);
    g_autoptr (GError) error = NULL;
    char *data = NULL;
    size_t len = 0;

    g_file_get_contents (path, &data, &len, &error);
    g_assert_no_error (error);
    return g_bytes_new_take (data, len);
}

/* ---- loading ---------------------------------------------------------------------------------- */

static BwFirmware *
load (const char *first, va_list args, GError **error)
{
    g_autoptr (GPtrArray) specs = g_ptr_array_new ();

    for (const char *spec = first; spec != NULL; spec = va_arg (args, const char *))
        g_ptr_array_add (specs, (gpointer) spec);
    g_ptr_array_add (specs, NULL);
    return bw_firmware_load_sync ((const char *const *) specs->pdata, NULL, error);
}

BwFirmware *
make_load (const char *first, ...)
{
    g_autoptr (GError) error = NULL;
    BwFirmware *firmware = NULL;
    va_list args;

    va_start (args, first);
    firmware = load (first, args, &error);
    va_end (args);
    g_assert_no_error (error);
    g_assert_nonnull (firmware);
    return firmware;
}

BwFirmware *
make_boot_firmware (const char *folder)
{
    const MakeImage how = { 0 };
    g_autoptr (GBytes) image = make_image (&how);
    g_autofree char *file = make_bytes (folder, "boot.bin", image);
    g_autofree char *spec = g_strconcat (file, "@0x1000", NULL);

    return make_load (spec, NULL);
}

void
make_refused (BwCause cause, const char *word, const char *first, ...)
{
    g_autoptr (GError) error = NULL;
    BwFirmware *firmware = NULL;
    va_list args;

    va_start (args, first);
    firmware = load (first, args, &error);
    va_end (args);
    g_assert_null (firmware);
    g_assert_nonnull (error);
    if (bw_error_get_cause (error) != cause || strstr (error->message, word) == NULL)
        g_error ("refused for another reason: %s (%s)", error->message,
                 bw_cause_get_id (bw_error_get_cause (error)));
}

gint64
make_private_memory_kib (void)
{
#ifdef __SANITIZE_THREAD__
    return 0;
#else
    g_autofree char *text = NULL;
    const char *line;

    g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
    line = strstr (text, "RssAnon:");
    g_assert_nonnull (line);
    return g_ascii_strtoll (line + strlen ("RssAnon:"), NULL, 10);
#endif
}

const BwFirmwareBuild *
make_only_build (BwFirmware *firmware)
{
    GPtrArray *builds = bw_firmware_get_builds (firmware);

    g_assert_cmpuint (builds->len, ==, 1);
    return g_ptr_array_index (builds, 0);
}

const BwFirmwarePart *
make_part (const BwFirmwareBuild *build, unsigned index)
{
    g_assert_cmpuint (index, <, build->parts->len);
    return g_ptr_array_index (build->parts, index);
}

void
make_assert_part (const BwFirmwareBuild *build,
                  unsigned index,
                  uint32_t offset,
                  const char *name,
                  GBytes *bytes)
{
    const BwFirmwarePart *part = make_part (build, index);
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    g_autofree char *sha256 = bw_digests_dup_sha256_hex (data, len);

    g_assert_cmphex (part->offset, ==, offset);
    g_assert_cmpstr (part->name, ==, name);
    g_assert_true (g_bytes_equal (part->data, bytes));
    g_assert_cmpstr (part->sha256, ==, sha256);
}
