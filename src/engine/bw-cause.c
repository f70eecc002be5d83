/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cause"
#include "config.h"

#include "bw-cause.h"

#include <glib/gi18n-lib.h>

/* Exit statuses, as DESIGN.md numbers them. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_INPUT = 2,
    EXIT_NOBODY = 3,
    EXIT_REFUSED = 4,
    EXIT_CANCELLED = 5,
    EXIT_STATION = 6,
};

struct row {
    const char *id;
    const char *title;
    const char *explanation;
    const char *remedy;
    BwError code;
    int exit_status;
};

/* One row for each cause; a test holds the table complete. */
static const struct row rows[BW_CAUSE_N] = {
    [BW_CAUSE_NONE] = { "none", "", "", "", BW_ERROR_INTERNAL, EXIT_DONE },

    [BW_CAUSE_PERMISSION] = { "permission", N_ ("No permission for the port"),
                              N_ ("The port is there, but this user may not open it."),
                              N_ ("The details say what opens it to you. Do that, then unplug the "
                                  "board and plug it in again."),
                              BW_ERROR_DENIED, EXIT_STATION },
    [BW_CAUSE_BUSY] = { "busy", N_ ("Port in use"), N_ ("Another program holds the port."),
                        N_ ("Close that program, then try again."), BW_ERROR_RETRY, EXIT_STATION },
    [BW_CAUSE_MODEM_MANAGER] = { "modem-manager", N_ ("ModemManager holds the port"),
                                 N_ ("ModemManager is asking the board whether it is a modem."),
                                 N_ ("Wait half a minute and try again. Boardwalk's udev rule "
                                     "keeps ModemManager away."),
                                 BW_ERROR_RETRY, EXIT_STATION },
    [BW_CAUSE_BRLTTY] = { "brltty", N_ ("brltty took the port"),
                          N_ ("brltty takes this USB adapter for a Braille display."),
                          N_ ("Update brltty: version 6.5 mended its rules and leaves such "
                              "adapters "
                              "alone. Or keep it from this adapter only, with the udev rule in the "
                              "details. Remove it only if nobody here reads Braille. Then plug the "
                              "board in again."),
                          BW_ERROR_REPLUG, EXIT_STATION },
    [BW_CAUSE_NO_SUCH_PORT] = { "no-such-port", N_ ("No such port"),
                                N_ ("There is nothing at this address."),
                                N_ ("Check the name, and plug the board in or switch it on."),
                                BW_ERROR_REPLUG, EXIT_NOBODY },
    [BW_CAUSE_NO_SERIAL_PORT] = { "no-serial-port", N_ ("Not a serial port"),
                                  N_ ("What is at this address is no serial port."),
                                  N_ ("Choose another one; “boardwalk list” names the ports that "
                                      "are "
                                      "there."),
                                  BW_ERROR_REJECTED, EXIT_NOBODY },
    [BW_CAUSE_UNPLUGGED] = { "unplugged", N_ ("Unplugged"), N_ ("The board has left the bus."),
                             N_ ("Plug it in again."), BW_ERROR_REPLUG, EXIT_FAILED },
    [BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED] = { "charge-only-or-unplugged", N_ ("No board on USB"),
                                            N_ ("No USB serial port has appeared: the cable may "
                                                "only carry power."),
                                            N_ ("Use a cable that carries data, or another "
                                                "socket."),
                                            BW_ERROR_REPLUG, EXIT_NOBODY },

    [BW_CAUSE_NO_ANSWER] = { "no-answer", N_ ("No answer"), N_ ("The board said nothing at all."),
                             N_ ("Check cable and power. Hold BOOT, press RESET, let go of BOOT, "
                                 "then try again."),
                             BW_ERROR_REPLUG, EXIT_NOBODY },
    [BW_CAUSE_BOOT_LOG_SEEN] = { "boot-log-seen", N_ ("The board runs its application"),
                                 N_ ("The board started its application instead of the loader."),
                                 N_ ("Hold BOOT, press RESET, let go of BOOT."), BW_ERROR_REPLUG,
                                 EXIT_NOBODY },
    [BW_CAUSE_TX_LINE] = { "tx-line", N_ ("Board does not hear us"),
                           N_ ("The board waits for a download but does not receive what we send."),
                           N_ ("Check the wire from the adapter's TX to the board's RX, and "
                               "nothing else on it."),
                           BW_ERROR_REPLUG, EXIT_NOBODY },
    [BW_CAUSE_GARBAGE] = { "garbage", N_ ("Unreadable answers"),
                           N_ ("Bytes arrive, but they make no sense: wrong rate or a noisy line."),
                           N_ ("Try a lower baud rate, a shorter cable and a common ground."),
                           BW_ERROR_RETRY, EXIT_NOBODY },
    [BW_CAUSE_NOISY_LINE] = { "noisy-line", N_ ("Noisy line"),
                              N_ ("The board was recognised, but too much of what it says arrives "
                                  "damaged."),
                              N_ ("Try a lower baud rate, a shorter cable and a common ground."),
                              BW_ERROR_RETRY, EXIT_FAILED },
    [BW_CAUSE_LOST] = { "lost", N_ ("Connection lost"), N_ ("The board answered, then no more."),
                        N_ ("Check cable, power and hub, then try again."), BW_ERROR_REPLUG,
                        EXIT_FAILED },
    [BW_CAUSE_POWER] = { "power", N_ ("Power failed"),
                         N_ ("The board did not get enough power while it was being worked on."),
                         N_ ("Use a powered hub or another socket, a shorter cable, and fewer "
                             "boards "
                             "on one hub. Then try again."),
                         BW_ERROR_REPLUG, EXIT_FAILED },
    [BW_CAUSE_RESET_IN_THE_MIDDLE] = { "reset-in-the-middle", N_ ("The board restarted"),
                                       N_ ("The board restarted while it was being worked on."),
                                       N_ ("Check its power supply and leave its buttons alone, "
                                           "then try again."),
                                       BW_ERROR_RETRY, EXIT_FAILED },
    [BW_CAUSE_TIMEOUT] = { "timeout", N_ ("Took too long"),
                           N_ ("The board did not finish in time."),
                           N_ ("Try again, at a lower baud rate if it happens twice."),
                           BW_ERROR_RETRY, EXIT_FAILED },
    [BW_CAUSE_PROTOCOL] = { "protocol", N_ ("Nonsense from the board"),
                            N_ ("The board answered something that cannot be true."),
                            N_ ("Try again. If it stays, the board or its loader is damaged."),
                            BW_ERROR_RETRY, EXIT_FAILED },

    [BW_CAUSE_OTHER_BOARD] = { "other-board", N_ ("Another board"),
                               N_ ("In the middle of the work another board took the place of "
                                   "the first."),
                               N_ ("Put the first board back and start again; this one was left "
                                   "as it is."),
                               BW_ERROR_REPLUG, EXIT_FAILED },
    [BW_CAUSE_NEEDS_STUB] = { "needs-stub", N_ ("Flasher stub needed"),
                              N_ ("The boot ROM of this chip cannot do this alone."),
                              N_ ("Name a folder with flasher stubs in the preferences or with "
                                  "--stub-dir."),
                              BW_ERROR_REJECTED, EXIT_FAILED },
    [BW_CAUSE_NO_PROOF] = { "no-proof", N_ ("Cannot be verified"),
                            N_ ("The board does not let anybody compare what was written to it."),
                            N_ ("Write it without verification (--no-verify on the command line). "
                                "The board then counts as done, never as good."),
                            BW_ERROR_DENIED, EXIT_REFUSED },
    [BW_CAUSE_NO_RESET_LINES] = { "no-reset-lines", N_ ("Press the buttons"),
                                  N_ ("This port has no wires that could reset the board."),
                                  N_ ("Press RESET on the board, for its boot loader with BOOT "
                                      "held."),
                                  BW_ERROR_REPLUG, EXIT_FAILED },
    [BW_CAUSE_WRONG_CHIP] = { "wrong-chip", N_ ("Firmware for another chip"),
                              N_ ("This firmware is made for another chip than the one on the "
                                  "board."),
                              N_ ("Choose a firmware for this chip."), BW_ERROR_REJECTED,
                              EXIT_INPUT },
    [BW_CAUSE_WRONG_REVISION] = { "wrong-revision", N_ ("Chip revision does not fit"),
                                  N_ ("This firmware does not run on this revision of the chip."),
                                  N_ ("Choose a firmware built for this revision."),
                                  BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_SECURE_MODE] = { "secure-mode", N_ ("Board is locked"),
                               N_ ("Secure boot, flash encryption or secure download mode "
                                   "forbids this."),
                               N_ ("Update it over the air, or use another board. The lock cannot "
                                   "be undone."),
                               BW_ERROR_DENIED, EXIT_REFUSED },
    [BW_CAUSE_UNSUPPORTED_CHIP] = { "unsupported-chip", N_ ("Unknown chip"),
                                    N_ ("This chip is not in Boardwalk's table."),
                                    N_ ("Look for a newer version of Boardwalk."),
                                    BW_ERROR_REJECTED, EXIT_FAILED },
    [BW_CAUSE_VERIFY_FAILED] = { "verify-failed", N_ ("Content differs"),
                                 N_ ("What is on the flash is not what should be there."),
                                 N_ ("Flash it again. If it stays, the flash chip is bad."),
                                 BW_ERROR_RETRY, EXIT_FAILED },
    [BW_CAUSE_FLASH_WRITE_FAILED] = { "flash-write-failed", N_ ("Flash does not hold data"),
                                      N_ ("The flash chip did not keep what was written."),
                                      N_ ("Check the power supply. If it stays, put the board "
                                          "aside: its flash is bad."),
                                      BW_ERROR_REPLUG, EXIT_FAILED },
    [BW_CAUSE_FLASH_SIZE] = { "flash-size", N_ ("Flash size does not fit"),
                              N_ ("The firmware expects another flash size than the board has."),
                              N_ ("Choose a firmware built for this flash size."),
                              BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_BEYOND_FLASH] = { "beyond-flash", N_ ("Beyond the flash"),
                                N_ ("The flash of this board ends before that place."),
                                N_ ("Check offset and size."), BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_FLASH_SMALLER] = { "flash-smaller", N_ ("Flash smaller than it says"),
                                 N_ ("The flash chip has less room than it claims: what is written "
                                     "high appears low."),
                                 N_ ("Put the board aside: its flash chip is not what it claims to "
                                     "be."),
                                 BW_ERROR_REPLUG, EXIT_FAILED },
    [BW_CAUSE_NO_PARTITION] = { "no-partition", N_ ("No such partition"),
                                N_ ("There is no single partition of that name."),
                                N_ ("“boardwalk info” shows the names; an address always works."),
                                BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_FETCH_FAILED] = { "fetch-failed", N_ ("Not fetched"),
                                N_ ("The file could not be fetched from the network."),
                                N_ ("Check the address and the network, or download it yourself."),
                                BW_ERROR_RETRY, EXIT_INPUT },
    [BW_CAUSE_UNTRUSTED_SERVER] = { "untrusted-server", N_ ("Server not trusted"),
                                    N_ ("The server could not prove who it is."),
                                    N_ ("Check the address and the clock of this machine; for a "
                                        "server with a certificate of your own name it in "
                                        "SSL_CERT_FILE."),
                                    BW_ERROR_DENIED, EXIT_REFUSED },
    [BW_CAUSE_WRONG_DIGEST] = { "wrong-digest", N_ ("Another file"),
                                N_ ("What was fetched is not the file that belongs to the digest."),
                                N_ ("Do not use it. Ask whoever gave you the address for both."),
                                BW_ERROR_DENIED, EXIT_REFUSED },
    [BW_CAUSE_TOO_LARGE] = { "too-large", N_ ("Too large"),
                             N_ ("A part does not fit into the place it is meant for."),
                             N_ ("Choose a smaller firmware or a partition table with more room."),
                             BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_OVERLAP] = { "overlap", N_ ("Parts overlap"),
                           N_ ("Two parts claim the same place on the flash."),
                           N_ ("Check the offsets."), BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_WRONG_PLACE] = { "wrong-place", N_ ("Wrong place on the flash"),
                               N_ ("At this place the board expects something else."),
                               N_ ("Check the offset. “boardwalk info” shows what lies where."),
                               BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_MISSING_BOOT_IMAGE] = { "missing-boot-image", N_ ("Boot image missing"),
                                      N_ ("The board would not start: neither the firmware nor the "
                                          "flash has a boot image."),
                                      N_ ("Choose the whole build folder or a merged image."),
                                      BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_BAD_FIRMWARE] = { "bad-firmware", N_ ("Not a good firmware"),
                                N_ ("The file is damaged, cut short or no firmware at all."),
                                N_ ("Build or download it again."), BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_BAD_STUB] = { "bad-stub", N_ ("Not a good flasher stub"),
                            N_ ("The file of the stub is damaged or something else."),
                            N_ ("Install the stubs again, or go on without one: --no-stub."),
                            BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_UNREADABLE_FILE] = { "unreadable-file", N_ ("File cannot be read"),
                                   N_ ("The file is missing or unreadable."),
                                   N_ ("Check its name and its rights."), BW_ERROR_REJECTED,
                                   EXIT_INPUT },
    [BW_CAUSE_UNWRITABLE_FILE] = { "unwritable-file", N_ ("File cannot be written"),
                                   N_ ("Nothing can be saved under that name."),
                                   N_ ("Choose another name, or a folder that is yours."),
                                   BW_ERROR_REJECTED, EXIT_INPUT },
    [BW_CAUSE_USAGE] = { "usage", N_ ("Not understood"), N_ ("What was asked makes no sense."),
                         N_ ("Check the command. --help shows how it is written."),
                         BW_ERROR_REJECTED, EXIT_INPUT },

    [BW_CAUSE_NO_SPACE] = { "no-space", N_ ("Disk is full"),
                            N_ ("There is no room left on the disk."),
                            N_ ("Make room, then try again. What was on the disk is still there."),
                            BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_STORE_CLOSED] = { "store-closed", N_ ("No records can be kept"),
                                N_ ("The station's database cannot be opened or written to."),
                                N_ ("See to it that it is a file in a folder where this user may "
                                    "write."),
                                BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_STORE_BUSY] = { "store-busy", N_ ("Station's data in use"),
                              N_ ("Another program holds the station's database."),
                              N_ ("Close that program, then try again."), BW_ERROR_RETRY,
                              EXIT_STATION },
    [BW_CAUSE_STORE_GONE] = { "store-gone", N_ ("Station's data is gone"),
                              N_ ("The station's database was moved or deleted while it was in "
                                  "use."),
                              N_ ("Put it back and start Boardwalk again. Without it, new records "
                                  "are begun."),
                              BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_NOT_RECORDED] = { "not-recorded", N_ ("Not recorded"),
                                N_ ("What was to be on the board is on it, and that is proved, but "
                                    "the station could not record it."),
                                N_ ("See to it that the station can keep records, then do it "
                                    "again: "
                                    "what is on the board already is not written twice."),
                                BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_STORE_DAMAGED] = { "store-damaged", N_ ("Station's data is damaged"),
                                 N_ ("The station's database cannot be read as it should."),
                                 N_ ("Restore a copy. The damaged file was left as it is."),
                                 BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_STORE_FROM_FUTURE] = { "store-from-future", N_ ("Data from a newer version"),
                                     N_ ("The station's database was written by a newer version of "
                                         "Boardwalk."),
                                     N_ ("Use that version or a newer one. Nothing was changed."),
                                     BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_CONFIG_FROM_FUTURE] = { "config-from-future", N_ ("Settings from newer version"),
                                      N_ ("The settings file was written by a newer version of "
                                          "Boardwalk."),
                                      N_ ("Use that version, or move the file away. Nothing was "
                                          "changed."),
                                      BW_ERROR_INTERNAL, EXIT_STATION },
    [BW_CAUSE_CONFIG_DAMAGED] = { "config-damaged", N_ ("Settings cannot be read"),
                                  N_ ("The settings file is damaged, or this user may not read "
                                      "it."),
                                  N_ ("Repair it, or move it away to begin with fresh settings. "
                                      "Nothing was changed."),
                                  BW_ERROR_INTERNAL, EXIT_STATION },

    [BW_CAUSE_APP_MISSING] = { "app-missing", N_ ("No application"),
                               N_ ("The loader found nothing to start."),
                               N_ ("Flash an application to where the partition table expects it."),
                               BW_ERROR_REJECTED, EXIT_FAILED },
    [BW_CAUSE_APP_BOOT_LOOP] = { "app-boot-loop", N_ ("Restarts again and again"),
                                 N_ ("The application starts, then the board restarts, again and "
                                     "again."),
                                 N_ ("Read its log, and choose another firmware."),
                                 BW_ERROR_REJECTED, EXIT_FAILED },
    [BW_CAUSE_APP_REJECTED] = { "app-rejected", N_ ("Loader rejects the application"),
                                N_ ("The loader on the board does not accept the application."),
                                N_ ("Check chip, revision, flash settings and signature of the "
                                    "firmware."),
                                BW_ERROR_REJECTED, EXIT_FAILED },
    [BW_CAUSE_BROWNOUT] = { "brownout", N_ ("Not enough power"),
                            N_ ("The supply voltage drops when the board starts."),
                            N_ ("Use a better supply, a shorter cable or a powered hub."),
                            BW_ERROR_REPLUG, EXIT_FAILED },

    [BW_CAUSE_CANCELLED] = { "cancelled", N_ ("Cancelled"), N_ ("The work was stopped on request."),
                             "", BW_ERROR_CANCELLED, EXIT_CANCELLED },
    [BW_CAUSE_REFUSED] = { "refused", N_ ("Refused"), N_ ("The other side does not allow this."),
                           N_ ("The details say what: choose firmware and settings that keep to "
                               "it."),
                           BW_ERROR_DENIED, EXIT_REFUSED },
    [BW_CAUSE_INTERNAL] = { "internal", N_ ("Fault in Boardwalk"),
                            N_ ("Something happened that must not happen."),
                            N_ ("Copy the details and report them."), BW_ERROR_INTERNAL,
                            EXIT_STATION },
};

static const struct row *
get_row (BwCause cause)
{
    if ((int) cause < 0 || cause >= BW_CAUSE_N)
        return &rows[BW_CAUSE_INTERNAL];
    return &rows[cause];
}

/* gettext gives the catalogue's header for an empty text */
static const char *
translate (const char *text)
{
    return *text == '\0' ? text : _ (text);
}

const char *
bw_cause_get_id (BwCause cause)
{
    return get_row (cause)->id;
}

const char *
bw_cause_get_title (BwCause cause)
{
    return translate (get_row (cause)->title);
}

const char *
bw_cause_get_explanation (BwCause cause)
{
    return translate (get_row (cause)->explanation);
}

const char *
bw_cause_get_remedy (BwCause cause)
{
    return translate (get_row (cause)->remedy);
}

BwError
bw_cause_get_code (BwCause cause)
{
    return get_row (cause)->code;
}

int
bw_cause_get_exit_status (BwCause cause)
{
    return get_row (cause)->exit_status;
}

BwCause
bw_cause_from_id (const char *id)
{
    for (int i = BW_CAUSE_NONE + 1; i < BW_CAUSE_N; i++)
        if (g_strcmp0 (id, rows[i].id) == 0)
            return (BwCause) i;
    return BW_CAUSE_NONE;
}

gboolean
bw_cause_is_about_start (BwCause cause)
{
    return cause == BW_CAUSE_APP_MISSING || cause == BW_CAUSE_APP_BOOT_LOOP
           || cause == BW_CAUSE_APP_REJECTED || cause == BW_CAUSE_BROWNOUT;
}
