/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-log.h"

G_BEGIN_DECLS

/**
 * _bw_log_level_find:
 * @text: one clean line of a board
 *
 * Knows the line heads of ESP-IDF, Arduino, Mongoose OS and Python logging, and the words chips and
 * interpreters use when they fall over. Any thread.
 *
 * Returns: the level, %BW_LOG_PLAIN when the line does not say
 */
BwLogLevel _bw_log_level_find (const char *text);

G_END_DECLS
