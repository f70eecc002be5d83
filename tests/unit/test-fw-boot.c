/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reset lines, straps, and what a board starts from its flash. */
#include "bwp-esp-image.h"
#include "bwp-esp-otadata.h"
#include "bwp-esp-partition.h"
#include "bwp-vectors.h"
#include "fw-fake.h"
#include "fw-select.h"
#include <string.h>

#define OTADATA_OFFSET 0xd000
#define SLOT_SIZE 0x10000

static void
put_file (struct fake *fake, guint32 offset, const char *path)
{
    g_autoptr (GByteArray) file = vectors_load (path);

    memcpy (fake->flash + offset, file->data, file->len);
}

/* A program of one small segment with a description; ESP32. */
static void
put_program (struct fake *fake, guint32 offset, const char *name)
{
    guint8 *p = fake->flash + offset;
    guint32 size = 0x120, end;
    guint8 sum = 0xef;

    memset (p, 0, 0x200);
    p[0] = 0xe9;
    p[1] = 1;
    p[2] = 2;
    p[3] = 0x20;
    p[24 + 2] = 0xf8;
    p[24 + 3] = 0x3f;
    memcpy (p + 28, &size, 4);
    memcpy (p + 0x20, "\x32\x54\xcd\xab", 4);
    memcpy (p + 0x30, "1.2.3", 5);
    memcpy (p + 0x50, name, strlen (name));
    for (guint32 i = 0; i < size; i++)
        sum ^= p[32 + i];
    end = (32 + size) / 16 * 16 + 15;
    p[end] = sum;
}

/* nvs, otadata, factory or not, and slots. */
static void
put_table (struct fake *fake, gboolean factory, guint slots)
{
    struct bwp_esp_partition entries[8] = { 0 };
    gsize n = 0;
    guint32 at = 0x10000;

    entries[n++] = (struct bwp_esp_partition){ "otadata",        BWP_ESP_TYPE_DATA,
                                               BWP_ESP_DATA_OTA, OTADATA_OFFSET,
                                               0x2000,           0 };
    if (factory) {
        entries[n++] = (struct bwp_esp_partition){ "factory", BWP_ESP_TYPE_APP, BWP_ESP_APP_FACTORY,
                                                   at,        SLOT_SIZE,        0 };
        at += SLOT_SIZE;
    }
    for (guint i = 0; i < slots; i++, at += SLOT_SIZE) {
        entries[n] = (struct bwp_esp_partition){ .type = BWP_ESP_TYPE_APP,
                                                 .subtype = (guint8) (BWP_ESP_APP_OTA_0 + i),
                                                 .offset = at,
                                                 .size = SLOT_SIZE };
        g_snprintf (entries[n].label, sizeof entries[n].label, "ota_%u", i);
        n++;
    }
    g_assert_cmpint (bwp_esp_partition_write (entries, n, vectors_digests (),
                                              fake->flash + BWP_ESP_PARTITION_TABLE_OFFSET),
                     ==, BWP_OK);
}

static struct fake *
board_with (gboolean factory, guint slots)
{
    struct fake *fake = fake_new ("esp32", FALSE);
    guint32 at = 0x10000;

    put_file (fake, 0x1000, "image/esp32_boot_before.bin");
    put_table (fake, factory, slots);
    if (factory)
        put_program (fake, at, "factory");
    for (guint i = 0; i < slots; i++) {
        g_autofree char *name = g_strdup_printf ("ota_%u", i);

        put_program (fake, at + (factory ? SLOT_SIZE : 0) + i * SLOT_SIZE, name);
    }
    return fake;
}

static void
select_of (struct fake *fake, struct fw_selection *ret)
{
    fw_select (&fake->board.flash, fake->board.config.identity.chip, vectors_digests (), ret);
}

/* Every row of the golden table: records, slots, factory or none, and what boots. */
static void
test_otadata (void)
{
    g_auto (GStrv) lines = vectors_lines ("otadata/cases.tsv");

    for (guint i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) cell = g_strsplit (lines[i], "\t", -1);
        g_autofree char *path = g_strdup_printf ("otadata/%s", cell[0]);
        gboolean factory = strcmp (cell[2], "yes") == 0;
        struct fake *fake = board_with (factory, (guint) g_ascii_strtoull (cell[1], NULL, 10));
        struct fw_selection found;

        g_test_message ("%s", cell[0]);
        put_file (fake, OTADATA_OFFSET, path);
        select_of (fake, &found);
        g_assert_cmpint (found.start, ==, FW_START_RUNS);
        g_assert_cmpstr (found.program.label, ==, cell[10]);
        g_assert_cmpstr (found.desc.project, ==, cell[10]);
        fake_free (fake);
    }
}

/* A table may point anywhere; what it points at is not looked for there. */
static void
test_beyond (void)
{
    struct fake *fake = board_with (TRUE, 1);
    struct bwp_esp_partition entries[] = {
        { .type = BWP_ESP_TYPE_APP,
          .subtype = BWP_ESP_APP_FACTORY,
          .offset = 0x7f000000,
          .size = SLOT_SIZE,
          .label = "far" },
        { .type = BWP_ESP_TYPE_APP,
          .subtype = BWP_ESP_APP_OTA_0,
          .offset = 0x200000,
          .size = SLOT_SIZE,
          .label = "empty" },
    };
    struct fw_selection found;

    g_assert_cmpint (bwp_esp_partition_write (entries, G_N_ELEMENTS (entries), vectors_digests (),
                                              fake->flash + BWP_ESP_PARTITION_TABLE_OFFSET),
                     ==, BWP_OK);
    select_of (fake, &found);
    g_assert_cmpint (found.start, ==, FW_START_NO_PROGRAM);
    g_assert_cmpint (found.chosen_result, ==, BWP_ERR_SPACE);
    g_assert_cmpstr (found.chosen.label, ==, "far");
    fake_free (fake);
}

/* A damaged program gives way: downwards, then upwards. */
static void
test_fallback (void)
{
    struct fake *fake = board_with (TRUE, 2);
    struct fw_selection found;

    put_file (fake, OTADATA_OFFSET, "otadata/switch_0_to_1.bin");
    fake->flash[0x10000 + 2 * SLOT_SIZE + 0x60] ^= 1;
    select_of (fake, &found);
    g_assert_cmpstr (found.program.label, ==, "ota_0");
    g_assert_true (found.chosen_is_bad);
    g_assert_cmpstr (found.chosen.label, ==, "ota_1");
    fake->flash[0x10000 + SLOT_SIZE + 0x60] ^= 1;
    select_of (fake, &found);
    g_assert_cmpstr (found.program.label, ==, "factory");
    fake->flash[0x10000 + 0x60] ^= 1;
    select_of (fake, &found);
    g_assert_cmpint (found.start, ==, FW_START_NO_PROGRAM);
    fake_free (fake);
}

static char *
log_of_boot (struct fake *fake, guint64 time)
{
    fw_board_power (&fake->board, fake->now, true);
    fake_wait (fake, time);
    return fake_text (fake);
}

static void
test_application_log (void)
{
    struct fake *fake = board_with (TRUE, 0);
    g_autofree char *log = log_of_boot (fake, 3500 * FW_MS);

    g_assert_cmpint (fake->board.state, ==, FW_STATE_APP);
    for (const char *const *word =
             (const char *const[]){ "rst:0x1 (POWERON_RESET)", "SPI_FAST_FLASH_BOOT", "entry 0x",
                                    "offset 0x10000", "factory", "1.2.3", "24:6f:28:00:00:01",
                                    "line 3", NULL };
         *word != NULL; word++) {
        g_test_message ("%s", *word);
        g_assert_nonnull (strstr (log, *word));
    }
    g_assert_null (strstr (log, "line 4"));
    fake_free (fake);
}

/* Each way not to start says so and begins again. */
static void
test_reasons (void)
{
    struct fake *fake = fake_new ("esp32", FALSE);
    g_autofree char *blank = log_of_boot (fake, 1200 * FW_MS);
    g_autofree char *blank_c3 = NULL;
    g_autofree char *no_table = NULL;
    g_autofree char *no_program = NULL;
    g_autofree char *bad_program = NULL;
    g_autofree char *bad_loader = NULL;

    g_assert_nonnull (strstr (blank, "invalid header: 0xffffffff"));
    g_assert_nonnull (strstr (blank, "rst:0x7 (TG0WDT_SYS_RESET)"));
    put_file (fake, 0x1000, "image/esp32_boot_badchecksum.bin");
    fw_board_power (&fake->board, fake->now, false);
    bad_loader = log_of_boot (fake, 100 * FW_MS);
    g_assert_nonnull (strstr (bad_loader, "csum err"));
    put_file (fake, 0x1000, "image/esp32_boot_before.bin");
    fw_board_power (&fake->board, fake->now, false);
    no_table = log_of_boot (fake, 100 * FW_MS);
    g_assert_nonnull (strstr (no_table, "partition table error"));
    put_table (fake, TRUE, 1);
    fw_board_power (&fake->board, fake->now, false);
    no_program = log_of_boot (fake, 1200 * FW_MS);
    g_assert_nonnull (strstr (no_program, "No bootable app partitions"));
    g_assert_nonnull (strstr (no_program, "nothing flashed here"));
    g_assert_nonnull (strstr (no_program, "rst:0x3"));
    put_program (fake, 0x10000, "factory");
    fake->flash[0x10000 + 0x60] ^= 1;
    fw_board_power (&fake->board, fake->now, false);
    bad_program = log_of_boot (fake, 100 * FW_MS);
    g_assert_nonnull (strstr (bad_program, "Checksum failed"));
    fake_free (fake);

    fake = fake_new ("esp32c3", FALSE);
    blank_c3 = log_of_boot (fake, 1200 * FW_MS);
    g_assert_null (strstr (blank_c3, "rst:0x7"));
    g_assert_nonnull (
        strstr (strstr (blank_c3, "invalid header: 0xffffffff") + 1, "invalid header: 0xffffffff"));
    fake_free (fake);
}

/* As behind flash parameters that somebody has changed without a new digest: the first chip does not
 * look, later ones say so, and all of them go on. */
static void
test_wrong_digest (void)
{
    struct fake *fake = board_with (TRUE, 0);
    g_autofree char *first = NULL;
    g_autofree char *later = NULL;

    fake->flash[0x1000 + 2] ^= 1;
    first = log_of_boot (fake, 1000 * FW_MS);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_APP);
    g_assert_null (strstr (first, "csum err"));
    g_assert_null (strstr (first, "SHA-256"));
    fake_free (fake);

    fake = fake_new ("esp32c3", FALSE);
    put_program (fake, 0, "loader");
    fake->flash[0xc] = 5;
    fake->flash[0x17] = 1;
    later = log_of_boot (fake, 200 * FW_MS);
    g_assert_nonnull (strstr (later, "SHA-256 comparison failed:\r\nCalculated: "));
    g_assert_nonnull (strstr (later, "\r\nExpected: 0000000000000000"));
    g_assert_nonnull (strstr (later, "\r\nAttempting to boot anyway...\r\nentry 0x"));
    g_assert_nonnull (strstr (later, "2nd stage bootloader"));
    fake_free (fake);
}

static void
test_brownout_and_panic (void)
{
    struct fake *fake = board_with (TRUE, 0);
    g_autofree char *brownout = NULL;
    g_autofree char *panic = NULL;

    g_assert_cmpint (fw_faults_add (&fake->faults, "brownout"), ==, BWP_OK);
    brownout = log_of_boot (fake, 2000 * FW_MS);
    g_assert_nonnull (strstr (brownout, "Brownout detector was triggered"));
    g_assert_nonnull (strstr (brownout, "rst:0xf"));
    fake_free (fake);
    fake = board_with (TRUE, 0);
    g_assert_cmpint (fw_faults_add (&fake->faults, "panic"), ==, BWP_OK);
    panic = log_of_boot (fake, 2000 * FW_MS);
    g_assert_nonnull (strstr (panic, "Guru Meditation Error"));
    g_assert_nonnull (strstr (panic, "rst:0xc"));
    fake_free (fake);
}

static void
test_8266 (void)
{
    struct fake *fake = fake_new ("esp8266", FALSE);
    g_autofree char *log = NULL;

    put_file (fake, 0, "image/esp8266_v1.bin");
    fw_board_power (&fake->board, fake->now, true);
    fake_wait (fake, 50 * FW_MS);
    g_assert_cmpuint (fw_board_baud (&fake->board, 0), ==, 74880);
    fake_wait (fake, 1000 * FW_MS);
    log = fake_text (fake);
    g_assert_nonnull (strstr (log, "boot mode:(3,"));
    g_assert_cmpint (fake->board.state, ==, FW_STATE_APP);
    fake_free (fake);
}

struct line_step {
    guint dtr, rts, wait_ms;
};

static enum fw_state
state_after (const struct line_step *steps, gsize n, const char *fault)
{
    struct fake *fake = board_with (TRUE, 0);
    enum fw_state state;

    if (fault != NULL)
        g_assert_cmpint (fw_faults_add (&fake->faults, fault), ==, BWP_OK);
    fw_board_power (&fake->board, fake->now, true);
    fake_wait (fake, 1000 * FW_MS);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_APP);
    for (gsize i = 0; i < n; i++) {
        fw_board_lines (&fake->board, fake->now, steps[i].dtr, steps[i].rts);
        fake_wait (fake, steps[i].wait_ms * FW_MS);
    }
    state = fake->board.state;
    fake_free (fake);
    return state;
}

static void
test_reset_sequences (void)
{
    static const struct line_step tight[] = { { 0, 0, 0 },  { 1, 1, 0 }, { 0, 1, 100 },
                                              { 1, 0, 50 }, { 0, 0, 0 }, { 0, 0, 5 } };
    static const struct line_step classic[] = {
        { 0, 0, 0 }, { 0, 1, 100 }, { 1, 1, 0 }, { 1, 0, 50 }, { 0, 0, 5 }
    };
    /* over a network every change takes its time */
    static const struct line_step slow[] = {
        { 0, 0, 60 }, { 0, 1, 160 }, { 1, 1, 60 }, { 1, 0, 110 }, { 0, 0, 60 }
    };
    static const struct line_step hard[] = { { 0, 1, 100 }, { 0, 0, 50 } };
    static const struct line_step held[] = { { 0, 1, 100 } };

    g_assert_cmpint (state_after (tight, G_N_ELEMENTS (tight), NULL), ==, FW_STATE_ROM);
    g_assert_cmpint (state_after (classic, G_N_ELEMENTS (classic), NULL), ==, FW_STATE_ROM);
    g_assert_cmpint (state_after (slow, G_N_ELEMENTS (slow), NULL), ==, FW_STATE_ROM);
    g_assert_cmpint (state_after (hard, G_N_ELEMENTS (hard), NULL), ==, FW_STATE_BOOT);
    g_assert_cmpint (state_after (held, G_N_ELEMENTS (held), NULL), ==, FW_STATE_RESET);
    g_assert_cmpint (state_after (tight, G_N_ELEMENTS (tight), "no-en-capacitor"), ==,
                     FW_STATE_ROM);
    g_assert_cmpint (state_after (slow, G_N_ELEMENTS (slow), "no-en-capacitor"), ==, FW_STATE_BOOT);
}

static void
test_break_and_buttons (void)
{
    struct fake *fake = board_with (TRUE, 0);
    guint64 resets;

    fw_board_power (&fake->board, fake->now, true);
    fake_wait (fake, 1000 * FW_MS);
    resets = fake->board.counts.resets;
    fw_board_break (&fake->board, fake->now, true);
    fake_wait (fake, 30 * FW_MS);
    fw_board_break (&fake->board, fake->now, false);
    fake_wait (fake, 100 * FW_MS);
    g_assert_cmpuint (fake->board.counts.resets, ==, resets);
    fw_board_break (&fake->board, fake->now, true);
    fake_wait (fake, 51 * FW_MS);
    g_assert_cmpuint (fake->board.counts.resets, ==, resets + 1);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_BOOT);
    fw_board_boot (&fake->board, fake->now, true);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_ROM);
    fw_board_boot (&fake->board, fake->now, false);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_BOOT);
    fake_free (fake);
}

static void
test_echo (void)
{
    struct fake *fake = board_with (TRUE, 0);
    g_autofree char *before = log_of_boot (fake, 1000 * FW_MS);
    g_autofree char *after = NULL;

    g_assert_null (strstr (before, "received"));
    fw_board_receive (&fake->board, fake->now, (const uint8_t *) "hello\r\n", 7);
    after = fake_text (fake);
    g_assert_nonnull (strstr (after, "received \"hello\""));
    fake_free (fake);
}

/* Anything in the flash: it must come to an end and say something. */
static void
test_hostile_flash (void)
{
    for (guint seed = 0; seed < 200; seed++) {
        g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
        struct fake *fake = board_with (TRUE, 2);
        g_autofree char *log = NULL;

        for (guint k = 0; k < 64; k++) {
            guint32 at = (guint32) g_rand_int_range (rand, 0, 5);
            static const guint32 places[] = { 0x1000, 0x8000, OTADATA_OFFSET, 0x10000, 0x20000 };

            fake->flash[places[at] + (guint32) g_rand_int_range (rand, 0, 64)] =
                (guint8) g_rand_int (rand);
        }
        log = log_of_boot (fake, 700 * FW_MS);
        g_assert_cmpuint (strlen (log), >, 20);
        fake_free (fake);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/boot/otadata", test_otadata);
    g_test_add_func ("/firmware/boot/fallback", test_fallback);
    g_test_add_func ("/firmware/boot/beyond", test_beyond);
    g_test_add_func ("/firmware/boot/application-log", test_application_log);
    g_test_add_func ("/firmware/boot/reasons", test_reasons);
    g_test_add_func ("/firmware/boot/wrong-digest", test_wrong_digest);
    g_test_add_func ("/firmware/boot/brownout-and-panic", test_brownout_and_panic);
    g_test_add_func ("/firmware/boot/esp8266", test_8266);
    g_test_add_func ("/firmware/boot/reset-sequences", test_reset_sequences);
    g_test_add_func ("/firmware/boot/break-and-buttons", test_break_and_buttons);
    g_test_add_func ("/firmware/boot/echo", test_echo);
    g_test_add_func ("/firmware/boot/hostile-flash", test_hostile_flash);
    return g_test_run ();
}
