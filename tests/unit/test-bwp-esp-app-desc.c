/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-esp-app-desc.h"
#include "bwp-vectors.h"
#include <string.h>

static void
test_application (void)
{
    g_autoptr (GByteArray) bytes = vectors_load ("image/esp32s3_app.bin");
    struct bwp_esp_app_desc desc;

    g_assert_cmpint (bwp_esp_app_desc_parse (bytes->data, bytes->len, &desc), ==, BWP_OK);
    g_assert_cmpstr (desc.project, !=, "");
    g_assert_cmpstr (desc.version, !=, "");
    g_test_message ("%s %s, %s %s, %s", desc.project, desc.version, desc.date, desc.time,
                    desc.idf_version);
    for (gsize len = 0; len < 0x120; len++) {
        g_autofree guint8 *copy = g_memdup2 (bytes->data, len);

        g_assert_cmpint (bwp_esp_app_desc_parse (copy, len, &desc), ==, BWP_ERR_CUT);
    }
    g_assert_cmpint (bwp_esp_app_desc_parse (bytes->data, 0x120, &desc), ==, BWP_OK);
}

static void
test_bootloader (void)
{
    g_autoptr (GByteArray) bytes = vectors_load ("image/esp32_boot_before.bin");
    struct bwp_esp_boot_desc desc;
    struct bwp_esp_app_desc app;

    g_assert_cmpint (bwp_esp_boot_desc_parse (bytes->data, bytes->len, &desc), ==, BWP_OK);
    g_assert_cmpstr (desc.idf_version, !=, "");
    g_assert_cmpint (bwp_esp_app_desc_parse (bytes->data, bytes->len, &app), ==, BWP_ERR_ABSENT);
    for (gsize len = 0; len < 0x70; len++) {
        g_autofree guint8 *copy = g_memdup2 (bytes->data, len);

        g_assert_cmpint (bwp_esp_boot_desc_parse (copy, len, &desc), ==, BWP_ERR_CUT);
    }
}

static void
test_absent (void)
{
    g_autoptr (GByteArray) bytes = vectors_load ("image/esp32c3_app_rev.bin");
    struct bwp_esp_boot_desc desc;

    bytes->data[0x20] = BWP_ESP_BOOT_DESC_MAGIC;
    bytes->data[0x28] = 0x01; /* by chance the same byte, but no text follows */
    g_assert_cmpint (bwp_esp_boot_desc_parse (bytes->data, bytes->len, &desc), ==, BWP_ERR_ABSENT);
    bytes->data[0x20] = 0;
    g_assert_cmpint (bwp_esp_boot_desc_parse (bytes->data, bytes->len, &desc), ==, BWP_ERR_ABSENT);
}

static void
test_texts_are_tamed (void)
{
    uint8_t image[0x120] = { 0 };
    struct bwp_esp_app_desc desc;

    bwp_put_u32le (image + 0x20, BWP_ESP_APP_DESC_MAGIC);
    memset (image + 0x30, 'v', 32); /* no terminator */
    memcpy (image + 0x50, "a\x1b[2J\xff\nb", 9);
    image[0xd2] = 99;
    image[0xd4] = 16;
    g_assert_cmpint (bwp_esp_app_desc_parse (image, sizeof image, &desc), ==, BWP_OK);
    g_assert_cmpuint (strlen (desc.version), ==, 32);
    g_assert_cmpstr (desc.project, ==, "a?[2J??b");
    g_assert_cmpuint (desc.max_block_revision, ==, 99);
    g_assert_cmpuint (desc.mmu_page_log2, ==, 16);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-app-desc/application", test_application);
    g_test_add_func ("/protocol/esp-app-desc/bootloader", test_bootloader);
    g_test_add_func ("/protocol/esp-app-desc/absent", test_absent);
    g_test_add_func ("/protocol/esp-app-desc/texts-are-tamed", test_texts_are_tamed);
    return g_test_run ();
}
