/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-app-desc.h"
#include "bwp-bytes.h"
#include <stdbool.h>
#include <string.h>

static bool
is_printable (uint8_t c)
{
    return c >= 0x20 && c < 0x7f;
}

/* These bytes come from a file and end up in windows and logs. */
static void
copy_text (char *out, const uint8_t *field, size_t size)
{
    size_t i = 0;

    for (; i < size && field[i] != 0; i++)
        out[i] = is_printable (field[i]) ? (char) field[i] : '?';
    out[i] = '\0';
}

static bool
looks_like_text (const uint8_t *field, size_t size)
{
    size_t i = 0;

    for (; i < size && field[i] != 0; i++)
        if (!is_printable (field[i]))
            return false;
    return i > 0;
}

enum bwp_result
bwp_esp_app_desc_parse (const uint8_t *image, size_t len, struct bwp_esp_app_desc *ret_desc)
{
    const uint8_t *desc;

    if (len < BWP_ESP_DESC_OFFSET + 4)
        return BWP_ERR_CUT;
    desc = image + BWP_ESP_DESC_OFFSET;
    if (bwp_get_u32le (desc) != BWP_ESP_APP_DESC_MAGIC)
        return BWP_ERR_ABSENT;
    if (len < BWP_ESP_DESC_OFFSET + BWP_ESP_APP_DESC_BYTES)
        return BWP_ERR_CUT;
    ret_desc->secure_version = bwp_get_u32le (desc + 4);
    copy_text (ret_desc->version, desc + 0x10, 32);
    copy_text (ret_desc->project, desc + 0x30, 32);
    copy_text (ret_desc->time, desc + 0x50, 16);
    copy_text (ret_desc->date, desc + 0x60, 16);
    copy_text (ret_desc->idf_version, desc + 0x70, 32);
    memcpy (ret_desc->elf_sha256, desc + 0x90, 32);
    ret_desc->min_block_revision = bwp_get_u16le (desc + 0xb0);
    ret_desc->max_block_revision = bwp_get_u16le (desc + 0xb2);
    ret_desc->mmu_page_log2 = desc[0xb4];
    return BWP_OK;
}

enum bwp_result
bwp_esp_boot_desc_parse (const uint8_t *image, size_t len, struct bwp_esp_boot_desc *ret_desc)
{
    const uint8_t *desc;

    if (len < BWP_ESP_DESC_OFFSET + 1)
        return BWP_ERR_CUT;
    desc = image + BWP_ESP_DESC_OFFSET;
    if (desc[0] != BWP_ESP_BOOT_DESC_MAGIC)
        return BWP_ERR_ABSENT;
    if (len < BWP_ESP_DESC_OFFSET + BWP_ESP_BOOT_DESC_BYTES)
        return BWP_ERR_CUT;
    if (!looks_like_text (desc + 8, 32) || !looks_like_text (desc + 40, 24))
        return BWP_ERR_ABSENT;
    ret_desc->secure_version = desc[3];
    ret_desc->version = bwp_get_u32le (desc + 4);
    copy_text (ret_desc->idf_version, desc + 8, 32);
    copy_text (ret_desc->date_time, desc + 40, 24);
    return BWP_OK;
}
