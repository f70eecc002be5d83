/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-patience"
#include "config.h"

#include "bw-esp-patience.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bwp-esp-command.h"

static void
tell (BwEspSession *self)
{
    if (!self->is_slow_told)
        bw_esp_session_note (
            self, _ ("erasing takes several times as long as usual: the flash may be worn"));
    self->is_slow_told = TRUE;
}

gboolean
bw_esp_patience_goes_on (BwEspSession *self)
{
    if (self->late_ms == 0 || bw_esp_link_get_failure (self->link) != BW_ESP_FAILURE_SILENT)
        return FALSE;
    tell (self);
    return TRUE;
}

/* The reply to the request, or to the question behind it: whichever is first. A loader answers in
 * order, so the second alone means that the first was lost. */
static gboolean
await_either (BwEspSession *self, enum bwp_esp_op op, uint32_t timeout_ms, GError **error)
{
    int64_t end_us = g_get_monotonic_time () + (int64_t) timeout_ms * 1000;
    struct bwp_esp_reply reply = { 0 };
    const uint8_t *frame = NULL;
    size_t len = 0;

    for (unsigned i = 0; i < BWP_ESP_REPLY_TRIES; i++) {
        int64_t left_ms = MAX ((end_us - g_get_monotonic_time ()) / 1000, 1);

        if (!bw_esp_link_receive (self->link, (uint32_t) left_ms, &frame, &len, error))
            return FALSE;
        if (bwp_esp_is_reply_to (frame, len, op)) {
            enum bwp_result result = bwp_esp_parse_reply (frame, len, 0, &reply);

            return bw_esp_link_check (self->link, op, result, reply.status, error);
        }
        if (bwp_esp_is_reply_to (frame, len, BWP_ESP_SYNC))
            break;
    }
    /* translators: the name of a request such as SYNC */
    bw_set_error (error, BW_CAUSE_TIMEOUT, _ ("no reply to %s in %u ms"),
                  bwp_esp_op_name ((uint8_t) op), timeout_ms);
    return FALSE;
}

static gboolean
wait_on (BwEspSession *self, enum bwp_esp_op op, uint32_t size, GError **error)
{
    bw_esp_session_note (self, _ ("erasing takes longer than usual, asking whether it goes on"));
    if (!bw_esp_link_probe (self->link, error)
        || !await_either (self, op, bwp_esp_erase_limit_ms (size) + self->late_ms, error))
        return FALSE;
    tell (self);
    return TRUE;
}

gboolean
bw_esp_patient_erase (BwEspSession *self,
                      const struct bwp_esp_packet *packet,
                      uint32_t offset,
                      uint32_t size,
                      GError **error)
{
    enum bwp_esp_op op = (enum bwp_esp_op) packet->head[1];
    uint32_t timeout_ms = bwp_esp_timeout_ms (op, bw_esp_link_get_peer (self->link), size);
    g_autoptr (GError) failure = NULL;
    g_autoptr (GError) later = NULL;

    if (bw_esp_link_command (self->link, packet, 0, timeout_ms, NULL, &failure)
        || (bw_esp_link_get_failure (self->link) == BW_ESP_FAILURE_SILENT
            && wait_on (self, op, size, &later))) {
        self->late_ms = 0;
        return TRUE;
    }
    bw_esp_session_note_unsure (self);
    /* that nothing came of waiting on is no news */
    if (later != NULL && bw_error_get_cause (later) != BW_CAUSE_TIMEOUT)
        g_propagate_error (error, g_steal_pointer (&later));
    else
        g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}
