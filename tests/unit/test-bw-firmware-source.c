/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-firmware-source.h"
#include "firmware-make.h"

static void
assert_refused (const char *path, size_t size_max, BwCause cause, const char *word)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = bw_firmware_source_read (path, size_max, NULL, NULL, &error);

    g_assert_null (bytes);
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, bw_cause_get_id (cause));
    g_assert_true (g_str_has_prefix (error->message, path));
    g_assert_nonnull (strstr (error->message, word));
}

static GBytes *
read_good (const char *path)
{
    g_autoptr (GError) error = NULL;
    GBytes *bytes = bw_firmware_source_read (path, BW_FIRMWARE_SIZE_MAX, NULL, NULL, &error);

    g_assert_no_error (error);
    return bytes;
}

static void
test_a_missing_file_is_unreadable (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "none.bin", NULL);

    assert_refused (path, 100, BW_CAUSE_UNREADABLE_FILE, "No such file");
}

static void
test_an_empty_file_is_no_firmware (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_text (f->folder, "empty.bin", "");

    assert_refused (path, 100, BW_CAUSE_BAD_FIRMWARE, "empty");
}

static void
test_only_files_are_opened (MakeFixture *f, gconstpointer data)
{
    g_autofree char *fifo = g_build_filename (f->folder, "fifo", NULL);

    g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
    assert_refused (fifo, 100, BW_CAUSE_UNREADABLE_FILE, "a pipe");
    assert_refused ("/dev/zero", 100, BW_CAUSE_UNREADABLE_FILE, "a device");
    assert_refused (f->folder, 100, BW_CAUSE_UNREADABLE_FILE, "a folder");
}

static void
test_a_huge_file_is_refused_unread (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_text (f->folder, "huge.bin", "x");

    g_assert_cmpint (truncate (path, (off_t) 1 << 40), ==, 0);
    assert_refused (path, BW_FIRMWARE_SIZE_MAX, BW_CAUSE_TOO_LARGE, "1099511627776 bytes");
    g_assert_cmpint (truncate (path, 101), ==, 0);
    assert_refused (path, 100, BW_CAUSE_TOO_LARGE, "101 bytes");
}

/* ---- what was read stays -------------------------------------------------------------------- */

static void
check_content_stays (MakeFixture *f, size_t size)
{
    g_autofree uint8_t *content = g_malloc (size);
    g_autofree char *path = NULL;
    g_autoptr (GBytes) before = NULL;
    g_autoptr (GBytes) bytes = NULL;

    memset (content, 0x5a, size);
    before = g_bytes_new (content, size);
    path = make_bytes (f->folder, "image.bin", before);
    bytes = read_good (path);
    g_assert_cmpint (truncate (path, 0), ==, 0);
    g_assert_true (g_bytes_equal (bytes, before));
}

/* A build may rewrite its output while boards are flashed with it. */
static void
test_content_survives_the_file (MakeFixture *f, gconstpointer data)
{
    check_content_stays (f, 1000);
    check_content_stays (f, 3 * BW_FIRMWARE_MAP_FROM + 1);
}

static void
test_a_large_file_takes_no_memory (MakeFixture *f, gconstpointer data)
{
    const size_t size = 16 * 1024 * 1024;
    g_autofree char *path = make_text (f->folder, "large.bin", "x");
    g_autoptr (GBytes) bytes = NULL;
    gint64 before;
    unsigned sum = 0;

    g_assert_cmpint (truncate (path, (off_t) size), ==, 0);
    before = make_private_memory_kib ();
    bytes = read_good (path);
    for (size_t i = 0; i < size; i += 4096)
        sum += ((const uint8_t *) g_bytes_get_data (bytes, NULL))[i];
    g_assert_cmpuint (sum, ==, 'x');
    g_assert_cmpint (make_private_memory_kib () - before, <, 4 * 1024);
}

static void
test_a_cancel_stops_the_reading (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_text (f->folder, "image.bin", "some bytes");
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = NULL;

    g_cancellable_cancel (cancellable);
    bytes = bw_firmware_source_read (path, 100, NULL, cancellable, &error);
    g_assert_null (bytes);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
}

/* ---- gzip ----------------------------------------------------------------------------------- */

static GBytes *
make_plain (size_t size)
{
    g_autofree uint8_t *content = g_malloc (size);

    for (size_t i = 0; i < size; i++)
        content[i] = (uint8_t) (i * i / 7);
    return g_bytes_new (content, size);
}

static void
test_gzip_is_unpacked (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) plain = make_plain (700000);
    g_autoptr (GBytes) packed = make_gzip (plain);
    g_autofree char *path = make_bytes (f->folder, "image.bin.gz", packed);
    g_autoptr (GBytes) bytes = read_good (path);

    g_assert_true (g_bytes_equal (bytes, plain));
}

static void
test_several_members_are_one_file (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) plain = make_plain (1000);
    g_autoptr (GBytes) packed = make_gzip (plain);
    g_autoptr (GByteArray) both = g_byte_array_new ();
    g_autofree char *path = NULL;
    g_autoptr (GBytes) bytes = NULL;

    for (int i = 0; i < 2; i++)
        g_byte_array_append (both, g_bytes_get_data (packed, NULL),
                             (guint) g_bytes_get_size (packed));
    path = make_file (f->folder, "two.gz", both->data, both->len);
    bytes = read_good (path);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, 2000);
}

static void
test_gzip_cut_anywhere_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) plain = make_plain (300);
    g_autoptr (GBytes) packed = make_gzip (plain);

    for (size_t len = 3; len < g_bytes_get_size (packed); len++) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (packed, 0, len);
        g_autofree char *path = make_bytes (f->folder, "cut.gz", cut);

        assert_refused (path, 1000, BW_CAUSE_BAD_FIRMWARE, "cut off");
    }
}

static void
test_damaged_gzip_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) plain = make_plain (300);
    g_autoptr (GBytes) packed = make_gzip (plain);
    size_t len = g_bytes_get_size (packed);
    g_autofree uint8_t *bad = g_memdup2 (g_bytes_get_data (packed, NULL), len);
    g_autofree char *crc = NULL;
    g_autofree char *surplus = NULL;

    bad[len - 8] ^= 1;
    crc = make_file (f->folder, "crc.gz", bad, len);
    assert_refused (crc, 1000, BW_CAUSE_BAD_FIRMWARE, "damaged");
    bad[len - 8] ^= 1;
    bad = g_realloc (bad, len + 5);
    memset (bad + len, 'x', 5);
    surplus = make_file (f->folder, "surplus.gz", bad, len + 5);
    assert_refused (surplus, 1000, BW_CAUSE_BAD_FIRMWARE, "5 surplus bytes");
}

static void
test_a_gzip_bomb_stops_at_the_limit (MakeFixture *f, gconstpointer data)
{
    g_autofree uint8_t *zeros = g_malloc0 (8 * 1024 * 1024);
    g_autoptr (GBytes) plain = g_bytes_new (zeros, 8 * 1024 * 1024);
    g_autoptr (GBytes) packed = make_gzip (plain);
    g_autofree char *path = make_bytes (f->folder, "bomb.gz", packed);

    g_assert_cmpuint (g_bytes_get_size (packed), <, 16 * 1024);
    assert_refused (path, 1024 * 1024, BW_CAUSE_TOO_LARGE, "more than 1048576 bytes");
}

static void
test_nothing_packed_is_nothing (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) plain = g_bytes_new (NULL, 0);
    g_autoptr (GBytes) packed = make_gzip (plain);
    g_autofree char *path = make_bytes (f->folder, "empty.gz", packed);

    assert_refused (path, 1000, BW_CAUSE_BAD_FIRMWARE, "empty");
}

static void
test_the_first_character_skips_blanks (void)
{
    g_autoptr (GBytes) json = g_bytes_new_static ("\xef\xbb\xbf \n\t{", 7);
    g_autoptr (GBytes) blank = g_bytes_new_static ("   ", 3);

    g_assert_cmpint (bw_firmware_source_first_char (json), ==, '{');
    g_assert_cmpint (bw_firmware_source_first_char (blank), ==, 0);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/source/" name, MakeFixture, NULL, make_set_up, function,         \
                make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("a-missing-file-is-unreadable", test_a_missing_file_is_unreadable);
    ADD ("an-empty-file-is-no-firmware", test_an_empty_file_is_no_firmware);
    ADD ("only-files-are-opened", test_only_files_are_opened);
    ADD ("a-huge-file-is-refused-unread", test_a_huge_file_is_refused_unread);
    ADD ("content-survives-the-file", test_content_survives_the_file);
    ADD ("a-large-file-takes-no-memory", test_a_large_file_takes_no_memory);
    ADD ("a-cancel-stops-the-reading", test_a_cancel_stops_the_reading);
    ADD ("gzip-is-unpacked", test_gzip_is_unpacked);
    ADD ("several-members-are-one-file", test_several_members_are_one_file);
    ADD ("gzip-cut-anywhere-is-refused", test_gzip_cut_anywhere_is_refused);
    ADD ("damaged-gzip-is-refused", test_damaged_gzip_is_refused);
    ADD ("a-gzip-bomb-stops-at-the-limit", test_a_gzip_bomb_stops_at_the_limit);
    ADD ("nothing-packed-is-nothing", test_nothing_packed_is_nothing);
    g_test_add_func ("/engine/firmware/source/the-first-character-skips-blanks",
                     test_the_first_character_skips_blanks);
    return g_test_run ();
}
