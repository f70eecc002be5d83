/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ModemManager is asked, by a daemon of the test on a bus of its own: once for a device, given
 * back when the last work on it is over, and never anything that waits or fails. */
#include "bw-modem-guard.h"

#include <string.h>

#define DEVICE "/sys/devices/pci0000:00/usb1/1-1"
#define OTHER "/sys/devices/pci0000:00/usb1/1-2"
#define HANG_S 60

static const char interface[] = "<node><interface name='org.freedesktop.ModemManager1'>"
                                "<method name='InhibitDevice'><arg type='s' direction='in'/><arg "
                                "type='b' direction='in'/></method>"
                                "</interface></node>";

/* The daemon: what it was told, and what it answers. */
static struct {
    GDBusConnection *bus;
    GString *heard;
    unsigned n_refusals;               /* the first answers */
    gboolean is_slow;                  /* answers when it is told to */
    GDBusMethodInvocation *unanswered; /* (nullable) */
} modems;

static void
answer (GDBusMethodInvocation *invocation)
{
    if (modems.n_refusals > 0) {
        modems.n_refusals--;
        g_dbus_method_invocation_return_dbus_error (
            invocation, "org.freedesktop.ModemManager1.Error.Core.NotFound", "no such device");
        return;
    }
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_call (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *name,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
    const char *device = NULL;
    gboolean is_away = FALSE;

    g_variant_get (parameters, "(&sb)", &device, &is_away);
    g_string_append_printf (modems.heard, "%c%s ", is_away ? '+' : '-', strrchr (device, '/') + 1);
    if (modems.is_slow) {
        g_assert_null (modems.unanswered);
        modems.unanswered = invocation;
    } else {
        answer (invocation);
    }
}

static gboolean
on_hang (gpointer data)
{
    g_error ("waited in vain; heard so far: %s", modems.heard->str);
    return G_SOURCE_REMOVE;
}

static void
wait_for (const char *heard)
{
    guint hang = g_timeout_add_seconds (HANG_S, on_hang, NULL);

    while (strcmp (modems.heard->str, heard) != 0) {
        g_assert_true (g_str_has_prefix (heard, modems.heard->str));
        g_main_context_iteration (NULL, TRUE);
    }
    g_source_remove (hang);
}

/* Everything that was posted or sent before is done with: the daemon answers in order. */
static void
settle (void)
{
    g_autoptr (BwModemGuard) mark = bw_modem_guard_new_for_device ("/sys/mark");
    g_autofree char *heard = g_strconcat (modems.heard->str, "+mark ", NULL);
    g_autofree char *after = g_strconcat (heard, "-mark ", NULL);

    wait_for (heard);
    g_clear_pointer (&mark, bw_modem_guard_free);
    wait_for (after);
}

static void
test_asked_and_given_back (void)
{
    g_autoptr (BwModemGuard) guard = bw_modem_guard_new_for_device (DEVICE);

    wait_for ("+1-1 ");
    g_clear_pointer (&guard, bw_modem_guard_free);
    wait_for ("+1-1 -1-1 ");
    settle ();
    g_assert_cmpstr (modems.heard->str, ==, "+1-1 -1-1 +mark -mark ");
}

/* Two jobs on one device: the daemon is asked once, and comes back after the second. */
static void
test_two_of_one_device (void)
{
    g_autoptr (BwModemGuard) one = bw_modem_guard_new_for_device (DEVICE);
    g_autoptr (BwModemGuard) two = bw_modem_guard_new_for_device (DEVICE);
    g_autoptr (BwModemGuard) other = bw_modem_guard_new_for_device (OTHER);

    wait_for ("+1-1 +1-2 ");
    g_clear_pointer (&one, bw_modem_guard_free);
    settle ();
    g_assert_cmpstr (modems.heard->str, ==, "+1-1 +1-2 +mark -mark ");
    g_clear_pointer (&two, bw_modem_guard_free);
    wait_for ("+1-1 +1-2 +mark -mark -1-1 ");
    g_clear_pointer (&other, bw_modem_guard_free);
    wait_for ("+1-1 +1-2 +mark -mark -1-1 -1-2 ");
}

/* Work that is over before the answer comes: given back only then, or it would be kept for ever. */
static void
test_over_before_the_answer (void)
{
    g_autoptr (BwModemGuard) guard = bw_modem_guard_new_for_device (DEVICE);

    modems.is_slow = TRUE;
    wait_for ("+1-1 ");
    g_clear_pointer (&guard, bw_modem_guard_free);
    while (g_main_context_iteration (NULL, FALSE))
        ;
    g_assert_cmpstr (modems.heard->str, ==, "+1-1 ");
    modems.is_slow = FALSE;
    answer (g_steal_pointer (&modems.unanswered));
    wait_for ("+1-1 -1-1 ");
}

/* A daemon that has not found the device yet is asked again; one that refused has nothing to give
 * back. */
static void
test_refused (void)
{
    g_autoptr (BwModemGuard) guard = NULL;

    modems.n_refusals = 2;
    guard = bw_modem_guard_new_for_device (DEVICE);
    wait_for ("+1-1 +1-1 +1-1 ");
    g_clear_pointer (&guard, bw_modem_guard_free);
    wait_for ("+1-1 +1-1 +1-1 -1-1 ");
    g_string_truncate (modems.heard, 0);
    modems.n_refusals = 1;
    guard = bw_modem_guard_new_for_device (DEVICE);
    wait_for ("+1-1 ");
    while (modems.n_refusals > 0)
        g_main_context_iteration (NULL, TRUE);
    g_clear_pointer (&guard, bw_modem_guard_free);
    settle ();
    g_assert_cmpstr (modems.heard->str, ==, "+1-1 +mark -mark ");
}

static void
call_name (const char *method, GVariant *parameters)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) result =
                   g_dbus_connection_call_sync (modems.bus, "org.freedesktop.DBus",
                                                "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE,
                                                -1, NULL, &error);

    g_assert_no_error (error);
}

static void
take_name (void)
{
    call_name ("RequestName", g_variant_new ("(su)", "org.freedesktop.ModemManager1", 0u));
}

static void
drop_name (void)
{
    call_name ("ReleaseName", g_variant_new ("(s)", "org.freedesktop.ModemManager1"));
}

static void
run_idle (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

/* What the guards sent has been answered by the bus, and the answer has been seen. */
static void
pass_bus (void)
{
    g_autoptr (GDBusConnection) shared = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
    g_autoptr (GVariant) id = NULL;

    run_idle ();
    id = g_dbus_connection_call_sync (shared, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus", "GetId", NULL, NULL,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
    g_assert_nonnull (id);
    run_idle ();
}

/* Where no daemon runs it is asked once, in vain, and none is started; the next work asks anew. */
static void
test_no_daemon (void)
{
    g_autoptr (BwModemGuard) other = bw_modem_guard_new_for_device (OTHER);
    g_autoptr (BwModemGuard) guard = NULL;
    g_autoptr (BwModemGuard) next = NULL;

    wait_for ("+1-2 ");
    drop_name ();
    guard = bw_modem_guard_new_for_device (DEVICE);
    pass_bus ();
    take_name ();
    pass_bus ();
    g_assert_cmpstr (modems.heard->str, ==, "+1-2 ");
    next = bw_modem_guard_new_for_device (DEVICE);
    wait_for ("+1-2 +1-1 ");
    g_clear_pointer (&guard, bw_modem_guard_free);
    g_clear_pointer (&next, bw_modem_guard_free);
    wait_for ("+1-2 +1-1 -1-1 ");
    g_clear_pointer (&other, bw_modem_guard_free);
    wait_for ("+1-2 +1-1 -1-1 -1-2 ");
}

/* What is no adapter on USB is nobody's modem. */
static void
test_addresses (void)
{
    static const char *const others[] = { "tcp://127.0.0.1:1", "rfc2217://127.0.0.1:1",
                                          "/dev/null",         "serial:///dev/null",
                                          "/nothing",          "",
                                          "serial://" };

    for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
        g_assert_null (bw_modem_guard_new (others[i]));
    bw_modem_guard_free (NULL);
    settle ();
    g_assert_cmpstr (modems.heard->str, ==, "+mark -mark ");
}

static void
start_daemon (GTestDBus *dbus)
{
    static const GDBusInterfaceVTable vtable = { .method_call = on_call };
    g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface, NULL);
    g_autoptr (GError) error = NULL;

    g_test_dbus_up (dbus);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (dbus), TRUE);
    modems.heard = g_string_new (NULL);
    modems.bus = g_dbus_connection_new_for_address_sync (
        g_test_dbus_get_bus_address (dbus),
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
            | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
        NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_dbus_connection_register_object (modems.bus,
                                                         "/org/freedesktop/ModemManager1",
                                                         node->interfaces[0], &vtable, NULL, NULL,
                                                         NULL),
                      !=, 0);
    take_name ();
}

/* Each from a clean sheet. */
static void
run (gconstpointer test)
{
    g_string_truncate (modems.heard, 0);
    ((void (*) (void)) test) ();
}

static void
add (const char *path, void (*test) (void))
{
    g_test_add_data_func (path, test, run);
}

int
main (int argc, char **argv)
{
    g_autoptr (GTestDBus) dbus = NULL;
    int status = 0;

    g_test_init (&argc, &argv, NULL);
    dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
    start_daemon (dbus);
    add ("/engine/modem-guard/asked-and-given-back", test_asked_and_given_back);
    add ("/engine/modem-guard/two-of-one-device", test_two_of_one_device);
    add ("/engine/modem-guard/over-before-the-answer", test_over_before_the_answer);
    add ("/engine/modem-guard/refused", test_refused);
    add ("/engine/modem-guard/no-daemon", test_no_daemon);
    add ("/engine/modem-guard/addresses", test_addresses);
    status = g_test_run ();
    g_object_unref (modems.bus);
    g_string_free (modems.heard, TRUE);
    g_test_dbus_stop (dbus);
    return status;
}
