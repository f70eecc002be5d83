/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A flasher stub in a folder of the user. */
#include <gio/gio.h>

#include "bw-esp-stub-file.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspStub) stub = bw_esp_stub_parse ((const char *) data, len, &error);

    g_assert_true ((stub == NULL) == (error != NULL));
    if (stub == NULL)
        return 0;
    g_assert_cmpuint (g_bytes_get_size (stub->text), <=, BW_ESP_STUB_SEGMENT_MAX);
    g_assert_cmpuint (g_bytes_get_size (stub->text) % 4, ==, 0);
    g_assert_cmpuint (stub->entry - stub->text_start, <, g_bytes_get_size (stub->text));
    if (stub->data != NULL)
        g_assert_cmpuint (g_bytes_get_size (stub->data), <=, BW_ESP_STUB_SEGMENT_MAX);
    return 0;
}
