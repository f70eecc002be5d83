/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-info"
#include "config.h"

#include "bw-board-info.h"

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
