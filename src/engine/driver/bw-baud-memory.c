/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-baud-memory"
#include "config.h"

#include "bw-baud-memory.h"

#include <string.h>

#define SERIAL_SCHEME "serial://"
#define FILE_NAME "baud.ini"
#define FILE_MAX_BYTES (256 * 1024)
#define KEY_BEST "best"
#define KEY_BAD "bad"
#define KEY_STRIKES "strikes" /* how often the bad one failed */
#define KEY_CLEAN "clean"     /* runs without an error since it did */
#define KEY_SINCE "since"     /* when it did, seconds since 1970 */
#define STRIKES_MAX 6
/* Above this somebody has to ask for it. */
#define AUTOMATIC_MAX 921600u

static const unsigned ladder[] = { 115200, 230400, 460800, 921600, 1500000, 2000000 };

static GMutex file_lock;

static char *
dup_path (void)
{
    return g_build_filename (g_get_user_state_dir (), "boardwalk", FILE_NAME, NULL);
}

char *
bw_baud_memory_find_place (const char *sysfs)
{
    g_auto (GStrv) parts = g_strsplit (sysfs, "/", -1);
    const char *last = NULL;

    for (size_t i = 0; parts[i] != NULL; i++) {
        if (g_ascii_isdigit (parts[i][0]) && strchr (parts[i], '-') != NULL)
            last = parts[i];
    }
    return g_strdup (last);
}

static char *
find_place_of_name (const char *path)
{
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *link = g_strdup_printf ("/sys/class/tty/%s", name);
    g_autofree char *target = g_file_read_link (link, NULL);

    return target != NULL ? bw_baud_memory_find_place (target) : NULL;
}

/* An address may be a link to the tty, as those in /dev/serial/by-id are. */
static char *
dup_place (const char *address)
{
    const char *path =
        g_str_has_prefix (address, SERIAL_SCHEME) ? address + strlen (SERIAL_SCHEME) : address;
    g_autofree char *linked = g_file_read_link (path, NULL);
    char *place = find_place_of_name (path);

    if (place == NULL && linked != NULL)
        place = find_place_of_name (linked);
    return place != NULL ? place : g_strdup (path);
}

char *
bw_baud_memory_dup_key (BwPort *port)
{
    const char *address = bw_port_get_address (port);
    g_autofree char *place = bw_port_is_local (port) ? dup_place (address) : g_strdup (address);
    char *key = g_strdup_printf ("%04x:%04x %s", bw_port_get_usb_vendor (port),
                                 bw_port_get_usb_product (port), place);

    /* brackets and line ends would break the group line of the file */
    return g_strdelimit (key, "[]\n\r", '_');
}

static GKeyFile *
load (void)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autofree char *path = dup_path ();
    g_autofree char *text = NULL;
    g_autoptr (GError) failure = NULL;
    gsize len = 0;

    if (!g_file_get_contents (path, &text, &len, NULL))
        return g_steal_pointer (&file);
    if (len > FILE_MAX_BYTES || !g_key_file_load_from_data (file, text, len, 0, &failure)) {
        g_warning ("%s: %s, ignoring", path, failure != NULL ? failure->message : "too long");
        return g_key_file_new ();
    }
    return g_steal_pointer (&file);
}

static void
save (GKeyFile *file)
{
    g_autofree char *path = dup_path ();
    g_autofree char *dir = g_path_get_dirname (path);
    g_autoptr (GError) failure = NULL;

    if (g_mkdir_with_parents (dir, 0700) != 0 || !g_key_file_save_to_file (file, path, &failure))
        g_warning ("%s: %s, ignoring", path,
                   failure != NULL ? failure->message : "cannot be written");
}

static void
forget_oldest (GKeyFile *file)
{
    gsize n = 0;
    g_auto (GStrv) groups = g_key_file_get_groups (file, &n);

    for (gsize i = 0; i + BW_BAUD_MEMORY_MAX <= n; i++)
        g_key_file_remove_group (file, groups[i], NULL);
}

static unsigned
read_rate (GKeyFile *file, const char *key, const char *name)
{
    int value = g_key_file_get_integer (file, key, name, NULL);

    return value > 0 && value <= 20000000 ? (unsigned) value : 0;
}

typedef struct {
    unsigned best;
    unsigned bad;
    unsigned strikes;
    unsigned clean;
    int64_t since_s;
} Entry;

static Entry
read_entry (GKeyFile *file, const char *key)
{
    Entry entry = {
        .best = read_rate (file, key, KEY_BEST),
        .bad = read_rate (file, key, KEY_BAD),
        .strikes = (unsigned) CLAMP (g_key_file_get_integer (file, key, KEY_STRIKES, NULL), 1,
                                     STRIKES_MAX),
        .clean = (unsigned) MAX (g_key_file_get_integer (file, key, KEY_CLEAN, NULL), 0),
        .since_s = g_key_file_get_int64 (file, key, KEY_SINCE, NULL),
    };

    return entry;
}

static void
write_entry (GKeyFile *file, const char *key, const Entry *entry)
{
    Entry old = read_entry (file, key);

    if (g_key_file_has_group (file, key) && memcmp (&old, entry, sizeof old) == 0)
        return;
    if (!g_key_file_has_group (file, key))
        forget_oldest (file);
    g_key_file_set_integer (file, key, KEY_BEST, (int) entry->best);
    g_key_file_set_integer (file, key, KEY_BAD, (int) entry->bad);
    g_key_file_set_integer (file, key, KEY_STRIKES, (int) entry->strikes);
    g_key_file_set_integer (file, key, KEY_CLEAN, (int) entry->clean);
    g_key_file_set_int64 (file, key, KEY_SINCE, entry->since_s);
    save (file);
}

static int64_t
now_s (void)
{
    return g_get_real_time () / G_USEC_PER_SEC;
}

/* A cable is changed, a hub is replaced: what failed is tried again after a while, and each time it
 * fails again that takes twice as long. A clock that was set back counts as a while as well. */
static gboolean
is_forgiven (const Entry *entry)
{
    unsigned patience = 1u << (entry->strikes - 1);
    int64_t age_s = now_s () - entry->since_s;

    return entry->clean >= BW_BAUD_MEMORY_CLEAN_RUNS * patience || age_s < 0
           || age_s >= (int64_t) BW_BAUD_MEMORY_DAYS * patience * 24 * 3600;
}

unsigned
bw_baud_memory_get (const char *key, unsigned *ret_bad)
{
    g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&file_lock);
    g_autoptr (GKeyFile) file = load ();
    Entry entry = read_entry (file, key);

    if (ret_bad != NULL)
        *ret_bad = entry.bad != 0 && !is_forgiven (&entry) ? entry.bad : 0;
    return entry.best;
}

void
bw_baud_memory_note_good (const char *key, unsigned baud)
{
    g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&file_lock);
    g_autoptr (GKeyFile) file = load ();
    Entry entry = read_entry (file, key);

    /* slower than what is known to work says nothing about what does not */
    if (baud < entry.best)
        return;
    entry.best = baud;
    entry.clean = entry.bad > baud ? entry.clean + 1 : 0;
    if (entry.bad <= baud) {
        entry.bad = 0;
        entry.strikes = 1;
        entry.since_s = 0;
    }
    write_entry (file, key, &entry);
}

void
bw_baud_memory_note_bad (const char *key, unsigned baud)
{
    g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&file_lock);
    g_autoptr (GKeyFile) file = load ();
    Entry entry = read_entry (file, key);

    if (baud <= ladder[0])
        return;
    entry.strikes = entry.bad == baud ? MIN (entry.strikes + 1, STRIKES_MAX) : 1;
    entry.best = entry.best < baud ? entry.best : bw_baud_memory_step_down (baud);
    entry.bad = baud;
    entry.clean = 0;
    entry.since_s = now_s ();
    write_entry (file, key, &entry);
}

unsigned
bw_baud_memory_step_down (unsigned baud)
{
    for (size_t i = G_N_ELEMENTS (ladder); i > 0; i--) {
        if (ladder[i - 1] < baud)
            return ladder[i - 1];
    }
    return ladder[0];
}

unsigned
bw_baud_memory_step_up (unsigned baud)
{
    for (size_t i = 0; i < G_N_ELEMENTS (ladder); i++) {
        if (ladder[i] > baud)
            return ladder[i];
    }
    return baud;
}

unsigned
bw_baud_memory_choose (unsigned best, unsigned bad, unsigned usual)
{
    unsigned wanted = usual;

    if (best != 0)
        wanted = MAX (best, MIN (bw_baud_memory_step_up (best), AUTOMATIC_MAX));
    while (bad != 0 && wanted >= bad && wanted > ladder[0])
        wanted = bw_baud_memory_step_down (wanted);
    return wanted;
}
