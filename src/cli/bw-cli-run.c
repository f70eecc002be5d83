/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-run"
#include "config.h"

#include "bw-cli-run.h"

#include <glib/gi18n.h>

#include "bw-cli-boards.h"
#include "bw-cli-json.h"
#include "bw-cli-report.h"
#include "bw-cli-screen.h"
#include "bw-cli-terminal.h"
#include "bw-cli-work.h"

enum {
    DRAW_MS = 100,    /* the eye sees no more */
    SHARE_CELLS = 11, /* "  100 %  ", the sign of a cut, and one that stays free */
    LABEL_CELLS_MIN = 8,
};

struct run;

/* One board of the run. */
struct runner {
    struct run *run;
    unsigned index;
    BwBoard *board; /* borrowed */
    BwJob *job;     /* (nullable): could not begin */
    BwJobState shown_state;
    GError *error; /* (nullable): why it could not begin, or that time ran out */
    gboolean is_introduced;
    gboolean is_over;
    int status;
};

struct run {
    BwCli *cli;
    BwPlan *plan;
    const BwCliRunStyle *style;
    BwCliScreen *screen;
    struct runner *runners;
    unsigned n;
    unsigned n_over;
    gboolean is_timed_out;
};

static const char *
get_label (struct runner *self)
{
    return bw_board_get_address (self->board);
}

static const char *
get_mac (struct runner *self)
{
    const BwBoardInfo *info = self->job != NULL ? bw_job_get_info (self->job) : NULL;

    return info != NULL && info->mac != NULL ? info->mac : bw_board_get_mac (self->board);
}

static void
emit (struct runner *self, const char *event, int64_t time_us, cJSON *fields)
{
    bw_cli_output_event (self->run->cli->output, event, time_us, get_mac (self), get_label (self),
                         fields);
}

/* --- what happens --- */

/* On a terminal the line of progress says it already. */
static gboolean
wants_state_line (struct runner *self, BwJobState state)
{
    BwCli *cli = self->run->cli;
    const BwCliRunStyle *style = self->run->style;

    return !style->is_quiet && !(style->is_answer && !cli->options.is_verbose)
           && !bw_cli_output_is_live (cli->output) && state != self->shown_state
           && state != BW_JOB_FINISHED;
}

/* What goes onto which board, once it has told who it is. */
static void
introduce (struct runner *self)
{
    BwPlan *plan = self->run->plan;
    const BwBoardInfo *info = bw_job_get_info (self->job);
    g_autofree char *title = NULL;
    g_autofree char *facts = NULL;
    g_autofree char *text = NULL;

    if (self->is_introduced || bw_plan_get_firmware (plan) == NULL || info == NULL)
        return;
    self->is_introduced = TRUE;
    title = bw_plan_dup_title (plan);
    facts = g_strjoin (", ", info->chip_name, info->mac, NULL);
    text = g_strdup_printf ("%s: %s, %s", get_label (self), title, facts);
    bw_cli_screen_print (self->run->screen, text);
}

static void
show_state (struct runner *self, const BwJobEvent *event)
{
    cJSON *fields = cJSON_CreateObject ();

    cJSON_AddStringToObject (fields, "state", bw_job_state_get_id (event->state));
    cJSON_AddStringToObject (fields, "text", bw_job_state_get_word (event->state));
    emit (self, "state", event->time_us, fields);
    introduce (self);
    if (!wants_state_line (self, event->state))
        return;
    self->shown_state = event->state;
    bw_cli_output_print (self->run->cli->output, "%s: %s", get_label (self),
                         bw_job_state_get_word (event->state));
}

static void
show_progress (struct runner *self, const BwJobEvent *event)
{
    cJSON *fields = cJSON_CreateObject ();

    cJSON_AddStringToObject (fields, "step", bw_job_state_get_id (event->state));
    cJSON_AddNumberToObject (fields, "done", (double) event->done);
    cJSON_AddNumberToObject (fields, "total", (double) event->total);
    emit (self, "progress", event->time_us, fields);
}

static void
show_log (struct runner *self, const BwJobEvent *event)
{
    cJSON *fields = cJSON_CreateObject ();
    g_autofree char *text = NULL;

    cJSON_AddStringToObject (fields, "level", bw_log_level_get_id (event->line->level));
    cJSON_AddStringToObject (fields, "line", event->line->text);
    if (event->kind == BW_JOB_EVENT_OPEN_LINE)
        cJSON_AddTrueToObject (fields, "open");
    emit (self, "log", event->line->time_us, fields);
    if (self->run->style->is_endless && bw_cli_output_is_broken (self->run->cli->output))
        bw_job_request_cancel (self->job);
    if (!self->run->cli->options.is_verbose || self->run->style->is_quiet)
        return;
    text = g_strdup_printf ("%s: | %s", get_label (self), event->line->text);
    bw_cli_screen_print (self->run->screen, text);
}

static void
on_event (BwJob *job, const BwJobEvent *event, gpointer data)
{
    struct runner *self = data;

    switch (event->kind) {
    case BW_JOB_EVENT_STATE:
        show_state (self, event);
        break;
    case BW_JOB_EVENT_PROGRESS:
        show_progress (self, event);
        break;
    case BW_JOB_EVENT_LOG:
        if (event->line != NULL)
            show_log (self, event);
        break;
    case BW_JOB_EVENT_OPEN_LINE:
        /* a prompt waits for an answer only where one can be given */
        if (self->run->style->is_endless)
            show_log (self, event);
        break;
    case BW_JOB_EVENT_RESULT:
    default:
        break; /* the verdict is shown once everything of the job is known */
    }
}

static void
on_needs_hand (BwJob *job, GParamSpec *pspec, gpointer data)
{
    struct runner *self = data;
    BwCause cause = bw_job_get_needs_hand (job);
    cJSON *fields = cJSON_CreateObject ();
    g_autofree char *text = NULL;

    cJSON_AddStringToObject (fields, "state", bw_job_state_get_id (bw_job_get_state (job)));
    cJSON_AddStringToObject (fields, "needs_hand", bw_cause_get_id (cause));
    cJSON_AddStringToObject (fields, "remedy", bw_cause_get_remedy (cause));
    emit (self, "state", 0, fields);
    if (cause == BW_CAUSE_NONE)
        return;
    text = g_strdup_printf ("%s: %s. %s", get_label (self), bw_cause_get_title (cause),
                            bw_cause_get_remedy (cause));
    /* what the board says must not be mixed with what we say */
    if (self->run->style->is_quiet)
        bw_cli_output_warn (self->run->cli->output, "%s", text);
    else
        bw_cli_screen_print (self->run->screen, text);
}

/* --- verdicts --- */

/* Asked once, however often the board is judged. */
static gboolean
is_refused (struct runner *self)
{
    BwCliCheck check = self->run->style->check;

    return self->error != NULL || (check != NULL && !check (self->job, &self->error));
}

/* A stop that was meant to come is no failure, one by the clock is none by a person. */
static void
judge (struct runner *self, BwCliVerdict *ret_verdict)
{
    struct run *run = self->run;
    BwJobResult result = self->job != NULL ? bw_job_get_result (self->job) : BW_JOB_FAILED;

    if (result == BW_JOB_CANCELLED && run->style->is_endless
        && !g_cancellable_is_cancelled (run->cli->cancellable))
        result = BW_JOB_SUCCESS;
    if (result == BW_JOB_CANCELLED && run->is_timed_out) {
        result = BW_JOB_FAILED;
        g_clear_error (&self->error);
        (void) bw_cli_is_late (run->cli, &self->error);
    }
    if (result == BW_JOB_SUCCESS && is_refused (self))
        result = BW_JOB_FAILED;
    *ret_verdict = (BwCliVerdict){
        .label = get_label (self),
        .action = bw_plan_get_action (run->plan),
        .result = result,
        .is_proved = self->job != NULL && bw_job_is_proved (self->job),
        .has_job = self->job != NULL,
        .is_unrecorded = self->job != NULL && bw_job_is_unrecorded (self->job),
        .record_error = self->job != NULL ? bw_job_get_record_error (self->job) : NULL,
        .error = self->error,
        .left = self->job != NULL ? bw_job_get_left_behind (self->job) : NULL,
        .summary = self->job != NULL ? bw_job_get_summary (self->job) : NULL,
    };
    if (ret_verdict->error == NULL && self->job != NULL)
        ret_verdict->error = bw_job_get_error (self->job);
}

static void
show_verdict (struct runner *self, const BwCliVerdict *verdict)
{
    g_autofree char *text = bw_cli_report_dup_text (verdict, self->run->cli->output);

    if (verdict->result != BW_JOB_FAILED && !self->run->style->is_quiet)
        bw_cli_screen_print (self->run->screen, text);
    else
        bw_cli_output_warn (self->run->cli->output, "%s", text);
}

/* A board that is refused afterwards has been asked all the same. */
static gboolean
is_answered (struct runner *self)
{
    return self->status == 0
           || (self->run->style->check != NULL && self->job != NULL
               && bw_job_get_result (self->job) == BW_JOB_SUCCESS);
}

/* Where each part of a firmware went, also into a partition by its name. */
static void
add_parts (struct runner *self, cJSON *result)
{
    const BwBoardInfo *info = self->job != NULL ? bw_job_get_info (self->job) : NULL;
    g_autoptr (BwFirmwareBuild) build = NULL;

    if (bw_plan_get_firmware (self->run->plan) == NULL || info == NULL || info->chip_key == NULL)
        return;
    build = bw_plan_choose_build (self->run->plan, info, NULL);
    bw_cli_json_add_parts (result, build);
}

static void
conclude (struct runner *self)
{
    struct run *run = self->run;
    BwCliVerdict verdict;
    cJSON *result = NULL;

    if (self->is_over)
        return;
    self->is_over = TRUE;
    run->n_over++;
    judge (self, &verdict);
    self->status = bw_cli_report_get_status (&verdict);
    result = bw_cli_report_new_result (&verdict);
    add_parts (self, result);
    bw_cli_screen_take_line (run->screen, self->index, NULL);
    if (run->style->succeeded != NULL && is_answered (self)) {
        bw_cli_screen_draw (run->screen);
        run->style->succeeded (run->cli, self->board, self->job, result);
    }
    if (self->status != 0 || run->style->succeeded == NULL)
        show_verdict (self, &verdict);
    emit (self, "result", 0, result);
}

static void
on_finished (BwJob *job, gpointer data)
{
    conclude (data);
}

/* --- progress on a terminal --- */

/* The share in numbers, the step and the time left are worth more than a bar. */
static int
choose_cells (const char *label, const char *words)
{
    static const int choices[] = { 20, 10 };
    unsigned columns = 0, rows = 0;
    long room = 0;

    bw_cli_terminal_get_size (&columns, &rows);
    room = (long) columns - g_utf8_strlen (label, -1) - g_utf8_strlen (words, -1) - 4;
    for (size_t i = 0; i < G_N_ELEMENTS (choices); i++)
        if (choices[i] <= room)
            return choices[i];
    return 0;
}

static char *
dup_bar (BwCliOutput *output, double fraction, int n_cells)
{
    gboolean is_utf8 = bw_cli_output_is_utf8 (output);
    int n_full = (int) (CLAMP (fraction, 0.0, 1.0) * n_cells);
    GString *bar = g_string_new (NULL);

    for (int i = 0; i < n_cells; i++) {
        if (is_utf8)
            g_string_append (bar, i < n_full ? "▓" : "░");
        else
            g_string_append_c (bar, i < n_full ? '#' : '.');
    }
    return g_string_free (bar, FALSE);
}

/* On a narrow terminal the share and the step go first; the end of a name tells boards apart. */
static char *
dup_head (struct runner *self, const char *step)
{
    BwCliOutput *output = self->run->cli->output;
    g_autofree char *label = bw_cli_output_dup_clean (output, get_label (self));
    const char *mark = bw_cli_output_is_utf8 (output) ? "…" : "...";
    long len = g_utf8_strlen (label, -1);
    unsigned columns = 0, rows = 0;
    long room = 0;

    bw_cli_terminal_get_size (&columns, &rows);
    room = MAX ((long) columns - g_utf8_strlen (step, -1) - SHARE_CELLS, LABEL_CELLS_MIN);
    if (len <= room)
        return g_steal_pointer (&label);
    room -= g_utf8_strlen (mark, -1);
    return g_strconcat (mark, g_utf8_offset_to_pointer (label, len - room), NULL);
}

static char *
dup_progress (struct runner *self)
{
    const char *numbers = bw_board_get_progress_text (self->board);
    const char *step = bw_job_state_get_word (bw_job_get_state (self->job));
    BwJobProgress progress = { 0 };
    g_autofree char *head = dup_head (self, step);
    g_autofree char *words = NULL;
    g_autofree char *bar = NULL;
    int n_cells = 0;

    bw_job_get_progress (self->job, &progress);
    words = g_strdup_printf ("%3d %%  %s%s%s", (int) (progress.fraction * 100), step,
                             numbers != NULL ? "  " : "", numbers != NULL ? numbers : "");
    n_cells = choose_cells (head, words);
    bar = dup_bar (self->run->cli->output, progress.fraction, n_cells);
    return g_strdup_printf ("%s  %s%s%s", head, bar, n_cells > 0 ? " " : "", words);
}

static gboolean
on_draw (gpointer data)
{
    struct run *run = data;

    for (unsigned i = 0; i < run->n; i++)
        if (!run->runners[i].is_over)
            bw_cli_screen_take_line (run->screen, i, dup_progress (&run->runners[i]));
    bw_cli_screen_draw (run->screen);
    return G_SOURCE_CONTINUE;
}

/* --- the course --- */

static void
start_runner (struct runner *self)
{
    BwJob *job = bw_board_start (self->board, self->run->plan, &self->error);

    if (job == NULL) {
        conclude (self);
        return;
    }
    self->job = g_object_ref (job);
    g_signal_connect (job, "event", G_CALLBACK (on_event), self);
    g_signal_connect (job, "notify::needs-hand", G_CALLBACK (on_needs_hand), self);
    g_signal_connect (job, "finished", G_CALLBACK (on_finished), self);
    if (self->run->style->started != NULL)
        self->run->style->started (self->run->cli, job);
}

static void
clear_runner (struct runner *self)
{
    if (self->job != NULL)
        g_signal_handlers_disconnect_by_data (self->job, self);
    g_clear_object (&self->job);
    g_clear_error (&self->error);
}

static gboolean
are_all_over (gpointer data)
{
    struct run *run = data;

    return run->n_over == run->n;
}

static void
stop_all (struct run *run)
{
    if (!run->is_timed_out && !run->style->is_quiet)
        bw_cli_output_warn (run->cli->output, "%s",
                            _ ("Stopping. Press Ctrl-C again to end at once."));
    for (unsigned i = 0; i < run->n; i++)
        if (!run->runners[i].is_over)
            bw_job_request_cancel (run->runners[i].job);
}

static void
wait_for_all (struct run *run)
{
    unsigned tick = 0;

    if (bw_cli_output_is_live (run->cli->output) && !run->style->is_quiet)
        tick = g_timeout_add (DRAW_MS, on_draw, run);
    if (!bw_cli_wait (run->cli->cancellable, are_all_over, run, run->cli->deadline_us)) {
        run->is_timed_out = !g_cancellable_is_cancelled (run->cli->cancellable);
        stop_all (run);
        (void) bw_cli_wait (NULL, are_all_over, run, 0);
    }
    g_clear_handle_id (&tick, g_source_remove);
}

/* --- all boards together --- */

static struct runner *
find_worst (struct run *run)
{
    struct runner *worst = &run->runners[0];

    for (unsigned i = 1; i < run->n; i++)
        if (run->runners[i].status > worst->status)
            worst = &run->runners[i];
    return worst;
}

static gboolean
is_proving (BwPlan *plan)
{
    BwAction action = bw_plan_get_action (plan);

    return action == BW_ACTION_VERIFY
           || (action == BW_ACTION_FLASH && !bw_plan_get_options (plan)->no_verify);
}

static unsigned
count_well (struct run *run)
{
    unsigned n = 0;

    for (unsigned i = 0; i < run->n; i++)
        n += run->runners[i].status == 0;
    return n;
}

/* "Good" is kept for a firmware that was proved. */
static unsigned
count_good (struct run *run)
{
    unsigned n = 0;

    for (unsigned i = 0; i < run->n; i++)
        n += run->runners[i].status == 0 && run->runners[i].job != NULL
             && bw_job_is_proved (run->runners[i].job);
    return n;
}

/* The last line belongs to all boards; what it blames is the board that sets the exit status. */
static void
show_total (struct run *run)
{
    struct runner *worst = find_worst (run);
    unsigned n_well = count_well (run);
    unsigned n_good = count_good (run);
    BwCliVerdict verdict;
    cJSON *result = NULL;

    judge (worst, &verdict);
    verdict.summary = verdict.left = NULL;
    result = bw_cli_report_new_result (&verdict);
    cJSON_AddNumberToObject (result, "boards", run->n);
    cJSON_AddNumberToObject (result, "good", n_good);
    cJSON_AddNumberToObject (result, "done", n_well - n_good);
    bw_cli_output_event (run->cli->output, "result", 0, NULL, NULL, result);
    if (is_proving (run->plan))
        bw_cli_output_print (run->cli->output, _ ("%u of %u boards good"), n_good, run->n);
    else if (!run->style->is_answer || n_well < run->n)
        bw_cli_output_print (run->cli->output, _ ("%u of %u boards done"), n_well, run->n);
}

static void
start_all (struct run *run, GPtrArray *boards)
{
    run->n = boards->len;
    run->runners = g_new0 (struct runner, run->n);
    run->screen = bw_cli_screen_new (run->cli->output, run->n);
    for (unsigned i = 0; i < run->n; i++) {
        run->runners[i].run = run;
        run->runners[i].index = i;
        run->runners[i].board = g_ptr_array_index (boards, i);
        start_runner (&run->runners[i]);
    }
}

static int
run_on_boards (BwCli *cli, BwCliBoards *boards, BwPlan *plan, const BwCliRunStyle *style)
{
    static const BwCliRunStyle usual = { NULL };
    struct run run = { .cli = cli, .plan = plan, .style = style != NULL ? style : &usual };
    int status = 0;

    start_all (&run, boards->boards);
    wait_for_all (&run);
    bw_cli_screen_free (run.screen);
    if (run.n > 1)
        show_total (&run);
    status = find_worst (&run)->status;
    for (unsigned i = 0; i < run.n; i++)
        clear_runner (&run.runners[i]);
    g_free (run.runners);
    return status;
}

int
bw_cli_run_plan (BwCli *cli, BwPlan *plan, const BwCliRunStyle *style)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwCliBoards) boards = bw_cli_boards_new (cli, &error);

    if (boards == NULL || !bw_cli_boards_choose (boards, cli, plan, &error))
        return bw_cli_fail (cli, error);
    return run_on_boards (cli, boards, plan, style);
}
