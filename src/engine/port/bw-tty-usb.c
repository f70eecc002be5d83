/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-tty-usb"
#include "config.h"

#include "bw-tty-usb.h"

#include <stdlib.h>
#include <string.h>

#define SCHEME "serial://"

/* Folder of what is below a tty: an interface, or a serial port of it. */
static char *
dup_below (const char *sys, const char *path)
{
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *link = g_build_filename (sys, "class", "tty", name, "device", NULL);
    g_autofree char *found = realpath (link, NULL);

    /* a folder of our own, whoever allocated it */
    return g_strdup (found);
}

/* "1-2.3" is a device, "1-2.3:1.0" an interface of it, "usb1" the computer's own hub. */
static gboolean
is_device_name (const char *name)
{
    return g_ascii_isdigit (*name) && strchr (name, '-') != NULL
           && name[strspn (name, "0123456789-.")] == '\0';
}

char *
bw_tty_usb_dup_device (const char *sys, const char *address)
{
    const char *path = g_str_has_prefix (address, SCHEME) ? address + strlen (SCHEME) : address;
    g_autofree char *real = NULL;
    g_autofree char *folder = NULL;

    if (strstr (path, "://") != NULL)
        return NULL;
    folder = dup_below (sys, path);
    real = folder == NULL ? realpath (path, NULL) : NULL;
    if (real != NULL)
        folder = dup_below (sys, real);
    while (folder != NULL) {
        g_autofree char *name = g_path_get_basename (folder);
        char *slash = NULL;

        if (is_device_name (name))
            return g_steal_pointer (&folder);
        slash = strrchr (folder, '/');
        if (slash == NULL || slash == folder)
            break;
        *slash = '\0';
    }
    return NULL;
}
