/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-missing.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bw-brltty-rule.h"
#include "bw-port-owner.h"
#include "bw-tty-usb.h"

/* As many names of ports go into a message. */
#define MAX_NAMES 8

/* Adapters that brltty takes for a Braille display; its udev rules name these. */
static const struct {
    uint16_t vendor;
    uint16_t product;
} mistaken[] = {
    { 0x10c4, 0xea60 },
    { 0x1a86, 0x7523 },
    { 0x0403, 0x6001 },
};

/* Real paths of the USB ttys, with their names. */
static GHashTable *
list_usb_ttys (const char *sys)
{
    GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *folder = g_build_filename (sys, "class", "tty", NULL);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *link = g_build_filename (folder, name, "device", NULL);
        g_autofree char *path = realpath (link, NULL);

        if (path != NULL && strstr (path, "/usb") != NULL)
            g_hash_table_insert (found, g_strdup (name), g_strdup (path));
    }
    return found;
}

static gboolean
is_mistaken (const char *device)
{
    uint16_t vendor = 0;
    uint16_t product = 0;

    if (!bw_tty_usb_read_ids (device, &vendor, &product))
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (mistaken); i++)
        if (mistaken[i].vendor == vendor && mistaken[i].product == product)
            return TRUE;
    return FALSE;
}

static gboolean
has_tty (GHashTable *ttys, const char *device)
{
    g_autofree char *below = g_strconcat (device, "/", NULL);
    GHashTableIter iter;
    gpointer path = NULL;

    g_hash_table_iter_init (&iter, ttys);
    while (g_hash_table_iter_next (&iter, NULL, &path))
        if (g_str_has_prefix (path, below))
            return TRUE;
    return FALSE;
}

/* An adapter that is plugged in and has no port: somebody took it from its driver. */
static char *
find_robbed_adapter (const char *sys, GHashTable *ttys)
{
    g_autofree char *folder = g_build_filename (sys, "bus", "usb", "devices", NULL);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *link = g_build_filename (folder, name, NULL);
        g_autofree char *device = realpath (link, NULL);

        if (device != NULL && is_mistaken (device) && !has_tty (ttys, device))
            return g_strdup (name);
    }
    return NULL;
}

static gboolean
is_usb_name (const char *device)
{
    return g_str_has_prefix (device, "/dev/ttyUSB") || g_str_has_prefix (device, "/dev/ttyACM")
           || g_str_has_prefix (device, "/dev/serial/");
}

static char *
dup_names (GHashTable *ttys)
{
    g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (ttys), (GCompareFunc) strcmp);
    GString *text = g_string_new (NULL);
    int n = 0;

    for (const GList *l = names; l != NULL && n < MAX_NAMES; l = l->next, n++)
        g_string_append_printf (text, "%s/dev/%s", n == 0 ? "" : ", ", (const char *) l->data);
    return g_string_free (text, FALSE);
}

/* @robbed: place of an adapter that brltty took. */
static GError *
offer_rule (GError *error, const char *sys, const char *robbed)
{
    g_autofree char *rule = bw_brltty_rule_dup (sys, robbed);

    bw_error_set_offer (error, rule);
    return error;
}

static GError *
explain_none (const char *proc, const char *sys, GHashTable *ttys)
{
    g_autofree char *robbed = find_robbed_adapter (sys, ttys);
    pid_t brltty = robbed == NULL ? 0 : bw_port_owner_find_program (proc, "brltty");

    if (brltty != 0)
        return offer_rule (
            bw_error_new (BW_CAUSE_BRLTTY,
                          _ ("the USB adapter at %s has no port, and brltty is running (pid %d)"),
                          robbed, (int) brltty),
            sys, robbed);
    return g_hash_table_size (ttys) > 0 ? NULL
                                        : bw_error_new (BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED,
                                                        _ ("no USB device here has a serial port"));
}

/* Why @device could not be opened now; NULL when it could. */
static GError *
explain_port (const char *proc, const char *sys, const char *device)
{
    g_autofree char *holder = NULL;
    pid_t pid = 0;

    if (access (device, R_OK | W_OK) != 0)
        return bw_port_explain_open_failure (proc, sys, device, errno);
    if (bw_port_owner_find (proc, device, &pid, &holder))
        return bw_port_explain_open_failure (proc, sys, device, EBUSY);
    return NULL;
}

GPtrArray *
bw_port_survey (const char *proc, const char *sys, const char *dev, char **ret_ports)
{
    GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
    g_autoptr (GHashTable) ttys = list_usb_ttys (sys);
    g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (ttys), (GCompareFunc) strcmp);
    GError *none = explain_none (proc, sys, ttys);
    GString *ports = g_string_new (NULL);

    if (none != NULL)
        g_ptr_array_add (found, none);
    for (const GList *l = names; l != NULL; l = l->next) {
        g_autofree char *device = g_build_filename (dev, l->data, NULL);
        GError *error = explain_port (proc, sys, device);

        if (error != NULL)
            g_ptr_array_add (found, error);
        else
            g_string_append_printf (ports, "%s%s", ports->len > 0 ? ", " : "", device);
    }
    *ret_ports = g_string_free (ports, FALSE);
    return found;
}

GError *
bw_port_explain_missing (const char *proc, const char *sys, const char *device)
{
    g_autoptr (GHashTable) ttys = list_usb_ttys (sys);
    g_autofree char *robbed = find_robbed_adapter (sys, ttys);
    g_autofree char *names = dup_names (ttys);
    pid_t brltty = robbed == NULL ? 0 : bw_port_owner_find_program (proc, "brltty");

    if (brltty != 0)
        return offer_rule (
            bw_error_new (BW_CAUSE_BRLTTY,
                          _ ("%s is not there, the USB adapter at %s has no port, and brltty is "
                             "running (pid %d)"),
                          device, robbed, (int) brltty),
            sys, robbed);
    if (*names != '\0')
        return bw_error_new (BW_CAUSE_NO_SUCH_PORT, _ ("%s is not there; there are %s"), device,
                             names);
    if (is_usb_name (device))
        return bw_error_new (BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED,
                             _ ("%s is not there, and no USB device here has a serial port"),
                             device);
    return bw_error_new (BW_CAUSE_NO_SUCH_PORT, _ ("%s is not there"), device);
}
