/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"

#include "bw-firmware-private.h"

cJSON *
bw_firmware_json_get (const cJSON *object, const char *name)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive (object, name);
    g_autofree char *hyphens = NULL;

    if (item != NULL)
        return item;
    hyphens = g_strdelimit (g_strdup (name), "_", '-');
    return cJSON_GetObjectItemCaseSensitive (object, hyphens);
}

const char *
bw_firmware_json_get_text (const cJSON *object, const char *name)
{
    return cJSON_GetStringValue (bw_firmware_json_get (object, name));
}

gboolean
bw_firmware_json_is_true (const cJSON *object, const char *name)
{
    const cJSON *item = bw_firmware_json_get (object, name);
    const char *text = cJSON_GetStringValue (item);

    return cJSON_IsTrue (item) || (text != NULL && g_ascii_strcasecmp (text, "true") == 0);
}
