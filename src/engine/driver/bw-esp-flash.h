/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-diff.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Making the loader able to reach the flash chip, and small questions to that chip.
 * Threads: the port's. */

/**
 * BwEspPeek:
 * @offset: first byte in flash
 * @size: bytes; meant for a few hundred
 * @bytes: (out): room for @size
 * @expected: (nullable): what should be there, for the recording
 *
 * A stretch of the flash that somebody wants to see.
 */
typedef struct {
    uint32_t offset;
    uint32_t size;
    uint8_t *bytes;
    const uint8_t *expected;
} BwEspPeek;

/**
 * bw_esp_flash_attach:
 * @session: a detected session; identified where registers can be read
 * @error: cause flash-write-failed when no flash chip answers, or of the link
 *
 * Attaches the flash, reads its id and tells the loader its size. Does nothing when that has been
 * done since the last reset.
 *
 * Returns: %TRUE when flash commands may be sent
 */
gboolean bw_esp_flash_attach (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_attach_and_look:
 * @session: an identified session
 * @error: as bw_esp_flash_attach()
 *
 * The same for whoever asks next how the flash is divided: where a ROM is asked for the first time,
 * the first of those questions travel with attaching, the answers stay in the session, and the size
 * is told as by bw_esp_flash_attach_to_ask().
 *
 * Returns: %TRUE when the flash may be asked for digests and contents
 */
gboolean bw_esp_flash_attach_and_look (BwEspSession *session,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_attach_to_ask:
 * @session: a detected session; identified where registers can be read
 * @error: as bw_esp_flash_attach()
 *
 * The same for whoever asks for digests or contents only: the size may be told in front of these.
 *
 * Returns: %TRUE when the flash may be asked for digests and contents
 */
gboolean bw_esp_flash_attach_to_ask (BwEspSession *session,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_set_size:
 * @session: a detected session
 * @bytes: size of the flash chip
 * @error: of the link
 *
 * Tells the loader how large the flash is, where it wants to know.
 *
 * Returns: %TRUE when told
 */
gboolean bw_esp_flash_set_size (BwEspSession *session,
                                uint64_t bytes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_digest:
 * @session: a session with attached flash
 * @offset: first byte
 * @size: bytes
 * @ret_md5: (out): digest made by the board
 * @error: of the link
 *
 * Returns: %TRUE when @ret_md5 is set
 */
gboolean bw_esp_flash_digest (BwEspSession *session,
                              uint32_t offset,
                              uint32_t size,
                              uint8_t ret_md5[16],
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_digests:
 * @session: a session with attached flash
 * @questions: (inout): to be answered by the board
 * @n: how many, 1 to %BW_ESP_QUESTIONS_MAX
 * @error: of the link
 *
 * Several digests with the waiting of one, where the loader takes questions ahead. On a bad line an
 * answer may be taken for its neighbour's: good for finding out what to send. Of those that prove
 * something, one that another question has had as well is asked for again, alone.
 *
 * Returns: %TRUE when every question has its answer
 */
gboolean bw_esp_flash_digests (BwEspSession *session,
                               BwEspQuestion *questions,
                               size_t n,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_can_peek:
 * @session: a detected session
 *
 * Returns: whether the loader that answers now can read its flash out
 */
gboolean bw_esp_flash_can_peek (const BwEspSession *session);

/**
 * bw_esp_flash_peek:
 * @session: a session with attached flash
 * @peeks: what to read; their bytes are filled in
 * @n: how many
 * @error: of the link
 *
 * Several stretches with the waiting of one, where the loader takes questions ahead. What a ROM says
 * is as good as the line.
 *
 * Returns: %TRUE when all were read
 */
gboolean bw_esp_flash_peek (BwEspSession *session, const BwEspPeek *peeks, size_t n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
