/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target without a fuzzer: every file of the folders given, whole, cut at every
 * position, and in some thousand mutations, the same ones each time (BW_FUZZ_SEED: others). An input
 * that ends the program, or is at work when it is ended, is printed for xxd -r -p. */
#include "config.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define MUTATIONS 4000
#define SOAK_FACTOR 50
#define MAX_CHANGES 8
#define SEED 20250117

/* What is at work, as it was before. */
static const uint8_t *input;
static size_t input_len;
static uint64_t count;

static void
tell_input (void)
{
    dprintf (2, "input %" G_GUINT64_FORMAT ", %zu bytes:\n", count, input_len);
    for (size_t i = 0; i < input_len; i++)
        dprintf (2, "%02x%s", input[i], i % 40 == 39 ? "\n" : "");
    dprintf (2, "\n");
}

static void
on_end (int number)
{
    tell_input ();
    raise (number);
}

/* There with sanitizers only. */
void __sanitizer_set_death_callback (void (*callback) (void)) __attribute__ ((weak));

static void
watch (void)
{
    static const int ends[] = { SIGABRT, SIGTRAP, SIGTERM, SIGSEGV };
    struct sigaction action = { .sa_handler = on_end, .sa_flags = SA_RESETHAND | SA_NODEFER };
    gboolean is_sanitized = __sanitizer_set_death_callback != NULL;

    if (is_sanitized)
        __sanitizer_set_death_callback (tell_input);
    /* a bad access is the sanitizer's to tell */
    for (unsigned i = 0; i < G_N_ELEMENTS (ends) - (is_sanitized ? 1 : 0); i++)
        sigaction (ends[i], &action, NULL);
}

static void
run (const uint8_t *bytes, size_t len)
{
    /* a copy of its own, so that the sanitizer sees the first byte behind it */
    g_autofree uint8_t *copy = g_memdup2 (bytes, len);

    input = bytes;
    input_len = len;
    count++;
    LLVMFuzzerTestOneInput (copy, len);
}

static uint64_t
get_number (const char *name, uint64_t otherwise)
{
    const char *text = g_getenv (name);

    return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* A target whose every run takes long asks for fewer. */
static uint64_t
count_mutations (void)
{
    return get_number ("BW_FUZZ_MUTATIONS", MUTATIONS)
           * (g_getenv ("BOARDWALK_SOAK") == NULL ? 1 : SOAK_FACTOR);
}

static void
run_mutations (const uint8_t *bytes, size_t len)
{
    g_autoptr (GRand) chance = g_rand_new_with_seed ((guint32) get_number ("BW_FUZZ_SEED", SEED));
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

    watch ();
    for (int i = 1; i < argc; i++) {
        g_autoptr (GDir) dir = g_dir_open (argv[i], 0, NULL);
        const char *name = NULL;

        while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
            g_autofree char *path = g_build_filename (argv[i], name, NULL);

            run_file (path);
            n++;
        }
    }
    g_print ("%u files, %" G_GUINT64_FORMAT " inputs\n", n, count);
    /* an empty corpus tests nothing */
    return n > 0 ? 0 : 1;
}
