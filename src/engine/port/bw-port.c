/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port.h"

#include <glib/gi18n-lib.h>

#include "bw-port-lease.h"
#include "bw-port-poll.h"
#include "bw-port-private.h"
#include "bw-recorder.h"

#define US_PER_MS 1000

typedef struct {
    char *address;
    char *lease_name; /* NULL: anybody may open it besides */
    gboolean has_lease;
    gboolean is_open;
    GError *lost; /* why the device has gone; NULL while it is there */
    BwPortAbilities abilities;
    uint16_t usb_vendor;
    uint16_t usb_product;
    uint32_t baud;
    BwPortLines lines;
    BwRecorder *recorder;
    GCancellable *watched; /* whose descriptor is held */
    int cancel_fd;
} BwPortPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BwPort, bw_port, G_TYPE_OBJECT)

static BwPortPrivate *
get_private (BwPort *self)
{
    return bw_port_get_instance_private (self);
}

static void
watch (BwPortPrivate *priv, GCancellable *cancellable)
{
    if (priv->watched != NULL && priv->cancel_fd >= 0)
        g_cancellable_release_fd (priv->watched);
    g_set_object (&priv->watched, cancellable);
    priv->cancel_fd = cancellable == NULL ? -1 : g_cancellable_get_fd (cancellable);
}

int
_bw_port_get_cancel_fd (BwPort *self, GCancellable *cancellable)
{
    BwPortPrivate *priv = get_private (self);

    if (cancellable == NULL)
        return -1;
    if (priv->watched != cancellable)
        watch (priv, cancellable);
    return priv->cancel_fd;
}

void
_bw_port_set_usb_ids (BwPort *self, uint16_t vendor, uint16_t product)
{
    get_private (self)->usb_vendor = vendor;
    get_private (self)->usb_product = product;
}

void
_bw_port_set_abilities (BwPort *self, BwPortAbilities abilities)
{
    get_private (self)->abilities = abilities;
}

static gboolean
has_ability (BwPort *self, BwPortAbilities ability)
{
    return (get_private (self)->abilities & ability) != 0;
}

/* Every call comes through here: a port that is not open or has lost its device does nothing. */
static gboolean
is_usable (BwPort *self, GError **error)
{
    BwPortPrivate *priv = get_private (self);

    if (!priv->is_open) {
        bw_set_error (error, BW_CAUSE_INTERNAL, _ ("%s is not open"), priv->address);
        return FALSE;
    }
    if (priv->lost != NULL && error != NULL)
        *error = g_error_copy (priv->lost);
    return priv->lost == NULL;
}

/* Takes note of an error on its way to the caller. */
static void
pass_error (BwPort *self, GError *local, GError **error)
{
    BwPortPrivate *priv = get_private (self);
    BwCause cause = bw_error_get_cause (local);

    if ((cause == BW_CAUSE_UNPLUGGED || cause == BW_CAUSE_LOST) && priv->lost == NULL)
        priv->lost = g_error_copy (local);
    g_propagate_error (error, local);
}

static char *
describe_abilities (BwPort *self)
{
    BwPortPrivate *priv = get_private (self);

    return g_strdup_printf ("%04x:%04x%s%s%s%s", priv->usb_vendor, priv->usb_product,
                            has_ability (self, BW_PORT_ABILITY_LOCAL) ? " local" : "",
                            has_ability (self, BW_PORT_ABILITY_LINES) ? " lines" : "",
                            has_ability (self, BW_PORT_ABILITY_ATOMIC) ? " atomic" : "",
                            has_ability (self, BW_PORT_ABILITY_BAUD) ? " baud" : "");
}

static gboolean
open_place (BwPort *self, GCancellable *cancellable, GError **error)
{
    BwPortPrivate *priv = get_private (self);
    BwPortClass *klass = BW_PORT_GET_CLASS (self);

    g_clear_error (&priv->lost);
    priv->baud = BW_PORT_FIRST_BAUD;
    priv->lines = BW_PORT_LINES_NONE;
    priv->is_open = klass->open == NULL || klass->open (self, cancellable, error);
    if (!priv->is_open)
        klass->close (self);
    return priv->is_open;
}

static gboolean
take_lease (BwPortPrivate *priv, GError **error)
{
    if (priv->lease_name == NULL)
        return TRUE;
    priv->has_lease = bw_port_lease_take (priv->lease_name, error);
    return priv->has_lease;
}

static void
give_back_lease (BwPortPrivate *priv)
{
    if (priv->has_lease)
        bw_port_lease_give_back (priv->lease_name);
    priv->has_lease = FALSE;
}

BwPort *
_bw_port_open_new (BwPort *self,
                   const char *address,
                   const char *lease_name,
                   GCancellable *cancellable,
                   GError **error)
{
    g_autoptr (BwPort) owned = self;
    BwPortPrivate *priv = get_private (self);
    g_autofree char *abilities = NULL;

    priv->address = g_strdup (address);
    priv->lease_name = g_strdup (lease_name);
    if (!take_lease (priv, error) || !open_place (self, cancellable, error))
        return NULL;
    abilities = describe_abilities (self);
    priv->recorder = bw_recorder_new (abilities);
    return g_steal_pointer (&owned);
}

static void
close_place (BwPort *self)
{
    BwPortPrivate *priv = get_private (self);

    if (priv->is_open)
        BW_PORT_GET_CLASS (self)->close (self);
    priv->is_open = FALSE;
    watch (priv, NULL);
}

void
bw_port_close (BwPort *self)
{
    BwPortPrivate *priv = get_private (self);

    g_return_if_fail (BW_IS_PORT (self));
    close_place (self);
    give_back_lease (priv);
}

/* How long between two looks for a device that has gone. */
#define REOPEN_PERIOD_MS 20

static void
note_reopen (BwPortPrivate *priv, uint16_t vendor_before, uint16_t product_before)
{
    if (priv->usb_vendor == vendor_before && priv->usb_product == product_before)
        bw_recorder_add_reopen (priv->recorder, 0, 0, NULL);
    else
        bw_recorder_add_reopen (priv->recorder, priv->usb_vendor, priv->usb_product, NULL);
}

static void
take_over (char **text, char *now)
{
    if (now == NULL)
        return;
    g_free (*text);
    *text = now;
}

static void
follow_device (BwPort *self)
{
    BwPortPrivate *priv = get_private (self);
    BwPortClass *klass = BW_PORT_GET_CLASS (self);

    if (klass->find_again != NULL)
        take_over (&priv->address, klass->find_again (self));
    if (klass->dup_device != NULL)
        take_over (&priv->lease_name, klass->dup_device (self));
}

/* Taken only while it is tried: the device's name may belong to another board by now. */
static gboolean
open_again (BwPort *self, GCancellable *cancellable, GError **error)
{
    BwPortPrivate *priv = get_private (self);

    follow_device (self);
    if (!take_lease (priv, error))
        return FALSE;
    if (open_place (self, cancellable, error))
        return TRUE;
    give_back_lease (priv);
    return FALSE;
}

/* A recording: what did not come back then does not now. */
static gboolean
does_not_wait (BwPort *self)
{
    return BW_PORT_GET_CLASS (self)->wait != NULL;
}

gboolean
bw_port_reopen (BwPort *self, int64_t deadline_us, GCancellable *cancellable, GError **error)
{
    BwPortPrivate *priv = get_private (self);
    uint16_t vendor = priv->usb_vendor;
    uint16_t product = priv->usb_product;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    g_return_val_if_fail (priv->recorder != NULL, FALSE);
    close_place (self);
    give_back_lease (priv);
    for (;;) {
        g_autoptr (GError) local = NULL;

        if (open_again (self, cancellable, &local)) {
            note_reopen (priv, vendor, product);
            return TRUE;
        }
        if (bw_error_get_cause (local) == BW_CAUSE_CANCELLED || does_not_wait (self)
            || g_get_monotonic_time () >= deadline_us) {
            if (bw_error_get_cause (local) != BW_CAUSE_CANCELLED)
                bw_recorder_add_reopen (priv->recorder, 0, 0, local);
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
        }
        if (!bw_port_wait (self, REOPEN_PERIOD_MS, cancellable, error))
            return FALSE;
    }
}

ssize_t
bw_port_read (BwPort *self,
              void *ret_buf,
              size_t len,
              int64_t deadline_us,
              GCancellable *cancellable,
              GError **error)
{
    BwPortPrivate *priv = get_private (self);
    GError *local = NULL;
    ssize_t n = 0;

    g_return_val_if_fail (BW_IS_PORT (self) && ret_buf != NULL && len > 0, -1);
    if (!is_usable (self, error))
        return -1;
    n = BW_PORT_GET_CLASS (self)->read (self, ret_buf, len, deadline_us, cancellable, &local);
    if (n < 0) {
        bw_recorder_add_failure (priv->recorder, BW_RECORDER_READ, local);
        pass_error (self, local, error);
    } else if (n == 0) {
        bw_recorder_add_deadline (priv->recorder);
    } else {
        bw_recorder_add_read (priv->recorder, ret_buf, (size_t) n);
    }
    return n;
}

gboolean
bw_port_write (BwPort *self,
               const void *buf,
               size_t len,
               int64_t deadline_us,
               GCancellable *cancellable,
               GError **error)
{
    BwPortPrivate *priv = get_private (self);
    GError *local = NULL;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    if (!is_usable (self, error))
        return FALSE;
    if (len == 0)
        return TRUE;
    bw_recorder_add_write (priv->recorder, buf, len);
    if (!BW_PORT_GET_CLASS (self)->write (self, buf, len, deadline_us, cancellable, &local)) {
        bw_recorder_add_failure (priv->recorder, BW_RECORDER_WRITE, local);
        pass_error (self, local, error);
        return FALSE;
    }
    return TRUE;
}

gboolean
bw_port_discard_input (BwPort *self, GCancellable *cancellable, GError **error)
{
    BwPortPrivate *priv = get_private (self);
    GError *local = NULL;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    if (!is_usable (self, error))
        return FALSE;
    if (!BW_PORT_GET_CLASS (self)->discard_input (self, cancellable, &local)) {
        bw_recorder_add_failure (priv->recorder, BW_RECORDER_READ, local);
        pass_error (self, local, error);
        return FALSE;
    }
    bw_recorder_add_discard (priv->recorder);
    return TRUE;
}

/* A rate this far off still gets bytes across. */
#define MAX_BAUD_ERROR_PERCENT 3

static gboolean
check_baud (uint32_t wanted, uint32_t in_force, GError **error)
{
    uint32_t apart = wanted > in_force ? wanted - in_force : in_force - wanted;

    if ((uint64_t) apart * 100 <= (uint64_t) wanted * MAX_BAUD_ERROR_PERCENT)
        return TRUE;
    bw_set_error (error, BW_CAUSE_REFUSED, _ ("asked for %u baud, the port keeps %u"), wanted,
                  in_force);
    return FALSE;
}

gboolean
bw_port_set_baud (BwPort *self, uint32_t baud, GCancellable *cancellable, GError **error)
{
    BwPortPrivate *priv = get_private (self);
    BwPortClass *klass = BW_PORT_GET_CLASS (self);
    uint32_t in_force = baud;
    GError *local = NULL;
    gboolean is_set = FALSE;

    g_return_val_if_fail (BW_IS_PORT (self) && baud > 0, FALSE);
    if (!is_usable (self, error))
        return FALSE;
    is_set =
        klass->set_baud == NULL || klass->set_baud (self, baud, &in_force, cancellable, &local);
    if (is_set) {
        is_set = check_baud (baud, in_force, &local);
        priv->baud = is_set ? baud : in_force;
    }
    bw_recorder_add_baud (priv->recorder, baud, local);
    if (!is_set)
        pass_error (self, local, error);
    return is_set;
}

uint32_t
bw_port_get_baud (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), 0);
    return get_private (self)->baud;
}

static gboolean
check_has_lines (BwPort *self, GError **error)
{
    if (!is_usable (self, error))
        return FALSE;
    if (has_ability (self, BW_PORT_ABILITY_LINES))
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("%s has no control lines"),
                  get_private (self)->address);
    return FALSE;
}

gboolean
bw_port_set_lines (BwPort *self, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    BwPortPrivate *priv = get_private (self);
    GError *local = NULL;
    gboolean is_set = FALSE;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    if (!check_has_lines (self, error))
        return FALSE;
    is_set = BW_PORT_GET_CLASS (self)->set_lines (self, lines, cancellable, &local);
    bw_recorder_add_lines (priv->recorder, lines, local);
    if (is_set)
        priv->lines = lines;
    else
        pass_error (self, local, error);
    return is_set;
}

BwPortLines
bw_port_get_lines (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), BW_PORT_LINES_NONE);
    return get_private (self)->lines;
}

gboolean
bw_port_set_break (BwPort *self, gboolean is_on, GCancellable *cancellable, GError **error)
{
    GError *local = NULL;
    gboolean is_set = FALSE;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    if (!check_has_lines (self, error))
        return FALSE;
    is_set = BW_PORT_GET_CLASS (self)->set_break (self, is_on, cancellable, &local);
    bw_recorder_add_break (get_private (self)->recorder, is_on, local);
    if (!is_set)
        pass_error (self, local, error);
    return is_set;
}

gboolean
bw_port_send_break (BwPort *self, uint32_t duration_ms, GCancellable *cancellable, GError **error)
{
    gboolean is_over = FALSE;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    if (!check_has_lines (self, error))
        return FALSE;
    is_over = bw_port_set_break (self, TRUE, cancellable, error)
              && bw_port_wait (self, duration_ms, cancellable, error);
    /* released even when cancelled, else the board stays held: also an order without an answer may
     * have been carried out */
    return bw_port_set_break (self, FALSE, NULL, is_over ? error : NULL) && is_over;
}

gboolean
bw_port_wait (BwPort *self, uint32_t duration_ms, GCancellable *cancellable, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + (int64_t) duration_ms * US_PER_MS;
    BwPortClass *klass = NULL;

    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    klass = BW_PORT_GET_CLASS (self);
    if (klass->wait != NULL)
        return klass->wait (self, duration_ms, cancellable, error);
    return _bw_port_poll (self, -1, 0, deadline_us, cancellable, error) == BW_POLL_DEADLINE;
}

gboolean
bw_port_has_lines (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    return has_ability (self, BW_PORT_ABILITY_LINES);
}

gboolean
bw_port_has_atomic_lines (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    return has_ability (self, BW_PORT_ABILITY_ATOMIC);
}

gboolean
bw_port_has_baud (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    return has_ability (self, BW_PORT_ABILITY_BAUD);
}

gboolean
bw_port_is_local (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    return has_ability (self, BW_PORT_ABILITY_LOCAL);
}

gboolean
bw_port_is_lost (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), FALSE);
    return get_private (self)->lost != NULL;
}

const char *
bw_port_get_address (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), NULL);
    return get_private (self)->address;
}

uint16_t
bw_port_get_usb_vendor (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), 0);
    return get_private (self)->usb_vendor;
}

uint16_t
bw_port_get_usb_product (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), 0);
    return get_private (self)->usb_product;
}

void
bw_port_set_mask (BwPort *self, BwPortMask mask, gpointer data)
{
    BwPortClass *klass = NULL;

    g_return_if_fail (BW_IS_PORT (self));
    klass = BW_PORT_GET_CLASS (self);
    if (klass->set_mask != NULL)
        klass->set_mask (self, mask, data);
    else
        bw_recorder_set_mask (get_private (self)->recorder, mask, data);
}

GBytes *
bw_port_get_recording (BwPort *self)
{
    g_return_val_if_fail (BW_IS_PORT (self), NULL);
    return bw_recorder_dup_recording (get_private (self)->recorder);
}

static void
bw_port_dispose (GObject *object)
{
    bw_port_close (BW_PORT (object));
    G_OBJECT_CLASS (bw_port_parent_class)->dispose (object);
}

static void
bw_port_finalize (GObject *object)
{
    BwPortPrivate *priv = get_private (BW_PORT (object));

    g_clear_error (&priv->lost);
    g_clear_pointer (&priv->recorder, bw_recorder_free);
    g_clear_pointer (&priv->lease_name, g_free);
    g_clear_pointer (&priv->address, g_free);
    G_OBJECT_CLASS (bw_port_parent_class)->finalize (object);
}

static void
bw_port_class_init (BwPortClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = bw_port_dispose;
    G_OBJECT_CLASS (klass)->finalize = bw_port_finalize;
}

static void
bw_port_init (BwPort *self)
{
    get_private (self)->cancel_fd = -1;
}
