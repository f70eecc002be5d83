/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-folder.h"
#include "firmware-make.h"

static void
test_names_are_sorted (MakeFixture *f, gconstpointer data)
{
    static const char *const files[] = { "b.ini", "a.txt", "a10.ini", "a9.ini", ".ini", "c.ini/x" };
    static const char *const wanted[] = { ".ini", "a10.ini", "a9.ini", "b.ini", "c.ini" };
    g_autoptr (GPtrArray) names = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
        g_autofree char *path = make_text (f->folder, files[i], "x");
    }
    names = bw_folder_list (f->folder, ".ini");
    g_assert_cmpuint (names->len, ==, G_N_ELEMENTS (wanted));
    for (unsigned i = 0; i < names->len; i++)
        g_assert_cmpstr (names->pdata[i], ==, wanted[i]);
}

static void
test_no_folder_is_empty (MakeFixture *f, gconstpointer data)
{
    g_autofree char *file = make_text (f->folder, "file", "x");
    g_autofree char *missing = g_build_filename (f->folder, "missing", NULL);
    g_autoptr (GPtrArray) of_file = bw_folder_list (file, "");
    g_autoptr (GPtrArray) of_missing = bw_folder_list (missing, "");

    g_assert_cmpuint (of_file->len, ==, 0);
    g_assert_cmpuint (of_missing->len, ==, 0);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/folder/" name, MakeFixture, NULL, make_set_up, function, make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("names-are-sorted", test_names_are_sorted);
    ADD ("no-folder-is-empty", test_no_folder_is_empty);
    return g_test_run ();
}
