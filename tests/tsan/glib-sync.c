/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the thread sanitizer what GLib orders. GLib is not built with it and locks with futexes, so
 * the sanitizer would see threads of ours that share things without any order between them. Each
 * function here is GLib's own with a word to the sanitizer: what was done before letting go is seen
 * by whoever takes hold next. Linked into what is built with -Db_sanitize=thread, nothing else. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

#define REAL(function)                                                                             \
    static __typeof__ (&function) real;                                                            \
    if (real == NULL)                                                                              \
    real = (__typeof__ (&function)) dlsym (RTLD_NEXT, #function)

const char *__tsan_default_options (void);
const char *__tsan_default_suppressions (void);

/* GLib's few pthread locks are let go in tail calls, which look like calls of ours; we have none.
 * Who is interrupted leaves without waiting for its helpers; leaks are another sanitizer's matter. */
const char *
__tsan_default_options (void)
{
    return "report_mutex_bugs=0:report_thread_leaks=0:history_size=7";
}

/* What GLib's libraries themselves call in libc is ordered by locks that are not seen: no finding
 * about us. A class is filled in once, under GLib's own lock and before there is any object of it;
 * the function that does it is written by its macros. */
const char *
__tsan_default_suppressions (void)
{
    return "called_from_lib:libglib-2.0.so.0\n"
           "called_from_lib:libgobject-2.0.so.0\n"
           "called_from_lib:libgio-2.0.so.0\n"
           "race:*_class_intern_init\n";
}

/* What is handed to the main loop: it takes hold of everything each time it has looked. */
static char loop;
/* Classes, which are filled in when the first object of theirs is made. */
static char classes;

/* ---- locks ------------------------------------------------------------------------------------ */

void
g_mutex_lock (GMutex *mutex)
{
    REAL (g_mutex_lock);

    real (mutex);
    __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
    gboolean is_locked;
    REAL (g_mutex_trylock);

    is_locked = real (mutex);
    if (is_locked)
        __tsan_acquire (mutex);
    return is_locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
    REAL (g_mutex_unlock);

    __tsan_release (mutex);
    real (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
    REAL (g_cond_wait);

    __tsan_release (mutex);
    real (cond, mutex);
    __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
    gboolean is_signalled;
    REAL (g_cond_wait_until);

    __tsan_release (mutex);
    is_signalled = real (cond, mutex, end_time);
    __tsan_acquire (mutex);
    return is_signalled;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
    static void (*real) (volatile void *, gsize);

    if (real == NULL)
        real = (void (*) (volatile void *, gsize)) dlsym (RTLD_NEXT, "g_once_init_leave");
    __tsan_release ((void *) location);
    real (location, result);
}

/* ---- queues ----------------------------------------------------------------------------------- */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
    REAL (g_async_queue_push);

    __tsan_release (queue);
    real (queue, data);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
    gpointer data;
    REAL (g_async_queue_pop);

    data = real (queue);
    __tsan_acquire (queue);
    return data;
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
    gpointer data;
    REAL (g_async_queue_try_pop);

    data = real (queue);
    __tsan_acquire (queue);
    return data;
}

/* ---- objects: the class they are the first of is filled in on the way ------------------------- */

#undef g_object_new

gpointer
g_object_new (GType type, const char *first, ...)
{
    gpointer object;
    va_list args;

    va_start (args, first);
    object = g_object_new_valist (type, first, args);
    va_end (args);
    __tsan_release (&classes);
    __tsan_acquire (&classes);
    return object;
}

/* ---- references: the last to let go frees what all others did before -------------------------- */

void
g_object_unref (gpointer object)
{
    REAL (g_object_unref);

    __tsan_release (object);
    __tsan_acquire (object);
    real (object);
}

void
g_bytes_unref (GBytes *bytes)
{
    REAL (g_bytes_unref);

    if (bytes != NULL) {
        __tsan_release (bytes);
        __tsan_acquire (bytes);
    }
    real (bytes);
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
    REAL (g_atomic_ref_count_dec);

    __tsan_release (count);
    __tsan_acquire (count);
    return real (count);
}

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
    REAL (g_atomic_rc_box_release_full);

    __tsan_release (box);
    __tsan_acquire (box);
    real (box, clear);
}

/* ---- cancelling ------------------------------------------------------------------------------- */

void
g_cancellable_cancel (GCancellable *cancellable)
{
    REAL (g_cancellable_cancel);

    if (cancellable != NULL)
        __tsan_release (cancellable);
    real (cancellable);
}

gboolean
g_cancellable_is_cancelled (GCancellable *cancellable)
{
    gboolean is_cancelled;
    REAL (g_cancellable_is_cancelled);

    is_cancelled = real (cancellable);
    if (is_cancelled)
        __tsan_acquire (cancellable);
    return is_cancelled;
}

/* ---- the main loop and its helpers ------------------------------------------------------------ */

guint
g_source_attach (GSource *source, GMainContext *context)
{
    REAL (g_source_attach);

    __tsan_release (&loop);
    return real (source, context);
}

guint
g_idle_add_full (int priority, GSourceFunc function, gpointer data, GDestroyNotify notify)
{
    REAL (g_idle_add_full);

    __tsan_release (&loop);
    return real (priority, function, data, notify);
}

guint
g_timeout_add (guint interval, GSourceFunc function, gpointer data)
{
    REAL (g_timeout_add);

    __tsan_release (&loop);
    return real (interval, function, data);
}

void
g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify notify)
{
    REAL (g_task_return_pointer);

    __tsan_release (&loop);
    real (task, result, notify);
}

void
g_task_return_error (GTask *task, GError *error)
{
    REAL (g_task_return_error);

    __tsan_release (&loop);
    real (task, error);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
    REAL (g_task_return_boolean);

    __tsan_release (&loop);
    real (task, result);
}

static void
run_task (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GTaskThreadFunc function =
        (GTaskThreadFunc) g_object_get_data (G_OBJECT (task), "tsan-function");

    __tsan_acquire (task);
    function (task, source, data, cancellable);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc function)
{
    REAL (g_task_run_in_thread);

    g_object_set_data (G_OBJECT (task), "tsan-function", (gpointer) function);
    __tsan_release (task);
    real (task, run_task);
}

static int
poll_and_take_hold (GPollFD *fds, guint n, int timeout_ms)
{
    int result = g_poll (fds, n, timeout_ms);

    __tsan_acquire (&loop);
    return result;
}

static void __attribute__ ((constructor)) watch_main_loop (void)
{
    g_main_context_set_poll_func (NULL, poll_and_take_hold);
}
