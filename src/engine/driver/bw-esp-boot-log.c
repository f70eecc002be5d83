/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-boot-log"
#include "config.h"

#include "bw-esp-boot-log.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LINE_MAX_BYTES 512
/* So many bytes that are no text, and no text in between, come at another rate. */
#define NOISE_BYTES 24
/* Announced resets, one after the other without an application in between, that make a loop. */
#define LOOP_RESETS 3
/* The same with an application that came up and fell over each time. */
#define LOOP_CRASHES 2

/* What one line says. */
typedef enum {
    LINE_NOTHING,
    LINE_RESET,    /* the ROM announces a reset */
    LINE_DOWNLOAD, /* the ROM waits for a download */
    LINE_MISSING,  /* no program there at all */
    LINE_DOUBT,    /* one image is bad; the loader may find another */
    LINE_REJECTED, /* the loader gives up */
    LINE_BROWNOUT,
    LINE_CRASH,   /* the application fell over */
    LINE_HANDOFF, /* the loader jumps; what follows is the application's */
    LINE_APP,     /* only an application says that */
} LineKind;

typedef struct {
    const char *text;
    LineKind kind;
} Pattern;

/* First match wins. */
static const Pattern patterns[] = {
    { "waiting for download", LINE_DOWNLOAD },
    { "DOWNLOAD_BOOT(", LINE_DOWNLOAD },
    { "(DOWNLOAD(", LINE_DOWNLOAD },
    { "boot mode:(1,", LINE_DOWNLOAD },
    { "Brownout detector was triggered", LINE_BROWNOUT },
    { "BROWN_OUT_RST", LINE_BROWNOUT },
    { "RTCWDT_BROWN_OUT", LINE_BROWNOUT },
    { "invalid header: 0xffffffff", LINE_MISSING },
    { "No bootable app partitions", LINE_REJECTED },
    { "no bootable app", LINE_REJECTED },
    { "load partition table error", LINE_MISSING },
    { "Failed to verify partition table", LINE_MISSING },
    { "partition table invalid", LINE_MISSING },
    { "invalid header: 0x", LINE_REJECTED },
    { "invalid segment length", LINE_REJECTED },
    { "flash read err", LINE_REJECTED },
    { "csum err", LINE_REJECTED },
    { "ets_main.c", LINE_REJECTED },
    { "secure boot verification failed", LINE_REJECTED },
    { "signature check fail", LINE_REJECTED },
    { "has invalid magic byte", LINE_DOUBT },
    { "Checksum failed", LINE_DOUBT },
    { "Image hash failed", LINE_DOUBT },
    { "mismatch chip ID", LINE_DOUBT },
    { "chip revision in eFuse", LINE_DOUBT },
    { "requires chip rev", LINE_DOUBT },
    { "Image requires chip", LINE_DOUBT },
    { "app partition is not bootable", LINE_DOUBT },
    { "is not bootable", LINE_DOUBT },
    { "Guru Meditation Error", LINE_CRASH },
    { "abort() was called", LINE_CRASH },
    { "Fatal exception", LINE_CRASH },
    { "Stack smashing protect failure", LINE_CRASH },
    { "assert failed:", LINE_CRASH },
    { "Soft WDT reset", LINE_CRASH },
    { "rst:0x", LINE_RESET },
    { "rst cause:", LINE_RESET },
    { "Loaded app from partition", LINE_HANDOFF },
    { "cpu_start:", LINE_APP },
    { "app_init:", LINE_APP },
    { "app_start:", LINE_APP },
    { "main_task:", LINE_APP },
    { "Calling app_main", LINE_APP },
    { "heap_init:", LINE_APP },
    { "SDK ver:", LINE_APP },
    { "MicroPython v", LINE_APP },
};

/* Loaders are through by then. */
#define LOADER_MS_MAX 1000

/* Beginnings of lines by which ROM and loader go on talking after their hand-off line. */
static const char *const loader_lines[] = {
    "entry 0x", "load:0x", "load 0x",   "tail ",  "chksum ",  "csum ", "ho ",
    "clk_drv",  "mode:",   "configsip", "SPIWP:", "Saved PC", "ets ",  "ESP-ROM",
    "Build:",   "len ",    "~ld",       "Boot ",  "boot: ",
};

struct _BwEspBootLog {
    char line[LINE_MAX_BYTES + 1];
    size_t line_len;
    unsigned noise; /* unreadable bytes since the last readable line */
    unsigned resets;
    unsigned crashes;
    unsigned missing;
    gboolean is_after_handoff;
    gboolean has_text;
    gboolean is_missing; /* a bad line said that there is nothing at all */
    gboolean is_app_up;
    LineKind worst; /* of missing, doubt, rejected since the last application */
    LineKind end;   /* download or brownout, the last one heard */
    char *reset_line;
    char *bad_line;
    char *crash_line;
    char *app_line;
};

BwEspBootLog *
bw_esp_boot_log_new (void)
{
    return g_new0 (BwEspBootLog, 1);
}

void
bw_esp_boot_log_free (BwEspBootLog *self)
{
    if (self == NULL)
        return;
    g_free (self->reset_line);
    g_free (self->bad_line);
    g_free (self->crash_line);
    g_free (self->app_line);
    g_free (self);
}

static LineKind
classify_line (const char *line)
{
    for (size_t i = 0; i < G_N_ELEMENTS (patterns); i++) {
        if (strstr (line, patterns[i].text) != NULL)
            return patterns[i].kind;
    }
    return LINE_NOTHING;
}

static gboolean
is_loader_line (const char *line)
{
    for (size_t i = 0; i < G_N_ELEMENTS (loader_lines); i++) {
        if (g_str_has_prefix (line, loader_lines[i]))
            return TRUE;
    }
    /* ESP-IDF's second stage logs as "I (31) boot: …", "I (40) esp_image: …" */
    return strstr (line, ") boot") != NULL || strstr (line, ") esp_image") != NULL
           || strstr (line, ") bootloader") != NULL || strstr (line, ") qio_mode") != NULL
           || strstr (line, ") flash_parts") != NULL;
}

/* Behind a colour or another order to a terminal: ESC [ parameters letter. */
static const char *
skip_order (const char *at)
{
    if (at[0] != '\033' || at[1] != '[')
        return at;
    at += 2;
    while (*at >= ' ' && *at < '@')
        at++;
    return *at >= '@' && *at <= '~' ? at + 1 : at;
}

/* What is shown to people: text, without colours and control characters. */
static void
keep_line (char **where, const char *line)
{
    g_autofree char *valid = g_utf8_make_valid (line, -1);
    GString *text = g_string_new (NULL);

    for (const char *at = valid; *at != '\0';) {
        const char *behind = skip_order (at);

        if (behind == at && !g_unichar_iscntrl (g_utf8_get_char (at)))
            g_string_append_unichar (text, g_utf8_get_char (at));
        else if (*at == '\t')
            g_string_append_c (text, ' ');
        at = behind != at ? behind : g_utf8_next_char (at);
    }
    g_free (*where);
    *where = g_strstrip (g_string_free (text, FALSE));
}

static void
note_app (BwEspBootLog *self, const char *line)
{
    if (!self->is_app_up)
        keep_line (&self->app_line, line);
    self->is_app_up = TRUE;
    self->is_after_handoff = TRUE;
    self->worst = LINE_NOTHING;
    self->end = LINE_NOTHING;
}

static void
note_reset (BwEspBootLog *self, const char *line)
{
    self->resets++;
    self->is_app_up = FALSE;
    self->is_after_handoff = FALSE;
    self->end = LINE_NOTHING;
    keep_line (&self->reset_line, line);
}

static void
note_bad (BwEspBootLog *self, LineKind kind, const char *line)
{
    /* the first serious line explains most: later ones follow from it */
    if (kind > self->worst || self->bad_line == NULL)
        keep_line (&self->bad_line, line);
    self->worst = MAX (self->worst, kind);
    self->missing += kind == LINE_MISSING;
    self->is_missing |= kind == LINE_MISSING || strstr (line, "nothing flashed here") != NULL;
}

static void
note_crash (BwEspBootLog *self, const char *line)
{
    self->crashes++;
    self->is_app_up = FALSE;
    if (self->crash_line == NULL)
        keep_line (&self->crash_line, line);
}

/* A board on its own USB says its first lines while it is not on the bus. An ESP-IDF log line with
 * a late time since the start, "I (1255) weather: …", then tells that an application runs. */
static gboolean
is_late_log_line (const char *line)
{
    const char *at = strchr (line, '(');
    char *end = NULL;

    /* colour codes and the letter come first */
    if (at == NULL || at - line < 2 || at[-1] != ' ' || strchr ("EWIDV", at[-2]) == NULL
        || !g_ascii_isdigit (at[1]))
        return FALSE;
    return g_ascii_strtoull (at + 1, &end, 10) >= LOADER_MS_MAX && g_str_has_prefix (end, ") ")
           && strchr (end, ':') != NULL;
}

static void
note_plain (BwEspBootLog *self, const char *line)
{
    if (is_loader_line (line)) {
        self->is_after_handoff |= g_str_has_prefix (line, "entry 0x");
        return;
    }
    /* anything a program prints after the loader jumped is the program's */
    if ((self->is_after_handoff || (self->resets == 0 && is_late_log_line (line)))
        && self->worst == LINE_NOTHING)
        note_app (self, line);
}

static void
note_end (BwEspBootLog *self, LineKind kind, const char *line)
{
    self->end = kind;
    self->is_app_up = FALSE;
    keep_line (&self->bad_line, line);
}

static void
take_kind (BwEspBootLog *self, LineKind kind, const char *line)
{
    switch (kind) {
    case LINE_RESET:
        note_reset (self, line);
        break;
    case LINE_DOWNLOAD:
    case LINE_BROWNOUT:
        note_end (self, kind, line);
        break;
    case LINE_MISSING:
    case LINE_DOUBT:
    case LINE_REJECTED:
        note_bad (self, kind, line);
        break;
    case LINE_CRASH:
        note_crash (self, line);
        break;
    case LINE_HANDOFF:
        self->is_after_handoff = TRUE;
        self->worst = LINE_NOTHING;
        break;
    case LINE_APP:
        note_app (self, line);
        break;
    case LINE_NOTHING:
        note_plain (self, line);
        break;
    }
}

static gboolean
is_readable (const char *line, size_t len)
{
    size_t printable = 0;

    for (size_t i = 0; i < len; i++)
        printable += g_ascii_isprint (line[i]) || line[i] == '\t' || line[i] == '\033';
    return len >= 2 && printable * 10 >= len * 8;
}

static void
take_line (BwEspBootLog *self)
{
    LineKind kind;

    self->line[self->line_len] = '\0';
    if (!is_readable (self->line, self->line_len)) {
        self->line_len = 0;
        return;
    }
    self->line_len = 0;
    self->noise = 0;
    self->has_text = TRUE;
    kind = classify_line (self->line);
    /* ESP32's ROM says reset and boot mode in one line */
    if ((kind == LINE_DOWNLOAD || kind == LINE_BROWNOUT)
        && (strstr (self->line, "rst:0x") != NULL || strstr (self->line, "rst cause:") != NULL))
        note_reset (self, self->line);
    take_kind (self, kind, self->line);
}

void
bw_esp_boot_log_push (BwEspBootLog *self, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        self->noise += bytes[i] >= 0x7f;
        if (bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\0')
            take_line (self);
        else if (self->line_len < LINE_MAX_BYTES)
            self->line[self->line_len++] = (char) bytes[i];
    }
}

BwBootVerdict
bw_esp_boot_log_get_verdict (const BwEspBootLog *self)
{
    if (self->end == LINE_DOWNLOAD)
        return BW_BOOT_DOWNLOAD;
    if (self->end == LINE_BROWNOUT)
        return BW_BOOT_BROWNOUT;
    if (self->worst != LINE_NOTHING)
        return BW_BOOT_REJECTED;
    if (self->crashes >= LOOP_CRASHES || (self->resets >= LOOP_RESETS && !self->is_app_up)
        || self->resets > LOOP_RESETS)
        return BW_BOOT_LOOP;
    if (self->crashes > 0 && !self->is_app_up)
        return BW_BOOT_LOOP;
    return self->is_app_up ? BW_BOOT_APP : BW_BOOT_SILENT;
}

gboolean
bw_esp_boot_log_is_clear (const BwEspBootLog *self)
{
    if (self->end != LINE_NOTHING)
        return TRUE;
    if (self->worst == LINE_REJECTED || self->missing >= 2 || self->crashes >= LOOP_CRASHES)
        return TRUE;
    return self->resets > LOOP_RESETS;
}

BwCause
bw_esp_boot_log_get_cause (const BwEspBootLog *self)
{
    switch (bw_esp_boot_log_get_verdict (self)) {
    case BW_BOOT_REJECTED:
        return self->is_missing ? BW_CAUSE_APP_MISSING : BW_CAUSE_APP_REJECTED;
    case BW_BOOT_LOOP:
        return BW_CAUSE_APP_BOOT_LOOP;
    case BW_BOOT_BROWNOUT:
        return BW_CAUSE_BROWNOUT;
    case BW_BOOT_DOWNLOAD:
        return BW_CAUSE_BOOT_LOG_SEEN;
    case BW_BOOT_SILENT:
    case BW_BOOT_APP:
        break;
    }
    return BW_CAUSE_NONE;
}

static char *
dup_loop_text (const BwEspBootLog *self)
{
    const char *line = self->crash_line != NULL ? self->crash_line : self->reset_line;

    if (self->crash_line != NULL)
        return g_strdup_printf (_ ("The application crashes after its start: \"%s\"."), line);
    /* translators: the number is at least two */
    return g_strdup_printf (
        _ ("The board restarts again and again (%u times while listening): \"%s\"."), self->resets,
        line);
}

char *
bw_esp_boot_log_dup_text (const BwEspBootLog *self)
{
    switch (bw_esp_boot_log_get_verdict (self)) {
    case BW_BOOT_APP:
        return g_strdup_printf (_ ("The application came up: \"%s\"."), self->app_line);
    case BW_BOOT_REJECTED:
        if (self->is_missing)
            return g_strdup_printf (_ ("There is no application to start: \"%s\"."),
                                    self->bad_line);
        return g_strdup_printf (_ ("The boot loader rejects the application: \"%s\"."),
                                self->bad_line);
    case BW_BOOT_LOOP:
        return dup_loop_text (self);
    case BW_BOOT_BROWNOUT:
        return g_strdup_printf (_ ("The supply voltage sags: \"%s\"."), self->bad_line);
    case BW_BOOT_DOWNLOAD:
        return g_strdup_printf (_ ("The board came up in download mode again: \"%s\"."),
                                self->bad_line);
    case BW_BOOT_SILENT:
        break;
    }
    if (self->has_text)
        return g_strdup (
            _ ("The board started, but its log does not say that an application runs."));
    return g_strdup (_ ("Nothing was heard after the reset: a quiet application, or none."));
}

gboolean
bw_esp_boot_log_is_noisy (const BwEspBootLog *self)
{
    return self->noise >= NOISE_BYTES;
}

void
bw_esp_boot_log_forget_noise (BwEspBootLog *self)
{
    self->noise = 0;
    self->line_len = 0;
}

gboolean
bw_esp_boot_log_tells_brownout (const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS (patterns); i++)
        if (patterns[i].kind == LINE_BROWNOUT && strstr (text, patterns[i].text) != NULL)
            return TRUE;
    return FALSE;
}
