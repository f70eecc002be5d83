# SPDX-License-Identifier: GPL-3.0-or-later
"""Unplugged in the middle and plugged in again in time: it goes on by itself and ends well. What the
board says while it is away, test_torn reads: here the half minute that a job waits is running."""
from station import start_writing
import screen

app, board, row, _ = start_writing()
plan = app.find("list", "Plan")


def marks():
    return screen.read_names(plan, "image")


screen.wait_for(lambda: "Now" in marks(), "a part is being written")
board.unplug()
app.wait_description(row, ["Plug it in again"])
board.tell("plug")

# every line is ticked, what was promised too
app.wait_description(row, ["Good"])
screen.wait_for(lambda: set(marks()) == {"Done"}, lambda: f"every line is ticked: {marks()}")
assert screen.is_there(plan, "list item", "Keep everything outside these parts")
app.close()
