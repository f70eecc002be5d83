/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/* All that the wire layer may import, for bare compilers that come without a C library. */
void *memcpy (void *to, const void *from, size_t len);
void *memmove (void *to, const void *from, size_t len);
void *memset (void *at, int byte, size_t len);
int memcmp (const void *a, const void *b, size_t len);
