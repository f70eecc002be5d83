/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-driver"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-esp-baud.h"
#include "bw-esp-connect.h"
#include "bw-esp-erase.h"
#include "bw-esp-flash.h"
#include "bw-esp-identify.h"
#include "bw-esp-listen.h"
#include "bw-esp-program.h"
#include "bw-esp-read.h"
#include "bw-esp-recover.h"

#define BW_TYPE_ESP_DRIVER (bw_esp_driver_get_type ())
G_DECLARE_FINAL_TYPE (BwEspDriver, bw_esp_driver, BW, ESP_DRIVER, BwDriver)

/* How often a board that answers at first may fall silent while it is asked who it is. */
#define CONNECT_ROUNDS 3

struct _BwEspDriver {
    BwDriver parent_instance;
    BwEspSession *session;
};

G_DEFINE_FINAL_TYPE (BwEspDriver, bw_esp_driver, BW_TYPE_DRIVER)

static BwEspSession *
enter (BwDriver *driver, GCancellable *cancellable)
{
    BwEspSession *session = BW_ESP_DRIVER (driver)->session;

    bw_esp_link_set_cancellable (session->link, cancellable);
    return session;
}

static gboolean
check_connected (const BwEspSession *session, GError **error)
{
    if (session->is_connected && session->chip != NULL)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("the board is not connected"));
    return FALSE;
}

/* Answered once, then not any more: another try each, and then it has a name. */
static gboolean
esp_driver_connect (BwDriver *driver, GCancellable *cancellable, GError **error)
{
    BwEspSession *session = enter (driver, cancellable);
    g_autoptr (GError) failure = NULL;

    bw_esp_session_step (session, BW_STEP_CONNECT);
    for (unsigned i = 0; i < CONNECT_ROUNDS; i++) {
        g_autoptr (GError) silence = NULL;
        BwCause cause;

        g_clear_error (&failure);
        if (!bw_esp_connect (session, session->connect_attempts, &silence)) {
            /* the first time nobody has answered yet */
            g_propagate_error (error,
                               i == 0 ? g_steal_pointer (&silence)
                                      : bw_esp_recover_name (session, g_steal_pointer (&silence)));
            return FALSE;
        }
        if (bw_esp_bring_up (session, &failure))
            return TRUE;
        cause = bw_error_get_cause (failure);
        if (cause == BW_CAUSE_CANCELLED || cause == BW_CAUSE_UNPLUGGED
            || cause == BW_CAUSE_UNSUPPORTED_CHIP || cause == BW_CAUSE_OTHER_BOARD)
            break;
    }
    session->is_connected = FALSE;
    g_propagate_error (error, bw_esp_recover_name (session, g_steal_pointer (&failure)));
    return FALSE;
}

/* A board without a working flash chip can still be named. Where much is to be asked or sent, the
 * rate is raised before anything of that. */
static gboolean
attach_or_note (BwEspSession *session, GError **error)
{
    g_autoptr (GError) failure = NULL;
    gboolean is_attached;

    if (session->moves_data && !bw_esp_baud_settle_to_attach (session, error))
        return FALSE;
    is_attached = bw_esp_flash_attach_and_look (session, &failure);
    bw_esp_baud_judge (session, failure);
    if (is_attached)
        return TRUE;
    if (bw_error_get_cause (failure) == BW_CAUSE_FLASH_WRITE_FAILED) {
        bw_esp_session_note (session, "%s", failure->message);
        return TRUE;
    }
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

static BwBoardInfo *
esp_driver_identify (BwDriver *driver, GCancellable *cancellable, GError **error)
{
    BwEspSession *session = enter (driver, cancellable);
    g_autoptr (GError) failure = NULL;
    unsigned troubles = 0;

    if (!check_connected (session, error))
        return NULL;
    bw_esp_session_step (session, BW_STEP_IDENTIFY);
    for (;;) {
        BwBoardInfo *info = NULL;

        if (attach_or_note (session, &failure))
            info = bw_esp_identify (session, &failure);
        if (info != NULL)
            return info;
        if (!bw_esp_recover (session, &troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return NULL;
        }
    }
}

static gboolean
esp_driver_write (BwDriver *driver,
                  const BwFirmwareBuild *build,
                  const BwWriteOptions *options,
                  BwWriteReport *ret_report,
                  GCancellable *cancellable,
                  GError **error)
{
    BwEspSession *session = enter (driver, cancellable);

    return check_connected (session, error)
           && bw_esp_program (session, build, options, ret_report, error);
}

static gboolean
esp_driver_verify (BwDriver *driver,
                   const BwFirmwareBuild *build,
                   GCancellable *cancellable,
                   GError **error)
{
    BwEspSession *session = enter (driver, cancellable);

    if (!check_connected (session, error))
        return FALSE;
    bw_esp_session_step (session, BW_STEP_VERIFY);
    return bw_esp_verify (session, build, error);
}

static gboolean
esp_driver_read (BwDriver *driver,
                 uint32_t offset,
                 uint32_t size,
                 GOutputStream *to,
                 GCancellable *cancellable,
                 GError **error)
{
    BwEspSession *session = enter (driver, cancellable);

    return check_connected (session, error) && bw_esp_read (session, offset, size, to, error);
}

static gboolean
esp_driver_erase (BwDriver *driver,
                  uint32_t offset,
                  uint32_t size,
                  GCancellable *cancellable,
                  GError **error)
{
    BwEspSession *session = enter (driver, cancellable);

    if (!check_connected (session, error))
        return FALSE;
    bw_esp_session_step (session, BW_STEP_ERASE);
    return bw_esp_erase (session, offset, size, error);
}

static gboolean
esp_driver_reset (BwDriver *driver,
                  gboolean to_bootloader,
                  GCancellable *cancellable,
                  GError **error)
{
    BwEspSession *session = enter (driver, cancellable);

    bw_esp_session_step (session, BW_STEP_RESET);
    return bw_esp_reset (session, to_bootloader, error);
}

static gboolean
esp_driver_listen (BwDriver *driver,
                   unsigned patience_ms,
                   BwBootVerdict *ret_verdict,
                   BwCause *ret_cause,
                   char **ret_text,
                   GCancellable *cancellable,
                   GError **error)
{
    BwEspSession *session = enter (driver, cancellable);

    bw_esp_session_step (session, BW_STEP_LISTEN);
    return bw_esp_listen (session, patience_ms, ret_verdict, ret_cause, ret_text, error);
}

static gboolean
esp_driver_leave (BwDriver *driver)
{
    BwEspSession *session = enter (driver, NULL);

    return !session->has_changed && session->may_be_in_loader && !bw_port_is_lost (session->port)
           && bw_esp_leave (session, NULL);
}

static gboolean
esp_driver_has_changed (BwDriver *driver)
{
    return BW_ESP_DRIVER (driver)->session->has_changed;
}

/* The boot image comes last, but on a board that has none there is nothing to be left alone. */
static const char *
describe_writing (const BwEspSession *session)
{
    if (session->is_boot_pending || session->boot == BW_ESP_BOOT_MISSING)
        return _ ("The board was written in part and has no complete boot image: it does not "
                  "start until it is flashed again, which is possible at any time");
    if (session->boot == BW_ESP_BOOT_UNKNOWN)
        return _ ("The board was written in part: what it starts may be incomplete; it can be "
                  "flashed again at any time");
    return _ ("The board was written in part: its boot image is untouched, but what it "
              "starts may be incomplete; it can be flashed again at any time");
}

static const char *
describe_flash (const BwEspSession *session)
{
    switch (session->touch) {
    case BW_ESP_TOUCH_NOTHING:
        return _ ("Nothing was changed on the board");
    case BW_ESP_TOUCH_ERASED:
        return _ ("The flash was erased, wholly or in part");
    case BW_ESP_TOUCH_WRITING:
        return describe_writing (session);
    case BW_ESP_TOUCH_WRITTEN:
        return _ ("Everything was written, but not verified");
    case BW_ESP_TOUCH_VERIFIED:
        break;
    }
    return _ ("Everything was written and verified");
}

static char *
dup_flash_text (const BwEspSession *session)
{
    if (session->touch != BW_ESP_TOUCH_WRITING || session->touched == NULL)
        return g_strdup (describe_flash (session));
    /* translators: a sentence without its full stop, such as "The board was written in part …", and
     * the name of a part of the firmware */
    return g_strdup_printf (_ ("%s (interrupted at: %s)"), describe_flash (session),
                            session->touched);
}

static char *
esp_driver_dup_left_behind (BwDriver *driver)
{
    const BwEspSession *session = BW_ESP_DRIVER (driver)->session;
    g_autofree char *flash = dup_flash_text (session);

    /* of a board that is unplugged only its flash is known */
    if (bw_port_is_lost (session->port) || !session->may_be_in_loader)
        return g_strconcat (flash, ".", NULL);
    if (!session->is_connected)
        /* translators: a sentence without its full stop; "it" is the board */
        return g_strdup_printf (_ ("%s; it may be in its boot loader: RESET starts it."), flash);
    /* translators: a sentence without its full stop; "it" is the board */
    return g_strdup_printf (_ ("%s; it is still in its boot loader."), flash);
}

static void
esp_driver_set_events (BwDriver *driver, const BwDriverEvents *events)
{
    static const BwDriverEvents none = { 0 };

    BW_ESP_DRIVER (driver)->session->events = events != NULL ? *events : none;
}

static void
esp_driver_finalize (GObject *object)
{
    BwEspDriver *self = BW_ESP_DRIVER (object);

    g_clear_pointer (&self->session, bw_esp_session_free);
    G_OBJECT_CLASS (bw_esp_driver_parent_class)->finalize (object);
}

static void
bw_esp_driver_class_init (BwEspDriverClass *klass)
{
    BwDriverClass *driver_class = BW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = esp_driver_finalize;
    driver_class->connect = esp_driver_connect;
    driver_class->identify = esp_driver_identify;
    driver_class->write = esp_driver_write;
    driver_class->verify = esp_driver_verify;
    driver_class->read = esp_driver_read;
    driver_class->erase = esp_driver_erase;
    driver_class->reset = esp_driver_reset;
    driver_class->listen = esp_driver_listen;
    driver_class->leave = esp_driver_leave;
    driver_class->has_changed = esp_driver_has_changed;
    driver_class->dup_left_behind = esp_driver_dup_left_behind;
    driver_class->set_events = esp_driver_set_events;
}

static void
bw_esp_driver_init (BwEspDriver *self)
{
}

BwDriver *
bw_esp_driver_new (BwPort *port, const BwDriverOptions *options)
{
    BwEspDriver *self = g_object_new (BW_TYPE_ESP_DRIVER, NULL);

    self->session = bw_esp_session_new (port, options);
    return BW_DRIVER (self);
}
