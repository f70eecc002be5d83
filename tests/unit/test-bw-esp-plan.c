/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found to be written, and what it costs the chip to find it, against a stub that does
 * nothing but give digests. Conversations with whole boards are held in tests/integration. */
#include <string.h>

#include "bw-esp-flash-map.h"
#include "bw-esp-plan.h"
#include "bw-port.h"
#include "bwp-esp-command.h"
#include "bwp-slip.h"
#include "part-make.h"
#include "port-server.h"

#define FLASH_BYTES (4u << 20)
#define APP_OFFSET 0x10000u
#define APP_SECTORS 200u
#define APP_BYTES (APP_SECTORS * BW_ESP_SECTOR - 100)
#define TABLE_OFFSET 0x8000u
/* Of the application, where it has nothing but FF. */
#define GAP_OFFSET (APP_OFFSET + 60 * BW_ESP_SECTOR)
#define GAP_BYTES (20 * BW_ESP_SECTOR)

typedef struct {
    uint8_t *flash;
    const uint8_t *lies; /* from the second question on about the application; NULL: never */
    unsigned n_questions;
    uint64_t n_bytes; /* read for the answers */
} Chip;

/* ---- the stub ---- */

static void
answer (struct server *server, const struct bwp_esp_request *request)
{
    Chip *chip = server->data;
    struct bwp_esp_region region = { 0 };
    struct bwp_esp_reply reply = { .op = request->op };
    uint8_t md5[BW_ESP_MD5_BYTES] = { 0 };
    uint8_t frame[BWP_ESP_REPLY_MAX];
    uint8_t wire[BWP_SLIP_WORST (BWP_ESP_REPLY_MAX)];
    size_t len = 0;
    size_t wire_len = 0;
    const uint8_t *from = chip->flash;

    if (request->op == BWP_ESP_FLASH_MD5) {
        g_assert_cmpint (bwp_esp_parse_region (request, &region), ==, BWP_OK);
        if (chip->lies != NULL && chip->n_questions > 3)
            from = chip->lies;
        bw_esp_md5 (from + region.offset, region.size, md5);
        chip->n_questions++;
        chip->n_bytes += region.size;
        reply.data = md5;
        reply.data_len = sizeof md5;
    }
    g_assert_cmpint (bwp_esp_build_reply (&reply, BWP_ESP_PEER_STUB, frame, sizeof frame, &len), ==,
                     BWP_OK);
    g_assert_cmpint (bwp_slip_encode (frame, len, NULL, 0, wire, sizeof wire, &wire_len), ==,
                     BWP_OK);
    serve_bytes (server, wire, wire_len);
}

static void
serve_digests (struct server *server)
{
    struct bwp_slip_decoder decoder;
    uint8_t frame[256];
    char byte;

    bwp_slip_decoder_init (&decoder, frame, sizeof frame);
    while (g_socket_receive (server->client, &byte, 1, NULL, NULL) == 1) {
        size_t used = 0;
        size_t len = 0;
        size_t skipped = 0;
        struct bwp_esp_request request;

        if (bwp_slip_push (&decoder, (const uint8_t *) &byte, 1, &used, &len, &skipped) == BWP_OK
            && bwp_esp_parse_request (frame, len, &request) == BWP_OK)
            answer (server, &request);
    }
}

/* ---- a board and a firmware for it ---- */

typedef struct {
    Chip chip;
    struct server server;
    BwPort *port;
    BwEspSession *session;
    GPtrArray *parts;
    BwEspFlashMap *map;
    uint8_t *wanted; /* a whole flash of it */
} Fixture;

static void
add_part (Fixture *self, const char *name, uint32_t offset, size_t size)
{
    GBytes *data = g_bytes_new_static (self->wanted + offset, size);

    make_part (self->parts, offset, data)->name = (char *) name;
}

static void
make_map (Fixture *self)
{
    static const BwEspFlashLimits limits = { FLASH_BYTES, 0x1000, 0 };
    g_autoptr (GError) error = NULL;

    bw_esp_flash_map_free (self->map);
    self->map = bw_esp_flash_map_new (self->parts, &limits, &error);
    g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer user_data)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (5);
    g_autoptr (GError) error = NULL;

    self->wanted = g_malloc (FLASH_BYTES);
    for (size_t i = 0; i < FLASH_BYTES; i++)
        self->wanted[i] = (uint8_t) g_rand_int (rand);
    self->chip.flash = g_memdup2 (self->wanted, FLASH_BYTES);
    self->parts = make_parts ();
    add_part (self, "table", TABLE_OFFSET, 0xc00);
    add_part (self, "application", APP_OFFSET, APP_BYTES);
    make_map (self);
    self->server.data = &self->chip;
    start_server (&self->server, "tcp", serve_digests);
    self->port = bw_port_open (self->server.address, NULL, &error);
    g_assert_no_error (error);
    self->session = bw_esp_session_new (self->port, NULL);
    self->session->is_stub = TRUE;
    bw_esp_link_set_peer (self->session->link, BWP_ESP_PEER_STUB);
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
    bw_port_close (self->port);
    finish_server (&self->server);
    bw_esp_session_free (self->session);
    g_object_unref (self->port);
    bw_esp_flash_map_free (self->map);
    g_ptr_array_unref (self->parts);
    g_free (self->chip.flash);
    g_free (self->wanted);
}

static char *
find (Fixture *self)
{
    GString *text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    unsigned troubles = 0;
    g_autoptr (GArray) todo = bw_esp_plan_differences (self->session, self->map, &troubles, &error);

    g_assert_no_error (error);
    for (unsigned i = 0; i < todo->len; i++) {
        const BwEspRegion *region = &g_array_index (todo, BwEspRegion, i);

        g_string_append_printf (text, "%s0x%x+%u", i > 0 ? " " : "", region->offset, region->size);
    }
    return g_string_free (text, FALSE);
}

static void
assert_all_is_found (Fixture *self)
{
    g_autofree char *expected =
        g_strdup_printf ("0x%x+%u 0x%x+%u", TABLE_OFFSET, 0xc00u, APP_OFFSET, APP_BYTES);
    g_autofree char *found = find (self);

    g_assert_cmpstr (found, ==, expected);
}

/* ---- what is found ---- */

static void
test_all_there (Fixture *self, gconstpointer user_data)
{
    g_autofree char *found = find (self);

    g_assert_cmpstr (found, ==, "");
    /* nothing less would be a proof */
    g_assert_cmpuint (self->chip.n_bytes, >=, self->map->bytes_total);
    g_assert_cmpuint (self->chip.n_bytes, <=, self->map->bytes_total + 3 * BW_ESP_SECTOR);
    g_assert_cmpuint (self->chip.n_questions, ==, 1 + 3 + 1);
}

static void
test_another_build (Fixture *self, gconstpointer user_data)
{
    g_autofree char *found = NULL;

    self->chip.flash[APP_OFFSET + 50] ^= 1;
    self->chip.flash[APP_OFFSET + 90 * BW_ESP_SECTOR] ^= 1;
    self->chip.flash[APP_OFFSET + APP_BYTES - 1] ^= 1;
    found = find (self);
    g_assert_cmpstr (found, ==, "0x10000+4096 0x6a000+4096 0xd7000+3996");
    /* it shows in the first and the last sector: nobody asks whether all of it is there */
    g_assert_cmpuint (self->chip.n_bytes, <, APP_BYTES + APP_BYTES / 4);
}

/* No glance sees it, the digest of the whole does. */
static void
test_one_bit (Fixture *self, gconstpointer user_data)
{
    g_autofree char *found = NULL;

    self->chip.flash[APP_OFFSET + 30 * BW_ESP_SECTOR + 17] ^= 0x80;
    found = find (self);
    g_assert_cmpstr (found, ==, "0x2e000+4096");
}

static void
test_blank_chip (Fixture *self, gconstpointer user_data)
{
    memset (self->chip.flash, 0xff, FLASH_BYTES);
    assert_all_is_found (self);
    g_assert_cmpuint (self->chip.n_questions, ==, 1 + 3);
}

static void
test_other_content (Fixture *self, gconstpointer user_data)
{
    memset (self->chip.flash, 0x55, FLASH_BYTES);
    assert_all_is_found (self);
    g_assert_cmpuint (self->chip.n_bytes, <, 16 * BW_ESP_SECTOR);
}

static void
make_gap (Fixture *self)
{
    memset (self->wanted + GAP_OFFSET, 0xff, GAP_BYTES);
    make_map (self);
}

static char *
dup_application (gboolean with_gap)
{
    uint32_t end = GAP_OFFSET + GAP_BYTES;
    g_autofree char *gap = g_strdup_printf (" 0x%x+%u", GAP_OFFSET, GAP_BYTES);

    return g_strdup_printf ("0x%x+%u 0x%x+%u%s 0x%x+%u", TABLE_OFFSET, 0xc00u, APP_OFFSET,
                            GAP_OFFSET - APP_OFFSET, with_gap ? gap : "", end,
                            APP_OFFSET + APP_BYTES - end);
}

/* That all of the application is new says nothing of what is to be blank in it. */
static void
test_gap_in_other_content (Fixture *self, gconstpointer user_data)
{
    g_autofree char *expected = dup_application (TRUE);
    g_autofree char *found = NULL;

    make_gap (self);
    memset (self->chip.flash, 0x55, FLASH_BYTES);
    found = find (self);
    g_assert_cmpstr (found, ==, expected);
}

static void
test_gap_that_is_there (Fixture *self, gconstpointer user_data)
{
    g_autofree char *expected = dup_application (FALSE);
    g_autofree char *found = NULL;

    make_gap (self);
    memset (self->chip.flash, 0x55, FLASH_BYTES);
    memset (self->chip.flash + GAP_OFFSET, 0xff, GAP_BYTES);
    found = find (self);
    g_assert_cmpstr (found, ==, expected);
}

static void
test_gap_on_a_blank_chip (Fixture *self, gconstpointer user_data)
{
    g_autofree char *expected = dup_application (FALSE);
    g_autofree char *found = NULL;

    make_gap (self);
    memset (self->chip.flash, 0xff, FLASH_BYTES);
    found = find (self);
    g_assert_cmpstr (found, ==, expected);
}

/* The glance sees a change, and later every piece seems to be right. */
static void
test_misheard_answers_send_everything (Fixture *self, gconstpointer user_data)
{
    g_autofree char *found = NULL;

    self->chip.lies = self->wanted;
    self->chip.flash[APP_OFFSET] ^= 1;
    found = find (self);
    g_assert_cmpstr (found, ==, "0x10000+819100");
}

static void
test_proof (Fixture *self, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;
    unsigned troubles = 0;
    unsigned bad = 77;

    g_assert_true (bw_esp_plan_find_bad_span (self->session, self->map, &troubles, &bad, &error));
    g_assert_cmpuint (bad, ==, self->map->spans->len);
    g_assert_cmpuint (self->chip.n_bytes, ==, self->map->bytes_total);
    for (unsigned i = 0; i < self->map->spans->len; i++) {
        uint32_t offset = bw_esp_flash_map_get_span (self->map, i)->offset;

        self->chip.flash[offset + 100] ^= 4;
        g_assert_true (
            bw_esp_plan_find_bad_span (self->session, self->map, &troubles, &bad, &error));
        g_assert_cmpuint (bad, ==, i);
        self->chip.flash[offset + 100] ^= 4;
    }
}

#define ADD(name, test) g_test_add ("/driver/plan/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("all-there", test_all_there);
    ADD ("another-build", test_another_build);
    ADD ("one-bit", test_one_bit);
    ADD ("blank-chip", test_blank_chip);
    ADD ("other-content", test_other_content);
    ADD ("gap-in-other-content", test_gap_in_other_content);
    ADD ("gap-that-is-there", test_gap_that_is_there);
    ADD ("gap-on-a-blank-chip", test_gap_on_a_blank_chip);
    ADD ("misheard-answers-send-everything", test_misheard_answers_send_everything);
    ADD ("proof", test_proof);
    return g_test_run ();
}
