/* SPDX-License-Identifier: GPL-3.0-or-later */
const char *x (void) { return _ ("Words"); }
