# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware for several boards of which some cannot have it: the sheet names those and why, and its button
says for how many it is. What was left out stays as it was."""
import json
import os

from station import App, Board, make_firmware
import screen

SHEET = "What will be done"
SIZE = ("--size", "65536")

settings = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk", "settings.ini")
os.makedirs(os.path.dirname(settings))
# a sheet that is not wanted comes all the same where something is left out
with open(settings, "w") as file:
    file.write("[boardwalk]\nversion=1\nconfirm-flash=false\n")

porch = Board("porch", "esp32", "24:6f:28:00:00:01", "Porch sensor")
kitchen = Board("kitchen", "esp32c3", "24:6f:28:00:00:02", "Kitchen lamp")
attic = Board("attic", "esp32c3", "24:6f:28:00:00:03", "Attic fan")
locked = Board("locked", "esp32c3", "24:6f:28:00:00:04", "Garage door", 1, None, "--secure-download")
app = App()
for name in ("Porch sensor", "Kitchen lamp", "Attic fan", "Garage door"):
    app.wait_description(app.row(name), ["Ready"])
firmware = make_firmware("esp32", "1.5.0", None, *SIZE)
other = make_firmware("esp32c3", "1.5.0", None, *SIZE)


def open_sheet(path, *boards):
    app.load(path, *boards)
    return app.find("dialog", SHEET)


def close_sheet():
    screen.press("Escape")
    screen.wait_gone(app.root, "dialog", SHEET)


def find_left_out(sheet, title, names, why):
    """The boards in a list that comes before what will happen, with the reason."""
    row = screen.find(screen.find(sheet, "list", title), "list item", lambda text: set(text.split(", ")) == names)
    screen.find(row, "label", lambda text: text.startswith(why))
    return row


def is_listed(sheet, name):
    """Whether a board is among those something is done to."""
    return screen.is_there(sheet, "push button", name) or screen.is_there(sheet, "list item", name)


sheet = open_sheet(firmware, porch, kitchen, attic)
row = find_left_out(sheet, "2 boards are left out", {"Kitchen lamp", "Attic fan"}, "Firmware for another chip\n")
assert screen.box(row).y < screen.box(screen.find(sheet, "label", "What will happen")).y
screen.find(sheet, "label", "1 of 3 boards")
screen.find(sheet, "list item", "Fits this board")
assert not is_listed(sheet, "Kitchen lamp") and not is_listed(sheet, "Attic fan")
# what the sheet was opened for is one key away, for the boards that can have it
screen.wait_focus(sheet, "push button", "Flash 1 of 3")
screen.shot("left-out")
screen.press("Return")
screen.wait_gone(app.root, "dialog", SHEET)
app.wait_description(app.row("Porch sensor"), ["Good"])
for name in ("Kitchen lamp", "Attic fan"):
    assert app.row(name).get_description().startswith("Ready"), app.row(name).get_description()

# for none of them
sheet = open_sheet(firmware, kitchen, attic)
find_left_out(sheet, "2 boards are left out", {"Kitchen lamp", "Attic fan"}, "Firmware for another chip\n")
screen.find(sheet, "label", "Choose another firmware, or other boards")
assert not screen.has_state(screen.find(sheet, "push button", "Flash"), "sensitive")
assert not screen.is_there(sheet, "label", "What will happen")
screen.wait_focus(sheet, "push button", "Cancel")
close_sheet()

# a doubt leaves out as well, until it is overridden
alone = json.load(open(os.path.join(other, "flasher_args.json")))["app"]["file"]
sheet = open_sheet(os.path.join(other, alone) + "@0x10000", porch, kitchen)
find_left_out(sheet, "2 boards are left out", {"Kitchen lamp"}, "Boot image")
assert not screen.has_state(screen.find(sheet, "push button", "Flash"), "sensitive")
screen.wait_focus(sheet, "check box", "Write it all the same")
screen.press("space")
find_left_out(sheet, "1 board is left out", {"Porch sensor"}, "Firmware for another chip\n")
screen.wait_for(lambda: screen.has_state(screen.find(sheet, "push button", "Flash 1 of 2"), "sensitive"), "one can have it")
close_sheet()

# and so does what nobody could prove
sheet = open_sheet(other, kitchen, locked)
find_left_out(sheet, "1 board is left out", {"Garage door"}, "Cannot be verified\n")
screen.wait_focus(sheet, "push button", "Flash 1 of 2")
screen.click(screen.find(sheet, "check box", "Write without verification"))
screen.find(sheet, "push button", "Flash")
screen.wait_gone(sheet, "list", "1 board is left out")
screen.find(sheet, "label", "2 boards")
close_sheet()
app.close()
