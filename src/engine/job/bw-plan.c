/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-plan"
#include "config.h"

#include "bw-plan.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

struct _BwPlan {
    GObject parent_instance;
    BwAction action;
    BwPlanOptions options;
    BwFirmware *firmware;
    uint32_t offset;
    uint32_t size;
    char *partition;
    char *path;
};

G_DEFINE_FINAL_TYPE (BwPlan, bw_plan, G_TYPE_OBJECT)

static void
bw_plan_finalize (GObject *object)
{
    BwPlan *self = BW_PLAN (object);

    g_clear_object (&self->firmware);
    g_free (self->partition);
    g_free (self->path);
    g_free ((char *) self->options.flash_mode);
    g_free ((char *) self->options.flash_freq);
    g_free ((char *) self->options.flash_size);
    g_free ((char *) self->options.stub_dir);
    g_free ((char *) self->options.reset_sequence);
    G_OBJECT_CLASS (bw_plan_parent_class)->finalize (object);
}

static void
bw_plan_class_init (BwPlanClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_plan_finalize;
}

static void
bw_plan_init (BwPlan *self)
{
}

static void
copy_options (BwPlanOptions *to, const BwPlanOptions *from)
{
    *to = *from;
    to->flash_mode = g_strdup (from->flash_mode);
    to->flash_freq = g_strdup (from->flash_freq);
    to->flash_size = g_strdup (from->flash_size);
    to->stub_dir = g_strdup (from->stub_dir);
    to->reset_sequence = g_strdup (from->reset_sequence);
}

static BwPlan *
make_plan (BwAction action, const BwPlanOptions *options)
{
    BwPlan *self = g_object_new (BW_TYPE_PLAN, NULL);

    self->action = action;
    if (options != NULL)
        copy_options (&self->options, options);
    return self;
}

BwPlan *
bw_plan_new (BwAction action, const BwPlanOptions *options)
{
    return make_plan (action, options);
}

BwPlan *
bw_plan_new_firmware (BwAction action, BwFirmware *firmware, const BwPlanOptions *options)
{
    BwPlan *self = make_plan (action, options);

    self->firmware = g_object_ref (firmware);
    return self;
}

BwPlan *
bw_plan_new_read (uint32_t offset, uint32_t size, const char *path, const BwPlanOptions *options)
{
    BwPlan *self = make_plan (BW_ACTION_READ, options);

    self->offset = offset;
    self->size = size;
    self->path = g_strdup (path);
    return self;
}

BwPlan *
bw_plan_new_erase (uint32_t offset, uint32_t size, const BwPlanOptions *options)
{
    BwPlan *self = make_plan (BW_ACTION_ERASE, options);

    self->offset = offset;
    self->size = size;
    return self;
}

BwPlan *
bw_plan_new_read_partition (const char *partition, const char *path, const BwPlanOptions *options)
{
    BwPlan *self = bw_plan_new_read (0, 0, path, options);

    self->partition = g_strdup (partition);
    return self;
}

BwPlan *
bw_plan_new_erase_partition (const char *partition, const BwPlanOptions *options)
{
    BwPlan *self = bw_plan_new_erase (0, 0, options);

    self->partition = g_strdup (partition);
    return self;
}

BwAction
bw_plan_get_action (BwPlan *self)
{
    return self->action;
}

BwFirmware *
bw_plan_get_firmware (BwPlan *self)
{
    return self->firmware;
}

const BwPlanOptions *
bw_plan_get_options (BwPlan *self)
{
    return &self->options;
}

uint32_t
bw_plan_get_offset (BwPlan *self)
{
    return self->offset;
}

uint32_t
bw_plan_get_size (BwPlan *self)
{
    return self->size;
}

const char *
bw_plan_get_partition (BwPlan *self)
{
    return self->partition;
}

gboolean
bw_plan_find_region (BwPlan *self,
                     const BwBoardInfo *info,
                     uint32_t *ret_offset,
                     uint32_t *ret_size,
                     GError **error)
{
    const BwPartition *row = NULL;

    if (self->partition == NULL) {
        *ret_offset = self->offset;
        *ret_size = self->size;
        return TRUE;
    }
    row = bw_board_info_find_partition (info, self->partition, error);
    if (row == NULL)
        return FALSE;
    if (row->size == 0) { /* would mean everything */
        bw_set_error (error, BW_CAUSE_NO_PARTITION, _ ("%s: has no bytes"), self->partition);
        return FALSE;
    }
    *ret_offset = row->offset;
    *ret_size = row->size;
    return TRUE;
}

const char *
bw_plan_get_path (BwPlan *self)
{
    return self->path;
}

char *
bw_plan_dup_title (BwPlan *self)
{
    const char *firmware = self->firmware == NULL ? "" : bw_firmware_get_title (self->firmware);

    switch (self->action) {
    case BW_ACTION_IDENTIFY:
        return g_strdup (_ ("Identify"));
    case BW_ACTION_FLASH:
        /* Translators: %s is a firmware, such as "weather 1.5.0" */
        return g_strdup_printf (_ ("Flash %s"), firmware);
    case BW_ACTION_VERIFY:
        /* Translators: %s is a firmware, such as "weather 1.5.0" */
        return g_strdup_printf (_ ("Compare with %s"), firmware);
    case BW_ACTION_READ:
        return self->partition == NULL ? g_strdup (_ ("Read flash"))
                                       /* Translators: name of a partition */
                                       : g_strdup_printf (_ ("Read partition %s"), self->partition);
    case BW_ACTION_ERASE:
        return self->partition == NULL
                   ? g_strdup (_ ("Erase flash"))
                   /* Translators: name of a partition */
                   : g_strdup_printf (_ ("Erase partition %s"), self->partition);
    case BW_ACTION_RESET:
        return g_strdup (self->options.stay ? _ ("Start the loader") : _ ("Restart"));
    case BW_ACTION_CONSOLE:
        return g_strdup (_ ("Console"));
    default:
        g_return_val_if_reached (g_strdup (""));
    }
}
