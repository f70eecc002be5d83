/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-driver"
#include "config.h"

#include "bw-driver.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

G_DEFINE_ABSTRACT_TYPE (BwDriver, bw_driver, G_TYPE_OBJECT)

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What a family of devices cannot do is refused here, once. */
static gboolean
refuse (GError **error, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_propagate_error (error, bw_error_new_valist (BW_CAUSE_USAGE, format, args));
    va_end (args);
    return FALSE;
}

static void
bw_driver_class_init (BwDriverClass *klass)
{
}

static void
bw_driver_init (BwDriver *self)
{
}

void
bw_driver_set_events (BwDriver *self, const BwDriverEvents *events)
{
    g_return_if_fail (BW_IS_DRIVER (self));
    if (BW_DRIVER_GET_CLASS (self)->set_events != NULL)
        BW_DRIVER_GET_CLASS (self)->set_events (self, events);
}

gboolean
bw_driver_connect (BwDriver *self, GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), FALSE);
    if (BW_DRIVER_GET_CLASS (self)->connect == NULL)
        return refuse (error, _ ("%s cannot connect"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->connect (self, cancellable, error);
}

BwBoardInfo *
bw_driver_identify (BwDriver *self, GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), NULL);
    if (BW_DRIVER_GET_CLASS (self)->identify == NULL) {
        refuse (error, _ ("%s cannot identify a board"), G_OBJECT_TYPE_NAME (self));
        return NULL;
    }
    return BW_DRIVER_GET_CLASS (self)->identify (self, cancellable, error);
}

gboolean
bw_driver_write (BwDriver *self,
                 const BwFirmwareBuild *build,
                 const BwWriteOptions *options,
                 BwWriteReport *ret_report,
                 GCancellable *cancellable,
                 GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self) && build != NULL && options != NULL, FALSE);
    if (BW_DRIVER_GET_CLASS (self)->write == NULL)
        return refuse (error, _ ("%s cannot write"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->write (self, build, options, ret_report, cancellable, error);
}

gboolean
bw_driver_verify (BwDriver *self,
                  const BwFirmwareBuild *build,
                  GCancellable *cancellable,
                  GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self) && build != NULL, FALSE);
    if (BW_DRIVER_GET_CLASS (self)->verify == NULL)
        return refuse (error, _ ("%s cannot verify"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->verify (self, build, cancellable, error);
}

gboolean
bw_driver_read (BwDriver *self,
                uint32_t offset,
                uint32_t size,
                GOutputStream *to,
                GCancellable *cancellable,
                GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self) && G_IS_OUTPUT_STREAM (to), FALSE);
    if (BW_DRIVER_GET_CLASS (self)->read == NULL)
        return refuse (error, _ ("%s cannot read"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->read (self, offset, size, to, cancellable, error);
}

gboolean
bw_driver_erase (BwDriver *self,
                 uint32_t offset,
                 uint32_t size,
                 GCancellable *cancellable,
                 GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), FALSE);
    if (BW_DRIVER_GET_CLASS (self)->erase == NULL)
        return refuse (error, _ ("%s cannot erase"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->erase (self, offset, size, cancellable, error);
}

gboolean
bw_driver_reset (BwDriver *self, gboolean to_bootloader, GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), FALSE);
    if (BW_DRIVER_GET_CLASS (self)->reset == NULL)
        return refuse (error, _ ("%s cannot reset a board"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->reset (self, to_bootloader, cancellable, error);
}

gboolean
bw_driver_listen (BwDriver *self,
                  unsigned patience_ms,
                  BwBootVerdict *ret_verdict,
                  BwCause *ret_cause,
                  char **ret_text,
                  GCancellable *cancellable,
                  GError **error)
{
    g_return_val_if_fail (BW_IS_DRIVER (self) && ret_verdict != NULL && ret_cause != NULL
                              && ret_text != NULL,
                          FALSE);
    if (BW_DRIVER_GET_CLASS (self)->listen == NULL)
        return refuse (error, _ ("%s cannot listen"), G_OBJECT_TYPE_NAME (self));
    return BW_DRIVER_GET_CLASS (self)->listen (self, patience_ms, ret_verdict, ret_cause, ret_text,
                                               cancellable, error);
}

gboolean
bw_driver_leave (BwDriver *self)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), FALSE);
    return BW_DRIVER_GET_CLASS (self)->leave != NULL && BW_DRIVER_GET_CLASS (self)->leave (self);
}

gboolean
bw_driver_has_changed (BwDriver *self)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), FALSE);
    return BW_DRIVER_GET_CLASS (self)->has_changed != NULL
           && BW_DRIVER_GET_CLASS (self)->has_changed (self);
}

char *
bw_driver_dup_left_behind (BwDriver *self)
{
    g_return_val_if_fail (BW_IS_DRIVER (self), NULL);
    if (BW_DRIVER_GET_CLASS (self)->dup_left_behind == NULL)
        return g_strdup (_ ("Nothing was changed on the board."));
    return BW_DRIVER_GET_CLASS (self)->dup_left_behind (self);
}
