/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"

#include "bw-partition-entry.h"

#include <string.h>

static char *
dup_kind (uint8_t type, uint8_t subtype)
{
    const char *type_name = bwp_esp_partition_type_name (type);
    const char *subtype_name = bwp_esp_partition_subtype_name (type, subtype);

    if (type_name != NULL && subtype_name != NULL)
        return g_strdup_printf ("%s %s", type_name, subtype_name);
    if (type_name != NULL)
        return g_strdup_printf ("%s 0x%02x", type_name, subtype);
    return g_strdup_printf ("0x%02x 0x%02x", type, subtype);
}

BwPartition *
bw_partition_from_entry (const struct bwp_esp_partition *entry)
{
    BwPartition *self = bw_partition_new ();

    self->label = g_utf8_make_valid (entry->label, -1);
    self->type = entry->type;
    self->subtype = entry->subtype;
    self->kind = dup_kind (entry->type, entry->subtype);
    self->offset = entry->offset;
    self->size = entry->size;
    self->is_encrypted = (entry->flags & BWP_ESP_PARTITION_ENCRYPTED) != 0;
    self->is_readonly = (entry->flags & BWP_ESP_PARTITION_READONLY) != 0;
    return self;
}

GPtrArray *
bw_partitions_from_entries (const struct bwp_esp_partition *entries, size_t count)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_partition_free);

    for (size_t i = 0; i < count; i++)
        g_ptr_array_add (rows, bw_partition_from_entry (&entries[i]));
    return rows;
}

gboolean
bw_partition_to_entry (const BwPartition *self, struct bwp_esp_partition *ret_entry)
{
    struct bwp_esp_partition entry = {
        .type = self->type,
        .subtype = self->subtype,
        .offset = self->offset,
        .size = self->size,
    };

    if (strlen (self->label) > BWP_ESP_PARTITION_LABEL_BYTES)
        return FALSE;
    g_strlcpy (entry.label, self->label, sizeof entry.label);
    if (self->is_encrypted)
        entry.flags |= BWP_ESP_PARTITION_ENCRYPTED;
    if (self->is_readonly)
        entry.flags |= BWP_ESP_PARTITION_READONLY;
    *ret_entry = entry;
    return TRUE;
}
