/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-app-desc.h"
#include "bwp-esp-image.h"
#include "bwp-vectors.h"
#include "fuzz.h"
#include <string.h>

static void
check_segments (const struct bwp_esp_image *image, const uint8_t *in, size_t len)
{
    struct bwp_esp_segment segment;

    g_assert_cmpuint (image->total_length, <=, len);
    for (uint8_t i = 0; i < image->segment_total; i++) {
        g_assert_cmpint (bwp_esp_image_segment (image, in, i, &segment), ==, BWP_OK);
        g_assert_cmpuint (segment.data_offset + segment.size, <=, image->data_length);
    }
}

/* A patched image is as good as it was before. */
static void
check_patch (const struct bwp_esp_chip *chip, const uint8_t *in, size_t len)
{
    const struct bwp_esp_flash_params params = { BWP_ESP_MODE_DIO, 0, BWP_ESP_KEEP };
    g_autofree uint8_t *copy = g_memdup2 (in, len);
    enum bwp_result before = bwp_esp_image_check (chip, in, len, vectors_digests (), NULL);

    g_assert_cmpint (bwp_esp_image_patch (chip, copy, len, &params, vectors_digests ()), ==,
                     before);
    if (before == BWP_OK)
        g_assert_cmpint (bwp_esp_image_check (chip, copy, len, vectors_digests (), NULL), ==,
                         BWP_OK);
    else if (len > 0)
        g_assert_cmpmem (copy, len, in, len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    const struct bwp_esp_chip *chips[2] = { bwp_esp_chip_by_name ("esp8266"), NULL };
    struct bwp_esp_app_desc app;
    struct bwp_esp_boot_desc boot;
    struct bwp_esp_image image;

    (void) bwp_esp_image_guess_chip (in, len, &chips[1]);
    for (size_t i = 0; i < G_N_ELEMENTS (chips) && chips[i] != NULL; i++) {
        if (bwp_esp_image_scan (chips[i], in, len, &image) == BWP_OK)
            check_segments (&image, in, len);
        check_patch (chips[i], in, len);
    }
    (void) bwp_esp_app_desc_parse (in, len, &app);
    (void) bwp_esp_boot_desc_parse (in, len, &boot);
    return 0;
}
