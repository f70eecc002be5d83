# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that nobody can reset the board by: the person is told why a hand is needed and for how
long the station waits, and the work goes on by itself once the loader is up."""
import re

from station import App, Board, make_firmware, scratch
import screen

app = App()
board = Board("bare", "esp32", "24:6f:28:00:00:01", "Bare board", 1, None, "--no-registry", "--control", scratch("control"))
app.act("win.add-address")
screen.type_into(app.find("text", "Address"), board.link)
screen.press("Return")
row = app.row(board.link)
# a look asks nobody for anything
screen.wait_for(lambda: not row.get_description().startswith("Looking"), "the look is over")
app.start_flash(make_firmware("esp32", "1.5.0", "small", "--size", "65536"), board)
app.wait_description(row, ["Hold BOOT"])
app.find("label", "Why we think so")
app.find("label", lambda text: "no reply to" in text and "the board said" in text)
app.find("label", lambda text: "BOOT" in text and "RESET" in text)


def seconds():
    label = app.find("label", lambda text: text.startswith("The station waits for it"))
    return int(re.search(r"\d+", label.get_name())[0])


first = seconds()
assert 0 < first <= 60, first
screen.wait_for(lambda: seconds() < first, "the seconds go down")
board.tell("boot", "download")
app.wait_description(row, ["Good"])
assert not screen.is_there(app.root, "label", lambda text: text.startswith("The station waits for it"))
app.close()
