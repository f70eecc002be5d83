/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-command.h"
#include "bwp-slip.h"
#include "fw-fault.h"
#include "fw-flash.h"
#include "fw-ops.h"
#include "fw-registers.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A board without hardware: reset and boot strap, boot ROM in download mode, the protocol of a
 * stub once one was uploaded, the second-stage loader and an application that prints a log.
 * It executes nothing; it does what its host can see. No I/O and no clock: bytes come in with a
 * time, bytes go out with a time, and it says when it next wants to be called.
 * Memory: all in the structure, some 45 KiB. Threads: one. */

#define FW_STUB_BLOCK 0x4000
#define FW_ROM_BLOCK_MAX 0x1800 /* of RAM; flash blocks are smaller */
#define FW_ROM_RING 256         /* what arrives while most ROMs work; the rest is lost */
#define FW_FRAME_MAX (BWP_ESP_HEADER_BYTES + FW_STUB_BLOCK + 0xff)
#define FW_OTG_FRAME_MAX (BWP_ESP_HEADER_BYTES + 16 + 0x800) /* what USB-OTG lets through */
#define FW_BAUD 115200u
#define FW_FLASH_LARGEST (256u << 20)

enum fw_state {
    FW_STATE_OFF,     /* no power */
    FW_STATE_RESET,   /* EN is low */
    FW_STATE_ROM,     /* download mode */
    FW_STATE_STUB,    /* a stub runs */
    FW_STATE_SILENT,  /* left the loader for nothing that talks */
    FW_STATE_CONSOLE, /* ESP32 after FLASH_END: its ROM's interpreter */
    FW_STATE_BOOT,    /* second-stage loader */
    FW_STATE_APP,
};

enum fw_generation {
    FW_STUB_AUTO, /* told by where the uploaded one puts its data */
    FW_STUB_1,
    FW_STUB_2,
};

/* The chip's own USB in place of a UART behind a bridge. */
enum fw_usb {
    FW_USB_NONE,
    FW_USB_JTAG, /* USB-Serial/JTAG: DTR asks for the loader, RTS resets; watchdogs go on running */
    FW_USB_OTG,  /* small blocks; the strap is sampled at power-up and by a watchdog only */
};

struct fw_board_config {
    struct fw_identity identity;
    const char *name;    /* of the board; borrowed */
    uint32_t flash_size; /* bytes, a power of two from 256 KiB on */
    bool takes_time;     /* whether erasing, programming, digests take theirs */
    bool download;       /* the boot strap is held low for good */
    enum fw_generation generation;
    enum fw_usb usb;
};

/* Where the board's bytes go. */
struct fw_board_output {
    /* returns when the last bit has left */
    uint64_t (*send) (void *user, uint64_t when, const uint8_t *bytes, size_t len);
    /* the chip stops at that moment */
    void (*cut) (void *user, uint64_t when);
    void *user;
};

struct fw_board_counts {
    uint64_t frames_in;
    uint64_t frames_out;
    uint64_t overruns; /* bytes lost because the chip was busy */
    uint64_t resets;
    uint64_t requests[256]; /* by opcode */
};

/* What a BEGIN announced. */
struct fw_transfer {
    bool active;
    bool compressed;
    bool encrypted;    /* by the chip, on its way into the flash */
    bool stream_end;   /* the deflate stream is complete */
    uint32_t next;     /* flash address */
    uint32_t end;      /* first address behind the announced bytes */
    uint32_t sequence; /* ROM: the number it wants */
    uint32_t blocks;   /* ROM: announced ones */
    uint32_t block_size;
};

/* Speeds of the chip's processor, nanoseconds per byte. */
struct fw_speeds {
    uint32_t md5;
    uint32_t inflate;
};

struct fw_rom {
    uint32_t value;      /* stale: the last register read */
    uint8_t stale_error; /* second status byte of a success */
    bool synced;         /* the rate is measured */
    bool deaf;           /* after a cut command: only SYNC helps */
    bool hung;           /* nothing helps but a reset */
    uint32_t flash_limit;
    struct fw_transfer transfer;
    uint32_t ram_address; /* of the last segment: it tells which stub it is */
    uint32_t ram_sequence;
    uint32_t ram_blocks;
    uint8_t ring[FW_ROM_RING];
    size_t ring_len;
};

struct fw_read_flash {
    bool active;
    uint32_t offset;
    uint32_t size;
    uint32_t packet;
    uint32_t in_flight;
    uint32_t sent;
    uint32_t acked;
    uint64_t next; /* when the UART is free for the next packet */
};

struct fw_stub {
    enum fw_generation generation;
    struct fw_transfer transfer;
    uint32_t flash_limit; /* what the host says the chip has */
    uint16_t error;       /* of work done after its answer */
    uint64_t flash_free;  /* when the flash chip is idle again */
    uint32_t erase_next;  /* what BEGIN announced and is not erased yet */
    uint32_t erase_end;
    bool all_blank;  /* generation 2: nothing but blank sectors so far */
    bool skip_frame; /* generation 2: between the pair of a C0 C0 */
    uint8_t receiver;
    size_t pending; /* length of a frame that waits for the chip, 0 = none */
    struct fw_read_flash read;
};

enum fw_boot_step {
    FW_BOOT_LOADER,  /* the ROM looks for the second-stage loader */
    FW_BOOT_START,   /* the application starts */
    FW_BOOT_TICK,    /* it runs */
    FW_BOOT_CRASH,   /* a fault ends it */
    FW_BOOT_RESTART, /* a watchdog or a failed loader starts anew */
    FW_BOOT_REPEAT,  /* the ROM says again that there is nothing */
};

struct fw_boot {
    uint64_t next; /* when the next line is due */
    enum fw_boot_step step;
    uint64_t power_on; /* of this start: the zero of log times */
    uint64_t lines;
    const uint8_t *seen;  /* the flash as the chip sees it that starts from it */
    uint64_t seen_stores; /* how often the flash had changed when it was looked at */
    char project[33];
    char version[33];
    uint8_t reason; /* of the last reset, in the numbers of the chip's log */
    char input[80]; /* a line from the host to the application */
    size_t input_len;
};

struct fw_board {
    struct fw_board_config config;
    const struct fw_ops *ops;
    void *user;
    struct fw_board_output output;
    struct fw_faults *faults;
    struct fw_flash flash;
    struct fw_registers registers;
    struct fw_speeds speeds;
    struct fw_board_counts counts;

    enum fw_state state;
    uint32_t baud;
    uint32_t heard_baud; /* of the host, while the ROM measures it */
    uint64_t busy_until; /* the processor is at work */
    uint64_t en_rises;   /* EN is on its way up */
    uint64_t break_over; /* a break resets when it has lasted that long */
    uint64_t watchdog_at;
    bool dtr, rts;
    bool en_low;
    bool strap_held;  /* USB-OTG: sampled low; line resets do not look again */
    bool strap_low;   /* by the lines; a board held in download mode does not ask */
    uint32_t replies; /* counted for the faults that name one */
    uint32_t blocks;

    struct fw_rom rom;
    struct fw_stub stub;
    struct fw_boot boot;

    struct bwp_slip_decoder decoder;
    uint8_t frame[FW_FRAME_MAX];
    uint8_t sealed[FW_STUB_BLOCK];                  /* a piece enciphered for the flash */
    uint8_t wire[BWP_SLIP_WORST (0x1000 + 64) + 2]; /* a frame on its way out */
};

/**
 * fw_board_init:
 * @self: (out): a board without power
 * @config: copied; its name and chip borrowed
 * @ops: borrowed
 * @user: for @ops
 * @faults: borrowed
 * @output: copied
 */
void fw_board_init (struct fw_board *self,
                    const struct fw_board_config *config,
                    const struct fw_ops *ops,
                    void *user,
                    struct fw_faults *faults,
                    const struct fw_board_output *output);

/**
 * fw_board_power:
 * @self: the board
 * @now: present time
 * @on: whether it has power; a board that gets it boots
 */
void fw_board_power (struct fw_board *self, uint64_t now, bool on);

/**
 * fw_board_lines:
 * @self: the board
 * @now: present time
 * @dtr: asserted
 * @rts: asserted
 *
 * The two-transistor circuit: EN is low for RTS without DTR, the boot strap for DTR without RTS.
 * EN has a capacitor: while both are asserted it stays low for up to 200 ms if it was, so that
 * lines which change one after the other (RFC 2217) do what atomic ones do. On USB-Serial/JTAG the
 * chip looks at the lines itself: DTR alone asks for the loader, RTS alone resets at once, both do
 * nothing, none takes the wish back.
 */
void fw_board_lines (struct fw_board *self, uint64_t now, bool dtr, bool rts);

/**
 * fw_board_break:
 * @self: the board
 * @now: present time
 * @on: whether the line is held
 *
 * A break of 50 ms and more resets the board, for lines that have no DTR and RTS.
 */
void fw_board_break (struct fw_board *self, uint64_t now, bool on);

/**
 * fw_board_reset:
 * @self: the board
 * @now: present time
 *
 * The reset button, pressed and released. The strap is as the lines leave it.
 */
void fw_board_reset (struct fw_board *self, uint64_t now);

/**
 * fw_board_boot:
 * @self: the board
 * @now: present time
 * @download: whether the strap is held low from now on
 *
 * Holds or releases the boot button for good, then resets.
 */
void fw_board_boot (struct fw_board *self, uint64_t now, bool download);

/**
 * fw_board_receive:
 * @self: the board
 * @now: when the last of the bytes arrived; never before an earlier call
 * @bytes: from the host
 * @len: how many
 */
void fw_board_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len);

/**
 * fw_board_next:
 * @self: the board
 *
 * Returns: when it wants fw_board_step(), %FW_NEVER
 */
uint64_t fw_board_next (const struct fw_board *self);

/**
 * fw_board_step:
 * @self: the board
 * @now: the time fw_board_next() gave
 */
void fw_board_step (struct fw_board *self, uint64_t now);

/**
 * fw_board_baud:
 * @self: the board
 * @host_baud: what the host's end is set to, 0 = unknown
 *
 * Returns: the rate at which it sends for a @host_baud of 0, else at which it hears that host: a
 * ROM that has not had its SYNC yet hears any rate
 */
uint32_t fw_board_baud (struct fw_board *self, uint32_t host_baud);

/**
 * fw_state_text:
 * @state: of a board
 *
 * Returns: (transfer none): a word for it
 */
const char *fw_state_text (enum fw_state state);
