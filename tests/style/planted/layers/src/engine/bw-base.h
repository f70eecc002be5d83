/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
/* #include <gtk/gtk.h> in a comment is none */
