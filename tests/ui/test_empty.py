# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a board: what to do is said, and both ways on lead somewhere."""
from station import App
import screen

app = App()
app.find("label", "Plug in a board")

screen.click(app.find("push button", "My board does not appear"))
found = app.find("list", "What was found on this machine")
screen.find(found, "list item", "No board on USB")
screen.wait_gone(found, "list item", "Looking…")
app.find("list item", "No permission for the port")
app.find("list item", "brltty took the port")
screen.press("Escape")
screen.wait_gone(app.root, "list item", "brltty took the port")

screen.click(app.find("push button", "Try with a virtual board"))
row = app.row("Virtual board")
app.wait_description(row, ["Ready"])
app.close()
