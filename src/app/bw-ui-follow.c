/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-follow"
#include "config.h"

#include "bw-ui-follow.h"

/* Nearer to the end than this counts as "at the end". */
#define END_SLACK 12.0
/* A line that is higher than the view is never seen to its end. */
#define END_TRIES_MAX 8

struct _BwUiFollow {
    GObject parent_instance;
    GtkWidget *host; /* not owned, nor are scrolled and list: parts of whoever owns this */
    GtkScrolledWindow *scrolled;
    GtkListView *list;
    gboolean is_on;
    double last_value;
    double last_upper; /* of the adjustment: the height of all lines */
    double last_page;  /* and of those that are seen */
    gboolean wants_end;
    unsigned n_tries;      /* to reach it, since it was last wanted */
    unsigned settling;     /* tick callback while the list moves by itself */
    gboolean is_turned;    /* the wheel, towards the end, and not looked at yet */
    gboolean is_laid_anew; /* and found that its lines have another height than it thought */
};

enum {
    CHANGED,
    N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwUiFollow, bw_ui_follow, G_TYPE_OBJECT)

static GtkAdjustment *
get_adjustment (BwUiFollow *self)
{
    return gtk_scrolled_window_get_vadjustment (self->scrolled);
}

static void scroll_to_end (BwUiFollow *self);
static void try_to_reach_end (BwUiFollow *self);

static unsigned
add_tick (BwUiFollow *self, GtkTickCallback callback)
{
    return gtk_widget_add_tick_callback (self->host, callback, g_object_ref (self), g_object_unref);
}

static gboolean
is_at_end (BwUiFollow *self)
{
    GtkAdjustment *adjustment = get_adjustment (self);

    return gtk_adjustment_get_value (adjustment) >= gtk_adjustment_get_upper (adjustment)
                                                        - gtk_adjustment_get_page_size (adjustment)
                                                        - END_SLACK;
}

static gboolean
on_settled (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    BwUiFollow *self = data;

    self->settling = 0;
    self->last_value = gtk_adjustment_get_value (get_adjustment (self));
    /* more lines have come since; or the list took the last one for visible, having guessed where it
     * is, and knows better now that it has been laid out */
    if (self->wants_end)
        scroll_to_end (self);
    else if (self->is_on && self->is_laid_anew && !is_at_end (self)
             && self->n_tries++ < END_TRIES_MAX)
        try_to_reach_end (self);
    return G_SOURCE_REMOVE;
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    BwUiFollow *self = data;
    unsigned n = g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (self->list)));

    self->wants_end = FALSE;
    self->is_laid_anew = FALSE;
    if (self->is_on && n > 0)
        gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n - 1);
    self->settling = add_tick (self, on_settled);
    return G_SOURCE_REMOVE;
}

/* In the next frame, when the list knows its new lines; what moves until the frame after that is
 * the list's doing and not a person's. */
static void
try_to_reach_end (BwUiFollow *self)
{
    if (self->settling == 0)
        self->settling = add_tick (self, on_frame);
}

static void
scroll_to_end (BwUiFollow *self)
{
    self->wants_end = TRUE;
    self->n_tries = 0;
    try_to_reach_end (self);
}

static gboolean
on_put_back (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    BwUiFollow *self = data;

    if (!self->is_on)
        gtk_adjustment_set_value (get_adjustment (self), self->last_value);
    return G_SOURCE_REMOVE;
}

/* A list whose end is in sight goes on to its new end by itself when it gets another height: who has
 * paused it wants to read on where it was. In the next frame: it is being laid out now. */
static void
stay (BwUiFollow *self)
{
    add_tick (self, on_put_back);
}

static void
on_scrolled (BwUiFollow *self)
{
    GtkAdjustment *adjustment = get_adjustment (self);
    double value = gtk_adjustment_get_value (adjustment);
    double upper = gtk_adjustment_get_upper (adjustment);
    double page = gtk_adjustment_get_page_size (adjustment);
    gboolean is_other_height = upper != self->last_upper || page != self->last_page;
    gboolean is_turned = self->is_turned;

    self->is_turned = FALSE;
    self->last_upper = upper;
    self->last_page = page;
    if (self->settling != 0) {
        self->is_laid_anew = self->is_laid_anew || is_other_height;
        return;
    }
    /* where lines came or went, or the window got another size, it is the list that moved, and not a
     * person */
    if (is_other_height && self->is_on) {
        scroll_to_end (self);
        return;
    }
    if (value < self->last_value - END_SLACK && !is_at_end (self))
        bw_ui_follow_set_on (self, FALSE);
    else if (!self->is_on && value > self->last_value && is_at_end (self)) {
        if (is_other_height && !is_turned) {
            stay (self);
            return;
        }
        bw_ui_follow_set_on (self, TRUE);
    }
    self->last_value = value;
}

/* Whoever turns the wheel back wants to read, however fast lines come; whoever turns it on to the end,
 * to follow. */
static gboolean
on_wheel (GtkEventControllerScroll *wheel, double dx, double dy, BwUiFollow *self)
{
    self->is_turned = dy > 0;
    if (dy < 0 && self->is_on)
        bw_ui_follow_set_on (self, FALSE);
    return GDK_EVENT_PROPAGATE;
}

static void
bw_ui_follow_class_init (BwUiFollowClass *klass)
{
    signals[CHANGED] = g_signal_new ("changed", BW_UI_TYPE_FOLLOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
}

static void
bw_ui_follow_init (BwUiFollow *self)
{
    self->is_on = TRUE;
}

BwUiFollow *
bw_ui_follow_new (GtkWidget *host, GtkScrolledWindow *scrolled)
{
    BwUiFollow *self = g_object_new (BW_UI_TYPE_FOLLOW, NULL);
    GtkEventController *wheel =
        gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

    self->host = host;
    self->scrolled = scrolled;
    self->list = GTK_LIST_VIEW (gtk_scrolled_window_get_child (scrolled));
    gtk_event_controller_set_propagation_phase (wheel, GTK_PHASE_CAPTURE);
    g_signal_connect_object (wheel, "scroll", G_CALLBACK (on_wheel), self, 0);
    gtk_widget_add_controller (GTK_WIDGET (self->list), wheel);
    g_signal_connect_object (get_adjustment (self), "value-changed", G_CALLBACK (on_scrolled), self,
                             G_CONNECT_SWAPPED);
    return self;
}

gboolean
bw_ui_follow_is_on (BwUiFollow *self)
{
    return self->is_on;
}

void
bw_ui_follow_set_on (BwUiFollow *self, gboolean is_on)
{
    self->is_on = is_on;
    g_signal_emit (self, signals[CHANGED], 0);
    bw_ui_follow_catch_up (self);
}

void
bw_ui_follow_catch_up (BwUiFollow *self)
{
    if (self->is_on)
        scroll_to_end (self);
}
