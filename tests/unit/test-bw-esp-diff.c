/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "bw-esp-diff.h"
#include "bw-esp-flash-map.h"

#define FLASH_BYTES (4u << 20)

typedef struct {
    uint8_t *flash;
    unsigned questions;
    unsigned fail_at; /* 0: never */
    unsigned waits;
    uint64_t bytes; /* the chip had to read for its answers */
} Chip;

static gboolean
answer (gpointer user_data, BwEspQuestion *questions, size_t n, GError **error)
{
    Chip *chip = user_data;

    g_assert_cmpuint (n, >, 0);
    g_assert_cmpuint (n, <=, BW_ESP_QUESTIONS_MAX);
    chip->waits++;
    for (size_t i = 0; i < n; i++) {
        if (++chip->questions == chip->fail_at) {
            bw_set_error (error, BW_CAUSE_LOST, "gone");
            return FALSE;
        }
        bw_esp_md5 (chip->flash + questions[i].offset, questions[i].size, questions[i].md5);
        chip->bytes += questions[i].size;
    }
    return TRUE;
}

static GBytes *
load (const char *name)
{
    g_autofree char *path =
        g_build_filename (g_getenv ("BW_VECTORS"), "espressif", "diff", name, NULL);
    char *bytes = NULL;
    gsize len = 0;
    g_autoptr (GError) error = NULL;

    g_file_get_contents (path, &bytes, &len, &error);
    g_assert_no_error (error);
    return g_bytes_new_take (bytes, len);
}

static char *
describe (GArray *runs)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = 0; i < runs->len; i++) {
        const BwEspRun *run = &g_array_index (runs, BwEspRun, i);

        g_string_append_printf (text, "%s0x%x+%u", i > 0 ? "; " : "", run->offset,
                                (run->size + BW_ESP_SECTOR - 1) / BW_ESP_SECTOR);
    }
    return g_string_free (text, FALSE);
}

/* The vectors come from a tool that has the old file; here only the chip has it. A few differ in
 * what they call a change: what a shorter image leaves behind it is none of our business. */
static void
check_vector (const char *name, const char *expected)
{
    g_autofree char *file = g_strconcat (name, ".new.bin", NULL);
    g_autoptr (GBytes) old = load ("base.bin");
    g_autoptr (GBytes) new = load (file);
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    g_autoptr (GError) error = NULL;
    g_autofree uint8_t *flash = g_malloc (FLASH_BYTES);
    Chip chip = { flash, 0, 0 };
    g_autofree char *found = NULL;

    memset (flash, 0xff, FLASH_BYTES);
    memcpy (flash + 0x10000, g_bytes_get_data (old, NULL), g_bytes_get_size (old));
    g_assert_true (bw_esp_diff_find (0x10000, g_bytes_get_data (new, NULL),
                                     (uint32_t) g_bytes_get_size (new), answer, &chip, runs,
                                     &error));
    found = describe (runs);
    g_assert_cmpstr (found, ==, expected);
}

static void
test_vectors (void)
{
    check_vector ("one_byte", "0x11000+1");
    check_vector ("adjacent_sectors", "0x10000+2");
    check_vector ("two_runs", "0x10000+1; 0x12000+2");
    check_vector ("grow", "0x14000+1");
}

static uint8_t *
make_noise (size_t size, uint32_t seed)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    uint8_t *bytes = g_malloc (size);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t) g_rand_int (rand);
    return bytes;
}

/* What is outside of the runs must be equal: that is all the writer relies on. */
static void
assert_runs_cover (const Chip *chip, const uint8_t *wanted, uint32_t size, GArray *runs)
{
    g_autofree uint8_t *result = g_memdup2 (chip->flash, size);

    for (unsigned i = 0; i < runs->len; i++) {
        const BwEspRun *run = &g_array_index (runs, BwEspRun, i);

        g_assert_cmpuint (run->offset + run->size, <=, size);
        memcpy (result + run->offset, wanted + run->offset, run->size);
    }
    g_assert_cmpmem (result, size, wanted, size);
}

static void
test_random_changes (void)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (3);
    const uint32_t size = 300 * BW_ESP_SECTOR - 100;
    g_autofree uint8_t *wanted = make_noise (size, 1);

    for (unsigned round = 0; round < 60; round++) {
        g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
        g_autofree uint8_t *flash = g_memdup2 (wanted, size);
        g_autoptr (GError) error = NULL;
        Chip chip = { flash, 0, 0 };
        unsigned changes = 1u << (round % 9);

        for (unsigned i = 0; i < changes; i++)
            flash[g_rand_int_range (rand, 0, (int) size)] ^= 1;
        if (memcmp (flash, wanted, size) == 0)
            continue;
        g_assert_true (bw_esp_diff_find (0, wanted, size, answer, &chip, runs, &error));
        g_assert_cmpuint (runs->len, >, 0);
        assert_runs_cover (&chip, wanted, size, runs);
        /* never more questions than twice the sectors, far less for few changes */
        g_assert_cmpuint (chip.questions, <=, 2 * 300 + 16);
        if (changes == 1) {
            g_assert_cmpuint (chip.waits, <=, 4 + 2);
            g_assert_cmpuint (chip.bytes, <=, size + 10 * BW_ESP_SECTOR);
            g_assert_cmpuint (g_array_index (runs, BwEspRun, 0).size, <=, BW_ESP_SECTOR);
        }
    }
}

static void
test_new_throughout_is_cheap (void)
{
    const uint32_t size = 280 * BW_ESP_SECTOR;
    g_autofree uint8_t *wanted = make_noise (size, 1);
    g_autofree uint8_t *flash = make_noise (size, 2);
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    g_autoptr (GError) error = NULL;
    gboolean is_new = FALSE;
    Chip chip = { flash, 0, 0 };

    g_assert_true (bw_esp_diff_is_new (0, wanted, size, answer, &chip, &is_new, &error));
    g_assert_true (is_new);
    g_assert_cmpuint (chip.questions, ==, 8);
    g_assert_true (bw_esp_diff_find (0, wanted, size, answer, &chip, runs, &error));
    g_assert_cmpuint (chip.questions, ==, 8 + 32 + 8);
    g_assert_cmpuint (runs->len, ==, 1);
    assert_runs_cover (&chip, wanted, size, runs);
}

static void
test_equal_somewhere_is_not_new (void)
{
    const uint32_t size = 280 * BW_ESP_SECTOR;
    g_autofree uint8_t *wanted = make_noise (size, 1);
    g_autofree uint8_t *flash = make_noise (size, 2);
    g_autoptr (GError) error = NULL;
    gboolean is_new = TRUE;
    Chip chip = { flash, 0, 0 };

    memcpy (flash + size / 2, wanted + size / 2, size / 4);
    g_assert_true (bw_esp_diff_is_new (0, wanted, size, answer, &chip, &is_new, &error));
    g_assert_false (is_new);
}

static void
test_equal_throughout (void)
{
    const uint32_t size = 40 * BW_ESP_SECTOR;
    g_autofree uint8_t *wanted = make_noise (size, 1);
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    g_autoptr (GError) error = NULL;
    Chip chip = { wanted, 0, 0 };

    g_assert_true (bw_esp_diff_find (0, wanted, size, answer, &chip, runs, &error));
    g_assert_cmpuint (runs->len, ==, 0);
    g_assert_cmpuint (chip.bytes, ==, size);
}

/* Whole when small; else where a build shows, at both ends. */
static void
test_glance (void)
{
    const uint32_t size = 100 * BW_ESP_SECTOR - 7;
    BwEspQuestion questions[BW_ESP_GLANCE_MAX];

    g_assert_cmpuint (bw_esp_diff_glance (0x1000, 22160, questions), ==, 1);
    g_assert_cmpuint (questions[0].offset, ==, 0x1000);
    g_assert_cmpuint (questions[0].size, ==, 22160);
    g_assert_true (questions[0].is_proof);
    g_assert_cmpuint (bw_esp_diff_glance (0x1000, size, questions), ==, 3);
    g_assert_cmpuint (questions[0].offset, ==, 0x1000);
    g_assert_cmpuint (questions[0].size, ==, BW_ESP_SECTOR);
    g_assert_cmpuint (questions[2].offset + questions[2].size, ==, 0x1000 + size);
    g_assert_false (questions[2].is_proof);
}

/* Several stretches are refined at once and at different depths; runs come in order all the same. */
static void
test_runs_are_in_order (void)
{
    const uint32_t size = 40 * BW_ESP_SECTOR;
    g_autofree uint8_t *wanted = make_noise (size, 1);
    g_autofree uint8_t *flash = g_memdup2 (wanted, size);
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    g_autoptr (GError) error = NULL;
    g_autofree char *found = NULL;
    Chip chip = { flash, 0, 0 };

    for (unsigned sector = 3; sector < 9; sector++)
        flash[sector * BW_ESP_SECTOR] ^= 1;
    flash[39 * BW_ESP_SECTOR] ^= 1;
    g_assert_true (bw_esp_diff_find (0, wanted, size, answer, &chip, runs, &error));
    found = describe (runs);
    g_assert_cmpstr (found, ==, "0x3000+6; 0x27000+1");
}

static void
test_failure_ends_it (void)
{
    const uint32_t size = 64 * BW_ESP_SECTOR;
    g_autofree uint8_t *wanted = make_noise (size, 1);

    for (unsigned at = 1; at < 8; at++) {
        g_autofree uint8_t *flash = g_memdup2 (wanted, size);
        g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
        g_autoptr (GError) error = NULL;
        Chip chip = { flash, 0, at };

        flash[at * 20000] ^= 1;
        g_assert_false (bw_esp_diff_find (0, wanted, size, answer, &chip, runs, &error));
        g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_LOST);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/diff/vectors", test_vectors);
    g_test_add_func ("/driver/diff/outside-of-the-runs-all-is-equal", test_random_changes);
    g_test_add_func ("/driver/diff/new-throughout-is-cheap", test_new_throughout_is_cheap);
    g_test_add_func ("/driver/diff/equal-somewhere-is-not-new", test_equal_somewhere_is_not_new);
    g_test_add_func ("/driver/diff/equal-throughout", test_equal_throughout);
    g_test_add_func ("/driver/diff/glance", test_glance);
    g_test_add_func ("/driver/diff/runs-are-in-order", test_runs_are_in_order);
    g_test_add_func ("/driver/diff/failure-ends-it", test_failure_ends_it);
    return g_test_run ();
}
