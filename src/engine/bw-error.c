/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-error"
#include "config.h"

#include "bw-error.h"

#include <gio/gio.h>

/* GLib finds our part of an error by counting bytes from its own: the allocator aligns it, and it
 * is there in every error of our domain, which is looked at first. */
#pragma GCC diagnostic ignored "-Wcast-align"
#pragma GCC diagnostic ignored "-Wnull-dereference"

typedef struct {
    BwCause cause;
    char *evidence;
    char *offer; /* (nullable) */
} BwErrorPrivate;

static void
bw_error_private_init (BwErrorPrivate *priv)
{
    priv->cause = BW_CAUSE_INTERNAL;
}

static void
bw_error_private_copy (const BwErrorPrivate *src, BwErrorPrivate *dest)
{
    dest->cause = src->cause;
    dest->evidence = g_strdup (src->evidence);
    dest->offer = g_strdup (src->offer);
}

static void
bw_error_private_clear (BwErrorPrivate *priv)
{
    g_clear_pointer (&priv->evidence, g_free);
    g_clear_pointer (&priv->offer, g_free);
}

G_DEFINE_EXTENDED_ERROR (BwError, bw_error)

GError *
bw_error_new_valist (BwCause cause, const char *evidence_format, va_list args)
{
    BwCause known = cause == BW_CAUSE_NONE ? BW_CAUSE_INTERNAL : cause;
    GError *error =
        g_error_new_valist (BW_ERROR, (int) bw_cause_get_code (known), evidence_format, args);
    BwErrorPrivate *priv = bw_error_get_private (error);

    priv->cause = known;
    priv->evidence = g_strdup (error->message);
    return error;
}

GError *
bw_error_new (BwCause cause, const char *evidence_format, ...)
{
    GError *error = NULL;
    va_list args;

    va_start (args, evidence_format);
    error = bw_error_new_valist (cause, evidence_format, args);
    va_end (args);
    return error;
}

void
bw_set_error (GError **error, BwCause cause, const char *evidence_format, ...)
{
    va_list args;

    if (error == NULL)
        return;
    va_start (args, evidence_format);
    g_propagate_error (error, bw_error_new_valist (cause, evidence_format, args));
    va_end (args);
}

BwCause
bw_error_get_cause (const GError *error)
{
    if (error == NULL)
        return BW_CAUSE_NONE;
    if (error->domain == BW_ERROR)
        return bw_error_get_private (error)->cause;
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return BW_CAUSE_CANCELLED;
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
        || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
        return BW_CAUSE_NO_SPACE;
    return BW_CAUSE_NONE;
}

const char *
bw_error_get_evidence (const GError *error)
{
    if (error == NULL)
        return NULL;
    if (error->domain == BW_ERROR)
        return bw_error_get_private (error)->evidence;
    return error->message;
}

void
bw_error_set_offer (GError *error, const char *offer)
{
    BwErrorPrivate *priv = NULL;

    g_return_if_fail (error != NULL && error->domain == BW_ERROR);
    priv = bw_error_get_private (error);
    g_free (priv->offer);
    priv->offer = g_strdup (offer);
}

const char *
bw_error_get_offer (const GError *error)
{
    return error == NULL || error->domain != BW_ERROR ? NULL : bw_error_get_private (error)->offer;
}

int
bw_error_get_exit_status (const GError *error)
{
    BwCause cause = bw_error_get_cause (error);

    if (error == NULL)
        return 0;
    return cause == BW_CAUSE_NONE ? 1 : bw_cause_get_exit_status (cause);
}
