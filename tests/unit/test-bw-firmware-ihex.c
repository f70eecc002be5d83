/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "bw-error.h"
#include "bw-firmware-private.h"
#include "firmware-make.h"

static void
test_golden_data_loads (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/merge.hex");
    g_autoptr (GBytes) boot = make_vector ("image/esp32_boot_before.bin");
    g_autoptr (GBytes) app = make_vector ("image/merge_part_app.bin");
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "ihex");
    g_assert_cmpstr (build->chip_key, ==, "esp32");
    g_assert_cmpuint (build->parts->len, ==, 3);
    make_assert_part (build, 0, 0x1000, "bootloader", boot);
    make_assert_part (build, 2, 0x10000, "factory", app);
}

static void
test_a_cut_file_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) whole = make_vector ("image/merge.hex");

    /* the last byte is the line end of the last record, which may be missing */
    for (size_t len = 16; len < g_bytes_get_size (whole) - 2; len += 131) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, len);
        g_autofree char *path = make_bytes (f->folder, "cut.hex", cut);

        make_refused (BW_CAUSE_BAD_FIRMWARE, "line", path, NULL);
    }
}

/* It would be the text of the file that went to the place. */
static void
test_a_name_alone_is_no_format (MakeFixture *f, gconstpointer data)
{
    static const char *const names[][2] = { { "a.hex", "is not Intel HEX" },
                                            { "A.HEX", "is not Intel HEX" },
                                            { "a.uf2", "is not UF2" },
                                            { "a.bin", "name the place" } };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *path = make_text (f->folder, names[i][0], "<html>Not found</html>");

        make_refused (BW_CAUSE_BAD_FIRMWARE, names[i][1], path, NULL);
    }
}

static void
test_bad_lines_are_refused (MakeFixture *f, gconstpointer data)
{
    static const struct {
        const char *text;
        BwCause cause;
        const char *word;
    } cases[] = {
        { ":0400000001020304F3\n:00000001FF\n", BW_CAUSE_BAD_FIRMWARE, "line 1" },
        { ":0400000001020304F2\n:00000009F7\n", BW_CAUSE_BAD_FIRMWARE, "line 2" },
        { ":0400000001020304F2\n:00000001FF\n:0400000001020304F2\n", BW_CAUSE_BAD_FIRMWARE,
          "line 3" },
        { ":0400000001020304F2\n", BW_CAUSE_BAD_FIRMWARE, "line" },
        { ":04000000010203zzF2\n", BW_CAUSE_BAD_FIRMWARE, "line 1" },
        { ":00000001FF\n", BW_CAUSE_BAD_FIRMWARE, "no data" },
        { ":020000044008B2\n:0400000001020304F2\n:00000001FF\n", BW_CAUSE_TOO_LARGE, "0x40080000" },
        { ":0400000001020304F2\n:0400020005060708E0\n:00000001FF\n", BW_CAUSE_OVERLAP,
          "two contents" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *path = make_text (f->folder, "bad.hex", cases[i].text);

        make_refused (cases[i].cause, cases[i].word, path, NULL);
    }
}

/* Two pieces in one sector are one part: the sector is written whole. */
static void
test_pieces_of_a_sector_are_joined (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_text (f->folder, "pieces.hex",
                                       ":041010000D0E0F10A2\n"
                                       ":0410000001020304E2\n"
                                       ":0430000005060708B2\n"
                                       ":00000001FF\n");
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);
    const uint8_t *first;

    g_assert_cmpuint (build->parts->len, ==, 2);
    g_assert_cmphex (make_part (build, 0)->offset, ==, 0x1000);
    g_assert_cmpuint (g_bytes_get_size (make_part (build, 0)->data), ==, 20);
    first = g_bytes_get_data (make_part (build, 0)->data, NULL);
    g_assert_cmpuint (first[3], ==, 4);
    g_assert_cmpuint (first[4], ==, 0xff);
    g_assert_cmpuint (first[16], ==, 0x0d);
    g_assert_cmphex (make_part (build, 1)->offset, ==, 0x3000);
}

static void
test_a_colon_alone_is_no_hex_file (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_text (f->folder, "note.bin", ":-) hello, this is a note");
    g_autofree char *spec = g_strconcat (path, "@0x9000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "bin");
}

static void
test_an_offset_makes_no_sense (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/merge.hex");
    g_autofree char *spec = g_strconcat (path, "@0x1000", NULL);

    make_refused (BW_CAUSE_USAGE, "leave out @0x1000", spec, NULL);
}

/* The first and the last byte of every sector, again and again: what is filled up between them is
 * counted. */
static void
test_filling_up_is_bounded (MakeFixture *f, gconstpointer data)
{
    enum {
        RECORDS_MAX = 80000
    };
    g_autoptr (BwFirmwareRuns) runs = bw_firmware_runs_new ();
    g_autoptr (GError) error = NULL;
    static const uint8_t byte = 0;
    uint32_t n = 0;

    for (; n < RECORDS_MAX; n++) {
        uint32_t address = n / 2 * 0x1000 % BW_FIRMWARE_SIZE_MAX + (n % 2 == 0 ? 0 : 0xfff);

        if (!bw_firmware_runs_put (runs, address, &byte, 1, &error))
            break;
    }
    g_assert_cmpuint (n, <, RECORDS_MAX);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_TOO_LARGE);
}

/* Pieces that come backwards are put together in one pass, not moved up once for each. */
static void
test_many_pieces_take_no_time (MakeFixture *f, gconstpointer data)
{
    g_autoptr (BwFirmwareRuns) runs = bw_firmware_runs_new ();
    BwFirmwareBuild *build = bw_firmware_build_new ();
    g_autoptr (GError) error = NULL;
    clock_t start = 0;
    const uint32_t n = 200000;
    uint8_t byte = 0;

    for (uint32_t at = n; at > 0; at--) {
        byte = (uint8_t) at;
        g_assert_true (bw_firmware_runs_put (runs, at - 1, &byte, 1, &error));
    }
    start = clock ();
    g_assert_true (bw_firmware_runs_add_to (runs, build, "test", &error));
    g_assert_cmpint (clock () - start, <, 5 * CLOCKS_PER_SEC);
    g_assert_cmpuint (build->parts->len, ==, 1);
    g_assert_cmpuint (bw_firmware_build_get_size (build), ==, n);
    bw_firmware_build_free (build);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/ihex/" name, MakeFixture, NULL, make_set_up, function,           \
                make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("golden-data-loads", test_golden_data_loads);
    ADD ("a-cut-file-is-refused", test_a_cut_file_is_refused);
    ADD ("bad-lines-are-refused", test_bad_lines_are_refused);
    ADD ("pieces-of-a-sector-are-joined", test_pieces_of_a_sector_are_joined);
    ADD ("a-name-alone-is-no-format", test_a_name_alone_is_no_format);
    ADD ("a-colon-alone-is-no-hex-file", test_a_colon_alone_is_no_hex_file);
    ADD ("an-offset-makes-no-sense", test_an_offset_makes_no_sense);
    ADD ("filling-up-is-bounded", test_filling_up_is_bounded);
    ADD ("many-pieces-take-no-time", test_many_pieces_take_no_time);
    return g_test_run ();
}
