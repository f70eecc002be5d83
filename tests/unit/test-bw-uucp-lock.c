/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "bw-uucp-lock.h"
#include "firmware-make.h"

static pid_t
find (MakeFixture *f, const char *device, const char *name)
{
    g_autofree char *found = NULL;
    pid_t pid = bw_uucp_lock_find (f->folder, f->folder, device, &found);

    g_assert_cmpstr (found, ==, name);
    return pid;
}

static void
test_forms (MakeFixture *f, gconstpointer data)
{
    const int32_t raw = 4242;
    g_autoptr (GBytes) bytes = g_bytes_new (&raw, sizeof raw);

    g_free (make_text (f->folder, "4242/comm", "minicom\n"));
    g_free (make_text (f->folder, "LCK..ttyUSB0", "      4242\n"));
    g_free (make_text (f->folder, "LCK..ttyUSB1", "4242"));
    g_free (make_bytes (f->folder, "LCK..ttyS0", bytes));
    g_assert_cmpint (find (f, "/dev/ttyUSB0", "minicom"), ==, 4242);
    g_assert_cmpint (find (f, "/dev/ttyUSB1", "minicom"), ==, 4242);
    g_assert_cmpint (find (f, "/dev/ttyS0", "minicom"), ==, 4242);
}

/* Nobody's: what a program left behind that is gone, what is damaged, what is ours. */
static void
test_no_lock (MakeFixture *f, gconstpointer data)
{
    g_autofree char *own = g_strdup_printf ("%d\n", (int) getpid ());
    g_autofree char *comm = g_strdup_printf ("%d/comm", (int) getpid ());

    g_free (make_text (f->folder, "4242/comm", "minicom\n"));
    g_free (make_text (f->folder, comm, "us\n"));
    g_free (make_text (f->folder, "LCK..ttyUSB0", "      4243\n"));
    g_free (make_text (f->folder, "LCK..ttyUSB1", "-4242\n"));
    g_free (make_text (f->folder, "LCK..ttyUSB2", ""));
    g_free (make_text (f->folder, "LCK..ttyUSB3", own));
    g_free (make_text (f->folder, "LCK..7", "4242\n"));
    for (unsigned i = 0; i < 5; i++) {
        g_autofree char *device = g_strdup_printf ("/dev/ttyUSB%u", i);

        g_assert_cmpint (find (f, device, NULL), ==, 0);
    }
    g_assert_cmpint (find (f, "/dev/pts/7", NULL), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/engine/uucp-lock/forms", MakeFixture, NULL, make_set_up, test_forms,
                make_tear_down);
    g_test_add ("/engine/uucp-lock/nobodys", MakeFixture, NULL, make_set_up, test_no_lock,
                make_tear_down);
    return g_test_run ();
}
