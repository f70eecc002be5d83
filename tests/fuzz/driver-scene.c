/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "driver-scene.h"

#include <string.h>

#include "bw-baud-memory.h"
#include "bw-error.h"
#include "bw-port-replay.h"
#include "fuzz-folder.h"
#include "part-make.h"

#define FLASH_BYTES (4u << 20)
#define SECTOR 4096u
#define APP_AT 0x10000u
#define APP_BYTES 9000u
#define BOOT_BYTES 5000u
/* Behind it nothing is written on purpose. */
#define SCENE_BYTES 0x18000u
#define LISTEN_MS 3000

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

static void
put_flash (const struct scene *scene)
{
    memset (before, 0xff, SCENE_BYTES);
    if (scene->before == SCENE_OTHER)
        memcpy (before, other, SCENE_BYTES);
    if (scene->before == SCENE_SAME || scene->before == SCENE_NEARLY)
        for (unsigned i = 0; i < build.parts->len; i++)
            memcpy (before + get_part (i)->offset, g_bytes_get_data (get_part (i)->data, NULL),
                    g_bytes_get_size (get_part (i)->data));
    if (scene->before == SCENE_NEARLY)
        before[APP_AT + 5000] ^= 1;
    memcpy (board->flash, before, FLASH_BYTES);
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
    board = fake_new ("esp32", TRUE);
    before = g_malloc (FLASH_BYTES);
    memset (before, 0xff, FLASH_BYTES);
    build.parts = make_parts ();
    fill (other, sizeof other, 3);
    add_part ("boot", BOOT_BYTES, 1);
    add_part ("app", APP_BYTES, 2);
    put_stubs ();
}

struct fake *
scene_stage (const struct scene *scene)
{
    if (board == NULL)
        set_up ();
    fake_renew (board, scene->chip, TRUE);
    board->board.config.generation = scene->generation;
    board->board.config.usb = scene->usb;
    get_part (0)->offset = board->board.config.identity.chip->bootloader_offset;
    get_part (1)->offset = APP_AT;
    put_flash (scene);
    return board;
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
         struct scene_outcome *outcome,
         GCancellable *cancellable,
         GError **error)
{
    g_autoptr (GOutputStream) to = g_memory_output_stream_new_resizable ();
    BwWriteReport report = { 0 };
    gboolean is_good = FALSE;

    switch (scene->work) {
    case SCENE_WRITE:
        is_good = bw_driver_write (driver, &build, &scene->write, &report, cancellable, error);
        outcome->is_verified = report.is_verified;
        return is_good;
    case SCENE_VERIFY:
        return bw_driver_verify (driver, &build, cancellable, error);
    case SCENE_READ:
        is_good = bw_driver_read (driver, APP_AT + 100, APP_BYTES, to, cancellable, error);
        g_byte_array_append (outcome->read,
                             g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (to)),
                             (guint) g_memory_output_stream_get_data_size (
                                 G_MEMORY_OUTPUT_STREAM (to)));
        return is_good;
    case SCENE_ERASE:
        return bw_driver_erase (driver, APP_AT, 2 * SECTOR, cancellable, error);
    case SCENE_INFO:
        return TRUE;
    default:
        g_assert_not_reached ();
    }
}

static void
hear_application (BwDriver *driver, struct scene_outcome *outcome, GCancellable *cancellable)
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

void
scene_talk (BwPort *port,
            const struct scene *scene,
            struct scene_outcome *outcome,
            GCancellable *cancellable)
{
    BwDriverOptions options = { .moves_data =
                                    scene->work != SCENE_ERASE && scene->work != SCENE_INFO,
                                .use_stub = scene->has_stub,
                                .stub_dir = fuzz_folder_get () };
    BwDriverEvents events = { .note = on_note, .user_data = outcome->told };
    g_autoptr (BwDriver) driver = bw_esp_driver_new (port, &options);
    g_autoptr (GError) error = NULL;
    g_autofree char *left = NULL;

    bw_driver_set_events (driver, &events);
    outcome->is_good = bw_driver_connect (driver, cancellable, &error)
                       && (outcome->info = bw_driver_identify (driver, cancellable, &error)) != NULL
                       && do_work (driver, scene, outcome, cancellable, &error);
    outcome->has_changed = bw_driver_has_changed (driver);
    g_assert_true (outcome->is_good == (error == NULL));
    if (outcome->is_good) {
        hear_application (driver, outcome, cancellable);
        return;
    }
    g_assert_true (error->domain == BW_ERROR);
    outcome->cause = bw_error_get_cause (error);
    g_assert_cmpint (outcome->cause, !=, BW_CAUSE_NONE);
    g_assert_cmpint (outcome->cause, !=, BW_CAUSE_INTERNAL);
    on_note (outcome->told, bw_cause_get_id (outcome->cause));
    on_note (outcome->told, error->message);
    left = bw_driver_dup_left_behind (driver);
    on_note (outcome->told, left);
    bw_driver_leave (driver);
}

struct scene_outcome
scene_outcome_begin (void)
{
    return (struct scene_outcome){ .told = g_string_new (NULL), .read = g_byte_array_new () };
}

void
scene_outcome_end (struct scene_outcome *outcome)
{
    g_string_free (outcome->told, TRUE);
    g_byte_array_unref (outcome->read);
    g_clear_pointer (&outcome->info, bw_board_info_unref);
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

gboolean
scene_is_good (const struct scene *scene, const struct scene_outcome *outcome)
{
    switch (scene->work) {
    case SCENE_WRITE:
        return outcome->is_verified == scene->write.verify
               && (!scene->write.verify || (has_part (0) && has_part (1)));
    case SCENE_VERIFY:
        return has_part (0) && has_part (1);
    case SCENE_READ:
        return outcome->read->len == APP_BYTES
               && memcmp (outcome->read->data, board->flash + APP_AT + 100, APP_BYTES) == 0;
    case SCENE_ERASE:
        return is_blank (APP_AT, 2 * SECTOR);
    case SCENE_INFO:
        return TRUE;
    default:
        g_assert_not_reached ();
    }
}

/* Whether the sector is one that the work is about. */
static gboolean
may_change (const struct scene *scene, uint32_t sector)
{
    if (scene->work == SCENE_ERASE)
        return sector >= APP_AT && sector < APP_AT + 2 * SECTOR;
    if (scene->work != SCENE_WRITE)
        return FALSE;
    for (unsigned i = 0; i < build.parts->len; i++)
        if (sector + SECTOR > get_part (i)->offset
            && sector < get_part (i)->offset + g_bytes_get_size (get_part (i)->data))
            return TRUE;
    return scene->write.erase_all;
}

gboolean
scene_is_rest_kept (const struct scene *scene, const struct scene_outcome *outcome)
{
    for (uint32_t at = 0; at < FLASH_BYTES; at += SECTOR)
        if (memcmp (board->flash + at, before + at, SECTOR) != 0
            && (!may_change (scene, at) || !outcome->has_changed))
            return FALSE;
    return TRUE;
}

void
scene_check_replay (BwPort *port,
                    const struct scene *scene,
                    const struct scene_outcome *outcome,
                    GCancellable *cancellable)
{
    g_autoptr (GBytes) recording = bw_port_get_recording (port);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPort) replay = bw_port_replay_new (recording, &error);
    struct scene_outcome again = scene_outcome_begin ();

    g_assert_no_error (error);
    if (!bw_port_replay_is_cut (replay) && !g_cancellable_is_cancelled (cancellable)) {
        scene_talk (replay, scene, &again, cancellable);
        g_assert_cmpstr (again.told->str, ==, outcome->told->str);
        g_assert_true (again.is_good == outcome->is_good);
    }
    scene_outcome_end (&again);
    bw_port_close (replay);
}
