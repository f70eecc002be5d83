/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-quirks"
#include "config.h"

#include "bw-esp-quirks.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

#define ALL_BITS UINT32_MAX
#define WATCHDOG_TICKS 2000u
/* enable, stage action "reset system", reset lengths */
#define WATCHDOG_RESET_CONFIG ((1u << 31) | (5u << 28) | (1u << 8) | 2u)
#define WATCHDOG_RESET_MS 500

/* ESP32-P4 power management */
#define P4_FLASH_XPD_EFUSE_BIT 16
#define P4_PMU_DATE 0x501153fcu
#define P4_PMU_EXT_LDO 0x501151b8u
#define P4_PMU_EXT_LDO_ANA 0x501151bcu
#define P4_LP_SYSTEM 0x5011010cu
#define P4_WAIT_1_MS 10
#define P4_WAIT_2_MS 3

static struct bwp_esp_reg_write
set_all (uint32_t address, uint32_t value)
{
    return (struct bwp_esp_reg_write){ address, value, ALL_BITS, 0 };
}

/* WRITE_REG keeps the bits outside its mask, so single bits need no reading. */
static struct bwp_esp_reg_write
set_bits (uint32_t address, uint32_t mask, uint32_t value)
{
    return (struct bwp_esp_reg_write){ address, value, mask, 0 };
}

static gboolean
silence_watchdogs (BwEspSession *self, GError **error)
{
    const struct bwp_esp_watchdogs *dogs = &self->chip->watchdogs;
    struct bwp_esp_reg_write writes[6];
    uint32_t feed = 1u << dogs->super_feed_bit;
    size_t n = 0;

    if (dogs->config0 != 0) {
        writes[n++] = set_all (dogs->protect, BWP_ESP_WATCHDOG_KEY);
        writes[n++] = set_all (dogs->config0, 0);
        writes[n++] = set_all (dogs->protect, 0);
    }
    if (dogs->super_config != 0) {
        writes[n++] = set_all (dogs->super_protect, dogs->super_key);
        writes[n++] = set_bits (dogs->super_config, feed, feed);
        writes[n++] = set_all (dogs->super_protect, 0);
    }
    return bw_esp_link_write_regs (self->link, writes, n, error);
}

static gboolean
wait_ms (BwEspSession *self, unsigned ms, GError **error)
{
    return bw_port_wait (self->port, ms, bw_esp_link_get_cancellable (self->link), error);
}

static gboolean
power_up_p4_fully (BwEspSession *self, GError **error)
{
    const struct bwp_esp_reg_write first[] = { set_all (P4_LP_SYSTEM, 1) };
    const struct bwp_esp_reg_write second[] = {
        set_bits (P4_PMU_EXT_LDO_ANA, 1u << 27, 1u << 27),
        set_bits (P4_PMU_EXT_LDO, 1u << 7, 1u << 7),
        set_bits (P4_PMU_DATE, 3, 3),
    };
    const struct bwp_esp_reg_write third[] = {
        { P4_PMU_EXT_LDO_ANA, 0, 1u << 27, 50 },
        /* all selection bits off, then the one for 3.3 V, in two steps as the hardware wants */
        set_bits (P4_PMU_EXT_LDO, 0xffu << 23, 0),
        set_bits (P4_PMU_EXT_LDO, 0x80, 0x80),
    };
    const struct bwp_esp_reg_write fourth[] = { set_bits (P4_PMU_EXT_LDO, 1u << 7, 0) };

    return bw_esp_link_write_regs (self->link, first, G_N_ELEMENTS (first), error)
           && wait_ms (self, P4_WAIT_1_MS, error)
           && bw_esp_link_write_regs (self->link, second, G_N_ELEMENTS (second), error)
           && bw_esp_link_write_regs (self->link, third, G_N_ELEMENTS (third), error)
           && bw_esp_link_write_regs (self->link, fourth, G_N_ELEMENTS (fourth), error)
           && wait_ms (self, P4_WAIT_2_MS, error);
}

static gboolean
power_up_p4 (BwEspSession *self, GError **error)
{
    const uint32_t addresses[] = { self->chip->efuse_base + 0x34, P4_PMU_DATE };
    uint32_t values[G_N_ELEMENTS (addresses)] = { 0 };
    const struct bwp_esp_reg_write clear[] = { set_bits (P4_PMU_DATE, 3, 0) };

    if (self->identity.revision != 301 && self->identity.revision != 302)
        return TRUE;
    if (!bw_esp_link_read_regs (self->link, addresses, values, G_N_ELEMENTS (addresses), error))
        return FALSE;
    if (self->identity.revision == 302 && (values[0] & (1u << P4_FLASH_XPD_EFUSE_BIT)) != 0)
        return (values[1] & 3) != 3 || bw_esp_link_write_regs (self->link, clear, 1, error);
    return power_up_p4_fully (self, error);
}

gboolean
bw_esp_quirks_after_connect (BwEspSession *self, GError **error)
{
    if (self->is_secure_download || self->is_stub)
        return TRUE;
    if (self->wire == BWP_ESP_LINK_USB_JTAG
        && bwp_esp_chip_supports (self->chip, BWP_ESP_NEEDS_WATCHDOG_OFF)
        && !silence_watchdogs (self, error))
        return FALSE;
    return !g_str_equal (self->chip->key, "esp32p4") || power_up_p4 (self, error);
}

gboolean
bw_esp_quirks_wants_watchdog_reset (BwEspSession *self, gboolean *ret_wants, GError **error)
{
    const struct bwp_esp_straps *straps = &self->chip->straps;
    const struct bwp_esp_reg_write clear[] = { set_bits (straps->option, straps->option_mask, 0) };
    uint32_t addresses[2] = { straps->strap, straps->option };
    uint32_t values[2] = { 0 };

    *ret_wants = FALSE;
    if (self->wire != BWP_ESP_LINK_USB_OTG || self->is_secure_download
        || !bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_WATCHDOG_RESET))
        return TRUE;
    *ret_wants = TRUE;
    if (!g_str_equal (self->chip->key, "esp32s2") && !g_str_equal (self->chip->key, "esp32s3"))
        return TRUE;
    if (g_str_equal (self->chip->key, "esp32s3")
        && !bw_esp_link_write_regs (self->link, clear, 1, error))
        return FALSE;
    if (!bw_esp_link_read_regs (self->link, addresses, values, 2, error))
        return FALSE;
    *ret_wants = (values[0] & straps->strap_mask) == 0 && (values[1] & straps->option_mask) == 0;
    return TRUE;
}

gboolean
bw_esp_quirks_reset_by_watchdog (BwEspSession *self, GError **error)
{
    const struct bwp_esp_watchdogs *dogs = &self->chip->watchdogs;
    const struct bwp_esp_reg_write writes[] = {
        set_all (dogs->protect, BWP_ESP_WATCHDOG_KEY),
        set_all (dogs->config1, WATCHDOG_TICKS),
        set_all (dogs->config0, WATCHDOG_RESET_CONFIG),
        set_all (dogs->protect, 0),
    };
    g_autoptr (GError) failure = NULL;

    if (self->is_secure_download
        || !bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_WATCHDOG_RESET)) {
        bw_set_error (error, BW_CAUSE_NO_RESET_LINES, _ ("%s cannot reset itself"),
                      self->chip->name);
        return FALSE;
    }
    /* One request: the watchdog bites before a second one is answered on a slow line, and perhaps
     * before this one is. Whether the board restarted is heard afterwards. */
    if (!bw_esp_link_write_regs (self->link, writes, G_N_ELEMENTS (writes), &failure)
        && bw_error_get_cause (failure) == BW_CAUSE_CANCELLED) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    return bw_port_is_lost (self->port) || wait_ms (self, WATCHDOG_RESET_MS, error);
}
