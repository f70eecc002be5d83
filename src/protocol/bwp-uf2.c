/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-uf2.h"
#include "bwp-bytes.h"
#include <string.h>

#define MAGIC_0 0x0a324655u
#define MAGIC_1 0x9e5d5157u
#define MAGIC_END 0x0ab16f30u
#define OFFSET_END 508
#define HEADER_BYTES 32

bool
bwp_uf2_is_block (const uint8_t *data, size_t len)
{
    return len >= 8 && bwp_get_u32le (data) == MAGIC_0 && bwp_get_u32le (data + 4) == MAGIC_1;
}

static enum bwp_result
check_md5 (const uint8_t *data, uint32_t len, const struct bwp_digests *digests)
{
    const uint8_t *payload = data + HEADER_BYTES;
    const uint8_t *part = payload + len;
    uint8_t digest[BWP_MD5_BYTES];

    if (len > BWP_UF2_PAYLOAD_MD5_MAX || bwp_get_u32le (part) != bwp_get_u32le (data + 12)
        || bwp_get_u32le (part + 4) != len)
        return BWP_ERR_CORRUPT;
    if (digests == NULL || digests->md5 == NULL)
        return BWP_OK;
    digests->md5 (digests->ctx, payload, len, digest);
    return memcmp (digest, part + 8, sizeof digest) == 0 ? BWP_OK : BWP_ERR_CORRUPT;
}

enum bwp_result
bwp_uf2_parse (const uint8_t *data,
               size_t len,
               const struct bwp_digests *digests,
               struct bwp_uf2_block *ret_block)
{
    uint32_t payload_len;
    uint32_t flags;

    if (len < BWP_UF2_BLOCK_BYTES)
        return BWP_ERR_CUT;
    payload_len = bwp_get_u32le (data + 16);
    flags = bwp_get_u32le (data + 8);
    if (!bwp_uf2_is_block (data, len) || bwp_get_u32le (data + OFFSET_END) != MAGIC_END
        || payload_len > BWP_UF2_PAYLOAD_MAX)
        return BWP_ERR_CORRUPT;
    if ((flags & BWP_UF2_MD5_PRESENT) != 0 && check_md5 (data, payload_len, digests) != BWP_OK)
        return BWP_ERR_CORRUPT;
    ret_block->flags = flags;
    ret_block->address = bwp_get_u32le (data + 12);
    ret_block->payload_len = payload_len;
    ret_block->number = bwp_get_u32le (data + 20);
    ret_block->total = bwp_get_u32le (data + 24);
    ret_block->family = (flags & BWP_UF2_FAMILY_PRESENT) != 0 ? bwp_get_u32le (data + 28) : 0;
    ret_block->payload = data + HEADER_BYTES;
    return BWP_OK;
}

static bool
may_write (const struct bwp_uf2_block *block, const struct bwp_digests *digests)
{
    if ((block->flags & BWP_UF2_MD5_PRESENT) == 0)
        return block->payload_len <= BWP_UF2_PAYLOAD_MAX;
    return block->payload_len <= BWP_UF2_PAYLOAD_MD5_MAX && digests != NULL && digests->md5 != NULL;
}

static void
put_md5 (const struct bwp_uf2_block *block, const struct bwp_digests *digests, uint8_t *part)
{
    bwp_put_u32le (part, block->address);
    bwp_put_u32le (part + 4, block->payload_len);
    digests->md5 (digests->ctx, block->payload, block->payload_len, part + 8);
}

enum bwp_result
bwp_uf2_put (const struct bwp_uf2_block *block,
             const struct bwp_digests *digests,
             uint8_t out[BWP_UF2_BLOCK_BYTES])
{
    if (!may_write (block, digests))
        return BWP_ERR_CALLER;
    memset (out, 0, BWP_UF2_BLOCK_BYTES);
    bwp_put_u32le (out, MAGIC_0);
    bwp_put_u32le (out + 4, MAGIC_1);
    bwp_put_u32le (out + 8, block->flags);
    bwp_put_u32le (out + 12, block->address);
    bwp_put_u32le (out + 16, block->payload_len);
    bwp_put_u32le (out + 20, block->number);
    bwp_put_u32le (out + 24, block->total);
    if ((block->flags & BWP_UF2_FAMILY_PRESENT) != 0)
        bwp_put_u32le (out + 28, block->family);
    bwp_put_u32le (out + OFFSET_END, MAGIC_END);
    if (block->payload_len > 0)
        memcpy (out + HEADER_BYTES, block->payload, block->payload_len);
    if ((block->flags & BWP_UF2_MD5_PRESENT) != 0)
        put_md5 (block, digests, out + HEADER_BYTES + block->payload_len);
    return BWP_OK;
}
