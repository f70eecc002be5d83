/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-digests"

#include "bw-digests.h"

#include <openssl/evp.h>
#include <string.h>

/* The only way these can fail is a host whose policy forbids the algorithm (MD5 under FIPS) or no
 * memory. The wire layer cannot take a failure, so the digest becomes zeros: it matches nothing,
 * and whatever was to be proven stays unproven. */
static void
digest (const EVP_MD *kind, const uint8_t *data, size_t len, uint8_t *out, size_t out_len)
{
    if (EVP_Digest (len > 0 ? data : (const uint8_t *) "", len, out, NULL, kind, NULL) == 1)
        return;
    memset (out, 0, out_len);
    g_warning ("OpenSSL refuses a digest, nothing will verify with it");
}

static void
digest_md5 (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_MD5_BYTES])
{
    digest (EVP_md5 (), data, len, out, BWP_MD5_BYTES);
}

static void
digest_sha256 (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_SHA256_BYTES])
{
    digest (EVP_sha256 (), data, len, out, BWP_SHA256_BYTES);
}

const struct bwp_digests *
bw_digests_get (void)
{
    static const struct bwp_digests digests = {
        .md5 = digest_md5,
        .sha256 = digest_sha256,
    };

    return &digests;
}

char *
bw_digests_dup_sha256_hex (const uint8_t *data, size_t len)
{
    uint8_t sha[BWP_SHA256_BYTES];
    GString *hex = g_string_sized_new (2 * sizeof sha);

    digest_sha256 (NULL, data, len, sha);
    for (size_t i = 0; i < sizeof sha; i++)
        g_string_append_printf (hex, "%02x", sha[i]);
    return g_string_free (hex, FALSE);
}
