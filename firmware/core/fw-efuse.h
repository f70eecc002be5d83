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
