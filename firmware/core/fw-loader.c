/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-loader.h"
#include <string.h>

#define CHATTER_EVERY 5
#define PURPOSE_XTS_AES_128 4 /* of an eFuse key block */
#define PURPOSE_SECURE_BOOT 9

void
fw_board_log (struct fw_board *self, const char *text)
{
    if (self->ops->log != NULL)
        self->ops->log (self->user, text);
}

/* A mute board sends nothing. */
static uint64_t
send_bytes (struct fw_board *self, uint64_t when, const uint8_t *bytes, size_t len)
{
    if (self->faults->is_dark || fw_faults_has (self->faults, FW_FAULT_MUTE) != NULL)
        return when;
    return self->output.send (self->output.user, when, bytes, len);
}

uint64_t
fw_board_print (struct fw_board *self, uint64_t when, const char *text)
{
    return send_bytes (self, when, (const uint8_t *) text, strlen (text));
}

/* What the faults leave of a frame in self->wire: its length, 0 for none. */
static size_t
encode (struct fw_board *self, uint64_t when, const uint8_t *payload, size_t len)
{
    size_t wire_len = 0;

    self->counts.frames_out++;
    self->replies++;
    if (fw_faults_once (self->faults, FW_FAULT_LOST_REPLY, self->replies))
        return 0;
    if (fw_faults_has (self->faults, FW_FAULT_CHATTER) != NULL
        && self->replies % CHATTER_EVERY == 0)
        fw_board_print (self, when, "\r\nW (4711) noise: somebody else uses this line\r\n");
    if (bwp_slip_encode (payload, len, NULL, 0, self->wire, sizeof self->wire - 2, &wire_len)
        != BWP_OK)
        return 0;
    if (fw_faults_has (self->faults, FW_FAULT_LIE) != NULL)
        for (size_t i = 1; i + 1 < wire_len; i++)
            self->wire[i] = (uint8_t) fw_faults_random (self->faults);
    if (fw_faults_has (self->faults, FW_FAULT_DOUBLE_END) != NULL) {
        memmove (self->wire + 1, self->wire, wire_len);
        self->wire[wire_len + 1] = BWP_SLIP_END;
        wire_len += 2;
    }
    return wire_len;
}

uint64_t
fw_board_send_frame (struct fw_board *self, uint64_t when, const uint8_t *payload, size_t len)
{
    size_t wire_len = encode (self, when, payload, len);

    return wire_len > 0 ? send_bytes (self, when, self->wire, wire_len) : when;
}

uint64_t
fw_board_send_slow (struct fw_board *self,
                    uint64_t when,
                    uint64_t later,
                    size_t split,
                    const uint8_t *payload,
                    size_t len)
{
    size_t wire_len = encode (self, when, payload, len);

    if (wire_len <= split)
        return later;
    send_bytes (self, when, self->wire, split);
    return send_bytes (self, later, self->wire + split, wire_len - split);
}

bool
fw_board_is_too_long (const struct fw_board *self, size_t frame_len)
{
    return self->config.usb == FW_USB_OTG && frame_len > FW_OTG_FRAME_MAX;
}

uint32_t
fw_board_read_register (struct fw_board *self, uint32_t address)
{
    self->registers.baud = self->baud;
    return fw_registers_read (&self->registers, address);
}

bool
fw_board_write_registers (struct fw_board *self,
                          uint64_t now,
                          const struct bwp_esp_request *request,
                          uint64_t *ret_time)
{
    const struct bwp_esp_chip *chip = self->config.identity.chip;
    struct bwp_esp_reg_write write;
    enum bwp_result result;
    uint64_t time = 0;

    for (size_t i = 0;; i++) {
        result = bwp_esp_parse_write_reg (request, i, &write);
        if (result != BWP_OK)
            break;
        time += write.delay_us * FW_US;
        fw_registers_write (&self->registers, write.address, write.value, write.mask);
    }
    if (self->registers.watchdog_ms > 0)
        self->watchdog_at = now + self->registers.watchdog_ms * FW_MS;
    self->registers.watchdog_ms = 0;
    if (self->registers.is_watchdog_off
        && (self->registers.is_super_watchdog_off || chip->watchdogs.super_config == 0))
        self->watchdog_at = FW_NEVER;
    *ret_time = time;
    return result == BWP_ERR_ABSENT;
}

bool
fw_board_bad_checksum (struct fw_board *self)
{
    self->blocks++;
    return fw_faults_once (self->faults, FW_FAULT_BAD_CHECKSUM, self->blocks);
}

size_t
fw_board_security (const struct fw_board *self, uint8_t *out)
{
    const struct fw_identity *identity = &self->config.identity;
    struct bwp_esp_security_info info = {
        .flags = (identity->secure_boot ? BWP_ESP_SECURE_BOOT : 0)
                 | (identity->secure_download ? BWP_ESP_SECURE_DOWNLOAD : 0),
        .crypt_count = identity->flash_encryption ? 7 : 0,
        .key_purposes = { identity->secure_boot ? PURPOSE_SECURE_BOOT : 0,
                          identity->flash_encryption ? PURPOSE_XTS_AES_128 : 0 },
        .has_chip_id = !bwp_esp_chip_supports (identity->chip, BWP_ESP_CAN_SECURITY_INFO_SHORT),
        .chip_id = identity->chip->image_id,
        .api_version = 100,
    };

    return bwp_esp_put_security_info (&info, out);
}
