/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-problem"
#include "config.h"

#include "bw-ui-problem.h"

#include <glib/gi18n.h>

#include "bw-ui-fit.h"
#include "bw-ui-format.h"
#include "bw-ui-state-mark.h"

/* What is kept of its words on screen in a low window; narrow ones have more lines of them. */
#define KEPT_HEIGHT_NARROW 72
#define KEPT_HEIGHT_WIDE 48
/* A title, its line, and what counts down below that; empty rows take no room. */
#define ROWS_OF_BLOCK 3
#define LINE_GAP 6

struct _BwUiProblem {
    AdwBin parent_instance;

    GtkWidget *box;
    GtkWidget *head;
    BwUiFit *fit;
    GtkGrid *grid;
    GtkImage *icon;
    GtkLabel *title;
    GtkWidget *what_title;
    GtkLabel *what;
    GtkWidget *why_title;
    GtkLabel *why;
    GtkWidget *todo_title;
    GtkLabel *todo;
    GtkLabel *countdown;
    GtkButton *copy;
    GtkWidget *again;
    GtkWidget *dismiss;

    gboolean is_narrow;
    gboolean is_clipped;
    BwJob *waiting; /* for a hand */
    guint tick;
};

G_DEFINE_FINAL_TYPE (BwUiProblem, bw_ui_problem, ADW_TYPE_BIN)

/* The three lines; borrowed from board and job where not said otherwise. */
struct lines {
    const char *title;
    char *what; /* owned */
    char *why;  /* owned */
    const char *todo;
};

static void
free_lines (struct lines *lines)
{
    g_free (lines->what);
    g_free (lines->why);
}

static void
fill_from_cause (struct lines *lines, BwCause cause)
{
    lines->title = bw_cause_get_title (cause);
    lines->what = g_strdup (bw_cause_get_explanation (cause));
    lines->todo = bw_cause_get_remedy (cause);
}

static void
add_left_behind (struct lines *lines, const char *left_behind)
{
    g_autofree char *what = g_steal_pointer (&lines->what);

    if (what == NULL || left_behind == NULL)
        lines->what = g_strdup (what != NULL ? what : left_behind);
    else
        lines->what = g_strdup_printf ("%s %s", what, left_behind);
}

static char *
dup_what_of_journal (const BwStoredJob *job)
{
    const char *word = bw_job_state_get_word (bw_job_state_from_id (job->state));

    if (g_strcmp0 (job->cause, "lost") == 0 || g_strcmp0 (job->cause, "power") == 0)
        /* Translators: what the job was to do, the state it was in: "Flash weather 1.5.0", "Writing" */
        return g_strdup_printf (_ ("The board was lost in the middle of “%s”, at “%s”."),
                                job->title, word);
    if (g_strcmp0 (job->result, "failed") == 0 && g_strcmp0 (job->cause, "unplugged") != 0)
        /* Translators: what the job was to do, the state it was in: "Flash weather 1.5.0", "Writing" */
        return g_strdup_printf (_ ("“%s” failed at “%s”, and the board is written in part."),
                                job->title, word);
    if (g_strcmp0 (job->result, "failed") == 0)
        /* Translators: what the job was to do, the state it was in: "Flash weather 1.5.0", "Writing" */
        return g_strdup_printf (_ ("The board was unplugged in the middle of “%s”, at “%s”."),
                                job->title, word);
    if (g_strcmp0 (job->result, "cancelled") == 0)
        /* Translators: what the job was to do, the state it was in: "Flash weather 1.5.0", "Writing" */
        return g_strdup_printf (_ ("“%s” was stopped by hand at “%s”."), job->title, word);
    /* Translators: what the job was to do, the state it was in: "Flash weather 1.5.0", "Writing" */
    return g_strdup_printf (_ ("The station ended in the middle of “%s”, at “%s”."), job->title,
                            word);
}

static char *
dup_why_of_journal (const BwStoredJob *job)
{
    if (g_strcmp0 (job->result, "interrupted") == 0)
        return g_strdup (_ ("The job is in the station's journal without an end."));
    /* of one's own decision nobody needs evidence */
    return g_strcmp0 (job->result, "cancelled") == 0 ? NULL : bw_ui_format_sentence (job->message);
}

/* What is half written can always be begun again, and there is nothing else to do about it. */
static const char *
get_way_on (BwBoard *board)
{
    if (bw_board_is_present (board))
        return _ ("Start it again. That is safe: nothing counts as done that was not proved.");
    return _ (
        "Plug it in and start it again. That is safe: nothing counts as done that was not proved.");
}

/* The job itself is gone, with an earlier station or since the board was looked at again: the
 * journal knows what it was at. */
static void
fill_from_journal (struct lines *lines, BwBoard *board)
{
    const BwStoredJob *job = bw_board_get_interrupted (board);

    lines->what = dup_what_of_journal (job);
    lines->why = dup_why_of_journal (job);
    lines->todo = get_way_on (board);
}

static struct lines
get_lines (BwBoard *board)
{
    BwJob *job = bw_board_get_job (board);
    const GError *error = job == NULL ? NULL : bw_job_get_error (job);
    struct lines lines = { .title = bw_board_get_state_text (board) };

    if (job != NULL && bw_board_get_state (board) == BW_BOARD_NEEDS_HAND) {
        fill_from_cause (&lines, bw_job_get_needs_hand (job));
        lines.why = bw_ui_format_sentence (bw_job_get_hand_evidence (job));
        return lines;
    }
    if (bw_board_get_state (board) == BW_BOARD_INTERRUPTED
        && bw_board_get_interrupted (board) != NULL) {
        fill_from_journal (&lines, board);
        return lines;
    }
    if (error != NULL && bw_error_get_cause (error) != BW_CAUSE_NONE)
        fill_from_cause (&lines, bw_error_get_cause (error));
    /* of one's own decision nobody needs evidence */
    if (bw_error_get_cause (error) != BW_CAUSE_CANCELLED)
        lines.why = bw_ui_format_sentence (bw_error_get_evidence (error));
    if (job != NULL)
        add_left_behind (&lines, bw_job_get_left_behind (job));
    if (bw_board_get_state (board) == BW_BOARD_INTERRUPTED)
        lines.todo = get_way_on (board);
    return lines;
}

static void
show_line (GtkWidget *title, GtkLabel *label, const char *text)
{
    gboolean is_shown = text != NULL && *text != '\0';

    gtk_widget_set_visible (title, is_shown);
    gtk_widget_set_visible (GTK_WIDGET (label), is_shown);
    gtk_label_set_text (label, is_shown ? text : "");
}

/* --- how long it waits for a hand --- */

static gboolean
show_seconds (gpointer user_data)
{
    BwUiProblem *self = user_data;
    unsigned seconds = bw_job_get_hand_seconds (self->waiting);
    g_autofree char *text =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The station waits for it: %u more second.",
                                      "The station waits for it: %u more seconds.", seconds),
                         seconds);

    gtk_label_set_text (self->countdown, text);
    return G_SOURCE_CONTINUE;
}

static void
count_down (BwUiProblem *self, BwJob *job)
{
    gtk_widget_set_visible (GTK_WIDGET (self->countdown), job != NULL);
    g_set_object (&self->waiting, job);
    if (job != NULL)
        show_seconds (self);
    if (job != NULL && self->tick == 0)
        self->tick = g_timeout_add_seconds (1, show_seconds, self);
    else if (job == NULL)
        g_clear_handle_id (&self->tick, g_source_remove);
}

gboolean
bw_ui_problem_is_there (BwBoard *board)
{
    BwBoardState state = board == NULL ? BW_BOARD_READY : bw_board_get_state (board);

    return state == BW_BOARD_NEEDS_HAND || state == BW_BOARD_FAILED
           || state == BW_BOARD_INTERRUPTED;
}

void
bw_ui_problem_show (BwUiProblem *self, BwBoard *board)
{
    struct lines lines;

    gtk_widget_set_visible (GTK_WIDGET (self), bw_ui_problem_is_there (board));
    if (!bw_ui_problem_is_there (board)) {
        count_down (self, NULL);
        return;
    }
    lines = get_lines (board);
    count_down (self, bw_board_get_state (board) == BW_BOARD_NEEDS_HAND ? bw_board_get_job (board)
                                                                        : NULL);
    bw_ui_state_add_class (self->box, bw_board_get_state (board));
    gtk_image_set_from_icon_name (self->icon, bw_board_get_state_icon (board));
    gtk_label_set_text (self->title, lines.title);
    /* beside the name of the board it stands already */
    gtk_widget_set_visible (self->head,
                            g_strcmp0 (lines.title, bw_board_get_state_text (board)) != 0);
    show_line (self->what_title, self->what, lines.what);
    show_line (self->why_title, self->why, lines.why);
    show_line (self->todo_title, self->todo, lines.todo);
    free_lines (&lines);
    gtk_widget_set_visible (self->again, !bw_board_is_busy (board));
    gtk_widget_set_visible (self->dismiss, !bw_board_is_busy (board));
}

static void
place (BwUiProblem *self, GtkWidget *widget, int column, int row)
{
    GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->grid));
    GtkLayoutChild *child = gtk_layout_manager_get_layout_child (layout, widget);

    g_object_set (child, "column", column, "row", row, NULL);
}

/* Beside their titles the lines read from what happened to what to do. Where there is not room for
 * all of that, what to do comes first: to the rest one may have to scroll. In a narrow window lines
 * stand below their titles. */
static void
arrange (BwUiProblem *self)
{
    GtkWidget *const blocks[][3] = {
        { self->what_title, GTK_WIDGET (self->what), NULL },
        { self->why_title, GTK_WIDGET (self->why), NULL },
        { self->todo_title, GTK_WIDGET (self->todo), GTK_WIDGET (self->countdown) },
    };
    int n_blocks = (int) G_N_ELEMENTS (blocks);
    int column = self->is_narrow ? 0 : 1;

    gtk_grid_set_row_spacing (self->grid, self->is_narrow ? 0 : LINE_GAP);
    for (int i = 0; i < n_blocks; i++) {
        gboolean is_todo_first = self->is_narrow || self->is_clipped;
        int block = is_todo_first ? (i + 1) % n_blocks : i;
        int row = block * ROWS_OF_BLOCK;

        gtk_widget_set_margin_top (blocks[i][0], self->is_narrow && block > 0 ? LINE_GAP : 0);
        place (self, blocks[i][0], 0, row);
        place (self, blocks[i][1], column, self->is_narrow ? row + 1 : row);
        if (blocks[i][2] != NULL)
            place (self, blocks[i][2], column, row + 2);
    }
}

static void
on_clipped (BwUiProblem *self, gboolean is_clipped)
{
    self->is_clipped = is_clipped;
    arrange (self);
}

void
bw_ui_problem_set_narrow (BwUiProblem *self, gboolean is_narrow)
{
    self->is_narrow = is_narrow;
    arrange (self);
    bw_ui_fit_set_kept_height (self->fit, is_narrow ? KEPT_HEIGHT_NARROW : KEPT_HEIGHT_WIDE);
    if (is_narrow)
        gtk_button_set_icon_name (self->copy, "edit-copy-symbolic");
    else
        gtk_button_set_label (self->copy, _ ("Copy details"));
}

char *
bw_ui_problem_dup_details (BwBoard *board)
{
    GString *text = g_string_new (NULL);
    struct lines lines = get_lines (board);
    BwJob *job = bw_board_get_job (board);
    const GError *error = job == NULL ? NULL : bw_job_get_error (job);
    g_autofree char *title = job == NULL ? NULL : bw_plan_dup_title (bw_job_get_plan (job));

    g_string_append_printf (text, "Boardwalk %s\n", BW_VERSION);
    g_string_append_printf (text, "%s · %s · %s\n", bw_board_get_name (board),
                            bw_board_get_address (board), bw_board_get_place (board));
    g_string_append_printf (text, "%s · %s\n",
                            bw_board_get_chip_name (board) ? bw_board_get_chip_name (board) : "?",
                            bw_board_get_mac (board) ? bw_board_get_mac (board) : "?");
    if (title != NULL)
        g_string_append_printf (text, "%s\n", title);
    g_string_append_printf (text, "%s: %s\n%s\n%s\n", lines.title, lines.what ? lines.what : "",
                            lines.why ? lines.why : "", lines.todo ? lines.todo : "");
    free_lines (&lines);
    if (error != NULL)
        g_string_append_printf (text, "[%s] %s\n", bw_cause_get_id (bw_error_get_cause (error)),
                                error->message);
    if (bw_error_get_offer (error) != NULL)
        g_string_append_printf (text, "\n%s", bw_error_get_offer (error));
    return g_string_free (text, FALSE);
}

static void
bw_ui_problem_dispose (GObject *object)
{
    BwUiProblem *self = BW_UI_PROBLEM (object);

    g_clear_handle_id (&self->tick, g_source_remove);
    g_clear_object (&self->waiting);
    /* the child is bound: the template would take it away behind the bin's back */
    adw_bin_set_child (ADW_BIN (object), NULL);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_PROBLEM);
    G_OBJECT_CLASS (bw_ui_problem_parent_class)->dispose (object);
}

static void
bw_ui_problem_class_init (BwUiProblemClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_problem_dispose;
    g_type_ensure (BW_UI_TYPE_FIT);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-problem.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, box);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, head);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, fit);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, grid);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, icon);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, title);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, what_title);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, what);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, why_title);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, why);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, todo_title);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, todo);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, countdown);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, copy);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, again);
    gtk_widget_class_bind_template_child (widget_class, BwUiProblem, dismiss);
    gtk_widget_class_bind_template_callback (widget_class, on_clipped);
}

static void
bw_ui_problem_init (BwUiProblem *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
    bw_ui_problem_set_narrow (self, FALSE);
}
