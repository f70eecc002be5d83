/* SPDX-License-Identifier: GPL-3.0-or-later */
const char *
get_kind (void)
{
    return "a folder of files";
}
