/* SPDX-License-Identifier: Apache-2.0 */
/* Flash parameters and flash chips of bwp-esp-chip.h. */
#include "bwp-esp-chip-private.h"
#include "bwp-text-private.h"
#include "bwp-words-private.h"

#define KB 1024u
#define MB (1024u * 1024u)
#define COUNT(a) (sizeof (a) / sizeof (a)[0])

#define MAKER_ADESTO 0x1f
#define RDID_WINBOND 0x0040ef

static const char *const mode_texts[] = { "qio", "qout", "dio", "dout" };

struct size_row {
    uint8_t code;
    uint32_t bytes;
    const char *suffix; /* "" or the memory map of the ESP8266 */
};

static const struct size_row sizes_8266[] = {
    { 0, 512 * KB, "" },  { 1, 256 * KB, "" }, { 2, 1 * MB, "" },
    { 3, 2 * MB, "" },    { 4, 4 * MB, "" },   { 5, 2 * MB, "-c1" },
    { 6, 4 * MB, "-c1" }, { 8, 8 * MB, "" },   { 9, 16 * MB, "" },
};

static const struct size_row sizes_later[] = {
    { 0, 1 * MB, "" },  { 1, 2 * MB, "" },  { 2, 4 * MB, "" },  { 3, 8 * MB, "" },
    { 4, 16 * MB, "" }, { 5, 32 * MB, "" }, { 6, 64 * MB, "" }, { 7, 128 * MB, "" },
};

enum bwp_result
bwp_esp_mode_from_text (const char *text, uint8_t *ret_code)
{
    for (uint8_t i = 0; i < COUNT (mode_texts); i++) {
        if (_bwp_equal_fold (text, _bwp_length (text), mode_texts[i])) {
            *ret_code = i;
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}

static enum bwp_result
find_frequency (const struct bwp_esp_chip *chip, uint32_t mhz, uint8_t *ret_code)
{
    for (size_t i = 0; i < chip->frequency_count; i++) {
        if (chip->frequencies[i].mhz == mhz) {
            *ret_code = chip->frequencies[i].code;
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}

enum bwp_result
bwp_esp_frequency_from_text (const struct bwp_esp_chip *chip, const char *text, uint8_t *ret_code)
{
    uint32_t mhz;

    if (!_bwp_take_decimal (&text, &mhz))
        return BWP_ERR_ABSENT;
    if (!_bwp_equal_fold (text, _bwp_length (text), "m")
        && !_bwp_equal_fold (text, _bwp_length (text), "mhz"))
        return BWP_ERR_ABSENT;
    return find_frequency (chip, mhz, ret_code);
}

static const struct size_row *
size_rows (const struct bwp_esp_chip *chip, size_t *ret_count)
{
    if (chip == &_bwp_esp_chips[BWP_ESP_CHIP_ESP8266]) {
        *ret_count = COUNT (sizes_8266);
        return sizes_8266;
    }
    *ret_count = COUNT (sizes_later);
    return sizes_later;
}

static enum bwp_result
find_size (const struct bwp_esp_chip *chip, uint64_t bytes, const char *suffix, uint8_t *ret_code)
{
    size_t count;
    const struct size_row *rows = size_rows (chip, &count);

    for (size_t i = 0; i < count; i++) {
        if (rows[i].bytes == bytes
            && _bwp_equal_fold (suffix, _bwp_length (suffix), rows[i].suffix)) {
            *ret_code = rows[i].code;
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}

enum bwp_result
bwp_esp_size_code (const struct bwp_esp_chip *chip, uint64_t bytes, uint8_t *ret_code)
{
    return find_size (chip, bytes, "", ret_code);
}

uint64_t
bwp_esp_size_bytes (const struct bwp_esp_chip *chip, uint8_t code)
{
    size_t count;
    const struct size_row *rows = size_rows (chip, &count);

    for (size_t i = 0; i < count; i++)
        if (rows[i].code == code)
            return rows[i].bytes;
    return 0;
}

enum bwp_result
bwp_esp_size_from_text (const struct bwp_esp_chip *chip, const char *text, uint8_t *ret_code)
{
    uint32_t number;
    uint32_t unit;

    if (!_bwp_take_decimal (&text, &number))
        return BWP_ERR_ABSENT;
    if (_bwp_lower (*text) == 'k')
        unit = KB;
    else if (_bwp_lower (*text) == 'm')
        unit = MB;
    else
        return BWP_ERR_ABSENT;
    text++;
    if (_bwp_lower (*text) == 'b')
        text++;
    return find_size (chip, (uint64_t) number * unit, text, ret_code);
}

/* ---- flash chips ---- */

bool
bwp_esp_flash_id_is_valid (uint32_t rdid)
{
    rdid &= 0xffffff;
    return rdid != 0xffffff && rdid != 0 && rdid != 0xffff3f;
}

static uint32_t
adesto_bytes (uint32_t rdid)
{
    uint32_t code = rdid >> 8 & 0x1f;

    return code >= 4 && code <= 9 ? 512 * KB << (code - 4) : 0;
}

uint64_t
bwp_esp_flash_id_bytes (uint32_t rdid)
{
    uint32_t code = rdid >> 16 & 0xff;

    if ((rdid & 0xff) == MAKER_ADESTO)
        return adesto_bytes (rdid);
    if (code >= 0x12 && code <= 0x1c)
        return 256 * KB << (code - 0x12);
    if (code >= 0x20 && code <= 0x22)
        return 64 * MB << (code - 0x20);
    if (code >= 0x32 && code <= 0x3a)
        return 256 * KB << (code - 0x32);
    return 0;
}

enum bwp_result
bwp_esp_flash_id_from_bytes (uint64_t bytes, uint32_t *ret_rdid)
{
    for (uint32_t code = 0x12; code <= 0x1c; code++) {
        uint32_t rdid = code << 16 | RDID_WINBOND;

        if (bwp_esp_flash_id_bytes (rdid) == bytes) {
            *ret_rdid = rdid;
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}

struct maker {
    uint8_t id;
    const char *name;
};

static const struct maker makers[] = {
    { 0x0b, "XTX" },     { 0x1c, "EON" },      { 0x1f, "Adesto" },     { 0x20, "XMC" },
    { 0x5e, "Zbit" },    { 0x68, "Boya" },     { 0x85, "Puya" },       { 0x9d, "ISSI" },
    { 0xa1, "Fudan" },   { 0xc2, "Macronix" }, { 0xc8, "GigaDevice" }, { 0xcd, "TH" },
    { 0xef, "Winbond" },
};

const char *
bwp_esp_flash_maker (uint32_t rdid)
{
    for (size_t i = 0; i < COUNT (makers); i++)
        if (makers[i].id == (rdid & 0xff))
            return makers[i].name;
    return N_ ("unknown");
}
