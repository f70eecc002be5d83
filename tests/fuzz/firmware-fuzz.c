/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "firmware-fuzz.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware.h"

static char *folder;

static void
put (const char *name, const void *data, size_t len)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);

    /* not synced: thousands of inputs follow each other; GLib 2.74 leaves the tail of an older,
     * longer file */
    g_remove (path);
    g_assert_true (
        g_file_set_contents_full (path, data, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
remove_folder (void)
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_remove (path);
    }
    g_rmdir (folder);
    g_free (folder);
}

static void
make_folder (void)
{
    folder = g_dir_make_tmp ("bw-fuzz-XXXXXX", NULL);
    g_assert_nonnull (folder);
    put ("a.bin", "some data", 9);
    put ("b.bin", "other data", 10);
    atexit (remove_folder);
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
    g_autofree char *spec = NULL;
    g_autoptr (BwFirmware) firmware = NULL;
    g_autoptr (GError) error = NULL;

    if (folder == NULL)
        make_folder ();
    put (name, data, len);
    spec = g_strconcat (folder, "/", name, suffix, NULL);
    firmware = bw_firmware_load_sync ((const char *const[]){ spec, NULL }, NULL, &error);
    if (firmware != NULL)
        check_promises (firmware);
    else
        g_assert_cmpint (bw_error_get_cause (error), !=, BW_CAUSE_NONE);
}
