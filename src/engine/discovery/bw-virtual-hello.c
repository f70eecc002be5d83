/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-virtual-hello"
#include "config.h"

#include "bw-virtual-hello.h"

#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-usb-place.h"
#include "bwp-esp-chip.h"

#define NAME_BYTES_MAX 100u
#define ADDRESS_BYTES_MAX 512u

static const char *
get_text (const cJSON *object, const char *key, size_t len_max)
{
    const char *text = cJSON_GetStringValue (cJSON_GetObjectItemCaseSensitive (object, key));

    if (text == NULL || *text == '\0' || strlen (text) > len_max
        || !g_utf8_validate (text, -1, NULL))
        return NULL;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
        if (!g_unichar_isprint (g_utf8_get_char (p)))
            return NULL;
    return text;
}

static gboolean
is_local_server (const char *address)
{
    static const char *const hosts[] = { "127.0.0.1", "localhost", "::1", NULL };
    g_autofree char *host = NULL;
    int port = -1;

    return g_uri_split_network (address, G_URI_FLAGS_NONE, NULL, &host, &port, NULL) && port > 0
           && g_strv_contains (hosts, host);
}

static gboolean
is_local_address (const char *address)
{
    if (g_str_has_prefix (address, "tcp://") || g_str_has_prefix (address, "rfc2217://"))
        return is_local_server (address);
    return g_str_has_prefix (address, "/") || g_str_has_prefix (address, "serial:///");
}

static BwEndpoint *
make_endpoint (const cJSON *object, const char *name, const char *address)
{
    const char *chip_key = get_text (object, "chip", NAME_BYTES_MAX);
    const struct bwp_esp_chip *chip = chip_key == NULL ? NULL : bwp_esp_chip_by_name (chip_key);
    BwEndpoint *endpoint = g_new0 (BwEndpoint, 1);

    endpoint->address = g_strdup (address);
    endpoint->place = g_strdup_printf ("virtual %s", name);
    endpoint->place_text = g_strdup (_ ("this machine"));
    endpoint->bridge = g_strdup (_ ("virtual board"));
    endpoint->likely_board = g_strdup (name);
    endpoint->chip_name = g_strdup (chip == NULL ? NULL : chip->name);
    endpoint->mac = _bw_usb_place_dup_mac (get_text (object, "mac", NAME_BYTES_MAX));
    endpoint->is_virtual = TRUE;
    endpoint->is_known = TRUE;
    return endpoint;
}

BwEndpoint *
_bw_virtual_hello_parse (const char *line, size_t len, GError **error)
{
    cJSON *object = len > BW_VIRTUAL_HELLO_BYTES_MAX ? NULL : cJSON_ParseWithLength (line, len);
    const char *name = get_text (object, "name", NAME_BYTES_MAX);
    const char *address = get_text (object, "address", ADDRESS_BYTES_MAX);
    BwEndpoint *endpoint = NULL;

    if (!cJSON_IsObject (object))
        bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("virtual board: no JSON object"));
    else if (name == NULL || address == NULL)
        bw_set_error (error, BW_CAUSE_PROTOCOL,
                      _ ("virtual board: name or address missing or unfit"));
    else if (!is_local_address (address))
        bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("virtual board: %s is not on this machine"),
                      address);
    else
        endpoint = make_endpoint (object, name, address);
    cJSON_Delete (object);
    return endpoint;
}
