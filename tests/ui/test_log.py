# SPDX-License-Identifier: GPL-3.0-or-later
"""The log: listen, search with hits counted, levels, answer."""
from station import App, Board, make_firmware
import screen

app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"], 20)
app.load(firmware, board)
screen.click(screen.find(app.find("frame", "What will be done"), "push button", "Flash"))
app.wait_description(row, ["Good"], 25)
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
app.close()
