/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-bootlog.h"
#include "bwp-bytes.h"
#include "fw-text.h"
#include <string.h>

struct cause {
    uint8_t number;
    const char *first;
    const char *later;
};

static const struct cause causes[] = {
    { FW_RESET_POWER, "POWERON_RESET", "POWERON" },
    { FW_RESET_SOFTWARE, "SW_RESET", "RTC_SW_SYS_RST" },
    { FW_RESET_WATCHDOG, "TG0WDT_SYS_RESET", "TG0WDT_SYS_RST" },
    { FW_RESET_CPU, "SW_CPU_RESET", "RTC_SW_CPU_RST" },
    { FW_RESET_BROWNOUT, "RTCWDT_BROWN_OUT_RESET", "BROWN_OUT_RST" },
    { FW_RESET_RTC_WATCHDOG, "RTCWDT_RTC_RESET", "RTCWDT_RTC_RST" },
};

static enum fw_log_style
style (const struct fw_board *self)
{
    return self->config.identity.traits->log;
}

static bool
is_first (const struct fw_board *self)
{
    return style (self) == FW_LOG_FIRST;
}

static const char *
cause_name (const struct fw_board *self)
{
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (causes[i].number == self->boot.reason)
            return is_first (self) ? causes[i].first : causes[i].later;
    return "UNKNOWN";
}

static void
say (struct fw_board *self, uint64_t now, const char *text)
{
    fw_board_print (self, now, text);
    fw_board_print (self, now, "\r\n");
}

static void
say_banner (struct fw_board *self, uint64_t now)
{
    struct fw_text text;

    fw_text_clear (&text);
    if (is_first (self)) {
        fw_text_add (&text, "ets Jul 29 2019 12:21:46\r\n");
    } else {
        fw_text_add (&text, "ESP-ROM:");
        fw_text_add (&text, self->config.identity.chip->key);
        fw_text_add (&text, "-virtual\r\nBuild:Feb  7 2021");
    }
    say (self, now, text.text);
}

/* "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)" */
static void
say_reset (struct fw_board *self, uint64_t now, uint32_t straps, const char *mode)
{
    struct fw_text text;

    say_banner (self, now);
    fw_text_clear (&text);
    fw_text_add (&text, "rst:0x");
    fw_text_add_hex (&text, self->boot.reason, 1);
    fw_text_add (&text, " (");
    fw_text_add (&text, cause_name (self));
    fw_text_add (&text, "),boot:0x");
    fw_text_add_hex (&text, straps, 1);
    fw_text_add (&text, " (");
    fw_text_add (&text, mode);
    fw_text_add (&text, ")");
    say (self, now, text.text);
}

static void
say_reset_old (struct fw_board *self, uint64_t now, const char *mode)
{
    struct fw_text text;
    bool watchdog =
        self->boot.reason == FW_RESET_WATCHDOG || self->boot.reason == FW_RESET_RTC_WATCHDOG;

    fw_text_clear (&text);
    fw_text_add (&text, "\r\n ets Jan  8 2013,rst cause:");
    fw_text_add_dec (&text, watchdog ? 4 : 2, 0);
    fw_text_add (&text, ", boot mode:(");
    fw_text_add (&text, mode);
    fw_text_add (&text, ")\r\n");
    say (self, now, text.text);
}

void
fw_bootlog_download (struct fw_board *self, uint64_t now)
{
    if (style (self) == FW_LOG_OLD) {
        say_reset_old (self, now, "1,6");
        return;
    }
    if (is_first (self))
        say_reset (self, now, 0x3, "DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2)");
    else
        say_reset (self, now, 0x4, "DOWNLOAD(USB/UART0)");
    say (self, now, "waiting for download");
}

static void
say_hex (struct fw_board *self, uint64_t now, const char *label, uint32_t value, unsigned width)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, label);
    fw_text_add_hex (&text, value, width);
    say (self, now, text.text);
}

static void
say_bad_sum (struct fw_board *self, uint64_t now, const struct bwp_esp_image *image)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, "csum err:0x");
    fw_text_add_hex (&text, image->checksum_found, 2);
    fw_text_add (&text, "!=0x");
    fw_text_add_hex (&text, image->checksum_expected, 2);
    fw_text_add (&text, "\r\nets_main.c 371 ");
    say (self, now, text.text);
}

static void
say_digest (struct fw_board *self, uint64_t now, const char *label, const uint8_t *digest)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, label);
    for (size_t i = 0; i < BWP_SHA256_BYTES; i++)
        fw_text_add_hex (&text, digest[i], 2);
    say (self, now, text.text);
}

/* The first ROMs do not look at it. */
static void
say_wrong_digest (struct fw_board *self, uint64_t now, const struct bwp_esp_image *image)
{
    const uint8_t *data = self->boot.seen + self->config.identity.chip->bootloader_offset;
    const struct bwp_digests *digests = &self->ops->digests;
    uint8_t calculated[BWP_SHA256_BYTES];

    if (style (self) != FW_LOG_LATER)
        return;
    digests->sha256 (digests->ctx, data, image->data_length, calculated);
    say (self, now, "SHA-256 comparison failed:");
    say_digest (self, now, "Calculated: ", calculated);
    say_digest (self, now, "Expected: ", data + image->data_length);
    say (self, now, "Attempting to boot anyway...");
}

static void
say_segments (struct fw_board *self, uint64_t now, const struct bwp_esp_image *image)
{
    const uint8_t *data = self->boot.seen + self->config.identity.chip->bootloader_offset;
    struct bwp_esp_segment segment;
    struct fw_text text;

    for (uint8_t i = 0; i < image->segment_total; i++) {
        if (bwp_esp_image_segment (image, data, i, &segment) != BWP_OK)
            return;
        fw_text_clear (&text);
        fw_text_add (&text, "load:0x");
        fw_text_add_hex (&text, segment.address, 8);
        fw_text_add (&text, ",len:0x");
        fw_text_add_hex (&text, segment.size, 1);
        say (self, now, text.text);
    }
}

void
fw_bootlog_rom (struct fw_board *self, uint64_t now, const struct fw_selection *selection)
{
    if (style (self) == FW_LOG_OLD)
        say_reset_old (self, now, "3,6");
    else
        say_reset (self, now, is_first (self) ? 0x13 : 0xc, "SPI_FAST_FLASH_BOOT");
    if (selection->start == FW_START_NO_LOADER) {
        say_hex (self, now, "invalid header: 0x", selection->first_word, 8);
    } else if (selection->start == FW_START_BAD_LOADER) {
        say_bad_sum (self, now, &selection->loader);
    } else {
        say (self, now, "mode:DIO, clock div:2");
        say_segments (self, now, &selection->loader);
        if (selection->is_digest_wrong)
            say_wrong_digest (self, now, &selection->loader);
        say_hex (self, now, "entry 0x", selection->loader.header.entry, 8);
    }
}

void
fw_bootlog_line (struct fw_board *self,
                 uint64_t now,
                 char level,
                 const char *tag,
                 const char *message)
{
    char head[2] = { level, '\0' };
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, head);
    fw_text_add (&text, " (");
    fw_text_add_dec (&text, (now - self->boot.power_on) / FW_MS, 0);
    fw_text_add (&text, ") ");
    fw_text_add (&text, tag);
    fw_text_add (&text, ": ");
    fw_text_add (&text, message);
    say (self, now, text.text);
}

static void
line_with (struct fw_board *self,
           uint64_t now,
           char level,
           const char *tag,
           const char *message,
           const char *detail)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, message);
    fw_text_add (&text, detail);
    fw_bootlog_line (self, now, level, tag, text.text);
}

/* "##  Label            Usage          Type ST Offset   Length", one line per partition */
static void
say_partition (struct fw_board *self,
               uint64_t now,
               size_t index,
               const struct bwp_esp_partition *partition)
{
    const char *usage = bwp_esp_partition_subtype_name (partition->type, partition->subtype);
    size_t label_len = strlen (partition->label);
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add_dec (&text, index, 2);
    fw_text_add (&text, " ");
    fw_text_add_bytes (&text, (const uint8_t *) partition->label, label_len);
    for (size_t i = label_len; i < 17; i++)
        fw_text_add (&text, " ");
    fw_text_add (&text, usage != NULL ? usage : "Unknown");
    fw_text_add (&text, " ");
    fw_text_add_hex (&text, partition->type, 2);
    fw_text_add (&text, " ");
    fw_text_add_hex (&text, partition->subtype, 2);
    fw_text_add (&text, " ");
    fw_text_add_hex (&text, partition->offset, 8);
    fw_text_add (&text, " ");
    fw_text_add_hex (&text, partition->size, 8);
    fw_bootlog_line (self, now, 'I', "boot", text.text);
}

static void
say_table (struct fw_board *self, uint64_t now, const struct fw_selection *selection)
{
    fw_bootlog_line (self, now, 'I', "boot", "Partition Table:");
    fw_bootlog_line (self, now, 'I', "boot", "## Label            Usage Type ST Offset   Length");
    for (size_t i = 0; i < selection->table_count; i++)
        say_partition (self, now, i, &selection->table[i]);
    fw_bootlog_line (self, now, 'I', "boot", "End of partition table");
}

static void
say_checksums (struct fw_board *self, uint64_t now, const struct bwp_esp_image *image)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, "Checksum failed. Calculated 0x");
    fw_text_add_hex (&text, image->checksum_expected, 1);
    fw_text_add (&text, " read 0x");
    fw_text_add_hex (&text, image->checksum_found, 1);
    fw_bootlog_line (self, now, 'E', "esp_image", text.text);
}

/* Why the program that table and records ask for does not run. */
static void
say_refusal (struct fw_board *self, uint64_t now, const struct fw_selection *selection)
{
    const struct bwp_esp_image *bad = &selection->bad;
    struct fw_text text;

    if (selection->chosen_result == BWP_ERR_SPACE) {
        fw_text_clear (&text);
        fw_text_add (&text, "image at 0x");
        fw_text_add_hex (&text, selection->chosen.offset, 1);
        fw_text_add (&text, " does not lie within the flash");
        fw_bootlog_line (self, now, 'E', "esp_image", text.text);
    } else if (selection->chosen_result == BWP_ERR_ABSENT) {
        fw_text_clear (&text);
        fw_text_add (&text, "image at 0x");
        fw_text_add_hex (&text, selection->chosen.offset, 1);
        fw_text_add (&text, " has invalid magic byte (nothing flashed here?): 0x");
        fw_text_add_hex (&text, self->boot.seen[selection->chosen.offset], 2);
        fw_bootlog_line (self, now, 'E', "esp_image", text.text);
    } else if (bad->checksum_found != bad->checksum_expected) {
        say_checksums (self, now, bad);
    } else if (selection->chosen_result == BWP_ERR_VERSION) {
        fw_bootlog_line (self, now, 'E', "boot_comm", "mismatch chip ID");
    } else {
        fw_bootlog_line (self, now, 'E', "esp_image", "Image hash failed - image is corrupt");
    }
    line_with (self, now, 'E', "boot", "App partition is not bootable: ", selection->chosen.label);
}

static void
say_program (struct fw_board *self, uint64_t now, const struct fw_selection *selection)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, "Loaded app from partition at offset 0x");
    fw_text_add_hex (&text, selection->program.offset, 1);
    fw_bootlog_line (self, now, 'I', "boot", text.text);
}

void
fw_bootlog_loader (struct fw_board *self, uint64_t now, const struct fw_selection *selection)
{
    if (style (self) == FW_LOG_OLD)
        return;
    fw_bootlog_line (self, now, 'I', "boot", "ESP-IDF virtual 2nd stage bootloader");
    if (selection->start == FW_START_NO_TABLE) {
        fw_bootlog_line (self, now, 'E', "boot", "Failed to verify partition table");
        fw_bootlog_line (self, now, 'E', "boot", "load partition table error!");
        return;
    }
    say_table (self, now, selection);
    if (selection->chosen_is_bad)
        say_refusal (self, now, selection);
    if (selection->start == FW_START_RUNS)
        say_program (self, now, selection);
    else
        fw_bootlog_line (self, now, 'E', "boot",
                         "No bootable app partitions in the partition table");
}

void
fw_bootlog_start (struct fw_board *self, uint64_t now)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add_mac (&text, self->config.identity.mac);
    line_with (self, now, 'I', "cpu_start", "Project name:     ", self->boot.project);
    line_with (self, now, 'I', "cpu_start", "App version:      ", self->boot.version);
    line_with (self, now, 'I', "app", "base MAC address ", text.text);
    fw_bootlog_line (self, now, 'I', "main_task", "Calling app_main()");
}
