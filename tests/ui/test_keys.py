# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything is reached with the keyboard: search, grid, shortcuts, preferences, adding, pages."""
from station import App, Board
import screen

app = App()
first = Board("first", name="Porch sensor")
Board("second", mac="24:6f:28:00:00:09", name="Kitchen lamp")
app.wait_description(app.row("Kitchen lamp"), ["Ready"])

screen.press("ctrl+f")
screen.type_into(app.find("entry", "Search boards"), "kitchen")
screen.wait_gone(app.root, "list item", "Porch sensor")
screen.type_into(app.find("entry", "Search boards"), "nowhere")
app.find("label", "No board matches")
screen.type_into(app.find("entry", "Search boards"), "")
app.row("Porch sensor")
screen.press("Escape")

screen.press("ctrl+g")
screen.wait_for(lambda: screen.has_state(app.find("push button", "Grid"), "pressed")
                or screen.has_state(app.find("push button", "Grid"), "checked"), "the grid is on")
screen.press("ctrl+g")

screen.press("ctrl+comma")
app.find("label", "Look at boards when they appear")
screen.press("Escape")
screen.wait_gone(app.root, "label", "Look at boards when they appear")


# said where it was typed, and not listed
screen.press("ctrl+n")
screen.type_into(app.find("text", "Address"), "nonsense://")
screen.press("Return")
app.find("label", "nonsense:// is no address of a board.")
screen.press("Escape")
screen.wait_gone(app.root, "text", "Address")
names = screen.read_names(app.find("list", "Boards"), "list item")
assert sorted(names) == ["Kitchen lamp", "Porch sensor"], names

screen.press("ctrl+question")
app.find("label", "Flash what is selected")
screen.press("Escape")
screen.wait_gone(app.root, "label", "Flash what is selected")

app.select(first.link)
# whatever stands before the window is a dialog to screen readers, and Escape leads out of each
for action in ("app.preferences", "win.missing", "win.add-address", "app.shortcuts", "app.about", "win.erase"):
    app.act(action)
    app.find("dialog")
    assert len(screen.all_of(app.root, "frame")) == 1, action
    screen.insist(lambda: screen.press("Escape"), lambda: not screen.is_there(app.root, "dialog"), f"{action} is left")
app.close()
