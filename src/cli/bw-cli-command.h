/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-cli-options.h"
#include "bw-cli-output.h"

G_BEGIN_DECLS

/* What a command is. Each has a file of its own and a row in the table of bw-cli-commands.c.
 * Threads: main thread. */

typedef struct BwCli BwCli;

/* One command. "run" does the work and returns the exit status of the process. */
typedef struct {
    const char *name;      /* "flash", or two words: "firmware show" */
    const char *arguments; /* for the usage line: "FIRMWARE…" */
    const char *summary;   /* one line, no full stop, to be translated */
    const char *details;   /* (nullable): paragraphs for --help, to be translated */
    BwCliOptionGroups groups;
    const GOptionEntry *entries; /* (nullable): options of this command alone */
    unsigned args_min;
    unsigned args_max;
    int (*run) (BwCli *cli);
} BwCliCommand;

#define BW_CLI_ARGS_ANY G_MAXUINT

/* One run of a command. */
struct BwCli {
    const BwCliCommand *command; /* (nullable): none was found */
    BwCliOptions options;
    BwCliOutput *output;
    const char *const *args; /* those that are no options; zero-terminated */
    unsigned n_args;
    GCancellable *cancellable; /* somebody pressed Ctrl-C */
    GCancellable *ending; /* (nullable): the same, when only the records are left to be written */
    int64_t deadline_us;  /* of --timeout, monotonic; 0 = none */
};

extern const BwCliCommand bw_cli_console_command;
extern const BwCliCommand bw_cli_erase_command;
extern const BwCliCommand bw_cli_firmware_convert_command;
extern const BwCliCommand bw_cli_firmware_show_command;
extern const BwCliCommand bw_cli_flash_command;
extern const BwCliCommand bw_cli_info_command;
extern const BwCliCommand bw_cli_list_command;
extern const BwCliCommand bw_cli_partition_make_command;
extern const BwCliCommand bw_cli_partition_show_command;
extern const BwCliCommand bw_cli_read_command;
extern const BwCliCommand bw_cli_reset_command;
extern const BwCliCommand bw_cli_verify_command;

/**
 * bw_cli_fail:
 * @cli: the run
 * @error: (transfer none): why it ends; usage errors get a hint where to read more
 *
 * Says on standard error why nothing more will be done, and with --json in a result.
 *
 * Returns: the exit status of @error.
 */
int bw_cli_fail (BwCli *cli, const GError *error);

/**
 * bw_cli_check_target:
 * @path: name of a file that is to be written
 * @error: cause usage: it is empty, or "-"; unwritable-file: a device, a pipe, a link, a folder, or
 *   none may be made there
 *
 * What is written replaces a file in one step, which cannot be done with standard output; a file
 * called "-" is hardly what was meant.
 *
 * Returns: TRUE when it names a file.
 */
gboolean bw_cli_check_target (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_cli_succeed:
 * @cli: the run
 * @fields: (transfer full) (nullable): further members of the result
 *
 * The result line of a command that has done its work without a board.
 *
 * Returns: 0, the exit status.
 */
int bw_cli_succeed (BwCli *cli, cJSON *fields);

G_END_DECLS
