/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-partition.h"
#include "bwp-result.h"
#include <stddef.h>
#include <stdint.h>

/* Partition tables as people write them: name, type, subtype, offset, size, flags.
 * Source: ESP-IDF gen_esp32part.py; vectors partition/. UTF-8 with or without a byte-order mark;
 * other encodings are refused. Threads: no state, any thread. */

/* Looks up an environment variable for $NAME and ${NAME}: the name need not be terminated.
 * Returns the value, borrowed until the parse ends, or NULL when there is none. */
typedef const char *(*bwp_esp_env_lookup) (void *ctx, const char *name, size_t len);

#define BWP_ESP_CSV_BYTES_MAX (64 + BWP_ESP_PARTITION_MAX * 96) /* of what _write makes */

struct bwp_esp_csv_params {
    uint32_t table_offset;      /* usually 0x8000 */
    uint32_t bootloader_offset; /* of the chip, for an entry bootloader/primary */
    bwp_esp_env_lookup env;     /* (nullable): then $NAME is an error */
    void *env_ctx;
};

enum bwp_esp_csv_reason {
    BWP_ESP_CSV_NONE,
    BWP_ESP_CSV_ENCODING,
    BWP_ESP_CSV_VARIABLE, /* undefined or badly written */
    BWP_ESP_CSV_FIELDS,   /* more than six */
    BWP_ESP_CSV_TYPE,
    BWP_ESP_CSV_SUBTYPE,
    BWP_ESP_CSV_OFFSET,
    BWP_ESP_CSV_SIZE,
    BWP_ESP_CSV_FLAGS,
    BWP_ESP_CSV_OVERLAP, /* explicit offset inside the previous entry */
    BWP_ESP_CSV_RANGE,   /* offset and size leave 32 bits */
    BWP_ESP_CSV_DUPLICATE_NAME,
    BWP_ESP_CSV_BELOW_TABLE,
    BWP_ESP_CSV_OTADATA, /* more than one, or not of 0x2000 bytes */
    BWP_ESP_CSV_TOO_MANY,
};

struct bwp_esp_csv_fault {
    uint32_t line; /* from 1 */
    enum bwp_esp_csv_reason reason;
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_csv_parse:
 * @text: the file, not necessarily terminated
 * @len: bytes
 * @params: offsets and variables
 * @entries: (out): room for @max
 * @max: at most %BWP_ESP_PARTITION_MAX are ever needed
 * @ret_count: entries found; set on %BWP_OK only
 * @ret_fault: (nullable): where and why; set on every failure
 *
 * Fills in the offsets that were left out. Checks what a reader must; bwp_esp_partition_verify()
 * holds the remaining rules.
 *
 * Returns: %BWP_OK; %BWP_ERR_RULE with a reason; %BWP_ERR_SPACE more than @max entries;
 * %BWP_ERR_VERSION for UTF-16 and UTF-32
 */
enum bwp_result bwp_esp_csv_parse (const char *text,
                                   size_t len,
                                   const struct bwp_esp_csv_params *params,
                                   struct bwp_esp_partition *entries,
                                   size_t max,
                                   size_t *ret_count,
                                   struct bwp_esp_csv_fault *ret_fault);

/**
 * bwp_esp_csv_write:
 * @entries: a table
 * @count: how many
 * @out: (out): the text, zero-terminated
 * @capacity: size of @out; %BWP_ESP_CSV_BYTES_MAX always suffices
 * @ret_len: length without the terminator
 *
 * Writes two comment lines and one line per entry, sizes as 24K or 1M where that is exact.
 *
 * Returns: %BWP_OK; %BWP_ERR_SPACE; %BWP_ERR_RULE a label or flags for which this form has no words:
 * bwp_esp_csv_parse() would read something else
 */
enum bwp_result bwp_esp_csv_write (const struct bwp_esp_partition *entries,
                                   size_t count,
                                   char *out,
                                   size_t capacity,
                                   size_t *ret_len);

/**
 * bwp_esp_csv_reason_text:
 * @reason: of a fault
 *
 * Returns: (transfer none): an English phrase, marked for translation, never NULL
 */
const char *bwp_esp_csv_reason_text (enum bwp_esp_csv_reason reason);

#ifdef __cplusplus
}
#endif
