/* SPDX-License-Identifier: GPL-3.0-or-later */
void
fail (GError **error, int is_full)
{
    bw_set_error (error, BW_CAUSE_LOST, _ ("%s: cannot be written"),
                  is_full ? "the disk is full" : "/dev/null");
}
