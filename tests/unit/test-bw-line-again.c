/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "bw-line-again.h"

static void
take_line (gpointer data, const char *line)
{
    g_string_append (data, line);
}

/* All that comes out, with what still waits. */
static char *
finish (BwLineAgain *again, GString *out)
{
    g_autofree char *waiting = bw_line_again_dup_waiting (again);

    g_string_append (out, waiting);
    return g_strdup (out->str);
}

static char *
dup_written (const char *const *lines, size_t n)
{
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (BwLineAgain) again = bw_line_again_new (take_line, out);

    for (size_t i = 0; i < n; i++)
        bw_line_again_add (again, lines[i]);
    return finish (again, out);
}

static void
test_other_lines (void)
{
    static const char *const lines[] = { "a\n", "b\n", "c\n", "a\n", "c\n" };
    g_autofree char *text = dup_written (lines, G_N_ELEMENTS (lines));

    g_assert_cmpstr (text, ==, "a\nb\nc\na\nc\n");
}

static void
test_one_line (void)
{
    static const char *const lines[] = { "a\n", "a\n", "a\n", "a\n", "a\n", "b\n", "b\n" };
    g_autofree char *text = dup_written (lines, G_N_ELEMENTS (lines));

    g_assert_cmpstr (text, ==, "a\nagain 1 4\nb\nb\n");
}

/* The nearest line alike is not always the one that goes on alike. */
static void
test_period (void)
{
    static const char *const period[] = { "a\n", "a\n", "b\n", "a\n", "c\n" };
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (BwLineAgain) again = bw_line_again_new (take_line, out);
    g_autofree char *text = NULL;

    for (unsigned i = 0; i < 1000; i++)
        bw_line_again_add (again, period[i % 5]);
    bw_line_again_add (again, "end\n");
    text = finish (again, out);
    g_assert_cmpstr (text, ==, "a\na\nb\na\nc\nagain 5 995\nend\n");
}

static char *
make_line (unsigned n)
{
    return g_strdup_printf ("%u\n", n);
}

/* Puts the lines back for which others stand. */
static void
read_lines (const char *text, GPtrArray *lines)
{
    g_auto (GStrv) all = g_strsplit (text, "\n", -1);

    for (char **line = all; (*line)[0] != '\0'; line++) {
        unsigned distance = 0;
        unsigned count = 0;

        if (sscanf (*line, "again %u %u", &distance, &count) != 2) {
            g_ptr_array_add (lines, g_strconcat (*line, "\n", NULL));
            continue;
        }
        g_assert_cmpuint (distance, >, 0);
        g_assert_cmpuint (distance, <=, BW_LINE_AGAIN_DISTANCE_MAX);
        g_assert_cmpuint (distance, <=, lines->len);
        for (; count > 0; count--)
            g_ptr_array_add (lines, g_strdup (lines->pdata[lines->len - distance]));
    }
}

/* Whatever the lines, they can be had back, at every moment. */
static void
test_back (void)
{
    for (unsigned period = 1; period < 400; period += 37) {
        g_autoptr (GRand) rand = g_rand_new_with_seed (period);
        g_autoptr (GString) out = g_string_new (NULL);
        g_autoptr (BwLineAgain) again = bw_line_again_new (take_line, out);
        g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

        for (unsigned i = 0; i < 1200; i++) {
            unsigned n = (unsigned) g_rand_int_range (rand, 0, 100);
            char *line = make_line (n == 0 ? i : (i % period) / 2);

            g_ptr_array_add (said, line);
            bw_line_again_add (again, line);
            if (i % 100 == 99) {
                g_autofree char *waiting = bw_line_again_dup_waiting (again);
                g_autofree char *text = g_strconcat (out->str, waiting, NULL);
                g_autoptr (GPtrArray) had = g_ptr_array_new_with_free_func (g_free);

                read_lines (text, had);
                g_assert_cmpuint (had->len, ==, said->len);
                for (unsigned k = 0; k < said->len; k++)
                    g_assert_cmpstr (had->pdata[k], ==, said->pdata[k]);
            }
        }
    }
}

/* Memory is not for lines without end. */
static void
test_long_lines (void)
{
    g_autofree char *much = g_strnfill (513, 'x');
    const char *const lines[] = { much, much, much, much, much };
    g_autofree char *text = dup_written (lines, G_N_ELEMENTS (lines));

    g_assert_cmpuint (strlen (text), ==, 5 * 513);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/line-again/others-stay", test_other_lines);
    g_test_add_func ("/engine/line-again/one-line", test_one_line);
    g_test_add_func ("/engine/line-again/a-period", test_period);
    g_test_add_func ("/engine/line-again/all-can-be-had-back", test_back);
    g_test_add_func ("/engine/line-again/long-lines-are-not-kept", test_long_lines);
    return g_test_run ();
}
