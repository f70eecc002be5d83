/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-chip.h"
#include "fw-flash.h"
#include "fw-traits.h"
#include <stdbool.h>
#include <stdint.h>

/* The registers a loader can reach: eFuses that tell who the chip is, the UART divider by which a
 * host measures the crystal, watchdogs, straps, and the SPI controller with the flash behind it.
 * Any other register keeps what was written to it and reads as 0 before. Threads: one. */

#define FW_REGISTERS_MAX 128 /* further ones are forgotten */

/* What the eFuses of a board say, and what is soldered to it. */
struct fw_identity {
    const struct bwp_esp_chip *chip;
    const struct fw_traits *traits; /* of that chip */
    uint8_t mac[6];
    uint16_t revision; /* major * 100 + minor */
    uint8_t crystal_mhz;
    bool secure_boot;
    bool secure_download;
    bool flash_encryption;
};

struct fw_registers {
    const struct fw_identity *identity;
    struct fw_flash *flash;
    uint32_t address[FW_REGISTERS_MAX];
    uint32_t value[FW_REGISTERS_MAX];
    unsigned count;
    unsigned fused;     /* of them the first are eFuses: they cannot be written */
    uint32_t baud;      /* of the UART */
    bool is_attached;   /* the flash: its pads belong to the SPI controller */
    bool was_pulsed;    /* the supply of the flash, where that is needed */
    bool powered_down;  /* the flash, by command B9 */
    bool is_awake;      /* the flash, by command AB after B9, where a fault needs that */
    bool reset_enabled; /* the flash, by command 66 */
    uint8_t flash_status;
    bool is_watchdog_off; /* the one the loader was entered with; and the super watchdog */
    bool is_super_watchdog_off;
    uint32_t watchdog_ms; /* set by a write that starts it; the owner takes and clears it */
};

/**
 * fw_registers_init:
 * @self: (out): registers of a chip that has just been reset
 * @identity: borrowed
 * @flash: borrowed
 */
void fw_registers_init (struct fw_registers *self,
                        const struct fw_identity *identity,
                        struct fw_flash *flash);

/**
 * fw_registers_read:
 * @self: the registers
 * @address: any
 *
 * Returns: the contents, 0 for what nobody has written
 */
uint32_t fw_registers_read (struct fw_registers *self, uint32_t address);

/**
 * fw_registers_write:
 * @self: the registers
 * @address: any; eFuses stay as they are
 * @value: new bits
 * @mask: which bits change
 */
void
fw_registers_write (struct fw_registers *self, uint32_t address, uint32_t value, uint32_t mask);

/**
 * fw_registers_put:
 * @self: the registers
 * @address: any
 * @value: what it holds from now on; no hook is called
 */
void fw_registers_put (struct fw_registers *self, uint32_t address, uint32_t value);
