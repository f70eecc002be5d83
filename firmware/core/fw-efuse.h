/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-registers.h"

/* Writes an identity into the eFuse words of a chip: the way back from what the station decodes.
 * Source: esptool targets, as tabled in the protocol notes. Threads: no state. */

/**
 * fw_efuse_burn:
 * @registers: gets the words; call before anything else is put there
 * @identity: what they shall say
 */
void fw_efuse_burn (struct fw_registers *registers, const struct fw_identity *identity);

/**
 * fw_efuse_default_revision:
 * @chip: a record
 *
 * Returns: the revision most boards of that chip have, major * 100 + minor
 */
uint16_t fw_efuse_default_revision (const struct bwp_esp_chip *chip);

/**
 * fw_efuse_default_crystal:
 * @chip: a record
 *
 * Returns: MHz of the crystal most boards of that chip have
 */
uint8_t fw_efuse_default_crystal (const struct bwp_esp_chip *chip);
