/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-blame"
#include "config.h"

#include "bw-job-blame.h"

#include "bw-esp-boot-log.h"
#include "bw-hub-power.h"

#define SYS "/sys"
/* No word that is looked for is longer. */
#define WORD_BYTES 64

struct BwJobBlame {
    BwHubPower *power; /* (nullable) */
    GString *heard;    /* the end of what was said, without zeros */
    gboolean has_brownout;
};

BwJobBlame *
_bw_job_blame_new (const char *address)
{
    BwJobBlame *self = g_new0 (BwJobBlame, 1);

    self->power = bw_hub_power_new (SYS, address);
    self->heard = g_string_new (NULL);
    return self;
}

gboolean
_bw_job_blame_hear (BwJobBlame *self, const uint8_t *bytes, size_t len)
{
    if (self->has_brownout)
        return FALSE;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            g_string_append_c (self->heard, (char) bytes[i]);
    self->has_brownout = bw_esp_boot_log_tells_brownout (self->heard->str);
    if (self->heard->len > WORD_BYTES)
        g_string_erase (self->heard, 0, (gssize) (self->heard->len - WORD_BYTES));
    return self->has_brownout;
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
    g_string_free (self->heard, TRUE);
    g_free (self);
}
