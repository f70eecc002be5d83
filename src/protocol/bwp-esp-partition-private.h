/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-partition.h"

/* Kinds of partitions that rules and CSV treat alike. Private to this layer. */

/**
 * _bwp_esp_partition_is_primary:
 * @entry: of a table
 *
 * Returns: whether it is the boot loader or the table itself, which may stand where nothing else may
 */
bool _bwp_esp_partition_is_primary (const struct bwp_esp_partition *entry);

/**
 * _bwp_esp_partition_is_otadata:
 * @entry: of a table
 *
 * Returns: whether it holds records of which slot boots, the usual ones or those of the TEE
 */
bool _bwp_esp_partition_is_otadata (const struct bwp_esp_partition *entry);
