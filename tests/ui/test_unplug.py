# SPDX-License-Identifier: GPL-3.0-or-later
"""Unplugged in the middle: three lines on the board, no box over the work, and a way on."""
from station import App, Board, make_firmware
import screen

app = App()
firmware = make_firmware()
board = Board("board", "esp32", "24:6f:28:00:00:01", "Porch sensor", 1, None, "--speed", "real")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"], 25)
app.load(firmware, board)
screen.click(screen.find(app.find("frame", "What will be done"), "push button", "Flash"))
app.wait_description(row, ["Writing"], 25)
board.unplug()

app.wait_description(row, ["Plug it in again", "Unplugged", "Connection lost", "Interrupted"], 20)
app.find("label", "What to do")
app.find("label", "Why we think so")
assert not screen.is_there(app.root, "dialog"), "a box popped up"
app.find("push button", "Copy details")
assert app.process.poll() is None
# the job still waits for the board
app.close(stops_work=True)
