/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "fw-fake.h"

#define FLASH_BYTES (4u << 20)
#define RUN_TIME (5000 * FW_MS)
#define OUT_MAX (64u * 1024)

/* What the last input has put into the flash, to be taken out again. */
struct span {
    size_t at;
    size_t len;
};

/* The input after its first byte: records of place (3 bytes), length (2 bytes) and content. */
static size_t
fill (struct fake *fake, const uint8_t *in, size_t len, struct span *spans, size_t n_max)
{
    size_t n = 0;

    for (size_t at = 1; at + 5 <= len && n < n_max; n++) {
        size_t place = (size_t) in[at] << 16 | (size_t) in[at + 1] << 8 | in[at + 2];
        size_t size = (size_t) in[at + 3] << 8 | in[at + 4];

        at += 5;
        place %= FLASH_BYTES;
        size = MIN (size, MIN (len - at, FLASH_BYTES - place));
        memcpy (fake->flash + place, in + at, size);
        spans[n] = (struct span){ place, size };
        at += size;
    }
    return n;
}

/* A flash file may hold anything: the board starts from it, says what it found, and its loader can
 * be reached afterwards. Never more than a log's worth of words. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    static const char *const chips[] = { "esp32", "esp8266", "esp32s3", "esp32c3" };
    static struct fake *fake;
    struct span spans[16];
    size_t n = 0;

    if (fake == NULL)
        fake = fake_new ("esp32", FALSE);
    n = fill (fake, in, len, spans, G_N_ELEMENTS (spans));
    fake_renew (fake, chips[len > 0 ? in[0] & 3 : 0], FALSE);
    fw_board_power (&fake->board, fake->now, true);
    fake_wait (fake, RUN_TIME);
    g_assert_cmpuint (fake->out->len, >, 0);
    g_assert_cmpuint (fake->out->len, <, OUT_MAX);
    fake->board.config.download = true;
    fw_board_reset (&fake->board, fake->now);
    fake_wait (fake, 100 * FW_MS);
    g_byte_array_set_size (fake->out, 0);
    fake_sync (fake, 8);
    for (size_t i = 0; i < n; i++)
        memset (fake->flash + spans[i].at, 0xff, spans[i].len);
    return 0;
}
