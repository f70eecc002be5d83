# SPDX-License-Identifier: GPL-3.0-or-later
"""A name is kept by MAC: the board has it again after the station was started anew."""
from station import App, Board
import screen

board = Board("board", name="Porch sensor")
app = App()
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.select(board.link)
screen.press("F2")
screen.type_into(app.find("text", "Board name"), "Greenhouse 7")
screen.press("Return")
app.row("Greenhouse 7")
app.close()

app = App()
app.wait_description(app.row("Greenhouse 7"), ["Ready"])
app.close()
