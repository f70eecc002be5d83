/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-log"
#include "config.h"

#include "bw-cli-log.h"

#include <string.h>

#include "bw-cli-clean.h"

static GThread *main_thread;
static GAsyncQueue *texts; /* of char *, of other threads */
static BwCliOutput *output;

/* Without process number and time, which nobody at a terminal asks for. */
static char *
dup_message (const GLogField *fields, gsize n_fields)
{
    for (gsize i = 0; i < n_fields; i++)
        if (strcmp (fields[i].key, "MESSAGE") == 0)
            return fields[i].length < 0 ? g_strdup (fields[i].value)
                                        : g_strndup (fields[i].value, (gsize) fields[i].length);
    return g_strdup ("");
}

static void
say (const char *text)
{
    static const char *const nothing[] = { NULL };
    g_autofree char *clean = NULL;

    if (output != NULL) {
        bw_cli_output_warn (output, "boardwalk: %s", text);
        return;
    }
    clean = bw_cli_dup_clean (text, nothing);
    g_printerr ("boardwalk: %s\n", clean);
}

void
bw_cli_log_flush (void)
{
    for (char *text = g_async_queue_try_pop (texts); text != NULL;
         text = g_async_queue_try_pop (texts)) {
        say (text);
        g_free (text);
    }
}

static gboolean
on_texts (gpointer data)
{
    bw_cli_log_flush ();
    return G_SOURCE_REMOVE;
}

/* A line of progress is drawn by the main thread alone, and so is what comes between. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    if ((level & ~(GLogLevelFlags) (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_WARNING)) != 0)
        return g_log_writer_default (level, fields, n_fields, data);
    g_async_queue_push (texts, dup_message (fields, n_fields));
    if (g_thread_self () == main_thread)
        bw_cli_log_flush ();
    else
        g_idle_add_full (G_PRIORITY_DEFAULT, on_texts, NULL, NULL);
    return G_LOG_WRITER_HANDLED;
}

void
bw_cli_log_install (void)
{
    main_thread = g_thread_self ();
    texts = g_async_queue_new_full (g_free);
    g_log_writer_default_set_use_stderr (TRUE);
    g_log_set_writer_func (write_log, NULL, NULL);
}

void
bw_cli_log_set_output (BwCliOutput *to)
{
    bw_cli_log_flush ();
    output = to;
}
