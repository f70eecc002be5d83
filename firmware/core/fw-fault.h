/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Faults that a virtual board is told to have. Everything random comes from one generator with a
 * seed, so the same conversation fails in the same way again. Memory: all in the structure.
 * Threads: one. Texts of the faults: fw_fault_help(). */

#define FW_FAULT_MAX 16 /* faults one board can have at once */

enum fw_fault_kind {
    FW_FAULT_DROP,
    FW_FAULT_GARBLE,
    FW_FAULT_DUP,
    FW_FAULT_DELAY,
    FW_FAULT_UNPLUG,
    FW_FAULT_RESET,
    FW_FAULT_REPLUG,
    FW_FAULT_STUCK,
    FW_FAULT_READONLY_SECTOR,
    FW_FAULT_LIE,
    FW_FAULT_MUTE,
    FW_FAULT_DEAF,
    FW_FAULT_CHATTER,
    FW_FAULT_DOUBLE_END,
    FW_FAULT_LOST_REPLY,
    FW_FAULT_BAD_CHECKSUM,
    FW_FAULT_BROWNOUT,
    FW_FAULT_PANIC,
    FW_FAULT_NO_EN_CAPACITOR,
    FW_FAULT_INVERTED_LINES,
    FW_FAULT_DROWSY,
    FW_FAULT_POWER_CUT,
    FW_FAULT_POWER_CUT_INSIDE,
    FW_FAULT_UNPLUG_FRAME,
    FW_FAULT_BAUD_NOISE,
    FW_FAULT_SMALL_FLASH,
    FW_FAULT_SLOW_ERASE,
    FW_FAULT_AUTOBAUD,
    FW_FAULT_MAC_CHECK,
    FW_FAULT_WRITE_LOSS,
};

struct fw_fault {
    enum fw_fault_kind kind;
    bool at_byte; /* happens once, at byte @where of the conversation */
    bool used;    /* it has happened */
    /* number of a byte, frame, reply, block or operation; flash address or size; rate; factor */
    uint32_t where;
    uint32_t amount; /* milliseconds, bit number or bytes */
    uint32_t passed; /* bytes that got through after the fault's frame began to end */
    uint32_t chance; /* of 2^32, per byte */
};

/* A byte on the line. */
struct fw_passing {
    uint8_t byte;
    bool is_reply; /* from the board */
    uint32_t baud; /* at which it travels, 0 = unknown */
};

/* What becomes of it. */
struct fw_fate {
    bool drop;
    bool dup;
    bool unplug;
    bool reset;
    uint8_t flip; /* exclusive-or */
    uint32_t delay_ms;
};

/* How far one direction is with its frames. */
struct fw_framing {
    bool is_open;
    bool has_content;
};

struct fw_faults {
    struct fw_fault list[FW_FAULT_MAX];
    unsigned count;
    bool per_byte; /* at least one fault looks at every byte */
    uint64_t random;
    uint32_t bytes;  /* of the whole conversation, both ways */
    uint32_t frames; /* the same, while a fault looks at every byte */
    uint32_t burst;  /* bytes to the board since the last one from it */
    struct fw_framing framing[2];
    bool is_dark; /* a fault took the power: nothing is done or said until it comes again */
};

/**
 * fw_faults_init:
 * @self: (out): no faults
 * @seed: of the random numbers
 */
void fw_faults_init (struct fw_faults *self, uint64_t seed);

/**
 * fw_faults_add:
 * @self: the faults
 * @spec: one fault in the form that fw_fault_help() lists
 *
 * Returns: %BWP_OK; %BWP_ERR_RULE not a fault; %BWP_ERR_SPACE too many of them
 */
enum bwp_result fw_faults_add (struct fw_faults *self, const char *spec);

/**
 * fw_fault_help:
 * @index: from 0
 *
 * Returns: (transfer none) (nullable): form and meaning of one fault; NULL after the last
 */
const char *fw_fault_help (unsigned index);

/**
 * fw_faults_has:
 * @self: the faults
 * @kind: which
 *
 * Returns: (transfer none) (nullable): the first fault of that kind
 */
struct fw_fault *fw_faults_has (struct fw_faults *self, enum fw_fault_kind kind);

/**
 * fw_faults_byte:
 * @self: the faults; counts the byte
 * @passing: the byte
 * @ret_fate: what becomes of it
 */
void
fw_faults_byte (struct fw_faults *self, const struct fw_passing *passing, struct fw_fate *ret_fate);

/**
 * fw_faults_once:
 * @self: the faults
 * @kind: a fault of which "where" is a number of something that @number counts
 * @number: the present one, from 1
 *
 * Returns: whether a fault of that kind happens now; each happens once
 */
bool fw_faults_once (struct fw_faults *self, enum fw_fault_kind kind, uint32_t number);

/**
 * fw_faults_random:
 * @self: the faults, for their generator
 *
 * Returns: 32 random bits, the same sequence for the same seed
 */
uint32_t fw_faults_random (struct fw_faults *self);
