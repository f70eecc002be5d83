/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-log"
#include "config.h"

#include "bw-log.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-log-clean.h"
#include "bw-log-level.h"
#include "bw-log-private.h"
#include "bw-log-ring.h"
#include "bw-target.h"

/* A view is told of changes ten times a second at most. */
#define BATCH_US (100 * 1000)
/* An unfinished line is shown when nothing follows for so long. */
#define OPEN_LINE_US (200 * 1000)
/* Lines one visit takes under the lock before others get their turn. */
#define VISIT_MAX 1000u
/* Before the umask, as for any file that a program makes. */
#define FILE_MODE 0666

struct _BwLogItem {
    GObject parent_instance;
    BwLogLine line;
    char *text;
    BwLog *log; /* not owned; NULL once the log is gone or the line has changed */
};

struct _BwLog {
    GObject parent_instance;

    GMutex lock; /* guards what follows */
    BwLogRing *ring;
    BwLogClean *clean;
    gboolean has_open;    /* the newest line of the ring is unfinished */
    gboolean is_open_new; /* and nobody was told of it */
    int64_t open_time_us;
    int64_t last_bytes_us; /* monotonic; 0 = nothing unfinished */
    uint64_t changed_from;
    int64_t last_flush_us; /* monotonic */
    gboolean is_scheduled;

    /* main thread only */
    uint64_t shown_first;
    uint64_t shown_end;
    uint64_t announced_end;
    GHashTable *items; /* number → BwLogItem that somebody holds */
};

enum {
    LINES,
    OPEN_LINE,
    N_SIGNALS
};

static guint signals[N_SIGNALS];

static void bw_log_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (BwLogItem, bw_log_item, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (BwLog,
                               bw_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, bw_log_iface_init))

/* Items */

static void
bw_log_item_finalize (GObject *object)
{
    BwLogItem *self = BW_LOG_ITEM (object);

    if (self->log != NULL)
        g_hash_table_remove (self->log->items, &self->line.number);
    g_free (self->text);
    G_OBJECT_CLASS (bw_log_item_parent_class)->finalize (object);
}

static void
bw_log_item_class_init (BwLogItemClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_log_item_finalize;
}

static void
bw_log_item_init (BwLogItem *self)
{
}

const BwLogLine *
bw_log_item_get_line (BwLogItem *self)
{
    g_return_val_if_fail (BW_IS_LOG_ITEM (self), NULL);
    return &self->line;
}

static BwLogItem *
make_item (BwLog *self, uint64_t number)
{
    BwLogItem *item = g_object_new (BW_TYPE_LOG_ITEM, NULL);

    g_mutex_lock (&self->lock);
    if (!_bw_log_ring_get (self->ring, number, &item->line)) {
        /* dropped by the writer, and the view is not told yet */
        item->line = (BwLogLine){ number, 0, BW_LOG_PLAIN, "" };
    }
    item->text = g_strdup (item->line.text);
    g_mutex_unlock (&self->lock);
    item->line.text = item->text;
    item->log = self;
    g_hash_table_insert (self->items, &item->line.number, item);
    return item;
}

/* Whoever holds an item of a line that changed keeps the old text; the model makes a new one. */
static void
forget_items (BwLog *self, uint64_t from)
{
    GHashTableIter iter;
    gpointer value = NULL;

    g_hash_table_iter_init (&iter, self->items);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        BwLogItem *item = value;

        if (item->line.number < from)
            continue;
        item->log = NULL;
        g_hash_table_iter_remove (&iter);
    }
}

/* The model */

static GType
get_item_type (GListModel *model)
{
    return BW_TYPE_LOG_ITEM;
}

static guint
get_n_items (GListModel *model)
{
    BwLog *self = BW_LOG (model);

    return (guint) (self->shown_end - self->shown_first);
}

static gpointer
get_item (GListModel *model, guint position)
{
    BwLog *self = BW_LOG (model);
    uint64_t number = self->shown_first + position;
    BwLogItem *item = NULL;

    if (number >= self->shown_end)
        return NULL;
    item = g_hash_table_lookup (self->items, &number);
    return item != NULL ? g_object_ref (item) : make_item (self, number);
}

static void
bw_log_iface_init (GListModelInterface *iface)
{
    iface->get_item_type = get_item_type;
    iface->get_n_items = get_n_items;
    iface->get_item = get_item;
}

static void
tell_head (BwLog *self, uint64_t first)
{
    guint removed =
        (guint) (MIN (MAX (first, self->shown_first), self->shown_end) - self->shown_first);

    self->shown_first += removed;
    if (removed > 0)
        g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
    if (self->shown_first == self->shown_end) {
        self->shown_first = MAX (first, self->shown_first);
        self->shown_end = self->shown_first;
    }
}

static void
tell_tail (BwLog *self, uint64_t changed_from, uint64_t end)
{
    uint64_t from = CLAMP (changed_from, self->shown_first, self->shown_end);
    guint removed = (guint) (self->shown_end - from);
    guint added = (guint) (MAX (end, from) - from);

    if (removed == 0 && added == 0)
        return;
    if (removed > 0)
        forget_items (self, from);
    self->shown_end = from + added;
    g_list_model_items_changed (G_LIST_MODEL (self), (guint) (from - self->shown_first), removed,
                                added);
}

static void
tell_lines (BwLog *self, uint64_t finished_end)
{
    uint64_t from = MAX (self->announced_end, self->shown_first);

    self->announced_end = MAX (finished_end, self->announced_end);
    if (finished_end > from)
        g_signal_emit (self, signals[LINES], 0, (guint) (from - self->shown_first),
                       (guint) (finished_end - from));
}

/* Writing, under the lock */

static uint64_t
get_finished_end (BwLog *self)
{
    return _bw_log_ring_get_end (self->ring) - (self->has_open ? 1 : 0);
}

static void
drop_open (BwLog *self)
{
    if (!self->has_open)
        return;
    self->has_open = FALSE;
    _bw_log_ring_pop (self->ring);
    self->changed_from = MIN (self->changed_from, _bw_log_ring_get_end (self->ring));
}

static void
push_line (BwLog *self, BwLogLevel level, const char *text, size_t len)
{
    /* the view trims; a writer does it only when nobody looks for long */
    if (get_finished_end (self) - _bw_log_ring_get_first (self->ring) >= 2 * BW_LOG_LINES_MAX)
        _bw_log_ring_trim (self->ring, BW_LOG_LINES_MAX, BW_LOG_RING_BYTES_MAX);
    _bw_log_ring_push (self->ring, self->open_time_us, level, text, len);
}

static void
on_line (const char *text, size_t len, gpointer user_data)
{
    BwLog *self = user_data;
    char line[BW_LOG_LINE_BYTES_MAX + 1];

    drop_open (self);
    memcpy (line, text, len);
    line[len] = '\0';
    push_line (self, _bw_log_level_find (line), line, len);
    self->open_time_us = g_get_real_time ();
}

static void
show_open (BwLog *self)
{
    g_autofree char *text = _bw_log_clean_dup_open (self->clean);

    self->last_bytes_us = 0;
    drop_open (self);
    if (text == NULL)
        return;
    push_line (self, _bw_log_level_find (text), text, strlen (text));
    self->has_open = TRUE;
    self->is_open_new = TRUE;
}

static gboolean on_tick (gpointer user_data);

static void
schedule (BwLog *self, int64_t at_us)
{
    int64_t wait_us = MAX (at_us - g_get_monotonic_time (), 0);
    GSource *source = NULL;

    if (self->is_scheduled)
        return;
    self->is_scheduled = TRUE;
    source = g_timeout_source_new ((guint) (wait_us / 1000));
    g_source_set_callback (source, on_tick, g_object_ref (self), g_object_unref);
    g_source_attach (source, NULL);
    g_source_unref (source);
}

static void
flush_locked (BwLog *self, uint64_t *ret_first, uint64_t *ret_end, uint64_t *ret_changed)
{
    int64_t now_us = g_get_monotonic_time ();

    if (self->last_bytes_us != 0 && now_us - self->last_bytes_us >= OPEN_LINE_US)
        show_open (self);
    _bw_log_ring_trim (self->ring, BW_LOG_LINES_MAX, BW_LOG_RING_BYTES_MAX);
    *ret_first = _bw_log_ring_get_first (self->ring);
    *ret_end = _bw_log_ring_get_end (self->ring);
    *ret_changed = self->changed_from;
    self->changed_from = UINT64_MAX;
    self->last_flush_us = now_us;
    if (self->last_bytes_us != 0)
        schedule (self, self->last_bytes_us + OPEN_LINE_US);
}

void
_bw_log_flush (BwLog *self)
{
    uint64_t first = 0;
    uint64_t end = 0;
    uint64_t changed = 0;
    uint64_t finished_end = 0;
    gboolean is_open_new = FALSE;

    g_mutex_lock (&self->lock);
    flush_locked (self, &first, &end, &changed);
    finished_end = get_finished_end (self);
    is_open_new = self->has_open && self->is_open_new;
    self->is_open_new = FALSE;
    g_mutex_unlock (&self->lock);
    tell_head (self, first);
    tell_tail (self, changed, end);
    tell_lines (self, finished_end);
    if (is_open_new && self->shown_end > self->shown_first)
        g_signal_emit (self, signals[OPEN_LINE], 0,
                       (guint) (self->shown_end - self->shown_first) - 1);
}

static gboolean
on_tick (gpointer user_data)
{
    BwLog *self = user_data;

    g_mutex_lock (&self->lock);
    self->is_scheduled = FALSE;
    g_mutex_unlock (&self->lock);
    _bw_log_flush (self);
    return G_SOURCE_REMOVE;
}

/* Public and private functions */

static void
bw_log_finalize (GObject *object)
{
    BwLog *self = BW_LOG (object);

    forget_items (self, 0);
    g_hash_table_unref (self->items);
    _bw_log_ring_free (self->ring);
    _bw_log_clean_free (self->clean);
    g_mutex_clear (&self->lock);
    G_OBJECT_CLASS (bw_log_parent_class)->finalize (object);
}

static void
bw_log_class_init (BwLogClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_log_finalize;
    signals[LINES] = g_signal_new ("lines", BW_TYPE_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
    signals[OPEN_LINE] = g_signal_new ("open-line", BW_TYPE_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
bw_log_init (BwLog *self)
{
    g_mutex_init (&self->lock);
    self->ring = _bw_log_ring_new ();
    self->clean = _bw_log_clean_new ();
    self->changed_from = UINT64_MAX;
    self->shown_first = 1;
    self->shown_end = 1;
    self->announced_end = 1;
    self->items = g_hash_table_new (g_int64_hash, g_int64_equal);
}

BwLog *
bw_log_new (void)
{
    return g_object_new (BW_TYPE_LOG, NULL);
}

/* One line, whatever a name or a server put into it. */
static void
blank_controls (char *text)
{
    for (; *text != '\0'; text++)
        if (g_ascii_iscntrl (*text))
            *text = ' ';
}

void
bw_log_append_note (BwLog *self, const char *text)
{
    g_autofree char *clean = _bw_log_clean_text (text, strlen (text));

    blank_controls (clean);
    if (strlen (clean) > BW_LOG_LINE_BYTES_MAX)
        *g_utf8_find_prev_char (clean, clean + BW_LOG_LINE_BYTES_MAX + 1) = '\0';
    g_mutex_lock (&self->lock);
    _bw_log_clean_finish (self->clean, on_line, self);
    self->last_bytes_us = 0;
    self->has_open = FALSE;
    self->open_time_us = g_get_real_time ();
    push_line (self, BW_LOG_STATION, clean, strlen (clean));
    schedule (self, self->last_flush_us + BATCH_US);
    g_mutex_unlock (&self->lock);
}

void
bw_log_append_bytes (BwLog *self, const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return;
    g_mutex_lock (&self->lock);
    if (self->last_bytes_us == 0 && !self->has_open)
        self->open_time_us = g_get_real_time ();
    _bw_log_clean_push (self->clean, bytes, len, on_line, self);
    self->last_bytes_us = g_get_monotonic_time ();
    schedule (self, self->last_flush_us + BATCH_US);
    g_mutex_unlock (&self->lock);
}

void
_bw_log_finish_line (BwLog *self)
{
    g_mutex_lock (&self->lock);
    _bw_log_clean_finish (self->clean, on_line, self);
    self->last_bytes_us = 0;
    self->has_open = FALSE;
    schedule (self, self->last_flush_us + BATCH_US);
    g_mutex_unlock (&self->lock);
}

uint64_t
_bw_log_get_end (BwLog *self)
{
    uint64_t end = 0;

    g_mutex_lock (&self->lock);
    end = get_finished_end (self);
    g_mutex_unlock (&self->lock);
    return end;
}

static uint64_t
visit_some (BwLog *self, uint64_t from, uint64_t limit, BwLogVisit visit, gpointer user_data)
{
    BwLogLine line;
    uint64_t end = 0;

    g_mutex_lock (&self->lock);
    from = MAX (from, _bw_log_ring_get_first (self->ring));
    /* who names an end has seen what lies before it */
    end = limit == UINT64_MAX ? get_finished_end (self) : limit;
    end = MIN (end, from + VISIT_MAX);
    while (from < end && _bw_log_ring_get (self->ring, from, &line)) {
        visit (&line, user_data);
        from++;
    }
    g_mutex_unlock (&self->lock);
    return from;
}

uint64_t
_bw_log_visit (BwLog *self, uint64_t from, uint64_t end, BwLogVisit visit, gpointer user_data)
{
    uint64_t next = visit_some (self, from, end, visit, user_data);

    while (next > from && next < end) {
        from = next;
        next = visit_some (self, from, end, visit, user_data);
    }
    return next;
}

void
bw_log_clear (BwLog *self)
{
    g_return_if_fail (BW_IS_LOG (self));
    g_mutex_lock (&self->lock);
    _bw_log_ring_clear (self->ring);
    self->has_open = FALSE;
    g_mutex_unlock (&self->lock);
    _bw_log_flush (self);
}

/* Saving */

struct save {
    GFile *file;
    gboolean with_times;
    GString *text;
};

static void
save_free (struct save *save)
{
    g_object_unref (save->file);
    g_string_free (save->text, TRUE);
    g_free (save);
}

static void
append_time (GString *text, int64_t time_us)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
    g_autofree char *stamp = g_date_time_format (time, "%F %T");

    g_string_append_printf (text, "%s.%03d ", stamp, (int) (time_us / 1000 % 1000));
}

static void
on_save_line (const BwLogLine *line, gpointer user_data)
{
    struct save *save = user_data;

    if (save->with_times)
        append_time (save->text, line->time_us);
    g_string_append (save->text, line->text);
    g_string_append_c (save->text, '\n');
}

static GError *
name_save_error (const GError *reason)
{
    BwCause cause = bw_error_get_cause (reason);

    return bw_error_new (cause == BW_CAUSE_NONE ? BW_CAUSE_UNWRITABLE_FILE : cause,
                         _ ("saving the log: %s"), reason->message);
}

/* Whole or not at all: GIO leaves an empty file where the disk is full. */
static gboolean
write_save (const struct save *save, GCancellable *cancellable, GError **error)
{
    g_autofree char *path = g_file_get_path (save->file);

    if (path != NULL)
        return bw_target_write (path, save->text->str, save->text->len, FILE_MODE, error);
    return g_file_replace_contents (save->file, save->text->str, save->text->len, NULL, FALSE,
                                    G_FILE_CREATE_NONE, NULL, cancellable, error);
}

/* A thread of its own: a slow disk must not hold up the shared pool. */
static gpointer
save_in_thread (gpointer data)
{
    g_autoptr (GTask) task = data;
    struct save *save = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;

    _bw_log_visit (g_task_get_source_object (task), 0, UINT64_MAX, on_save_line, save);
    if (write_save (save, g_task_get_cancellable (task), &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, name_save_error (error));
    return NULL;
}

void
bw_log_save_async (BwLog *self,
                   GFile *file,
                   gboolean with_times,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    struct save *save = g_new0 (struct save, 1);

    save->file = g_object_ref (file);
    save->with_times = with_times;
    save->text = g_string_new (NULL);
    g_task_set_task_data (task, save, (GDestroyNotify) save_free);
    g_thread_unref (g_thread_new ("bw-log-save", save_in_thread, g_object_ref (task)));
}

gboolean
bw_log_save_finish (BwLog *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
    return g_task_propagate_boolean (G_TASK (result), error);
}
