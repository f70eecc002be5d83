/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-evidence.h"
#include "bw-port.h"
#include "bwp-esp-command.h"

G_BEGIN_DECLS

/* Requests and replies of the Espressif loader over a port: SLIP frames with one deadline per
 * reply. Whatever is not a frame (boot log, panic text, noise) is skipped and kept as evidence.
 * Threads: a link belongs to the thread of its port. Memory: replies borrow the link's buffer until
 * the next call. */

/**
 * BwEspFailure:
 * @BW_ESP_FAILURE_NONE: the last request was answered well
 * @BW_ESP_FAILURE_SILENT: no reply until the deadline
 * @BW_ESP_FAILURE_NONSENSE: a reply that is none: the line is noisy
 * @BW_ESP_FAILURE_REFUSED: the loader answered with an error status
 * @BW_ESP_FAILURE_UNSUPPORTED: the loader does not know or not allow the command
 * @BW_ESP_FAILURE_RESET: text of a restart came instead of a reply
 * @BW_ESP_FAILURE_PORT: the port failed or the work was cancelled
 *
 * How the last request failed, for those who decide whether and how to try again.
 */
typedef enum {
    BW_ESP_FAILURE_NONE,
    BW_ESP_FAILURE_SILENT,
    BW_ESP_FAILURE_NONSENSE,
    BW_ESP_FAILURE_REFUSED,
    BW_ESP_FAILURE_UNSUPPORTED,
    BW_ESP_FAILURE_RESET,
    BW_ESP_FAILURE_PORT,
} BwEspFailure;

#define BW_ESP_LINK_REGS_MAX 32

/**
 * BwEspExchange:
 * @packet: the request
 * @data_len: bytes of data its reply carries, at most 64
 * @value: the reply's value
 * @data: the reply's data
 *
 * One of several requests that go out together.
 */
typedef struct {
    struct bwp_esp_packet packet;
    size_t data_len;
    uint32_t value;
    uint8_t data[BWP_ESP_READ_SLOW_MAX];
} BwEspExchange;

typedef struct _BwEspLink BwEspLink;

/**
 * bw_esp_link_new:
 * @port: (transfer none): an open port; the link keeps a reference
 *
 * Returns: (transfer full): a link to a ROM of an ESP32 or later
 */
BwEspLink *bw_esp_link_new (BwPort *port);

/**
 * bw_esp_link_free:
 * @self: (nullable) (transfer full): a link; the port stays open
 */
void bw_esp_link_free (BwEspLink *self);

/**
 * bw_esp_link_get_evidence:
 * @self: a link
 *
 * Returns: (transfer none): what came outside of replies; may be cleared
 */
BwEspEvidence *bw_esp_link_get_evidence (BwEspLink *self);

/**
 * bw_esp_link_set_cancellable:
 * @self: a link
 * @cancellable: (nullable) (transfer none): stops every later call; a reference is kept
 */
void bw_esp_link_set_cancellable (BwEspLink *self, GCancellable *cancellable);

/**
 * bw_esp_link_get_cancellable:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): as last set
 */
GCancellable *bw_esp_link_get_cancellable (BwEspLink *self);

/**
 * bw_esp_link_set_peer:
 * @self: a link
 * @peer: who answers from now on
 */
void bw_esp_link_set_peer (BwEspLink *self, enum bwp_esp_peer peer);

/**
 * bw_esp_link_get_peer:
 * @self: a link
 *
 * Returns: who answers
 */
enum bwp_esp_peer bw_esp_link_get_peer (const BwEspLink *self);

/**
 * bw_esp_link_get_failure:
 * @self: a link
 *
 * Returns: how the last request failed
 */
BwEspFailure bw_esp_link_get_failure (const BwEspLink *self);

/**
 * bw_esp_link_get_status:
 * @self: a link
 *
 * Returns: status of the last reply: 0 fine, else both bytes, 0x0107 or 0xc100
 */
uint16_t bw_esp_link_get_status (const BwEspLink *self);

/**
 * bw_esp_link_get_turns:
 * @self: a link
 *
 * Loaders answer in order: what is still on its way of an older reply arrives before the reply to a
 * request of another kind, and is skipped there.
 *
 * Returns: how often a request was answered well that was of another kind than the one before
 */
unsigned bw_esp_link_get_turns (const BwEspLink *self);

/**
 * bw_esp_link_is_noise:
 * @self: a link
 *
 * Returns: whether the last failure is one that a slower rate may cure
 */
gboolean bw_esp_link_is_noise (const BwEspLink *self);

/**
 * bw_esp_link_heard_new_rom:
 * @self: a link
 *
 * Returns: whether the banner of an ESP32-S2 or later came before the last successful SYNC
 */
gboolean bw_esp_link_heard_new_rom (const BwEspLink *self);

/**
 * bw_esp_link_heard_other:
 * @self: a link
 *
 * Returns: whether anything but replies came before the last successful SYNC
 */
gboolean bw_esp_link_heard_other (const BwEspLink *self);

/**
 * bw_esp_link_discard:
 * @self: a link
 * @error: of the port
 *
 * Throws away what has arrived; it counts as evidence.
 *
 * Returns: %TRUE when done
 */
gboolean bw_esp_link_discard (BwEspLink *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_take_unread:
 * @self: a link
 * @ret_len: (out): how many
 *
 * What arrived together with the last reply, behind it: who reads from the port itself from here on
 * reads this first.
 *
 * Returns: (transfer none): bytes, valid until the link is used again
 */
const uint8_t *bw_esp_link_take_unread (BwEspLink *self, size_t *ret_len);

/**
 * bw_esp_link_prepare:
 * @self: a link
 * @packet: a request; not needed any more afterwards
 *
 * Encodes a request ahead of time, for instance while the reply to the one before is awaited.
 */
void bw_esp_link_prepare (BwEspLink *self, const struct bwp_esp_packet *packet);

/**
 * bw_esp_link_send_prepared:
 * @self: a link
 * @error: of the port
 *
 * Returns: %TRUE when the prepared request was handed to the system
 */
gboolean bw_esp_link_send_prepared (BwEspLink *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_receive:
 * @self: a link
 * @timeout_ms: until when the whole frame must be there, besides the time what was sent last needs
 *   on the line
 * @ret_frame: (transfer none): its payload
 * @ret_len: its length
 * @error: cause timeout, reset-in-the-middle, garbage or of the port
 *
 * Returns: %TRUE when a frame arrived
 */
gboolean bw_esp_link_receive (BwEspLink *self,
                              uint32_t timeout_ms,
                              const uint8_t **ret_frame,
                              size_t *ret_len,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_await_frame:
 * @self: a link
 * @op: the request that was sent
 * @timeout_ms: until when the reply must be there
 * @ret_frame: (transfer none): the reply, unparsed
 * @ret_len: its length
 * @error: as bw_esp_link_receive(), and protocol when the loader does not know the request
 *
 * Waits for the reply to one request; frames that answer others are skipped.
 *
 * Returns: %TRUE when it is there
 */
gboolean bw_esp_link_await_frame (BwEspLink *self,
                                  enum bwp_esp_op op,
                                  uint32_t timeout_ms,
                                  const uint8_t **ret_frame,
                                  size_t *ret_len,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_check:
 * @self: a link
 * @op: the request
 * @result: what a parser said about its reply
 * @status: and the status it found
 * @error: refusal or damage in words
 *
 * Returns: %TRUE for %BWP_OK
 */
gboolean bw_esp_link_check (BwEspLink *self,
                            enum bwp_esp_op op,
                            enum bwp_result result,
                            uint16_t status,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_await:
 * @self: a link
 * @op: the request that was sent
 * @data_len: bytes of data in its reply
 * @timeout_ms: until when the reply must be there
 * @ret_reply: (nullable): the reply
 * @error: as bw_esp_link_receive(), and for an error status protocol, or garbage where that is what
 *   damage on the way looks like
 *
 * Waits for the reply to one request; frames that answer others are skipped.
 *
 * Returns: %TRUE when the loader said that it did what it was told
 */
gboolean bw_esp_link_await (BwEspLink *self,
                            enum bwp_esp_op op,
                            size_t data_len,
                            uint32_t timeout_ms,
                            struct bwp_esp_reply *ret_reply,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_command:
 * @self: a link
 * @packet: a request
 * @data_len: bytes of data in its reply
 * @timeout_ms: until when the reply must be there
 * @ret_reply: (nullable): the reply
 * @error: as bw_esp_link_await()
 *
 * Returns: %TRUE when the request was sent and answered well
 */
gboolean bw_esp_link_command (BwEspLink *self,
                              const struct bwp_esp_packet *packet,
                              size_t data_len,
                              uint32_t timeout_ms,
                              struct bwp_esp_reply *ret_reply,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_command_pair:
 * @self: a link
 * @first: a request that is carried out at once
 * @second: one that makes sense behind it only, of any length
 * @timeout_ms: for each reply
 * @error: as bw_esp_link_await()
 *
 * The second follows the first without waiting for its answer: what of it arrives while the first is
 * carried out fits the buffer of a ROM. A stub, and what does not take several requests, gets them
 * one by one.
 *
 * Returns: %TRUE when both were answered well
 */
gboolean bw_esp_link_command_pair (BwEspLink *self,
                                   const struct bwp_esp_packet *first,
                                   const struct bwp_esp_packet *second,
                                   uint32_t timeout_ms,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_stream:
 * @self: a link
 * @list: requests; value and data of each are filled in
 * @n: how many
 * @timeout_ms: for each reply
 * @error: as bw_esp_link_await()
 *
 * Small requests, one behind the other without waiting for answers, as far as the buffer of a ROM
 * goes; the rest follows while answers come. A stub gets them one by one. After an error none of the
 * answers counts: replies do not say which request they belong to.
 *
 * Returns: %TRUE when all were answered well
 */
gboolean bw_esp_link_stream (BwEspLink *self,
                             BwEspExchange *list,
                             size_t n,
                             uint32_t timeout_ms,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_exchange:
 * @self: a link
 * @list: requests; value and data of each are filled in
 * @n: how many
 * @timeout_ms: for each reply
 * @error: as bw_esp_link_await()
 *
 * bw_esp_link_stream() for requests that may be repeated without harm: if they do not get through
 * together, they go once more one by one.
 *
 * Returns: %TRUE when all were answered well
 */
gboolean bw_esp_link_exchange (BwEspLink *self,
                               BwEspExchange *list,
                               size_t n,
                               uint32_t timeout_ms,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_read_reg:
 * @self: a link
 * @address: a register
 * @ret_value: its contents
 * @error: as bw_esp_link_await()
 *
 * Returns: %TRUE when read
 */
gboolean bw_esp_link_read_reg (BwEspLink *self,
                               uint32_t address,
                               uint32_t *ret_value,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_read_regs:
 * @self: a link
 * @addresses: registers
 * @values: (out): their contents
 * @n: how many, at most %BW_ESP_LINK_REGS_MAX
 * @error: as bw_esp_link_exchange()
 *
 * Returns: %TRUE when all were read
 */
gboolean bw_esp_link_read_regs (BwEspLink *self,
                                const uint32_t *addresses,
                                uint32_t *values,
                                size_t n,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_write_regs:
 * @self: a link
 * @writes: what to write, in order
 * @n: how many
 * @error: as bw_esp_link_await()
 *
 * Returns: %TRUE when all were written
 */
gboolean bw_esp_link_write_regs (BwEspLink *self,
                                 const struct bwp_esp_reg_write *writes,
                                 size_t n,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_sync:
 * @self: a link
 * @tries: how often
 * @ret_is_stub: (nullable): whether a stub answered
 * @error: cause timeout, or of the port
 *
 * Sends SYNC until somebody answers and swallows the other replies.
 *
 * Returns: %TRUE when a loader answers
 */
gboolean bw_esp_link_sync (BwEspLink *self, unsigned tries, gboolean *ret_is_stub, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_link_probe:
 * @self: a link that waits for a reply
 * @error: of the port
 *
 * Sends a SYNC behind the request and waits for nothing: what has arrived of its reply stays.
 *
 * Returns: %TRUE when it was sent
 */
gboolean bw_esp_link_probe (BwEspLink *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspLink, bw_esp_link_free)

G_END_DECLS
