# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancel is answered at once and says what is left on the board."""
import time

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
bar = app.find("progress bar", "Progress of the job")
screen.wait_for(lambda: screen.read_value(bar) > 0, "the bar moves", 20)

began = time.monotonic()
screen.click(app.find("push button", "Cancel"))
app.wait_description(row, ["Interrupted"], 10)
assert time.monotonic() - began < 3, "cancelling took too long"
app.find("label", "What happened")
app.find("push button", "Try again")
screen.click(app.find("push button", "Set aside"))
app.wait_description(row, ["Ready"], 10)
app.close()
