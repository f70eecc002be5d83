/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Intel HEX. Source: Intel "Hexadecimal Object File Format Specification", 1988; vectors
 * image/merge.hex. Record types 0 to 5; line ends LF, CR LF or CR; blank lines are skipped.
 * Threads: a reader belongs to one thread. Memory: the reader holds one record, nothing else. */

#define BWP_IHEX_DATA_MAX 255
#define BWP_IHEX_LINE_MAX (1 + 2 * (5 + BWP_IHEX_DATA_MAX) + 1) /* ':' to line feed */

struct bwp_ihex_record {
    uint32_t address; /* absolute */
    uint8_t data[BWP_IHEX_DATA_MAX];
    uint8_t len; /* at least 1 */
};

/* All members are private to bwp-ihex.c, except line: its present number, from 1. */
struct bwp_ihex_reader {
    uint32_t base;
    uint32_t line;
    uint8_t bytes[5 + BWP_IHEX_DATA_MAX];
    uint16_t digits;
    bool in_record;
    bool needs_line_end;
    bool is_segmented;
    bool at_end;
    bool last_was_cr;
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_ihex_reader_init:
 * @self: (out): the reader
 */
void bwp_ihex_reader_init (struct bwp_ihex_reader *self);

/**
 * bwp_ihex_read:
 * @self: the reader
 * @text: the file, cut anywhere
 * @len: bytes
 * @ret_used: how many were taken; set on every return. Call again with the rest.
 * @ret_record: set on %BWP_OK only
 *
 * Returns: %BWP_OK a piece of data; %BWP_AGAIN all taken, feed more or call
 * bwp_ihex_reader_finish(); %BWP_ERR_CORRUPT a character, length or checksum is wrong;
 * %BWP_ERR_VERSION a record type that is not known; %BWP_ERR_SURPLUS something follows the end
 * record; %BWP_ERR_RULE a record crosses the end of its address space. self->line tells where;
 * the reader is of no further use then.
 */
enum bwp_result bwp_ihex_read (struct bwp_ihex_reader *self,
                               const char *text,
                               size_t len,
                               size_t *ret_used,
                               struct bwp_ihex_record *ret_record);

/**
 * bwp_ihex_reader_finish:
 * @self: the reader, after the last byte of the file
 *
 * Returns: %BWP_OK, or %BWP_ERR_CUT when the end record is missing
 */
enum bwp_result bwp_ihex_reader_finish (const struct bwp_ihex_reader *self);

/**
 * bwp_ihex_put_data:
 * @address: absolute; only its low 16 bits go into the line
 * @data: bytes
 * @len: 1..255, must not cross a 64 KiB boundary
 * @out: (out): one line with its line feed, not terminated
 * @capacity: size of @out; %BWP_IHEX_LINE_MAX always suffices
 * @ret_len: characters written
 *
 * Returns: %BWP_OK, %BWP_ERR_CALLER, %BWP_ERR_SPACE
 */
enum bwp_result bwp_ihex_put_data (uint32_t address,
                                   const uint8_t *data,
                                   size_t len,
                                   char *out,
                                   size_t capacity,
                                   size_t *ret_len);

/**
 * bwp_ihex_put_base:
 * @address: absolute; to be written whenever its upper 16 bits change
 * @out: (out): one line with its line feed, not terminated
 * @capacity: size of @out
 * @ret_len: characters written
 *
 * Returns: %BWP_OK, %BWP_ERR_SPACE
 */
enum bwp_result bwp_ihex_put_base (uint32_t address, char *out, size_t capacity, size_t *ret_len);

/**
 * bwp_ihex_put_end:
 * @out: (out): the end record with its line feed, not terminated
 * @capacity: size of @out
 * @ret_len: characters written
 *
 * Returns: %BWP_OK, %BWP_ERR_SPACE
 */
enum bwp_result bwp_ihex_put_end (char *out, size_t capacity, size_t *ret_len);

#ifdef __cplusplus
}
#endif
