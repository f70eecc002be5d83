/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-spi-erase"
#include "config.h"

#include "bw-esp-spi-erase.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-esp-flash-map.h"
#include "bwp-esp-spi.h"

/* A sector takes some 50 ms, a worn one 400. */
#define POLL_PAUSE_MS 10
#define POLLS_MAX 300
#define ADDRESS_BITS 24
#define SECTORS_PER_BLOCK 16u

typedef struct {
    struct bwp_esp_reg_write writes[BWP_ESP_SPI_PLAN_MAX];
    size_t n; /* the last one starts the command */
} Plan;

static void
make_plan (const BwEspSession *self, const struct bwp_esp_spi_command *command, Plan *plan)
{
    if (bwp_esp_spi_plan (self->chip, command, plan->writes, &plan->n) != BWP_OK)
        g_critical ("no plan for flash command %02x", command->command);
}

/* A command that changes nothing where it gets lost. */
static gboolean
run_plainly (BwEspSession *self, const struct bwp_esp_spi_command *command, GError **error)
{
    Plan plan;

    make_plan (self, command, &plan);
    return bw_esp_link_write_regs (self->link, plan.writes, plan.n, error);
}

/* Nothing protects a request on its way, and an address that arrived as another one would erase what
 * belongs to somebody else: what stands in the registers is read before the command is started. */
static gboolean
run_surely (BwEspSession *self, const struct bwp_esp_spi_command *command, GError **error)
{
    Plan plan;
    uint32_t addresses[BWP_ESP_SPI_PLAN_MAX];
    uint32_t values[BWP_ESP_SPI_PLAN_MAX];
    size_t n;

    make_plan (self, command, &plan);
    n = plan.n - 1;
    for (size_t i = 0; i < n; i++)
        addresses[i] = plan.writes[i].address;
    if (!bw_esp_link_write_regs (self->link, plan.writes, n, error)
        || !bw_esp_link_read_regs (self->link, addresses, values, n, error))
        return FALSE;
    for (size_t i = 0; i < n; i++) {
        if (values[i] != plan.writes[i].value) {
            bw_set_error (error, BW_CAUSE_GARBAGE, _ ("register 0x%x does not hold what was sent"),
                          addresses[i]);
            return FALSE;
        }
    }
    return bw_esp_link_write_regs (self->link, &plan.writes[n], 1, error);
}

/* The ROM erases what it is told, and once more as many sectors, up to the end of the block. */
static gboolean
erases_exactly (uint32_t offset, uint32_t size)
{
    uint32_t block_left = SECTORS_PER_BLOCK - offset / BW_ESP_SECTOR % SECTORS_PER_BLOCK;
    uint32_t wanted = (size + BW_ESP_SECTOR - 1) / BW_ESP_SECTOR;
    uint32_t told = bwp_esp_8266_erase_size (offset, size) / BW_ESP_SECTOR;

    return told + MIN (told, block_left) == wanted;
}

/* Stands in the word until the chip has answered. */
static gboolean
read_status (BwEspSession *self, uint32_t *ret_status, GError **error)
{
    struct bwp_esp_spi_command command = { .command = BWP_ESP_FLASH_READ_STATUS, .rx_bits = 8 };
    uint32_t w0 = bwp_esp_spi_address (self->chip, BWP_ESP_SPI_W0);
    Plan plan;

    make_plan (self, &command, &plan);
    for (size_t i = 0; i < plan.n; i++) {
        if (plan.writes[i].address == w0)
            plan.writes[i].value = BWP_ESP_FLASH_BUSY;
    }
    return bw_esp_link_write_regs (self->link, plan.writes, plan.n, error)
           && bw_esp_link_read_reg (self->link, w0, ret_status, error);
}

static gboolean
await_ready (BwEspSession *self, uint32_t offset, GError **error)
{
    uint32_t status = 0;

    for (unsigned i = 0; i < POLLS_MAX; i++) {
        if (!read_status (self, &status, error))
            return FALSE;
        if ((status & BWP_ESP_FLASH_BUSY) == 0)
            return TRUE;
        if (!bw_port_wait (self->port, POLL_PAUSE_MS, bw_esp_link_get_cancellable (self->link),
                           error))
            return FALSE;
    }
    bw_set_error (error, BW_CAUSE_FLASH_WRITE_FAILED,
                  _ ("the sector at 0x%x is not erased in time"), offset);
    return FALSE;
}

static gboolean
go_back (BwEspSession *self, GError **error)
{
    const struct bwp_esp_reg_write writes[] = {
        { bwp_esp_spi_address (self->chip, BWP_ESP_SPI_USR), self->spi_usr, UINT32_MAX, 0 },
        { bwp_esp_spi_address (self->chip, BWP_ESP_SPI_USR2), self->spi_usr2, UINT32_MAX, 0 },
    };

    return bw_esp_link_write_regs (self->link, writes, G_N_ELEMENTS (writes), error);
}

static gboolean
erase_sector (BwEspSession *self, uint32_t offset, GError **error)
{
    const struct bwp_esp_spi_command enable = { .command = BWP_ESP_FLASH_WRITE_ENABLE };
    const struct bwp_esp_spi_command erase = { .command = BWP_ESP_FLASH_ERASE_SECTOR,
                                               .address = offset,
                                               .address_bits = ADDRESS_BITS };

    return run_plainly (self, &enable, error) && run_surely (self, &erase, error)
           && await_ready (self, offset, error) && go_back (self, error);
}

gboolean
bw_esp_spi_erase_begin (BwEspSession *self,
                        uint32_t offset,
                        uint32_t size,
                        uint32_t *ret_size,
                        GError **error)
{
    uint32_t last = (size - 1) & ~(BW_ESP_SECTOR - 1);

    if (erases_exactly (offset, size)) {
        *ret_size = bwp_esp_8266_erase_size (offset, size);
        return TRUE;
    }
    *ret_size = bwp_esp_8266_erase_size (offset, last);
    return erase_sector (self, offset + last, error);
}
