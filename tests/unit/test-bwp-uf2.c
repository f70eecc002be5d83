/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-uf2.h"
#include "bwp-vectors.h"
#include <string.h>

/* The content both files stand for: three pieces, as in the Intel HEX and raw vectors. */
static void
check_file (const char *path, guint32 flags)
{
    g_autoptr (GByteArray) bytes = vectors_load (path);
    g_autoptr (GByteArray) raw = vectors_load ("image/merge_raw_off1000.bin");
    guint expected_number = 0;

    g_assert_true (bwp_uf2_is_block (bytes->data, bytes->len));
    for (gsize at = 0; at < bytes->len; at += BWP_UF2_BLOCK_BYTES) {
        struct bwp_uf2_block block;
        uint8_t out[BWP_UF2_BLOCK_BYTES];

        g_assert_cmpint (bwp_uf2_parse (bytes->data + at, bytes->len - at, vectors_digests (),
                                        &block),
                         ==, BWP_OK);
        g_assert_cmphex (block.flags, ==, flags);
        g_assert_cmphex (block.family, ==, 0x1c5f21b0);
        if (block.number == 0)
            expected_number = 0; /* counts restart for each file inside */
        g_assert_cmpuint (block.number, ==, expected_number++);
        g_assert_cmpuint (block.number, <, block.total);
        g_assert_cmpmem (block.payload, block.payload_len, raw->data + block.address - 0x1000,
                         block.payload_len);
        g_assert_cmpint (bwp_uf2_put (&block, vectors_digests (), out), ==, BWP_OK);
        g_assert_cmpmem (out, sizeof out, bytes->data + at, BWP_UF2_BLOCK_BYTES);
    }
}

static void
test_vectors (void)
{
    check_file ("image/merge.uf2", BWP_UF2_FAMILY_PRESENT | BWP_UF2_MD5_PRESENT);
    check_file ("image/merge_nomd5.uf2", BWP_UF2_FAMILY_PRESENT);
}

static void
check_cuts (const char *path)
{
    g_autoptr (GByteArray) bytes = vectors_load (path);
    struct bwp_uf2_block block;

    for (gsize at = 0; at < bytes->len; at++) {
        gsize len = at % BWP_UF2_BLOCK_BYTES;
        g_autofree guint8 *copy = g_memdup2 (bytes->data + at - len, len);

        g_assert_cmpint (bwp_uf2_parse (copy, len, vectors_digests (), &block), ==, BWP_ERR_CUT);
    }
}

static void
test_cuts_and_damage (void)
{
    g_autoptr (GByteArray) bytes = vectors_load ("image/merge.uf2");
    struct bwp_uf2_block block;

    check_cuts ("image/merge.uf2");
    check_cuts ("image/merge_nomd5.uf2");
    bytes->data[100] ^= 1;
    g_assert_cmpint (bwp_uf2_parse (bytes->data, 512, vectors_digests (), &block), ==,
                     BWP_ERR_CORRUPT);
    g_assert_cmpint (bwp_uf2_parse (bytes->data, 512, NULL, &block), ==, BWP_OK);
    bytes->data[511] ^= 1;
    g_assert_cmpint (bwp_uf2_parse (bytes->data, 512, NULL, &block), ==, BWP_ERR_CORRUPT);
    bytes->data[511] ^= 1;
    bwp_put_u32le (bytes->data + 16, 453); /* no room for the MD5 part */
    g_assert_cmpint (bwp_uf2_parse (bytes->data, 512, NULL, &block), ==, BWP_ERR_CORRUPT);
    bwp_put_u32le (bytes->data + 8, 0);
    bwp_put_u32le (bytes->data + 16, 476);
    g_assert_cmpint (bwp_uf2_parse (bytes->data, 512, NULL, &block), ==, BWP_OK);
    g_assert_cmphex (block.family, ==, 0);
    bwp_put_u32le (bytes->data + 16, 477);
    g_assert_cmpint (bwp_uf2_parse (bytes->data, 512, NULL, &block), ==, BWP_ERR_CORRUPT);
}

static void
test_writer_limits (void)
{
    uint8_t payload[BWP_UF2_PAYLOAD_MAX] = { 1, 2, 3 };
    uint8_t out[BWP_UF2_BLOCK_BYTES];
    struct bwp_uf2_block block = { .payload = payload, .payload_len = sizeof payload };

    g_assert_cmpint (bwp_uf2_put (&block, NULL, out), ==, BWP_OK);
    block.flags = BWP_UF2_MD5_PRESENT;
    g_assert_cmpint (bwp_uf2_put (&block, vectors_digests (), out), ==, BWP_ERR_CALLER);
    block.payload_len = BWP_UF2_PAYLOAD_MD5_MAX;
    g_assert_cmpint (bwp_uf2_put (&block, vectors_digests (), out), ==, BWP_OK);
    g_assert_cmpint (bwp_uf2_put (&block, NULL, out), ==, BWP_ERR_CALLER);
    block.flags = 0;
    block.payload_len = BWP_UF2_PAYLOAD_MAX + 1;
    g_assert_cmpint (bwp_uf2_put (&block, NULL, out), ==, BWP_ERR_CALLER);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/uf2/vectors-both-ways", test_vectors);
    g_test_add_func ("/protocol/uf2/cuts-and-damage", test_cuts_and_damage);
    g_test_add_func ("/protocol/uf2/writer-limits", test_writer_limits);
    return g_test_run ();
}
