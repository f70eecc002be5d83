/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "part-make.h"

#include <string.h>

static void
part_free (BwFirmwarePart *part)
{
    g_bytes_unref (part->data);
    g_free (part);
}

GPtrArray *
make_parts (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
}

BwFirmwarePart *
make_part (GPtrArray *parts, uint32_t offset, GBytes *data)
{
    BwFirmwarePart *part = g_new0 (BwFirmwarePart, 1);

    part->name = (char *) "part";
    part->offset = offset;
    part->data = data;
    g_ptr_array_add (parts, part);
    return part;
}

uint8_t *
make_filled_part (GPtrArray *parts, uint32_t offset, size_t size, uint8_t fill)
{
    uint8_t *bytes = g_malloc (MAX (size, 1));

    memset (bytes, fill, size);
    make_part (parts, offset, g_bytes_new_take (bytes, size));
    return bytes;
}

BwFirmwarePart *
make_random_part (GPtrArray *parts, uint32_t offset, size_t size, uint32_t seed)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    uint8_t *bytes = g_malloc (size);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t) g_rand_int (rand);
    return make_part (parts, offset, g_bytes_new_take (bytes, size));
}
