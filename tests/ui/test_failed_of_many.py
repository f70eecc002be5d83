# SPDX-License-Identifier: GPL-3.0-or-later
"""Of many boards some do not go well: the page of all begins at the first one, offers no "Flash…" while every
board is at work, and in the end names those that need a hand, with one button to select only them."""
from station import App, Board, make_firmware
import screen

COUNT = 24
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")

app = App()
Board("tray-%d", mac="24:6f:28:00:01:01", name="Tray", count=COUNT)
mute = Board("zz-%d", "esp32", "24:6f:28:00:02:01", "Zulu", 2, None, "--fault", "mute")


def select_all(n):
    app.act("win.select-all")
    return screen.is_there(app.root, "label", f"{n} boards")


def is_first_on_screen():
    rows = screen.all_of(app.find("list", "Selected boards"), "list item")
    return rows and rows[0].get_name() == "Tray-0" and screen.box(rows[0]).y > 0


screen.wait_for(lambda: select_all(COUNT + 2), "all are listed")
# the last of all, far down
app.select(mute.link % 1)
app.find("label", "Zulu-1")
app.act("win.select-all")
screen.wait_for(is_first_on_screen, "the page begins at the first board")

app.load(firmware)
app.find("push button", "Flash…")
screen.wait_for(lambda: app.state("win.selecting"), "boards can be chosen")
app.act("win.select-all")
app.act("win.flash")
app.agree()
app.find("label", "2 boards did not go well")
app.find("label", "Zulu-0, Zulu-1")
screen.shot("failed")
screen.click(app.find("push button", "Only these"))
app.find("label", "2 boards")
# they are what the page is about: nothing to pick out of them
screen.wait_gone(app.root, "label", "2 boards did not go well")
app.close()
