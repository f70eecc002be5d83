# SPDX-License-Identifier: GPL-3.0-or-later
"""A board that lets nobody compare is refused, and says where to go on: "Try again" asks, on the sheet
that can write without verification. What comes of it is done, never good."""
from station import App, Board, make_firmware
import screen

app = App()
firmware = make_firmware("esp32c3", "1.5.0", "small", "--size", "65536")
board = Board("board", "esp32c3", "24:6f:28:00:00:01", "Porch sensor", 1, None, "--secure-download")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
app.load(firmware, board)
sheet = app.find("frame", "What will be done")
screen.find(sheet, "list item", lambda name: name.startswith("Check the digest"))
screen.click(screen.find(sheet, "push button", "Flash"))
app.wait_description(row, ["Cannot be verified"])
app.find("label", lambda name: "without verification" in name)

screen.click(app.find("push button", "Try again"))
sheet = app.find("frame", "What will be done")
screen.wait_focus(sheet, "check box", "Write without verification")
switch = screen.find(sheet, "check box", "Write without verification")
assert screen.box(switch).y < screen.box(screen.find(sheet, "label", "What will happen")).y
screen.press("space")
screen.find(sheet, "list item", lambda name: name.startswith("No check at the end"))
screen.wait_gone(sheet, "list item", lambda name: name.startswith("Check the digest"))
screen.click(screen.find(sheet, "push button", "Flash"))
screen.wait_gone(app.root, "frame", "What will be done")
app.wait_description(row, ["Written, not verified"])
app.find("label", lambda name: "written, not proved" in name)
app.page("history")
app.find("label", lambda name: name.startswith("Done · ") and "written, not proved" in name)
assert not screen.is_there(app.root, "label", lambda name: name.startswith("Good"))
app.close()
