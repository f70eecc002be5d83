/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-info"
#include "config.h"

#include "bw-board-info.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

G_DEFINE_BOXED_TYPE (BwBoardInfo, bw_board_info, bw_board_info_ref, bw_board_info_unref)

BwPartition *
bw_partition_new (void)
{
    return g_new0 (BwPartition, 1);
}

void
bw_partition_free (BwPartition *self)
{
    if (self == NULL)
        return;
    g_free (self->label);
    g_free (self->kind);
    g_free (self->app_name);
    g_free (self->app_version);
    g_free (self);
}

BwPartition *
bw_partition_copy (const BwPartition *self)
{
    BwPartition *copy = g_memdup2 (self, sizeof *self);

    copy->label = g_strdup (self->label);
    copy->kind = g_strdup (self->kind);
    copy->app_name = g_strdup (self->app_name);
    copy->app_version = g_strdup (self->app_version);
    return copy;
}

BwBoardInfo *
bw_board_info_new (void)
{
    BwBoardInfo *self = g_new0 (BwBoardInfo, 1);

    g_atomic_ref_count_init (&self->refs);
    self->revision = -1;
    self->active_partition = -1;
    self->partitions = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_partition_free);
    return self;
}

BwBoardInfo *
bw_board_info_ref (BwBoardInfo *self)
{
    if (self != NULL)
        g_atomic_ref_count_inc (&self->refs);
    return self;
}

static void
copy_texts (BwBoardInfo *to, const BwBoardInfo *from)
{
    to->chip_key = g_strdup (from->chip_key);
    to->chip_name = g_strdup (from->chip_name);
    to->package = g_strdup (from->package);
    to->features = g_strdup (from->features);
    to->mac = g_strdup (from->mac);
    to->flash_maker = g_strdup (from->flash_maker);
    to->app_name = g_strdup (from->app_name);
    to->app_version = g_strdup (from->app_version);
    to->app_sdk = g_strdup (from->app_sdk);
    to->app_built = g_strdup (from->app_built);
    to->loader = g_strdup (from->loader);
}

BwBoardInfo *
bw_board_info_copy (const BwBoardInfo *self)
{
    BwBoardInfo *copy = g_memdup2 (self, sizeof *self);

    g_atomic_ref_count_init (&copy->refs);
    copy_texts (copy, self);
    copy->partitions = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_partition_free);
    for (unsigned i = 0; i < self->partitions->len; i++)
        g_ptr_array_add (copy->partitions, bw_partition_copy (self->partitions->pdata[i]));
    return copy;
}

BwBoardInfo *
bw_board_info_copy_changed (const BwBoardInfo *self)
{
    BwBoardInfo *copy = bw_board_info_copy (self);

    g_clear_pointer (&copy->app_name, g_free);
    g_clear_pointer (&copy->app_version, g_free);
    g_clear_pointer (&copy->app_sdk, g_free);
    g_clear_pointer (&copy->app_built, g_free);
    copy->active_partition = -1;
    for (unsigned i = 0; i < copy->partitions->len; i++) {
        BwPartition *partition = copy->partitions->pdata[i];

        g_clear_pointer (&partition->app_name, g_free);
        g_clear_pointer (&partition->app_version, g_free);
    }
    return copy;
}

BwBoardInfo *
bw_board_info_copy_erased (const BwBoardInfo *self)
{
    BwBoardInfo *copy = bw_board_info_copy_changed (self);

    g_ptr_array_set_size (copy->partitions, 0);
    return copy;
}

static void
board_info_free (BwBoardInfo *self)
{
    g_free (self->chip_key);
    g_free (self->chip_name);
    g_free (self->package);
    g_free (self->features);
    g_free (self->mac);
    g_free (self->flash_maker);
    g_ptr_array_unref (self->partitions);
    g_free (self->app_name);
    g_free (self->app_version);
    g_free (self->app_sdk);
    g_free (self->app_built);
    g_free (self->loader);
    g_free (self);
}

void
bw_board_info_unref (BwBoardInfo *self)
{
    if (self != NULL && g_atomic_ref_count_dec (&self->refs))
        board_info_free (self);
}

static char *
dup_names (GPtrArray *partitions)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new ();

    for (unsigned i = 0; i < partitions->len; i++) {
        const BwPartition *row = partitions->pdata[i];

        if (row->label[0] != '\0')
            g_ptr_array_add (names, row->label);
    }
    g_ptr_array_add (names, NULL);
    return g_strjoinv (", ", (char **) names->pdata);
}

static void
set_unknown (GError **error, const char *label, GPtrArray *partitions)
{
    g_autofree char *names = dup_names (partitions);
    g_autofree char *shown = g_utf8_make_valid (label, -1);

    if (names[0] == '\0')
        bw_set_error (error, BW_CAUSE_NO_PARTITION,
                      _ ("%s: no partition table was found on the board"), shown);
    else
        /* translators: a name nobody knows, names of partitions */
        bw_set_error (error, BW_CAUSE_NO_PARTITION, _ ("%s: the partition table has %s"), shown,
                      names);
}

const BwPartition *
bw_partitions_find (GPtrArray *partitions, const char *label, GError **error)
{
    const BwPartition *found = NULL;

    for (unsigned i = 0; i < partitions->len; i++) {
        const BwPartition *row = partitions->pdata[i];

        if (g_strcmp0 (row->label, label) != 0)
            continue;
        if (found != NULL) {
            bw_set_error (error, BW_CAUSE_NO_PARTITION,
                          /* translators: name of a partition, two addresses */
                          _ ("%s: there are several of that name, at 0x%x and 0x%x"), label,
                          found->offset, row->offset);
            return NULL;
        }
        found = row;
    }
    if (found == NULL)
        set_unknown (error, label, partitions);
    return found;
}

const BwPartition *
bw_board_info_find_partition (const BwBoardInfo *self, const char *label, GError **error)
{
    return bw_partitions_find (self->partitions, label, error);
}
