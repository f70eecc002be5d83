/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-hub-power"
#include "config.h"

#include "bw-hub-power.h"

#include <glib/gi18n-lib.h>
#include <stdint.h>
#include <string.h>

#include "bw-number.h"
#include "bw-tty-usb.h"

/* So many hubs may stand between a device and the computer, its own one included. */
#define HOPS_MAX 6

/* One port of a hub. */
struct hop {
    char *hub;    /* "1-1", "usb1" */
    char *number; /* "2" */
    char *file;
    gboolean is_counted;
    uint32_t count;
};

struct BwHubPower {
    struct hop hops[HOPS_MAX];
    unsigned n_hops; /* the one next to the adapter first */
};

static gboolean
read_count (const char *file, uint32_t *ret_count)
{
    g_autofree char *text = NULL;
    uint64_t count = 0;

    if (!g_file_get_contents (file, &text, NULL, NULL)
        || !bw_number_parse (g_strstrip (text), 10, 0, UINT32_MAX, &count))
        return FALSE;
    *ret_count = (uint32_t) count;
    return TRUE;
}

/* Port 3 of hub "1-2" is at 1-2:1.0/1-2-port3, port 2 of the computer's own at 1-0:1.0/usb1-port2. */
static void
add_hop (BwHubPower *self, const char *sys, const char *hub, const char *number)
{
    const char *dash = strchr (hub, '-');
    struct hop *hop = &self->hops[self->n_hops++];
    g_autofree char *interface =
        dash == NULL ? g_strdup_printf ("%s-0:1.0", hub) : g_strdup_printf ("%s:1.0", hub);
    g_autofree char *port = NULL;

    hop->hub = g_strdup_printf ("%s%s", dash == NULL ? "usb" : "", hub);
    hop->number = g_strdup (number);
    port = g_strdup_printf ("%s-port%s", hop->hub, number);
    hop->file = g_build_filename (sys, "bus", "usb", "devices", interface, port,
                                  "over_current_count", NULL);
    hop->is_counted = read_count (hop->file, &hop->count);
}

BwHubPower *
bw_hub_power_new (const char *sys, const char *address)
{
    g_autofree char *folder = bw_tty_usb_dup_device (sys, address);
    g_autofree char *name = folder == NULL ? NULL : g_path_get_basename (folder);
    BwHubPower *self = NULL;

    if (name == NULL)
        return NULL;
    self = g_new0 (BwHubPower, 1);
    while (self->n_hops < HOPS_MAX) {
        char *last = strrchr (name, '.');

        if (last == NULL)
            last = strchr (name, '-');
        if (last == NULL)
            break;
        *last = '\0';
        add_hop (self, sys, name, last + 1);
    }
    return self;
}

/* The number wraps round; one that is lower is that of a hub which left and came back. */
static gboolean
has_tripped (const struct hop *hop)
{
    uint32_t count = 0;

    return hop->is_counted && read_count (hop->file, &count) && (int32_t) (count - hop->count) > 0;
}

char *
bw_hub_power_dup_trip (const BwHubPower *self)
{
    for (unsigned i = 0; self != NULL && i < self->n_hops; i++)
        if (has_tripped (&self->hops[i]))
            /* translators: number of a port of a hub, and its name as the kernel's log has it: "2",
             * "1-1" */
            return g_strdup_printf (_ ("over-current at port %s of USB hub %s"),
                                    self->hops[i].number, self->hops[i].hub);
    return NULL;
}

void
bw_hub_power_free (BwHubPower *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < self->n_hops; i++) {
        g_free (self->hops[i].hub);
        g_free (self->hops[i].number);
        g_free (self->hops[i].file);
    }
    g_free (self);
}
