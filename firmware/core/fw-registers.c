/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-registers.h"
#include "bwp-bytes.h"
#include "bwp-esp-spi.h"
#include "fw-efuse.h"
#include <string.h>

#define WATCHDOG_ENABLE (1u << 31)
#define WATCHDOG_STAGES (7u << 28) /* what stage 0 does when its time is over */
#define WATCHDOG_RESETS_SYSTEM (5u << 28)
#define SLOW_CLOCK_KHZ 136u
#define FLASH_ADDRESS_BITS 24
#define FLASH_WRITE_DISABLE 0x04
#define FLASH_STATUS_WRITE_ENABLED 0x02
#define POWER_PULSE (1u << 27)
#define POWER_SELECT (0xffu << 23 | 1u << 7)
#define POWER_ON 3u
#define NOTHING_ANSWERS 0xffffffffu
#define MAKER_XMC 0x20u
#define DROWSY_ID 0x153a55u /* no maker's, and half the size at best */

void
fw_registers_init (struct fw_registers *self,
                   const struct fw_identity *identity,
                   struct fw_flash *flash)
{
    memset (self, 0, sizeof *self);
    self->identity = identity;
    self->flash = flash;
    if (identity->chip->magic_count > 0)
        fw_registers_put (self, BWP_ESP_MAGIC_REGISTER, identity->chip->magics[0]);
    fw_efuse_burn (self, identity);
    self->fused = self->count;
    if (identity->traits->reader_register != 0)
        fw_registers_put (self, identity->traits->reader_register, identity->traits->reader_value);
    if (identity->chip->straps.strap != 0)
        fw_registers_put (self, identity->chip->straps.strap, identity->chip->straps.strap_mask);
}

static uint32_t *
find (struct fw_registers *self, uint32_t address)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->address[i] == address)
            return &self->value[i];
    return NULL;
}

void
fw_registers_put (struct fw_registers *self, uint32_t address, uint32_t value)
{
    uint32_t *known = find (self, address);

    if (known != NULL) {
        *known = value;
        return;
    }
    if (self->count == FW_REGISTERS_MAX)
        return;
    self->address[self->count] = address;
    self->value[self->count++] = value;
}

static uint32_t
stored (struct fw_registers *self, uint32_t address)
{
    const uint32_t *known = find (self, address);

    return known != NULL ? *known : 0;
}

/* The divider a UART at the present rate has; the ESP8266 runs it from twice the crystal. */
static uint32_t
clock_divider (const struct fw_registers *self)
{
    uint32_t clock = self->identity->crystal_mhz * 1000000u;

    if (self->identity->chip->image_id == BWP_ESP_NO_IMAGE_ID)
        clock *= 2;
    return self->baud > 0 ? clock / self->baud : 0;
}

uint32_t
fw_registers_read (struct fw_registers *self, uint32_t address)
{
    if (address != 0 && address == self->identity->chip->uart_clkdiv)
        return clock_divider (self);
    return stored (self, address);
}

static uint32_t
spi_word (struct fw_registers *self, enum bwp_esp_spi_register reg)
{
    uint32_t address = bwp_esp_spi_address (self->identity->chip, reg);

    return address != 0 ? stored (self, address) : 0;
}

/* Some revisions leave their flash without power until a host has gone through the steps. */
static bool
is_flash_dark (struct fw_registers *self)
{
    const struct fw_traits *traits = self->identity->traits;

    if (traits->power_on == 0 || self->identity->revision < traits->dark_from
        || self->identity->revision > traits->dark_to)
        return false;
    return !self->was_pulsed || (stored (self, traits->power_pulse) & POWER_PULSE) != 0
           || (stored (self, traits->power_select) & POWER_SELECT) != 0
           || (stored (self, traits->power_on) & POWER_ON) != POWER_ON;
}

/* Some parts come up wrong after a short break of their supply: all they tell rightly is their maker,
 * in the parameter area, until they have been put to sleep and woken. */
static uint32_t
flash_id (const struct fw_registers *self)
{
    uint32_t id = fw_flash_id (self->flash);

    if (fw_faults_has (self->flash->faults, FW_FAULT_DROWSY) == NULL)
        return id;
    return self->is_awake ? (id & 0xffff00u) | MAKER_XMC : DROWSY_ID;
}

static uint32_t
flash_parameters (const struct fw_registers *self, uint32_t address)
{
    uint32_t word = fw_flash_sfdp (self->flash, address);

    if (address == 0x10 && fw_faults_has (self->flash->faults, FW_FAULT_DROWSY) != NULL)
        word = (word & 0xffffff00u) | MAKER_XMC;
    return word;
}

static void
look_at_power (struct fw_registers *self, uint32_t address, uint32_t value)
{
    const struct fw_traits *traits = self->identity->traits;

    if (address == traits->power_pulse && (value & POWER_PULSE) != 0)
        self->was_pulsed = stored (self, traits->power_open) == 1;
}

static bool
does_flash_answer (struct fw_registers *self, const struct bwp_esp_spi_command *command)
{
    if (!self->is_attached || is_flash_dark (self))
        return false;
    return !self->powered_down || command->command == BWP_ESP_FLASH_POWER_UP;
}

static uint32_t
flash_answer (struct fw_registers *self, const struct bwp_esp_spi_command *command)
{
    bool was_enabled = self->reset_enabled;

    self->reset_enabled = command->command == BWP_ESP_FLASH_RESET_ENABLE;
    switch (command->command) {
    case BWP_ESP_FLASH_RDID:
        return flash_id (self);
    case BWP_ESP_FLASH_SFDP:
        return flash_parameters (self, command->address);
    case BWP_ESP_FLASH_READ_STATUS:
        return self->flash_status;
    case BWP_ESP_FLASH_WRITE_ENABLE:
        self->flash_status |= FLASH_STATUS_WRITE_ENABLED;
        return 0;
    case BWP_ESP_FLASH_ERASE_SECTOR:
        /* over before anybody can ask whether it is */
        if ((self->flash_status & FLASH_STATUS_WRITE_ENABLED) != 0
            && command->address_bits == FLASH_ADDRESS_BITS)
            fw_flash_erase (self->flash, command->address, FW_FLASH_SECTOR);
        self->flash_status &= (uint8_t) ~FLASH_STATUS_WRITE_ENABLED;
        return 0;
    case FLASH_WRITE_DISABLE:
        self->flash_status &= (uint8_t) ~FLASH_STATUS_WRITE_ENABLED;
        return 0;
    case BWP_ESP_FLASH_RESET:
        self->flash_status = was_enabled ? 0 : self->flash_status;
        return 0;
    case BWP_ESP_FLASH_POWER_DOWN:
        self->powered_down = true;
        return 0;
    case BWP_ESP_FLASH_POWER_UP:
        self->is_awake = self->is_awake || self->powered_down;
        self->powered_down = false;
        return flash_id (self) >> 16;
    default:
        return 0;
    }
}

/* Bytes clocked out of the chip: of a read as many as are wanted, of most others one answer. Where
 * nobody drives the line it is high. */
static void
take_answer (struct fw_registers *self, const struct bwp_esp_spi_command *command, uint8_t *out)
{
    memset (out, 0xff, BWP_ESP_SPI_RX_MAX);
    if (!does_flash_answer (self, command))
        return;
    if (command->command != BWP_ESP_FLASH_READ)
        bwp_put_u32le (out, flash_answer (self, command));
    else if (command->address_bits == FLASH_ADDRESS_BITS && command->dummy_cycles == 0)
        fw_flash_read (self->flash, command->address, out, (command->rx_bits + 7u) / 8);
}

/* Bits that were not asked for read as zero. */
static void
put_answer (struct fw_registers *self, const uint8_t *answer, uint32_t bits)
{
    uint32_t w0 = bwp_esp_spi_address (self->identity->chip, BWP_ESP_SPI_W0);

    for (uint32_t at = 0; at < bits; at += 32) {
        uint32_t word = bwp_get_u32le (answer + at / 8);

        if (bits - at < 32)
            word &= (1u << (bits - at)) - 1;
        fw_registers_put (self, w0 + at / 8, word);
    }
}

/* The start bit was written: the command is done before anybody can look. */
static void
run_spi (struct fw_registers *self)
{
    const struct bwp_esp_chip *chip = self->identity->chip;
    struct bwp_esp_spi_state state = {
        .addr = spi_word (self, BWP_ESP_SPI_ADDR),
        .usr = spi_word (self, BWP_ESP_SPI_USR),
        .usr1 = spi_word (self, BWP_ESP_SPI_USR1),
        .usr2 = spi_word (self, BWP_ESP_SPI_USR2),
        .mosi_dlen = spi_word (self, BWP_ESP_SPI_MOSI_DLEN),
        .miso_dlen = spi_word (self, BWP_ESP_SPI_MISO_DLEN),
    };
    struct bwp_esp_spi_command command;
    uint8_t answer[BWP_ESP_SPI_RX_MAX];

    if (bwp_esp_spi_read_state (chip, &state, &command) != BWP_OK)
        return;
    take_answer (self, &command, answer);
    put_answer (self, answer, command.rx_bits);
}

static void
start_watchdog (struct fw_registers *self, uint32_t value)
{
    const struct bwp_esp_watchdogs *dogs = &self->identity->chip->watchdogs;

    if (!bwp_esp_chip_supports (self->identity->chip, BWP_ESP_CAN_WATCHDOG_RESET))
        return;
    if ((value & WATCHDOG_ENABLE) == 0 || (value & WATCHDOG_STAGES) != WATCHDOG_RESETS_SYSTEM)
        return;
    self->watchdog_ms = stored (self, dogs->config1) / SLOW_CLOCK_KHZ + 1;
}

/* A super watchdog cannot be stopped; it can be made to feed itself. */
static void
look_at_watchdogs (struct fw_registers *self, uint32_t address, uint32_t value)
{
    const struct bwp_esp_watchdogs *dogs = &self->identity->chip->watchdogs;

    if (address == dogs->config0) {
        self->is_watchdog_off = value == 0;
        start_watchdog (self, value);
    } else if (address == dogs->super_config) {
        self->is_super_watchdog_off = (value >> dogs->super_feed_bit & 1) != 0;
    }
}

static bool
is_guarded (struct fw_registers *self, uint32_t address)
{
    const struct bwp_esp_watchdogs *dogs = &self->identity->chip->watchdogs;

    if (dogs->super_config != 0 && address == dogs->super_config)
        return stored (self, dogs->super_protect) != dogs->super_key;
    if (dogs->protect == 0 || (address != dogs->config0 && address != dogs->config1))
        return false;
    return stored (self, dogs->protect) != BWP_ESP_WATCHDOG_KEY;
}

static bool
is_fused (const struct fw_registers *self, uint32_t address)
{
    for (unsigned i = 0; i < self->fused; i++)
        if (self->address[i] == address)
            return true;
    return false;
}

void
fw_registers_write (struct fw_registers *self, uint32_t address, uint32_t value, uint32_t mask)
{
    const struct bwp_esp_chip *chip = self->identity->chip;
    uint32_t next = (stored (self, address) & ~mask) | (value & mask);

    if (is_fused (self, address) || is_guarded (self, address))
        return;
    if (address == bwp_esp_spi_address (chip, BWP_ESP_SPI_CMD)) {
        if ((next & BWP_ESP_SPI_START) != 0)
            run_spi (self);
        return;
    }
    fw_registers_put (self, address, next);
    if (address == 0)
        return;
    look_at_watchdogs (self, address, next);
    look_at_power (self, address, next);
}
