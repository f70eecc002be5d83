/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Watches the line between a host and a loader and counts what the host's manner costs: how often
 * it waits for an answer before it goes on, and how well it uses the line while it sends flash
 * data. Looks at delimiters and opcodes only, so it judges every tool alike.
 * Memory: all in the structure. Threads: one. */

struct fw_meter {
    uint64_t frames;      /* whole ones of the host: requests and acknowledgements */
    uint64_t round_trips; /* those of them that began when everything before was answered */

    uint64_t data_blocks; /* blocks of flash data */
    uint64_t data_from;   /* when the delimiter of the first one had arrived */
    uint64_t data_until;  /* when the last one had */
    uint64_t data_bytes;  /* heard between the two, whatever it was */

    /* the frame on its way */
    bool is_open;  /* a delimiter was heard that did not end a frame */
    bool is_ahead; /* it did not wait for an answer */
    uint8_t op;
    size_t len;           /* bytes behind the delimiter, as on the wire */
    uint64_t began;       /* when the delimiter had arrived */
    uint64_t began_heard; /* how many bytes had by then */

    uint64_t heard; /* bytes of the host */
    uint64_t data_heard;
    uint64_t speaks_till; /* the last bit of what the board has said so far */
    bool owes;            /* a frame was heard, nothing said since */
};

/**
 * fw_meter_hear:
 * @self: a meter, all zero at first
 * @now: when the last of the bytes has arrived; a delimiter counts as if it were that one
 * @bytes: from the host
 * @len: how many
 */
void fw_meter_hear (struct fw_meter *self, uint64_t now, const uint8_t *bytes, size_t len);

/**
 * fw_meter_speak:
 * @self: a meter
 * @until: when the last bit of what the board says now will have left it
 */
void fw_meter_speak (struct fw_meter *self, uint64_t until);
