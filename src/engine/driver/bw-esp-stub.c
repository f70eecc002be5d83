/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-stub"
#include "config.h"

#include "bw-esp-stub.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-esp-stub-file.h"

#define GREETING_MS 3000
/* Writing to RAM takes no time worth mentioning. */
#define MEM_BLOCK_MS 1000
#define STUB_TRIES 3
/* Where the ROM has to be asked word by word a stub is worth more tries. */
#define STUB_TRIES_8266 9
/* the pointer through which the S3's ROM calls its flash reader */
#define S3_READ_POINTER 0x3fcef688u
#define P4_NEW_REVISION 300

static char *
dup_stub_name (const BwEspSession *self)
{
    if (g_str_equal (self->chip->key, "esp32p4") && self->has_identity
        && self->identity.revision < P4_NEW_REVISION)
        return g_strdup ("esp32p4-rev1");
    return g_strdup (self->chip->key);
}

/* MEM_BEGIN takes note of four numbers: what follows need not wait for its answer. After a first
 * failure it does. */
static gboolean
send_opening (BwEspSession *self,
              const struct bwp_esp_packet *begin,
              const struct bwp_esp_packet *data,
              GError **error)
{
    if (self->stub_failures == 0 && self->wire == BWP_ESP_LINK_UART)
        return bw_esp_link_command_pair (self->link, begin, data, MEM_BLOCK_MS, error);
    return bw_esp_link_command (self->link, begin, 0, MEM_BLOCK_MS, NULL, error)
           && bw_esp_link_command (self->link, data, 0, MEM_BLOCK_MS, NULL, error);
}

static gboolean
load_segment (BwEspSession *self, GBytes *segment, uint32_t address, GError **error)
{
    uint32_t block = bw_esp_session_block_bytes (self, BWP_ESP_TRAFFIC_RAM);
    size_t size = 0;
    const uint8_t *bytes = g_bytes_get_data (segment, &size);
    struct bwp_esp_begin begin = { (uint32_t) size, bwp_esp_block_count ((uint32_t) size, block),
                                   block,           address,
                                   FALSE,           FALSE };
    struct bwp_esp_packet opening;
    struct bwp_esp_packet packet;

    bwp_esp_build_begin (&opening, BWP_ESP_MEM_BEGIN, &begin);
    for (uint32_t i = 0; i < begin.blocks; i++) {
        size_t len = MIN (block, size - (size_t) i * block);

        if (bwp_esp_build_data (&packet, BWP_ESP_MEM_DATA, i, bytes + (size_t) i * block, len)
            != BWP_OK)
            g_critical ("RAM block of %zu bytes", len);
        if (i == 0 ? !send_opening (self, &opening, &packet, error)
                   : !bw_esp_link_command (self->link, &packet, 0, MEM_BLOCK_MS, NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* The ROM may jump before its reply to MEM_END has left; the greeting is the only proof. */
static gboolean
await_greeting (BwEspSession *self, GError **error)
{
    for (unsigned i = 0; i < BWP_ESP_REPLY_TRIES; i++) {
        const uint8_t *frame = NULL;
        size_t len = 0;

        if (!bw_esp_link_receive (self->link, GREETING_MS, &frame, &len, error))
            return FALSE;
        if (bwp_esp_is_greeting (frame, len))
            return TRUE;
    }
    bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("the stub does not greet"));
    return FALSE;
}

static gboolean
start_plainly (BwEspSession *self, uint32_t entry, GError **error)
{
    struct bwp_esp_packet packet;

    bwp_esp_build_mem_end (&packet, entry);
    bw_esp_link_prepare (self->link, &packet);
    return bw_esp_link_send_prepared (self->link, error) && await_greeting (self, error);
}

/* With secure boot the S3's ROM refuses to jump; but it calls its flash reader through a pointer in
 * RAM, which is made to point to the stub for one call. */
static gboolean
start_through_reader (BwEspSession *self, uint32_t entry, GError **error)
{
    struct bwp_esp_packet packet;
    struct bwp_esp_reg_write redirect = { S3_READ_POINTER, entry, UINT32_MAX, 0 };
    struct bwp_esp_reg_write restore = { S3_READ_POINTER, 0, UINT32_MAX, 0 };

    bwp_esp_build_mem_end (&packet, 0);
    if (!bw_esp_link_command (self->link, &packet, 0, MEM_BLOCK_MS, NULL, error)
        || !bw_esp_link_read_reg (self->link, S3_READ_POINTER, &restore.value, error)
        || !bw_esp_link_write_regs (self->link, &redirect, 1, error))
        return FALSE;
    bwp_esp_build_read_flash_slow (&packet, 0, 0);
    bw_esp_link_prepare (self->link, &packet);
    if (!bw_esp_link_send_prepared (self->link, error) || !await_greeting (self, error))
        return FALSE;
    bw_esp_link_set_peer (self->link, BWP_ESP_PEER_STUB);
    return bw_esp_link_write_regs (self->link, &restore, 1, error);
}

static gboolean
start (BwEspSession *self, uint32_t entry, GError **error)
{
    if (g_str_equal (self->chip->key, "esp32s3") && bw_esp_session_is_secure_boot (self))
        return start_through_reader (self, entry, error);
    return start_plainly (self, entry, error);
}

static gboolean
upload (BwEspSession *self, const BwEspStub *stub, GError **error)
{
    return load_segment (self, stub->text, stub->text_start, error)
           && (stub->data == NULL || load_segment (self, stub->data, stub->data_start, error))
           && start (self, stub->entry, error);
}

static void
take_stub (BwEspSession *self, const BwEspStub *stub)
{
    self->is_stub = TRUE;
    self->is_stub_untouched = TRUE;
    self->stub_generation = stub->generation;
    /* the stub has attached the flash by itself, but may have to be told its size */
    self->is_attached = FALSE;
    bw_esp_link_set_peer (self->link, BWP_ESP_PEER_STUB);
    bw_esp_session_note (self, _ ("stub running: %s"), stub->path);
}

static unsigned
max_tries (const BwEspSession *self)
{
    return bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266 ? STUB_TRIES_8266 : STUB_TRIES;
}

/* A stub that did not start leaves the ROM in an unknown state; it may still answer. */
static gboolean
fall_back (BwEspSession *self, const BwEspStub *stub, GError *failure, GError **error)
{
    self->is_stub_hopeless = ++self->stub_failures >= max_tries (self);
    /* so many in a row are a trouble of the line like any other */
    if (!self->is_stub_hopeless && self->stub_failures % STUB_TRIES == 0) {
        g_propagate_error (error, g_error_copy (failure));
        return FALSE;
    }
    bw_esp_session_note (self,
                         self->is_stub_hopeless ? _ ("stub %s did not start (%s), going on without")
                                                : _ ("stub %s did not start (%s), trying again"),
                         stub->path, failure->message);
    if (bw_esp_link_sync (self->link, BWP_ESP_SYNC_TRIES, &self->is_stub, NULL)) {
        bw_esp_link_set_peer (self->link,
                              self->is_stub ? BWP_ESP_PEER_STUB : bw_esp_session_rom_peer (self));
        self->is_attached = FALSE;
        return TRUE;
    }
    g_propagate_error (error, g_error_copy (failure));
    return FALSE;
}

static gboolean
try_stub (BwEspSession *self, const BwEspStub *stub, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (upload (self, stub, &failure)) {
        take_stub (self, stub);
        return TRUE;
    }
    if (bw_esp_link_get_failure (self->link) != BW_ESP_FAILURE_PORT)
        return fall_back (self, stub, failure, error);
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

/* Nobody named the places that are searched otherwise: there, going on without a stub is all right. */
static gboolean
fail_named (const BwEspSession *self, const char *name, const GError *failure, GError **error)
{
    if (failure != NULL)
        g_propagate_error (error, g_error_copy (failure));
    else if (!g_file_test (self->stub_dir, G_FILE_TEST_IS_DIR))
        bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, _ ("there is no folder of stubs %s"),
                      self->stub_dir);
    else
        bw_set_error (error, BW_CAUSE_UNREADABLE_FILE,
                      /* translators: a file such as esp32.json, and a folder */
                      _ ("no %s.json in the folder of stubs %s"), name, self->stub_dir);
    return FALSE;
}

gboolean
bw_esp_stub_ensure (BwEspSession *self, GError **error)
{
    g_autofree char *name = dup_stub_name (self);
    g_autoptr (BwEspStub) stub = NULL;
    g_autoptr (GError) failure = NULL;

    if (self->is_stub || !bw_esp_session_has_stub_kind (self))
        return TRUE;
    stub = bw_esp_stub_find (name, self->stub_dir, &failure);
    if (stub == NULL && self->stub_dir != NULL)
        return fail_named (self, name, failure, error);
    if (stub == NULL) {
        self->is_stub_hopeless = TRUE;
        if (failure != NULL)
            /* translators: a chip, and what is wrong with its stub */
            bw_esp_session_note (self, _ ("no stub for %s found: %s, the boot ROM does the work"),
                                 self->chip->name, failure->message);
        else
            bw_esp_session_note (self, _ ("no stub for %s found, the boot ROM does the work"),
                                 self->chip->name);
        return TRUE;
    }
    while (!self->is_stub && !self->is_stub_hopeless) {
        if (!try_stub (self, stub, error))
            return FALSE;
    }
    return TRUE;
}
