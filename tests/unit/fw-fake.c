/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fw-fake.h"
#include "bwp-vectors.h"
#include "vb-chips.h"
#include "vb-cipher.h"
#include <string.h>

#define FLASH_SIZE (4u << 20)
#define SETTLE (20 * FW_MS)

static const uint8_t *
flash_map (void *user)
{
    struct fake *self = user;

    return self->flash;
}

static void
flash_store (void *user, uint32_t address, const uint8_t *in, size_t len)
{
    struct fake *self = user;

    g_assert_cmpuint (address + len, <=, FLASH_SIZE);
    memcpy (self->flash + address, in, len);
}

static uint8_t *
flash_scratch (void *user)
{
    struct fake *self = user;

    return self->scratch;
}

static void
inflate_begin (void *user)
{
    struct fake *self = user;

    if (self->streaming)
        inflateEnd (&self->stream);
    memset (&self->stream, 0, sizeof self->stream);
    self->streaming = inflateInit (&self->stream) == Z_OK;
}

static enum fw_inflate
run_inflate (void *user, const uint8_t *in, size_t *in_len, uint8_t *out, size_t *out_len)
{
    struct fake *self = user;
    int result;

    self->stream.next_in = (Bytef *) in;
    self->stream.avail_in = (uInt) *in_len;
    self->stream.next_out = out;
    self->stream.avail_out = (uInt) *out_len;
    result = inflate (&self->stream, Z_NO_FLUSH);
    *in_len -= self->stream.avail_in;
    *out_len -= self->stream.avail_out;
    if (result == Z_STREAM_END)
        return FW_INFLATE_END;
    return result == Z_OK || result == Z_BUF_ERROR ? FW_INFLATE_MORE : FW_INFLATE_BROKEN;
}

static struct fw_ops ops = {
    .flash_map = flash_map,
    .flash_store = flash_store,
    .flash_scratch = flash_scratch,
    .cipher = vb_cipher_run,
    .inflate_begin = inflate_begin,
    .inflate = run_inflate,
};

static uint64_t
take_output (void *user, uint64_t when, const uint8_t *bytes, size_t len)
{
    struct fake *self = user;

    g_byte_array_append (self->out, bytes, (guint) len);
    self->last_sent = MAX (self->last_sent, when);
    return when;
}

static void
cut_output (void *user, uint64_t when)
{
}

void
fake_renew (struct fake *self, const char *chip, gboolean takes_time)
{
    struct fw_board_output output = { take_output, cut_output, self };
    struct fw_board_config config = { .name = "fake",
                                      .flash_size = FLASH_SIZE,
                                      .takes_time = takes_time };

    config.identity.chip = bwp_esp_chip_by_name (chip);
    g_assert_nonnull (config.identity.chip);
    config.identity.traits = vb_chip_traits (config.identity.chip);
    g_assert_nonnull (config.identity.traits);
    memcpy (config.identity.mac, "\x24\x6f\x28\x00\x00\x01", 6);
    config.identity.revision = config.identity.traits->revision;
    config.identity.crystal_mhz = config.identity.traits->crystal_mhz;
    g_byte_array_set_size (self->out, 0);
    self->now = FW_MS;
    self->last_sent = 0;
    fw_faults_init (&self->faults, 1);
    fw_board_init (&self->board, &config, &ops, self, &self->faults, &output);
}

struct fake *
fake_new (const char *chip, gboolean takes_time)
{
    struct fake *self = g_new0 (struct fake, 1);

    ops.digests = *vectors_digests ();
    self->flash = g_malloc (FLASH_SIZE);
    memset (self->flash, 0xff, FLASH_SIZE);
    self->scratch = g_malloc (FLASH_SIZE);
    self->out = g_byte_array_new ();
    fake_renew (self, chip, takes_time);
    return self;
}

void
fake_free (struct fake *self)
{
    if (self == NULL)
        return;
    if (self->streaming)
        inflateEnd (&self->stream);
    g_byte_array_unref (self->out);
    g_free (self->flash);
    g_free (self->scratch);
    g_free (self);
}

void
fake_wait (struct fake *self, guint64 time)
{
    guint64 until = self->now + time;

    while (fw_board_next (&self->board) <= until) {
        self->now = MAX (self->now, fw_board_next (&self->board));
        fw_board_step (&self->board, self->now);
    }
    self->now = until;
}

void
fake_start (struct fake *self, gboolean download)
{
    self->board.config.download = download;
    fw_board_power (&self->board, self->now, true);
    fake_wait (self, SETTLE);
    g_byte_array_set_size (self->out, 0);
}

void
fake_send (struct fake *self, const guint8 *payload, gsize len)
{
    g_autofree guint8 *wire = g_malloc (BWP_SLIP_WORST (len));
    size_t wire_len = 0;

    g_assert_cmpint (bwp_slip_encode (payload, len, NULL, 0, wire, BWP_SLIP_WORST (len), &wire_len),
                     ==, BWP_OK);
    fw_board_receive (&self->board, self->now, wire, wire_len);
}

void
fake_request (struct fake *self, const struct bwp_esp_packet *packet)
{
    g_autoptr (GByteArray) payload = g_byte_array_new ();

    g_byte_array_append (payload, packet->head, (guint) packet->head_len);
    if (packet->body_len > 0)
        g_byte_array_append (payload, packet->body, (guint) packet->body_len);
    fake_send (self, payload->data, payload->len);
}

GByteArray *
fake_frame (struct fake *self)
{
    guint8 buf[BWP_ESP_FRAME_MAX];
    struct bwp_slip_decoder decoder;
    size_t used = 0, len = 0, skipped = 0;
    GByteArray *frame;

    bwp_slip_decoder_init (&decoder, buf, sizeof buf);
    if (self->out->len == 0
        || bwp_slip_push (&decoder, self->out->data, self->out->len, &used, &len, &skipped)
               != BWP_OK)
        return NULL;
    g_byte_array_remove_range (self->out, 0, (guint) used);
    frame = g_byte_array_new ();
    g_byte_array_append (frame, buf, (guint) len);
    return frame;
}

char *
fake_text (struct fake *self)
{
    char *text = g_strndup ((const char *) self->out->data, self->out->len);

    g_byte_array_set_size (self->out, 0);
    return text;
}

void
fake_expect (struct fake *self, enum bwp_esp_peer peer, guint8 op, guint16 status)
{
    g_autoptr (GByteArray) frame = fake_frame (self);
    gsize tail = bwp_esp_status_bytes (peer);
    const guint8 *end;

    g_assert_nonnull (frame);
    g_assert_cmpuint (frame->len, >=, BWP_ESP_HEADER_BYTES + tail);
    end = frame->data + frame->len - tail;
    g_assert_cmphex (frame->data[0], ==, 0x01);
    g_assert_cmphex (frame->data[1], ==, op);
    if (status == 0)
        g_assert_cmphex (end[0], ==, 0);
    else
        g_assert_cmphex (end[0] << 8 | end[1], ==, status);
}

void
fake_sync (struct fake *self, guint copies)
{
    enum bwp_esp_peer peer = self->board.state == FW_STATE_STUB ? BWP_ESP_PEER_STUB
                             : fw_board_is_8266 (&self->board)  ? BWP_ESP_PEER_ROM_8266
                                                                : BWP_ESP_PEER_ROM;
    struct bwp_esp_packet packet;

    bwp_esp_build_sync (&packet);
    fake_request (self, &packet);
    for (guint i = 0; i < copies; i++)
        fake_expect (self, peer, BWP_ESP_SYNC, 0);
    g_assert_cmpuint (self->out->len, ==, 0);
}

void
fake_attach (struct fake *self)
{
    struct bwp_esp_begin none = { .block_size = 0x400 };
    struct bwp_esp_packet packet;

    if (fw_board_is_8266 (&self->board))
        bwp_esp_build_begin (&packet, BWP_ESP_FLASH_BEGIN, &none);
    else
        bwp_esp_build_spi_attach (&packet, 0, BWP_ESP_PEER_ROM);
    fake_request (self, &packet);
    if (fw_board_is_8266 (&self->board))
        fake_expect (self, BWP_ESP_PEER_ROM_8266, BWP_ESP_FLASH_BEGIN, 0);
    else
        fake_expect (self, BWP_ESP_PEER_ROM, BWP_ESP_SPI_ATTACH, 0);
}

void
fake_upload_stub (struct fake *self, enum fw_generation generation)
{
    struct bwp_esp_packet packet;
    g_autoptr (GByteArray) hello = NULL;

    self->board.config.generation = generation;
    bwp_esp_build_mem_end (&packet, 0x40080000);
    fake_request (self, &packet);
    fake_expect (self, fw_board_is_8266 (&self->board) ? BWP_ESP_PEER_ROM_8266 : BWP_ESP_PEER_ROM,
                 BWP_ESP_MEM_END, 0);
    hello = fake_frame (self);
    g_assert_cmpmem (hello->data, hello->len, "OHAI", 4);
    g_assert_cmpint (self->board.state, ==, FW_STATE_STUB);
    fake_wait (self, SETTLE);
}
