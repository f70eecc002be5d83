/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of firmware in the network: https with a digest, and nothing that gives a key away. */
#include "bw-firmware-url.h"

#include <string.h>

#include "bw-error.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST_LARGE "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"

static void
test_is_one (void)
{
    g_assert_true (bw_firmware_url_is_one ("https://host/a.bin"));
    g_assert_true (bw_firmware_url_is_one ("ftp://host/a.bin"));
    g_assert_false (bw_firmware_url_is_one ("a.bin"));
    g_assert_false (bw_firmware_url_is_one ("/srv/https:/a.bin"));
    g_assert_false (bw_firmware_url_is_one ("a.bin@0x1000"));
    g_assert_false (bw_firmware_url_is_one (""));
}

static void
test_parts (void)
{
    static const struct {
        const char *spec;
        const char *fetched;
        const char *shown;
        const char *offset;
    } cases[] = {
        { "https://host/a.bin#sha256=" DIGEST, "https://host/a.bin", "https://host/a.bin", NULL },
        { "https://host:8443/a.bin#sha256=" DIGEST_LARGE "@0x10000", "https://host:8443/a.bin",
          "https://host:8443/a.bin", "0x10000" },
        { "https://host/a@2.bin?key=geheim&x=%20#sha256=" DIGEST "@",
          "https://host/a@2.bin?key=geheim&x=%20", "https://host/a@2.bin", "" },
        { "HTTPS://[::1]/#sha256=" DIGEST, "https://[::1]/", "https://[::1]/", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (BwFirmwareUrl) url = bw_firmware_url_parse (cases[i].spec, &error);

        g_assert_no_error (error);
        g_assert_cmpstr (url->fetched, ==, cases[i].fetched);
        g_assert_cmpstr (url->shown, ==, cases[i].shown);
        g_assert_cmpstr (url->sha256, ==, DIGEST);
        g_assert_cmpstr (url->place, ==, cases[i].offset);
    }
}

static void
test_refused (void)
{
    static const struct {
        const char *spec;
        const char *why;
    } cases[] = {
        { "http://host/a.bin#sha256=" DIGEST, "only fetched from https" },
        { "file:///etc/passwd#sha256=" DIGEST, "only fetched from https" },
        { "https:///a.bin#sha256=" DIGEST, "names no server" },
        { "https://me:geheim@host/a.bin#sha256=" DIGEST, "name or password" },
        { "https://me@host/a.bin#sha256=" DIGEST, "name or password" },
        { "https://host/a.bin", "without a digest" },
        { "https://host/a.bin#", "without a digest" },
        { "https://host/a.bin?geheim#md5=" DIGEST, "without a digest" },
        { "https://host/a.bin#" DIGEST, "without a digest" },
        { "https://host/a.bin#sha256=", "64 hexadecimal digits" },
        { "https://host/a.bin#sha256=" DIGEST "0", "64 hexadecimal digits" },
        { "https://host/a.bin#sha256=" DIGEST "x", "64 hexadecimal digits" },
        { "https://host/a.bin#sha256=0123", "64 hexadecimal digits" },
        { "https://host:x/a.bin#sha256=" DIGEST, "is no address" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_null (bw_firmware_url_parse (cases[i].spec, &error));
        g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
        g_assert_nonnull (strstr (error->message, cases[i].why));
        g_assert_null (strstr (error->message, "geheim"));
    }
    bw_firmware_url_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/firmware-url/is-one", test_is_one);
    g_test_add_func ("/engine/firmware-url/parts", test_parts);
    g_test_add_func ("/engine/firmware-url/refused", test_refused);
    return g_test_run ();
}
