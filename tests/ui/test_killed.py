# SPDX-License-Identifier: GPL-3.0-or-later
"""The station is killed in the middle: the next one says on the board what it was at, why it thinks
so and what to do, and leads back to work."""
from station import App, start_writing
import screen

app, board, row, firmware = start_writing()
# on screen it stands a moment before it stands in the journal
bar = app.find("progress bar", "Progress of the job")
screen.wait_for(lambda: screen.read_value(bar) > 0.1, "it is at work")
app.process.kill()
app.process.wait()

app = App()
row = app.row("Porch sensor")
app.wait_description(row, ["Interrupted"])
app.select(board.link)
app.find("label", lambda name: "in the middle of “Flash weather 1.5.0”, at “Writing”" in name)
app.find("label", "Why we think so")
app.find("label", lambda name: name.startswith("Start it again."))
app.load(firmware)
app.find("label", "weather 1.5.0")
app.select(board.link)
screen.click(app.find("push button", "Try again"))
app.agree()
app.wait_description(row, ["Good"])

# and is over for good
app.close()
app = App()
app.wait_description(app.row("Porch sensor"), ["Ready", "Good"])
app.close()
