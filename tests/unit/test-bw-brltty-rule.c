/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-brltty-rule.h"
#include "firmware-make.h"

#define UNDONE                                                                                     \
    ", ENV{BRLTTY_BRAILLE_DRIVER}==\"?*\", ENV{BRLTTY_BRAILLE_DRIVER}=\"\","                       \
    " ENV{BRLTTY_BRAILLE_DEVICE}=\"\", ENV{SYSTEMD_WANTS}=\"\"\n"
#define CH340 "ATTR{idVendor}==\"1a86\", ATTR{idProduct}==\"7523\"" UNDONE

static void
put (MakeFixture *f, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename ("bus/usb/devices/1-2.3", name, NULL);

    g_free (make_text (f->folder, path, text));
}

/* The line that is no comment; there is one. */
static char *
dup_rule (MakeFixture *f)
{
    g_autofree char *text = bw_brltty_rule_dup (f->folder, "1-2.3");
    const char *rule = strstr (text, "SUBSYSTEM");

    g_assert_true (g_str_has_prefix (text, "# " BW_BRLTTY_RULE_FILE "\n# "));
    g_assert_nonnull (strstr (text, "1a86:7523"));
    g_assert_null (strchr (strchr (rule, '\n') + 1, '\n'));
    return g_strdup (rule);
}

/* A number of its own tells it wherever it is plugged in; one that many have, and what would mean
 * something to udev, does not. */
static void
test_told_by (MakeFixture *f, gconstpointer data)
{
    static const struct {
        const char *serial;
        const char *expected;
    } cases[] = {
        { NULL, "SUBSYSTEM==\"usb\", KERNEL==\"1-2.3\", " CH340 },
        { "0001\n", "SUBSYSTEM==\"usb\", KERNEL==\"1-2.3\", " CH340 },
        { "\n", "SUBSYSTEM==\"usb\", KERNEL==\"1-2.3\", " CH340 },
        { "ABC*1234\n", "SUBSYSTEM==\"usb\", KERNEL==\"1-2.3\", " CH340 },
        { "\", RUN+=\"x\n", "SUBSYSTEM==\"usb\", KERNEL==\"1-2.3\", " CH340 },
        { "a0d16702d2a3e811\n", "SUBSYSTEM==\"usb\", ATTR{serial}==\"a0d16702d2a3e811\", " CH340 },
    };

    put (f, "idVendor", "1a86\n");
    put (f, "idProduct", "7523\n");
    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *rule = NULL;

        if (cases[i].serial != NULL)
            put (f, "serial", cases[i].serial);
        rule = dup_rule (f);
        g_assert_cmpstr (rule, ==, cases[i].expected);
    }
}

static void
test_nothing_to_tell (MakeFixture *f, gconstpointer data)
{
    static const char *const places[] = { NULL, "", "1-9", "../x", "1-2.3\"" };

    g_assert_null (bw_brltty_rule_dup (f->folder, "1-2.3"));
    put (f, "idVendor", "1A86*\n");
    put (f, "idProduct", "7523\n");
    g_assert_null (bw_brltty_rule_dup (f->folder, "1-2.3"));
    put (f, "idVendor", "1a86\n");
    for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
        g_assert_null (bw_brltty_rule_dup (f->folder, places[i]));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/port/brltty-rule/told-by", MakeFixture, NULL, make_set_up, test_told_by,
                make_tear_down);
    g_test_add ("/port/brltty-rule/nothing-to-tell", MakeFixture, NULL, make_set_up,
                test_nothing_to_tell, make_tear_down);
    return g_test_run ();
}
