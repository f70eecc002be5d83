# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing moves under a hand on the mouse: in list and grid, with text of any size, boards keep place and
size while one of them works and when it ends; how long it takes is never cut."""
from station import App, Board, GLib, make_firmware
import screen

# several minutes of work: the board is at work until it is cancelled
LARGE = ("--flash-size", "16MB")
NAMES = ("Porch sensor", "Kitchen lamp")


def places(app):
    """Where each board is."""
    boxes = [screen.box(app.row(name)) for name in NAMES]
    return [(b.x, b.y, b.width, b.height) for b in boxes]


def check(app, board, row, is_grid):
    what = "grid" if is_grid else "list"
    app.set_state("win.grid", GLib.Variant("b", is_grid))
    rest = screen.wait_for(lambda: all(b[3] > 0 for b in places(app)) and places(app), f"the {what} is shown")
    app.start_flash(firmware, board)
    app.wait_description(row(), ["Writing"])
    left = screen.find(row(), "label", lambda name: name.endswith(" left"))
    card, label = screen.box(row()), screen.box(left)
    assert label.x + label.width <= card.x + card.width, f"time left is cut in the {what}"
    assert places(app) == rest, f"the {what} moved when work began: {rest}, {places(app)}"
    screen.shot(f"steady-{what}-{text}")
    app.act("win.cancel")
    # the longest words of all
    app.wait_description(row(), ["Interrupted"])
    assert places(app) == rest, f"the {what} moved when work ended: {rest}, {places(app)}"
    app.act("win.acknowledge")
    app.wait_description(row(), ["Ready"])


firmware = make_firmware("esp32", "1.5.0", None, "--size", "6000000", *LARGE)
board = Board("board", "esp32", "24:6f:28:00:00:01", NAMES[0], 1, None, "--speed", "real", *LARGE)
other = Board("other", "esp32c3", "24:6f:28:00:00:02", NAMES[1])
for text in (100, 200):
    screen.enlarge_text(text)
    app = App()
    for name in NAMES:
        app.wait_description(app.row(name), ["Ready"])
    app.select(board.link)
    for is_grid in (False, True):
        check(app, board, lambda: app.row(NAMES[0]), is_grid)
    app.close()
