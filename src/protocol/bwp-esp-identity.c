/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-identity.h"
#include "bwp-bytes.h"
#include "bwp-crc.h"
#include "bwp-esp-identity-private.h"
#include <string.h>

#define MB (1024u * 1024u)
#define UART_DIVIDER_MASK 0xfffffu

static const struct bwp_esp_fuse_map *
map_of (const struct bwp_esp_chip *chip)
{
    return &_bwp_esp_fuse_maps[bwp_esp_chip_index (chip)];
}

/* ---- which registers ---- */

static size_t
add_once (uint32_t *addresses, size_t count, uint32_t address)
{
    for (size_t i = 0; i < count; i++)
        if (addresses[i] == address)
            return count;
    addresses[count] = address;
    return count + 1;
}

static size_t
add_needed (const struct bwp_esp_chip *chip, uint32_t *addresses)
{
    const struct bwp_esp_fuse_map *map = map_of (chip);
    size_t count = 0;

    if (map->extra_count == 0) {
        count = add_once (addresses, count, chip->mac);
        count = add_once (addresses, count, chip->mac + 4);
    }
    for (size_t i = 0; i < map->extra_count; i++)
        count = add_once (addresses, count, map->extra[i]);
    for (size_t i = 0; i < BWP_ESP_FUSES; i++)
        if (map->fields[i].width != 0)
            count = add_once (addresses, count, chip->efuse_base + map->fields[i].offset);
    return count;
}

size_t
bwp_esp_identity_registers (const struct bwp_esp_chip *chip, uint32_t *ret_addresses)
{
    size_t count = add_needed (chip, ret_addresses);

    if (chip->crystal_mhz == 0 && chip->uart_clkdiv != 0)
        count = add_once (ret_addresses, count, chip->uart_clkdiv);
    return count;
}

/* ---- what they say ---- */

bool
_bwp_esp_reading (const struct bwp_esp_readings *readings, uint32_t address, uint32_t *ret_value)
{
    for (size_t i = 0; i < readings->count; i++) {
        if (readings->addresses[i] == address) {
            *ret_value = readings->values[i];
            return true;
        }
    }
    return false;
}

uint32_t
_bwp_esp_fuse_value (const struct bwp_esp_readings *readings, enum bwp_esp_fuse fuse)
{
    const struct bwp_esp_fuse_field *field = &readings->map->fields[fuse];
    uint32_t value = 0;

    if (field->width == 0)
        return 0;
    (void) _bwp_esp_reading (readings, readings->chip->efuse_base + field->offset, &value);
    return value >> field->low & ((1u << field->width) - 1);
}

static uint8_t
joined_value (const struct bwp_esp_readings *readings,
              enum bwp_esp_fuse high,
              enum bwp_esp_fuse low)
{
    return (uint8_t) (_bwp_esp_fuse_value (readings, high) << readings->map->fields[low].width
                      | _bwp_esp_fuse_value (readings, low));
}

static bool
has_all (const struct bwp_esp_readings *readings)
{
    uint32_t needed[BWP_ESP_IDENTITY_REGISTERS_MAX];
    size_t count = add_needed (readings->chip, needed);
    uint32_t value;

    for (size_t i = 0; i < count; i++)
        if (!_bwp_esp_reading (readings, needed[i], &value))
            return false;
    return true;
}

static void
decode_mac (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    uint32_t a = 0;
    uint32_t b = 0;

    (void) _bwp_esp_reading (readings, readings->chip->mac, &a);
    (void) _bwp_esp_reading (readings, readings->chip->mac + 4, &b);
    bwp_put_u16be (identity->mac, (uint16_t) (b & 0xffff));
    bwp_put_u32be (identity->mac + 2, a);
    identity->has_eui64 = bwp_esp_chip_supports (readings->chip, BWP_ESP_CAN_EUI64);
    if (!identity->has_eui64)
        return;
    memcpy (identity->eui64, identity->mac, 3);
    bwp_put_u16be (identity->eui64 + 3, (uint16_t) (b >> 16));
    memcpy (identity->eui64 + 5, identity->mac + 3, 3);
}

static void
decode_memory (struct bwp_esp_embedded *memory, uint8_t code, const uint8_t *sizes, size_t count)
{
    memory->code = code;
    memory->is_present = code != 0;
    memory->bytes = code < count ? sizes[code] * MB : 0;
    memory->vendor = "";
}

static void
decode_vendor (struct bwp_esp_embedded *memory,
               uint32_t code,
               const char *const *vendors,
               size_t count)
{
    if (memory->is_present && code < count)
        memory->vendor = vendors[code];
}

static void
decode_memories (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    const struct bwp_esp_fuse_map *map = readings->map;

    decode_memory (&identity->flash, (uint8_t) _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_FLASH),
                   map->flash_mb, map->flash_count);
    decode_memory (&identity->psram,
                   joined_value (readings, BWP_ESP_FUSE_PSRAM_HIGH, BWP_ESP_FUSE_PSRAM),
                   map->psram_mb, map->psram_count);
    decode_vendor (&identity->flash, _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_FLASH_VENDOR),
                   map->flash_vendors, map->flash_vendor_count);
    decode_vendor (&identity->psram, _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_PSRAM_VENDOR),
                   map->psram_vendors, map->psram_vendor_count);
    identity->calibration_version =
        (uint8_t) _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_CALIBRATION);
}

static void
decode_revision (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    const struct bwp_esp_fuse_map *map = readings->map;

    identity->has_revision = true;
    identity->major = joined_value (readings, BWP_ESP_FUSE_MAJOR_HIGH, BWP_ESP_FUSE_MAJOR);
    identity->minor = joined_value (readings, BWP_ESP_FUSE_MINOR_HIGH, BWP_ESP_FUSE_MINOR);
    identity->package_code =
        joined_value (readings, BWP_ESP_FUSE_PACKAGE_HIGH, BWP_ESP_FUSE_PACKAGE);
    for (size_t i = 0; i < map->package_count; i++)
        if (map->packages[i].code == identity->package_code)
            identity->package = map->packages[i].name;
}

static bool
is_odd (uint32_t bits)
{
    bool odd = false;

    for (; bits != 0; bits &= bits - 1)
        odd = !odd;
    return odd;
}

static void
decode_security (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    identity->flash_encrypted = is_odd (_bwp_esp_fuse_value (readings, BWP_ESP_FUSE_CRYPT_COUNT));
    identity->manual_encrypt_disabled =
        _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_ENCRYPT_OFF) != 0;
    identity->secure_boot = _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_SECURE_BOOT) != 0;
    identity->key_manager_flash_key = _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_KEY_MANAGER) != 0;
}

static void
decode_crystal (const struct bwp_esp_readings *readings,
                uint32_t host_baud,
                struct bwp_esp_identity *identity)
{
    uint32_t clkdiv;

    identity->crystal_mhz = readings->chip->crystal_mhz;
    if (identity->crystal_mhz == 0 && host_baud != 0
        && _bwp_esp_reading (readings, readings->chip->uart_clkdiv, &clkdiv))
        identity->crystal_mhz = bwp_esp_crystal_mhz (readings->chip, clkdiv, host_baud);
}

enum bwp_result
bwp_esp_identity_decode (const struct bwp_esp_chip *chip,
                         const uint32_t *addresses,
                         const uint32_t *values,
                         size_t count,
                         uint32_t host_baud,
                         struct bwp_esp_identity *ret_identity)
{
    struct bwp_esp_readings readings = { chip, map_of (chip), addresses, values, count };

    if (!has_all (&readings))
        return BWP_ERR_CUT;
    if (readings.map->is_valid != NULL && !readings.map->is_valid (&readings))
        return BWP_ERR_CORRUPT;
    memset (ret_identity, 0, sizeof *ret_identity);
    ret_identity->chip = chip;
    ret_identity->features = readings.map->features;
    ret_identity->cpu_mhz = readings.map->cpu_mhz;
    decode_mac (&readings, ret_identity);
    decode_memories (&readings, ret_identity);
    decode_revision (&readings, ret_identity);
    decode_security (&readings, ret_identity);
    decode_crystal (&readings, host_baud, ret_identity);
    if (readings.map->adjust != NULL)
        readings.map->adjust (&readings, ret_identity);
    ret_identity->revision = (uint16_t) (ret_identity->major * 100 + ret_identity->minor);
    return BWP_OK;
}

/* ---- the other way, for simulators ---- */

static size_t
encode_mac_8266 (const uint8_t mac[6], uint32_t *addresses, uint32_t *values)
{
    addresses[0] = 0x3ff00050;
    addresses[1] = 0x3ff00054;
    addresses[2] = 0x3ff0005c;
    values[0] = (uint32_t) mac[5] << 24;
    values[1] = bwp_get_u16be (mac + 3);
    values[2] = (uint32_t) mac[0] << 16 | bwp_get_u16be (mac + 1);
    return 3;
}

bool
bwp_esp_identity_has_mac_check (const struct bwp_esp_chip *chip)
{
    return map_of (chip) == &_bwp_esp_fuse_maps[BWP_ESP_CHIP_ESP32];
}

size_t
bwp_esp_identity_encode_mac (const struct bwp_esp_chip *chip,
                             const uint8_t mac[6],
                             uint32_t *ret_addresses,
                             uint32_t *ret_values)
{
    if (chip->efuse_base == 0)
        return encode_mac_8266 (mac, ret_addresses, ret_values);
    ret_addresses[0] = chip->mac;
    ret_addresses[1] = chip->mac + 4;
    ret_values[0] = bwp_get_u32be (mac + 2);
    ret_values[1] = bwp_get_u16be (mac);
    if (bwp_esp_chip_supports (chip, BWP_ESP_CAN_EUI64))
        ret_values[1] |= 0xfffe0000;
    if (bwp_esp_identity_has_mac_check (chip))
        ret_values[1] |= (uint32_t) bwp_crc8 (mac, 6) << 16;
    return 2;
}

uint8_t
bwp_esp_crystal_mhz (const struct bwp_esp_chip *chip, uint32_t clkdiv, uint32_t host_baud)
{
    uint64_t hertz = (uint64_t) host_baud * (clkdiv & UART_DIVIDER_MASK);

    if (chip->crystal_mhz != 0)
        return chip->crystal_mhz;
    if (chip == &_bwp_esp_chips[BWP_ESP_CHIP_ESP8266])
        hertz >>= 1; /* its UART runs from twice the crystal */
    if (hertz > 45000000)
        return 48;
    return hertz > 33000000 ? 40 : 26;
}
