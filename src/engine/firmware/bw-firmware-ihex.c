/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware-private.h"
#include "bw-firmware-source.h"
#include "bw-result.h"
#include "bwp-ihex.h"

/* A colon alone could be anything; the digits of a record's head behind it are no accident. */
#define HEAD_DIGITS 8

static gboolean
ihex_matches (const BwFirmwareInput *input)
{
    size_t len;
    const char *text;
    const char *colon;

    if (input->bytes == NULL || bw_firmware_source_first_char (input->bytes) != ':')
        return FALSE;
    text = g_bytes_get_data (input->bytes, &len);
    colon = memchr (text, ':', len);
    if (len - (size_t) (colon - text) <= HEAD_DIGITS)
        return FALSE;
    for (int i = 1; i <= HEAD_DIGITS; i++)
        if (!g_ascii_isxdigit (colon[i]))
            return FALSE;
    return TRUE;
}

static gboolean
read_records (GBytes *bytes, BwFirmwareRuns *runs, GCancellable *cancellable, GError **error)
{
    struct bwp_ihex_reader reader;
    struct bwp_ihex_record record;
    size_t len;
    const char *text = g_bytes_get_data (bytes, &len);
    enum bwp_result result = BWP_OK;

    bwp_ihex_reader_init (&reader);
    while (result == BWP_OK) {
        size_t used;

        if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        result = bwp_ihex_read (&reader, text, len, &used, &record);
        text += used;
        len -= used;
        if (result == BWP_OK
            && !bw_firmware_runs_put (runs, record.address, record.data, record.len, error))
            return FALSE;
    }
    if (result == BWP_AGAIN)
        result = bwp_ihex_reader_finish (&reader);
    return bw_result_check (result, BW_CAUSE_BAD_FIRMWARE, error, N_ ("line %u"), reader.line);
}

static GPtrArray *
ihex_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    g_autoptr (BwFirmwareRuns) runs = bw_firmware_runs_new ();
    BwFirmwareBuild *build = bw_firmware_build_new ();

    g_ptr_array_add (builds, build);
    if (!bw_firmware_input_check_no_place (input, error))
        return NULL;
    if (!read_records (input->bytes, runs, cancellable, error)) {
        g_prefix_error (error, "%s: ", input->shown);
        return NULL;
    }
    if (!bw_firmware_runs_add_to (runs, build, input->shown, error))
        return NULL;
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_ihex = { "ihex", ihex_matches, ihex_load };
