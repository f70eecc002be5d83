/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-firmware.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    int fd = memfd_create ("table", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
    const BwPartitionRules rules = { .table_offset = 0x8000, .is_secure_boot_v1 = len % 2 == 0 };
    g_autoptr (GPtrArray) rows = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (write (fd, data, len), ==, (ssize_t) len);
    rows = bw_partition_table_load_sync (path, &rules, &error);
    g_assert_true ((rows == NULL) == (error != NULL));
    for (unsigned i = 0; rows != NULL && i < rows->len; i++) {
        const BwPartition *row = g_ptr_array_index (rows, i);

        g_assert_true (g_utf8_validate (row->label, -1, NULL));
        g_assert_nonnull (row->kind);
    }
    close (fd);
    return 0;
}
