/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-encryption"
#include "config.h"

#include "bw-esp-encryption.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-esp-recover.h"

/* eFuse words of the first chip: locks, configuration, and the key itself where it is not locked */
#define LOCKS_WORD 0
#define CONFIG_WORD 5
#define KEY_FIRST_WORD 14
#define KEY_WORDS 8
#define KEY_IS_LOCKED (1u << 16)
#define CONFIG_IS_LOCKED (1u << 19)
#define CONFIG_SHIFT 28
#define CONFIG_ALL 0xfu
/* purposes of key blocks: two halves of a long key, or a short one */
#define PURPOSE_XTS_FIRST 2
#define PURPOSE_XTS_LAST 4

static gboolean
is_odd_count (uint8_t bits)
{
    unsigned n = 0;

    for (; bits != 0; bits >>= 1)
        n += bits & 1;
    return n % 2 == 1;
}

gboolean
bw_esp_encryption_is_on (const BwEspSession *self)
{
    return (self->has_identity && self->identity.flash_encrypted)
           || (self->has_security && is_odd_count (self->security.crypt_count));
}

static gboolean
check_part (const BwEspSession *self, const BwFirmwarePart *part, GError **error)
{
    gboolean is_on = bw_esp_encryption_is_on (self);

    if (part->is_encrypted && !is_on) {
        bw_set_error (error, BW_CAUSE_REFUSED,
                      _ ("%s is to be encrypted, but flash encryption is off on this board"),
                      part->name);
        return FALSE;
    }
    if (is_on && self->has_identity && self->identity.manual_encrypt_disabled) {
        bw_set_error (
            error, BW_CAUSE_SECURE_MODE,
            _ ("flash encryption is on and cannot be used from outside: the board would not "
               "start %s"),
            part->name);
        return FALSE;
    }
    if (is_on && self->is_secure_download && !part->is_encrypted) {
        bw_set_error (error, BW_CAUSE_SECURE_MODE,
                      _ ("flash encryption is on, the board could not read %s in plain"),
                      part->name);
        return FALSE;
    }
    return TRUE;
}

/* The first chip has no list of purposes: its key is there when it is locked or not blank. */
static gboolean
ask_first_chip (BwEspSession *self, gboolean *ret_has_key, GError **error)
{
    uint32_t addresses[2 + KEY_WORDS] = { self->chip->efuse_base + 4 * LOCKS_WORD,
                                          self->chip->efuse_base + 4 * CONFIG_WORD };
    uint32_t values[G_N_ELEMENTS (addresses)] = { 0 };
    uint32_t key = 0;

    for (unsigned i = 0; i < KEY_WORDS; i++)
        addresses[2 + i] = self->chip->efuse_base + 4 * (KEY_FIRST_WORD + i);
    if (!bw_esp_link_read_regs (self->link, addresses, values, G_N_ELEMENTS (values), error))
        return FALSE;
    for (unsigned i = 0; i < KEY_WORDS; i++)
        key |= values[2 + i];
    *ret_has_key =
        ((values[0] & KEY_IS_LOCKED) != 0 || key != 0)
        && ((values[0] & CONFIG_IS_LOCKED) != 0 || values[1] >> CONFIG_SHIFT == CONFIG_ALL);
    return TRUE;
}

static gboolean
has_key_block (const BwEspSession *self)
{
    for (size_t i = 0; i < G_N_ELEMENTS (self->security.key_purposes); i++) {
        if (self->security.key_purposes[i] >= PURPOSE_XTS_FIRST
            && self->security.key_purposes[i] <= PURPOSE_XTS_LAST)
            return TRUE;
    }
    return FALSE;
}

/* Chips with a single key block tell no purposes, and what a key manager holds cannot be asked for
 * in secure download mode: there the board is believed. */
static gboolean
tells_purposes (const BwEspSession *self)
{
    return self->has_security && !self->is_secure_download
           && !g_str_equal (self->chip->key, "esp32c2");
}

static gboolean
find_key (BwEspSession *self, gboolean *ret_has_key, GError **error)
{
    unsigned troubles = 0;
    g_autoptr (GError) failure = NULL;

    *ret_has_key =
        !tells_purposes (self) || self->identity.key_manager_flash_key || has_key_block (self);
    if (bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_ENCRYPTED_WORD))
        return TRUE;
    while (!ask_first_chip (self, ret_has_key, &failure)) {
        if (!bw_esp_recover (self, &troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
bw_esp_encryption_check (BwEspSession *self, GPtrArray *parts, GError **error)
{
    const BwFirmwarePart *encrypted = NULL;
    gboolean has_key = TRUE;

    for (unsigned i = 0; i < parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (parts, i);

        if (!check_part (self, part, error))
            return FALSE;
        if (part->is_encrypted)
            encrypted = part;
    }
    if (encrypted == NULL)
        return TRUE;
    if (!find_key (self, &has_key, error))
        return FALSE;
    if (!has_key)
        bw_set_error (error, BW_CAUSE_REFUSED,
                      _ ("%s is to be encrypted, but the board has no key that can be used"),
                      encrypted->name);
    return has_key;
}

gboolean
bw_esp_encryption_wants_stub (const BwEspSession *self, const BwEspFlashMap *map)
{
    if (bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_ENCRYPTED_WORD))
        return FALSE;
    for (unsigned i = 0; i < map->spans->len; i++) {
        if (bw_esp_flash_map_get_span (map, i)->is_encrypted)
            return TRUE;
    }
    return FALSE;
}
