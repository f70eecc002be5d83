# SPDX-License-Identifier: GPL-3.0-or-later
"""Boards appear, are looked at, go and come back by themselves, and keep their place."""
from station import App, Board, make_firmware, pass_time
import screen

app = App()
app.find("label", "Plug in a board")
first = Board("first", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
assert "ESP32" in row.get_description(), row.get_description()

second = Board("second", chip="esp32c3", mac="7c:df:a1:00:00:02", name="Kitchen lamp")
app.wait_description(app.row("Kitchen lamp"), ["Ready"])

# the first one was chosen by itself: its facts are on screen
app.find("label", "24:6f:28:00:00:01")
app.find("label", "Identity")



def check_order():
    """By place, which for virtual boards is the name: not in the order in which they came."""
    names = screen.read_names(app.find("list", "Boards"), "list item")
    assert names == ["Kitchen lamp", "Porch sensor"], names


check_order()
first.unplug()
app.wait_description(app.row("Porch sensor"), ["Unplugged"])
app.find("list item", "Kitchen lamp")
first.tell("plug")
app.wait_description(app.row("Porch sensor"), ["Ready"])
check_order()

# gone and dismissed: the list forgets it
first.unplug()
app.wait_description(app.row("Porch sensor"), ["Unplugged"])
app.select(first.link)
app.act("win.dismiss")
screen.wait_gone(app.root, "list item", "Porch sensor")

# a firmware that nobody is chosen for: the window asks until it knows
app.load(make_firmware())
app.find("label", "Choose the boards it is for, then press Flash")
pass_time(6)
app.find("label", "Choose the boards it is for, then press Flash")
app.select(second.link)
app.act("win.flash")
app.find("dialog", "What will be done")
screen.wait_gone(app.root, "label", "Choose the boards it is for, then press Flash")
screen.press("Escape")
app.close()
