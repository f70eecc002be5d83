/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-connect"
#include "config.h"

#include "bw-esp-connect.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "bw-error.h"
#include "bw-reset.h"

/* The ESP8266's boot log with its usual 26 MHz crystal. */
#define LOG_BAUD_8266 74880u
#define LISTEN_8266_MS 400
#define LISTEN_8266_BYTES 4096
/* So many bytes in return to so many questions are answers, if nonsense; fewer may be glitches. */
#define ANSWER_TRIES_8266 2
#define ANSWER_BYTES_8266 8
#define REOPEN_MS 3000
#define RESET_TRIES 3
/* On a line that is too fast an answer comes through now and then only. */
#define FIND_TRIES 10
#define HAND_PAUSE_MS 100
#define REGISTER_TIMEOUT_MS 1000

static gboolean
has_port_failed (BwEspSession *self)
{
    return bw_esp_link_get_failure (self->link) == BW_ESP_FAILURE_PORT;
}

static gboolean
set_baud (BwEspSession *self, unsigned baud, GError **error)
{
    return bw_port_set_baud (self->port, baud, bw_esp_link_get_cancellable (self->link), error);
}

/* A board on its own USB leaves the bus when it is reset; open its port again then. */
static gboolean
run_reset (BwEspSession *self, const char *steps, GError **error)
{
    for (unsigned i = 0; i < RESET_TRIES; i++) {
        g_autoptr (GError) failure = NULL;

        if (bw_reset_run (self->port, steps, bw_esp_link_get_cancellable (self->link), &failure))
            return TRUE;
        if (!bw_port_is_lost (self->port) || i + 1 == RESET_TRIES) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (!bw_esp_session_reopen (self, REOPEN_MS, error))
            return FALSE;
    }
    return FALSE;
}

static gboolean
is_off_the_bus (BwEspSession *self)
{
    return bw_port_is_lost (self->port) && bw_port_get_usb_vendor (self->port) != 0;
}

/* An application on the chip's own USB leaves the bus only after the last step, and its loader comes
 * in its place: to reset that would be to begin again. */
static gboolean
sync_wherever_it_is (BwEspSession *self, unsigned tries, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (bw_esp_link_sync (self->link, tries, &self->is_stub, &failure))
        return TRUE;
    if (!is_off_the_bus (self)) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    return bw_esp_session_reopen (self, REOPEN_MS, error)
           && bw_esp_link_sync (self->link, tries, &self->is_stub, error);
}

static const char *
choose_steps (BwEspSession *self, unsigned attempt)
{
    size_t n = 0;
    const struct BwResetStrategy *list = bw_reset_strategies_for_port (self->port, &n);

    if (!bw_esp_session_can_reset (self))
        return NULL;
    if (self->reset_sequence != NULL)
        return self->reset_sequence;
    return n > 0 ? list[attempt % n].steps : NULL;
}

/* What runs in RAM does not outlive a reset; a ROM that starts has something to say. */
static void
judge_reset (BwEspSession *self)
{
    if (self->is_stub)
        bw_esp_session_note_dead_lines (self);
    else if (bw_esp_link_heard_other (self->link))
        self->is_reset_felt = TRUE;
}

static gboolean
try_once (BwEspSession *self, unsigned attempt, GError **error)
{
    const char *steps = choose_steps (self, attempt);
    /* more patience each time, but not without end where the attempts are */
    unsigned tries = BWP_ESP_SYNC_TRIES + MIN (attempt, BWP_ESP_CONNECT_TRIES);

    self->may_be_in_loader = TRUE;
    if (steps != NULL && !run_reset (self, steps, error))
        return FALSE;
    if (!sync_wherever_it_is (self, tries, error))
        return FALSE;
    self->strategy = attempt;
    if (steps != NULL)
        judge_reset (self);
    return TRUE;
}

/* Its log is over. What comes now comes because of what we send. */
static gboolean
does_hear_us (BwEspSession *self, GError **error)
{
    BwEspEvidence *evidence = bw_esp_link_get_evidence (self->link);
    g_autoptr (GError) failure = NULL;
    uint64_t before;

    if (!bw_esp_link_discard (self->link, error))
        return FALSE;
    before = bw_esp_evidence_count (evidence);
    if (bw_esp_link_sync (self->link, ANSWER_TRIES_8266, NULL, &failure))
        return TRUE;
    if (has_port_failed (self)) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    return bw_esp_evidence_count (evidence) - before >= ANSWER_BYTES_8266;
}

static void
listen_for_a_while (BwEspSession *self, BwEspEvidence *evidence, GError **error)
{
    GCancellable *cancellable = bw_esp_link_get_cancellable (self->link);
    int64_t deadline = g_get_monotonic_time () + LISTEN_8266_MS * 1000;
    size_t room = LISTEN_8266_BYTES;

    do {
        uint8_t chunk[256];
        ssize_t n = bw_port_read (self->port, chunk, MIN (room, sizeof chunk), deadline,
                                  cancellable, error);

        if (n <= 0)
            return;
        bw_esp_evidence_push (evidence, chunk, (size_t) n);
        room -= (size_t) n;
    } while (room > 0 && g_get_monotonic_time () < deadline);
}

/* What the ESP8266 says at its own rate reads as garbage at ours. Ask it once more at that rate. */
static BwCause
listen_8266 (BwEspSession *self, GError **error)
{
    BwEspEvidence *evidence = bw_esp_link_get_evidence (self->link);
    GCancellable *cancellable = bw_esp_link_get_cancellable (self->link);
    const char *steps = choose_steps (self, 0);
    BwCause cause = BW_CAUSE_GARBAGE;
    g_autoptr (BwEspEvidence) slow = bw_esp_evidence_new ();
    g_autoptr (GError) refusal = NULL;

    if (!bw_port_has_baud (self->port))
        return cause;
    if (!bw_port_set_baud (self->port, LOG_BAUD_8266, cancellable, &refusal)) {
        if (bw_error_get_cause (refusal) != BW_CAUSE_REFUSED)
            g_propagate_error (error, g_steal_pointer (&refusal));
        return cause;
    }
    if (steps != NULL && !run_reset (self, steps, error))
        return cause;
    listen_for_a_while (self, slow, error);
    if (bw_esp_evidence_get_cause (slow) == BW_CAUSE_TX_LINE && does_hear_us (self, error))
        return cause;
    if (bw_esp_evidence_get_cause (slow) == BW_CAUSE_BOOT_LOG_SEEN
        || bw_esp_evidence_get_cause (slow) == BW_CAUSE_TX_LINE) {
        g_autofree char *line = bw_esp_evidence_dup_line (slow);

        cause = bw_esp_evidence_get_cause (slow);
        bw_esp_evidence_clear (evidence);
        if (line != NULL)
            bw_esp_evidence_push (evidence, (const uint8_t *) line, strlen (line));
    }
    return cause;
}

static void
set_diagnosis (BwEspSession *self, BwCause cause, unsigned attempts, GError **error)
{
    BwEspEvidence *evidence = bw_esp_link_get_evidence (self->link);
    uint64_t n_heard = bw_esp_evidence_count (evidence);
    g_autofree char *line = bw_esp_evidence_dup_line (evidence);
    g_autofree char *tried =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                      "no reply to %u attempt to connect at %u baud",
                                      "no reply to %u attempts to connect at %u baud", attempts),
                         attempts, BW_ESP_CONNECT_BAUD);

    if (line != NULL)
        /* translators: "no reply to 7 attempts …" and a line of the board's own text */
        bw_set_error (error, cause, _ ("%s; the board said: %s"), tried, line);
    else
        bw_set_error (error, cause,
                      g_dngettext (GETTEXT_PACKAGE,
                                   /* translators: begins with "no reply to 7 attempts …" */
                                   "%s; %" PRIu64 " byte was heard",
                                   "%s; %" PRIu64 " bytes were heard", (gulong) n_heard),
                      tried, n_heard);
}

static gboolean
diagnose (BwEspSession *self, unsigned attempts, BwCause *ret_cause, GError **error)
{
    BwCause cause = bw_esp_evidence_get_cause (bw_esp_link_get_evidence (self->link));
    g_autoptr (GError) failure = NULL;

    if (cause == BW_CAUSE_GARBAGE) {
        cause = listen_8266 (self, &failure);
        if (failure != NULL) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (!set_baud (self, BW_ESP_CONNECT_BAUD, error))
            return FALSE;
    }
    *ret_cause = cause;
    set_diagnosis (self, cause, attempts, error);
    return FALSE;
}

static gboolean
may_ask_for_hand (BwEspSession *self, BwCause cause)
{
    if (self->wait_for_hand == 0)
        return FALSE;
    if (cause == BW_CAUSE_BOOT_LOG_SEEN || cause == BW_CAUSE_POWER)
        return TRUE;
    /* who has a port of its own has power and a cable, and an application that minds no lines */
    return cause == BW_CAUSE_NO_ANSWER
           && (!bw_esp_session_can_reset (self)
               || bw_port_get_usb_vendor (self->port) == BWP_ESP_USB_VENDOR);
}

/* A board on its own USB leaves the bus under the finger, and one without a RESET button is plugged
 * in again with BOOT held. */
static gboolean
follow_hand (BwEspSession *self, unsigned patience_ms, GError **error)
{
    if (!has_port_failed (self))
        return TRUE;
    if (!is_off_the_bus (self))
        return FALSE;
    g_clear_error (error);
    return bw_esp_session_reopen (self, patience_ms, error);
}

/* Goes on asking, without touching the lines, until the person has brought the loader up. */
static gboolean
wait_for_hand (BwEspSession *self, BwCause cause, GError **error)
{
    GCancellable *cancellable = bw_esp_link_get_cancellable (self->link);
    unsigned rounds = self->wait_for_hand * 1000 / (HAND_PAUSE_MS * 2) + 1;

    bw_esp_session_needs_hand (self, *error);
    for (unsigned i = 0; i < rounds; i++) {
        g_clear_error (error);
        if (bw_esp_link_sync (self->link, 1, &self->is_stub, error)) {
            bw_esp_session_needs_hand (self, NULL);
            return TRUE;
        }
        if (!follow_hand (self, (rounds - i) * HAND_PAUSE_MS * 2, error))
            break;
        g_clear_error (error);
        if (!bw_port_wait (self->port, HAND_PAUSE_MS, cancellable, error))
            break;
    }
    bw_esp_session_needs_hand (self, NULL);
    if (*error == NULL || bw_error_get_cause (*error) == BW_CAUSE_TIMEOUT
        || bw_error_get_cause (*error) == BW_CAUSE_GARBAGE) {
        g_clear_error (error);
        set_diagnosis (self, cause, rounds, error);
    }
    return FALSE;
}

static gboolean
finish_connect (BwEspSession *self)
{
    self->is_connected = TRUE;
    bw_esp_link_set_peer (self->link,
                          self->is_stub ? BWP_ESP_PEER_STUB : bw_esp_session_rom_peer (self));
    return TRUE;
}

static void
note_attempt (BwEspSession *self, unsigned attempt, const GError *failure)
{
    bw_esp_session_note (self, _ ("attempt %u to connect: %s"), attempt + 1, failure->message);
}

/* A hand or a re-enumeration may bring the port back; anything else ends the attempts. */
static gboolean
can_go_on (BwEspSession *self, const GError *failure)
{
    BwCause cause = bw_error_get_cause (failure);

    return !has_port_failed (self)
           && (cause == BW_CAUSE_TIMEOUT || cause == BW_CAUSE_GARBAGE || cause == BW_CAUSE_PROTOCOL
               || cause == BW_CAUSE_RESET_IN_THE_MIDDLE);
}

gboolean
bw_esp_connect (BwEspSession *self, int attempts, GError **error)
{
    unsigned limit = attempts == 0 ? BWP_ESP_CONNECT_TRIES : (unsigned) attempts;
    g_autoptr (GError) failure = NULL;
    BwCause cause = BW_CAUSE_NO_ANSWER;

    if (self->reset_sequence != NULL && !bw_reset_check (self->reset_sequence, error))
        return FALSE;
    bw_esp_session_forget_loader (self);
    bw_esp_evidence_clear (bw_esp_link_get_evidence (self->link));
    if (!set_baud (self, BW_ESP_CONNECT_BAUD, error))
        return FALSE;
    for (unsigned i = 0; i < limit; i++) {
        g_clear_error (&failure);
        if (try_once (self, i, &failure))
            return finish_connect (self);
        note_attempt (self, i, failure);
        if (!can_go_on (self, failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    g_clear_error (&failure);
    if (!diagnose (self, limit, &cause, &failure) && may_ask_for_hand (self, cause)
        && wait_for_hand (self, cause, &failure))
        return finish_connect (self);
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

gboolean
bw_esp_connect_at (BwEspSession *self, unsigned baud, unsigned attempts, GError **error)
{
    unsigned first = self->strategy;
    g_autoptr (GError) failure = NULL;

    bw_esp_session_forget_loader (self);
    bw_esp_evidence_clear (bw_esp_link_get_evidence (self->link));
    if (!set_baud (self, baud, error))
        return FALSE;
    for (unsigned i = 0; i < attempts; i++) {
        g_clear_error (&failure);
        if (try_once (self, first, &failure))
            return finish_connect (self);
        if (!can_go_on (self, failure))
            break;
    }
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

gboolean
bw_esp_find (BwEspSession *self, unsigned baud, GError **error)
{
    unsigned before = bw_port_get_baud (self->port);
    g_autoptr (GError) failure = NULL;

    bw_esp_session_forget_loader (self);
    if (!set_baud (self, baud, error))
        return FALSE;
    if (bw_esp_link_sync (self->link, FIND_TRIES, &self->is_stub, &failure))
        return finish_connect (self);
    if (set_baud (self, before, error))
        g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

/* ---- which chip ---- */

static gboolean
ask_security_once (BwEspSession *self, GError **error)
{
    struct bwp_esp_packet packet;
    const uint8_t *frame = NULL;
    size_t len = 0;
    uint16_t status = 0;
    enum bwp_result result;

    bwp_esp_build_plain (&packet, BWP_ESP_SECURITY_INFO);
    bw_esp_link_prepare (self->link, &packet);
    if (!bw_esp_link_send_prepared (self->link, error)
        || !bw_esp_link_await_frame (self->link, BWP_ESP_SECURITY_INFO, REGISTER_TIMEOUT_MS, &frame,
                                     &len, error))
        return FALSE;
    result = bwp_esp_parse_security_reply (frame, len, &self->security, &status);
    if (!bw_esp_link_check (self->link, BWP_ESP_SECURITY_INFO, result, status, error))
        return FALSE;
    self->has_security = TRUE;
    self->is_secure_download = (self->security.flags & BWP_ESP_SECURE_DOWNLOAD) != 0;
    return TRUE;
}

/* Replies carry no checksum: what would forbid things is asked for twice. Most boards forbid nothing,
 * and are not asked again. */
static gboolean
ask_security (BwEspSession *self, GError **error)
{
    struct bwp_esp_security_info first;

    if (!ask_security_once (self, error))
        return FALSE;
    first = self->security;
    if (first.flags == 0 && first.crypt_count == 0)
        return TRUE;
    if (!ask_security_once (self, error))
        return FALSE;
    if (first.flags == self->security.flags && first.crypt_count == self->security.crypt_count)
        return TRUE;
    self->has_security = FALSE;
    self->is_secure_download = FALSE;
    bw_set_error (error, BW_CAUSE_GARBAGE,
                  _ ("what the board says of its security reads differently each time"));
    return FALSE;
}

static gboolean
take_chip_id (BwEspSession *self, GError **error)
{
    enum bwp_result result;

    if (!self->security.has_chip_id) {
        /* only one chip answers without its id */
        self->chip = bwp_esp_chip_by_name ("esp32s2");
        return TRUE;
    }
    result = bwp_esp_chip_by_id (self->security.chip_id, &self->chip);
    if (result == BWP_OK)
        return TRUE;
    bw_set_error (error, BW_CAUSE_UNSUPPORTED_CHIP,
                  result == BWP_ERR_VERSION ? _ ("chip id %u is a retired engineering sample")
                                            : _ ("chip id %u is not known"),
                  self->security.chip_id);
    return FALSE;
}

static gboolean
is_old_enough_for_magic (const struct bwp_esp_chip *chip)
{
    return chip != NULL && !bwp_esp_chip_supports (chip, BWP_ESP_CAN_SECURITY_INFO)
           && !bwp_esp_chip_supports (chip, BWP_ESP_CAN_SECURITY_INFO_SHORT);
}

/* Old chips are known by one register and have no security information; the others tell both in
 * one answer, also where registers are forbidden. */
static gboolean
detect_once (BwEspSession *self, GError **error)
{
    uint32_t magic = 0;
    g_autoptr (GError) failure = NULL;

    if (!bw_esp_link_heard_new_rom (self->link)) {
        if (bw_esp_link_read_reg (self->link, BWP_ESP_MAGIC_REGISTER, &magic, &failure)) {
            const struct bwp_esp_chip *chip = bwp_esp_chip_by_magic (magic);

            if (is_old_enough_for_magic (chip)) {
                self->chip = chip;
                return TRUE;
            }
        } else if (bw_esp_link_get_failure (self->link) != BW_ESP_FAILURE_UNSUPPORTED
                   && bw_esp_link_get_failure (self->link) != BW_ESP_FAILURE_REFUSED) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    if (!ask_security (self, error))
        return FALSE;
    return take_chip_id (self, error);
}

gboolean
bw_esp_detect (BwEspSession *self, GError **error)
{
    g_autoptr (GError) failure = NULL;

    self->has_security = FALSE;
    self->is_secure_download = FALSE;
    if (!detect_once (self, &failure)) {
        /* an unknown chip is asked again as well: replies carry no checksum */
        if (bw_esp_link_get_failure (self->link) == BW_ESP_FAILURE_PORT) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (!bw_esp_link_sync (self->link, BWP_ESP_SYNC_TRIES, &self->is_stub, error)
            || !detect_once (self, error))
            return FALSE;
    }
    bw_esp_link_set_peer (self->link,
                          self->is_stub ? BWP_ESP_PEER_STUB : bw_esp_session_rom_peer (self));
    return TRUE;
}
