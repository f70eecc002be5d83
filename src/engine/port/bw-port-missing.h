/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-error.h"

G_BEGIN_DECLS

/**
 * bw_port_explain_missing:
 * @proc: folder of the process list, "/proc" outside tests
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @device: path of a device that is not there
 *
 * Tells a wrong name from a board that could be expected: %BW_CAUSE_BRLTTY if an adapter is
 * plugged in, has no port, and brltty is running; %BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED if a USB
 * port was asked for and there is none at all; else %BW_CAUSE_NO_SUCH_PORT, with the ports that
 * are there. Reads files only. Threads: any but the interface's.
 *
 * Returns: (transfer full): the error.
 */
GError *bw_port_explain_missing (const char *proc, const char *sys, const char *device);

/**
 * bw_port_survey:
 * @proc: folder of the process list, "/proc" outside tests
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @dev: folder of the device nodes, "/dev" outside tests
 * @ret_ports: (out) (transfer full): the USB ports that can be opened: "/dev/ttyUSB0, …"; ""
 *
 * Looks for what keeps boards from appearing or from being opened, without opening anything: no
 * USB port at all, brltty, rights, and programs that hold a port. Reads files only. Threads: any
 * but the interface's.
 *
 * Returns: (transfer full) (element-type GError): what was found, empty when nothing is in the way
 */
GPtrArray *bw_port_survey (const char *proc, const char *sys, const char *dev, char **ret_ports);

G_END_DECLS
