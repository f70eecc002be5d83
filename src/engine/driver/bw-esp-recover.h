/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-diff.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Bringing a board to the point where work can go on: after connecting, before bulk transfers, and
 * after the line or the board failed. Threads: the port's. */

/* Recoveries within one operation, after which the line counts as unusable. */
#define BW_ESP_TROUBLES_MAX 12

/**
 * bw_esp_bring_up:
 * @session: a session whose loader answers
 * @error: as bw_esp_detect() and bw_esp_identify_chip()
 *
 * Chip, eFuses, watchdogs. The flash is attached by whoever needs it.
 *
 * Returns: %TRUE when the board is known and quiet
 */
gboolean bw_esp_bring_up (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_recover:
 * @session: a session
 * @troubles: (inout): counted up; at %BW_ESP_TROUBLES_MAX nothing is tried any more, unless the line
 *   is noisy and can be tried at a lower rate, where counting begins anew
 * @failure: (inout) (transfer full): what happened; consumed on success, on failure replaced by
 *   the error to report: lost, noisy-line, reset-in-the-middle, flash-write-failed, …
 *
 * After a failed request: finds out whether the same loader still listens, steps the rate down when
 * the line is noisy, resets and connects again when nobody answers, and prepares the board as it
 * was. Data of a transfer that was interrupted must be sent again from its BEGIN.
 *
 * Returns: %TRUE when work can go on
 */
gboolean bw_esp_recover (BwEspSession *session,
                         unsigned *troubles,
                         GError **failure) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_digest_surely:
 * @session: a session with attached flash
 * @offset: first byte
 * @size: bytes
 * @troubles: (inout): as bw_esp_recover()
 * @ret_md5: (out): digest made by the board
 * @error: as bw_esp_recover()
 *
 * bw_esp_flash_digest() that survives a noisy line.
 *
 * Returns: %TRUE when @ret_md5 is set
 */
gboolean bw_esp_digest_surely (BwEspSession *session,
                               uint32_t offset,
                               uint32_t size,
                               unsigned *troubles,
                               uint8_t ret_md5[16],
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_ready_surely:
 * @session: a session
 * @wants_stub: a stub pays for what follows
 * @troubles: (inout): as bw_esp_recover()
 * @error: as bw_esp_recover()
 *
 * Raises the rate, uploads a stub, attaches the flash; what has been done already is not repeated.
 * Survives a noisy line.
 *
 * Returns: %TRUE when data may flow
 */
gboolean bw_esp_ready_surely (BwEspSession *session,
                              gboolean wants_stub,
                              unsigned *troubles,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * BwEspAsker:
 * @session: a session with attached flash
 * @troubles: (inout): as bw_esp_recover()
 */
typedef struct {
    BwEspSession *session;
    unsigned *troubles;
} BwEspAsker;

/**
 * bw_esp_asker_ask:
 * @asker: a BwEspAsker
 * @questions: (inout): to be answered by the board
 * @n: how many, 1 to %BW_ESP_QUESTIONS_MAX
 * @error: as bw_esp_recover()
 *
 * bw_esp_flash_digests() that survives a noisy line, as a BwEspDigestFunc.
 *
 * Returns: %TRUE when every question has its answer
 */
gboolean bw_esp_asker_ask (gpointer asker, BwEspQuestion *questions, size_t n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_asker_ask_until_alike:
 * @self: who asks
 * @question: (inout): to be answered by the board; what is wanted is known
 * @error: as bw_esp_recover()
 *
 * Answers carry no checksum: one that is not as wanted is asked for once more. If it is another one
 * each time, that tells about the line and not about the flash.
 *
 * Returns: %TRUE when the answer is as wanted, or was the same twice
 */
gboolean bw_esp_asker_ask_until_alike (BwEspAsker *self,
                                       BwEspQuestion *question,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_recover_name:
 * @session: a session whose last request failed
 * @failure: (transfer full): its error
 *
 * Returns: (transfer full): the same with the cause people should read: a loader that went silent
 * is lost, one that reports a failing flash chip is flash-write-failed, garbage from a board that has
 * been identified is noisy-line
 */
GError *bw_esp_recover_name (BwEspSession *session, GError *failure);

G_END_DECLS
