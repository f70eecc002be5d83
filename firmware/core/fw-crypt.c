/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-crypt.h"
#include "bwp-bytes.h"
#include <string.h>

#define KEY_BYTES 16
#define CHUNK FW_FLASH_SECTOR /* done in one call of the port */

/* The two keys of a chip: one for the tweaks, one for the data. */
struct keys {
    uint8_t bytes[2 * KEY_BYTES];
};

static void
get_keys (const struct fw_board *self, struct keys *keys)
{
    const struct bwp_digests *digests = &self->ops->digests;

    digests->sha256 (digests->ctx, self->config.identity.mac, sizeof self->config.identity.mac,
                     keys->bytes);
}

static void
mix (uint8_t *bytes, const uint8_t *tweaks, size_t len)
{
    for (size_t i = 0; i < len; i += sizeof (uint64_t)) {
        uint64_t word, tweak;

        memcpy (&word, bytes + i, sizeof word);
        memcpy (&tweak, tweaks + i, sizeof tweak);
        word ^= tweak;
        memcpy (bytes + i, &word, sizeof word);
    }
}

/* Every block is crossed with the enciphered number of its place, before and after. */
static void
crypt_chunk (struct fw_board *self,
             const struct keys *keys,
             enum fw_cipher way,
             uint32_t address,
             uint8_t *bytes,
             size_t len)
{
    uint8_t tweaks[CHUNK] = { 0 };

    for (uint32_t at = 0; at < len; at += FW_CRYPT_BLOCK)
        bwp_put_u32le (tweaks + at, address + at);
    self->ops->cipher (self->user, keys->bytes, FW_ENCIPHER, tweaks, len);
    mix (bytes, tweaks, len);
    self->ops->cipher (self->user, keys->bytes + KEY_BYTES, way, bytes, len);
    mix (bytes, tweaks, len);
}

static void
crypt_all (struct fw_board *self, enum fw_cipher way, uint32_t address, uint8_t *bytes, size_t len)
{
    struct keys keys;

    get_keys (self, &keys);
    for (size_t done = 0; done < len; done += CHUNK)
        crypt_chunk (self, &keys, way, address + (uint32_t) done, bytes + done,
                     len - done < CHUNK ? len - done : CHUNK);
}

static uint32_t
unit_of (const struct fw_board *self)
{
    uint8_t unit = self->config.identity.traits->crypt_unit;

    return unit != 0 ? unit : FW_CRYPT_BLOCK;
}

const uint8_t *
fw_crypt_seal (struct fw_board *self, uint32_t address, const uint8_t *in, size_t len)
{
    if ((address | len) % unit_of (self) != 0 || len > sizeof self->sealed)
        return NULL;
    memcpy (self->sealed, in, len);
    crypt_all (self, FW_ENCIPHER, address, self->sealed, len);
    return self->sealed;
}

const uint8_t *
fw_crypt_open (struct fw_board *self)
{
    uint8_t *seen;

    if (!self->config.identity.flash_encryption || self->config.identity.traits->crypt.width == 0)
        return self->flash.bytes;
    seen = self->ops->flash_scratch (self->user);
    if (self->boot.seen == seen && self->boot.seen_stores == self->flash.counts.stores)
        return seen;
    self->boot.seen_stores = self->flash.counts.stores;
    memcpy (seen, self->flash.bytes, self->flash.size);
    crypt_all (self, FW_DECIPHER, 0, seen, self->flash.size);
    return seen;
}
