# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware for several boards at once: the sheet says what happens to each of them, and what is
lost on one of them is shown even where the sheet is not wanted."""
import os

from station import App, Board, make_firmware, scratch
import screen

# not wanted: the sheet comes for losses and doubts alone
settings = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk", "settings.ini")
os.makedirs(os.path.dirname(settings))
with open(settings, "w") as file:
    file.write("[boardwalk]\nversion=1\nconfirm-flash=false\n")

SIZE = ("--size", "65536")
firmware = make_firmware("esp32", "1.5.0", None, *SIZE)
flash = scratch("other.bin")
# a longer application wants longer slots: another layout
make_firmware("esp32", "0.9", "lamp", "--size", "1600000", "--name", "lamp", "--flash-file", flash)


def pages(dialog):
    """What stands in the lists of the sheet, heading by heading."""
    return [n.get_name() for n in screen.walk(dialog) if n.get_role_name() in ("list item", "push button")]


app = App()
blank = Board("blank", name="Blank")
app.row("Blank")
other = Board("other", mac="24:6f:28:00:00:02", name="Other", flash=flash)
app.wait_description(app.row("Blank"), ["Ready"])
app.wait_description(app.row("Other"), ["Ready"])

# the board that comes first loses nothing, the second one does
app.load(firmware, blank, other)
dialog = app.find("dialog", "What will be done")
losses = screen.find(dialog, "list", "What will be lost")
row = screen.find(losses, "list item", "Replace the partition layout")
screen.find(row, "label", "Other")
assert not screen.is_there(row, "label", lambda name: "Blank" in name)
# one list for each of the two, under its name
screen.find(dialog, "push button", "Blank")
screen.find(dialog, "push button", "Other")
plans = screen.all_of(dialog, "list", "Plan")
assert len(plans) == 2, pages(dialog)
assert not screen.is_there(plans[0], "list item", "Replace the partition layout")
screen.find(plans[1], "list item", "Replace the partition layout")
screen.shot("several")
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "What will be done")

# a board that has nothing to lose is flashed at once
app.load(firmware, blank)
app.wait_description(app.row("Blank"), ["Good"])
assert not screen.is_there(app.root, "dialog", "What will be done")
assert "Ready" in app.row("Other").get_description()
app.close()
