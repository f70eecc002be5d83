/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-line.h"
#include <string.h>

#define SLIP_END 0xc0
#define FW_LINE_AHEAD (2 * FW_LINE_TICK) /* so that a late wake-up leaves no gap on the line */
#define ADAPTER_PACKET 62 /* bytes a full-speed bridge sends at once, whatever its timer says */
#define TOLERANCE_PERCENT 3

void
fw_line_init (struct fw_line *self,
              const struct fw_line_device *device,
              struct fw_faults *faults,
              bool paced,
              uint32_t latency_ms)
{
    memset (self, 0, sizeof *self);
    self->device = *device;
    self->faults = faults;
    self->paced = paced;
    self->latency = latency_ms * FW_MS;
}

void
fw_line_set_host_baud (struct fw_line *self, uint32_t baud)
{
    self->host_baud = baud;
}

static uint32_t
byte_time (const struct fw_line *self, uint32_t baud)
{
    return self->paced && baud > 0 ? (uint32_t) (10 * 1000000000ull / baud) : 0;
}

/* For what the board hears: a ROM that still measures the rate hears any. */
static uint32_t
hearing_baud (const struct fw_line *self)
{
    return self->device.baud (self->device.user, self->host_baud);
}

static uint32_t
sending_baud (const struct fw_line *self)
{
    return self->device.baud (self->device.user, 0);
}

/* The host's bytes travel at the host's rate. */
static uint32_t
rx_byte_time (const struct fw_line *self)
{
    return byte_time (self, self->host_baud != 0 ? self->host_baud : hearing_baud (self));
}

static bool
rates_differ (const struct fw_line *self, uint64_t device)
{
    uint64_t host = self->host_baud;

    if (host == 0)
        return false;
    return host * 100 > device * (100 + TOLERANCE_PERCENT)
           || host * 100 < device * (100 - TOLERANCE_PERCENT);
}

size_t
fw_line_room (const struct fw_line *self, uint64_t now)
{
    size_t space = FW_LINE_RX - self->rx_len;
    uint32_t one = rx_byte_time (self);
    uint64_t ahead, end;

    if (one == 0)
        return space;
    end = self->rx_len > 0 ? self->rx_time + (uint64_t) self->rx_len * one : now;
    /* in pieces worth a system call: not before one of the two ticks ahead is over */
    if (end > now + FW_LINE_TICK)
        return 0;
    ahead = (now + FW_LINE_AHEAD - (end > now ? end : now)) / one + 1;
    return ahead < space ? (size_t) ahead : space;
}

void
fw_line_put (struct fw_line *self, uint64_t now, const uint8_t *bytes, size_t len)
{
    if (len > FW_LINE_RX - self->rx_len)
        len = FW_LINE_RX - self->rx_len;
    if (self->rx_len == 0 && self->rx_time < now)
        self->rx_time = now;
    memcpy (self->rx + self->rx_len, bytes, len);
    self->rx_len += len;
    self->counts.bytes_in += len;
}

/* Bytes of the head of rx that are handed over together: up to the end of a frame, so that a reply
 * starts when the last byte of its request has arrived and not when the whole piece has. */
static size_t
rx_piece (const struct fw_line *self)
{
    uint32_t one = rx_byte_time (self);
    size_t tick = one > 0 ? FW_LINE_TICK / one + 1 : self->rx_len;
    size_t len = self->rx_len < tick ? self->rx_len : tick;
    const uint8_t *end;

    if (one == 0)
        return len;
    end = memchr (self->rx, SLIP_END, len);
    return end != NULL ? (size_t) (end - self->rx) + 1 : len;
}

static uint64_t
rx_due (const struct fw_line *self)
{
    if (self->rx_len == 0)
        return FW_NEVER;
    return self->rx_time + (uint64_t) rx_piece (self) * rx_byte_time (self);
}

static void
shift_all (struct fw_line *self, uint64_t now, uint32_t delay_ms)
{
    uint64_t by = delay_ms * FW_MS;

    self->rx_time = (self->rx_time > now ? self->rx_time : now) + by;
    self->tx_free = (self->tx_free > now ? self->tx_free : now) + by;
}

/* One byte through the faults: 0, 1 or 2 bytes come out. */
static size_t
suffer (struct fw_line *self, uint64_t now, const struct fw_passing *passing, uint8_t *out)
{
    struct fw_fate fate;

    fw_faults_byte (self->faults, passing, &fate);
    if (fate.delay_ms > 0)
        shift_all (self, now, fate.delay_ms);
    if (fate.unplug)
        self->unplugged = true;
    if (fate.reset)
        self->reset_due = true;
    if (fate.drop || self->unplugged)
        return 0;
    out[0] = passing->byte ^ fate.flip;
    out[1] = out[0];
    return fate.dup ? 2 : 1;
}

/* What a receiver at another rate makes of @bytes; returns how many it sees. */
static size_t
misread (struct fw_line *self, uint8_t *bytes, size_t len, uint32_t from, uint32_t to)
{
    size_t seen = from > to && from > 0 ? (size_t) ((uint64_t) len * to / from) : len;

    for (size_t i = 0; i < seen; i++)
        bytes[i] = (uint8_t) (fw_faults_random (self->faults) | 0x80);
    return seen;
}

/* Not from within the board's own sending: it would come back into a board that has restarted. */
static void
restart_if_due (struct fw_line *self, uint64_t now)
{
    if (!self->reset_due)
        return;
    self->reset_due = false;
    self->device.reset (self->device.user, now);
}

static void
deliver (struct fw_line *self, uint64_t now, uint8_t *bytes, size_t len)
{
    uint32_t baud = hearing_baud (self);
    uint8_t out[2];

    if (rates_differ (self, baud))
        len = misread (self, bytes, len, self->host_baud, baud);
    if (!self->faults->per_byte) {
        self->faults->bytes += (uint32_t) len;
        if (len > 0)
            self->device.receive (self->device.user, now, bytes, len);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        struct fw_passing passing = { bytes[i], false, self->host_baud };
        size_t n = suffer (self, now, &passing, out);

        restart_if_due (self, now);
        if (n > 0)
            self->device.receive (self->device.user, now, out, n);
    }
}

static void
deliver_piece (struct fw_line *self, uint64_t now)
{
    uint8_t piece[FW_LINE_RX];
    size_t len = rx_piece (self);

    memcpy (piece, self->rx, len);
    self->rx_len -= len;
    memmove (self->rx, self->rx + len, self->rx_len);
    self->rx_time = now;
    deliver (self, now, piece, len);
}

void
fw_line_run (struct fw_line *self, uint64_t now)
{
    for (;;) {
        uint64_t rx = rx_due (self);
        uint64_t own = self->device.next (self->device.user);

        if (self->reset_due) {
            restart_if_due (self, now);
            continue;
        }
        if ((rx < own ? rx : own) > now)
            return;
        if (rx < own)
            deliver_piece (self, rx);
        else
            self->device.step (self->device.user, own);
    }
}

static struct fw_line_mark *
last_mark (struct fw_line *self)
{
    return &self->marks[(self->mark_head + self->mark_count - 1) % FW_LINE_MARKS];
}

static void
add_mark (struct fw_line *self, uint64_t start, size_t len, uint32_t one, uint64_t hold)
{
    uint64_t end = start + (uint64_t) len * one;
    uint64_t before = self->mark_count > 0 ? last_mark (self)->release : 0;
    struct fw_line_mark *mark;

    self->mark_count++;
    mark = last_mark (self);
    mark->len = (uint32_t) len;
    mark->byte_ns = one;
    mark->start = start;
    mark->release = hold == 0 ? start : end + hold;
    if (mark->release < before)
        mark->release = before;
}

static void
store (struct fw_line *self, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t at = (self->tx_head + self->tx_len) % FW_LINE_TX;
        size_t n = FW_LINE_TX - at < len - i ? FW_LINE_TX - at : len - i;

        memcpy (self->tx + at, bytes + i, n);
        self->tx_len += n;
        i += n;
    }
}

/* One piece of output with its own time on the line. */
static void
enqueue (struct fw_line *self, const uint8_t *bytes, size_t len, uint32_t one, uint64_t hold)
{
    if (len == 0)
        return;
    if (len > FW_LINE_TX - self->tx_len || self->mark_count == FW_LINE_MARKS) {
        self->counts.lost += len;
    } else {
        add_mark (self, self->tx_free, len, one, hold);
        store (self, bytes, len);
        self->counts.bytes_out += len;
    }
    self->tx_free += (uint64_t) len * one;
}

/* The adapter passes full packets on as they come and holds the rest. */
static void
enqueue_held (struct fw_line *self, const uint8_t *bytes, size_t len, uint32_t one)
{
    size_t full = self->latency > 0 ? len - len % ADAPTER_PACKET : len;

    enqueue (self, bytes, full, one, 0);
    enqueue (self, bytes + full, len - full, one, self->latency);
}

static uint64_t
send_some (struct fw_line *self, const uint8_t *bytes, size_t len)
{
    uint8_t out[256];
    uint32_t baud = sending_baud (self);
    uint32_t one = byte_time (self, baud);
    size_t n = 0;

    if (!self->faults->per_byte && !rates_differ (self, baud)) {
        self->faults->bytes += (uint32_t) len;
        enqueue_held (self, bytes, len, one);
        return self->tx_free;
    }
    for (size_t i = 0; i < len; i++) {
        struct fw_passing passing = { bytes[i], true, baud };

        n += suffer (self, self->tx_free, &passing, out + n);
        if (n + 2 > sizeof out || i + 1 == len) {
            if (rates_differ (self, baud))
                n = misread (self, out, n, baud, self->host_baud);
            enqueue_held (self, out, n, one);
            n = 0;
        }
    }
    return self->tx_free;
}

uint64_t
fw_line_send (struct fw_line *self, uint64_t when, const uint8_t *bytes, size_t len)
{
    if (self->tx_free < when)
        self->tx_free = when;
    return send_some (self, bytes, len);
}

/* How many bytes of a piece have reached the host by @now. Bulk goes in ticks, not in bytes. */
static size_t
arrived (const struct fw_line_mark *mark, uint64_t now)
{
    uint64_t end = mark->start + (uint64_t) mark->len * mark->byte_ns;

    if (now < mark->start || now < mark->release)
        return 0;
    if (now >= end)
        return mark->len;
    if (now - mark->start < FW_LINE_TICK)
        return 0;
    return (size_t) ((now - mark->start) / mark->byte_ns);
}

static uint64_t
mark_due (const struct fw_line_mark *mark)
{
    uint64_t end = mark->start + (uint64_t) mark->len * mark->byte_ns;

    if (end > mark->start + FW_LINE_TICK)
        end = mark->start + FW_LINE_TICK;
    return end > mark->release ? end : mark->release;
}

static void
drop_from_mark (struct fw_line *self, struct fw_line_mark *mark, size_t n)
{
    mark->len -= (uint32_t) n;
    mark->start += (uint64_t) n * mark->byte_ns;
    if (mark->len == 0) {
        self->mark_head = (self->mark_head + 1) % FW_LINE_MARKS;
        self->mark_count--;
    }
}

size_t
fw_line_take (struct fw_line *self, uint64_t now, uint8_t *out, size_t capacity)
{
    size_t taken = 0;

    while (self->mark_count > 0 && taken < capacity) {
        struct fw_line_mark *mark = &self->marks[self->mark_head];
        size_t n = arrived (mark, now);

        if (n > capacity - taken)
            n = capacity - taken;
        if (n == 0)
            break;
        for (size_t i = 0; i < n; i++)
            out[taken++] = self->tx[(self->tx_head + i) % FW_LINE_TX];
        self->tx_head = (self->tx_head + n) % FW_LINE_TX;
        self->tx_len -= n;
        drop_from_mark (self, mark, n);
    }
    return taken;
}

uint64_t
fw_line_next (const struct fw_line *self, bool host_reads)
{
    uint64_t next = self->device.next (self->device.user);
    uint64_t rx = rx_due (self);

    if (rx < next)
        next = rx;
    if (self->reset_due)
        next = 0;
    if (host_reads && self->mark_count > 0 && mark_due (&self->marks[self->mark_head]) < next)
        next = mark_due (&self->marks[self->mark_head]);
    return next;
}

void
fw_line_cut (struct fw_line *self, uint64_t when)
{
    while (self->mark_count > 0) {
        struct fw_line_mark *mark = last_mark (self);
        uint64_t sent = when < mark->start   ? 0
                        : mark->byte_ns == 0 ? mark->len
                                             : (when - mark->start) / mark->byte_ns;

        if (sent >= mark->len)
            break;
        self->tx_len -= mark->len - (size_t) sent;
        mark->len = (uint32_t) sent;
        if (sent > 0)
            break;
        self->mark_count--;
    }
    if (self->tx_free > when)
        self->tx_free = when;
}

void
fw_line_purge (struct fw_line *self, uint64_t now)
{
    self->rx_len = 0;
    self->rx_time = now;
    self->tx_len = 0;
    self->mark_count = 0;
    if (self->tx_free > now)
        self->tx_free = now;
}
