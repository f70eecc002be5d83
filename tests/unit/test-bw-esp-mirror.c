/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sector tells whether a flash is as large as its id says. The question itself is asked of
 * virtual boards, in tests/integration/driver. */
#include "bw-esp-mirror.h"
#include "part-make.h"

#define MIB (1024u * 1024)
#define PARTS_MAX 5

typedef enum {
    CONTENT_RANDOM, /* nowhere the same, unless the seed is */
    CONTENT_ZERO,
    CONTENT_BLANK,
    CONTENT_ENCRYPTED,
} Content;

struct part {
    uint32_t offset;
    size_t size; /* 0: no more parts */
    uint32_t seed;
    Content content;
};

/* What is asked of a flash of a size for a firmware. */
struct row {
    const char *name;
    struct part parts[PARTS_MAX];
    uint64_t flash_bytes;
    BwEspMirror asked; /* all zero: nothing */
};

static const struct row rows[] = {
    { "only-part", { { 0x10000, 50000, 1 } }, 4 * MIB, { 0x10000, 0x210000 } },
    { "first-part",
      { { 0x10000, 50000, 1 }, { 0x300000, 50000, 2 } },
      4 * MIB,
      { 0x10000, 0x210000 } },
    { "boot-image-first",
      { { 0x10000, 50000, 1 }, { 0x300000, 50000, 2 }, { 0x1000, 9000, 3 } },
      4 * MIB,
      { 0x1000, 0x201000 } },
    { "boot-image-first-of-16-mib",
      { { 0x10000, 50000, 1 }, { 0x300000, 50000, 2 }, { 0x1000, 9000, 3 } },
      16 * MIB,
      { 0x1000, 0x801000 } },
    /* from above to below as well */
    { "high-part", { { 0x300000, 50000, 1 } }, 4 * MIB, { 0x300000, 0x100000 } },
    /* only whole sectors that nobody could take for others, of which the digest is known */
    { "less-than-a-sector", { { 0x8000, 3072, 1 } }, 4 * MIB },
    { "all-alike",
      { { 0x8000, 3072, 1 },
        { 0x10000, 50000, 0, CONTENT_ZERO },
        { 0x20000, 50000, 0, CONTENT_BLANK } },
      4 * MIB },
    { "encrypted", { { 0x40000, 50000, 4, CONTENT_ENCRYPTED } }, 4 * MIB },
    { "first-that-is-fit",
      { { 0x8000, 3072, 1 },
        { 0x10000, 50000, 0, CONTENT_ZERO },
        { 0x20000, 50000, 0, CONTENT_BLANK },
        { 0x40000, 50000, 4, CONTENT_ENCRYPTED },
        { 0x50000, 8191, 5 } },
      4 * MIB,
      { 0x50000, 0x250000 } },
    /* a sector that is not wholly in a part is no question: what is beside it is not known */
    { "mirror-beside-a-part",
      { { 0x10000, 8192, 1 }, { 0x211000, 100, 2 } },
      4 * MIB,
      { 0x10000, 0x210000 } },
    { "mirror-partly-in-a-part",
      { { 0x10000, 8192, 1 }, { 0x211000, 100, 2 }, { 0x210000, 100, 3 } },
      4 * MIB },
    { "same-content-twice",
      { { 0x1000, 9000, 1 }, { 0x10000, 8192, 2 }, { 0x210000, 8192, 2 } },
      4 * MIB,
      { 0x1000, 0x201000 } },
    /* two contents where a chip that is too small has one: the digests have told */
    { "proved-by-the-map",
      { { 0x1000, 9000, 1 },
        { 0x10000, 8192, 2 },
        { 0x210000, 8192, 2 },
        { 0x220000, 8192, 3 },
        { 0x20000, 8192, 4 } },
      4 * MIB },
    { "no-size", { { 0x1000, 9000, 1 } }, 0 },
    { "odd-size", { { 0x1000, 9000, 1 } }, 3 * MIB },
    /* not every loader reaches beyond 16 MiB */
    { "32-mib", { { 0x1000, 9000, 1 } }, 32 * MIB, { 0x1000, 0x801000 } },
    { "4-gib", { { 0x1000, 9000, 1 } }, 1ull << 32, { 0x1000, 0x801000 } },
};

static void
add_part (GPtrArray *parts, const struct part *part)
{
    if (part->content == CONTENT_ZERO || part->content == CONTENT_BLANK)
        make_filled_part (parts, part->offset, part->size,
                          part->content == CONTENT_ZERO ? 0x00 : 0xff);
    else
        make_random_part (parts, part->offset, part->size, part->seed)->is_encrypted =
            part->content == CONTENT_ENCRYPTED;
}

static void
test_row (gconstpointer data)
{
    const struct row *row = data;
    const BwEspFlashLimits limits = { .boot_offset = 0x1000 };
    g_autoptr (GPtrArray) parts = make_parts ();
    g_autoptr (BwEspFlashMap) map = NULL;
    g_autoptr (GError) error = NULL;
    BwEspMirror found = { 0 };

    for (unsigned i = 0; i < PARTS_MAX && row->parts[i].size > 0; i++)
        add_part (parts, &row->parts[i]);
    map = bw_esp_flash_map_new (parts, &limits, &error);
    g_assert_no_error (error);
    g_assert_cmpint (bw_esp_mirror_choose (map, row->flash_bytes, &found), ==,
                     row->asked.mirror != 0);
    if (row->asked.mirror == 0)
        return;
    g_assert_cmphex (found.offset, ==, row->asked.offset);
    g_assert_cmphex (found.mirror, ==, row->asked.mirror);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *path = g_strconcat ("/driver/mirror/", rows[i].name, NULL);

        g_test_add_data_func (path, &rows[i], test_row);
    }
    return g_test_run ();
}
