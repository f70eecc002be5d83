/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-link-regs"
#include "config.h"

#include "bw-esp-link.h"

gboolean
bw_esp_link_read_reg (BwEspLink *self, uint32_t address, uint32_t *ret_value, GError **error)
{
    struct bwp_esp_packet packet;
    struct bwp_esp_reply reply = { 0 };

    bwp_esp_build_read_reg (&packet, address);
    if (!bw_esp_link_command (self, &packet, 0, BWP_ESP_TIMEOUT_DEFAULT_MS, &reply, error))
        return FALSE;
    *ret_value = reply.value;
    return TRUE;
}

gboolean
bw_esp_link_read_regs (BwEspLink *self,
                       const uint32_t *addresses,
                       uint32_t *values,
                       size_t n,
                       GError **error)
{
    BwEspExchange list[BW_ESP_LINK_REGS_MAX] = { 0 };

    g_return_val_if_fail (n <= BW_ESP_LINK_REGS_MAX, FALSE);
    for (size_t i = 0; i < n; i++)
        bwp_esp_build_read_reg (&list[i].packet, addresses[i]);
    if (!bw_esp_link_exchange (self, list, n, BWP_ESP_TIMEOUT_DEFAULT_MS, error))
        return FALSE;
    for (size_t i = 0; i < n; i++)
        values[i] = list[i].value;
    return TRUE;
}

gboolean
bw_esp_link_write_regs (BwEspLink *self,
                        const struct bwp_esp_reg_write *writes,
                        size_t n,
                        GError **error)
{
    while (n > 0) {
        size_t count = MIN (n, BWP_ESP_WRITE_REG_MAX);
        struct bwp_esp_packet packet;

        if (bwp_esp_build_write_reg (&packet, writes, count) != BWP_OK)
            g_critical ("WRITE_REG with %zu groups", count);
        if (!bw_esp_link_command (self, &packet, 0, BWP_ESP_TIMEOUT_DEFAULT_MS, NULL, error))
            return FALSE;
        writes += count;
        n -= count;
    }
    return TRUE;
}
