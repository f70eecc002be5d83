# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a board that carry one MAC: each has a card, both say so, both are flashed, and a name that
one is given is a name of both. What happens to one of them is said of that one."""
from station import App, Board, make_firmware
import screen

MAC = "24:6f:28:00:00:01"
NOTE = "Another board has this MAC"


def says_so(row):
    return NOTE in row.get_description() and screen.is_there(row, "label", NOTE)


app = App()
board = Board("board", "esp32", MAC, "Board")
row = app.row("Board")
app.wait_description(row, ["Ready"])
assert NOTE not in row.get_description(), row.get_description()

copy = Board("copy", "esp32", MAC, "Copy")
other = app.row("Copy")
app.wait_description(other, ["Ready"])
for each in (row, other):
    screen.wait_for(lambda: says_so(each), lambda: f"{each.get_name()} says {each.get_description()}")

# on the page of one of them in a whole sentence
app.select(copy.link)
app.find("label", lambda name: name.startswith("Another board here has the same MAC address."))

# both are written, each by its own line
app.load(make_firmware("esp32", "1.5.0", "small", "--size", "65536"), board, copy)
app.agree()
for each in (row, other):
    app.wait_description(each, ["Good"])
screen.shot("twins")

# one goes: the other one is alone now, and nothing else is said of it
copy.unplug()
app.wait_description(other, ["Unplugged"])
screen.wait_for(lambda: not says_so(row), "it is the only one")
app.wait_description(row, ["Good"])

app.select(board.link)
screen.press("F2")
screen.type_into(app.find("text", "Board name"), "Porch sensor")
screen.press("Return")
screen.wait_for(lambda: (row.get_name(), other.get_name()) == ("Porch sensor",) * 2, "both have the name")
app.close()
