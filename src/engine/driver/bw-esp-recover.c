/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-recover"
#include "config.h"

#include "bw-esp-recover.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-baud.h"
#include "bw-esp-boot-log.h"
#include "bw-esp-connect.h"
#include "bw-esp-flash.h"
#include "bw-esp-identify.h"
#include "bw-esp-quirks.h"
#include "bw-esp-stub.h"

#define QUIET_MS 30
/* A reset that brings no loader up counts as so many lesser troubles. */
#define RECONNECT_TROUBLE 5
#define RECONNECT_ATTEMPTS 4
#define STATUS_ROM_WRITE 0x0108
#define STATUS_STUB_SPI 0xc4
#define STATUS_STUB_LOCKED 0xc5

static gboolean
is_same_kind (const BwEspSession *self)
{
    return self->known_chip == NULL
           || (self->known_chip == self->chip && self->is_known_secure == self->is_secure_download);
}

static char *
dup_kind (const struct bwp_esp_chip *chip, gboolean is_secure_download)
{
    if (!is_secure_download)
        return g_strdup (chip->name);
    /* translators: the name of a chip */
    return g_strdup_printf (_ ("%s in secure download mode"), chip->name);
}

/* A board in secure download mode does not tell its name, but neither comes nor leaves that mode
 * while it is being worked on. What differs is asked for twice: replies carry no checksum. */
static gboolean
detect_same_kind (BwEspSession *self, GError **error)
{
    g_autofree char *now = NULL;
    g_autofree char *before = NULL;

    if (!bw_esp_detect (self, error))
        return FALSE;
    if (is_same_kind (self))
        return TRUE;
    if (!bw_esp_detect (self, error))
        return FALSE;
    if (is_same_kind (self))
        return TRUE;
    now = dup_kind (self->chip, self->is_secure_download);
    before = dup_kind (self->known_chip, self->is_known_secure);
    bw_set_error (error, BW_CAUSE_OTHER_BOARD, _ ("another board answers: %s instead of %s"), now,
                  before);
    return FALSE;
}

gboolean
bw_esp_bring_up (BwEspSession *self, GError **error)
{
    if (!detect_same_kind (self, error) || !bw_esp_identify_chip (self, error)
        || !bw_esp_quirks_after_connect (self, error))
        return FALSE;
    self->known_chip = self->chip;
    self->is_known_secure = self->is_secure_download;
    return TRUE;
}

static gboolean
is_8266 (const BwEspSession *self)
{
    return bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266;
}

static gboolean
get_ready (BwEspSession *self, gboolean wants_stub, GError **error)
{
    /* a ROM that can go faster does so first: the stub then arrives in a tenth of the time */
    if (!is_8266 (self) && !bw_esp_baud_settle (self, error))
        return FALSE;
    if (wants_stub && !bw_esp_stub_ensure (self, error))
        return FALSE;
    return bw_esp_baud_settle (self, error) && bw_esp_flash_attach (self, error);
}

static gboolean
is_flash_status (uint16_t status)
{
    return status == STATUS_ROM_WRITE || status >> 8 == STATUS_STUB_SPI
           || status >> 8 == STATUS_STUB_LOCKED;
}

static gboolean
is_flash_refusal (const BwEspSession *self)
{
    return bw_esp_link_get_failure (self->link) == BW_ESP_FAILURE_REFUSED
           && is_flash_status (bw_esp_link_get_status (self->link));
}

/* The loader listens at a rate that the line does not carry, and nothing here brings it back. */
static GError *
name_unreset (const BwEspSession *self, const GError *failure)
{
    return bw_error_new (
        BW_CAUSE_NO_RESET_LINES,
        /* translators: what was seen last */
        _ ("the line does not carry the rate that the loader listens at, and DTR and "
           "RTS do not reset this board; %s"),
        bw_error_get_evidence (failure));
}

static gboolean
is_out_of_reach (const BwEspSession *self, BwCause cause)
{
    return self->are_lines_dead && self->baud_ceiling != 0
           && (cause == BW_CAUSE_LOST || cause == BW_CAUSE_NOISY_LINE);
}

GError *
bw_esp_recover_name (BwEspSession *self, GError *failure)
{
    BwCause cause = bw_error_get_cause (failure);
    GError *named = NULL;

    if (is_flash_refusal (self))
        cause = BW_CAUSE_FLASH_WRITE_FAILED;
    else if (cause == BW_CAUSE_TIMEOUT && self->is_line_damaging)
        cause = BW_CAUSE_NOISY_LINE;
    else if (cause == BW_CAUSE_TIMEOUT || cause == BW_CAUSE_NO_ANSWER)
        cause = BW_CAUSE_LOST;
    else if (cause == BW_CAUSE_BOOT_LOG_SEEN)
        cause = BW_CAUSE_RESET_IN_THE_MIDDLE;
    else if (cause == BW_CAUSE_RESET_IN_THE_MIDDLE
             && bw_esp_boot_log_tells_brownout (bw_error_get_evidence (failure)))
        cause = BW_CAUSE_POWER;
    else if (cause == BW_CAUSE_GARBAGE && self->known_chip != NULL)
        cause = BW_CAUSE_NOISY_LINE;
    else if (cause == BW_CAUSE_PROTOCOL && self->is_line_damaging)
        cause = BW_CAUSE_NOISY_LINE;
    if (is_out_of_reach (self, cause))
        named = name_unreset (self, failure);
    else if (cause == bw_error_get_cause (failure) || cause == BW_CAUSE_NONE)
        return failure;
    else
        named = bw_error_new (cause, "%s", bw_error_get_evidence (failure));
    g_error_free (failure);
    return named;
}

static gboolean
is_hopeless (const BwEspSession *self, const GError *failure)
{
    BwCause cause = bw_error_get_cause (failure);

    return bw_esp_link_get_failure (self->link) == BW_ESP_FAILURE_PORT
           || cause == BW_CAUSE_OTHER_BOARD || cause == BW_CAUSE_CANCELLED
           || cause == BW_CAUSE_UNPLUGGED || cause == BW_CAUSE_LOST
           || cause == BW_CAUSE_UNREADABLE_FILE || cause == BW_CAUSE_BAD_STUB;
}

/* Four resets of different kinds, and not one byte came back: that is no noise and no bad moment. The
 * longest work a loader does in silence was waited for before. */
static gboolean
is_dead (const GError *failure)
{
    return bw_error_get_cause (failure) == BW_CAUSE_NO_ANSWER;
}

/* Prepares a board that answers as it was before. */
static gboolean
restore (BwEspSession *self, gboolean had_stub, GError **error)
{
    gboolean is_done = bw_esp_bring_up (self, error) && get_ready (self, had_stub, error);

    self->is_half_restored = !is_done;
    return is_done;
}

/* The same loader may still be there; a stub that turned into a ROM is a board that restarted. */
static gboolean
resync (BwEspSession *self, gboolean *ret_is_same)
{
    gboolean is_stub = FALSE;

    if (!bw_port_wait (self->port, QUIET_MS, bw_esp_link_get_cancellable (self->link), NULL)
        || !bw_esp_link_sync (self->link, BWP_ESP_SYNC_TRIES + 1, &is_stub, NULL))
        return FALSE;
    *ret_is_same = is_stub == self->is_stub;
    if (!*ret_is_same) {
        bw_esp_session_note (self, _ ("the board restarted in the middle"));
        bw_esp_session_forget_loader (self);
        self->is_stub = is_stub;
        self->is_connected = TRUE;
    }
    return TRUE;
}

/* The loader that answers again may be that of a board which lost its power, or of another one. A
 * stub is in the RAM of the one it was sent to, or of a board that was worked on elsewhere; a ROM is
 * in every board and knows nothing of what another one was told. */
static gboolean
confirm_board (BwEspSession *self, GError **error)
{
    gboolean was_attached = self->is_attached;

    if (self->known_chip == NULL)
        return TRUE;
    if (self->is_stub)
        return bw_esp_identify_chip (self, error);
    self->is_attached = FALSE;
    return bw_esp_bring_up (self, error) && (!was_attached || bw_esp_flash_attach (self, error));
}

static gboolean
may_be_unreset (const BwEspSession *self, unsigned was, const GError *failure)
{
    return self->wire == BWP_ESP_LINK_UART && bw_port_has_baud (self->port)
           && was > BW_ESP_CONNECT_BAUD && !is_hopeless (self, failure)
           && bw_error_get_cause (failure) != BW_CAUSE_BOOT_LOG_SEEN;
}

/* A loader that was not reset still listens at the rate it was told last; if the reply to that was
 * lost, at the one before. The ROM of the ESP8266 takes any rate when it starts: its answer proves
 * nothing. */
static gboolean
find_unreset (BwEspSession *self, unsigned was)
{
    if (!bw_esp_find (self, was, NULL)
        && (self->baud_ceiling == 0 || self->baud_ceiling == was
            || !bw_esp_find (self, self->baud_ceiling, NULL)))
        return FALSE;
    if (bw_port_has_lines (self->port) && (self->is_stub || !is_8266 (self)))
        bw_esp_session_note_dead_lines (self);
    return TRUE;
}

static gboolean
reconnect (BwEspSession *self, gboolean had_stub, GError **error)
{
    unsigned was = bw_port_get_baud (self->port);
    g_autoptr (GError) failure = NULL;

    if (bw_port_is_lost (self->port)) {
        bw_set_error (error, BW_CAUSE_UNPLUGGED, _ ("the port has gone"));
        return FALSE;
    }
    bw_esp_session_note (self, _ ("no answer any more, connecting again"));
    self->is_half_restored = TRUE;
    if (bw_esp_connect (self, RECONNECT_ATTEMPTS, &failure))
        return restore (self, had_stub, error);
    if (!may_be_unreset (self, was, failure) || !find_unreset (self, was)) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    return (!bw_esp_baud_is_too_high (self) || bw_esp_baud_settle (self, error))
           && restore (self, had_stub, error);
}

static gboolean
try_recover (BwEspSession *self, gboolean is_noise, gboolean had_stub, GError **error)
{
    gboolean is_same = FALSE;
    gboolean is_heard = resync (self, &is_same);

    if (is_noise)
        bw_esp_baud_lower (self);
    /* going down needs the loader's consent; a reset is surer on a noisy line, where not even a
     * question may come through */
    if (!is_heard || (bw_esp_baud_is_too_high (self) && bw_esp_session_can_reset (self)))
        return reconnect (self, had_stub, error);
    if (bw_esp_baud_is_too_high (self) && !bw_esp_baud_settle (self, error))
        return FALSE;
    /* also when an earlier recovery got only half way */
    if (!is_same || self->is_stub != had_stub || self->is_half_restored)
        return restore (self, had_stub, error);
    return confirm_board (self, error);
}

/* At a lower rate it is another line: what the faster one did is no reason to give this one up. There
 * are few steps down, and none up. */
static void
forgive (const BwEspSession *self, unsigned *ceiling, unsigned *troubles)
{
    if (self->baud_ceiling != *ceiling)
        *troubles = 1;
    *ceiling = self->baud_ceiling;
}

/* The status that the last request was refused with; 0 none. */
static uint16_t
get_refusal (const BwEspSession *self)
{
    BwEspFailure how = bw_esp_link_get_failure (self->link);

    return how == BW_ESP_FAILURE_REFUSED || how == BW_ESP_FAILURE_UNSUPPORTED
               ? bw_esp_link_get_status (self->link)
               : 0;
}

/* Content that is not what was asked for is told by the error alone: the link was satisfied. */
static gboolean
is_damage (const GError *failure)
{
    return bw_error_get_cause (failure) == BW_CAUSE_GARBAGE;
}

/* A board is not given up at a rate that its line does not carry while there is a lower one. */
static gboolean
is_enough (const BwEspSession *self, unsigned troubles, gboolean is_noise)
{
    gboolean can_go_down =
        bw_port_get_baud (self->port) > BW_ESP_CONNECT_BAUD && !bw_esp_baud_is_too_high (self);

    return troubles > BW_ESP_TROUBLES_MAX && !(is_noise && can_go_down);
}

/* Notes what the line did; a request that arrives damaged is refused, too. A board that cannot do a
 * thing refuses it the same way each time; one that refuses now and then is not to blame. Returns
 * whether the line is at fault more than by chance: once is chance, twice is the line. */
static gboolean
note_noise (BwEspSession *self, const GError *failure)
{
    uint16_t refusal = get_refusal (self);

    if (is_damage (failure) || (self->refusal != 0 && refusal != self->refusal))
        self->is_line_damaging = TRUE;
    self->refusal = refusal;
    return (is_damage (failure) || bw_esp_link_is_noise (self->link)
            || (refusal != 0 && !bwp_esp_status_is_about_board (refusal)))
           && self->noises++ > 0;
}

/* What was asked for is asked for once more. */
static void
note_repeated (BwEspSession *self)
{
    if (self->is_erase_unsure)
        bw_esp_session_note_stray (self);
    self->is_erase_unsure = FALSE;
}

gboolean
bw_esp_recover (BwEspSession *self, unsigned *troubles, GError **failure)
{
    gboolean had_stub = self->is_stub;
    unsigned ceiling = self->baud_ceiling;
    gboolean is_noise;
    g_autoptr (GError) next = NULL;

    if (*troubles == 0) {
        self->is_line_damaging = FALSE;
        self->refusal = 0;
    }
    /* what does not take on what is written was perhaps not erased, and something else was */
    if (is_flash_refusal (self))
        self->is_erase_unsure = TRUE;
    is_noise = note_noise (self, *failure);
    if (is_hopeless (self, *failure) || is_enough (self, ++*troubles, is_noise)) {
        *failure = bw_esp_recover_name (self, *failure);
        return FALSE;
    }
    bw_esp_session_note (self, /* translators: what went wrong */ _ ("%s, trying again"),
                         (*failure)->message);
    while (!try_recover (self, is_noise, had_stub, &next)) {
        is_noise = note_noise (self, next);
        *troubles += RECONNECT_TROUBLE;
        forgive (self, &ceiling, troubles);
        if (is_hopeless (self, next) || is_dead (next) || is_enough (self, *troubles, is_noise)) {
            g_error_free (*failure);
            *failure = bw_esp_recover_name (self, g_steal_pointer (&next));
            return FALSE;
        }
        g_clear_error (&next);
    }
    forgive (self, &ceiling, troubles);
    note_repeated (self);
    g_clear_error (failure);
    return TRUE;
}

gboolean
bw_esp_digest_surely (BwEspSession *self,
                      uint32_t offset,
                      uint32_t size,
                      unsigned *troubles,
                      uint8_t ret_md5[16],
                      GError **error)
{
    g_autoptr (GError) failure = NULL;

    while (!bw_esp_flash_digest (self, offset, size, ret_md5, &failure)) {
        if (!bw_esp_recover (self, troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
bw_esp_ready_surely (BwEspSession *self, gboolean wants_stub, unsigned *troubles, GError **error)
{
    g_autoptr (GError) failure = NULL;

    while (!get_ready (self, wants_stub, &failure)) {
        if (!bw_esp_recover (self, troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
bw_esp_asker_ask (gpointer asker, BwEspQuestion *questions, size_t n, GError **error)
{
    BwEspAsker *self = asker;
    g_autoptr (GError) failure = NULL;

    while (!bw_esp_flash_digests (self->session, questions, n, &failure)) {
        if (!bw_esp_recover (self->session, self->troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
bw_esp_asker_ask_until_alike (BwEspAsker *self, BwEspQuestion *question, GError **error)
{
    for (;;) {
        BwEspQuestion first = *question;
        g_autoptr (GError) failure = NULL;

        if (!bw_esp_asker_ask (self, &first, 1, error))
            return FALSE;
        *question = first;
        if (bw_esp_question_is_met (question))
            return TRUE;
        if (!bw_esp_asker_ask (self, question, 1, error))
            return FALSE;
        if (bw_esp_question_is_met (question)
            || memcmp (first.md5, question->md5, BW_ESP_MD5_BYTES) == 0)
            return TRUE;
        bw_set_error (&failure, BW_CAUSE_GARBAGE, _ ("the digest at 0x%x is another one each time"),
                      question->offset);
        if (!bw_esp_recover (self->session, self->troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
}
