/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-board-info.h"
#include "bwp-esp-partition.h"

G_BEGIN_DECLS

/* Between the rows of the wire layer and those that the station shows. Threads: any. */

/**
 * bw_partition_from_entry:
 * @entry: a row of the wire layer
 *
 * Returns: (transfer full): the same with its kind in words; bytes of the label that are no UTF-8
 * are replaced
 */
BwPartition *bw_partition_from_entry (const struct bwp_esp_partition *entry);

/**
 * bw_partitions_from_entries:
 * @entries: rows of the wire layer
 * @count: how many
 *
 * Returns: (transfer full) (element-type BwPartition): the same, in table order
 */
GPtrArray *bw_partitions_from_entries (const struct bwp_esp_partition *entries, size_t count);

/**
 * bw_partition_to_entry:
 * @self: a row
 * @ret_entry: set on success only
 *
 * Returns: %FALSE when the label has more than 16 bytes
 */
gboolean bw_partition_to_entry (const BwPartition *self,
                                struct bwp_esp_partition *ret_entry) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
