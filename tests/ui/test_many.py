# SPDX-License-Identifier: GPL-3.0-or-later
"""64 boards: all found, all selected with one key, flashed with one button, all good."""
from station import App, Board, make_firmware
import screen

COUNT = 64

app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
Board("board-%d", name="Tray", count=COUNT)
app.act("win.select-all")


def all_selected():
    app.act("win.select-all")
    return screen.is_there(app.root, "label", f"{COUNT} boards")


screen.wait_for(all_selected, "64 boards are listed", 20)
app.find("label", f"{COUNT} × Ready", 25)
app.find("label", f"{COUNT} × ESP32")
app.load(firmware)
screen.wait_for(lambda: app.is_enabled("win.flash"), "flash is offered")
# nobody was chosen for it: the window asks, and walking through 64 rows takes longer than a toast stays
screen.wait_for(lambda: app.state("win.selecting"), "boards can be chosen")
app.act("win.select-all")
app.act("win.flash")
dialog = app.find("frame", "What will be done")
app.find("label", f"{COUNT} boards")
screen.click(screen.find(dialog, "push button", "Flash"))
app.find("label", f"{COUNT} × Good", 60)
app.close()
