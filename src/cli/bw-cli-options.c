/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-options"
#include "config.h"

#include "bw-cli-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-cli-number.h"
#include "bw-cli-terminal.h"

enum {
    ATTEMPTS_MAX = 1000,
    SECONDS_MAX = 86400,
    HAND_SECONDS = 60, /* a person needs time to find the buttons */
};

/* As GOption leaves them; bw_cli_options_collect() makes sense of them. */
static struct {
    gboolean json, verbose, no_color, help;
    char **ports;
    gboolean all, dry_run;
    char *timeout, *baud, *console_baud, *attempts, *hand;
    char *stub_dir, *reset_sequence;
    gboolean no_stub, erase, no_diff, no_verify, no_listen, force;
    char *flash_mode, *flash_freq, *flash_size, *after;
} given;

#define FLAG(name, member, text)                                                                   \
    {                                                                                              \
        name, 0, 0, G_OPTION_ARG_NONE, &given.member, text, NULL                                   \
    }
/* As it was typed: a "string" would have to be text in the person's character set, and names of
 * files need not be. */
#define WORD(name, member, text, what)                                                             \
    {                                                                                              \
        name, 0, 0, G_OPTION_ARG_FILENAME, &given.member, text, what                               \
    }
static const GOptionEntry output_entries[] = {
    FLAG ("json", json, N_ ("One JSON object a line on standard output, nothing else there")),
    FLAG ("verbose", verbose, N_ ("Show the log of every board as well")),
    FLAG ("no-color", no_color, N_ ("No colours")),
    { "help", 'h', 0, G_OPTION_ARG_NONE, &given.help, N_ ("Say this"), NULL },
    { NULL },
};

static const GOptionEntry port_entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &given.ports,
      N_ ("The board: /dev/ttyUSB0, rfc2217://host:port, tcp://host:port, board:MAC …"),
      N_ ("PORT") },
    { NULL },
};

static const GOptionEntry ports_entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &given.ports,
      N_ ("A board: /dev/ttyUSB0, rfc2217://host:port, tcp://host:port, board:MAC …; may be given "
          "several times"),
      N_ ("PORT") },
    { NULL },
};

static const GOptionEntry all_entries[] = {
    FLAG ("all", all, N_ ("Every board that is there")),
    { NULL },
};

static const GOptionEntry connect_entries[] = {
    { "baud", 'b', 0, G_OPTION_ARG_FILENAME, &given.baud,
      N_ ("Highest transfer rate (default: found by itself)"), N_ ("N") },
    WORD ("connect-attempts",
          attempts,
          N_ ("How often to try; 0 = until stopped (default: 7)"),
          N_ ("N")),
    WORD ("wait-for-hand",
          hand,
          N_ ("How long a person gets to press BOOT and RESET (default: 60 on a terminal, else 0)"),
          N_ ("SECONDS")),
    WORD ("reset-sequence",
          reset_sequence,
          N_ ("Steps of DTR and RTS that start the loader"),
          N_ ("STEPS")),
    WORD ("console-baud",
          console_baud,
          N_ ("Rate of the boot log (default: the chip's usual one)"),
          N_ ("N")),
    FLAG ("no-stub", no_stub, N_ ("Let the boot ROM alone do the work")),
    WORD ("stub-dir", stub_dir, N_ ("Folder with flasher stubs"), N_ ("FOLDER")),
    { NULL },
};

static const GOptionEntry timeout_entries[] = {
    WORD ("timeout", timeout, N_ ("Stop after so many seconds"), N_ ("SECONDS")),
    { NULL },
};

static const GOptionEntry write_entries[] = {
    FLAG ("erase", erase, N_ ("Erase the whole flash first")),
    FLAG ("no-diff", no_diff, N_ ("Send every sector, also those that are on the board already")),
    FLAG ("no-verify", no_verify, N_ ("No digest at the end: the board is then not called good")),
    FLAG ("no-listen", no_listen, N_ ("Do not wait for the boot log")),
    FLAG ("force", force, N_ ("Go on in spite of findings that may be overridden")),
    WORD ("flash-mode",
          flash_mode,
          N_ ("Set in the boot image: qio, qout, dio, dout or keep"),
          N_ ("MODE")),
    WORD ("flash-freq", flash_freq, N_ ("Set in the boot image: 80m, 40m … or keep"), N_ ("FREQ")),
    WORD ("flash-size",
          flash_size,
          N_ ("Set in the boot image: 4MB …, detect or keep"),
          N_ ("SIZE")),
    { NULL },
};

static const GOptionEntry preview_entries[] = {
    FLAG ("dry-run", dry_run, N_ ("Say what would be done with each board, and do nothing")),
    { NULL },
};

static const GOptionEntry after_entries[] = {
    WORD ("after",
          after,
          N_ ("reset: start the application (default); stay: keep the loader"),
          N_ ("WHAT")),
    { NULL },
};

static const struct {
    BwCliOptionGroups group;
    const GOptionEntry *entries;
} tables[] = {
    { BW_CLI_OPTIONS_PORT, port_entries },       { BW_CLI_OPTIONS_PORTS, ports_entries },
    { BW_CLI_OPTIONS_PORTS, all_entries },       { BW_CLI_OPTIONS_WRITE, write_entries },
    { BW_CLI_OPTIONS_AFTER, after_entries },     { BW_CLI_OPTIONS_PREVIEW, preview_entries },
    { BW_CLI_OPTIONS_CONNECT, connect_entries }, { BW_CLI_OPTIONS_TIMEOUT, timeout_entries },
    { BW_CLI_OPTIONS_OUTPUT, output_entries },
};

void
bw_cli_options_add (GOptionContext *context, BwCliOptionGroups groups)
{
    for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
        if ((groups & tables[i].group) != 0)
            g_option_context_add_main_entries (context, tables[i].entries, GETTEXT_PACKAGE);
}

gboolean
bw_cli_options_get_table (BwCliOptionGroups groups,
                          unsigned index,
                          const GOptionEntry **ret_entries)
{
    if (index >= G_N_ELEMENTS (tables))
        return FALSE;
    *ret_entries = (groups & tables[index].group) != 0 ? tables[index].entries : NULL;
    return TRUE;
}

static gboolean
collect_word (const char *option,
              const char *text,
              const char *const *words,
              const char **ret_word,
              GError **error)
{
    g_autofree char *list = NULL;

    if (text == NULL)
        return TRUE;
    if (g_strv_contains (words, text)) {
        *ret_word = strcmp (text, "keep") == 0 ? NULL : text;
        return TRUE;
    }
    list = g_strjoinv (", ", (char **) words);
    bw_set_error (error, BW_CAUSE_USAGE, _ ("--%s: “%s” is none of %s"), option, text, list);
    return FALSE;
}

static gboolean
collect_numbers (BwCliOptions *self, GError **error)
{
    uint32_t baud = 0, console_baud = 0, attempts = 0;
    uint32_t hand = bw_cli_terminal_has_person () ? HAND_SECONDS : 0;

    if (!bw_cli_parse_option ("baud", given.baud, BW_CLI_BAUD_MIN, BW_CLI_BAUD_MAX, &baud, error)
        || !bw_cli_parse_option ("console-baud", given.console_baud, BW_CLI_BAUD_MIN,
                                 BW_CLI_BAUD_MAX, &console_baud, error)
        || !bw_cli_parse_option ("connect-attempts", given.attempts, 0, ATTEMPTS_MAX, &attempts,
                                 error)
        || !bw_cli_parse_option ("wait-for-hand", given.hand, 0, SECONDS_MAX, &hand, error)
        || !bw_cli_parse_option ("timeout", given.timeout, 1, SECONDS_MAX, &self->timeout_s, error))
        return FALSE;
    self->plan.baud = baud;
    self->plan.console_baud = console_baud;
    self->plan.wait_for_hand = hand;
    if (given.attempts != NULL)
        self->plan.connect_attempts = attempts == 0 ? -1 : (int) attempts;
    return TRUE;
}

static gboolean
collect_words (BwCliOptions *self, GError **error)
{
    static const char *const modes[] = { "qio", "qout", "dio", "dout", "keep", NULL };
    static const char *const freqs[] = { "80m", "60m", "48m", "40m", "30m",  "26m", "24m",
                                         "20m", "16m", "15m", "12m", "keep", NULL };
    static const char *const sizes[] = { "256KB", "512KB", "1MB",   "2MB",    "4MB",  "8MB", "16MB",
                                         "32MB",  "64MB",  "128MB", "detect", "keep", NULL };
    static const char *const ends[] = { "reset", "stay", NULL };
    const char *after = NULL;

    if (!collect_word ("flash-mode", given.flash_mode, modes, &self->plan.flash_mode, error)
        || !collect_word ("flash-freq", given.flash_freq, freqs, &self->plan.flash_freq, error)
        || !collect_word ("flash-size", given.flash_size, sizes, &self->plan.flash_size, error)
        || !collect_word ("after", given.after, ends, &after, error))
        return FALSE;
    self->plan.stay = g_strcmp0 (after, "stay") == 0;
    return TRUE;
}

static gboolean
check_stub_dir (GError **error)
{
    if (given.stub_dir == NULL || g_file_test (given.stub_dir, G_FILE_TEST_IS_DIR))
        return TRUE;
    bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, _ ("--stub-dir: there is no folder “%s”"),
                  given.stub_dir);
    return FALSE;
}

static void
collect_flags (BwCliOptions *self)
{
    self->wants_help = given.help;
    self->is_verbose = given.verbose;
    self->ports = given.ports;
    self->is_all = given.all;
    self->is_preview = given.dry_run;
    self->plan.erase_all = given.erase;
    self->plan.no_diff = given.no_diff;
    self->plan.no_verify = given.no_verify;
    self->plan.no_stub = given.no_stub;
    self->plan.no_listen = given.no_listen;
    self->plan.force = given.force;
    self->plan.stub_dir = given.stub_dir;
    self->plan.reset_sequence = given.reset_sequence;
}

gboolean
bw_cli_options_collect (BwCliOptions *self, GError **error)
{
    collect_flags (self);
    return collect_numbers (self, error) && collect_words (self, error) && check_stub_dir (error);
}
