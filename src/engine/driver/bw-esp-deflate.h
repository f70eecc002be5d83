/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Contents deflated once and shared: when sixty-four boards get the same firmware, one thread
 * compresses and the others wait for it or find it done. Kept are the most recent results with their
 * contents, together at most %BW_ESP_DEFLATE_CACHE_BYTES.
 * Threads: any; the cache is the only shared state and locks itself. */

#define BW_ESP_DEFLATE_CACHE_BYTES (48u * 1024 * 1024)
/* Granularity at which the expansion of a stream is known. Divides every block size in use. */
#define BW_ESP_DEFLATE_STEP 1024u

/* How hard to try: what is smaller takes longer. On a line up to half a megabaud the bytes saved are
 * worth far more time than finding them costs. */
typedef enum {
    BW_ESP_DEFLATE_QUICK = 6,
    BW_ESP_DEFLATE_SMALL = 10,
} BwEspDeflateEffort;

/**
 * BwEspDeflated:
 * @stream: zlib stream
 * @len: its length
 *
 * Immutable, reference counted.
 */
typedef struct {
    uint8_t *stream;
    size_t len;
    /*< private >*/
    uint32_t *expanded;
    gatomicrefcount refs;
} BwEspDeflated;

/**
 * bw_esp_deflate:
 * @content: bytes, a few megabytes at most; recognised again by their address and length
 * @effort: how hard to try
 * @cancellable: (nullable): looked at before compressing, and while another thread does it
 * @error: cause cancelled
 *
 * Returns: (transfer full) (nullable): the stream, from the cache where it is known
 */
BwEspDeflated *bw_esp_deflate (GBytes *content,
                               BwEspDeflateEffort effort,
                               GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_deflated_measure:
 * @self: a stream
 * @start: first byte of a block in it, multiple of %BW_ESP_DEFLATE_STEP
 * @len: length of the block
 *
 * Returns: to how many bytes that block inflates
 */
uint32_t bw_esp_deflated_measure (const BwEspDeflated *self, size_t start, size_t len);

/**
 * bw_esp_deflated_unref:
 * @self: (nullable) (transfer full): a stream. Any thread.
 */
void bw_esp_deflated_unref (BwEspDeflated *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspDeflated, bw_esp_deflated_unref)

G_END_DECLS
