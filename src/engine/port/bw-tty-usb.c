/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-tty-usb"
#include "config.h"

#include "bw-tty-usb.h"

#include <stdlib.h>
#include <string.h>

#include "bw-number.h"

#define SCHEME "serial://"

/* Folder of what is below a tty: an interface, or a serial port of it. */
static char *
dup_below (const char *sys, const char *path)
{
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *link = g_build_filename (sys, "class", "tty", name, "device", NULL);

    return realpath (link, NULL);
}

/* "1-2.3" is a device, "1-2.3:1.0" an interface of it, "usb1" the computer's own hub. */
static gboolean
is_name_of (const char *name, const char *characters, const char *needed)
{
    return g_ascii_isdigit (*name) && strpbrk (name, needed) != NULL
           && name[strspn (name, characters)] == '\0';
}

static char *
dup_above (const char *sys, const char *address, const char *characters, const char *needed)
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
        char *slash = strrchr (folder, '/');

        if (is_name_of (name, characters, needed))
            return g_steal_pointer (&folder);
        if (slash == NULL || slash == folder)
            break;
        *slash = '\0';
    }
    return NULL;
}

char *
bw_tty_usb_dup_device (const char *sys, const char *address)
{
    return dup_above (sys, address, "0123456789-.", "-");
}

char *
bw_tty_usb_dup_driver (const char *sys, const char *address)
{
    g_autofree char *interface = dup_above (sys, address, "0123456789-.:", ":");
    g_autofree char *path = interface == NULL ? NULL : g_build_filename (interface, "uevent", NULL);
    g_autofree char *text = NULL;
    g_auto (GStrv) lines = NULL;

    if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
        return NULL;
    lines = g_strsplit (text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix (*line, "DRIVER="))
            return g_utf8_make_valid (*line + strlen ("DRIVER="), -1);
    return NULL;
}

static gboolean
read_id (const char *device, const char *name, uint16_t *ret_id)
{
    g_autofree char *path = g_build_filename (device, name, NULL);
    g_autofree char *text = NULL;
    uint64_t id = 0;

    if (!g_file_get_contents (path, &text, NULL, NULL)
        || !bw_number_parse (g_strstrip (text), 16, 0, UINT16_MAX, &id))
        return FALSE;
    *ret_id = (uint16_t) id;
    return TRUE;
}

gboolean
bw_tty_usb_read_ids (const char *device, uint16_t *ret_vendor, uint16_t *ret_product)
{
    return read_id (device, "idVendor", ret_vendor) && read_id (device, "idProduct", ret_product);
}
