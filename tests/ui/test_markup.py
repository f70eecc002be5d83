# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware may be called anything: what looks like markup is shown as it is, everywhere."""
from station import App, Board, make_firmware
import screen

TITLE = "R&D <b> 1 & <2>"

app = App()
firmware = make_firmware("esp32", "1 & <2>", "R&D <folder>", "--name", "R&D <b>", "--size", "65536")
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
app.load(firmware, board)
sheet = app.find("dialog", "What will be done")
screen.find(sheet, "label", "Flash " + TITLE)
screen.click(screen.find(sheet, "push button", "Flash"))
app.wait_description(row, ["Good"])
app.find("label", "Flash " + TITLE)
assert TITLE in row.get_description(), row.get_description()
app.page("firmware")
app.find("label", TITLE)
app.find("list item", "R&D <folder>")
app.page("history")
app.find("list item", "Flash " + TITLE)
# complaints about markup are found at the end
app.close()
