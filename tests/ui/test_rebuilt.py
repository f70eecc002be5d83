# SPDX-License-Identifier: GPL-3.0-or-later
"""A build folder that is built anew after it was read: the window says so, and what is flashed is what
was built last. What a firmware is made of stands on its page, its partition layout too."""
from station import App, Board, make_firmware
import screen

FOLDER = "weather"


def build(version):
    return make_firmware("esp32", version, FOLDER, "--size", "65536")


app = App()
board = Board("board", name="Porch sensor")
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.load(build("1.5.0"))
app.page("firmware")
app.find("label", "weather 1.5.0")
layout = app.find(("image", "icon"), "Flash map")
assert "ota_0: app ota_0" in layout.get_description(), layout.get_description()
assert not screen.is_there(app.root, "label", "The files have changed since they were read")
screen.shot("layout")

build("1.6.0")
app.find("label", "The files have changed since they were read")
screen.shot("stale")
screen.click(app.find("push button", "Read again"))
app.find("label", "weather 1.6.0")
screen.wait_gone(app.root, "label", "The files have changed since they were read")

# flashing without looking there: read again by itself
build("1.7.0")
app.find("label", "The files have changed since they were read")
app.select(board.link)
app.act("win.flash")
dialog = app.find("frame", "What will be done")
screen.find(dialog, "label", "Flash weather 1.7.0")
app.close()
