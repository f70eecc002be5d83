/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-select.h"
#include "bwp-bytes.h"
#include "bwp-esp-otadata.h"
#include <string.h>

/* Tables that were moved stay near. */
#define TABLE_SEARCH_END 0x20000

struct search {
    const struct fw_flash *flash;
    const struct bwp_esp_chip *chip;
    const struct bwp_digests *digests;
    struct fw_selection *found;
};

/* The first that will not do is what is spoken of. */
static bool
refuse (struct fw_selection *found,
        const struct bwp_esp_partition *partition,
        enum bwp_result result)
{
    if (!found->chosen_is_bad) {
        found->chosen = *partition;
        found->chosen_is_bad = true;
        found->chosen_result = result;
    }
    return false;
}

static bool
try_program (struct search *self, const struct bwp_esp_partition *partition)
{
    struct fw_selection *found = self->found;
    const uint8_t *data;
    enum bwp_result result;

    if (partition == NULL)
        return false;
    if (partition->offset >= self->flash->size
        || partition->size > self->flash->size - partition->offset)
        return refuse (found, partition, BWP_ERR_SPACE);
    data = self->flash->bytes + partition->offset;
    result = bwp_esp_image_check (self->chip, data, partition->size, self->digests, &found->image);
    if (result == BWP_OK) {
        found->start = FW_START_RUNS;
        found->program = *partition;
        found->has_desc = bwp_esp_app_desc_parse (data, partition->size, &found->desc) == BWP_OK;
        return true;
    }
    if (!found->chosen_is_bad)
        (void) bwp_esp_image_scan (self->chip, data, partition->size, &found->bad);
    return refuse (found, partition, result);
}

static const struct bwp_esp_partition *
program_partition (const struct search *self, uint8_t subtype)
{
    return bwp_esp_partition_find (self->found->table, self->found->table_count, BWP_ESP_TYPE_APP,
                                   subtype);
}

static const struct bwp_esp_partition *
slot_partition (const struct search *self, uint32_t slot)
{
    return program_partition (self, (uint8_t) (BWP_ESP_APP_OTA_0 + slot));
}

/* From the chosen slot down to the factory program, then up, then the test program. */
static bool
try_around (struct search *self, uint32_t slot, uint32_t slots)
{
    for (uint32_t i = slot + 1; i-- > 0;)
        if (try_program (self, slot_partition (self, i)))
            return true;
    if (try_program (self, program_partition (self, BWP_ESP_APP_FACTORY)))
        return true;
    for (uint32_t i = slot + 1; i < slots; i++)
        if (try_program (self, slot_partition (self, i)))
            return true;
    return try_program (self, program_partition (self, BWP_ESP_APP_TEST));
}

static bool
try_factory_first (struct search *self, uint32_t slots)
{
    if (try_program (self, program_partition (self, BWP_ESP_APP_FACTORY)))
        return true;
    for (uint32_t i = 0; i < slots; i++)
        if (try_program (self, slot_partition (self, i)))
            return true;
    return try_program (self, program_partition (self, BWP_ESP_APP_TEST));
}

/* What the two records say; false when there are none to ask. */
static bool
ask_otadata (const struct search *self, uint32_t slots, struct bwp_esp_ota_choice *ret_choice)
{
    const struct fw_selection *found = self->found;
    const struct bwp_esp_partition *partition =
        bwp_esp_partition_find (found->table, found->table_count, BWP_ESP_TYPE_DATA,
                                BWP_ESP_DATA_OTA);
    struct bwp_esp_ota_entry entries[BWP_ESP_OTADATA_COPIES];
    bool factory = program_partition (self, BWP_ESP_APP_FACTORY) != NULL;

    if (partition == NULL || partition->offset >= self->flash->size
        || self->flash->size - partition->offset < BWP_ESP_OTADATA_BYTES)
        return false;
    if (bwp_esp_otadata_parse (self->flash->bytes + partition->offset, BWP_ESP_OTADATA_BYTES,
                               entries)
        != BWP_OK)
        return false;
    return bwp_esp_otadata_choose (entries, slots, factory, ret_choice) == BWP_OK;
}

static void
choose_program (struct search *self)
{
    struct fw_selection *found = self->found;
    struct bwp_esp_ota_choice choice = { .boot = BWP_ESP_BOOT_FACTORY };
    uint32_t slots = bwp_esp_partition_ota_slots (found->table, found->table_count);
    const struct bwp_esp_partition *first;
    bool by_slot = ask_otadata (self, slots, &choice) && choice.boot == BWP_ESP_BOOT_SLOT;

    found->start = FW_START_NO_PROGRAM;
    first = by_slot ? slot_partition (self, choice.slot)
                    : bwp_esp_partition_find_boot (found->table, found->table_count);
    if (first != NULL)
        found->chosen = *first;
    if (by_slot)
        try_around (self, choice.slot, slots);
    else
        try_factory_first (self, slots);
}

static bool
read_table_at (struct search *self, uint32_t offset)
{
    struct fw_selection *found = self->found;
    enum bwp_result result;
    bool has_md5;

    if (self->flash->size < offset + BWP_ESP_PARTITION_SECTOR)
        return false;
    result = bwp_esp_partition_parse (self->flash->bytes + offset, BWP_ESP_PARTITION_TABLE_BYTES,
                                      self->digests, found->table, BWP_ESP_PARTITION_MAX,
                                      &found->table_count, &has_md5);
    return result == BWP_OK && found->table_count > 0;
}

/* A loader has the place built in, where nobody can read it: a table that was moved is looked for. */
static bool
read_table (struct search *self)
{
    uint32_t at = self->chip->bootloader_offset + BWP_ESP_PARTITION_SECTOR;

    if (read_table_at (self, BWP_ESP_PARTITION_TABLE_OFFSET))
        return true;
    for (; at < TABLE_SEARCH_END; at += BWP_ESP_PARTITION_SECTOR) {
        if (read_table_at (self, at))
            return true;
    }
    self->found->table_count = 0;
    return false;
}

static bool
is_digest_alone_wrong (const struct bwp_esp_image *image, enum bwp_result result)
{
    return result == BWP_ERR_CORRUPT && image->header.has_digest
           && image->checksum_found == image->checksum_expected;
}

static bool
read_loader (struct search *self)
{
    struct fw_selection *found = self->found;
    uint32_t at = self->chip->bootloader_offset;
    const uint8_t *data = self->flash->bytes + at;
    enum bwp_result result;

    found->first_word = bwp_get_u32le (data);
    result = bwp_esp_image_check (self->chip, data, self->flash->size - at, self->digests,
                                  &found->loader);
    if (result == BWP_OK)
        return true;
    (void) bwp_esp_image_scan (self->chip, data, self->flash->size - at, &found->loader);
    found->is_digest_wrong = is_digest_alone_wrong (&found->loader, result);
    found->start = FW_START_NO_LOADER;
    if (data[0] == BWP_ESP_IMAGE_MAGIC || data[0] == BWP_ESP_IMAGE_MAGIC_V2)
        found->start = FW_START_BAD_LOADER;
    return found->is_digest_wrong;
}

void
fw_select (const struct fw_flash *flash,
           const struct bwp_esp_chip *chip,
           const struct bwp_digests *digests,
           struct fw_selection *ret)
{
    struct search self = { flash, chip, digests, ret };

    memset (ret, 0, sizeof *ret);
    if (!read_loader (&self))
        return;
    if (chip->image_id == BWP_ESP_NO_IMAGE_ID) {
        ret->start = FW_START_RUNS;
        ret->image = ret->loader;
        return;
    }
    ret->start = FW_START_NO_TABLE;
    if (read_table (&self))
        choose_program (&self);
}
