# SPDX-License-Identifier: GPL-3.0-or-later
"""Large text: the bars at the top are as high as each other, and an answer that is refused is refused
where it was given, in a sentence."""
from station import App, Board
import screen

for percent in (150, 200):
    screen.enlarge_text(percent)
    board = Board(f"board{percent}", "esp32", f"24:6f:28:00:00:{percent // 50:02x}", "Porch sensor")
    app = App()
    app.wait_description(app.row("Porch sensor"), ["Ready"])
    left, right = (screen.box(app.find("push button", name)) for name in ("Main menu", "More for this board"))
    # twice the middle of each, in whole pixels
    middles = [2 * place.y + place.height for place in (left, right)]
    assert abs(middles[0] - middles[1]) <= 1, f"at {percent} % the bars are not level: {middles}"

    app.act("win.add-address")
    entry = app.find("text", "Address")
    screen.type_into(entry, "nonsense")
    screen.press("Return")
    app.find("label", "nonsense is no address of a board.")
    assert screen.read_text(entry) == "nonsense"
    screen.type_into(entry, "")
    screen.wait_gone(app.root, "label", "nonsense is no address of a board.")
    screen.press("Escape")
    screen.wait_gone(app.root, "text", "Address")

    # the narrowest window holds the list; how narrow it may be turns out step by step
    screen.insist(
        lambda: screen.xdotool("windowsize", screen.find_window(), 360, 640),
        lambda: screen.window_size() == (360, 640),
        f"at {percent} % the list fits into 360x640",
    )
    app.close()
    board.stop()
