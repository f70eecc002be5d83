/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-flash-map.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Sending contents to the flash. Threads: the port's. */

/**
 * BwEspWriter:
 * @session: a session with attached flash
 * @map: what belongs where
 * @may_compress: deflate where the loader can
 * @troubles: recoveries so far, less those that later headway paid for
 * @recoveries: all of them
 * @had_trouble: whether there was any
 * @done: bytes of @total that are written
 * @total: bytes to write
 * @bytes_sent: content sent, repeats included
 * @sectors: sectors written
 *
 * One operation in progress.
 */
typedef struct {
    BwEspSession *session;
    const BwEspFlashMap *map;
    gboolean may_compress;
    unsigned troubles;
    unsigned recoveries;
    gboolean had_trouble;
    uint64_t done;
    uint64_t total;
    uint64_t bytes_sent;
    unsigned sectors;
} BwEspWriter;

/**
 * bw_esp_write_region:
 * @writer: an operation
 * @region: a region of the map or a piece of one; blank ones are erased
 * @error: named cause when all tries failed
 *
 * A block is never repeated: whether the board took it cannot be known. After an error the link is
 * brought back and the region begins anew, in smaller pieces each time, so that a bad line still
 * makes headway.
 *
 * Returns: %TRUE when the board acknowledged everything (which proves nothing)
 */
gboolean bw_esp_write_region (BwEspWriter *writer,
                              const BwEspRegion *region,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_write_finish:
 * @writer: an operation whose last region was sent
 * @error: named cause
 *
 * Makes a stub say that it has written the last block. Not needed when a digest follows.
 *
 * Returns: %TRUE when it has
 */
gboolean bw_esp_write_finish (BwEspWriter *writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
