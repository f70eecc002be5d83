/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-driver.h"
#include "bw-esp-diff.h"
#include "bw-esp-link.h"
#include "bw-esp-mask.h"
#include "bwp-esp-chip.h"
#include "bwp-esp-identity.h"

G_BEGIN_DECLS

/* What is known about the board at the other end of a link while one driver works with it. Filled
 * in step by step: connected (link), detected (chip, security), identified (identity, flash).
 * Threads: belongs to the thread of its port. */

#define BW_ESP_CONNECT_BAUD 115200u

/* How far the flash has been changed, for the sentence about what is left behind. */
typedef enum {
    BW_ESP_TOUCH_NOTHING,
    BW_ESP_TOUCH_ERASED,
    BW_ESP_TOUCH_WRITING,
    BW_ESP_TOUCH_WRITTEN,
    BW_ESP_TOUCH_VERIFIED,
} BwEspTouch;

/* What was found where the boot image belongs, before anything was changed. */
typedef enum {
    BW_ESP_BOOT_UNKNOWN,
    BW_ESP_BOOT_THERE,
    BW_ESP_BOOT_MISSING,
} BwEspBoot;

#define BW_ESP_LOOK_TABLE_BYTES 256

/* The beginnings of what tells whether a board is blank and how its flash is divided. */
typedef struct {
    uint8_t table[BW_ESP_LOOK_TABLE_BYTES]; /* at the usual place of the partition table */
    uint8_t boot[4];                        /* where the boot image lies */
} BwEspLook;

typedef struct {
    BwPort *port;
    BwEspLink *link;
    BwDriverEvents events;
    BwEspMask *mask; /* over what is recorded */

    /* options, copied */
    unsigned wanted_baud;
    int connect_attempts;
    gboolean moves_data;
    gboolean may_use_stub;
    char *stub_dir;
    char *reset_sequence;
    unsigned wait_for_hand;

    gboolean is_connected;
    gboolean may_be_in_loader; /* it was asked in, with success or not, and not let out since */
    gboolean is_half_restored; /* a recovery stopped before all was prepared again */
    enum bwp_esp_link wire;    /* as what it is on the bus now */
    gboolean is_native;    /* on its own USB, now or before: it leaves the bus when it restarts */
    gboolean has_left_bus; /* and did not come back */
    const struct bwp_esp_chip *chip; /* NULL until detected */
    gboolean has_security;
    struct bwp_esp_security_info security;
    gboolean is_secure_download;

    const struct bwp_esp_chip
        *known_chip; /* of the board the work began on; NULL until brought up */
    gboolean is_known_secure;
    gboolean has_identity;
    struct bwp_esp_identity identity;
    uint32_t spi_usr; /* as found, to be restored after raw flash commands */
    uint32_t spi_usr2;
    uint32_t baud_values[BWP_ESP_BAUD_REGISTERS_MAX];
    uint32_t attach_pins;

    gboolean is_attached; /* the loader knows the flash chip and its size */
    uint32_t flash_id;    /* as RDID gives it, vendor in the low byte; 0 unknown */
    uint64_t flash_bytes; /* 0 unknown */
    gboolean owes_size;   /* a ROM that is attached has not been told that yet */
    gboolean has_look;    /* what was read when the flash was attached, to be used once */
    BwEspLook look;

    gboolean owes_end;     /* a stub was sent blocks, and not yet that these were all */
    uint32_t late_ms;      /* what a stub may still need for the last block, beyond the usual */
    gboolean is_slow_told; /* people know that this flash takes its time */

    BwEspQuestion recent[BW_ESP_QUESTIONS_MAX]; /* the last digests that were asked for */
    unsigned n_asked;
    unsigned asked_in_turn; /* of the link */

    gboolean is_stub;
    gboolean is_stub_untouched; /* started here: nobody has told it anything else */
    unsigned stub_generation;   /* 1, 2; 0 = not known */
    unsigned stub_failures;
    gboolean is_stub_hopeless; /* none found, or it does not start: do not ask again */

    unsigned strategy;       /* which way of resetting brought the loader up last */
    gboolean is_reset_felt;  /* something was heard that a reset by the lines made the board say */
    gboolean are_lines_dead; /* the board stayed as it was when they should have reset it */
    unsigned loader_baud;    /* of the loader that was told to start the application */
    gboolean is_rate_fixed;  /* a ROM that measures the rate does not get along with higher ones */
    unsigned baud_ceiling;   /* highest rate still trusted on this line; 0 = no opinion */
    gboolean is_baud_settled;
    gboolean is_rate_unproven; /* nothing was answered at it yet */
    unsigned noises;           /* errors of the line at the present rate */
    /* of the troubles of the operation at work */
    gboolean is_line_damaging; /* what arrives is not what was sent */
    uint16_t refusal;          /* the status that the last trouble ended with; 0 none */

    BwEspBoot boot;
    BwEspTouch touch;
    gboolean has_changed;     /* something was sent that changes the flash */
    gboolean is_all_to_go;    /* all of the flash is being erased: there is nothing besides */
    gboolean is_erase_unsure; /* a request that erases or begins a write was not answered sanely */
    gboolean is_stray_told;   /* people know that another place may have been touched */
    char *touched;            /* (nullable): what was being written last */
    gboolean is_boot_pending; /* the boot image is erased or half written */
} BwEspSession;

/**
 * bw_esp_session_new:
 * @port: (transfer none): an open port
 * @options: (nullable): copied
 *
 * Returns: (transfer full): a session that knows nothing yet
 */
BwEspSession *bw_esp_session_new (BwPort *port, const BwDriverOptions *options);

/**
 * bw_esp_session_free:
 * @self: (nullable) (transfer full): a session
 */
void bw_esp_session_free (BwEspSession *self);

/**
 * bw_esp_session_forget_loader:
 * @self: a session
 *
 * The board was reset: what it is stays known, what its loader was told does not.
 */
void bw_esp_session_forget_loader (BwEspSession *self);

/**
 * bw_esp_session_reopen:
 * @self: a session whose board has left the bus, or is about to
 * @patience_ms: how long it has to come back
 * @error: where to put the reason
 *
 * Opens the port again, at the rate it had. A board on its own USB may come back as another device,
 * under another name: as its loader, or as what its application makes of itself.
 *
 * Returns: %FALSE with @error set: %BW_CAUSE_UNPLUGGED if there is nothing at its place
 */
gboolean bw_esp_session_reopen (BwEspSession *self, unsigned patience_ms, GError **error);

/**
 * bw_esp_session_step:
 * @self: a session
 * @step: what begins
 */
void bw_esp_session_step (BwEspSession *self, BwDriverStep step);

/**
 * bw_esp_session_progress:
 * @self: a session
 * @done: bytes
 * @total: bytes
 */
void bw_esp_session_progress (BwEspSession *self, uint64_t done, uint64_t total);

/**
 * bw_esp_session_expect:
 * @self: a session
 * @step: one that is still to come, or the present one
 * @expected_us: how long it will take
 */
void bw_esp_session_expect (BwEspSession *self, BwDriverStep step, uint64_t expected_us);

/**
 * bw_esp_session_part:
 * @self: a session
 * @offset: first byte in flash
 * @size: bytes
 * @how_far: how far the step is with them
 */
void bw_esp_session_part (BwEspSession *self, uint32_t offset, uint32_t size, BwDriverPart how_far);

/**
 * bw_esp_session_note:
 * @self: a session
 * @format: printf form of one line for the job's log, already translated
 * @...: its arguments
 */
void bw_esp_session_note (BwEspSession *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * bw_esp_session_can_reset:
 * @self: a session
 *
 * Returns: whether DTR and RTS may be of any use: the port has them, and it has not turned out that
 *   they go nowhere
 */
gboolean bw_esp_session_can_reset (const BwEspSession *self);

/**
 * bw_esp_session_note_dead_lines:
 * @self: a session whose loader is still there, as it was, after a reset by DTR and RTS
 *
 * From here on nothing is expected of them.
 */
void bw_esp_session_note_dead_lines (BwEspSession *self);

/**
 * bw_esp_session_note_unsure:
 * @self: a session whose request to erase, or to begin to write, has failed
 *
 * Keeps in mind whether that request may have been carried out, and somewhere else.
 */
void bw_esp_session_note_unsure (BwEspSession *self);

/**
 * bw_esp_session_note_stray:
 * @self: a session
 *
 * There is evidence that a request was damaged on its way: notes, once, that it may have erased or
 * written at another place. Requests carry no checksum over where they are meant for.
 */
void bw_esp_session_note_stray (BwEspSession *self);

/**
 * bw_esp_session_console:
 * @self: a session
 * @bytes: what the board said
 * @len: how many
 */
void bw_esp_session_console (BwEspSession *self, const uint8_t *bytes, size_t len);

/**
 * bw_esp_session_needs_hand:
 * @self: a session
 * @why: (nullable): what the person is asked for, with the evidence; %NULL: no longer
 */
void bw_esp_session_needs_hand (BwEspSession *self, const GError *why);

/**
 * bw_esp_session_can_digest:
 * @self: a detected session
 *
 * Returns: whether the loader that answers now can give digests of its flash
 */
gboolean bw_esp_session_can_digest (const BwEspSession *self);

/**
 * bw_esp_session_is_secure_boot:
 * @self: a detected session
 *
 * Returns: whether the chip starts signed programs only, by its loader's word or by its eFuses, as
 * far as they are known
 */
gboolean bw_esp_session_is_secure_boot (const BwEspSession *self);

/**
 * bw_esp_session_has_stub_kind:
 * @self: a detected session
 *
 * Returns: whether a stub is allowed and could run on this chip in its present state
 */
gboolean bw_esp_session_has_stub_kind (const BwEspSession *self);

/**
 * bw_esp_session_block_bytes:
 * @self: a detected session
 * @traffic: what is moved
 *
 * Returns: bytes per block towards the loader that answers now
 */
uint32_t bw_esp_session_block_bytes (const BwEspSession *self, enum bwp_esp_traffic traffic);

/**
 * bw_esp_session_rom_peer:
 * @self: a session
 *
 * Returns: which kind of ROM the chip has
 */
enum bwp_esp_peer bw_esp_session_rom_peer (const BwEspSession *self);

/**
 * bw_esp_session_format_mac:
 * @mac: six bytes
 *
 * Returns: (transfer full): lower case with colons
 */
char *bw_esp_session_format_mac (const uint8_t mac[6]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspSession, bw_esp_session_free)

G_END_DECLS
