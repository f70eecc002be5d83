/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-firmware.h"

G_BEGIN_DECLS

/* Parts of a firmware made in memory, for tests of what becomes of them. */

/**
 * make_parts:
 *
 * Returns: (transfer full) (element-type BwFirmwarePart): none yet
 */
GPtrArray *make_parts (void);

/**
 * make_part:
 * @parts: where it is added
 * @offset: in flash
 * @data: (transfer full): its content
 *
 * Returns: (transfer none): the part, called "part"
 */
BwFirmwarePart *make_part (GPtrArray *parts, uint32_t offset, GBytes *data);

/**
 * make_filled_part:
 * @parts: where it is added
 * @offset: in flash
 * @size: bytes
 * @fill: what each of them is
 *
 * Returns: (transfer none): the content; may be changed before anybody has looked at it
 */
uint8_t *make_filled_part (GPtrArray *parts, uint32_t offset, size_t size, uint8_t fill);

/**
 * make_random_part:
 * @parts: where it is added
 * @offset: in flash
 * @size: bytes
 * @seed: what makes it the same content again
 *
 * Returns: (transfer none): the part
 */
BwFirmwarePart *make_random_part (GPtrArray *parts, uint32_t offset, size_t size, uint32_t seed);

G_END_DECLS
