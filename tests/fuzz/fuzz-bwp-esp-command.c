/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-command.h"
#include "fuzz.h"
#include <glib.h>

static uint32_t
add_up (const uint8_t *data, size_t len)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += data[i];
    return sum;
}

/* Every parser on every request: what they hand out must lie inside the frame. */
static uint32_t
parse_request (const struct bwp_esp_request *request)
{
    struct bwp_esp_reg_write write;
    struct bwp_esp_begin begin;
    struct bwp_esp_block block;
    enum bwp_esp_after after;
    struct bwp_esp_mem_end mem_end;
    struct bwp_esp_attach attach;
    struct bwp_esp_spi_params params;
    struct bwp_esp_region region;
    struct bwp_esp_baud_change change;
    struct bwp_esp_read_flash read;
    uint32_t word = 0;

    (void) bwp_esp_parse_sync (request);
    (void) bwp_esp_parse_read_reg (request, &word);
    for (size_t i = 0; bwp_esp_parse_write_reg (request, i, &write) == BWP_OK; i++)
        word += write.address;
    (void) bwp_esp_parse_begin (request, &begin);
    if (bwp_esp_parse_data (request, &block) == BWP_OK)
        word += add_up (block.data, block.data_len);
    (void) bwp_esp_parse_end (request, &after);
    (void) bwp_esp_parse_mem_end (request, &mem_end);
    (void) bwp_esp_parse_spi_attach (request, &attach);
    (void) bwp_esp_parse_spi_set_params (request, &params);
    (void) bwp_esp_parse_region (request, &region);
    (void) bwp_esp_parse_change_baud (request, &change);
    (void) bwp_esp_parse_read_flash (request, &read);
    return word;
}

static uint32_t
parse_replies (const uint8_t *in, size_t len)
{
    const size_t data_lens[] = { 0, 12, 16, 20, 32, 64, SIZE_MAX };
    struct bwp_esp_security_info info;
    struct bwp_esp_reply reply;
    uint16_t status = 0;
    uint8_t md5[16];
    uint32_t word = 0;

    for (size_t i = 0; i < G_N_ELEMENTS (data_lens); i++)
        if (bwp_esp_parse_reply (in, len, data_lens[i], &reply) == BWP_OK) {
            g_assert_cmpuint (reply.data_len, ==, data_lens[i]);
            word += add_up (reply.data, reply.data_len);
        }
    (void) bwp_esp_parse_security_reply (in, len, &info, &status);
    (void) bwp_esp_parse_md5_reply (in, len, md5, &status);
    g_assert_nonnull (bwp_esp_status_text (status));
    return word + bwp_esp_is_unsupported (in, len) + bwp_esp_is_greeting (in, len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    struct bwp_esp_request request;
    volatile uint32_t word = parse_replies (in, len);

    if (bwp_esp_parse_request (in, len, &request) == BWP_OK)
        word += parse_request (&request);
    (void) word;
    return 0;
}
