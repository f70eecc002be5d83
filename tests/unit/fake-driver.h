/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-private.h"

/* Boards that exist only in a test: a driver that goes through the steps of a real one and does
 * what it was told to do at each. Reached at addresses that were added here. */

/* What happens when a step begins. */
typedef enum {
    FAKE_GO_ON,
    FAKE_HANG,   /* until it is cancelled */
    FAKE_FAIL,   /* with a cause */
    FAKE_REFUSE, /* the same, before anything is changed */
    FAKE_WRONG,  /* tells of a step that cannot follow */
} FakeDeed;

#define FAKE_N_STEPS (BW_STEP_LISTEN + 1)

typedef struct {
    char *address;
    const char *mac;     /* NULL: none */
    gboolean is_swapped; /* from the second connection on another board answers: */
    const char *other_mac;
    const char *chip_key;
    FakeDeed deeds[FAKE_N_STEPS];
    BwCause causes[FAKE_N_STEPS];
    unsigned times[FAKE_N_STEPS]; /* how often the deed is done; 0: always */
    unsigned step_us;             /* how long each step takes */
    BwBootVerdict verdict;
    BwCause boot_cause;
    gboolean is_secure_boot;
    BwCause open_cause; /* opening fails so often: */
    unsigned open_failures;
    unsigned taken_connects; /* so many find the port in use */
    unsigned silent_connect; /* the connection that is not answered; 0: none */
    unsigned torn_connect;   /* the connection that is lost before it has told anything; 0: none */
    gboolean is_back;        /* a lost port comes back */
    BwCause withheld_cause;  /* why one that is not back cannot be opened */
    gboolean is_unverified;  /* the report says so */
    gboolean has_strayed;    /* likewise */
    BwCause hand;            /* asked for while connecting */
    uint64_t read_bytes;     /* what a read brings; 0: what was asked for */
    const char *tty;         /* a pty to open really, for consoles */
    int tty_master;          /* its other end; > 0: closed by a step that fails */

    /* seen; for the main thread once the job is over */
    GString *calls;
    unsigned n_connects;
    unsigned n_resets;
    gboolean was_stopped; /* the last step ended by a cancel, half-way */
} FakeBoard;

/**
 * fake_world_start:
 *
 * From now on jobs talk to the boards added here.
 */
void fake_world_start (void);

/**
 * fake_world_stop:
 *
 * Forgets the boards; jobs must be over.
 */
void fake_world_stop (void);

/**
 * fake_world_add:
 * @address: any; it need not exist
 *
 * Returns: (transfer none): a board that does everything right, an ESP32 without a MAC
 */
FakeBoard *fake_world_add (const char *address);
