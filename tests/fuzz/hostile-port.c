/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hostile-port.h"

#include <string.h>

#include "bw-port-private.h"

#define ENTRY_BYTES 4
#define MANY 0x80 /* of a count: sixteen times the rest */
#define FIRST_REQUEST_KIND 16
#define NS_PER_US 1000u
#define NS_PER_S 1000000000ull
#define BITS_PER_BYTE 10u
#define ESPRESSIF 0x303a
#define ESPRESSIF_JTAG 0x1001
#define ESPRESSIF_OTG 0x0002
#define BRIDGE_VENDOR 0x10c4
#define BRIDGE_PRODUCT 0xea60
/* A program that asks without end, without letting time pass. */
#define CALLS_MAX 2000000u

/* What an entry of the script does to a reply; with FIRST_REQUEST_KIND added, to a request, as far
 * as that has a meaning. @a is a place in it, in 256ths, and @b a value. */
enum {
    KIND_CHANGE,   /* exclusive-or of the byte there */
    KIND_SET,      /* the byte there */
    KIND_DROP,     /* it is lost */
    KIND_REPEAT,   /* it comes b % 8 times more */
    KIND_CUT,      /* it ends there, delimiter and all */
    KIND_TAIL,     /* the byte a % 8 from its end is set */
    KIND_SAY,      /* instead, what follows in the script, b % 32 bytes, as a frame */
    KIND_PRINT,    /* the same before it and not as a frame */
    KIND_DELAY,    /* time passes before it: 16 ms * b */
    KIND_RESET,    /* the chip restarts */
    KIND_UNPLUG,   /* the cable is out for 16 ms * b; 255: for good */
    KIND_OLD,      /* the reply before it comes in its place */
    KIND_CANCEL,   /* somebody has had enough */
    KIND_BREAK,    /* its first delimiter is lost */
    KIND_LENGTHEN, /* it has b % 16 zeros more */
    KIND_SHOUT,    /* a restart is printed that is none */
};

/* What has left the board, or was put in its mouth, and was not read yet. */
struct piece {
    uint64_t leaves;
    GBytes *bytes;
};

#define HOSTILE_TYPE_PORT (hostile_port_get_type ())
G_DECLARE_FINAL_TYPE (HostilePort, hostile_port, HOSTILE, PORT, BwPort)

struct _HostilePort {
    BwPort parent_instance;
    struct fake *fake;
    HostileWiring wiring;
    GCancellable *cancellable;
    HostileDeeds deeds;
    unsigned calls;

    const uint8_t *script;
    size_t script_len;
    unsigned waiting;     /* frames until the entry at hand is due */
    HostileMeddle meddle; /* instead of a script */
    gpointer meddle_data;

    uint32_t baud; /* of the host */
    bool is_plugged;
    uint64_t plug_at;
    GQueue pieces; /* of struct piece */
    size_t read;   /* of the first piece */
    uint64_t line_free;
    GByteArray *last; /* reply */

    struct bwp_slip_decoder replies;
    struct bwp_slip_decoder requests;
    uint8_t reply[BWP_ESP_FRAME_MAX];
    uint8_t request[FW_FRAME_MAX];
};

G_DEFINE_FINAL_TYPE (HostilePort, hostile_port, BW_TYPE_PORT)

static uint64_t clock_ns = NS_PER_S;

/* ---- time ------------------------------------------------------------------------------------ */

int64_t __wrap_g_get_monotonic_time (void);

int64_t
__wrap_g_get_monotonic_time (void)
{
    return (int64_t) (clock_ns / NS_PER_US);
}

int64_t
hostile_clock_us (void)
{
    return __wrap_g_get_monotonic_time ();
}

static void
run_until (HostilePort *self, uint64_t until)
{
    if (until > self->fake->now)
        fake_wait (self->fake, until - self->fake->now);
    clock_ns = self->fake->now;
}

static uint64_t
byte_time (uint32_t baud)
{
    return NS_PER_S * BITS_PER_BYTE / MAX (baud, 1);
}

/* ---- the script ------------------------------------------------------------------------------ */

static unsigned
get_count (const HostilePort *self)
{
    unsigned count = self->script_len >= ENTRY_BYTES ? self->script[1] : 0;

    return count < MANY ? count : (count - MANY) * 16;
}

static void
skip_script (HostilePort *self, size_t len)
{
    len = MIN (len, self->script_len);
    self->script += len;
    self->script_len -= len;
}

/* The entry that is due with this frame, or NULL; it is over then. */
static const uint8_t *
take_entry (HostilePort *self, gboolean is_request)
{
    const uint8_t *entry = self->script;

    if (self->script_len < ENTRY_BYTES
        || (entry[0] % (2 * FIRST_REQUEST_KIND) >= FIRST_REQUEST_KIND) != is_request)
        return NULL;
    if (self->waiting > 0) {
        self->waiting--;
        return NULL;
    }
    skip_script (self, ENTRY_BYTES);
    self->waiting = get_count (self);
    self->deeds |= is_request ? HOSTILE_REQUESTS : HOSTILE_REPLIES;
    return entry;
}

/* Bytes of the script that an entry brings with it. */
static const uint8_t *
take_text (HostilePort *self, size_t *len)
{
    const uint8_t *text = self->script;

    *len = MIN (*len, self->script_len);
    skip_script (self, *len);
    self->waiting = get_count (self);
    return text;
}

static size_t
find_place (const GByteArray *frame, uint8_t a)
{
    return (size_t) frame->len * a / 256;
}

static void
pull_cable (HostilePort *self, uint8_t b)
{
    self->is_plugged = false;
    self->plug_at = b == 255 ? FW_NEVER : clock_ns + b * 16 * FW_MS;
    fw_board_power (&self->fake->board, self->fake->now, false);
}

/* What can be done to a frame as such. */
static void
change_frame (GByteArray *frame, const uint8_t *entry)
{
    switch (entry[0] % FIRST_REQUEST_KIND) {
    case KIND_CHANGE:
        frame->data[find_place (frame, entry[2])] ^= entry[3];
        break;
    case KIND_SET:
        frame->data[find_place (frame, entry[2])] = entry[3];
        break;
    case KIND_DROP:
        g_byte_array_set_size (frame, 0);
        break;
    case KIND_CUT:
        g_byte_array_set_size (frame, (guint) find_place (frame, entry[2]));
        break;
    case KIND_TAIL:
        frame->data[frame->len - 1 - MIN (entry[2] % 8u, frame->len - 1)] = entry[3];
        break;
    case KIND_LENGTHEN:
        g_byte_array_append (frame, (const uint8_t[16]){ 0 }, entry[3] % 16u);
        break;
    default:
        break;
    }
}

/* ---- from the board -------------------------------------------------------------------------- */

static void
put_bytes (HostilePort *self, uint64_t leaves, const void *bytes, size_t len)
{
    struct piece *piece = g_new0 (struct piece, 1);

    piece->leaves = leaves;
    piece->bytes = g_bytes_new (bytes, len);
    g_queue_push_tail (&self->pieces, piece);
}

static void
piece_free (gpointer data)
{
    struct piece *piece = data;

    g_bytes_unref (piece->bytes);
    g_free (piece);
}

static GByteArray *
encode (const GByteArray *frame)
{
    GByteArray *wire = g_byte_array_new ();
    size_t len = 0;

    if (frame->len == 0)
        return wire;
    g_byte_array_set_size (wire, BWP_SLIP_WORST (frame->len));
    g_assert_cmpint (bwp_slip_encode (frame->data, frame->len, NULL, 0, wire->data, wire->len,
                                      &len),
                     ==, BWP_OK);
    g_byte_array_set_size (wire, (guint) len);
    return wire;
}

static void
put_frame (HostilePort *self, uint64_t leaves, const GByteArray *frame)
{
    g_autoptr (GByteArray) wire = encode (frame);

    if (wire->len > 0)
        put_bytes (self, leaves, wire->data, wire->len);
}

static void
put_script (HostilePort *self, uint64_t leaves, uint8_t b, gboolean is_frame)
{
    size_t len = b % 32;
    const uint8_t *text = take_text (self, &len);
    g_autoptr (GByteArray) frame = g_byte_array_append (g_byte_array_new (), text, (guint) len);

    if (is_frame)
        put_frame (self, leaves, frame);
    else if (len > 0)
        put_bytes (self, leaves, text, len);
}

static void
put_broken (HostilePort *self, uint64_t leaves, const GByteArray *frame)
{
    g_autoptr (GByteArray) wire = encode (frame);

    put_bytes (self, leaves, wire->data + 1, wire->len - 1);
}

static void
put_meddled (HostilePort *self, uint64_t leaves, const GByteArray *frame)
{
    g_autoptr (GByteArray) wire = encode (frame);
    uint32_t late_ms = self->meddle (self->meddle_data, FALSE, frame->data, frame->len, wire);

    self->line_free = leaves + late_ms * FW_MS;
    if (wire->len > 0)
        put_bytes (self, self->line_free, wire->data, wire->len);
}

/* Does to a reply what the script says. */
static void
put_scripted (HostilePort *self, uint64_t leaves, GByteArray *frame)
{
    static const char restart[] = "\r\nets Jul 29 2019 12:21:46\r\n\r\nrst:0x10 (RTCWDT)\r\n";
    const uint8_t *entry = take_entry (self, FALSE);

    if (entry == NULL) {
        put_frame (self, leaves, frame);
        return;
    }
    switch (entry[0] % FIRST_REQUEST_KIND) {
    case KIND_REPEAT:
        for (unsigned i = 0; i <= entry[3] % 8u; i++)
            put_frame (self, leaves, frame);
        break;
    case KIND_SAY:
        put_script (self, leaves, entry[3], TRUE);
        break;
    case KIND_PRINT:
        put_script (self, leaves, entry[3], FALSE);
        put_frame (self, leaves, frame);
        break;
    case KIND_DELAY:
        self->line_free = leaves + entry[3] * 16 * FW_MS;
        put_frame (self, self->line_free, frame);
        break;
    case KIND_RESET:
        /* not from within the board */
        self->fake->board.watchdog_at = leaves;
        break;
    case KIND_UNPLUG:
        pull_cable (self, entry[3]);
        break;
    case KIND_OLD:
        put_frame (self, leaves, self->last);
        break;
    case KIND_CANCEL:
        self->deeds |= HOSTILE_CANCEL;
        g_cancellable_cancel (self->cancellable);
        put_frame (self, leaves, frame);
        break;
    case KIND_BREAK:
        put_broken (self, leaves, frame);
        break;
    case KIND_SHOUT:
        put_bytes (self, leaves, restart, strlen (restart));
        put_frame (self, leaves, frame);
        break;
    default:
        change_frame (frame, entry);
        put_frame (self, leaves, frame);
        break;
    }
}

static bool
has_other_rate (HostilePort *self, uint32_t board)
{
    return self->baud > board + board / 20 || self->baud < board - board / 20;
}

/* A frame is looked at when it is complete, what is none passes. */
static uint64_t
take_output (void *user, uint64_t when, const uint8_t *bytes, size_t len)
{
    HostilePort *self = user;
    uint32_t baud = fw_board_baud (&self->fake->board, 0);

    self->line_free = MAX (self->line_free, when) + len * byte_time (baud);
    if (!self->is_plugged)
        return self->line_free;
    if (has_other_rate (self, baud)) {
        put_bytes (self, self->line_free, "\xf8\x80\xfe\x00\x78", MIN (len, 5));
        return self->line_free;
    }
    while (len > 0) {
        size_t used = 0, frame_len = 0, skipped = 0;
        enum bwp_result result =
            bwp_slip_push (&self->replies, bytes, len, &used, &frame_len, &skipped);

        if (skipped > 0)
            put_bytes (self, self->line_free, bytes, skipped);
        if (result == BWP_OK) {
            g_autoptr (GByteArray) frame = g_byte_array_append (g_byte_array_new (), self->reply,
                                                                (guint) frame_len);

            if (self->meddle != NULL)
                put_meddled (self, self->line_free, frame);
            else
                put_scripted (self, self->line_free, frame);
            g_byte_array_set_size (self->last, 0);
            g_byte_array_append (self->last, self->reply, (guint) frame_len);
        }
        bytes += used;
        len -= used;
    }
    return self->line_free;
}

static void
cut_output (void *user, uint64_t when)
{
    HostilePort *self = user;
    struct piece *piece = NULL;

    while ((piece = g_queue_peek_tail (&self->pieces)) != NULL && piece->leaves > when) {
        if (self->pieces.length == 1)
            self->read = 0;
        piece_free (g_queue_pop_tail (&self->pieces));
    }
    self->line_free = when;
    bwp_slip_decoder_reset (&self->replies);
}

/* ---- to the board ---------------------------------------------------------------------------- */

static void
hand_over (HostilePort *self, const uint8_t *bytes, size_t len)
{
    uint32_t baud = fw_board_baud (&self->fake->board, self->baud);

    run_until (self, clock_ns + len * byte_time (self->baud));
    if (self->is_plugged && len > 0 && !has_other_rate (self, baud))
        fw_board_receive (&self->fake->board, self->fake->now, bytes, len);
}

static void
hand_over_frame (HostilePort *self, const GByteArray *frame)
{
    g_autoptr (GByteArray) wire = encode (frame);

    hand_over (self, wire->data, wire->len);
}

static void
hand_over_meddled (HostilePort *self, const GByteArray *frame)
{
    g_autoptr (GByteArray) wire = encode (frame);
    uint32_t late_ms = self->meddle (self->meddle_data, TRUE, frame->data, frame->len, wire);

    run_until (self, clock_ns + late_ms * FW_MS);
    hand_over (self, wire->data, wire->len);
}

/* Does to a request what the script says. */
static void
hand_over_scripted (HostilePort *self, GByteArray *frame)
{
    const uint8_t *entry = take_entry (self, TRUE);

    if (entry == NULL) {
        hand_over_frame (self, frame);
        return;
    }
    switch (entry[0] % FIRST_REQUEST_KIND) {
    case KIND_REPEAT:
        for (unsigned i = 0; i <= entry[3] % 8u; i++)
            hand_over_frame (self, frame);
        break;
    case KIND_DELAY:
        run_until (self, clock_ns + entry[3] * 16 * FW_MS);
        hand_over_frame (self, frame);
        break;
    case KIND_RESET:
        hand_over_frame (self, frame);
        fw_board_reset (&self->fake->board, self->fake->now);
        break;
    case KIND_UNPLUG:
        pull_cable (self, entry[3]);
        break;
    default:
        change_frame (frame, entry);
        hand_over_frame (self, frame);
        break;
    }
}

static void
take_input (HostilePort *self, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        size_t used = 0, frame_len = 0, skipped = 0;
        enum bwp_result result =
            bwp_slip_push (&self->requests, bytes, len, &used, &frame_len, &skipped);

        hand_over (self, bytes, skipped);
        if (result == BWP_OK) {
            g_autoptr (GByteArray) frame = g_byte_array_append (g_byte_array_new (), self->request,
                                                                (guint) frame_len);

            if (self->meddle != NULL)
                hand_over_meddled (self, frame);
            else
                hand_over_scripted (self, frame);
        }
        bytes += used;
        len -= used;
    }
}

/* ---- the port -------------------------------------------------------------------------------- */

/* Every call: whether it may go on. */
static gboolean
check (HostilePort *self, GCancellable *cancellable, GError **error)
{
    g_assert_cmpuint (self->calls++, <, CALLS_MAX);
    if (g_cancellable_is_cancelled (cancellable)) {
        bw_set_error (error, BW_CAUSE_CANCELLED, "cancelled by the script");
        return FALSE;
    }
    if (!self->is_plugged) {
        bw_set_error (error, BW_CAUSE_UNPLUGGED, "unplugged by the script");
        return FALSE;
    }
    return TRUE;
}

static void
tell_abilities (HostilePort *self)
{
    enum fw_usb usb = self->fake->board.config.usb;

    if (usb == FW_USB_NONE)
        _bw_port_set_usb_ids (BW_PORT (self), BRIDGE_VENDOR, BRIDGE_PRODUCT);
    else
        _bw_port_set_usb_ids (BW_PORT (self), ESPRESSIF,
                              usb == FW_USB_JTAG ? ESPRESSIF_JTAG : ESPRESSIF_OTG);
    if (self->wiring != HOSTILE_BARE)
        _bw_port_set_abilities (BW_PORT (self), BW_PORT_ABILITY_LOCAL | BW_PORT_ABILITY_LINES
                                                    | BW_PORT_ABILITY_ATOMIC
                                                    | BW_PORT_ABILITY_BAUD);
}

static gboolean
hostile_port_open_place (BwPort *port, GCancellable *cancellable, GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);

    g_assert_cmpuint (self->calls++, <, CALLS_MAX);
    if (!self->is_plugged && self->plug_at <= clock_ns) {
        self->is_plugged = true;
        self->baud = BW_PORT_FIRST_BAUD;
        fw_board_power (&self->fake->board, self->fake->now, true);
    }
    if (!self->is_plugged) {
        bw_set_error (error, BW_CAUSE_NO_SUCH_PORT, "unplugged by the script");
        return FALSE;
    }
    self->baud = BW_PORT_FIRST_BAUD;
    tell_abilities (self);
    return TRUE;
}

static void
hostile_port_close_place (BwPort *port)
{
}

static ssize_t
take_pieces (HostilePort *self, uint8_t *ret_buf, size_t len)
{
    struct piece *piece = NULL;
    size_t n = 0;

    while (n < len && (piece = g_queue_peek_head (&self->pieces)) != NULL
           && piece->leaves <= clock_ns) {
        size_t size = 0;
        const uint8_t *bytes = g_bytes_get_data (piece->bytes, &size);
        size_t now = MIN (len - n, size - self->read);

        memcpy (ret_buf + n, bytes + self->read, now);
        n += now;
        self->read += now;
        if (self->read == size) {
            piece_free (g_queue_pop_head (&self->pieces));
            self->read = 0;
        }
    }
    return (ssize_t) n;
}

static uint64_t
next_event (HostilePort *self)
{
    const struct piece *piece = g_queue_peek_head (&self->pieces);

    return MIN (fw_board_next (&self->fake->board), piece != NULL ? piece->leaves : FW_NEVER);
}

static ssize_t
hostile_port_read (BwPort *port,
                   void *ret_buf,
                   size_t len,
                   int64_t deadline_us,
                   GCancellable *cancellable,
                   GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);
    uint64_t deadline = MAX ((uint64_t) MAX (deadline_us, 0) * NS_PER_US, clock_ns);

    g_assert_cmpint (deadline_us, <, BW_PORT_NO_DEADLINE);
    for (;;) {
        ssize_t n;

        if (!check (self, cancellable, error))
            return -1;
        n = take_pieces (self, ret_buf, len);
        if (n > 0)
            return n;
        if (next_event (self) > deadline)
            break;
        run_until (self, MAX (next_event (self), clock_ns));
    }
    run_until (self, deadline);
    return 0;
}

static gboolean
hostile_port_write (BwPort *port,
                    const void *buf,
                    size_t len,
                    int64_t deadline_us,
                    GCancellable *cancellable,
                    GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);

    if (!check (self, cancellable, error))
        return FALSE;
    take_input (self, buf, len);
    return TRUE;
}

static gboolean
hostile_port_discard (BwPort *port, GCancellable *cancellable, GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);
    uint8_t buf[256];

    if (!check (self, cancellable, error))
        return FALSE;
    while (take_pieces (self, buf, sizeof buf) > 0)
        ;
    return TRUE;
}

static gboolean
hostile_port_set_baud (BwPort *port,
                       uint32_t baud,
                       uint32_t *ret_in_force,
                       GCancellable *cancellable,
                       GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);

    if (!check (self, cancellable, error))
        return FALSE;
    self->baud = baud;
    *ret_in_force = baud;
    return TRUE;
}

static gboolean
hostile_port_set_lines (BwPort *port, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);

    if (!check (self, cancellable, error))
        return FALSE;
    if (self->wiring == HOSTILE_UNWIRED)
        return TRUE;
    fw_board_lines (&self->fake->board, self->fake->now, (lines & BW_PORT_LINE_DTR) != 0,
                    (lines & BW_PORT_LINE_RTS) != 0);
    return TRUE;
}

static gboolean
hostile_port_set_break (BwPort *port, gboolean is_on, GCancellable *cancellable, GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);

    if (!check (self, cancellable, error))
        return FALSE;
    fw_board_break (&self->fake->board, self->fake->now, is_on);
    return TRUE;
}

static gboolean
hostile_port_wait (BwPort *port, uint32_t duration_ms, GCancellable *cancellable, GError **error)
{
    HostilePort *self = HOSTILE_PORT (port);

    g_assert_cmpuint (self->calls++, <, CALLS_MAX);
    run_until (self, clock_ns + duration_ms * FW_MS);
    if (!g_cancellable_is_cancelled (cancellable))
        return TRUE;
    bw_set_error (error, BW_CAUSE_CANCELLED, "cancelled by the script");
    return FALSE;
}

static void
hostile_port_finalize (GObject *object)
{
    HostilePort *self = HOSTILE_PORT (object);

    g_queue_clear_full (&self->pieces, piece_free);
    g_byte_array_unref (self->last);
    G_OBJECT_CLASS (hostile_port_parent_class)->finalize (object);
}

static void
hostile_port_class_init (HostilePortClass *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = hostile_port_finalize;
    port_class->open = hostile_port_open_place;
    port_class->close = hostile_port_close_place;
    port_class->read = hostile_port_read;
    port_class->write = hostile_port_write;
    port_class->discard_input = hostile_port_discard;
    port_class->set_baud = hostile_port_set_baud;
    port_class->set_lines = hostile_port_set_lines;
    port_class->set_break = hostile_port_set_break;
    port_class->wait = hostile_port_wait;
}

static void
hostile_port_init (HostilePort *self)
{
    g_queue_init (&self->pieces);
    self->last = g_byte_array_new ();
    bwp_slip_decoder_init (&self->replies, self->reply, sizeof self->reply);
    bwp_slip_decoder_init (&self->requests, self->request, sizeof self->request);
}

static BwPort *
open_port (HostilePort *self, struct fake *board, HostileWiring wiring)
{
    g_autoptr (GError) error = NULL;
    BwPort *port;

    self->fake = board;
    self->wiring = wiring;
    board->board.output = (struct fw_board_output){ take_output, cut_output, self };
    clock_ns = board->now;
    port = _bw_port_open_new (BW_PORT (self), "hostile", NULL, NULL, &error);
    g_assert_no_error (error);
    return port;
}

BwPort *
hostile_port_open (struct fake *board,
                   HostileWiring wiring,
                   const uint8_t *script,
                   size_t len,
                   GCancellable *cancellable)
{
    HostilePort *self = g_object_new (HOSTILE_TYPE_PORT, NULL);

    self->cancellable = cancellable;
    self->script = script;
    self->script_len = len;
    self->waiting = get_count (self);
    return open_port (self, board, wiring);
}

BwPort *
hostile_port_open_meddled (struct fake *board,
                           HostileWiring wiring,
                           HostileMeddle meddle,
                           gpointer user_data)
{
    HostilePort *self = g_object_new (HOSTILE_TYPE_PORT, NULL);

    self->meddle = meddle;
    self->meddle_data = user_data;
    return open_port (self, board, wiring);
}

HostileDeeds
hostile_port_get_deeds (BwPort *port)
{
    return HOSTILE_PORT (port)->deeds;
}
