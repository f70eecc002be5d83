/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-read"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-job-worker.h"
#include "bw-target.h"

static gboolean
find_region (BwJobWorker *self, uint32_t *ret_offset, uint32_t *ret_size, GError **error)
{
    uint32_t flash = self->info->flash_size_bytes;
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!bw_plan_find_region (self->plan, self->info, &offset, &size, error))
        return FALSE;
    if (size == 0 && flash == 0) {
        bw_set_error (error, BW_CAUSE_FLASH_SIZE,
                      _ ("the size of the flash is not known: name one"));
        return FALSE;
    }
    if (size == 0 && offset < flash)
        size = flash - offset;
    if (size == 0 || (flash != 0 && (offset >= flash || size > flash - offset))) {
        bw_set_error (error, BW_CAUSE_BEYOND_FLASH,
                      _ ("0x%x bytes at 0x%x do not lie in %u bytes of flash"), size, offset,
                      flash);
        return FALSE;
    }
    *ret_offset = offset;
    *ret_size = size;
    return TRUE;
}

/* Passwords and keys lie in a flash, and most of them in plain. */
#define FILE_MODE 0600

static gboolean
finish_file (int fd, const char *temporary, const char *path, GError **error)
{
    if (fsync (fd) != 0)
        return bw_target_set_error (path, errno, error);
    return bw_target_replace (path, temporary, error);
}

/* GIO does not tell quotas and limits from other failed writes: one more byte does. */
static gboolean
is_full (int fd)
{
    if (write (fd, "", 1) == 1)
        return FALSE;
    return bw_target_is_full (errno);
}

/* Errors of the file come through the driver untouched. */
static GError *
name_error (GError *reason, int fd)
{
    BwCause cause = is_full (fd) ? BW_CAUSE_NO_SPACE : bw_error_get_cause (reason);
    GError *error = NULL;

    if (reason->domain == BW_ERROR || cause == BW_CAUSE_CANCELLED)
        return reason;
    error = bw_error_new (cause == BW_CAUSE_NONE ? BW_CAUSE_UNWRITABLE_FILE : cause, "%s",
                          reason->message);
    g_error_free (reason);
    return error;
}

static gboolean
copy_flash (BwJobWorker *self, uint32_t offset, uint32_t size, int fd, GError **error)
{
    g_autoptr (GOutputStream) stream = g_unix_output_stream_new (fd, FALSE);
    GError *reason = NULL;

    if (bw_driver_read (self->driver, offset, size, stream, self->cancellable, &reason))
        return TRUE;
    g_propagate_error (error, name_error (reason, fd));
    return FALSE;
}

gboolean
_bw_job_worker_read (BwJobWorker *self, GError **error)
{
    const char *path = bw_plan_get_path (self->plan);
    g_autofree char *temporary = NULL;
    g_autofree char *words = NULL;
    uint32_t offset = 0;
    uint32_t size = 0;
    gboolean is_ok = FALSE;
    int fd = -1;

    if (!find_region (self, &offset, &size, error)
        || !_bw_job_worker_fire (self, BW_JOB_TRIGGER_READ))
        return FALSE;
    fd = bw_target_open (path, FILE_MODE, &temporary, error);
    if (fd < 0)
        return FALSE;
    is_ok = copy_flash (self, offset, size, fd, error) && finish_file (fd, temporary, path, error);
    close (fd);
    if (!is_ok) {
        g_unlink (temporary);
        return FALSE;
    }
    words = g_format_size (size);
    /* Translators: size, file name */
    g_string_append_printf (self->summary, _ ("%s read into %s"), words, path);
    return TRUE;
}
