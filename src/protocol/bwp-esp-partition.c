/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-partition.h"
#include "bwp-bytes.h"
#include <string.h>

#define ENTRY BWP_ESP_PARTITION_ENTRY_BYTES
#define OFFSET_MD5 16

static const uint8_t entry_magic[2] = { 0xaa, 0x50 };
static const uint8_t md5_magic[2] = { 0xeb, 0xeb };

static bool
is_blank (const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (data[i] != 0xff)
            return false;
    return true;
}

bool
bwp_esp_partition_has_magic (const uint8_t *data, size_t len)
{
    return len >= sizeof entry_magic && memcmp (data, entry_magic, sizeof entry_magic) == 0;
}

static void
read_entry (const uint8_t *data, struct bwp_esp_partition *entry)
{
    entry->type = data[2];
    entry->subtype = data[3];
    entry->offset = bwp_get_u32le (data + 4);
    entry->size = bwp_get_u32le (data + 8);
    memcpy (entry->label, data + 12, BWP_ESP_PARTITION_LABEL_BYTES);
    entry->label[BWP_ESP_PARTITION_LABEL_BYTES] = '\0';
    entry->flags = bwp_get_u32le (data + 28);
}

static enum bwp_result
check_md5 (const uint8_t *data, size_t at, const struct bwp_digests *digests)
{
    uint8_t digest[BWP_MD5_BYTES];

    if (!is_blank (data + at + 2, OFFSET_MD5 - 2))
        return BWP_ERR_CORRUPT;
    if (digests == NULL || digests->md5 == NULL)
        return BWP_OK;
    digests->md5 (digests->ctx, data, at, digest);
    return memcmp (digest, data + at + OFFSET_MD5, sizeof digest) == 0 ? BWP_OK : BWP_ERR_CORRUPT;
}

struct table {
    const struct bwp_digests *digests;
    struct bwp_esp_partition *entries;
    size_t max;
    size_t count;
    bool has_md5;
};

/* Returns BWP_AGAIN while entries follow, BWP_OK at the end marker. */
static enum bwp_result
take_entry (struct table *table, const uint8_t *data, size_t at)
{
    const uint8_t *entry = data + at;

    if (is_blank (entry, ENTRY))
        return at == 0 ? BWP_ERR_ABSENT : BWP_OK;
    if (table->has_md5)
        return BWP_ERR_SURPLUS;
    if (at > 0 && memcmp (entry, md5_magic, sizeof md5_magic) == 0) {
        table->has_md5 = true;
        return check_md5 (data, at, table->digests) == BWP_OK ? BWP_AGAIN : BWP_ERR_CORRUPT;
    }
    if (!bwp_esp_partition_has_magic (entry, ENTRY))
        return at == 0 ? BWP_ERR_ABSENT : BWP_ERR_CORRUPT;
    if (table->count == table->max)
        return BWP_ERR_SPACE;
    read_entry (entry, &table->entries[table->count++]);
    return BWP_AGAIN;
}

enum bwp_result
bwp_esp_partition_parse (const uint8_t *data,
                         size_t len,
                         const struct bwp_digests *digests,
                         struct bwp_esp_partition *entries,
                         size_t max,
                         size_t *ret_count,
                         bool *ret_has_md5)
{
    struct table table = { digests, entries, max, 0, false };
    enum bwp_result result = BWP_AGAIN;

    for (size_t at = 0; result == BWP_AGAIN; at += ENTRY) {
        if (at >= BWP_ESP_PARTITION_TABLE_BYTES || len - at < ENTRY)
            return BWP_ERR_CUT;
        result = take_entry (&table, data, at);
    }
    if (result != BWP_OK)
        return result;
    *ret_count = table.count;
    if (ret_has_md5 != NULL)
        *ret_has_md5 = table.has_md5;
    return BWP_OK;
}

/* ---- writing ---- */

static size_t
label_length (const char *label)
{
    size_t len = 0;

    while (len < BWP_ESP_PARTITION_LABEL_BYTES && label[len] != '\0')
        len++;
    return len;
}

static void
write_entry (const struct bwp_esp_partition *entry, uint8_t *out)
{
    memset (out, 0, ENTRY);
    memcpy (out, entry_magic, sizeof entry_magic);
    out[2] = entry->type;
    out[3] = entry->subtype;
    bwp_put_u32le (out + 4, entry->offset);
    bwp_put_u32le (out + 8, entry->size);
    memcpy (out + 12, entry->label, label_length (entry->label));
    bwp_put_u32le (out + 28, entry->flags);
}

enum bwp_result
bwp_esp_partition_write (const struct bwp_esp_partition *entries,
                         size_t count,
                         const struct bwp_digests *digests,
                         uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES])
{
    bool with_md5 = digests != NULL && digests->md5 != NULL;
    uint8_t *end = out;

    if (count > BWP_ESP_PARTITION_MAX - (with_md5 ? 1u : 0u))
        return BWP_ERR_SPACE;
    memset (out, 0xff, BWP_ESP_PARTITION_TABLE_BYTES);
    for (size_t i = 0; i < count; i++)
        write_entry (&entries[i], out + i * ENTRY);
    end += count * ENTRY;
    if (with_md5) {
        memcpy (end, md5_magic, sizeof md5_magic);
        digests->md5 (digests->ctx, out, count * ENTRY, end + OFFSET_MD5);
    }
    return BWP_OK;
}

/* ---- looking things up ---- */

const struct bwp_esp_partition *
bwp_esp_partition_find (const struct bwp_esp_partition *entries,
                        size_t count,
                        uint8_t type,
                        uint8_t subtype)
{
    for (size_t i = 0; i < count; i++)
        if (entries[i].type == type && entries[i].subtype == subtype)
            return &entries[i];
    return NULL;
}

const struct bwp_esp_partition *
bwp_esp_partition_find_boot (const struct bwp_esp_partition *entries, size_t count)
{
    const struct bwp_esp_partition *found =
        bwp_esp_partition_find (entries, count, BWP_ESP_TYPE_APP, BWP_ESP_APP_FACTORY);

    for (uint8_t slot = 0; found == NULL && slot < BWP_ESP_PARTITION_OTA_SLOTS_MAX; slot++)
        found = bwp_esp_partition_find (entries, count, BWP_ESP_TYPE_APP,
                                        (uint8_t) (BWP_ESP_APP_OTA_0 + slot));
    if (found == NULL)
        found = bwp_esp_partition_find (entries, count, BWP_ESP_TYPE_APP, BWP_ESP_APP_TEST);
    return found;
}

uint32_t
bwp_esp_partition_ota_slots (const struct bwp_esp_partition *entries, size_t count)
{
    uint8_t slot = 0;

    while (slot < BWP_ESP_PARTITION_OTA_SLOTS_MAX
           && bwp_esp_partition_find (entries, count, BWP_ESP_TYPE_APP,
                                      (uint8_t) (BWP_ESP_APP_OTA_0 + slot))
                  != NULL)
        slot++;
    return slot;
}
