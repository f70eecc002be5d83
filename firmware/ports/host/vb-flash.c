/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-flash.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_DEFAULT (4u << 20)
#define SIZE_SMALLEST (256u << 10)
#define SIZE_LARGEST (256u << 20)

static bool
fill_blank (int fd, off_t from, off_t to)
{
    uint8_t blank[65536];

    memset (blank, 0xff, sizeof blank);
    while (from < to) {
        size_t n = to - from < (off_t) sizeof blank ? (size_t) (to - from) : sizeof blank;
        ssize_t written = pwrite (fd, blank, n, from);

        if (written <= 0)
            return false;
        from += written;
    }
    return true;
}

static bool
size_is_possible (uint32_t size)
{
    return size >= SIZE_SMALLEST && size <= SIZE_LARGEST && (size & (size - 1)) == 0;
}

static bool
fail (char *error, size_t error_size, const char *what, const char *path, const char *why)
{
    snprintf (error, error_size, "%s %s: %s", what, path, why);
    return false;
}

static bool
map_file (struct vb_flash *self, int fd, const char *path, char *error, size_t error_size)
{
    struct stat status;

    if (fstat (fd, &status) != 0)
        return fail (error, error_size, "flash file", path, strerror (errno));
    if (self->size == 0)
        self->size = status.st_size > 0 && status.st_size <= SIZE_LARGEST
                         ? (uint32_t) status.st_size
                         : SIZE_DEFAULT;
    if (!size_is_possible (self->size))
        return fail (error, error_size, "flash file", path,
                     "the size of a flash is a power of two from 256 KiB to 256 MiB");
    if (status.st_size > (off_t) self->size)
        return fail (error, error_size, "flash file", path, "larger than the flash");
    if (!fill_blank (fd, status.st_size, self->size))
        return fail (error, error_size, "cannot fill", path, strerror (errno));
    self->bytes = mmap (NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (self->bytes == MAP_FAILED)
        return fail (error, error_size, "cannot map", path, strerror (errno));
    return true;
}

static bool
open_file (struct vb_flash *self, const char *path, char *error, size_t error_size)
{
    int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    bool done;

    if (fd < 0)
        return fail (error, error_size, "cannot open", path, strerror (errno));
    done = map_file (self, fd, path, error, error_size);
    close (fd);
    return done;
}

/* One blank file in memory, mapped privately by every board: untouched pages exist once. */
static bool
open_memory (struct vb_flash *self, char *error, size_t error_size)
{
    static int blank = -1;
    static uint32_t blank_size;

    if (self->size == 0)
        self->size = SIZE_DEFAULT;
    if (!size_is_possible (self->size))
        return fail (error, error_size, "flash", "in memory",
                     "its size is a power of two from 256 KiB to 256 MiB");
    if (blank < 0)
        blank = memfd_create ("blank-flash", MFD_CLOEXEC);
    if (blank < 0 || !fill_blank (blank, blank_size, self->size))
        return fail (error, error_size, "flash", "in memory", strerror (errno));
    if (blank_size < self->size)
        blank_size = self->size;
    self->bytes = mmap (NULL, self->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, blank, 0);
    if (self->bytes == MAP_FAILED)
        return fail (error, error_size, "flash", "in memory", strerror (errno));
    return true;
}

bool
vb_flash_open (struct vb_flash *self,
               const char *path,
               uint32_t size,
               char *error,
               size_t error_size)
{
    self->bytes = NULL;
    self->size = size;
    return path != NULL ? open_file (self, path, error, error_size)
                        : open_memory (self, error, error_size);
}

void
vb_flash_close (struct vb_flash *self)
{
    if (self->bytes != NULL && self->bytes != MAP_FAILED)
        munmap (self->bytes, self->size);
    self->bytes = NULL;
}
