/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-spi.h"
#include "bwp-bytes.h"

#define USR_COMMAND (1u << 31)
#define USR_ADDRESS (1u << 30)
#define USR_DUMMY (1u << 29)
#define USR_MISO (1u << 28)
#define USR_MOSI (1u << 27)
#define USR1_ADDRESS_SHIFT 26
#define USR1_MOSI_SHIFT 17 /* ESP8266 only */
#define USR1_MISO_SHIFT 8  /* ESP8266 only */
#define USR2_LENGTH (7u << 28)
#define RX_BITS_MAX (8u * BWP_ESP_SPI_RX_MAX)
#define READ_ADDRESS_BITS 24

uint32_t
bwp_esp_spi_address (const struct bwp_esp_chip *chip, enum bwp_esp_spi_register reg)
{
    const struct bwp_esp_spi_layout *spi = &chip->spi;

    switch (reg) {
    case BWP_ESP_SPI_CMD:
        return spi->base;
    case BWP_ESP_SPI_ADDR:
        return spi->base + 4;
    case BWP_ESP_SPI_USR:
        return spi->base + spi->usr;
    case BWP_ESP_SPI_USR1:
        return spi->base + spi->usr1;
    case BWP_ESP_SPI_USR2:
        return spi->base + spi->usr2;
    case BWP_ESP_SPI_MOSI_DLEN:
        return spi->mosi_dlen != 0 ? spi->base + spi->mosi_dlen : 0;
    case BWP_ESP_SPI_MISO_DLEN:
        return spi->miso_dlen != 0 ? spi->base + spi->miso_dlen : 0;
    case BWP_ESP_SPI_W0:
        return spi->base + spi->w0;
    }
    return 0;
}

struct plan {
    const struct bwp_esp_chip *chip;
    struct bwp_esp_reg_write *writes;
    size_t count;
};

static void
add_write (struct plan *plan, uint32_t address, uint32_t value)
{
    struct bwp_esp_reg_write *write = &plan->writes[plan->count++];

    write->address = address;
    write->value = value;
    write->mask = UINT32_MAX;
    write->delay_us = 0;
}

static void
add_register (struct plan *plan, enum bwp_esp_spi_register reg, uint32_t value)
{
    add_write (plan, bwp_esp_spi_address (plan->chip, reg), value);
}

/* USR1 holds address and dummy lengths, on the ESP8266 the data lengths as well. */
static void
add_lengths (struct plan *plan, const struct bwp_esp_spi_command *command)
{
    uint32_t usr1 = 0;

    if (command->address_bits > 0)
        usr1 |= (command->address_bits - 1u) << USR1_ADDRESS_SHIFT;
    if (command->dummy_cycles > 0)
        usr1 |= command->dummy_cycles - 1u;
    if (plan->chip->spi.mosi_dlen != 0) {
        if (command->tx_bytes > 0)
            add_register (plan, BWP_ESP_SPI_MOSI_DLEN, command->tx_bytes * 8u - 1);
        if (command->rx_bits > 0)
            add_register (plan, BWP_ESP_SPI_MISO_DLEN, command->rx_bits - 1u);
    } else {
        if (command->tx_bytes > 0)
            usr1 |= (command->tx_bytes * 8u - 1) << USR1_MOSI_SHIFT;
        if (command->rx_bits > 0)
            usr1 |= (command->rx_bits - 1u) << USR1_MISO_SHIFT;
    }
    if (usr1 != 0)
        add_register (plan, BWP_ESP_SPI_USR1, usr1);
}

static uint32_t
usr_flags (const struct bwp_esp_spi_command *command)
{
    uint32_t flags = USR_COMMAND;

    if (command->address_bits > 0)
        flags |= USR_ADDRESS;
    if (command->dummy_cycles > 0)
        flags |= USR_DUMMY;
    if (command->rx_bits > 0)
        flags |= USR_MISO;
    if (command->tx_bytes > 0)
        flags |= USR_MOSI;
    return flags;
}

/* What a command needs besides its address and data. */
static void
add_setup (struct plan *plan, const struct bwp_esp_spi_command *command)
{
    add_lengths (plan, command);
    add_register (plan, BWP_ESP_SPI_USR, usr_flags (command));
    add_register (plan, BWP_ESP_SPI_USR2, USR2_LENGTH | command->command);
}

static void
add_address (struct plan *plan, uint32_t address, uint8_t bits)
{
    if (plan->chip->spi.address_left_aligned)
        address <<= 32 - bits;
    add_register (plan, BWP_ESP_SPI_ADDR, address);
}

static void
add_data (struct plan *plan, const struct bwp_esp_spi_command *command)
{
    uint32_t w0 = bwp_esp_spi_address (plan->chip, BWP_ESP_SPI_W0);

    if (command->tx_bytes == 0)
        add_write (plan, w0, 0);
    for (uint32_t i = 0; i < command->tx_bytes; i += 4) {
        uint8_t word[4] = { 0, 0, 0, 0 };

        for (uint32_t k = 0; k < 4 && i + k < command->tx_bytes; k++)
            word[k] = command->tx[i + k];
        add_write (plan, w0 + i, bwp_get_u32le (word));
    }
}

enum bwp_result
bwp_esp_spi_plan (const struct bwp_esp_chip *chip,
                  const struct bwp_esp_spi_command *command,
                  struct bwp_esp_reg_write *writes,
                  size_t *ret_count)
{
    struct plan plan = { chip, writes, 0 };

    if (command->address_bits > 32 || command->tx_bytes > BWP_ESP_SPI_TX_MAX
        || command->rx_bits > 32)
        return BWP_ERR_CALLER;
    add_setup (&plan, command);
    if (command->address_bits > 0)
        add_address (&plan, command->address, command->address_bits);
    add_data (&plan, command);
    add_register (&plan, BWP_ESP_SPI_CMD, BWP_ESP_SPI_START);
    *ret_count = plan.count;
    return BWP_OK;
}

enum bwp_result
bwp_esp_spi_read_setup (const struct bwp_esp_chip *chip,
                        uint32_t rx_bytes,
                        struct bwp_esp_reg_write *writes,
                        size_t *ret_count)
{
    struct plan plan = { chip, writes, 0 };
    struct bwp_esp_spi_command read = { .command = BWP_ESP_FLASH_READ,
                                        .address_bits = READ_ADDRESS_BITS,
                                        .rx_bits = (uint16_t) (8 * rx_bytes) };

    if (rx_bytes == 0 || rx_bytes > BWP_ESP_SPI_RX_MAX)
        return BWP_ERR_CALLER;
    add_setup (&plan, &read);
    *ret_count = plan.count;
    return BWP_OK;
}

void
bwp_esp_spi_read_start (const struct bwp_esp_chip *chip,
                        uint32_t address,
                        uint32_t mark,
                        struct bwp_esp_reg_write writes[BWP_ESP_SPI_READ_START])
{
    struct plan plan = { chip, writes, 0 };

    add_address (&plan, address, READ_ADDRESS_BITS);
    add_register (&plan, BWP_ESP_SPI_W0, mark);
    add_register (&plan, BWP_ESP_SPI_CMD, BWP_ESP_SPI_START);
}

/* ---- the other way, for simulators ---- */

static uint32_t
sent_bits (const struct bwp_esp_chip *chip, const struct bwp_esp_spi_state *state)
{
    if ((state->usr & USR_MOSI) == 0)
        return 0;
    if (chip->spi.mosi_dlen != 0)
        return (state->mosi_dlen & 0xfff) + 1;
    return (state->usr1 >> USR1_MOSI_SHIFT & 0x1ff) + 1;
}

static uint32_t
received_bits (const struct bwp_esp_chip *chip, const struct bwp_esp_spi_state *state)
{
    if ((state->usr & USR_MISO) == 0)
        return 0;
    if (chip->spi.miso_dlen != 0)
        return (state->miso_dlen & 0xfff) + 1;
    return (state->usr1 >> USR1_MISO_SHIFT & 0x1ff) + 1;
}

static void
read_address (const struct bwp_esp_chip *chip,
              const struct bwp_esp_spi_state *state,
              struct bwp_esp_spi_command *command)
{
    command->address = 0;
    command->address_bits = 0;
    if ((state->usr & USR_ADDRESS) == 0)
        return;
    command->address_bits = (uint8_t) ((state->usr1 >> USR1_ADDRESS_SHIFT & 0x3f) + 1);
    command->address = state->addr;
    if (command->address_bits < 32 && chip->spi.address_left_aligned)
        command->address >>= 32 - command->address_bits;
}

enum bwp_result
bwp_esp_spi_read_state (const struct bwp_esp_chip *chip,
                        const struct bwp_esp_spi_state *state,
                        struct bwp_esp_spi_command *ret_command)
{
    uint32_t tx = sent_bits (chip, state);
    uint32_t rx = received_bits (chip, state);

    if ((state->usr & USR_COMMAND) == 0 || tx > 8 * BWP_ESP_SPI_TX_MAX || rx > RX_BITS_MAX
        || (state->usr1 >> USR1_ADDRESS_SHIFT & 0x3f) > 31)
        return BWP_ERR_CORRUPT;
    read_address (chip, state, ret_command);
    ret_command->command = (uint8_t) (state->usr2 & 0xff);
    ret_command->dummy_cycles = 0;
    if ((state->usr & USR_DUMMY) != 0)
        ret_command->dummy_cycles = (uint8_t) ((state->usr1 & 0xff) + 1);
    ret_command->tx = NULL;
    ret_command->tx_bytes = (uint8_t) ((tx + 7) >> 3);
    ret_command->rx_bits = (uint16_t) rx;
    return BWP_OK;
}
