/* SPDX-License-Identifier: Apache-2.0 */
#include "vb-cipher.h"
#include <openssl/evp.h>
#include <stdlib.h>

void
vb_cipher_run (void *user, const uint8_t key[16], enum fw_cipher way, uint8_t *bytes, size_t len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();
    int done = 0;

    /* without its answer nothing this program says is true any more */
    if (ctx == NULL
        || EVP_CipherInit_ex (ctx, EVP_aes_128_ecb (), NULL, key, NULL, way == FW_ENCIPHER) != 1
        || EVP_CIPHER_CTX_set_padding (ctx, 0) != 1
        || EVP_CipherUpdate (ctx, bytes, &done, bytes, (int) len) != 1 || done != (int) len)
        abort ();
    EVP_CIPHER_CTX_free (ctx);
}
