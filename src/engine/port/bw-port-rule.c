/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port-rule"
#include "config.h"

#include "bw-port-rule.h"

#include <glib/gi18n-lib.h>

#include "bw-tty-usb.h"

char *
bw_port_rule_dup (const char *sys, const char *path)
{
    g_autofree char *device = bw_tty_usb_dup_device (sys, path);
    g_autofree char *comment = NULL;
    uint16_t vendor = 0;
    uint16_t product = 0;

    if (device == NULL || !bw_tty_usb_read_ids (device, &vendor, &product))
        return NULL;
    /* translators: a comment in a file; name of a USB adapter: "10c4", "ea60" */
    comment = g_strdup_printf (_ ("whoever sits at this machine may use USB adapters %04x:%04x"),
                               vendor, product);
    return g_strdup_printf ("# " BW_PORT_RULE_FILE "\n"
                            "# %s\n"
                            "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"%04x\","
                            " ATTRS{idProduct}==\"%04x\", ENV{ID_MM_DEVICE_IGNORE}=\"1\","
                            " TAG+=\"uaccess\"\n",
                            comment, vendor, product);
}
