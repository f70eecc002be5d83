/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-chip.h"
#include "fw-traits.h"

/* The chips a virtual board can pose as: one row of data each. */

/**
 * vb_chip_traits:
 * @chip: a record
 *
 * Returns: (transfer none) (nullable): what posing as it takes; NULL for a chip nobody has
 * described yet
 */
const struct fw_traits *vb_chip_traits (const struct bwp_esp_chip *chip);
