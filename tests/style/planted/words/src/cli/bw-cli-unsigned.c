/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-planted"
int x (void) { return (int) g_ascii_string_to_unsigned (a, b); }
