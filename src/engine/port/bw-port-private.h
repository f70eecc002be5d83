/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* For the kinds of port only. Every function runs in the thread that owns the port. */

/* What one open port can do; decided while it opens. */
typedef enum {
    BW_PORT_ABILITY_NONE = 0,
    BW_PORT_ABILITY_LOCAL = 1 << 0,
    BW_PORT_ABILITY_LINES = 1 << 1,
    BW_PORT_ABILITY_ATOMIC = 1 << 2,
    BW_PORT_ABILITY_BAUD = 1 << 3,
} BwPortAbilities;

/* Rate of a port that was just opened, bits per second. */
#define BW_PORT_FIRST_BAUD 115200u

/**
 * BwPortClass:
 * @open: connects to bw_port_get_address() (nullable: nothing to do)
 * @close: lets go; also called for half-opened ports
 * @read: as bw_port_read()
 * @write: as bw_port_write(), of one byte or more
 * @discard_input: as bw_port_discard_input()
 * @set_baud: as bw_port_set_baud(); gives the rate in force (nullable: the port has no rate)
 * @set_lines: as bw_port_set_lines() (nullable: the port has no lines)
 * @set_break: as bw_port_set_break() (nullable: the port has no lines)
 * @wait: as bw_port_wait() (nullable: waits for the clock)
 * @find_again: name under which a lost device came back (nullable: the same)
 * @dup_device: name of the device it would open now, for its lease; %NULL: there is none (nullable:
 *   the same as ever)
 * @set_mask: as bw_port_set_mask(), for a port that uncovers what it plays (nullable: the recording
 *   is covered)
 *
 * What each kind of port does itself; recording and counting is done by the base.
 */
struct _BwPortClass {
    GObjectClass parent_class;
    gboolean (*open) (BwPort *self, GCancellable *cancellable, GError **error);
    void (*close) (BwPort *self);
    ssize_t (*read) (BwPort *self,
                     void *ret_buf,
                     size_t len,
                     int64_t deadline_us,
                     GCancellable *cancellable,
                     GError **error);
    gboolean (*write) (BwPort *self,
                       const void *buf,
                       size_t len,
                       int64_t deadline_us,
                       GCancellable *cancellable,
                       GError **error);
    gboolean (*discard_input) (BwPort *self, GCancellable *cancellable, GError **error);
    gboolean (*set_baud) (BwPort *self,
                          uint32_t baud,
                          uint32_t *ret_in_force,
                          GCancellable *cancellable,
                          GError **error);
    gboolean (*set_lines) (BwPort *self,
                           BwPortLines lines,
                           GCancellable *cancellable,
                           GError **error);
    gboolean (*set_break) (BwPort *self, gboolean is_on, GCancellable *cancellable, GError **error);
    gboolean (*wait) (BwPort *self,
                      uint32_t duration_ms,
                      GCancellable *cancellable,
                      GError **error);
    char *(*find_again) (BwPort *self);
    char *(*dup_device) (BwPort *self);
    void (*set_mask) (BwPort *self, BwPortMask mask, gpointer data);
};

/**
 * _bw_port_set_usb_ids:
 * @self: a port being opened
 * @vendor: USB vendor id
 * @product: USB product id
 */
void _bw_port_set_usb_ids (BwPort *self, uint16_t vendor, uint16_t product);

/**
 * _bw_port_set_abilities:
 * @self: a port being opened
 * @abilities: what it can do
 */
void _bw_port_set_abilities (BwPort *self, BwPortAbilities abilities);

/**
 * _bw_port_open_new:
 * @self: (transfer full): a port of some kind, not open
 * @address: its address
 * @lease_name: (nullable): name under which the place is leased; NULL: no lease
 * @cancellable: (nullable): stops the opening
 * @error: where to put the reason
 *
 * Leases, opens and starts the recording.
 *
 * Returns: (transfer full) (nullable): @self, open.
 */
BwPort *_bw_port_open_new (BwPort *self,
                           const char *address,
                           const char *lease_name,
                           GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_port_get_cancel_fd:
 * @self: a port
 * @cancellable: (nullable): what is asked for
 *
 * The descriptor is kept until another cancellable comes or the port closes, so that a wait costs
 * no system call for it.
 *
 * Returns: a descriptor that gets readable when @cancellable is cancelled; -1 for none.
 */
int _bw_port_get_cancel_fd (BwPort *self, GCancellable *cancellable);

G_END_DECLS
