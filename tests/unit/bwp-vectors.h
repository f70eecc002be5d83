/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bwp-digest.h"
#include <glib.h>

G_BEGIN_DECLS

/* Reading golden vectors in tests of the wire layer. Every failure ends the test. */

/**
 * vectors_load:
 * @path: below the folder of vectors, with slashes
 *
 * Returns: (transfer full): contents of a file, zero-terminated behind its length
 */
GByteArray *vectors_load (const char *path);

/**
 * vectors_lines:
 * @path: below the folder of vectors
 *
 * Returns: (transfer full): its lines without line ends, NULL-terminated; no empty last line
 */
char **vectors_lines (const char *path);

/**
 * vectors_unhex:
 * @text: pairs of hexadecimal digits
 *
 * Returns: (transfer full): the bytes
 */
GByteArray *vectors_unhex (const char *text);

/**
 * vectors_frame:
 * @line: of a transcript: direction, blank, one SLIP frame in hex
 *
 * Returns: (transfer full): the payload of the frame
 */
GByteArray *vectors_frame (const char *line);

/**
 * vectors_transcripts:
 *
 * Returns: (transfer full): paths of all serial transcripts
 */
GPtrArray *vectors_transcripts (void);

/**
 * vectors_digests:
 *
 * Returns: (transfer none): digests by GLib
 */
const struct bwp_digests *vectors_digests (void);

G_END_DECLS
