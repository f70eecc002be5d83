/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* The table of all commands. Threads: main thread. */

/**
 * bw_cli_commands_get:
 *
 * Returns: (transfer none) (array zero-terminated=1): every command, in the order of --help
 */
const BwCliCommand *const *bw_cli_commands_get (void);

/**
 * bw_cli_commands_find:
 * @name: what was typed, two words parted by one blank where there are two
 *
 * Returns: (nullable): the command of this name
 */
const BwCliCommand *bw_cli_commands_find (const char *name);

/**
 * bw_cli_commands_is_group:
 * @word: a first word
 *
 * Returns: TRUE when commands of two words begin with it, as "firmware"
 */
gboolean bw_cli_commands_is_group (const char *word);

/**
 * bw_cli_commands_suggest:
 * @typed: what is no command
 *
 * Returns: (transfer none) (nullable): name of the command that was probably meant
 */
const char *bw_cli_commands_suggest (const char *typed);

/**
 * bw_cli_commands_find_option:
 * @command: (nullable): whose; NULL = any
 * @word: an option as typed: "--port", "--port=x", "-p", "-px"
 *
 * Returns: (transfer none) (nullable): the option that @word begins with
 */
const GOptionEntry *bw_cli_commands_find_option (const BwCliCommand *command, const char *word);

/**
 * bw_cli_commands_suggest_option:
 * @command: (nullable): whose; NULL = any
 * @typed: a long option that there is not, with its dashes
 *
 * Returns: (transfer none) (nullable): name of the long option that was probably meant, without
 *   dashes
 */
const char *bw_cli_commands_suggest_option (const BwCliCommand *command, const char *typed);

G_END_DECLS
