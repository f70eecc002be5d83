/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions behind addresses, in a program made here: what is refused, what a flood may cost. What
 * is said of real programs, tests/integration/cli/test_symbols.py compares with addr2line. */
#include "bw-symbols.h"

#include <elf.h>
#include <glib/gstdio.h>
#include <string.h>

#include "bw-error.h"

#define CODE 0x42000000u
#define N_FUNCTIONS (BW_SYMBOLS_LOOKUPS_MAX + 8)
#define FUNCTION_BYTES 4u
#define CODE_BYTES (N_FUNCTIONS * FUNCTION_BYTES)
#define NAME_BYTES 8u

static const char section_names[] = "\0.text\0.symtab\0.strtab\0.shstrtab";

enum {
    SECTION_NONE,
    SECTION_CODE,
    SECTION_SYMBOLS,
    SECTION_NAMES,
    SECTION_SECTION_NAMES,
    N_SECTIONS
};

/* Everything a program has to have, and a function every four bytes. */
typedef struct {
    Elf32_Ehdr header;
    Elf32_Phdr segment;
    Elf32_Shdr sections[N_SECTIONS];
    Elf32_Sym symbols[1 + N_FUNCTIONS];
    uint8_t code[CODE_BYTES];
    char names[1 + N_FUNCTIONS * NAME_BYTES];
    char section_names[sizeof section_names];
} Program;

typedef struct {
    Program program;
    char *path;
    char *folder;
} Fixture;

static void
fill_section (Program *program,
              unsigned i,
              unsigned name,
              unsigned type,
              size_t offset,
              size_t size)
{
    program->sections[i].sh_name = name;
    program->sections[i].sh_type = type;
    program->sections[i].sh_offset = (Elf32_Off) offset;
    program->sections[i].sh_size = (Elf32_Word) size;
    program->sections[i].sh_addralign = 1;
}

static void
fill_sections (Program *program)
{
    Elf32_Shdr *code = &program->sections[SECTION_CODE];
    Elf32_Shdr *symbols = &program->sections[SECTION_SYMBOLS];

    fill_section (program, SECTION_CODE, 1, SHT_PROGBITS, offsetof (Program, code), CODE_BYTES);
    code->sh_addr = CODE;
    code->sh_flags = SHF_ALLOC | SHF_EXECINSTR;
    fill_section (program, SECTION_SYMBOLS, 7, SHT_SYMTAB, offsetof (Program, symbols),
                  sizeof program->symbols);
    symbols->sh_entsize = sizeof (Elf32_Sym);
    symbols->sh_link = SECTION_NAMES;
    symbols->sh_info = 1;
    symbols->sh_addralign = 4;
    fill_section (program, SECTION_NAMES, 15, SHT_STRTAB, offsetof (Program, names),
                  sizeof program->names);
    fill_section (program, SECTION_SECTION_NAMES, 23, SHT_STRTAB, offsetof (Program, section_names),
                  sizeof section_names);
}

static void
fill_functions (Program *program)
{
    for (unsigned i = 0; i < N_FUNCTIONS; i++) {
        Elf32_Sym *symbol = &program->symbols[1 + i];

        symbol->st_name = 1 + i * NAME_BYTES;
        symbol->st_value = CODE + i * FUNCTION_BYTES;
        symbol->st_size = FUNCTION_BYTES;
        symbol->st_info = ELF32_ST_INFO (STB_GLOBAL, STT_FUNC);
        symbol->st_shndx = SECTION_CODE;
        g_snprintf (program->names + symbol->st_name, NAME_BYTES, "f%u", i);
    }
}

static void
fill_program (Program *program)
{
    memset (program, 0, sizeof *program);
    program->header = (Elf32_Ehdr){
        .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
        .e_type = ET_EXEC,
        .e_machine = EM_RISCV,
        .e_version = EV_CURRENT,
        .e_phoff = offsetof (Program, segment),
        .e_shoff = offsetof (Program, sections),
        .e_ehsize = sizeof (Elf32_Ehdr),
        .e_phentsize = sizeof (Elf32_Phdr),
        .e_phnum = 1,
        .e_shentsize = sizeof (Elf32_Shdr),
        .e_shnum = N_SECTIONS,
        .e_shstrndx = SECTION_SECTION_NAMES,
    };
    program->segment = (Elf32_Phdr){
        .p_type = PT_LOAD,
        .p_offset = offsetof (Program, code),
        .p_vaddr = CODE,
        .p_paddr = CODE,
        .p_filesz = CODE_BYTES,
        .p_memsz = CODE_BYTES,
        .p_flags = PF_R | PF_X,
        .p_align = 1,
    };
    memcpy (program->section_names, section_names, sizeof section_names);
    fill_sections (program);
    fill_functions (program);
}

static void
set_up (Fixture *f, gconstpointer data)
{
    f->folder = g_dir_make_tmp ("bw-symbols-XXXXXX", NULL);
    f->path = g_build_filename (f->folder, "program.elf", NULL);
    fill_program (&f->program);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_unlink (f->path);
    g_rmdir (f->folder);
    g_free (f->path);
    g_free (f->folder);
}

static BwSymbols *
load (Fixture *f, GError **error)
{
    g_assert_true (
        g_file_set_contents (f->path, (const char *) &f->program, sizeof f->program, NULL));
    return bw_symbols_load_sync (f->path, NULL, error);
}

static char **
explain (BwSymbols *symbols, const char *line, int64_t now_us)
{
    return bw_symbols_explain (symbols, line, strlen (line), now_us);
}

static void
assert_explained (BwSymbols *symbols, const char *line, const char *expected)
{
    g_auto (GStrv) lines = explain (symbols, line, 0);
    g_autofree char *text = lines == NULL ? NULL : g_strjoinv ("|", lines);

    g_assert_cmpstr (text, ==, expected);
}

static void
test_explain (Fixture *f, gconstpointer data)
{
    g_autoptr (BwSymbols) symbols = load (f, NULL);

    g_assert_nonnull (symbols);
    assert_explained (symbols, "MEPC : 0x42000000  RA : 0x4200000b SP : 0x3fc90000",
                      "0x42000000: f0|0x4200000b: f2");
    /* again, and twice in a line: a function that calls itself */
    assert_explained (symbols, "0x42000004 0x42000000 0x42000004",
                      "0x42000004: f1|0x42000000: f0|0x42000004: f1");
    assert_explained (symbols, "0x41ffffff 0x43000000 0x00000000 0xffffffff", NULL);
    assert_explained (symbols, "nothing at all", NULL);
    assert_explained (symbols, "", NULL);
}

/* The name of a function in the file is somebody else's. */
static void
test_names (Fixture *f, gconstpointer data)
{
    static const char name[] = "\033[2J\n\xff";
    g_autoptr (BwSymbols) symbols = NULL;

    memcpy (f->program.names + 1, name, sizeof name);
    symbols = load (f, NULL);
    assert_explained (symbols, "0x42000000", "0x42000000: \xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd");
}

/* More addresses than may be looked up in a second: those known already are said all the same. */
static void
test_flood (Fixture *f, gconstpointer data)
{
    g_autoptr (BwSymbols) symbols = load (f, NULL);
    g_autofree char *last = g_strdup_printf ("0x%08x", CODE + CODE_BYTES - 1);
    g_auto (GStrv) refused = NULL;
    g_auto (GStrv) known = NULL;
    g_auto (GStrv) later = NULL;

    for (unsigned i = 0; i < BW_SYMBOLS_LOOKUPS_MAX; i++) {
        g_autofree char *line = g_strdup_printf ("PC 0x%08x", CODE + i * FUNCTION_BYTES);
        g_auto (GStrv) lines = explain (symbols, line, G_USEC_PER_SEC);

        g_assert_nonnull (lines);
        g_assert_true (g_str_has_prefix (lines[0], line + 3));
    }
    refused = explain (symbols, last, G_USEC_PER_SEC);
    g_assert_cmpuint (g_strv_length (refused), ==, 1);
    g_assert_nonnull (strstr (refused[0], "too many"));
    known = explain (symbols, "0x42000000", G_USEC_PER_SEC);
    g_assert_cmpstr (known[0], ==, "0x42000000: f0");
    later = explain (symbols, last, 2 * G_USEC_PER_SEC);
    g_assert_true (g_str_has_prefix (later[0], last));
}

/* A line holds no more than so many, whatever a board writes. */
static void
test_long_line (Fixture *f, gconstpointer data)
{
    g_autoptr (BwSymbols) symbols = load (f, NULL);
    g_autoptr (GString) line = g_string_new (NULL);
    g_auto (GStrv) lines = NULL;

    for (unsigned i = 0; i < 2 * BW_SYMBOLS_ADDRESSES_MAX; i++)
        g_string_append (line, "0x42000000 ");
    lines = explain (symbols, line->str, 0);
    g_assert_cmpuint (g_strv_length (lines), ==, BW_SYMBOLS_ADDRESSES_MAX);
}

static void
assert_refused (Fixture *f, const char *why)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (load (f, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BAD_FIRMWARE);
    g_assert_nonnull (strstr (error->message, why));
    g_assert_nonnull (strstr (error->message, "program.elf: "));
    fill_program (&f->program);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
    f->program.header.e_ident[0] = 'E';
    assert_refused (f, "no ELF file");
    f->program.header.e_machine = EM_X86_64;
    assert_refused (f, "not for an Xtensa or RISC-V chip");
    f->program.header.e_type = ET_REL;
    assert_refused (f, "no linked program");
    f->program.sections[SECTION_CODE].sh_flags = SHF_ALLOC;
    assert_refused (f, "without code");
    f->program.sections[SECTION_CODE].sh_size = UINT32_MAX; /* around the end of all addresses */
    assert_refused (f, "without code");
    f->program.header.e_phoff = UINT32_MAX;
    assert_refused (f, "damaged");
}

static void
test_missing (Fixture *f, gconstpointer data)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_symbols_load_sync (f->path, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNREADABLE_FILE);
    g_assert_nonnull (strstr (error->message, "program.elf"));
    bw_symbols_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/engine/symbols/explain", Fixture, NULL, set_up, test_explain, tear_down);
    g_test_add ("/engine/symbols/names", Fixture, NULL, set_up, test_names, tear_down);
    g_test_add ("/engine/symbols/flood", Fixture, NULL, set_up, test_flood, tear_down);
    g_test_add ("/engine/symbols/long-line", Fixture, NULL, set_up, test_long_line, tear_down);
    g_test_add ("/engine/symbols/refused", Fixture, NULL, set_up, test_refused, tear_down);
    g_test_add ("/engine/symbols/missing", Fixture, NULL, set_up, test_missing, tear_down);
    return g_test_run ();
}
