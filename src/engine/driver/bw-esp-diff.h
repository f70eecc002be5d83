/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Finds what differs between a flash region and its wanted content by asking the chip for digests,
 * without the old file. A first glance takes the sectors in which a build shows: the first, with the
 * description of the application, the last, with the digest of its image, and one between. A region
 * that differs is cut into many pieces, those that differ again, down to single sectors: the chip
 * reads the region once and a little of it twice, and eight questions cost the waiting of one. A
 * content that is new throughout is told by a few samples.
 * What is found decides what is sent, never what is good. No I/O of its own.
 * Threads: none shared. */

#define BW_ESP_MD5_BYTES 16

/* Questions asked together at most. */
#define BW_ESP_QUESTIONS_MAX 8

/* Questions of one glance at most. */
#define BW_ESP_GLANCE_MAX 3

/**
 * BwEspQuestion:
 * @offset: first byte in flash
 * @size: bytes
 * @is_proof: the answer may prove something: one that may belong to another question does not do
 * @md5: the answer: digest of that stretch of the flash
 * @has_wanted: whether @wanted says what the answer should be; others are of no interest then
 * @wanted: digest of what shall be there
 */
typedef struct {
    uint32_t offset;
    uint32_t size;
    gboolean is_proof;
    uint8_t md5[BW_ESP_MD5_BYTES];
    gboolean has_wanted;
    uint8_t wanted[BW_ESP_MD5_BYTES];
} BwEspQuestion;

/**
 * BwEspDigestFunc:
 * @user_data: as given
 * @questions: (inout): to be answered
 * @n: how many, 1 to %BW_ESP_QUESTIONS_MAX
 * @error: why there are no answers
 *
 * Returns: %TRUE when every question has its answer
 */
typedef gboolean (*BwEspDigestFunc) (gpointer user_data,
                                     BwEspQuestion *questions,
                                     size_t n,
                                     GError **error);

/**
 * BwEspRun:
 * @offset: first byte in flash, sector-aligned
 * @size: bytes; whole sectors unless the region ends with it
 *
 * A stretch that differs.
 */
typedef struct {
    uint32_t offset;
    uint32_t size;
} BwEspRun;

/**
 * bw_esp_diff_find:
 * @offset: where the region begins in flash, sector-aligned
 * @data: what shall be there
 * @size: its length, at least 1
 * @digest: asks the chip
 * @user_data: for @digest
 * @runs: (element-type BwEspRun): what differs is appended, by offset, neighbours joined
 * @error: of @digest
 *
 * Returns: %TRUE when every byte outside of the new runs is on the chip already
 */
gboolean bw_esp_diff_find (uint32_t offset,
                           const uint8_t *data,
                           uint32_t size,
                           BwEspDigestFunc digest,
                           gpointer user_data,
                           GArray *runs,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_diff_is_new:
 * @offset: where the region begins in flash, sector-aligned
 * @data: what shall be there
 * @size: its length, at least 1
 * @digest: asks the chip
 * @user_data: for @digest
 * @ret_is_new: whether it pays to take the whole region as differing
 * @error: of @digest
 *
 * Looks at a few sectors only, so that a chip need not read everything before it is written. Worth
 * it for a region whose glance saw nothing as it shall be.
 *
 * Returns: %TRUE when @ret_is_new is set
 */
gboolean bw_esp_diff_is_new (uint32_t offset,
                             const uint8_t *data,
                             uint32_t size,
                             BwEspDigestFunc digest,
                             gpointer user_data,
                             gboolean *ret_is_new,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_diff_glance:
 * @offset: where the region begins in flash, sector-aligned
 * @size: its length, at least 1
 * @ret_questions: (out): what to ask first
 *
 * One question is about the whole of a small region; several are about sectors of a large one.
 *
 * Returns: how many questions
 */
size_t
bw_esp_diff_glance (uint32_t offset, uint32_t size, BwEspQuestion ret_questions[BW_ESP_GLANCE_MAX]);

/**
 * bw_esp_diff_is_equal:
 * @question: answered, about a stretch of a region
 * @offset: where the region begins in flash
 * @data: what shall be there
 *
 * Returns: whether the stretch is as it shall be
 */
gboolean bw_esp_diff_is_equal (const BwEspQuestion *question, uint32_t offset, const uint8_t *data);

/**
 * bw_esp_question_want:
 * @self: a question
 * @data: what shall be there
 */
void bw_esp_question_want (BwEspQuestion *self, const uint8_t *data);

/**
 * bw_esp_question_is_met:
 * @self: an answered question that wants something
 *
 * Returns: whether that is there
 */
gboolean bw_esp_question_is_met (const BwEspQuestion *self);

/**
 * bw_esp_md5:
 * @data: bytes
 * @size: how many
 * @ret_md5: (out): their digest
 */
void bw_esp_md5 (const uint8_t *data, size_t size, uint8_t ret_md5[BW_ESP_MD5_BYTES]);

G_END_DECLS
