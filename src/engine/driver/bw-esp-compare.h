/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-flash-map.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* What of a firmware is on the flash, found by reading it back: for loaders that give no digests.
 * What differs is read again, and answers to a line that stumbled are confirmed: equal is only what
 * was read as equal. Threads: the port's. */

/**
 * BwEspCompare:
 * @session: a session with attached flash
 * @troubles: (inout): as bw_esp_recover()
 * @done: bytes compared so far
 * @total: bytes to compare, for the progress that is told
 *
 * One comparison, of several stretches one after the other.
 */
typedef struct {
    BwEspSession *session;
    unsigned *troubles;
    uint64_t done;
    uint64_t total;
} BwEspCompare;

/**
 * bw_esp_compare:
 * @self: a comparison
 * @offset: first byte in flash
 * @data: what shall be there
 * @size: its length
 * @ret_equal: how many bytes from @offset on are as they shall be before the first piece that is
 *   not; @size for all
 * @error: as bw_esp_recover()
 *
 * Ends at the first difference.
 *
 * Returns: %TRUE when @ret_equal is set
 */
gboolean bw_esp_compare (BwEspCompare *self,
                         uint32_t offset,
                         const uint8_t *data,
                         uint32_t size,
                         uint32_t *ret_equal,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_compare_digest:
 * @session: a session with attached flash
 * @offset: first byte in flash
 * @size: bytes; meant for a sector
 * @troubles: (inout): as bw_esp_recover()
 * @ret_md5: (out): digest of what was read, twice alike
 * @error: as bw_esp_recover()
 *
 * What a loader says that gives digests.
 *
 * Returns: %TRUE when @ret_md5 is set
 */
gboolean bw_esp_compare_digest (BwEspSession *session,
                                uint32_t offset,
                                uint32_t size,
                                unsigned *troubles,
                                uint8_t ret_md5[16],
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_compare_map:
 * @session: a session with attached flash
 * @map: what shall be there
 * @troubles: (inout): as bw_esp_recover()
 * @error: as bw_esp_recover()
 *
 * Reads every byte of the map.
 *
 * Returns: (transfer full) (element-type BwEspRegion) (nullable): the sectors that differ, in the
 * order of the map, neighbours joined; empty is a proof
 */
GArray *bw_esp_compare_map (BwEspSession *session,
                            const BwEspFlashMap *map,
                            unsigned *troubles,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_compare_regions:
 * @session: a session with attached flash
 * @map: what shall be there
 * @regions: (element-type BwEspRegion): pieces of the map
 * @troubles: (inout): as bw_esp_recover()
 * @error: as bw_esp_recover()
 *
 * bw_esp_compare_map() of a part of it.
 *
 * Returns: (transfer full) (element-type BwEspRegion) (nullable): what of @regions differs
 */
GArray *bw_esp_compare_regions (BwEspSession *session,
                                const BwEspFlashMap *map,
                                GArray *regions,
                                unsigned *troubles,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_compare_plan:
 * @session: a session with attached flash
 * @map: what shall be there
 * @troubles: (inout): as bw_esp_recover()
 * @error: as bw_esp_recover()
 *
 * What to write. To read is slower than to write, so it is read only as long as all is there: a few
 * bytes of every span first, then everything up to the first difference.
 *
 * Returns: (transfer full) (element-type BwEspRegion) (nullable): what may differ, in the order of
 * the map; empty is a proof that all is there
 */
GArray *bw_esp_compare_plan (BwEspSession *session,
                             const BwEspFlashMap *map,
                             unsigned *troubles,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
