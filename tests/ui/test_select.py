# SPDX-License-Identifier: GPL-3.0-or-later
"""A board that is selected by its address is brought into sight: as a row, and as a card."""
from station import App, Board, GLib
import screen

COUNT = 40

app = App()
Board("board-%d", name="Tray", count=COUNT)
far = Board("far", mac="24:6f:28:00:01:01", name="Far")


def is_in_sight(name):
    """Above the lower edge of the window."""
    height = screen.box(app.find("frame")).height
    boxes = [screen.box(n) for n in screen.all_of(app.root, ("list item", "table cell"), name)]
    return any(0 <= box.y and box.y + box.height <= height for box in boxes)


def bring(name, address):
    app.select(address)
    return is_in_sight(name)


# a row that was never on screen has no place there yet
for is_grid in (False, True):
    app.set_state("win.grid", GLib.Variant("b", is_grid))
    screen.wait_for(lambda: bring("Far", far.link), "the last board is in sight")
app.close()
