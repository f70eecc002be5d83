# SPDX-License-Identifier: GPL-3.0-or-later
"""Unplugged in the middle: three lines on the board, no box over the work, and a way on; plugged in
again in time it ends well."""
from station import Board, start_writing
import screen

app, board, row, _ = start_writing()
plan = app.find("list", "Plan")


def marks():
    return [image.get_name() for image in screen.all_of(plan, "image")]


screen.wait_for(lambda: "Now" in marks(), "a part is being written")
board.unplug()

app.wait_description(row, ["Plug it in again", "Unplugged", "Connection lost", "Interrupted"])
app.find("label", "What to do")
app.find("label", "Why we think so")
assert not screen.is_there(app.root, "dialog"), "a box popped up"
app.find("push button", "Copy details")
assert app.process.poll() is None

# the plan says how far it came, also while nobody works on it
assert marks()[0] == "Done" and "Perhaps not finished" in marks() and "Now" not in marks(), marks()

# whoever waits holds nothing: a board that gets the old one's device name is looked at all the same
Board("other", "esp32", "24:6f:28:00:00:02", "Kitchen lamp")
app.wait_description(app.row("Kitchen lamp"), ["Ready"])

# back in time: it goes on by itself, and every line is ticked, what was promised too
board.tell("plug")
app.wait_description(row, ["Good"])
screen.wait_for(lambda: set(marks()) == {"Done"}, f"every line is ticked: {marks()}")
assert screen.is_there(plan, "list item", "Keep everything outside these parts")
app.close()
