/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/**
 * bw_cli_preview:
 * @cli: the run, with its options
 * @plan: (transfer none): what would be done
 *
 * Asks the boards of the options what they are and says, step by step, what @plan would do with
 * each, what would be lost and what does not fit. Writes nothing. Main thread.
 *
 * Returns: the exit status.
 */
int bw_cli_preview (BwCli *cli, BwPlan *plan);

G_END_DECLS
