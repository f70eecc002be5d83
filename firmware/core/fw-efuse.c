/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-efuse.h"
#include "bwp-esp-identity.h"

static void
add_bits (struct fw_registers *registers, uint32_t address, uint32_t bits)
{
    fw_registers_put (registers, address, fw_registers_read (registers, address) | bits);
}

static void
burn_field (struct fw_registers *registers, const struct fw_fuse_field *field, uint32_t value)
{
    if (field->width == 0)
        return;
    value &= (1u << field->width) - 1;
    add_bits (registers, registers->identity->chip->efuse_base + field->offset,
              value << field->shift);
}

static void
burn_mac (struct fw_registers *registers, const struct fw_identity *identity)
{
    uint32_t addresses[3], values[3];
    size_t n = bwp_esp_identity_encode_mac (identity->chip, identity->mac, addresses, values);

    if (bwp_esp_identity_has_mac_check (identity->chip)
        && fw_faults_has (registers->flash->faults, FW_FAULT_MAC_CHECK) != NULL)
        values[1] ^= 1u << 16;
    for (size_t i = 0; i < n; i++)
        add_bits (registers, addresses[i], values[i]);
}

static void
burn_major (struct fw_registers *registers, const struct fw_traits *traits, uint32_t major)
{
    if (!traits->unary_major) {
        burn_field (registers, &traits->major, major);
        burn_field (registers, &traits->major_high, major >> traits->major.width);
        return;
    }
    burn_field (registers, &traits->major, major >= 1);
    burn_field (registers, &traits->major_high, major >= 2);
    add_bits (registers, traits->major_top_register, major >= 3 ? 1u << 31 : 0);
}

/* By what these two say, a ROM computes the rate of its UART. The calibration counts the crystal
 * against the slow clock. */
static void
burn_clocks (struct fw_registers *registers, const struct fw_identity *identity)
{
    const struct fw_traits *traits = identity->traits;

    if (traits->calibration_register != 0)
        add_bits (registers, traits->calibration_register,
                  traits->calibration * identity->crystal_mhz / traits->crystal_mhz << 7);
    burn_field (registers, &traits->frequency, traits->frequency_value);
    if (traits->crystal_register != 0)
        fw_registers_put (registers, traits->crystal_register,
                          (uint32_t) identity->crystal_mhz << 24);
}

static void
burn_crypt (struct fw_registers *registers, const struct fw_identity *identity)
{
    const struct fw_traits *traits = identity->traits;

    if (!identity->flash_encryption)
        return;
    burn_field (registers, &traits->crypt, 1);
    burn_field (registers, &traits->crypt_config, UINT32_MAX);
    burn_field (registers, &traits->crypt_key, traits->crypt_key_value);
}

void
fw_efuse_burn (struct fw_registers *registers, const struct fw_identity *identity)
{
    const struct fw_traits *traits = identity->traits;
    uint32_t minor = identity->revision % 100;

    burn_mac (registers, identity);
    burn_major (registers, traits, identity->revision / 100);
    burn_field (registers, &traits->minor, minor);
    burn_field (registers, &traits->minor_high, minor >> traits->minor.width);
    burn_crypt (registers, identity);
    burn_field (registers, &traits->secure_boot, identity->secure_boot);
    burn_clocks (registers, identity);
}
