/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and times of bwp-esp-command.h. */
#include "bwp-esp-command.h"

#define RAM_BLOCK 0x1800
#define ROM_BLOCK 0x400
#define STUB_BLOCK 0x4000
#define OTG_BLOCK 0x800
#define STUB_READ_PACKET 0x1000

#define SYNC_MS 100
#define MEM_END_ROM_MS 200
#define ERASE_CHIP_MS 120000
#define ERASE_BYTES_PER_MS 25 /* 40 s per 10^6 bytes */
#define MD5_BYTES_PER_MS 125  /* 8 s per 10^6 bytes */

/* What data sheets of 25Q chips allow, and how many sectors before and behind whole blocks a loader
 * erases singly. */
#define SECTOR_LIMIT_MS 450
#define BLOCK_LIMIT_MS 2000
#define SINGLE_SECTORS 32

#define SECTOR_SHIFT 12
#define SECTORS_PER_BLOCK 16
#define INFLATE_WINDOW 0x8000
#define FLASH_BLOCK_BYTES 65536
#define EXPANDED_MAX 0x10000000

size_t
bwp_esp_status_bytes (enum bwp_esp_peer peer)
{
    return peer == BWP_ESP_PEER_ROM ? 4 : 2;
}

static uint32_t
flash_block (enum bwp_esp_peer peer, enum bwp_esp_link link)
{
    if (peer != BWP_ESP_PEER_STUB)
        return ROM_BLOCK;
    return link == BWP_ESP_LINK_USB_OTG ? OTG_BLOCK : STUB_BLOCK;
}

uint32_t
bwp_esp_block_bytes (enum bwp_esp_traffic traffic, enum bwp_esp_peer peer, enum bwp_esp_link link)
{
    switch (traffic) {
    case BWP_ESP_TRAFFIC_RAM:
        return link == BWP_ESP_LINK_USB_OTG ? OTG_BLOCK : RAM_BLOCK;
    case BWP_ESP_TRAFFIC_READ:
        return peer == BWP_ESP_PEER_STUB ? STUB_READ_PACKET : BWP_ESP_READ_SLOW_MAX;
    case BWP_ESP_TRAFFIC_FLASH:
    case BWP_ESP_TRAFFIC_DEFLATE:
        break;
    }
    return flash_block (peer, link);
}

uint32_t
bwp_esp_block_count (uint32_t size, uint32_t block_bytes)
{
    return size / block_bytes + (size % block_bytes != 0 ? 1 : 0);
}

uint32_t
bwp_esp_deflate_begin_size (uint32_t size, uint32_t block_bytes, enum bwp_esp_peer peer)
{
    if (peer == BWP_ESP_PEER_STUB)
        return size;
    return bwp_esp_block_count (size, block_bytes) * block_bytes;
}

uint32_t
bwp_esp_8266_erase_size (uint32_t offset, uint32_t size)
{
    uint32_t sectors = (size >> SECTOR_SHIFT) + ((size & 0xfff) != 0 ? 1 : 0);
    uint32_t start = offset >> SECTOR_SHIFT;
    uint32_t head = SECTORS_PER_BLOCK - (start & (SECTORS_PER_BLOCK - 1));

    if (sectors < head)
        head = sectors;
    if (sectors < 2 * head)
        return ((sectors + 1) >> 1) << SECTOR_SHIFT;
    return (sectors - head) << SECTOR_SHIFT;
}

static uint32_t
clamp_ms (uint32_t ms)
{
    if (ms < BWP_ESP_TIMEOUT_DEFAULT_MS)
        return BWP_ESP_TIMEOUT_DEFAULT_MS;
    return ms > BWP_ESP_TIMEOUT_MAX_MS ? BWP_ESP_TIMEOUT_MAX_MS : ms;
}

static uint32_t
default_ms (enum bwp_esp_op op, enum bwp_esp_peer peer)
{
    if (op == BWP_ESP_SYNC)
        return SYNC_MS;
    if (op == BWP_ESP_ERASE_FLASH)
        return ERASE_CHIP_MS;
    if (op == BWP_ESP_MEM_END && peer != BWP_ESP_PEER_STUB)
        return MEM_END_ROM_MS;
    return BWP_ESP_TIMEOUT_DEFAULT_MS;
}

uint32_t
bwp_esp_timeout_ms (enum bwp_esp_op op, enum bwp_esp_peer peer, uint32_t size)
{
    bool begins = op == BWP_ESP_FLASH_BEGIN || op == BWP_ESP_FLASH_DEFL_BEGIN;

    if (op == BWP_ESP_FLASH_MD5)
        return clamp_ms (size / MD5_BYTES_PER_MS);
    if (op == BWP_ESP_ERASE_REGION || (begins && peer != BWP_ESP_PEER_STUB))
        return clamp_ms (size / ERASE_BYTES_PER_MS);
    return default_ms (op, peer);
}

uint32_t
bwp_esp_erase_limit_ms (uint32_t size)
{
    uint32_t sectors = (size >> SECTOR_SHIFT) + 2;
    uint32_t blocks = size / FLASH_BLOCK_BYTES;
    uint32_t singles = sectors < SINGLE_SECTORS ? sectors : SINGLE_SECTORS;

    return clamp_ms (BWP_ESP_TIMEOUT_DEFAULT_MS + singles * SECTOR_LIMIT_MS
                     + blocks * BLOCK_LIMIT_MS);
}

uint32_t
bwp_esp_deflate_timeout_ms (uint32_t expanded)
{
    uint32_t windows = bwp_esp_block_count (expanded, INFLATE_WINDOW);

    /* far beyond the upper limit, and near the end of 32 bits */
    if (expanded > EXPANDED_MAX)
        return BWP_ESP_TIMEOUT_MAX_MS;
    return clamp_ms ((expanded + (windows + 1) * FLASH_BLOCK_BYTES) / ERASE_BYTES_PER_MS);
}
