/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-owner.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <grp.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-brltty-rule.h"
#include "bw-number.h"
#include "bw-port-missing.h"
#include "bw-port-rule.h"
#include "bw-tty-usb.h"

#define MAX_GROUP_BYTES 16384

/* Programs that take every new port to see what it is, and what that is called. */
static const struct {
    const char *name;
    BwCause cause;
} meddlers[] = {
    { "ModemManager", BW_CAUSE_MODEM_MANAGER },
    { "brltty", BW_CAUSE_BRLTTY },
};

static char *
dup_command_name (const char *proc, const char *pid)
{
    g_autofree char *path = g_build_filename (proc, pid, "comm", NULL);
    g_autofree char *name = NULL;

    if (!g_file_get_contents (path, &name, NULL, NULL))
        return g_strdup ("?");
    /* a program may call itself anything, and people are shown it */
    return g_utf8_make_valid (g_strstrip (name), -1);
}

static gboolean
is_same_device (const char *link, const char *device, const struct stat *device_stat)
{
    g_autofree char *target = g_file_read_link (link, NULL);
    struct stat target_stat = { 0 };

    if (g_strcmp0 (target, device) == 0)
        return TRUE;
    return S_ISCHR (device_stat->st_mode) && stat (link, &target_stat) == 0
           && S_ISCHR (target_stat.st_mode) && target_stat.st_rdev == device_stat->st_rdev;
}

static gboolean
has_open (const char *proc, const char *pid, const char *device, const struct stat *device_stat)
{
    g_autofree char *folder = g_build_filename (proc, pid, "fd", NULL);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *link = g_build_filename (folder, name, NULL);

        if (is_same_device (link, device, device_stat))
            return TRUE;
    }
    return FALSE;
}

static pid_t
parse_pid (const char *name)
{
    uint64_t pid = 0;

    if (!bw_number_parse (name, 10, 1, G_MAXINT, &pid))
        return 0;
    return (pid_t) pid;
}

gboolean
bw_port_owner_find (const char *proc, const char *device, pid_t *ret_pid, char **ret_name)
{
    g_autoptr (GDir) dir = g_dir_open (proc, 0, NULL);
    struct stat device_stat = { 0 };
    const char *name = NULL;

    if (stat (device, &device_stat) < 0)
        device_stat.st_mode = 0;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        pid_t pid = parse_pid (name);

        if (pid == 0 || pid == getpid () || !has_open (proc, name, device, &device_stat))
            continue;
        *ret_pid = pid;
        *ret_name = dup_command_name (proc, name);
        return TRUE;
    }
    return FALSE;
}

char *
bw_port_owner_dup_name (const char *proc, pid_t pid)
{
    g_autofree char *folder = g_strdup_printf ("%d", (int) pid);
    g_autofree char *path = g_build_filename (proc, folder, NULL);

    return g_file_test (path, G_FILE_TEST_IS_DIR) ? dup_command_name (proc, folder) : NULL;
}

pid_t
bw_port_owner_find_program (const char *proc, const char *name)
{
    g_autoptr (GDir) dir = g_dir_open (proc, 0, NULL);
    const char *entry = NULL;

    while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL) {
        g_autofree char *found = parse_pid (entry) == 0 ? NULL : dup_command_name (proc, entry);

        if (g_strcmp0 (found, name) == 0)
            return parse_pid (entry);
    }
    return 0;
}

static GError *
explain_busy (const char *proc, const char *device)
{
    g_autofree char *name = NULL;
    pid_t pid = 0;

    if (bw_port_owner_find (proc, device, &pid, &name)) {
        for (size_t i = 0; i < G_N_ELEMENTS (meddlers); i++)
            if (g_str_equal (name, meddlers[i].name))
                return bw_error_new (meddlers[i].cause, _ ("%s is held by %s (pid %d)"), device,
                                     name, (int) pid);
        return bw_error_new (BW_CAUSE_BUSY, _ ("%s is held by %s (pid %d)"), device, name,
                             (int) pid);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (meddlers); i++) {
        pid = bw_port_owner_find_program (proc, meddlers[i].name);
        if (pid != 0)
            return bw_error_new (meddlers[i].cause,
                                 _ ("%s is held by a program of another user, and %s is running "
                                    "(pid %d)"),
                                 device, meddlers[i].name, (int) pid);
    }
    return bw_error_new (BW_CAUSE_BUSY, _ ("%s is held by a program that this user may not see"),
                         device);
}

static GError *
offer_rule (GError *error, const char *sys, const char *device)
{
    g_autofree char *folder = NULL;
    g_autofree char *place = NULL;
    g_autofree char *rule = NULL;

    if (bw_error_get_cause (error) != BW_CAUSE_BRLTTY)
        return error;
    folder = bw_tty_usb_dup_device (sys, device);
    place = folder == NULL ? NULL : g_path_get_basename (folder);
    rule = bw_brltty_rule_dup (sys, place);
    bw_error_set_offer (error, rule);
    return error;
}

static GError *
offer_port_rule (GError *error, const char *sys, const char *device)
{
    g_autofree char *rule = bw_port_rule_dup (sys, device);

    bw_error_set_offer (error, rule);
    return error;
}

static gboolean
is_in_group (gid_t gid)
{
    int room = getgroups (0, NULL);
    g_autofree gid_t *groups = g_new0 (gid_t, (gsize) MAX (room, 1));
    int n = room > 0 ? getgroups (room, groups) : 0;

    for (int i = 0; i < n; i++)
        if (groups[i] == gid)
            return TRUE;
    return getegid () == gid;
}

static char *
dup_group_name (gid_t gid)
{
    g_autofree char *buffer = g_malloc (MAX_GROUP_BYTES);
    struct group group = { 0 };
    struct group *found = NULL;

    if (getgrgid_r (gid, &group, buffer, MAX_GROUP_BYTES, &found) == 0 && found != NULL)
        return g_strdup (found->gr_name);
    return g_strdup_printf ("%u", (unsigned) gid);
}

static GError *
explain_permission (const char *device)
{
    struct stat st = { 0 };
    g_autofree char *group = NULL;

    if (stat (device, &st) < 0)
        return bw_error_new (BW_CAUSE_PERMISSION, "%s: %s", device, g_strerror (EACCES));
    group = dup_group_name (st.st_gid);
    if ((st.st_mode & S_IRGRP) == 0 || (st.st_mode & S_IWGRP) == 0)
        return bw_error_new (BW_CAUSE_PERMISSION,
                             _ ("%s has mode %03o: not even its group %s may use it"), device,
                             st.st_mode & 0777, group);
    if (is_in_group (st.st_gid))
        return bw_error_new (BW_CAUSE_PERMISSION,
                             _ ("%s belongs to group %s, you are in it, and it is still refused"),
                             device, group);
    /* in root's group somebody could do far more than use a board */
    if (st.st_gid == 0)
        return bw_error_new (
            BW_CAUSE_PERMISSION,
            _ ("%s belongs to group %s, which is not for people: a udev rule opens "
               "it to you"),
            device, group);
    return bw_error_new (BW_CAUSE_PERMISSION,
                         _ ("%s belongs to group %s, you are not in it: \"sudo usermod -aG %s %s\" "
                            "and a new login, or a udev rule"),
                         device, group, group, g_get_user_name ());
}

GError *
bw_port_explain_open_failure (const char *proc,
                              const char *sys,
                              const char *device,
                              int error_number)
{
    if (error_number == EACCES || error_number == EPERM)
        return offer_port_rule (explain_permission (device), sys, device);
    if (error_number == EBUSY || error_number == EAGAIN)
        return offer_rule (explain_busy (proc, device), sys, device);
    if (error_number == ENOENT)
        return bw_port_explain_missing (proc, sys, device);
    if (error_number == ENOTTY || error_number == EISDIR)
        return bw_error_new (BW_CAUSE_NO_SERIAL_PORT, _ ("%s is not a serial port"), device);
    return bw_error_new (BW_CAUSE_NO_SUCH_PORT, "%s: %s", device, g_strerror (error_number));
}
