/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recorded conversations of the golden data against the virtual board: every host line is sent,
 * every device line must come back, whole, byte by byte, and with the frames cut anywhere. */
#include "bwp-bytes.h"
#include "bwp-esp-spi.h"
#include "bwp-vectors.h"
#include "fw-fake.h"
#include <string.h>

enum mode {
    MODE_ROM,
    MODE_STUB,
    MODE_SECURE, /* ROM in secure download mode */
};

struct transcript {
    const char *name;
    const char *chip;
    enum mode mode;
};

static const struct transcript transcripts[] = {
    { "change_baud_rom", "esp32c3", MODE_ROM },
    { "change_baud_stub", "esp32", MODE_STUB },
    { "defl_rom_esp32", "esp32", MODE_ROM },
    { "defl_stub", "esp32", MODE_STUB },
    { "defl_stub_multiblock", "esp32", MODE_STUB },
    { "erase_stub", "esp32", MODE_STUB },
    { "flash_begin_encrypted_rom_c3", "esp32c3", MODE_ROM },
    { "flash_rom_esp32", "esp32", MODE_ROM },
    { "flash_rom_esp32s3", "esp32s3", MODE_ROM },
    { "flash_rom_esp8266", "esp8266", MODE_ROM },
    { "flash_stub", "esp32", MODE_STUB },
    { "mem_end_no_entry", "esp32", MODE_ROM },
    { "rdid_esp32", "esp32", MODE_ROM },
    { "rdid_esp32c6", "esp32c6", MODE_ROM },
    { "rdid_esp32s3", "esp32s3", MODE_ROM },
    { "rdid_esp8266", "esp8266", MODE_ROM },
    { "read_flash_rom_esp32", "esp32", MODE_ROM },
    { "read_flash_stub", "esp32", MODE_STUB },
    { "read_reg_rom", "esp32", MODE_ROM },
    { "read_reg_slip_escape", "esp32", MODE_ROM },
    { "run_rom_esp32", "esp32", MODE_ROM },
    { "run_user_code_stub_esp8266", "esp8266", MODE_STUB },
    { "security_info_c3_sdm", "esp32c3", MODE_SECURE },
    { "security_info_s2", "esp32s2", MODE_ROM },
    { "security_info_s3", "esp32s3", MODE_ROM },
    { "sfdp_esp32s3", "esp32s3", MODE_ROM },
    { "spi_attach_params_rom", "esp32", MODE_ROM },
    { "spi_attach_params_stub", "esp32", MODE_STUB },
    { "spi_attach_pins_rom", "esp32", MODE_ROM },
    { "stub_start_s3_secure_boot", "esp32s3", MODE_ROM },
    { "stub_upload_esp32", "esp32", MODE_ROM },
    { "stub_upload_esp8266", "esp8266", MODE_ROM },
    { "sync_rom", "esp32", MODE_ROM },
    { "sync_rom_esp8266", "esp8266", MODE_ROM },
    { "sync_stub", "esp32", MODE_STUB },
    { "unsupported_command_rom", "esp32", MODE_ROM },
    { "write_reg_rom", "esp32", MODE_ROM },
};

/* Cutting of the host's bytes: 0 whole frames, else pieces of that many. */
struct play {
    const struct transcript *transcript;
    gsize cut;
};

static struct fake *
start (const struct transcript *transcript)
{
    struct fake *fake = fake_new (transcript->chip, FALSE);

    if (transcript->mode == MODE_SECURE) {
        fake->board.config.identity.secure_boot = true;
        fake->board.config.identity.secure_download = true;
        fake->board.config.identity.flash_encryption = true;
    }
    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    fake_attach (fake);
    if (transcript->mode == MODE_STUB)
        fake_upload_stub (fake, FW_STUB_1);
    return fake;
}

/* Registers of which the recorder only made up contents, and the flash it read, are as recorded. */
static void
prepare (struct fake *fake, const guint8 *request, char **lines, guint at)
{
    g_autoptr (GByteArray) reply = NULL;
    guint32 w0 = bwp_esp_spi_address (fake->board.config.identity.chip, BWP_ESP_SPI_W0);
    guint32 address;

    if (lines[at + 1] == NULL || lines[at + 1][0] != '<')
        return;
    reply = vectors_frame (lines[at + 1]);
    address = bwp_get_u32le (request + 8);
    if (request[1] == BWP_ESP_READ_REG && address != w0)
        fw_registers_put (&fake->board.registers, address, bwp_get_u32le (reply->data + 4));
    if (request[1] == BWP_ESP_READ_FLASH_SLOW && reply->len > 64)
        memcpy (fake->flash + address, reply->data + 8, 64);
    for (guint i = at + 2, to = 0; request[1] == BWP_ESP_READ_FLASH && lines[i] != NULL; i++) {
        g_autoptr (GByteArray) data = vectors_frame (lines[i]);

        if (lines[i][0] == '<' && data->len > BWP_MD5_BYTES) {
            memcpy (fake->flash + to, data->data, data->len);
            to += data->len;
        }
    }
}

static void
send_cut (struct fake *fake, const guint8 *payload, gsize len, gsize cut)
{
    g_autofree guint8 *wire = g_malloc (BWP_SLIP_WORST (len));
    size_t wire_len = 0;

    g_assert_cmpint (bwp_slip_encode (payload, len, NULL, 0, wire, BWP_SLIP_WORST (len), &wire_len),
                     ==, BWP_OK);
    for (gsize at = 0; at < wire_len; at += cut)
        fw_board_receive (&fake->board, fake->now, wire + at, MIN (cut, wire_len - at));
}

/* Values are stale but for two commands, and so are all status bytes after a success. */
static void
compare (GByteArray *expected, GByteArray *got, gboolean is_reply, const char *chip, gboolean stub)
{
    gsize status = stub || strcmp (chip, "esp8266") == 0 ? 2 : 4;

    g_assert_nonnull (got);
    g_assert_cmpuint (got->len, ==, expected->len);
    if (is_reply && expected->len >= BWP_ESP_HEADER_BYTES + status) {
        if (expected->data[1] != BWP_ESP_READ_REG && expected->data[1] != BWP_ESP_SYNC)
            memcpy (got->data + 4, expected->data + 4, 4);
        if (expected->data[1] == BWP_ESP_SECURITY_INFO && expected->len == 32)
            memcpy (got->data + 24, expected->data + 24, 4); /* api version: made up */
        if (expected->data[expected->len - status] == 0)
            memcpy (got->data + got->len - status + 1, expected->data + expected->len - status + 1,
                    status - 1);
    }
    g_assert_cmpmem (got->data, got->len, expected->data, expected->len);
}

static void
play_line (struct fake *fake, const struct play *play, char **lines, guint at)
{
    g_autoptr (GByteArray) frame = vectors_frame (lines[at]);
    gboolean is_ack = fake->board.state == FW_STATE_STUB && fake->board.stub.read.active;

    if (lines[at][0] == '>') {
        if (!is_ack)
            prepare (fake, frame->data, lines, at);
        send_cut (fake, frame->data, frame->len, play->cut > 0 ? play->cut : G_MAXUINT16);
        fake_wait (fake, FW_MS);
    } else {
        gboolean streaming = strcmp (play->transcript->name, "read_flash_stub") == 0
                             && !(frame->len == 10 && frame->data[1] == BWP_ESP_READ_FLASH);
        g_autoptr (GByteArray) got = fake_frame (fake);

        compare (frame, got, frame->len >= 10 && !streaming, play->transcript->chip,
                 frame->len >= 4 && frame->data[2] + BWP_ESP_HEADER_BYTES == (gint) frame->len
                     && fake->board.state == FW_STATE_STUB && play->transcript->mode == MODE_STUB);
    }
}

static void
test_transcript (gconstpointer data)
{
    const struct play *play = data;
    g_autofree char *path = g_strdup_printf ("serial/%s.txt", play->transcript->name);
    g_auto (GStrv) lines = vectors_lines (path);
    struct fake *fake = start (play->transcript);

    for (guint i = 0; lines[i] != NULL; i++)
        if (lines[i][0] == '>' || lines[i][0] == '<')
            play_line (fake, play, lines, i);
    if (strcmp (play->transcript->name, "run_rom_esp32") != 0
        && strcmp (play->transcript->name, "run_user_code_stub_esp8266") != 0)
        g_assert_cmpuint (fake->out->len, ==, 0);
    fake_free (fake);
}

/* A recording of the retry that tools try; real ROMs have another opinion. */
static void
test_retry_as_measured (void)
{
    g_auto (GStrv) lines = vectors_lines ("serial/flash_data_retry.txt");
    struct fake *fake = fake_new ("esp32", FALSE);
    struct bwp_esp_begin begin = { .size = 0x400, .blocks = 1, .block_size = 0x400 };
    struct bwp_esp_packet packet;
    g_autoptr (GByteArray) block = vectors_frame (lines[2]);

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    fake_attach (fake);
    bwp_esp_build_begin (&packet, BWP_ESP_FLASH_BEGIN, &begin);
    fake_request (fake, &packet);
    fake_expect (fake, BWP_ESP_PEER_ROM, BWP_ESP_FLASH_BEGIN, 0);
    g_assert_cmpint (fw_faults_add (&fake->faults, "bad-checksum=1"), ==, BWP_OK);
    fake_send (fake, block->data, block->len);
    fake_expect (fake, BWP_ESP_PEER_ROM, BWP_ESP_FLASH_DATA, 0x0107);
    fake_send (fake, block->data, block->len);
    fake_expect (fake, BWP_ESP_PEER_ROM, BWP_ESP_FLASH_DATA, 0x0105);
    fake_free (fake);
}

/* Every transcript of the folder is played or known not to be one of a single device. */
static void
test_complete (void)
{
    g_autoptr (GPtrArray) paths = vectors_transcripts ();

    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *name = g_path_get_basename (paths->pdata[i]);
        gboolean found = g_str_has_prefix (name, "field_observations")
                         || g_str_has_prefix (name, "flash_data_retry");

        for (gsize k = 0; k < G_N_ELEMENTS (transcripts); k++)
            found = found
                    || (g_str_has_prefix (name, transcripts[k].name)
                        && strlen (name) == strlen (transcripts[k].name) + 4);
        if (!found)
            g_error ("%s is not played", name);
    }
}

int
main (int argc, char **argv)
{
    static const gsize cuts[] = { 0, 1, 2, 3, 7, 61 };
    static struct play plays[G_N_ELEMENTS (transcripts) * G_N_ELEMENTS (cuts)];
    gsize n = 0;

    g_test_init (&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS (transcripts); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS (cuts); k++) {
            g_autofree char *path = g_strdup_printf ("/firmware/transcripts/%s/cut-%u",
                                                     transcripts[i].name, (guint) cuts[k]);

            plays[n] = (struct play){ &transcripts[i], cuts[k] };
            g_test_add_data_func (path, &plays[n++], test_transcript);
        }
    }
    g_test_add_func ("/firmware/transcripts/retry-as-measured", test_retry_as_measured);
    g_test_add_func ("/firmware/transcripts/complete", test_complete);
    return g_test_run ();
}
