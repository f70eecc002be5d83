/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-baud-memory"
#include "config.h"

#include "bw-baud-memory.h"

#include <string.h>

#define FILE_NAME "baud.ini"
#define FILE_MAX_BYTES (256 * 1024)
#define KEY_BEST "best"
#define KEY_BAD "bad"

static const unsigned ladder[] = { 115200, 230400, 460800, 921600, 1500000, 2000000 };

static GMutex file_lock;

static char *
dup_path (void)
{
    return g_build_filename (g_get_user_state_dir (), "boardwalk", FILE_NAME, NULL);
}

/* The part of a sysfs path that names the place on the bus: "1-2.3" of ".../usb1/1-2/1-2.3/…". */
static char *
find_hub_path (const char *sysfs)
{
    g_auto (GStrv) parts = g_strsplit (sysfs, "/", -1);
    const char *last = NULL;

    for (size_t i = 0; parts[i] != NULL; i++) {
        if (g_ascii_isdigit (parts[i][0]) && strchr (parts[i], '-') != NULL
            && strchr (parts[i], ':') == NULL)
            last = parts[i];
    }
    return g_strdup (last);
}

static char *
dup_place (const char *address)
{
    g_autofree char *name = g_path_get_basename (address);
    g_autofree char *link = g_strdup_printf ("/sys/class/tty/%s", name);
    g_autofree char *target = g_file_read_link (link, NULL);
    char *place = target != NULL ? find_hub_path (target) : NULL;

    return place != NULL ? place : g_strdup (address);
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

unsigned
bw_baud_memory_get (const char *key, unsigned *ret_bad)
{
    g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&file_lock);
    g_autoptr (GKeyFile) file = load ();

    if (ret_bad != NULL)
        *ret_bad = read_rate (file, key, KEY_BAD);
    return read_rate (file, key, KEY_BEST);
}

static void
note (const char *key, unsigned best, unsigned bad)
{
    g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&file_lock);
    g_autoptr (GKeyFile) file = load ();

    if (read_rate (file, key, KEY_BEST) == best && read_rate (file, key, KEY_BAD) == bad)
        return;
    forget_oldest (file);
    g_key_file_set_integer (file, key, KEY_BEST, (int) best);
    g_key_file_set_integer (file, key, KEY_BAD, (int) bad);
    save (file);
}

void
bw_baud_memory_note_good (const char *key, unsigned baud)
{
    unsigned bad = 0;

    bw_baud_memory_get (key, &bad);
    note (key, baud, bad > baud ? bad : 0);
}

void
bw_baud_memory_note_bad (const char *key, unsigned baud)
{
    unsigned best = bw_baud_memory_get (key, NULL);

    if (baud > ladder[0])
        note (key, best < baud ? best : bw_baud_memory_step_down (baud), baud);
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
    unsigned wanted = best != 0 ? bw_baud_memory_step_up (best) : usual;

    while (bad != 0 && wanted >= bad && wanted > ladder[0])
        wanted = bw_baud_memory_step_down (wanted);
    return wanted;
}
