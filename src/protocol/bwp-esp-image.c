/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-image.h"
#include "bwp-bytes.h"
#include "bwp-crc.h"
#include <string.h>

#define CHECKSUM_SEED 0xef
#define SEGMENT_SIZE_END 0x1000000u
#define V2_SEGMENTS 4 /* fixed number in the header of a v2 image */
#define V2_CRC_BYTES 4
#define OFFSET_DIGEST_FLAG 0x17

static bool
is_extended (const struct bwp_esp_chip *chip)
{
    return bwp_esp_chip_supports (chip, BWP_ESP_CAN_EXTENDED_HEADER);
}

/* Where an extended header has pads and the WP pin, an ESP8266 image has its first address. */
static bool
has_8266_address (const uint8_t *data)
{
    return (data[0xb] == 0x40 || data[0xb] == 0x3f) && (data[8] & 3) == 0;
}

enum bwp_result
bwp_esp_image_guess_chip (const uint8_t *data, size_t len, const struct bwp_esp_chip **ret_chip)
{
    static const uint8_t zeros[4] = { 0, 0, 0, 0 };
    const struct bwp_esp_chip *esp8266 = bwp_esp_chip_by_name ("esp8266");

    if (len == 0)
        return BWP_ERR_CUT;
    if (data[0] != BWP_ESP_IMAGE_MAGIC && data[0] != BWP_ESP_IMAGE_MAGIC_V2)
        return BWP_ERR_ABSENT;
    if (len < BWP_ESP_IMAGE_EXTENDED_BYTES)
        return BWP_ERR_CUT;
    if (data[0] == BWP_ESP_IMAGE_MAGIC_V2 || has_8266_address (data)
        || memcmp (data + 0x13, zeros, sizeof zeros) != 0 || data[OFFSET_DIGEST_FLAG] > 1) {
        *ret_chip = esp8266;
        return BWP_OK;
    }
    return bwp_esp_chip_by_id (bwp_get_u16le (data + 0xc), ret_chip) == BWP_OK ? BWP_OK
                                                                               : BWP_ERR_VERSION;
}

/* ---- header ---- */

static enum bwp_result
check_magic (const struct bwp_esp_chip *chip, const uint8_t *data, size_t len)
{
    bool v2 = len > 0 && data[0] == BWP_ESP_IMAGE_MAGIC_V2;

    if (len == 0)
        return BWP_ERR_CUT;
    if (data[0] != BWP_ESP_IMAGE_MAGIC && (!v2 || is_extended (chip)))
        return BWP_ERR_ABSENT;
    if (len < (is_extended (chip) ? BWP_ESP_IMAGE_EXTENDED_BYTES : BWP_ESP_IMAGE_HEADER_BYTES))
        return BWP_ERR_CUT;
    if (data[1] == 0 || data[1] > BWP_ESP_IMAGE_SEGMENTS_MAX || (v2 && data[1] != V2_SEGMENTS))
        return BWP_ERR_CORRUPT;
    return BWP_OK;
}

static enum bwp_result
check_extension (const struct bwp_esp_chip *chip, const uint8_t *data)
{
    if (data[OFFSET_DIGEST_FLAG] > 1)
        return BWP_ERR_CORRUPT;
    return bwp_get_u16le (data + 0xc) == chip->image_id ? BWP_OK : BWP_ERR_VERSION;
}

static void
read_extension (const uint8_t *data, struct bwp_esp_image_header *header)
{
    header->is_extended = true;
    header->chip_id = bwp_get_u16le (data + 0xc);
    header->min_revision_old = data[0xe];
    header->min_revision = bwp_get_u16le (data + 0xf);
    header->max_revision = bwp_get_u16le (data + 0x11);
    header->has_digest = data[OFFSET_DIGEST_FLAG] != 0;
}

static enum bwp_result
parse_header (const struct bwp_esp_chip *chip,
              const uint8_t *data,
              size_t len,
              struct bwp_esp_image_header *ret_header)
{
    enum bwp_result result = check_magic (chip, data, len);

    if (result == BWP_OK && is_extended (chip))
        result = check_extension (chip, data);
    if (result != BWP_OK)
        return result;
    memset (ret_header, 0, sizeof *ret_header);
    ret_header->magic = data[0];
    ret_header->segment_count = data[1];
    ret_header->mode = data[2];
    ret_header->size_code = data[3] >> 4;
    ret_header->frequency_code = data[3] & 0xf;
    ret_header->entry = bwp_get_u32le (data + 4);
    if (is_extended (chip))
        read_extension (data, ret_header);
    return BWP_OK;
}

/* ---- segments ---- */

static enum bwp_result
read_segment (const uint8_t *data, size_t len, size_t at, struct bwp_esp_segment *ret_segment)
{
    uint32_t size;

    if (len < at || len - at < BWP_ESP_IMAGE_SEGMENT_HEADER_BYTES)
        return BWP_ERR_CUT;
    size = bwp_get_u32le (data + at + 4);
    if ((size & 3) != 0 || size >= SEGMENT_SIZE_END)
        return BWP_ERR_CORRUPT;
    if (len - at - BWP_ESP_IMAGE_SEGMENT_HEADER_BYTES < size)
        return BWP_ERR_CUT;
    ret_segment->address = bwp_get_u32le (data + at);
    ret_segment->size = size;
    ret_segment->data_offset = at + BWP_ESP_IMAGE_SEGMENT_HEADER_BYTES;
    return BWP_OK;
}

static uint8_t
add_up (uint8_t sum, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum ^= data[i];
    return sum;
}

static enum bwp_result
walk_segments (const uint8_t *data, size_t len, uint8_t count, size_t *inout_at, uint8_t *ret_sum)
{
    struct bwp_esp_segment segment;
    enum bwp_result result = BWP_OK;
    uint8_t sum = CHECKSUM_SEED;

    for (uint8_t i = 0; i < count; i++) {
        result = read_segment (data, len, *inout_at, &segment);
        if (result != BWP_OK)
            return result;
        sum = add_up (sum, data + segment.data_offset, segment.size);
        *inout_at = segment.data_offset + segment.size;
    }
    *ret_sum = sum;
    return BWP_OK;
}

/* A v2 image is one segment of program memory, then a complete v1 image. */
static enum bwp_result
enter_v2 (const uint8_t *data, size_t len, size_t *inout_at, uint8_t *ret_count)
{
    struct bwp_esp_segment segment;
    enum bwp_result result = read_segment (data, len, *inout_at, &segment);
    size_t at;

    if (result != BWP_OK)
        return result;
    at = segment.data_offset + segment.size;
    if (len - at < BWP_ESP_IMAGE_HEADER_BYTES)
        return BWP_ERR_CUT;
    if (data[at] != BWP_ESP_IMAGE_MAGIC || data[at + 1] == 0
        || data[at + 1] > BWP_ESP_IMAGE_SEGMENTS_MAX)
        return BWP_ERR_CORRUPT;
    *inout_at = at + BWP_ESP_IMAGE_HEADER_BYTES;
    *ret_count = data[at + 1];
    return BWP_OK;
}

/* The checksum is the last byte of a 16-byte group. */
static enum bwp_result
read_trailer (const uint8_t *data, size_t len, size_t at, struct bwp_esp_image *image)
{
    size_t behind = (at | 15) + 1;
    size_t extra = image->header.has_digest ? BWP_SHA256_BYTES : 0;

    if (image->header.magic == BWP_ESP_IMAGE_MAGIC_V2)
        extra = V2_CRC_BYTES;
    if (len < behind || len - behind < extra)
        return BWP_ERR_CUT;
    image->checksum_found = data[behind - 1];
    image->data_length = behind;
    image->total_length = behind + extra;
    return BWP_OK;
}

enum bwp_result
bwp_esp_image_scan (const struct bwp_esp_chip *chip,
                    const uint8_t *data,
                    size_t len,
                    struct bwp_esp_image *ret_image)
{
    struct bwp_esp_image image;
    enum bwp_result result = parse_header (chip, data, len, &image.header);
    size_t at = is_extended (chip) ? BWP_ESP_IMAGE_EXTENDED_BYTES : BWP_ESP_IMAGE_HEADER_BYTES;

    if (result != BWP_OK)
        return result;
    image.segment_total = image.header.segment_count;
    if (image.header.magic == BWP_ESP_IMAGE_MAGIC_V2)
        result = enter_v2 (data, len, &at, &image.segment_total);
    image.segments_offset = at;
    if (result == BWP_OK)
        result = walk_segments (data, len, image.segment_total, &at, &image.checksum_expected);
    if (result == BWP_OK)
        result = read_trailer (data, len, at, &image);
    if (result == BWP_OK)
        *ret_image = image;
    return result;
}

enum bwp_result
bwp_esp_image_segment (const struct bwp_esp_image *image,
                       const uint8_t *data,
                       uint8_t index,
                       struct bwp_esp_segment *ret_segment)
{
    struct bwp_esp_segment segment;
    size_t at = image->segments_offset;

    if (index >= image->segment_total)
        return BWP_ERR_CALLER;
    for (uint8_t i = 0; i <= index; i++) {
        enum bwp_result result = read_segment (data, image->data_length, at, &segment);

        if (result != BWP_OK)
            return result;
        at = segment.data_offset + segment.size;
    }
    *ret_segment = segment;
    return BWP_OK;
}

/* ---- the full test ---- */

uint32_t
bwp_esp_8266_image_crc (const uint8_t *data, size_t len)
{
    uint32_t crc = bwp_crc32_zip (0, data, len);

    return (crc & 0x80000000u) != 0 ? ~crc : crc + 1;
}

static enum bwp_result
check_digest (const uint8_t *data,
              const struct bwp_esp_image *image,
              const struct bwp_digests *digests)
{
    uint8_t digest[BWP_SHA256_BYTES];

    if (digests == NULL || digests->sha256 == NULL)
        return BWP_ERR_CALLER;
    digests->sha256 (digests->ctx, data, image->data_length, digest);
    return memcmp (digest, data + image->data_length, sizeof digest) == 0 ? BWP_OK
                                                                          : BWP_ERR_CORRUPT;
}

static enum bwp_result
check_contents (const uint8_t *data,
                const struct bwp_esp_image *image,
                const struct bwp_digests *digests)
{
    if (image->checksum_found != image->checksum_expected)
        return BWP_ERR_CORRUPT;
    if (image->header.magic == BWP_ESP_IMAGE_MAGIC_V2
        && bwp_esp_8266_image_crc (data, image->data_length)
               != bwp_get_u32le (data + image->data_length))
        return BWP_ERR_CORRUPT;
    return image->header.has_digest ? check_digest (data, image, digests) : BWP_OK;
}

enum bwp_result
bwp_esp_image_check (const struct bwp_esp_chip *chip,
                     const uint8_t *data,
                     size_t len,
                     const struct bwp_digests *digests,
                     struct bwp_esp_image *ret_image)
{
    struct bwp_esp_image image;
    enum bwp_result result = bwp_esp_image_scan (chip, data, len, &image);

    if (result == BWP_OK)
        result = check_contents (data, &image, digests);
    if (result == BWP_OK && ret_image != NULL)
        *ret_image = image;
    return result;
}

/* ---- flash parameters ---- */

static uint8_t
pick (uint8_t wanted, uint8_t present)
{
    return wanted == BWP_ESP_KEEP ? present : wanted;
}

static bool
is_nibble (uint8_t code)
{
    return code == BWP_ESP_KEEP || code <= 0xf;
}

/* The CRC of a v2 image covers the header too. */
static void
seal (uint8_t *data, const struct bwp_esp_image *image, const struct bwp_digests *digests)
{
    uint8_t *seal_at = data + image->data_length;

    if (image->header.has_digest)
        digests->sha256 (digests->ctx, data, image->data_length, seal_at);
    if (image->header.magic == BWP_ESP_IMAGE_MAGIC_V2)
        bwp_put_u32le (seal_at, bwp_esp_8266_image_crc (data, image->data_length));
}

enum bwp_result
bwp_esp_image_patch (const struct bwp_esp_chip *chip,
                     uint8_t *data,
                     size_t len,
                     const struct bwp_esp_flash_params *params,
                     const struct bwp_digests *digests)
{
    struct bwp_esp_image image;
    enum bwp_result result;

    if (!is_nibble (params->mode) || !is_nibble (params->frequency) || !is_nibble (params->size))
        return BWP_ERR_CALLER;
    result = bwp_esp_image_check (chip, data, len, digests, &image);
    if (result != BWP_OK)
        return result;
    data[2] = pick (params->mode, image.header.mode);
    data[3] = (uint8_t) (pick (params->size, image.header.size_code) << 4
                         | pick (params->frequency, image.header.frequency_code));
    seal (data, &image, digests);
    return BWP_OK;
}

/* ---- revisions ---- */

static enum bwp_esp_revision_fit
fit_old_style (const struct bwp_esp_chip *chip,
               const struct bwp_esp_image_header *header,
               uint16_t revision)
{
    uint16_t level = bwp_esp_chip_supports (chip, BWP_ESP_NEEDS_MINOR_REVISION) ? revision % 100
                                                                                : revision / 100;

    return level < header->min_revision_old ? BWP_ESP_REVISION_TOO_OLD : BWP_ESP_REVISION_FITS;
}

enum bwp_esp_revision_fit
bwp_esp_image_revision_fit (const struct bwp_esp_chip *chip,
                            const struct bwp_esp_image_header *header,
                            uint16_t revision)
{
    bool is_open = header->max_revision == UINT16_MAX;

    if (!header->is_extended)
        return BWP_ESP_REVISION_FITS;
    if (header->max_revision == 0
        || (is_open && header->min_revision == 0 && header->min_revision_old != 0))
        return fit_old_style (chip, header, revision);
    if (revision < header->min_revision)
        return BWP_ESP_REVISION_TOO_OLD;
    return revision > header->max_revision ? BWP_ESP_REVISION_TOO_NEW : BWP_ESP_REVISION_FITS;
}
