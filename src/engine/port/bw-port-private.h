/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* For the kinds of port only. Every function runs in the thread that owns the port. */

/**
 * BwPortClass:
 * @open: connects to bw_port_get_address() (nullable: nothing to do)
 * @close: lets go; also called for half-opened ports
 * @read: as bw_port_read()
 * @write: as bw_port_write_pair()
 * @drain: as bw_port_drain() (nullable: nothing to wait for)
 * @discard_input: as bw_port_discard_input()
 * @set_baud: as bw_port_set_baud(); gives the rate in force (nullable: the port has no rate)
 * @set_lines: as bw_port_set_lines() (nullable: the port has no lines)
 * @set_break: as bw_port_set_break() (nullable: the port has no lines)
 * @wait: as bw_port_wait() (nullable: waits for the clock)
 * @has_lines: whether lines can be set (nullable: if @set_lines is there)
 * @find_again: name under which a lost device came back (nullable: the same)
 *
 * What each kind of port does itself; recording and counting is done by the base.
 */
struct _BwPortClass {
    GObjectClass parent_class;
    gboolean is_local;
    gboolean has_atomic_lines;
    gboolean (*open) (BwPort *self, GCancellable *cancellable, GError **error);
    void (*close) (BwPort *self);
    ssize_t (*read) (BwPort *self,
                     void *ret_buf,
                     size_t len,
                     int64_t deadline_us,
                     GCancellable *cancellable,
                     GError **error);
    gboolean (*write) (BwPort *self,
                       const void *head,
                       size_t head_len,
                       const void *body,
                       size_t body_len,
                       int64_t deadline_us,
                       GCancellable *cancellable,
                       GError **error);
    gboolean (*drain) (BwPort *self,
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
    gboolean (*has_lines) (BwPort *self);
    char *(*find_again) (BwPort *self);
};

/**
 * _bw_port_set_usb_ids:
 * @self: a port being opened
 * @vendor: USB vendor id
 * @product: USB product id
 */
void _bw_port_set_usb_ids (BwPort *self, uint16_t vendor, uint16_t product);

G_END_DECLS
