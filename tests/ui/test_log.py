# SPDX-License-Identifier: GPL-3.0-or-later
"""The log: listen, search with hits counted, levels, answer."""
from station import App, Board, make_firmware
import screen

app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
app.load(firmware, board)
screen.click(screen.find(app.find("frame", "What will be done"), "push button", "Flash"))
app.wait_description(row, ["Good"])
app.page("log")
# a good board is listened to by itself, unless the person does not want that
send = app.find("text", "Line to send")
screen.wait_for(lambda: screen.has_state(send, "sensitive"), "the board is listened to")
lines = app.find("list", "Log")
screen.find(lines, "list item", lambda name: name.startswith("Flash weather 1.5.0 on "))

search = app.find("entry", "Search the log")
screen.type_into(search, "weather")
app.find("label", lambda name: name.endswith(" hits") and name != "0 hits")
screen.type_into(search, "not in any line")
app.find("label", "0 hits")
screen.type_into(search, "")

shown = len(screen.all_of(lines, "list item"))
screen.click(app.find("push button", "Station"))
screen.wait_for(lambda: len(screen.all_of(lines, "list item")) < shown, "the station's lines are hidden")
screen.click(app.find("push button", "Station"))

# what is copied is counted; lines that came since are copied too
def copied():
    labels = screen.all_of(app.root, "label", lambda name: name.endswith(" lines copied"))
    return max((int(label.get_name().split()[0]) for label in labels), default=0)


def copy():
    screen.click(app.find("push button", "More for this log"))
    screen.click(app.find("menu item", "Copy lines"))


copy()
first = screen.wait_for(copied, "the log is copied")
app.act("win.identify")
screen.find(lines, "list item", lambda name: name.startswith("Identify on "))
app.wait_description(row, ["Ready", "Good"])
copy()
screen.wait_for(lambda: copied() > first, "new lines are copied")
app.close()
