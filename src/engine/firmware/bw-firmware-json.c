/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-firmware-source.h"

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

/* ---- reading ---------------------------------------------------------------------------------- */

static gboolean
is_blank (const char *text, const char *end)
{
    while (text < end && g_ascii_isspace (*text))
        text++;
    return text == end;
}

/* Of two members of one name each program takes another: what one shows, the other writes. The
 * parser bounds the depth. */
static const char *
find_name_given_twice (const cJSON *object)
{
    g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
    const cJSON *item = NULL;

    cJSON_ArrayForEach (item, object)
    {
        const char *name = find_name_given_twice (item);

        if (name != NULL)
            return name;
        if (item->string != NULL && !g_hash_table_add (names, item->string))
            return item->string;
    }
    return NULL;
}

cJSON *
bw_firmware_json_parse (GBytes *bytes, GError **error)
{
    size_t len;
    const char *text = g_bytes_get_data (bytes, &len);
    const char *end = NULL;
    const char *twice = NULL;
    g_autoptr (cJSON) json = NULL;

    if (len > BW_FIRMWARE_JSON_MAX) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("%zu bytes are too much for a description of a firmware"), len);
        return NULL;
    }
    /* the parser takes any bytes for text, and people are shown what it reads */
    if (g_utf8_validate_len (text, len, &end))
        json = cJSON_ParseWithLengthOpts (text, len, &end, FALSE);
    if (json == NULL || !is_blank (end, text + len)) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("is no good JSON at byte %zu"),
                      end != NULL ? (size_t) (end - text) : 0);
        return NULL;
    }
    twice = find_name_given_twice (json);
    if (twice != NULL) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("names %s twice"), twice);
        return NULL;
    }
    return g_steal_pointer (&json);
}
