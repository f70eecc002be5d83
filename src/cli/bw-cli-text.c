/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-text"
#include "config.h"

#include "bw-cli-text.h"

#include <glib/gi18n.h>

enum {
    COLUMNS_MAX = 16,
    DIGEST_SHOWN = 12, /* enough to tell two apart by eye */
};

char *
bw_cli_text_dup_cut (const char *text, unsigned columns, const char *mark)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    g_autofree char *head = NULL;
    glong room = (glong) columns - g_utf8_strlen (mark, -1);

    if (g_utf8_strlen (valid, -1) <= (glong) columns)
        return g_steal_pointer (&valid);
    if (room < 0)
        return g_strdup ("");
    head = g_utf8_substring (valid, 0, room);
    return g_strconcat (head, mark, NULL);
}

char *
bw_cli_text_dup_wrapped (const char *text, unsigned columns)
{
    g_auto (GStrv) words = g_strsplit (text, " ", -1);
    GString *wrapped = g_string_new (NULL);
    glong used = 0;

    for (char **word = words; *word != NULL; word++) {
        glong width = g_utf8_strlen (*word, -1);
        gboolean is_full = used + 1 + width > (glong) columns;

        if (word != words)
            g_string_append_c (wrapped, is_full ? '\n' : ' ');
        g_string_append (wrapped, *word);
        used = is_full || word == words ? width : used + 1 + width;
    }
    return g_string_free (wrapped, FALSE);
}

/* --- tables --- */

static unsigned
count_columns (GPtrArray *rows)
{
    return rows->len == 0 ? 0 : MIN (g_strv_length (g_ptr_array_index (rows, 0)), COLUMNS_MAX);
}

static void
measure (GPtrArray *rows, unsigned n_columns, glong *ret_widths)
{
    for (unsigned row = 0; row < rows->len; row++) {
        char **cells = g_ptr_array_index (rows, row);

        for (unsigned column = 0; column < n_columns; column++)
            ret_widths[column] = MAX (ret_widths[column], g_utf8_strlen (cells[column], -1));
    }
}

static void
append_cell (GString *text, const char *cell, glong width)
{
    g_string_append (text, cell);
    for (glong n = g_utf8_strlen (cell, -1); n < width + 2; n++)
        g_string_append_c (text, ' ');
}

static void
drop_blanks (GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate (text, text->len - 1);
}

char *
bw_cli_text_dup_table (GPtrArray *rows)
{
    GString *text = g_string_new (NULL);
    glong widths[COLUMNS_MAX] = { 0 };
    unsigned n_columns = count_columns (rows);

    measure (rows, n_columns, widths);
    for (unsigned row = 0; row < rows->len; row++) {
        char **cells = g_ptr_array_index (rows, row);

        if (row > 0)
            g_string_append_c (text, '\n');
        for (unsigned column = 0; column < n_columns; column++)
            append_cell (text, cells[column], widths[column]);
        drop_blanks (text);
    }
    return g_string_free (text, FALSE);
}

static GPtrArray *
new_rows (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
}

/* Takes ownership of the cells, so that made and constant texts can stand side by side. */
static void
take_row (GPtrArray *rows, unsigned n, char *const *cells)
{
    char **row = g_new0 (char *, n + 1);

    for (unsigned i = 0; i < n; i++)
        row[i] = cells[i] != NULL ? cells[i] : g_strdup ("");
    g_ptr_array_add (rows, row);
}

static void
take_fact (GPtrArray *rows, const char *name, char *value)
{
    if (value != NULL)
        take_row (rows, 2, (char *[]){ g_strdup (name), value });
}

/* --- a board --- */

static char *
dup_revision (int revision)
{
    return revision < 0 ? NULL : g_strdup_printf ("v%d.%d", revision / 100, revision % 100);
}

static char *
dup_flash (const BwBoardInfo *info)
{
    g_autofree char *size = NULL;
    g_autofree char *id = NULL;

    if (info->flash_size_bytes == 0 && info->flash_id == 0)
        return NULL;
    size = info->flash_size_bytes != 0 ? bw_words_dup_memory (info->flash_size_bytes)
                                       : g_strdup (_ ("size unknown"));
    id = info->flash_id != 0 ? g_strdup_printf (" (%06x)", info->flash_id) : g_strdup ("");
    return g_strdup_printf ("%s%s%s%s", size, info->flash_maker != NULL ? ", " : "",
                            info->flash_maker != NULL ? info->flash_maker : "", id);
}

static char *
dup_security (const BwBoardInfo *info)
{
    g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
    g_auto (GStrv) list = NULL;

    if (info->is_secure_boot)
        g_strv_builder_add (words, _ ("secure boot"));
    if (info->is_flash_encrypted)
        g_strv_builder_add (words, _ ("flash encrypted"));
    if (info->is_secure_download)
        g_strv_builder_add (words, _ ("secure download mode"));
    list = g_strv_builder_end (words);
    return list[0] == NULL ? g_strdup (_ ("open")) : g_strjoinv (", ", list);
}

static char *
dup_running (const BwBoardInfo *info)
{
    if (info->app_name == NULL && info->app_version == NULL)
        return NULL;
    return g_strdup_printf ("%s%s%s", info->app_name != NULL ? info->app_name : _ ("unnamed"),
                            info->app_version != NULL ? " " : "",
                            info->app_version != NULL ? info->app_version : "");
}

static char *
dup_crystal (unsigned mhz)
{
    return mhz == 0 ? NULL : g_strdup_printf ("%u MHz", mhz);
}

/* In secure download mode it cannot be asked for. */
static char *
dup_mac (const BwBoardInfo *info)
{
    if (info->mac != NULL || info->is_secure_download)
        return bw_words_dup_mac (info);
    /* Translators: MAC address */
    return g_strdup (_ ("none of its own"));
}

static void
take_facts (GPtrArray *rows, const BwBoardInfo *info)
{
    take_fact (rows, _ ("Chip"),
               g_strdup (info->package != NULL ? info->package : info->chip_name));
    take_fact (rows, _ ("Revision"), dup_revision (info->revision));
    take_fact (rows, _ ("Features"), g_strdup (info->features));
    take_fact (rows, _ ("Crystal"), dup_crystal (info->crystal_mhz));
    take_fact (rows, _ ("MAC"), dup_mac (info));
    take_fact (rows, _ ("Flash"), dup_flash (info));
    take_fact (rows, _ ("Security"), dup_security (info));
    take_fact (rows, _ ("Loader"), g_strdup (info->loader));
    take_fact (rows, _ ("Application"), dup_running (info));
    take_fact (rows, _ ("SDK"), g_strdup (info->app_sdk));
    take_fact (rows, _ ("Built"), g_strdup (info->app_built));
}

char *
bw_cli_text_dup_info (const BwBoardInfo *info)
{
    g_autoptr (GPtrArray) rows = new_rows ();
    g_autofree char *facts = NULL;
    g_autofree char *table = NULL;

    take_facts (rows, info);
    facts = bw_cli_text_dup_table (rows);
    if (info->partitions->len == 0)
        return g_steal_pointer (&facts);
    table = bw_cli_text_dup_partitions (info->partitions, info->active_partition);
    return g_strconcat (facts, "\n\n", table, NULL);
}

/* --- partitions --- */

static char *
dup_notes (const BwPartition *part, gboolean is_active)
{
    GString *text = g_string_new (NULL);

    if (is_active)
        g_string_append (text, _ ("boots"));
    if (part->is_encrypted)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", _ ("encrypted"));
    if (part->is_readonly)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", _ ("read-only"));
    if (part->app_name != NULL)
        g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", part->app_name,
                                part->app_version != NULL ? part->app_version : "");
    return g_string_free (text, FALSE);
}

char *
bw_cli_text_dup_partitions (GPtrArray *partitions, int active)
{
    g_autoptr (GPtrArray) rows = new_rows ();

    take_row (rows, 5,
              (char *[]){ g_strdup (_ ("Partition")), g_strdup (_ ("Kind")),
                          g_strdup (_ ("Offset")), g_strdup (_ ("Size")), g_strdup ("") });
    for (unsigned i = 0; i < partitions->len; i++) {
        const BwPartition *part = g_ptr_array_index (partitions, i);

        take_row (rows, 5,
                  (char *[]){ g_strdup (part->label), g_strdup (part->kind),
                              g_strdup_printf ("0x%06x", part->offset),
                              bw_words_dup_memory (part->size),
                              dup_notes (part, (int) i == active) });
    }
    return bw_cli_text_dup_table (rows);
}

/* --- firmware --- */

static char *
dup_build_heading (const BwFirmwareBuild *build)
{
    return g_strdup_printf ("%s%s%s · %s", build->name != NULL ? build->name : _ ("unnamed"),
                            build->version != NULL ? " " : "",
                            build->version != NULL ? build->version : "",
                            build->chip_key != NULL ? build->chip_key : _ ("any chip"));
}

static char *
dup_place (const BwFirmwarePart *part)
{
    return part->is_open ? g_strconcat ("@", part->partition, NULL)
                         : g_strdup_printf ("0x%06x", part->offset);
}

char *
bw_cli_text_dup_build (const BwFirmwareBuild *build)
{
    g_autoptr (GPtrArray) rows = new_rows ();
    g_autofree char *heading = dup_build_heading (build);
    g_autofree char *table = NULL;

    take_row (rows, 4,
              (char *[]){ g_strdup (_ ("Offset")), g_strdup (_ ("Bytes")), g_strdup (_ ("Part")),
                          g_strdup ("SHA-256") });
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (build->parts, i);

        take_row (rows, 4,
                  (char *[]){ dup_place (part),
                              g_strdup_printf ("%" G_GSIZE_FORMAT, g_bytes_get_size (part->data)),
                              g_strdup (part->name),
                              g_strndup (part->sha256 != NULL ? part->sha256 : "", DIGEST_SHOWN) });
    }
    table = bw_cli_text_dup_table (rows);
    return g_strconcat (heading, "\n", table, NULL);
}
