/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"

#include "bw-error.h"
#include "bw-firmware-private.h"

static gboolean
bin_matches (const BwFirmwareInput *input)
{
    return input->bytes != NULL;
}

/* Without an offset, what it is decides where it goes: bw_firmware_build_finish(). */
static GPtrArray *
bin_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    BwFirmwareBuild *build = bw_firmware_build_new ();
    BwFirmwarePlace place = { .origin = input->shown, .offset = input->offset };

    g_ptr_array_add (builds, build);
    if (!bw_firmware_build_add (build, &place, input->bytes, error))
        return NULL;
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_bin = { "bin", bin_matches, bin_load };
