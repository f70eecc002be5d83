/* SPDX-License-Identifier: GPL-3.0-or-later */
void
fail (GError **error)
{
    bw_set_error (error, BW_CAUSE_LOST, "gone after %u ms", 5);
}
