/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "bw-digests.h"

/* Answers of RFC 1321 and FIPS 180-2. */
static void
test_known_answers (void)
{
    static const uint8_t md5_abc[] = { 0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
                                       0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72 };
    const struct bwp_digests *digests = bw_digests_get ();
    g_autofree char *hex = bw_digests_dup_sha256_hex ((const uint8_t *) "abc", 3);
    uint8_t md5[BWP_MD5_BYTES];
    uint8_t sha[BWP_SHA256_BYTES];

    digests->md5 (digests->ctx, (const uint8_t *) "abc", 3, md5);
    g_assert_cmpmem (md5, sizeof md5, md5_abc, sizeof md5_abc);
    digests->sha256 (digests->ctx, (const uint8_t *) "abc", 3, sha);
    g_assert_cmpuint (sha[0], ==, 0xba);
    g_assert_cmpuint (sha[31], ==, 0xad);
    g_assert_cmpstr (hex, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_nothing_has_a_digest (void)
{
    g_autofree char *hex = bw_digests_dup_sha256_hex (NULL, 0);

    g_assert_cmpstr (hex, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/digests/known-answers", test_known_answers);
    g_test_add_func ("/engine/digests/nothing-has-a-digest", test_nothing_has_a_digest);
    return g_test_run ();
}
