/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cJSON.h>
#include <gio/gio.h>

#include "bw-firmware-files.h"
#include "bw-firmware-probe.h"
#include "bw-firmware.h"
#include "bwp-esp-partition.h"

G_BEGIN_DECLS

/* How firmware files become builds. Private to the firmware folder.
 * A form reads one argument into builds of parts; bw-firmware.c combines the builds of all
 * arguments; only then are the parts finished: offsets that no file states follow from the other
 * parts. Threads: one loading belongs to one thread. */

/* Several hundred are common (file systems as many small images); this many are a mistake. */
#define BW_FIRMWARE_PARTS_MAX 4096u
/* The erase unit of every flash chip: a part begins at one. */
#define BW_FIRMWARE_SECTOR 4096u
#define BW_FIRMWARE_BUILDS_MAX 64u
/* All builds of one file together: eleven chips with 16 MiB each is the most anybody makes. */
#define BW_FIRMWARE_BUILDS_BYTES_MAX (256u * 1024 * 1024)
/* Where an application goes when nothing says otherwise: the usual layout of ESP-IDF. */
#define BW_FIRMWARE_APP_OFFSET 0x10000u
#define BW_FIRMWARE_NO_OFFSET (-1)

/**
 * BwFirmwareInput:
 * @path: file or folder, as the person named it
 * @shown: the same for messages, always UTF-8
 * @place: (nullable): what stands behind the @
 * @offset: the number there; %BW_FIRMWARE_NO_OFFSET without
 * @partition: (nullable): the name there
 * @bytes: (nullable): content, unpacked; %NULL for a folder
 * @json: (nullable): the content, where it is JSON
 * @files: takes note of what is read; borrowed from whoever opened it
 *
 * One FIRMWARE argument, opened.
 */
typedef struct {
    char *path;
    char *shown;
    char *place;
    gint64 offset;
    char *partition;
    GBytes *bytes;
    cJSON *json;
    BwFirmwareFiles *files;
} BwFirmwareInput;

/* What is known about a part before its bytes are looked at. */
typedef struct {
    const char *origin;    /* the file, for messages, UTF-8 */
    const char *name;      /* (nullable): a better word than the file's name */
    const char *partition; /* (nullable): which it shall go into */
    gint64 offset;         /* or BW_FIRMWARE_NO_OFFSET */
    gboolean is_encrypted;
} BwFirmwarePlace;

/**
 * BwFirmwareFormat:
 * @id: what bw_firmware_get_format() says
 * @matches: whether an input is of this form; looks at the content, never at a file name
 * @load: (transfer full) (element-type BwFirmwareBuild): the builds in it, parts unfinished; sets
 *   an error that names the file
 *
 * One file form. The first that matches reads the input; the order stands in
 * bw-firmware-format.c.
 */
typedef struct {
    const char *id;
    gboolean (*matches) (const BwFirmwareInput *input);
    GPtrArray *(*load) (const BwFirmwareInput *input, GCancellable *cancellable, GError **error);
} BwFirmwareFormat;

extern const BwFirmwareFormat bw_firmware_format_arduino;
extern const BwFirmwareFormat bw_firmware_format_bin;
extern const BwFirmwareFormat bw_firmware_format_idf;
extern const BwFirmwareFormat bw_firmware_format_ihex;
extern const BwFirmwareFormat bw_firmware_format_manifest;
extern const BwFirmwareFormat bw_firmware_format_merged;
extern const BwFirmwareFormat bw_firmware_format_uf2;

/**
 * bw_firmware_format_find:
 * @input: an opened argument
 *
 * Returns: (transfer none): the form that reads it; "bin" takes what no other wants
 */
const BwFirmwareFormat *bw_firmware_format_find (const BwFirmwareInput *input);

/**
 * bw_firmware_input_open:
 * @spec: a FIRMWARE argument, with or without "@offset"
 * @files: takes note of its file, and of those it names; outlives the input
 * @cancellable: (nullable): stops the reading
 * @error: as bw_firmware_source_read(), for what lies in the network as bw_firmware_url_parse() and
 *   bw_firmware_fetch(); usage for an offset that is none
 *
 * Returns: (transfer full) (nullable): the input, %NULL on error
 */
BwFirmwareInput *bw_firmware_input_open (const char *spec,
                                         BwFirmwareFiles *files,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_input_dup_name:
 * @spec: a FIRMWARE argument that was opened
 *
 * Returns: (transfer full): the name of its file, UTF-8
 */
char *bw_firmware_input_dup_name (const char *spec);

/**
 * bw_firmware_input_free:
 * @self: (nullable) (transfer full): an input
 */
void bw_firmware_input_free (BwFirmwareInput *self);

/**
 * bw_firmware_input_check_no_place:
 * @self: an input of a form that states its own addresses
 * @error: usage, when a place was given with it
 *
 * Returns: %TRUE when there is none
 */
gboolean bw_firmware_input_check_no_place (const BwFirmwareInput *self,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_input_get_place:
 * @self: an input whose bytes are one part
 *
 * Returns: where it comes from and goes to; the texts are borrowed
 */
BwFirmwarePlace bw_firmware_input_get_place (const BwFirmwareInput *self);

/* Parses a number as people write offsets: decimal or 0x, all of @text, at most 32 bits. */
gboolean bw_firmware_parse_u32 (const char *text, uint32_t *ret_value) G_GNUC_WARN_UNUSED_RESULT;

/* ---- builds ----------------------------------------------------------------------------------- */

/**
 * BwFirmwareDraft:
 * @part: what is handed out; its name is a suggestion until bw_firmware_build_finish()
 * @kind: what it is by its content
 * @chip: (nullable): whose image it is
 * @has_offset: %FALSE: still to be decided
 * @origin: the file it came from, for messages
 * @app_name: (nullable): what the application in it states
 * @app_version: (nullable): its version
 *
 * A part while it is being loaded, and ever after behind the #BwFirmwarePart of the contract.
 */
typedef struct {
    BwFirmwarePart part; /* first: the arrays hold pointers to it */
    BwFirmwareKind kind;
    const struct bwp_esp_chip *chip;
    gboolean has_offset;
    char *origin;
    char *app_name;
    char *app_version;
} BwFirmwareDraft;

BwFirmwareBuild *bw_firmware_build_new (void);

/**
 * bw_firmware_builds_new:
 *
 * Returns: (transfer full) (element-type BwFirmwareBuild): an empty list that owns its builds
 */
GPtrArray *bw_firmware_builds_new (void);

/**
 * bw_firmware_build_set_chip:
 * @self: a build
 * @chip: the chip it is for
 * @origin: the file that says so
 * @error: bad-firmware, when the build is already known to be for another
 *
 * Returns: %TRUE when they agree
 */
gboolean bw_firmware_build_set_chip (BwFirmwareBuild *self,
                                     const struct bwp_esp_chip *chip,
                                     const char *origin,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_build_add:
 * @self: a build
 * @place: where the bytes come from and go to
 * @bytes: content; a reference is taken
 * @error: bad-firmware for damaged images and wrong chips, too-large
 *
 * Adds one part, whole, after looking at what it is.
 *
 * Returns: %TRUE when it was added
 */
gboolean bw_firmware_build_add (BwFirmwareBuild *self,
                                const BwFirmwarePlace *place,
                                GBytes *bytes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_build_add_flash:
 * @self: a build
 * @place: as bw_firmware_build_add()
 * @bytes: content of a file that may hold several images
 * @ret_is_merged: (nullable): whether it did
 * @error: as bw_firmware_build_add()
 *
 * Adds the bytes, taken apart where they are a merged image.
 *
 * Returns: %TRUE when all parts were added
 */
gboolean bw_firmware_build_add_flash (BwFirmwareBuild *self,
                                      const BwFirmwarePlace *place,
                                      GBytes *bytes,
                                      gboolean *ret_is_merged,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_builds_combine:
 * @a: (element-type BwFirmwareBuild): of one argument
 * @b: (element-type BwFirmwareBuild): of the next
 * @error: bad-firmware when no build of @a is for the chip of one of @b
 *
 * Returns: (transfer full) (nullable) (element-type BwFirmwareBuild): each of @a with each of @b
 * that is for the same chip, parts of both
 */
GPtrArray *
bw_firmware_builds_combine (GPtrArray *a, GPtrArray *b, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_build_finish:
 * @self: a build with all its parts
 * @error: bad-firmware (a place cannot be found, not at a sector), overlap, too-large, no-partition
 *
 * Decides open offsets, sorts, refuses overlaps, names and hashes the parts, reads the layout.
 * Parts for a partition stay open where the build brings no layout.
 *
 * Returns: %TRUE when the build may be handed out
 */
gboolean bw_firmware_build_finish (BwFirmwareBuild *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_build_place:
 * @build: a finished build
 * @partitions: (element-type BwPartition): the layout of the board it is for
 * @error: no-partition, too-large, overlap
 *
 * Returns: (transfer full) (nullable): a copy that is not open
 */
BwFirmwareBuild *bw_firmware_build_place (const BwFirmwareBuild *build,
                                          GPtrArray *partitions,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_build_find_part:
 * @self: a finished build
 * @address: flash address
 *
 * Returns: (transfer none) (nullable): the part that covers @address
 */
const BwFirmwarePart *bw_firmware_build_find_part (const BwFirmwareBuild *self, uint32_t address);

/* ---- merged images ---------------------------------------------------------------------------- */

/**
 * BwFirmwareLayout:
 * @base: flash address of the first byte
 * @entries: the partition table inside
 * @entry_count: how many; 0 also where the table is damaged
 * @table_address: where it is; 0 without one
 * @boot_address: flash address of the boot image; only meaningful with @chip
 * @chip: (nullable): of the boot image
 */
typedef struct {
    uint32_t base;
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t entry_count;
    uint32_t table_address;
    uint32_t boot_address;
    const struct bwp_esp_chip *chip;
} BwFirmwareLayout;

/**
 * bw_firmware_layout_find:
 * @bytes: content of a file
 * @offset: where it goes, or %BW_FIRMWARE_NO_OFFSET
 *
 * Looks for a boot image and a partition table at their usual distances.
 *
 * Returns: (transfer full) (nullable): the layout of a merged image; %NULL for anything else
 */
BwFirmwareLayout *bw_firmware_layout_find (GBytes *bytes, gint64 offset);

/* ---- scattered bytes -------------------------------------------------------------------------- */

/* Collects pieces of flash in any order (UF2, Intel HEX) and hands them out as parts.
 * Pieces in one sector become one part, with FF between them: a sector is written whole. */
typedef struct BwFirmwareRuns BwFirmwareRuns;

BwFirmwareRuns *bw_firmware_runs_new (void);
void bw_firmware_runs_free (BwFirmwareRuns *self);

/**
 * bw_firmware_runs_put:
 * @self: a collection
 * @address: flash address
 * @data: bytes
 * @len: how many
 * @error: too-large: outside what flash can be, too many separate pieces, too much in all
 *
 * Returns: %TRUE when they were taken
 */
gboolean bw_firmware_runs_put (BwFirmwareRuns *self,
                               uint32_t address,
                               const uint8_t *data,
                               size_t len,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_runs_add_to:
 * @self: a collection; empty afterwards
 * @build: gets one part per run
 * @origin: the file, for messages
 * @error: bad-firmware (nothing there), overlap, as bw_firmware_build_add()
 *
 * Returns: %TRUE when all were added
 */
gboolean bw_firmware_runs_add_to (BwFirmwareRuns *self,
                                  BwFirmwareBuild *build,
                                  const char *origin,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- JSON ------------------------------------------------------------------------------------- */

/**
 * bw_firmware_json_parse:
 * @bytes: one JSON value and nothing else
 * @error: too-large, or bad-firmware for what is no JSON or has two members of one name
 *
 * Returns: (transfer full) (nullable): the value, %NULL on error
 */
cJSON *bw_firmware_json_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The member under either spelling, "flash_files" and "flash-files". (nullable) (transfer none) */
cJSON *bw_firmware_json_get (const cJSON *object, const char *name);
/* The text of a member. (nullable) (transfer none) */
const char *bw_firmware_json_get_text (const cJSON *object, const char *name);
/* A member that is true, or the text "true". */
gboolean bw_firmware_json_is_true (const cJSON *object, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareInput, bw_firmware_input_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareRuns, bw_firmware_runs_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (cJSON, cJSON_Delete)

G_END_DECLS
