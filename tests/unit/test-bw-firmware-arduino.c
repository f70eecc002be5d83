/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "firmware-make.h"

typedef struct {
    char *folder;
    GBytes *boot;
    GBytes *table;
    GBytes *app;
} Fixture;

static void
put (Fixture *f, const char *name, GBytes *bytes)
{
    g_autofree char *path = make_bytes (f->folder, name, bytes);
}

static void
set_up (Fixture *f, gconstpointer data)
{
    f->folder = make_folder ();
    f->boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    f->table = make_table ();
    f->app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    put (f, "build/esp32.esp32.c3/Blink.ino.bin", f->app);
    put (f, "build/esp32.esp32.c3/Blink.ino.bootloader.bin", f->boot);
    put (f, "build/esp32.esp32.c3/Blink.ino.partitions.bin", f->table);
    put (f, "build/esp32.esp32.c3/Blink.ino.merged.bin", f->app);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_bytes_unref (f->boot);
    g_bytes_unref (f->table);
    g_bytes_unref (f->app);
    make_folder_remove (f->folder);
}

static void
assert_whole_build (Fixture *f, const char *spec)
{
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);
    uint8_t blank[0x2000];
    g_autoptr (GBytes) otadata =
                   g_bytes_new_static (memset (blank, 0xff, sizeof blank), sizeof blank);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "arduino");
    g_assert_cmpstr (bw_firmware_get_title (firmware), ==, "weather 1.4.2");
    g_assert_cmpstr (build->chip_key, ==, "esp32c3");
    g_assert_cmpuint (build->parts->len, ==, 4);
    make_assert_part (build, 0, 0, "bootloader", f->boot);
    make_assert_part (build, 1, 0x8000, "partition table", f->table);
    make_assert_part (build, 2, 0xd000, "otadata", otadata);
    make_assert_part (build, 3, 0x10000, "app weather 1.4.2", f->app);
}

static void
test_folder_and_sketch_are_one (Fixture *f, gconstpointer data)
{
    g_autofree char *build = g_build_filename (f->folder, "build", "esp32.esp32.c3", NULL);

    assert_whole_build (f, build);
    assert_whole_build (f, f->folder);
}

static void
test_a_sketch_without_companions_is_read (Fixture *f, gconstpointer data)
{
    g_autofree char *lone = g_build_filename (f->folder, "lone", NULL);
    g_autoptr (BwFirmware) firmware = NULL;

    put (f, "lone/Lone.ino.bin", f->app);
    firmware = make_load (lone, NULL);
    g_assert_cmpuint (make_only_build (firmware)->parts->len, ==, 1);
    make_assert_part (make_only_build (firmware), 0, 0x10000, "app weather 1.4.2", f->app);
}

static void
test_two_sketches_are_refused (Fixture *f, gconstpointer data)
{
    g_autofree char *build = g_build_filename (f->folder, "build", "esp32.esp32.c3", NULL);

    put (f, "build/esp32.esp32.c3/Other.ino.bin", f->app);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "one sketch", build, NULL);
    /* and so are builds for two kinds of board */
    put (f, "build/esp32.esp32.c6/Blink.ino.bin", f->app);
    put (f, "build/esp32.esp32.s3/Blink.ino.bin", f->app);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "one sketch", f->folder, NULL);
}

static void
test_a_damaged_companion_is_named (Fixture *f, gconstpointer data)
{
    g_autofree char *build = g_build_filename (f->folder, "build", "esp32.esp32.c3", NULL);
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (f->boot, 0, 30);

    put (f, "build/esp32.esp32.c3/Blink.ino.bootloader.bin", cut);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "Blink.ino.bootloader.bin", build, NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add ("/engine/firmware-arduino/" name, Fixture, NULL, set_up, test, tear_down)
    ADD ("folder-and-sketch-are-one", test_folder_and_sketch_are_one);
    ADD ("a-sketch-without-companions-is-read", test_a_sketch_without_companions_is_read);
    ADD ("two-sketches-are-refused", test_two_sketches_are_refused);
    ADD ("a-damaged-companion-is-named", test_a_damaged_companion_is_named);
    return g_test_run ();
}
