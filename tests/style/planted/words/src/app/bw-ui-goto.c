/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-planted"
void x (void) { goto out; out: return; }
