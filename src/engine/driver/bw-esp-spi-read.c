/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-spi-read"
#include "config.h"

#include "bw-esp-spi-read.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-esp-mask.h"
#include "bwp-bytes.h"
#include "bwp-esp-spi.h"

/* A ROM answers at once, but not through every network, nor on every busy machine. */
#define TIMEOUT_MS 1500
/* Stands in the first word while the flash is read. A flash that holds just this is asked again with
 * the opposite. Neither has a byte that would have to be escaped. */
#define MARK 0x5ca1ab1eu
#define SETUP_PACKETS (BWP_ESP_SPI_PLAN_MAX / BWP_ESP_WRITE_REG_MAX)
/* On the line: one WRITE_REG with three groups and sixteen READ_REG for each 64 bytes. The answers
 * are shorter and come meanwhile. */
#define WIRE_BYTES (58u + BWP_ESP_SPI_RX_MAX / 4 * 14)

static size_t
count_words (uint32_t bytes)
{
    return (bytes + 3) / 4;
}

static size_t
count_requests (const BwEspPeek *peeks, size_t n)
{
    size_t count = 2 * SETUP_PACKETS;

    for (size_t i = 0; i < n; i++)
        count += count_words (peeks[i].size + 3) + peeks[i].size / BWP_ESP_SPI_RX_MAX + 1;
    return count;
}

/* Returns the packets it took. */
static size_t
add_writes (BwEspExchange *list, const struct bwp_esp_reg_write *writes, size_t n)
{
    size_t count = 0;

    for (size_t at = 0; at < n; at += BWP_ESP_WRITE_REG_MAX, count++) {
        if (bwp_esp_build_write_reg (&list[count].packet, writes + at,
                                     MIN (n - at, BWP_ESP_WRITE_REG_MAX))
            != BWP_OK)
            g_critical ("WRITE_REG with %zu groups", n);
    }
    return count;
}

static size_t
add_setup (const BwEspSession *self, BwEspExchange *list)
{
    struct bwp_esp_reg_write writes[BWP_ESP_SPI_PLAN_MAX];
    size_t n = 0;

    if (bwp_esp_spi_read_setup (self->chip, BWP_ESP_SPI_RX_MAX, writes, &n) != BWP_OK)
        g_critical ("no plan for reading the flash");
    return add_writes (list, writes, n);
}

static size_t
add_way_back (const BwEspSession *self, BwEspExchange *list)
{
    const struct bwp_esp_reg_write writes[] = {
        { bwp_esp_spi_address (self->chip, BWP_ESP_SPI_USR), self->spi_usr, UINT32_MAX, 0 },
        { bwp_esp_spi_address (self->chip, BWP_ESP_SPI_USR2), self->spi_usr2, UINT32_MAX, 0 },
    };

    return add_writes (list, writes, G_N_ELEMENTS (writes));
}

static size_t
add_chunk (const BwEspSession *self,
           BwEspExchange *list,
           uint32_t offset,
           uint32_t size,
           uint32_t mark)
{
    struct bwp_esp_reg_write start[BWP_ESP_SPI_READ_START];
    uint32_t w0 = bwp_esp_spi_address (self->chip, BWP_ESP_SPI_W0);
    size_t count;

    bwp_esp_spi_read_start (self->chip, offset, mark, start);
    count = add_writes (list, start, G_N_ELEMENTS (start));
    for (size_t i = 0; i < count_words (size); i++)
        bwp_esp_build_read_reg (&list[count++].packet, w0 + 4 * (uint32_t) i);
    return count;
}

static void
take_chunk (const BwEspExchange *words, uint32_t size, uint8_t *ret_bytes)
{
    for (uint32_t at = 0; at < size; at += 4) {
        uint8_t word[4];

        bwp_put_u32le (word, words[at / 4].value);
        memcpy (ret_bytes + at, word, MIN (size - at, sizeof word));
    }
}

/* A command that was not done leaves what stood in the words before. */
static gboolean
check_mark (BwEspSession *self, uint32_t offset, uint32_t size, GError **error)
{
    BwEspExchange list[2 * SETUP_PACKETS + 1 + BWP_ESP_SPI_RX_MAX / 4] = { 0 };
    size_t before = add_setup (self, list);
    size_t n = before + add_chunk (self, list + before, offset, size, ~MARK);

    n += add_way_back (self, list + n);
    if (!bw_esp_link_stream (self->link, list, n, TIMEOUT_MS, error))
        return FALSE;
    if (list[before + 1].value == MARK)
        return TRUE;
    bw_set_error (error, BW_CAUSE_GARBAGE, _ ("the flash at 0x%x was not read"), offset);
    return FALSE;
}

static gboolean
take_peek (BwEspSession *self, const BwEspExchange **next, const BwEspPeek *peek, GError **error)
{
    for (uint32_t at = 0; at < peek->size; at += BWP_ESP_SPI_RX_MAX) {
        uint32_t size = MIN (peek->size - at, BWP_ESP_SPI_RX_MAX);

        ++*next; /* the answer to what started it */
        if ((*next)->value == MARK && !check_mark (self, peek->offset + at, size, error))
            return FALSE;
        take_chunk (*next, size, peek->bytes + at);
        *next += count_words (size);
    }
    return TRUE;
}

/* The word @at bytes into a peek, of which the end may look at a part only. */
static BwEspMaskWord
make_word (const BwEspPeek *peek, uint32_t at, gboolean is_reading)
{
    uint32_t len = MIN (peek->size - at, sizeof (uint32_t));
    uint8_t expected[sizeof (uint32_t)] = { 0 };

    if (peek->expected == NULL)
        return (BwEspMaskWord){ .known = UINT32_MAX, .is_content = is_reading };
    memcpy (expected, peek->expected + at, len);
    return (BwEspMaskWord){ .expected = bwp_get_u32le (expected),
                            .known = UINT32_MAX >> (32 - 8 * len) };
}

/* What the replies to all requests bring. */
static GArray *
list_words (const BwEspSession *self,
            const BwEspExchange *list,
            size_t count,
            const BwEspPeek *peek)
{
    GArray *words = g_array_new (FALSE, FALSE, sizeof (BwEspMaskWord));
    gboolean is_reading = bw_esp_mask_is_reading (self->mask);
    uint32_t at = 0;

    for (size_t i = 0; i < count; i++) {
        gboolean is_written = list[i].packet.head[1] == BWP_ESP_WRITE_REG;
        BwEspMaskWord word = { .is_written = TRUE };

        if (!is_written) {
            word = make_word (peek, at, is_reading);
            at += sizeof (uint32_t);
        }
        g_array_append_val (words, word);
        if (!is_written && at >= peek->size) {
            peek++;
            at = 0;
        }
    }
    return words;
}

gboolean
bw_esp_spi_read (BwEspSession *self, const BwEspPeek *peeks, size_t n, GError **error)
{
    g_autofree BwEspExchange *list = g_new0 (BwEspExchange, count_requests (peeks, n));
    size_t before = add_setup (self, list);
    size_t count = before;
    const BwEspExchange *next = list + before;
    gboolean is_read;

    for (size_t i = 0; i < n; i++) {
        for (uint32_t at = 0; at < peeks[i].size; at += BWP_ESP_SPI_RX_MAX)
            count += add_chunk (self, list + count, peeks[i].offset + at,
                                MIN (peeks[i].size - at, BWP_ESP_SPI_RX_MAX), MARK);
    }
    count += add_way_back (self, list + count);
    bw_esp_mask_begin_words (self->mask, list_words (self, list, count, peeks), MARK);
    is_read = bw_esp_link_stream (self->link, list, count, TIMEOUT_MS, error);
    bw_esp_mask_end (self->mask);
    if (!is_read)
        return FALSE;
    for (size_t i = 0; i < n; i++) {
        if (!take_peek (self, &next, &peeks[i], error))
            return FALSE;
    }
    return TRUE;
}

uint64_t
bw_esp_spi_read_us (const BwEspSession *self, uint64_t bytes)
{
    unsigned baud = bw_port_has_baud (self->port) ? bw_port_get_baud (self->port) : 0;
    uint64_t wire = (bytes + BWP_ESP_SPI_RX_MAX - 1) / BWP_ESP_SPI_RX_MAX * WIRE_BYTES;

    return wire * 10 * G_USEC_PER_SEC / (baud > 0 ? baud : BW_ESP_CONNECT_BAUD);
}
