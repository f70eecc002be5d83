/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Flasher stubs as data: small programs for a chip's RAM in the JSON form that esptool's package
 * installs ("entry", "text", "text_start", "data", "data_start"; texts in base64). They are looked
 * for in folders, never part of this tree. A file that is not what it should be is no stub.
 * Threads: blocks on the disk for a few kilobytes; any worker thread. */

/* Files beyond this size are not read. The largest known one has 40 KiB. */
#define BW_ESP_STUB_FILE_MAX (512u * 1024)
/* Segments beyond this size do not fit any chip's RAM. */
#define BW_ESP_STUB_SEGMENT_MAX (192u * 1024)

/**
 * BwEspStub:
 * @path: file it came from
 * @generation: 1 or 2 where the folder says so, else 0
 * @entry: where it starts
 * @text: code, padded to whole words
 * @text_start: its address
 * @data: (nullable): initialised data, padded to whole words
 * @data_start: its address
 */
typedef struct {
    char *path;
    unsigned generation;
    uint32_t entry;
    GBytes *text;
    uint32_t text_start;
    GBytes *data;
    uint32_t data_start;
} BwEspStub;

/**
 * bw_esp_stub_find:
 * @name: file name without ".json": "esp32c3"
 * @dir: (nullable): the only folder to look in; %NULL = the folder named by the environment
 *   variable BOARDWALK_STUB_DIR, the user's data folder, the installed one, the built-in one
 * @error: cause unreadable-file or bad-stub for the last file that could not be looked at or is no
 *   stub
 *
 * In each folder NAME.json, 2/NAME.json and 1/NAME.json are tried, in this order.
 *
 * Returns: (transfer full) (nullable): the stub; %NULL without an error when there is none
 */
BwEspStub *bw_esp_stub_find (const char *name, const char *dir, GError **error);

/**
 * bw_esp_stub_parse:
 * @text: contents of a file
 * @len: its length
 * @error: cause bad-stub with what is wrong
 *
 * Returns: (transfer full) (nullable): the stub
 */
BwEspStub *
bw_esp_stub_parse (const char *text, size_t len, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_stub_free:
 * @self: (nullable) (transfer full): a stub
 */
void bw_esp_stub_free (BwEspStub *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspStub, bw_esp_stub_free)

G_END_DECLS
