/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-identify"
#include "config.h"

#include "bw-esp-identify.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-encryption.h"
#include "bw-esp-layout.h"
#include "bw-mac.h"
#include "bw-result.h"
#include "bwp-esp-spi.h"

#define EFUSE_PADS_WORD 5
#define EFUSE_HD_WORD 3

typedef struct {
    uint32_t addresses[BW_ESP_LINK_REGS_MAX];
    uint32_t values[BW_ESP_LINK_REGS_MAX];
    size_t n;
} Registers;

static void
want (Registers *self, uint32_t address)
{
    for (size_t i = 0; i < self->n; i++) {
        if (self->addresses[i] == address)
            return;
    }
    /* two are kept free for the address */
    if (self->n + 2 < BW_ESP_LINK_REGS_MAX)
        self->addresses[self->n++] = address;
}

static uint32_t
value_of (const Registers *self, uint32_t address)
{
    for (size_t i = 0; i < self->n; i++) {
        if (self->addresses[i] == address)
            return self->values[i];
    }
    return 0;
}

static gboolean
has_register (const Registers *self, uint32_t address)
{
    for (size_t i = 0; i < self->n; i++) {
        if (self->addresses[i] == address)
            return TRUE;
    }
    return FALSE;
}

static void
want_all (const BwEspSession *session, Registers *registers)
{
    const struct bwp_esp_chip *chip = session->chip;
    uint32_t baud[BWP_ESP_BAUD_REGISTERS_MAX];
    size_t n = bwp_esp_baud_registers (chip, baud);

    registers->n = bwp_esp_identity_registers (chip, registers->addresses);
    for (size_t i = 0; i < n; i++)
        want (registers, baud[i]);
    want (registers, bwp_esp_spi_address (chip, BWP_ESP_SPI_USR));
    want (registers, bwp_esp_spi_address (chip, BWP_ESP_SPI_USR2));
    if (bwp_esp_chip_supports (chip, BWP_ESP_CAN_PADS_IN_EFUSE)) {
        want (registers, chip->efuse_base + 4 * EFUSE_PADS_WORD);
        want (registers, chip->efuse_base + 4 * EFUSE_HD_WORD);
    }
}

/* Replies carry no checksum, and a wrong address would make another board of this one: it is asked
 * twice, in the same breath. */
static gboolean
read_all (BwEspSession *session, Registers *registers, GError **error)
{
    size_t n = registers->n;
    uint32_t mac = session->chip->mac;

    registers->addresses[n] = mac;
    registers->addresses[n + 1] = mac + 4;
    if (!bw_esp_link_read_regs (session->link, registers->addresses, registers->values, n + 2,
                                error))
        return FALSE;
    if ((has_register (registers, mac) && registers->values[n] != value_of (registers, mac))
        || (has_register (registers, mac + 4)
            && registers->values[n + 1] != value_of (registers, mac + 4))) {
        bw_set_error (error, BW_CAUSE_GARBAGE,
                      _ ("the board's address reads differently each time"));
        return FALSE;
    }
    return TRUE;
}

/* In-package flash hangs on pads that the eFuses name; all zero means the usual ones. */
static uint32_t
decode_pads (const BwEspSession *session, const Registers *registers)
{
    uint32_t pads;
    uint32_t hd;

    if (!bwp_esp_chip_supports (session->chip, BWP_ESP_CAN_PADS_IN_EFUSE))
        return 0;
    pads = value_of (registers, session->chip->efuse_base + 4 * EFUSE_PADS_WORD);
    hd = value_of (registers, session->chip->efuse_base + 4 * EFUSE_HD_WORD);
    return bwp_esp_pack_pads (pads & 0x1f, pads >> 5 & 0x1f, pads >> 10 & 0x1f, pads >> 15 & 0x1f,
                              hd >> 4 & 0x1f);
}

static void
keep_registers (BwEspSession *session, const Registers *registers)
{
    uint32_t baud[BWP_ESP_BAUD_REGISTERS_MAX];
    size_t n = bwp_esp_baud_registers (session->chip, baud);

    for (size_t i = 0; i < n; i++)
        session->baud_values[i] = value_of (registers, baud[i]);
    session->spi_usr = value_of (registers, bwp_esp_spi_address (session->chip, BWP_ESP_SPI_USR));
    session->spi_usr2 = value_of (registers, bwp_esp_spi_address (session->chip, BWP_ESP_SPI_USR2));
    session->attach_pins = decode_pads (session, registers);
}

static gboolean
check_same_board (BwEspSession *session, const struct bwp_esp_identity *identity, GError **error)
{
    g_autofree char *before = NULL;
    g_autofree char *now = NULL;

    if (!session->has_identity
        || memcmp (session->identity.mac, identity->mac, sizeof identity->mac) == 0)
        return TRUE;
    before = bw_esp_session_format_mac (session->identity.mac);
    now = bw_esp_session_format_mac (identity->mac);
    bw_set_error (error, BW_CAUSE_OTHER_BOARD, _ ("another board answers: %s instead of %s"), now,
                  before);
    return FALSE;
}

static gboolean
read_identity_once (BwEspSession *session,
                    Registers *registers,
                    struct bwp_esp_identity *identity,
                    GError **error)
{
    uint32_t baud = session->wire == BWP_ESP_LINK_UART ? bw_port_get_baud (session->port) : 0;

    want_all (session, registers);
    if (!read_all (session, registers, error))
        return FALSE;
    return bw_result_check (bwp_esp_identity_decode (session->chip, registers->addresses,
                                                     registers->values, registers->n, baud,
                                                     identity),
                            BW_CAUSE_PROTOCOL, error, N_ ("eFuses of the %s"), session->chip->name);
}

/* Noise is gone the second time; what the chip itself holds stays. */
static gboolean
read_identity (BwEspSession *session,
               Registers *registers,
               struct bwp_esp_identity *identity,
               GError **error)
{
    uint8_t before[BW_MAC_BYTES];

    if (!read_identity_once (session, registers, identity, error))
        return FALSE;
    if (!identity->is_mac_doubtful)
        return TRUE;
    memcpy (before, identity->mac, sizeof before);
    if (!read_identity_once (session, registers, identity, error))
        return FALSE;
    if (!identity->is_mac_doubtful || memcmp (before, identity->mac, sizeof before) == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_GARBAGE, _ ("the board's address reads differently each time"));
    return FALSE;
}

static gboolean
forbids_alike (const struct bwp_esp_identity *a, const struct bwp_esp_identity *b)
{
    return a->secure_boot == b->secure_boot && a->secure_boot_v1 == b->secure_boot_v1
           && a->flash_encrypted == b->flash_encrypted
           && a->key_manager_flash_key == b->key_manager_flash_key;
}

/* What would forbid things is asked for twice, as in bw_esp_detect(); most boards forbid nothing. */
static gboolean
confirm_security (BwEspSession *session, const struct bwp_esp_identity *identity, GError **error)
{
    static const struct bwp_esp_identity open_board;
    Registers registers = { 0 };
    struct bwp_esp_identity again = { 0 };

    if (forbids_alike (identity, &open_board))
        return TRUE;
    if (!read_identity (session, &registers, &again, error))
        return FALSE;
    if (forbids_alike (identity, &again))
        return TRUE;
    bw_set_error (error, BW_CAUSE_GARBAGE,
                  _ ("what the board says of its security reads differently each time"));
    return FALSE;
}

gboolean
bw_esp_identify_chip (BwEspSession *session, GError **error)
{
    Registers registers = { 0 };
    struct bwp_esp_identity identity = { 0 };

    if (session->is_secure_download)
        return TRUE;
    if (!read_identity (session, &registers, &identity, error))
        return FALSE;
    /* what was read first stays: a restart in the middle may have left other values behind */
    if (session->has_identity) {
        /* replies carry no checksum: one that differs is asked for again */
        return check_same_board (session, &identity, NULL)
               || (read_identity (session, &registers, &identity, error)
                   && check_same_board (session, &identity, error));
    }
    if (!confirm_security (session, &identity, error))
        return FALSE;
    session->identity = identity;
    session->has_identity = TRUE;
    keep_registers (session, &registers);
    return TRUE;
}

/* ---- for people ---- */

static char *
dup_features (const struct bwp_esp_identity *identity)
{
    char text[BWP_ESP_FEATURES_BYTES];
    g_auto (GStrv) words = NULL;

    bwp_esp_identity_describe_features (identity, text);
    words = g_strsplit (text, "; ", -1);
    return g_strjoinv (", ", words);
}

static void
fill_identity (const BwEspSession *session, BwBoardInfo *info)
{
    const struct bwp_esp_identity *identity = &session->identity;

    if (!session->has_identity)
        return;
    info->package = g_strdup (identity->package);
    info->revision = identity->has_revision ? identity->revision : -1;
    info->features = dup_features (identity);
    info->crystal_mhz = identity->crystal_mhz;
    if (bw_mac_is_own (identity->mac))
        info->mac = bw_esp_session_format_mac (identity->mac);
    info->is_mac_doubtful = info->mac != NULL && identity->is_mac_doubtful;
}

static void
fill_security (const BwEspSession *session, BwBoardInfo *info)
{
    info->is_secure_boot = bw_esp_session_is_secure_boot (session);
    info->is_flash_encrypted = bw_esp_encryption_is_on (session);
    info->is_secure_download = session->is_secure_download;
}

static void
fill_flash (const BwEspSession *session, BwBoardInfo *info)
{
    uint32_t id = session->flash_id;

    info->flash_size_bytes = (uint32_t) MIN (session->flash_bytes, UINT32_MAX);
    if (id == 0)
        return;
    info->flash_maker = g_strdup (_ (bwp_esp_flash_maker (id)));
    /* RDID comes with the maker in the low byte; people write maker, type, capacity */
    info->flash_id = (id & 0xff) << 16 | (id & 0xff00) | (id >> 16 & 0xff);
}

static char *
dup_loader (const BwEspSession *session)
{
    if (!session->is_stub)
        return g_strdup ("ROM");
    if (session->stub_generation == 0)
        return g_strdup (_ ("stub"));
    /* translators: a flasher stub and its generation */
    return g_strdup_printf (_ ("stub %u"), session->stub_generation);
}

/* Boards with such an address would all be one. */
static void
note_no_mac (BwEspSession *session)
{
    g_autofree char *mac = NULL;

    if (!session->has_identity || bw_mac_is_own (session->identity.mac))
        return;
    mac = bw_esp_session_format_mac (session->identity.mac);
    bw_esp_session_note (session,
                         _ ("%s is no MAC address of one board: this one counts as without"), mac);
}

/* It may still be the right one, and the board works with it. */
static void
note_doubtful_mac (BwEspSession *session, const BwBoardInfo *info)
{
    if (info->is_mac_doubtful)
        bw_esp_session_note (
            session,
            _ ("the check byte in the chip does not fit the MAC address %s: a bit of "
               "it may have changed, and other boards may have the same one"),
            info->mac);
}

BwBoardInfo *
bw_esp_identify (BwEspSession *session, GError **error)
{
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();

    info->chip_key = g_strdup (session->chip->key);
    info->chip_name = g_strdup (session->chip->name);
    fill_identity (session, info);
    note_no_mac (session);
    note_doubtful_mac (session, info);
    fill_security (session, info);
    fill_flash (session, info);
    info->loader = dup_loader (session);
    info->is_cdc = session->wire != BWP_ESP_LINK_UART;
    if (!bw_esp_layout_read (session, info, error))
        return NULL;
    return g_steal_pointer (&info);
}
