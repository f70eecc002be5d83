/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* Options that several commands share, in groups. A command names the groups it takes, so that the
 * same option means the same everywhere. Threads: main thread. */

typedef enum {
    BW_CLI_OPTIONS_OUTPUT = 1 << 0,  /* --json, --verbose, --no-color, --help: every command */
    BW_CLI_OPTIONS_PORT = 1 << 1,    /* -p once */
    BW_CLI_OPTIONS_PORTS = 1 << 2,   /* -p many times, --all */
    BW_CLI_OPTIONS_CONNECT = 1 << 3, /* how to reach the loader */
    BW_CLI_OPTIONS_TIMEOUT = 1 << 4, /* --timeout */
    BW_CLI_OPTIONS_WRITE = 1 << 5,   /* how to write a firmware */
    BW_CLI_OPTIONS_AFTER = 1 << 6,   /* --after */
    BW_CLI_OPTIONS_PREVIEW = 1 << 7, /* --dry-run */
    BW_CLI_OPTIONS_ALL = (1 << 8) - 1,
} BwCliOptionGroups;

/* Bits per second that an adapter may be asked for. */
#define BW_CLI_BAUD_MIN 300u
#define BW_CLI_BAUD_MAX 5000000u

/* What was given. Texts belong to the process and live as long as it does. */
typedef struct {
    gboolean wants_help;
    gboolean is_verbose;
    char **ports; /* (nullable) */
    gboolean is_all;
    gboolean is_preview;
    uint32_t timeout_s; /* 0 = none */
    BwPlanOptions plan;
} BwCliOptions;

/**
 * bw_cli_options_add:
 * @context: receives the options
 * @groups: which
 */
void bw_cli_options_add (GOptionContext *context, BwCliOptionGroups groups);

/**
 * bw_cli_options_get_table:
 * @groups: which
 * @index: from 0
 * @ret_entries: set to the table of this index; NULL when it belongs to none of @groups
 *
 * Returns: FALSE when there are no more tables
 */
gboolean bw_cli_options_get_table (BwCliOptionGroups groups,
                                   unsigned index,
                                   const GOptionEntry **ret_entries);

/**
 * bw_cli_options_collect:
 * @self: filled in with what the parsed command line said
 * @error: cause usage: a number or a word that makes no sense
 *
 * To be called once, after the context has parsed.
 *
 * Returns: TRUE when every option makes sense.
 */
gboolean bw_cli_options_collect (BwCliOptions *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
