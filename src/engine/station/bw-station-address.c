/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-station-address"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-board-private.h"
#include "bw-error.h"
#include "bw-port.h"
#include "bw-station-self.h"

/* Boards that a person names, by their port or by their MAC address. */

/* "24:6f:28:00:00:01" */
#define MAC_CHARS 17u

static gboolean
is_serial_form (const char *address)
{
    static const char *const heads[] = { "/", "serial://", "tcp://", "rfc2217://" };

    for (unsigned i = 0; i < G_N_ELEMENTS (heads); i++)
        if (g_str_has_prefix (address, heads[i]) && strlen (address) > strlen (heads[i]))
            return TRUE;
    return FALSE;
}

/* Servers of serial lines have no usual port. */
static gboolean
check_names_port (const char *address, GError **error)
{
    g_autofree char *host = NULL;
    int port = -1;

    if (strstr (address, "://") == NULL || g_str_has_prefix (address, "serial://")
        || !g_uri_split_network (address, G_URI_FLAGS_NONE, NULL, &host, &port, NULL) || port != -1)
        return TRUE;
    /* translators: an address as typed, and the same again as an example of a whole one */
    bw_set_error (error, BW_CAUSE_USAGE, _ ("%s names no port: write it as %s:4000"), address,
                  address);
    return FALSE;
}

static BwBoard *
find_by_other_name (BwStation *self, const char *address)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (bw_board_is_present (self->boards->pdata[i])
            && bw_port_address_is_same (bw_board_get_address (self->boards->pdata[i]), address))
            return self->boards->pdata[i];
    return NULL;
}

static BwBoard *
find_present (BwStation *self, const char *mac)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (bw_board_is_present (self->boards->pdata[i])
            && _bw_board_has_mac (self->boards->pdata[i], mac))
            return self->boards->pdata[i];
    return NULL;
}

/* Six pairs of digits with colons between them. */
static gboolean
is_mac (const char *text)
{
    for (unsigned i = 0; i < MAC_CHARS; i++)
        if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit (text[i]))
            return FALSE;
    return text[MAC_CHARS] == '\0';
}

static BwBoard *
find_known_board (BwStation *self, const char *mac, GError **error)
{
    BwBoard *board = find_present (self, mac);

    if (!is_mac (mac)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is no MAC address such as 24:6f:28:00:00:01"),
                      mac);
        return NULL;
    }
    if (board != NULL && bw_board_shares_mac (board)) {
        bw_set_error (error, BW_CAUSE_USAGE,
                      _ ("more than one board here has the MAC address %s: name it by its port"),
                      mac);
        return NULL;
    }
    if (board != NULL) {
        _bw_board_insist (board);
        return board;
    }
    bw_set_error (error, BW_CAUSE_NO_SUCH_PORT, _ ("no board with the MAC address %s is here"),
                  mac);
    return NULL;
}

BwBoard *
bw_station_add_address (BwStation *self, const char *typed, GError **error)
{
    g_autofree char *plain = bw_port_address_dup_plain (typed);
    const char *address = plain;
    BwBoard *board = NULL;
    BwEndpoint endpoint = { 0 };

    if (g_str_has_prefix (address, "board:"))
        return find_known_board (self, address + strlen ("board:"), error);
    if (!is_serial_form (address)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is no address of a board"), typed);
        return NULL;
    }
    if (!check_names_port (address, error))
        return NULL;
    if (g_str_has_prefix (address, "serial:///"))
        address += strlen ("serial://");
    board = _bw_station_find_by_address (self, address);
    if (board == NULL)
        board = find_by_other_name (self, address);
    if (board != NULL)
        return board;
    endpoint.address = endpoint.place = endpoint.place_text = (char *) address;
    board = _bw_station_append_board (self, BW_BOARD_GROUP_ADDRESS, &endpoint);
    if ((self->flags & BW_STATION_IDENTIFY) != 0)
        _bw_board_look (board);
    return board;
}
