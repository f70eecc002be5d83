/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* How far a firmware has come from the network. Threads: any; whoever loads writes, whoever shows it
 * looks as often as it likes. Memory: counted references. */

typedef struct BwFirmwareMeter BwFirmwareMeter;

/**
 * bw_firmware_meter_new:
 *
 * Returns: (transfer full): nothing has come yet
 */
BwFirmwareMeter *bw_firmware_meter_new (void);

/**
 * bw_firmware_meter_ref:
 * @self: a meter
 *
 * Returns: (transfer full): the same
 */
BwFirmwareMeter *bw_firmware_meter_ref (BwFirmwareMeter *self);

/**
 * bw_firmware_meter_unref:
 * @self: (nullable) (transfer full): a meter
 */
void bw_firmware_meter_unref (BwFirmwareMeter *self);

/**
 * bw_firmware_meter_set:
 * @self: (nullable): a meter
 * @done_bytes: so much is here
 * @total_bytes: of so much; 0 while nobody knows
 */
void bw_firmware_meter_set (BwFirmwareMeter *self, uint64_t done_bytes, uint64_t total_bytes);

/**
 * bw_firmware_meter_get_done:
 * @self: a meter
 *
 * Returns: bytes that are here
 */
uint64_t bw_firmware_meter_get_done (BwFirmwareMeter *self);

/**
 * bw_firmware_meter_get_total:
 * @self: a meter
 *
 * Returns: bytes there are; 0 while nobody knows
 */
uint64_t bw_firmware_meter_get_total (BwFirmwareMeter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareMeter, bw_firmware_meter_unref)

G_END_DECLS
