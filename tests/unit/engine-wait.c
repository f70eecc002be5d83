/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nftw() */
#define _XOPEN_SOURCE 700
#include "engine-wait.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>

/* A limit is for a program that hangs, never for a machine that has much to do. */
#define BUSY_MACHINE_MS 60000u

static gboolean
on_limit (gpointer data)
{
    *(gboolean *) data = TRUE;
    return G_SOURCE_REMOVE;
}

/* Not everything that is waited for happens in the main loop. */
#define LOOK_MS 10u

static gboolean
on_look (gpointer data)
{
    return G_SOURCE_CONTINUE;
}

void
engine_wait_until (gboolean (*is_so) (gpointer data), gpointer data, unsigned limit_ms)
{
    gboolean is_late = FALSE;
    guint source = g_timeout_add (MAX (limit_ms, BUSY_MACHINE_MS), on_limit, &is_late);
    guint look = g_timeout_add (LOOK_MS, on_look, NULL);

    while (!is_so (data) && !is_late)
        g_main_context_iteration (NULL, TRUE);
    g_assert_false (is_late);
    g_source_remove (source);
    g_source_remove (look);
}

static gboolean
is_held_once (gpointer object)
{
    return g_atomic_int_get (&G_OBJECT (object)->ref_count) == 1;
}

void
engine_wait_unheld (gpointer object)
{
    engine_wait_until (is_held_once, object, 0);
}

struct awaited {
    BwJob *job;
    BwJobState state;
};

static gboolean
is_in_state (gpointer data)
{
    const struct awaited *awaited = data;

    return bw_job_get_state (awaited->job) == awaited->state;
}

void
engine_wait_for_state (BwJob *job, BwJobState state)
{
    struct awaited awaited = { job, state };

    engine_wait_until (is_in_state, &awaited, 0);
}

void
engine_run_for (unsigned ms)
{
    gboolean is_over = FALSE;

    g_timeout_add (ms, on_limit, &is_over);
    while (!is_over)
        g_main_context_iteration (NULL, TRUE);
}

char *
engine_make_folder (void)
{
    g_autoptr (GError) error = NULL;
    char *path = g_dir_make_tmp ("boardwalk-test-XXXXXX", &error);

    g_assert_no_error (error);
    return path;
}

static int
remove_one (const char *path, const struct stat *status, int type, struct FTW *where)
{
    return remove (path);
}

void
engine_remove_folder (char *path)
{
    if (path != NULL)
        nftw (path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    g_free (path);
}

static char *home;

void
engine_init (int *argc, char ***argv)
{
    static const char *const names[] = {
        "HOME",           "XDG_CONFIG_HOME", "XDG_DATA_HOME",
        "XDG_STATE_HOME", "XDG_CACHE_HOME",  "XDG_RUNTIME_DIR",
    };

    home = engine_make_folder ();
    for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
        g_setenv (names[i], home, TRUE);
    g_test_init (argc, argv, NULL);
}

int
engine_run (void)
{
    int status = g_test_run ();

    engine_remove_folder (g_steal_pointer (&home));
    return status;
}
