/* SPDX-License-Identifier: GPL-3.0-or-later */
void fw_here (void);
