/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-replay.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

#include "bw-port-private.h"
#include "bw-recording.h"

/* A caller that looks at the clock itself may ask again after a deadline; this often at most, so
 * that a loop without end becomes an error. */
#define MAX_EXTRA_DEADLINES 1000000u

/* What was read in a row is given to the mask in pieces of this size at most. */
#define MAX_HELD_BYTES (64u * 1024)

#define BW_TYPE_PORT_REPLAY (bw_port_replay_get_type ())
G_DECLARE_FINAL_TYPE (BwPortReplay, bw_port_replay, BW, PORT_REPLAY, BwPort)

struct _BwPortReplay {
    BwPort parent_instance;
    BwRecording *recording;
    gboolean was_opened;
    BwRecordingCursor cursor;
    /* where we are: within the items of an entry, after n_writes of its writes */
    const struct BwRecordingEntry *current; /* NULL before the first one */
    const struct BwRecordingEntry *next;    /* NULL behind the last one */
    uint64_t n_writes;
    uint64_t bytes; /* of all writes since the last sum */
    uint32_t crc;
    unsigned item;
    size_t item_used;  /* bytes of an R or Z, times of a T */
    GByteArray *held;  /* taken from items, not seen by the mask yet */
    GByteArray *heard; /* ready to be read */
    BwPortMask mask;
    gpointer mask_data;
    gboolean is_silent; /* a read may end with its deadline though none is recorded */
    unsigned n_extra;
};

G_DEFINE_FINAL_TYPE (BwPortReplay, bw_port_replay, BW_TYPE_PORT)

/* The item that comes next within the current entry. */
static const struct BwRecordingItem *
get_item (BwPortReplay *self)
{
    return self->current != NULL && self->item < self->current->items->len
               ? g_ptr_array_index (self->current->items, self->item)
               : NULL;
}

static const char *
describe (const struct BwRecordingEntry *entry)
{
    static const char *const words[] = { N_ ("a write"),          N_ ("a read"),
                                         N_ ("a change of rate"), N_ ("a change of lines"),
                                         N_ ("a break"),          N_ ("a reopening") };

    return entry == NULL ? _ ("its end") : _ (words[entry->kind]);
}

static gboolean
diverge (BwPortReplay *self, const char *what, GError **error)
{
    /* translators: what the program did, such as "bytes are written"; a number; what the recording
     * holds instead, such as "a read" */
    bw_set_error (error, BW_CAUSE_INTERNAL,
                  _ ("the replay parts from its recording: %s, where after line %u comes %s"), what,
                  self->current == NULL ? 1 : self->current->line,
                  get_item (self) != NULL || self->heard->len > 0 ? _ ("something to read")
                                                                  : describe (self->next));
    return FALSE;
}

static gboolean
fail_as_recorded (const struct BwRecordingItem *item, GError **error)
{
    bw_set_error (error, item->cause, "%s", item->evidence);
    return FALSE;
}

static void
next_item (BwPortReplay *self)
{
    self->item++;
    self->item_used = 0;
}

static void
restart_items (BwPortReplay *self)
{
    self->item = 0;
    self->item_used = 0;
    self->is_silent = FALSE;
    self->n_extra = 0;
}

static const struct BwRecordingEntry *
begin_entry (BwPortReplay *self)
{
    self->current = self->next;
    self->next = bw_recording_cursor_next (&self->cursor);
    self->n_writes = 0;
    restart_items (self);
    return self->current;
}

static gboolean
is_input (const struct BwRecordingItem *item)
{
    return item->kind == 'R' || item->kind == 'Z';
}

/* Bytes that were read then and not now mean that the caller has become another. */
static gboolean
has_unread (BwPortReplay *self)
{
    if (self->heard->len > 0)
        return TRUE;
    for (const struct BwRecordingItem *item = NULL; (item = get_item (self)) != NULL;
         next_item (self))
        if (is_input (item))
            return TRUE;
    return FALSE;
}

static gboolean
is_repeating (BwPortReplay *self)
{
    return self->current != NULL && self->current->kind == BW_RECORDING_EXCHANGE
           && self->n_writes < self->current->count;
}

/* Goes on to items that come without a write. */
static gboolean
begin_loose (BwPortReplay *self)
{
    if (self->next == NULL || self->next->kind != BW_RECORDING_LOOSE || is_repeating (self))
        return FALSE;
    begin_entry (self);
    return TRUE;
}

/* The exchange that the next write belongs to; NULL if none is recorded here. */
static const struct BwRecordingEntry *
find_exchange (BwPortReplay *self)
{
    if (has_unread (self))
        return NULL;
    if (is_repeating (self)) {
        restart_items (self);
        return self->current;
    }
    return self->next != NULL && self->next->kind == BW_RECORDING_EXCHANGE ? begin_entry (self)
                                                                           : NULL;
}

/* Where a sum is recorded it is that of what was written since the last one. */
static gboolean
check_sum (BwPortReplay *self, const struct BwRecordingEntry *entry)
{
    gboolean is_last = self->n_writes == entry->count;
    gboolean is_right = self->bytes <= entry->bytes
                        && (!is_last || (self->bytes == entry->bytes && self->crc == entry->crc));

    if (is_last) {
        self->bytes = 0;
        self->crc = 0;
    }
    return is_right;
}

static gboolean
write_bytes (BwPort *port,
             const void *buf,
             size_t len,
             int64_t deadline_us,
             GCancellable *cancellable,
             GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);
    const struct BwRecordingEntry *entry = find_exchange (self);
    const struct BwRecordingItem *item = NULL;

    if (entry == NULL)
        return diverge (self, _ ("bytes are written"), error);
    self->n_writes++;
    self->bytes += len;
    self->crc = (uint32_t) crc32_z (self->crc, buf, len);
    if (entry->has_sum && !check_sum (self, entry))
        return diverge (self, _ ("other bytes are written"), error);
    item = get_item (self);
    if (item == NULL || item->kind != 'E')
        return TRUE;
    next_item (self);
    return fail_as_recorded (item, error);
}

/* As much of @item as there is room for. */
static void
take_input (BwPortReplay *self, const struct BwRecordingItem *item)
{
    GByteArray *held = self->held;
    size_t size = item->count;
    const uint8_t *bytes =
        item->kind == 'R' ? (const uint8_t *) g_bytes_get_data (item->bytes, &size) : NULL;
    size_t n = MIN (size - self->item_used, MAX_HELD_BYTES - held->len);
    guint at = held->len;

    g_byte_array_set_size (held, at + (guint) n);
    if (bytes != NULL)
        memcpy (held->data + at, bytes + self->item_used, n);
    else
        memset (held->data + at, 0, n);
    self->item_used += n;
    if (self->item_used == size)
        next_item (self);
}

/* Takes what was read in a row under one mask. Returns FALSE if there is more of it. */
static gboolean
take_row (BwPortReplay *self)
{
    const struct BwRecordingItem *item = NULL;

    do {
        while ((item = get_item (self)) != NULL && is_input (item)) {
            if (self->held->len == MAX_HELD_BYTES)
                return FALSE;
            take_input (self, item);
        }
    } while (item == NULL && begin_loose (self));
    return TRUE;
}

/* All that fits: who read it then had it in hand before the next write. */
static ssize_t
play_heard (BwPortReplay *self, uint8_t *ret_buf, size_t len)
{
    size_t n = MIN (len, self->heard->len);

    /* who stopped here by the clock, and not because nothing came, may ask once more now */
    self->is_silent = TRUE;
    self->n_extra = 0;
    memcpy (ret_buf, self->heard->data, n);
    g_byte_array_remove_range (self->heard, 0, (guint) n);
    return (ssize_t) n;
}

/* A mask that takes something away for the recording gives it back here. Returns FALSE if there is
 * more to take. */
static gboolean
hear_row (BwPortReplay *self)
{
    gboolean is_all = take_row (self);
    size_t used = 0;

    if (self->mask != NULL)
        used = self->mask (self->mask_data, self->held->data, self->held->len, self->heard);
    used = MIN (used, self->held->len);
    /* as the recorder did: what nothing follows, or nobody makes up his mind about, is as it came */
    if (is_all || used == 0) {
        g_byte_array_append (self->heard, self->held->data + used,
                             (guint) (self->held->len - used));
        used = self->held->len;
    }
    g_byte_array_remove_range (self->held, 0, (guint) used);
    return is_all;
}

static ssize_t
play_input (BwPortReplay *self, uint8_t *ret_buf, size_t len)
{
    while (!hear_row (self) && self->heard->len == 0)
        ;
    return play_heard (self, ret_buf, len);
}

static ssize_t
play_silence (BwPortReplay *self, const struct BwRecordingItem *item)
{
    self->is_silent = TRUE;
    self->n_extra = 0;
    if (++self->item_used >= item->count)
        next_item (self);
    return 0;
}

static ssize_t
play_nothing (BwPortReplay *self, GError **error)
{
    if (self->is_silent && self->n_extra++ < MAX_EXTRA_DEADLINES)
        return 0;
    diverge (self, _ ("bytes are read"), error);
    return -1;
}

/* What comes next without a write. */
static const struct BwRecordingItem *
find_item (BwPortReplay *self)
{
    for (;;) {
        const struct BwRecordingItem *item = get_item (self);

        if (item == NULL && begin_loose (self))
            continue;
        if (item == NULL || item->kind != 'M')
            return item;
        next_item (self);
    }
}

static ssize_t
read_bytes (BwPort *port,
            void *ret_buf,
            size_t len,
            int64_t deadline_us,
            GCancellable *cancellable,
            GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);
    const struct BwRecordingItem *item = NULL;

    if (self->heard->len > 0)
        return play_heard (self, ret_buf, len);
    item = find_item (self);
    if (item == NULL)
        return play_nothing (self, error);
    switch (item->kind) {
    case 'R':
    case 'Z':
        return play_input (self, ret_buf, len);
    case 'T':
        return play_silence (self, item);
    case 'F':
        next_item (self);
        fail_as_recorded (item, error);
        return -1;
    default:
        return play_nothing (self, error);
    }
}

/* Skips to behind the discard that is recorded within the current entry, if there is one. */
static gboolean
skip_discard (BwPortReplay *self)
{
    unsigned old_item = self->item;
    size_t old_used = self->item_used;

    for (const struct BwRecordingItem *item = NULL; (item = get_item (self)) != NULL;) {
        next_item (self);
        if (item->kind == 'D')
            return TRUE;
    }
    self->item = old_item;
    self->item_used = old_used;
    return FALSE;
}

static gboolean
discard_input (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);

    g_byte_array_set_size (self->held, 0);
    g_byte_array_set_size (self->heard, 0);
    if (skip_discard (self))
        return TRUE;
    if (begin_loose (self))
        skip_discard (self);
    return TRUE;
}

/* Plays an entry that is no transfer. */
static gboolean
play_set_up (BwPortReplay *self,
             BwRecordingKind kind,
             uint32_t value,
             const char *what,
             GError **error)
{
    const struct BwRecordingEntry *next = self->next;

    if (has_unread (self) || is_repeating (self) || next == NULL || next->kind != kind
        || next->value != value)
        return diverge (self, what, error);
    begin_entry (self);
    if (next->items->len == 0)
        return TRUE;
    self->item = next->items->len;
    return fail_as_recorded (g_ptr_array_index (next->items, 0), error);
}

static gboolean
set_baud (BwPort *port,
          uint32_t baud,
          uint32_t *ret_in_force,
          GCancellable *cancellable,
          GError **error)
{
    *ret_in_force = baud;
    return play_set_up (BW_PORT_REPLAY (port), BW_RECORDING_BAUD, baud, _ ("the rate is set"),
                        error);
}

static gboolean
set_lines (BwPort *port, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    return play_set_up (BW_PORT_REPLAY (port), BW_RECORDING_LINES, (uint32_t) lines,
                        _ ("lines are set"), error);
}

static gboolean
set_break (BwPort *port, gboolean is_on, GCancellable *cancellable, GError **error)
{
    return play_set_up (BW_PORT_REPLAY (port), BW_RECORDING_BREAK, is_on != FALSE,
                        _ ("break is set"), error);
}

static gboolean
wait_not (BwPort *port, uint32_t duration_ms, GCancellable *cancellable, GError **error)
{
    if (!g_cancellable_is_cancelled (cancellable))
        return TRUE;
    bw_set_error (error, BW_CAUSE_CANCELLED, _ ("cancelled on request"));
    return FALSE;
}

static gboolean
reopen_recording (BwPortReplay *self, GError **error)
{
    uint32_t ids = self->next != NULL ? self->next->value : 0;

    /* one that was waited for in vain was not always taken down */
    if (self->next == NULL || self->next->kind != BW_RECORDING_REOPEN) {
        bw_set_error (error, BW_CAUSE_UNPLUGGED, _ ("the port was not opened again"));
        return FALSE;
    }
    if (!play_set_up (self, BW_RECORDING_REOPEN, ids, _ ("the port is opened again"), error))
        return FALSE;
    if (ids != 0)
        _bw_port_set_usb_ids (BW_PORT (self), (uint16_t) (ids >> 16), (uint16_t) ids);
    return TRUE;
}

static gboolean
open_recording (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);
    const BwRecording *r = self->recording;

    if (self->was_opened)
        return reopen_recording (self, error);
    self->was_opened = TRUE;
    _bw_port_set_usb_ids (port, r->usb_vendor, r->usb_product);
    _bw_port_set_abilities (port, (r->is_local ? BW_PORT_ABILITY_LOCAL : 0)
                                      | (r->has_lines ? BW_PORT_ABILITY_LINES : 0)
                                      | (r->has_atomic_lines ? BW_PORT_ABILITY_ATOMIC : 0)
                                      | (r->has_baud ? BW_PORT_ABILITY_BAUD : 0));
    return TRUE;
}

static void
close_recording (BwPort *port)
{
}

static void
set_mask (BwPort *port, BwPortMask mask, gpointer data)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);

    self->mask = self->recording->gives_back ? mask : NULL;
    self->mask_data = data;
}

static void
bw_port_replay_finalize (GObject *object)
{
    bw_recording_free (BW_PORT_REPLAY (object)->recording);
    g_byte_array_unref (BW_PORT_REPLAY (object)->held);
    g_byte_array_unref (BW_PORT_REPLAY (object)->heard);
    G_OBJECT_CLASS (bw_port_replay_parent_class)->finalize (object);
}

static void
bw_port_replay_class_init (BwPortReplayClass *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = bw_port_replay_finalize;
    port_class->open = open_recording;
    port_class->close = close_recording;
    port_class->read = read_bytes;
    port_class->write = write_bytes;
    port_class->discard_input = discard_input;
    port_class->set_baud = set_baud;
    port_class->set_lines = set_lines;
    port_class->set_break = set_break;
    port_class->wait = wait_not;
    port_class->set_mask = set_mask;
}

static void
bw_port_replay_init (BwPortReplay *self)
{
    self->held = g_byte_array_new ();
    self->heard = g_byte_array_new ();
}

BwPort *
bw_port_replay_new (GBytes *recording, GError **error)
{
    g_autoptr (BwRecording) parsed = NULL;
    BwPortReplay *self = NULL;

    g_return_val_if_fail (recording != NULL, NULL);
    parsed = bw_recording_parse (recording, error);
    if (parsed == NULL)
        return NULL;
    self = g_object_new (BW_TYPE_PORT_REPLAY, NULL);
    self->recording = g_steal_pointer (&parsed);
    bw_recording_cursor_init (&self->cursor, self->recording);
    self->next = bw_recording_cursor_next (&self->cursor);
    return _bw_port_open_new (BW_PORT (self), "recording", NULL, NULL, error);
}

gboolean
bw_port_replay_is_cut (BwPort *port)
{
    g_return_val_if_fail (BW_IS_PORT_REPLAY (port), FALSE);
    return BW_PORT_REPLAY (port)->recording->is_cut;
}

gboolean
bw_port_replay_is_finished (BwPort *port)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);

    g_return_val_if_fail (BW_IS_PORT_REPLAY (port), FALSE);
    return self->next == NULL && !is_repeating (self) && get_item (self) == NULL
           && self->heard->len == 0;
}
