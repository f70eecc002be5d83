/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-cause.h"
#include "bw-firmware.h"
#include "bwp-esp-partition.h"

/* Firmware made on the spot for tests, and a folder of their own to put it in. */

/* What an image is to be like; all zero is a small ESP32 boot image with a digest. */
typedef struct {
    const char *chip; /* key; NULL: "esp32" */
    const char *app;  /* name in its description; NULL: a boot image */
    const char *version;
    size_t size;           /* bytes of the main segment; 0: 256 */
    uint8_t size_code;     /* high nibble of byte 3 */
    uint16_t min_revision; /* major * 100 + minor */
    uint16_t max_revision; /* 0: no limit */
    gboolean has_no_digest;
} MakeImage;

/* What a test has that needs a folder and nothing else: for g_test_add(). */
typedef struct {
    char *folder;
} MakeFixture;

void make_set_up (MakeFixture *f, gconstpointer data);
void make_tear_down (MakeFixture *f, gconstpointer data);

/* A new folder; freed with everything in it by make_folder_remove(). */
char *make_folder (void);
void make_folder_remove (char *folder);

/* Writes a file below @folder, makes folders in between; returns its path. */
char *make_file (const char *folder, const char *name, const void *data, size_t len);
char *make_text (const char *folder, const char *name, const char *text);
char *make_bytes (const char *folder, const char *name, GBytes *bytes);

GBytes *make_image (const MakeImage *how);

/* Three rows at the usual places: nvs 0x9000, otadata 0xd000, ota_0 0x10000, ota_1 0x110000. */
GBytes *make_table (void);
/* A factory slot at @offset of @size bytes. */
GBytes *make_factory_table (uint32_t offset, uint32_t size);

/* All parts at their offsets, FF between them, from address @base on. */
GBytes *make_merged (uint32_t base, size_t count, const uint32_t *offsets, GBytes *const *parts);

GBytes *make_gzip (GBytes *plain);

/* The whole file of the golden data. */
GBytes *make_vector (const char *name);
char *make_vector_path (const char *name);

/* Loads what must load. */
BwFirmware *make_load (const char *first, ...) G_GNUC_NULL_TERMINATED;

/* A firmware of one part: a boot image in @folder that goes to 0x1000. */
BwFirmware *make_boot_firmware (const char *folder);

/* Loads what must be refused with @cause, in a sentence that contains @word. */
void make_refused (BwCause cause, const char *word, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Memory of this process that nobody can take back; 0 under the thread sanitizer, whose own
 * grows with it. */
gint64 make_private_memory_kib (void);

const BwFirmwareBuild *make_only_build (BwFirmware *firmware);
const BwFirmwarePart *make_part (const BwFirmwareBuild *build, unsigned index);

/* That the part lies at @offset, is called @name and holds @bytes. */
void make_assert_part (const BwFirmwareBuild *build,
                       unsigned index,
                       uint32_t offset,
                       const char *name,
                       GBytes *bytes);
