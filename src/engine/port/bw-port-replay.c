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

#define BW_TYPE_PORT_REPLAY (bw_port_replay_get_type ())
G_DECLARE_FINAL_TYPE (BwPortReplay, bw_port_replay, BW, PORT_REPLAY, BwPort)

struct _BwPortReplay {
    BwPort parent_instance;
    BwRecording *recording;
    gboolean was_opened;
    /* where we are: within the items of an entry, after n_writes of its writes */
    unsigned n_begun; /* entries begun; the current one is the last of them */
    uint64_t n_writes;
    uint64_t bytes;
    uint32_t crc;
    unsigned item;
    size_t item_used;   /* bytes of an R or Z, times of a T */
    gboolean is_silent; /* the last read ended with its deadline */
    unsigned n_extra;
};

G_DEFINE_FINAL_TYPE (BwPortReplay, bw_port_replay, BW_TYPE_PORT)

static const struct BwRecordingEntry *
get_entry (BwPortReplay *self, unsigned index)
{
    return index < self->recording->entries->len
               ? g_ptr_array_index (self->recording->entries, index)
               : NULL;
}

/* The item that comes next within the current entry. */
static const struct BwRecordingItem *
get_item (BwPortReplay *self)
{
    const struct BwRecordingEntry *entry =
        self->n_begun > 0 ? get_entry (self, self->n_begun - 1) : NULL;

    return entry != NULL && self->item < entry->items->len
               ? g_ptr_array_index (entry->items, self->item)
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
    const struct BwRecordingEntry *next = get_entry (self, self->n_begun);
    const struct BwRecordingEntry *last =
        self->n_begun > 0 ? get_entry (self, self->n_begun - 1) : NULL;

    /* translators: what the program did, such as "bytes are written"; a number; what the recording
     * holds instead, such as "a read" */
    bw_set_error (error, BW_CAUSE_INTERNAL,
                  _ ("the replay parts from its recording: %s, where after line %u comes %s"), what,
                  last == NULL ? 1 : last->line,
                  get_item (self) != NULL ? _ ("something to read") : describe (next));
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
    const struct BwRecordingEntry *entry = get_entry (self, self->n_begun++);

    self->n_writes = 0;
    self->bytes = 0;
    self->crc = 0;
    restart_items (self);
    return entry;
}

/* Bytes that were read then and not now mean that the caller has become another. */
static gboolean
has_unread (BwPortReplay *self)
{
    for (const struct BwRecordingItem *item = NULL; (item = get_item (self)) != NULL;
         next_item (self))
        if (item->kind == 'R' || item->kind == 'Z')
            return TRUE;
    return FALSE;
}

static gboolean
is_repeating (BwPortReplay *self)
{
    const struct BwRecordingEntry *entry =
        self->n_begun > 0 ? get_entry (self, self->n_begun - 1) : NULL;

    return entry != NULL && entry->kind == BW_RECORDING_EXCHANGE && self->n_writes < entry->count;
}

/* The exchange that the next write belongs to; NULL if none is recorded here. */
static const struct BwRecordingEntry *
find_exchange (BwPortReplay *self)
{
    const struct BwRecordingEntry *next = get_entry (self, self->n_begun);

    if (has_unread (self))
        return NULL;
    if (is_repeating (self)) {
        restart_items (self);
        return get_entry (self, self->n_begun - 1);
    }
    return next != NULL && next->kind == BW_RECORDING_EXCHANGE ? begin_entry (self) : NULL;
}

static gboolean
write_bytes (BwPort *port,
             const void *head,
             size_t head_len,
             const void *body,
             size_t body_len,
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
    self->bytes += head_len + body_len;
    self->crc = (uint32_t) crc32_z (self->crc, head, head_len);
    if (body_len > 0)
        self->crc = (uint32_t) crc32_z (self->crc, body, body_len);
    if (self->bytes > entry->bytes
        || (self->n_writes == entry->count
            && (self->bytes != entry->bytes || self->crc != entry->crc)))
        return diverge (self, _ ("other bytes are written"), error);
    item = get_item (self);
    if (item == NULL || item->kind != 'E')
        return TRUE;
    next_item (self);
    return fail_as_recorded (item, error);
}

static size_t
play_bytes (BwPortReplay *self, const struct BwRecordingItem *item, void *ret_buf, size_t len)
{
    size_t size = 0;
    const uint8_t *bytes = g_bytes_get_data (item->bytes, &size);
    size_t n = MIN (len, size - self->item_used);

    memcpy (ret_buf, bytes + self->item_used, n);
    self->item_used += n;
    if (self->item_used == size)
        next_item (self);
    return n;
}

static size_t
play_zeros (BwPortReplay *self, const struct BwRecordingItem *item, void *ret_buf, size_t len)
{
    size_t n = MIN (len, item->count - self->item_used);

    memset (ret_buf, 0, n);
    self->item_used += n;
    if (self->item_used == item->count)
        next_item (self);
    return n;
}

/* All that fits: who read it then had it in hand before the next write. */
static ssize_t
play_input (BwPortReplay *self, uint8_t *ret_buf, size_t len)
{
    const struct BwRecordingItem *item = NULL;
    size_t n = 0;

    self->is_silent = FALSE;
    while (n < len && (item = get_item (self)) != NULL && (item->kind == 'R' || item->kind == 'Z'))
        n += item->kind == 'R' ? play_bytes (self, item, ret_buf + n, len - n)
                               : play_zeros (self, item, ret_buf + n, len - n);
    return (ssize_t) n;
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

static ssize_t
read_bytes (BwPort *port,
            void *ret_buf,
            size_t len,
            int64_t deadline_us,
            GCancellable *cancellable,
            GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);
    const struct BwRecordingEntry *next = get_entry (self, self->n_begun);
    const struct BwRecordingItem *item = get_item (self);

    if (item == NULL && next != NULL && next->kind == BW_RECORDING_LOOSE && !is_repeating (self)) {
        begin_entry (self);
        item = get_item (self);
    }
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

static gboolean
drain (BwPort *port, int64_t deadline_us, GCancellable *cancellable, GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);
    const struct BwRecordingItem *item = get_item (self);

    if (item == NULL || item->kind != 'P')
        return TRUE;
    next_item (self);
    return fail_as_recorded (item, error);
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
    const struct BwRecordingEntry *next = get_entry (self, self->n_begun);

    if (skip_discard (self))
        return TRUE;
    if (next != NULL && next->kind == BW_RECORDING_LOOSE && !is_repeating (self)) {
        begin_entry (self);
        skip_discard (self);
    }
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
    const struct BwRecordingEntry *next = get_entry (self, self->n_begun);

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
open_recording (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortReplay *self = BW_PORT_REPLAY (port);
    const BwRecording *r = self->recording;

    if (self->was_opened)
        return play_set_up (self, BW_RECORDING_REOPEN, 0, _ ("the port is opened again"), error);
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
bw_port_replay_finalize (GObject *object)
{
    bw_recording_free (BW_PORT_REPLAY (object)->recording);
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
    port_class->drain = drain;
    port_class->discard_input = discard_input;
    port_class->set_baud = set_baud;
    port_class->set_lines = set_lines;
    port_class->set_break = set_break;
    port_class->wait = wait_not;
}

static void
bw_port_replay_init (BwPortReplay *self)
{
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
    return self->n_begun == self->recording->entries->len && !is_repeating (self)
           && get_item (self) == NULL;
}
