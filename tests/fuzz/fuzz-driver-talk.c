/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole conversation of the driver with a board that is hostile, or broken, or badly wired: the
 * first bytes say what board it is and what is done with it, the rest is a script of what goes wrong
 * (hostile-port.h). Whatever happens: what ends well is so in the flash, what was not to be touched
 * is as before, what fails has a name, and nothing waits for ever. With BW_FUZZ_TELL set it says what
 * each conversation came to. */
#include "config.h"

#include <string.h>

#include "bw-baud-memory.h"
#include "bw-driver.h"
#include "bw-error.h"
#include "bw-port-replay.h"
#include "fuzz-folder.h"
#include "fuzz.h"
#include "hostile-port.h"
#include "part-make.h"

#define HEADER_BYTES 4
#define FLASH_BYTES (4u << 20)
#define SECTOR 4096u
#define APP_AT 0x10000u
#define APP_BYTES 9000u
#define BOOT_BYTES 5000u
/* Behind it nothing is written on purpose. */
#define SCENE_BYTES 0x18000u
#define LISTEN_MS 3000
/* The longest a board may keep us by what it says and does, in its own time. */
#define LONGEST_US (60 * 60 * (int64_t) G_USEC_PER_SEC)

enum work {
    WORK_WRITE,
    WORK_VERIFY,
    WORK_READ,
    WORK_ERASE,
};

/* What the first bytes of the input say. */
struct scene {
    const char *chip;
    enum work work;
    enum fw_usb usb;
    enum fw_generation generation;
    gboolean has_stub;
    BwWriteOptions write;
    unsigned flash_before; /* see put_flash() */
    unsigned fault;        /* see add_fault() */
    unsigned fault_number;
    gboolean is_bare; /* neither lines nor a rate */
};

/* What one conversation came to, and what was said on the way. */
struct outcome {
    gboolean is_good;
    gboolean has_changed;
    gboolean is_verified;
    GString *told;
    GByteArray *read;
};

static struct fake *board;
static uint8_t *before;            /* what the flash held */
static uint8_t other[SCENE_BYTES]; /* of another firmware */
static BwFirmwareBuild build;

/* ---- no files -------------------------------------------------------------------------------- */

/* What is remembered of a line must not change the next conversation. */
unsigned __wrap_bw_baud_memory_get (const char *key, unsigned *ret_bad);
void __wrap_bw_baud_memory_note_good (const char *key, unsigned baud);
void __wrap_bw_baud_memory_note_bad (const char *key, unsigned baud);

unsigned
__wrap_bw_baud_memory_get (const char *key, unsigned *ret_bad)
{
    *ret_bad = 0;
    return 0;
}

void
__wrap_bw_baud_memory_note_good (const char *key, unsigned baud)
{
}

void
__wrap_bw_baud_memory_note_bad (const char *key, unsigned baud)
{
}

/* ---- the scene ------------------------------------------------------------------------------- */

static struct scene
read_scene (const uint8_t in[HEADER_BYTES])
{
    static const char *const chips[] = { "esp32",   "esp32c3", "esp32s3", "esp8266",
                                         "esp32s2", "esp32c6", "esp32",   "esp8266" };
    static const enum fw_usb usbs[] = { FW_USB_NONE, FW_USB_NONE, FW_USB_JTAG, FW_USB_OTG };

    return (struct scene){
        .chip = chips[in[0] % 8],
        .has_stub = (in[0] & 8) != 0,
        .generation = (in[0] & 16) != 0 ? FW_STUB_2 : FW_STUB_1,
        .usb = usbs[in[0] >> 5 & 3],
        .is_bare = (in[0] & 128) != 0,
        .work = (enum work) (in[1] & 3),
        .write = { .diff = (in[1] & 4) == 0,
                   .compress = (in[1] & 8) == 0,
                   .erase_all = (in[1] & 16) != 0,
                   .verify = (in[1] & 32) == 0 },
        .flash_before = in[1] >> 6,
        .fault = in[2],
        .fault_number = in[3],
    };
}

/* Bytes that deflate as programs do. */
static void
fill (uint8_t *bytes, size_t len, uint32_t seed)
{
    g_autoptr (GRand) chance = g_rand_new_with_seed (seed);

    for (size_t i = 0; i < len; i++)
        bytes[i] = i < 64 || g_rand_int_range (chance, 0, 4) == 0 ? (uint8_t) g_rand_int (chance)
                                                                  : bytes[i - 64];
}

static void
add_part (const char *name, size_t len, uint32_t seed)
{
    uint8_t *bytes = g_malloc (len);

    fill (bytes, len, seed);
    make_part (build.parts, 0, g_bytes_new_take (bytes, len))->name = (char *) name;
}

static BwFirmwarePart *
get_part (unsigned index)
{
    return g_ptr_array_index (build.parts, index);
}

/* Blank; with the firmware; with it but for a byte; with another one. */
static void
put_flash (const struct scene *scene)
{
    memset (before, 0xff, SCENE_BYTES);
    if (scene->flash_before == 3)
        memcpy (before, other, SCENE_BYTES);
    if (scene->flash_before == 1 || scene->flash_before == 2)
        for (unsigned i = 0; i < build.parts->len; i++)
            memcpy (before + get_part (i)->offset, g_bytes_get_data (get_part (i)->data, NULL),
                    g_bytes_get_size (get_part (i)->data));
    if (scene->flash_before == 2)
        before[APP_AT + 5000] ^= 1;
    memcpy (board->flash, before, FLASH_BYTES);
}

static void
add_fault (const struct scene *scene)
{
    static const struct {
        const char *head; /* of the fault's text, before the number if it ends in 0x */
        const char *tail;
    } kinds[] = {
        { "stuck=0x", "10:3" },   { "readonly-sector=0x", "000" },
        { "lost-reply=0x", "" },  { "bad-checksum=0x", "" },
        { "power-cut=0x", "" },   { "power-cut-inside=0x", "" },
        { "chatter", "" },        { "double-end", "" },
        { "drowsy", "" },         { "no-en-capacitor", "" },
        { "autobaud=0x", "000" }, { "panic", "" },
    };
    g_autofree char *number = g_strdup_printf ("%x", scene->fault_number);
    g_autofree char *spec = NULL;

    if (scene->fault == 0 || scene->fault > G_N_ELEMENTS (kinds))
        return;
    spec = g_strconcat (kinds[scene->fault - 1].head,
                        g_str_has_suffix (kinds[scene->fault - 1].head, "0x") ? number : "",
                        kinds[scene->fault - 1].tail, NULL);
    g_assert_cmpint (fw_faults_add (&board->faults, spec), ==, BWP_OK);
}

static void
put_stubs (void)
{
    static const char stub[] = "{\"entry\": 1074266128, \"text_start\": 1074266112, \"text\": "
                               "\"AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=\","
                               " \"data_start\": 1073479680, \"data\": \"AAECAw==\"}";
    static const char *const names[] = { "esp32.json",   "esp32c3.json", "esp32s3.json",
                                         "esp8266.json", "esp32s2.json", "esp32c6.json" };

    for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
        g_free (fuzz_folder_put (names[i], stub, strlen (stub)));
}

static void
set_up (void)
{
    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    board = fake_new ("esp32", TRUE);
    before = g_malloc (FLASH_BYTES);
    memset (before, 0xff, FLASH_BYTES);
    build.parts = make_parts ();
    fill (other, sizeof other, 3);
    add_part ("boot", BOOT_BYTES, 1);
    add_part ("app", APP_BYTES, 2);
    put_stubs ();
}

static void
stage (const struct scene *scene)
{
    fake_renew (board, scene->chip, TRUE);
    board->board.config.generation = scene->generation;
    board->board.config.usb = scene->usb;
    get_part (0)->offset = board->board.config.identity.chip->bootloader_offset;
    get_part (1)->offset = APP_AT;
    put_flash (scene);
    add_fault (scene);
}

/* ---- the conversation ------------------------------------------------------------------------ */

static void
on_note (gpointer data, const char *text)
{
    g_string_append_printf (data, "%s\n", text);
}

static gboolean
do_work (BwDriver *driver,
         const struct scene *scene,
         struct outcome *outcome,
         GCancellable *cancellable,
         GError **error)
{
    g_autoptr (GOutputStream) to = g_memory_output_stream_new_resizable ();
    BwWriteReport report = { 0 };
    gboolean is_good = FALSE;

    switch (scene->work) {
    case WORK_WRITE:
        is_good = bw_driver_write (driver, &build, &scene->write, &report, cancellable, error);
        outcome->is_verified = report.is_verified;
        return is_good;
    case WORK_VERIFY:
        return bw_driver_verify (driver, &build, cancellable, error);
    case WORK_READ:
        is_good = bw_driver_read (driver, APP_AT + 100, APP_BYTES, to, cancellable, error);
        g_byte_array_append (outcome->read,
                             g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (to)),
                             (guint) g_memory_output_stream_get_data_size (
                                 G_MEMORY_OUTPUT_STREAM (to)));
        return is_good;
    case WORK_ERASE:
        return bw_driver_erase (driver, APP_AT, 2 * SECTOR, cancellable, error);
    default:
        g_assert_not_reached ();
    }
}

static void
hear_application (BwDriver *driver, struct outcome *outcome, GCancellable *cancellable)
{
    g_autofree char *text = NULL;
    BwBootVerdict verdict = BW_BOOT_SILENT;
    BwCause cause = BW_CAUSE_NONE;
    g_autoptr (GError) error = NULL;

    if (bw_driver_reset (driver, FALSE, cancellable, &error)
        && bw_driver_listen (driver, LISTEN_MS, &verdict, &cause, &text, cancellable, &error))
        on_note (outcome->told, text);
    else
        on_note (outcome->told, error->message);
}

static void
talk (BwPort *port, const struct scene *scene, struct outcome *outcome, GCancellable *cancellable)
{
    BwDriverOptions options = { .moves_data = scene->work != WORK_ERASE,
                                .use_stub = scene->has_stub,
                                .stub_dir = fuzz_folder_get () };
    BwDriverEvents events = { .note = on_note, .user_data = outcome->told };
    g_autoptr (BwDriver) driver = bw_esp_driver_new (port, &options);
    g_autoptr (BwBoardInfo) info = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *left = NULL;

    bw_driver_set_events (driver, &events);
    outcome->is_good = bw_driver_connect (driver, cancellable, &error)
                       && (info = bw_driver_identify (driver, cancellable, &error)) != NULL
                       && do_work (driver, scene, outcome, cancellable, &error);
    outcome->has_changed = bw_driver_has_changed (driver);
    g_assert_true (outcome->is_good == (error == NULL));
    if (outcome->is_good) {
        hear_application (driver, outcome, cancellable);
        return;
    }
    g_assert_true (error->domain == BW_ERROR);
    g_assert_cmpint (bw_error_get_cause (error), !=, BW_CAUSE_NONE);
    on_note (outcome->told, bw_cause_get_id (bw_error_get_cause (error)));
    on_note (outcome->told, error->message);
    left = bw_driver_dup_left_behind (driver);
    on_note (outcome->told, left);
    bw_driver_leave (driver);
}

static struct outcome
begin_outcome (void)
{
    return (struct outcome){ .told = g_string_new (NULL), .read = g_byte_array_new () };
}

static void
end_outcome (struct outcome *outcome)
{
    g_string_free (outcome->told, TRUE);
    g_byte_array_unref (outcome->read);
}

/* ---- what must be so ------------------------------------------------------------------------- */

static gboolean
has_part (unsigned index)
{
    const BwFirmwarePart *part = get_part (index);
    size_t len = 0;
    const uint8_t *data = g_bytes_get_data (part->data, &len);

    return memcmp (board->flash + part->offset, data, len) == 0;
}

static gboolean
is_blank (uint32_t offset, uint32_t size)
{
    const uint8_t *bytes = board->flash + offset;

    return bytes[0] == 0xff && memcmp (bytes, bytes + 1, size - 1) == 0;
}

/* An ESP8266's ROM has neither checksums nor digests: twice the same lie is believed there. */
static gboolean
can_prove (const struct scene *scene, HostileDeeds deeds)
{
    return scene->has_stub || !g_str_equal (scene->chip, "esp8266")
           || (deeds & (HOSTILE_REQUESTS | HOSTILE_REPLIES)) == 0;
}

static void
check_good (const struct scene *scene, const struct outcome *outcome, HostileDeeds deeds)
{
    if (!can_prove (scene, deeds))
        return;
    switch (scene->work) {
    case WORK_WRITE:
        g_assert_true (outcome->is_verified == scene->write.verify);
        g_assert_true (!scene->write.verify || (has_part (0) && has_part (1)));
        break;
    case WORK_VERIFY:
        g_assert_true (has_part (0) && has_part (1));
        break;
    case WORK_READ:
        g_assert_cmpmem (outcome->read->data, outcome->read->len, board->flash + APP_AT + 100,
                         APP_BYTES);
        break;
    case WORK_ERASE:
        g_assert_true (is_blank (APP_AT, 2 * SECTOR));
        break;
    default:
        g_assert_not_reached ();
    }
}

/* Whether the sector is one that the work is about. */
static gboolean
may_change (const struct scene *scene, uint32_t sector)
{
    if (scene->work == WORK_ERASE)
        return sector >= APP_AT && sector < APP_AT + 2 * SECTOR;
    if (scene->work != WORK_WRITE)
        return FALSE;
    for (unsigned i = 0; i < build.parts->len; i++)
        if (sector + SECTOR > get_part (i)->offset
            && sector < get_part (i)->offset + g_bytes_get_size (get_part (i)->data))
            return TRUE;
    return scene->write.erase_all;
}

static void
check_rest (const struct scene *scene, const struct outcome *outcome)
{
    for (uint32_t at = 0; at < FLASH_BYTES; at += SECTOR) {
        if (memcmp (board->flash + at, before + at, SECTOR) == 0)
            continue;
        g_assert_true (may_change (scene, at));
        g_assert_true (outcome->has_changed);
    }
}

/* The recording of a conversation, played to the same driver, comes to the same in the same words. */
static void
check_replay (BwPort *port,
              const struct scene *scene,
              const struct outcome *outcome,
              GCancellable *cancellable)
{
    g_autoptr (GBytes) recording = bw_port_get_recording (port);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPort) replay = bw_port_replay_new (recording, &error);
    struct outcome again = begin_outcome ();

    g_assert_no_error (error);
    if (!bw_port_replay_is_cut (replay) && !g_cancellable_is_cancelled (cancellable)) {
        talk (replay, scene, &again, cancellable);
        g_assert_cmpstr (again.told->str, ==, outcome->told->str);
        g_assert_true (again.is_good == outcome->is_good);
    }
    end_outcome (&again);
    bw_port_close (replay);
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (BwPort) port = NULL;
    struct outcome outcome;
    struct scene scene;
    HostileDeeds deeds;
    int64_t began_us;

    if (len < HEADER_BYTES)
        return 0;
    if (board == NULL)
        set_up ();
    scene = read_scene (in);
    stage (&scene);
    outcome = begin_outcome ();
    port = hostile_port_open (board, scene.is_bare ? HOSTILE_BARE : HOSTILE_LINES,
                              in + HEADER_BYTES, len - HEADER_BYTES, cancellable);
    began_us = hostile_clock_us ();
    fake_start (board, scene.is_bare);
    talk (port, &scene, &outcome, cancellable);
    g_assert_cmpint (hostile_clock_us () - began_us, <, LONGEST_US);
    g_assert_null (strstr (outcome.told->str, bw_cause_get_id (BW_CAUSE_INTERNAL)));
    deeds = hostile_port_get_deeds (port);
    if (outcome.is_good)
        check_good (&scene, &outcome, deeds);
    if ((deeds & HOSTILE_REQUESTS) == 0)
        check_rest (&scene, &outcome);
    check_replay (port, &scene, &outcome, cancellable);
    if (g_getenv ("BW_FUZZ_TELL") != NULL)
        g_print ("%s %s after %" G_GINT64_FORMAT " ms\n%s\n", scene.chip,
                 outcome.is_good ? "good" : "bad", (hostile_clock_us () - began_us) / 1000,
                 outcome.told->str);
    end_outcome (&outcome);
    bw_port_close (port);
    return 0;
}
