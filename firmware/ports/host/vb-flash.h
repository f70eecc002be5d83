/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes of a flash chip: a file that others can read at any time, or memory. Boards without a
 * file share the pages that are still blank. Threads: one. */

struct vb_flash {
    uint8_t *bytes;
    uint32_t size;
};

/**
 * vb_flash_open:
 * @self: (out): the store
 * @path: (nullable): the file, NULL for memory; a new or short file is filled up with FF
 * @size: bytes; 0 = the size of the file, else 4 MiB
 * @error: (out): a sentence about what went wrong
 * @error_size: room for it
 *
 * Returns: false with @error set: no such folder, no permission, a file larger than @size, a size
 * that is no power of two between 256 KiB and 256 MiB
 */
bool vb_flash_open (struct vb_flash *self,
                    const char *path,
                    uint32_t size,
                    char *error,
                    size_t error_size);

/**
 * vb_flash_close:
 * @self: the store
 */
void vb_flash_close (struct vb_flash *self);
