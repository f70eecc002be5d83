/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-erase"
#include "config.h"

#include "bw-esp-erase.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-compare.h"
#include "bw-esp-flash-map.h"
#include "bw-esp-flash.h"
#include "bw-esp-patience.h"
#include "bw-esp-recover.h"
#include "bw-esp-spi-erase.h"

/* A ROM answers when all is erased; in pieces it can be cancelled and shows progress. */
#define ROM_PIECE (256u * 1024)
#define STUB_PIECE (1024u * 1024)
/* So much of each sector is looked at where there are no digests: to read all takes minutes. */
#define GLANCE_BYTES 64u

void
bw_esp_erase_blank_md5 (uint32_t size, uint8_t ret_md5[16])
{
    uint8_t blank[BW_ESP_SECTOR];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new ();
    unsigned len = 16;

    memset (blank, 0xff, sizeof blank);
    if (EVP_DigestInit_ex (ctx, EVP_md5 (), NULL) != 1)
        g_critical ("no MD5 in this OpenSSL");
    for (uint32_t left = size; left > 0; left -= MIN (left, sizeof blank))
        EVP_DigestUpdate (ctx, blank, MIN (left, sizeof blank));
    EVP_DigestFinal_ex (ctx, ret_md5, &len);
    EVP_MD_CTX_free (ctx);
}

static gboolean
build_rom_erase (BwEspSession *self,
                 uint32_t offset,
                 uint32_t size,
                 struct bwp_esp_packet *packet,
                 GError **error)
{
    struct bwp_esp_begin begin = {
        .size = size,
        .block_size = bw_esp_session_block_bytes (self, BWP_ESP_TRAFFIC_FLASH),
        .offset = offset,
        .has_encrypted_word = bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_ENCRYPTED_WORD),
    };

    if (bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266
        && !bw_esp_spi_erase_begin (self, offset, size, &begin.size, error))
        return FALSE;
    bwp_esp_build_begin (packet, BWP_ESP_FLASH_BEGIN, &begin);
    return TRUE;
}

gboolean
bw_esp_erase_once (BwEspSession *self, uint32_t offset, uint32_t size, GError **error)
{
    struct bwp_esp_packet packet;

    if (self->is_stub)
        bwp_esp_build_erase_region (&packet, offset, size);
    else if (!build_rom_erase (self, offset, size, &packet, error))
        return FALSE;
    return bw_esp_patient_erase (self, &packet, offset, size, error);
}

static gboolean
erase_chip (BwEspSession *self, GError **error)
{
    struct bwp_esp_packet packet;
    uint32_t size = (uint32_t) MIN (self->flash_bytes, UINT32_MAX);
    uint32_t usual_ms = bwp_esp_timeout_ms (BWP_ESP_ERASE_FLASH, BWP_ESP_PEER_STUB, size);
    uint32_t timeout_ms = MAX (usual_ms, bwp_esp_erase_limit_ms (size));

    bwp_esp_build_plain (&packet, BWP_ESP_ERASE_FLASH);
    return bw_esp_link_command (self->link, &packet, 0, timeout_ms, NULL, error);
}

static gboolean
erase_pieces (BwEspSession *self,
              uint32_t offset,
              uint32_t size,
              unsigned *troubles,
              GError **error)
{
    uint32_t piece = self->is_stub ? STUB_PIECE : ROM_PIECE;
    g_autoptr (GError) failure = NULL;

    for (uint32_t done = 0; done < size;) {
        uint32_t len = MIN (piece, size - done);

        if (bw_esp_erase_once (self, offset + done, len, &failure)) {
            done += len;
            bw_esp_session_progress (self, done, size);
        } else if (!bw_esp_recover (self, troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
fail_not_blank (uint32_t offset, uint32_t size, GError **error)
{
    bw_set_error (error, BW_CAUSE_FLASH_WRITE_FAILED,
                  _ ("0x%x bytes at 0x%x are not blank after erasing"), size, offset);
    return FALSE;
}

/* A sector is erased as a whole or not at all. */
static gboolean
glance_at_sectors (BwEspSession *self,
                   uint32_t offset,
                   uint32_t size,
                   unsigned *troubles,
                   GError **error)
{
    BwEspCompare compare = { self, troubles, 0, size / BW_ESP_SECTOR * GLANCE_BYTES };
    uint8_t blank[GLANCE_BYTES];

    memset (blank, 0xff, sizeof blank);
    bw_esp_session_step (self, BW_STEP_VERIFY);
    for (uint32_t at = offset; at - offset < size; at += BW_ESP_SECTOR) {
        uint32_t equal = 0;

        if (!bw_esp_compare (&compare, at, blank, sizeof blank, &equal, error))
            return FALSE;
        if (equal < sizeof blank)
            return fail_not_blank (at, BW_ESP_SECTOR, error);
    }
    return TRUE;
}

static gboolean
prove_blank (BwEspSession *self, uint32_t offset, uint32_t size, unsigned *troubles, GError **error)
{
    BwEspAsker asker = { self, troubles };
    BwEspQuestion question = {
        .offset = offset, .size = size, .is_proof = TRUE, .has_wanted = TRUE
    };

    if (!bw_esp_session_can_digest (self))
        return !bw_esp_flash_can_peek (self)
               || glance_at_sectors (self, offset, size, troubles, error);
    bw_esp_erase_blank_md5 (size, question.wanted);
    if (!bw_esp_asker_ask_until_alike (&asker, &question, error))
        return FALSE;
    return bw_esp_question_is_met (&question) || fail_not_blank (offset, size, error);
}

/* Requests carry no checksum either: a damaged one erases another place, and what stays as it was is
 * no fault of the flash. */
static gboolean
erase_and_prove (BwEspSession *self,
                 uint32_t offset,
                 uint32_t size,
                 gboolean is_erased,
                 unsigned *troubles,
                 GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (!is_erased && !erase_pieces (self, offset, size, troubles, error))
        return FALSE;
    if (prove_blank (self, offset, size, troubles, &failure))
        return TRUE;
    if (bw_error_get_cause (failure) != BW_CAUSE_FLASH_WRITE_FAILED) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    bw_esp_session_note (self, /* translators: what went wrong */ _ ("%s, trying again"),
                         failure->message);
    bw_esp_session_note_stray (self);
    bw_esp_session_step (self, BW_STEP_ERASE);
    return erase_pieces (self, offset, size, troubles, error)
           && prove_blank (self, offset, size, troubles, error);
}

static gboolean
check_range (const BwEspSession *self, uint32_t offset, uint32_t *size, GError **error)
{
    if (offset % BW_ESP_SECTOR != 0 || *size % BW_ESP_SECTOR != 0) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("offset and size must be multiples of 4096"));
        return FALSE;
    }
    if (*size == 0 && (offset != 0 || self->flash_bytes == 0)) {
        bw_set_error (error, BW_CAUSE_FLASH_SIZE, _ ("the size of the flash is not known"));
        return FALSE;
    }
    if (self->flash_bytes != 0 && (uint64_t) offset + *size > self->flash_bytes) {
        bw_set_error (error, BW_CAUSE_BEYOND_FLASH,
                      _ ("0x%x bytes at 0x%x reach beyond the flash of 0x%" PRIx64), *size, offset,
                      self->flash_bytes);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_security (const BwEspSession *self, uint32_t offset, gboolean is_all, GError **error)
{
    if (is_all && self->is_secure_download) {
        bw_set_error (error, BW_CAUSE_SECURE_MODE,
                      _ ("in secure download mode the board does not tell how large its flash is"));
        return FALSE;
    }
    if (bw_esp_session_is_secure_boot (self)) {
        bw_set_error (error, BW_CAUSE_SECURE_MODE,
                      _ ("secure boot is on: an erased board could not start anything again"));
        return FALSE;
    }
    if (offset < BW_ESP_KEY_MANAGER_BELOW && self->has_identity
        && self->identity.key_manager_flash_key) {
        bw_set_error (error, BW_CAUSE_SECURE_MODE,
                      _ ("what the key of the flash is made from lies below 0x%x"),
                      BW_ESP_KEY_MANAGER_BELOW);
        return FALSE;
    }
    return TRUE;
}

gboolean
bw_esp_erase (BwEspSession *self, uint32_t offset, uint32_t size, GError **error)
{
    unsigned troubles = 0;
    gboolean is_all = size == 0;
    gboolean is_erased, is_proved;
    g_autoptr (GError) failure = NULL;

    if (!bw_esp_ready_surely (self, TRUE, &troubles, error)
        || !check_security (self, offset, is_all, error)
        || !check_range (self, offset, &size, error))
        return FALSE;
    self->touch = BW_ESP_TOUCH_ERASED;
    self->has_changed = TRUE;
    self->is_all_to_go = is_all;
    size = is_all ? (uint32_t) MIN (self->flash_bytes, UINT32_MAX) : size;
    is_erased = is_all && self->is_stub && erase_chip (self, &failure);
    if (failure != NULL && !bw_esp_recover (self, &troubles, &failure)) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    is_proved = erase_and_prove (self, offset, size, is_erased, &troubles, error);
    self->is_all_to_go = FALSE;
    return is_proved;
}
