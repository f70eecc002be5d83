/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-flash"
#include "config.h"

#include "bw-esp-flash.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-patience.h"
#include "bw-esp-read.h"
#include "bw-esp-spi-read.h"
#include "bw-result.h"
#include "bwp-esp-partition.h"
#include "bwp-esp-spi.h"

#define RDID_BITS 24
#define MAKER_XMC 0x20u
#define SFDP_MAKER 0x10u
/* What esptool sends between sleep and waking to a part of XMC that started up wrong. */
#define XMC_REPAIR_1 0x79
#define XMC_REPAIR_2 0xff
#define MD5_HEX_BYTES 32
#define RESET_WAIT_MS 2
/* At a new rate: one that the line does not carry is not worth waiting for. */
#define FIRST_ANSWER_MS 300
#define USUAL_FLASH_MAX (UINT64_C (16) * 1024 * 1024)
/* Attaching, the writes of a raw command, the question for its answer, twice, and the way back. */
#define SPI_REQUESTS_MAX (1 + BWP_ESP_SPI_PLAN_MAX / BWP_ESP_WRITE_REG_MAX + 3 + 1)

static gboolean
is_8266_rom (const BwEspSession *self)
{
    return bw_esp_link_get_peer (self->link) == BWP_ESP_PEER_ROM_8266;
}

static void
build_attach (const BwEspSession *self, struct bwp_esp_packet *packet)
{
    struct bwp_esp_begin begin = { 0, 0, 0x400, 0, FALSE, FALSE };

    /* the ESP8266 has no such command; an empty FLASH_BEGIN attaches its flash */
    if (is_8266_rom (self))
        bwp_esp_build_begin (packet, BWP_ESP_FLASH_BEGIN, &begin);
    else
        bwp_esp_build_spi_attach (packet, self->attach_pins, bw_esp_link_get_peer (self->link));
}

/* A loader that has attached its flash by itself is told nothing. */
static gboolean
needs_attach (const BwEspSession *self)
{
    return !self->is_stub || self->attach_pins != 0;
}

/* The requests of one raw flash command: the writes, the answer, and the way back. */
static size_t
build_spi (const BwEspSession *self,
           const struct bwp_esp_spi_command *command,
           BwEspExchange *list,
           size_t *ret_answer)
{
    struct bwp_esp_reg_write writes[BWP_ESP_SPI_PLAN_MAX + 2];
    size_t count = 0;
    size_t n = 0;

    if (bwp_esp_spi_plan (self->chip, command, writes, &count) != BWP_OK)
        g_critical ("no plan for flash command %02x", command->command);
    for (size_t i = 0; i < count; i += BWP_ESP_WRITE_REG_MAX, n++) {
        if (bwp_esp_build_write_reg (&list[n].packet, writes + i,
                                     MIN (count - i, BWP_ESP_WRITE_REG_MAX))
            != BWP_OK)
            g_critical ("flash command %02x does not fit", command->command);
    }
    *ret_answer = n;
    /* replies carry no checksum: what the flash says is asked for twice, in the same breath */
    for (unsigned i = 0; i < (command->rx_bits > 0 ? 2 : 1); i++)
        bwp_esp_build_read_reg (&list[n++].packet,
                                bwp_esp_spi_address (self->chip, BWP_ESP_SPI_W0));
    writes[0] = (struct bwp_esp_reg_write){ bwp_esp_spi_address (self->chip, BWP_ESP_SPI_USR),
                                            self->spi_usr, UINT32_MAX, 0 };
    writes[1] = (struct bwp_esp_reg_write){ bwp_esp_spi_address (self->chip, BWP_ESP_SPI_USR2),
                                            self->spi_usr2, UINT32_MAX, 0 };
    if (bwp_esp_build_write_reg (&list[n++].packet, writes, 2) != BWP_OK)
        g_critical ("WRITE_REG with two groups");
    return n;
}

static size_t
count_pieces (const BwEspPeek *peeks, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += (peeks[i].size + BWP_ESP_READ_SLOW_MAX - 1) / BWP_ESP_READ_SLOW_MAX;
    return count;
}

/* A ROM gives 64 bytes at a time. */
static size_t
build_pieces (const BwEspPeek *peeks, size_t n, BwEspExchange *list)
{
    BwEspExchange *next = list;

    for (size_t i = 0; i < n; i++) {
        for (uint32_t at = 0; at < peeks[i].size; at += BWP_ESP_READ_SLOW_MAX, next++) {
            bwp_esp_build_read_flash_slow (&next->packet, peeks[i].offset + at,
                                           MIN (peeks[i].size - at, BWP_ESP_READ_SLOW_MAX));
            next->data_len = BWP_ESP_READ_SLOW_MAX;
        }
    }
    return (size_t) (next - list);
}

static void
take_pieces (const BwEspPeek *peeks, size_t n, const BwEspExchange *list)
{
    for (size_t i = 0; i < n; i++) {
        for (uint32_t at = 0; at < peeks[i].size; at += BWP_ESP_READ_SLOW_MAX, list++)
            memcpy (peeks[i].bytes + at, list->data,
                    MIN (peeks[i].size - at, BWP_ESP_READ_SLOW_MAX));
    }
}

/* Attaching, a raw flash command and @n stretches, one behind the other. A raw command takes a few
 * microseconds, a question over the line a thousand times as long: the answer is there when it is
 * asked for. */
static gboolean
run_spi_and_peek (BwEspSession *self,
                  const struct bwp_esp_spi_command *command,
                  gboolean is_attaching,
                  const BwEspPeek *peeks,
                  size_t n,
                  uint32_t *ret_value,
                  GError **error)
{
    g_autofree BwEspExchange *list =
        g_new0 (BwEspExchange, SPI_REQUESTS_MAX + count_pieces (peeks, n));
    size_t before = is_attaching ? 1 : 0;
    size_t answer = 0;
    size_t at = before + build_spi (self, command, list + before, &answer);
    size_t count = at + build_pieces (peeks, n, list + at);

    if (is_attaching)
        build_attach (self, &list[0].packet);
    if (!bw_esp_link_exchange (self->link, list, count,
                               self->is_rate_unproven ? FIRST_ANSWER_MS
                                                      : BWP_ESP_TIMEOUT_DEFAULT_MS,
                               error))
        return FALSE;
    if (command->rx_bits > 0 && list[before + answer].value != list[before + answer + 1].value) {
        bw_set_error (error, BW_CAUSE_GARBAGE,
                      _ ("what the flash chip says reads differently each time"));
        return FALSE;
    }
    take_pieces (peeks, n, list + at);
    if (ret_value != NULL)
        *ret_value = list[before + answer].value;
    return TRUE;
}

static gboolean
run_spi (BwEspSession *self,
         const struct bwp_esp_spi_command *command,
         uint32_t *ret_value,
         GError **error)
{
    return run_spi_and_peek (self, command, FALSE, NULL, 0, ret_value, error);
}

/* Who has just been attached is asked for the @n stretches as well. */
static gboolean
read_id (BwEspSession *self,
         gboolean is_attaching,
         const BwEspPeek *peeks,
         size_t n,
         uint32_t *ret_id,
         GError **error)
{
    struct bwp_esp_spi_command command = { .command = BWP_ESP_FLASH_RDID, .rx_bits = RDID_BITS };

    if (!run_spi_and_peek (self, &command, is_attaching, peeks, n, ret_id, error))
        return FALSE;
    *ret_id &= (1u << RDID_BITS) - 1;
    return TRUE;
}

static gboolean
send_bare (BwEspSession *self, uint8_t command, unsigned wait_ms, GError **error)
{
    struct bwp_esp_spi_command bare = { .command = command };

    return run_spi (self, &bare, NULL, error)
           && (wait_ms == 0
               || bw_port_wait (self->port, wait_ms, bw_esp_link_get_cancellable (self->link),
                                error));
}

/* A part that starts up wrong (XMC after a brown-out) or sleeps answers after these. */
static gboolean
wake_flash (BwEspSession *self, GError **error)
{
    return send_bare (self, BWP_ESP_FLASH_POWER_DOWN, 0, error)
           && send_bare (self, XMC_REPAIR_1, 0, error)
           && send_bare (self, XMC_REPAIR_2, RESET_WAIT_MS, error)
           && send_bare (self, BWP_ESP_FLASH_POWER_UP, 1, error)
           && send_bare (self, BWP_ESP_FLASH_RESET_ENABLE, 0, error)
           && send_bare (self, BWP_ESP_FLASH_RESET, RESET_WAIT_MS, error);
}

/* What a healthy part of this maker answers: its type, and from where to where its capacity goes. */
static const struct {
    uint8_t type;
    uint8_t first;
    uint8_t last;
} xmc_parts[] = { { 0x40, 0x13, 0x20 }, { 0x41, 0x17, 0x20 }, { 0x50, 0x15, 0x16 } };

static gboolean
is_plausible (uint32_t id)
{
    uint8_t type = (uint8_t) (id >> 8);
    uint8_t capacity = (uint8_t) (id >> 16);

    if ((id & 0xff) != MAKER_XMC)
        return !g_str_equal (bwp_esp_flash_maker (id), "unknown");
    for (size_t i = 0; i < G_N_ELEMENTS (xmc_parts); i++) {
        if (xmc_parts[i].type == type && capacity >= xmc_parts[i].first
            && capacity <= xmc_parts[i].last)
            return TRUE;
    }
    return FALSE;
}

/* A part of this maker that started up wrong answers with any id, but names its maker elsewhere. To
 * ask every part there would cost a question; one with the id of a known maker is up. */
static gboolean
is_up (BwEspSession *self, uint32_t id, gboolean *ret_is_up, GError **error)
{
    struct bwp_esp_spi_command command = { .command = BWP_ESP_FLASH_SFDP,
                                           .address = SFDP_MAKER,
                                           .address_bits = 24,
                                           .dummy_cycles = 8,
                                           .rx_bits = 32 };
    uint32_t word = 0;

    *ret_is_up = bwp_esp_flash_id_is_valid (id) && bwp_esp_flash_id_bytes (id) != 0;
    if (!*ret_is_up || is_plausible (id))
        return TRUE;
    if (!run_spi (self, &command, &word, error))
        return FALSE;
    *ret_is_up = (word & 0xff) != MAKER_XMC;
    return TRUE;
}

/* Both places of the look lie where every ROM reads before it is told a size. */
static gboolean
can_look (const BwEspSession *self)
{
    return !self->is_stub && !is_8266_rom (self)
           && bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_EXTENDED_HEADER);
}

/* Attaching, the first question and, if wanted, the look go together. */
static gboolean
identify_flash (BwEspSession *self, gboolean wants_look, GError **error)
{
    BwEspPeek peeks[] = {
        { BWP_ESP_PARTITION_TABLE_OFFSET, sizeof self->look.table, self->look.table, NULL },
        { self->chip->bootloader_offset, sizeof self->look.boot, self->look.boot, NULL },
    };
    gboolean looks = wants_look && can_look (self);
    uint32_t id = 0;
    gboolean is_awake = FALSE;

    if (!read_id (self, needs_attach (self), peeks, looks ? G_N_ELEMENTS (peeks) : 0, &id, error)
        || !is_up (self, id, &is_awake, error))
        return FALSE;
    /* what a sleeping chip shows is nothing */
    if (!is_awake
        && (!wake_flash (self, error)
            || !read_id (self, FALSE, peeks, looks ? G_N_ELEMENTS (peeks) : 0, &id, error)))
        return FALSE;
    if (!bwp_esp_flash_id_is_valid (id)) {
        bw_set_error (error, BW_CAUSE_FLASH_WRITE_FAILED,
                      _ ("the flash chip does not answer: its id reads as %06x"), id);
        return FALSE;
    }
    self->has_look = looks;
    self->flash_id = id;
    self->flash_bytes = bwp_esp_flash_id_bytes (id);
    return TRUE;
}

/* ---- its size ---- */

/* A stub starts with the size that the id says, or with the largest it knows. What goes beyond that
 * of usual chips is told: how much larger ones are reached depends on it. */
static gboolean
does_stub_know (const BwEspSession *self)
{
    unsigned capacity = self->flash_id >> 16 & 0xff;

    return self->is_stub && self->is_stub_untouched && self->flash_bytes <= USUAL_FLASH_MAX
           && capacity < 32 && self->flash_bytes == UINT64_C (1) << capacity;
}

static gboolean
is_size_told (const BwEspSession *self)
{
    return is_8266_rom (self) || self->flash_bytes == 0 || does_stub_know (self);
}

static void
build_size (const BwEspSession *self, struct bwp_esp_packet *packet)
{
    bwp_esp_build_spi_set_params (packet, (uint32_t) MIN (self->flash_bytes, UINT32_MAX));
}

gboolean
bw_esp_flash_set_size (BwEspSession *self, uint64_t bytes, GError **error)
{
    struct bwp_esp_packet packet;

    self->flash_bytes = bytes;
    if (!is_size_told (self)) {
        build_size (self, &packet);
        if (!bw_esp_link_command (self->link, &packet, 0, BWP_ESP_TIMEOUT_DEFAULT_MS, NULL, error))
            return FALSE;
    }
    self->owes_size = FALSE;
    return TRUE;
}

/* The size may travel in front of the next questions. Returns how many requests that makes. */
static size_t
build_owed_size (const BwEspSession *self, BwEspExchange *list)
{
    if (!self->owes_size)
        return 0;
    build_size (self, &list[0].packet);
    return 1;
}

static gboolean
pay_size (BwEspSession *self, GError **error)
{
    return !self->owes_size || bw_esp_flash_set_size (self, self->flash_bytes, error);
}

/* ---- digests ---- */

static gboolean
ask_digest (BwEspSession *self, BwEspQuestion *question, GError **error)
{
    enum bwp_esp_peer peer = bw_esp_link_get_peer (self->link);
    uint32_t timeout_ms = bwp_esp_timeout_ms (BWP_ESP_FLASH_MD5, peer, question->size);
    struct bwp_esp_packet packet;
    const uint8_t *frame = NULL;
    size_t len = 0;
    uint16_t status = 0;
    enum bwp_result result;
    g_autoptr (GError) failure = NULL;

    /* a digest proves something only if it answers this very question: nothing older may lie in
     * the line */
    if (!bw_esp_link_discard (self->link, error))
        return FALSE;
    bwp_esp_build_flash_md5 (&packet, question->offset, question->size);
    bw_esp_link_prepare (self->link, &packet);
    if (!bw_esp_link_send_prepared (self->link, error))
        return FALSE;
    if (!bw_esp_link_await_frame (self->link, BWP_ESP_FLASH_MD5, timeout_ms, &frame, &len,
                                  &failure)) {
        if (!bw_esp_patience_goes_on (self)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (!bw_esp_link_await_frame (self->link, BWP_ESP_FLASH_MD5, self->late_ms, &frame, &len,
                                      error))
            return FALSE;
    }
    self->late_ms = 0;
    result = bwp_esp_parse_md5_reply (frame, len, question->md5, &status);
    return bw_esp_link_check (self->link, BWP_ESP_FLASH_MD5, result, status, error);
}

static gboolean
ask_digest_masked (BwEspSession *self, BwEspQuestion *question, GError **error)
{
    gboolean is_answered;

    bw_esp_mask_begin_digests (self->mask, question, 1);
    is_answered = ask_digest (self, question, error);
    bw_esp_mask_end (self->mask);
    return is_answered;
}

/* A reply does not say what it is about: one that was on its way twice looks like the answer for
 * another region of the same content. To ask once too often is harmless, so the beginnings, which is
 * what a recording keeps, are enough to look at. */
static gboolean
may_be_repeated (const BwEspSession *self, const BwEspQuestion *question)
{
    for (size_t i = 0; i < MIN (self->n_asked, BW_ESP_QUESTIONS_MAX); i++) {
        const BwEspQuestion *old = &self->recent[i];

        if (memcmp (old->md5, question->md5, BW_ESP_MASK_DIGEST_BYTES) == 0
            && (old->offset != question->offset || old->size != question->size))
            return TRUE;
    }
    return FALSE;
}

/* Loaders answer in order: whatever of older questions is still on its way comes before the answer
 * to one of another kind, and is skipped there. */
static gboolean
ask_again (BwEspSession *self, BwEspQuestion *question, GError **error)
{
    uint32_t ignored = 0;

    return bw_esp_link_read_reg (self->link, BWP_ESP_MAGIC_REGISTER, &ignored, error)
           && ask_digest_masked (self, question, error);
}

static gboolean
take_answer (BwEspSession *self, BwEspQuestion *question, GError **error)
{
    if (question->is_proof && may_be_repeated (self, question)
        && !ask_again (self, question, error))
        return FALSE;
    self->recent[self->n_asked++ % BW_ESP_QUESTIONS_MAX] = *question;
    return TRUE;
}

/* ROMs take questions ahead and answer in hex digits. */
static gboolean
ask_ahead (BwEspSession *self, BwEspQuestion *questions, size_t n, GError **error)
{
    BwEspExchange list[1 + BW_ESP_QUESTIONS_MAX] = { 0 };
    BwEspExchange *first = list + build_owed_size (self, list);
    uint32_t longest = 0;
    gboolean is_answered;

    if (!bw_esp_link_discard (self->link, error))
        return FALSE;
    for (size_t i = 0; i < n; i++) {
        bwp_esp_build_flash_md5 (&first[i].packet, questions[i].offset, questions[i].size);
        first[i].data_len = MD5_HEX_BYTES;
        longest = MAX (longest, questions[i].size);
    }
    bw_esp_mask_begin_digests (self->mask, questions, n);
    is_answered =
        bw_esp_link_exchange (self->link, list, (size_t) (first - list) + n,
                              bwp_esp_timeout_ms (BWP_ESP_FLASH_MD5, BWP_ESP_PEER_ROM, longest),
                              error);
    bw_esp_mask_end (self->mask);
    if (!is_answered)
        return FALSE;
    self->owes_size = FALSE;
    for (size_t i = 0; i < n; i++) {
        if (!bw_result_check (bwp_esp_parse_md5_hex (first[i].data, questions[i].md5),
                              BW_CAUSE_PROTOCOL, error, N_ ("digest at 0x%x"), questions[i].offset))
            return FALSE;
    }
    return TRUE;
}

static gboolean
ask_all (BwEspSession *self, BwEspQuestion *questions, size_t n, GError **error)
{
    gboolean is_ahead = n > 1 && bw_esp_link_get_peer (self->link) == BWP_ESP_PEER_ROM;

    if (is_ahead ? !ask_ahead (self, questions, n, error) : !pay_size (self, error))
        return FALSE;
    for (size_t i = 0; i < n; i++) {
        if ((!is_ahead && !ask_digest_masked (self, &questions[i], error))
            || !take_answer (self, &questions[i], error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bw_esp_flash_digests (BwEspSession *self, BwEspQuestion *questions, size_t n, GError **error)
{
    gboolean is_answered;

    /* nothing of older ones can come any more once a request of another kind was answered */
    if (bw_esp_link_get_turns (self->link) != self->asked_in_turn)
        self->n_asked = 0;
    is_answered = ask_all (self, questions, n, error);
    self->asked_in_turn = bw_esp_link_get_turns (self->link);
    return is_answered;
}

gboolean
bw_esp_flash_digest (BwEspSession *self,
                     uint32_t offset,
                     uint32_t size,
                     uint8_t ret_md5[16],
                     GError **error)
{
    BwEspQuestion question = { .offset = offset, .size = size, .is_proof = TRUE };

    if (!bw_esp_flash_digests (self, &question, 1, error))
        return FALSE;
    memcpy (ret_md5, question.md5, sizeof question.md5);
    return TRUE;
}

gboolean
bw_esp_flash_can_peek (const BwEspSession *self)
{
    return !self->is_secure_download;
}

static gboolean
peek_rom (BwEspSession *self, const BwEspPeek *peeks, size_t n, GError **error)
{
    g_autofree BwEspExchange *list = g_new0 (BwEspExchange, 1 + count_pieces (peeks, n));
    size_t first = build_owed_size (self, list);
    size_t count = first + build_pieces (peeks, n, list + first);

    if (!bw_esp_link_exchange (self->link, list, count, BWP_ESP_TIMEOUT_DEFAULT_MS, error))
        return FALSE;
    self->owes_size = FALSE;
    take_pieces (peeks, n, list + first);
    return TRUE;
}

gboolean
bw_esp_flash_peek (BwEspSession *self, const BwEspPeek *peeks, size_t n, GError **error)
{
    if (is_8266_rom (self))
        return bw_esp_spi_read (self, peeks, n, error);
    if (!self->is_stub)
        return peek_rom (self, peeks, n, error);
    for (size_t i = 0; i < n; i++) {
        if (!bw_esp_read_with_stub (self, peeks[i].offset, peeks[i].size, peeks[i].bytes, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- attaching ---- */

static gboolean
attach_alone (BwEspSession *self, GError **error)
{
    struct bwp_esp_packet packet;

    build_attach (self, &packet);
    return bw_esp_link_command (self->link, &packet, 0, BWP_ESP_TIMEOUT_DEFAULT_MS, NULL, error);
}

static gboolean
attach (BwEspSession *self, gboolean wants_look, GError **error)
{
    gboolean is_first = !self->is_secure_download && self->flash_id == 0;

    if (self->is_attached)
        return TRUE;
    if (is_first ? !identify_flash (self, wants_look, error)
                 : needs_attach (self) && !attach_alone (self, error))
        return FALSE;
    if (is_first && self->has_look)
        self->owes_size = !is_size_told (self);
    else if (!bw_esp_flash_set_size (self, self->flash_bytes, error))
        return FALSE;
    self->is_attached = TRUE;
    return TRUE;
}

gboolean
bw_esp_flash_attach (BwEspSession *self, GError **error)
{
    return attach (self, FALSE, error) && pay_size (self, error);
}

gboolean
bw_esp_flash_attach_to_ask (BwEspSession *self, GError **error)
{
    return attach (self, FALSE, error);
}

gboolean
bw_esp_flash_attach_and_look (BwEspSession *self, GError **error)
{
    return attach (self, TRUE, error);
}
