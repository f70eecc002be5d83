/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-digest.h"
#include "bwp-esp-chip.h"
#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Program images: the boot loader and the application, of ESP32 chips and of the ESP8266.
 * Everything works in place on the caller's memory, also on a mapped file.
 * Sources: esptool bin_image.py and docs "firmware-image-format", ESP-IDF esp_app_format.h;
 * vectors image/. Threads: no state, any thread. */

#define BWP_ESP_IMAGE_MAGIC 0xe9
#define BWP_ESP_IMAGE_MAGIC_V2 0xea /* ESP8266, "user1/user2" */
#define BWP_ESP_IMAGE_SEGMENTS_MAX 16
#define BWP_ESP_IMAGE_HEADER_BYTES 8
#define BWP_ESP_IMAGE_EXTENDED_BYTES 24
#define BWP_ESP_IMAGE_SEGMENT_HEADER_BYTES 8
#define BWP_ESP_KEEP 0xff /* in a bwp_esp_flash_params: leave as it is */

struct bwp_esp_image_header {
    uint8_t magic; /* E9 or EA */
    uint8_t segment_count;
    uint8_t mode;
    uint8_t size_code;      /* high nibble of byte 3 */
    uint8_t frequency_code; /* low nibble of byte 3 */
    uint32_t entry;
    /* the extended header; all zero for the ESP8266 */
    bool is_extended;
    uint16_t chip_id;
    uint8_t min_revision_old;
    uint16_t min_revision; /* major * 100 + minor */
    uint16_t max_revision; /* 0 = old image, FFFF = no limit */
    bool has_digest;
};

struct bwp_esp_segment {
    uint32_t address; /* 0 = padding */
    uint32_t size;
    size_t data_offset; /* in the file */
};

struct bwp_esp_image {
    struct bwp_esp_image_header header;
    size_t segments_offset; /* of the first segment header */
    uint8_t segment_total;  /* v2 images: without the irom part */
    uint8_t checksum_found;
    uint8_t checksum_expected;
    size_t data_length;  /* everything before the digest, checksum included */
    size_t total_length; /* with the digest or the v2 CRC; anything may follow */
};

/* What to set: header codes, see bwp-esp-chip.h. */
struct bwp_esp_flash_params {
    uint8_t mode;      /* or BWP_ESP_KEEP */
    uint8_t frequency; /* or BWP_ESP_KEEP */
    uint8_t size;      /* or BWP_ESP_KEEP */
};

enum bwp_esp_revision_fit {
    BWP_ESP_REVISION_FITS,
    BWP_ESP_REVISION_TOO_OLD, /* the chip is older than the image wants */
    BWP_ESP_REVISION_TOO_NEW,
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_image_guess_chip:
 * @data: start of a file
 * @len: its length
 * @ret_chip: (transfer none): set on %BWP_OK only
 *
 * Tells the chip an image was made for by its extended header; a header that cannot be an
 * extended one means ESP8266.
 *
 * Returns: %BWP_OK; %BWP_ERR_ABSENT no image at all; %BWP_ERR_CUT; %BWP_ERR_VERSION an extended
 * header with an unknown or retired chip
 */
enum bwp_result
bwp_esp_image_guess_chip (const uint8_t *data, size_t len, const struct bwp_esp_chip **ret_chip);

/**
 * bwp_esp_image_scan:
 * @chip: whose image this is
 * @data: start of the image
 * @len: bytes at hand, usually the file
 * @ret_image: set on %BWP_OK only
 *
 * Walks all segments and adds up the checksum; compares nothing. Reads every data byte once.
 *
 * Returns: %BWP_OK; %BWP_ERR_ABSENT another magic; %BWP_ERR_VERSION made for another chip;
 * %BWP_ERR_CUT the header, a segment or the trailer ends outside @len; %BWP_ERR_CORRUPT segment count
 * or digest flag out of range, or a segment length that is no multiple of 4 or 16 MiB or more
 */
enum bwp_result bwp_esp_image_scan (const struct bwp_esp_chip *chip,
                                    const uint8_t *data,
                                    size_t len,
                                    struct bwp_esp_image *ret_image);

/**
 * bwp_esp_image_segment:
 * @image: from bwp_esp_image_scan()
 * @data: the same bytes
 * @index: below segment_total
 * @ret_segment: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CALLER
 */
enum bwp_result bwp_esp_image_segment (const struct bwp_esp_image *image,
                                       const uint8_t *data,
                                       uint8_t index,
                                       struct bwp_esp_segment *ret_segment);

/**
 * bwp_esp_image_check:
 * @chip: whose image this is
 * @data: start of the image
 * @len: bytes at hand
 * @digests: for images with a digest; sha256 must not be NULL for those
 * @ret_image: (nullable): set on %BWP_OK only
 *
 * The full test: structure, checksum, digest or v2 CRC.
 *
 * Returns: as bwp_esp_image_scan(); %BWP_ERR_CORRUPT for a wrong checksum, digest or CRC;
 * %BWP_ERR_CALLER when a digest is needed and cannot be computed
 */
enum bwp_result bwp_esp_image_check (const struct bwp_esp_chip *chip,
                                     const uint8_t *data,
                                     size_t len,
                                     const struct bwp_digests *digests,
                                     struct bwp_esp_image *ret_image);

/**
 * bwp_esp_image_patch:
 * @chip: whose image this is
 * @data: (inout): the image; bytes 2 and 3 and the digest change
 * @len: bytes at hand
 * @params: what to set, %BWP_ESP_KEEP leaves a parameter
 * @digests: as for bwp_esp_image_check()
 *
 * Only the image at the chip's bootloader offset may be patched, never with secure boot on or in
 * secure download mode: the caller sees to that. The image passes the full test first, so that
 * an encrypted file that happens to start with E9 is refused and left alone.
 *
 * Returns: as bwp_esp_image_check(), @data untouched on failure; %BWP_ERR_CALLER also for a code
 * above its nibble
 */
enum bwp_result bwp_esp_image_patch (const struct bwp_esp_chip *chip,
                                     uint8_t *data,
                                     size_t len,
                                     const struct bwp_esp_flash_params *params,
                                     const struct bwp_digests *digests);

/**
 * bwp_esp_image_revision_fit:
 * @chip: whose image this is
 * @header: of the image
 * @revision: of the connected chip, major * 100 + minor
 *
 * Returns: whether the image may run on that chip; ESP8266 images always fit
 */
enum bwp_esp_revision_fit bwp_esp_image_revision_fit (const struct bwp_esp_chip *chip,
                                                      const struct bwp_esp_image_header *header,
                                                      uint16_t revision);

/**
 * bwp_esp_8266_image_crc:
 * @data: a v2 image without its CRC
 * @len: bytes
 *
 * Returns: the CRC word that stands behind it
 */
uint32_t bwp_esp_8266_image_crc (const uint8_t *data, size_t len);

#ifdef __cplusplus
}
#endif
