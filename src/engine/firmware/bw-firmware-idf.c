/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-firmware-private.h"
#include "bw-firmware-source.h"

/* What the build system of ESP-IDF leaves behind: flasher_args.json names every file with its
 * offset. Versions 4 and 5 write flash_files, later ones may write flash-files: both are read.
 * Files may lie outside the build folder, the build system itself puts them there. */

#define ARGS_NAME "flasher_args.json"

typedef struct {
    BwFirmwareBuild *build;
    const char *shown; /* flasher_args.json, for messages */
    char *folder;
    const cJSON *json;
    BwFirmwareFiles *files;
    GCancellable *cancellable;
} IdfReader;

static gboolean
idf_matches (const BwFirmwareInput *input)
{
    if (input->bytes == NULL)
        return TRUE;
    return bw_firmware_json_get (input->json, "flash_files") != NULL
           || bw_firmware_json_get (input->json, "write_flash_args") != NULL
           || bw_firmware_json_get (input->json, "flash_settings") != NULL;
}

/* ---- settings --------------------------------------------------------------------------------- */

/* The value behind "--flash_mode" or "--flash-mode" in the argument list. */
static const char *
find_argument (const cJSON *json, const char *name)
{
    const cJSON *list = bw_firmware_json_get (json, "write_flash_args");
    const cJSON *item = NULL;

    if (!cJSON_IsArray (list))
        return NULL;
    cJSON_ArrayForEach (item, list)
    {
        const char *text = cJSON_GetStringValue (item);
        g_autofree char *option = NULL;

        if (text == NULL || !g_str_has_prefix (text, "--"))
            continue;
        option = g_strdelimit (g_strdup (text + 2), "-", '_');
        if (g_str_equal (option, name))
            return cJSON_GetStringValue (item->next);
    }
    return NULL;
}

static char *
dup_setting (const cJSON *json, const char *name)
{
    const char *text =
        bw_firmware_json_get_text (bw_firmware_json_get (json, "flash_settings"), name);

    if (text == NULL)
        text = find_argument (json, name);
    return text == NULL || g_ascii_strcasecmp (text, "keep") == 0 ? NULL : g_strdup (text);
}

/* The chip is stated, or the images know it; without either there is nothing to compare with. */
static gboolean
check_settings (const IdfReader *self, GError **error)
{
    const BwFirmwareBuild *build = self->build;
    const struct bwp_esp_chip *chip =
        build->chip_key != NULL ? bwp_esp_chip_by_name (build->chip_key) : NULL;
    uint8_t code;
    const char *bad = NULL;

    if (chip == NULL)
        return TRUE;
    if (build->flash_mode != NULL && bwp_esp_mode_from_text (build->flash_mode, &code) != BWP_OK)
        bad = build->flash_mode;
    if (build->flash_freq != NULL
        && bwp_esp_frequency_from_text (chip, build->flash_freq, &code) != BWP_OK)
        bad = build->flash_freq;
    if (build->flash_size != NULL && g_ascii_strcasecmp (build->flash_size, "detect") != 0
        && bwp_esp_size_from_text (chip, build->flash_size, &code) != BWP_OK)
        bad = build->flash_size;
    if (bad == NULL)
        return TRUE;
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: %s has no flash setting %s"), self->shown,
                  chip->name, bad);
    return FALSE;
}

static gboolean
read_settings (const IdfReader *self, GError **error)
{
    const char *name =
        bw_firmware_json_get_text (bw_firmware_json_get (self->json, "extra_esptool_args"), "chip");
    const struct bwp_esp_chip *chip = NULL;

    self->build->flash_mode = dup_setting (self->json, "flash_mode");
    self->build->flash_freq = dup_setting (self->json, "flash_freq");
    self->build->flash_size = dup_setting (self->json, "flash_size");
    if (name == NULL || g_str_equal (name, "auto"))
        return TRUE;
    chip = bwp_esp_chip_by_name (name);
    if (chip == NULL) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: is for a chip not known here (%s)"),
                      self->shown, name);
        return FALSE;
    }
    return bw_firmware_build_set_chip (self->build, chip, self->shown, error);
}

/* ---- files ------------------------------------------------------------------------------------ */

/* The object that describes the file at @offset more closely, such as "app" or "storage". */
static const cJSON *
find_image (const IdfReader *self, uint32_t offset)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach (item, self->json)
    {
        const char *text = bw_firmware_json_get_text (item, "offset");
        uint32_t value;

        if (text != NULL && bw_firmware_json_get_text (item, "file") != NULL
            && bw_firmware_parse_u32 (text, &value) && value == offset)
            return item;
    }
    return NULL;
}

static char *
dup_file_path (const IdfReader *self, const char *name)
{
    return g_path_is_absolute (name) ? g_strdup (name)
                                     : g_build_filename (self->folder, name, NULL);
}

static gboolean
add_file (const IdfReader *self, const char *offset_text, const char *name, GError **error)
{
    BwFirmwarePlace place = { 0 };
    const cJSON *image;
    uint32_t offset;
    g_autofree char *path = NULL;
    g_autofree char *shown = NULL;
    g_autoptr (GBytes) bytes = NULL;

    if (name == NULL || name[0] == 0 || !bw_firmware_parse_u32 (offset_text, &offset)) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: names no file, or no offset (%s)"),
                      self->shown, offset_text);
        return FALSE;
    }
    path = dup_file_path (self, name);
    bytes =
        bw_firmware_source_read (path, BW_FIRMWARE_SIZE_MAX, self->files, self->cancellable, error);
    if (bytes == NULL) {
        g_prefix_error (error, _ ("%s: a file it names: "), self->shown);
        return FALSE;
    }
    image = find_image (self, offset);
    shown = g_filename_display_name (path);
    place.origin = shown;
    place.name = image != NULL ? image->string : NULL;
    place.offset = offset;
    place.is_encrypted = bw_firmware_json_is_true (image, "encrypted");
    return bw_firmware_build_add (self->build, &place, bytes, error);
}

static gboolean
add_listed_files (const IdfReader *self, const cJSON *list, GError **error)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach (item, list)
    {
        if (!add_file (self, item->string, cJSON_GetStringValue (item), error))
            return FALSE;
    }
    return TRUE;
}

/* Without the list, the single objects say the same. */
static gboolean
add_described_files (const IdfReader *self, GError **error)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach (item, self->json)
    {
        const char *offset = bw_firmware_json_get_text (item, "offset");
        const char *file = bw_firmware_json_get_text (item, "file");

        if (offset != NULL && file != NULL && !add_file (self, offset, file, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_args (const IdfReader *self, GError **error)
{
    const cJSON *list = bw_firmware_json_get (self->json, "flash_files");

    if (!read_settings (self, error))
        return FALSE;
    if (cJSON_IsObject (list) ? !add_listed_files (self, list, error)
                              : !add_described_files (self, error))
        return FALSE;
    if (self->build->parts->len > 0)
        return check_settings (self, error);
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: names no files to write"), self->shown);
    return FALSE;
}

static GPtrArray *
load_args (const BwFirmwareInput *args, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    g_autofree char *folder = g_path_get_dirname (args->path);
    IdfReader reader = { .build = bw_firmware_build_new (),
                         .shown = args->shown,
                         .folder = folder,
                         .json = args->json,
                         .files = args->files,
                         .cancellable = cancellable };

    g_ptr_array_add (builds, reader.build);
    return read_args (&reader, error) ? g_steal_pointer (&builds) : NULL;
}

/* ---- folders ---------------------------------------------------------------------------------- */

/* People name the build folder or, just as often, the project it is in. */
static char *
find_args (const char *folder, GError **error)
{
    g_autofree char *here = g_build_filename (folder, ARGS_NAME, NULL);
    g_autofree char *below = g_build_filename (folder, "build", ARGS_NAME, NULL);
    g_autofree char *shown = g_filename_display_name (folder);

    if (g_file_test (here, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&here);
    if (g_file_test (below, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&below);
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                  _ ("%s: is no build folder, there is neither %s nor one "
                     "sketch (.ino.bin) in it"),
                  shown, ARGS_NAME);
    return NULL;
}

static GPtrArray *
load_folder (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autofree char *path = find_args (input->path, error);
    g_autoptr (BwFirmwareInput) args = NULL;

    if (path == NULL)
        return NULL;
    args = bw_firmware_input_open (path, input->files, cancellable, error);
    if (args == NULL)
        return NULL;
    if (args->bytes == NULL || !cJSON_IsObject (args->json)) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: is no JSON object"), args->shown);
        return NULL;
    }
    return load_args (args, cancellable, error);
}

static GPtrArray *
idf_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    if (!bw_firmware_input_check_no_place (input, error))
        return NULL;
    return input->bytes == NULL ? load_folder (input, cancellable, error)
                                : load_args (input, cancellable, error);
}

const BwFirmwareFormat bw_firmware_format_idf = { "idf", idf_matches, idf_load };
