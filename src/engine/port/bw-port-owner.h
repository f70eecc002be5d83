/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sys/types.h>

#include "bw-error.h"

G_BEGIN_DECLS

/* Who keeps us from a port: looks through /proc and the rights of the device node, and turns a
 * failed open into a cause with evidence. Reads files only; may take some milliseconds.
 * Threads: any but the interface's. */

/* Where the lists of processes and devices are, unless a test says otherwise. */
#define BW_PORT_OWNER_PROC "/proc"
#define BW_PORT_OWNER_SYS "/sys"

/**
 * bw_port_owner_find:
 * @proc: folder of the process list, %BW_PORT_OWNER_PROC
 * @device: real path of a device node
 * @ret_pid: set to the process that has @device open, when one is found
 * @ret_name: (transfer full): set to its command name then
 *
 * Without rights over other users' processes only one's own are seen.
 *
 * Returns: TRUE if a process other than this one was found.
 */
gboolean bw_port_owner_find (const char *proc, const char *device, pid_t *ret_pid, char **ret_name);

/**
 * bw_port_owner_dup_name:
 * @proc: folder of the process list
 * @pid: a process
 *
 * Returns: (transfer full) (nullable): its command name; %NULL where it is not to be seen
 */
char *bw_port_owner_dup_name (const char *proc, pid_t pid);

/**
 * bw_port_owner_find_program:
 * @proc: folder of the process list
 * @name: command name
 *
 * Returns: process number of a running program of this name; 0 if there is none.
 */
pid_t bw_port_owner_find_program (const char *proc, const char *name);

/**
 * bw_port_explain_open_failure:
 * @proc: folder of the process list
 * @sys: folder of the kernel's devices, %BW_PORT_OWNER_SYS
 * @device: path that could not be opened
 * @error_number: errno of the attempt
 *
 * Returns: (transfer full): the error: %BW_CAUSE_PERMISSION (which group owns the device; for
 * one on USB a udev rule is offered),
 * %BW_CAUSE_BUSY (which process), %BW_CAUSE_MODEM_MANAGER or %BW_CAUSE_BRLTTY (if it is that),
 * what bw_port_explain_missing() gives if there is no @device, %BW_CAUSE_NO_SERIAL_PORT if it is
 * something else, else %BW_CAUSE_NO_SUCH_PORT.
 */
GError *bw_port_explain_open_failure (const char *proc,
                                      const char *sys,
                                      const char *device,
                                      int error_number);

G_END_DECLS
