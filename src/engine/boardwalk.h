/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The engine as people's programs see it: the only engine header src/app and src/cli include.
 * Threads: the main thread, where not said otherwise; nothing here waits unless its name ends in
 * _sync. */

#include "bw-board-info.h"
#include "bw-board.h"
#include "bw-cause.h"
#include "bw-error.h"
#include "bw-firmware-meter.h"
#include "bw-firmware.h"
#include "bw-folder.h"
#include "bw-job.h"
#include "bw-log-copy.h"
#include "bw-log.h"
#include "bw-number.h"
#include "bw-plan-group.h"
#include "bw-plan.h"
#include "bw-settings.h"
#include "bw-station.h"
#include "bw-store.h"
#include "bw-survey.h"
#include "bw-symbols.h"
#include "bw-target.h"
#include "bw-text-order.h"
#include "bw-words.h"
