/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the Espressif driver that need no board: what a session knows, what is patched, what
 * is planned, what is said. Conversations are held against virtual boards (tests/integration). */
#include <string.h>

#include "bw-error.h"
#include "bw-esp-erase.h"
#include "bw-esp-listen.h"
#include "bw-esp-params.h"
#include "bw-esp-plan.h"
#include "bw-esp-program.h"
#include "bw-esp-recover.h"
#include "bw-esp-session.h"
#include "bw-port-replay.h"
#include "part-make.h"

#define SILENT_PORT "boardwalk-recording 1\nport 10c4:ea60 local lines atomic baud\nend\n"

static BwPort *
open_port (const char *recording)
{
    g_autoptr (GBytes) bytes = g_bytes_new (recording, strlen (recording));
    g_autoptr (GError) error = NULL;
    BwPort *port = bw_port_replay_new (bytes, &error);

    g_assert_no_error (error);
    return port;
}

static BwEspSession *
open_session (const char *chip)
{
    g_autoptr (BwPort) port = open_port (SILENT_PORT);
    BwEspSession *session = bw_esp_session_new (port, NULL);

    session->chip = bwp_esp_chip_by_name (chip);
    g_assert_nonnull (session->chip);
    bw_esp_session_forget_loader (session);
    return session;
}

static void
test_stub_rules (void)
{
    g_autoptr (BwEspSession) c3 = open_session ("esp32c3");
    g_autoptr (BwEspSession) c2 = open_session ("esp32c2");
    g_autoptr (BwEspSession) h21 = open_session ("esp32h21");

    g_assert_true (bw_esp_session_has_stub_kind (c3));
    c3->has_security = TRUE;
    c3->security.flags = BWP_ESP_SECURE_BOOT;
    g_assert_false (bw_esp_session_has_stub_kind (c3));
    c3->security.flags = 0;
    c3->is_secure_download = TRUE;
    g_assert_false (bw_esp_session_has_stub_kind (c3));
    g_assert_false (bw_esp_session_can_digest (c3));
    c2->has_identity = TRUE;
    c2->identity.major = 0;
    g_assert_false (bw_esp_session_has_stub_kind (c2));
    c2->identity.major = 1;
    g_assert_true (bw_esp_session_has_stub_kind (c2));
    g_assert_false (bw_esp_session_has_stub_kind (h21));
}

static void
test_digest_rules (void)
{
    g_autoptr (BwEspSession) old = open_session ("esp8266");
    g_autoptr (BwEspSession) new = open_session ("esp32");

    g_assert_false (bw_esp_session_can_digest (old));
    old->is_stub = TRUE;
    g_assert_true (bw_esp_session_can_digest (old));
    g_assert_true (bw_esp_session_can_digest (new));
    g_assert_cmpint (bw_esp_session_rom_peer (old), ==, BWP_ESP_PEER_ROM_8266);
    g_assert_cmpint (bw_esp_session_rom_peer (new), ==, BWP_ESP_PEER_ROM);
}

static void
add_part (BwFirmwareBuild *build, const char *file, uint32_t offset)
{
    g_autofree char *path =
        g_build_filename (g_getenv ("BW_VECTORS"), "espressif", "image", file, NULL);
    char *bytes = NULL;
    gsize len = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
    make_part (build->parts, offset, g_bytes_new_take (bytes, len));
}

static GBytes *
patch (BwEspSession *session, BwFirmwareBuild *build, BwWriteOptions *options, BwCause expected)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) parts = bw_esp_params_apply (session, build, options, &error);

    g_assert_cmpint (bw_error_get_cause (error), ==, expected);
    if (parts == NULL)
        return NULL;
    return g_bytes_ref (((BwFirmwarePart *) g_ptr_array_index (parts, 0))->data);
}

static void
assert_is_vector (GBytes *found, const char *file)
{
    g_autofree char *path =
        g_build_filename (g_getenv ("BW_VECTORS"), "espressif", "image", file, NULL);
    g_autofree char *bytes = NULL;
    gsize len = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
    g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), bytes, len);
}

static void
test_params (void)
{
    g_autoptr (BwEspSession) session = open_session ("esp32");
    g_autoptr (GPtrArray) list = make_parts ();
    BwFirmwareBuild build = { .parts = list };
    BwWriteOptions options = { .flash_mode = "qio", .flash_freq = "80m", .flash_size = "16MB" };
    BwWriteOptions detect = { .flash_mode = "dio", .flash_freq = "40m", .flash_size = "detect" };
    BwWriteOptions keep = { .flash_mode = "keep" };
    BwWriteOptions wrong = { .flash_mode = "octal" };
    g_autoptr (GBytes) patched = NULL;
    g_autoptr (GBytes) detected = NULL;
    g_autoptr (GBytes) kept = NULL;
    g_autoptr (GBytes) secure = NULL;
    g_autoptr (GBytes) elsewhere = NULL;

    add_part (&build, "esp32_boot_before.bin", 0x1000);
    patched = patch (session, &build, &options, BW_CAUSE_NONE);
    assert_is_vector (patched, "esp32_boot_qio_80m_16MB.bin");
    session->flash_bytes = 4u << 20;
    detected = patch (session, &build, &detect, BW_CAUSE_NONE);
    assert_is_vector (detected, "esp32_boot_dio_40m_4MB.bin");
    kept = patch (session, &build, &keep, BW_CAUSE_NONE);
    assert_is_vector (kept, "esp32_boot_before.bin");
    g_assert_null (patch (session, &build, &wrong, BW_CAUSE_USAGE));
    session->has_security = TRUE;
    session->security.flags = BWP_ESP_SECURE_BOOT;
    secure = patch (session, &build, &options, BW_CAUSE_NONE);
    assert_is_vector (secure, "esp32_boot_before.bin");
    session->security.flags = 0;
    ((BwFirmwarePart *) g_ptr_array_index (list, 0))->offset = 0x10000;
    elsewhere = patch (session, &build, &options, BW_CAUSE_NONE);
    assert_is_vector (elsewhere, "esp32_boot_before.bin");
}

static void
test_params_of_a_damaged_image (void)
{
    g_autoptr (BwEspSession) session = open_session ("esp32");
    g_autoptr (GPtrArray) list = make_parts ();
    BwFirmwareBuild build = { .parts = list, .flash_mode = (char *) "qio" };
    g_autoptr (GBytes) kept = NULL;

    add_part (&build, "esp32_boot_badchecksum.bin", 0x1000);
    kept = patch (session, &build, NULL, BW_CAUSE_NONE);
    assert_is_vector (kept, "esp32_boot_badchecksum.bin");
}

static void
test_plan_of_an_erased_chip (void)
{
    const BwEspFlashLimits limits = { 4u << 20, 0x1000, 0 };
    g_autoptr (GPtrArray) list = make_parts ();
    BwFirmwareBuild build = { .parts = list };
    g_autoptr (BwEspFlashMap) map = NULL;
    g_autoptr (GArray) all = NULL;
    g_autoptr (GArray) rest = NULL;
    g_autoptr (GError) error = NULL;

    add_part (&build, "esp32_merged_before.bin", 0);
    map = bw_esp_flash_map_new (list, &limits, &error);
    g_assert_no_error (error);
    all = bw_esp_plan_all (map, FALSE);
    rest = bw_esp_plan_all (map, TRUE);
    g_assert_cmpuint (all->len, ==, map->regions->len);
    for (unsigned i = 0; i < rest->len; i++)
        g_assert_false (g_array_index (rest, BwEspRegion, i).is_blank);
}

static void
test_names_of_failures (void)
{
    g_autoptr (BwEspSession) session = open_session ("esp32");
    g_autoptr (GError) silent =
                   bw_esp_recover_name (session, bw_error_new (BW_CAUSE_TIMEOUT, "no reply"));
    g_autoptr (GError) booted =
                   bw_esp_recover_name (session, bw_error_new (BW_CAUSE_BOOT_LOG_SEEN, "log"));
    g_autoptr (GError) same =
                   bw_esp_recover_name (session, bw_error_new (BW_CAUSE_UNPLUGGED, "gone"));
    g_autoptr (GError) weak = bw_esp_recover_name (
        session, bw_error_new (BW_CAUSE_RESET_IN_THE_MIDDLE,
                               "the board restarted: rst:0xf (RTCWDT_BROWN_OUT_RESET)"));

    g_assert_cmpint (bw_error_get_cause (silent), ==, BW_CAUSE_LOST);
    g_assert_cmpstr (bw_error_get_evidence (silent), ==, "no reply");
    g_assert_cmpint (bw_error_get_cause (booted), ==, BW_CAUSE_RESET_IN_THE_MIDDLE);
    g_assert_cmpint (bw_error_get_cause (same), ==, BW_CAUSE_UNPLUGGED);
    g_assert_cmpint (bw_error_get_cause (weak), ==, BW_CAUSE_POWER);
}

static void
check_name (gboolean is_line_damaging, BwCause cause, BwCause expected)
{
    g_autoptr (BwEspSession) session = open_session ("esp32");
    g_autoptr (GError) named = NULL;

    session->is_line_damaging = is_line_damaging;
    named = bw_esp_recover_name (session, bw_error_new (cause, "evidence"));
    g_assert_cmpint (bw_error_get_cause (named), ==, expected);
}

/* What a line that damages things makes of a board's words is not said of the board. */
static void
test_names_on_a_noisy_line (void)
{
    check_name (FALSE, BW_CAUSE_PROTOCOL, BW_CAUSE_PROTOCOL);
    check_name (TRUE, BW_CAUSE_PROTOCOL, BW_CAUSE_NOISY_LINE);
    check_name (FALSE, BW_CAUSE_TIMEOUT, BW_CAUSE_LOST);
    check_name (TRUE, BW_CAUSE_TIMEOUT, BW_CAUSE_NOISY_LINE);
    check_name (TRUE, BW_CAUSE_NO_ANSWER, BW_CAUSE_LOST);
    check_name (TRUE, BW_CAUSE_UNPLUGGED, BW_CAUSE_UNPLUGGED);
}

/* As far as a session gets before the first byte is written. */
static BwEspSession *
open_ready_session (const char *chip)
{
    BwEspSession *session = open_session (chip);

    session->is_stub = TRUE;
    session->is_attached = TRUE;
    session->is_baud_settled = TRUE;
    session->flash_bytes = 4u << 20;
    session->has_identity = TRUE;
    return session;
}

/* The port answers nothing: what is refused was refused before anything was sent. */
static void
check_written (BwEspSession *session, uint32_t offset, BwCause expected)
{
    g_autoptr (GPtrArray) list = make_parts ();
    BwFirmwareBuild build = { .parts = list };
    BwWriteOptions options = { .verify = FALSE };
    g_autoptr (GError) error = NULL;

    make_part (list, offset, g_bytes_new_static ("data", 4));
    g_assert_false (bw_esp_program (session, &build, &options, NULL, &error));
    if (expected == BW_CAUSE_REFUSED)
        g_assert_cmpint (bw_error_get_cause (error), ==, expected);
    else
        g_assert_cmpint (bw_error_get_cause (error), !=, BW_CAUSE_REFUSED);
    g_assert_cmpint (session->has_changed, ==, expected != BW_CAUSE_REFUSED);
}

static void
check_erased (BwEspSession *session, uint32_t offset, BwCause expected)
{
    g_autoptr (GError) error = NULL;

    g_assert_false (bw_esp_erase (session, offset, BW_ESP_SECTOR, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, expected);
    g_assert_false (session->has_changed);
}

static void
test_protected_places (void)
{
    g_autoptr (BwEspSession) esp32 = open_ready_session ("esp32");
    g_autoptr (BwEspSession) c5 = open_ready_session ("esp32c5");

    esp32->identity.secure_boot_v1 = TRUE;
    check_written (esp32, 0x1000, BW_CAUSE_REFUSED);
    check_written (esp32, 0x7000, BW_CAUSE_REFUSED);
    esp32->identity.secure_boot = TRUE;
    check_erased (esp32, 0x10000, BW_CAUSE_SECURE_MODE);
    check_written (esp32, 0x8000, BW_CAUSE_NONE);
    c5->identity.key_manager_flash_key = TRUE;
    check_written (c5, 0, BW_CAUSE_REFUSED);
    check_written (c5, 0x1000, BW_CAUSE_REFUSED);
    check_erased (c5, 0x1000, BW_CAUSE_SECURE_MODE);
    check_written (c5, 0x2000, BW_CAUSE_NONE);
}

static void
test_not_connected (void)
{
    g_autoptr (BwPort) port = open_port (SILENT_PORT);
    g_autoptr (BwDriver) driver = bw_esp_driver_new (port, NULL);
    g_autofree char *left = bw_driver_dup_left_behind (driver);
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_driver_identify (driver, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
    g_assert_cmpstr (left, ==, "Nothing was changed on the board.");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/esp/stub-rules", test_stub_rules);
    g_test_add_func ("/driver/esp/digest-rules", test_digest_rules);
    g_test_add_func ("/driver/esp/flash-parameters", test_params);
    g_test_add_func ("/driver/esp/damaged-image-stays", test_params_of_a_damaged_image);
    g_test_add_func ("/driver/esp/erased-chip-needs-no-blanks", test_plan_of_an_erased_chip);
    g_test_add_func ("/driver/esp/failures-have-names", test_names_of_failures);
    g_test_add_func ("/driver/esp/names-on-a-noisy-line", test_names_on_a_noisy_line);
    g_test_add_func ("/driver/esp/protected-places", test_protected_places);
    g_test_add_func ("/driver/esp/not-connected", test_not_connected);
    return g_test_run ();
}
