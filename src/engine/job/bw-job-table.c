/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-table"
#include "config.h"

#include "bw-job-table.h"

#include <glib/gi18n-lib.h>

#define S(state) (1u << BW_JOB_##state)

/* States in which a loader answers. */
#define TALKING                                                                                    \
    (S (IDENTIFYING) | S (CHECKING) | S (ERASING) | S (WRITING) | S (READING) | S (VERIFYING))
#define OPEN (TALKING | S (CONNECTING) | S (CONFIRMING) | S (LISTENING))

struct edge {
    unsigned from; /* bits of states */
    BwJobTrigger trigger;
    BwJobState to;
};

static const struct edge edges[] = {
    /* a driver may have to connect again in the middle: the region is then begun again */
    { S (QUEUED) | S (CONNECTING) | TALKING | S (LISTENING) | S (WAITING_REPLUG),
      BW_JOB_TRIGGER_CONNECT, BW_JOB_CONNECTING },
    { S (CONNECTING) | S (IDENTIFYING), BW_JOB_TRIGGER_IDENTIFY, BW_JOB_IDENTIFYING },
    { S (CONNECTING) | TALKING, BW_JOB_TRIGGER_CHECK, BW_JOB_CHECKING },
    { S (CONNECTING) | TALKING, BW_JOB_TRIGGER_ERASE, BW_JOB_ERASING },
    { S (CONNECTING) | TALKING, BW_JOB_TRIGGER_WRITE, BW_JOB_WRITING },
    { S (CONNECTING) | TALKING, BW_JOB_TRIGGER_READ, BW_JOB_READING },
    { S (CONNECTING) | TALKING, BW_JOB_TRIGGER_VERIFY, BW_JOB_VERIFYING },
    { S (CONNECTING) | TALKING | S (CONFIRMING), BW_JOB_TRIGGER_CONFIRM, BW_JOB_CONFIRMING },
    { S (CONNECTING) | S (CONFIRMING) | S (LISTENING), BW_JOB_TRIGGER_LISTEN, BW_JOB_LISTENING },
    { OPEN, BW_JOB_TRIGGER_LOST, BW_JOB_WAITING_REPLUG },
    { OPEN, BW_JOB_TRIGGER_DONE, BW_JOB_FINISHED },
    { OPEN | S (QUEUED) | S (WAITING_REPLUG), BW_JOB_TRIGGER_FAIL, BW_JOB_FINISHED },
    { OPEN | S (QUEUED) | S (WAITING_REPLUG), BW_JOB_TRIGGER_CANCEL, BW_JOB_FINISHED },
};

static const BwJobStateFacts facts[BW_JOB_N_STATES] = {
    [BW_JOB_QUEUED] = { "queued", N_ ("Waiting for its turn"), 0, TRUE, 0 },
    [BW_JOB_CONNECTING] = { "connecting", N_ ("Connecting"), 0, TRUE, 4 },
    [BW_JOB_IDENTIFYING] = { "identifying", N_ ("Identifying"), 0, TRUE, 2 },
    [BW_JOB_CHECKING] = { "checking", N_ ("Comparing"), 0, TRUE, 6 },
    [BW_JOB_ERASING] = { "erasing", N_ ("Erasing"), 0, TRUE, 12 },
    [BW_JOB_WRITING] = { "writing", N_ ("Writing"), 0, TRUE, 60 },
    [BW_JOB_READING] = { "reading", N_ ("Reading"), 0, TRUE, 60 },
    [BW_JOB_VERIFYING] = { "verifying", N_ ("Checking"), 0, TRUE, 6 },
    /* the reset itself: a fraction of a second that must not stop half-way */
    [BW_JOB_CONFIRMING] = { "confirming", N_ ("Starting"), 0, FALSE, 1 },
    [BW_JOB_LISTENING] = { "listening", N_ ("Listening"), 5000, TRUE, 8 },
    [BW_JOB_WAITING_REPLUG] = { "waiting-replug", N_ ("Plug it in again"), 30000, TRUE, 0 },
    [BW_JOB_FINISHED] = { "finished", N_ ("Finished"), 0, FALSE, 0 },
};

gboolean
_bw_job_table_next (BwJobState from, BwJobTrigger trigger, BwJobState *ret_to)
{
    for (unsigned i = 0; i < G_N_ELEMENTS (edges); i++) {
        if (edges[i].trigger == trigger && (edges[i].from & (1u << from)) != 0) {
            *ret_to = edges[i].to;
            return TRUE;
        }
    }
    return FALSE;
}

const BwJobStateFacts *
_bw_job_table_get_facts (BwJobState state)
{
    g_return_val_if_fail ((unsigned) state < BW_JOB_N_STATES, &facts[BW_JOB_FINISHED]);
    return &facts[state];
}

static unsigned
get_flash_path (const BwPlanOptions *options)
{
    unsigned path = S (WRITING);

    if (!options->no_diff && !options->erase_all)
        path |= S (CHECKING);
    if (options->erase_all)
        path |= S (ERASING);
    if (!options->no_verify)
        path |= S (VERIFYING);
    if (!options->no_listen && !options->stay)
        path |= S (LISTENING);
    return path;
}

unsigned
_bw_job_table_get_path (BwAction action, const BwPlanOptions *options)
{
    unsigned path = S (CONNECTING) | S (IDENTIFYING);

    if (!options->stay)
        path |= S (CONFIRMING);
    switch (action) {
    case BW_ACTION_FLASH:
        return path | get_flash_path (options);
    case BW_ACTION_VERIFY:
        return path | S (VERIFYING);
    case BW_ACTION_READ:
        return path | S (READING);
    case BW_ACTION_ERASE:
        return path | S (ERASING);
    case BW_ACTION_RESET:
        return S (CONNECTING) | S (CONFIRMING);
    case BW_ACTION_CONSOLE:
        return S (CONNECTING) | S (LISTENING);
    case BW_ACTION_IDENTIFY:
    default:
        return path;
    }
}

const char *
bw_job_state_get_id (BwJobState state)
{
    return _bw_job_table_get_facts (state)->id;
}

BwJobState
bw_job_state_from_id (const char *id)
{
    for (int state = BW_JOB_QUEUED; state <= BW_JOB_FINISHED; state++)
        if (g_strcmp0 (bw_job_state_get_id ((BwJobState) state), id) == 0)
            return (BwJobState) state;
    return BW_JOB_QUEUED;
}

const char *
bw_job_state_get_word (BwJobState state)
{
    return _ (_bw_job_table_get_facts (state)->word);
}

const char *
bw_job_result_get_id (BwJobResult result)
{
    static const char *const ids[] = { "none", "success", "failed", "cancelled" };

    g_return_val_if_fail ((unsigned) result < G_N_ELEMENTS (ids), "none");
    return ids[result];
}
