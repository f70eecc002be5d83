/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-flash"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-job-worker.h"

/* A finding refuses the work, unless it may be overridden and the plan says so. */
static gboolean
check_findings (BwJobWorker *self, const BwFirmwareBuild *build, GError **error)
{
    g_autoptr (GPtrArray) findings = bw_firmware_build_check (build, self->info);
    gboolean is_forced = bw_plan_get_options (self->plan)->force;

    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = findings->pdata[i];

        if (!finding->is_overridable || !is_forced) {
            bw_set_error (error, finding->cause, "%s", finding->text);
            return FALSE;
        }
        _bw_job_worker_note (self, "%s; going on because of force", finding->text);
    }
    return TRUE;
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
    gboolean is_erased = options->erase_all || build->should_erase;

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

static void
add_summary (BwJobWorker *self, const char *text)
{
    if (self->summary->len > 0)
        g_string_append (self->summary, "; ");
    g_string_append (self->summary, text);
}

static void
sum_up (BwJobWorker *self, const BwWriteReport *report)
{
    g_autofree char *sent = g_format_size (report->bytes_sent);
    g_autofree char *unchanged = g_format_size (report->bytes_unchanged);
    /* Translators: two sizes: "1.1 MB written, 0.9 MB unchanged" */
    g_autofree char *text = report->bytes_unchanged > 0
                                ? g_strdup_printf (_ ("%s written, %s unchanged"), sent, unchanged)
                                : g_strdup_printf (_ ("%s written"), sent);
    const char *proof = report->is_verified ? _ ("proved by digest") : _ ("not proved");

    g_string_append_printf (self->summary, "%s, %s", text, proof);
}

static gboolean
write_build (BwJobWorker *self, const BwFirmwareBuild *build, GError **error)
{
    BwWriteOptions options = get_write_options (self, build);
    BwWriteReport report = { 0 };

    if (!bw_driver_write (self->driver, build, &options, &report, self->cancellable, error))
        return FALSE;
    self->is_proved = report.is_verified && options.verify;
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
    text = g_strdup_printf (_ ("%s compared, equal by digest"), size);
    add_summary (self, text);
    return TRUE;
}

gboolean
_bw_job_worker_flash (BwJobWorker *self, GError **error)
{
    BwFirmware *firmware = bw_plan_get_firmware (self->plan);
    const BwFirmwareBuild *build =
        bw_firmware_choose_build (firmware, self->info->chip_key, self->is_cdc, error);

    if (build == NULL)
        return FALSE;
    if (bw_plan_get_action (self->plan) == BW_ACTION_VERIFY)
        return verify_build (self, build, error);
    return check_findings (self, build, error) && write_build (self, build, error);
}

static BwCause
get_boot_cause (BwBootVerdict verdict)
{
    switch (verdict) {
    case BW_BOOT_REJECTED:
        return BW_CAUSE_APP_REJECTED;
    case BW_BOOT_LOOP:
        return BW_CAUSE_APP_BOOT_LOOP;
    case BW_BOOT_BROWNOUT:
        return BW_CAUSE_BROWNOUT;
    case BW_BOOT_SILENT:
    case BW_BOOT_APP:
    case BW_BOOT_DOWNLOAD:
    default:
        return BW_CAUSE_NONE;
    }
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
    g_autofree char *text = NULL;

    if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_LISTEN)
        || !bw_driver_listen (self->driver, patience_ms, &verdict, &text, self->cancellable, error))
        return FALSE;
    if (text != NULL)
        _bw_job_worker_note (self, "%s", text);
    if (get_boot_cause (verdict) != BW_CAUSE_NONE) {
        bw_set_error (error, get_boot_cause (verdict), "%s", text == NULL ? "boot log" : text);
        return FALSE;
    }
    add_summary (self, get_boot_words (verdict));
    return TRUE;
}
