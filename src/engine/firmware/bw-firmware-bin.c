/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware-private.h"

/* Files that people try and that are something else: said by name, a place would not help. */
static const struct {
    const char *magic;
    size_t len;
    const char *what;
} strangers[] = {
    { "\177ELF", 4,
      /* translators: all of these follow the name of a file and a colon */
      N_ ("is a linked program (ELF), flash what the build made from it: a .bin file or "
          "the build folder") },
    { "PK\003\004", 4, N_ ("is a zip archive, unpack it first") },
    { "7z\274\257\047\034", 6, N_ ("is a 7z archive, unpack it first") },
    { "\375"
      "7zXZ",
      5, N_ ("is xz data, unpack it first") },
    { "(\265/\375", 4, N_ ("is zstd data, unpack it first") },
};

static gboolean
bin_matches (const BwFirmwareInput *input)
{
    return input->bytes != NULL;
}

static gboolean
check_no_stranger (const BwFirmwareInput *input, GError **error)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (input->bytes, &len);
    const char *what =
        input->json != NULL ? N_ ("is JSON, but neither a build description nor a manifest") : NULL;

    if (input->place != NULL)
        return TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS (strangers); i++)
        if (len >= strangers[i].len && memcmp (data, strangers[i].magic, strangers[i].len) == 0)
            what = strangers[i].what;
    if (what == NULL)
        return TRUE;
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, "%s: %s", input->shown, _ (what));
    return FALSE;
}

/* Without an offset, what it is decides where it goes: bw_firmware_build_finish(). */
static GPtrArray *
bin_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    BwFirmwareBuild *build = bw_firmware_build_new ();
    BwFirmwarePlace place = bw_firmware_input_get_place (input);

    g_ptr_array_add (builds, build);
    if (!check_no_stranger (input, error)
        || !bw_firmware_build_add (build, &place, input->bytes, error))
        return NULL;
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_bin = { "bin", bin_matches, bin_load };
