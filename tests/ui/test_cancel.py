# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancel is answered at once and says what is left on the board."""
import re

from station import start_writing
import screen

# several minutes of work: whatever is done here, it is still being written
app, board, row, _ = start_writing(6_000_000)
app.wait_progress(0.05)

# a second press begins no second job
screen.provoke(lambda: screen.press("ctrl+Return"), app.root, "1 board is still at work and left out")
assert not screen.is_there(app.root, "dialog", "What will be done")

# closing asks first: a slip of the finger tears nothing off
screen.press("ctrl+q")
dialog = app.find("dialog")
app.find("label", "1 board is being worked on")
screen.click(screen.find(dialog, "push button", "Keep working"))
screen.wait_gone(app.root, "label", "1 board is being worked on")
assert app.process.poll() is None
assert row.get_description().startswith("Writing"), row.get_description()

screen.click(app.find("push button", "Cancel"))
app.wait_description(row, ["Interrupted"])
assert 0 < int(re.search(r"Interrupted at (\d+)", row.get_description())[1]) < 100, row.get_description()
app.find("label", "What happened")
app.find("push button", "Try again")
screen.click(app.find("push button", "Set aside"))
app.wait_description(row, ["Ready"])

# and stops when it is meant
app.select(board.link)
app.act("win.flash")
app.agree()
app.wait_description(row, ["Writing"])
app.close(stops_work=True)
