# SPDX-License-Identifier: GPL-3.0-or-later
"""A name is kept by MAC: the board has it again after the station was started anew. Whatever is typed is a
name and nothing else, as long as it is kept, and makes no window wider."""
from station import App, Board
import screen

CHARACTERS_MAX = 80
HOSTILE = "<b>R&D</b> %s%n ../../etc 'x'; DROP TABLE boards; -- " + "ÄwW" * 100
SIZE = (360, 640)


def rename(name):
    screen.press("F2")
    screen.type_into(app.find("text", "Board name"), name)
    screen.press("Return")


def fits():
    return screen.window_size() == SIZE


board = Board("board", name="Porch sensor")
app = App()
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.select(board.link)
rename("Greenhouse 7")
app.row("Greenhouse 7")
app.close()

app = App()
app.wait_description(app.row("Greenhouse 7"), ["Ready"])
app.select(board.link)
rename(HOSTILE)
app.find("label", f"A name has at most {CHARACTERS_MAX} characters.")
screen.type_into(app.find("text", "Board name"), HOSTILE[:CHARACTERS_MAX])
screen.press("Return")
app.row(HOSTILE[:CHARACTERS_MAX])
screen.xdotool("windowsize", screen.find_window(), *SIZE)
screen.wait_for(fits, "the list fits")
app.act("win.open-detail")
screen.wait_for(lambda: screen.is_there(app.root, "push button", "Back to the boards"), "the board is opened")
screen.wait_for(fits, "the board fits")
app.close()

app = App()
app.wait_description(app.row(HOSTILE[:CHARACTERS_MAX]), ["Ready"])
# empty forgets it
app.select(board.link)
rename("  ")
app.row("Porch sensor")
app.close()
