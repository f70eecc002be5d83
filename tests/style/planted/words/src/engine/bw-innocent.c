/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-planted"
/* goto, sprintf ("x") and // in a comment */
const char *a = "https://host sleep (1)";
int fsleep (int is_exit);
void x (void) { g_prefix_error (error, "writing block %u: ", n); at_exit (); self->exit (1); }
