/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-fault.h"
#include "fw-ops.h"
#include <stdbool.h>

/* A serial NOR flash: programming only clears bits, erasing sets them, addresses wrap at the size
 * of the chip, which a fault may make smaller than its id says. What an operation takes is returned,
 * nobody waits. Bytes lie in the port's store. A fault may take the power after or in an operation:
 * from there on nothing is done any more. Threads: one. */

#define FW_FLASH_PAGE 256u
#define FW_FLASH_SECTOR 4096u
#define FW_FLASH_BLOCK 65536u

/* Typical times of a chip, in nanoseconds; all zero for a chip that takes no time. */
struct fw_flash_times {
    uint64_t page;   /* program up to 256 bytes */
    uint64_t sector; /* erase 4 KiB */
    uint64_t block;  /* erase 64 KiB */
    uint32_t read;   /* per byte */
};

struct fw_flash_counts {
    uint64_t sectors_erased;
    uint64_t blocks_erased;
    uint64_t pages_programmed;
    uint64_t bytes_read;
    uint64_t stores;     /* pieces of it that changed */
    uint64_t operations; /* begun: pages, sectors and blocks, one after the other */
};

struct fw_flash {
    const struct fw_ops *ops;
    void *user;
    const uint8_t *bytes; /* the port's store */
    struct fw_faults *faults;
    struct fw_flash_times times;
    uint32_t size;  /* what the id says, a power of two */
    uint32_t cells; /* bytes there really are, the same unless a fault says otherwise */
    uint32_t id;    /* answer to command 9F */
    struct fw_flash_counts counts;
};

extern const struct fw_flash_times fw_flash_typical;

/**
 * fw_flash_init:
 * @self: (out): a Winbond chip that takes no time
 * @ops: borrowed
 * @user: for @ops
 * @faults: borrowed
 * @size: bytes, a power of two from 64 KiB on
 */
void fw_flash_init (struct fw_flash *self,
                    const struct fw_ops *ops,
                    void *user,
                    struct fw_faults *faults,
                    uint32_t size);

/**
 * fw_flash_id:
 * @self: the chip
 *
 * Returns: what command 9F answers: maker in bits 7:0, type in 15:8, capacity code in 23:16
 */
uint32_t fw_flash_id (const struct fw_flash *self);

/**
 * fw_flash_sfdp:
 * @self: the chip
 * @address: in its parameter area
 *
 * Returns: four bytes of it, the first one lowest
 */
uint32_t fw_flash_sfdp (const struct fw_flash *self, uint32_t address);

/**
 * fw_flash_read:
 * @self: the chip
 * @address: wraps at the size
 * @out: @len bytes
 * @len: any
 *
 * Returns: nanoseconds it takes
 */
uint64_t fw_flash_read (struct fw_flash *self, uint32_t address, uint8_t *out, size_t len);

/**
 * fw_flash_program:
 * @self: the chip
 * @address: wraps at the size
 * @in: @len bytes; only bits that are 0 in it change anything
 * @len: any
 *
 * Returns: nanoseconds it takes
 */
uint64_t fw_flash_program (struct fw_flash *self, uint32_t address, const uint8_t *in, size_t len);

/**
 * fw_flash_erase:
 * @self: the chip
 * @address: of a sector or block, rounded down to it; wraps at the size
 * @unit: %FW_FLASH_SECTOR or %FW_FLASH_BLOCK
 *
 * Returns: nanoseconds it takes
 */
uint64_t fw_flash_erase (struct fw_flash *self, uint32_t address, uint32_t unit);

/**
 * fw_flash_erase_all:
 * @self: the chip
 *
 * Returns: nanoseconds it takes
 */
uint64_t fw_flash_erase_all (struct fw_flash *self);

/**
 * fw_flash_is_blank:
 * @self: the chip
 * @address: rounded down to its sector
 *
 * Returns: whether every byte of that sector is FF
 */
bool fw_flash_is_blank (struct fw_flash *self, uint32_t address);

/**
 * fw_flash_equals:
 * @self: the chip
 * @address: wraps at the size
 * @bytes: @len bytes
 * @len: any
 *
 * Returns: whether the flash holds just those
 */
bool fw_flash_equals (struct fw_flash *self, uint32_t address, const uint8_t *bytes, size_t len);

/**
 * fw_flash_md5:
 * @self: the chip
 * @address: first byte; wraps at the size
 * @len: bytes; at most the size
 * @out: (out): 16 bytes
 *
 * Returns: nanoseconds the reading takes
 */
uint64_t fw_flash_md5 (struct fw_flash *self, uint32_t address, uint32_t len, uint8_t out[16]);
