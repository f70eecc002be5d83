/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-esp-evidence.h"

typedef struct {
    const char *text;
    BwCause cause;
    const char *line;
} Case;

static const Case cases[] = {
    { "", BW_CAUSE_NO_ANSWER, NULL },
    { "\xff", BW_CAUSE_NO_ANSWER, NULL },
    { "\xf0\x9e\xfe\x81\xc0\xdb\x01\xff\x80\x80\x91", BW_CAUSE_GARBAGE, NULL },
    { "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nI (31) boot: hi\r\n",
      BW_CAUSE_BOOT_LOG_SEEN, "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)" },
    { "temperature 21.5\r\n", BW_CAUSE_BOOT_LOG_SEEN, "temperature 21.5" },
    /* one that cannot start for want of power, and starts */
    { "I (31) boot: hi\r\nE BOD: Brownout detector was triggered\r\n\r\n"
      "rst:0x3 (SW_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
      BW_CAUSE_POWER, "E BOD: Brownout detector was triggered" },
    { "rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nI (31) boot: hi\r\n",
      BW_CAUSE_POWER, "rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)" },
    /* a glitch or two do not hide a text; what noise leaves of one is none */
    { "\xf0\x80temperature 21.5\r\n", BW_CAUSE_BOOT_LOG_SEEN,
      "\357\277\275\357\277\275temperature 21.5" },
    { "rsT:2x1 ,\xefOWUROJ)\x82`oo4:0x4`(D_VN\x0cOAD(USR/uART\x92)+ \xe1it\x09ng \x86or "
      "doW\xeelo\x81"
      "d\x0d\n"
      "\x91s6:0x\xf1 (PO\x97"
      "ERON)",
      BW_CAUSE_GARBAGE, NULL },
    { "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n",
      BW_CAUSE_TX_LINE, "waiting for download" },
    /* a glitch behind it is no answer; more than that is one that nobody understands */
    { "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n\xf0\x80",
      BW_CAUSE_TX_LINE, "waiting for download" },
    { "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n"
      "\xf0\x80\x12\x13\x14\x15\x16\x17\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e"
      "\x9f\xa0\xa1",
      BW_CAUSE_GARBAGE, "waiting for download" },
    /* in download mode first, in the application now: what counts is the last start */
    { "rst:0x1,boot:0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n"
      "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
      BW_CAUSE_BOOT_LOG_SEEN, "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)" },
    { " ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n", BW_CAUSE_BOOT_LOG_SEEN,
      "ets Jan  8 2013,rst cause:2, boot mode:(3,6)" },
    { " ets Jan  8 2013,rst cause:2, boot mode:(1,6)\r\n", BW_CAUSE_TX_LINE,
      "ets Jan  8 2013,rst cause:2, boot mode:(1,6)" },
};

static void
test_cases (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (BwEspEvidence) evidence = bw_esp_evidence_new ();
        g_autofree char *line = NULL;

        for (size_t at = 0; at < strlen (cases[i].text); at++)
            bw_esp_evidence_push (evidence, (const uint8_t *) cases[i].text + at, 1);
        line = bw_esp_evidence_dup_line (evidence);
        g_assert_cmpstr (line, ==, cases[i].line);
        g_assert_cmpint (bw_esp_evidence_get_cause (evidence), ==, cases[i].cause);
        g_assert_cmpuint (bw_esp_evidence_count (evidence), ==, strlen (cases[i].text));
    }
}

static void
test_bounded (void)
{
    g_autoptr (BwEspEvidence) evidence = bw_esp_evidence_new ();
    uint8_t zeros[5000] = { 0 };

    bw_esp_evidence_push (evidence, zeros, sizeof zeros);
    g_assert_cmpint (bw_esp_evidence_get_cause (evidence), ==, BW_CAUSE_GARBAGE);
    memset (zeros, 'a', sizeof zeros);
    bw_esp_evidence_push (evidence, zeros, sizeof zeros);
    g_assert_cmpuint (bw_esp_evidence_count (evidence), ==, 10000);
    g_assert_true (bw_esp_evidence_mentions (evidence, "aaaa"));
    bw_esp_evidence_clear (evidence);
    g_assert_false (bw_esp_evidence_mentions (evidence, "a"));
    g_assert_cmpint (bw_esp_evidence_get_cause (evidence), ==, BW_CAUSE_NO_ANSWER);
}

/* Between two pieces something was not heard: they are no line. */
static void
test_pieces (void)
{
    g_autoptr (BwEspEvidence) evidence = bw_esp_evidence_new ();
    g_autofree char *line = NULL;

    bw_esp_evidence_end_line (evidence);
    bw_esp_evidence_push (evidence, (const uint8_t *) "temperature 2", 13);
    bw_esp_evidence_end_line (evidence);
    bw_esp_evidence_push (evidence, (const uint8_t *) "umidity 60 %\r\n", 14);
    line = bw_esp_evidence_dup_line (evidence);
    g_assert_cmpstr (line, ==, "temperature 2");
    g_assert_cmpuint (bw_esp_evidence_count (evidence), ==, 27);
}

/* Whatever stands around it. */
static void
test_line_with (void)
{
    static const uint8_t said[] = "\x80\xff\x01\x02 rst:0x1 first\r\n\xf0 rst:0x10 (RTCWDT_RTC)\r\n"
                                  "\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a";
    g_autoptr (BwEspEvidence) evidence = bw_esp_evidence_new ();
    g_autofree char *line = NULL;

    bw_esp_evidence_push (evidence, said, sizeof said - 1);
    g_assert_null (bw_esp_evidence_dup_line (evidence));
    g_assert_null (bw_esp_evidence_dup_line_with (evidence, "Guru"));
    line = bw_esp_evidence_dup_line_with (evidence, "rst:0x");
    g_assert_cmpstr (line, ==, "\357\277\275 rst:0x10 (RTCWDT_RTC)");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/evidence/causes", test_cases);
    g_test_add_func ("/driver/evidence/bounded", test_bounded);
    g_test_add_func ("/driver/evidence/pieces", test_pieces);
    g_test_add_func ("/driver/evidence/line-with", test_line_with);
    return g_test_run ();
}
