/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-symbols"
#include "config.h"

#include "bw-symbols.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "bw-code-address.h"
#include "bw-error.h"
#include "bw-firmware-source.h"

/* Sections of code and functions within functions that are looked at. */
#define RANGES_MAX 256u
#define DEPTH_MAX 32u

struct range {
    uint32_t start;
    uint32_t end; /* the last byte */
};

struct BwSymbols {
    GBytes *bytes; /* the library reads them as long as it lives */
    Dwfl *dwfl;
    Dwfl_Module *module;
    GArray *ranges;    /* of struct range: where code is */
    GHashTable *known; /* address → text, "" for nothing */
    unsigned lookups_left;
    int64_t refilled_us;
};

/* Separate files with debug information are not looked for, neither here nor in the network. */
static int
find_no_debuginfo (Dwfl_Module *module,
                   void **user_data,
                   const char *name,
                   Dwarf_Addr base,
                   const char *file_name,
                   const char *debuglink_file,
                   GElf_Word debuglink_crc,
                   char **ret_file_name)
{
    return -1;
}

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = find_no_debuginfo,
    .section_address = dwfl_offline_section_address,
};

/* --- the file --- */

static gboolean
refuse (GError **error, const char *path, const char *why)
{
    g_autofree char *shown = g_filename_display_name (path);

    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, "%s: %s", shown, why);
    return FALSE;
}

static gboolean
check_header (Elf *elf, const char *path, GError **error)
{
    GElf_Ehdr header;

    if (elf == NULL || elf_kind (elf) != ELF_K_ELF || gelf_getehdr (elf, &header) == NULL)
        return refuse (error, path, _ ("no ELF file"));
    if (header.e_machine != EM_XTENSA && header.e_machine != EM_RISCV)
        return refuse (error, path, _ ("not for an Xtensa or RISC-V chip"));
    if (header.e_type != ET_EXEC || gelf_getclass (elf) != ELFCLASS32)
        return refuse (error, path, _ ("no linked program"));
    return TRUE;
}

/* Before anything else is made of it. */
static gboolean
check_file (GBytes *bytes, const char *path, GError **error)
{
    size_t len = 0;
    const char *data = g_bytes_get_data (bytes, &len);
    Elf *elf = elf_memory ((char *) data, len);
    gboolean is_good = check_header (elf, path, error);

    elf_end (elf);
    return is_good;
}

static void
add_range (GArray *ranges, const GElf_Shdr *section)
{
    struct range range = { 0 };

    if ((section->sh_flags & SHF_EXECINSTR) == 0 || section->sh_size == 0
        || section->sh_addr > UINT32_MAX || section->sh_size - 1 > UINT32_MAX - section->sh_addr)
        return;
    range.start = (uint32_t) section->sh_addr;
    range.end = (uint32_t) (section->sh_addr + section->sh_size - 1);
    g_array_append_val (ranges, range);
}

static void
find_code (BwSymbols *self)
{
    GElf_Addr bias = 0;
    Elf *elf = dwfl_module_getelf (self->module, &bias);
    Elf_Scn *scn = NULL;

    while (elf != NULL && self->ranges->len < RANGES_MAX
           && (scn = elf_nextscn (elf, scn)) != NULL) {
        GElf_Shdr section;

        if (gelf_getshdr (scn, &section) != NULL)
            add_range (self->ranges, &section);
    }
}

static gboolean
report (BwSymbols *self)
{
    size_t len = 0;
    const char *data = g_bytes_get_data (self->bytes, &len);

    self->dwfl = dwfl_begin (&callbacks);
    if (self->dwfl == NULL)
        return FALSE;
    self->module =
        dwfl_report_offline_memory (self->dwfl, "program", "program", (char *) data, len);
    return self->module != NULL && dwfl_report_end (self->dwfl, NULL, NULL) == 0;
}

BwSymbols *
bw_symbols_load_sync (const char *path, GCancellable *cancellable, GError **error)
{
    g_autoptr (BwSymbols) self = g_new0 (BwSymbols, 1);

    elf_version (EV_CURRENT);
    self->ranges = g_array_new (FALSE, FALSE, sizeof (struct range));
    self->known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    self->lookups_left = BW_SYMBOLS_LOOKUPS_MAX;
    self->bytes = bw_firmware_source_read (path, BW_SYMBOLS_SIZE_MAX, NULL, cancellable, error);
    if (self->bytes == NULL || !check_file (self->bytes, path, error))
        return NULL;
    if (!report (self)) {
        (void) refuse (error, path, _ ("a damaged ELF file"));
        return NULL;
    }
    find_code (self);
    if (self->ranges->len == 0) {
        (void) refuse (error, path, _ ("an ELF file without code"));
        return NULL;
    }
    return g_steal_pointer (&self);
}

void
bw_symbols_free (BwSymbols *self)
{
    if (self == NULL)
        return;
    if (self->dwfl != NULL)
        dwfl_end (self->dwfl);
    g_clear_pointer (&self->bytes, g_bytes_unref);
    g_clear_pointer (&self->ranges, g_array_unref);
    g_clear_pointer (&self->known, g_hash_table_unref);
    g_free (self);
}

/* --- one address --- */

/* Names in the file are somebody else's bytes. */
static char *
dup_clean (const char *name)
{
    g_autofree char *valid = g_utf8_make_valid (name, -1);
    GString *clean = g_string_new (NULL);
    unsigned n = 0;

    for (const char *p = valid; *p != '\0' && n < BW_SYMBOLS_NAME_MAX; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        g_string_append_unichar (clean, g_unichar_isprint (c) ? c : 0xfffd);
        n++;
    }
    return g_string_free (clean, FALSE);
}

/* The compilation unit of an address; not every compiler writes an index of them. */
static Dwarf_Die *
find_unit (BwSymbols *self, Dwarf_Addr address, Dwarf_Addr *ret_bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie (self->module, address, ret_bias);

    if (unit != NULL)
        return unit;
    while ((unit = dwfl_module_nextcu (self->module, unit, ret_bias)) != NULL)
        if (dwarf_haspc (unit, address - *ret_bias) == 1)
            return unit;
    return NULL;
}

static const char *
get_name (BwSymbols *self, Dwarf_Die *function, Dwarf_Addr address)
{
    const char *name = function == NULL ? NULL : dwarf_diename (function);

    return name != NULL ? name : dwfl_module_addrname (self->module, address);
}

/* A place in the sources; @file is NULL where it is not known. */
struct place {
    const char *file;
    int line;
};

static void
append_place (GString *text, const char *head, const char *name, const struct place *place)
{
    g_autofree char *shown_name = dup_clean (name == NULL ? "?" : name);
    g_autofree char *shown_file = place->file == NULL ? NULL : dup_clean (place->file);

    if (text->len > 0)
        g_string_append_c (text, '\n');
    g_string_append (text, head);
    if (shown_file == NULL)
        g_string_append (text, shown_name);
    else
        /* translators: function, file, line */
        g_string_append_printf (text, _ ("%s at %s:%d"), shown_name, shown_file, place->line);
}

static void
find_place (Dwarf_Die *unit, Dwarf_Addr address, struct place *ret_place)
{
    Dwarf_Line *line = dwarf_getsrc_die (unit, address);

    *ret_place = (struct place){ NULL, 0 };
    if (line == NULL || dwarf_lineno (line, &ret_place->line) != 0)
        return;
    ret_place->file = dwarf_linesrc (line, NULL, NULL);
}

/* Where a function that was inlined is called. */
static void
find_call (Dwarf_Die *unit, Dwarf_Die *call, struct place *ret_place)
{
    Dwarf_Attribute attribute;
    Dwarf_Files *files = NULL;
    Dwarf_Word file = 0;
    Dwarf_Word line = 0;
    size_t n = 0;

    *ret_place = (struct place){ NULL, 0 };
    if (dwarf_formudata (dwarf_attr (call, DW_AT_call_file, &attribute), &file) != 0
        || dwarf_formudata (dwarf_attr (call, DW_AT_call_line, &attribute), &line) != 0
        || dwarf_getsrcfiles (unit, &files, &n) != 0 || file >= n || line > G_MAXINT)
        return;
    *ret_place = (struct place){ dwarf_filesrc (files, file, NULL, NULL), (int) line };
}

/* The innermost function at an address and what stands around it. */
static int
get_scopes (Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die **ret_scopes)
{
    Dwarf_Die *inner = NULL;
    int n = dwarf_getscopes (unit, address, &inner);

    if (n > 0)
        n = dwarf_getscopes_die (&inner[0], ret_scopes);
    free (inner);
    return n;
}

/* From the innermost function outwards: what was inlined stands in what called it. */
static void
append_functions (BwSymbols *self,
                  GString *text,
                  const char *head,
                  Dwarf_Die *unit,
                  Dwarf_Addr address,
                  Dwarf_Addr bias)
{
    struct place place;
    Dwarf_Die *scopes = NULL;
    int n = get_scopes (unit, address - bias, &scopes);
    unsigned depth = 0;

    find_place (unit, address - bias, &place);
    for (int i = 0; i < n && depth < DEPTH_MAX; i++) {
        int tag = dwarf_tag (&scopes[i]);

        if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
            continue;
        append_place (text, depth == 0 ? head : _ ("            inlined into "),
                      get_name (self, &scopes[i], address), &place);
        depth++;
        if (tag == DW_TAG_subprogram)
            break;
        find_call (unit, &scopes[i], &place);
    }
    if (depth == 0)
        append_place (text, head, get_name (self, NULL, address), &place);
    free (scopes);
}

static char *
look_up (BwSymbols *self, uint32_t address)
{
    g_autofree char *head = g_strdup_printf ("0x%08x: ", address);
    static const struct place nowhere = { NULL, 0 };
    GString *text = g_string_new (NULL);
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = find_unit (self, address, &bias);

    if (unit != NULL)
        append_functions (self, text, head, unit, address, bias);
    else if (get_name (self, NULL, address) != NULL)
        append_place (text, head, get_name (self, NULL, address), &nowhere);
    return g_string_free (text, FALSE);
}

/* --- a line --- */

static gboolean
is_code (const BwSymbols *self, uint32_t address)
{
    for (unsigned i = 0; i < self->ranges->len; i++) {
        const struct range *range = &g_array_index (self->ranges, struct range, i);

        if (address >= range->start && address <= range->end)
            return TRUE;
    }
    return FALSE;
}

static gboolean
may_look_up (BwSymbols *self, int64_t now_us)
{
    if (now_us - self->refilled_us >= G_USEC_PER_SEC) {
        self->lookups_left = BW_SYMBOLS_LOOKUPS_MAX;
        self->refilled_us = now_us;
    }
    if (self->lookups_left == 0)
        return FALSE;
    self->lookups_left--;
    return TRUE;
}

/* (nullable): too many within this second */
static const char *
get_text (BwSymbols *self, uint32_t address, int64_t now_us)
{
    const char *known = g_hash_table_lookup (self->known, GUINT_TO_POINTER (address));
    char *text = NULL;

    if (known != NULL)
        return known;
    if (!may_look_up (self, now_us))
        return NULL;
    if (g_hash_table_size (self->known) >= BW_SYMBOLS_KNOWN_MAX)
        g_hash_table_remove_all (self->known);
    text = look_up (self, address);
    g_hash_table_insert (self->known, GUINT_TO_POINTER (address), text);
    return text;
}

char **
bw_symbols_explain (BwSymbols *self, const char *line, size_t len, int64_t now_us)
{
    uint32_t addresses[BW_SYMBOLS_ADDRESSES_MAX];
    unsigned n = bw_code_address_find (line, len, addresses, BW_SYMBOLS_ADDRESSES_MAX);
    g_autoptr (GString) text = g_string_new (NULL);

    for (unsigned i = 0; i < n; i++) {
        const char *part =
            is_code (self, addresses[i]) ? get_text (self, addresses[i], now_us) : "";

        if (part != NULL && part[0] == '\0')
            continue;
        if (text->len > 0)
            g_string_append_c (text, '\n');
        if (part == NULL) {
            g_string_append (text, _ ("too many addresses at once, not all were looked up"));
            break;
        }
        g_string_append (text, part);
    }
    return text->len == 0 ? NULL : g_strsplit (text->str, "\n", -1);
}
