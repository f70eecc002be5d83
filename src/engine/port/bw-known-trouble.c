/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-known-trouble"
#include "config.h"

#include "bw-known-trouble.h"

#include <glib/gi18n-lib.h>
#include <stdint.h>

#include "bw-folder.h"

#define PREFIX "trouble "
#define VERSION_PARTS 3u
#define VERSION_PART_MAX 999u

static const struct {
    const char *id;
    const char *text; /* behind "the adapter is known for this: " */
} kinds[] = {
    { "loses-received", N_ ("some of what the board sends is lost at high rates") },
    { "stops-receiving", N_ ("it may hear nothing any more until it is unplugged and plugged in "
                             "again") },
};

static const char *
find_kind (const char *id)
{
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (g_strcmp0 (id, kinds[i].id) == 0)
            return _ (kinds[i].text);
    return NULL;
}

/* "6.1.0-25-amd64" as a number that can be compared; what is no version is 0. */
static uint64_t
parse_version (const char *text)
{
    uint64_t version = 0;

    for (unsigned i = 0; i < VERSION_PARTS; i++) {
        char *end = NULL;
        uint64_t part = g_ascii_isdigit (*text) ? g_ascii_strtoull (text, &end, 10) : 0;

        version = version * (VERSION_PART_MAX + 1) + MIN (part, VERSION_PART_MAX);
        if (end != NULL)
            text = *end == '.' ? end + 1 : "";
    }
    return version;
}

static uint64_t
get_version (GKeyFile *file, const char *group, const char *key, uint64_t otherwise)
{
    g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

    return text == NULL ? otherwise : parse_version (text);
}

static gboolean
fits_kernel (GKeyFile *file, const char *group, const char *kernel)
{
    uint64_t version = parse_version (kernel);

    return version >= get_version (file, group, "since", 0)
           && version < get_version (file, group, "before", UINT64_MAX);
}

static gboolean
fits_adapter (GKeyFile *file, const char *group, const BwTroubleCase *seen)
{
    g_autofree char *driver = g_key_file_get_string (file, group, "driver", NULL);
    g_autofree char *product = g_key_file_get_string (file, group, "product", NULL);

    return g_strcmp0 (driver, seen->driver) == 0
           && (product == NULL
               || (seen->product != NULL && g_pattern_match_simple (product, seen->product)));
}

static gboolean
fits_failure (GKeyFile *file, const char *group, const BwTroubleCase *seen)
{
    g_auto (GStrv) causes = g_key_file_get_string_list (file, group, "causes", NULL, NULL);
    int baud = g_key_file_get_integer (file, group, "baud", NULL);

    return causes != NULL
           && g_strv_contains ((const char *const *) causes, bw_cause_get_id (seen->cause))
           && (baud <= 0 || seen->baud >= (unsigned) baud);
}

/* What the group says of @seen; NULL if it is about something else. */
static const char *
ask_group (GKeyFile *file, const char *path, const char *group, const BwTroubleCase *seen)
{
    g_autofree char *kind = g_key_file_get_string (file, group, "kind", NULL);
    const char *text = find_kind (kind);

    if (text == NULL || !g_str_has_prefix (group, PREFIX)) {
        g_warning ("%s: group [%s] is not understood, ignoring", path, group);
        return NULL;
    }
    if (!fits_adapter (file, group, seen) || !fits_kernel (file, group, seen->kernel)
        || !fits_failure (file, group, seen))
        return NULL;
    return text;
}

static const char *
ask_file (const char *path, const BwTroubleCase *seen)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) groups = NULL;
    const char *text = NULL;

    if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error)) {
        g_warning ("%s: %s, ignoring", path, error->message);
        return NULL;
    }
    groups = g_key_file_get_groups (file, NULL);
    for (char **group = groups; *group != NULL && text == NULL; group++)
        text = ask_group (file, path, *group, seen);
    return text;
}

char *
bw_known_trouble_dup_text (const char *folder, const BwTroubleCase *seen)
{
    const char *data = g_getenv ("BOARDWALK_DATA_DIR");
    g_autofree char *usual =
        g_build_filename (data == NULL || *data == '\0' ? BW_PKGDATADIR : data, "drivers", NULL);
    g_autoptr (GPtrArray) names = bw_folder_list (folder == NULL ? usual : folder, ".ini");
    const char *text = NULL;

    for (unsigned i = 0; i < names->len && text == NULL; i++) {
        g_autofree char *path =
            g_build_filename (folder == NULL ? usual : folder, names->pdata[i], NULL);

        text = ask_file (path, seen);
    }
    if (text == NULL)
        return NULL;
    /* translators: driver of the kernel, release of the kernel, what is known: "ch341",
     * "6.1.0-25-amd64", "some of what the board sends is lost at high rates" */
    return g_strdup_printf (_ ("of this adapter with the driver %s of Linux %s it is known: %s"),
                            seen->driver, seen->kernel, text);
}
