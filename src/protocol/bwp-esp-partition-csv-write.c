/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half of bwp-esp-partition-csv.h. */
#include "bwp-esp-partition-csv.h"
#include "bwp-text-private.h"

#define KB 1024u
#define MB (1024u * 1024u)

/* A reader knows no quotes: it would take these for another field, line, comment or variable. */
static bool
is_label_plain (const char *label)
{
    size_t len = _bwp_length (label);

    for (size_t i = 0; i < len; i++)
        if (label[i] == ',' || (unsigned char) label[i] < ' ' || (label[i] == '$' && i + 1 < len))
            return false;
    return len == 0 || (label[0] != '#' && label[0] != ' ' && label[len - 1] != ' ');
}

static bool
can_write (const struct bwp_esp_partition *entry)
{
    return is_label_plain (entry->label)
           && (entry->flags & ~(BWP_ESP_PARTITION_ENCRYPTED | BWP_ESP_PARTITION_READONLY)) == 0;
}

static void
add_name_or_number (struct bwp_text *text, const char *name, uint8_t number)
{
    if (name != NULL)
        _bwp_text_add (text, name);
    else
        _bwp_text_add_decimal (text, number);
    _bwp_text_add (text, ",");
}

static void
add_size (struct bwp_text *text, uint32_t size)
{
    if ((size & (MB - 1)) == 0) {
        _bwp_text_add_decimal (text, size / MB);
        _bwp_text_add (text, "M,");
    } else if ((size & (KB - 1)) == 0) {
        _bwp_text_add_decimal (text, size / KB);
        _bwp_text_add (text, "K,");
    } else {
        _bwp_text_add_hex (text, size);
        _bwp_text_add (text, ",");
    }
}

static void
add_flags (struct bwp_text *text, uint32_t flags)
{
    bool encrypted = (flags & BWP_ESP_PARTITION_ENCRYPTED) != 0;
    bool readonly = (flags & BWP_ESP_PARTITION_READONLY) != 0;

    if (encrypted)
        _bwp_text_add (text, "encrypted");
    if (encrypted && readonly)
        _bwp_text_add (text, ":");
    if (readonly)
        _bwp_text_add (text, "readonly");
    _bwp_text_add (text, "\n");
}

static void
add_entry (struct bwp_text *text, const struct bwp_esp_partition *entry)
{
    _bwp_text_add (text, entry->label);
    _bwp_text_add (text, ",");
    add_name_or_number (text, bwp_esp_partition_type_name (entry->type), entry->type);
    add_name_or_number (text, bwp_esp_partition_subtype_name (entry->type, entry->subtype),
                        entry->subtype);
    _bwp_text_add_hex (text, entry->offset);
    _bwp_text_add (text, ",");
    add_size (text, entry->size);
    add_flags (text, entry->flags);
}

enum bwp_result
bwp_esp_csv_write (const struct bwp_esp_partition *entries,
                   size_t count,
                   char *out,
                   size_t capacity,
                   size_t *ret_len)
{
    struct bwp_text text;

    if (capacity == 0)
        return BWP_ERR_SPACE;
    for (size_t i = 0; i < count; i++)
        if (!can_write (&entries[i]))
            return BWP_ERR_RULE;
    _bwp_text_init (&text, out, capacity);
    _bwp_text_add (&text, "# ESP-IDF Partition Table\n");
    _bwp_text_add (&text, "# Name, Type, SubType, Offset, Size, Flags\n");
    for (size_t i = 0; i < count; i++)
        add_entry (&text, &entries[i]);
    if (text.is_full)
        return BWP_ERR_SPACE;
    *ret_len = text.len;
    return BWP_OK;
}
