# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancel stops every selected board, and one that was only asked gets its application back."""
from station import App, Board, make_firmware
import screen

app = App()
# several minutes of work: none is through when the last one has begun
LARGE = ("--flash-size", "16MB")
firmware = make_firmware("esp32", "1.5.0", None, "--size", "6000000", *LARGE)
boards = [
    Board(f"board-{n}", "esp32", f"24:6f:28:00:00:0{n}", f"Tray {n}", 1, None, "--speed", "real", *LARGE)
    for n in (1, 2, 3)
]
rows = [app.row(f"Tray {n}") for n in (1, 2, 3)]
for row in rows:
    app.wait_description(row, ["Ready"])
app.start_flash(firmware, *boards)
for row in rows:
    app.wait_description(row, ["Writing"])
app.act("win.select-all")
screen.click(app.find("push button", "Cancel"))
for row in rows:
    app.wait_description(row, ["Interrupted"])

# what answers nothing is asked until somebody stops it; it is not left in its loader
quiet = Board("quiet", "esp32", "24:6f:28:00:00:09", "Quiet")
row = app.row("Quiet")
app.wait_description(row, ["Ready"])
quiet.tell("fault", "mute")
app.select(quiet.link)
app.act("win.identify")
app.wait_description(row, ["Connecting"])
screen.wait_for(lambda: quiet.read_status()["state"] == "download", "the board is in its loader")
screen.click(app.find("push button", "Cancel"))
app.wait_description(row, ["Ready"])
screen.wait_for(lambda: quiet.read_status()["state"] != "download", "the board has its application back")
app.close()
