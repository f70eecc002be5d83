# SPDX-License-Identifier: GPL-3.0-or-later
"""No button can be pressed that would do nothing: an address that is not there is not added, and where no
stubs are chosen there are none to forget. A name may be empty: that forgets it."""
from station import App, Board
import screen


def wait_sensitive(dialog, name, expected):
    button = screen.find(dialog, "push button", name)
    screen.wait_for(lambda: screen.has_state(button, "sensitive") is expected, f"{name} can{'' if expected else 'not'}")


app = App()
Board("board", name="Porch sensor")
app.wait_description(app.row("Porch sensor"), ["Ready"])

app.act("win.add-address")
dialog = app.find("dialog", "Add a board by address")
entry = screen.find(dialog, "text", "Address")
wait_sensitive(dialog, "Add", False)
screen.type_into(entry, "  ")
wait_sensitive(dialog, "Add", False)
screen.type_into(entry, "tcp://127.0.0.1:1")
wait_sensitive(dialog, "Add", True)
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "Add a board by address")

app.act("win.rename")
dialog = app.find("dialog", "Name of this board")
screen.type_into(screen.find(dialog, "text", "Board name"), "")
wait_sensitive(dialog, "Rename", True)
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "Name of this board")

app.act("app.preferences")
dialog = app.find(("frame", "dialog"), "Preferences")
wait_sensitive(dialog, "Use no stubs", False)
app.close()
