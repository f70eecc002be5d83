/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Which USB device a serial port belongs to. Reads links of sysfs. Threads: any but the
 * interface's. */

/**
 * bw_tty_usb_dup_device:
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @address: address of a port: "/dev/ttyUSB0", "serial:///dev/serial/by-path/…"
 *
 * Returns: (transfer full) (nullable): real path of the device in sysfs, whose last part is its place
 *   on the bus: "…/usb1/1-1/1-1.2"; %NULL for what is no serial port on USB
 */
char *bw_tty_usb_dup_device (const char *sys, const char *address);

/**
 * bw_tty_usb_dup_driver:
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @address: address of a port
 *
 * Returns: (transfer full) (nullable): the kernel's driver for the interface: "cp210x"; %NULL for
 *   what is no serial port on USB
 */
char *bw_tty_usb_dup_driver (const char *sys, const char *address);

/**
 * bw_tty_usb_read_ids:
 * @device: folder of a USB device in sysfs
 * @ret_vendor: (out): its vendor id
 * @ret_product: (out): its product id
 *
 * Returns: %FALSE if it is none, or has gone
 */
gboolean bw_tty_usb_read_ids (const char *device, uint16_t *ret_vendor, uint16_t *ret_product);

G_END_DECLS
