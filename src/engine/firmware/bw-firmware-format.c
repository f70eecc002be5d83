/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"

#include "bw-firmware-private.h"

/* A new file form is a new file and a line here. The order is from the certain to the vague. */
static const BwFirmwareFormat *const formats[] = {
    &bw_firmware_format_arduino, &bw_firmware_format_idf,  &bw_firmware_format_manifest,
    &bw_firmware_format_uf2,     &bw_firmware_format_ihex, &bw_firmware_format_merged,
    &bw_firmware_format_bin,
};

const BwFirmwareFormat *
bw_firmware_format_find (const BwFirmwareInput *input)
{
    for (size_t i = 0; i < G_N_ELEMENTS (formats) - 1; i++)
        if (formats[i]->matches (input))
            return formats[i];
    return formats[G_N_ELEMENTS (formats) - 1];
}
