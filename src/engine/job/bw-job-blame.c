/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-blame"
#include "config.h"

#include "bw-job-blame.h"

#include "bw-hub-power.h"

#define SYS "/sys"

struct BwJobBlame {
    BwHubPower *power; /* (nullable) */
};

BwJobBlame *
_bw_job_blame_new (const char *address)
{
    BwJobBlame *self = g_new0 (BwJobBlame, 1);

    self->power = bw_hub_power_new (SYS, address);
    return self;
}

/* What a board without power looks like. */
static gboolean
may_be_power (BwCause cause)
{
    return cause == BW_CAUSE_UNPLUGGED || cause == BW_CAUSE_LOST || cause == BW_CAUSE_NO_ANSWER
           || cause == BW_CAUSE_RESET_IN_THE_MIDDLE;
}

GError *
_bw_job_blame_name (const BwJobBlame *self, GError *failure)
{
    g_autoptr (GError) before = failure;
    g_autofree char *trip = NULL;

    if (self != NULL && may_be_power (bw_error_get_cause (failure)))
        trip = bw_hub_power_dup_trip (self->power);
    if (trip == NULL)
        return g_steal_pointer (&before);
    return bw_error_new (BW_CAUSE_POWER, "%s; %s", bw_error_get_evidence (failure), trip);
}

void
_bw_job_blame_free (BwJobBlame *self)
{
    if (self == NULL)
        return;
    bw_hub_power_free (self->power);
    g_free (self);
}
