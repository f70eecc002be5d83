/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-loader.h"
#include "fw-select.h"

/* What ROM, second-stage loader and application print, in the manner of each chip family, so that
 * a host recognises it. Threads: the board's. */

/**
 * fw_bootlog_download:
 * @self: a board in download mode
 * @now: present time
 */
void fw_bootlog_download (struct fw_board *self, uint64_t now);

/**
 * fw_bootlog_rom:
 * @self: a board that boots from its flash
 * @now: present time
 * @selection: what is in there
 *
 * The ROM's part: cause of the reset, and the boot image or what is wrong with it.
 */
void fw_bootlog_rom (struct fw_board *self, uint64_t now, const struct fw_selection *selection);

/**
 * fw_bootlog_loader:
 * @self: a board whose boot image is in order
 * @now: present time
 * @selection: what is in there
 *
 * The second-stage loader's part: partition table, the program chosen, or why there is none.
 */
void fw_bootlog_loader (struct fw_board *self, uint64_t now, const struct fw_selection *selection);

/**
 * fw_bootlog_start:
 * @self: a board that starts its application
 * @now: present time
 */
void fw_bootlog_start (struct fw_board *self, uint64_t now);

/**
 * fw_bootlog_line:
 * @self: a board
 * @now: present time; the log's own time counts from the start of this boot
 * @level: 'I', 'W' or 'E'
 * @tag: who speaks
 * @text: what
 */
void fw_bootlog_line (struct fw_board *self,
                      uint64_t now,
                      char level,
                      const char *tag,
                      const char *text);
