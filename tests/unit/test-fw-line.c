/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time on the line: pacing, latency, rates that differ, faults that repeat under a seed. */
#include "fw-line.h"
#include <glib.h>
#include <string.h>

#define BAUD 921600u

/* A device that keeps what it hears and can be told to answer. */
struct device {
    struct fw_line line;
    struct fw_faults faults;
    GByteArray *heard;
    guint64 heard_at;
    guint32 baud;
    guint resets;
};

static void
receive (void *user, uint64_t now, const uint8_t *bytes, size_t len)
{
    struct device *self = user;

    g_byte_array_append (self->heard, bytes, (guint) len);
    self->heard_at = now;
}

static uint64_t
next (void *user)
{
    return FW_NEVER;
}

static void
step (void *user, uint64_t now)
{
    struct device *self = user;

    g_assert_null (self); /* nothing was announced by next() */
}

static uint32_t
baud (void *user, uint32_t host_baud)
{
    struct device *self = user;

    return self->baud;
}

static void
reset (void *user, uint64_t now)
{
    struct device *self = user;

    self->resets++;
}

static struct device *
device_new (gboolean paced, guint32 latency_ms, guint64 seed, const char *fault)
{
    struct device *self = g_new0 (struct device, 1);
    struct fw_line_device end = { receive, next, step, baud, reset, self };

    self->heard = g_byte_array_new ();
    self->baud = BAUD;
    fw_faults_init (&self->faults, seed);
    if (fault != NULL)
        g_assert_cmpint (fw_faults_add (&self->faults, fault), ==, BWP_OK);
    fw_line_init (&self->line, &end, &self->faults, paced, latency_ms);
    fw_line_set_host_baud (&self->line, BAUD);
    return self;
}

static void
device_free (struct device *self)
{
    g_byte_array_unref (self->heard);
    g_free (self);
}

/* Everything @bytes hold, as fast as the line takes it; returns when the last byte was heard. */
static guint64
send_all (struct device *self, const guint8 *bytes, gsize len)
{
    guint64 now = FW_MS;
    gsize done = 0;

    while (done < len || self->line.rx_len > 0) {
        gsize room = fw_line_room (&self->line, now);
        gsize n = MIN (room, len - done);

        fw_line_put (&self->line, now, bytes + done, n);
        done += n;
        fw_line_run (&self->line, now);
        if (fw_line_next (&self->line, true) != FW_NEVER)
            now = MAX (now, fw_line_next (&self->line, true));
    }
    return self->heard_at - FW_MS;
}

static void
test_pace_in (void)
{
    static guint8 bytes[100000];
    struct device *device = device_new (TRUE, 0, 1, NULL);
    guint64 expected = sizeof bytes * (10ull * 1000000000 / BAUD);

    memset (bytes, 0x55, sizeof bytes);
    g_assert_cmpuint (send_all (device, bytes, sizeof bytes), ==, expected);
    g_assert_cmpmem (device->heard->data, device->heard->len, bytes, sizeof bytes);
    device_free (device);

    device = device_new (FALSE, 0, 1, NULL);
    g_assert_cmpuint (send_all (device, bytes, sizeof bytes), ==, 0);
    g_assert_cmpmem (device->heard->data, device->heard->len, bytes, sizeof bytes);
    device_free (device);
}

/* A frame is handed over when its last byte has arrived, not later with what follows. */
static void
test_frame_is_prompt (void)
{
    struct device *device = device_new (TRUE, 0, 1, NULL);
    guint8 bytes[300] = { 0xc0 };

    bytes[9] = 0xc0;
    fw_line_put (&device->line, FW_MS, bytes, sizeof bytes);
    fw_line_run (&device->line, FW_MS + 10 * (10ull * 1000000000 / BAUD));
    g_assert_cmpuint (device->heard->len, ==, 10);
    device_free (device);
}

static gsize
take (struct device *device, guint64 now)
{
    guint8 out[4096];
    gsize n, sum = 0;

    while ((n = fw_line_take (&device->line, now, out, sizeof out)) > 0)
        sum += n;
    return sum;
}

static void
test_pace_out (void)
{
    struct device *device = device_new (TRUE, 0, 1, NULL);
    guint8 bytes[1000] = { 0 };
    guint64 one = 10ull * 1000000000 / BAUD, end;

    end = fw_line_send (&device->line, FW_MS, bytes, sizeof bytes);
    g_assert_cmpuint (end, ==, FW_MS + sizeof bytes * one);
    g_assert_cmpuint (take (device, FW_MS), ==, 0);
    g_assert_cmpuint (fw_line_next (&device->line, true), <=, FW_MS + FW_LINE_TICK);
    g_assert_cmpuint (fw_line_next (&device->line, false), ==, FW_NEVER);
    g_assert_cmpuint (take (device, FW_MS + FW_LINE_TICK), ==, FW_LINE_TICK / one);
    g_assert_cmpuint (take (device, end), ==, sizeof bytes - FW_LINE_TICK / one);
    device_free (device);
}

/* The adapter holds what does not fill a packet. */
static void
test_latency (void)
{
    struct device *device = device_new (TRUE, 16, 1, NULL);
    guint8 bytes[70] = { 0 };
    guint64 end = fw_line_send (&device->line, FW_MS, bytes, sizeof bytes);

    g_assert_cmpuint (take (device, end), ==, 62);
    g_assert_cmpuint (take (device, end + 15 * FW_MS), ==, 0);
    g_assert_cmpuint (take (device, end + 16 * FW_MS), ==, 8);
    device_free (device);
}

static void
test_rates_differ (void)
{
    static const guint8 bytes[] = "some plain text in both directions";
    static const struct {
        guint32 host;
        gboolean clean;
    } cases[] = { { BAUD, TRUE },
                  { BAUD * 102 / 100, TRUE },
                  { BAUD * 104 / 100, FALSE },
                  { BAUD * 96 / 100, FALSE },
                  { 115200, FALSE },
                  { 0, TRUE } };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct device *device = device_new (FALSE, 0, 1, NULL);
        guint8 out[64] = { 0 };
        gsize n;

        fw_line_set_host_baud (&device->line, cases[i].host);
        fw_line_put (&device->line, 1, bytes, sizeof bytes);
        fw_line_run (&device->line, 1);
        g_assert_cmpint (device->heard->len == sizeof bytes
                             && memcmp (device->heard->data, bytes, sizeof bytes) == 0,
                         ==, cases[i].clean);
        fw_line_send (&device->line, 1, bytes, sizeof bytes);
        n = fw_line_take (&device->line, 1, out, sizeof out);
        g_assert_cmpint (n == sizeof bytes && memcmp (out, bytes, n) == 0, ==, cases[i].clean);
        device_free (device);
    }
}

static GByteArray *
heard_under (const char *fault, guint64 seed)
{
    static guint8 bytes[5000];
    struct device *device = device_new (FALSE, 0, seed, fault);
    GByteArray *heard;

    for (gsize i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8) (i * 7);
    send_all (device, bytes, sizeof bytes);
    heard = g_byte_array_ref (device->heard);
    device_free (device);
    return heard;
}

static void
test_faults_repeat (void)
{
    static const char *const faults[] = { "drop=0.01", "garble=1e-2", "dup=0.01" };

    for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
        g_autoptr (GByteArray) first = heard_under (faults[i], 5);
        g_autoptr (GByteArray) again = heard_under (faults[i], 5);
        g_autoptr (GByteArray) other = heard_under (faults[i], 6);

        g_assert_cmpmem (first->data, first->len, again->data, again->len);
        g_assert_false (first->len == other->len
                        && memcmp (first->data, other->data, first->len) == 0);
    }
}

static void
test_faults_at_byte (void)
{
    g_autoptr (GByteArray) clean = heard_under (NULL, 1);
    g_autoptr (GByteArray) drop = heard_under ("drop=@100", 1);
    g_autoptr (GByteArray) dup = heard_under ("dup=@100", 1);
    g_autoptr (GByteArray) garble = heard_under ("garble=@100", 1);
    g_autoptr (GByteArray) unplug = heard_under ("unplug@100", 1);
    guint differences = 0;

    g_assert_cmpuint (drop->len, ==, clean->len - 1);
    g_assert_cmpmem (drop->data, 99, clean->data, 99);
    g_assert_cmphex (drop->data[99], ==, clean->data[100]);
    g_assert_cmpuint (dup->len, ==, clean->len + 1);
    g_assert_cmphex (dup->data[100], ==, clean->data[99]);
    for (guint i = 0; i < clean->len; i++)
        differences += garble->data[i] != clean->data[i];
    g_assert_cmpuint (differences, ==, 1);
    g_assert_cmphex (garble->data[99], !=, clean->data[99]);
    g_assert_cmpuint (unplug->len, ==, 99);
}

/* Both directions count; text between frames does not, nor do two delimiters in a row. */
static void
test_unplug_at_a_frame (void)
{
    static const guint8 first[] = { 0xc0, 1, 2, 0xc0, 'l', 'o', 'g' };
    static const guint8 last[] = { 0xc0, 0xc0, 3, 0xc0, 0xc0, 4, 0xc0 };
    static const struct {
        const char *fault;
        gsize heard; /* of @last */
    } cases[] = { { "unplug-frame=3:0", 3 },
                  { "unplug-frame=3:1", 4 },
                  { "unplug-frame=3:2", 5 },
                  { "unplug-frame=4:0", 6 },
                  { "unplug-frame=5:0", 7 } };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct device *device = device_new (FALSE, 0, 1, cases[i].fault);

        send_all (device, first, sizeof first);
        fw_line_send (&device->line, FW_MS, first, sizeof first);
        g_assert_false (device->line.unplugged);
        send_all (device, last, sizeof last);
        g_assert_cmpuint (device->heard->len, ==, sizeof first + cases[i].heard);
        g_assert_cmpint (device->line.unplugged, ==, cases[i].heard < sizeof last);
        device_free (device);
    }
}

/* A frame of one direction does not end one of the other. */
static void
test_unplug_at_a_reply (void)
{
    static const guint8 begun[] = { 0xc0, 1 };
    static const guint8 reply[] = { 0xc0, 2, 3, 0xc0 };
    struct device *device = device_new (FALSE, 0, 1, "unplug-frame=1:0");

    send_all (device, begun, sizeof begun);
    fw_line_send (&device->line, FW_MS, reply, sizeof reply);
    g_assert_true (device->line.unplugged);
    g_assert_cmpuint (take (device, FW_MS), ==, sizeof reply - 1);
    device_free (device);
}

static guint
count_changed (const char *fault)
{
    g_autoptr (GByteArray) clean = heard_under (NULL, 1);
    g_autoptr (GByteArray) noisy = heard_under (fault, 1);
    guint n = 0;

    g_assert_cmpuint (noisy->len, ==, clean->len);
    for (guint i = 0; i < clean->len; i++)
        n += noisy->data[i] != clean->data[i];
    return n;
}

/* 5000 bytes at 921600 baud. */
static void
test_noise_grows_with_the_rate (void)
{
    guint twice = count_changed ("baud-noise=460800:0.01");
    guint four_times = count_changed ("baud-noise=230400:0.01");

    g_assert_cmpuint (count_changed ("baud-noise=921600:1"), ==, 0);
    g_assert_cmpuint (count_changed ("baud-noise=3000000:1"), ==, 0);
    g_assert_cmpuint (count_changed ("baud-noise=115200:1"), ==, 5000);
    g_assert_cmpuint (twice, >, 5000 * 2 / 100);
    g_assert_cmpuint (twice, <, 5000 * 4 / 100);
    g_assert_cmpuint (four_times, >, 5000 * 12 / 100);
    g_assert_cmpuint (four_times, <, 5000 * 18 / 100);
}

static void
test_reset_and_delay (void)
{
    struct device *device = device_new (TRUE, 0, 1, "reset@10");
    static guint8 bytes[64];
    guint64 undisturbed;

    undisturbed = send_all (device, bytes, sizeof bytes);
    g_assert_cmpuint (device->resets, ==, 1);
    device_free (device);
    device = device_new (TRUE, 0, 1, "delay=@10:250");
    g_assert_cmpuint (send_all (device, bytes, sizeof bytes), ==, undisturbed);
    g_assert_cmpuint (device->heard->len, ==, sizeof bytes);
    /* everything after that byte comes later */
    send_all (device, bytes, 1);
    g_assert_cmpuint (device->heard_at, >=, undisturbed + 250 * FW_MS);
    device_free (device);
}

static void
test_cut (void)
{
    struct device *device = device_new (TRUE, 0, 1, NULL);
    guint8 bytes[100] = { 0 };
    guint64 one = 10ull * 1000000000 / BAUD;

    fw_line_send (&device->line, FW_MS, bytes, sizeof bytes);
    fw_line_send (&device->line, 900 * FW_MS, bytes, sizeof bytes);
    fw_line_cut (&device->line, FW_MS + 40 * one);
    g_assert_cmpuint (take (device, 1000 * FW_MS), ==, 40);
    device_free (device);
}

static void
test_nobody_reads (void)
{
    struct device *device = device_new (FALSE, 0, 1, NULL);
    guint8 bytes[4096] = { 0 };

    for (guint i = 0; i < 100; i++)
        fw_line_send (&device->line, i, bytes, sizeof bytes);
    g_assert_cmpuint (device->line.counts.lost, >, 0);
    g_assert_cmpuint (device->line.counts.lost + device->line.counts.bytes_out, ==,
                      100 * sizeof bytes);
    device_free (device);
}

static void
test_specs (void)
{
    static const char *const good[] = {
        "drop=0.5",
        "drop=@7",
        "garble=1e-4",
        "dup=1",
        "delay=@5:100",
        "unplug@12",
        "reset@0x10",
        "replug=300",
        "stuck=0x10:7",
        "lie",
        "mute",
        "deaf",
        "readonly-sector=0x1000",
        "chatter",
        "lost-reply=3",
        "bad-checksum=1",
        "power-cut=17",
        "power-cut-inside=0x11",
        "unplug-frame=5:0",
        "baud-noise=460800:1e-5",
        "small-flash=0x100000",
        "slow-erase=10",
        "mac-check",
        "write-loss=64:0",
        "write-loss=512:115200",
    };
    static const char *const bad[] = {
        "",
        "drop",
        "drop=",
        "drop=2",
        "drop=-1",
        "drop=@",
        "drop=@1x",
        "unplug=5",
        "unplug@",
        "delay=@5",
        "stuck=1:8",
        "stuck=1",
        "lie=1",
        "mute ",
        "nonsense",
        "dropp=0.1",
        "reset@99999999999",
        "drop=1e-",
        "garble=1e-99",
        "power-cut",
        "power-cut@5",
        "power-cut-=5",
        "unplug-frame=5",
        "unplug-frame=5:",
        "baud-noise=460800",
        "baud-noise=0:1e-5",
        "baud-noise=460800:2",
        "small-flash=0x8000",
        "small-flash=0x300000",
        "slow-erase=0",
        "mac-check=1",
        "write-loss=63:0",
        "write-loss=512",
        "write-loss=512:",
    };
    struct fw_faults faults;

    for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
        fw_faults_init (&faults, 1);
        g_test_message ("%s", good[i]);
        g_assert_cmpint (fw_faults_add (&faults, good[i]), ==, BWP_OK);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
        fw_faults_init (&faults, 1);
        g_test_message ("%s", bad[i]);
        g_assert_cmpint (fw_faults_add (&faults, bad[i]), ==, BWP_ERR_RULE);
    }
    fw_faults_init (&faults, 1);
    for (guint i = 0; i < FW_FAULT_MAX; i++)
        g_assert_cmpint (fw_faults_add (&faults, "lie"), ==, BWP_OK);
    g_assert_cmpint (fw_faults_add (&faults, "lie"), ==, BWP_ERR_SPACE);
    g_assert_nonnull (fw_fault_help (0));
    g_assert_null (fw_fault_help (1000));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/line/pace-in", test_pace_in);
    g_test_add_func ("/firmware/line/frame-is-prompt", test_frame_is_prompt);
    g_test_add_func ("/firmware/line/pace-out", test_pace_out);
    g_test_add_func ("/firmware/line/latency", test_latency);
    g_test_add_func ("/firmware/line/rates-differ", test_rates_differ);
    g_test_add_func ("/firmware/line/faults-repeat", test_faults_repeat);
    g_test_add_func ("/firmware/line/faults-at-byte", test_faults_at_byte);
    g_test_add_func ("/firmware/line/unplug-at-a-frame", test_unplug_at_a_frame);
    g_test_add_func ("/firmware/line/unplug-at-a-reply", test_unplug_at_a_reply);
    g_test_add_func ("/firmware/line/noise-grows-with-the-rate", test_noise_grows_with_the_rate);
    g_test_add_func ("/firmware/line/reset-and-delay", test_reset_and_delay);
    g_test_add_func ("/firmware/line/cut", test_cut);
    g_test_add_func ("/firmware/line/nobody-reads", test_nobody_reads);
    g_test_add_func ("/firmware/fault/specs", test_specs);
    return g_test_run ();
}
