/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The reflected CRC-32 (polynomial EDB88320) in its two conventions, and a CRC of one byte. */

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_crc32_zip:
 * @crc: 0 for the first piece, the previous result for the next ones
 * @data: may be NULL when @len is 0
 * @len: bytes at @data
 *
 * The CRC of zip and zlib: starts from and ends with all ones.
 * "123456789" gives CBF43926.
 *
 * Returns: the CRC of everything so far
 */
uint32_t bwp_crc32_zip (uint32_t crc, const uint8_t *data, size_t len);

/**
 * bwp_crc32_esp:
 * @data: may be NULL when @len is 0
 * @len: bytes at @data
 *
 * The CRC of otadata and NVS: register starts at zero, ends inverted.
 * 01 00 00 00 gives 4743989A.
 *
 * Returns: the CRC
 */
uint32_t bwp_crc32_esp (const uint8_t *data, size_t len);

/**
 * bwp_crc8:
 * @data: may be NULL when @len is 0
 * @len: bytes at @data
 *
 * The CRC of 1-Wire: reflected polynomial 8C, register starts at zero, ends as it is.
 * "123456789" gives A1.
 *
 * Returns: the CRC
 */
uint8_t bwp_crc8 (const uint8_t *data, size_t len);

#ifdef __cplusplus
}
#endif
