/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cause.h"

G_BEGIN_DECLS

/* What is publicly known to go wrong with an adapter and the kernel's driver for it; the README of
 * data/drivers is the source of the format. Threads: any but the interface's. */

/**
 * BwTroubleCase:
 * @driver: of the kernel, for the interface: "ch341"
 * @product: (nullable): product text of the device
 * @kernel: release as uname() gives it: "6.1.0-25-amd64"
 * @cause: how the work failed
 * @baud: highest rate the line ran at; 0 unknown
 *
 * A failure, and what it happened on.
 */
typedef struct {
    const char *driver;
    const char *product;
    const char *kernel;
    BwCause cause;
    unsigned baud;
} BwTroubleCase;

/**
 * bw_known_trouble_dup_text:
 * @folder: (nullable): folder of *.ini files; %NULL = the installed one, or drivers/ in the folder
 *   named by BOARDWALK_DATA_DIR
 * @seen: a failure
 *
 * A file or group that is wrong is warned of and left out. Blocks for a small file.
 *
 * Returns: (transfer full) (nullable): what is known that fits, for people; %NULL: nothing
 */
char *bw_known_trouble_dup_text (const char *folder, const BwTroubleCase *seen);

G_END_DECLS
