/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Reading and writing numbers in byte buffers, by offset and never through a cast structure.
 * The caller has checked that the bytes are there. Any alignment. */

/**
 * bwp_get_u16le:
 * @p: two bytes, least significant first
 *
 * Returns: the number
 */
static inline uint16_t
bwp_get_u16le (const uint8_t *p)
{
    return (uint16_t) (p[0] | (uint16_t) (p[1] << 8));
}

/**
 * bwp_get_u32le:
 * @p: four bytes, least significant first
 *
 * Returns: the number
 */
static inline uint32_t
bwp_get_u32le (const uint8_t *p)
{
    return bwp_get_u16le (p) | (uint32_t) bwp_get_u16le (p + 2) << 16;
}

/**
 * bwp_get_u16be:
 * @p: two bytes, most significant first
 *
 * Returns: the number
 */
static inline uint16_t
bwp_get_u16be (const uint8_t *p)
{
    return (uint16_t) ((uint16_t) (p[0] << 8) | p[1]);
}

/**
 * bwp_get_u32be:
 * @p: four bytes, most significant first
 *
 * Returns: the number
 */
static inline uint32_t
bwp_get_u32be (const uint8_t *p)
{
    return (uint32_t) bwp_get_u16be (p) << 16 | bwp_get_u16be (p + 2);
}

/**
 * bwp_put_u16le:
 * @p: (out): two bytes, least significant first
 * @value: what to write
 */
static inline void
bwp_put_u16le (uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t) (value & 0xff);
    p[1] = (uint8_t) (value >> 8);
}

/**
 * bwp_put_u32le:
 * @p: (out): four bytes, least significant first
 * @value: what to write
 */
static inline void
bwp_put_u32le (uint8_t *p, uint32_t value)
{
    bwp_put_u16le (p, (uint16_t) (value & 0xffff));
    bwp_put_u16le (p + 2, (uint16_t) (value >> 16));
}

/**
 * bwp_put_u16be:
 * @p: (out): two bytes, most significant first
 * @value: what to write
 */
static inline void
bwp_put_u16be (uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t) (value >> 8);
    p[1] = (uint8_t) (value & 0xff);
}

/**
 * bwp_put_u32be:
 * @p: (out): four bytes, most significant first
 * @value: what to write
 */
static inline void
bwp_put_u32be (uint8_t *p, uint32_t value)
{
    bwp_put_u16be (p, (uint16_t) (value >> 16));
    bwp_put_u16be (p + 2, (uint16_t) (value & 0xffff));
}
