/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-usb-finder"
#include "config.h"

#include <gudev/gudev.h>

#include "bw-board-file.h"
#include "bw-finder-private.h"
#include "bw-usb-place.h"
#include "bwp-esp-chip.h"

#define ESPRESSIF_VENDOR 0x303a
#define USB_SERIAL_JTAG_PRODUCT 0x1001
/* A USB text descriptor holds no more. */
#define TEXT_CHARACTERS_MAX 126

#define BW_TYPE_USB_FINDER (bw_usb_finder_get_type ())
G_DECLARE_FINAL_TYPE (BwUsbFinder, bw_usb_finder, BW, USB_FINDER, BwFinder)

/* What is known of a device stands in files of the kernel, some of which wait until it is done with
 * that device, and in our own on a disk: one thread reads them, in the order of the events, and tells
 * the main thread. It outlives its finder when it has to. */
struct reader {
    GAsyncQueue *orders; /* of struct order */
    GWeakRef finder;
    /* of the thread */
    GUdevClient *client;
    BwBoardFile *boards;
};

enum order_kind {
    LOOK_AROUND,
    LOOK_AT,
    FORGET,
    END,
};

struct order {
    enum order_kind kind;
    char *text; /* path of the device in sysfs; address of one to forget */
};

/* To the main thread: one of them, or neither when the first look is over. */
struct news {
    struct reader *reader;
    BwEndpoint *endpoint;
    char *gone;
};

struct _BwUsbFinder {
    BwFinder parent_instance;
    GUdevClient *client;
    struct reader *reader;
};

G_DEFINE_FINAL_TYPE (BwUsbFinder, bw_usb_finder, BW_TYPE_FINDER)

static uint16_t
read_hex (GUdevDevice *device, const char *attribute)
{
    const char *text = g_udev_device_get_sysfs_attr (device, attribute);

    return text == NULL ? 0 : (uint16_t) g_ascii_strtoull (text, NULL, 16);
}

/* Texts of a device are shown to people: whatever bytes it made up. */
static char *
dup_text (GUdevDevice *device, const char *attribute)
{
    const char *raw = g_udev_device_get_sysfs_attr (device, attribute);
    g_autofree char *valid = raw == NULL ? NULL : g_utf8_make_valid (raw, -1);
    GString *text = NULL;
    unsigned n = 0;

    if (valid == NULL)
        return NULL;
    text = g_string_new (NULL);
    for (const char *p = valid; *p != '\0' && n < TEXT_CHARACTERS_MAX; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        if (g_unichar_isprint (c)) {
            g_string_append_unichar (text, c);
            n++;
        }
    }
    g_strstrip (text->str);
    if (*text->str == '\0') {
        g_string_free (text, TRUE);
        return NULL;
    }
    return g_string_free (text, FALSE);
}

static const char *
get_chip_name (const char *key)
{
    const struct bwp_esp_chip *chip = key == NULL ? NULL : bwp_esp_chip_by_name (key);

    return chip == NULL ? NULL : chip->name;
}

static void
add_facts (struct reader *self, BwEndpoint *endpoint, const char *product)
{
    BwBridgeFacts facts = { 0 };
    const char *chip_key = NULL;

    endpoint->is_known =
        _bw_board_file_find_bridge (self->boards, endpoint->vid, endpoint->pid, product, &facts);
    endpoint->bridge = g_strdup (endpoint->is_known ? facts.name : product);
    endpoint->max_baud = facts.max_baud;
    endpoint->is_cdc = facts.is_cdc;
    endpoint->likely_board = g_strdup (
        _bw_board_file_find_board (self->boards, endpoint->vid, endpoint->pid, product, &chip_key));
    endpoint->is_known = endpoint->is_known || endpoint->likely_board != NULL;
    endpoint->chip_name = g_strdup (get_chip_name (chip_key != NULL ? chip_key : facts.chip_key));
}

static unsigned
get_interface (GUdevDevice *tty)
{
    g_autoptr (GUdevDevice) interface =
                   g_udev_device_get_parent_with_subsystem (tty, "usb", "usb_interface");

    return interface == NULL ? 0 : read_hex (interface, "bInterfaceNumber");
}

static BwEndpoint *
make_endpoint (struct reader *self, GUdevDevice *tty, GUdevDevice *usb)
{
    BwEndpoint *endpoint = g_new0 (BwEndpoint, 1);
    g_autofree char *product = dup_text (usb, "product");
    const char *name = g_udev_device_get_name (usb);
    unsigned interface = get_interface (tty);

    endpoint->address = g_strdup (g_udev_device_get_device_file (tty));
    endpoint->place = _bw_usb_place_make (name, interface);
    endpoint->place_text = _bw_usb_place_dup_text (name, interface);
    endpoint->serial = dup_text (usb, "serial");
    endpoint->vid = read_hex (usb, "idVendor");
    endpoint->pid = read_hex (usb, "idProduct");
    if (endpoint->vid == ESPRESSIF_VENDOR && endpoint->pid == USB_SERIAL_JTAG_PRODUCT)
        endpoint->mac = _bw_usb_place_dup_mac (endpoint->serial);
    add_facts (self, endpoint, product);
    return endpoint;
}

/* From the thread to the main thread */

static gboolean
tell (gpointer data)
{
    struct news *news = data;
    g_autoptr (BwFinder) finder = g_weak_ref_get (&news->reader->finder);

    if (finder == NULL)
        return G_SOURCE_REMOVE;
    if (news->endpoint != NULL)
        _bw_finder_add (finder, g_steal_pointer (&news->endpoint));
    else if (news->gone != NULL)
        _bw_finder_remove (finder, news->gone);
    else
        _bw_finder_settle (finder);
    return G_SOURCE_REMOVE;
}

static void
reader_clear (gpointer data)
{
    struct reader *self = data;

    g_async_queue_unref (self->orders);
    g_weak_ref_clear (&self->finder);
}

static void
reader_unref (gpointer self)
{
    g_atomic_rc_box_release_full (self, reader_clear);
}

static void
news_free (gpointer data)
{
    struct news *news = data;

    bw_endpoint_free (news->endpoint);
    g_free (news->gone);
    reader_unref (news->reader);
    g_free (news);
}

static void
post (struct reader *self, BwEndpoint *endpoint, const char *gone)
{
    struct news *news = g_new0 (struct news, 1);

    news->reader = g_atomic_rc_box_acquire (self);
    news->endpoint = endpoint;
    news->gone = g_strdup (gone);
    g_idle_add_full (G_PRIORITY_DEFAULT, tell, news, news_free);
}

/* The thread */

static void
look_at (struct reader *self, GUdevDevice *tty)
{
    g_autoptr (GUdevDevice) usb =
                   g_udev_device_get_parent_with_subsystem (tty, "usb", "usb_device");

    if (usb != NULL && g_udev_device_get_device_file (tty) != NULL)
        post (self, make_endpoint (self, tty, usb), NULL);
}

static void
look_around (struct reader *self)
{
    GList *ttys = g_udev_client_query_by_subsystem (self->client, "tty");

    for (GList *l = ttys; l != NULL; l = l->next)
        look_at (self, l->data);
    g_list_free_full (ttys, g_object_unref);
    post (self, NULL, NULL);
}

static void
carry_out (struct reader *self, const struct order *order)
{
    g_autoptr (GUdevDevice) tty = NULL;

    switch (order->kind) {
    case LOOK_AROUND:
        look_around (self);
        break;
    case LOOK_AT:
        tty = g_udev_client_query_by_sysfs_path (self->client, order->text);
        if (tty != NULL)
            look_at (self, tty);
        break;
    case FORGET:
        post (self, NULL, order->text);
        break;
    case END:
    default:
        break;
    }
}

static gpointer
read_devices (gpointer data)
{
    struct reader *self = data;
    gboolean is_over = FALSE;

    self->client = g_udev_client_new (NULL);
    self->boards = _bw_board_file_load (NULL);
    while (!is_over) {
        struct order *order = g_async_queue_pop (self->orders);

        carry_out (self, order);
        is_over = order->kind == END;
        g_free (order->text);
        g_free (order);
    }
    g_object_unref (self->client);
    _bw_board_file_free (self->boards);
    reader_unref (self);
    return NULL;
}

static void
give_order (BwUsbFinder *self, enum order_kind kind, const char *text)
{
    struct order *order = g_new0 (struct order, 1);

    order->kind = kind;
    order->text = g_strdup (text);
    g_async_queue_push (self->reader->orders, order);
}

/* The finder */

static void
on_uevent (GUdevClient *client, const char *action, GUdevDevice *device, BwUsbFinder *self)
{
    if (g_strcmp0 (action, "add") == 0 || g_strcmp0 (action, "change") == 0)
        give_order (self, LOOK_AT, g_udev_device_get_sysfs_path (device));
    else if (g_strcmp0 (action, "remove") == 0 && g_udev_device_get_device_file (device) != NULL)
        give_order (self, FORGET, g_udev_device_get_device_file (device));
}

static void
start_reader (BwUsbFinder *self)
{
    self->reader = g_atomic_rc_box_new0 (struct reader);
    self->reader->orders = g_async_queue_new ();
    g_weak_ref_init (&self->reader->finder, self);
    g_thread_unref (g_thread_new ("bw-usb", read_devices, g_atomic_rc_box_acquire (self->reader)));
}

static void
start (BwFinder *finder)
{
    static const char *const subsystems[] = { "tty", NULL };
    BwUsbFinder *self = BW_USB_FINDER (finder);

    if (self->client != NULL)
        return;
    start_reader (self);
    /* from here on events come; what is there already may be told twice, and is taken once */
    self->client = g_udev_client_new (subsystems);
    g_signal_connect (self->client, "uevent", G_CALLBACK (on_uevent), self);
    give_order (self, LOOK_AROUND, NULL);
}

static void
bw_usb_finder_finalize (GObject *object)
{
    BwUsbFinder *self = BW_USB_FINDER (object);

    if (self->client != NULL)
        g_signal_handlers_disconnect_by_data (self->client, self);
    g_clear_object (&self->client);
    if (self->reader != NULL)
        give_order (self, END, NULL);
    g_clear_pointer (&self->reader, reader_unref);
    G_OBJECT_CLASS (bw_usb_finder_parent_class)->finalize (object);
}

static void
bw_usb_finder_class_init (BwUsbFinderClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_usb_finder_finalize;
    BW_FINDER_CLASS (klass)->start = start;
}

static void
bw_usb_finder_init (BwUsbFinder *self)
{
}

BwFinder *
bw_usb_finder_new (void)
{
    return g_object_new (BW_TYPE_USB_FINDER, NULL);
}
