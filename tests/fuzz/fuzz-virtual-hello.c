/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program that calls itself a virtual board says. */
#include <stdlib.h>

#include "bw-virtual-hello.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEndpoint) endpoint = _bw_virtual_hello_parse ((const char *) data, len, &error);

    if ((endpoint == NULL) == (error == NULL))
        abort ();
    if (endpoint != NULL && (endpoint->address == NULL || endpoint->place == NULL))
        abort ();
    return 0;
}
