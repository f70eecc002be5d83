/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What virtual boards say of themselves, true and made up. */
#include <string.h>

#include "bw-error.h"
#include "bw-virtual-hello.h"

static const char good[] =
    "{\"name\":\"vboard-0\",\"address\":\"rfc2217://127.0.0.1:4000\","
    "\"chip\":\"esp32c3\",\"mac\":\"24:6F:28:00:00:01\",\"pid\":12,\"x\":[]}";

static void
test_good (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEndpoint) endpoint = _bw_virtual_hello_parse (good, strlen (good), &error);

    g_assert_no_error (error);
    g_assert_cmpstr (endpoint->address, ==, "rfc2217://127.0.0.1:4000");
    g_assert_cmpstr (endpoint->place, ==, "virtual vboard-0");
    g_assert_cmpstr (endpoint->likely_board, ==, "vboard-0");
    g_assert_cmpstr (endpoint->chip_name, ==, "ESP32-C3");
    g_assert_cmpstr (endpoint->mac, ==, "24:6f:28:00:00:01");
    g_assert_true (endpoint->is_virtual);
}

static void
refuse (const char *line, size_t len)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (_bw_virtual_hello_parse (line, len, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_PROTOCOL);
}

static void
test_bad (void)
{
    static const char *const lines[] = {
        "",
        "{}",
        "[]",
        "null",
        "\"text\"",
        "{\"name\":\"a\"}",
        "{\"address\":\"/dev/pts/1\"}",
        "{\"name\":1,\"address\":\"/dev/pts/1\"}",
        "{\"name\":\"\",\"address\":\"/dev/pts/1\"}",
        "{\"name\":\"a\\nb\",\"address\":\"/dev/pts/1\"}",
        "{\"name\":\"a\\u202eb\",\"address\":\"/dev/pts/1\"}",
        "{\"name\":\"a\",\"address\":\"rfc2217://example.org:1\"}",
        "{\"name\":\"a\",\"address\":\"tcp://127.0.0.1.example.org:1\"}",
        "{\"name\":\"a\",\"address\":\"tcp://127.0.0.1:1@example.org:2\"}",
        "{\"name\":\"a\",\"address\":\"rfc2217://localhost:1@example.org:2\"}",
        "{\"name\":\"a\",\"address\":\"tcp://127.0.0.1\"}",
        "{\"name\":\"a\",\"address\":\"http://127.0.0.1/\"}",
        "{\"name\":\"a\",\"address\":\"serial://a/b\"}",
    };
    g_autofree char *huge = g_strnfill (BW_VIRTUAL_HELLO_BYTES_MAX + 1, '[');

    for (unsigned i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_test_message ("%s", lines[i]);
        refuse (lines[i], strlen (lines[i]));
    }
    refuse (huge, strlen (huge));
    for (size_t len = 0; len + 1 < strlen (good); len++)
        refuse (good, len);
}

/* What is only nice to know may be wrong. */
static void
test_odd_extras (void)
{
    static const char line[] =
        "{\"name\":\"a\",\"address\":\"/dev/pts/1\",\"chip\":7,\"mac\":\"x\"}";
    g_autoptr (BwEndpoint) endpoint = _bw_virtual_hello_parse (line, strlen (line), NULL);

    g_assert_nonnull (endpoint);
    g_assert_null (endpoint->mac);
    g_assert_null (endpoint->chip_name);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/virtual-hello/good", test_good);
    g_test_add_func ("/engine/virtual-hello/bad", test_bad);
    g_test_add_func ("/engine/virtual-hello/odd-extras", test_odd_extras);
    return g_test_run ();
}
