/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the station by tests/bench/window: writes down how long each frame took, how much of
 * it the processor worked for it, and how late the main loop came to a timer of 10 ms. Lines: "frame
 * BEGIN_US MS", "cpu BEGIN_US MS" (of the same frame) and "late WHEN_US MS", with the
 * monotonic clock, into the file that $BW_FRAMES names. The station itself knows nothing of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gtk/gtk.h>
#include <stdio.h>
#include <time.h>

#define BEAT_MS 10

static FILE *file;
static GHashTable *begun; /* frame clock → when its frame began */
static gint64 last_beat_us;

struct begin {
    gint64 wall_us;
    gint64 cpu_us;
};

static gint64
get_cpu_us (void)
{
    struct timespec now;

    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
    return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
on_before_paint (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
    struct begin *begin = g_new (struct begin, 1);

    begin->wall_us = g_get_monotonic_time ();
    begin->cpu_us = get_cpu_us ();
    g_hash_table_insert (begun, g_value_get_object (&values[0]), begin);
    return TRUE;
}

static gboolean
on_after_paint (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
    struct begin *begin = g_hash_table_lookup (begun, g_value_get_object (&values[0]));
    gint64 now_us = g_get_monotonic_time ();

    if (begin != NULL)
        fprintf (file, "frame %" G_GINT64_FORMAT " %.3f\ncpu %" G_GINT64_FORMAT " %.3f\n",
                 begin->wall_us, (double) (now_us - begin->wall_us) / 1000, begin->wall_us,
                 (double) (get_cpu_us () - begin->cpu_us) / 1000);
    return TRUE;
}

static gboolean
on_beat (gpointer data)
{
    gint64 now_us = g_get_monotonic_time ();

    if (last_beat_us != 0)
        fprintf (file, "late %" G_GINT64_FORMAT " %.3f\n", now_us,
                 (double) (now_us - last_beat_us) / 1000 - BEAT_MS);
    last_beat_us = now_us;
    return G_SOURCE_CONTINUE;
}

static void
hook (const char *signal, GSignalEmissionHook function)
{
    g_signal_add_emission_hook (g_signal_lookup (signal, GDK_TYPE_FRAME_CLOCK), 0, function, NULL,
                                NULL);
}

int
g_application_run (GApplication *application, int argc, char **argv)
{
    int (*run) (GApplication *, int, char **) =
        (int (*) (GApplication *, int, char **)) dlsym (RTLD_NEXT, "g_application_run");
    const char *path = g_getenv ("BW_FRAMES");

    file = path == NULL ? NULL : fopen (path, "w");
    if (file != NULL) {
        setvbuf (file, NULL, _IOLBF, 0);
        begun = g_hash_table_new_full (NULL, NULL, NULL, g_free);
        g_type_class_ref (GDK_TYPE_FRAME_CLOCK);
        hook ("before-paint", on_before_paint);
        hook ("after-paint", on_after_paint);
        g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MS, on_beat, NULL, NULL);
    }
    return run (application, argc, argv);
}
