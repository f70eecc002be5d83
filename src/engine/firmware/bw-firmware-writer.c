/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-writer.h"

#include <errno.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-target.h"

#define BUFFER_BYTES (256u * 1024)
/* Before the umask, as for any file that a program makes. */
#define FILE_MODE 0666

struct BwFirmwareWriter {
    char *path;
    char *temporary;
    int fd;
    GByteArray *buffer;
    GCancellable *cancellable;
};

BwFirmwareWriter *
bw_firmware_writer_new (const char *path, GCancellable *cancellable, GError **error)
{
    BwFirmwareWriter *self = NULL;
    char *temporary = NULL;
    int fd = bw_target_open (path, FILE_MODE, &temporary, error);

    if (fd < 0)
        return NULL;
    self = g_new0 (BwFirmwareWriter, 1);
    self->path = g_strdup (path);
    self->temporary = temporary;
    self->fd = fd;
    self->buffer = g_byte_array_sized_new (BUFFER_BYTES);
    self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
    return self;
}

void
bw_firmware_writer_free (BwFirmwareWriter *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        close (self->fd);
    if (self->temporary != NULL)
        unlink (self->temporary);
    g_free (self->temporary);
    g_free (self->path);
    g_byte_array_unref (self->buffer);
    g_clear_object (&self->cancellable);
    g_free (self);
}

static gboolean
write_out (BwFirmwareWriter *self, GError **error)
{
    size_t done = 0;

    while (done < self->buffer->len) {
        ssize_t n;

        if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
            return FALSE;
        n = write (self->fd, self->buffer->data + done, self->buffer->len - done);
        if (n < 0 && errno != EINTR)
            return bw_target_set_error (self->path, errno, error);
        done += (size_t) MAX (n, 0);
    }
    g_byte_array_set_size (self->buffer, 0);
    return TRUE;
}

gboolean
bw_firmware_writer_put (BwFirmwareWriter *self, const void *data, size_t len, GError **error)
{
    const uint8_t *bytes = data;

    while (len > 0) {
        size_t step = MIN (len, BUFFER_BYTES - self->buffer->len);

        g_byte_array_append (self->buffer, bytes, (guint) step);
        bytes += step;
        len -= step;
        if (self->buffer->len == BUFFER_BYTES && !write_out (self, error))
            return FALSE;
    }
    return TRUE;
}

/* The close is part of it: network file systems report a full disk only there. */
static gboolean
finish_file (BwFirmwareWriter *self, GError **error)
{
    int fd = self->fd;

    if (!write_out (self, error))
        return FALSE;
    if (fsync (fd) != 0)
        return bw_target_set_error (self->path, errno, error);
    self->fd = -1;
    return close (fd) == 0 || bw_target_set_error (self->path, errno, error);
}

gboolean
bw_firmware_writer_commit (BwFirmwareWriter *self, GError **error)
{
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
        || !finish_file (self, error))
        return FALSE;
    if (!bw_target_replace (self->path, self->temporary, error))
        return FALSE;
    g_clear_pointer (&self->temporary, g_free);
    return TRUE;
}
