# SPDX-License-Identifier: GPL-3.0-or-later
"""Torn off for good in the middle: the board says so while it is away, with no box over the work, when
it comes back, and in the next station, with the state it was in and what to do; flashing it again ends
that."""
from station import App, Board, start_writing
import screen

WHAT = "The board was unplugged in the middle of “Flash weather 1.5.0”, at “Writing”."


def runs_nothing_known(row):
    """What was there is overwritten, what comes is not all there."""
    assert "weather" not in row.get_description(), row.get_description()
    assert not screen.is_there(app.root, "label", lambda name: name.startswith("Runs "))


app, board, row, firmware = start_writing()
plan = app.find("list", "Plan")


def marks():
    return screen.read_names(plan, "image")


screen.wait_for(lambda: "Now" in marks(), "a part is being written")
runs_nothing_known(row)
board.unplug()

# the job waits for half a minute: the plan says how far it came, also while nobody works on it
app.wait_description(row, ["Plug it in again"])
runs_nothing_known(row)
waiting = marks()
assert waiting[0] == "Done" and "Perhaps not finished" in waiting and "Now" not in waiting, waiting

# whoever waits holds nothing: a board that gets the old one's device name is looked at all the same
other = Board("other", "esp32", "24:6f:28:00:00:02", "Kitchen lamp")
app.wait_description(app.row("Kitchen lamp"), ["Ready"])
other.stop()

# then it gives up; what is known does not go with it
app.wait_description(row, ["Interrupted"])
runs_nothing_known(row)
app.find("label", "What to do")
app.find("label", "Why we think so")
app.find("push button", "Copy details")
app.find("image", "Stopped here")
assert not screen.is_there(app.root, "dialog"), "a box popped up"
screen.shot("torn-away")

board.tell("plug")
app.find("label", WHAT)
app.find("label", lambda name: name.startswith("Start it again."))
assert row.get_description().startswith("Interrupted"), row.get_description()
screen.shot("torn-back")

# away while the next station starts: nothing is there, and then it is
board.unplug()
app.find("label", lambda name: name.startswith("Plug it in and start it again."))
app.close()
app = App()
app.find("label", "Plug in a board")
board.tell("plug")
row = app.row("Porch sensor")
app.wait_description(row, ["Interrupted"])
app.find("label", WHAT)
app.find("label", "Why we think so")
app.find("label", lambda name: name.startswith("Start it again."))
screen.shot("torn-next")
app.load(firmware)
app.find("label", "weather 1.5.0")
app.select(board.link)
screen.click(app.find("push button", "Try again"))
app.agree()
app.wait_description(row, ["Good"])
app.close()
