/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "frame-fault.h"

#include "bwp-slip.h"

#define BURST_BYTES 8
#define ACK_BYTES 4
#define MD5_BYTES 16
#define STATUS_BYTES 4
/* Of the data in front, and behind: the words of a request, a header of a block. */
#define DATA_FIRST_BYTES 20
#define DATA_LAST_BYTES 2

/* ---- what a frame is ------------------------------------------------------------------------- */

static gboolean
is_plain (gboolean is_request, const uint8_t *frame, size_t len)
{
    return len >= BWP_ESP_HEADER_BYTES && frame[0] == (is_request ? 0 : 1);
}

static const char *
name_kind (const struct meddler *self, gboolean is_request, const uint8_t *frame, size_t len)
{
    if (self->is_stream)
        return is_request ? "acknowledgement" : len == MD5_BYTES ? "digest" : "content";
    return is_plain (is_request, frame, len) ? bwp_esp_op_name (frame[1]) : "greeting";
}

/* What comes behind the reply to READ_FLASH is no reply, until the next request. */
static void
follow_stream (struct meddler *self, gboolean is_request, const uint8_t *frame, size_t len)
{
    if (is_request && len != ACK_BYTES)
        self->is_stream = FALSE;
    else if (!is_request && is_plain (FALSE, frame, len) && frame[1] == BWP_ESP_READ_FLASH)
        self->is_stream = TRUE;
}

static void
note (struct meddler *self, gboolean is_request, const uint8_t *frame, size_t len)
{
    struct sighting sighting = {
        .is_request = is_request,
        .kind = name_kind (self, is_request, frame, len),
        .len = len,
        .is_plain = !self->is_stream && is_plain (is_request, frame, len),
    };

    g_array_append_val (self->seen, sighting);
}

/* ---- what is done to it ---------------------------------------------------------------------- */

/* Where byte @place of the frame is on the line. */
static size_t
find_on_wire (const uint8_t *frame, size_t place)
{
    size_t at = 1;

    for (size_t i = 0; i < place; i++)
        at += frame[i] == BWP_SLIP_END || frame[i] == BWP_SLIP_ESC ? 2 : 1;
    return at;
}

static void
put_old (GByteArray *wire, const GByteArray *old)
{
    g_byte_array_set_size (wire, 0);
    if (old != NULL)
        g_byte_array_append (wire, old->data, old->len);
}

static void
damage_byte (GByteArray *wire, size_t at, enum frame_damage damage, unsigned seed)
{
    static const uint8_t flips[] = { 0x01, 0x10, 0x80 };

    switch (damage) {
    case DAMAGE_FLIP_LOW:
    case DAMAGE_FLIP_MIDDLE:
    case DAMAGE_FLIP_HIGH:
        wire->data[at] ^= flips[damage];
        break;
    case DAMAGE_DROP:
        g_byte_array_remove_index (wire, (guint) at);
        break;
    case DAMAGE_DOUBLE: {
        g_autoptr (GByteArray) tail = g_byte_array_new ();

        g_byte_array_append (tail, wire->data + at, wire->len - (guint) at);
        g_byte_array_set_size (wire, (guint) at + 1);
        g_byte_array_append (wire, tail->data, tail->len);
        break;
    }
    case DAMAGE_BURST: {
        g_autoptr (GRand) chance = g_rand_new_with_seed (seed);

        for (size_t i = at; i < MIN (at + BURST_BYTES, wire->len); i++)
            wire->data[i] = (uint8_t) g_rand_int (chance);
        break;
    }
    case DAMAGE_NEVER:
    case DAMAGE_TWICE:
    case DAMAGE_OLD:
    case DAMAGE_OLD_LIKE_IT:
    case DAMAGE_OLD_FIRST:
    case DAMAGE_LATE:
    default:
        g_assert_not_reached ();
    }
}

static void
damage_order (const struct meddler *self, const uint8_t *frame, GByteArray *wire)
{
    switch (self->fault->damage) {
    case DAMAGE_NEVER:
        g_byte_array_set_size (wire, 0);
        break;
    case DAMAGE_TWICE:
        g_byte_array_set_size (wire, 2 * wire->len);
        memcpy (wire->data + wire->len / 2, wire->data, wire->len / 2);
        break;
    case DAMAGE_OLD:
        put_old (wire, self->last);
        break;
    case DAMAGE_OLD_LIKE_IT:
        put_old (wire, self->last_like[frame[1]]);
        break;
    case DAMAGE_OLD_FIRST:
        if (self->last != NULL)
            g_byte_array_prepend (wire, self->last->data, self->last->len);
        break;
    case DAMAGE_LATE:
        break;
    case DAMAGE_FLIP_LOW:
    case DAMAGE_FLIP_MIDDLE:
    case DAMAGE_FLIP_HIGH:
    case DAMAGE_DROP:
    case DAMAGE_DOUBLE:
    case DAMAGE_BURST:
    default:
        g_assert_not_reached ();
    }
}

static void
damage (const struct meddler *self, const uint8_t *frame, GByteArray *wire)
{
    const struct frame_fault *fault = self->fault;
    size_t at = 0;

    if (fault->field == FIELD_WHOLE) {
        damage_order (self, frame, wire);
        return;
    }
    if (fault->field == FIELD_END)
        at = wire->len - 1;
    else if (fault->field != FIELD_BEGIN)
        at = find_on_wire (frame, fault->place);
    damage_byte (wire, at, fault->damage, fault->at);
}

static void
keep (GByteArray **kept, const GByteArray *wire)
{
    g_clear_pointer (kept, g_byte_array_unref);
    *kept = g_byte_array_append (g_byte_array_new (), wire->data, wire->len);
}

uint32_t
meddler_meddle (gpointer meddler,
                gboolean is_request,
                const uint8_t *frame,
                size_t len,
                GByteArray *wire)
{
    struct meddler *self = meddler;
    gboolean is_due = self->fault != NULL && self->count == self->fault->at;
    g_autoptr (GByteArray) whole = g_byte_array_append (g_byte_array_new (), wire->data, wire->len);

    if (is_request)
        follow_stream (self, TRUE, frame, len);
    if (self->seen != NULL)
        note (self, is_request, frame, len);
    if (is_due)
        damage (self, frame, wire);
    if (!is_request) {
        keep (&self->last, whole);
        if (!self->is_stream && is_plain (FALSE, frame, len))
            keep (&self->last_like[frame[1]], whole);
        follow_stream (self, FALSE, frame, len);
    }
    self->count++;
    self->bytes += wire->len;
    return is_due ? self->fault->late_ms : 0;
}

void
meddler_clear (struct meddler *self)
{
    g_clear_pointer (&self->last, g_byte_array_unref);
    for (unsigned i = 0; i < G_N_ELEMENTS (self->last_like); i++)
        g_clear_pointer (&self->last_like[i], g_byte_array_unref);
    *self = (struct meddler){ 0 };
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void
add_field (GArray *faults, unsigned at, enum frame_field field, size_t place)
{
    for (int i = DAMAGE_FLIP_LOW; i <= DAMAGE_BURST; i++) {
        struct frame_fault fault = { at, field, place, (enum frame_damage) i, 0 };

        g_array_append_val (faults, fault);
    }
}

static enum frame_field
name_field (const struct sighting *sighting, size_t place)
{
    static const enum frame_field head[BWP_ESP_HEADER_BYTES] = {
        FIELD_DIRECTION, FIELD_COMMAND, FIELD_SIZE,  FIELD_SIZE,
        FIELD_VALUE,     FIELD_VALUE,   FIELD_VALUE, FIELD_VALUE,
    };

    if (!sighting->is_plain)
        return FIELD_DATA;
    if (place < BWP_ESP_HEADER_BYTES)
        return head[place];
    return !sighting->is_request && place + STATUS_BYTES >= sighting->len ? FIELD_STATUS
                                                                          : FIELD_DATA;
}

static void
add_fields (GArray *faults, const struct sighting *sighting, unsigned at)
{
    size_t head = (sighting->is_plain ? BWP_ESP_HEADER_BYTES : 0) + DATA_FIRST_BYTES;
    size_t tail = DATA_LAST_BYTES + (sighting->is_request ? 0 : STATUS_BYTES);

    add_field (faults, at, FIELD_BEGIN, 0);
    for (size_t place = 0; place < sighting->len; place++)
        if (place < head || place + tail >= sighting->len || place == sighting->len / 2)
            add_field (faults, at, name_field (sighting, place), place);
    add_field (faults, at, FIELD_END, 0);
}

static void
add_order (GArray *faults, unsigned at, enum frame_damage damage, uint32_t late_ms)
{
    struct frame_fault fault = { at, FIELD_WHOLE, 0, damage, late_ms };

    g_array_append_val (faults, fault);
}

/* Limits of the driver are between 0.1 and 240 s: for each of them some of these are below and some
 * above. */
static void
add_orders (GArray *faults, const struct sighting *sighting, unsigned at)
{
    static const uint32_t late_ms[] = { 60, 150, 700, 2500, 3500, 8000, 20000, 70000, 250000 };

    add_order (faults, at, DAMAGE_NEVER, 0);
    add_order (faults, at, DAMAGE_TWICE, 0);
    if (sighting->is_request)
        return;
    add_order (faults, at, DAMAGE_OLD, 0);
    if (sighting->is_plain)
        add_order (faults, at, DAMAGE_OLD_LIKE_IT, 0);
    add_order (faults, at, DAMAGE_OLD_FIRST, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS (late_ms); i++)
        add_order (faults, at, DAMAGE_LATE, late_ms[i]);
}

void
frame_faults_add (GArray *faults, const struct sighting *sighting, unsigned at)
{
    add_fields (faults, sighting, at);
    add_orders (faults, sighting, at);
}

char *
frame_fault_dup_text (const struct frame_fault *fault)
{
    static const char *const fields[] = { "begin", "direction", "command", "size", "value",
                                          "data",  "status",    "end",     "whole" };
    static const char *const damages[] = { "bit 0",   "bit 4",       "bit 7",     "dropped",
                                           "doubled", "burst",       "never",     "twice",
                                           "old",     "old like it", "old first", "late" };

    return g_strdup_printf ("%s %zu %s %u ms", fields[fault->field], fault->place,
                            damages[fault->damage], fault->late_ms);
}
