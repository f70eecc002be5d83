/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-blame"
#include "config.h"

#include "bw-job-blame.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bw-esp-boot-log.h"
#include "bw-hub-power.h"
#include "bw-known-trouble.h"
#include "bw-port-owner.h"
#include "bw-tty-usb.h"

#define SCHEME "serial://"
/* No word that is looked for is longer. */
#define WORD_BYTES 64

struct BwJobBlame {
    char *proc;
    char *sys;
    char *path;        /* of the device, if it is one of this machine */
    BwHubPower *power; /* (nullable) */
    char *driver;      /* (nullable) of the adapter */
    char *product;     /* (nullable) */
    GString *heard;    /* the end of what was said, without zeros */
    gboolean has_brownout;
};

static char *
read_product (const char *sys, const char *address)
{
    g_autofree char *device = bw_tty_usb_dup_device (sys, address);
    g_autofree char *path = device == NULL ? NULL : g_build_filename (device, "product", NULL);
    char *text = NULL;

    if (path != NULL && g_file_get_contents (path, &text, NULL, NULL))
        g_strchomp (text);
    return text;
}

BwJobBlame *
_bw_job_blame_new (const char *proc, const char *sys, const char *address)
{
    BwJobBlame *self = g_new0 (BwJobBlame, 1);

    self->proc = g_strdup (proc);
    self->sys = g_strdup (sys);
    self->path =
        g_strdup (g_str_has_prefix (address, SCHEME) ? address + strlen (SCHEME) : address);
    self->power = bw_hub_power_new (sys, address);
    self->driver = bw_tty_usb_dup_driver (sys, address);
    self->product = read_product (sys, address);
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

/* What a port looks like that somebody else reads as well: not every program locks what it opens. */
static gboolean
may_be_shared (BwCause cause)
{
    return cause == BW_CAUSE_NO_ANSWER || cause == BW_CAUSE_GARBAGE || cause == BW_CAUSE_NOISY_LINE
           || cause == BW_CAUSE_LOST || cause == BW_CAUSE_TIMEOUT || cause == BW_CAUSE_PROTOCOL;
}

/* Who that is; %NULL if nobody. Of an adapter only: who is behind another line may have it open. */
static GError *
find_sharer (const BwJobBlame *self, BwCause cause)
{
    g_autofree char *name = NULL;
    pid_t pid = 0;

    if (self->driver == NULL || !may_be_shared (cause)
        || !bw_port_owner_find (self->proc, self->path, &pid, &name))
        return NULL;
    return bw_port_explain_open_failure (self->proc, self->sys, self->path, EBUSY);
}

static char *
dup_known (const BwJobBlame *self, BwCause cause, unsigned baud)
{
    struct utsname kernel = { 0 };
    const BwTroubleCase seen = {
        .driver = self->driver,
        .product = self->product,
        .kernel = kernel.release,
        .cause = cause,
        .baud = baud,
    };

    if (self->driver == NULL || uname (&kernel) != 0)
        return NULL;
    return bw_known_trouble_dup_text (NULL, &seen);
}

GError *
_bw_job_blame_name (const BwJobBlame *self, GError *failure, unsigned baud)
{
    g_autoptr (GError) before = failure;
    g_autoptr (GError) sharer = NULL;
    BwCause cause = bw_error_get_cause (failure);
    g_autofree char *more = NULL;

    if (self != NULL && may_be_power (cause))
        more = bw_hub_power_dup_trip (self->power);
    sharer = self != NULL && more == NULL ? find_sharer (self, cause) : NULL;
    if (more != NULL) {
        cause = BW_CAUSE_POWER;
    } else if (sharer != NULL) {
        cause = bw_error_get_cause (sharer);
        more = g_strdup (bw_error_get_evidence (sharer));
    } else if (self != NULL) {
        more = dup_known (self, cause, baud);
    }
    if (more == NULL)
        return g_steal_pointer (&before);
    return bw_error_new (cause, "%s; %s", bw_error_get_evidence (failure), more);
}

void
_bw_job_blame_free (BwJobBlame *self)
{
    if (self == NULL)
        return;
    bw_hub_power_free (self->power);
    g_free (self->proc);
    g_free (self->sys);
    g_free (self->path);
    g_free (self->driver);
    g_free (self->product);
    g_string_free (self->heard, TRUE);
    g_free (self);
}
