# SPDX-License-Identifier: GPL-3.0-or-later
"""Through the file dialogs, as a person goes: a firmware from a file, one from a build folder, a
choice taken back, what was chosen lately, and the log saved where it was said."""
import json
import os

from station import App, Board, GLib, make_firmware, pass_time, scratch
import dialogs
import screen

app = App()
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
folder = make_firmware(version="1.5.0")
image = os.path.join(make_firmware(version="1.6.0"), json.load(open(os.path.join(folder, "flasher_args.json")))["app"]["file"])

screen.press("ctrl+o")
dialogs.answer(app, "Choose a firmware", image)
app.find("label", "weather 1.6.0")

screen.press("ctrl+shift+o")
dialogs.answer(app, "Choose a build folder", folder)
app.find("label", "weather 1.5.0")

# taken back: what was chosen stays
screen.press("ctrl+o")
app.find(dialogs.ROLES, "Choose a firmware")
screen.press("Escape")
screen.wait_gone(app.root, dialogs.ROLES, "Choose a firmware")
app.find("label", "weather 1.5.0")

# what was chosen lately is offered again, the newest first
recent = app.find("list", "Firmware used last")
names = screen.read_names(recent, "list item")
assert names == [os.path.basename(folder), os.path.basename(image)], names

# the keyboard stays in that list whatever is learnt about the board meanwhile
for _ in range(60):
    screen.press("Tab")
    pass_time(0.1)
    if any(screen.has_state(n, "focused") for n in screen.all_of(recent, "list item")):
        break
screen.press("Down")
screen.wait_focus(recent, "list item", names[1])
app.act("win.identify")
pass_time(3)
screen.wait_focus(recent, "list item", names[1])

other = Board("other", mac="24:6f:28:00:00:02", name="Other")
app.wait_description(app.row("Other"), ["Ready"])
app.select(board.link)
app.page("log")
app.find("list item", lambda name: name.startswith("Identify on "))
screen.click(app.find("push button", "More for this log"))
screen.click(app.find("menu item", lambda name: name.startswith("Save")))
target = scratch("porch.log")
# it is the log of the board for which it was asked, whichever is shown when it is answered
app.find(dialogs.ROLES, "Save log")
app.select(other.link)
dialogs.answer(app, "Save log", target)


def read_target():
    if not os.path.exists(target):
        return ""
    with open(target) as file:
        return file.read()


text = screen.wait_for(lambda: f"Identify on {board.link}" in (text := read_target()) and text, "the log is saved")
assert other.link not in text, text

# where nothing can be saved it is said why and what to do, and the log is still there
app.select(board.link)
screen.click(app.find("push button", "More for this log"))
screen.click(app.find("menu item", lambda name: name.startswith("Save")))
app.find(dialogs.ROLES, "Save log")
dialogs.answer(app, "Save log", "/proc/porch.log")
app.find("label", lambda name: name.startswith("File cannot be written\n") and "Choose another name" in name
         and "Saving the log: " in name)
app.find("list item", lambda name: name.startswith("Identify on "))

# of several files each is named
app.page("firmware")
files = [image + "@0x10000", os.path.join(folder, "bootloader", "bootloader.bin") + "@0x1000"]
app.act("win.load", GLib.Variant("(asas)", (files, [])))
app.find("label", lambda name: all(os.path.basename(file) in name for file in files))

# an open dialog goes with its window
screen.press("ctrl+o")
app.find(dialogs.ROLES, "Choose a firmware")
app.close()
