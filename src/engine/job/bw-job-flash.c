/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-flash"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-job-worker.h"
#include "bwp-esp-partition.h"

/* The work goes on in spite of what is found here. */
static void
note_findings (BwJobWorker *self)
{
    g_autoptr (GPtrArray) findings = bw_plan_list_findings (self->plan, self->info);

    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = findings->pdata[i];

        /* translators: what does not fit, a whole sentence */
        _bw_job_worker_note (self, _ ("%s; going on because of force"), finding->text);
    }
}

static const char *
choose (const char *wanted, const char *given)
{
    return wanted != NULL ? wanted : given;
}

static BwWriteOptions
get_write_options (BwJobWorker *self, const BwFirmwareBuild *build)
{
    const BwPlanOptions *options = bw_plan_get_options (self->plan);
    gboolean is_erased = bw_plan_erases_first (self->plan, build);

    return (BwWriteOptions){
        .erase_all = is_erased,
        .diff = !options->no_diff && !is_erased,
        .verify = !options->no_verify,
        .compress = TRUE,
        .flash_mode = choose (options->flash_mode, build->flash_mode),
        .flash_freq = choose (options->flash_freq, build->flash_freq),
        .flash_size = choose (options->flash_size, build->flash_size),
    };
}

static char *
dup_amounts (const BwWriteReport *report)
{
    g_autofree char *sent = g_format_size (report->bytes_sent);
    g_autofree char *unchanged = g_format_size (report->bytes_unchanged);
    g_autofree char *blank = g_format_size (report->bytes_blank);

    if (report->bytes_blank > 0 && report->bytes_sent == 0)
        /* Translators: a size: all of the flash was erased, and the firmware is blank as well */
        return g_strdup_printf (_ ("nothing to write, %s blank by erasing"), blank);
    if (report->bytes_blank > 0)
        /* Translators: two sizes: "1.1 MB written, 0.9 MB blank by erasing" */
        return g_strdup_printf (_ ("%s written, %s blank by erasing"), sent, blank);
    if (report->bytes_sent == 0)
        /* Translators: a size: all that was there already */
        return g_strdup_printf (_ ("nothing to write, %s unchanged"), unchanged);
    if (report->bytes_unchanged == 0)
        /* Translators: a size */
        return g_strdup_printf (_ ("%s written"), sent);
    /* Translators: two sizes: "1.1 MB written, 0.9 MB unchanged" */
    return g_strdup_printf (_ ("%s written, %s unchanged"), sent, unchanged);
}

static const char *
describe_proof (const BwWriteReport *report)
{
    if (!report->is_verified)
        return _ ("not proved");
    return report->is_read_back ? _ ("proved by reading it back") : _ ("proved by digest");
}

static void
sum_up (BwJobWorker *self, const BwWriteReport *report)
{
    g_autofree char *amounts = dup_amounts (report);
    g_autofree char *text = g_strdup_printf ("%s, %s", amounts, describe_proof (report));

    _bw_job_worker_sum_up (self, text);
    if (report->may_have_strayed)
        _bw_job_worker_sum_up (self, _ ("other content may have been touched, see the log"));
}

/* What is on the board now, without asking it again: what was written was proved. */

static gboolean
holds_part (const BwPartition *partition, const BwFirmwareBuild *build)
{
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = build->parts->pdata[i];

        if (part->offset >= partition->offset && part->offset - partition->offset < partition->size)
            return TRUE;
    }
    return FALSE;
}

static void
replace_layout (BwBoardInfo *info, const BwFirmwareBuild *build)
{
    if (build->partitions->len == 0)
        return;
    g_ptr_array_set_size (info->partitions, 0);
    for (unsigned i = 0; i < build->partitions->len; i++)
        g_ptr_array_add (info->partitions, bw_partition_copy (build->partitions->pdata[i]));
    info->partition_table_offset = build->table_offset;
    info->active_partition = -1;
}

static void
name_partition (BwPartition *partition, const BwFirmwareBuild *build)
{
    g_free (partition->app_name);
    g_free (partition->app_version);
    partition->app_name = g_strdup (build->name);
    partition->app_version = g_strdup (build->version);
}

static void
name_app (BwBoardInfo *info, const BwFirmwareBuild *build)
{
    g_free (info->app_name);
    g_free (info->app_version);
    info->app_name = g_strdup (build->name);
    info->app_version = g_strdup (build->version);
    g_clear_pointer (&info->app_sdk, g_free);
    g_clear_pointer (&info->app_built, g_free);
}

static void
learn (BwJobWorker *self, const BwFirmwareBuild *build)
{
    BwBoardInfo *info = bw_board_info_copy (self->info);

    replace_layout (info, build);
    for (unsigned i = 0; i < info->partitions->len; i++) {
        BwPartition *partition = info->partitions->pdata[i];

        if (partition->type != BWP_ESP_TYPE_APP || !holds_part (partition, build))
            continue;
        name_partition (partition, build);
        if (info->active_partition < 0)
            info->active_partition = (int) i;
        if (info->active_partition == (int) i)
            name_app (info, build);
    }
    _bw_job_worker_use_info (self, info);
}

static gboolean
write_build (BwJobWorker *self, const BwFirmwareBuild *build, GError **error)
{
    BwWriteOptions options = get_write_options (self, build);
    BwWriteReport report = { 0 };

    if (!bw_driver_write (self->driver, build, &options, &report, self->cancellable, error))
        return FALSE;
    if (options.verify && !report.is_verified) {
        bw_set_error (error, BW_CAUSE_VERIFY_FAILED, _ ("the driver did not compare digests"));
        return FALSE;
    }
    self->is_proved = report.is_verified && options.verify;
    if (self->is_proved)
        learn (self, build);
    sum_up (self, &report);
    return TRUE;
}

static gboolean
verify_build (BwJobWorker *self, const BwFirmwareBuild *build, GError **error)
{
    g_autofree char *size = g_format_size (bw_firmware_build_get_size (build));
    g_autofree char *text = NULL;

    if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_VERIFY)
        || !bw_driver_verify (self->driver, build, self->cancellable, error))
        return FALSE;
    self->is_proved = TRUE;
    /* Translators: a size */
    text = g_strdup_printf (_ ("%s compared, equal"), size);
    _bw_job_worker_sum_up (self, text);
    return TRUE;
}

static void
note_places (BwJobWorker *self, const BwFirmwareBuild *build)
{
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = build->parts->pdata[i];

        if (part->partition != NULL)
            /* translators: name of a partition, where in flash */
            _bw_job_worker_note (self, _ ("The partition %s is at 0x%x"), part->partition,
                                 part->offset);
    }
}

gboolean
_bw_job_worker_flash (BwJobWorker *self, GError **error)
{
    g_autoptr (BwFirmwareBuild) build = bw_plan_choose_build (self->plan, self->info, error);

    if (build == NULL)
        return FALSE;
    note_places (self, build);
    _bw_job_worker_record_build (self, build);
    if (bw_plan_get_action (self->plan) == BW_ACTION_VERIFY)
        return verify_build (self, build, error);
    if (!bw_plan_check (self->plan, self->info, error))
        return FALSE;
    note_findings (self);
    return write_build (self, build, error);
}

/* A board that is in its loader again has what it should have: only a finger is missing. */
static gboolean
is_bad (BwBootVerdict verdict)
{
    return verdict == BW_BOOT_REJECTED || verdict == BW_BOOT_LOOP || verdict == BW_BOOT_BROWNOUT;
}

static const char *
get_boot_words (BwBootVerdict verdict)
{
    if (verdict == BW_BOOT_APP)
        return _ ("application came up");
    if (verdict == BW_BOOT_DOWNLOAD)
        return _ ("the board is in its loader again: let go of BOOT and press RESET");
    return _ ("nothing was heard from the application");
}

gboolean
_bw_job_worker_listen (BwJobWorker *self, GError **error)
{
    unsigned patience_ms = _bw_job_table_get_facts (BW_JOB_LISTENING)->timeout_ms;
    BwBootVerdict verdict = BW_BOOT_SILENT;
    BwCause cause = BW_CAUSE_NONE;
    g_autofree char *text = NULL;

    if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_LISTEN)
        || !bw_driver_listen (self->driver, patience_ms, &verdict, &cause, &text, self->cancellable,
                              error))
        return FALSE;
    if (text != NULL)
        _bw_job_worker_note (self, "%s", text);
    if (is_bad (verdict)) {
        bw_set_error (error, cause, "%s", text == NULL ? _ ("boot log") : text);
        return FALSE;
    }
    _bw_job_worker_sum_up (self, get_boot_words (verdict));
    return TRUE;
}
