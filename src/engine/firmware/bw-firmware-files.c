/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware-files"

#include "bw-firmware-files.h"

#include <string.h>

#include "bw-folder.h"

/* As many as the system follows before it says that they lead in a circle. */
#define LINKS_MAX 40

/* A file as it was when it was read. Whoever writes it changes its size or, but for the same tick of
 * a coarse clock, its times; whoever puts another in its place its number. */
struct file {
    char *path;
    ino_t number;
    off_t size;
    struct timespec written;
    struct timespec changed;
};

struct BwFirmwareFiles {
    GPtrArray *files;  /* of struct file */
    GHashTable *known; /* their paths */
    GPtrArray *names;  /* ends with NULL */
    GHashTable *named; /* the same */
    BwFirmwareMeter *meter;
};

static void
file_free (struct file *file)
{
    g_free (file->path);
    g_free (file);
}

BwFirmwareFiles *
bw_firmware_files_new (void)
{
    BwFirmwareFiles *self = g_new0 (BwFirmwareFiles, 1);

    self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);
    self->known = g_hash_table_new (g_str_hash, g_str_equal);
    /* one that has room for nothing has no end either */
    self->names = g_ptr_array_new_null_terminated (1, g_free, TRUE);
    self->named = g_hash_table_new (g_str_hash, g_str_equal);
    return self;
}

void
bw_firmware_files_free (BwFirmwareFiles *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref (self->known);
    g_hash_table_unref (self->named);
    g_ptr_array_unref (self->files);
    g_ptr_array_unref (self->names);
    bw_firmware_meter_unref (self->meter);
    g_free (self);
}

void
bw_firmware_files_set_meter (BwFirmwareFiles *self, BwFirmwareMeter *meter)
{
    bw_firmware_meter_unref (self->meter);
    self->meter = meter == NULL ? NULL : bw_firmware_meter_ref (meter);
}

BwFirmwareMeter *
bw_firmware_files_get_meter (const BwFirmwareFiles *self)
{
    return self->meter;
}

static void
add_name (BwFirmwareFiles *self, const char *name)
{
    char *copy = NULL;

    if (g_hash_table_contains (self->named, name))
        return;
    copy = g_strdup (name);
    g_ptr_array_add (self->names, copy);
    g_hash_table_add (self->named, copy);
}

/* Takes note of the first symbolic link in @path. Returns the path that it leads to; NULL when there
 * is none in it. */
static char *
follow_link (BwFirmwareFiles *self, const char *path)
{
    const char *rest = path;

    while (rest != NULL) {
        g_autofree char *step = NULL;
        g_autofree char *target = NULL;
        g_autofree char *folder = NULL;

        rest = strchr (rest + 1, '/');
        step = rest == NULL ? g_strdup (path) : g_strndup (path, (gsize) (rest - path));
        target = g_file_read_link (step, NULL);
        if (target == NULL)
            continue;
        add_name (self, step);
        folder = g_path_is_absolute (target) ? g_strdup ("/") : g_path_get_dirname (step);
        return g_build_filename (folder, target, rest, NULL);
    }
    return NULL;
}

static void
add_names (BwFirmwareFiles *self, const char *path)
{
    g_autofree char *at = g_strdup (path);

    for (unsigned i = 0; i < LINKS_MAX; i++) {
        char *next = follow_link (self, at);

        if (next == NULL)
            break;
        g_free (at);
        at = next;
    }
    add_name (self, at);
}

void
bw_firmware_files_add (BwFirmwareFiles *self, const char *path, const struct stat *st)
{
    g_autofree char *absolute = bw_folder_dup_absolute (path);
    struct file *file = NULL;

    if (g_hash_table_contains (self->known, absolute))
        return;
    add_names (self, absolute);
    file = g_new0 (struct file, 1);
    file->path = g_steal_pointer (&absolute);
    file->number = st->st_ino;
    file->size = st->st_size;
    file->written = st->st_mtim;
    file->changed = st->st_ctim;
    g_ptr_array_add (self->files, file);
    g_hash_table_add (self->known, file->path);
}

const char *const *
bw_firmware_files_get_names (const BwFirmwareFiles *self)
{
    return (const char *const *) self->names->pdata;
}

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static gboolean
is_same (const struct file *file, const struct stat *st)
{
    return st->st_ino == file->number && st->st_size == file->size
           && is_same_time (&st->st_mtim, &file->written)
           && is_same_time (&st->st_ctim, &file->changed);
}

BwFirmwareFilesState
bw_firmware_files_check_sync (const BwFirmwareFiles *self)
{
    BwFirmwareFilesState state = BW_FIRMWARE_FILES_SAME;

    for (unsigned i = 0; i < self->files->len; i++) {
        const struct file *file = g_ptr_array_index (self->files, i);
        struct stat st;

        if (stat (file->path, &st) != 0)
            return BW_FIRMWARE_FILES_GONE;
        if (!is_same (file, &st))
            state = BW_FIRMWARE_FILES_CHANGED;
    }
    return state;
}
