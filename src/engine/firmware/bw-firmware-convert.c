/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-firmware-private.h"
#include "bw-firmware-writer.h"
#include "bw-result.h"
#include "bw-target.h"
#include "bwp-ihex.h"
#include "bwp-uf2.h"

#define IHEX_LINE_BYTES 32u
#define IHEX_BANK 0x10000u
#define FILL_BYTES 4096u

typedef struct {
    const BwFirmwareBuild *build;
    const struct bwp_esp_chip *chip; /* (nullable) */
    BwFirmwareWriter *writer;
} Conversion;

typedef gboolean (*ConvertFunc) (const Conversion *self, GError **error);

/* ---- flash settings --------------------------------------------------------------------------- */

static gboolean
read_params (const Conversion *self, struct bwp_esp_flash_params *params)
{
    const BwFirmwareBuild *build = self->build;

    *params = (struct bwp_esp_flash_params){ BWP_ESP_KEEP, BWP_ESP_KEEP, BWP_ESP_KEEP };
    if (self->chip == NULL)
        return FALSE;
    if (build->flash_mode != NULL
        && bwp_esp_mode_from_text (build->flash_mode, &params->mode) != BWP_OK)
        params->mode = BWP_ESP_KEEP;
    if (build->flash_freq != NULL
        && bwp_esp_frequency_from_text (self->chip, build->flash_freq, &params->frequency)
               != BWP_OK)
        params->frequency = BWP_ESP_KEEP;
    if (build->flash_size != NULL
        && bwp_esp_size_from_text (self->chip, build->flash_size, &params->size) != BWP_OK)
        params->size = BWP_ESP_KEEP;
    return params->mode != BWP_ESP_KEEP || params->frequency != BWP_ESP_KEEP
           || params->size != BWP_ESP_KEEP;
}

/* The settings of a build folder have no place in the new file but the header of its boot image:
 * that is where they take effect anyway. */
static GBytes *
dup_content (const Conversion *self, const BwFirmwarePart *part, GError **error)
{
    struct bwp_esp_flash_params params;
    size_t len;
    const uint8_t *data = g_bytes_get_data (part->data, &len);
    g_autofree uint8_t *copy = NULL;

    if (!read_params (self, &params) || part->offset != self->chip->bootloader_offset
        || bw_firmware_probe_image_chip (data, len) == NULL)
        return g_bytes_ref (part->data);
    copy = g_memdup2 (data, len);
    if (!bw_result_check (bwp_esp_image_patch (self->chip, copy, len, &params, bw_digests_get ()),
                          BW_CAUSE_BAD_FIRMWARE, error, N_ ("flash settings of %s"), part->name))
        return NULL;
    return g_bytes_new_take (g_steal_pointer (&copy), len);
}

static const BwFirmwarePart *
part_at (const Conversion *self, unsigned index)
{
    return g_ptr_array_index (self->build->parts, index);
}

/* ---- merged ----------------------------------------------------------------------------------- */

static gboolean
fill_up (const Conversion *self, uint64_t from, uint64_t to, GError **error)
{
    uint8_t blank[FILL_BYTES];

    memset (blank, 0xff, sizeof blank);
    while (from < to) {
        size_t step = (size_t) MIN (to - from, sizeof blank);

        if (!bw_firmware_writer_put (self->writer, blank, step, error))
            return FALSE;
        from += step;
    }
    return TRUE;
}

static gboolean
put_bytes (const Conversion *self, GBytes *bytes, GError **error)
{
    size_t len;
    const void *data = g_bytes_get_data (bytes, &len);

    return bw_firmware_writer_put (self->writer, data, len, error);
}

/* Starts at address 0 whatever comes first, so that the file goes to 0 on every chip. */
static gboolean
write_merged (const Conversion *self, GError **error)
{
    uint64_t at = 0;

    for (unsigned i = 0; i < self->build->parts->len; i++) {
        const BwFirmwarePart *part = part_at (self, i);
        g_autoptr (GBytes) bytes = dup_content (self, part, error);

        if (bytes == NULL || !fill_up (self, at, part->offset, error)
            || !put_bytes (self, bytes, error))
            return FALSE;
        at = (uint64_t) part->offset + g_bytes_get_size (bytes);
    }
    return TRUE;
}

/* ---- UF2 -------------------------------------------------------------------------------------- */

static gboolean
put_block (const Conversion *self, const struct bwp_uf2_block *block, GError **error)
{
    uint8_t out[BWP_UF2_BLOCK_BYTES];

    return bw_result_check (bwp_uf2_put (block, bw_digests_get (), out), BW_CAUSE_INTERNAL, error,
                            N_ ("UF2 block %u"), block->number)
           && bw_firmware_writer_put (self->writer, out, sizeof out, error);
}

static gboolean
put_blocks (const Conversion *self, uint32_t offset, GBytes *bytes, GError **error)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    struct bwp_uf2_block block = { .flags = BWP_UF2_FAMILY_PRESENT | BWP_UF2_MD5_PRESENT,
                                   .family = self->chip->uf2_family };

    block.total = (uint32_t) ((len + BWP_UF2_PAYLOAD_MD5_MAX - 1) / BWP_UF2_PAYLOAD_MD5_MAX);
    for (block.number = 0; block.number < block.total; block.number++) {
        uint32_t at = block.number * BWP_UF2_PAYLOAD_MD5_MAX;

        block.address = offset + at;
        block.payload = data + at;
        block.payload_len = (uint32_t) MIN (len - at, BWP_UF2_PAYLOAD_MD5_MAX);
        if (!put_block (self, &block, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_uf2 (const Conversion *self, GError **error)
{
    if (self->chip == NULL || self->chip->uf2_family == 0) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s",
                      self->chip == NULL
                          ? _ ("UF2 names a chip family, and this firmware is for no certain chip")
                          : _ ("UF2 names a chip family, and this chip has none"));
        return FALSE;
    }
    for (unsigned i = 0; i < self->build->parts->len; i++) {
        g_autoptr (GBytes) bytes = dup_content (self, part_at (self, i), error);

        if (bytes == NULL || !put_blocks (self, part_at (self, i)->offset, bytes, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- Intel HEX -------------------------------------------------------------------------------- */

static gboolean
put_line (const Conversion *self,
          enum bwp_result result,
          const char *line,
          size_t len,
          GError **error)
{
    return bw_result_check (result, BW_CAUSE_INTERNAL, error, N_ ("Intel HEX line"))
           && bw_firmware_writer_put (self->writer, line, len, error);
}

static gboolean
put_lines (const Conversion *self, uint32_t offset, GBytes *bytes, uint32_t *bank, GError **error)
{
    char line[BWP_IHEX_LINE_MAX];
    size_t line_len = 0;
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    enum bwp_result result;

    for (size_t at = 0; at < len; at += IHEX_LINE_BYTES) {
        uint32_t address = offset + (uint32_t) at;

        if (address / IHEX_BANK != *bank) {
            *bank = address / IHEX_BANK;
            result = bwp_ihex_put_base (address, line, sizeof line, &line_len);
            if (!put_line (self, result, line, line_len, error))
                return FALSE;
        }
        result = bwp_ihex_put_data (address, data + at, MIN (len - at, IHEX_LINE_BYTES), line,
                                    sizeof line, &line_len);
        if (!put_line (self, result, line, line_len, error))
            return FALSE;
    }
    return TRUE;
}

/* Parts begin at sectors, so a line never crosses a bank. */
static gboolean
write_ihex (const Conversion *self, GError **error)
{
    char line[BWP_IHEX_LINE_MAX];
    size_t len = 0;
    uint32_t bank = UINT32_MAX;
    enum bwp_result result;

    for (unsigned i = 0; i < self->build->parts->len; i++) {
        g_autoptr (GBytes) bytes = dup_content (self, part_at (self, i), error);

        if (bytes == NULL || !put_lines (self, part_at (self, i)->offset, bytes, &bank, error))
            return FALSE;
    }
    result = bwp_ihex_put_end (line, sizeof line, &len);
    return put_line (self, result, line, len, error);
}

/* ---- all -------------------------------------------------------------------------------------- */

static ConvertFunc
find_function (const char *format)
{
    static const struct {
        const char *format;
        ConvertFunc function;
    } table[] = {
        { "merged", write_merged },
        { "uf2", write_uf2 },
        { "ihex", write_ihex },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
        if (g_strcmp0 (format, table[i].format) == 0)
            return table[i].function;
    return NULL;
}

/* None of these forms can say "encrypt this while writing": leaving it out would put the plain
 * text on a board that expects the opposite. */
static gboolean
check_plain (const BwFirmwareBuild *build, GError **error)
{
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (build->parts, i);

        if (part->is_encrypted) {
            bw_set_error (
                error, BW_CAUSE_USAGE,
                _ ("%s is to be encrypted while it is written, which no other form can say"),
                part->name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_placed (const BwFirmwareBuild *build, GError **error)
{
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (build->parts, i);

        if (part->is_open) {
            bw_set_error (error, BW_CAUSE_NO_PARTITION,
                          /* translators: name of a partition */
                          _ ("%s: no file brings the partition table that says where it lies"),
                          part->partition);
            return FALSE;
        }
    }
    return TRUE;
}

/* The firmware would be gone in the form it had. */
static gboolean
check_sources (BwFirmware *self, const char *path, GError **error)
{
    const char *const *files = bw_firmware_get_files (self);

    for (size_t i = 0; files[i] != NULL; i++)
        if (!bw_target_check_source (path, files[i], error))
            return FALSE;
    return TRUE;
}

gboolean
bw_firmware_convert_sync (BwFirmware *self,
                          const BwFirmwareBuild *build,
                          const char *format,
                          const char *path,
                          GCancellable *cancellable,
                          GError **error)
{
    ConvertFunc convert = find_function (format);
    Conversion conversion = { .build = build };
    g_autoptr (BwFirmwareWriter) writer = NULL;

    g_return_val_if_fail (BW_IS_FIRMWARE (self) && build != NULL && path != NULL, FALSE);
    if (convert == NULL) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is none of merged, uf2, ihex"), format);
        return FALSE;
    }
    if (!check_plain (build, error) || !check_placed (build, error)
        || !check_sources (self, path, error))
        return FALSE;
    writer = bw_firmware_writer_new (path, cancellable, error);
    if (writer == NULL)
        return FALSE;
    conversion.chip = build->chip_key != NULL ? bwp_esp_chip_by_name (build->chip_key) : NULL;
    conversion.writer = writer;
    return convert (&conversion, error) && bw_firmware_writer_commit (writer, error);
}
