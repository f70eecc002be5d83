/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-flash-map.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* What of a flash map is not on the chip yet, found by digests. Threads: the port's. */

/**
 * bw_esp_plan_all:
 * @map: a map
 * @is_erased: the chip is known to be blank: blank regions are done already
 *
 * Returns: (transfer full) (element-type BwEspRegion): everything, in the order of the map
 */
GArray *bw_esp_plan_all (const BwEspFlashMap *map, gboolean is_erased);

/**
 * bw_esp_plan_differences:
 * @session: a session whose loader can give digests
 * @map: a map
 * @troubles: (inout): as bw_esp_recover()
 * @error: as bw_esp_recover()
 *
 * Returns: (transfer full) (element-type BwEspRegion) (nullable): what differs, in the order of the
 * map; empty when all is there
 */
GArray *bw_esp_plan_differences (BwEspSession *session,
                                 const BwEspFlashMap *map,
                                 unsigned *troubles,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_plan_find_bad_span:
 * @session: a session whose loader can give digests
 * @map: a map
 * @troubles: (inout): as bw_esp_recover()
 * @ret_index: first span whose digest differs; the number of spans when all are right
 * @error: as bw_esp_recover()
 *
 * The proof: asks for the digest of every span.
 *
 * Returns: %TRUE when @ret_index is set
 */
gboolean bw_esp_plan_find_bad_span (BwEspSession *session,
                                    const BwEspFlashMap *map,
                                    unsigned *troubles,
                                    unsigned *ret_index,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
