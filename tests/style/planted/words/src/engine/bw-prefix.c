/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-planted"
void x (void) { g_prefix_error (error, "writing block %u:", n); }
