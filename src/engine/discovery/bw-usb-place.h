/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Places of USB devices, as the kernel names them: bus, then the ports of the hubs on the way. */

/**
 * _bw_usb_place_make:
 * @sysfs_name: name of the USB device in sysfs: "1-2.3"
 * @interface: number of the interface the port belongs to; counts in the place unless 0, because
 *   adapters with several ports have one device
 *
 * Returns: (transfer full): "1-2.3", "1-2.3:1"
 */
char *_bw_usb_place_make (const char *sysfs_name, unsigned interface);

/**
 * _bw_usb_place_dup_text:
 * @sysfs_name: name of the USB device in sysfs
 * @interface: as above
 *
 * Returns: (transfer full): the place for people, translated: "USB 1, hub place 2, place 3"
 */
char *_bw_usb_place_dup_text (const char *sysfs_name, unsigned interface);

/**
 * _bw_usb_place_dup_mac:
 * @serial: (nullable): serial number of a chip's own USB
 *
 * Returns: (transfer full) (nullable): the MAC address it is, lower case with colons
 */
char *_bw_usb_place_dup_mac (const char *serial);

G_END_DECLS
