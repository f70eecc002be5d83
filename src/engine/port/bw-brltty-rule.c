/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-brltty-rule"
#include "config.h"

#include "bw-brltty-rule.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Many adapters of a kind have the same short number: "0001". */
#define SERIAL_LEAST 6u
#define SERIAL_MOST 64u
/* What stands for itself in a rule, where *, ?, [, | and quotes do not. */
#define PLAIN "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.:_-"
#define HEX "0123456789abcdef"

static char *
read_text (const char *sys, const char *place, const char *name)
{
    g_autofree char *path = g_build_filename (sys, "bus", "usb", "devices", place, name, NULL);
    char *text = NULL;

    return g_file_get_contents (path, &text, NULL, NULL) ? g_strchomp (text) : NULL;
}

static gboolean
is_id (const char *text)
{
    return text != NULL && strlen (text) == 4 && strspn (text, HEX) == 4;
}

static gboolean
is_own_serial (const char *text)
{
    size_t len = text == NULL ? 0 : strlen (text);

    return len >= SERIAL_LEAST && len <= SERIAL_MOST && strspn (text, PLAIN) == len;
}

char *
bw_brltty_rule_dup (const char *sys, const char *place)
{
    g_autofree char *vendor = NULL;
    g_autofree char *product = NULL;
    g_autofree char *serial = NULL;
    g_autofree char *which = NULL;
    g_autofree char *comment = NULL;

    if (place == NULL || *place == '\0' || strspn (place, PLAIN) != strlen (place))
        return NULL;
    vendor = read_text (sys, place, "idVendor");
    product = read_text (sys, place, "idProduct");
    serial = read_text (sys, place, "serial");
    if (!is_id (vendor) || !is_id (product))
        return NULL;
    which = is_own_serial (serial) ? g_strdup_printf ("ATTR{serial}==\"%s\"", serial)
                                   : g_strdup_printf ("KERNEL==\"%s\"", place);
    /* translators: a comment in a file; name of a USB adapter, its place on the bus: "1a86", "7523",
     * "1-2" */
    comment = g_strdup_printf (_ ("brltty leaves the USB adapter %s:%s at %s alone"), vendor,
                               product, place);
    return g_strdup_printf ("# " BW_BRLTTY_RULE_FILE "\n"
                            "# %s\n"
                            "SUBSYSTEM==\"usb\", %s, ATTR{idVendor}==\"%s\","
                            " ATTR{idProduct}==\"%s\", ENV{BRLTTY_BRAILLE_DRIVER}==\"?*\","
                            " ENV{BRLTTY_BRAILLE_DRIVER}=\"\", ENV{BRLTTY_BRAILLE_DEVICE}=\"\","
                            " ENV{SYSTEMD_WANTS}=\"\"\n",
                            comment, which, vendor, product);
}
