/* SPDX-License-Identifier: GPL-3.0-or-later */
int
x (void)
{
    return 1;
}
