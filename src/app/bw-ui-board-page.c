/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-board-page"
#include "config.h"

#include "bw-ui-board-page.h"

#include <glib/gi18n.h>

#include "bw-ui-firmware-page.h"
#include "bw-ui-format.h"
#include "bw-ui-history-page.h"
#include "bw-ui-overview.h"
#include "bw-ui-problem.h"
#include "bw-ui-state-mark.h"
#include "bw-ui-watch.h"
#include "bw-ui-yield.h"

struct _BwUiBoardPage {
    AdwBin parent_instance;

    GtkWidget *header;
    GtkWidget *back;
    GtkWidget *flash;
    GtkStack *button_stack;
    BwUiStateMark *mark;
    GtkLabel *name;
    GtkLabel *facts;
    GtkWidget *twin;
    GtkLabel *state;       /* beside the name */
    GtkLabel *state_below; /* in a narrow window */
    GtkLabel *summary;
    GtkWidget *progress_box;
    GtkProgressBar *progress;
    GtkLabel *progress_text;
    BwUiProblem *problem;
    AdwViewStack *stack;
    BwUiOverview *overview;
    BwUiFirmwarePage *firmware;
    BwUiLogView *log;
    BwUiHistoryPage *history;

    BwBoard *board;
    BwUiWatch *watch;
};

G_DEFINE_FINAL_TYPE (BwUiBoardPage, bw_ui_board_page, ADW_TYPE_BIN)

static void
show_or_hide (GtkLabel *label, const char *text)
{
    gtk_label_set_text (label, text == NULL ? "" : text);
    gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_state (GtkLabel *label, BwBoard *board)
{
    gtk_label_set_text (label, bw_board_get_state_text (board));
    bw_ui_state_add_class (GTK_WIDGET (label), bw_board_get_state (board));
}

static void
update_head (BwUiBoardPage *self)
{
    const char *name = bw_board_get_name (self->board);
    const char *place = bw_board_get_place (self->board);
    gboolean is_twin = bw_board_shares_mac (self->board);
    /* a board nobody has named is called by its place already; virtual boards have all the same */
    g_autofree char *facts =
        bw_ui_join_facts (bw_board_get_chip_name (self->board), bw_board_get_mac (self->board),
                          g_strcmp0 (place, name) == 0 ? NULL : place,
                          is_twin ? bw_board_get_address (self->board) : NULL, BW_UI_END);

    gtk_label_set_text (self->name, name);
    gtk_label_set_text (self->facts, facts);
    gtk_widget_set_visible (self->twin, is_twin);
    show_state (self->state, self->board);
    show_state (self->state_below, self->board);
    bw_ui_state_mark_show (self->mark, self->board);
}

/* A job a person asked for and that went well says what came of it: "good" is only said of what was
 * proved, and without this an erased board would look as if nothing had happened. */
static gboolean
has_news (BwJob *job)
{
    return job != NULL && bw_job_get_result (job) == BW_JOB_SUCCESS
           && bw_plan_get_action (bw_job_get_plan (job)) != BW_ACTION_IDENTIFY
           && bw_job_get_summary (job) != NULL;
}

/* The one sentence about the last job, where nothing else says more. */
static char *
dup_summary (BwBoard *board)
{
    BwJob *job = bw_board_get_job (board);
    BwBoardState state = bw_board_get_state (board);

    if ((state == BW_BOARD_PASSED || state == BW_BOARD_READY) && has_news (job))
        return g_strdup (bw_job_get_summary (job));
    if (bw_board_get_running (board) == NULL)
        return NULL;
    /* Translators: the application on a board: "Runs weather 1.4.2" */
    return g_strdup_printf (_ ("Runs %s"), bw_board_get_running (board));
}

static void
update_progress (BwUiBoardPage *self)
{
    gboolean is_busy = bw_board_is_busy (self->board);
    const char *text = bw_board_get_progress_text (self->board);
    g_autofree char *summary = is_busy ? NULL : dup_summary (self->board);

    gtk_widget_set_visible (self->progress_box, is_busy);
    gtk_progress_bar_set_fraction (self->progress,
                                   CLAMP (bw_board_get_fraction (self->board), 0, 1));
    show_or_hide (self->progress_text, text);
    gtk_stack_set_visible_child_name (self->button_stack, is_busy ? "cancel" : "flash");
    show_or_hide (self->summary, summary);
}

static void
update (gpointer owner)
{
    BwUiBoardPage *self = owner;

    bw_ui_problem_show (self->problem, self->board);
    if (self->board == NULL)
        return;
    update_head (self);
    update_progress (self);
    bw_ui_overview_show (self->overview, self->board);
    bw_ui_log_view_update (self->log);
    bw_ui_history_page_update (self->history);
}

void
bw_ui_board_page_setup (BwUiBoardPage *self, BwUiShelf *shelf)
{
    bw_ui_firmware_page_set_shelf (self->firmware, shelf);
    bw_ui_log_view_set_settings (self->log, bw_ui_shelf_get_settings (shelf));
}

void
bw_ui_board_page_set_board (BwUiBoardPage *self, BwBoard *board, BwStore *store)
{
    g_set_object (&self->board, board);
    bw_ui_watch_set_object (self->watch, board);
    bw_ui_firmware_page_set_board (self->firmware, board);
    bw_ui_log_view_set_board (self->log, board);
    bw_ui_history_page_set_board (self->history, board, store);
    update (self);
}

void
bw_ui_board_page_show_page (BwUiBoardPage *self, const char *name)
{
    adw_view_stack_set_visible_child_name (self->stack, name);
}

const char *
bw_ui_board_page_get_page (BwUiBoardPage *self)
{
    return adw_view_stack_get_visible_child_name (self->stack);
}

BwUiLogView *
bw_ui_board_page_get_log_view (BwUiBoardPage *self)
{
    return self->log;
}

void
bw_ui_board_page_set_alone (BwUiBoardPage *self, gboolean is_alone)
{
    gtk_widget_set_visible (self->back, is_alone);
    gtk_widget_set_visible (GTK_WIDGET (self->state), !is_alone);
    gtk_widget_set_visible (GTK_WIDGET (self->state_below), is_alone);
    bw_ui_problem_set_narrow (self->problem, is_alone);
}

GtkWidget *
bw_ui_board_page_get_header (BwUiBoardPage *self)
{
    return self->header;
}

GtkWidget *
bw_ui_board_page_get_flash (BwUiBoardPage *self)
{
    return self->flash;
}

static void
bw_ui_board_page_dispose (GObject *object)
{
    BwUiBoardPage *self = BW_UI_BOARD_PAGE (object);

    g_clear_pointer (&self->watch, bw_ui_watch_free);
    g_clear_object (&self->board);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_BOARD_PAGE);
    G_OBJECT_CLASS (bw_ui_board_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, header);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, back);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, flash);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, button_stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, mark);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, name);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, facts);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, twin);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, state);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, state_below);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, summary);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, progress_box);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, progress);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, progress_text);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, problem);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, overview);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, firmware);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, log);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardPage, history);
}

static void
bw_ui_board_page_class_init (BwUiBoardPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_board_page_dispose;
    g_type_ensure (BW_UI_TYPE_STATE_MARK);
    g_type_ensure (BW_UI_TYPE_PROBLEM);
    g_type_ensure (BW_UI_TYPE_OVERVIEW);
    g_type_ensure (BW_UI_TYPE_FIRMWARE_PAGE);
    g_type_ensure (BW_UI_TYPE_LOG_VIEW);
    g_type_ensure (BW_UI_TYPE_HISTORY_PAGE);
    g_type_ensure (BW_UI_TYPE_YIELD);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-board-page.ui");
    bind_template (widget_class);
}

static void
bw_ui_board_page_init (BwUiBoardPage *self)
{
    self->watch = bw_ui_watch_new (update, self);
    gtk_widget_init_template (GTK_WIDGET (self));
}
