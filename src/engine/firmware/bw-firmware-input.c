/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware-fetch.h"
#include "bw-firmware-source.h"
#include "bw-number.h"

gboolean
bw_firmware_parse_u32 (const char *text, uint32_t *ret_value)
{
    gboolean is_hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
    uint64_t value = 0;

    if (!bw_number_parse (is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, UINT32_MAX, &value))
        return FALSE;
    *ret_value = (uint32_t) value;
    return TRUE;
}

/* A partition may have any name; what looks like a number is never taken for one, so that a slip of
 * the finger is told before a board is asked. */
static gboolean
looks_like_offset (const char *text)
{
    return g_ascii_isdigit (text[0])
           || ((text[0] == '-' || text[0] == '+') && g_ascii_isdigit (text[1]));
}

static gboolean
parse_place (const char *text, BwFirmwareInput *input, GError **error)
{
    uint32_t offset = 0;

    input->offset = BW_FIRMWARE_NO_OFFSET;
    input->place = g_strdup (text);
    if (text == NULL)
        return TRUE;
    if (text[0] != '\0' && !looks_like_offset (text)) {
        input->partition = g_strdup (text);
        return TRUE;
    }
    if (!bw_firmware_parse_u32 (text, &offset)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: not an offset in flash"), input->shown);
        return FALSE;
    }
    input->offset = offset;
    return TRUE;
}

/* "file@home.bin" is a file name; "file.bin@0x1000" and "file.bin@nvs" are one with a place, unless
 * a file of that very name exists. Behind a name there has to be a file before it: otherwise the
 * whole is more likely the misspelt name of one. Returns what stands behind the @, or NULL. */
static const char *
find_place (const char *spec)
{
    const char *at = strrchr (spec, '@');
    g_autofree char *path = NULL;

    if (at == NULL || at == spec || at[1] == '\0' || strchr (at, G_DIR_SEPARATOR) != NULL
        || g_file_test (spec, G_FILE_TEST_EXISTS))
        return NULL;
    path = g_strndup (spec, (gsize) (at - spec));
    return looks_like_offset (at + 1) || g_file_test (path, G_FILE_TEST_EXISTS) ? at + 1 : NULL;
}

char *
bw_firmware_spec_dup_path_sync (const char *spec)
{
    g_autoptr (BwFirmwareUrl) url =
                   bw_firmware_url_is_one (spec) ? bw_firmware_url_parse (spec, NULL) : NULL;
    const char *place = NULL;

    if (url == NULL)
        place = find_place (spec);
    else if (url->place != NULL)
        place = strrchr (spec, '@') + 1;
    return place == NULL ? g_strdup (spec) : g_strndup (spec, (gsize) (place - 1 - spec));
}

static gboolean
split_spec (const char *spec, BwFirmwareInput *input, GError **error)
{
    const char *place = find_place (spec);

    input->path = bw_firmware_spec_dup_path_sync (spec);
    input->shown = g_filename_display_name (spec);
    if (!parse_place (place, input, error))
        return FALSE;
    g_free (input->shown);
    input->shown = g_filename_display_name (input->path);
    return TRUE;
}

/* A brace at the start may also be the first byte of something else: only what parses is JSON,
 * and a file that calls itself JSON has to parse, unless it is told to be data. */
static gboolean
parse_json (BwFirmwareInput *input, GError **error)
{
    gboolean must_parse = g_str_has_suffix (input->shown, ".json") && input->place == NULL;

    if (bw_firmware_source_first_char (input->bytes) != '{' && !must_parse)
        return TRUE;
    input->json = bw_firmware_json_parse (input->bytes, must_parse ? error : NULL);
    if (input->json != NULL || !must_parse)
        return TRUE;
    g_prefix_error (error, "%s: ", input->shown);
    return FALSE;
}

static gboolean
unpack (BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GBytes) fetched = g_steal_pointer (&input->bytes);

    input->bytes = bw_firmware_source_unpack (fetched, BW_FIRMWARE_SIZE_MAX, cancellable, error);
    if (input->bytes == NULL)
        g_prefix_error (error, "%s: ", input->shown);
    return input->bytes != NULL;
}

/* One file, whose digest the person knows. What it would name beside itself, nobody vouches for. */
static BwFirmwareInput *
fetch (const char *spec, BwFirmwareFiles *files, GCancellable *cancellable, GError **error)
{
    g_autoptr (BwFirmwareInput) input = g_new0 (BwFirmwareInput, 1);
    g_autoptr (BwFirmwareUrl) url = bw_firmware_url_parse (spec, error);

    if (url == NULL)
        return NULL;
    input->path = g_strdup (url->shown);
    input->shown = g_strdup (url->shown);
    if (!parse_place (url->place, input, error))
        return NULL;
    input->bytes = bw_firmware_fetch (url, BW_FIRMWARE_SIZE_MAX,
                                      bw_firmware_files_get_meter (files), cancellable, error);
    if (input->bytes == NULL || !unpack (input, cancellable, error) || !parse_json (input, error))
        return NULL;
    if (input->json == NULL)
        return g_steal_pointer (&input);
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                  _ ("%s: names other files, which have no digest; download them first"),
                  input->shown);
    return NULL;
}

BwFirmwareInput *
bw_firmware_input_open (const char *spec,
                        BwFirmwareFiles *files,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (BwFirmwareInput) input = g_new0 (BwFirmwareInput, 1);

    if (bw_firmware_url_is_one (spec))
        return fetch (spec, files, cancellable, error);
    if (!split_spec (spec, input, error))
        return NULL;
    input->files = files;
    if (bw_firmware_source_is_folder (input->path))
        return g_steal_pointer (&input);
    input->bytes =
        bw_firmware_source_read (input->path, BW_FIRMWARE_SIZE_MAX, files, cancellable, error);
    if (input->bytes == NULL || !parse_json (input, error))
        return NULL;
    return g_steal_pointer (&input);
}

gboolean
bw_firmware_spec_is_address (const char *spec)
{
    return bw_firmware_url_is_one (spec);
}

gboolean
bw_firmware_spec_check_address (const char *spec, GError **error)
{
    g_autoptr (BwFirmwareUrl) url = bw_firmware_url_parse (spec, error);

    return url != NULL;
}

char *
bw_firmware_spec_dup_shown (const char *spec)
{
    g_autoptr (BwFirmwareUrl) url =
                   bw_firmware_url_is_one (spec) ? bw_firmware_url_parse (spec, NULL) : NULL;

    return g_filename_display_name (url == NULL ? spec : url->shown);
}

char *
bw_firmware_input_dup_name (const char *spec)
{
    g_autoptr (BwFirmwareUrl) url =
                   bw_firmware_url_is_one (spec) ? bw_firmware_url_parse (spec, NULL) : NULL;

    return g_filename_display_basename (url == NULL ? spec : url->shown);
}

void
bw_firmware_input_free (BwFirmwareInput *self)
{
    if (self == NULL)
        return;
    g_free (self->path);
    g_free (self->shown);
    g_free (self->place);
    g_free (self->partition);
    g_clear_pointer (&self->bytes, g_bytes_unref);
    g_clear_pointer (&self->json, cJSON_Delete);
    g_free (self);
}

gboolean
bw_firmware_input_check_no_place (const BwFirmwareInput *self, GError **error)
{
    if (self->place == NULL)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: says itself where it goes, leave out @%s"),
                  self->shown, self->place);
    return FALSE;
}

BwFirmwarePlace
bw_firmware_input_get_place (const BwFirmwareInput *self)
{
    return (BwFirmwarePlace){ .origin = self->shown,
                              .partition = self->partition,
                              .offset = self->offset };
}
