/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-modem-guard"
#include "config.h"

#include "bw-modem-guard.h"

#include <gudev/gudev.h>
#include <stdlib.h>
#include <string.h>

#define DAEMON "org.freedesktop.ModemManager1"
#define DAEMON_PATH "/org/freedesktop/ModemManager1"
#define ANSWER_MS 5000

struct BwModemGuard {
    char *device;
};

/* One device and what the daemon was last told of it. */
struct request {
    char *device;
    unsigned n_guards;
    gboolean is_asking; /* no answer yet */
    gboolean is_away;   /* the daemon keeps away, as far as we know */
    unsigned n_tries;
    guint retry;
};

/* The main context's own. The connection is held as long as there is a request: with it the daemon
 * would take back what it was asked. */
static GHashTable *requests; /* (nullable): device → struct request */
static GDBusConnection *bus; /* (nullable) */
static gboolean is_connecting;

static void advance (struct request *self);

static void
request_free (gpointer data)
{
    struct request *self = data;

    g_clear_handle_id (&self->retry, g_source_remove);
    g_free (self->device);
    g_free (self);
}

static void
drop (struct request *self)
{
    g_hash_table_remove (requests, self->device);
    if (g_hash_table_size (requests) == 0) {
        g_clear_pointer (&requests, g_hash_table_unref);
        g_clear_object (&bus);
    }
}

static gboolean
on_retry (gpointer data)
{
    struct request *self = data;

    self->retry = 0;
    advance (self);
    return G_SOURCE_REMOVE;
}

/* A daemon that does not run will not be asked again; one that does not know the device may yet. */
static void
note_refusal (struct request *self, const GError *error)
{
    gboolean is_absent = g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
                         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);

    g_debug ("%s: %s", self->device, error->message);
    self->n_tries = is_absent ? BW_MODEM_GUARD_TRIES : self->n_tries + 1;
    if (self->n_tries < BW_MODEM_GUARD_TRIES && self->n_guards > 0)
        self->retry = g_timeout_add (BW_MODEM_GUARD_PAUSE_MS, on_retry, self);
}

/* Without an answer it may still have been heard. */
static gboolean
is_unanswered (const GError *error)
{
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
           || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree char *device = data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) answer =
                   g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
    struct request *self = g_hash_table_lookup (requests, device);

    self->is_asking = FALSE;
    if (self->is_away)
        self->is_away = FALSE; /* it was let go, or is gone itself */
    else if (answer != NULL || is_unanswered (error))
        self->is_away = TRUE;
    else
        note_refusal (self, error);
    advance (self);
}

static void
ask (struct request *self)
{
    self->is_asking = TRUE;
    g_dbus_connection_call (bus, DAEMON, DAEMON_PATH, DAEMON, "InhibitDevice",
                            g_variant_new ("(sb)", self->device, !self->is_away), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MS, NULL, on_answer,
                            g_strdup (self->device));
}

static void
advance_all (void)
{
    g_autoptr (GList) all = g_hash_table_get_values (requests);

    for (GList *l = all; l != NULL; l = l->next)
        advance (l->data);
}

static void
give_up_all (void)
{
    GHashTableIter iter;
    gpointer request = NULL;

    g_hash_table_iter_init (&iter, requests);
    while (g_hash_table_iter_next (&iter, NULL, &request))
        ((struct request *) request)->n_tries = BW_MODEM_GUARD_TRIES;
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GDBusConnection) found = g_bus_get_finish (result, &error);

    is_connecting = FALSE;
    if (found != NULL) /* a bus that goes away takes nobody with it */
        g_dbus_connection_set_exit_on_close (found, FALSE);
    if (requests == NULL)
        return;
    if (found == NULL) {
        g_debug ("no system bus: %s", error->message);
        give_up_all ();
    }
    g_set_object (&bus, found);
    advance_all ();
}

static void
connect_bus (void)
{
    if (is_connecting)
        return;
    is_connecting = TRUE;
    g_bus_get (G_BUS_TYPE_SYSTEM, NULL, on_bus, NULL);
}

/* The one place that decides what is said next: never two things at once about one device. */
static void
advance (struct request *self)
{
    gboolean is_wanted = self->n_guards > 0;

    if (self->is_asking || (is_wanted && self->retry != 0))
        return;
    if (!is_wanted && !self->is_away) {
        drop (self);
        return;
    }
    if (is_wanted && (self->is_away || self->n_tries >= BW_MODEM_GUARD_TRIES))
        return;
    if (bus == NULL)
        connect_bus ();
    else
        ask (self);
}

/* --- from any thread to the main context --- */

static gboolean
take (gpointer data)
{
    const char *device = data;
    struct request *self = NULL;

    if (requests == NULL)
        requests = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, request_free);
    self = g_hash_table_lookup (requests, device);
    if (self == NULL) {
        self = g_new0 (struct request, 1);
        self->device = g_strdup (device);
        g_hash_table_insert (requests, self->device, self);
    }
    self->n_guards++;
    self->n_tries = 0;
    advance (self);
    return G_SOURCE_REMOVE;
}

static gboolean
give_back (gpointer data)
{
    struct request *self = g_hash_table_lookup (requests, data);

    self->n_guards--;
    advance (self);
    return G_SOURCE_REMOVE;
}

static void
post (GSourceFunc func, const char *device)
{
    g_idle_add_full (G_PRIORITY_DEFAULT, func, g_strdup (device), g_free);
}

BwModemGuard *
bw_modem_guard_new_for_device (const char *device)
{
    BwModemGuard *self = g_new0 (BwModemGuard, 1);

    self->device = g_strdup (device);
    post (take, device);
    return self;
}

void
bw_modem_guard_free (BwModemGuard *self)
{
    if (self == NULL)
        return;
    post (give_back, self->device);
    g_free (self->device);
    g_free (self);
}

/* --- which device --- */

static GUdevDevice *
find_tty (GUdevClient *client, const char *path)
{
    g_autofree char *name = g_path_get_basename (path);
    GUdevDevice *tty = g_udev_client_query_by_subsystem_and_name (client, "tty", name);
    g_autofree char *real_name = NULL;
    char *real = NULL;

    if (tty != NULL)
        return tty;
    real = realpath (path, NULL); /* links such as /dev/serial/by-path/… */
    real_name = real == NULL ? NULL : g_path_get_basename (real);
    free (real);
    return real_name == NULL ? NULL
                             : g_udev_client_query_by_subsystem_and_name (client, "tty", real_name);
}

BwModemGuard *
bw_modem_guard_new (const char *address)
{
    const char *path =
        g_str_has_prefix (address, "serial://") ? address + strlen ("serial://") : address;
    g_autoptr (GUdevClient) client = NULL;
    g_autoptr (GUdevDevice) tty = NULL;
    g_autoptr (GUdevDevice) usb = NULL;

    if (strstr (path, "://") != NULL)
        return NULL;
    client = g_udev_client_new (NULL);
    tty = find_tty (client, path);
    if (tty == NULL)
        return NULL;
    usb = g_udev_device_get_parent_with_subsystem (tty, "usb", "usb_device");
    return usb == NULL ? NULL : bw_modem_guard_new_for_device (g_udev_device_get_sysfs_path (usb));
}
