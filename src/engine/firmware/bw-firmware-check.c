/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-firmware-private.h"

/* Each rule looks at one thing and adds a finding with its numbers. What would leave the board
 * without a way back, or cannot work, is not overridable; what a person may know better is. */

typedef struct {
    const BwFirmwareBuild *build;
    const BwBoardInfo *info;
    const struct bwp_esp_chip *chip; /* (nullable): of the board */
    GPtrArray *layout;               /* partitions after the writing */
    GPtrArray *findings;
} Check;

static void
add_finding (Check *self, BwCause cause, gboolean is_overridable, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
add_finding (Check *self, BwCause cause, gboolean is_overridable, const char *format, ...)
{
    BwFinding *finding = g_new0 (BwFinding, 1);
    va_list args;

    va_start (args, format);
    finding->text = g_strdup_vprintf (format, args);
    va_end (args);
    finding->cause = cause;
    finding->is_overridable = is_overridable;
    g_ptr_array_add (self->findings, finding);
}

static gboolean
is_image (const BwFirmwareProbe *probe)
{
    return probe->kind == BW_FIRMWARE_BOOTLOADER || probe->kind == BW_FIRMWARE_APP;
}

/* Parts passed the probe when they were loaded; a build put together otherwise may hold anything,
 * and what has no sound structure there counts as plain data. */
static void
probe_part (const BwFirmwarePart *part, BwFirmwareProbe *ret_probe)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (part->data, &len);

    if (!bw_firmware_probe_again (data, len, ret_probe))
        *ret_probe = (BwFirmwareProbe){ .kind = BW_FIRMWARE_DATA, .len = len };
}

/* Rounded up; sizes of flash are far below what 32 bits hold. */
static unsigned
to_kib (uint64_t bytes)
{
    return (unsigned) ((bytes + 1023) / 1024);
}

static const char *
chip_name (const char *key)
{
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name (key);

    return chip != NULL ? chip->name : key;
}

static void
check_chip (Check *self)
{
    const char *wanted = self->build->chip_key;
    const char *found = self->info->chip_key;

    if (wanted != NULL && found != NULL && !g_str_equal (wanted, found))
        add_finding (self, BW_CAUSE_WRONG_CHIP, FALSE,
                     _ ("The firmware is for %s, the board has an %s."), chip_name (wanted),
                     chip_name (found));
}

/* ---- one image -------------------------------------------------------------------------------- */

/* Old images state one number, a major revision on all chips but those that had only minor ones. */
static unsigned
wanted_revision (const BwFirmwareProbe *probe)
{
    const struct bwp_esp_image_header *header = &probe->image.header;
    gboolean is_old = header->max_revision == 0 || header->min_revision == 0;

    if (!is_old)
        return header->min_revision;
    return bwp_esp_chip_supports (probe->chip, BWP_ESP_NEEDS_MINOR_REVISION)
               ? header->min_revision_old
               : header->min_revision_old * 100u;
}

static void
check_revision (Check *self, const BwFirmwarePart *part, const BwFirmwareProbe *probe)
{
    int revision = self->info->revision;
    const struct bwp_esp_image_header *header = &probe->image.header;
    unsigned wanted = wanted_revision (probe);
    enum bwp_esp_revision_fit fit;

    if (revision < 0 || revision > UINT16_MAX || probe->chip != self->chip)
        return;
    fit = bwp_esp_image_revision_fit (probe->chip, header, (uint16_t) revision);
    if (fit == BWP_ESP_REVISION_TOO_OLD)
        add_finding (self, BW_CAUSE_WRONG_REVISION, TRUE,
                     _ ("%s wants chip revision %u.%u or later, this one is %d.%d."), part->name,
                     wanted / 100, wanted % 100, revision / 100, revision % 100);
    if (fit == BWP_ESP_REVISION_TOO_NEW)
        add_finding (self, BW_CAUSE_WRONG_REVISION, TRUE,
                     _ ("%s is for chips up to revision %u.%u, this one is %d.%d."), part->name,
                     header->max_revision / 100, header->max_revision % 100, revision / 100,
                     revision % 100);
}

/* What the boot image will believe about the flash: patched where the build says so. */
static uint64_t
stated_flash_size (Check *self, const BwFirmwareProbe *probe)
{
    const char *text = self->build->flash_size;
    uint8_t code = probe->image.header.size_code;

    if (text != NULL && g_ascii_strcasecmp (text, "detect") == 0)
        return 0;
    if (text != NULL && bwp_esp_size_from_text (probe->chip, text, &code) != BWP_OK)
        return 0;
    return bwp_esp_size_bytes (probe->chip, code);
}

static void
check_stated_flash_size (Check *self, const BwFirmwarePart *part, const BwFirmwareProbe *probe)
{
    uint64_t stated;
    uint64_t real = self->info->flash_size_bytes;

    if (real == 0 || part->offset != probe->chip->bootloader_offset)
        return;
    stated = stated_flash_size (self, probe);
    if (stated > real)
        add_finding (self, BW_CAUSE_FLASH_SIZE, TRUE,
                     _ ("%s is set up for %u KiB of flash, the board has %u KiB."), part->name,
                     to_kib (stated), to_kib (real));
}

/* ---- room ------------------------------------------------------------------------------------- */

static void
check_flash_room (Check *self, const BwFirmwarePart *part)
{
    uint64_t real = self->info->flash_size_bytes;

    if (real > 0 && bw_firmware_part_get_end (part) > real)
        add_finding (self, BW_CAUSE_TOO_LARGE, FALSE,
                     _ ("%s ends at 0x%x, the flash of the board at 0x%x."), part->name,
                     (unsigned) bw_firmware_part_get_end (part), (unsigned) real);
}

static const BwPartition *
find_partition (Check *self, uint32_t address)
{
    for (unsigned i = 0; i < self->layout->len; i++) {
        const BwPartition *row = g_ptr_array_index (self->layout, i);

        if (address >= row->offset && address - row->offset < row->size)
            return row;
    }
    return NULL;
}

static void
check_partition_room (Check *self, const BwFirmwarePart *part, const BwFirmwareProbe *probe)
{
    const BwPartition *row = find_partition (self, part->offset);
    uint64_t end;

    if (row == NULL)
        return;
    end = (uint64_t) row->offset + row->size;
    if (bw_firmware_part_get_end (part) > end)
        add_finding (self, BW_CAUSE_TOO_LARGE, probe->kind == BW_FIRMWARE_DATA,
                     _ ("%s has %u bytes, the partition %s has room for %u."), part->name,
                     (unsigned) g_bytes_get_size (part->data), row->label,
                     (unsigned) (end - part->offset));
}

static uint32_t
board_table (const BwBoardInfo *info)
{
    return info->partition_table_offset != 0 ? info->partition_table_offset
                                             : BWP_ESP_PARTITION_TABLE_OFFSET;
}

static void
take_if_nearer (uint32_t address,
                const char *name,
                const BwFirmwarePart *part,
                uint32_t *nearest,
                const char **ret_name)
{
    if (address <= part->offset || address >= *nearest)
        return;
    *nearest = address;
    *ret_name = name;
}

/* What begins outside of any partition ends before the next thing begins. Of an image only what
 * its header counts is looked at: systems without partitions put their program right behind it. */
static void
check_what_follows (Check *self, const BwFirmwarePart *part, const BwFirmwareProbe *probe)
{
    uint64_t end = (uint64_t) part->offset + probe->len;
    uint32_t nearest = UINT32_MAX;
    const char *name = NULL;

    if (self->layout->len == 0 || find_partition (self, part->offset) != NULL)
        return;
    /* a table of its own is a part, and parts do not overlap */
    if (self->layout == self->info->partitions)
        take_if_nearer (board_table (self->info), _ ("the partition table"), part, &nearest, &name);
    for (unsigned i = 0; i < self->layout->len; i++) {
        const BwPartition *row = g_ptr_array_index (self->layout, i);

        take_if_nearer (row->offset, row->label, part, &nearest, &name);
    }
    if (end > nearest)
        add_finding (self, BW_CAUSE_TOO_LARGE, TRUE, _ ("%s ends at 0x%x, but %s begins at 0x%x."),
                     part->name, (unsigned) end, name, nearest);
}

/* An image has to begin where a slot begins, or the boot loader does not look for it. ESP8266: its
 * boot loader looks like any application. */
static void
check_slot (Check *self, const BwFirmwarePart *part, const BwFirmwareProbe *probe)
{
    const BwPartition *row = find_partition (self, part->offset);
    gboolean is_slot = row != NULL && row->type == BWP_ESP_TYPE_APP;

    if (is_slot && row->offset == part->offset && probe->kind != BW_FIRMWARE_APP)
        add_finding (self, BW_CAUSE_WRONG_PLACE, TRUE,
                     _ ("%s goes into the application slot %s, but is no application."), part->name,
                     row->label);
    if (probe->kind == BW_FIRMWARE_APP && !bw_firmware_probe_is_8266 (probe)
        && self->layout->len > 0 && (!is_slot || row->offset != part->offset))
        add_finding (
            self, BW_CAUSE_WRONG_PLACE, TRUE,
            _ ("%s goes to 0x%x, where no application slot of the partition table begins."),
            part->name, part->offset);
}

static void
check_layout_room (Check *self)
{
    uint64_t real = self->info->flash_size_bytes;

    for (unsigned i = 0; i < self->build->partitions->len; i++) {
        const BwPartition *row = g_ptr_array_index (self->build->partitions, i);
        uint64_t end = (uint64_t) row->offset + row->size;

        if (real > 0 && end > real) {
            add_finding (
                self, BW_CAUSE_FLASH_SIZE, FALSE,
                _ ("The partition table needs %u KiB of flash, the board has %u KiB: %s does not "
                   "fit."),
                to_kib (end), to_kib (real), row->label);
            return;
        }
    }
}

/* ---- what a blank board needs ----------------------------------------------------------------- */

static gboolean
has_kind (Check *self, BwFirmwareKind kind)
{
    for (unsigned i = 0; i < self->build->parts->len; i++) {
        BwFirmwareProbe probe;

        probe_part (g_ptr_array_index (self->build->parts, i), &probe);
        if (probe.kind == kind && !bw_firmware_probe_is_8266 (&probe))
            return TRUE;
    }
    return FALSE;
}

/* Anything but an application may be one: encrypted boot loaders look like noise. */
static gboolean
has_boot_image (Check *self)
{
    const BwFirmwarePart *part =
        bw_firmware_build_find_part (self->build, self->chip->bootloader_offset);
    BwFirmwareProbe probe;

    if (part == NULL)
        return FALSE;
    probe_part (part, &probe);
    return probe.kind != BW_FIRMWARE_APP;
}

static void
check_boot_images (Check *self)
{
    gboolean is_bare = self->info->partitions->len == 0 && !self->info->is_secure_download
                       && !self->info->is_flash_encrypted;
    gboolean has_table = self->build->partitions->len > 0;

    if (!is_bare || self->chip == NULL || self->chip->image_id == BWP_ESP_NO_IMAGE_ID
        || !has_kind (self, BW_FIRMWARE_APP))
        return;
    if (!has_boot_image (self))
        add_finding (self, BW_CAUSE_MISSING_BOOT_IMAGE, TRUE,
                     _ ("The board is blank and the firmware brings no boot loader for 0x%x."),
                     self->chip->bootloader_offset);
    if (!has_table)
        add_finding (self, BW_CAUSE_MISSING_BOOT_IMAGE, TRUE, "%s",
                     _ ("The board is blank and the firmware brings no partition table."));
}

/* ---- what must stay readable ------------------------------------------------------------------ */

static gboolean
covers (const BwFirmwarePart *part, uint32_t address)
{
    return address >= part->offset && address < bw_firmware_part_get_end (part);
}

/* What lies at @address once @part is written there. */
static BwFirmwareKind
kind_at (const BwFirmwarePart *part, uint32_t address)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (part->data, &len);
    size_t skip = address - part->offset;
    BwFirmwareProbe probe;

    return bw_firmware_probe (data + skip, len - skip, &probe, NULL) ? probe.kind
                                                                     : BW_FIRMWARE_DATA;
}

/* What a chip that encrypts reads there looks like noise beforehand. */
static gboolean
has_plain_boot (Check *self)
{
    return self->chip != NULL && self->chip->image_id != BWP_ESP_NO_IMAGE_ID
           && !self->info->is_flash_encrypted;
}

static gboolean
brings_boot_image (Check *self, const BwFirmwarePart *part)
{
    return covers (part, self->chip->bootloader_offset)
           && kind_at (part, self->chip->bootloader_offset) == BW_FIRMWARE_BOOTLOADER;
}

static void
check_boot_place (Check *self, const BwFirmwarePart *part)
{
    uint32_t place = self->chip->bootloader_offset;

    if (covers (part, place) && !brings_boot_image (self, part))
        add_finding (self, BW_CAUSE_WRONG_PLACE, TRUE,
                     _ ("%s covers 0x%x, where the boot loader lies, but is none: the board would "
                        "not start any more."),
                     part->name, place);
}

/* An image that starts without a table may cover the place of one. */
static void
check_table_place (Check *self, const BwFirmwarePart *part)
{
    uint32_t place = self->info->partition_table_offset;

    if (self->info->partitions->len > 0 && covers (part, place)
        && kind_at (part, place) != BW_FIRMWARE_PARTITION_TABLE && !brings_boot_image (self, part))
        add_finding (self, BW_CAUSE_WRONG_PLACE, TRUE,
                     _ ("%s covers 0x%x, where the partition table lies, but is none: the board "
                        "would not start any more."),
                     part->name, place);
}

/* ---- protected boards ------------------------------------------------------------------------- */

static void
check_secure_boot (Check *self, const BwFirmwarePart *part)
{
    if (self->info->is_secure_boot && part->offset < board_table (self->info))
        add_finding (
            self, BW_CAUSE_SECURE_MODE, FALSE,
            _ ("Secure boot is on: writing %s at 0x%x could leave the board dead for ever."),
            part->name, part->offset);
}

static void
check_encryption (Check *self, const BwFirmwarePart *part, const BwFirmwareProbe *probe)
{
    gboolean is_read_encrypted = is_image (probe) || probe->kind == BW_FIRMWARE_PARTITION_TABLE;

    if (self->info->is_flash_encrypted && is_read_encrypted && !part->is_encrypted)
        add_finding (
            self, BW_CAUSE_SECURE_MODE, FALSE,
            _ ("Flash encryption is on: %s would be written in plain and could not be read."),
            part->name);
    if (!self->info->is_flash_encrypted && part->is_encrypted)
        add_finding (
            self, BW_CAUSE_SECURE_MODE, TRUE,
            _ ("%s is to be written encrypted, but flash encryption is off on this board."),
            part->name);
}

static void
check_part (Check *self, const BwFirmwarePart *part)
{
    BwFirmwareProbe probe;

    probe_part (part, &probe);
    check_flash_room (self, part);
    check_partition_room (self, part, &probe);
    check_what_follows (self, part, &probe);
    check_slot (self, part, &probe);
    check_secure_boot (self, part);
    check_encryption (self, part, &probe);
    if (has_plain_boot (self)) {
        check_boot_place (self, part);
        check_table_place (self, part);
    }
    if (is_image (&probe)) {
        check_revision (self, part, &probe);
        check_stated_flash_size (self, part, &probe);
    }
}

GPtrArray *
bw_firmware_build_check (const BwFirmwareBuild *build, const BwBoardInfo *info)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_finding_free);
    Check check = { .build = build, .info = info, .findings = findings };

    g_return_val_if_fail (build != NULL && info != NULL, findings);
    check.chip = info->chip_key != NULL ? bwp_esp_chip_by_name (info->chip_key) : NULL;
    check.layout = build->partitions->len > 0 ? build->partitions : info->partitions;
    check_chip (&check);
    check_layout_room (&check);
    check_boot_images (&check);
    g_return_val_if_fail (!build->is_open, findings);
    for (unsigned i = 0; i < build->parts->len; i++)
        check_part (&check, g_ptr_array_index (build->parts, i));
    return findings;
}
