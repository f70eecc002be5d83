/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target without a fuzzer: every file of the folders given, whole, cut at every
 * position, and in some thousand deterministic mutations. */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"

#define MUTATIONS 4000
#define SOAK_FACTOR 50
#define MAX_CHANGES 8

static void
run (const uint8_t *bytes, size_t len)
{
    /* a copy of its own, so that the sanitizer sees the first byte behind it */
    g_autofree uint8_t *copy = g_memdup2 (bytes, len);

    LLVMFuzzerTestOneInput (copy, len);
}

/* A target whose every run takes long asks for fewer. */
static uint64_t
count_mutations (void)
{
    const char *text = g_getenv ("BW_FUZZ_MUTATIONS");
    uint64_t count = text != NULL ? g_ascii_strtoull (text, NULL, 10) : MUTATIONS;

    return count * (g_getenv ("BOARDWALK_SOAK") == NULL ? 1 : SOAK_FACTOR);
}

static void
run_mutations (const uint8_t *bytes, size_t len)
{
    g_autoptr (GRand) chance = g_rand_new_with_seed (20250117);
    uint64_t mutations = count_mutations ();

    for (uint64_t i = 0; i < mutations; i++) {
        g_autofree uint8_t *changed = g_memdup2 (bytes, len);
        int n = g_rand_int_range (chance, 1, MAX_CHANGES + 1);

        while (n-- > 0) {
            size_t at = g_rand_int (chance) % len;
            size_t from = g_rand_int (chance) % len;

            if (g_rand_boolean (chance))
                changed[at] = (uint8_t) g_rand_int (chance);
            else
                memmove (changed + at, bytes + from, MIN (len - at, (len - from) / 2));
        }
        run (changed, len);
    }
}

static void
run_file (const char *path)
{
    g_autofree char *bytes = NULL;
    size_t len = 0;
    g_autoptr (GError) error = NULL;

    g_file_get_contents (path, &bytes, &len, &error);
    g_assert_no_error (error);
    for (size_t cut = 0; cut <= len; cut++)
        run ((const uint8_t *) bytes, cut);
    if (len > 0)
        run_mutations ((const uint8_t *) bytes, len);
}

int
main (int argc, char **argv)
{
    unsigned n = 0;

    for (int i = 1; i < argc; i++) {
        g_autoptr (GDir) dir = g_dir_open (argv[i], 0, NULL);
        const char *name = NULL;

        while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
            g_autofree char *path = g_build_filename (argv[i], name, NULL);

            run_file (path);
            n++;
        }
    }
    g_print ("%u files\n", n);
    /* an empty corpus tests nothing */
    return n > 0 ? 0 : 1;
}
