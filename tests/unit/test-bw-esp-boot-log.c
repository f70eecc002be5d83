/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-esp-boot-log.h"

typedef struct {
    const char *name;
    const char *text;
    BwBootVerdict verdict;
    BwCause cause;
    const char *evidence;
    gboolean is_clear;
} Case;

#define ESP32_RESET                                                                                \
    "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
#define RESET_8266 "\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,6)\r\n\r\nwdt reset\r\n"
#define LOADER                                                                                     \
    "configsip: 0, SPIWP:0xee\r\nmode:DIO, clock div:2\r\nload:0x3fff0030,len:7176\r\n"            \
    "entry 0x400805cc\r\nI (31) boot: ESP-IDF v5.3 2nd stage bootloader\r\n"

static const Case cases[] = {
    { "nothing", "", BW_BOOT_SILENT, BW_CAUSE_NONE, "Nothing was heard", FALSE },
    { "noise", "\xf0\x80\x12\xff\xfe\x81\xf0\x80\x12\n\xf0\x80\xff\n", BW_BOOT_SILENT,
      BW_CAUSE_NONE, "Nothing was heard", FALSE },
    { "idf application",
      ESP32_RESET LOADER "I (250) boot: Loaded app from partition at offset 0x10000\r\n"
                         "I (300) cpu_start: Multicore app\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "cpu_start", FALSE },
    { "application that logs in its own way",
      ESP32_RESET LOADER
      "I (250) boot: Loaded app from partition at offset 0x10000\r\nhello you\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "hello you", FALSE },
    { "bare program after the ROM",
      "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nentry 0x400805cc\r\nready.\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "ready.", FALSE },
    /* the ROM goes on all the same */
    { "wrong digest of the boot image",
      "rst:0x1 (POWERON),boot:0xd (SPI_FAST_FLASH_BOOT)\r\nload:0x4086c410,len:0xec8\r\n"
      "SHA-256 comparison failed:\r\nCalculated: 8bb43836d0bd4a3b\r\nExpected: ffffffffffffffff\r\n"
      "Attempting to boot anyway...\r\nentry 0x4086c410\r\nready.\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "ready.", FALSE },
    { "loader alone", ESP32_RESET LOADER, BW_BOOT_SILENT, BW_CAUSE_NONE, "does not say", FALSE },
    { "beginning not heard", "eather: x\r\n\033[0;32mI (1255) weather: alive\033[0m\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "\"I (1255) weather: alive\"", FALSE },
    { "orders to a terminal",
      ESP32_RESET LOADER "I (250) boot: Loaded app from partition at offset 0x10000\r\n"
                         "\033]0;t\a\033[2J\033[31mhello\t\033[\303\244you\x7f\033\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "\"]0;thello \303\244you\"", FALSE },
    { "beginning not heard, loader", "I (31) secure_boot: x\r\nI (1200) boot: y\r\n",
      BW_BOOT_SILENT, BW_CAUSE_NONE, "does not say", FALSE },
    { "beginning not heard, no log", "text (1255) weather: x\r\nI (1255 weather: x\r\n",
      BW_BOOT_SILENT, BW_CAUSE_NONE, "does not say", FALSE },
    { "late loader behind a reset", ESP32_RESET "I (1255) odd: x\r\n", BW_BOOT_SILENT,
      BW_CAUSE_NONE, "does not say", FALSE },
    { "blank chip",
      "rst:0x1 (POWERON),boot:0xd (SPI_FAST_FLASH_BOOT)\r\n"
      "invalid header: 0xffffffff\r\ninvalid header: 0xffffffff\r\n",
      BW_BOOT_REJECTED, BW_CAUSE_APP_MISSING, "invalid header: 0xffffffff", TRUE },
    { "no application",
      ESP32_RESET LOADER "E (88) esp_image: image at 0x10000 has invalid magic byte (nothing "
                         "flashed here?)\r\nE (90) boot: Factory app partition is not bootable\r\n"
                         "E (96) boot: No bootable app partitions in the partition table\r\n",
      BW_BOOT_REJECTED, BW_CAUSE_APP_MISSING, "No bootable app", TRUE },
    { "checksum",
      ESP32_RESET LOADER "E (88) esp_image: Checksum failed. Calculated 0x5a read 0x5b\r\n"
                         "E (96) boot: No bootable app partitions in the partition table\r\n",
      BW_BOOT_REJECTED, BW_CAUSE_APP_REJECTED, "No bootable app", TRUE },
    { "one slot bad, the other one boots",
      ESP32_RESET LOADER "E (88) esp_image: Checksum failed. Calculated 0x5a read 0x5b\r\n"
                         "E (90) boot: OTA app partition slot 1 is not bootable\r\n"
                         "I (250) boot: Loaded app from partition at offset 0x10000\r\n"
                         "I (300) cpu_start: Multicore app\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "cpu_start", FALSE },
    { "bad header",
      "rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
      "flash read err, 1000\r\nets_main.c 371\r\n",
      BW_BOOT_REJECTED, BW_CAUSE_APP_REJECTED, "flash read err", TRUE },
    { "brownout",
      ESP32_RESET LOADER "I (300) cpu_start: Multicore app\r\n\r\n"
                         "Brownout detector was triggered\r\n\r\n",
      BW_BOOT_BROWNOUT, BW_CAUSE_BROWNOUT, "Brownout", TRUE },
    { "download",
      "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\n"
      "waiting for download\r\n",
      BW_BOOT_DOWNLOAD, BW_CAUSE_BOOT_LOG_SEEN, "waiting for download", TRUE },
    { "crash",
      ESP32_RESET LOADER "I (300) cpu_start: Multicore app\r\n"
                         "Guru Meditation Error: Core  0 panic'ed (LoadProhibited).\r\n",
      BW_BOOT_LOOP, BW_CAUSE_APP_BOOT_LOOP, "Guru Meditation", FALSE },
    { "crashes again and again",
      ESP32_RESET "I (300) cpu_start: x\r\nGuru Meditation Error: a\r\n" ESP32_RESET
                  "I (300) cpu_start: x\r\nGuru Meditation Error: b\r\n",
      BW_BOOT_LOOP, BW_CAUSE_APP_BOOT_LOOP, "Guru Meditation Error: a", TRUE },
    { "resets only", ESP32_RESET ESP32_RESET ESP32_RESET, BW_BOOT_LOOP, BW_CAUSE_APP_BOOT_LOOP,
      "3 times", FALSE },
    { "esp8266 application",
      "\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\r\nload 0x4010f000, len 3584\r\n"
      "tail 8\r\nchksum 0xb0\r\ncsum 0xb0\r\nv00000000\r\n~ld\r\nSDK ver: 2.2.1\r\n",
      BW_BOOT_APP, BW_CAUSE_NONE, "SDK ver", FALSE },
    { "esp8266 resets only", RESET_8266 RESET_8266 RESET_8266, BW_BOOT_LOOP, BW_CAUSE_APP_BOOT_LOOP,
      "3 times", FALSE },
    { "esp8266 download", " ets Jan  8 2013,rst cause:2, boot mode:(1,6)\r\n", BW_BOOT_DOWNLOAD,
      BW_CAUSE_BOOT_LOG_SEEN, "boot mode:(1,6)", TRUE },
};

static void
check (const Case *c, size_t step)
{
    g_autoptr (BwEspBootLog) log = bw_esp_boot_log_new ();
    g_autofree char *text = NULL;
    size_t len = strlen (c->text);

    for (size_t at = 0; at < len; at += step)
        bw_esp_boot_log_push (log, (const uint8_t *) c->text + at, MIN (step, len - at));
    text = bw_esp_boot_log_dup_text (log);
    g_test_message ("%s: %s", c->name, text);
    g_assert_cmpint (bw_esp_boot_log_get_verdict (log), ==, c->verdict);
    g_assert_cmpint (bw_esp_boot_log_get_cause (log), ==, c->cause);
    g_assert_nonnull (strstr (text, c->evidence));
    g_assert_cmpint (bw_esp_boot_log_is_clear (log), ==, c->is_clear);
}

static void
test_cases (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        check (&cases[i], 1);
        check (&cases[i], 7);
        check (&cases[i], 100000);
    }
}

/* Each alone after a reset: what a ROM, a loader or a crash says in one line. */
static void
test_known_lines (void)
{
    static const struct {
        const char *line;
        BwCause cause;
    } known[] = {
        { "rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", BW_CAUSE_BROWNOUT },
        { "rst:0xf (BROWN_OUT_RST),boot:0xd (SPI_FAST_FLASH_BOOT)", BW_CAUSE_BROWNOUT },
        { "E (88) boot: load partition table error!", BW_CAUSE_APP_MISSING },
        { "E (88) boot: Failed to verify partition table", BW_CAUSE_APP_MISSING },
        { "E (88) flash_parts: partition table invalid", BW_CAUSE_APP_MISSING },
        { "E (88) boot: no bootable app partitions in the partition table", BW_CAUSE_APP_REJECTED },
        { "invalid header: 0x12345678", BW_CAUSE_APP_REJECTED },
        { "E (88) esp_image: invalid segment length 0xffffffff", BW_CAUSE_APP_REJECTED },
        { "csum err:0x5a!=0x5b", BW_CAUSE_APP_REJECTED },
        { "ets_main.c 371", BW_CAUSE_APP_REJECTED },
        { "E (88) boot: secure boot verification failed", BW_CAUSE_APP_REJECTED },
        { "secure boot v2: signature check fail", BW_CAUSE_APP_REJECTED },
        { "E (88) esp_image: Checksum failed. Calculated 0x5a read 0x5b", BW_CAUSE_APP_REJECTED },
        { "E (88) boot: OTA app partition slot 0 is not bootable", BW_CAUSE_APP_REJECTED },
        { "E (88) esp_image: Image hash failed - image is corrupt", BW_CAUSE_APP_REJECTED },
        { "E (88) boot_comm: mismatch chip ID, expected 0, found 5", BW_CAUSE_APP_REJECTED },
        { "E (88) boot_comm: This chip is revision v0.1 but the application is configured for "
          "minimum revision v3.0: it requires chip rev >= v3.0",
          BW_CAUSE_APP_REJECTED },
        { "E (88) boot_comm: Image requires chip rev >= v3.0, but chip is v1.0",
          BW_CAUSE_APP_REJECTED },
        { "E (88) boot: can't run on lower chip revision in eFuse", BW_CAUSE_APP_REJECTED },
        { "abort() was called at PC 0x400d1234 on core 0", BW_CAUSE_APP_BOOT_LOOP },
        { "Fatal exception 28(LoadProhibitedCause):", BW_CAUSE_APP_BOOT_LOOP },
        { "Stack smashing protect failure!", BW_CAUSE_APP_BOOT_LOOP },
        { "assert failed: app_main main.c:12 (x)", BW_CAUSE_APP_BOOT_LOOP },
        { "Soft WDT reset", BW_CAUSE_APP_BOOT_LOOP },
        { "ESP-ROM:esp32s3-20210327 (DOWNLOAD(USB/UART0))", BW_CAUSE_BOOT_LOG_SEEN },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (known); i++) {
        g_autoptr (BwEspBootLog) log = bw_esp_boot_log_new ();
        g_autofree char *text = g_strconcat (ESP32_RESET, known[i].line, "\r\n", NULL);

        g_test_message ("%s", known[i].line);
        bw_esp_boot_log_push (log, (const uint8_t *) text, strlen (text));
        g_assert_cmpint (bw_esp_boot_log_get_cause (log), ==, known[i].cause);
    }
}

static void
test_any_bytes (void)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (5);
    g_autoptr (BwEspBootLog) log = bw_esp_boot_log_new ();
    uint8_t bytes[4096];
    g_autofree char *text = NULL;

    for (unsigned round = 0; round < 50; round++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t) g_rand_int (rand);
        bw_esp_boot_log_push (log, bytes, sizeof bytes);
    }
    memset (bytes, 'x', sizeof bytes);
    bw_esp_boot_log_push (log, bytes, sizeof bytes);
    text = bw_esp_boot_log_dup_text (log);
    g_assert_true (g_utf8_validate (text, -1, NULL));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/boot-log/verdicts", test_cases);
    g_test_add_func ("/driver/boot-log/known-lines", test_known_lines);
    g_test_add_func ("/driver/boot-log/any-bytes", test_any_bytes);
    return g_test_run ();
}
