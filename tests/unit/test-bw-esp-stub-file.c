/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-stub-file.h"

#define GOOD                                                                                       \
    "{\"entry\": 1074432001, \"text_start\": 1074432000, \"text\": \"AQIDBAU=\", "                 \
    "\"data_start\": 1073602560, \"data\": \"CQ==\", \"bss_start\": 1}"

static void
assert_refused (const char *text, size_t len)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspStub) stub = bw_esp_stub_parse (text, len, &error);

    g_assert_null (stub);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BAD_STUB);
}

static void
test_good (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspStub) stub = bw_esp_stub_parse (GOOD, strlen (GOOD), &error);

    g_assert_no_error (error);
    g_assert_cmpuint (stub->entry, ==, 1074432001);
    /* padded to whole words */
    g_assert_cmpuint (g_bytes_get_size (stub->text), ==, 8);
    g_assert_cmpmem (g_bytes_get_data (stub->text, NULL), 8, "\1\2\3\4\5\0\0\0", 8);
    g_assert_cmpuint (g_bytes_get_size (stub->data), ==, 4);
}

static void
test_cut_everywhere (void)
{
    for (size_t len = 0; len < strlen (GOOD); len++)
        assert_refused (GOOD, len);
}

static void
test_hostile (void)
{
    static const char *const bad[] = {
        "[]",
        "1",
        "{}",
        "{\"entry\": -1, \"text_start\": 0, \"text\": \"AQID\"}",
        "{\"entry\": 1e300, \"text_start\": 0, \"text\": \"AQID\"}",
        "{\"entry\": \"x\", \"text_start\": 0, \"text\": \"AQID\"}",
        "{\"entry\": 0, \"text_start\": 0, \"text\": 7}",
        "{\"entry\": 0, \"text_start\": 0, \"text\": \"\"}",
        "{\"entry\": 3, \"text_start\": 0, \"text\": \"AQID\", \"data\": 1}",
        "{\"entry\": 900, \"text_start\": 0, \"text\": \"AQID\"}",
        "{\"entry\": 0, \"text_start\": 0, \"text\": \"AQ!ID\"}",
        "{\"entry\": 0, \"text_start\": 0, \"text\": \"AQID=\"}",
        "{\"entry\": 0, \"text_start\": 0, \"text\": \"AQI\"}",
        "{\"entry\": 1, \"text_start\": 2, \"text\": \"AQID\"}",
    };
    g_autofree char *huge_text = g_malloc (BW_ESP_STUB_SEGMENT_MAX * 2 + 1);
    g_autofree char *huge = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
        assert_refused (bad[i], strlen (bad[i]));
    memset (huge_text, 'A', BW_ESP_STUB_SEGMENT_MAX * 2);
    huge_text[BW_ESP_STUB_SEGMENT_MAX * 2] = '\0';
    huge = g_strdup_printf ("{\"entry\": 0, \"text_start\": 0, \"text\": \"%s\"}", huge_text);
    assert_refused (huge, strlen (huge));
}

static void
put (const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *folder = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_find (void)
{
    g_autofree char *dir = g_dir_make_tmp ("bw-stub-XXXXXX", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspStub) none = bw_esp_stub_find ("esp32", dir, &error);
    g_autoptr (BwEspStub) old = NULL;
    g_autoptr (BwEspStub) new = NULL;
    g_autoptr (BwEspStub) named = NULL;

    /* nothing there is no error */
    g_assert_null (none);
    g_assert_no_error (error);
    put (dir, "1/esp32.json", GOOD);
    old = bw_esp_stub_find ("esp32", dir, &error);
    g_assert_cmpuint (old->generation, ==, 1);
    put (dir, "2/esp32.json", GOOD);
    new = bw_esp_stub_find ("esp32", dir, &error);
    g_assert_cmpuint (new->generation, ==, 2);
    put (dir, "esp32.json", GOOD);
    named = bw_esp_stub_find ("esp32", dir, &error);
    g_assert_cmpuint (named->generation, ==, 0);
    /* a broken one is passed over, and told when there is no other */
    put (dir, "esp32.json", "{");
    g_clear_pointer (&named, bw_esp_stub_free);
    named = bw_esp_stub_find ("esp32", dir, NULL);
    g_assert_cmpuint (named->generation, ==, 2);
    put (dir, "1/esp32s2.json", "{");
    g_assert_null (bw_esp_stub_find ("esp32s2", dir, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BAD_STUB);
}

/* What cannot be looked at is not what is not there. */
static void
test_find_unreadable (void)
{
    g_autofree char *dir = g_strnfill (PATH_MAX, 'x');
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_esp_stub_find ("esp32", dir, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNREADABLE_FILE);
    g_assert_nonnull (strstr (error->message, g_strerror (ENAMETOOLONG)));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/stub-file/good", test_good);
    g_test_add_func ("/driver/stub-file/cut-everywhere", test_cut_everywhere);
    g_test_add_func ("/driver/stub-file/hostile", test_hostile);
    g_test_add_func ("/driver/stub-file/find", test_find);
    g_test_add_func ("/driver/stub-file/find-unreadable", test_find_unreadable);
    return g_test_run ();
}
