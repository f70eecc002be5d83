/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses in what boards print: only whole words of eight digits, never more than asked for. */
#include "bw-code-address.h"

#include <string.h>

#define ROOM 4u

static void
test_find (void)
{
    static const struct {
        const char *line;
        unsigned n;
        uint32_t addresses[ROOM];
    } cases[] = {
        { "Backtrace: 0x400d1234:0x3ffb5e20 |<-CORRUPTED", 2, { 0x400d1234, 0x3ffb5e20 } },
        { "Backtrace:0x400D1234:0X3FFB5E20", 2, { 0x400d1234, 0x3ffb5e20 } },
        { "MEPC    : 0x42007a5e  RA      : 0x42007a4c", 2, { 0x42007a5e, 0x42007a4c } },
        { "abort() was called at PC 0x4008d3c3 on core 0", 1, { 0x4008d3c3 } },
        { "epc1=0x40201a3c epc2=0x00000000", 2, { 0x40201a3c, 0 } },
        { "0x40201a3c", 1, { 0x40201a3c } },
        { "(0xffffffff)", 1, { 0xffffffff } },
        { "1 0x00000001 0x00000002 0x00000003 0x00000004 0x00000005", ROOM, { 1, 2, 3, 4 } },
        { "0x40201a3 0x40201a3c0 0x40201a3g 40201a3c", 0, { 0 } },
        { "a0x40201a3c _0x40201a3c 0x40201a3c_ 0x40201a3cz", 0, { 0 } },
        { "0x0x40201a3c", 0, { 0 } },
        { "", 0, { 0 } },
        { "0x", 0, { 0 } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        uint32_t found[ROOM + 1] = { 0 };
        unsigned n = 0;

        found[ROOM] = 0xa5a5a5a5;
        n = bw_code_address_find (cases[i].line, strlen (cases[i].line), found, ROOM);
        g_assert_cmpuint (n, ==, cases[i].n);
        for (unsigned j = 0; j < n; j++)
            g_assert_cmphex (found[j], ==, cases[i].addresses[j]);
        g_assert_cmphex (found[ROOM], ==, 0xa5a5a5a5);
    }
}

/* The line ends where it is said to end. */
static void
test_cut (void)
{
    static const char line[] = "PC 0x400d1234";

    for (size_t len = 0; len <= strlen (line); len++) {
        g_autofree char *copy = g_memdup2 (line, MAX (len, 1));
        uint32_t found = 0;

        g_assert_cmpuint (bw_code_address_find (copy, len, &found, 1), ==, len == strlen (line));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/code-address/find", test_find);
    g_test_add_func ("/engine/code-address/cut", test_cut);
    return g_test_run ();
}
