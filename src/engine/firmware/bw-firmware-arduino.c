/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-firmware-private.h"
#include "bw-firmware-source.h"

/* What a build of Arduino leaves behind: Sketch.ino.bin, and for chips with a partition table
 * Sketch.ino.bootloader.bin and Sketch.ino.partitions.bin. Each says by its content where it goes.
 * People name that folder, or the sketch, which has one below "build" for each kind of board. */

#define SKETCH_END ".ino.bin"
/* What of a sketch is written besides it, where it is there. */
static const char *const companions[] = { ".ino.bootloader.bin", ".ino.partitions.bin" };

/* A blank one: the first slot starts, whatever ran before. (Arduino writes one that names it.) */
#define OTADATA_SIZE 0x2000u

/* The path of the sketch in it without its ending; NULL where there is none, or more than one. */
static char *
find_sketch_in (const char *folder)
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    g_autofree char *found = NULL;
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *sketch = NULL;

        if (!g_str_has_suffix (name, SKETCH_END))
            continue;
        if (found != NULL)
            return NULL;
        sketch = g_strndup (name, strlen (name) - strlen (SKETCH_END));
        found = g_build_filename (folder, sketch, NULL);
    }
    return g_steal_pointer (&found);
}

static char *
find_sketch (const char *folder)
{
    g_autofree char *here = find_sketch_in (folder);
    g_autofree char *build = g_build_filename (folder, "build", NULL);
    g_autoptr (GDir) dir = here != NULL ? NULL : g_dir_open (build, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *below = g_build_filename (build, name, NULL);
        g_autofree char *sketch = find_sketch_in (below);

        if (sketch != NULL && here != NULL)
            return NULL;
        if (sketch != NULL)
            here = g_steal_pointer (&sketch);
    }
    return g_steal_pointer (&here);
}

static gboolean
arduino_matches (const BwFirmwareInput *input)
{
    g_autofree char *sketch = input->bytes == NULL ? find_sketch (input->path) : NULL;

    return sketch != NULL;
}

static gboolean
add_otadata (BwFirmwareBuild *build, GBytes *table, const char *shown, GError **error)
{
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    BwFirmwarePlace place = { .origin = shown, .name = "otadata" };
    g_autoptr (GBytes) blank = NULL;
    size_t count = 0;
    size_t len;
    const uint8_t *data = g_bytes_get_data (table, &len);

    /* a damaged table is refused as a part, with its own reason */
    if (bwp_esp_partition_parse (data, MIN (len, BWP_ESP_PARTITION_SECTOR), bw_digests_get (),
                                 entries, BWP_ESP_PARTITION_MAX, &count, NULL)
        != BWP_OK)
        return TRUE;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].type != BWP_ESP_TYPE_DATA || entries[i].subtype != BWP_ESP_DATA_OTA
            || entries[i].size != OTADATA_SIZE)
            continue;
        place.offset = entries[i].offset;
        blank =
            g_bytes_new_take (memset (g_malloc (OTADATA_SIZE), 0xff, OTADATA_SIZE), OTADATA_SIZE);
        return bw_firmware_build_add (build, &place, blank, error);
    }
    return TRUE;
}

static gboolean
add_file (BwFirmwareBuild *build,
          const BwFirmwareInput *input,
          const char *path,
          GCancellable *cancellable,
          GError **error)
{
    g_autofree char *shown = g_filename_display_name (path);
    BwFirmwarePlace place = { .origin = shown, .offset = BW_FIRMWARE_NO_OFFSET };
    g_autoptr (GBytes) bytes = bw_firmware_source_read (path, BW_FIRMWARE_SIZE_MAX, input->files,
                                                        cancellable, error);

    if (bytes == NULL || !bw_firmware_build_add (build, &place, bytes, error))
        return FALSE;
    return !g_str_has_suffix (path, ".ino.partitions.bin")
           || add_otadata (build, bytes, shown, error);
}

static GPtrArray *
arduino_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autofree char *sketch = find_sketch (input->path);
    g_autofree char *app = NULL;
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    BwFirmwareBuild *build = bw_firmware_build_new ();

    g_ptr_array_add (builds, build);
    if (!bw_firmware_input_check_no_place (input, error))
        return NULL;
    if (sketch == NULL) {
        bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, _ ("%s: its sketch is gone"), input->shown);
        return NULL;
    }
    app = g_strconcat (sketch, SKETCH_END, NULL);
    if (!add_file (build, input, app, cancellable, error))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS (companions); i++) {
        g_autofree char *path = g_strconcat (sketch, companions[i], NULL);

        if (g_file_test (path, G_FILE_TEST_EXISTS)
            && !add_file (build, input, path, cancellable, error))
            return NULL;
    }
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_arduino = { "arduino", arduino_matches, arduino_load };
