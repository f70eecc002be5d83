/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings file, whoever wrote into it. */
#include <gio/gio.h>

#include "bw-error.h"
#include "bw-settings.h"
#include "fuzz-folder.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree char *path = fuzz_folder_put ("settings.ini", data, len);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwSettings) settings = bw_settings_load_sync (path, &error);
    const char *const *recent = NULL;
    unsigned baud = 0;

    if (settings == NULL) {
        g_assert_cmpint (bw_error_get_cause (error), !=, BW_CAUSE_NONE);
        return 0;
    }
    g_object_get (settings, "baud", &baud, NULL);
    g_assert_cmpuint (baud, <=, 5000000);
    recent = bw_settings_get_recent (settings);
    g_assert_cmpuint (g_strv_length ((char **) recent), <=, BW_SETTINGS_RECENT_MAX);
    for (; *recent != NULL; recent++)
        g_assert_true (g_utf8_validate (*recent, -1, NULL));
    return 0;
}
