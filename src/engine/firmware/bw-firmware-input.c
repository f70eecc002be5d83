/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware-source.h"

gboolean
bw_firmware_parse_u32 (const char *text, uint32_t *ret_value)
{
    gboolean is_hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
    guint64 value;

    if (!g_ascii_string_to_unsigned (is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, UINT32_MAX,
                                     &value, NULL))
        return FALSE;
    *ret_value = (uint32_t) value;
    return TRUE;
}

static gboolean
is_remote (const char *spec)
{
    g_autofree char *scheme = g_uri_parse_scheme (spec);

    return scheme != NULL && strstr (spec, "://") != NULL;
}

/* "file@home.bin" is a file name; "file.bin@0x1000" is one with a place, unless a file of that
 * very name exists. */
static gboolean
split_spec (const char *spec, BwFirmwareInput *input, GError **error)
{
    const char *at = strrchr (spec, '@');
    uint32_t offset;

    if (is_remote (spec)) {
        g_autofree char *shown = g_filename_display_name (spec);

        bw_set_error (error, BW_CAUSE_UNREADABLE_FILE,
                      _ ("%s: firmware is not fetched from the network, download it first"), shown);
        return FALSE;
    }
    input->offset = BW_FIRMWARE_NO_OFFSET;
    if (at == NULL || at == spec || !g_ascii_isdigit (at[1])
        || g_file_test (spec, G_FILE_TEST_EXISTS)) {
        input->path = g_strdup (spec);
        return TRUE;
    }
    if (!bw_firmware_parse_u32 (at + 1, &offset)) {
        g_autofree char *shown = g_filename_display_name (spec);

        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: not an offset in flash"), shown);
        return FALSE;
    }
    input->offset = offset;
    input->path = g_strndup (spec, (gsize) (at - spec));
    return TRUE;
}

/* A brace at the start may also be the first byte of something else: only what parses is JSON,
 * and a file that calls itself JSON has to parse, unless it is told to be data. */
static gboolean
parse_json (BwFirmwareInput *input, GError **error)
{
    gboolean must_parse =
        g_str_has_suffix (input->shown, ".json") && input->offset == BW_FIRMWARE_NO_OFFSET;

    if (bw_firmware_source_first_char (input->bytes) != '{' && !must_parse)
        return TRUE;
    input->json = bw_firmware_json_parse (input->bytes, must_parse ? error : NULL);
    if (input->json != NULL || !must_parse)
        return TRUE;
    g_prefix_error (error, "%s: ", input->shown);
    return FALSE;
}

BwFirmwareInput *
bw_firmware_input_open (const char *spec, GCancellable *cancellable, GError **error)
{
    g_autoptr (BwFirmwareInput) input = g_new0 (BwFirmwareInput, 1);

    if (!split_spec (spec, input, error))
        return NULL;
    input->shown = g_filename_display_name (input->path);
    if (bw_firmware_source_is_folder (input->path))
        return g_steal_pointer (&input);
    input->bytes = bw_firmware_source_read (input->path, BW_FIRMWARE_SIZE_MAX, cancellable, error);
    if (input->bytes == NULL || !parse_json (input, error))
        return NULL;
    return g_steal_pointer (&input);
}

void
bw_firmware_input_free (BwFirmwareInput *self)
{
    if (self == NULL)
        return;
    g_free (self->path);
    g_free (self->shown);
    g_clear_pointer (&self->bytes, g_bytes_unref);
    g_clear_pointer (&self->json, cJSON_Delete);
    g_free (self);
}

gboolean
bw_firmware_input_check_no_offset (const BwFirmwareInput *self, GError **error)
{
    if (self->offset == BW_FIRMWARE_NO_OFFSET)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: says itself where it goes, leave out @0x%" PRIx64),
                  self->shown, self->offset);
    return FALSE;
}
