/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-program"
#include "config.h"

#include "bw-esp-program.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-esp-baud.h"
#include "bw-esp-compare.h"
#include "bw-esp-diff.h"
#include "bw-esp-encryption.h"
#include "bw-esp-erase.h"
#include "bw-esp-flash.h"
#include "bw-esp-mirror.h"
#include "bw-esp-params.h"
#include "bw-esp-plan.h"
#include "bw-esp-recover.h"
#include "bw-esp-spi-read.h"
#include "bw-esp-write.h"

/* What a usual stub puts on the line, and what it costs besides to get it to run. */
#define STUB_WIRE_BYTES 6500u
#define STUB_START_US 32000u
/* A sector: erasing it, sending it deflated, and the waits for the blocks a ROM takes it in. */
#define SECTOR_ERASE_US 45000u
#define SECTOR_WIRE_BYTES (BW_ESP_SECTOR * 3u / 5u)
#define SECTOR_WAITS_US 4000u
/* Enough to say that the line carries its rate. */
#define CLEAN_BYTES (64u * 1024)
/* The ROM's 24-bit flash addresses end here. */
#define SMALL_FLASH_BYTES (16u * 1024 * 1024)
#define SECURE_BOOT_V1_BELOW 0x8000u
/* The last round was for nothing: the flash does not keep what is written. */
#define ROUNDS_MAX 3
/* What a ROM needs to take a kilobyte: on the line, and per byte to erase and program. */
#define ROM_KILOBYTE_WIRE_BYTES 1060u
#define ROM_FLASH_BYTE_US 6u

/* ---- what is refused before anything is touched ---- */

/* Where the loader gives no digests its flash is read back and compared here. */
static gboolean
proves_by_reading (const BwEspSession *self)
{
    return !self->is_secure_download && !bw_esp_session_can_digest (self);
}

/* Nobody outside knows what a part looks like that the board encrypts. */
static gboolean
check_proof (const BwEspSession *self, GPtrArray *parts, GError **error)
{
    for (unsigned i = 0; i < parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (parts, i);

        if (!part->is_encrypted && !self->is_secure_download)
            continue;
        bw_set_error (error, BW_CAUSE_NO_PROOF,
                      self->is_secure_download
                          ? _ ("%s cannot be verified: the board is in secure download mode")
                          : _ ("%s cannot be verified: the board encrypts it"),
                      part->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_parts (BwEspSession *self, GPtrArray *parts, gboolean is_verified, GError **error)
{
    return bw_esp_encryption_check (self, parts, error)
           && (!is_verified || check_proof (self, parts, error));
}

static BwEspFlashMap *
make_map (const BwEspSession *self, GPtrArray *parts, GError **error)
{
    BwEspFlashLimits limits = { .flash_bytes = self->flash_bytes,
                                .boot_offset = self->chip->bootloader_offset };

    if (self->has_identity && self->identity.secure_boot_v1)
        limits.protected_below = SECURE_BOOT_V1_BELOW;
    if (self->has_identity && self->identity.key_manager_flash_key)
        limits.protected_below = MAX (limits.protected_below, BW_ESP_KEY_MANAGER_BELOW);
    return bw_esp_flash_map_new (parts, &limits, error);
}

static uint64_t
map_end (const BwEspFlashMap *map)
{
    const BwEspSpan *last = g_ptr_array_index (map->spans, map->spans->len - 1);

    return (uint64_t) last->offset + g_bytes_get_size (last->data);
}

static gboolean
check_reach (const BwEspSession *self, const BwEspFlashMap *map, GError **error)
{
    gboolean is_large = bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_LARGE_FLASH);

    if (map_end (map) <= SMALL_FLASH_BYTES || (is_large && self->is_stub))
        return TRUE;
    bw_set_error (error, BW_CAUSE_FLASH_SIZE, "%s",
                  is_large ? _ ("what lies beyond 16 MB can be reached with a flasher stub only")
                           : _ ("what lies beyond 16 MB can be reached by the application only"));
    return FALSE;
}

static gboolean
check_cipher (const BwEspSession *self, const BwEspFlashMap *map, GError **error)
{
    if (self->is_stub || !bw_esp_encryption_wants_stub (self, map))
        return TRUE;
    bw_set_error (error, BW_CAUSE_NEEDS_STUB,
                  _ ("the boot ROM of the %s cannot encrypt; a flasher stub is needed"),
                  self->chip->name);
    return FALSE;
}

/* In secure download mode the board cannot be asked how large its flash is. */
static gboolean
assume_size (BwEspSession *self, const BwWriteOptions *options, GError **error)
{
    uint8_t code = 0;
    uint64_t bytes = SMALL_FLASH_BYTES;

    if (self->flash_bytes != 0)
        return TRUE;
    if (options != NULL && options->flash_size != NULL
        && bwp_esp_size_from_text (self->chip, options->flash_size, &code) == BWP_OK)
        bytes = bwp_esp_size_bytes (self->chip, code);
    return bw_esp_flash_set_size (self, bytes, error);
}

/* ---- doing it ---- */

/* Attaching is enough for digests by the ROM; others have their stub first, if there is one. */
static gboolean
get_ready_to_ask (BwEspSession *self, gboolean wants_digests, unsigned *troubles, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (wants_digests && proves_by_reading (self))
        return bw_esp_ready_surely (self, TRUE, troubles, error);
    while (!bw_esp_flash_attach_to_ask (self, &failure)) {
        if (!bw_esp_recover (self, troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

static uint64_t
sum_regions (GArray *todo, gboolean with_blank)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < todo->len; i++) {
        const BwEspRegion *region = &g_array_index (todo, BwEspRegion, i);

        if (with_blank || !region->is_blank)
            sum += region->size;
    }
    return sum;
}

static void
note_touch (BwEspSession *self, const BwEspFlashMap *map, const BwEspRegion *region)
{
    self->touch = BW_ESP_TOUCH_WRITING;
    self->has_changed = TRUE;
    g_free (self->touched);
    self->touched = g_strdup (bw_esp_flash_map_get_span (map, region->span)->name);
    if (region->rank == BW_ESP_RANK_BOOT)
        self->is_boot_pending = TRUE;
}

static gboolean
has_region_of (GArray *todo, unsigned first, unsigned span)
{
    for (unsigned i = first; i < todo->len; i++)
        if (g_array_index (todo, BwEspRegion, i).span == span)
            return TRUE;
    return FALSE;
}

static void
tell_span (BwEspWriter *writer, unsigned index, BwDriverPart how_far)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (writer->map, index);

    bw_esp_session_part (writer->session, span->offset, (uint32_t) g_bytes_get_size (span->data),
                         how_far);
}

static void
tell_all_spans (BwEspWriter *writer, GArray *todo)
{
    for (unsigned i = 0; i < writer->map->spans->len; i++)
        tell_span (writer, i, has_region_of (todo, 0, i) ? BW_PART_TODO : BW_PART_DONE);
}

static gboolean
write_all (BwEspWriter *writer, GArray *todo, GError **error)
{
    BwEspSession *self = writer->session;

    writer->done = 0;
    writer->total = sum_regions (todo, TRUE);
    tell_all_spans (writer, todo);
    for (unsigned i = 0; i < todo->len; i++) {
        const BwEspRegion *region = &g_array_index (todo, BwEspRegion, i);

        note_touch (self, writer->map, region);
        if (i == 0 || g_array_index (todo, BwEspRegion, i - 1).span != region->span)
            tell_span (writer, region->span, BW_PART_NOW);
        if (!bw_esp_write_region (writer, region, error))
            return FALSE;
        if (!has_region_of (todo, i + 1, region->span))
            tell_span (writer, region->span, BW_PART_DONE);
    }
    self->touch = BW_ESP_TOUCH_WRITTEN;
    return TRUE;
}

static uint64_t
line_us (const BwEspSession *self, uint32_t bytes)
{
    unsigned baud = self->wire == BWP_ESP_LINK_UART && bw_port_has_baud (self->port)
                        ? bw_port_get_baud (self->port)
                        : 0;

    return baud > 0 ? (uint64_t) bytes * 10 * G_USEC_PER_SEC / baud : 0;
}

/* A ROM erases and then takes the data, a stub does both at once; but it has to be sent first. */
static gboolean
does_stub_pay (const BwEspSession *self, uint64_t bytes)
{
    uint64_t sectors = (bytes + BW_ESP_SECTOR - 1) / BW_ESP_SECTOR;
    uint64_t cost_us = line_us (self, STUB_WIRE_BYTES) + STUB_START_US;
    uint64_t gain_us = MIN (line_us (self, SECTOR_WIRE_BYTES), SECTOR_ERASE_US) + SECTOR_WAITS_US;

    return sectors * gain_us > cost_us;
}

static gboolean
wants_stub_for (const BwEspSession *self, const BwEspFlashMap *map, GArray *todo)
{
    return does_stub_pay (self, sum_regions (todo, TRUE)) || map_end (map) > SMALL_FLASH_BYTES
           || proves_by_reading (self) || bw_esp_encryption_wants_stub (self, map);
}

/* The first sector that differs in @index, for the message. */
static void
set_verify_error (BwEspSession *self,
                  const BwEspFlashMap *map,
                  unsigned index,
                  unsigned *troubles,
                  GError **error)
{
    g_autoptr (GArray) bad = NULL;
    const BwEspSpan *span = bw_esp_flash_map_get_span (map, index);

    bad = bw_esp_plan_differences (self, map, troubles, NULL);
    if (bad != NULL && bad->len > 0
        && bw_esp_mirror_explains (self, g_array_index (bad, BwEspRegion, 0).offset, troubles))
        bw_esp_mirror_set_error (self, g_array_index (bad, BwEspRegion, 0).offset, error);
    else if (bad != NULL && bad->len > 0)
        bw_set_error (error, BW_CAUSE_VERIFY_FAILED,
                      _ ("%s: the sector at 0x%x is not what was written"), span->name,
                      g_array_index (bad, BwEspRegion, 0).offset);
    else
        bw_set_error (error, BW_CAUSE_VERIFY_FAILED, _ ("%s at 0x%x has another digest"),
                      span->name, span->offset);
}

static uint64_t
write_us (const BwEspSession *self, uint64_t bytes)
{
    unsigned baud = bw_port_has_baud (self->port) ? bw_port_get_baud (self->port) : 0;
    uint64_t wire = bytes * ROM_KILOBYTE_WIRE_BYTES / 1024;

    return wire * 10 * G_USEC_PER_SEC / (baud > 0 ? baud : BW_ESP_CONNECT_BAUD)
           + bytes * ROM_FLASH_BYTE_US;
}

/* Where reading takes longer than writing, people are told before. */
static void
expect_reading (const BwEspWriter *writer, GArray *todo)
{
    BwEspSession *self = writer->session;
    uint64_t expected_us = bw_esp_spi_read_us (self, writer->map->bytes_total);

    bw_esp_session_expect (self, BW_STEP_WRITE, write_us (self, sum_regions (todo, TRUE)));
    bw_esp_session_expect (self, BW_STEP_VERIFY, expected_us);
    /* translators: a chip, seconds, a rate */
    bw_esp_session_note (self,
                         _ ("the boot ROM of the %s gives no digests: what is written is read "
                            "back, about %u s at %u baud; a flasher stub would be quicker"),
                         self->chip->name, (unsigned) (expected_us / G_USEC_PER_SEC) + 1,
                         bw_port_get_baud (self->port));
}

/* ---- the proof ---- */

static gboolean
write_again (BwEspWriter *writer, GArray *todo, GError **error)
{
    unsigned span = g_array_index (todo, BwEspRegion, 0).span;

    bw_esp_session_note (writer->session,
                         _ ("%s differs after writing, writing what differs again"),
                         bw_esp_flash_map_get_span (writer->map, span)->name);
    bw_esp_session_note_stray (writer->session);
    bw_esp_session_step (writer->session, BW_STEP_WRITE);
    return write_all (writer, todo, error);
}

/* To read everything takes minutes: what was written again is looked at first. */
static gboolean
mend (BwEspWriter *writer, GArray *bad, unsigned *round, gboolean *ret_is_mended, GError **error)
{
    g_autoptr (GArray) left = g_array_ref (bad);

    while (left->len > 0 && ++*round < ROUNDS_MAX) {
        GArray *still = NULL;

        if (!write_again (writer, left, error))
            return FALSE;
        bw_esp_session_step (writer->session, BW_STEP_VERIFY);
        still =
            bw_esp_compare_regions (writer->session, writer->map, left, &writer->troubles, error);
        if (still == NULL)
            return FALSE;
        g_array_unref (left);
        left = still;
    }
    *ret_is_mended = left->len == 0;
    if (!*ret_is_mended) {
        const BwEspRegion *region = &g_array_index (left, BwEspRegion, 0);

        if (bw_esp_mirror_explains (writer->session, region->offset, &writer->troubles)) {
            bw_esp_mirror_set_error (writer->session, region->offset, error);
            return FALSE;
        }
        bw_set_error (error, BW_CAUSE_VERIFY_FAILED,
                      _ ("%s: the sector at 0x%x is not what was written"),
                      bw_esp_flash_map_get_span (writer->map, region->span)->name, region->offset);
    }
    return *ret_is_mended;
}

/* Every byte is read after the last write. */
static gboolean
prove_by_reading (BwEspWriter *writer, GError **error)
{
    unsigned round = 0;

    for (;;) {
        g_autoptr (GArray) bad = NULL;
        gboolean is_mended = FALSE;

        bw_esp_session_step (writer->session, BW_STEP_VERIFY);
        bad = bw_esp_compare_map (writer->session, writer->map, &writer->troubles, error);
        if (bad == NULL)
            return FALSE;
        if (bad->len == 0)
            return TRUE;
        if (!mend (writer, bad, &round, &is_mended, error))
            return FALSE;
    }
}

/* Digests of every span after the last write. What a bad line or a lost block left wrong is written
 * once more; what stays wrong is the flash's fault. */
static gboolean
prove (BwEspWriter *writer, GError **error)
{
    BwEspSession *self = writer->session;

    for (unsigned round = 1;; round++) {
        g_autoptr (GArray) todo = NULL;
        unsigned bad = 0;

        bw_esp_session_step (self, BW_STEP_VERIFY);
        if (!bw_esp_plan_find_bad_span (self, writer->map, &writer->troubles, &bad, error))
            return FALSE;
        if (bad == writer->map->spans->len)
            return TRUE;
        if (round == ROUNDS_MAX) {
            set_verify_error (self, writer->map, bad, &writer->troubles, error);
            return FALSE;
        }
        todo = bw_esp_plan_differences (self, writer->map, &writer->troubles, error);
        if (todo == NULL || (todo->len > 0 && !write_again (writer, todo, error)))
            return FALSE;
    }
}

static GArray *
make_plan (BwEspWriter *writer, const BwWriteOptions *options, GError **error)
{
    BwEspSession *self = writer->session;

    if (options->erase_all) {
        bw_esp_session_step (self, BW_STEP_ERASE);
        self->is_boot_pending = TRUE;
        if (!bw_esp_erase (self, 0, 0, error))
            return NULL;
    }
    /* without a proof, reading what is there costs more than writing it */
    if (options->erase_all || !options->diff || self->is_secure_download
        || (proves_by_reading (self) && !options->verify))
        return bw_esp_plan_all (writer->map, options->erase_all);
    bw_esp_session_step (self, BW_STEP_CHECK);
    if (proves_by_reading (self))
        return bw_esp_compare_plan (self, writer->map, &writer->troubles, error);
    return bw_esp_plan_differences (self, writer->map, &writer->troubles, error);
}

static void
fill_report (const BwEspWriter *writer,
             GArray *todo,
             const BwWriteOptions *options,
             BwWriteReport *report)
{
    uint64_t left_alone = writer->map->bytes_total - sum_regions (todo, TRUE);

    report->bytes_total = writer->map->bytes_total;
    report->bytes_sent = writer->bytes_sent;
    report->bytes_unchanged = options->erase_all ? 0 : left_alone;
    report->bytes_blank = options->erase_all ? left_alone : 0;
    report->sectors_written = writer->sectors;
    report->is_verified = options->verify;
    report->may_have_strayed = writer->session->is_stray_told;
    report->is_read_back = options->verify && proves_by_reading (writer->session);
}

static gboolean
write_and_prove (BwEspWriter *writer, GArray *todo, const BwWriteOptions *options, GError **error)
{
    BwEspSession *self = writer->session;

    bw_esp_session_step (self, BW_STEP_WRITE);
    if (!bw_esp_ready_surely (self, wants_stub_for (self, writer->map, todo), &writer->troubles,
                              error))
        return FALSE;
    if (options->verify && proves_by_reading (self))
        expect_reading (writer, todo);
    if (!write_all (writer, todo, error))
        return FALSE;
    if (!options->verify) {
        self->is_boot_pending = FALSE;
        return bw_esp_write_finish (writer, error);
    }
    return proves_by_reading (self) ? prove_by_reading (writer, error) : prove (writer, error);
}

static gboolean
run (BwEspWriter *writer, const BwWriteOptions *options, BwWriteReport *report, GError **error)
{
    BwEspSession *self = writer->session;
    g_autoptr (GArray) todo = make_plan (writer, options, error);

    if (todo == NULL)
        return FALSE;
    if ((todo->len > 0 || options->erase_all) && !write_and_prove (writer, todo, options, error))
        return FALSE;
    /* an empty plan comes from digests of everything, so it is a proof as well */
    if (options->verify) {
        if (!bw_esp_mirror_check (writer, error))
            return FALSE;
        self->touch = BW_ESP_TOUCH_VERIFIED;
        self->is_boot_pending = FALSE;
    }
    if (!writer->had_trouble && writer->troubles == 0 && writer->bytes_sent >= CLEAN_BYTES)
        bw_esp_baud_note_clean (self);
    if (report != NULL)
        fill_report (writer, todo, options, report);
    return TRUE;
}

gboolean
bw_esp_program (BwEspSession *self,
                const BwFirmwareBuild *build,
                const BwWriteOptions *options,
                BwWriteReport *ret_report,
                GError **error)
{
    g_autoptr (GPtrArray) parts = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;
    BwEspWriter writer = { .session = self, .may_compress = options->compress };

    if (!check_parts (self, build->parts, options->verify, error)
        || !get_ready_to_ask (self, options->verify || options->diff, &writer.troubles, error)
        || !assume_size (self, options, error))
        return FALSE;
    parts = bw_esp_params_apply (self, build, options, error);
    map = parts != NULL ? make_map (self, parts, error) : NULL;
    if (map == NULL)
        return FALSE;
    writer.map = map;
    if ((map_end (map) > SMALL_FLASH_BYTES || bw_esp_encryption_wants_stub (self, map))
        && !bw_esp_ready_surely (self, TRUE, &writer.troubles, error))
        return FALSE;
    if (!check_reach (self, map, error) || !check_cipher (self, map, error))
        return FALSE;
    return run (&writer, options, ret_report, error);
}

/* ---- verifying alone ---- */

static gboolean
peek_surely (BwEspSession *self, BwEspPeek *peek, unsigned *troubles, GError **error)
{
    g_autoptr (GError) failure = NULL;

    while (!bw_esp_flash_peek (self, peek, 1, &failure)) {
        if (!bw_esp_recover (self, troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

/* Takes over the flash parameters that the boot image on the chip has. */
static gboolean
adopt_params (BwEspSession *self, GPtrArray *parts, unsigned *troubles, GError **error)
{
    for (unsigned i = 0; i < parts->len; i++) {
        BwFirmwarePart *part = g_ptr_array_index (parts, i);
        uint8_t header[4] = { 0 };
        BwEspPeek peek = { part->offset, sizeof header, header, NULL };
        GBytes *copy = NULL;

        if (part->offset != self->chip->bootloader_offset
            || g_bytes_get_size (part->data) < sizeof header || !bw_esp_flash_can_peek (self))
            continue;
        if (!peek_surely (self, &peek, troubles, error))
            return FALSE;
        copy = bw_esp_params_copy (self, part->data, header[2], header[3]);
        if (copy != NULL) {
            g_bytes_unref (part->data);
            part->data = copy;
        }
    }
    return TRUE;
}

static uint32_t
get_size (const BwFirmwarePart *part)
{
    return (uint32_t) g_bytes_get_size (part->data);
}

static gboolean
fail_at (const BwFirmwarePart *part, uint32_t offset, GError **error)
{
    bw_set_error (error, BW_CAUSE_VERIFY_FAILED, _ ("%s differs, first in the sector at 0x%x"),
                  part->name, offset);
    return FALSE;
}

/* Noise may make any sector look different once. */
static gboolean
find_first_bad (BwEspAsker *asker, const BwFirmwarePart *part, uint32_t *ret_offset)
{
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (part->data, &len);

    if (part->offset % BW_ESP_SECTOR != 0
        || !bw_esp_diff_find (part->offset, data, (uint32_t) len, bw_esp_asker_ask, asker, runs,
                              NULL))
        return FALSE;
    for (unsigned i = 0; i < runs->len; i++) {
        const BwEspRun *run = &g_array_index (runs, BwEspRun, i);
        BwEspQuestion sector = { .offset = run->offset, .size = MIN (run->size, BW_ESP_SECTOR) };

        *ret_offset = run->offset;
        bw_esp_question_want (&sector, data + (run->offset - part->offset));
        if (!bw_esp_asker_ask (asker, &sector, 1, NULL))
            return FALSE;
        if (!bw_esp_question_is_met (&sector))
            return TRUE;
    }
    return FALSE;
}

static gboolean
fail_part (BwEspAsker *asker, const BwFirmwarePart *part, GError **error)
{
    uint32_t bad = 0;
    gboolean is_found = find_first_bad (asker, part, &bad);

    return fail_at (part, is_found ? bad : part->offset, error);
}

static gboolean
compare_part (BwEspCompare *compare, const BwFirmwarePart *part, GError **error)
{
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (part->data, &len);
    uint32_t equal = 0;

    if (!bw_esp_compare (compare, part->offset, data, (uint32_t) len, &equal, error))
        return FALSE;
    return equal == len || fail_at (part, (part->offset + equal) & ~(BW_ESP_SECTOR - 1), error);
}

/* Exactly the bytes of the part: what else is in its sectors does not matter here. */
static gboolean
verify_part (BwEspCompare *compare, const BwFirmwarePart *part, GError **error)
{
    BwEspSession *self = compare->session;
    BwEspAsker asker = { self, compare->troubles };
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (part->data, &len);
    BwEspQuestion question = { .offset = part->offset, .size = (uint32_t) len, .is_proof = TRUE };

    if (len == 0)
        return TRUE;
    if (proves_by_reading (self))
        return compare_part (compare, part, error);
    bw_esp_question_want (&question, data);
    if (!bw_esp_asker_ask_until_alike (&asker, &question, error))
        return FALSE;
    if (!bw_esp_question_is_met (&question))
        return fail_part (&asker, part, error);
    compare->done += len;
    bw_esp_session_progress (self, compare->done, compare->total);
    return TRUE;
}

gboolean
bw_esp_verify (BwEspSession *self, const BwFirmwareBuild *build, GError **error)
{
    BwFirmwareBuild plain = { .parts = build->parts };
    g_autoptr (GPtrArray) parts = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;
    unsigned troubles = 0;
    BwEspCompare compare = { self, &troubles, 0, 0 };

    if (!check_parts (self, build->parts, TRUE, error)
        || !get_ready_to_ask (self, TRUE, &troubles, error))
        return FALSE;
    parts = bw_esp_params_apply (self, &plain, NULL, error);
    if (parts == NULL || !adopt_params (self, parts, &troubles, error))
        return FALSE;
    map = make_map (self, parts, error);
    if (map == NULL)
        return FALSE;
    for (unsigned i = 0; i < parts->len; i++)
        compare.total += get_size (g_ptr_array_index (parts, i));
    for (unsigned i = 0; i < parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (parts, i);
        uint32_t size = get_size (part);

        bw_esp_session_part (self, part->offset, size, BW_PART_NOW);
        if (!verify_part (&compare, part, error))
            return FALSE;
        bw_esp_session_part (self, part->offset, size, BW_PART_DONE);
    }
    return TRUE;
}
