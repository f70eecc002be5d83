/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* The command line as it was typed, told apart: which words name the command, which options every
 * command knows, and what is left for the command itself. Options may stand before the command, as
 * people are used to from other flashers. Threads: main thread. */

typedef struct {
    const BwCliCommand *command; /* (nullable): there is none of this name, or none was named */
    char *typed;                 /* (nullable): the words that name, or should name, a command */
    gboolean is_group;           /* @typed is only the first word of commands of two */
    gboolean wants_help;
    gboolean wants_version;
    gboolean is_json;
    gboolean no_colour;
    char **argv; /* what is left, the program's name first; zero-terminated; borrows its texts */
    int argc;
    int n_read; /* of argv; what follows stood behind "--", which is gone, and is no option */
} BwCliLine;

/**
 * bw_cli_line_init:
 * @self: (out): what was typed
 * @argc: of main()
 * @argv: of main(); has to stay
 */
void bw_cli_line_init (BwCliLine *self, int argc, char **argv);

/**
 * bw_cli_line_clear:
 * @self: is given back
 */
void bw_cli_line_clear (BwCliLine *self);

/**
 * bw_cli_line_check:
 * @self: what was typed
 * @error: cause usage
 *
 * Looks whether a command was named and every option is one of its own, with a value where it takes
 * one and without where it takes none: "--erase=no" must not erase.
 *
 * Returns: TRUE when the command may read its options.
 */
gboolean bw_cli_line_check (const BwCliLine *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
