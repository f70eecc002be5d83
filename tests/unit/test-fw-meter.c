/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as waiting for an answer, and what as sending data. */
#include "bwp-esp-command.h"
#include "bwp-slip.h"
#include "fw-meter.h"
#include <glib.h>
#include <string.h>

/* Hears one request that lasts from @from to @until: its delimiter first, the rest at the end. */
static void
hear (struct fw_meter *self, guint64 from, guint64 until, guint8 op, gsize body)
{
    guint8 frame[256] = { BWP_SLIP_END, 0, op };
    gsize len = 3 + body;

    g_assert_cmpuint (len, <, sizeof frame);
    frame[len++] = BWP_SLIP_END;
    fw_meter_hear (self, from, frame, 1);
    fw_meter_hear (self, until, frame + 1, len - 1);
}

static void
test_stop_and_wait (void)
{
    struct fw_meter meter = { 0 };

    hear (&meter, 10, 20, BWP_ESP_READ_REG, 12);
    fw_meter_speak (&meter, 30);
    hear (&meter, 31, 40, BWP_ESP_READ_REG, 12);
    fw_meter_speak (&meter, 50);
    g_assert_cmpuint (meter.frames, ==, 2);
    g_assert_cmpuint (meter.round_trips, ==, 2);
}

static void
test_behind_one_another (void)
{
    struct fw_meter meter = { 0 };

    /* the second begins while the first is being answered, the third before the second is */
    hear (&meter, 10, 20, BWP_ESP_READ_REG, 12);
    fw_meter_speak (&meter, 30);
    hear (&meter, 21, 29, BWP_ESP_FLASH_MD5, 24);
    hear (&meter, 35, 40, BWP_ESP_FLASH_MD5, 24);
    fw_meter_speak (&meter, 90);
    fw_meter_speak (&meter, 100);
    g_assert_cmpuint (meter.frames, ==, 3);
    g_assert_cmpuint (meter.round_trips, ==, 1);
    hear (&meter, 101, 110, BWP_ESP_READ_REG, 12);
    g_assert_cmpuint (meter.round_trips, ==, 2);
}

/* Without pace everything that came together came at one moment. */
static void
test_at_one_moment (void)
{
    struct fw_meter meter = { 0 };

    hear (&meter, 10, 10, BWP_ESP_READ_REG, 12);
    fw_meter_speak (&meter, 10);
    hear (&meter, 10, 10, BWP_ESP_READ_REG, 12);
    fw_meter_speak (&meter, 10);
    hear (&meter, 11, 11, BWP_ESP_READ_REG, 12);
    g_assert_cmpuint (meter.frames, ==, 3);
    g_assert_cmpuint (meter.round_trips, ==, 2);
}

/* Stray delimiters and what is outside of frames are nobody's request. */
static void
test_stray_delimiters (void)
{
    static const guint8 stray[] = { 'x', BWP_SLIP_END, BWP_SLIP_END };
    struct fw_meter meter = { 0 };

    fw_meter_hear (&meter, 5, stray, sizeof stray);
    hear (&meter, 10, 20, BWP_ESP_READ_REG, 12);
    g_assert_cmpuint (meter.frames, ==, 1);
    g_assert_cmpuint (meter.round_trips, ==, 1);
}

static void
test_data (void)
{
    struct fw_meter meter = { 0 };

    hear (&meter, 10, 20, BWP_ESP_FLASH_DEFL_BEGIN, 22);
    g_assert_cmpuint (meter.data_blocks, ==, 0);
    fw_meter_speak (&meter, 25);
    hear (&meter, 30, 50, BWP_ESP_FLASH_DEFL_DATA, 30);
    fw_meter_speak (&meter, 55);
    hear (&meter, 60, 62, BWP_ESP_FLASH_MD5, 4);
    hear (&meter, 70, 90, BWP_ESP_FLASH_DATA, 30);
    fw_meter_speak (&meter, 95);
    hear (&meter, 100, 110, BWP_ESP_FLASH_MD5, 22);
    g_assert_cmpuint (meter.data_blocks, ==, 2);
    g_assert_cmpuint (meter.data_from, ==, 30);
    g_assert_cmpuint (meter.data_until, ==, 90);
    g_assert_cmpuint (meter.data_bytes, ==, 33 + 8 + 34);
}

/* The host has 0x1100 bytes of READ_FLASH so far. */
static void
test_acknowledgement_is_no_data (void)
{
    static const guint8 frame[] = { BWP_SLIP_END, 0x00, 0x11, 0x00, 0x00, BWP_SLIP_END };
    struct fw_meter meter = { 0 };

    fw_meter_hear (&meter, 10, frame, sizeof frame);
    g_assert_cmpuint (meter.frames, ==, 1);
    g_assert_cmpuint (meter.data_blocks, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/meter/stop-and-wait", test_stop_and_wait);
    g_test_add_func ("/firmware/meter/behind-one-another", test_behind_one_another);
    g_test_add_func ("/firmware/meter/at-one-moment", test_at_one_moment);
    g_test_add_func ("/firmware/meter/stray-delimiters", test_stray_delimiters);
    g_test_add_func ("/firmware/meter/data", test_data);
    g_test_add_func ("/firmware/meter/acknowledgement-is-no-data", test_acknowledgement_is_no_data);
    return g_test_run ();
}
