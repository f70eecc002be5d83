/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-stub-file"
#include "config.h"

#include "bw-esp-stub-file.h"

#include <cjson/cJSON.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"

#define WORD 4

G_DEFINE_AUTOPTR_CLEANUP_FUNC (cJSON, cJSON_Delete)

void
bw_esp_stub_free (BwEspStub *self)
{
    if (self == NULL)
        return;
    g_free (self->path);
    g_clear_pointer (&self->text, g_bytes_unref);
    g_clear_pointer (&self->data, g_bytes_unref);
    g_free (self);
}

static gboolean
read_address (const cJSON *root, const char *key, uint32_t *ret_address, GError **error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive (root, key);

    if (!cJSON_IsNumber (item) || item->valuedouble < 0 || item->valuedouble > UINT32_MAX) {
        bw_set_error (error, BW_CAUSE_BAD_STUB, _ ("\"%s\" is not an address"), key);
        return FALSE;
    }
    *ret_address = (uint32_t) item->valuedouble;
    return TRUE;
}

/* The ROM takes whole words only. */
static GBytes *
pad_to_words (uint8_t *bytes, size_t len)
{
    size_t padded = (len + WORD - 1) / WORD * WORD;

    bytes = g_realloc (bytes, padded);
    memset (bytes + len, 0, padded - len);
    return g_bytes_new_take (bytes, padded);
}

/* GLib passes over what is no base64, and would make a stub of the rest. */
static guchar *
decode (const char *text, gsize *ret_len)
{
    g_autofree guchar *bytes = g_base64_decode (text, ret_len);
    g_autofree char *again = g_base64_encode (bytes, *ret_len);

    return g_str_equal (again, text) ? g_steal_pointer (&bytes) : NULL;
}

static GBytes *
read_segment (const cJSON *root, const char *key, GError **error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive (root, key);
    g_autofree guchar *bytes = NULL;
    gsize len = 0;

    if (cJSON_IsString (item) && item->valuestring != NULL)
        bytes = decode (item->valuestring, &len);
    if (bytes == NULL || len == 0 || len > BW_ESP_STUB_SEGMENT_MAX) {
        bw_set_error (error, BW_CAUSE_BAD_STUB, _ ("\"%s\" is not code or data of a stub"), key);
        return NULL;
    }
    return pad_to_words (g_steal_pointer (&bytes), len);
}

static gboolean
check_entry (const BwEspStub *stub, GError **error)
{
    if (stub->entry < stub->text_start
        || stub->entry - stub->text_start >= g_bytes_get_size (stub->text)) {
        bw_set_error (error, BW_CAUSE_BAD_STUB, _ ("entry 0x%x lies outside of the code"),
                      stub->entry);
        return FALSE;
    }
    return TRUE;
}

BwEspStub *
bw_esp_stub_parse (const char *text, size_t len, GError **error)
{
    g_autoptr (cJSON) root = cJSON_ParseWithLength (text, len);
    g_autoptr (BwEspStub) self = g_new0 (BwEspStub, 1);

    if (!cJSON_IsObject (root)) {
        bw_set_error (error, BW_CAUSE_BAD_STUB, _ ("not a JSON object"));
        return NULL;
    }
    if (!read_address (root, "entry", &self->entry, error)
        || !read_address (root, "text_start", &self->text_start, error))
        return NULL;
    self->text = read_segment (root, "text", error);
    if (self->text == NULL || !check_entry (self, error))
        return NULL;
    if (cJSON_GetObjectItemCaseSensitive (root, "data") == NULL)
        return g_steal_pointer (&self);
    if (!read_address (root, "data_start", &self->data_start, error))
        return NULL;
    self->data = read_segment (root, "data", error);
    return self->data != NULL ? g_steal_pointer (&self) : NULL;
}

/* GLib's messages name the file. */
static void
set_unreadable (const GError *why, GError **error)
{
    bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, "%s", why->message);
}

static gboolean
is_missing (const GError *error)
{
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
}

static BwEspStub *
load_file (const char *path, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GError) failure = NULL;
    g_autoptr (GFileInfo) info = g_file_query_info (file,
                                                    G_FILE_ATTRIBUTE_STANDARD_SIZE
                                                    "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                                    G_FILE_QUERY_INFO_NONE, NULL, &failure);
    g_autoptr (BwEspStub) stub = NULL;
    g_autofree char *text = NULL;
    gsize len = 0;

    if (info == NULL) {
        if (!is_missing (failure))
            set_unreadable (failure, error);
        return NULL;
    }
    if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
        || g_file_info_get_size (info) > BW_ESP_STUB_FILE_MAX) {
        bw_set_error (error, BW_CAUSE_BAD_STUB, _ ("%s is no stub file"), path);
        return NULL;
    }
    if (!g_file_get_contents (path, &text, &len, &failure)) {
        set_unreadable (failure, error);
        return NULL;
    }
    stub = bw_esp_stub_parse (text, len, error);
    if (stub == NULL) {
        g_prefix_error (error, "%s: ", path);
        return NULL;
    }
    stub->path = g_strdup (path);
    return g_steal_pointer (&stub);
}

static BwEspStub *
find_in (const char *name, const char *dir, GError **error)
{
    static const char *const folders[] = { "", "2", "1" };
    static const unsigned generations[] = { 0, 2, 1 };
    g_autofree char *file = g_strconcat (name, ".json", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS (folders); i++) {
        g_autofree char *path = g_build_filename (dir, folders[i], file, NULL);
        g_autoptr (GError) failure = NULL;
        BwEspStub *stub = load_file (path, &failure);

        if (stub != NULL) {
            stub->generation = generations[i];
            return stub;
        }
        if (failure != NULL) {
            g_clear_error (error);
            g_propagate_error (error, g_steal_pointer (&failure));
        }
    }
    return NULL;
}

BwEspStub *
bw_esp_stub_find (const char *name, const char *dir, GError **error)
{
    g_autofree char *user = g_build_filename (g_get_user_data_dir (), "boardwalk", "stubs", NULL);
    const char *places[] = { g_getenv ("BOARDWALK_STUB_DIR"), user, BW_PKGDATADIR "/stubs",
                             BW_STUB_DIR };
    g_autoptr (GError) failure = NULL;

    if (dir != NULL)
        return find_in (name, dir, error);
    for (size_t i = 0; i < G_N_ELEMENTS (places); i++) {
        BwEspStub *stub = NULL;

        if (places[i] == NULL || places[i][0] == '\0')
            continue;
        stub = find_in (name, places[i], &failure);
        if (stub != NULL)
            return stub;
    }
    if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
}
