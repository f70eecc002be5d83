/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-application"
#include "config.h"

#include "bw-ui-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "bw-ui-format.h"
#include "bw-ui-preferences.h"
#include "bw-ui-troubles.h"
#include "bw-ui-virtual.h"
#include "bw-ui-window.h"

#define VIRTUAL_BOARDS_MAX 64

/* A cancelled job lets go of its board in a tenth of a second; one that starts a board anew takes
 * longer. */
#define STOP_LIMIT_MS 5000
/* Of who says it twice. */
#define HURRY_LIMIT_MS 300

struct _BwUiApplication {
    AdwApplication parent_instance;

    BwUiWindow *window; /* borrowed from GTK; NULL before the first activation */
    BwSettings *settings;
    BwStation *station;
    BwStore *leaving; /* what is left to be written goes into it; NULL when nothing is */
    gboolean is_hurried;
    unsigned n_virtual;          /* boards without hardware that were asked for */
    GHashTable *virtual_numbers; /* number in a name, to the first of those it was taken with */
    BwUiTroubles troubles;
    gboolean has_settings; /* they are read; before that nothing is started */
    GCancellable *opening; /* of the store, for a station; NULL when it is not being opened */
    char *holder;          /* which program it waits for, for people; NULL = none so far */
    gboolean has_no_usb;
    int wanted_virtual;
};

G_DEFINE_FINAL_TYPE (BwUiApplication, bw_ui_application, ADW_TYPE_APPLICATION)

BwSettings *
bw_ui_application_get_settings (BwUiApplication *self)
{
    return self->settings;
}

/* @text: (nullable) (transfer full) */
static void
set_trouble (BwUiApplication *self, BwUiTroubleKind kind, char *text)
{
    g_autofree char *all = NULL;

    bw_ui_troubles_set (&self->troubles, kind, text);
    all = bw_ui_troubles_dup_text (&self->troubles);
    if (self->window != NULL)
        bw_ui_window_show_trouble (self->window, all);
}

void
bw_ui_application_show_refusal (BwUiApplication *self, const char *markup)
{
    set_trouble (self, BW_UI_TROUBLE_REFUSAL, *markup == '\0' ? NULL : g_strdup (markup));
}

void
bw_ui_application_hide_troubles (BwUiApplication *self)
{
    bw_ui_troubles_clear (&self->troubles);
    if (self->window != NULL)
        bw_ui_window_show_trouble (self->window, "");
}

/* --- virtual boards ------------------------------------------------------------------------- */

/* The least number that none of them has; those that did not come have given theirs back. */
static unsigned
take_number (BwUiApplication *self, unsigned first)
{
    unsigned number = 1;

    while (g_hash_table_contains (self->virtual_numbers, GUINT_TO_POINTER (number)))
        number++;
    g_hash_table_insert (self->virtual_numbers, GUINT_TO_POINTER (number),
                         GUINT_TO_POINTER (first));
    return number;
}

static gboolean
is_taken_by (gpointer number, gpointer owner, gpointer first)
{
    return owner == first;
}

static char *
dup_virtual_name (unsigned number)
{
    if (number == 1)
        return g_strdup (_ ("Virtual board"));
    /* translators: a board that is only played, and its number */
    return g_strdup_printf (_ ("Virtual board %u"), number);
}

static void
on_virtual_news (const GError *error, unsigned first, gpointer user_data)
{
    BwUiApplication *self = user_data;

    if (error != NULL)
        g_hash_table_foreach_remove (self->virtual_numbers, is_taken_by, GUINT_TO_POINTER (first));
    set_trouble (self, BW_UI_TROUBLE_VIRTUAL,
                 error == NULL ? NULL : bw_ui_trouble_dup_virtual_words (error));
}

void
bw_ui_application_start_virtual_boards (BwUiApplication *self, unsigned count)
{
    unsigned first = self->n_virtual + 1;
    unsigned number = 1;
    g_autofree char *name = NULL;

    for (unsigned i = 0; i < count; i++)
        number = take_number (self, first);
    /* several are numbered by who plays them */
    name = dup_virtual_name (count == 1 ? number : 1);
    bw_ui_virtual_start (first, count, name, on_virtual_news, self);
    self->n_virtual += count;
}

/* --- settings, store, station --------------------------------------------------------------- */

/* Opening it takes as long as the wait, and a station follows; later a job waits, a few seconds at
 * most. */
static gboolean
say_wait (gpointer evidence)
{
    BwUiApplication *self = BW_UI_APPLICATION (g_application_get_default ());
    g_autofree char *sentence = bw_ui_format_sentence (evidence);

    if (self->opening != NULL) {
        g_free (self->holder);
        self->holder = g_strdup (evidence);
        set_trouble (self, BW_UI_TROUBLE_STORE, bw_ui_trouble_dup_wait_words (evidence));
    } else if (self->window != NULL) {
        bw_ui_window_toast (self->window, sentence);
    }
    return G_SOURCE_REMOVE;
}

/* On whichever thread waits. */
static void
on_store_waits (const char *evidence, gpointer data)
{
    g_idle_add_full (G_PRIORITY_DEFAULT, say_wait, g_strdup (evidence), g_free);
}

static void
open_store (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GError *error = NULL;
    BwStore *store = bw_store_open_sync (NULL, cancellable, on_store_waits, NULL, &error);

    if (store != NULL)
        g_task_return_pointer (task, store, g_object_unref);
    else
        g_task_return_error (task, error);
}

static BwStationFlags
get_flags (BwUiApplication *self)
{
    gboolean should_identify = TRUE;
    gboolean should_listen = TRUE;
    BwStationFlags flags = BW_STATION_VIRTUAL;

    g_object_get (self->settings, "identify-on-plug", &should_identify, "console-after-flash",
                  &should_listen, NULL);
    if (should_identify)
        flags |= BW_STATION_IDENTIFY;
    if (should_listen)
        flags |= BW_STATION_LISTEN;
    return self->has_no_usb ? flags : flags | BW_STATION_USB;
}

static void
on_habits_changed (BwUiApplication *self)
{
    if (self->station != NULL)
        bw_station_set_habits (self->station, get_flags (self));
}

static void start_station (BwUiApplication *self);

static void
on_store_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    BwUiApplication *self = BW_UI_APPLICATION (source);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwStore) store = g_task_propagate_pointer (G_TASK (result), &error);
    gboolean is_wanted = !g_cancellable_is_cancelled (self->opening);

    if (error != NULL && self->holder != NULL)
        g_prefix_error (&error, "%s: ", self->holder);
    set_trouble (self, BW_UI_TROUBLE_STORE,
                 error == NULL || !is_wanted ? NULL : bw_ui_trouble_dup_words (error));
    g_clear_pointer (&self->holder, g_free);
    g_clear_object (&self->opening);
    if (is_wanted) {
        self->station = bw_station_new (store, get_flags (self));
        bw_station_explain_no_store (self->station, error);
        bw_ui_window_set_station (self->window, self->station);
        bw_station_start (self->station);
    } else {
        /* there may be a new window meanwhile */
        start_station (self);
    }
    g_application_release (G_APPLICATION (self));
}

/* As long as there is a window, and once it is known what people want. */
static void
start_station (BwUiApplication *self)
{
    g_autoptr (GTask) task = NULL;

    if (self->window == NULL || !self->has_settings || self->opening != NULL)
        return;
    self->opening = g_cancellable_new ();
    task = g_task_new (self, self->opening, on_store_opened, NULL);
    g_application_hold (G_APPLICATION (self));
    g_task_run_in_thread (task, open_store);
}

static void
on_settings_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiApplication) self = user_data;
    g_autoptr (GError) error = NULL;

    if (!bw_settings_load_finish (BW_SETTINGS (source), result, &error))
        set_trouble (self, BW_UI_TROUBLE_SETTINGS, bw_ui_trouble_dup_words (error));
    self->has_settings = TRUE;
    start_station (self);
}

/* The window does not wait for a disk: it has the defaults until the file is read, and boards come
 * after that. */
static void
load_settings (BwUiApplication *self)
{
    self->settings = bw_settings_new_unkept ();
    bw_settings_load_async (self->settings, NULL, on_settings_loaded, g_object_ref (self));
}

/* --- actions -------------------------------------------------------------------------------- */

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiApplication *self = user_data;

    if (self->window != NULL)
        gtk_window_close (GTK_WINDOW (self->window));
}

static void
preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiApplication *self = user_data;

    gtk_window_present (
        GTK_WINDOW (bw_ui_preferences_new (GTK_WINDOW (self->window), self->settings)));
}

/* Made when asked for: GTK's own way keeps it hidden from the start, and GTK 4.8 dies when a screen
 * reader asks for a window that has never been on screen. */
static void
shortcuts (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiApplication *self = user_data;
    g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (
        "/io/github/boardwalk/Station/ui/help-overlay.ui");
    GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

    gtk_window_set_transient_for (window, GTK_WINDOW (self->window));
    gtk_window_present (window);
}

static void
about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiApplication *self = user_data;

    GtkWidget *window =
        g_object_new (ADW_TYPE_ABOUT_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_DIALOG,
                      "transient-for", self->window, "modal", TRUE, "destroy-with-parent", TRUE,
                      "application-name", _ ("Boardwalk"), "application-icon", BW_APP_ID,
                      "developer-name", _ ("The Boardwalk contributors"), "version", BW_VERSION,
                      "license-type", GTK_LICENSE_GPL_3_0, "comments",
                      _ ("Takes a microcontroller board from blank to shipped"), NULL);

    gtk_window_present (GTK_WINDOW (window));
}

/* From a program that was started while this one ran: boards end with the program that plugs them in,
 * and that one is over at once. */
static void
plug_in (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    int count = g_variant_get_int32 (parameter);

    if (count > 0 && count <= VIRTUAL_BOARDS_MAX)
        bw_ui_application_start_virtual_boards (user_data, (unsigned) count);
}

static const GActionEntry actions[] = {
    { .name = "quit", .activate = quit },
    { .name = "preferences", .activate = preferences },
    { .name = "shortcuts", .activate = shortcuts },
    { .name = "about", .activate = about },
    { .name = "plug-in", .activate = plug_in, .parameter_type = "i" },
};

static const struct {
    const char *action;
    const char *keys[3];
} accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.shortcuts", { "<Control>question", "F1" } },
    { "win.open-firmware", { "<Control>o" } },
    { "win.open-folder", { "<Control><Shift>o" } },
    { "win.open-address", { "<Control>u" } },
    { "win.add-address", { "<Control>n" } },
    { "win.search", { "<Control>f" } },
    { "win.grid", { "<Control>g" } },
    { "win.selecting", { "<Control>m" } },
    { "win.back", { "<Alt>Left" } },
    { "win.flash", { "<Control>Return", "<Control>KP_Enter" } },
    { "win.cancel", { "<Control>period" } },
    { "win.identify", { "F5" } },
    { "win.reset", { "<Control>r" } },
    { "win.rename", { "F2" } },
    { "win.console", { "<Control>l" } },
    { "win.copy-details", { "<Control><Shift>c" } },
    { "win.show-page::overview", { "<Alt>1" } },
    { "win.show-page::firmware", { "<Alt>2" } },
    { "win.show-page::log", { "<Alt>3" } },
    { "win.show-page::history", { "<Alt>4" } },
    { "window.close", { "<Control>w" } },
};

/* --- GApplication --------------------------------------------------------------------------- */

static void
start_wanted_boards (BwUiApplication *self)
{
    unsigned count = (unsigned) self->wanted_virtual;

    self->wanted_virtual = 0;
    if (count > 0)
        bw_ui_application_start_virtual_boards (self, count);
}

static void
flush_store (GTask *task, gpointer source, gpointer store, GCancellable *cancellable)
{
    bw_store_flush_sync (store);
    g_task_return_boolean (task, TRUE);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    BwUiApplication *self = BW_UI_APPLICATION (source);

    if (self->leaving == g_task_get_task_data (G_TASK (result)))
        g_clear_object (&self->leaving);
    g_application_release (G_APPLICATION (self));
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiApplication) self = user_data;
    BwStore *store = bw_station_get_store (BW_STATION (source));
    g_autoptr (GTask) task = NULL;

    if (!bw_station_stop_finish (BW_STATION (source), result))
        g_warning ("a job did not stop in %d s", STOP_LIMIT_MS / 1000);
    if (store == NULL) {
        g_application_release (G_APPLICATION (self));
        return;
    }
    task = g_task_new (self, NULL, on_flushed, NULL);
    g_task_set_task_data (task, g_object_ref (store), g_object_unref);
    g_task_run_in_thread (task, flush_store);
}

/* The window is gone at once; the program when it has let go of every board. */
static void
bw_ui_application_window_removed (GtkApplication *app, GtkWindow *window)
{
    BwUiApplication *self = BW_UI_APPLICATION (app);
    g_autoptr (BwStation) station = NULL;

    GTK_APPLICATION_CLASS (bw_ui_application_parent_class)->window_removed (app, window);
    if (window != GTK_WINDOW (self->window))
        return;
    self->window = NULL;
    g_cancellable_cancel (self->opening);
    station = g_steal_pointer (&self->station);
    if (station == NULL)
        return;
    g_application_hold (G_APPLICATION (self));
    g_set_object (&self->leaving, bw_station_get_store (station));
    self->is_hurried = FALSE;
    bw_station_stop_async (station, STOP_LIMIT_MS, on_stopped, g_object_ref (self));
}

static void
bw_ui_application_activate (GApplication *app)
{
    BwUiApplication *self = BW_UI_APPLICATION (app);
    g_autofree char *troubles = bw_ui_troubles_dup_text (&self->troubles);

    if (self->window == NULL) {
        self->window = BW_UI_WINDOW (bw_ui_window_new (self));
        bw_ui_window_show_trouble (self->window, troubles);
        start_station (self);
    }
    gtk_window_present (GTK_WINDOW (self->window));
    start_wanted_boards (self);
}

/* Everything named on the command line is one firmware: parts may come as several files. */
static void
bw_ui_application_open (GApplication *app, GFile **files, int n_files, const char *hint)
{
    g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);

    for (int i = 0; i < n_files; i++) {
        char *path = g_file_get_path (files[i]);

        g_ptr_array_add (specs, path != NULL ? path : g_file_get_uri (files[i]));
    }
    g_ptr_array_add (specs, NULL);
    g_application_activate (app);
    bw_ui_window_load (BW_UI_APPLICATION (app)->window, (const char *const *) specs->pdata);
}

static gboolean
on_hurry_over (gpointer user_data)
{
    BwUiApplication *self = user_data;

    if (self->window == NULL) {
        g_warning (
            "ended at once; what was begun on a board may not be finished, or not be recorded");
        g_application_quit (G_APPLICATION (self));
    }
    return G_SOURCE_REMOVE;
}

/* What only waits for another program ends now, and says what is lost. */
static void
hurry (BwUiApplication *self)
{
    self->is_hurried = TRUE;
    bw_store_abandon (self->leaving);
    g_timeout_add (HURRY_LIMIT_MS, on_hurry_over, self);
}

/* Nobody is asked then: at the end of a session, or of the terminal it was started from. Work is
 * stopped as when the window closes, so that no board is held in reset; who says it twice does not
 * want to wait. */
static gboolean
on_stop_signal (gpointer user_data)
{
    BwUiApplication *self = user_data;

    if (self->window != NULL)
        gtk_window_destroy (GTK_WINDOW (self->window));
    else if (self->leaving != NULL && !self->is_hurried)
        hurry (self);
    else
        g_application_quit (G_APPLICATION (self));
    return G_SOURCE_CONTINUE;
}

static void
bw_ui_application_startup (GApplication *app)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
    BwUiApplication *self = BW_UI_APPLICATION (app);

    G_APPLICATION_CLASS (bw_ui_application_parent_class)->startup (app);
    gtk_window_set_default_icon_name (BW_APP_ID);
    load_settings (self);
    for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
        g_unix_signal_add (numbers[i], on_stop_signal, self);
    g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), app);
    for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
        gtk_application_set_accels_for_action (GTK_APPLICATION (app), accels[i].action,
                                               accels[i].keys);
    g_signal_connect_object (self->settings, "notify::identify-on-plug",
                             G_CALLBACK (on_habits_changed), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (self->settings, "notify::console-after-flash",
                             G_CALLBACK (on_habits_changed), self, G_CONNECT_SWAPPED);
}

static void
bw_ui_application_shutdown (GApplication *app)
{
    BwUiApplication *self = BW_UI_APPLICATION (app);

    /* the last window is gone: here, and only here, this thread waits for the disk, so that nothing
     * a person decided is lost */
    g_clear_object (&self->station);
    if (self->settings != NULL)
        bw_settings_flush_sync (self->settings);
    G_APPLICATION_CLASS (bw_ui_application_parent_class)->shutdown (app);
}

/* A station runs already, and shows its window. */
static void
pass_on (BwUiApplication *self)
{
    if (self->has_no_usb)
        g_printerr ("%s\n", _ ("The station runs already: --no-usb counts only when it starts."));
    if (self->wanted_virtual > 0)
        g_action_group_activate_action (G_ACTION_GROUP (self), "plug-in",
                                        g_variant_new_int32 (self->wanted_virtual));
}

static int
bw_ui_application_handle_local_options (GApplication *app, GVariantDict *options)
{
    BwUiApplication *self = BW_UI_APPLICATION (app);
    g_autoptr (GError) error = NULL;

    if (g_variant_dict_contains (options, "version")) {
        g_print ("%s %s\n", g_get_prgname (), BW_VERSION);
        return 0;
    }
    g_variant_dict_lookup (options, "virtual", "i", &self->wanted_virtual);
    if (self->wanted_virtual < 0 || self->wanted_virtual > VIRTUAL_BOARDS_MAX) {
        g_printerr (_ ("--virtual: %d is not between 0 and %d\n"), self->wanted_virtual,
                    VIRTUAL_BOARDS_MAX);
        return 1;
    }
    self->has_no_usb = g_variant_dict_contains (options, "no-usb");
    if (!g_application_register (app, NULL, &error)) {
        g_printerr ("%s\n", error->message);
        return 1;
    }
    if (g_application_get_is_remote (app))
        pass_on (self);
    return -1;
}

static void
bw_ui_application_finalize (GObject *object)
{
    BwUiApplication *self = BW_UI_APPLICATION (object);

    g_clear_object (&self->station);
    g_clear_object (&self->settings);
    g_clear_object (&self->opening);
    g_clear_object (&self->leaving);
    g_clear_pointer (&self->virtual_numbers, g_hash_table_unref);
    g_free (self->holder);
    bw_ui_troubles_clear (&self->troubles);
    G_OBJECT_CLASS (bw_ui_application_parent_class)->finalize (object);
}

static void
bw_ui_application_class_init (BwUiApplicationClass *klass)
{
    GApplicationClass *app_class = G_APPLICATION_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = bw_ui_application_finalize;
    app_class->startup = bw_ui_application_startup;
    app_class->activate = bw_ui_application_activate;
    app_class->open = bw_ui_application_open;
    app_class->shutdown = bw_ui_application_shutdown;
    GTK_APPLICATION_CLASS (klass)->window_removed = bw_ui_application_window_removed;
    app_class->handle_local_options = bw_ui_application_handle_local_options;
}

static void
bw_ui_application_init (BwUiApplication *self)
{
    static const GOptionEntry options[] = {
        { .long_name = "virtual",
          .arg = G_OPTION_ARG_INT,
          .description = N_ ("Plug in N boards without hardware"),
          .arg_description = N_ ("N") },
        { .long_name = "no-usb",
          .arg = G_OPTION_ARG_NONE,
          .description = N_ ("Leave the boards on USB alone") },
        { .long_name = "version",
          .arg = G_OPTION_ARG_NONE,
          .description = N_ ("Print the version and end") },
        { 0 },
    };

    self->virtual_numbers = g_hash_table_new (NULL, NULL);
    g_application_add_main_option_entries (G_APPLICATION (self), options);
    g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[FIRMWARE…]"));
}

BwUiApplication *
bw_ui_application_new (void)
{
    return g_object_new (BW_UI_TYPE_APPLICATION, "application-id", BW_APP_ID, "flags",
                         G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                         "/io/github/boardwalk/Station", NULL);
}
