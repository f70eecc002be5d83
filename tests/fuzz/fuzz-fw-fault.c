/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults as the command line and the control socket of a virtual board take them, one a line. */
#include <glib.h>

#include "fuzz.h"
#include "fw-fault.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree char *text = len > 0 ? g_strndup ((const char *) data, len) : g_strdup ("");
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    struct fw_faults faults;

    fw_faults_init (&faults, 1);
    for (char **line = lines; *line != NULL; line++)
        if (fw_faults_add (&faults, *line) == BWP_ERR_SPACE)
            g_assert_cmpuint (faults.count, ==, FW_FAULT_MAX);
    g_assert_cmpuint (faults.count, <=, FW_FAULT_MAX);
    for (unsigned i = 0; i < 100; i++) {
        struct fw_passing passing = { i % 3 == 0 ? 0xc0 : (uint8_t) i, i % 2 == 0, 9600 * i };
        struct fw_fate fate;

        fw_faults_byte (&faults, &passing, &fate);
    }
    return 0;
}
