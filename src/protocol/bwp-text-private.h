/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text without a C library: bounded appending, comparing, digits. Private to this layer. */

struct bwp_text {
    char *out;
    size_t capacity;
    size_t len;
    bool is_full; /* something did not fit; out still ends with a zero */
};

/**
 * _bwp_text_init:
 * @self: (out): the writer
 * @out: where the text goes, always zero-terminated
 * @capacity: its size, at least 1
 */
void _bwp_text_init (struct bwp_text *self, char *out, size_t capacity);

/**
 * _bwp_text_add:
 * @self: the writer
 * @text: appended as far as it fits
 */
void _bwp_text_add (struct bwp_text *self, const char *text);

/**
 * _bwp_text_add_decimal:
 * @self: the writer
 * @number: appended without leading zeros
 */
void _bwp_text_add_decimal (struct bwp_text *self, uint32_t number);

/**
 * _bwp_text_add_hex:
 * @self: the writer
 * @number: appended with 0x, lower case, without leading zeros
 */
void _bwp_text_add_hex (struct bwp_text *self, uint32_t number);

/**
 * _bwp_lower:
 * @c: any byte
 *
 * Returns: the lower-case letter of an ASCII capital, else @c
 */
char _bwp_lower (char c);

/**
 * _bwp_equal_fold:
 * @text: need not be terminated
 * @len: its length
 * @word: terminated, in lower case
 *
 * Returns: whether they are equal but for ASCII case
 */
bool _bwp_equal_fold (const char *text, size_t len, const char *word);

/**
 * _bwp_digit:
 * @c: any byte
 *
 * Returns: 0..15 for a hexadecimal digit, else 255
 */
uint8_t _bwp_digit (char c);

/**
 * _bwp_take_decimal:
 * @text: (inout): terminated; moved behind the digits
 * @ret_number: set when there is at least one digit and the number fits
 *
 * Returns: whether there was a number
 */
bool _bwp_take_decimal (const char **text, uint32_t *ret_number);

/**
 * _bwp_length:
 * @text: terminated
 *
 * Returns: its length
 */
size_t _bwp_length (const char *text);
