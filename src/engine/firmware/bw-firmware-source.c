/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-gzip.h"

#define STEP_BYTES (1024u * 1024)
#define COPY_BYTES (8u * 1024 * 1024)

/* A descriptor that closes itself; -1 is none. */
typedef int AutoFd;

static void
auto_fd_clear (AutoFd *fd)
{
    if (*fd >= 0)
        close (*fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AutoFd, auto_fd_clear)

gboolean
bw_firmware_source_is_folder (const char *path)
{
    return g_file_test (path, G_FILE_TEST_IS_DIR);
}

char
bw_firmware_source_first_char (GBytes *bytes)
{
    size_t len;
    const char *data = g_bytes_get_data (bytes, &len);
    size_t start = len >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    for (size_t i = start; i < MIN (len, 256); i++)
        if (!g_ascii_isspace (data[i]))
            return data[i];
    return 0;
}

static const char *
name_kind (mode_t mode)
{
    /* translators: follow the name of a file and a colon */
    if (S_ISDIR (mode))
        return _ ("is a folder, not a file");
    if (S_ISFIFO (mode))
        return _ ("is a pipe, not a file");
    if (S_ISSOCK (mode))
        return _ ("is a socket, not a file");
    return _ ("is a device, not a file");
}

static gboolean
check_stat (const struct stat *st, size_t size_max, GError **error)
{
    if (!S_ISREG (st->st_mode)) {
        bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, "%s", name_kind (st->st_mode));
        return FALSE;
    }
    if (st->st_size == 0) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("the file is empty"));
        return FALSE;
    }
    if ((uint64_t) st->st_size > size_max) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("has %" PRId64 " bytes, more than the %zu that are accepted"),
                      (gint64) st->st_size, size_max);
        return FALSE;
    }
    return TRUE;
}

static gboolean
set_errno_error (GError **error, int saved_errno, const char *what)
{
    bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, "%s: %s", what, g_strerror (saved_errno));
    return FALSE;
}

/* Looks before it opens: opening a serial port would already move its reset lines. */
static int
open_regular (const char *path, size_t size_max, struct stat *ret_st, GError **error)
{
    g_auto (AutoFd) fd = -1;
    struct stat st;
    int result;

    if (stat (path, &st) != 0)
        return set_errno_error (error, errno, _ ("cannot be opened")), -1;
    if (!check_stat (&st, size_max, error))
        return -1;
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat (fd, &st) != 0)
        return set_errno_error (error, errno, _ ("cannot be opened")), -1;
    if (!check_stat (&st, size_max, error))
        return -1;
    *ret_st = st;
    result = fd;
    fd = -1;
    return result;
}

static gboolean
read_exactly (int fd, uint8_t *data, size_t len, GCancellable *cancellable, GError **error)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n;

        if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        n = read (fd, data + done, MIN (len - done, STEP_BYTES));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return set_errno_error (error, errno, _ ("cannot be read"));
        if (n == 0) {
            bw_set_error (error, BW_CAUSE_UNREADABLE_FILE,
                          _ ("became shorter while it was read (%zu of %zu bytes)"), done, len);
            return FALSE;
        }
        done += (size_t) n;
    }
    return TRUE;
}

static GBytes *
read_to_memory (int fd, size_t len, GCancellable *cancellable, GError **error)
{
    g_autofree uint8_t *data = g_malloc (len);

    if (!read_exactly (fd, data, len, cancellable, error))
        return NULL;
    return g_bytes_new_take (g_steal_pointer (&data), len);
}

static int
open_unlinked (void)
{
    g_autofree char *path = NULL;
    int fd = open (g_get_user_cache_dir (), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0)
        return fd;
    fd = g_file_open_tmp ("boardwalk-XXXXXX", &path, NULL);
    if (fd >= 0)
        unlink (path);
    return fd;
}

/* Shares the extents of the original on file systems that can. */
static gboolean
copy_exactly (int from, int to, size_t len, GCancellable *cancellable)
{
    size_t done = 0;

    while (done < len && !g_cancellable_is_cancelled (cancellable)) {
        ssize_t n = copy_file_range (from, NULL, to, NULL, MIN (len - done, COPY_BYTES), 0);

        if (n <= 0)
            return FALSE;
        done += (size_t) n;
    }
    return done == len;
}

/* Any failure (full disk, odd file system) only means that the file is read to memory instead. */
static GBytes *
map_copy (int fd, size_t len, GCancellable *cancellable)
{
    g_autoptr (GMappedFile) mapped = NULL;
    g_auto (AutoFd) copy = open_unlinked ();

    if (copy < 0 || !copy_exactly (fd, copy, len, cancellable))
        return NULL;
    mapped = g_mapped_file_new_from_fd (copy, FALSE, NULL);
    return mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
}

GBytes *
bw_firmware_source_unpack (GBytes *bytes,
                           size_t size_max,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (GBytes) plain = NULL;
    size_t len = 0;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    if (!bw_gzip_is_packed (data, len))
        return g_bytes_ref (bytes);
    plain = bw_gzip_unpack (bytes, size_max, cancellable, error);
    if (plain != NULL && g_bytes_get_size (plain) == 0) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("the unpacked file is empty"));
        return NULL;
    }
    return g_steal_pointer (&plain);
}

static GBytes *
read_path (const char *path,
           size_t size_max,
           BwFirmwareFiles *files,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GBytes) bytes = NULL;
    g_auto (AutoFd) fd = -1;
    struct stat st;
    size_t len = 0;

    fd = open_regular (path, size_max, &st, error);
    if (fd < 0)
        return NULL;
    if (files != NULL)
        bw_firmware_files_add (files, path, &st);
    len = (size_t) st.st_size;
    if (len >= BW_FIRMWARE_MAP_FROM)
        bytes = map_copy (fd, len, cancellable);
    if (bytes == NULL && lseek (fd, 0, SEEK_SET) == 0)
        bytes = read_to_memory (fd, len, cancellable, error);
    return bytes == NULL ? NULL : bw_firmware_source_unpack (bytes, size_max, cancellable, error);
}

GBytes *
bw_firmware_source_read (const char *path,
                         size_t size_max,
                         BwFirmwareFiles *files,
                         GCancellable *cancellable,
                         GError **error)
{
    GBytes *bytes = read_path (path, size_max, files, cancellable, error);

    if (bytes == NULL) {
        g_autofree char *shown = g_filename_display_name (path);

        g_prefix_error (error, "%s: ", shown);
    }
    return bytes;
}
