/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board-info.h"
#include "bw-firmware.h"
#include "bw-store.h"

G_BEGIN_DECLS

/* What shall be done with one board: an action with every value it needs. Immutable once made, so
 * what was shown is what runs, and one plan may serve many jobs. Threads: any. */

/**
 * BwAction:
 * @BW_ACTION_IDENTIFY: find out what the board is, leave it running its application
 * @BW_ACTION_FLASH: write a firmware, prove it, start it, listen to its boot log
 * @BW_ACTION_VERIFY: compare the flash with a firmware
 * @BW_ACTION_READ: copy flash into a file
 * @BW_ACTION_ERASE: erase a region or everything
 * @BW_ACTION_RESET: start the application or the loader
 * @BW_ACTION_CONSOLE: show what the board prints, send what is typed, until cancelled
 */
typedef enum {
    BW_ACTION_IDENTIFY,
    BW_ACTION_FLASH,
    BW_ACTION_VERIFY,
    BW_ACTION_READ,
    BW_ACTION_ERASE,
    BW_ACTION_RESET,
    BW_ACTION_CONSOLE,
} BwAction;

/**
 * BwPlanOptions:
 * @baud: highest transfer rate; 0 = found by the station
 * @console_baud: rate for the log; 0 = the chip's usual one
 * @connect_attempts: 0 = default; -1 = until cancelled
 * @wait_for_hand: seconds the person gets to press BOOT and RESET; 0 = fail at once
 * @erase_all: erase everything first
 * @no_diff: send every sector, also equal ones
 * @no_verify: no digest at the end; the result is then never called good
 * @no_stub: let the ROM alone do the work
 * @no_listen: do not wait for the boot log
 * @stay: leave the board in its loader afterwards
 * @force: go on in spite of findings that may be overridden
 * @flash_mode: (nullable): image header value to set; %NULL keeps it
 * @flash_freq: (nullable): likewise
 * @flash_size: (nullable): likewise; "detect" = what the chip has
 * @stub_dir: (nullable): folder of stub files
 * @reset_sequence: (nullable): custom reset string
 *
 * How; zeroed = the defaults. Copied where it is taken.
 */
typedef struct {
    unsigned baud;
    unsigned console_baud;
    int connect_attempts;
    unsigned wait_for_hand;
    gboolean erase_all;
    gboolean no_diff;
    gboolean no_verify;
    gboolean no_stub;
    gboolean no_listen;
    gboolean stay;
    gboolean force;
    const char *flash_mode;
    const char *flash_freq;
    const char *flash_size;
    const char *stub_dir;
    const char *reset_sequence;
} BwPlanOptions;

#define BW_TYPE_PLAN (bw_plan_get_type ())
G_DECLARE_FINAL_TYPE (BwPlan, bw_plan, BW, PLAN, GObject)

/**
 * BwPlanLine:
 * @text: one step in plain words, translated: "Write weather 1.5.0 at 0x10000"
 * @detail: (nullable): size, digest, what is there now
 * @is_loss: something on the board will be gone for good
 * @job_state: the BwJobState in which this happens; -1 = a remark that is never ticked off
 * @is_promise: nothing that is done, but something that holds, and is kept once @job_state is over
 * @offset: where in flash it begins; with @bytes
 * @bytes: how much of its step's work this line is; 0 unknown
 *
 * One line of the sheet shown before anything is written.
 */
typedef struct {
    char *text;
    char *detail;
    gboolean is_loss;
    int job_state;
    gboolean is_promise;
    uint32_t offset;
    uint64_t bytes;
} BwPlanLine;

/**
 * bw_plan_new:
 * @action: any but FLASH, VERIFY, READ, ERASE
 * @options: (nullable): how; copied
 *
 * Returns: (transfer full): the plan
 */
BwPlan *bw_plan_new (BwAction action, const BwPlanOptions *options);

/**
 * bw_plan_new_firmware:
 * @action: %BW_ACTION_FLASH or %BW_ACTION_VERIFY
 * @firmware: (transfer none): what
 * @options: (nullable): how; copied
 *
 * Returns: (transfer full): the plan
 */
BwPlan *bw_plan_new_firmware (BwAction action, BwFirmware *firmware, const BwPlanOptions *options);

/**
 * bw_plan_new_read:
 * @offset: first byte
 * @size: bytes; 0 = to the end of the flash
 * @path: file to write; replaced in one step when all was read
 * @options: (nullable): how; copied
 *
 * Returns: (transfer full): the plan
 */
BwPlan *
bw_plan_new_read (uint32_t offset, uint32_t size, const char *path, const BwPlanOptions *options);

/**
 * bw_plan_new_erase:
 * @offset: multiple of 4096
 * @size: multiple of 4096; 0 = everything
 * @options: (nullable): how; copied
 *
 * Returns: (transfer full): the plan
 */
BwPlan *bw_plan_new_erase (uint32_t offset, uint32_t size, const BwPlanOptions *options);

/**
 * bw_plan_new_read_partition:
 * @partition: its name in the table of the board; where that is, is found on each board
 * @path: file to write; replaced in one step when all was read
 * @options: (nullable): how; copied
 *
 * Returns: (transfer full): the plan
 */
BwPlan *
bw_plan_new_read_partition (const char *partition, const char *path, const BwPlanOptions *options);

/**
 * bw_plan_new_erase_partition:
 * @partition: its name in the table of the board; where that is, is found on each board
 * @options: (nullable): how; copied
 *
 * Returns: (transfer full): the plan
 */
BwPlan *bw_plan_new_erase_partition (const char *partition, const BwPlanOptions *options);

/**
 * bw_plan_new_stored:
 * @job: a READ, ERASE or RESET job from the store
 * @options: (nullable): how; copied. What a RESET starts is as it was
 *
 * Returns: (transfer full) (nullable): the same once more; %NULL where the store does not know
 *   enough of it, or it is of another kind
 */
BwPlan *bw_plan_new_stored (const BwStoredJob *job, const BwPlanOptions *options);

/**
 * bw_action_from_id:
 * @id: (nullable): id of an action, as a stored job has it; "reset-loader" is a RESET that starts
 *   the loader
 * @ret_action: set on %TRUE only
 *
 * Returns: %TRUE when there is one of that id
 */
gboolean bw_action_from_id (const char *id, BwAction *ret_action) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_action_get_id:
 * @action: an action
 *
 * Returns: (transfer none): its id: "identify", "flash", "verify", "read", "erase", "reset",
 *   "console"; the same for ever
 */
const char *bw_action_get_id (BwAction action);

/**
 * bw_plan_get_action:
 * @self: a plan
 *
 * Returns: what it does
 */
BwAction bw_plan_get_action (BwPlan *self);

/**
 * bw_plan_get_firmware:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): what it writes or compares
 */
BwFirmware *bw_plan_get_firmware (BwPlan *self);

/**
 * bw_plan_get_options:
 * @self: a plan
 *
 * Returns: (transfer none): how
 */
const BwPlanOptions *bw_plan_get_options (BwPlan *self);

/**
 * bw_plan_get_offset:
 * @self: a READ or ERASE plan
 *
 * Returns: first byte; 0 of a plan that names a partition
 */
uint32_t bw_plan_get_offset (BwPlan *self);

/**
 * bw_plan_get_size:
 * @self: a READ or ERASE plan
 *
 * Returns: bytes, 0 = all; 0 of a plan that names a partition
 */
uint32_t bw_plan_get_size (BwPlan *self);

/**
 * bw_plan_get_partition:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the name of the partition a READ or ERASE plan is about
 */
const char *bw_plan_get_partition (BwPlan *self);

/**
 * bw_plan_find_region:
 * @self: a READ or ERASE plan
 * @info: the board, identified
 * @ret_offset: first byte in the flash of that board
 * @ret_size: bytes; 0 = all, never of a plan that names a partition
 * @error: cause no-partition: the board has none of that name, or several, or no table
 *
 * Returns: %TRUE when it is known what to read or erase on that board
 */
gboolean bw_plan_find_region (BwPlan *self,
                              const BwBoardInfo *info,
                              uint32_t *ret_offset,
                              uint32_t *ret_size,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_plan_get_path:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the file a READ plan writes
 */
const char *bw_plan_get_path (BwPlan *self);

/**
 * bw_plan_dup_title:
 * @self: a plan
 *
 * Returns: (transfer full): "Flash weather 1.5.0", translated
 */
char *bw_plan_dup_title (BwPlan *self);

/**
 * bw_plan_describe:
 * @self: a plan
 * @info: (nullable): the board, where it is known already
 *
 * Says what will be done, step by step, what will be written where, and what will be lost.
 *
 * Returns: (transfer full) (element-type BwPlanLine): in order
 */
GPtrArray *bw_plan_describe (BwPlan *self, const BwBoardInfo *info);

/**
 * bw_plan_erases_first:
 * @self: a plan
 * @build: (nullable): what of its firmware is for a board
 *
 * Returns: whether the whole flash is erased before that is written
 */
gboolean bw_plan_erases_first (BwPlan *self, const BwFirmwareBuild *build);

/**
 * bw_plan_can_prove:
 * @self: a plan
 * @info: (nullable): the board, as far as it is known
 *
 * Returns: %FALSE for a FLASH plan of which it is known that nobody could compare what it writes: it
 *   fails as no-proof before anything is touched, unless it is to write without verification
 */
gboolean bw_plan_can_prove (BwPlan *self, const BwBoardInfo *info);

/**
 * bw_plan_choose_build:
 * @self: a FLASH or VERIFY plan
 * @info: the board, identified
 * @error: cause wrong-chip; no-partition, too-large or overlap where a part goes into a partition
 *   of the board
 *
 * Returns: (transfer full) (nullable): what of its firmware is for this board, every part in its
 *   place
 */
BwFirmwareBuild *bw_plan_choose_build (BwPlan *self,
                                       const BwBoardInfo *info,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_plan_list_findings:
 * @self: a plan
 * @info: the board, identified
 *
 * Returns: (transfer full) (element-type BwFinding): what of it does not fit the board; empty for
 *   plans that write no firmware, and where it has no build for the board
 */
GPtrArray *bw_plan_list_findings (BwPlan *self, const BwBoardInfo *info);

/**
 * bw_plan_check:
 * @self: a plan
 * @info: the board, identified
 * @error: why not: there is no build for the board, no partition of the name, or a finding that is
 *   not overridden
 *
 * What a job asks once it knows the board, before it writes.
 *
 * Returns: %TRUE when the plan may be carried out on that board
 */
gboolean
bw_plan_check (BwPlan *self, const BwBoardInfo *info, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_plan_line_free:
 * @self: (nullable) (transfer full): a line
 */
void bw_plan_line_free (BwPlanLine *self);

G_END_DECLS
