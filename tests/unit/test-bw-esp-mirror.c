/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sector tells whether a flash is as large as its id says. The question itself is asked of
 * virtual boards, in tests/integration/driver. */
#include <string.h>

#include "bw-esp-mirror.h"

#define MIB (1024u * 1024)

static void
part_free (BwFirmwarePart *part)
{
    g_bytes_unref (part->data);
    g_free (part);
}

static GPtrArray *
make_parts (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
}

/* Content that is nowhere the same, unless @seed is. */
static BwFirmwarePart *
add_part (GPtrArray *parts, uint32_t offset, size_t size, guint32 seed)
{
    BwFirmwarePart *part = g_new0 (BwFirmwarePart, 1);
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    uint8_t *bytes = g_malloc (size);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t) g_rand_int (rand);
    part->name = (char *) "part";
    part->offset = offset;
    part->data = g_bytes_new_take (bytes, size);
    g_ptr_array_add (parts, part);
    return part;
}

static void
fill (BwFirmwarePart *part, uint8_t value)
{
    gsize size = g_bytes_get_size (part->data);
    uint8_t *bytes = g_malloc (size);

    memset (bytes, value, size);
    g_bytes_unref (part->data);
    part->data = g_bytes_new_take (bytes, size);
}

static gboolean
choose (GPtrArray *parts, uint64_t flash_bytes, BwEspMirror *ret_mirror)
{
    BwEspFlashLimits limits = { .boot_offset = 0x1000 };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = bw_esp_flash_map_new (parts, &limits, &error);

    g_assert_no_error (error);
    return bw_esp_mirror_choose (map, flash_bytes, ret_mirror);
}

static void
assert_asks (GPtrArray *parts, uint64_t flash_bytes, uint32_t offset, uint32_t mirror)
{
    BwEspMirror found = { 0 };

    g_assert_true (choose (parts, flash_bytes, &found));
    g_assert_cmphex (found.offset, ==, offset);
    g_assert_cmphex (found.mirror, ==, mirror);
}

static void
assert_silent (GPtrArray *parts, uint64_t flash_bytes)
{
    BwEspMirror found = { 0 };

    g_assert_false (choose (parts, flash_bytes, &found));
}

static void
test_boot_image_first (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();

    add_part (parts, 0x10000, 50000, 1);
    assert_asks (parts, 4 * MIB, 0x10000, 0x210000);
    add_part (parts, 0x300000, 50000, 2);
    assert_asks (parts, 4 * MIB, 0x10000, 0x210000);
    add_part (parts, 0x1000, 9000, 3);
    assert_asks (parts, 4 * MIB, 0x1000, 0x201000);
    assert_asks (parts, 16 * MIB, 0x1000, 0x801000);
}

/* From above to below as well. */
static void
test_high_part (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();

    add_part (parts, 0x300000, 50000, 1);
    assert_asks (parts, 4 * MIB, 0x300000, 0x100000);
}

/* Only whole sectors that nobody could take for others, of which the digest is known. */
static void
test_unfit (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();

    add_part (parts, 0x8000, 3072, 1);
    assert_silent (parts, 4 * MIB);
    fill (add_part (parts, 0x10000, 50000, 2), 0x00);
    fill (add_part (parts, 0x20000, 50000, 3), 0xff);
    assert_silent (parts, 4 * MIB);
    add_part (parts, 0x40000, 50000, 4)->is_encrypted = TRUE;
    assert_silent (parts, 4 * MIB);
    add_part (parts, 0x50000, 8191, 5);
    assert_asks (parts, 4 * MIB, 0x50000, 0x250000);
}

/* A sector that is not wholly in a part is no question either: what is beside it is not known. */
static void
test_mirror_in_the_map (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();

    add_part (parts, 0x10000, 8192, 1);
    add_part (parts, 0x211000, 100, 2);
    assert_asks (parts, 4 * MIB, 0x10000, 0x210000);
    add_part (parts, 0x210000, 100, 3);
    assert_silent (parts, 4 * MIB);
}

/* Two contents where a chip that is too small has one: the digests have told. */
static void
test_proved_by_the_map (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();

    add_part (parts, 0x1000, 9000, 1);
    add_part (parts, 0x10000, 8192, 2);
    add_part (parts, 0x210000, 8192, 2);
    assert_asks (parts, 4 * MIB, 0x1000, 0x201000);
    add_part (parts, 0x220000, 8192, 3);
    add_part (parts, 0x20000, 8192, 4);
    assert_silent (parts, 4 * MIB);
}

static void
test_sizes (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();

    add_part (parts, 0x1000, 9000, 1);
    assert_silent (parts, 0);
    assert_silent (parts, 3 * MIB);
    /* not every loader reaches beyond 16 MiB */
    assert_asks (parts, 32 * MIB, 0x1000, 0x801000);
    assert_asks (parts, 1ull << 32, 0x1000, 0x801000);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/mirror/boot-image-first", test_boot_image_first);
    g_test_add_func ("/driver/mirror/high-part", test_high_part);
    g_test_add_func ("/driver/mirror/unfit", test_unfit);
    g_test_add_func ("/driver/mirror/mirror-in-the-map", test_mirror_in_the_map);
    g_test_add_func ("/driver/mirror/proved-by-the-map", test_proved_by_the_map);
    g_test_add_func ("/driver/mirror/sizes", test_sizes);
    return g_test_run ();
}
