/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Puts a line of text together in a fixed buffer. What does not fit is dropped; the text is always
 * terminated. Memory: everything lies in the structure. Threads: one. */

#define FW_TEXT_MAX 512

struct fw_text {
    size_t len;
    char text[FW_TEXT_MAX];
};

/**
 * fw_text_clear:
 * @self: (out): becomes the empty text
 */
void fw_text_clear (struct fw_text *self);

/**
 * fw_text_add:
 * @self: the text
 * @piece: (nullable): what to append
 */
void fw_text_add (struct fw_text *self, const char *piece);

/**
 * fw_text_add_bytes:
 * @self: the text
 * @piece: bytes; those that are no printable ASCII become a question mark
 * @max: at most that many, fewer when a zero byte comes first
 */
void fw_text_add_bytes (struct fw_text *self, const uint8_t *piece, size_t max);

/**
 * fw_text_add_dec:
 * @self: the text
 * @value: appended as a decimal number
 * @width: padded with blanks on the left to that many characters, 0 for none
 */
void fw_text_add_dec (struct fw_text *self, uint64_t value, unsigned width);

/**
 * fw_text_add_hex:
 * @self: the text
 * @value: appended in lower-case hexadecimal without prefix
 * @width: padded with zeros on the left to that many digits, at least 1
 */
void fw_text_add_hex (struct fw_text *self, uint32_t value, unsigned width);

/**
 * fw_text_add_mac:
 * @self: the text
 * @mac: six bytes, appended as 24:6f:28:00:00:01
 */
void fw_text_add_mac (struct fw_text *self, const uint8_t mac[6]);
