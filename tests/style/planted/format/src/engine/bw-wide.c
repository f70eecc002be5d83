/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever reads this beside another file has to move the window to and fro, line by line and word by word. */
int
x (void)
{
    return 1;
}
