/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#define G_LOG_DOMAIN "bw-virtual-finder"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-finder-private.h"
#include "bw-folder.h"
#include "bw-text-order.h"
#include "bw-virtual-hello.h"

/* Each virtual board of this user listens on a socket in one folder, says who it is to whoever
 * connects, and is there as long as the connection lasts. The folder belongs to the session and lies
 * in memory: looking into it on the main thread waits for no disk. */

#define SUFFIX ".sock"
#define PEERS_MAX 1024u
#define HELLO_TIME_S 2u
/* Between making its socket and listening on it a board may be caught half-way. */
#define RETRY_MS 50u
#define RETRIES_MAX 20u
/* Those that are there from the start are told of together, in the order a person counts in; one that
 * takes longer than this to answer comes behind the others. */
#define FIRST_LOOK_MS 250u

#define BW_TYPE_VIRTUAL_FINDER (bw_virtual_finder_get_type ())
G_DECLARE_FINAL_TYPE (BwVirtualFinder, bw_virtual_finder, BW, VIRTUAL_FINDER, BwFinder)

struct _BwVirtualFinder {
    BwFinder parent_instance;
    char *folder;
    GFileMonitor *monitor;
    GHashTable *peers; /* path → peer */
    unsigned n_first;  /* peers of the first look that have not answered yet */
    GPtrArray *first;  /* BwEndpoint: their answers, until all are there; NULL when told */
    GSource *patience; /* with the others */
};

G_DEFINE_FINAL_TYPE (BwVirtualFinder, bw_virtual_finder, BW_TYPE_FINDER)

struct peer {
    BwVirtualFinder *finder; /* not owned: the finder drops its peers first */
    char *path;
    GSocket *socket;
    GSource *source;  /* waits for the socket */
    GSource *timeout; /* until the hello, and between tries */
    unsigned n_tries;
    gboolean is_first;
    char *address; /* once it said hello */
    size_t len;
    char line[BW_VIRTUAL_HELLO_BYTES_MAX];
};

static void
clear_source (GSource **source)
{
    if (*source != NULL) {
        g_source_destroy (*source);
        g_source_unref (*source);
    }
    *source = NULL;
}

static void
peer_disconnect (struct peer *peer)
{
    clear_source (&peer->source);
    clear_source (&peer->timeout);
    g_clear_object (&peer->socket);
}

static void
peer_free (struct peer *peer)
{
    peer_disconnect (peer);
    g_free (peer->address);
    g_free (peer->path);
    g_free (peer);
}

static int
compare_endpoints (gconstpointer a, gconstpointer b)
{
    return bw_endpoint_compare (*(const BwEndpoint *const *) a, *(const BwEndpoint *const *) b);
}

static void
tell_first (BwVirtualFinder *self)
{
    g_autoptr (GPtrArray) first = g_steal_pointer (&self->first);

    clear_source (&self->patience);
    if (first == NULL)
        return;
    g_ptr_array_sort (first, compare_endpoints);
    for (unsigned i = 0; i < first->len; i++)
        _bw_finder_add (BW_FINDER (self), bw_endpoint_copy (first->pdata[i]));
}

static void
tell (BwVirtualFinder *self, BwEndpoint *endpoint)
{
    if (self->first != NULL)
        g_ptr_array_add (self->first, endpoint);
    else
        _bw_finder_add (BW_FINDER (self), endpoint);
}

static void
forget (BwVirtualFinder *self, const char *address)
{
    for (unsigned i = self->first == NULL ? 0 : self->first->len; i > 0; i--)
        if (g_str_equal (((BwEndpoint *) self->first->pdata[i - 1])->address, address))
            g_ptr_array_remove_index (self->first, i - 1);
    _bw_finder_remove (BW_FINDER (self), address);
}

static void
end_first (BwVirtualFinder *self)
{
    tell_first (self);
    _bw_finder_settle (BW_FINDER (self));
}

/* The first look is over when each socket that was there has answered or failed. */
static void
count_first (struct peer *peer)
{
    BwVirtualFinder *self = peer->finder;

    if (!peer->is_first)
        return;
    peer->is_first = FALSE;
    self->n_first--;
    if (self->n_first == 0)
        end_first (self);
}

static void add_peer (BwVirtualFinder *self, const char *name, gboolean is_first);

static void
drop_peer (struct peer *peer)
{
    g_autoptr (BwVirtualFinder) self = g_object_ref (peer->finder);
    g_autofree char *address = g_steal_pointer (&peer->address);
    g_autofree char *name = g_path_get_basename (peer->path);

    count_first (peer);
    g_hash_table_remove (self->peers, peer->path);
    if (address == NULL)
        return;
    forget (self, address);
    /* a board that was started again at once has made its new socket before the old one hung up */
    add_peer (self, name, FALSE);
}

/* Returns FALSE when the peer is gone. */
static gboolean
take_hello (struct peer *peer)
{
    g_autoptr (GError) error = NULL;
    const char *end = memchr (peer->line, '\n', peer->len);
    BwEndpoint *endpoint = NULL;

    if (end == NULL && peer->len < sizeof peer->line)
        return TRUE;
    endpoint =
        _bw_virtual_hello_parse (peer->line, end == NULL ? peer->len : (size_t) (end - peer->line),
                                 &error);
    if (endpoint == NULL) {
        g_warning ("%s: %s, ignoring", peer->path, error->message);
        drop_peer (peer);
        return FALSE;
    }
    clear_source (&peer->timeout);
    peer->address = g_strdup (endpoint->address);
    tell (peer->finder, endpoint);
    count_first (peer);
    return TRUE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
    struct peer *peer = user_data;
    char rest[256];
    gboolean is_hello = peer->address == NULL;
    char *to = is_hello ? peer->line + peer->len : rest;
    gsize room = is_hello ? sizeof peer->line - peer->len : sizeof rest;
    gssize n = g_socket_receive (socket, to, room, NULL, NULL);

    if (n <= 0) {
        drop_peer (peer);
        return G_SOURCE_REMOVE;
    }
    if (!is_hello)
        return G_SOURCE_CONTINUE;
    peer->len += (size_t) n;
    return take_hello (peer) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_hello_timeout (gpointer user_data)
{
    struct peer *peer = user_data;

    g_warning ("%s: says nothing, ignoring", peer->path);
    drop_peer (peer);
    return G_SOURCE_REMOVE;
}

static gboolean try_peer (gpointer user_data);

static void
set_timeout (struct peer *peer, unsigned ms, GSourceFunc func)
{
    clear_source (&peer->timeout);
    peer->timeout = g_timeout_source_new (ms);
    g_source_set_callback (peer->timeout, func, peer, NULL);
    g_source_attach (peer->timeout, NULL);
}

/* Only programs of the same user are listened to. */
static gboolean
is_own_peer (GSocket *socket)
{
    g_autoptr (GCredentials) credentials = g_socket_get_credentials (socket, NULL);

    return credentials != NULL && g_credentials_get_unix_user (credentials, NULL) == getuid ();
}

/* The address of a socket is short, the path of the folder need not be: by a descriptor of it. */
static gboolean
connect_in (GSocket *socket, int folder, const char *name, GError **error)
{
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d/%s", folder, name);
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

    /* a local stream socket connects at once or not at all */
    g_socket_set_blocking (socket, FALSE);
    return g_socket_connect (socket, address, NULL, error);
}

static gboolean
connect_peer (struct peer *peer, GError **error)
{
    g_autofree char *name = g_path_get_basename (peer->path);
    int folder = g_open (peer->finder->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    gboolean is_connected = FALSE;

    peer->socket =
        g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
    is_connected = peer->socket != NULL && connect_in (peer->socket, folder, name, error);
    if (folder >= 0)
        close (folder);
    return is_connected;
}

static void
listen_to (struct peer *peer)
{
    peer->source = g_socket_create_source (peer->socket, G_IO_IN | G_IO_HUP | G_IO_ERR, NULL);
    g_source_set_callback (peer->source, G_SOURCE_FUNC (on_readable), peer, NULL);
    g_source_attach (peer->source, NULL);
    set_timeout (peer, HELLO_TIME_S * 1000, on_hello_timeout);
}

static gboolean
try_peer (gpointer user_data)
{
    struct peer *peer = user_data;
    g_autoptr (GError) error = NULL;

    if (connect_peer (peer, &error)) {
        if (is_own_peer (peer->socket))
            listen_to (peer);
        else
            drop_peer (peer);
        return G_SOURCE_REMOVE;
    }
    g_clear_object (&peer->socket);
    if (++peer->n_tries > RETRIES_MAX) {
        drop_peer (peer);
        return G_SOURCE_REMOVE;
    }
    set_timeout (peer, RETRY_MS, try_peer);
    /* a socket that was there before us and refuses is mostly left over from a board that died:
     * nobody waits for it */
    count_first (peer);
    return G_SOURCE_REMOVE;
}

static void
add_peer (BwVirtualFinder *self, const char *name, gboolean is_first)
{
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    struct peer *peer = NULL;

    if (!g_str_has_prefix (name, "vb-") || !g_str_has_suffix (name, SUFFIX)
        || g_hash_table_contains (self->peers, path) || !g_file_test (path, G_FILE_TEST_EXISTS)
        || g_hash_table_size (self->peers) >= PEERS_MAX)
        return;
    peer = g_new0 (struct peer, 1);
    peer->finder = self;
    peer->path = g_steal_pointer (&path);
    peer->is_first = is_first;
    if (is_first)
        self->n_first++;
    g_hash_table_insert (self->peers, peer->path, peer);
    try_peer (peer);
}

static void
on_changed (GFileMonitor *monitor,
            GFile *file,
            GFile *other,
            GFileMonitorEvent event,
            BwVirtualFinder *self)
{
    g_autofree char *name = g_file_get_basename (file);

    if (event == G_FILE_MONITOR_EVENT_CREATED)
        add_peer (self, name, FALSE);
}

static char *
dup_folder (void)
{
    const char *runtime = g_getenv ("XDG_RUNTIME_DIR");

    if (runtime != NULL && *runtime != '\0')
        return g_build_filename (runtime, "boardwalk", "vboards", NULL);
    return g_strdup_printf ("/tmp/boardwalk-%u/vboards", (unsigned) getuid ());
}

/* In a folder that others may write to, anybody could pretend to be a board. */
static gboolean
is_own_folder (const char *path)
{
    struct stat status;

    return lstat (path, &status) == 0 && S_ISDIR (status.st_mode) && status.st_uid == getuid ()
           && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static gboolean
prepare_folder (const char *folder)
{
    g_autofree char *parent = g_path_get_dirname (folder);

    if (g_mkdir_with_parents (folder, 0700) != 0)
        g_warning ("%s: %s, ignoring", folder, g_strerror (errno));
    else if (!is_own_folder (parent) || !is_own_folder (folder))
        g_warning ("%s is not this user's own, ignoring", folder);
    else
        return TRUE;
    return FALSE;
}

/* "vb-7-2.sock" before "vb-7-10.sock": boards started together are asked in their order. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
    return bw_text_compare (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_names (const char *folder)
{
    GPtrArray *names = bw_folder_list (folder, SUFFIX);

    for (unsigned i = names->len; i > 0; i--)
        if (!g_utf8_validate (names->pdata[i - 1], -1, NULL))
            g_ptr_array_remove_index (names, i - 1);
    g_ptr_array_sort (names, compare_names);
    return names;
}

static gboolean
on_patience (gpointer user_data)
{
    g_autoptr (BwVirtualFinder) self = g_object_ref (user_data);

    tell_first (self);
    return G_SOURCE_REMOVE;
}

static void
look_around (BwVirtualFinder *self)
{
    g_autoptr (GPtrArray) names = list_names (self->folder);

    self->first = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_endpoint_free);
    self->patience = g_timeout_source_new (FIRST_LOOK_MS);
    g_source_set_callback (self->patience, on_patience, self, NULL);
    g_source_attach (self->patience, NULL);
    /* held open until all were asked, so that the first answer does not end the look */
    self->n_first++;
    for (unsigned i = 0; i < names->len; i++)
        add_peer (self, names->pdata[i], TRUE);
    self->n_first--;
    if (self->n_first == 0)
        end_first (self);
}

static void
start (BwFinder *finder)
{
    BwVirtualFinder *self = BW_VIRTUAL_FINDER (finder);
    g_autoptr (GFile) file = NULL;

    if (self->folder != NULL)
        return;
    self->folder = dup_folder ();
    if (!prepare_folder (self->folder)) {
        _bw_finder_settle (finder);
        return;
    }
    file = g_file_new_for_path (self->folder);
    self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, NULL);
    if (self->monitor != NULL) {
        g_file_monitor_set_rate_limit (self->monitor, 0);
        g_signal_connect (self->monitor, "changed", G_CALLBACK (on_changed), self);
    }
    look_around (self);
}

static void
bw_virtual_finder_finalize (GObject *object)
{
    BwVirtualFinder *self = BW_VIRTUAL_FINDER (object);

    if (self->monitor != NULL)
        g_signal_handlers_disconnect_by_data (self->monitor, self);
    g_clear_object (&self->monitor);
    g_hash_table_unref (self->peers);
    clear_source (&self->patience);
    g_clear_pointer (&self->first, g_ptr_array_unref);
    g_free (self->folder);
    G_OBJECT_CLASS (bw_virtual_finder_parent_class)->finalize (object);
}

static void
bw_virtual_finder_class_init (BwVirtualFinderClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_virtual_finder_finalize;
    BW_FINDER_CLASS (klass)->start = start;
}

static void
bw_virtual_finder_init (BwVirtualFinder *self)
{
    self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) peer_free);
}

BwFinder *
bw_virtual_finder_new (void)
{
    return g_object_new (BW_TYPE_VIRTUAL_FINDER, NULL);
}
