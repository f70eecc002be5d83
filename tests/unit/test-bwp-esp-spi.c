/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-spi.h"
#include "bwp-vectors.h"

/* The writes of a transcript between the two reads that save USR and USR2 and the first poll. */
static void
check_transcript (const char *path, const char *name, const struct bwp_esp_spi_command *command)
{
    g_auto (GStrv) lines = vectors_lines (path);
    struct bwp_esp_reg_write plan[BWP_ESP_SPI_PLAN_MAX];
    size_t count = 0;
    size_t at = 0;

    g_assert_cmpint (bwp_esp_spi_plan (bwp_esp_chip_by_name (name), command, plan, &count), ==,
                     BWP_OK);
    for (guint i = 0; lines[i] != NULL && at < count; i++) {
        g_autoptr (GByteArray) frame = NULL;
        struct bwp_esp_request request;
        struct bwp_esp_reg_write write;

        if (lines[i][0] != '>')
            continue;
        frame = vectors_frame (lines[i]);
        g_assert_cmpint (bwp_esp_parse_request (frame->data, frame->len, &request), ==, BWP_OK);
        if (request.op != BWP_ESP_WRITE_REG)
            continue;
        g_assert_cmpint (bwp_esp_parse_write_reg (&request, 0, &write), ==, BWP_OK);
        g_assert_cmphex (plan[at].address, ==, write.address);
        g_assert_cmphex (plan[at].value, ==, write.value);
        g_assert_cmphex (plan[at].mask, ==, write.mask);
        at++;
    }
    g_assert_cmpuint (at, ==, count);
}

static void
test_recorded_sequences (void)
{
    const struct bwp_esp_spi_command rdid = { .command = BWP_ESP_FLASH_RDID, .rx_bits = 24 };
    const struct bwp_esp_spi_command sfdp = {
        .command = BWP_ESP_FLASH_SFDP, .address_bits = 24, .dummy_cycles = 8, .rx_bits = 32
    };

    check_transcript ("serial/rdid_esp8266.txt", "esp8266", &rdid);
    check_transcript ("serial/rdid_esp32.txt", "esp32", &rdid);
    check_transcript ("serial/rdid_esp32s3.txt", "esp32s3", &rdid);
    check_transcript ("serial/rdid_esp32c6.txt", "esp32c6", &rdid);
    check_transcript ("serial/sfdp_esp32s3.txt", "esp32s3", &sfdp);
}

static void
apply (const struct bwp_esp_chip *chip,
       const struct bwp_esp_reg_write *write,
       struct bwp_esp_spi_state *state)
{
    if (write->address == bwp_esp_spi_address (chip, BWP_ESP_SPI_ADDR))
        state->addr = write->value;
    if (write->address == bwp_esp_spi_address (chip, BWP_ESP_SPI_USR))
        state->usr = write->value;
    if (write->address == bwp_esp_spi_address (chip, BWP_ESP_SPI_USR1))
        state->usr1 = write->value;
    if (write->address == bwp_esp_spi_address (chip, BWP_ESP_SPI_USR2))
        state->usr2 = write->value;
    if (write->address == bwp_esp_spi_address (chip, BWP_ESP_SPI_MOSI_DLEN))
        state->mosi_dlen = write->value;
    if (write->address == bwp_esp_spi_address (chip, BWP_ESP_SPI_MISO_DLEN))
        state->miso_dlen = write->value;
}

static void
check_round_trip (const struct bwp_esp_chip *chip, const struct bwp_esp_spi_command *command)
{
    struct bwp_esp_reg_write plan[BWP_ESP_SPI_PLAN_MAX];
    struct bwp_esp_spi_state state = { 0 };
    struct bwp_esp_spi_command seen;
    size_t count = 0;

    g_assert_cmpint (bwp_esp_spi_plan (chip, command, plan, &count), ==, BWP_OK);
    g_assert_cmpuint (count, <=, BWP_ESP_SPI_PLAN_MAX);
    for (size_t i = 0; i < count; i++)
        apply (chip, &plan[i], &state);
    g_assert_cmphex (plan[count - 1].address, ==, bwp_esp_spi_address (chip, BWP_ESP_SPI_CMD));
    g_assert_cmphex (plan[count - 1].value, ==, BWP_ESP_SPI_START);
    g_assert_cmpint (bwp_esp_spi_read_state (chip, &state, &seen), ==, BWP_OK);
    g_assert_cmphex (seen.command, ==, command->command);
    g_assert_cmphex (seen.address, ==, command->address);
    g_assert_cmpuint (seen.address_bits, ==, command->address_bits);
    g_assert_cmpuint (seen.dummy_cycles, ==, command->dummy_cycles);
    g_assert_cmpuint (seen.tx_bytes, ==, command->tx_bytes);
    g_assert_cmpuint (seen.rx_bits, ==, command->rx_bits);
}

static void
test_both_ends_agree (void)
{
    const uint8_t data[64] = { 1, 2, 3, 4, 5 };
    const struct bwp_esp_spi_command commands[] = {
        { .command = 0x9f, .rx_bits = 24 },
        { .command = 0x66 },
        { .command = 0x5a,
          .address = 0x123456,
          .address_bits = 24,
          .dummy_cycles = 8,
          .rx_bits = 32 },
        { .command = 0x02, .address = 0x12345678, .address_bits = 32, .tx = data, .tx_bytes = 5 },
        { .command = 0x02, .address = 0x10, .address_bits = 24, .tx = data, .tx_bytes = 64 },
        { .command = 0x05, .rx_bits = 8 },
    };
    const struct bwp_esp_chip *chip = NULL;

    for (gsize i = 0; (chip = bwp_esp_chip_at (i)) != NULL; i++)
        for (gsize k = 0; k < G_N_ELEMENTS (commands); k++)
            check_round_trip (chip, &commands[k]);
}

/* Setting up once is enough for any number of reads; the flash is asked for just those bytes. */
static void
check_reads (const struct bwp_esp_chip *chip, guint32 size)
{
    struct bwp_esp_reg_write setup[BWP_ESP_SPI_PLAN_MAX];
    struct bwp_esp_spi_state state = { 0 };
    size_t count = 0;

    g_assert_cmpint (bwp_esp_spi_read_setup (chip, size, setup, &count), ==, BWP_OK);
    for (size_t i = 0; i < count; i++)
        apply (chip, &setup[i], &state);
    for (guint32 address = 0; address < 1u << 24; address = address * 3 + 0xdb1) {
        struct bwp_esp_reg_write start[BWP_ESP_SPI_READ_START];
        struct bwp_esp_spi_command seen;

        bwp_esp_spi_read_start (chip, address, 0x4711, start);
        for (size_t i = 0; i < G_N_ELEMENTS (start); i++)
            apply (chip, &start[i], &state);
        g_assert_cmphex (start[1].address, ==, bwp_esp_spi_address (chip, BWP_ESP_SPI_W0));
        g_assert_cmphex (start[1].value, ==, 0x4711);
        g_assert_cmphex (start[2].address, ==, bwp_esp_spi_address (chip, BWP_ESP_SPI_CMD));
        g_assert_cmphex (start[2].value, ==, BWP_ESP_SPI_START);
        g_assert_cmpint (bwp_esp_spi_read_state (chip, &state, &seen), ==, BWP_OK);
        g_assert_cmphex (seen.command, ==, BWP_ESP_FLASH_READ);
        g_assert_cmphex (seen.address, ==, address);
        g_assert_cmpuint (seen.address_bits, ==, 24);
        g_assert_cmpuint (seen.dummy_cycles, ==, 0);
        g_assert_cmpuint (seen.tx_bytes, ==, 0);
        g_assert_cmpuint (seen.rx_bits, ==, 8 * size);
    }
}

static void
test_reads (void)
{
    const struct bwp_esp_chip *chip = NULL;

    for (gsize i = 0; (chip = bwp_esp_chip_at (i)) != NULL; i++) {
        check_reads (chip, 1);
        check_reads (chip, BWP_ESP_SPI_RX_MAX);
    }
}

/* The registers of the ESP8266 by their numbers: 64 bytes from 0x123456 on. */
static void
test_read_of_the_8266 (void)
{
    static const struct {
        guint32 address;
        guint32 value;
    } wanted[] = {
        { 0x60000220, 23u << 26 | 511u << 8 },
        { 0x6000021c, 1u << 31 | 1u << 30 | 1u << 28 },
        { 0x60000224, 7u << 28 | 0x03 },
        { 0x60000204, 0x12345600 },
        { 0x60000240, 0x4711 },
        { 0x60000200, 1u << 18 },
    };
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name ("esp8266");
    struct bwp_esp_reg_write writes[BWP_ESP_SPI_PLAN_MAX];
    size_t count = 0;

    g_assert_cmpint (bwp_esp_spi_read_setup (chip, 64, writes, &count), ==, BWP_OK);
    g_assert_cmpuint (count, ==, 3);
    bwp_esp_spi_read_start (chip, 0x123456, 0x4711, writes + count);
    for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++) {
        g_assert_cmphex (writes[i].address, ==, wanted[i].address);
        g_assert_cmphex (writes[i].value, ==, wanted[i].value);
        g_assert_cmphex (writes[i].mask, ==, G_MAXUINT32);
    }
}

static void
test_limits (void)
{
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name ("esp32");
    const struct bwp_esp_spi_command too_long = { .command = 2, .tx_bytes = 65 };
    const struct bwp_esp_spi_command too_many = { .command = 2, .rx_bits = 33 };
    const struct bwp_esp_spi_command too_far = { .command = 2, .address_bits = 33 };
    struct bwp_esp_reg_write plan[BWP_ESP_SPI_PLAN_MAX];
    struct bwp_esp_spi_state state = { 0 };
    struct bwp_esp_spi_command seen;
    size_t count = 0;

    g_assert_cmpint (bwp_esp_spi_plan (chip, &too_long, plan, &count), ==, BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_spi_plan (chip, &too_many, plan, &count), ==, BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_spi_plan (chip, &too_far, plan, &count), ==, BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_spi_read_state (chip, &state, &seen), ==, BWP_ERR_CORRUPT);
    g_assert_cmpint (bwp_esp_spi_read_setup (chip, 0, plan, &count), ==, BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_spi_read_setup (chip, 65, plan, &count), ==, BWP_ERR_CALLER);
    state.usr = 0xffffffff;
    state.mosi_dlen = 0xffffffff;
    g_assert_cmpint (bwp_esp_spi_read_state (chip, &state, &seen), ==, BWP_ERR_CORRUPT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-spi/recorded-sequences", test_recorded_sequences);
    g_test_add_func ("/protocol/esp-spi/both-ends-agree", test_both_ends_agree);
    g_test_add_func ("/protocol/esp-spi/reads-in-a-row", test_reads);
    g_test_add_func ("/protocol/esp-spi/read-of-the-8266", test_read_of_the_8266);
    g_test_add_func ("/protocol/esp-spi/limits", test_limits);
    return g_test_run ();
}
