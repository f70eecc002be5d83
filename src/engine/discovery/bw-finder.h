/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Who is out there: a finder tells of endpoints that appear and disappear. One class per way of
 * being attached. Threads: main thread only; nothing here waits. */

/**
 * BwEndpoint:
 * @address: how to open it: "/dev/ttyUSB0", "rfc2217://127.0.0.1:4000"
 * @place: physical place that survives replugging: USB hub path "1-2.3", or "virtual NAME"
 * @place_text: the same for people: "USB 1, hub place 2, place 3"
 * @bridge: (nullable): adapter in words
 * @likely_board: (nullable): board name a product string or a virtual board gives away
 * @chip_name: (nullable): chip where the endpoint alone tells it ("ESP32-S2" by product id)
 * @mac: (nullable): MAC where the endpoint alone tells it (USB-Serial/JTAG serial number)
 * @serial: (nullable): serial number of the adapter; often equal on many, or missing
 * @vid: USB vendor; 0 none
 * @pid: USB product; 0 none
 * @is_virtual: a virtual board
 * @is_known: a board is likely to be there: the ids are in data/boards, or it is a virtual board;
 *   others (modems, instruments) are not spoken to unasked
 * @is_cdc: the port is the chip's own USB
 * @max_baud: highest rate the adapter is good for; 0 unknown
 */
typedef struct {
    char *address;
    char *place;
    char *place_text;
    char *bridge;
    char *likely_board;
    char *chip_name;
    char *mac;
    char *serial;
    uint16_t vid;
    uint16_t pid;
    gboolean is_virtual;
    gboolean is_known;
    gboolean is_cdc;
    unsigned max_baud;
} BwEndpoint;

#define BW_TYPE_FINDER (bw_finder_get_type ())
G_DECLARE_DERIVABLE_TYPE (BwFinder, bw_finder, BW, FINDER, GObject)

/* Signals: "appeared" (const BwEndpoint *), "disappeared" (const char *place, const char *address),
 * "settled" (no argument; once, after the first look). */
struct _BwFinderClass {
    GObjectClass parent_class;

    void (*start) (BwFinder *self);
};

/**
 * bw_finder_start:
 * @self: a finder with its signals connected; endpoints already there are told of first
 */
void bw_finder_start (BwFinder *self);

/**
 * bw_finder_is_settled:
 * @self: a finder
 *
 * Returns: %TRUE once "settled" was emitted
 */
gboolean bw_finder_is_settled (BwFinder *self);

/**
 * bw_usb_finder_new:
 *
 * Returns: (transfer full): a finder of serial ports on USB, by GUdev
 */
BwFinder *bw_usb_finder_new (void);

/**
 * bw_virtual_finder_new:
 *
 * Returns: (transfer full): a finder of the virtual boards of this user on this machine
 */
BwFinder *bw_virtual_finder_new (void);

/**
 * bw_endpoint_copy:
 * @self: an endpoint
 *
 * Returns: (transfer full): a copy
 */
BwEndpoint *bw_endpoint_copy (const BwEndpoint *self);

/**
 * bw_endpoint_compare:
 * @a: an endpoint
 * @b: another one
 *
 * The order a person counts in: place 2 before place 10; where places are the same, addresses.
 *
 * Returns: below zero, zero or above, as for sorting
 */
int bw_endpoint_compare (const BwEndpoint *a, const BwEndpoint *b);

/**
 * bw_endpoint_free:
 * @self: (nullable) (transfer full): an endpoint
 */
void bw_endpoint_free (BwEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEndpoint, bw_endpoint_free)

G_END_DECLS
