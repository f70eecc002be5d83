/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/**
 * bw_cli_settings_apply:
 * @cli: the run; what no option said is filled in
 * @error: cause config-from-future or config-damaged
 *
 * Takes over the person's settings, for every command alike: a set-up that this program does not
 * understand may mean something else than what it would do. Main thread.
 *
 * Returns: TRUE when they could be read.
 */
gboolean bw_cli_settings_apply (BwCli *cli, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
