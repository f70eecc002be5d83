/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-chip.h"
#include "bwp-esp-chip-private.h"
#include "bwp-text-private.h"

/* Engineering samples that were never sold; their programs do not run on the final chips. */
static const uint8_t retired_ids[] = { 4, 6, 7, 10, 14, 17 };

const struct bwp_esp_chip *
bwp_esp_chip_at (size_t index)
{
    return index < BWP_ESP_CHIPS ? &_bwp_esp_chips[index] : NULL;
}

size_t
bwp_esp_chip_index (const struct bwp_esp_chip *chip)
{
    return (size_t) (chip - _bwp_esp_chips);
}

enum bwp_result
bwp_esp_chip_by_id (uint32_t id, const struct bwp_esp_chip **ret_chip)
{
    for (size_t i = 0; i < sizeof retired_ids; i++)
        if (retired_ids[i] == id)
            return BWP_ERR_VERSION;
    for (size_t i = 0; i < BWP_ESP_CHIPS; i++) {
        if (_bwp_esp_chips[i].image_id == id && id != BWP_ESP_NO_IMAGE_ID) {
            *ret_chip = &_bwp_esp_chips[i];
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}

static bool
has_magic (const struct bwp_esp_chip *chip, uint32_t magic)
{
    for (size_t i = 0; i < chip->magic_count; i++)
        if (chip->magics[i] == magic)
            return true;
    return false;
}

const struct bwp_esp_chip *
bwp_esp_chip_by_magic (uint32_t magic)
{
    const struct bwp_esp_chip *found = NULL;

    for (size_t i = 0; i < BWP_ESP_CHIPS; i++) {
        if (!has_magic (&_bwp_esp_chips[i], magic))
            continue;
        if (found != NULL)
            return NULL; /* shared: tells nothing */
        found = &_bwp_esp_chips[i];
    }
    return found;
}

static bool
is_named (const char *name, const char *key)
{
    for (; *name != '\0'; name++) {
        if (*name == '-' || *name == '_')
            continue;
        if (_bwp_lower (*name) != *key)
            return false;
        key++;
    }
    return *key == '\0';
}

const struct bwp_esp_chip *
bwp_esp_chip_by_name (const char *name)
{
    if (is_named (name, "esp8285"))
        return &_bwp_esp_chips[BWP_ESP_CHIP_ESP8266];
    for (size_t i = 0; i < BWP_ESP_CHIPS; i++)
        if (is_named (name, _bwp_esp_chips[i].key))
            return &_bwp_esp_chips[i];
    return NULL;
}

const struct bwp_esp_chip *
bwp_esp_chip_by_uf2_family (uint32_t family)
{
    for (size_t i = 0; i < BWP_ESP_CHIPS; i++)
        if (family != 0 && _bwp_esp_chips[i].uf2_family == family)
            return &_bwp_esp_chips[i];
    return NULL;
}

bool
bwp_esp_chip_supports (const struct bwp_esp_chip *chip, uint32_t flags)
{
    return (chip->supports & flags) == flags;
}

static bool
is_within (const struct bwp_esp_range *range, uint32_t address)
{
    return address >= range->start && address < range->end;
}

bool
bwp_esp_chip_is_mapped (const struct bwp_esp_chip *chip, uint32_t address)
{
    return is_within (&chip->irom, address) || is_within (&chip->drom, address);
}
