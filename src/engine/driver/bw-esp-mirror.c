/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-mirror"
#include "config.h"

#include "bw-esp-mirror.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-compare.h"
#include "bw-esp-diff.h"
#include "bw-esp-recover.h"
#include "bwp-esp-partition.h"

/* Up to here every loader can ask. */
#define REACH_BYTES (16u * 1024 * 1024)

/* How far away a chip that is too small repeats itself at the latest; 0 = nobody can tell. */
static uint32_t
mirror_distance (uint64_t flash_bytes)
{
    uint64_t reach = MIN (flash_bytes, REACH_BYTES);

    if (reach < 2 * BW_ESP_SECTOR || (reach & (reach - 1)) != 0)
        return 0;
    return (uint32_t) (reach / 2);
}

static gboolean
is_uniform (const uint8_t *sector)
{
    return memcmp (sector, sector + 1, BW_ESP_SECTOR - 1) == 0;
}

/* What of the sector at @offset the map has: %NULL nothing, or not all. */
static const uint8_t *
find_sector (const BwEspFlashMap *map, uint32_t offset, gboolean *ret_is_touched)
{
    *ret_is_touched = FALSE;
    for (unsigned i = 0; i < map->spans->len; i++) {
        const BwEspSpan *span = bw_esp_flash_map_get_span (map, i);
        gsize len = 0;
        const uint8_t *data = g_bytes_get_data (span->data, &len);

        if (offset < span->offset || offset - span->offset >= len)
            continue;
        *ret_is_touched = TRUE;
        return span->is_encrypted || len - (offset - span->offset) < BW_ESP_SECTOR
                   ? NULL
                   : data + (offset - span->offset);
    }
    return NULL;
}

typedef enum {
    SECTOR_UNFIT,
    SECTOR_ASKS,
    SECTOR_PROVES,
} Fitness;

static Fitness
judge_sector (const BwEspFlashMap *map, const BwEspMirror *mirror)
{
    gboolean is_touched = FALSE;
    const uint8_t *here = find_sector (map, mirror->offset, &is_touched);
    const uint8_t *there = find_sector (map, mirror->mirror, &is_touched);

    if (here == NULL)
        return SECTOR_UNFIT;
    if (there != NULL && memcmp (here, there, BW_ESP_SECTOR) != 0)
        return SECTOR_PROVES;
    return is_touched || is_uniform (here) ? SECTOR_UNFIT : SECTOR_ASKS;
}

/* The boot image is the last to have a copy of itself anywhere. */
static gboolean
is_better (const BwEspFlashMap *map, const BwEspMirror *mirror)
{
    for (unsigned i = 0; i < map->regions->len; i++) {
        const BwEspRegion *region = &g_array_index (map->regions, BwEspRegion, i);

        if (region->span == mirror->span && region->rank == BW_ESP_RANK_BOOT)
            return TRUE;
    }
    return FALSE;
}

gboolean
bw_esp_mirror_choose (const BwEspFlashMap *map, uint64_t flash_bytes, BwEspMirror *ret_mirror)
{
    uint32_t distance = mirror_distance (flash_bytes);
    gboolean is_found = FALSE;

    for (unsigned i = 0; distance > 0 && i < map->spans->len; i++) {
        const BwEspSpan *span = bw_esp_flash_map_get_span (map, i);
        uint64_t end =
            MIN ((uint64_t) span->offset + g_bytes_get_size (span->data), 2ull * distance);

        for (uint64_t at = span->offset; at < end; at += BW_ESP_SECTOR) {
            BwEspMirror mirror = { (uint32_t) at, (uint32_t) at ^ distance, i };
            Fitness fitness = judge_sector (map, &mirror);

            if (fitness == SECTOR_PROVES)
                return FALSE;
            if (fitness == SECTOR_ASKS
                && (!is_found || (is_better (map, &mirror) && !is_better (map, ret_mirror)))) {
                *ret_mirror = mirror;
                is_found = TRUE;
            }
        }
    }
    return is_found;
}

void
bw_esp_mirror_set_error (const BwEspSession *session, uint32_t offset, GError **error)
{
    uint32_t distance = mirror_distance (session->flash_bytes);

    bw_set_error (
        error, BW_CAUSE_FLASH_SMALLER,
        _ ("what is written at 0x%x appears at 0x%x: the chip holds %u KiB at most, its id "
           "says %u"),
        offset, offset ^ distance, distance / 1024, (unsigned) (session->flash_bytes / 1024));
}

static gboolean
ask_sector (BwEspSession *session,
            uint32_t offset,
            unsigned *troubles,
            uint8_t ret_md5[BW_ESP_MD5_BYTES],
            GError **error)
{
    if (!bw_esp_session_can_digest (session))
        return bw_esp_compare_digest (session, offset, BW_ESP_SECTOR, troubles, ret_md5, error);
    return bw_esp_digest_surely (session, offset, BW_ESP_SECTOR, troubles, ret_md5, error);
}

static gboolean
has_content (BwEspWriter *writer,
             uint32_t offset,
             const uint8_t *sector,
             gboolean *ret_has,
             GError **error)
{
    uint8_t found[BW_ESP_MD5_BYTES];
    uint8_t wanted[BW_ESP_MD5_BYTES];

    if (!ask_sector (writer->session, offset, &writer->troubles, found, error))
        return FALSE;
    bw_esp_md5 (sector, BW_ESP_SECTOR, wanted);
    *ret_has = memcmp (found, wanted, sizeof wanted) == 0;
    return TRUE;
}

/* Two contents where a chip that is too small has one. Answers carry no checksum: what differs is
 * asked for twice. */
static gboolean
shows_two (BwEspWriter *writer,
           uint32_t offset,
           uint32_t distance,
           gboolean *ret_shows_two,
           GError **error)
{
    uint8_t md5[2][2][BW_ESP_MD5_BYTES];

    *ret_shows_two = FALSE;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned side = 0; side < 2; side++) {
            if (!ask_sector (writer->session, offset ^ side * distance, &writer->troubles,
                             md5[round][side], error))
                return FALSE;
        }
        if (memcmp (md5[round][0], md5[round][1], sizeof md5[round][0]) == 0)
            return TRUE;
    }
    *ret_shows_two = memcmp (md5[0], md5[1], sizeof md5[0]) == 0;
    return TRUE;
}

/* An application may be in two slots half the size apart, and then is so at each flash: what is
 * elsewhere tells without a sector that wears. */
static gboolean
is_told_elsewhere (BwEspWriter *writer,
                   const BwEspMirror *mirror,
                   gboolean *ret_is_told,
                   GError **error)
{
    const uint32_t places[] = { BWP_ESP_PARTITION_TABLE_OFFSET,
                                writer->session->chip->bootloader_offset };
    uint32_t distance = mirror->offset ^ mirror->mirror;

    *ret_is_told = FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (places) && !*ret_is_told; i++) {
        if (places[i] != mirror->offset && places[i] < distance
            && !shows_two (writer, places[i], distance, ret_is_told, error))
            return FALSE;
    }
    return TRUE;
}

/* Erases the sector and looks whether its other appearance is still there. */
static gboolean
test_mirror (BwEspWriter *writer,
             const BwEspMirror *mirror,
             const uint8_t *sector,
             gboolean *ret_is_copy,
             GError **error)
{
    BwEspSession *session = writer->session;
    gboolean is_boot = is_better (writer->map, mirror);
    BwEspRegion region = { .span = mirror->span,
                           .offset = mirror->offset,
                           .size = BW_ESP_SECTOR,
                           .is_blank = TRUE,
                           .rank = is_boot ? BW_ESP_RANK_BOOT : BW_ESP_RANK_ORDINARY };
    gboolean is_there = FALSE;

    bw_esp_session_note (session,
                         _ ("the flash shows the same at 0x%x and 0x%x, finding out whether it is "
                            "as large as it says"),
                         mirror->offset, mirror->mirror);
    session->touch = BW_ESP_TOUCH_WRITING;
    session->has_changed = TRUE;
    session->is_boot_pending = session->is_boot_pending || is_boot;
    if (!bw_esp_write_region (writer, &region, error)
        || !has_content (writer, mirror->mirror, sector, ret_is_copy, error))
        return FALSE;
    region.is_blank = FALSE;
    if (!bw_esp_write_region (writer, &region, error)
        || !has_content (writer, mirror->offset, sector, &is_there, error))
        return FALSE;
    if (is_there)
        return TRUE;
    bw_set_error (error, BW_CAUSE_VERIFY_FAILED,
                  _ ("%s: the sector at 0x%x is not what was written"),
                  bw_esp_flash_map_get_span (writer->map, mirror->span)->name, mirror->offset);
    return FALSE;
}

gboolean
bw_esp_mirror_check (BwEspWriter *writer, GError **error)
{
    BwEspSession *session = writer->session;
    BwEspMirror mirror = { 0 };
    gboolean is_same = FALSE;
    gboolean is_told = FALSE;
    gboolean is_copy = FALSE;
    gboolean is_touched = FALSE;
    const uint8_t *sector;

    if (session->is_secure_download
        || !bw_esp_mirror_choose (writer->map, session->flash_bytes, &mirror))
        return TRUE;
    sector = find_sector (writer->map, mirror.offset, &is_touched);
    if (!has_content (writer, mirror.mirror, sector, &is_same, error))
        return FALSE;
    if (!is_same)
        return TRUE;
    if (!is_told_elsewhere (writer, &mirror, &is_told, error))
        return FALSE;
    if (is_told)
        return TRUE;
    if (!test_mirror (writer, &mirror, sector, &is_copy, error))
        return FALSE;
    session->touch = BW_ESP_TOUCH_WRITTEN;
    if (is_copy)
        return TRUE;
    bw_esp_mirror_set_error (session, mirror.offset, error);
    return FALSE;
}

static gboolean
is_uniform_digest (const uint8_t md5[BW_ESP_MD5_BYTES])
{
    static const uint8_t fills[] = { 0x00, 0xff };

    for (size_t i = 0; i < sizeof fills; i++) {
        uint8_t sector[BW_ESP_SECTOR];
        uint8_t uniform[BW_ESP_MD5_BYTES];

        memset (sector, fills[i], sizeof sector);
        bw_esp_md5 (sector, sizeof sector, uniform);
        if (memcmp (md5, uniform, sizeof uniform) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
bw_esp_mirror_explains (BwEspSession *session, uint32_t offset, unsigned *troubles)
{
    uint32_t distance = mirror_distance (session->flash_bytes);
    uint8_t here[BW_ESP_MD5_BYTES];
    uint8_t there[BW_ESP_MD5_BYTES];

    return distance > 0 && offset < 2 * distance
           && ask_sector (session, offset, troubles, here, NULL)
           && ask_sector (session, offset ^ distance, troubles, there, NULL)
           && memcmp (here, there, sizeof here) == 0 && !is_uniform_digest (here);
}
