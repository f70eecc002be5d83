/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Why something failed, as people need it: one closed list for window, command line, journal and
 * tests. Every cause has one row in a constant table: a short title, one sentence of explanation,
 * what to do next, what a program can do about it (BwError) and the exit status of a process.
 * Threads: all functions may be called from any thread. */

/**
 * BwError:
 * @BW_ERROR_RETRY: the same again may succeed, nobody has to do anything
 * @BW_ERROR_REPLUG: a hand is needed: cable, button, power
 * @BW_ERROR_REJECTED: this firmware, file or request will not do; choose another
 * @BW_ERROR_DENIED: not allowed: rights, signature, policy
 * @BW_ERROR_CANCELLED: somebody said stop
 * @BW_ERROR_INTERNAL: the station's own data, set-up or code is at fault
 *
 * Codes of the domain %BW_ERROR: what can be done about it.
 */
typedef enum {
    BW_ERROR_RETRY,
    BW_ERROR_REPLUG,
    BW_ERROR_REJECTED,
    BW_ERROR_DENIED,
    BW_ERROR_CANCELLED,
    BW_ERROR_INTERNAL,
} BwError;

/* The numbers are private to one build: write the id to files, never the number. */
typedef enum BwCause {
    BW_CAUSE_NONE = 0, /* no cause known: not one of our errors */
    /* the port */
    BW_CAUSE_PERMISSION,
    BW_CAUSE_BUSY,
    BW_CAUSE_MODEM_MANAGER,
    BW_CAUSE_BRLTTY,
    BW_CAUSE_NO_SUCH_PORT,
    BW_CAUSE_NO_SERIAL_PORT,
    BW_CAUSE_UNPLUGGED,
    BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED,
    /* the conversation */
    BW_CAUSE_NO_ANSWER,
    BW_CAUSE_BOOT_LOG_SEEN,
    BW_CAUSE_TX_LINE,
    BW_CAUSE_GARBAGE,
    BW_CAUSE_NOISY_LINE,
    BW_CAUSE_LOST,
    BW_CAUSE_POWER,
    BW_CAUSE_RESET_IN_THE_MIDDLE,
    BW_CAUSE_TIMEOUT,
    BW_CAUSE_NO_RESET_LINES,
    BW_CAUSE_PROTOCOL,
    /* the board and what is to be loaded */
    BW_CAUSE_OTHER_BOARD,
    BW_CAUSE_WRONG_CHIP,
    BW_CAUSE_WRONG_REVISION,
    BW_CAUSE_SECURE_MODE,
    BW_CAUSE_NEEDS_STUB,
    BW_CAUSE_NO_PROOF,
    BW_CAUSE_UNSUPPORTED_CHIP,
    BW_CAUSE_VERIFY_FAILED,
    BW_CAUSE_FLASH_WRITE_FAILED,
    BW_CAUSE_FLASH_SIZE,
    BW_CAUSE_BEYOND_FLASH,
    BW_CAUSE_FLASH_SMALLER,
    BW_CAUSE_NO_PARTITION,
    BW_CAUSE_FETCH_FAILED,
    BW_CAUSE_UNTRUSTED_SERVER,
    BW_CAUSE_WRONG_DIGEST,
    BW_CAUSE_TOO_LARGE,
    BW_CAUSE_OVERLAP,
    BW_CAUSE_WRONG_PLACE,
    BW_CAUSE_MISSING_BOOT_IMAGE,
    BW_CAUSE_BAD_FIRMWARE,
    BW_CAUSE_BAD_STUB,
    BW_CAUSE_UNREADABLE_FILE,
    BW_CAUSE_UNWRITABLE_FILE,
    BW_CAUSE_USAGE,
    /* the station */
    BW_CAUSE_NO_SPACE,
    BW_CAUSE_STORE_CLOSED,
    BW_CAUSE_STORE_BUSY,
    BW_CAUSE_STORE_GONE,
    BW_CAUSE_NOT_RECORDED,
    BW_CAUSE_STORE_DAMAGED,
    BW_CAUSE_STORE_FROM_FUTURE,
    BW_CAUSE_CONFIG_FROM_FUTURE,
    BW_CAUSE_CONFIG_DAMAGED,
    /* the application after the reset */
    BW_CAUSE_APP_MISSING,
    BW_CAUSE_APP_BOOT_LOOP,
    BW_CAUSE_APP_REJECTED,
    BW_CAUSE_BROWNOUT,
    /* the rest */
    BW_CAUSE_CANCELLED,
    BW_CAUSE_REFUSED,
    BW_CAUSE_INTERNAL,
    BW_CAUSE_N /* not a cause: how many there are */
} BwCause;

/**
 * bw_cause_get_id:
 * @cause: a cause; anything outside the list counts as %BW_CAUSE_INTERNAL in all functions here
 *
 * Returns: the stable name for files, JSON and tests, such as "no-answer"; "none" for
 * %BW_CAUSE_NONE.
 */
const char *bw_cause_get_id (BwCause cause);

/**
 * bw_cause_get_title:
 * @cause: a cause
 *
 * Returns: at most five words in the user's language, for a tile. No full stop.
 */
const char *bw_cause_get_title (BwCause cause);

/**
 * bw_cause_get_explanation:
 * @cause: a cause
 *
 * Returns: one sentence in the user's language: what happened.
 */
const char *bw_cause_get_explanation (BwCause cause);

/**
 * bw_cause_get_remedy:
 * @cause: a cause
 *
 * Returns: what to do next, in the user's language; empty where nothing needs doing.
 */
const char *bw_cause_get_remedy (BwCause cause);

/**
 * bw_cause_get_code:
 * @cause: a cause
 *
 * Returns: the code that an error of this cause carries.
 */
BwError bw_cause_get_code (BwCause cause);

/**
 * bw_cause_get_exit_status:
 * @cause: a cause
 *
 * Returns: exit status of a process that ends for this reason: 0 done; 1 the board or the work
 * failed; 2 wrong usage or a file that is missing, unreadable or not what it should be; 3 no such
 * board or port, or nothing answers; 4 refused; 5 cancelled; 6 the station's own data or set-up.
 */
int bw_cause_get_exit_status (BwCause cause);

/**
 * bw_cause_from_id:
 * @id: (nullable): a name as bw_cause_get_id() gives it
 *
 * Returns: the cause; %BW_CAUSE_NONE if there is none of this name.
 */
BwCause bw_cause_from_id (const char *id);

/**
 * bw_cause_is_about_start:
 * @cause: a cause
 *
 * Returns: whether it names what went wrong after everything was written, when the board started.
 */
gboolean bw_cause_is_about_start (BwCause cause);

G_END_DECLS
