/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <string.h>

#include "bw-port-private.h"

/* A port at which a board says what it is told to and hears nothing. For tests of what comes of what
 * is read. */
#define TALKING_TYPE_PORT (talking_port_get_type ())
G_DECLARE_FINAL_TYPE (TalkingPort, talking_port, TALKING, PORT, BwPort)

struct _TalkingPort {
    BwPort parent_instance;
    GByteArray *said;
    size_t piece;      /* most that is read at once; 0: all there is */
    const char *later; /* (nullable): said while somebody waits */
};

G_DEFINE_FINAL_TYPE (TalkingPort, talking_port, BW_TYPE_PORT)

static void
talking_port_shut (BwPort *port)
{
}

static ssize_t
talking_port_read (BwPort *port,
                   void *ret_buf,
                   size_t len,
                   int64_t deadline_us,
                   GCancellable *cancellable,
                   GError **error)
{
    GByteArray *said = TALKING_PORT (port)->said;
    size_t piece = TALKING_PORT (port)->piece;
    size_t n = MIN (MIN (len, said->len), piece > 0 ? piece : SIZE_MAX);

    if (n > 0)
        memcpy (ret_buf, said->data, n);
    g_byte_array_remove_range (said, 0, (guint) n);
    return (ssize_t) n;
}

static gboolean
talking_port_write (BwPort *port,
                    const void *buf,
                    size_t len,
                    int64_t deadline_us,
                    GCancellable *cancellable,
                    GError **error)
{
    return TRUE;
}

static gboolean
talking_port_discard (BwPort *port, GCancellable *cancellable, GError **error)
{
    g_byte_array_set_size (TALKING_PORT (port)->said, 0);
    return TRUE;
}

static gboolean
talking_port_wait (BwPort *port, uint32_t duration_ms, GCancellable *cancellable, GError **error)
{
    TalkingPort *self = TALKING_PORT (port);

    if (self->later != NULL)
        g_byte_array_append (self->said, (const uint8_t *) self->later,
                             (guint) strlen (self->later));
    self->later = NULL;
    return TRUE;
}

static void
talking_port_finalize (GObject *object)
{
    g_byte_array_unref (TALKING_PORT (object)->said);
    G_OBJECT_CLASS (talking_port_parent_class)->finalize (object);
}

static void
talking_port_class_init (TalkingPortClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = talking_port_finalize;
    BW_PORT_CLASS (klass)->close = talking_port_shut;
    BW_PORT_CLASS (klass)->read = talking_port_read;
    BW_PORT_CLASS (klass)->write = talking_port_write;
    BW_PORT_CLASS (klass)->wait = talking_port_wait;
    BW_PORT_CLASS (klass)->discard_input = talking_port_discard;
}

static void
talking_port_init (TalkingPort *self)
{
    self->said = g_byte_array_new ();
}

/* Opened; what the board will say is added by talking_port_say(). */
static inline BwPort *
talking_port_open (void)
{
    g_autoptr (GError) error = NULL;
    BwPort *port =
        _bw_port_open_new (g_object_new (TALKING_TYPE_PORT, NULL), "talking", NULL, NULL, &error);

    g_assert_no_error (error);
    return port;
}

static inline void
talking_port_say (BwPort *port, const void *bytes, size_t len)
{
    g_byte_array_append (TALKING_PORT (port)->said, bytes, (guint) len);
}
