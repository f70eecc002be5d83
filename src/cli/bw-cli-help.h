/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* What --help says; no line is wider than the person's terminal, unless that has less than 40
 * columns. Threads: main thread. */

/**
 * bw_cli_help_dup_program:
 * @group: (nullable): only the commands of this group
 *
 * Returns: (transfer full): what the program or a group of its commands does, ends with a newline
 */
char *bw_cli_help_dup_program (const char *group);

/**
 * bw_cli_help_dup_command:
 * @command: a command
 *
 * Returns: (transfer full): its usage, options and details, ends with a newline
 */
char *bw_cli_help_dup_command (const BwCliCommand *command);

/**
 * bw_cli_help_new_context:
 * @command: a command
 *
 * Returns: (transfer full): what reads its options; help is an option like others
 */
GOptionContext *bw_cli_help_new_context (const BwCliCommand *command);

G_END_DECLS
