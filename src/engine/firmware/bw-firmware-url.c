/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware-url"
#include "config.h"

#include "bw-firmware-url.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"

#define DIGEST_MARK "sha256="
#define DIGEST_CHARS 64u

gboolean
bw_firmware_url_is_one (const char *spec)
{
    g_autofree char *scheme = g_uri_parse_scheme (spec);

    return scheme != NULL && strstr (spec, "://") != NULL;
}

static gboolean
refuse (GError **error, const char *shown, const char *why)
{
    bw_set_error (error, BW_CAUSE_USAGE, "%s: %s", shown, why);
    return FALSE;
}

static gboolean
check_server (GUri *uri, const char *shown, GError **error)
{
    if (strcmp (g_uri_get_scheme (uri), "https") != 0)
        return refuse (error, shown, _ ("firmware is only fetched from https:// addresses"));
    if (g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0')
        return refuse (error, shown, _ ("names no server"));
    if (g_uri_get_userinfo (uri) != NULL)
        return refuse (error, shown,
                       _ ("a name or password in an address can be read by everybody"));
    return TRUE;
}

/* "sha256=<64 digits>", "sha256=<64 digits>@0x10000" */
static gboolean
parse_digest (BwFirmwareUrl *self, const char *fragment, GError **error)
{
    const char *digest = fragment + strlen (DIGEST_MARK);
    size_t n = 0;

    if (fragment[0] == '\0' || !g_str_has_prefix (fragment, DIGEST_MARK))
        return refuse (error, self->shown,
                       _ ("without a digest nobody knows what will come; it stands behind the "
                          "address: #sha256=…"));
    while (g_ascii_isxdigit (digest[n]))
        n++;
    if (n != DIGEST_CHARS || (digest[n] != '\0' && digest[n] != '@'))
        return refuse (error, self->shown, _ ("a SHA-256 digest has 64 hexadecimal digits"));
    self->sha256 = g_ascii_strdown (digest, DIGEST_CHARS);
    self->place = digest[n] == '@' ? g_strdup (digest + n + 1) : NULL;
    return TRUE;
}

BwFirmwareUrl *
bw_firmware_url_parse (const char *spec, GError **error)
{
    g_autoptr (BwFirmwareUrl) self = g_new0 (BwFirmwareUrl, 1);
    g_autoptr (GUri) uri =
                   g_uri_parse (spec, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, NULL);
    const char *fragment = NULL;

    if (uri == NULL) {
        g_autofree char *shown = g_filename_display_name (spec);

        (void) refuse (error, shown, _ ("is no address"));
        return NULL;
    }
    fragment = g_uri_get_fragment (uri);
    self->fetched = g_uri_to_string_partial (uri, G_URI_HIDE_FRAGMENT);
    self->shown =
        g_uri_to_string_partial (uri, G_URI_HIDE_FRAGMENT | G_URI_HIDE_QUERY | G_URI_HIDE_USERINFO);
    if (!check_server (uri, self->shown, error)
        || !parse_digest (self, fragment == NULL ? "" : fragment, error))
        return NULL;
    return g_steal_pointer (&self);
}

void
bw_firmware_url_free (BwFirmwareUrl *self)
{
    if (self == NULL)
        return;
    g_free (self->fetched);
    g_free (self->shown);
    g_free (self->sha256);
    g_free (self->place);
    g_free (self);
}
