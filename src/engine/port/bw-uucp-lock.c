/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-uucp-lock"
#include "config.h"

#include "bw-uucp-lock.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "bw-number.h"
#include "bw-port-owner.h"

/* What is not named like one, such as a pty, is not locked so: its name is a mere number. */
#define TTY "tty"

/* The process in decimal digits, or as the old ones did it in four bytes. */
static pid_t
parse_pid (char *text, size_t len)
{
    uint64_t pid = 0;
    int32_t raw = 0;

    if (bw_number_parse (g_strstrip (text), 10, 1, G_MAXINT, &pid))
        return (pid_t) pid;
    if (len != sizeof raw)
        return 0;
    memcpy (&raw, text, sizeof raw);
    return MAX (raw, 0);
}

pid_t
bw_uucp_lock_find (const char *folder, const char *proc, const char *device, char **ret_name)
{
    g_autofree char *tty = g_path_get_basename (device);
    g_autofree char *path = g_strdup_printf ("%s/LCK..%s", folder, tty);
    g_autofree char *text = NULL;
    g_autofree char *name = NULL;
    size_t len = 0;
    pid_t pid = 0;

    if (!g_str_has_prefix (tty, TTY) || !g_file_get_contents (path, &text, &len, NULL))
        return 0;
    pid = parse_pid (text, len);
    name = pid == 0 || pid == getpid () ? NULL : bw_port_owner_dup_name (proc, pid);
    if (name == NULL)
        return 0;
    *ret_name = g_steal_pointer (&name);
    return pid;
}
