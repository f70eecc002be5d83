/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-app-desc.h"
#include "bwp-esp-image.h"
#include "bwp-esp-partition.h"
#include "fw-flash.h"

/* What a chip would start from its flash: the way of the ROM and the second-stage loader through
 * boot image, partition table, otadata and programs. Threads: no state. */

enum fw_start {
    FW_START_RUNS,
    FW_START_NO_LOADER,  /* no image where the ROM looks for it */
    FW_START_BAD_LOADER, /* an image that is cut or damaged */
    FW_START_NO_TABLE,   /* no partition table, or a damaged one */
    FW_START_NO_PROGRAM, /* no program partition holds a program that is whole */
};

struct fw_selection {
    enum fw_start start;
    uint32_t first_word;         /* at the boot image's place, for the ROM's complaint */
    struct bwp_esp_image loader; /* unless there is none */
    bool is_digest_wrong;        /* of the boot image: no ROM refuses it for that alone */
    struct bwp_esp_partition table[BWP_ESP_PARTITION_MAX];
    size_t table_count;
    struct bwp_esp_partition chosen;  /* what otadata and table ask for; with a program */
    bool chosen_is_bad;               /* it is not what runs: the first that was tried in vain */
    enum bwp_result chosen_result;    /* why not; BWP_ERR_SPACE: it does not lie within the flash */
    struct bwp_esp_image bad;         /* its checksums, where it has any */
    struct bwp_esp_partition program; /* what runs */
    struct bwp_esp_image image;       /* of it */
    bool has_desc;
    struct bwp_esp_app_desc desc;
};

/**
 * fw_select:
 * @flash: what it starts from
 * @chip: who starts; an ESP8266 runs the image at 0 without a partition table
 * @digests: both must be there
 * @ret: (out): what it finds
 */
void fw_select (const struct fw_flash *flash,
                const struct bwp_esp_chip *chip,
                const struct bwp_digests *digests,
                struct fw_selection *ret);
