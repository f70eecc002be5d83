/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-ops.h"
#include "vb-flash.h"
#include <stdbool.h>
#include <zlib.h>

/* The table of functions of this port: flash in a file, zlib, OpenSSL. Threads: one. */

struct vb_ops {
    struct vb_flash *flash;
    const char *name; /* of the board, for its log lines */
    bool verbose;
    z_stream inflate;
    bool inflating;
    uint8_t *scratch; /* as large as the flash; NULL until somebody needs it */
};

/* The "user" of these functions is a struct vb_ops. */
extern const struct fw_ops vb_ops_table;

/**
 * vb_ops_clear:
 * @self: zlib's memory and the copy of the flash are given back
 */
void vb_ops_clear (struct vb_ops *self);
