/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-esp-identity.h"
#include "bwp-esp-spi.h"
#include "fuzz.h"
#include <glib.h>
#include <string.h>

/* First byte: which chip; then register contents, the last one repeated. */
static void
read_words (const uint8_t *in, size_t len, uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words[i] = 4 * i + 4 <= len ? bwp_get_u32le (in + 4 * i) : (i > 0 ? words[i - 1] : 0);
}

static void
check_identity (const struct bwp_esp_chip *chip, const uint32_t *words)
{
    uint32_t addresses[BWP_ESP_IDENTITY_REGISTERS_MAX];
    size_t count = bwp_esp_identity_registers (chip, addresses);
    char features[BWP_ESP_FEATURES_BYTES];
    struct bwp_esp_identity identity;

    g_assert_cmpuint (count, <=, BWP_ESP_IDENTITY_REGISTERS_MAX);
    if (bwp_esp_identity_decode (chip, addresses, words, count, words[0], &identity) != BWP_OK)
        return;
    bwp_esp_identity_describe_features (&identity, features);
    /* never cut off */
    g_assert_cmpuint (strlen (features), <, sizeof features - 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    uint32_t words[BWP_ESP_IDENTITY_REGISTERS_MAX];
    const struct bwp_esp_chip *chip = bwp_esp_chip_at (len > 0 ? in[0] % 15 : 0);
    struct bwp_esp_spi_command command;
    struct bwp_esp_spi_state state;
    uint32_t wanted = 0;

    read_words (in + (len > 0), len - (len > 0), words, G_N_ELEMENTS (words));
    check_identity (chip, words);
    wanted = words[2] % 5000000 + 1;
    g_assert_cmpuint (bwp_esp_rom_baud (chip, words, words[1] % 5000000, wanted), >, 0);
    state =
        (struct bwp_esp_spi_state){ words[0], words[1], words[2], words[3], words[4], words[5] };
    if (bwp_esp_spi_read_state (chip, &state, &command) == BWP_OK)
        g_assert_true (command.tx_bytes <= BWP_ESP_SPI_TX_MAX && command.rx_bits <= 512);
    return 0;
}
