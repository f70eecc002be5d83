/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What a board that poses as a chip must know beyond what its host knows (bwp-esp-chip.h): where
 * its eFuses have what, and in what its ROM differs from others. Data, given by the port: no chip
 * is named in the core. */

/* Bits of the word at an offset from the eFuse base; width 0 = no such field. */
struct fw_fuse_field {
    uint8_t offset;
    uint8_t shift;
    uint8_t width;
};

/* How its ROM and loader print. */
enum fw_log_style {
    FW_LOG_OLD,   /* " ets Jan  8 2013,rst cause:2, boot mode:(3,6)", no second-stage loader */
    FW_LOG_FIRST, /* "ets Jul 29 2019", "rst:0x1 (POWERON_RESET),boot:0x13" */
    FW_LOG_LATER, /* "ESP-ROM:", "rst:0x1 (POWERON),boot:0xc" */
};

/* Where its ROM goes when FLASH_END tells it to run. */
enum fw_end_style {
    FW_END_SILENCE,
    FW_END_CONSOLE, /* an interpreter on the same line */
    FW_END_PROGRAM, /* what is in the flash */
};

struct fw_traits {
    uint16_t revision; /* of most boards, major * 100 + minor */
    uint8_t crystal_mhz;
    uint8_t believed_mhz; /* by its ROM, whatever crystal there is; 0 = it knows */
    uint16_t md5_ns;      /* its processor takes per byte digested */
    uint16_t inflate_ns;  /* and per byte inflated */
    uint16_t rom_ring;    /* bytes its ROM holds that come while it works; 0 = %FW_ROM_RING */

    /* A number that lies in two places has its low part first. */
    struct fw_fuse_field major, major_high;
    struct fw_fuse_field minor, minor_high;
    struct fw_fuse_field crypt;        /* odd number of ones: flash encryption on */
    uint8_t crypt_unit;                /* bytes its cipher takes at once; 0 = 16 */
    struct fw_fuse_field crypt_config; /* how the key is used; all ones where encryption is on */
    struct fw_fuse_field
        crypt_key; /* says that there is a key: its purpose, or that it is locked */
    uint8_t crypt_key_value;
    struct fw_fuse_field secure_boot;
    bool unary_major;               /* the major number counts 0, 1, 3, 7 in its bits */
    uint32_t major_top_register;    /* bit 31 is the highest of them; 0 = none */
    uint32_t calibration_register;  /* of its slow clock; 0 = none */
    uint32_t calibration;           /* contents, with the usual crystal */
    struct fw_fuse_field frequency; /* of its fast one, in the eFuses */
    uint8_t frequency_value;
    uint32_t crystal_register; /* bits 30:24 are the crystal its ROM believes in; 0 = none */
    uint32_t reader_register;  /* a pointer of its ROM by which a stub can be started; 0 = none */
    uint32_t reader_value;     /* what it points to */

    /* of the registers by which the flash gets its power, where a host has to switch it on: a word that
     * opens them, two that are pulsed, one whose lowest bits say "on"; 0 = always on */
    uint16_t dark_from, dark_to; /* revisions, both included */
    uint32_t power_open, power_pulse, power_select, power_on;

    enum fw_log_style log;
    uint32_t log_baud; /* of its ROM's log */
    enum fw_end_style end;
    bool restarts_if_blank; /* by a watchdog; others complain without end */
};
