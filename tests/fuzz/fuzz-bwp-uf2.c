/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-uf2.h"
#include "bwp-vectors.h"
#include "fuzz.h"

/* What was read can be written and read again. */
static void
check (const uint8_t *in, size_t len, const struct bwp_digests *digests)
{
    uint8_t out[BWP_UF2_BLOCK_BYTES];
    struct bwp_uf2_block block;
    struct bwp_uf2_block again;

    if (bwp_uf2_parse (in, len, digests, &block) != BWP_OK)
        return;
    g_assert_true (bwp_uf2_is_block (in, len));
    g_assert_cmpint (bwp_uf2_put (&block, vectors_digests (), out), ==, BWP_OK);
    g_assert_cmpint (bwp_uf2_parse (out, sizeof out, vectors_digests (), &again), ==, BWP_OK);
    g_assert_cmpmem (again.payload, again.payload_len, block.payload, block.payload_len);
    g_assert_cmphex (again.address, ==, block.address);
    g_assert_cmphex (again.family, ==, block.family);
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    check (in, len, vectors_digests ());
    check (in, len, NULL);
    return 0;
}
