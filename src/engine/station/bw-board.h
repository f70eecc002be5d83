/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board-info.h"
#include "bw-job.h"
#include "bw-log.h"
#include "bw-plan.h"

G_BEGIN_DECLS

/* One board in front of the station, with everything a view shows of it.
 * Threads: main thread only. Memory: owned by the station's list; a view may keep a reference. */

/**
 * BwBoardState:
 *
 * READY is also said of a board that was written without verification; its words differ.
 *
 * The state language of UI.md, section 3; words and icons are the same everywhere.
 */
typedef enum {
    BW_BOARD_LOOKING,
    BW_BOARD_READY,
    BW_BOARD_QUEUED,
    BW_BOARD_WORKING,
    BW_BOARD_NEEDS_HAND,
    BW_BOARD_PASSED,
    BW_BOARD_FAILED,
    BW_BOARD_INTERRUPTED,
    BW_BOARD_GONE,
} BwBoardState;

/**
 * BwBoardGroup:
 * @BW_BOARD_GROUP_USB: plugged into this machine
 * @BW_BOARD_GROUP_VIRTUAL: a virtual board of this machine
 * @BW_BOARD_GROUP_ADDRESS: named by a person
 *
 * How a board is reached: the headings of a list. The order is the one to show them in.
 */
typedef enum {
    BW_BOARD_GROUP_USB,
    BW_BOARD_GROUP_VIRTUAL,
    BW_BOARD_GROUP_ADDRESS,
} BwBoardGroup;

#define BW_TYPE_BOARD (bw_board_get_type ())
/* Read-only properties, notified on change: "name" (never empty), "place", "address", "chip-name",
 * "mac", "running" (application and version), "state" (gint), "state-text" (word for now: "Writing",
 * "Good", "No answer"), "state-icon" (icon name), "fraction" (double), "progress-text" ("1.1 MB of
 * 2.0 MB · 92 kB/s · 3 s left"), "is-virtual", "is-present", "bridge" (adapter), "info" (boxed
 * BwBoardInfo, nullable), "job" (BwJob, nullable: running or last, never a console), "console" (BwJob,
 * nullable: a running console), "is-busy", "shares-mac". */
G_DECLARE_FINAL_TYPE (BwBoard, bw_board, BW, BOARD, GObject)

/**
 * bw_board_get_name:
 * @self: a board
 *
 * Returns: (transfer none): the given name, else the likely board, else the place; never empty
 */
const char *bw_board_get_name (BwBoard *self);

/**
 * bw_board_set_name:
 * @self: a board
 * @name: (nullable): new name, kept by MAC; %NULL or "" forgets it
 * @error: cause usage (it has no MAC, or none is known yet; the name is too long), store-closed
 *   (there are no records) or why there are none
 *
 * Returns: %FALSE when a name could not be kept; the board has its old one then
 */
gboolean
bw_board_set_name (BwBoard *self, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_board_get_place:
 * @self: a board
 *
 * Returns: (transfer none): where it is attached, for people: "hub 1, place 3", "this machine"
 */
const char *bw_board_get_place (BwBoard *self);

/**
 * bw_board_get_address:
 * @self: a board
 *
 * Returns: (transfer none): its endpoint address now
 */
const char *bw_board_get_address (BwBoard *self);

/**
 * bw_board_get_bridge:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): adapter in words: "CP2102N", "USB JTAG/serial"
 */
const char *bw_board_get_bridge (BwBoard *self);

/**
 * bw_board_get_chip_name:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): "ESP32-C3", once known
 */
const char *bw_board_get_chip_name (BwBoard *self);

/**
 * bw_board_get_mac:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): base MAC, once known
 */
const char *bw_board_get_mac (BwBoard *self);

/**
 * bw_board_get_running:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): "weather 1.4.2"; %NULL also from the moment something is
 *   erased or written until it is proved or somebody has looked again, and of a board where that was
 *   torn off
 */
const char *bw_board_get_running (BwBoard *self);

/**
 * bw_board_get_state:
 * @self: a board
 *
 * Returns: its state
 */
BwBoardState bw_board_get_state (BwBoard *self);

/**
 * bw_board_get_state_text:
 * @self: a board
 *
 * Returns: (transfer none): the word people see now, translated
 */
const char *bw_board_get_state_text (BwBoard *self);

/**
 * bw_board_get_state_icon:
 * @self: a board
 *
 * Returns: (transfer none): symbolic icon name of the state
 */
const char *bw_board_get_state_icon (BwBoard *self);

/**
 * bw_board_get_progress_text:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): bytes, speed and time left, translated
 */
const char *bw_board_get_progress_text (BwBoard *self);

/**
 * bw_board_get_amount_text:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): the part of the progress text that is bytes and speed
 */
const char *bw_board_get_amount_text (BwBoard *self);

/**
 * bw_board_get_time_left_text:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): the part of the progress text that is time left
 */
const char *bw_board_get_time_left_text (BwBoard *self);

/**
 * bw_board_get_fraction:
 * @self: a board
 *
 * Returns: of the running job, 0 to 1
 */
double bw_board_get_fraction (BwBoard *self);

/**
 * bw_board_is_virtual:
 * @self: a board
 *
 * Returns: %TRUE for a board without hardware
 */
gboolean bw_board_is_virtual (BwBoard *self);

/**
 * bw_board_is_likely:
 * @self: a board
 *
 * Returns: %FALSE for a port that may just as well belong to a modem or a console: unless a person
 *   names it, nobody should speak to it or move its lines
 */
gboolean bw_board_is_likely (BwBoard *self);

/**
 * bw_board_get_group:
 * @self: a board
 *
 * Returns: how it is reached; stays the same as long as the board lives
 */
BwBoardGroup bw_board_get_group (BwBoard *self);

/**
 * bw_board_compare:
 * @a: a board
 * @b: another one
 *
 * The order of a list: by group, then by place as a person counts, place 2 before place 10. A name that
 * is given and what a job does change nothing of it.
 *
 * Returns: below zero, zero or above, as for sorting
 */
int bw_board_compare (BwBoard *a, BwBoard *b);

/**
 * bw_board_is_present:
 * @self: a board
 *
 * Returns: %FALSE once it was unplugged
 */
gboolean bw_board_is_present (BwBoard *self);

/**
 * bw_board_shares_mac:
 * @self: a board
 *
 * Returns: %TRUE while another board that is present has the same MAC: both have a card, and it is
 *   their places that tell them apart. A name is kept by MAC and belongs to both. Property "shares-mac"
 */
gboolean bw_board_shares_mac (BwBoard *self);

/**
 * bw_board_get_info:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): what was identified
 */
BwBoardInfo *bw_board_get_info (BwBoard *self);

/**
 * bw_board_get_log:
 * @self: a board
 *
 * Returns: (transfer none): its log, over all its jobs
 */
BwLog *bw_board_get_log (BwBoard *self);

/**
 * bw_board_get_job:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): the running job, else the last one; never a console
 */
BwJob *bw_board_get_job (BwBoard *self);

/**
 * bw_board_get_console:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): the running console job, to send bytes to it; property
 *   "console"
 */
BwJob *bw_board_get_console (BwBoard *self);

/**
 * bw_board_is_busy:
 * @self: a board
 *
 * Returns: %TRUE while a job other than a console or the station's own first look runs or waits
 */
gboolean bw_board_is_busy (BwBoard *self);

/**
 * bw_board_start:
 * @self: a board
 * @plan: (transfer none): what to do
 * @error: cause busy (a job runs already), unplugged
 *
 * Starts a job; a running console or first look ends first, a console comes back afterwards. A
 * console on a board that has one gives the running one.
 *
 * Returns: (transfer none) (nullable): the job
 */
BwJob *bw_board_start (BwBoard *self, BwPlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_board_cancel:
 * @self: a board; its job is asked to stop, harmless without one
 */
void bw_board_cancel (BwBoard *self);

/**
 * bw_board_acknowledge:
 * @self: a board; a shown verdict (good, failed, interrupted) goes back to ready
 */
void bw_board_acknowledge (BwBoard *self);

/**
 * bw_board_get_interrupted:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): the job that was torn off on this board and is gone itself,
 *   with an earlier station or because there was another job since; until one has proved, written or
 *   erased the whole of it or the mark was acknowledged. The state may say something newer. Its result
 *   says how: "interrupted" (the station died), "cancelled" or "failed" (the board went).
 */
const BwStoredJob *bw_board_get_interrupted (BwBoard *self);

/**
 * bw_board_state_get_id:
 * @state: a state
 *
 * Returns: (transfer none): fixed English id: "ready"
 */
const char *bw_board_state_get_id (BwBoardState state);

G_END_DECLS
