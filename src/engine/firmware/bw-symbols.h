/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What stands at an address of a program: function, file and line, from the ELF file it was linked
 * to. Threads: one at a time. Memory: the file is kept as it was when it was loaded; a build that
 * rewrites it changes nothing. */

/* The file, before and after unpacking. */
#define BW_SYMBOLS_SIZE_MAX (512u * 1024 * 1024)
/* Addresses of one line that are looked at. */
#define BW_SYMBOLS_ADDRESSES_MAX 128u
/* Addresses not seen before that are looked up within a second: a flood of them costs no more. */
#define BW_SYMBOLS_LOOKUPS_MAX 512u
/* Answers that are remembered. */
#define BW_SYMBOLS_KNOWN_MAX 4096u
/* Characters of a name in the file that are shown. */
#define BW_SYMBOLS_NAME_MAX 256u

typedef struct BwSymbols BwSymbols;

/**
 * bw_symbols_load_sync:
 * @path: an ELF file for an Xtensa or RISC-V chip; gzip is unpacked
 * @cancellable: (nullable): stops it
 * @error: cause unreadable-file; too-large; bad-firmware: no ELF file, damaged, not linked, for
 *   another machine, or without code
 *
 * Returns: (transfer full) (nullable): what it says, freed with bw_symbols_free()
 */
BwSymbols *bw_symbols_load_sync (const char *path,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_symbols_free:
 * @self: (nullable) (transfer full): what a file says
 */
void bw_symbols_free (BwSymbols *self);

/**
 * bw_symbols_explain:
 * @self: what a file says
 * @line: what a board printed, any bytes
 * @len: how many
 * @now_us: a monotonic clock
 *
 * Looks up the addresses in a line of a crash. What is no code of this program is passed over.
 *
 * Returns: (transfer full) (nullable): a line for each function, in the user's language, valid UTF-8
 *   without control characters: "0x400d1234: app_main at main.c:42"; %NULL when there is
 *   nothing to say
 */
char **bw_symbols_explain (BwSymbols *self, const char *line, size_t len, int64_t now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwSymbols, bw_symbols_free)

G_END_DECLS
