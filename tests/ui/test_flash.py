# SPDX-License-Identifier: GPL-3.0-or-later
"""Drop a firmware, read the plan, agree, watch it, read the verdict, the log and the history."""
from station import App, Board, make_firmware
import screen

app = App()
firmware = make_firmware(version="1.5.0")
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])

app.load(firmware, board)
app.find("label", "What will happen")
app.find("list item", lambda name: name.startswith("Write app weather 1.5.0 at 0x10000"))
app.find("list item", "Fits this board")
app.find("list item", lambda name: name.startswith("Check the digest"))

# nothing happens without consent
screen.press("Escape")
screen.wait_gone(app.root, "label", "What will happen")
assert "Ready" in row.get_description()

app.select(board.link)
app.act("win.flash")
app.find("label", "What will happen")
dialog = app.find("dialog", "What will be done")
screen.wait_focus(dialog, "push button", "Flash")
screen.press("Return")
app.wait_description(row, ["Good"])
app.find("label", lambda name: "proved by digest" in name)
app.find("image", "Done")
app.find("label", "Application")
assert not screen.is_there(app.root, "label", lambda name: "weather · " in name), "one name for one application"

app.page("log")
app.find("list item", lambda name: "weather" in name and "1.5.0" in name)

app.page("history")
app.find("list item", "Flash weather 1.5.0")
app.close()
