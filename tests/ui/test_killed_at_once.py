# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal is never ahead of the board: a station that is killed the moment it says "Writing" leaves an
interrupted board, and one that is killed the moment it says "Good" leaves none."""
from station import App, make_firmware, start_writing
import screen


app, board, row, firmware = start_writing()
app.kill()

app = App()
row = app.row("Porch sensor")
app.wait_description(row, ["Interrupted"])
# a look does not wipe it out
screen.wait_for(lambda: "24:6f:28:00:00:01" in row.get_description(), "it was looked at")
app.load(make_firmware("esp32", "1.6.0", "small", "--size", "65536"), board)
app.agree()
app.wait_description(row, ["Good"])
app.kill()

app = App()
row = app.row("Porch sensor")
screen.wait_for(lambda: "weather 1.6.0" in row.get_description(), "it was looked at")
assert row.get_description().startswith("Ready"), row.get_description()
app.close()
