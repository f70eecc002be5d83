/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-history-page"
#include "config.h"

#include "bw-ui-history-page.h"

#include <glib/gi18n.h>

#include "bw-ui-format.h"

/* Enough to see a habit. */
#define JOBS_MAX 100u

struct _BwUiHistoryPage {
    AdwBin parent_instance;

    GtkStack *stack;
    GtkListBox *list;
    AdwStatusPage *failure;

    BwBoard *board;
    BwStore *store;
    GCancellable *cancellable;
    BwJob *seen; /* the job and its result that the list knows about */
    BwJobResult seen_result;
};

G_DEFINE_FINAL_TYPE (BwUiHistoryPage, bw_ui_history_page, ADW_TYPE_BIN)

struct look {
    const char *result;
    const char *icon;
    const char *style;
    const char *word;
};

/* "Good" is kept for a firmware that was proved. */
static const struct look good_look = { "success", "bw-state-passed-symbolic", "success",
                                       N_ ("Good") };

static const struct look looks[] = {
    { "success", "bw-state-ready-symbolic", "dim-label", N_ ("Done") },
    { "failed", "bw-state-failed-symbolic", "error", N_ ("Failed") },
    { "cancelled", "bw-state-interrupted-symbolic", "warning", N_ ("Cancelled") },
    { "interrupted", "bw-state-interrupted-symbolic", "warning", N_ ("Interrupted") },
    { "none", "bw-state-queued-symbolic", "dim-label", N_ ("Running") },
};

static const struct look *
find_look (const BwStoredJob *job)
{
    gsize i = 0;

    if (job->is_proved)
        return &good_look;
    while (i < G_N_ELEMENTS (looks) - 1 && g_strcmp0 (looks[i].result, job->result) != 0)
        i++;
    return &looks[i];
}

static GtkWidget *
make_row (const BwStoredJob *job)
{
    const struct look *look = find_look (job);
    GtkWidget *row = adw_action_row_new ();
    GtkWidget *image = NULL;
    g_autofree char *date = bw_ui_format_date (job->started_us);
    g_autofree char *facts = NULL;

    facts = bw_ui_join_facts (_ (look->word), date, job->message, BW_UI_END);
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), job->title);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), facts);
    image = gtk_image_new_from_icon_name (look->icon);
    gtk_widget_add_css_class (image, look->style);
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
    gtk_widget_set_tooltip_text (row, job->firmware);
    return row;
}

static void
show_jobs (BwUiHistoryPage *self, GPtrArray *jobs)
{
    GtkWidget *row = NULL;

    while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
        gtk_list_box_remove (self->list, row);
    for (unsigned i = 0; i < jobs->len; i++)
        gtk_list_box_append (self->list, make_row (jobs->pdata[i]));
    gtk_stack_set_visible_child_name (self->stack, jobs->len > 0 ? "jobs" : "empty");
}

static void
show_failure (BwUiHistoryPage *self, const GError *error)
{
    BwCause cause = bw_error_get_cause (error);
    g_autofree char *text =
        g_strdup_printf ("%s %s", bw_cause_get_explanation (cause), bw_cause_get_remedy (cause));
    g_autofree char *escaped = g_markup_escape_text (text, -1);

    adw_status_page_set_title (self->failure, bw_cause_get_title (cause));
    adw_status_page_set_description (self->failure, escaped);
    gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiHistoryPage) self = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) jobs = bw_store_list_jobs_finish (BW_STORE (source), result, &error);

    if (self->board == NULL || bw_error_get_cause (error) == BW_CAUSE_CANCELLED)
        return;
    if (jobs == NULL)
        show_failure (self, error);
    else
        show_jobs (self, jobs);
}

static void
list_jobs (BwUiHistoryPage *self)
{
    const char *mac = self->board == NULL ? NULL : bw_board_get_mac (self->board);

    if (self->cancellable != NULL)
        g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
    if (mac == NULL || self->store == NULL) {
        gtk_stack_set_visible_child_name (self->stack, "empty");
        return;
    }
    self->cancellable = g_cancellable_new ();
    bw_store_list_jobs_async (self->store, mac, JOBS_MAX, self->cancellable, on_listed,
                              g_object_ref (self));
}

/* Returns whether the board's job is another one than before, or ended. */
static gboolean
note_job (BwUiHistoryPage *self)
{
    BwJob *job = self->board == NULL ? NULL : bw_board_get_job (self->board);
    BwJobResult result = job == NULL ? BW_JOB_NONE : bw_job_get_result (job);

    if (job == self->seen && result == self->seen_result)
        return FALSE;
    g_set_object (&self->seen, job);
    self->seen_result = result;
    return TRUE;
}

void
bw_ui_history_page_update (BwUiHistoryPage *self)
{
    if (note_job (self))
        list_jobs (self);
}

void
bw_ui_history_page_set_board (BwUiHistoryPage *self, BwBoard *board, BwStore *store)
{
    gboolean is_same = board == self->board && store == self->store;

    g_set_object (&self->board, board);
    g_set_object (&self->store, store);
    if (is_same)
        return;
    /* of another board nothing is known until the answer is there */
    gtk_stack_set_visible_child_name (self->stack, "unknown");
    note_job (self);
    list_jobs (self);
}

static void
bw_ui_history_page_dispose (GObject *object)
{
    BwUiHistoryPage *self = BW_UI_HISTORY_PAGE (object);

    if (self->cancellable != NULL)
        g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
    g_clear_object (&self->board);
    g_clear_object (&self->store);
    g_clear_object (&self->seen);
    /* the child is bound: the template would take it away behind the bin's back */
    adw_bin_set_child (ADW_BIN (object), NULL);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_HISTORY_PAGE);
    G_OBJECT_CLASS (bw_ui_history_page_parent_class)->dispose (object);
}

static void
bw_ui_history_page_class_init (BwUiHistoryPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_history_page_dispose;
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-history-page.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiHistoryPage, stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiHistoryPage, list);
    gtk_widget_class_bind_template_child (widget_class, BwUiHistoryPage, failure);
}

static void
bw_ui_history_page_init (BwUiHistoryPage *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
}
