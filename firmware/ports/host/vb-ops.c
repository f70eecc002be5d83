/* SPDX-License-Identifier: Apache-2.0 */
#include "vb-ops.h"
#include "vb-cipher.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t *
flash_map (void *user)
{
    const struct vb_ops *self = user;

    return self->flash->bytes;
}

static void
flash_store (void *user, uint32_t address, const uint8_t *in, size_t len)
{
    struct vb_ops *self = user;

    memcpy (self->flash->bytes + address, in, len);
}

static uint8_t *
flash_scratch (void *user)
{
    struct vb_ops *self = user;

    if (self->scratch == NULL)
        self->scratch = malloc (self->flash->size);
    if (self->scratch == NULL)
        abort ();
    return self->scratch;
}

static void
begin_inflate (void *user)
{
    struct vb_ops *self = user;

    if (self->inflating)
        (void) inflateReset (&self->inflate);
    else
        self->inflating = inflateInit (&self->inflate) == Z_OK;
}

static enum fw_inflate
run_inflate (void *user, const uint8_t *in, size_t *in_len, uint8_t *out, size_t *out_len)
{
    struct vb_ops *self = user;
    int result;

    self->inflate.next_in = (Bytef *) (uintptr_t) in;
    self->inflate.avail_in = (uInt) *in_len;
    self->inflate.next_out = out;
    self->inflate.avail_out = (uInt) *out_len;
    result = self->inflating ? inflate (&self->inflate, Z_NO_FLUSH) : Z_STREAM_ERROR;
    *in_len -= self->inflate.avail_in;
    *out_len -= self->inflate.avail_out;
    if (result == Z_STREAM_END)
        return FW_INFLATE_END;
    return result == Z_OK || result == Z_BUF_ERROR ? FW_INFLATE_MORE : FW_INFLATE_BROKEN;
}

static void
digest (const EVP_MD *kind, const uint8_t *data, size_t len, uint8_t *out)
{
    /* without its answer nothing this program says is true any more */
    if (EVP_Digest (data, len, out, NULL, kind, NULL) != 1)
        abort ();
}

static void
digest_md5 (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_MD5_BYTES])
{
    digest (EVP_md5 (), data, len, out);
}

static void
digest_sha256 (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_SHA256_BYTES])
{
    digest (EVP_sha256 (), data, len, out);
}

static void
log_line (void *user, const char *text)
{
    const struct vb_ops *self = user;

    if (self->verbose)
        fprintf (stderr, "%s: %s\n", self->name, text);
}

const struct fw_ops vb_ops_table = {
    .flash_map = flash_map,
    .flash_store = flash_store,
    .flash_scratch = flash_scratch,
    .cipher = vb_cipher_run,
    .inflate_begin = begin_inflate,
    .inflate = run_inflate,
    .digests = { .md5 = digest_md5, .sha256 = digest_sha256 },
    .log = log_line,
};

void
vb_ops_clear (struct vb_ops *self)
{
    if (self->inflating)
        (void) inflateEnd (&self->inflate);
    self->inflating = false;
    free (self->scratch);
    self->scratch = NULL;
}
