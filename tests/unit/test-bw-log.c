/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of one board: cleaning, levels, the ring, the model, saving, the file on disk. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-log-clean.h"
#include "bw-log-copy.h"
#include "bw-log-file.h"
#include "bw-log-level.h"
#include "bw-log-private.h"
#include "bw-log-ring.h"
#include "engine-wait.h"

/* Cleaning */

static void
join_line (const char *text, size_t len, gpointer user_data)
{
    g_assert_cmpuint (len, <=, BW_LOG_LINE_BYTES_MAX);
    g_assert_true (g_utf8_validate (text, (gssize) len, NULL));
    g_string_append_len (user_data, text, (gssize) len);
    g_string_append_c (user_data, '|');
}

static char *
clean_in_pieces (const char *in, size_t len, size_t piece)
{
    GString *out = g_string_new (NULL);
    BwLogClean *clean = _bw_log_clean_new ();

    for (size_t i = 0; i < len; i += piece)
        _bw_log_clean_push (clean, (const uint8_t *) in + i, MIN (piece, len - i), join_line, out);
    _bw_log_clean_finish (clean, join_line, out);
    _bw_log_clean_free (clean);
    return g_string_free (out, FALSE);
}

static const struct {
    const char *in;
    const char *out;
} cleaned[] = {
    { "one\ntwo\r\nthree", "one|two|three|" },
    { "\n\r\n\n", "|||" },
    { "\033[0;32mI (12) main: hi\033[0m\n", "I (12) main: hi|" },
    { "\033]0;title\007text\n", "text|" },
    { "\033]0;title\033\\text\n", "text|" },
    { "a\033(Bb\n", "ab|" },
    { "a\033[31\nb\n", "a|b|" },
    { "bell\a back\b nul\001\177end\n", "bell back nulend|" },
    { "tab\tkept\n", "tab\tkept|" },
    { "10 %\r20 %\rdone\n", "10 %|20 %|done|" },
    { "gr\xc3\xbc\xc3\x9f\n", "gr\xc3\xbc\xc3\x9f|" },
    { "bad \xff\xc3 byte\n", "bad \xef\xbf\xbd\xef\xbf\xbd byte|" },
    { "turn \xe2\x80\xae back\n", "turn \xef\xbf\xbd back|" },
    { "c1 \xc2\x9b"
      "31m\n",
      "c1 \xef\xbf\xbd"
      "31m|" },
    { "line\xe2\x80\xa8sep\n", "line\xef\xbf\xbdsep|" },
};

static void
test_clean (void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS (cleaned); i++) {
        size_t len = strlen (cleaned[i].in);

        for (size_t piece = 1; piece <= len; piece++) {
            g_autofree char *out = clean_in_pieces (cleaned[i].in, len, piece);

            g_assert_cmpstr (out, ==, cleaned[i].out);
        }
    }
}

static void
test_clean_nul (void)
{
    g_autofree char *out = clean_in_pieces ("a\0b\n", 4, 4);

    g_assert_cmpstr (out, ==, "ab|");
}

/* A line of two-byte characters that is far too long must be broken between characters. */
static void
test_clean_long (void)
{
    GString *in = g_string_new ("x");
    g_autofree char *out = NULL;
    g_auto (GStrv) lines = NULL;
    size_t sum = 0;

    for (unsigned i = 0; i < 3 * BW_LOG_LINE_BYTES_MAX / 2; i++)
        g_string_append (in, "\xc3\xa9");
    out = clean_in_pieces (in->str, in->len, 777);
    lines = g_strsplit (out, "|", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_assert_null (strstr (*line, "\xef\xbf\xbd"));
        sum += strlen (*line);
    }
    g_assert_cmpuint (sum, ==, in->len);
    g_assert_cmpuint (g_strv_length (lines), >, 3);
    g_string_free (in, TRUE);
}

/* A sequence that never ends must not swallow what follows for ever. */
static void
test_clean_endless_escape (void)
{
    GString *in = g_string_new ("\033]");
    g_autofree char *out = NULL;

    for (unsigned i = 0; i < 5000; i++)
        g_string_append_c (in, 'x');
    g_string_append (in, "\nafter\n");
    out = clean_in_pieces (in->str, in->len, 100);
    g_assert_true (g_str_has_suffix (out, "|after|"));
    g_string_free (in, TRUE);
}

static void
test_clean_random (void)
{
    GRand *dice = g_rand_new_with_seed (4711);

    for (unsigned round = 0; round < 300; round++) {
        char in[600];
        g_autofree char *whole = NULL;
        g_autofree char *bytes = NULL;

        for (unsigned i = 0; i < sizeof in; i++)
            in[i] = (char) g_rand_int_range (dice, 0, round % 2 == 0 ? 256 : 48);
        whole = clean_in_pieces (in, sizeof in, sizeof in);
        bytes = clean_in_pieces (in, sizeof in, 1);
        g_assert_cmpstr (whole, ==, bytes);
    }
    g_rand_free (dice);
}

/* Levels */

static void
test_level (void)
{
    static const struct {
        const char *text;
        BwLogLevel level;
    } rows[] = {
        { "E (123) wifi: no", BW_LOG_ERROR },
        { "W (1) x: y", BW_LOG_WARNING },
        { "I (09:01:02.345) x: y", BW_LOG_INFO },
        { "D (1) x", BW_LOG_DEBUG },
        { "V (1) x", BW_LOG_DEBUG },
        { "I am no log line", BW_LOG_PLAIN },
        { "E (x) no number", BW_LOG_PLAIN },
        { "[E][WiFi.cpp:12] begin(): no", BW_LOG_ERROR },
        { "[  1234][W][WiFi.cpp:12] begin(): no", BW_LOG_WARNING },
        { "[1234567][I][a.cpp:1] x", BW_LOG_INFO },
        { "[x][y]", BW_LOG_PLAIN },
        { "[", BW_LOG_PLAIN },
        { "[E", BW_LOG_PLAIN },
        { "1a2b 1 mgos_wifi.c:12:go no", BW_LOG_ERROR },
        { "1a2b 2 mgos_wifi.c:12:go yes", BW_LOG_INFO },
        { "1a2b 3 mgos_wifi.c:12:go hm", BW_LOG_DEBUG },
        { "12 5 apples", BW_LOG_PLAIN },
        { "12 2 apples", BW_LOG_PLAIN },
        { "Traceback (most recent call last):", BW_LOG_ERROR },
        { "WARNING:net:slow", BW_LOG_WARNING },
        { "Guru Meditation Error: Core  0 panic'ed", BW_LOG_ERROR },
        { "Brownout detector was triggered", BW_LOG_ERROR },
        { "E BOD: Brownout detector was triggered", BW_LOG_ERROR },
        { "", BW_LOG_PLAIN },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].text);
        g_assert_cmpint (_bw_log_level_find (rows[i].text), ==, rows[i].level);
    }
}

/* The ring */

static void
test_ring (void)
{
    BwLogRing *ring = _bw_log_ring_new ();
    BwLogLine line;

    for (unsigned i = 1; i <= 250000; i++) {
        char text[32];
        int len = g_snprintf (text, sizeof text, "line %u", i);

        g_assert_cmpuint (_bw_log_ring_push (ring, i, BW_LOG_INFO, text, (size_t) len), ==, i);
        if (i % 1000 == 0)
            _bw_log_ring_trim (ring, BW_LOG_LINES_MAX, BW_LOG_RING_BYTES_MAX);
    }
    g_assert_cmpuint (_bw_log_ring_get_end (ring), ==, 250001);
    g_assert_cmpuint (_bw_log_ring_get_first (ring), ==, 150001);
    g_assert_false (_bw_log_ring_get (ring, 150000, &line));
    g_assert_false (_bw_log_ring_get (ring, 250001, &line));
    for (unsigned i = 150001; i <= 250000; i += 37) {
        g_autofree char *text = g_strdup_printf ("line %u", i);

        g_assert_true (_bw_log_ring_get (ring, i, &line));
        g_assert_cmpstr (line.text, ==, text);
        g_assert_cmpint (line.time_us, ==, i);
    }
    _bw_log_ring_free (ring);
}

static void
test_ring_bytes (void)
{
    BwLogRing *ring = _bw_log_ring_new ();
    g_autofree char *text = g_strnfill (BW_LOG_LINE_BYTES_MAX, 'x');
    BwLogLine line;

    for (unsigned i = 0; i < 20000; i++) {
        _bw_log_ring_push (ring, 0, BW_LOG_PLAIN, text, BW_LOG_LINE_BYTES_MAX);
        _bw_log_ring_trim (ring, BW_LOG_LINES_MAX, BW_LOG_RING_BYTES_MAX);
    }
    g_assert_cmpuint (_bw_log_ring_get_end (ring) - _bw_log_ring_get_first (ring), <,
                      BW_LOG_RING_BYTES_MAX / BW_LOG_LINE_BYTES_MAX);
    g_assert_true (_bw_log_ring_get (ring, _bw_log_ring_get_first (ring), &line));
    _bw_log_ring_pop (ring);
    g_assert_cmpuint (_bw_log_ring_get_end (ring), ==, 20000);
    _bw_log_ring_clear (ring);
    g_assert_cmpuint (_bw_log_ring_get_first (ring), ==, 20000);
    g_assert_cmpuint (_bw_log_ring_push (ring, 0, BW_LOG_PLAIN, "", 0), ==, 20000);
    _bw_log_ring_free (ring);
}

/* The model: a copy kept by items-changed alone must always equal it */

struct mirror {
    GPtrArray *texts;
    unsigned n_told;
    unsigned n_open;
    unsigned n_signals;
};

static void
on_items_changed (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  struct mirror *mirror)
{
    if (removed > 0)
        g_ptr_array_remove_range (mirror->texts, position, removed);
    for (guint i = 0; i < added; i++) {
        g_autoptr (BwLogItem) item = g_list_model_get_item (model, position + i);

        g_ptr_array_insert (mirror->texts, (int) (position + i),
                            g_strdup (bw_log_item_get_line (item)->text));
    }
    mirror->n_signals++;
}

static void
on_lines (BwLog *log, guint first, guint n, struct mirror *mirror)
{
    g_assert_cmpuint (first + n, <=, g_list_model_get_n_items (G_LIST_MODEL (log)));
    mirror->n_told += n;
}

static void
on_open_line (BwLog *log, guint position, struct mirror *mirror)
{
    g_assert_cmpuint (position + 1, ==, g_list_model_get_n_items (G_LIST_MODEL (log)));
    mirror->n_open++;
}

static BwLog *
make_log (struct mirror *mirror)
{
    BwLog *log = bw_log_new ();

    mirror->texts = g_ptr_array_new_with_free_func (g_free);
    mirror->n_told = mirror->n_open = mirror->n_signals = 0;
    g_signal_connect (log, "items-changed", G_CALLBACK (on_items_changed), mirror);
    g_signal_connect (log, "lines", G_CALLBACK (on_lines), mirror);
    g_signal_connect (log, "open-line", G_CALLBACK (on_open_line), mirror);
    return log;
}

static void
append (BwLog *log, const char *text)
{
    bw_log_append_bytes (log, (const uint8_t *) text, strlen (text));
}

static const char *
get_last (struct mirror *mirror)
{
    return mirror->texts->pdata[mirror->texts->len - 1];
}

static void
drop_log (BwLog *log, struct mirror *mirror)
{
    engine_wait_unheld (log);
    g_assert_cmpuint (mirror->texts->len, ==, g_list_model_get_n_items (G_LIST_MODEL (log)));
    g_signal_handlers_disconnect_by_data (log, mirror);
    g_ptr_array_unref (mirror->texts);
    g_object_unref (log);
}

/* So long a line may be unfinished before it is shown as it is. */
#define OPEN_LINE_US (200 * 1000)

static void
test_open_line (void)
{
    struct mirror mirror;
    BwLog *log = make_log (&mirror);
    int64_t begin_us = g_get_monotonic_time ();

    append (log, "ready\n> ");
    _bw_log_flush (log);
    /* unless this thread was kept waiting until the other one was due as well */
    if (g_get_monotonic_time () - begin_us < OPEN_LINE_US)
        g_assert_cmpuint (mirror.texts->len, ==, 1);
    engine_wait_unheld (log);
    g_assert_cmpuint (mirror.texts->len, ==, 2);
    g_assert_cmpstr (get_last (&mirror), ==, "> ");
    g_assert_cmpuint (mirror.n_told, ==, 1);
    /* told once as the unfinished line it is, and again only when it grew */
    g_assert_cmpuint (mirror.n_open, ==, 1);
    _bw_log_flush (log);
    g_assert_cmpuint (mirror.n_open, ==, 1);
    append (log, "go\r\nyes\n");
    engine_wait_unheld (log);
    g_assert_cmpuint (mirror.texts->len, ==, 3);
    g_assert_cmpstr (mirror.texts->pdata[1], ==, "> go");
    g_assert_cmpuint (mirror.n_told, ==, 3);
    g_assert_cmpuint (mirror.n_open, ==, 1);
    append (log, "half");
    bw_log_append_note (log, "a note");
    _bw_log_flush (log);
    g_assert_cmpstr (mirror.texts->pdata[3], ==, "half");
    g_assert_cmpstr (mirror.texts->pdata[4], ==, "a note");
    drop_log (log, &mirror);
}

static void
test_note_is_clean (void)
{
    struct mirror mirror;
    BwLog *log = make_log (&mirror);

    bw_log_append_note (log, "two\nlines \033[31m\xff");
    _bw_log_flush (log);
    g_assert_cmpstr (get_last (&mirror), ==, "two lines  [31m\xef\xbf\xbd");
    bw_log_append_note (log, "bell\a back\b\b\b feed\f end\177");
    _bw_log_flush (log);
    g_assert_cmpstr (get_last (&mirror), ==, "bell  back    feed  end ");
    drop_log (log, &mirror);
}

/* Lines come to the view so often at most. */
#define BATCH_US (100 * 1000)

static void
test_batches (void)
{
    struct mirror mirror;
    BwLog *log = make_log (&mirror);
    int64_t begin_us = g_get_monotonic_time ();
    unsigned n = 0;
    int64_t batches = 0;

    for (; n < 1000 || g_get_monotonic_time () - begin_us < G_USEC_PER_SEC; n++) {
        append (log, "I (1) a: b\n");
        g_main_context_iteration (NULL, FALSE);
    }
    _bw_log_flush (log);
    batches = (g_get_monotonic_time () - begin_us) / BATCH_US;
    g_assert_cmpint (mirror.n_signals, <=, batches + 3);
    g_assert_cmpuint (mirror.texts->len, ==, MIN (n, BW_LOG_LINES_MAX));
    drop_log (log, &mirror);
}

static void
test_limit (void)
{
    struct mirror mirror;
    BwLog *log = make_log (&mirror);
    g_autoptr (BwLogItem) kept = NULL;
    g_autoptr (BwLogItem) again = NULL;

    append (log, "first\n");
    _bw_log_flush (log);
    kept = g_list_model_get_item (G_LIST_MODEL (log), 0);
    again = g_list_model_get_item (G_LIST_MODEL (log), 0);
    g_assert_true (kept == again);
    for (unsigned i = 0; i < BW_LOG_LINES_MAX + 500; i++) {
        g_autofree char *text = g_strdup_printf ("%u\n", i);

        append (log, text);
        if (i % 10000 == 0)
            _bw_log_flush (log);
    }
    _bw_log_flush (log);
    g_assert_cmpuint (mirror.texts->len, ==, BW_LOG_LINES_MAX);
    g_assert_cmpstr (mirror.texts->pdata[0], ==, "500");
    g_assert_cmpstr (bw_log_item_get_line (kept)->text, ==, "first");
    bw_log_clear (log);
    g_assert_cmpuint (mirror.texts->len, ==, 0);
    append (log, "next\n");
    _bw_log_flush (log);
    g_assert_cmpstr (get_last (&mirror), ==, "next");
    drop_log (log, &mirror);
    g_assert_cmpstr (bw_log_item_get_line (kept)->text, ==, "first");
}

struct writer {
    BwLog *log;
    unsigned id;
};

static gpointer
write_much (gpointer data)
{
    struct writer *writer = data;

    for (unsigned i = 0; i < 20000; i++) {
        g_autofree char *text = g_strdup_printf ("%u-%u", writer->id, i);

        bw_log_append_note (writer->log, text);
    }
    return NULL;
}

static gboolean
is_something_told (gpointer data)
{
    return ((struct mirror *) data)->n_told > 0;
}

static void
test_threads (void)
{
    struct mirror mirror;
    BwLog *log = make_log (&mirror);
    struct writer writers[4];
    GThread *threads[4];

    for (unsigned i = 0; i < 4; i++) {
        writers[i] = (struct writer){ log, i };
        threads[i] = g_thread_new ("writer", write_much, &writers[i]);
    }
    engine_wait_until (is_something_told, &mirror, 0);
    for (unsigned i = 0; i < 4; i++)
        g_thread_join (threads[i]);
    _bw_log_flush (log);
    g_assert_cmpuint (mirror.texts->len, ==, 80000);
    g_assert_cmpuint (mirror.n_told, ==, 80000);
    drop_log (log, &mirror);
}

/* On disk */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
    GError **error = data;

    if (bw_log_save_finish (BW_LOG (source), result, error))
        g_clear_error (error);
    else
        g_assert_nonnull (*error);
    g_object_set_data (source, "saved", GINT_TO_POINTER (1));
}

static gboolean
is_saved (gpointer log)
{
    return g_object_steal_data (log, "saved") != NULL;
}

static void
test_save (void)
{
    char *folder = engine_make_folder ();
    g_autofree char *path = g_build_filename (folder, "a.log", NULL);
    g_autofree char *nowhere = g_build_filename (folder, "no", "a.log", NULL);
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFile) lost = g_file_new_for_path (nowhere);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    struct mirror mirror;
    BwLog *log = make_log (&mirror);

    append (log, "one\ntwo\n");
    bw_log_save_async (log, file, FALSE, NULL, on_saved, &error);
    engine_wait_until (is_saved, log, 5000);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "one\ntwo\n");
    bw_log_save_async (log, lost, TRUE, NULL, on_saved, &error);
    engine_wait_until (is_saved, log, 5000);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNWRITABLE_FILE);
    drop_log (log, &mirror);
    engine_remove_folder (folder);
}

/* A file that may not grow is a disk that is full. */
static void
test_save_is_whole (void)
{
    char *folder = engine_make_folder ();
    g_autofree char *path = g_build_filename (folder, "a.log", NULL);
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GDir) dir = NULL;
    struct rlimit limit;
    struct rlimit small;
    struct mirror mirror;
    BwLog *log = make_log (&mirror);

    g_assert_true (g_file_set_contents (path, "old", -1, NULL));
    append (log, "one\ntwo\n");
    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    small = limit;
    small.rlim_cur = 2;
    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
    bw_log_save_async (log, file, FALSE, NULL, on_saved, &error);
    engine_wait_until (is_saved, log, 5000);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_NO_SPACE);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "old");
    dir = g_dir_open (folder, 0, NULL);
    g_assert_cmpstr (g_dir_read_name (dir), ==, "a.log");
    g_assert_null (g_dir_read_name (dir));
    drop_log (log, &mirror);
    engine_remove_folder (folder);
}

/* Copied */

struct copied {
    char *text;
    unsigned n;
    gboolean is_over;
};

static void
on_copied (GObject *source, GAsyncResult *result, gpointer data)
{
    struct copied *copied = data;

    copied->text = bw_log_copy_finish (BW_LOG (source), result, &copied->n, NULL);
    copied->is_over = TRUE;
}

static gboolean
is_copied (gpointer data)
{
    return ((struct copied *) data)->is_over;
}

static void
assert_copied (BwLog *log, BwLogPick *pick, unsigned n, const char *text)
{
    struct copied copied = { NULL };

    bw_log_copy_async (log, pick, NULL, on_copied, &copied);
    engine_wait_until (is_copied, &copied, 60000);
    g_assert_cmpuint (copied.n, ==, n);
    if (text != NULL)
        g_assert_cmpstr (copied.text, ==, text);
    g_free (copied.text);
}

static BwLogPick *
pick_range (unsigned levels, uint64_t first, uint64_t last)
{
    BwLogPick *pick = bw_log_pick_new (levels, FALSE);

    bw_log_pick_add (pick, first, last);
    return pick;
}

static void
test_copy (void)
{
    struct mirror mirror;
    BwLog *log = make_log (&mirror);
    BwLogPick *parts = bw_log_pick_new (~0u, FALSE);
    BwLogPick *timed = bw_log_pick_new (~0u, TRUE);
    struct copied copied = { NULL };

    append (log, "one\nE (1) two: bad\nthree\nfour\nW (2) five: hm\n");
    _bw_log_flush (log);
    assert_copied (log, pick_range (~0u, 1, 5), 5,
                   "one\nE (1) two: bad\nthree\nfour\nW (2) five: hm\n");
    assert_copied (log, pick_range (1u << BW_LOG_PLAIN, 1, 5), 3, "one\nthree\nfour\n");
    assert_copied (log, pick_range (~0u, 900, 901), 0, "");
    bw_log_pick_add (parts, 1, 1);
    bw_log_pick_add (parts, 3, 4);
    assert_copied (log, parts, 3, "one\nthree\nfour\n");
    bw_log_pick_add (timed, 1, 1);
    bw_log_copy_async (log, timed, NULL, on_copied, &copied);
    engine_wait_until (is_copied, &copied, 60000);
    g_assert_true (
        g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} one\\n$", copied.text, 0, 0));
    g_free (copied.text);
    drop_log (log, &mirror);
}

/* A prompt is never finished, and yet people copy it; a line that is gone is left out. */
static void
test_copy_ends (void)
{
    g_autoptr (BwLog) log = bw_log_new ();

    append (log, "help\n> ");
    engine_wait_unheld (log);
    assert_copied (log, pick_range (~0u, 1, 2), 2, "help\n> \n");
    for (unsigned i = 0; i < BW_LOG_LINES_MAX; i++)
        bw_log_append_note (log, "more");
    _bw_log_flush (log);
    assert_copied (log, pick_range (~0u, 1, UINT64_MAX - 1), BW_LOG_LINES_MAX, NULL);
    engine_wait_unheld (log);
}

static void
test_file (void)
{
    g_autofree char *path =
        g_build_filename (g_get_user_state_dir (), "boardwalk", "log", "_._a_b", "log.jsonl", NULL);
    g_autofree char *text = NULL;
    g_autoptr (BwLog) log = bw_log_new ();
    BwLogFile *file = _bw_log_file_new ("../a/b", "/dev/x", 2);

    bw_log_append_note (log, "before");
    bw_log_append_note (log, "say \"hi\" \\ \xc3\xbc");
    append (log, "open");
    _bw_log_file_update (file, log, "writing");
    _bw_log_file_update (file, log, "writing");
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_nonnull (strstr (text, "\"say \\\"hi\\\" \\\\ \xc3\xbc\""));
    g_assert_nonnull (strstr (text, "\"state\":\"writing\",\"level\":\"station\""));
    g_assert_null (strstr (text, "before"));
    g_assert_null (strstr (text, "open"));
    g_assert_cmpuint (g_strrstr (text, "\n") - text, ==, strlen (text) - 1);
    _bw_log_file_free (file);
    engine_wait_unheld (log);
}

struct update {
    BwLogFile *file;
    BwLog *log;
};

static gpointer
write_file (gpointer data)
{
    const struct update *update = data;

    _bw_log_file_update (update->file, update->log, "x");
    _bw_log_file_free (update->file);
    return NULL;
}

static gboolean
has_bytes (int fd)
{
    int n = 0;

    g_assert_cmpint (ioctl (fd, FIONREAD, &n), ==, 0);
    return n > 0;
}

/* A pipe that nobody reads stands for a disk that hangs: only who writes waits for it. */
static void
test_file_of_a_slow_disk (void)
{
    g_autofree char *folder =
        g_build_filename (g_get_user_state_dir (), "boardwalk", "log", "slow", NULL);
    g_autofree char *path = g_build_filename (folder, "log.jsonl", NULL);
    g_autofree char *much = g_strnfill (4000, 'y');
    g_autoptr (BwLog) log = bw_log_new ();
    struct update update = { _bw_log_file_new ("slow", "/dev/x", 0), log };
    GThread *thread = NULL;
    char waste[4096];
    int pipe = -1;

    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    g_assert_cmpint (mkfifo (path, 0600), ==, 0);
    pipe = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_assert_cmpint (pipe, >=, 0);
    for (unsigned i = 0; i < 500; i++)
        bw_log_append_note (log, much);
    thread = g_thread_new ("write", write_file, &update);
    while (!has_bytes (pipe))
        g_thread_yield ();
    /* would never come back */
    _bw_log_flush (log);
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 500);
    g_assert_cmpint (fcntl (pipe, F_SETFL, 0), ==, 0);
    while (read (pipe, waste, sizeof waste) > 0)
        continue;
    g_thread_join (thread);
    close (pipe);
    engine_wait_unheld (log);
}

static void
test_file_rotates (void)
{
    g_autofree char *old =
        g_build_filename (g_get_user_state_dir (), "boardwalk", "log", "rot", "log.jsonl.1", NULL);
    g_autofree char *much = g_strnfill (4000, 'y');
    g_autoptr (BwLog) log = bw_log_new ();
    BwLogFile *file = _bw_log_file_new ("rot", "/dev/x", 0);

    for (unsigned i = 0; i < 2600; i++) {
        bw_log_append_note (log, much);
        if (i % 100 == 0)
            _bw_log_file_update (file, log, "x");
    }
    g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
    _bw_log_file_update (file, log, "x");
    bw_log_append_note (log, "more");
    _bw_log_file_update (file, log, "x");
    g_assert_true (g_file_test (old, G_FILE_TEST_EXISTS));
    _bw_log_file_free (file);
    engine_wait_unheld (log);
}

/* Where the old one cannot make room the file does not grow for ever. */
static void
test_file_cannot_rotate (void)
{
    g_autofree char *folder =
        g_build_filename (g_get_user_state_dir (), "boardwalk", "log", "stuck", NULL);
    g_autofree char *in_the_way = g_build_filename (folder, "log.jsonl.1", "file", NULL);
    g_autofree char *path = g_build_filename (folder, "log.jsonl", NULL);
    g_autofree char *much = g_strnfill (4000, 'y');
    g_autoptr (BwLog) log = bw_log_new ();
    BwLogFile *file = _bw_log_file_new ("stuck", "/dev/x", 0);
    struct stat status;

    g_assert_cmpint (g_mkdir_with_parents (in_the_way, 0700), ==, 0);
    g_test_expect_message ("bw-log-file", G_LOG_LEVEL_WARNING, "log of stuck is not written: *");
    for (unsigned i = 0; i < 3500; i++) {
        bw_log_append_note (log, much);
        if (i % 100 == 0)
            _bw_log_file_update (file, log, "x");
    }
    g_test_assert_expected_messages ();
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpint (status.st_size, <, BW_LOG_FILE_BYTES_MAX + 1000 * 1000);
    _bw_log_file_free (file);
    engine_wait_unheld (log);
}

static unsigned
count_files (const char *folder)
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    unsigned n = 0;

    while (g_dir_read_name (dir) != NULL)
        n++;
    return n;
}

/* A clock that was put back makes the newest the oldest by its name. */
static void
test_recordings_of_the_future (void)
{
    g_autofree char *folder =
        g_build_filename (g_get_user_state_dir (), "boardwalk", "log", "future", NULL);
    g_autoptr (GBytes) recording = g_bytes_new_static ("x", 1);
    BwLogFile *file = _bw_log_file_new ("future", "/dev/x", 0);
    g_autofree char *path = NULL;

    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    for (unsigned i = 0; i < BW_LOG_FILE_RECORDINGS_MAX; i++) {
        g_autofree char *name = g_strdup_printf ("29991231T2359%02u.000000Z.replay", i);
        g_autofree char *other = g_build_filename (folder, name, NULL);

        g_assert_true (g_file_set_contents (other, "y", 1, NULL));
    }
    path = _bw_log_file_save_recording (file, recording);
    g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
    g_assert_cmpuint (count_files (folder), ==, BW_LOG_FILE_RECORDINGS_MAX);
    _bw_log_file_free (file);
}

static void
test_recordings (void)
{
    g_autofree char *folder =
        g_build_filename (g_get_user_state_dir (), "boardwalk", "log", "rec", NULL);
    g_autoptr (GBytes) recording = g_bytes_new_static ("x", 1);
    BwLogFile *file = _bw_log_file_new ("rec", "/dev/x", 0);
    g_autofree char *last = NULL;

    for (unsigned i = 0; i < BW_LOG_FILE_RECORDINGS_MAX + 5; i++) {
        g_free (last);
        last = _bw_log_file_save_recording (file, recording);
        g_assert_nonnull (last);
    }
    g_assert_cmpuint (count_files (folder), ==, BW_LOG_FILE_RECORDINGS_MAX);
    g_assert_true (g_file_test (last, G_FILE_TEST_EXISTS));
    _bw_log_file_free (file);
}

static void
test_level_ids (void)
{
    static const char *const ids[] = { "station", "plain", "debug", "info", "warning", "error" };

    for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
        g_assert_cmpstr (bw_log_level_get_id ((BwLogLevel) i), ==, ids[i]);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/log/clean", test_clean);
    g_test_add_func ("/engine/log/clean-nul", test_clean_nul);
    g_test_add_func ("/engine/log/clean-breaks-long-lines", test_clean_long);
    g_test_add_func ("/engine/log/clean-endless-escape", test_clean_endless_escape);
    g_test_add_func ("/engine/log/clean-random-cut-anywhere", test_clean_random);
    g_test_add_func ("/engine/log/level", test_level);
    g_test_add_func ("/engine/log/level-ids", test_level_ids);
    g_test_add_func ("/engine/log/ring-keeps-the-newest", test_ring);
    g_test_add_func ("/engine/log/ring-bytes-are-bounded", test_ring_bytes);
    g_test_add_func ("/engine/log/open-line", test_open_line);
    g_test_add_func ("/engine/log/note-is-clean", test_note_is_clean);
    g_test_add_func ("/engine/log/batches", test_batches);
    g_test_add_func ("/engine/log/limit", test_limit);
    g_test_add_func ("/engine/log/threads", test_threads);
    g_test_add_func ("/engine/log/save", test_save);
    g_test_add_func ("/engine/log/save-is-whole", test_save_is_whole);
    g_test_add_func ("/engine/log/copy", test_copy);
    g_test_add_func ("/engine/log/copy-open-and-gone", test_copy_ends);
    g_test_add_func ("/engine/log/file", test_file);
    g_test_add_func ("/engine/log/file-of-a-slow-disk", test_file_of_a_slow_disk);
    g_test_add_func ("/engine/log/file-rotates", test_file_rotates);
    g_test_add_func ("/engine/log/file-cannot-rotate", test_file_cannot_rotate);
    g_test_add_func ("/engine/log/recordings-are-limited", test_recordings);
    g_test_add_func ("/engine/log/recordings-of-the-future", test_recordings_of_the_future);
    return engine_run ();
}
