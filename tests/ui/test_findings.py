# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware for another chip is refused with the reason, a file that is none is named; nothing is
written in either case."""
import json
import os

from station import App, Board, make_firmware, scratch
import screen

app = App()
wrong = make_firmware("esp32c3")
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])

app.load(wrong, board)
dialog = app.find("dialog", "What will be done")
screen.find(dialog, "label", lambda name: name.startswith("ESP32-C3 · ESP-IDF build · "))
screen.find(dialog, "list item", lambda name: "Porch sensor" in name and "chip" in name.lower())
assert not screen.has_state(screen.find(dialog, "push button", "Flash"), "sensitive")
# nothing is promised that will not happen
assert not screen.is_there(dialog, "label", "What will happen")
# the keyboard begins where something can be done: only away from here
screen.wait_focus(dialog, "push button", "Cancel")
screen.press("Return")
screen.wait_gone(app.root, "dialog", "What will be done")

# a doubt is no refusal: the switch that overrides it comes first, and leads to the button
alone = json.load(open(os.path.join(make_firmware(), "flasher_args.json")))["app"]["file"]
app.load(os.path.join(make_firmware(), alone) + "@0x10000", board)
dialog = app.find("dialog", "What will be done")
screen.wait_focus(dialog, "check box", "Write it all the same")
assert not screen.has_state(screen.find(dialog, "push button", "Flash"), "sensitive")
screen.press("space")
screen.wait_for(lambda: screen.has_state(screen.find(dialog, "push button", "Flash"), "sensitive"), "flash is offered")
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "What will be done")

# where everything would be lost, Return does not agree
app.select(board.link)
app.act("win.erase")
dialog = app.find("dialog", "What will be done")
screen.find(dialog, "list item", "Erase the whole flash")
screen.wait_focus(dialog, "push button", "Cancel")
screen.press("Return")
screen.wait_gone(app.root, "dialog", "What will be done")
assert "Ready" in row.get_description(), row.get_description()

with open(scratch("notes.bin"), "wb") as file:
    file.write(b"this is no firmware at all\n" * 100)
app.load(scratch("notes.bin"), board)
app.page("firmware")
app.find("label", "Nothing was written. Choose another file.")
assert "Ready" in row.get_description(), row.get_description()
# it may be data for a place that only the person knows
button = app.find("push button", "Take it")
entry = app.find("text", "Place in flash")
for text in ("", "nowhere", "0x1234"):
    screen.type_into(entry, text)
    assert not screen.has_state(button, "sensitive"), text
screen.type_into(entry, "0x310000")
screen.wait_for(lambda: screen.has_state(button, "sensitive"), "the place is taken")
screen.shot("place")
screen.click(button)
app.find("label", lambda name: name.startswith("no chip named in the file"))

# a folder that is no build is not
os.makedirs(scratch("pictures"))
app.load(scratch("pictures"), board)
app.find("label", lambda name: "is no build folder" in name)
screen.wait_gone(app.root, "push button", "Take it")
app.close()
