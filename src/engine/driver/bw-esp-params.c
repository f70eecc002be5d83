/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-params"
#include "config.h"

#include "bw-esp-params.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bwp-esp-image.h"

static void
part_free (BwFirmwarePart *part)
{
    g_bytes_unref (part->data);
    g_free (part);
}

/* Names and digests are borrowed: the copy does not outlive the build. */
static GPtrArray *
copy_parts (const BwFirmwareBuild *build)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);

    for (unsigned i = 0; i < build->parts->len; i++) {
        BwFirmwarePart *part = g_new0 (BwFirmwarePart, 1);

        *part = *(const BwFirmwarePart *) g_ptr_array_index (build->parts, i);
        g_bytes_ref (part->data);
        g_ptr_array_add (parts, part);
    }
    return parts;
}

static gboolean
is_keep (const char *word)
{
    return word == NULL || *word == '\0' || g_ascii_strcasecmp (word, "keep") == 0;
}

static const char *
pick (const char *asked, const char *in_build)
{
    return asked != NULL && *asked != '\0' ? asked : in_build;
}

static gboolean check_word (enum bwp_result result, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
check_word (enum bwp_result result, GError **error, const char *format, ...)
{
    va_list args;

    if (result == BWP_OK)
        return TRUE;
    va_start (args, format);
    g_propagate_error (error, bw_error_new_valist (BW_CAUSE_USAGE, format, args));
    va_end (args);
    return FALSE;
}

static gboolean
read_size (const BwEspSession *session, const char *word, uint8_t *ret_code, GError **error)
{
    if (g_ascii_strcasecmp (word, "detect") != 0)
        return check_word (bwp_esp_size_from_text (session->chip, word, ret_code), error,
                           _ ("this chip has no flash size \"%s\""), word);
    /* what was not detected is left as it is */
    if (session->flash_bytes == 0
        || bwp_esp_size_code (session->chip, session->flash_bytes, ret_code) != BWP_OK)
        *ret_code = BWP_ESP_KEEP;
    return TRUE;
}

static gboolean
read_words (const BwEspSession *session,
            const BwFirmwareBuild *build,
            const BwWriteOptions *options,
            struct bwp_esp_flash_params *params,
            GError **error)
{
    const char *mode = pick (options != NULL ? options->flash_mode : NULL, build->flash_mode);
    const char *freq = pick (options != NULL ? options->flash_freq : NULL, build->flash_freq);
    const char *size = pick (options != NULL ? options->flash_size : NULL, build->flash_size);

    if (!is_keep (mode)
        && !check_word (bwp_esp_mode_from_text (mode, &params->mode), error,
                        _ ("this chip has no flash mode \"%s\""), mode))
        return FALSE;
    if (!is_keep (freq)
        && !check_word (bwp_esp_frequency_from_text (session->chip, freq, &params->frequency),
                        error, _ ("this chip has no flash clock \"%s\""), freq))
        return FALSE;
    return is_keep (size) || read_size (session, size, &params->size, error);
}

static gboolean
may_patch (const BwEspSession *session)
{
    return !session->is_secure_download && !bw_esp_session_is_secure_boot (session);
}

static GBytes *
patch (const BwEspSession *session, GBytes *image, const struct bwp_esp_flash_params *params)
{
    gsize len = 0;
    const void *data = g_bytes_get_data (image, &len);
    g_autofree uint8_t *copy = g_memdup2 (data, len);

    if (bwp_esp_image_patch (session->chip, copy, len, params, bw_digests_get ()) != BWP_OK)
        return NULL;
    if (memcmp (copy, data, len) == 0)
        return g_bytes_ref (image);
    return g_bytes_new_take (g_steal_pointer (&copy), len);
}

static void
patch_part (BwEspSession *session, BwFirmwarePart *part, const struct bwp_esp_flash_params *params)
{
    GBytes *patched = patch (session, part->data, params);

    if (patched == NULL) {
        bw_esp_session_note (session,
                             _ ("%s is no boot image of this chip, its flash parameters stay"),
                             part->name);
        return;
    }
    g_bytes_unref (part->data);
    part->data = patched;
}

GPtrArray *
bw_esp_params_apply (BwEspSession *session,
                     const BwFirmwareBuild *build,
                     const BwWriteOptions *options,
                     GError **error)
{
    struct bwp_esp_flash_params params = { BWP_ESP_KEEP, BWP_ESP_KEEP, BWP_ESP_KEEP };
    g_autoptr (GPtrArray) parts = copy_parts (build);

    if (!read_words (session, build, options, &params, error))
        return NULL;
    if (!may_patch (session)
        || (params.mode == BWP_ESP_KEEP && params.frequency == BWP_ESP_KEEP
            && params.size == BWP_ESP_KEEP))
        return g_steal_pointer (&parts);
    for (unsigned i = 0; i < parts->len; i++) {
        BwFirmwarePart *part = g_ptr_array_index (parts, i);

        if (part->offset == session->chip->bootloader_offset && !part->is_encrypted)
            patch_part (session, part, &params);
    }
    return g_steal_pointer (&parts);
}

GBytes *
bw_esp_params_copy (BwEspSession *session, GBytes *image, uint8_t mode_byte, uint8_t size_byte)
{
    struct bwp_esp_flash_params params = { mode_byte, size_byte & 0x0f, size_byte >> 4 };

    return patch (session, image, &params);
}
