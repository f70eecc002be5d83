# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done again after a station was killed is what was done: a comparison is offered as a comparison,
with the same files. Boards that were at different work are not thrown together, and files that are gone are
said before the sheet opens."""
import shutil

from station import App, Board, make_firmware, scratch
import screen

TOAST = "These boards were at different work: try each by itself"
GONE = "Files of the firmware are gone; it stays as it was read"


def plug_in(number, name, *options):
    flash = scratch(f"flash-{number}.bin")
    make_firmware("esp32", "1.4.2", f"older-{number}", "--seed", "7", "--flash-file", flash)
    return Board(f"board-{number}", "esp32", f"24:6f:28:00:00:0{number}", name, 1, flash, "--speed", "real", *options)


def wait_for_work(name, words):
    app.wait_description(app.row(name), words)


firmware = make_firmware("esp32", "1.5.0")
written, compared = plug_in(1, "Written"), plug_in(2, "Compared")
app = App()
wait_for_work("Written", ["Ready"])
wait_for_work("Compared", ["Ready"])
app.start_flash(firmware, written)
wait_for_work("Written", ["Writing"])
app.wait_progress(0.1)
# one that answers no more is at work for as long as that takes
compared.tell("fault", "mute")
app.select(compared.link)
app.act("win.verify")
app.agree("Verify")
wait_for_work("Compared", ["Connecting", "Hold"])
app.kill()
compared.stop()

compared = plug_in(2, "Compared")
app = App()
wait_for_work("Written", ["Interrupted"])
wait_for_work("Compared", ["Interrupted"])
app.act("win.select-all")
screen.provoke(lambda: app.act("win.try-again"), app.root, TOAST)

# a comparison, from the same files
app.select(compared.link)
app.find("label", lambda name: name.startswith("The station ended in the middle of “Compare with weather 1.5.0”, at "))
screen.click(app.find("push button", "Try again"))
sheet = app.find("dialog", "What will be done")
screen.find(sheet, "label", "Compare with weather 1.5.0")
app.agree("Verify")
wait_for_work("Compared", ["Content differs"])

# what is gone is said, and what was read of it stays
shutil.rmtree(firmware)
app.select(written.link)
app.page("firmware")
app.find("label", "Files are gone since they were read; what was read is kept")


def ask_to_flash():
    if not screen.is_there(app.root, "dialog", "What will be done"):
        app.act("win.flash")


screen.provoke(ask_to_flash, app.root, GONE)
app.agree()
wait_for_work("Written", ["Good"])
app.close()
