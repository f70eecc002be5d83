/* SPDX-License-Identifier: GPL-3.0-or-later */
static const char *const said[] = { "Brownout detector was triggered" };

void
fail (GError **error)
{
    g_prefix_error (error, "listening: ");
}
