/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-firmware-private.h"

struct _BwFirmware {
    GObject parent_instance;
    GStrv specs;
    char *title;
    const char *format;
    GPtrArray *builds;
    BwFirmwareFiles *files;
};

G_DEFINE_FINAL_TYPE (BwFirmware, bw_firmware, G_TYPE_OBJECT)

static void
bw_firmware_finalize (GObject *object)
{
    BwFirmware *self = BW_FIRMWARE (object);

    g_strfreev (self->specs);
    g_free (self->title);
    g_clear_pointer (&self->builds, g_ptr_array_unref);
    bw_firmware_files_free (self->files);
    G_OBJECT_CLASS (bw_firmware_parent_class)->finalize (object);
}

static void
bw_firmware_class_init (BwFirmwareClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_firmware_finalize;
}

static void
bw_firmware_init (BwFirmware *self)
{
    self->files = bw_firmware_files_new ();
}

/* ---- loading ---------------------------------------------------------------------------------- */

static char *
dup_title (const char *const *specs, const BwFirmwareBuild *build)
{
    const char *stated = build->name != NULL && build->name[0] != 0 ? build->name : NULL;
    g_autofree char *name =
        stated != NULL ? g_strdup (stated) : bw_firmware_input_dup_name (specs[0]);

    return g_strjoin (" ", name, build->version, NULL);
}

static gboolean
load_spec (BwFirmware *self, const char *spec, GCancellable *cancellable, GError **error)
{
    g_autoptr (BwFirmwareInput) input =
                   bw_firmware_input_open (spec, self->files, cancellable, error);
    const BwFirmwareFormat *format = NULL;
    g_autoptr (GPtrArray) builds = NULL;
    GPtrArray *both = NULL;

    if (input == NULL)
        return FALSE;
    format = bw_firmware_format_find (input);
    builds = format->load (input, cancellable, error);
    if (builds == NULL)
        return FALSE;
    if (self->builds == NULL) {
        self->format = format->id;
        self->builds = g_steal_pointer (&builds);
        return TRUE;
    }
    both = bw_firmware_builds_combine (self->builds, builds, error);
    if (both == NULL)
        return FALSE;
    g_ptr_array_unref (self->builds);
    self->builds = both;
    return TRUE;
}

static gboolean
finish_builds (BwFirmware *self, GCancellable *cancellable, GError **error)
{
    for (unsigned i = 0; i < self->builds->len; i++)
        if (g_cancellable_set_error_if_cancelled (cancellable, error)
            || !bw_firmware_build_finish (g_ptr_array_index (self->builds, i), error))
            return FALSE;
    return TRUE;
}

static BwFirmware *
load (const char *const *specs, BwFirmwareMeter *meter, GCancellable *cancellable, GError **error)
{
    g_autoptr (BwFirmware) self = NULL;

    if (specs[0] == NULL) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("no firmware was named"));
        return NULL;
    }
    self = g_object_new (BW_TYPE_FIRMWARE, NULL);
    self->specs = g_strdupv ((char **) specs);
    bw_firmware_files_set_meter (self->files, meter);
    for (size_t i = 0; specs[i] != NULL; i++)
        if (!load_spec (self, specs[i], cancellable, error))
            return NULL;
    if (!finish_builds (self, cancellable, error))
        return NULL;
    self->title = dup_title (specs, g_ptr_array_index (self->builds, 0));
    return g_steal_pointer (&self);
}

BwFirmware *
bw_firmware_load_sync (const char *const *specs, GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail (specs != NULL, NULL);
    return load (specs, NULL, cancellable, error);
}

struct order {
    GStrv specs;
    BwFirmwareMeter *meter;
};

static void
order_free (struct order *order)
{
    g_strfreev (order->specs);
    bw_firmware_meter_unref (order->meter);
    g_free (order);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    struct order *order = data;
    GError *error = NULL;
    BwFirmware *self = load ((const char *const *) order->specs, order->meter, cancellable, &error);

    if (self != NULL)
        g_task_return_pointer (task, self, g_object_unref);
    else
        g_task_return_error (task, error);
}

void
bw_firmware_load_async (const char *const *specs,
                        BwFirmwareMeter *meter,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
    struct order *order = g_new0 (struct order, 1);

    order->specs = g_strdupv ((char **) specs);
    order->meter = meter == NULL ? NULL : bw_firmware_meter_ref (meter);
    g_task_set_source_tag (task, bw_firmware_load_async);
    g_task_set_task_data (task, order, (GDestroyNotify) order_free);
    g_task_run_in_thread (task, load_in_thread);
}

BwFirmware *
bw_firmware_load_finish (GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- asking ----------------------------------------------------------------------------------- */

const char *
bw_firmware_get_title (BwFirmware *self)
{
    g_return_val_if_fail (BW_IS_FIRMWARE (self), NULL);
    return self->title;
}

const char *const *
bw_firmware_get_specs (BwFirmware *self)
{
    g_return_val_if_fail (BW_IS_FIRMWARE (self), NULL);
    return (const char *const *) self->specs;
}

const char *const *
bw_firmware_get_files (BwFirmware *self)
{
    g_return_val_if_fail (BW_IS_FIRMWARE (self), NULL);
    return bw_firmware_files_get_names (self->files);
}

BwFirmwareFilesState
bw_firmware_check_files_sync (BwFirmware *self)
{
    g_return_val_if_fail (BW_IS_FIRMWARE (self), BW_FIRMWARE_FILES_SAME);
    return bw_firmware_files_check_sync (self->files);
}

const char *
bw_firmware_get_format (BwFirmware *self)
{
    g_return_val_if_fail (BW_IS_FIRMWARE (self), NULL);
    return self->format;
}

GPtrArray *
bw_firmware_get_builds (BwFirmware *self)
{
    g_return_val_if_fail (BW_IS_FIRMWARE (self), NULL);
    return self->builds;
}

/* A build made for this way of attaching is the best, one for any way is good, one for another
 * way is none. */
static int
rate_build (const BwFirmwareBuild *build, const char *chip_key, const char *serial_type)
{
    if (build->chip_key != NULL && !g_str_equal (build->chip_key, chip_key))
        return 0;
    if (build->serial_type == NULL)
        return 1;
    return g_str_equal (build->serial_type, serial_type) ? 2 : 0;
}

char *
bw_firmware_dup_chip_names (BwFirmware *self)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new ();

    for (unsigned i = 0; i < self->builds->len; i++) {
        const BwFirmwareBuild *build = g_ptr_array_index (self->builds, i);
        const struct bwp_esp_chip *chip =
            build->chip_key != NULL ? bwp_esp_chip_by_name (build->chip_key) : NULL;

        if (chip != NULL && !g_ptr_array_find (names, chip->name, NULL))
            g_ptr_array_add (names, (gpointer) chip->name);
    }
    g_ptr_array_add (names, NULL);
    return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
has_chip (BwFirmware *self, const char *chip_key)
{
    for (unsigned i = 0; i < self->builds->len; i++) {
        const BwFirmwareBuild *build = g_ptr_array_index (self->builds, i);

        if (g_strcmp0 (build->chip_key, chip_key) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
set_wrong_chip (BwFirmware *self, const char *chip_key, const char *serial_type, GError **error)
{
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name (chip_key);
    const char *chip_name = chip != NULL ? chip->name : chip_key;
    g_autofree char *names = bw_firmware_dup_chip_names (self);

    if (has_chip (self, chip_key))
        bw_set_error (error, BW_CAUSE_WRONG_CHIP, _ ("%s has no build for an %s attached by %s"),
                      self->title, chip_name, serial_type);
    else
        bw_set_error (error, BW_CAUSE_WRONG_CHIP, _ ("%s is for %s, the board has an %s"),
                      self->title, names, chip_name);
}

const BwFirmwareBuild *
bw_firmware_choose_build (BwFirmware *self, const char *chip_key, gboolean is_cdc, GError **error)
{
    const char *serial_type = is_cdc ? "cdc" : "uart";
    const BwFirmwareBuild *best = NULL;
    int best_rating = 0;

    g_return_val_if_fail (BW_IS_FIRMWARE (self) && chip_key != NULL, NULL);
    for (unsigned i = 0; i < self->builds->len; i++) {
        const BwFirmwareBuild *build = g_ptr_array_index (self->builds, i);
        int rating = rate_build (build, chip_key, serial_type);

        if (rating > best_rating) {
            best = build;
            best_rating = rating;
        }
    }
    if (best == NULL)
        set_wrong_chip (self, chip_key, serial_type, error);
    return best;
}

BwFirmwareBuild *
bw_firmware_dup_build (BwFirmware *self, const BwBoardInfo *info, GError **error)
{
    const BwFirmwareBuild *build =
        bw_firmware_choose_build (self, info->chip_key, info->is_cdc, error);

    return build == NULL ? NULL : bw_firmware_build_place (build, info->partitions, error);
}

void
bw_finding_free (BwFinding *self)
{
    if (self == NULL)
        return;
    g_free (self->text);
    g_free (self);
}
