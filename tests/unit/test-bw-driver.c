/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-driver.h"
#include "bw-error.h"

/* A family of devices that can do nothing at all. */
typedef struct {
    BwDriver parent_instance;
} IdleDriver;
typedef struct {
    BwDriverClass parent_class;
} IdleDriverClass;

GType idle_driver_get_type (void);
G_DEFINE_TYPE (IdleDriver, idle_driver, bw_driver_get_type ())

static void
idle_driver_class_init (IdleDriverClass *klass)
{
}

static void
idle_driver_init (IdleDriver *self)
{
}

static void
assert_usage (gboolean is_ok, GError **error)
{
    g_assert_false (is_ok);
    g_assert_cmpint (bw_error_get_cause (*error), ==, BW_CAUSE_USAGE);
    g_clear_error (error);
}

static void
test_inability_is_an_error (void)
{
    g_autoptr (BwDriver) driver = g_object_new (idle_driver_get_type (), NULL);
    g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
    g_autoptr (GError) error = NULL;
    BwFirmwareBuild build = { 0 };
    BwWriteOptions options = { 0 };
    BwBootVerdict verdict;
    BwCause cause;
    g_autofree char *text = NULL;
    g_autofree char *left = bw_driver_dup_left_behind (driver);

    bw_driver_set_events (driver, NULL);
    assert_usage (bw_driver_connect (driver, NULL, &error), &error);
    assert_usage (bw_driver_identify (driver, NULL, &error) != NULL, &error);
    assert_usage (bw_driver_write (driver, &build, &options, NULL, NULL, &error), &error);
    assert_usage (bw_driver_verify (driver, &build, NULL, &error), &error);
    assert_usage (bw_driver_read (driver, 0, 1, out, NULL, &error), &error);
    assert_usage (bw_driver_erase (driver, 0, 0, NULL, &error), &error);
    assert_usage (bw_driver_reset (driver, FALSE, NULL, &error), &error);
    assert_usage (bw_driver_listen (driver, 1, &verdict, &cause, &text, NULL, &error), &error);
    g_assert_cmpstr (left, ==, "Nothing was changed on the board.");
    g_assert_false (bw_driver_has_changed (driver));
    g_assert_false (bw_driver_leave (driver));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/base/inability-is-an-error", test_inability_is_an_error);
    return g_test_run ();
}
