/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <libserialport.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bw-port-kinds.h"
#include "bw-port-owner.h"
#include "bw-port-poll.h"
#include "bw-port-private.h"
#include "bw-port-pty.h"
#include "bw-tty-control.h"
#include "bw-tty-settings.h"
#include "bw-tty-usb.h"
#include "bw-uucp-lock.h"

/* A serial device of this machine. libserialport says what it is, unless it does not know it (ptys,
 * serial lines of virtual machines). It is opened here: what libserialport opens it also sets up,
 * before anybody could lock it, and the settings may be another program's. */

#define BW_TYPE_PORT_TTY (bw_port_tty_get_type ())
G_DECLARE_FINAL_TYPE (BwPortTty, bw_port_tty, BW, PORT_TTY, BwPort)

struct _BwPortTty {
    BwPort parent_instance;
    char *path;      /* as the user named it */
    char *real_path; /* of the device node */
    char *bus_place; /* (nullable) where on the USB it sits; outlives the device */
    int fd;
    gboolean is_taken; /* the device is ours: what is in its buffers, too */
    int control_fd;    /* of a virtual board, else -1 */
    struct BwPortPty pty;
};

G_DEFINE_FINAL_TYPE (BwPortTty, bw_port_tty, BW_TYPE_PORT)

#define SYSFS "/sys"
#define SYSFS_TTY SYSFS "/class/tty"
#define CHIP_VENDOR 0x303au

/* The name under which the kernel knows a device, which is no link; else where links lead. */
static char *
dup_real_path (const char *path)
{
    struct sp_port *known = NULL;
    g_autofree char *resolved = NULL;

    if (sp_get_port_by_name (path, &known) == SP_OK) {
        sp_free_port (known);
        return g_strdup (path);
    }
    resolved = realpath (path, NULL);
    return g_strdup (resolved);
}

/* "/sys/class/tty/ttyUSB0/device" leads to the interface; its name, such as "1-2:1.0", is the place
 * on the bus. usb-serial puts one more folder, named like the tty, below it. */
static char *
dup_bus_place (const char *tty_name)
{
    g_autofree char *link = g_build_filename (SYSFS_TTY, tty_name, "device", NULL);
    g_autofree char *resolved = realpath (link, NULL);
    g_autofree char *name = resolved == NULL ? NULL : g_path_get_basename (resolved);
    g_autofree char *parent = NULL;

    if (g_strcmp0 (name, tty_name) != 0)
        return g_steal_pointer (&name);
    parent = g_path_get_dirname (resolved);
    return g_path_get_basename (parent);
}

static size_t
get_socket_len (const char *bus_place)
{
    return strcspn (bus_place, ":");
}

static gboolean
is_same_socket (const char *a, const char *b)
{
    return get_socket_len (a) == get_socket_len (b) && strncmp (a, b, get_socket_len (a)) == 0;
}

/* A chip on its own USB is another device with every program that it runs, and which of its
 * interfaces is the port changes, too. Adapters with several ports have a board at each. */
static gboolean
has_become_another (BwPort *self, const char *tty_name)
{
    g_autofree char *device = bw_tty_usb_dup_device (SYSFS, tty_name);
    uint16_t vendor = 0;
    uint16_t product = 0;

    return device != NULL && bw_tty_usb_read_ids (device, &vendor, &product)
           && vendor == CHIP_VENDOR
           && (vendor != bw_port_get_usb_vendor (self)
               || product != bw_port_get_usb_product (self));
}

/* At the very place, else the first port of what has become another device in the same socket. */
static char *
find_at_place (BwPort *self, const char *bus_place)
{
    g_autoptr (GDir) dir = g_dir_open (SYSFS_TTY, 0, NULL);
    g_autofree char *first = NULL; /* place of the best one so far */
    g_autofree char *found = NULL;
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *place = dup_bus_place (name);

        if (g_strcmp0 (place, bus_place) == 0)
            return g_build_filename ("/dev", name, NULL);
        if (place == NULL || !is_same_socket (place, bus_place)
            || (first != NULL && strcmp (place, first) > 0) || !has_become_another (self, name))
            continue;
        g_free (found);
        found = g_build_filename ("/dev", name, NULL);
        g_free (first);
        first = g_steal_pointer (&place);
    }
    return g_steal_pointer (&found);
}

static char *
find_again (BwPort *port)
{
    BwPortTty *self = BW_PORT_TTY (port);
    char *found = self->bus_place == NULL ? NULL : find_at_place (port, self->bus_place);

    if (found != NULL) {
        g_free (self->path);
        self->path = g_strdup (found);
    }
    return found;
}

static char *
dup_device (BwPort *port)
{
    return dup_real_path (BW_PORT_TTY (port)->path);
}

static gboolean
fail_open (BwPortTty *self, int error_number, GError **error)
{
    const char *device = self->real_path == NULL ? self->path : self->real_path;

    g_propagate_error (error, bw_port_explain_open_failure (BW_PORT_OWNER_PROC, BW_PORT_OWNER_SYS,
                                                            device, error_number));
    return FALSE;
}

static void
learn_usb (BwPortTty *self, const struct sp_port *known)
{
    g_autofree char *name = g_path_get_basename (self->real_path);
    int vendor = 0;
    int product = 0;

    if (sp_get_port_transport (known) != SP_TRANSPORT_USB
        || sp_get_port_usb_vid_pid (known, &vendor, &product) != SP_OK)
        return;
    _bw_port_set_usb_ids (BW_PORT (self), (uint16_t) vendor, (uint16_t) product);
    g_free (self->bus_place);
    self->bus_place = dup_bus_place (name);
}

/* Exclusively, before anything of it is changed. */
static gboolean
open_and_take (BwPortTty *self, GError **error)
{
    int failed = 0;

    self->fd = open (self->real_path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (self->fd < 0)
        return fail_open (self, errno, error);
    failed = _bw_tty_take (self->fd);
    self->is_taken = failed == 0;
    if (failed == 0)
        failed = _bw_tty_set_raw (self->fd, BW_PORT_FIRST_BAUD);
    return failed == 0 || fail_open (self, failed, error);
}

static gboolean
settle_lines (BwPortTty *self, GCancellable *cancellable, GError **error)
{
    BwPortAbilities abilities = BW_PORT_ABILITY_LOCAL | BW_PORT_ABILITY_BAUD;
    int failed = 0;

    self->control_fd = _bw_tty_control_connect (self->path);
    if (self->control_fd >= 0) {
        if (!_bw_tty_control_order (BW_PORT (self), self->control_fd, "lines 0 0\n", cancellable,
                                    error))
            return FALSE;
        abilities |= BW_PORT_ABILITY_LINES | BW_PORT_ABILITY_ATOMIC;
    } else {
        failed = _bw_tty_set_lines (self->fd, FALSE, FALSE);
        if (failed == 0)
            abilities |= BW_PORT_ABILITY_LINES | BW_PORT_ABILITY_ATOMIC;
        else if (failed != ENOTTY && failed != EINVAL)
            return fail_open (self, failed, error);
    }
    _bw_port_set_abilities (BW_PORT (self), abilities);
    return TRUE;
}

/* Names are given anew when devices leave and come: the same name at another socket of a hub is
 * another board. (The interface behind the colon may change with what a board runs.) */
static gboolean
check_place (BwPortTty *self, GError **error)
{
    g_autofree char *name = g_path_get_basename (self->real_path);
    g_autofree char *now = self->bus_place == NULL ? NULL : dup_bus_place (name);

    if (now == NULL || is_same_socket (now, self->bus_place))
        return TRUE;
    bw_set_error (error, BW_CAUSE_UNPLUGGED, _ ("%s is at %s now, the device was at %s"),
                  self->real_path, now, self->bus_place);
    return FALSE;
}

static gboolean
check_pty (BwPortTty *self, GError **error)
{
    if (bw_port_pty_may_open (&self->pty, self->path))
        return TRUE;
    bw_set_error (error, BW_CAUSE_UNPLUGGED,
                  _ ("%s is gone, its number may be another program's now"), self->real_path);
    return FALSE;
}

/* Who locks by file alone does not keep us out, and would be disturbed. */
static gboolean
check_lock (BwPortTty *self, GError **error)
{
    g_autofree char *name = NULL;
    pid_t pid = bw_uucp_lock_find (BW_UUCP_LOCK_FOLDER, BW_PORT_OWNER_PROC, self->real_path, &name);

    if (pid == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_BUSY, _ ("%s is held by %s (pid %d)"), self->real_path, name,
                  (int) pid);
    return FALSE;
}

static gboolean
open_device (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortTty *self = BW_PORT_TTY (port);
    struct sp_port *known = NULL;

    g_clear_pointer (&self->real_path, g_free);
    self->real_path = dup_real_path (self->path);
    if (self->real_path == NULL)
        return fail_open (self, errno, error);
    if (!check_place (self, error) || !check_pty (self, error) || !check_lock (self, error))
        return FALSE;
    if (sp_get_port_by_name (self->real_path, &known) == SP_OK) {
        learn_usb (self, known);
        sp_free_port (known);
    }
    if (!open_and_take (self, error))
        return FALSE;
    bw_port_pty_note_open (&self->pty, self->path, self->real_path);
    return settle_lines (self, cancellable, error);
}

static void
clear_fd (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

static void
close_device (BwPort *port)
{
    BwPortTty *self = BW_PORT_TTY (port);

    if (self->fd >= 0)
        bw_port_pty_note_close (&self->pty, self->fd);
    /* of a port that another program holds nothing may be flushed or unlocked */
    if (self->fd >= 0 && self->is_taken)
        _bw_tty_release (self->fd);
    self->is_taken = FALSE;
    clear_fd (&self->fd);
    clear_fd (&self->control_fd);
}

static ssize_t
read_bytes (BwPort *port,
            void *ret_buf,
            size_t len,
            int64_t deadline_us,
            GCancellable *cancellable,
            GError **error)
{
    return _bw_port_read_fd (port, BW_PORT_TTY (port)->fd, BW_CAUSE_UNPLUGGED, ret_buf, len,
                             deadline_us, cancellable, error);
}

static gboolean
write_bytes (BwPort *port,
             const void *buf,
             size_t len,
             int64_t deadline_us,
             GCancellable *cancellable,
             GError **error)
{
    return _bw_port_write_fd (port, BW_PORT_TTY (port)->fd, BW_CAUSE_UNPLUGGED, buf, len,
                              deadline_us, cancellable, error)
           == len;
}

/* @what: what was tried, as translators know it. */
static gboolean
fail_ioctl (const char *what, int error_number, GError **error)
{
    BwCause cause = BW_CAUSE_INTERNAL;

    if (error_number == EIO || error_number == ENODEV || error_number == ENXIO)
        cause = BW_CAUSE_UNPLUGGED;
    else if (error_number == EINVAL || error_number == ERANGE)
        cause = BW_CAUSE_REFUSED;
    bw_set_error (error, cause, "%s: %s", what, g_strerror (error_number));
    return FALSE;
}

static gboolean
discard_input (BwPort *port, GCancellable *cancellable, GError **error)
{
    int failed = _bw_tty_flush_input (BW_PORT_TTY (port)->fd);

    return failed == 0 || fail_ioctl (_ ("discard input"), failed, error);
}

static gboolean
set_baud (BwPort *port,
          uint32_t baud,
          uint32_t *ret_in_force,
          GCancellable *cancellable,
          GError **error)
{
    int failed = _bw_tty_set_baud (BW_PORT_TTY (port)->fd, baud, ret_in_force);

    return failed == 0 || fail_ioctl (_ ("set baud"), failed, error);
}

static gboolean
set_lines (BwPort *port, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    BwPortTty *self = BW_PORT_TTY (port);
    gboolean has_dtr = (lines & BW_PORT_LINE_DTR) != 0;
    gboolean has_rts = (lines & BW_PORT_LINE_RTS) != 0;
    int failed = 0;

    if (self->control_fd >= 0) {
        g_autofree char *order = g_strdup_printf ("lines %d %d\n", has_dtr, has_rts);

        return _bw_tty_control_order (port, self->control_fd, order, cancellable, error);
    }
    failed = _bw_tty_set_lines (self->fd, has_dtr, has_rts);
    return failed == 0 || fail_ioctl (_ ("set lines"), failed, error);
}

static gboolean
set_break (BwPort *port, gboolean is_on, GCancellable *cancellable, GError **error)
{
    BwPortTty *self = BW_PORT_TTY (port);
    int failed = 0;

    if (self->control_fd >= 0)
        return _bw_tty_control_order (port, self->control_fd, is_on ? "break 1\n" : "break 0\n",
                                      cancellable, error);
    failed = _bw_tty_set_break (self->fd, is_on);
    return failed == 0 || fail_ioctl (_ ("set break"), failed, error);
}

static void
bw_port_tty_finalize (GObject *object)
{
    BwPortTty *self = BW_PORT_TTY (object);

    g_free (self->path);
    g_free (self->real_path);
    g_free (self->bus_place);
    G_OBJECT_CLASS (bw_port_tty_parent_class)->finalize (object);
}

static void
bw_port_tty_class_init (BwPortTtyClass *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = bw_port_tty_finalize;
    port_class->open = open_device;
    port_class->close = close_device;
    port_class->read = read_bytes;
    port_class->write = write_bytes;
    port_class->discard_input = discard_input;
    port_class->set_baud = set_baud;
    port_class->set_lines = set_lines;
    port_class->set_break = set_break;
    port_class->find_again = find_again;
    port_class->dup_device = dup_device;
}

static void
bw_port_tty_init (BwPortTty *self)
{
    self->fd = -1;
    self->control_fd = -1;
}

BwPort *
_bw_port_tty_open (const char *address, const char *path, GCancellable *cancellable, GError **error)
{
    g_autofree char *real_path = dup_real_path (path);
    BwPortTty *self = NULL;

    if (*path != '/' && strstr (address, "://") != NULL) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("\"%s\" is not of the form serial:///path"),
                      address);
        return NULL;
    }
    self = g_object_new (BW_TYPE_PORT_TTY, NULL);
    self->path = g_strdup (path);
    return _bw_port_open_new (BW_PORT (self), address, real_path == NULL ? path : real_path,
                              cancellable, error);
}
