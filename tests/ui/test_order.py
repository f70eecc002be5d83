# SPDX-License-Identifier: GPL-3.0-or-later
"""Each board says where it is and which it is; the list counts as a person does, and sorts and
filters when told to."""
from station import App, Board, GLib
import screen

NUMBERS = [10, 9, 2]

app = App()
boards = {n: Board(f"tray-{n}", mac=f"24:6f:28:00:00:{n:02x}", name=f"Tray {n}") for n in NUMBERS}
for n in NUMBERS:
    app.wait_description(app.row(f"Tray {n}"), ["Ready"])


def names():
    return screen.read_names(app.find("list", "Boards"), "list item")


def wait_names(expected):
    screen.wait_for(lambda: names() == expected, lambda: f"the list is {expected}, not {names()}")


in_place = ["Tray 2", "Tray 9", "Tray 10"]
wait_names(in_place)

row = app.row("Tray 10")
mac = "24:6f:28:00:00:0a"
screen.find(row, "label", mac)
screen.find(row, "label", "this machine")
assert mac in row.get_description(), row.get_description()

# by name: the one that is renamed moves to the end
app.select(boards[2].link)
screen.press("F2")
screen.type_into(app.find("text", "Board name"), "Zebra")
screen.press("Return")
app.row("Zebra")
app.set_state("win.order", GLib.Variant("s", "name"))
wait_names(in_place[1:] + ["Zebra"])
app.set_state("win.order", GLib.Variant("s", "place"))
in_place[0] = "Zebra"
wait_names(in_place)

screen.press("ctrl+f")
screen.type_into(app.find("entry", "Search boards"), mac)
wait_names(["Tray 10"])

# the list lives: a board that comes to fit joins, and one that fitted stays
search = app.find("entry", "Search boards")
screen.type_into(search, "Unplugged")
app.find("label", "No board matches")
boards[9].unplug()
wait_names(["Tray 9"])
boards[9].tell("plug")
app.wait_description(app.row("Tray 9"), ["Ready"])
assert names() == ["Tray 9"], names()
screen.type_into(search, "")
wait_names(in_place)
screen.press("Escape")

# the same facts on a card
app.set_state("win.order", GLib.Variant("s", "name"))
app.set_state("win.grid", GLib.Variant("b", True))
card = app.row("Tray 10")
screen.find(card, "label", mac)
screen.find(card, "label", "this machine")
app.close()

# what was chosen holds the next time
app = App()
assert app.state("win.order") == "name" and app.state("win.grid")
app.close()
