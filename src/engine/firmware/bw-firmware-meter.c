/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware-meter"
#include "config.h"

#include "bw-firmware-meter.h"

/* Whole numbers that are read and written at once everywhere; more than fits is never accepted. */
struct BwFirmwareMeter {
    gatomicrefcount refs;
    int done_bytes;
    int total_bytes;
};

BwFirmwareMeter *
bw_firmware_meter_new (void)
{
    BwFirmwareMeter *self = g_new0 (BwFirmwareMeter, 1);

    g_atomic_ref_count_init (&self->refs);
    return self;
}

BwFirmwareMeter *
bw_firmware_meter_ref (BwFirmwareMeter *self)
{
    g_atomic_ref_count_inc (&self->refs);
    return self;
}

void
bw_firmware_meter_unref (BwFirmwareMeter *self)
{
    if (self != NULL && g_atomic_ref_count_dec (&self->refs))
        g_free (self);
}

void
bw_firmware_meter_set (BwFirmwareMeter *self, uint64_t done_bytes, uint64_t total_bytes)
{
    if (self == NULL)
        return;
    g_atomic_int_set (&self->total_bytes, (int) MIN (total_bytes, G_MAXINT));
    g_atomic_int_set (&self->done_bytes, (int) MIN (done_bytes, G_MAXINT));
}

uint64_t
bw_firmware_meter_get_done (BwFirmwareMeter *self)
{
    return (uint64_t) g_atomic_int_get (&self->done_bytes);
}

uint64_t
bw_firmware_meter_get_total (BwFirmwareMeter *self)
{
    return (uint64_t) g_atomic_int_get (&self->total_bytes);
}
