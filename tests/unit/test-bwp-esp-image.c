/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-esp-image.h"
#include "bwp-vectors.h"
#include <string.h>

static const struct bwp_esp_chip *
chip_of (const char *file)
{
    g_auto (GStrv) parts = g_strsplit (file, "_", 2);
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name (parts[0]);

    g_assert_nonnull (chip);
    return chip;
}

static GByteArray *
load_image (const char *file)
{
    g_autofree char *path = g_build_filename ("image", file, NULL);

    return vectors_load (path);
}

static enum bwp_result
check (const char *file, const GByteArray *bytes, struct bwp_esp_image *image)
{
    return bwp_esp_image_check (chip_of (file), bytes->data, bytes->len, vectors_digests (), image);
}

static void
check_cuts (const char *file, const GByteArray *bytes, const struct bwp_esp_image *image)
{
    struct bwp_esp_image unused;

    for (gsize len = 0; len < image->total_length; len++) {
        g_autofree guint8 *copy = g_memdup2 (bytes->data, len);

        g_assert_cmpint (bwp_esp_image_scan (chip_of (file), copy, len, &unused), ==, BWP_ERR_CUT);
    }
}

/* One changed bit anywhere in a hashed image must show. */
static void
check_changes (const char *file, GByteArray *bytes, const struct bwp_esp_image *image)
{
    gsize step = image->total_length > 4096 ? 499 : 1;

    for (gsize at = 0; image->header.has_digest && at < image->total_length; at += step) {
        bytes->data[at] ^= 0x10;
        g_assert_cmpint (check (file, bytes, NULL), <, 0);
        bytes->data[at] ^= 0x10;
    }
}

static void
test_good_images (void)
{
    const char *files[] = {
        "esp32_boot_before.bin", "esp32_boot_qio_80m_16MB.bin",
        "esp32_boot_nohash.bin", "esp32_merged_before.bin",
        "esp32s3_app.bin",       "esp32c3_app_rev.bin",
        "esp8266_v1.bin",        "esp8266_v1_dio_80m_4MB.bin",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
        g_autoptr (GByteArray) bytes = load_image (files[i]);
        const struct bwp_esp_chip *guessed = NULL;
        struct bwp_esp_image image;

        g_assert_cmpint (check (files[i], bytes, &image), ==, BWP_OK);
        g_assert_cmpuint (image.total_length, <=, bytes->len);
        g_assert_cmpint (bwp_esp_image_guess_chip (bytes->data, bytes->len, &guessed), ==, BWP_OK);
        g_assert_true (guessed == chip_of (files[i]));
        check_cuts (files[i], bytes, &image);
        check_changes (files[i], bytes, &image);
    }
}

static void
test_bad_checksum (void)
{
    g_autoptr (GByteArray) bytes = load_image ("esp32_boot_badchecksum.bin");
    struct bwp_esp_image image;

    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
    g_assert_cmpint (bwp_esp_image_scan (chip_of ("esp32_"), bytes->data, bytes->len, &image), ==,
                     BWP_OK);
    g_assert_cmphex (image.checksum_found, !=, image.checksum_expected);
}

/* Without a digest the checksum stands alone: it covers the data of every segment. */
static void
test_checksum_alone (void)
{
    const char *files[] = { "esp32_boot_nohash.bin", "esp8266_v1.bin" };

    for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
        g_autoptr (GByteArray) bytes = load_image (files[i]);
        struct bwp_esp_image image;
        struct bwp_esp_segment segment;

        g_assert_cmpint (check (files[i], bytes, &image), ==, BWP_OK);
        for (uint8_t k = 0; k < image.segment_total; k++) {
            g_assert_cmpint (bwp_esp_image_segment (&image, bytes->data, k, &segment), ==, BWP_OK);
            for (guint32 at = 0; at < segment.size; at++) {
                bytes->data[segment.data_offset + at] ^= 0x80;
                g_assert_cmpint (check (files[i], bytes, NULL), ==, BWP_ERR_CORRUPT);
                bytes->data[segment.data_offset + at] ^= 0x80;
            }
        }
    }
}

static void
test_digest_is_needed (void)
{
    g_autoptr (GByteArray) hashed = load_image ("esp32_boot_before.bin");
    g_autoptr (GByteArray) plain = load_image ("esp32_boot_nohash.bin");
    const struct bwp_esp_chip *esp32 = chip_of ("esp32_");

    g_assert_cmpint (bwp_esp_image_check (esp32, hashed->data, hashed->len, NULL, NULL), ==,
                     BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_image_check (esp32, plain->data, plain->len, NULL, NULL), ==, BWP_OK);
}

static void
test_wrong_chip (void)
{
    g_autoptr (GByteArray) bytes = load_image ("esp32s3_app.bin");
    const struct bwp_esp_chip *guessed = NULL;
    struct bwp_esp_image image;

    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_VERSION);
    bwp_put_u16le (bytes->data + 0xc, 4); /* a retired sample */
    g_assert_cmpint (bwp_esp_image_guess_chip (bytes->data, bytes->len, &guessed), ==,
                     BWP_ERR_VERSION);
    bytes->data[0] = 0x7f;
    g_assert_cmpint (bwp_esp_image_guess_chip (bytes->data, bytes->len, &guessed), ==,
                     BWP_ERR_ABSENT);
    g_assert_cmpint (check ("esp32s3_", bytes, &image), ==, BWP_ERR_ABSENT);
}

static void
test_header_limits (void)
{
    g_autoptr (GByteArray) bytes = load_image ("esp32_boot_before.bin");
    struct bwp_esp_image image;

    bytes->data[1] = 0;
    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
    bytes->data[1] = 17;
    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
    bytes->data[1] = 16; /* walks into the trailer */
    g_assert_cmpint (check ("esp32_", bytes, &image), <, 0);
    bytes->data[1] = 3;
    bytes->data[0x17] = 2;
    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
    bytes->data[0x17] = 1;
    bwp_put_u32le (bytes->data + 0x1c, 0x1000000);
    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
    bwp_put_u32le (bytes->data + 0x1c, 0xfffffffc);
    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
    bwp_put_u32le (bytes->data + 0x1c, 0x101);
    g_assert_cmpint (check ("esp32_", bytes, &image), ==, BWP_ERR_CORRUPT);
}

static void
test_segments (void)
{
    g_autoptr (GByteArray) bytes = load_image ("esp32s3_app.bin");
    const struct bwp_esp_chip *s3 = chip_of ("esp32s3_");
    struct bwp_esp_image image;
    struct bwp_esp_segment segment;
    guint mapped = 0;

    g_assert_cmpint (check ("esp32s3_", bytes, &image), ==, BWP_OK);
    for (uint8_t i = 0; i < image.segment_total; i++) {
        g_assert_cmpint (bwp_esp_image_segment (&image, bytes->data, i, &segment), ==, BWP_OK);
        if (!bwp_esp_chip_is_mapped (s3, segment.address))
            continue;
        mapped++;
        g_assert_cmphex (segment.data_offset & 0xffff, ==, segment.address & 0xffff);
    }
    g_assert_cmpuint (mapped, ==, 2);
    g_assert_cmpint (bwp_esp_image_segment (&image, bytes->data, image.segment_total, &segment), ==,
                     BWP_ERR_CALLER);
}

/* "esp32_boot_qio_80m_16MB.bin" names what was set: mode, frequency, size, each or "keep". */
static void
parse_params (const struct bwp_esp_chip *chip,
              const char *mode,
              const char *frequency,
              const char *size,
              struct bwp_esp_flash_params *params)
{
    *params = (struct bwp_esp_flash_params){ BWP_ESP_KEEP, BWP_ESP_KEEP, BWP_ESP_KEEP };
    if (strcmp (mode, "keep") != 0)
        g_assert_cmpint (bwp_esp_mode_from_text (mode, &params->mode), ==, BWP_OK);
    if (strcmp (frequency, "keep") != 0)
        g_assert_cmpint (bwp_esp_frequency_from_text (chip, frequency, &params->frequency), ==,
                         BWP_OK);
    if (strcmp (size, "keep") != 0)
        g_assert_cmpint (bwp_esp_size_from_text (chip, size, &params->size), ==, BWP_OK);
}

static void
check_patch (const char *before, const char *stem, const char *setting)
{
    g_autofree char *after = g_strdup_printf ("%s_%s.bin", stem, setting);
    g_autoptr (GByteArray) bytes = load_image (before);
    g_autoptr (GByteArray) wanted = load_image (after);
    g_auto (GStrv) parts = g_strsplit (setting, "_", 3);
    struct bwp_esp_flash_params params;

    parse_params (chip_of (before), parts[0], parts[1], parts[2], &params);
    g_assert_cmpint (bwp_esp_image_patch (chip_of (before), bytes->data, bytes->len, &params,
                                          vectors_digests ()),
                     ==, BWP_OK);
    g_assert_cmpmem (bytes->data, bytes->len, wanted->data, wanted->len);
}

static void
test_patches (void)
{
    check_patch ("esp32_boot_before.bin", "esp32_boot", "qio_80m_16MB");
    check_patch ("esp32_boot_before.bin", "esp32_boot", "dio_40m_4MB");
    check_patch ("esp32_boot_before.bin", "esp32_boot", "keep_keep_2MB");
    check_patch ("esp32_boot_before.bin", "esp32_boot", "dout_26m_keep");
    check_patch ("esp32_boot_nohash.bin", "esp32_boot_nohash", "qio_80m_8MB");
    check_patch ("esp32_merged_before.bin", "esp32_merged", "qio_80m_16MB");
    check_patch ("esp8266_v1.bin", "esp8266_v1", "dio_80m_4MB");
}

static void
test_patch_refuses (void)
{
    g_autoptr (GByteArray) bytes = load_image ("esp32_boot_badchecksum.bin");
    g_autoptr (GByteArray) good = load_image ("esp32_boot_before.bin");
    g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);
    struct bwp_esp_flash_params params = { 0, 0, 4 };
    const struct bwp_esp_chip *esp32 = chip_of ("esp32_");

    g_assert_cmpint (bwp_esp_image_patch (esp32, bytes->data, bytes->len, &params,
                                          vectors_digests ()),
                     ==, BWP_ERR_CORRUPT);
    g_assert_cmpmem (bytes->data, bytes->len, copy, bytes->len);
    params.size = 0x10;
    g_assert_cmpint (bwp_esp_image_patch (esp32, good->data, good->len, &params,
                                          vectors_digests ()),
                     ==, BWP_ERR_CALLER);
}

static void
test_revisions (void)
{
    g_autoptr (GByteArray) bytes = load_image ("esp32c3_app_rev.bin");
    const struct bwp_esp_chip *c3 = chip_of ("esp32c3_");
    const struct bwp_esp_chip *esp32 = chip_of ("esp32_");
    struct bwp_esp_image image;
    struct bwp_esp_image_header *header = &image.header;

    g_assert_cmpint (check ("esp32c3_", bytes, &image), ==, BWP_OK);
    g_assert_cmpuint (header->min_revision_old, ==, 3);
    g_assert_cmpuint (header->min_revision, ==, 3);
    g_assert_cmpuint (header->max_revision, ==, 199);
    g_assert_cmpint (bwp_esp_image_revision_fit (c3, header, 2), ==, BWP_ESP_REVISION_TOO_OLD);
    g_assert_cmpint (bwp_esp_image_revision_fit (c3, header, 3), ==, BWP_ESP_REVISION_FITS);
    g_assert_cmpint (bwp_esp_image_revision_fit (c3, header, 199), ==, BWP_ESP_REVISION_FITS);
    g_assert_cmpint (bwp_esp_image_revision_fit (c3, header, 200), ==, BWP_ESP_REVISION_TOO_NEW);
    header->max_revision = 0; /* old image: minor on the C3, major elsewhere */
    g_assert_cmpint (bwp_esp_image_revision_fit (c3, header, 102), ==, BWP_ESP_REVISION_TOO_OLD);
    g_assert_cmpint (bwp_esp_image_revision_fit (c3, header, 3), ==, BWP_ESP_REVISION_FITS);
    g_assert_cmpint (bwp_esp_image_revision_fit (esp32, header, 299), ==, BWP_ESP_REVISION_TOO_OLD);
    g_assert_cmpint (bwp_esp_image_revision_fit (esp32, header, 300), ==, BWP_ESP_REVISION_FITS);
    header->max_revision = 0xffff; /* open, and only the old limit is set */
    header->min_revision = 0;
    g_assert_cmpint (bwp_esp_image_revision_fit (esp32, header, 200), ==, BWP_ESP_REVISION_TOO_OLD);
    header->min_revision_old = 0;
    g_assert_cmpint (bwp_esp_image_revision_fit (esp32, header, 0), ==, BWP_ESP_REVISION_FITS);
}

/* A v2 image built by hand: header, 16 bytes of irom, a v1 image with one segment, CRC. */
static GByteArray *
make_v2 (void)
{
    g_autoptr (GByteArray) v1 = vectors_unhex ("e9010000000010400000104004000000aabbccdd");
    GByteArray *bytes = vectors_unhex ("ea0402400000104000000000100000000102030405060708090a0b0c"
                                       "0d0e0f10");
    uint8_t trailer[4];

    g_byte_array_append (bytes, v1->data, v1->len);
    while (bytes->len % 16 != 15)
        g_byte_array_append (bytes, (const guint8 *) "", 1);
    trailer[0] = 0xef ^ 0xaa ^ 0xbb ^ 0xcc ^ 0xdd;
    g_byte_array_append (bytes, trailer, 1);
    bwp_put_u32le (trailer, bwp_esp_8266_image_crc (bytes->data, bytes->len));
    g_byte_array_append (bytes, trailer, 4);
    return bytes;
}

/* Worked out by hand from the published CRC-32 of these texts. */
static void
test_crc_of_version_2 (void)
{
    g_assert_cmphex (bwp_esp_8266_image_crc ((const uint8_t *) "123456789", 9), ==, 0x340bc6d9);
    g_assert_cmphex (bwp_esp_8266_image_crc ((const uint8_t *) "abc", 3), ==, 0x352441c3);
    g_assert_cmphex (bwp_esp_8266_image_crc ((const uint8_t *) "", 0), ==, 1);
}

static void
test_version_2 (void)
{
    g_autoptr (GByteArray) bytes = make_v2 ();
    const struct bwp_esp_chip *esp8266 = chip_of ("esp8266_");
    const struct bwp_esp_flash_params params = { BWP_ESP_MODE_DIO, 0xf, 4 };
    struct bwp_esp_image image;

    g_assert_cmpint (check ("esp8266_", bytes, &image), ==, BWP_OK);
    g_assert_cmpuint (image.total_length, ==, bytes->len);
    g_assert_cmpuint (image.segment_total, ==, 1);
    check_cuts ("esp8266_", bytes, &image);
    for (guint at = 0; at < bytes->len; at++) {
        bytes->data[at] ^= 1;
        g_assert_cmpint (check ("esp8266_", bytes, NULL), <, 0);
        bytes->data[at] ^= 1;
    }
    g_assert_cmpint (bwp_esp_image_patch (esp8266, bytes->data, bytes->len, &params, NULL), ==,
                     BWP_OK);
    g_assert_cmphex (bytes->data[3], ==, 0x4f);
    g_assert_cmpint (check ("esp8266_", bytes, NULL), ==, BWP_OK);
    /* a later chip has no such images */
    g_assert_cmpint (bwp_esp_image_check (chip_of ("esp32_"), bytes->data, bytes->len, NULL, NULL),
                     ==, BWP_ERR_ABSENT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-image/good-images-pass-cuts-and-changes-do-not",
                     test_good_images);
    g_test_add_func ("/protocol/esp-image/bad-checksum", test_bad_checksum);
    g_test_add_func ("/protocol/esp-image/checksum-alone", test_checksum_alone);
    g_test_add_func ("/protocol/esp-image/digest-is-needed", test_digest_is_needed);
    g_test_add_func ("/protocol/esp-image/wrong-chip", test_wrong_chip);
    g_test_add_func ("/protocol/esp-image/header-limits", test_header_limits);
    g_test_add_func ("/protocol/esp-image/segments", test_segments);
    g_test_add_func ("/protocol/esp-image/patches-as-recorded", test_patches);
    g_test_add_func ("/protocol/esp-image/patch-refuses-damaged-files", test_patch_refuses);
    g_test_add_func ("/protocol/esp-image/revisions", test_revisions);
    g_test_add_func ("/protocol/esp-image/crc-of-esp8266-version-2", test_crc_of_version_2);
    g_test_add_func ("/protocol/esp-image/esp8266-version-2", test_version_2);
    return g_test_run ();
}
