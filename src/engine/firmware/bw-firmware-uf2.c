/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-firmware-private.h"
#include "bw-result.h"
#include "bwp-uf2.h"

/* Numbers restart with every file inside the file: each series must be whole before the next. */
typedef struct {
    BwFirmwareBuild *build;
    BwFirmwareRuns *runs;
    const char *path;
    uint32_t next; /* 0: a new series may begin */
    uint32_t total;
} Uf2Reader;

static gboolean
uf2_matches (const BwFirmwareInput *input)
{
    size_t len;
    const uint8_t *data;

    if (input->bytes == NULL)
        return FALSE;
    data = g_bytes_get_data (input->bytes, &len);
    return bwp_uf2_is_block (data, len);
}

static gboolean
check_number (Uf2Reader *self, const struct bwp_uf2_block *block, GError **error)
{
    if (block->number != self->next || (self->next > 0 && block->total != self->total)
        || block->number >= block->total) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: block %u of %u where %u was expected"),
                      self->path, block->number, block->total, self->next);
        return FALSE;
    }
    self->total = block->total;
    self->next = block->number + 1 == block->total ? 0 : block->number + 1;
    return TRUE;
}

static gboolean
check_family (Uf2Reader *self, const struct bwp_uf2_block *block, GError **error)
{
    const struct bwp_esp_chip *chip;

    if (block->family == 0)
        return TRUE;
    chip = bwp_esp_chip_by_uf2_family (block->family);
    if (chip != NULL)
        return bw_firmware_build_set_chip (self->build, chip, self->path, error);
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                  _ ("%s: is for a chip family not known here (%08x)"), self->path, block->family);
    return FALSE;
}

static gboolean
take_block (Uf2Reader *self, const struct bwp_uf2_block *block, GError **error)
{
    if (!check_number (self, block, error) || !check_family (self, block, error))
        return FALSE;
    if ((block->flags & (BWP_UF2_NOT_MAIN_FLASH | BWP_UF2_FILE_CONTAINER)) != 0) {
        /* left out, it would be a hole in what comes out as whole */
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                      _ ("%s: block %u holds something else than main flash"), self->path,
                      block->number);
        return FALSE;
    }
    if (bw_firmware_runs_put (self->runs, block->address, block->payload, block->payload_len,
                              error))
        return TRUE;
    g_prefix_error (error, "%s: ", self->path);
    return FALSE;
}

static gboolean
read_blocks (Uf2Reader *self, GBytes *bytes, GCancellable *cancellable, GError **error)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    for (size_t at = 0; at < len; at += BWP_UF2_BLOCK_BYTES) {
        struct bwp_uf2_block block;

        if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        if (!bw_result_check (bwp_uf2_parse (data + at, len - at, bw_digests_get (), &block),
                              BW_CAUSE_BAD_FIRMWARE, error, N_ ("%s: block at byte %zu"),
                              self->path, at)
            || !take_block (self, &block, error))
            return FALSE;
    }
    if (self->next == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: is cut off after block %u of %u"),
                  self->path, self->next, self->total);
    return FALSE;
}

static GPtrArray *
uf2_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    g_autoptr (BwFirmwareRuns) runs = bw_firmware_runs_new ();
    Uf2Reader reader = { .build = bw_firmware_build_new (), .runs = runs, .path = input->shown };

    g_ptr_array_add (builds, reader.build);
    if (!bw_firmware_input_check_no_place (input, error)
        || !read_blocks (&reader, input->bytes, cancellable, error)
        || !bw_firmware_runs_add_to (runs, reader.build, input->shown, error))
        return NULL;
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_uf2 = { "uf2", uf2_matches, uf2_load };
