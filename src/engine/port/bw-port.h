/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include <stdint.h>
#include <sys/types.h>

#include "bw-error.h"

G_BEGIN_DECLS

/* An open byte channel to a board: a tty, a TCP socket, an RFC 2217 server, a recording.
 * Threads: one thread owns a port from open to close and makes every call; only the cancellable
 * may be touched from elsewhere. Every call that can wait ends within 100 ms of a cancel, with
 * %BW_CAUSE_CANCELLED. There is no other way to sleep than bw_port_wait().
 * Errors: domain %BW_ERROR only. A device that goes away is %BW_CAUSE_UNPLUGGED (tty) or
 * %BW_CAUSE_LOST (network), seen at once; from then on every call fails the same way.
 * Time: a deadline is absolute, microseconds of g_get_monotonic_time(); one in the past means
 * "do not wait". When a call says that the deadline passed, believe it and do not ask the clock
 * again: a replayed recording does not wait.
 * Recording: every transfer is recorded where it happens; what was written is kept as length and
 * checksum only, and what a mask covers not at all, so that no secret gets into it. */

#define BW_TYPE_PORT (bw_port_get_type ())
G_DECLARE_DERIVABLE_TYPE (BwPort, bw_port, BW, PORT, GObject)

/* Deadline that never passes. */
#define BW_PORT_NO_DEADLINE INT64_MAX

/* Control lines. A line that is set is *asserted*; on the usual boards the pin is then low. */
typedef enum {
    BW_PORT_LINES_NONE = 0,
    BW_PORT_LINE_DTR = 1 << 0,
    BW_PORT_LINE_RTS = 1 << 1,
} BwPortLines;

/**
 * bw_port_address_dup_plain:
 * @address: as a person types it
 *
 * Returns: (transfer full): the same as bw_port_open() takes it: scheme and host in lower case,
 *   nothing behind the port; a path stays as it is
 */
char *bw_port_address_dup_plain (const char *address);

/**
 * bw_port_address_is_same:
 * @a: an address
 * @b: another one
 *
 * Asks no name server; what only one could tell, opening both does. Threads: any.
 *
 * Returns: %TRUE if both name one port
 */
gboolean bw_port_address_is_same (const char *a, const char *b);

/**
 * bw_port_open:
 * @address: "/dev/…" or any path, "serial:///dev/…", "tcp://host:port", "rfc2217://host:port"
 * @cancellable: (nullable): stops the opening
 * @error: where to put the reason
 *
 * Opens the port for this process alone: 8 data bits, no parity, 1 stop bit, no flow control,
 * 115200 baud, DTR and RTS not asserted. A port is leased: opening a device twice in one process, or
 * a server in the network twice on one machine, by whatever names, is %BW_CAUSE_BUSY. A failure is
 * told apart by evidence: %BW_CAUSE_PERMISSION, %BW_CAUSE_BUSY, %BW_CAUSE_MODEM_MANAGER,
 * %BW_CAUSE_BRLTTY, %BW_CAUSE_NO_SUCH_PORT, %BW_CAUSE_NO_SERIAL_PORT and
 * %BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED; an address of another form is %BW_CAUSE_USAGE. May take seconds:
 * never on the interface's thread.
 *
 * Returns: (transfer full) (nullable): the port, or NULL with @error set.
 */
BwPort *bw_port_open (const char *address,
                      GCancellable *cancellable,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_close:
 * @self: a port
 *
 * Throws away what is still in the buffers and closes. Dropping the last reference does the same.
 * Afterwards only the getters may be called; statistics and recording stay.
 */
void bw_port_close (BwPort *self);

/**
 * bw_port_reopen:
 * @self: a port, open or lost
 * @deadline_us: how long to wait for a device that has gone away to return
 * @cancellable: (nullable): stops the wait
 * @error: where to put the reason
 *
 * Closes and opens the same place again, for boards that leave the bus at a reset. A USB device
 * that comes back under another name at the same place of the bus is found there; then
 * bw_port_get_address() gives the new name. Rate 115200, lines not asserted.
 *
 * Returns: TRUE when open again; FALSE with @error set (the port is then closed).
 */
gboolean bw_port_reopen (BwPort *self,
                         int64_t deadline_us,
                         GCancellable *cancellable,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_read:
 * @self: an open port
 * @ret_buf: where bytes go; untouched unless some arrived
 * @len: room in @ret_buf, at least 1
 * @deadline_us: until when to wait for the first byte
 * @cancellable: (nullable): stops the wait
 * @error: where to put the reason
 *
 * Takes what has arrived, waits for the first byte only.
 *
 * Returns: number of bytes (1 … @len); 0 the deadline passed and nothing arrived; -1 @error is set.
 */
ssize_t bw_port_read (BwPort *self,
                      void *ret_buf,
                      size_t len,
                      int64_t deadline_us,
                      GCancellable *cancellable,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_write:
 * @self: an open port
 * @buf: bytes to send
 * @len: how many; 0 does nothing
 * @deadline_us: until when all must have been taken by the system
 * @cancellable: (nullable): stops the wait; some bytes may have gone out
 * @error: where to put the reason; %BW_CAUSE_TIMEOUT if the deadline passed
 *
 * Returns: TRUE when every byte was handed to the system.
 */
gboolean bw_port_write (BwPort *self,
                        const void *buf,
                        size_t len,
                        int64_t deadline_us,
                        GCancellable *cancellable,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_discard_input:
 * @self: an open port
 * @cancellable: (nullable): stops the wait for a far server
 * @error: where to put the reason
 *
 * Throws away what has arrived and was not read.
 *
 * Returns: TRUE when done.
 */
gboolean bw_port_discard_input (BwPort *self,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_set_baud:
 * @self: an open port
 * @baud: bits per second, 1 or more; any number the driver takes, not only the usual ones
 * @cancellable: (nullable): stops the wait for a far server
 * @error: where to put the reason; %BW_CAUSE_REFUSED if the driver or server keeps another rate
 * (further than 3 % away), which is then in force and given by bw_port_get_baud()
 *
 * Changes the rate at once, also for bytes that wait to be sent: have an answer to them first. A port
 * without a rate (bw_port_has_baud()) remembers the number and succeeds.
 *
 * Returns: TRUE when the rate is in force.
 */
gboolean bw_port_set_baud (BwPort *self, uint32_t baud, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_get_baud:
 * @self: a port
 *
 * Returns: bits per second last set.
 */
uint32_t bw_port_get_baud (BwPort *self);

/**
 * bw_port_set_lines:
 * @self: an open port
 * @lines: the lines to assert; those not named are released
 * @cancellable: (nullable): stops the wait for a far server
 * @error: where to put the reason; %BW_CAUSE_USAGE if the port has no lines (bw_port_has_lines())
 *
 * Sets both lines in one step where the port can (tty: one TIOCMSET); over RFC 2217 DTR changes
 * first, then RTS, and both are confirmed by the server.
 *
 * Returns: TRUE when they are set.
 */
gboolean bw_port_set_lines (BwPort *self,
                            BwPortLines lines,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_get_lines:
 * @self: a port
 *
 * Returns: the lines as last set by bw_port_set_lines(); none after opening.
 */
BwPortLines bw_port_get_lines (BwPort *self);

/**
 * bw_port_set_break:
 * @self: an open port
 * @is_on: TRUE to hold the line in break, FALSE to release it
 * @cancellable: (nullable): stops the wait for a far server
 * @error: where to put the reason; %BW_CAUSE_USAGE if the port has no lines
 *
 * Returns: TRUE when done.
 */
gboolean bw_port_set_break (BwPort *self, gboolean is_on, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_send_break:
 * @self: an open port
 * @duration_ms: how long, milliseconds
 * @cancellable: (nullable): stops the wait
 * @error: where to put the reason
 *
 * Whatever goes wrong, the line is released, as far as the port can still be reached.
 *
 * Returns: TRUE when the break is over.
 */
gboolean bw_port_send_break (BwPort *self,
                             uint32_t duration_ms,
                             GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_wait:
 * @self: a port
 * @duration_ms: how long, milliseconds
 * @cancellable: (nullable): ends the wait
 * @error: where to put the reason: %BW_CAUSE_CANCELLED only
 *
 * Lets time pass without reading. A replayed recording does not wait.
 *
 * Returns: TRUE when the time is over.
 */
gboolean bw_port_wait (BwPort *self,
                       uint32_t duration_ms,
                       GCancellable *cancellable,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_has_lines:
 * @self: a port
 *
 * Returns: TRUE if DTR, RTS and break can be set.
 */
gboolean bw_port_has_lines (BwPort *self);

/**
 * bw_port_has_atomic_lines:
 * @self: a port
 *
 * Returns: TRUE if both lines change in one step.
 */
gboolean bw_port_has_atomic_lines (BwPort *self);

/**
 * bw_port_has_baud:
 * @self: a port
 *
 * Returns: TRUE if the rate means something here.
 */
gboolean bw_port_has_baud (BwPort *self);

/**
 * bw_port_is_local:
 * @self: a port
 *
 * Returns: TRUE for a port of this machine, FALSE for one reached over a network.
 */
gboolean bw_port_is_local (BwPort *self);

/**
 * bw_port_is_lost:
 * @self: a port
 *
 * Returns: TRUE once a call has seen that the device or connection has gone.
 */
gboolean bw_port_is_lost (BwPort *self);

/**
 * bw_port_get_address:
 * @self: a port
 *
 * Returns: (transfer none): the address it was opened with, or the one at which bw_port_reopen() found
 * the device again; valid until the next bw_port_reopen().
 */
const char *bw_port_get_address (BwPort *self);

/**
 * bw_port_get_usb_vendor:
 * @self: a port
 *
 * Returns: USB vendor id of the bridge or chip; 0 when unknown or not USB.
 */
uint16_t bw_port_get_usb_vendor (BwPort *self);

/**
 * bw_port_get_usb_product:
 * @self: a port
 *
 * Returns: USB product id; 0 when unknown or not USB.
 */
uint16_t bw_port_get_usb_product (BwPort *self);

/**
 * BwPortMask:
 * @data: as given
 * @in: bytes that arrived, cut anywhere, in the order they came
 * @len: how many
 * @out: what is to be recorded instead is added here
 *
 * Asked before anything but more bytes is recorded. What it leaves untaken at the end is given again
 * with more behind it, or recorded as it came if nothing follows.
 *
 * Returns: how many bytes of @in it has dealt with.
 */
typedef size_t (*BwPortMask) (gpointer data, const uint8_t *in, size_t len, GByteArray *out);

/**
 * bw_port_set_mask:
 * @self: an open port
 * @mask: (nullable) (scope notified): covers what arrives from here on; %NULL: no longer
 * @data: for @mask; lives until another mask is set
 *
 * Keeps out of the recording what is large or secret and what nobody needs who plays it: what stands
 * in for it has to lead to the same decisions. A port that plays a recording asks the mask as well,
 * before bytes are read: one that can give back what it took away does so there.
 */
void bw_port_set_mask (BwPort *self, BwPortMask mask, gpointer data);

/**
 * bw_port_get_recording:
 * @self: a port; the thread that owns it calls this
 *
 * Returns: (transfer full): the conversation, or the last of it, at most 64 KiB in the form of
 * bw-recorder.h; bw_port_replay_new() plays it.
 */
GBytes *bw_port_get_recording (BwPort *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
