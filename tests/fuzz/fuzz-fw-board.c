/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"
#include "fw-fake.h"

/* Any bytes at the serial line of a board in its ROM or stub, at times that pass or stand still:
 * it neither crashes nor writes outside its flash (the fake looks), and reset helps always. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    static const char *const chips[] = { "esp32", "esp8266", "esp32s3", "esp32c3" };
    static struct fake *fake;
    unsigned mode = len > 0 ? in[0] : 0;

    if (fake == NULL)
        fake = fake_new ("esp32", FALSE);
    fake_renew (fake, chips[mode & 3], (mode & 4) != 0);
    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    if ((mode & 8) != 0)
        fake_upload_stub (fake, (mode & 16) != 0 ? FW_STUB_2 : FW_STUB_1);
    for (size_t at = 1; at < len; at += 32) {
        fw_board_receive (&fake->board, fake->now, in + at, MIN (32, len - at));
        fake_wait (fake, FW_MS);
    }
    fake->board.config.download = true;
    fw_board_reset (&fake->board, fake->now);
    fake_wait (fake, 100 * FW_MS);
    g_byte_array_set_size (fake->out, 0);
    fake_sync (fake, 8);
    return 0;
}
