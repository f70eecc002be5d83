/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "firmware-fuzz.h"

#include <gio/gio.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware.h"
#include "fuzz-folder.h"

/* What descriptions may name. */
static void
put_others (void)
{
    static gboolean is_done;

    if (is_done)
        return;
    g_free (fuzz_folder_put ("a.bin", "some data", 9));
    g_free (fuzz_folder_put ("b.bin", "other data", 10));
    is_done = TRUE;
}

static void
check_against (const BwFirmwareBuild *build, const char *chip_key, uint32_t flash_size)
{
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) findings = NULL;

    info->chip_key = g_strdup (chip_key);
    info->flash_size_bytes = flash_size;
    info->revision = 3;
    info->is_flash_encrypted = flash_size > 4 * 1024 * 1024;
    findings = bw_firmware_build_check (build, info);
    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = g_ptr_array_index (findings, i);

        g_assert_true (g_utf8_validate (finding->text, -1, NULL));
    }
}

/* What is promised about every firmware that loads. */
static void
check_promises (BwFirmware *firmware)
{
    GPtrArray *builds = bw_firmware_get_builds (firmware);

    g_assert_cmpuint (builds->len, >, 0);
    g_assert_true (g_utf8_validate (bw_firmware_get_title (firmware), -1, NULL));
    for (unsigned i = 0; i < builds->len; i++) {
        const BwFirmwareBuild *build = g_ptr_array_index (builds, i);
        uint64_t end = 0;

        for (unsigned j = 0; j < build->parts->len; j++) {
            const BwFirmwarePart *part = g_ptr_array_index (build->parts, j);

            g_assert_cmpuint (part->offset, >=, end);
            g_assert_cmpuint (strlen (part->sha256), ==, 64);
            g_assert_true (g_utf8_validate (part->name, -1, NULL));
            end = (uint64_t) part->offset + g_bytes_get_size (part->data);
        }
        g_assert_cmpuint (end, <=, BW_FIRMWARE_SIZE_MAX);
        check_against (build, "esp32", 2 * 1024 * 1024);
        check_against (build, "esp32c3", 16 * 1024 * 1024);
    }
}

void
firmware_fuzz_load (const char *name, const char *suffix, const uint8_t *data, size_t len)
{
    g_autofree char *path = fuzz_folder_put (name, data, len);
    g_autofree char *spec = g_strconcat (path, suffix, NULL);
    g_autoptr (BwFirmware) firmware = NULL;
    g_autoptr (GError) error = NULL;

    put_others ();
    firmware = bw_firmware_load_sync ((const char *const[]){ spec, NULL }, NULL, &error);
    if (firmware != NULL)
        check_promises (firmware);
    else
        g_assert_cmpint (bw_error_get_cause (error), !=, BW_CAUSE_NONE);
}
