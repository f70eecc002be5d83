/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware-private.h"
#include "bw-firmware-source.h"

/* ESP Web Tools: one file for several chips. It is written by others and may come from anywhere,
 * so what it names has to lie beside or below it. */

typedef struct {
    const char *shown; /* the manifest, for messages */
    char *folder;      /* without symbolic links */
    BwFirmwareFiles *files;
    GCancellable *cancellable;
    uint64_t total; /* bytes of all parts so far */
} ManifestReader;

static gboolean
manifest_matches (const BwFirmwareInput *input)
{
    return cJSON_IsArray (cJSON_GetObjectItemCaseSensitive (input->json, "builds"));
}

static gboolean
set_bad (const ManifestReader *self, GError **error, const char *what, const char *detail)
{
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, "%s: %s%s%s", self->shown, what,
                  detail != NULL ? " " : "", detail != NULL ? detail : "");
    return FALSE;
}

/* ---- paths ------------------------------------------------------------------------------------ */

static gboolean
has_parent_step (const char *name)
{
    g_auto (GStrv) steps = g_strsplit_set (name, "/\\", -1);

    return g_strv_contains ((const char *const *) steps, "..");
}

/* Symbolic links count where they lead to. What does not exist leads nowhere. */
static gboolean
is_inside (const char *folder, const char *path)
{
    char *real = realpath (path, NULL);
    g_autofree char *prefix =
        g_str_has_suffix (folder, "/") ? g_strdup (folder) : g_strconcat (folder, "/", NULL);
    gboolean result = real == NULL || g_str_has_prefix (real, prefix);

    free (real);
    return result;
}

/* A path in a manifest is an address relative to it. */
static char *
resolve_part (const ManifestReader *self, const char *address, GError **error)
{
    g_autofree char *name = g_uri_unescape_string (address, "/");
    g_autofree char *path = NULL;

    if (strstr (address, "://") != NULL || g_str_has_prefix (address, "//")) {
        set_bad (self, error, _ ("a part lies in the network, download it first:"), address);
        return NULL;
    }
    if (name != NULL && name[0] != 0 && !g_path_is_absolute (name) && !has_parent_step (name))
        path = g_build_filename (self->folder, name, NULL);
    if (path != NULL && is_inside (self->folder, path))
        return g_steal_pointer (&path);
    set_bad (self, error, _ ("a part leaves the folder of the manifest:"), address);
    return NULL;
}

/* ---- parts ------------------------------------------------------------------------------------ */

static gboolean
read_offset (const cJSON *part, uint32_t *ret_offset)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive (part, "offset");
    double value = cJSON_GetNumberValue (item);

    if (!cJSON_IsNumber (item) || !(value >= 0 && value <= UINT32_MAX) || value != floor (value))
        return FALSE;
    *ret_offset = (uint32_t) value;
    return TRUE;
}

static GBytes *
read_part (ManifestReader *self, const char *path, GError **error)
{
    g_autoptr (GBytes) bytes = bw_firmware_source_read (path, BW_FIRMWARE_SIZE_MAX, self->files,
                                                        self->cancellable, error);

    if (bytes == NULL) {
        g_prefix_error (error, _ ("%s: a file it names: "), self->shown);
        return NULL;
    }
    self->total += g_bytes_get_size (bytes);
    if (self->total <= BW_FIRMWARE_BUILDS_BYTES_MAX)
        return g_steal_pointer (&bytes);
    bw_set_error (error, BW_CAUSE_TOO_LARGE, _ ("%s: its builds together have more than %u bytes"),
                  self->shown, BW_FIRMWARE_BUILDS_BYTES_MAX);
    return NULL;
}

static gboolean
add_part (ManifestReader *self, BwFirmwareBuild *build, const cJSON *part, GError **error)
{
    const char *address = bw_firmware_json_get_text (part, "path");
    BwFirmwarePlace place = { 0 };
    uint32_t offset;
    g_autofree char *path = NULL;
    g_autofree char *shown = NULL;
    g_autoptr (GBytes) bytes = NULL;

    if (address == NULL || !read_offset (part, &offset))
        return set_bad (self, error, _ ("a part has no path, or no offset that is one:"), address);
    path = resolve_part (self, address, error);
    if (path == NULL)
        return FALSE;
    bytes = read_part (self, path, error);
    if (bytes == NULL)
        return FALSE;
    shown = g_filename_display_name (path);
    place.origin = shown;
    place.offset = offset;
    return bw_firmware_build_add_flash (build, &place, bytes, NULL, error);
}

static gboolean
add_parts (ManifestReader *self, BwFirmwareBuild *build, const cJSON *parts, GError **error)
{
    const cJSON *part = NULL;

    if (!cJSON_IsArray (parts) || parts->child == NULL)
        return set_bad (self, error, _ ("a build has no parts:"), build->chip_key);
    cJSON_ArrayForEach (part, parts)
    {
        if (!add_part (self, build, part, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- builds ----------------------------------------------------------------------------------- */

static gboolean
is_serial_type (const char *text)
{
    return text == NULL || g_str_equal (text, "cdc") || g_str_equal (text, "uart");
}

/* The page erases everything first unless it is told to ask. */
static gboolean
should_erase (const cJSON *json)
{
    return !bw_firmware_json_is_true (json, "new_install_prompt_erase")
           && !bw_firmware_json_is_true (json, "new_install_skip_erase");
}

/* A newer manifest may have builds for newer chips besides those that are wanted now. */
static gboolean
is_for_newer_chip (const cJSON *item)
{
    const char *family = bw_firmware_json_get_text (item, "chipFamily");

    return family != NULL && bwp_esp_chip_by_name (family) == NULL;
}

static BwFirmwareBuild *
read_build (ManifestReader *self, const cJSON *json, const cJSON *item, GError **error)
{
    g_autoptr (BwFirmwareBuild) build = bw_firmware_build_new ();
    const char *family = bw_firmware_json_get_text (item, "chipFamily");
    const char *type = bw_firmware_json_get_text (item, "serialType");
    const struct bwp_esp_chip *chip = family != NULL ? bwp_esp_chip_by_name (family) : NULL;

    if (chip == NULL) {
        set_bad (self, error, _ ("a build is for a chip not known here:"), family);
        return NULL;
    }
    if (!is_serial_type (type)) {
        set_bad (self, error, _ ("a build has an unknown serialType:"), type);
        return NULL;
    }
    build->chip_key = g_strdup (chip->key);
    build->serial_type = g_strdup (type);
    build->name = g_strdup (bw_firmware_json_get_text (json, "name"));
    build->version = g_strdup (bw_firmware_json_get_text (json, "version"));
    build->should_erase = should_erase (json);
    if (!add_parts (self, build, cJSON_GetObjectItemCaseSensitive (item, "parts"), error))
        return NULL;
    return g_steal_pointer (&build);
}

static gboolean
read_builds (ManifestReader *self, const cJSON *json, GPtrArray *builds, GError **error)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive (json, "builds");
    const cJSON *item = NULL;
    const cJSON *last = cJSON_GetArrayItem (list, cJSON_GetArraySize (list) - 1);

    cJSON_ArrayForEach (item, list)
    {
        BwFirmwareBuild *build = NULL;

        /* where there is nothing else, the last one is refused by its name */
        if (is_for_newer_chip (item) && (item != last || builds->len > 0))
            continue;
        if (builds->len >= BW_FIRMWARE_BUILDS_MAX)
            return set_bad (self, error, _ ("has too many builds"), NULL);
        build = read_build (self, json, item, error);
        if (build == NULL)
            return FALSE;
        g_ptr_array_add (builds, build);
    }
    return builds->len > 0 || set_bad (self, error, _ ("has no builds"), NULL);
}

static char *
dup_real_folder (const char *path)
{
    g_autofree char *folder = g_path_get_dirname (path);
    char *real = realpath (folder, NULL);
    char *result = g_strdup (real != NULL ? real : folder);

    free (real);
    return result;
}

static GPtrArray *
manifest_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    g_autofree char *folder = dup_real_folder (input->path);
    ManifestReader reader = { input->shown, folder, input->files, cancellable, 0 };

    if (!bw_firmware_input_check_no_place (input, error)
        || !read_builds (&reader, input->json, builds, error))
        return NULL;
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_manifest = { "manifest", manifest_matches,
                                                       manifest_load };
