/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"

/* More pieces than this are no firmware but an attack on the memory of the station. */
#define PIECES_MAX 262144u

typedef struct {
    uint32_t start;
    GByteArray *bytes;
} Run;

struct BwFirmwareRuns {
    GPtrArray *runs;
    uint64_t total;
};

static void
run_free (Run *run)
{
    g_byte_array_unref (run->bytes);
    g_free (run);
}

static uint32_t
run_end (const Run *run)
{
    return run->start + run->bytes->len;
}

static uint32_t
sector_end (uint32_t address)
{
    return (address + BW_FIRMWARE_SECTOR - 1) / BW_FIRMWARE_SECTOR * BW_FIRMWARE_SECTOR;
}

BwFirmwareRuns *
bw_firmware_runs_new (void)
{
    BwFirmwareRuns *self = g_new0 (BwFirmwareRuns, 1);

    self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) run_free);
    return self;
}

void
bw_firmware_runs_free (BwFirmwareRuns *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref (self->runs);
    g_free (self);
}

/* Bytes between the end of @run and @address, which continues it. */
static unsigned
count_gap (const Run *run, uint32_t address)
{
    return address - run_end (run);
}

static void
run_append (Run *run, uint32_t address, const uint8_t *data, size_t len)
{
    unsigned before = run->bytes->len;
    unsigned gap = count_gap (run, address);

    g_byte_array_set_size (run->bytes, before + gap);
    if (gap > 0)
        memset (run->bytes->data + before, 0xff, gap);
    g_byte_array_append (run->bytes, data, (guint) len);
}

/* Whether bytes at @address continue @run: right behind it or in its last sector. */
static gboolean
run_goes_on (const Run *run, uint32_t address)
{
    return address >= run_end (run)
           && address < MAX (sector_end (run_end (run)), run_end (run) + 1);
}

static gboolean
check_limits (BwFirmwareRuns *self, uint32_t address, size_t len, GError **error)
{
    if ((uint64_t) address + len > BW_FIRMWARE_SIZE_MAX) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("address 0x%x lies behind any flash: made for memory, not for flash?"),
                      address);
        return FALSE;
    }
    if (self->runs->len >= PIECES_MAX || self->total + len > BW_FIRMWARE_SIZE_MAX) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE, _ ("more than %u pieces or %u bytes"), PIECES_MAX,
                      BW_FIRMWARE_SIZE_MAX);
        return FALSE;
    }
    return TRUE;
}

gboolean
bw_firmware_runs_put (BwFirmwareRuns *self,
                      uint32_t address,
                      const uint8_t *data,
                      size_t len,
                      GError **error)
{
    Run *last = self->runs->len > 0 ? g_ptr_array_index (self->runs, self->runs->len - 1) : NULL;

    if (!check_limits (self, address, len, error))
        return FALSE;
    if (last == NULL || !run_goes_on (last, address)) {
        last = g_new0 (Run, 1);
        last->start = address;
        last->bytes = g_byte_array_new ();
        g_ptr_array_add (self->runs, last);
    }
    /* what is filled up takes memory as well */
    self->total += count_gap (last, address) + len;
    run_append (last, address, data, len);
    return TRUE;
}

static int
compare_runs (const void *a, const void *b)
{
    const Run *left = *(Run *const *) a;
    const Run *right = *(Run *const *) b;

    return left->start < right->start ? -1 : left->start > right->start;
}

static gboolean
add_run (const Run *run, BwFirmwareBuild *build, const char *origin, GError **error)
{
    uint32_t start = run->start / BW_FIRMWARE_SECTOR * BW_FIRMWARE_SECTOR;
    BwFirmwarePlace place = { .origin = origin, .offset = start };
    g_autoptr (GBytes) bytes = NULL;
    Run whole = { .start = start, .bytes = g_byte_array_new () };

    run_append (&whole, run->start, run->bytes->data, run->bytes->len);
    bytes = g_byte_array_free_to_bytes (whole.bytes);
    return bw_firmware_build_add_flash (build, &place, bytes, NULL, error);
}

/* Sorted, and neighbours put together; the others move up in one pass. */
static gboolean
join_runs (GPtrArray *runs, const char *origin, GError **error)
{
    unsigned n = 1;

    g_ptr_array_sort (runs, compare_runs);
    for (unsigned i = 1; i < runs->len; i++) {
        Run *previous = g_ptr_array_index (runs, n - 1);
        Run *run = g_ptr_array_index (runs, i);

        if (run->start < run_end (previous)) {
            bw_set_error (error, BW_CAUSE_OVERLAP, _ ("%s: has two contents for address 0x%x"),
                          origin, run->start);
            return FALSE;
        }
        if (run_goes_on (previous, run->start)) {
            run_append (previous, run->start, run->bytes->data, run->bytes->len);
            continue;
        }
        runs->pdata[i] = runs->pdata[n];
        runs->pdata[n++] = run;
    }
    g_ptr_array_set_size (runs, (int) n);
    return TRUE;
}

gboolean
bw_firmware_runs_add_to (BwFirmwareRuns *self,
                         BwFirmwareBuild *build,
                         const char *origin,
                         GError **error)
{
    if (self->runs->len == 0) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: holds no data"), origin);
        return FALSE;
    }
    if (!join_runs (self->runs, origin, error))
        return FALSE;
    for (unsigned i = 0; i < self->runs->len; i++)
        if (!add_run (g_ptr_array_index (self->runs, i), build, origin, error))
            return FALSE;
    g_ptr_array_set_size (self->runs, 0);
    return TRUE;
}
