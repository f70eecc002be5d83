/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-digest.h"
#include <stddef.h>
#include <stdint.h>

/* What a port of the firmware gives to the core: one table of functions, chosen by the build.
 * All times of the core are nanoseconds of one clock that never goes back; the core has no clock
 * of its own and never waits. Threads: a board and its table belong to one thread. */

#define FW_NEVER UINT64_MAX /* a time that does not come */
#define FW_MS 1000000ull    /* nanoseconds in a millisecond */
#define FW_US 1000ull

enum fw_inflate {
    FW_INFLATE_MORE,   /* all input taken or all room used, nothing wrong */
    FW_INFLATE_END,    /* the stream is complete and its check value right */
    FW_INFLATE_BROKEN, /* not a zlib stream, or damaged */
};

enum fw_cipher {
    FW_ENCIPHER,
    FW_DECIPHER,
};

/**
 * struct fw_ops:
 * @flash_map: the flash store, all of it, readable for as long as the board lives
 * @flash_store: puts @len bytes at @address, raw: NOR rules are the core's work
 * @flash_scratch: room as large as the flash store, for a deciphered copy of it
 * @cipher: AES-128 on each 16 bytes of @bytes by itself, in place; @len is a multiple of 16
 * @inflate_begin: starts the one zlib stream that may be under way
 * @inflate: inflates; @in_len and @out_len are room on entry and what was used on return
 * @digests: MD5 and SHA-256, both there
 * @log: a line about what the board does, for the one who runs it; (nullable)
 *
 * None of them can fail: a port whose storage breaks ends its program.
 */
struct fw_ops {
    const uint8_t *(*flash_map) (void *user);
    void (*flash_store) (void *user, uint32_t address, const uint8_t *in, size_t len);
    uint8_t *(*flash_scratch) (void *user);
    void (*cipher) (void *user,
                    const uint8_t key[16],
                    enum fw_cipher way,
                    uint8_t *bytes,
                    size_t len);
    void (*inflate_begin) (void *user);
    enum fw_inflate (
        *inflate) (void *user, const uint8_t *in, size_t *in_len, uint8_t *out, size_t *out_len);
    struct bwp_digests digests;
    void (*log) (void *user, const char *text);
};
