/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board-info.h"
#include "bw-cause.h"
#include "bw-firmware.h"
#include "bw-port.h"

G_BEGIN_DECLS

/* One conversation with one family of devices on one port.
 * Threads: a driver, its port and every call below belong to one thread, the job's; callbacks of
 * #BwDriverEvents run there too. Calls block, answer a cancel within 100 ms (except where a flash
 * operation must end first) and set an error with a #BwCause. */

/**
 * BwDriverStep:
 * @BW_STEP_CONNECT: reaching the loader
 * @BW_STEP_IDENTIFY: asking what the board is
 * @BW_STEP_CHECK: comparing what is on the chip with what shall be
 * @BW_STEP_ERASE: erasing
 * @BW_STEP_WRITE: sending data
 * @BW_STEP_READ: fetching data
 * @BW_STEP_VERIFY: digests on the chip
 * @BW_STEP_RESET: starting the application or the loader
 * @BW_STEP_LISTEN: reading the boot log
 *
 * What a driver is at; the job maps it to its state.
 */
typedef enum {
    BW_STEP_CONNECT,
    BW_STEP_IDENTIFY,
    BW_STEP_CHECK,
    BW_STEP_ERASE,
    BW_STEP_WRITE,
    BW_STEP_READ,
    BW_STEP_VERIFY,
    BW_STEP_RESET,
    BW_STEP_LISTEN,
} BwDriverStep;

/**
 * BwDriverPart:
 * @BW_PART_TODO: work on it is still to come
 * @BW_PART_NOW: it is being worked on
 * @BW_PART_DONE: nothing is left to do: it is written, or was there already; no proof
 *
 * How far a step is with one stretch of flash.
 */
typedef enum {
    BW_PART_TODO,
    BW_PART_NOW,
    BW_PART_DONE,
} BwDriverPart;

/**
 * BwDriverEvents:
 * @step: a new step begins
 * @progress: bytes done of total in the step; called as often as convenient
 * @expect: how long a step that begins or is still to come will take, where that is known and far
 *   from what is usual
 * @part: how far the step, writing or verifying, is with the bytes from @offset on; stretches come
 *   in the order of the work, which is not that of their offsets, and may hold several parts
 * @note: one line for the job's log, in the user's language: "baud raised to 921600"
 * @console: text the device sent (boot log, application log), any bytes
 * @needs_hand: the person has @seconds to do something, for a cause (boot-log-seen …) with its
 *   evidence; %NULL: no longer
 * @user_data: first argument of each
 *
 * How a driver tells its job what happens. Any member may be %NULL.
 */
typedef struct {
    void (*step) (gpointer user_data, BwDriverStep step);
    void (*progress) (gpointer user_data, uint64_t done, uint64_t total);
    void (*expect) (gpointer user_data, BwDriverStep step, uint32_t expected_ms);
    void (*part) (gpointer user_data, uint32_t offset, uint32_t size, BwDriverPart how_far);
    void (*note) (gpointer user_data, const char *text);
    void (*console) (gpointer user_data, const uint8_t *bytes, size_t len);
    void (*needs_hand) (gpointer user_data, const GError *why, unsigned seconds);
    gpointer user_data;
} BwDriverEvents;

/**
 * BwDriverOptions:
 * @baud: highest rate to use; 0 = the best one remembered or safe for this adapter
 * @connect_attempts: 0 = the default of 7; -1 = until cancelled
 * @moves_data: contents of the flash will be compared or moved: worth a higher rate from the start
 * @use_stub: upload a stub where one is found
 * @stub_dir: (nullable): folder of stub files; %NULL = the configured places
 * @reset_sequence: (nullable): custom reset string of the reference, section 9.1
 * @wait_for_hand: seconds to wait, guiding the person, when the application boots instead of the
 *   loader; 0 = fail at once
 */
typedef struct {
    unsigned baud;
    int connect_attempts;
    gboolean moves_data;
    gboolean use_stub;
    const char *stub_dir;
    const char *reset_sequence;
    unsigned wait_for_hand;
} BwDriverOptions;

/**
 * BwWriteOptions:
 * @erase_all: erase the whole flash first
 * @diff: ask the chip for digests and send only sectors that differ
 * @verify: digest of every part after the last write; without it nothing is ever "good"
 * @compress: send deflated where the loader can
 * @flash_mode: (nullable): "dio" …; %NULL or "keep" = as in the image
 * @flash_freq: (nullable): "80m" …; %NULL or "keep"
 * @flash_size: (nullable): "4MB" …, "detect"; %NULL or "keep"
 */
typedef struct {
    gboolean erase_all;
    gboolean diff;
    gboolean verify;
    gboolean compress;
    const char *flash_mode;
    const char *flash_freq;
    const char *flash_size;
} BwWriteOptions;

/**
 * BwWriteReport:
 * @bytes_total: size of all parts
 * @bytes_sent: payload that was really sent (before compression)
 * @bytes_unchanged: found on the chip already
 * @bytes_blank: blank in the parts, and on the chip because it was erased before
 * @sectors_written: 4 KiB sectors
 * @is_verified: digests of every part equal after the last write, or what was read back
 * @is_read_back: the latter
 * @may_have_strayed: a request may have erased or written at another place; the log says more
 */
typedef struct {
    uint64_t bytes_total;
    uint64_t bytes_sent;
    uint64_t bytes_unchanged;
    uint64_t bytes_blank;
    unsigned sectors_written;
    gboolean is_verified;
    gboolean is_read_back;
    gboolean may_have_strayed;
} BwWriteReport;

/**
 * BwBootVerdict:
 * @BW_BOOT_SILENT: nothing was heard (a quiet application, or none: says so, is no failure)
 * @BW_BOOT_APP: the application came up
 * @BW_BOOT_REJECTED: the loader refuses the image, or finds none
 * @BW_BOOT_LOOP: it restarts again and again
 * @BW_BOOT_BROWNOUT: the supply sags
 * @BW_BOOT_DOWNLOAD: it came up in download mode again
 */
typedef enum {
    BW_BOOT_SILENT,
    BW_BOOT_APP,
    BW_BOOT_REJECTED,
    BW_BOOT_LOOP,
    BW_BOOT_BROWNOUT,
    BW_BOOT_DOWNLOAD,
} BwBootVerdict;

#define BW_TYPE_DRIVER (bw_driver_get_type ())
G_DECLARE_DERIVABLE_TYPE (BwDriver, bw_driver, BW, DRIVER, GObject)

struct _BwDriverClass {
    GObjectClass parent_class;

    gboolean (*connect) (BwDriver *self, GCancellable *cancellable, GError **error);
    BwBoardInfo *(*identify) (BwDriver *self, GCancellable *cancellable, GError **error);
    gboolean (*write) (BwDriver *self,
                       const BwFirmwareBuild *build,
                       const BwWriteOptions *options,
                       BwWriteReport *ret_report,
                       GCancellable *cancellable,
                       GError **error);
    gboolean (*verify) (BwDriver *self,
                        const BwFirmwareBuild *build,
                        GCancellable *cancellable,
                        GError **error);
    gboolean (*read) (BwDriver *self,
                      uint32_t offset,
                      uint32_t size,
                      GOutputStream *to,
                      GCancellable *cancellable,
                      GError **error);
    gboolean (*erase) (BwDriver *self,
                       uint32_t offset,
                       uint32_t size,
                       GCancellable *cancellable,
                       GError **error);
    gboolean (*reset) (BwDriver *self,
                       gboolean to_bootloader,
                       GCancellable *cancellable,
                       GError **error);
    gboolean (*listen) (BwDriver *self,
                        unsigned patience_ms,
                        BwBootVerdict *ret_verdict,
                        BwCause *ret_cause,
                        char **ret_text,
                        GCancellable *cancellable,
                        GError **error);
    gboolean (*leave) (BwDriver *self);
    gboolean (*has_changed) (BwDriver *self);
    char *(*dup_left_behind) (BwDriver *self);
    void (*set_events) (BwDriver *self, const BwDriverEvents *events);
};

/**
 * bw_driver_set_events:
 * @self: a driver
 * @events: (nullable): copied; %NULL for none
 */
void bw_driver_set_events (BwDriver *self, const BwDriverEvents *events);

/**
 * bw_driver_connect:
 * @self: a driver
 * @cancellable: (nullable): stops it within 100 ms
 * @error: cause no-answer, boot-log-seen, tx-line, garbage, lost, noisy-line, unsupported-chip,
 *   unplugged, …
 *
 * Brings the board into its loader and, where possible, a stub into the board.
 *
 * Returns: %TRUE when the loader answers
 */
gboolean bw_driver_connect (BwDriver *self,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_identify:
 * @self: a connected driver
 * @cancellable: (nullable): stops it
 * @error: cause lost, protocol, unsupported-chip, …
 *
 * Returns: (transfer full) (nullable): everything that can be read without changing the board
 */
BwBoardInfo *bw_driver_identify (BwDriver *self,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_write:
 * @self: a connected driver
 * @build: what to write; already chosen and checked against the board
 * @options: how
 * @ret_report: (nullable): set on success
 * @cancellable: (nullable): honoured between blocks
 * @error: cause flash-write-failed, verify-failed, lost, cancelled, …
 *
 * Writes all parts, boot image and partition table last, and compares digests on the chip.
 *
 * Returns: %TRUE when the flash holds every part (proved, unless verify was switched off)
 */
gboolean bw_driver_write (BwDriver *self,
                          const BwFirmwareBuild *build,
                          const BwWriteOptions *options,
                          BwWriteReport *ret_report,
                          GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_verify:
 * @self: a connected driver
 * @build: what should be there; flash parameters in the boot image may differ from the file
 * @cancellable: (nullable): stops it
 * @error: cause verify-failed with the first differing sector as evidence
 *
 * Returns: %TRUE when the digests on the chip equal those of the parts
 */
gboolean bw_driver_verify (BwDriver *self,
                           const BwFirmwareBuild *build,
                           GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_read:
 * @self: a connected driver
 * @offset: first byte in flash
 * @size: bytes, at least 1, inside the flash
 * @to: receives the bytes in order
 * @cancellable: (nullable): stops it
 * @error: cause usage (nothing to read), beyond-flash, secure-mode, lost, …; what @to fails with
 *   is passed on as it came, in the domain of GIO
 *
 * Returns: %TRUE when all bytes were read and, with a stub, their digest agreed
 */
gboolean bw_driver_read (BwDriver *self,
                         uint32_t offset,
                         uint32_t size,
                         GOutputStream *to,
                         GCancellable *cancellable,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_erase:
 * @self: a connected driver
 * @offset: first byte, multiple of 4096
 * @size: multiple of 4096; 0 = the whole flash
 * @cancellable: (nullable): honoured before the operation and between regions
 * @error: cause usage, beyond-flash, flash-size (the whole of a flash of unknown size), secure-mode
 *   (it would lock the board out), flash-write-failed, lost, …
 *
 * Returns: %TRUE when the region reads back as blank where the loader can tell
 */
gboolean bw_driver_erase (BwDriver *self,
                          uint32_t offset,
                          uint32_t size,
                          GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_reset:
 * @self: a driver, connected or not
 * @to_bootloader: %FALSE starts the application
 * @cancellable: (nullable): stops it
 * @error: cause no-reset-lines where neither port nor chip can do it, unplugged, …
 *
 * Returns: %TRUE when the reset was done; after it the driver is no longer connected
 */
gboolean bw_driver_reset (BwDriver *self,
                          gboolean to_bootloader,
                          GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_listen:
 * @self: a driver whose board was just reset
 * @patience_ms: how long to listen at most
 * @ret_verdict: what the log says
 * @ret_cause: why that is bad: app-missing, app-rejected, app-boot-loop, brownout, or boot-log-seen
 *   of a board that is in its loader again; %BW_CAUSE_NONE of one that is up or silent
 * @ret_text: (out) (transfer full): the same in one sentence in the user's language, with the line
 *   of the board it rests on as it is
 * @cancellable: (nullable): stops it
 * @error: cause lost, unplugged, cancelled; a bad verdict is no error
 *
 * Reads the boot log at the chip's log rate until the verdict is clear.
 *
 * Returns: %TRUE when listened to the end
 */
gboolean bw_driver_listen (BwDriver *self,
                           unsigned patience_ms,
                           BwBootVerdict *ret_verdict,
                           BwCause *ret_cause,
                           char **ret_text,
                           GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_driver_leave:
 * @self: a driver whose work failed or was cancelled
 *
 * Gives a board its application back that was, or may have been, brought into its loader and was
 * not changed there. Short: nothing behind the reset is waited for, and a cancel does not stop it.
 *
 * Returns: %TRUE when the reset was done; %FALSE also when there was no need for it
 */
gboolean bw_driver_leave (BwDriver *self);

/**
 * bw_driver_has_changed:
 * @self: a driver
 *
 * Returns: %TRUE once it has sent something that changes what is on the board
 */
gboolean bw_driver_has_changed (BwDriver *self);

/**
 * bw_driver_dup_left_behind:
 * @self: a driver
 *
 * Returns: (transfer full): one sentence in the user's language: what state the board was left in by
 * what was done so far
 */
char *bw_driver_dup_left_behind (BwDriver *self);

/**
 * bw_esp_driver_new:
 * @port: (transfer none): an open port; the driver keeps a reference and is its only user
 * @options: (nullable): copied; %NULL for the defaults
 *
 * Returns: (transfer full): a driver for the Espressif boot ROM and its RAM stubs
 */
BwDriver *bw_esp_driver_new (BwPort *port, const BwDriverOptions *options);

G_END_DECLS
