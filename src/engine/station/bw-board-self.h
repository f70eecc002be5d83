/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-board-private.h"

G_BEGIN_DECLS

/* The inside of a board, for bw-board*.c only. */

/* What is on its flash, since a job looked at it. */
typedef enum {
    BW_BOARD_CONTENT_AS_TOLD,
    BW_BOARD_CONTENT_CHANGED, /* and not proved */
    BW_BOARD_CONTENT_ERASED,
} BwBoardContent;

/* How a board went that takes itself off the bus when it restarts. */
typedef enum {
    BW_BOARD_LEFT,            /* by itself, or was pulled */
    BW_BOARD_LEFT_IN_JOB,     /* a job was at it */
    BW_BOARD_LEFT_BEHIND_JOB, /* one had just ended */
} BwBoardLeaving;

struct _BwBoard {
    GObject parent_instance;
    BwBoardGroup group;
    BwStore *store;
    GError *no_store;     /* (nullable): why there is none */
    GPtrArray *endpoints; /* of BwEndpoint; the first one is used; empty: gone */
    char *last_place;
    char *place_text;
    char *address;
    char *bridge;
    char *likely_board;
    char *known_name;
    char *chip_name;
    char *mac;
    char *only_mac; /* (nullable): named by a person: jobs refuse any other board */
    char *running;
    gboolean is_virtual;
    gboolean shares_mac;       /* another board with it is present */
    gboolean is_told_by_place; /* was present beside one with its MAC */
    BwBoardInfo *told;         /* by the last job that looked at it */
    BwBoardInfo *info;         /* what of that still holds */
    BwBoardContent content;
    gboolean is_being_changed; /* by the job: what it runs is not known until that has ended */
    BwLog *log;

    BwJob *job;              /* running or last, also a first look */
    BwJob *console;          /* running */
    BwPlan *console_plan;    /* to come back to */
    gboolean is_waiting;     /* the job starts when the console or the first look has ended */
    BwJob *look;             /* the station's own identification, while it runs */
    int64_t worked_until_us; /* when the last job or look ended; 0 none did */

    /* of a board on its chip's own USB that has left the bus */
    BwBoardLeaving leaving;
    int64_t left_us;

    BwBoardState rest; /* state while no job runs */
    char *rest_text;
    BwStoredJob *interrupted; /* a job that was torn off and is gone; NULL once it is dealt with */
    gboolean is_unproved;     /* the last thing written to it was written whole, and not compared */

    /* what views see */
    BwBoardState state;
    char *state_text;
    char *progress_text;
    char *amount_text; /* parts of it */
    char *time_left_text;
    double fraction;
};

/* Properties. */
enum {
    BW_BOARD_PROP_0,
    BW_BOARD_PROP_NAME,
    BW_BOARD_PROP_PLACE,
    BW_BOARD_PROP_ADDRESS,
    BW_BOARD_PROP_CHIP_NAME,
    BW_BOARD_PROP_MAC,
    BW_BOARD_PROP_RUNNING,
    BW_BOARD_PROP_STATE,
    BW_BOARD_PROP_STATE_TEXT,
    BW_BOARD_PROP_STATE_ICON,
    BW_BOARD_PROP_FRACTION,
    BW_BOARD_PROP_PROGRESS_TEXT,
    BW_BOARD_PROP_IS_VIRTUAL,
    BW_BOARD_PROP_IS_PRESENT,
    BW_BOARD_PROP_IS_BUSY,
    BW_BOARD_PROP_SHARES_MAC,
    BW_BOARD_PROP_BRIDGE,
    BW_BOARD_PROP_INFO,
    BW_BOARD_PROP_JOB,
    BW_BOARD_PROP_CONSOLE,
    BW_BOARD_N_PROPS
};

/**
 * _bw_board_notify:
 * @self: a board
 * @id: one of the properties above that has changed
 */
void _bw_board_notify (BwBoard *self, unsigned id);

/**
 * _bw_board_set_text:
 * @self: a board
 * @text: one of its texts
 * @id: the property that shows it, told of when the text changes
 * @value: (nullable): new text; copied
 */
void _bw_board_set_text (BwBoard *self, char **text, unsigned id, const char *value);

/**
 * _bw_board_take_info:
 * @self: a board
 * @info: (nullable): what a job found out; may end in this card being merged with another
 */
void _bw_board_take_info (BwBoard *self, BwBoardInfo *info);

/**
 * _bw_board_update_content:
 * @self: a board whose rest, or whether a job is changing it, may have changed: what of the things
 *   told about it still holds
 */
void _bw_board_update_content (BwBoard *self);

/**
 * _bw_board_set_content:
 * @self: a board
 * @content: what a job that has ended made of what was told before; until something new is told
 */
void _bw_board_set_content (BwBoard *self, BwBoardContent content);

/**
 * _bw_board_use_wire:
 * @self: a board
 * @endpoint: the way to it; what was told may have been told on another one
 */
void _bw_board_use_wire (BwBoard *self, const BwEndpoint *endpoint);

/**
 * _bw_board_forget:
 * @self: a card at whose place another board is now
 */
void _bw_board_forget (BwBoard *self);

/**
 * _bw_board_drop_jobs:
 * @self: a board that goes; what still runs is asked to stop and ends by itself
 */
void _bw_board_drop_jobs (BwBoard *self);

/**
 * _bw_board_tell_jobs:
 * @self: a board that is back; jobs that wait for it learn where
 */
void _bw_board_tell_jobs (BwBoard *self);

/**
 * _bw_board_job_runs:
 * @job: (nullable): a job
 *
 * Returns: %TRUE while it runs or waits
 */
gboolean _bw_board_job_runs (BwJob *job);

/**
 * _bw_board_set_rest:
 * @self: a board
 * @rest: its state while no job runs
 * @text: (nullable): words for it; %NULL = the usual ones
 */
void _bw_board_set_rest (BwBoard *self, BwBoardState rest, const char *text);

/**
 * _bw_board_rest:
 * @self: a board of which the last job leaves nothing to say: back to what was before it, interrupted
 *   or ready
 */
void _bw_board_rest (BwBoard *self);

/**
 * _bw_board_update_progress:
 * @self: a board; only its progress is found anew
 */
void _bw_board_update_progress (BwBoard *self);

/**
 * _bw_board_update:
 * @self: a board; state, words and progress are found anew and told of where they changed
 */
void _bw_board_update (BwBoard *self);

G_END_DECLS
