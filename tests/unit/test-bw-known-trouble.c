/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-known-trouble.h"
#include "firmware-make.h"

static const char file[] = "[trouble a]\n"
                           "driver=ch341\n"
                           "since=5.14\n"
                           "before=7.2\n"
                           "baud=1500000\n"
                           "causes=noisy-line;lost\n"
                           "kind=loses-received\n"
                           "[trouble b]\n"
                           "driver=cp210x\n"
                           "product=CP2102N *\n"
                           "causes=no-answer\n"
                           "kind=stops-receiving\n";

static char *
ask (MakeFixture *f, const BwTroubleCase *seen)
{
    g_free (make_text (f->folder, "a.ini", file));
    return bw_known_trouble_dup_text (f->folder, seen);
}

static void
test_fits (MakeFixture *f, gconstpointer data)
{
    static const BwTroubleCase fitting[] = {
        { "ch341", NULL, "5.14", BW_CAUSE_LOST, 1500000 },
        { "ch341", "USB2.0-Serial", "6.1.0-25-amd64", BW_CAUSE_NOISY_LINE, 2000000 },
        { "ch341", NULL, "7.1.99999-x", BW_CAUSE_LOST, 1500000 },
        { "cp210x", "CP2102N USB to UART Bridge Controller", "6.1.0", BW_CAUSE_NO_ANSWER, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (fitting); i++) {
        g_autofree char *text = ask (f, &fitting[i]);

        g_assert_nonnull (text);
        g_assert_nonnull (strstr (text, fitting[i].driver));
        g_assert_nonnull (strstr (text, fitting[i].kernel));
    }
}

static void
test_is_about_something_else (MakeFixture *f, gconstpointer data)
{
    static const BwTroubleCase others[] = {
        { "ch341", NULL, "5.13.19", BW_CAUSE_LOST, 1500000 },
        { "ch341", NULL, "7.2.0", BW_CAUSE_LOST, 1500000 },
        { "ch341", NULL, "", BW_CAUSE_LOST, 1500000 },
        { "ch341", NULL, "6.1.0", BW_CAUSE_LOST, 921600 },
        { "ch341", NULL, "6.1.0", BW_CAUSE_WRONG_CHIP, 1500000 },
        { "ftdi_sio", NULL, "6.1.0", BW_CAUSE_LOST, 1500000 },
        { "cp210x", NULL, "6.1.0", BW_CAUSE_NO_ANSWER, 0 },
        { "cp210x", "CP2102 USB to UART Bridge Controller", "6.1.0", BW_CAUSE_NO_ANSWER, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
        g_assert_null (ask (f, &others[i]));
}

static void
test_bad_files (MakeFixture *f, gconstpointer data)
{
    static const BwTroubleCase seen = { "ch341", NULL, "6.1.0", BW_CAUSE_LOST, 1500000 };
    g_autofree char *text = NULL;

    g_free (make_text (f->folder, "0.ini", "no key file"));
    g_free (make_text (f->folder, "1.ini", "[trouble x]\ndriver=ch341\ncauses=lost\nkind=magic\n"));
    g_free (make_text (f->folder, "2.ini", "[bridge x]\ndriver=ch341\nkind=loses-received\n"));
    g_test_expect_message ("bw-known-trouble", G_LOG_LEVEL_WARNING, "*0.ini*ignoring");
    g_test_expect_message ("bw-known-trouble", G_LOG_LEVEL_WARNING, "*trouble x*ignoring");
    g_test_expect_message ("bw-known-trouble", G_LOG_LEVEL_WARNING, "*bridge x*ignoring");
    text = ask (f, &seen);
    g_test_assert_expected_messages ();
    g_assert_nonnull (text);
    g_assert_null (bw_known_trouble_dup_text ("/nonexistent", &seen));
}

/* The ones that come with the station. */
static void
test_installed (MakeFixture *f, gconstpointer data)
{
    static const BwTroubleCase fast = { "ch341", NULL, "6.1.0-25-amd64", BW_CAUSE_NOISY_LINE,
                                        1500000 };
    g_autofree char *text = bw_known_trouble_dup_text (NULL, &fast);

    g_assert_nonnull (text);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/port/known-trouble/fits", MakeFixture, NULL, make_set_up, test_fits,
                make_tear_down);
    g_test_add ("/port/known-trouble/is-about-something-else", MakeFixture, NULL, make_set_up,
                test_is_about_something_else, make_tear_down);
    g_test_add ("/port/known-trouble/bad-files", MakeFixture, NULL, make_set_up, test_bad_files,
                make_tear_down);
    g_test_add ("/port/known-trouble/installed", MakeFixture, NULL, make_set_up, test_installed,
                make_tear_down);
    return g_test_run ();
}
