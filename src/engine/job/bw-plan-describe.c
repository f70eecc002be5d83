/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-plan-describe"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-esp-flash-map.h"
#include "bw-job.h"
#include "bw-plan.h"
#include "bwp-esp-chip.h"
#include "bwp-esp-partition.h"

/* A remark: nothing that could ever be ticked off. */
#define NO_STATE (-1)
/* Digits of a digest that are enough to tell two files apart by eye. */
#define DIGEST_SHOWN 12

void
bw_plan_line_free (BwPlanLine *self)
{
    if (self == NULL)
        return;
    g_free (self->text);
    g_free (self->detail);
    g_free (self);
}

static BwPlanLine *
add (GPtrArray *lines, int job_state, gboolean is_loss, char *text, char *detail)
{
    BwPlanLine *line = g_new0 (BwPlanLine, 1);

    line->text = text;
    line->detail = detail;
    line->is_loss = is_loss;
    line->job_state = job_state;
    g_ptr_array_add (lines, line);
    return line;
}

static void
add_promise (GPtrArray *lines,
             int job_state,
             gboolean is_loss,
             const char *text,
             const char *detail)
{
    add (lines, job_state, is_loss, g_strdup (text), g_strdup (detail))->is_promise = TRUE;
}

static void
add_connect (GPtrArray *lines, BwPlan *plan)
{
    unsigned baud = bw_plan_get_options (plan)->baud;

    if (baud == 0)
        add (lines, BW_JOB_CONNECTING, FALSE, g_strdup (_ ("Connect")), NULL);
    else
        add (lines, BW_JOB_CONNECTING, FALSE,
             g_strdup_printf (_ ("Connect, raise to %u baud"), baud), NULL);
}

/* The build for this board, or the only one; without a board several builds stay open. */
static BwFirmwareBuild *
find_build (BwPlan *plan, const BwBoardInfo *info)
{
    BwFirmware *firmware = bw_plan_get_firmware (plan);
    GPtrArray *builds = bw_firmware_get_builds (firmware);
    const BwFirmwareBuild *build = builds->len == 1 ? builds->pdata[0] : NULL;
    BwFirmwareBuild *placed = NULL;

    if (info != NULL && info->chip_key != NULL) {
        build = bw_firmware_choose_build (firmware, info->chip_key, info->is_cdc, NULL);
        placed = bw_plan_choose_build (plan, info, NULL);
    }
    /* what cannot be placed is shown all the same, and refused before the work */
    return placed != NULL || build == NULL ? placed : bw_firmware_build_copy (build);
}

static const BwPartition *
find_partition (const BwBoardInfo *info, uint32_t offset)
{
    for (unsigned i = 0; info != NULL && i < info->partitions->len; i++) {
        const BwPartition *partition = info->partitions->pdata[i];

        if (partition->offset == offset)
            return partition;
    }
    return NULL;
}

static gboolean
is_other_application (const BwPartition *partition, const BwFirmwareBuild *build)
{
    return partition->app_name != NULL
           && (g_strcmp0 (partition->app_name, build->name) != 0
               || g_strcmp0 (partition->app_version, build->version) != 0);
}

static char *
describe_part (const BwFirmwarePart *part, const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    g_autofree char *size = g_format_size (g_bytes_get_size (part->data));
    const BwPartition *partition = part->is_open ? NULL : find_partition (info, part->offset);

    if (partition != NULL && is_other_application (partition, build))
        /* Translators: size, begin of a digest, application and its version */
        return g_strdup_printf (_ ("%s · SHA-256 %.*s… · replaces %s %s"), size, DIGEST_SHOWN,
                                part->sha256, partition->app_name,
                                partition->app_version == NULL ? "" : partition->app_version);
    return g_strdup_printf (_ ("%s · SHA-256 %.*s…"), size, DIGEST_SHOWN, part->sha256);
}

static uint32_t
get_boot_offset (const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    const char *key = info != NULL && info->chip_key != NULL ? info->chip_key : build->chip_key;
    const struct bwp_esp_chip *chip = key == NULL ? NULL : bwp_esp_chip_by_name (key);

    return chip == NULL ? UINT32_MAX : chip->bootloader_offset;
}

/* In the order of the work: what the board starts with is written last. */
static GPtrArray *
list_parts (const BwFirmwareBuild *build, const BwBoardInfo *info, gboolean is_write)
{
    if (!is_write)
        return g_ptr_array_ref (build->parts);
    return bw_esp_flash_map_sort_parts (build->parts, get_boot_offset (build, info));
}

static char *
dup_part_step (const BwFirmwarePart *part, gboolean is_write)
{
    if (part->is_open)
        /* Translators: what, and the name of a partition */
        return g_strdup_printf (is_write ? _ ("Write %s into the partition %s")
                                         : _ ("Compare %s with the partition %s"),
                                part->name, part->partition);
    /* Translators: what, and where in flash */
    return g_strdup_printf (is_write ? _ ("Write %s at 0x%x") : _ ("Compare %s at 0x%x"),
                            part->name, part->offset);
}

static void
add_parts (GPtrArray *lines,
           const BwFirmwareBuild *build,
           const BwBoardInfo *info,
           gboolean is_write)
{
    g_autoptr (GPtrArray) parts = list_parts (build, info, is_write);

    for (unsigned i = 0; i < parts->len; i++) {
        const BwFirmwarePart *part = parts->pdata[i];
        BwPlanLine *line = add (lines, is_write ? BW_JOB_WRITING : BW_JOB_VERIFYING, FALSE,
                                dup_part_step (part, is_write), describe_part (part, build, info));

        if (part->is_open)
            continue;
        line->offset = part->offset;
        line->bytes = g_bytes_get_size (part->data);
    }
}

static gboolean
is_same_partition (const BwPartition *a, const BwPartition *b)
{
    return a->offset == b->offset && a->size == b->size && a->type == b->type
           && a->subtype == b->subtype && g_strcmp0 (a->label, b->label) == 0;
}

static gboolean
is_touched (const BwFirmwareBuild *build, uint32_t offset, uint32_t size)
{
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = build->parts->pdata[i];

        if (!part->is_open && part->offset < (uint64_t) offset + size
            && offset < bw_firmware_part_get_end (part))
            return TRUE;
    }
    return FALSE;
}

/* Whether the build brings a layout that is not the one the board is known to have, or something
 * else in its place. */
static gboolean
has_other_layout (const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    if (build == NULL)
        return FALSE;
    if (build->partitions->len == 0)
        return info != NULL && info->partitions->len > 0
               && is_touched (build, info->partition_table_offset, BW_ESP_SECTOR);
    /* a board that has been looked at and has none loses none */
    if (info != NULL && info->chip_key != NULL && info->partitions->len == 0)
        return FALSE;
    if (info == NULL || info->partitions->len != build->partitions->len)
        return TRUE;
    for (unsigned i = 0; i < build->partitions->len; i++)
        if (!is_same_partition (build->partitions->pdata[i], info->partitions->pdata[i]))
            return TRUE;
    return FALSE;
}

/* What a board starts when nothing else is recorded: its factory program, else its first slot. */
static int
find_first_slot (const BwBoardInfo *info)
{
    int found = -1;

    for (unsigned i = 0; i < info->partitions->len; i++) {
        const BwPartition *row = info->partitions->pdata[i];
        const BwPartition *best = found < 0 ? NULL : info->partitions->pdata[found];

        if (row->type == BWP_ESP_TYPE_APP && (best == NULL || row->subtype < best->subtype))
            found = (int) i;
    }
    return found;
}

static void
add_slot_loss (GPtrArray *lines, const BwBoardInfo *info, const BwPartition *record)
{
    const BwPartition *active = NULL;
    g_autofree char *detail = NULL;

    /* where the board starts from its first slot already, the record holds nothing to lose */
    if (info->active_partition < 0 || info->active_partition == find_first_slot (info))
        return;
    active = info->partitions->pdata[info->active_partition];
    /* Translators: name of a partition */
    detail = g_strdup_printf (_ ("The board starts from %s now, and from another slot afterwards"),
                              active->label);
    add (lines, BW_JOB_WRITING, TRUE,
         /* Translators: name of a partition */
         g_strdup_printf (_ ("Overwrite what %s holds"), record->label), g_steal_pointer (&detail))
        ->is_promise = TRUE;
}

/* Settings, files and records in the stretches of flash that are written. */
static void
add_data_losses (GPtrArray *lines, const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    for (unsigned i = 0; build != NULL && info != NULL && i < info->partitions->len; i++) {
        const BwPartition *row = info->partitions->pdata[i];

        if (row->type != BWP_ESP_TYPE_DATA || !is_touched (build, row->offset, row->size))
            continue;
        if (row->subtype == BWP_ESP_DATA_OTA) {
            add_slot_loss (lines, info, row);
            continue;
        }
        add (lines, BW_JOB_WRITING, TRUE,
             g_strdup_printf (_ ("Overwrite what %s holds"), row->label),
             /* Translators: kind of a partition, its first and its last address */
             g_strdup_printf (_ ("What the board keeps there is lost: %s, 0x%x to 0x%x"), row->kind,
                              row->offset, row->offset + row->size - 1))
            ->is_promise = TRUE;
    }
}

static void
add_kept (GPtrArray *lines, const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    add_promise (lines, BW_JOB_WRITING, FALSE, _ ("Keep everything outside these parts"), NULL);
    add_data_losses (lines, build, info);
}

static void
add_loss (GPtrArray *lines, BwPlan *plan, const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    if (bw_plan_erases_first (plan, build))
        add (lines, BW_JOB_ERASING, TRUE, g_strdup (_ ("Erase the whole flash first")),
             g_strdup (_ ("Settings, files and everything else on the board are lost")));
    else
        add_kept (lines, build, info);
    if (has_other_layout (build, info))
        add_promise (lines, BW_JOB_WRITING, TRUE, _ ("Replace the partition layout"),
                     _ ("Data may not be found any more where the new layout differs"));
}

static gboolean
has_encrypted_part (const BwFirmwareBuild *build)
{
    for (unsigned i = 0; build != NULL && i < build->parts->len; i++)
        if (((const BwFirmwarePart *) build->parts->pdata[i])->is_encrypted)
            return TRUE;
    return FALSE;
}

gboolean
bw_plan_can_prove (BwPlan *self, const BwBoardInfo *info)
{
    g_autoptr (BwFirmwareBuild) build = NULL;

    if (bw_plan_get_action (self) != BW_ACTION_FLASH || info == NULL)
        return TRUE;
    build = find_build (self, info);
    return !info->is_secure_download && !has_encrypted_part (build);
}

static void
add_flash_end (GPtrArray *lines, BwPlan *plan, const BwBoardInfo *info)
{
    const BwPlanOptions *options = bw_plan_get_options (plan);

    if (!options->no_verify && !bw_plan_can_prove (plan, info))
        add (lines, NO_STATE, FALSE, g_strdup (_ ("Write nothing: it could not be verified")),
             g_strdup (info->is_secure_download ? _ ("The board is in secure download mode")
                                                : _ ("The board encrypts what is written")));
    else if (options->no_verify)
        add (lines, NO_STATE, FALSE,
             g_strdup (_ ("No check at the end: the result proves nothing")), NULL);
    else
        add (lines, BW_JOB_VERIFYING, FALSE,
             g_strdup (_ ("Check the digest of every part on the chip")), NULL);
    if (options->stay)
        add_promise (lines, BW_JOB_FINISHED, FALSE, _ ("Leave it in its loader"), NULL);
    else if (options->no_listen)
        add (lines, BW_JOB_CONFIRMING, FALSE, g_strdup (_ ("Start it")), NULL);
    else
        add (lines, BW_JOB_LISTENING, FALSE, g_strdup (_ ("Start it and wait for its log")), NULL);
}

static void
describe_firmware (GPtrArray *lines, BwPlan *plan, const BwBoardInfo *info)
{
    gboolean is_write = bw_plan_get_action (plan) == BW_ACTION_FLASH;
    g_autoptr (BwFirmwareBuild) build = find_build (plan, info);

    if (is_write)
        add_loss (lines, plan, build, info);
    if (build == NULL)
        add (lines, BW_JOB_IDENTIFYING, FALSE, g_strdup (_ ("Choose the build for the chip found")),
             NULL);
    else
        add_parts (lines, build, info, is_write);
    if (is_write)
        add_flash_end (lines, plan, info);
}

/* Where a partition lies is not known before the board is. */
static gboolean
find_region (BwPlan *plan, const BwBoardInfo *info, uint32_t *ret_offset, uint32_t *ret_size)
{
    if (info == NULL && bw_plan_get_partition (plan) != NULL)
        return FALSE;
    return bw_plan_find_region (plan, info, ret_offset, ret_size, NULL);
}

static void
describe_erase (GPtrArray *lines, BwPlan *plan, const BwBoardInfo *info)
{
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!find_region (plan, info, &offset, &size))
        add (lines, BW_JOB_ERASING, TRUE, bw_plan_dup_title (plan),
             g_strdup (_ ("What is stored there is lost")));
    else if (size == 0)
        add (lines, BW_JOB_ERASING, TRUE, g_strdup (_ ("Erase the whole flash")),
             g_strdup (_ ("Nothing is left on the board, not even its firmware")));
    else
        add (lines, BW_JOB_ERASING, TRUE,
             g_strdup_printf (_ ("Erase 0x%x to 0x%x"), offset, offset + size - 1),
             g_strdup (_ ("What is stored there is lost")));
}

static void
describe_read (GPtrArray *lines, BwPlan *plan, const BwBoardInfo *info)
{
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!find_region (plan, info, &offset, &size))
        add (lines, BW_JOB_READING, FALSE, bw_plan_dup_title (plan),
             g_strdup (bw_plan_get_path (plan)));
    else if (size == 0)
        add (lines, BW_JOB_READING, FALSE,
             g_strdup_printf (_ ("Read from 0x%x to the end of the flash"), offset),
             g_strdup (bw_plan_get_path (plan)));
    else
        add (lines, BW_JOB_READING, FALSE,
             g_strdup_printf (_ ("Read 0x%x to 0x%x"), offset, offset + size - 1),
             g_strdup (bw_plan_get_path (plan)));
}

static BwJobState
get_only_state (BwAction action)
{
    if (action == BW_ACTION_IDENTIFY)
        return BW_JOB_IDENTIFYING;
    return action == BW_ACTION_RESET ? BW_JOB_CONFIRMING : BW_JOB_LISTENING;
}

GPtrArray *
bw_plan_describe (BwPlan *self, const BwBoardInfo *info)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_plan_line_free);
    BwAction action = bw_plan_get_action (self);

    if (action != BW_ACTION_CONSOLE)
        add_connect (lines, self);
    if (bw_plan_get_firmware (self) != NULL)
        describe_firmware (lines, self, info);
    else if (action == BW_ACTION_ERASE)
        describe_erase (lines, self, info);
    else if (action == BW_ACTION_READ)
        describe_read (lines, self, info);
    else
        add (lines, get_only_state (action), FALSE, bw_plan_dup_title (self), NULL);
    return lines;
}
