/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-board.h"
#include <stdbool.h>
#include <stdint.h>

/* The command line of boardwalk-vboard. */

#define VB_CHIPS_MAX 16
#define VB_FAULTS_MAX 64
#define VB_COUNT_MAX 256

enum vb_serial {
    VB_SERIAL_PTY,
    VB_SERIAL_TCP,
    VB_SERIAL_RFC2217,
};

struct vb_options {
    const struct bwp_esp_chip *chips[VB_CHIPS_MAX]; /* used in turn */
    unsigned chip_count;
    uint8_t mac[6];
    const char *name;
    const char *flash;   /* (nullable) */
    uint32_t flash_size; /* 0: of the file, else 4 MiB */
    enum vb_serial serial;
    const char *link;
    uint16_t tcp_port;
    unsigned count;
    bool real_speed;
    const char *faults[VB_FAULTS_MAX];
    unsigned fault_count;
    uint64_t seed;
    uint32_t latency_ms;
    enum fw_generation generation;
    enum fw_usb usb;
    int revision;         /* major * 100 + minor, -1: the usual one */
    unsigned crystal_mhz; /* 0: the usual one */
    bool download;
    bool secure_boot, secure_download, flash_encryption;
    const char *stats;
    const char *control;
    bool registry;
    bool parent_exit;
    unsigned idle_exit_s; /* 0: never */
    bool verbose;
};

enum vb_usage {
    VB_USAGE_RUN,
    VB_USAGE_DONE,  /* help or version was printed */
    VB_USAGE_WRONG, /* a message was printed */
};

/**
 * vb_options_parse:
 * @self: (out): points into @argv
 * @argc: of main
 * @argv: of main
 *
 * Returns: what to do
 */
enum vb_usage vb_options_parse (struct vb_options *self, int argc, char **argv);

/**
 * vb_options_numbered:
 * @pattern: a path
 * @index: of the board
 * @count: of boards
 * @out: (out): "%d" in it replaced by @index; without one and with several boards ".INDEX" behind
 * @size: room for it
 *
 * Returns: false when it is too long
 */
bool
vb_options_numbered (const char *pattern, unsigned index, unsigned count, char *out, size_t size);
