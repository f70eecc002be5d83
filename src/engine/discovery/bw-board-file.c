/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-file"
#include "config.h"

#include "bw-board-file.h"

#include <string.h>

#include "bw-folder.h"
#include "bw-number.h"

/* An installation brings some tens; a folder of something else must not fill the memory. */
#define GROUPS_MAX 10000u

struct group {
    gboolean is_bridge;
    uint16_t vid;
    uint16_t pid;
    gboolean is_any_pid;
    char *product; /* NULL: any */
    char *name;
    char *chip_key;
    unsigned max_baud;
    gboolean is_cdc;
};

struct _BwBoardFile {
    GPtrArray *groups;
};

static void
group_free (struct group *group)
{
    g_free (group->product);
    g_free (group->name);
    g_free (group->chip_key);
    g_free (group);
}

static gboolean
read_id (GKeyFile *file, const char *name, const char *key, uint16_t *ret_id)
{
    g_autofree char *text = g_key_file_get_string (file, name, key, NULL);
    uint64_t number = 0;

    if (text == NULL || strlen (text) != 4 || !bw_number_parse (text, 16, 0, 0xffff, &number))
        return FALSE;
    *ret_id = (uint16_t) number;
    return TRUE;
}

static gboolean
read_pid (GKeyFile *file, const char *name, struct group *group)
{
    g_autofree char *text = g_key_file_get_string (file, name, "pid", NULL);

    group->is_any_pid = g_strcmp0 (text, "*") == 0;
    return group->is_any_pid || read_id (file, name, "pid", &group->pid);
}

static void
read_bridge (GKeyFile *file, const char *name, struct group *group)
{
    g_autofree char *reset = g_key_file_get_string (file, name, "reset", NULL);

    group->max_baud = (unsigned) MAX (0, g_key_file_get_integer (file, name, "max-baud", NULL));
    group->is_cdc = reset != NULL && g_str_has_prefix (reset, "usb-");
}

static gboolean
read_group (GKeyFile *file, const char *name, struct group *group)
{
    group->is_bridge = g_str_has_prefix (name, "bridge ");
    if (!group->is_bridge && !g_str_has_prefix (name, "board "))
        return FALSE;
    group->name = g_key_file_get_string (file, name, "name", NULL);
    group->product = g_key_file_get_string (file, name, "product", NULL);
    group->chip_key = g_key_file_get_string (file, name, "chip", NULL);
    if (group->is_bridge)
        read_bridge (file, name, group);
    return group->name != NULL && read_id (file, name, "vid", &group->vid)
           && read_pid (file, name, group);
}

static void
load_file (BwBoardFile *self, const char *path)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) names = NULL;

    if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error)) {
        g_warning ("%s: %s, ignoring", path, error->message);
        return;
    }
    names = g_key_file_get_groups (file, NULL);
    for (char **name = names; *name != NULL && self->groups->len < GROUPS_MAX; name++) {
        struct group *group = g_new0 (struct group, 1);

        if (read_group (file, *name, group)) {
            g_ptr_array_add (self->groups, group);
            continue;
        }
        g_warning ("%s: group [%s] is not understood, ignoring", path, *name);
        group_free (group);
    }
}

static void
load_folder (BwBoardFile *self, const char *folder)
{
    g_autoptr (GPtrArray) names = bw_folder_list (folder, ".ini");

    for (unsigned i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

        load_file (self, path);
    }
}

BwBoardFile *
_bw_board_file_load (const char *folder)
{
    BwBoardFile *self = g_new0 (BwBoardFile, 1);
    const char *data = g_getenv ("BOARDWALK_DATA_DIR");
    g_autofree char *usual =
        g_build_filename (data == NULL || *data == '\0' ? BW_PKGDATADIR : data, "boards", NULL);

    self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);
    load_folder (self, folder == NULL ? usual : folder);
    return self;
}

void
_bw_board_file_free (BwBoardFile *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref (self->groups);
    g_free (self);
}

/* How much a group says about a device; 0 = it is about another one. */
static unsigned
rate_group (const struct group *group, uint16_t vid, uint16_t pid, const char *product)
{
    if (group->vid != vid || (!group->is_any_pid && group->pid != pid))
        return 0;
    if (group->product != NULL
        && (product == NULL || !g_pattern_match_simple (group->product, product)))
        return 0;
    return 1 + (group->product != NULL ? 1 : 0) + (group->is_any_pid ? 0 : 2);
}

static const struct group *
find_group (const BwBoardFile *self,
            gboolean is_bridge,
            uint16_t vid,
            uint16_t pid,
            const char *product)
{
    const struct group *best = NULL;
    unsigned best_rate = 0;

    for (unsigned i = 0; i < self->groups->len; i++) {
        const struct group *group = self->groups->pdata[i];
        unsigned rate = group->is_bridge == is_bridge ? rate_group (group, vid, pid, product) : 0;

        if (rate > best_rate) {
            best = group;
            best_rate = rate;
        }
    }
    return best;
}

gboolean
_bw_board_file_find_bridge (const BwBoardFile *self,
                            uint16_t vid,
                            uint16_t pid,
                            const char *product,
                            BwBridgeFacts *ret_facts)
{
    const struct group *group = find_group (self, TRUE, vid, pid, product);

    if (group == NULL)
        return FALSE;
    *ret_facts = (BwBridgeFacts){
        .name = group->name,
        .chip_key = group->chip_key,
        .max_baud = group->max_baud,
        .is_cdc = group->is_cdc,
    };
    return TRUE;
}

const char *
_bw_board_file_find_board (const BwBoardFile *self,
                           uint16_t vid,
                           uint16_t pid,
                           const char *product,
                           const char **ret_chip_key)
{
    const struct group *group = find_group (self, FALSE, vid, pid, product);

    if (group == NULL)
        return NULL;
    if (ret_chip_key != NULL)
        *ret_chip_key = group->chip_key;
    return group->name;
}
