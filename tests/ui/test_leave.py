# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever closes the window while boards are looked at leaves none held in reset."""
from station import App, Board
import screen

app = App()
boards = [
    Board(f"mute-{n}", "esp32", f"24:6f:28:00:00:0{n}", f"Mute {n}", 1, None, "--fault", "mute") for n in range(1, 5)
]


screen.wait_for(lambda: any(board.is_held() for board in boards), "a first look resets a board")
app.close()
held = [board.link for board in boards if board.is_held()]
assert not held, held
