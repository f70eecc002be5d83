/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-esp-command.h"
#include "bwp-vectors.h"
#include <string.h>

static void
expect_packet (const struct bwp_esp_packet *packet, const GByteArray *frame)
{
    g_autoptr (GByteArray) built = g_byte_array_new ();

    g_byte_array_append (built, packet->head, (guint) packet->head_len);
    if (packet->body_len > 0)
        g_byte_array_append (built, packet->body, (guint) packet->body_len);
    g_assert_cmpmem (built->data, built->len, frame->data, frame->len);
}

static enum bwp_result
rebuild_begin (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    struct bwp_esp_begin begin;
    enum bwp_result result = bwp_esp_parse_begin (request, &begin);

    if (result == BWP_OK)
        bwp_esp_build_begin (packet, request->op, &begin);
    return result;
}

static enum bwp_result
rebuild_data (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    struct bwp_esp_block block;
    enum bwp_result result = bwp_esp_parse_data (request, &block);

    if (result == BWP_OK)
        g_assert_cmpint (bwp_esp_build_data (packet, request->op, block.sequence, block.data,
                                             block.data_len),
                         ==, BWP_OK);
    return result;
}

static enum bwp_result
rebuild_write_reg (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    struct bwp_esp_reg_write writes[BWP_ESP_WRITE_REG_MAX];
    enum bwp_result result = BWP_OK;
    size_t count = 0;

    while (count < BWP_ESP_WRITE_REG_MAX && result == BWP_OK) {
        result = bwp_esp_parse_write_reg (request, count, &writes[count]);
        if (result == BWP_OK)
            count++;
    }
    if (count == 0)
        return result;
    g_assert_cmpint (result, ==, BWP_ERR_ABSENT);
    return bwp_esp_build_write_reg (packet, writes, count);
}

static enum bwp_result
rebuild_region (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    struct bwp_esp_region region;
    enum bwp_result result = bwp_esp_parse_region (request, &region);

    if (result != BWP_OK)
        return result;
    if (request->op == BWP_ESP_FLASH_MD5)
        bwp_esp_build_flash_md5 (packet, region.offset, region.size);
    else if (request->op == BWP_ESP_ERASE_REGION)
        bwp_esp_build_erase_region (packet, region.offset, region.size);
    else
        bwp_esp_build_read_flash_slow (packet, region.offset, region.size);
    return BWP_OK;
}

static enum bwp_result
rebuild_params (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    struct bwp_esp_spi_params params;
    enum bwp_result result = bwp_esp_parse_spi_set_params (request, &params);

    if (result != BWP_OK)
        return result;
    g_assert_cmphex (params.sector_bytes, ==, 0x1000);
    bwp_esp_build_spi_set_params (packet, params.total_bytes);
    return BWP_OK;
}

static enum bwp_result
rebuild_others (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    struct bwp_esp_mem_end mem_end;
    struct bwp_esp_attach attach;
    struct bwp_esp_baud_change change;
    struct bwp_esp_read_flash read;
    enum bwp_esp_after after;
    uint32_t address = 0;
    enum bwp_result result = BWP_OK;

    switch (request->op) {
    case BWP_ESP_SYNC:
        result = bwp_esp_parse_sync (request);
        bwp_esp_build_sync (packet);
        return result;
    case BWP_ESP_READ_REG:
        result = bwp_esp_parse_read_reg (request, &address);
        bwp_esp_build_read_reg (packet, address);
        return result;
    case BWP_ESP_MEM_END:
        result = bwp_esp_parse_mem_end (request, &mem_end);
        if (result == BWP_OK)
            bwp_esp_build_mem_end (packet, mem_end.has_entry ? mem_end.entry : 0);
        return result;
    case BWP_ESP_SPI_ATTACH:
        result = bwp_esp_parse_spi_attach (request, &attach);
        if (result == BWP_OK)
            bwp_esp_build_spi_attach (packet, attach.pins,
                                      attach.has_padding ? BWP_ESP_PEER_ROM : BWP_ESP_PEER_STUB);
        return result;
    case BWP_ESP_CHANGE_BAUDRATE:
        result = bwp_esp_parse_change_baud (request, &change);
        if (result == BWP_OK)
            bwp_esp_build_change_baud (packet, change.new_baud, change.old_baud);
        return result;
    case BWP_ESP_READ_FLASH:
        result = bwp_esp_parse_read_flash (request, &read);
        if (result == BWP_OK)
            bwp_esp_build_read_flash (packet, &read);
        return result;
    case BWP_ESP_FLASH_END:
    case BWP_ESP_FLASH_DEFL_END:
        result = bwp_esp_parse_end (request, &after);
        if (result == BWP_OK)
            bwp_esp_build_end (packet, request->op, after);
        return result;
    default:
        bwp_esp_build_plain (packet, request->op);
        return request->data_len == 0 ? BWP_OK : BWP_ERR_SURPLUS;
    }
}

static enum bwp_result
rebuild (const struct bwp_esp_request *request, struct bwp_esp_packet *packet)
{
    switch (request->op) {
    case BWP_ESP_FLASH_BEGIN:
    case BWP_ESP_FLASH_DEFL_BEGIN:
    case BWP_ESP_MEM_BEGIN:
        return rebuild_begin (request, packet);
    case BWP_ESP_FLASH_DATA:
    case BWP_ESP_FLASH_DEFL_DATA:
    case BWP_ESP_MEM_DATA:
        return rebuild_data (request, packet);
    case BWP_ESP_WRITE_REG:
        return rebuild_write_reg (request, packet);
    case BWP_ESP_READ_FLASH_SLOW:
    case BWP_ESP_ERASE_REGION:
    case BWP_ESP_FLASH_MD5:
        return rebuild_region (request, packet);
    case BWP_ESP_SPI_SET_PARAMS:
        return rebuild_params (request, packet);
    default:
        return rebuild_others (request, packet);
    }
}

/* A payload cut short with a header that agrees: only a shorter legal form may pass. */
static void
check_short_payloads (const GByteArray *frame)
{
    for (guint len = BWP_ESP_HEADER_BYTES; len < frame->len; len++) {
        g_autofree guint8 *copy = g_memdup2 (frame->data, len);
        struct bwp_esp_request request;
        struct bwp_esp_packet packet;
        guint payload = len - BWP_ESP_HEADER_BYTES;
        gboolean legal = FALSE;

        bwp_put_u16le (copy + 2, (uint16_t) payload);
        g_assert_cmpint (bwp_esp_parse_request (copy, len, &request), ==, BWP_OK);
        legal = (request.op == BWP_ESP_WRITE_REG && payload % 16 == 0 && payload > 0)
                || (request.op == BWP_ESP_SPI_ATTACH && payload == 4)
                || ((request.op == BWP_ESP_FLASH_BEGIN || request.op == BWP_ESP_FLASH_DEFL_BEGIN)
                    && payload == 16);
        g_assert_cmpint (rebuild (&request, &packet), ==, legal ? BWP_OK : BWP_ERR_CUT);
    }
}

static void
check_request (const GByteArray *frame)
{
    struct bwp_esp_request request;
    struct bwp_esp_packet packet;
    g_autofree guint8 *longer = g_malloc0 (frame->len + 1);

    if (frame->len == 4) { /* an acknowledgement of READ_FLASH, not a request */
        g_assert_cmpint (bwp_esp_parse_request (frame->data, frame->len, &request), ==,
                         BWP_ERR_CUT);
        return;
    }
    g_assert_cmpint (bwp_esp_parse_request (frame->data, frame->len, &request), ==, BWP_OK);
    g_assert_cmpint (rebuild (&request, &packet), ==, BWP_OK);
    expect_packet (&packet, frame);
    for (guint len = 0; len < frame->len; len++) {
        g_autofree guint8 *copy = g_memdup2 (frame->data, len);

        g_assert_cmpint (bwp_esp_parse_request (copy, len, &request), ==, BWP_ERR_CUT);
    }
    memcpy (longer, frame->data, frame->len);
    g_assert_cmpint (bwp_esp_parse_request (longer, frame->len + 1, &request), ==, BWP_ERR_SURPLUS);
    if (frame->len < 600)
        check_short_payloads (frame);
}

static void
for_each_frame (char direction, void (*check) (const GByteArray *frame))
{
    g_autoptr (GPtrArray) paths = vectors_transcripts ();
    guint count = 0;

    for (guint i = 0; i < paths->len; i++) {
        g_auto (GStrv) lines = vectors_lines (paths->pdata[i]);

        for (guint k = 0; lines[k] != NULL; k++) {
            g_autoptr (GByteArray) frame = NULL;

            if (lines[k][0] != direction)
                continue;
            frame = vectors_frame (lines[k]);
            check (frame);
            count++;
        }
    }
    g_assert_cmpuint (count, >, 80);
}

static void
test_requests (void)
{
    for_each_frame ('>', check_request);
}

static gboolean
is_reply (const GByteArray *frame)
{
    return frame->len >= BWP_ESP_HEADER_BYTES + 2 && frame->data[0] == 1
           && bwp_get_u16le (frame->data + 2) == frame->len - BWP_ESP_HEADER_BYTES;
}

static void
check_reply (const GByteArray *frame)
{
    struct bwp_esp_reply reply = { 0 };
    g_autofree guint8 *longer = g_malloc0 (frame->len + 1);
    enum bwp_result result = BWP_OK;

    if (!is_reply (frame)) {
        g_assert_true (frame->len == 16 || frame->len >= 0x800
                       || bwp_esp_is_greeting (frame->data, frame->len));
        return;
    }
    result = bwp_esp_parse_reply (frame->data, frame->len, 0, &reply);
    g_assert_true (result == BWP_OK || result == BWP_ERR_PEER);
    g_assert_cmpint (reply.op, ==, frame->data[1]);
    g_assert_cmpint (reply.status != 0, ==, result == BWP_ERR_PEER);
    for (guint len = 0; len < frame->len; len++) {
        g_autofree guint8 *copy = g_memdup2 (frame->data, len);

        g_assert_cmpint (bwp_esp_parse_reply (copy, len, 0, &reply), ==, BWP_ERR_CUT);
        g_assert_false (bwp_esp_is_unsupported (copy, len));
    }
    memcpy (longer, frame->data, frame->len);
    g_assert_cmpint (bwp_esp_parse_reply (longer, frame->len + 1, 0, &reply), ==, BWP_ERR_SURPLUS);
}

static void
test_replies (void)
{
    for_each_frame ('<', check_reply);
}

static GByteArray *
frame_of (const char *path, char direction, guint nth)
{
    g_auto (GStrv) lines = vectors_lines (path);

    for (guint i = 0; lines[i] != NULL; i++)
        if (lines[i][0] == direction && nth-- == 0)
            return vectors_frame (lines[i]);
    g_assert_not_reached ();
}

static void
test_whose_reply (void)
{
    static const guint8 reply[] = { 1, BWP_ESP_READ_REG, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    static const guint8 request[] = { 0, BWP_ESP_READ_REG, 0, 0, 0, 0, 0, 0 };

    g_assert_true (bwp_esp_is_reply (reply, sizeof reply));
    g_assert_true (bwp_esp_is_reply_to (reply, sizeof reply, BWP_ESP_READ_REG));
    g_assert_false (bwp_esp_is_reply_to (reply, sizeof reply, BWP_ESP_WRITE_REG));
    g_assert_true (bwp_esp_is_reply_to (reply, BWP_ESP_HEADER_BYTES, BWP_ESP_READ_REG));
    g_assert_false (bwp_esp_is_reply_to (reply, BWP_ESP_HEADER_BYTES - 1, BWP_ESP_READ_REG));
    g_assert_false (bwp_esp_is_reply (reply, 0));
    g_assert_false (bwp_esp_is_reply (request, sizeof request));
    g_assert_false (bwp_esp_is_reply_to (request, sizeof request, BWP_ESP_READ_REG));
}

static void
test_status_decides (void)
{
    g_autoptr (GByteArray) unsupported = frame_of ("serial/unsupported_command_rom.txt", '<', 0);
    g_autoptr (GByteArray) checksum = frame_of ("serial/flash_data_retry.txt", '<', 0);
    g_autoptr (GByteArray) stale = vectors_unhex ("010304000000000000050102");
    g_autoptr (GByteArray) stub = vectors_unhex ("0103020000000000c100");
    struct bwp_esp_reply reply;

    g_assert_true (bwp_esp_is_unsupported (unsupported->data, unsupported->len));
    g_assert_false (bwp_esp_is_unsupported (checksum->data, checksum->len));
    g_assert_cmpint (bwp_esp_parse_reply (checksum->data, checksum->len, 0, &reply), ==,
                     BWP_ERR_PEER);
    g_assert_cmphex (reply.status, ==, 0x0107);
    g_assert_true (bwp_esp_status_is_line_noise (reply.status));
    g_assert_cmpstr (bwp_esp_status_text (reply.status), ==, "checksum wrong");
    /* a stale second byte is no error */
    g_assert_cmpint (bwp_esp_parse_reply (stale->data, stale->len, 0, &reply), ==, BWP_OK);
    g_assert_cmphex (reply.status, ==, 0);
    g_assert_false (bwp_esp_is_unsupported (stale->data, stale->len));
    g_assert_cmpint (bwp_esp_parse_reply (stub->data, stub->len, 0, &reply), ==, BWP_ERR_PEER);
    g_assert_cmphex (reply.status, ==, 0xc100);
    g_assert_true (bwp_esp_status_is_line_noise (0xc100));
    g_assert_false (bwp_esp_status_is_about_board (0xc100));
    g_assert_false (bwp_esp_status_is_about_board (0xc900));
    g_assert_false (bwp_esp_status_is_about_board (0x0107));
    g_assert_true (bwp_esp_status_is_about_board (0xc400));
    g_assert_true (bwp_esp_status_is_about_board (0x0106));
    /* codes that no loader gives */
    g_assert_true (bwp_esp_status_is_line_noise (0x1000));
    g_assert_true (bwp_esp_status_is_line_noise (0x0208));
    g_assert_false (bwp_esp_status_is_about_board (0x0208));
    g_assert_cmpstr (bwp_esp_status_text (0x0208), ==, "unknown error");
    g_assert_false (bwp_esp_status_is_line_noise (0x0105));
    g_assert_false (bwp_esp_status_is_line_noise (0xd300));
    /* an error where data was expected */
    g_assert_cmpint (bwp_esp_parse_reply (stub->data, stub->len, 16, &reply), ==, BWP_ERR_PEER);
    g_assert_cmpuint (reply.data_len, ==, 0);
    g_assert_cmpint (bwp_esp_parse_reply (stale->data, stale->len, 16, &reply), ==, BWP_ERR_CUT);
}

static void
test_register_value (void)
{
    g_autoptr (GByteArray) frame = frame_of ("serial/read_reg_rom.txt", '<', 0);
    struct bwp_esp_reply reply;

    g_assert_cmpint (bwp_esp_parse_reply (frame->data, frame->len, 0, &reply), ==, BWP_OK);
    g_assert_cmphex (reply.value, ==, 0x00f01d83);
}

static void
check_security_cuts (const GByteArray *frame)
{
    struct bwp_esp_security_info info;

    for (guint len = 0; len < frame->len; len++) {
        g_autofree guint8 *copy = g_memdup2 (frame->data, len);

        g_assert_cmpint (bwp_esp_parse_security_reply (copy, len, &info, NULL), ==, BWP_ERR_CUT);
        if (len < BWP_ESP_HEADER_BYTES)
            continue;
        bwp_put_u16le (copy + 2, (uint16_t) (len - BWP_ESP_HEADER_BYTES));
        (void) bwp_esp_parse_security_reply (copy, len, &info, NULL);
    }
}

static void
test_security_info (void)
{
    g_autoptr (GByteArray) s3 = frame_of ("serial/security_info_s3.txt", '<', 0);
    g_autoptr (GByteArray) c3 = frame_of ("serial/security_info_c3_sdm.txt", '<', 0);
    g_autoptr (GByteArray) s2 = frame_of ("serial/security_info_s2.txt", '<', 0);
    g_autoptr (GByteArray) refused = frame_of ("serial/unsupported_command_rom.txt", '<', 0);
    struct bwp_esp_security_info info;
    uint16_t status = 1;
    uint8_t data[BWP_ESP_SECURITY_INFO_BYTES];

    g_assert_cmpint (bwp_esp_parse_security_reply (s3->data, s3->len, &info, &status), ==, BWP_OK);
    g_assert_true (info.has_chip_id);
    g_assert_cmpuint (info.chip_id, ==, 9);
    g_assert_cmpuint (info.api_version, ==, 100);
    g_assert_cmpuint (status, ==, 0);
    g_assert_cmpint (bwp_esp_parse_security_reply (c3->data, c3->len, &info, NULL), ==, BWP_OK);
    g_assert_cmphex (info.flags, ==, BWP_ESP_SECURE_BOOT | BWP_ESP_SECURE_DOWNLOAD);
    g_assert_cmpuint (info.crypt_count, ==, 7);
    g_assert_cmpuint (info.key_purposes[0], ==, 9);
    g_assert_cmpuint (info.chip_id, ==, 5);
    g_assert_cmpuint (bwp_esp_put_security_info (&info, data), ==, sizeof data);
    g_assert_cmpmem (data, sizeof data, c3->data + BWP_ESP_HEADER_BYTES, sizeof data);
    g_assert_cmpint (bwp_esp_parse_security_reply (s2->data, s2->len, &info, NULL), ==, BWP_OK);
    g_assert_false (info.has_chip_id);
    g_assert_cmpuint (bwp_esp_put_security_info (&info, data), ==, 12);
    g_assert_cmpint (bwp_esp_parse_security_reply (refused->data, refused->len, &info, &status), ==,
                     BWP_ERR_PEER);
    g_assert_cmphex (status, ==, 0x0105);
    check_security_cuts (s3);
    check_security_cuts (s2);
    /* a stub gives the same with two status bytes */
    g_byte_array_set_size (s3, BWP_ESP_HEADER_BYTES + BWP_ESP_SECURITY_INFO_BYTES + 2);
    bwp_put_u16le (s3->data + 2, BWP_ESP_SECURITY_INFO_BYTES + 2);
    g_assert_cmpint (bwp_esp_parse_security_reply (s3->data, s3->len, &info, NULL), ==, BWP_OK);
    g_assert_true (info.has_chip_id);
    g_assert_cmpuint (info.chip_id, ==, 9);
}

static void
test_md5 (void)
{
    g_autoptr (GByteArray) rom = frame_of ("serial/defl_rom_esp32.txt", '<', 2);
    g_autoptr (GByteArray) stub = frame_of ("serial/defl_stub.txt", '<', 3);
    uint8_t from_rom[16] = { 0 };
    uint8_t from_stub[16] = { 0 };
    uint8_t hex[32];

    g_assert_cmpint (bwp_esp_parse_md5_reply (rom->data, rom->len, from_rom, NULL), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_parse_md5_reply (stub->data, stub->len, from_stub, NULL), ==, BWP_OK);
    g_assert_cmpmem (from_rom, 16, from_stub, 16);
    bwp_esp_put_md5_hex (from_rom, hex);
    g_assert_cmpmem (hex, 32, rom->data + BWP_ESP_HEADER_BYTES, 32);
    rom->data[BWP_ESP_HEADER_BYTES + 3] = 'x';
    g_assert_cmpint (bwp_esp_parse_md5_reply (rom->data, rom->len, from_rom, NULL), ==,
                     BWP_ERR_CORRUPT);
    for (guint len = 0; len < stub->len; len++) {
        g_autofree guint8 *copy = g_memdup2 (stub->data, len);

        g_assert_cmpint (bwp_esp_parse_md5_reply (copy, len, from_stub, NULL), ==, BWP_ERR_CUT);
    }
}

static void
test_build_reply (void)
{
    g_autoptr (GByteArray) rom = frame_of ("serial/defl_rom_esp32.txt", '<', 2);
    g_autoptr (GByteArray) stub = frame_of ("serial/defl_stub.txt", '<', 3);
    struct bwp_esp_reply reply;
    uint8_t out[BWP_ESP_REPLY_MAX];
    size_t len = 0;

    g_assert_cmpint (bwp_esp_parse_reply (rom->data, rom->len, 32, &reply), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_build_reply (&reply, BWP_ESP_PEER_ROM, out, sizeof out, &len), ==,
                     BWP_OK);
    g_assert_cmpmem (out, len, rom->data, rom->len);
    g_assert_cmpint (bwp_esp_parse_reply (stub->data, stub->len, 16, &reply), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_build_reply (&reply, BWP_ESP_PEER_STUB, out, sizeof out, &len), ==,
                     BWP_OK);
    g_assert_cmpmem (out, len, stub->data, stub->len);
    for (size_t capacity = 0; capacity < stub->len; capacity++)
        g_assert_cmpint (bwp_esp_build_reply (&reply, BWP_ESP_PEER_STUB, out, capacity, &len), ==,
                         BWP_ERR_SPACE);
    reply = (struct bwp_esp_reply){ .op = 3, .status = 0x0107 };
    g_assert_cmpint (bwp_esp_build_reply (&reply, BWP_ESP_PEER_ROM, out, sizeof out, &len), ==,
                     BWP_OK);
    g_assert_cmpint (bwp_esp_parse_reply (out, len, 0, &reply), ==, BWP_ERR_PEER);
    g_assert_cmphex (reply.status, ==, 0x0107);
}

static void
test_checksum (void)
{
    g_auto (GStrv) lines = vectors_lines ("serial/checksum.csv");
    struct bwp_esp_packet packet;

    for (guint i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], ",", 2);
        g_autoptr (GByteArray) data = vectors_unhex (fields[0]);

        g_assert_cmphex (bwp_esp_checksum (data->data, data->len), ==,
                         g_ascii_strtoull (fields[1], NULL, 16));
    }
    g_assert_cmpint (bwp_esp_build_data (&packet, BWP_ESP_FLASH_DATA, 0, NULL, 0x4001), ==,
                     BWP_ERR_CALLER);
}

static void
test_damaged_block_is_seen (void)
{
    g_autoptr (GByteArray) frame = frame_of ("serial/flash_data_retry.txt", '>', 0);
    struct bwp_esp_request request;
    struct bwp_esp_block block;

    frame->data[100] ^= 1;
    g_assert_cmpint (bwp_esp_parse_request (frame->data, frame->len, &request), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_parse_data (&request, &block), ==, BWP_OK);
    g_assert_false (block.checksum_ok);
    frame->data[BWP_ESP_HEADER_BYTES] ^= 1; /* the length word now says one more */
    g_assert_cmpint (bwp_esp_parse_data (&request, &block), ==, BWP_ERR_CUT);
    bwp_put_u32le (frame->data + BWP_ESP_HEADER_BYTES, 3);
    g_assert_cmpint (bwp_esp_parse_data (&request, &block), ==, BWP_ERR_SURPLUS);
}

static void
test_8266_erase_size (void)
{
    g_auto (GStrv) lines = vectors_lines ("serial/esp8266_erase_size.csv");

    for (guint i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], ",", 3);

        g_assert_cmphex (bwp_esp_8266_erase_size ((uint32_t) g_ascii_strtoull (fields[0], NULL, 16),
                                                  (uint32_t) g_ascii_strtoull (fields[1], NULL,
                                                                               16)),
                         ==, g_ascii_strtoull (fields[2], NULL, 16));
    }
    g_assert_cmphex (bwp_esp_8266_erase_size (0, 0), ==, 0);
}

static void
test_times (void)
{
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_SYNC, BWP_ESP_PEER_ROM, 0), ==, 100);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_MEM_END, BWP_ESP_PEER_ROM, 0), ==, 200);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_MEM_END, BWP_ESP_PEER_STUB, 0), ==, 3000);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_FLASH_BEGIN, BWP_ESP_PEER_STUB, 4000000), ==,
                      3000);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_FLASH_BEGIN, BWP_ESP_PEER_ROM, 1000000), ==,
                      40000);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_FLASH_BEGIN, BWP_ESP_PEER_ROM, 1000), ==, 3000);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_FLASH_MD5, BWP_ESP_PEER_STUB, 1000000), ==, 8000);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_ERASE_FLASH, BWP_ESP_PEER_STUB, 0), ==, 120000);
    g_assert_cmpuint (bwp_esp_timeout_ms (BWP_ESP_ERASE_REGION, BWP_ESP_PEER_STUB, 0xffffffff), ==,
                      BWP_ESP_TIMEOUT_MAX_MS);
    g_assert_cmpuint (bwp_esp_erase_limit_ms (1), ==, 3000 + 2 * 450);
    g_assert_cmpuint (bwp_esp_erase_limit_ms (8 * 4096), ==, 3000 + 10 * 450);
    g_assert_cmpuint (bwp_esp_erase_limit_ms (4 * 65536), ==, 3000 + 32 * 450 + 4 * 2000);
    g_assert_cmpuint (bwp_esp_erase_limit_ms (0xffffffff), ==, BWP_ESP_TIMEOUT_MAX_MS);
    g_assert_cmpuint (bwp_esp_deflate_timeout_ms (0), ==, 3000);
    g_assert_cmpuint (bwp_esp_deflate_timeout_ms (1 << 20), ==, ((1 << 20) + 33 * 65536) / 25);
    g_assert_cmpuint (bwp_esp_deflate_timeout_ms (0xffffffff), ==, BWP_ESP_TIMEOUT_MAX_MS);
}

static void
test_sizes (void)
{
    g_assert_cmphex (bwp_esp_block_bytes (BWP_ESP_TRAFFIC_FLASH, BWP_ESP_PEER_ROM,
                                          BWP_ESP_LINK_USB_OTG),
                     ==, 0x400);
    g_assert_cmphex (bwp_esp_block_bytes (BWP_ESP_TRAFFIC_DEFLATE, BWP_ESP_PEER_STUB,
                                          BWP_ESP_LINK_UART),
                     ==, 0x4000);
    g_assert_cmphex (bwp_esp_block_bytes (BWP_ESP_TRAFFIC_DEFLATE, BWP_ESP_PEER_STUB,
                                          BWP_ESP_LINK_USB_OTG),
                     ==, 0x800);
    g_assert_cmphex (bwp_esp_block_bytes (BWP_ESP_TRAFFIC_RAM, BWP_ESP_PEER_ROM, BWP_ESP_LINK_UART),
                     ==, 0x1800);
    g_assert_cmpuint (bwp_esp_block_count (0, 0x400), ==, 0);
    g_assert_cmpuint (bwp_esp_block_count (0x401, 0x400), ==, 2);
    g_assert_cmpuint (bwp_esp_block_count (0xffffffff, 0x400), ==, 0x400000);
    g_assert_cmphex (bwp_esp_deflate_begin_size (50000, 0x400, BWP_ESP_PEER_ROM), ==, 0xc400);
    g_assert_cmphex (bwp_esp_deflate_begin_size (50000, 0x4000, BWP_ESP_PEER_STUB), ==, 50000);
    g_assert_cmphex (bwp_esp_pack_pads (6, 17, 8, 16, 9), ==,
                     9u << 24 | 16u << 18 | 8u << 12 | 17u << 6 | 6);
}

static void
test_names (void)
{
    g_assert_cmpstr (bwp_esp_op_name (0x08), ==, "SYNC");
    g_assert_cmpstr (bwp_esp_op_name (0x77), ==, "unknown");
    g_assert_cmpstr (bwp_esp_status_text (0x0177), ==, "unknown error");
    g_assert_cmpstr (bwp_esp_status_text (0xc300), ==, "command unknown");
    g_assert_cmpstr (bwp_esp_status_text (0), ==, "no error");
    for (guint i = 0; i <= 0xffff; i++)
        g_assert_nonnull (bwp_esp_status_text ((uint16_t) i));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-command/requests-round-trip-and-cuts-are-seen", test_requests);
    g_test_add_func ("/protocol/esp-command/replies-parse-and-cuts-are-seen", test_replies);
    g_test_add_func ("/protocol/esp-command/whose-reply", test_whose_reply);
    g_test_add_func ("/protocol/esp-command/first-status-byte-decides", test_status_decides);
    g_test_add_func ("/protocol/esp-command/register-value", test_register_value);
    g_test_add_func ("/protocol/esp-command/security-info-both-forms", test_security_info);
    g_test_add_func ("/protocol/esp-command/md5-both-forms", test_md5);
    g_test_add_func ("/protocol/esp-command/replies-are-built-as-recorded", test_build_reply);
    g_test_add_func ("/protocol/esp-command/checksum", test_checksum);
    g_test_add_func ("/protocol/esp-command/damaged-block-is-seen", test_damaged_block_is_seen);
    g_test_add_func ("/protocol/esp-command/esp8266-erase-size", test_8266_erase_size);
    g_test_add_func ("/protocol/esp-command/times", test_times);
    g_test_add_func ("/protocol/esp-command/sizes", test_sizes);
    g_test_add_func ("/protocol/esp-command/names", test_names);
    return g_test_run ();
}
