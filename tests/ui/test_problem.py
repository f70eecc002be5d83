# SPDX-License-Identifier: GPL-3.0-or-later
"""A failed job says why we think so, on a card that is as high as its lines, and "Copy details" copies it
with the name of the cause."""
from station import App, Board, make_firmware
import screen

EVIDENCE = "was answered with error 0108"
TABS = ("toggle button", "radio button", "page tab")
GAP_MAX = 48

app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
board = Board("board", "esp32", "24:6f:28:00:00:01", "Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
board.tell("fault", "readonly-sector=0x10000")
app.start_flash(firmware, board)
app.find("label", "Why we think so")
app.find("label", lambda name: EVIDENCE in name)


def gap_below_card():
    """From the last line of the card to the tabs: its own margin and that of the head, and no more."""
    button = screen.box(app.find("push button", "Copy details"))
    tab = screen.box(app.find(TABS, "Overview"))
    return tab.y - button.y - button.height


screen.wait_for(lambda: 30 <= gap_below_card() <= GAP_MAX, "the card is as high as its lines")

screen.click(app.find("push button", "Copy details"))
app.act("win.search")
search = screen.wait_focus_role(app.root, "entry", "text")
screen.press("ctrl+v")


def pasted():
    text = screen.read_text(search)
    return all(word in text for word in ("Porch sensor", "24:6f:28:00:00:01", "[flash-write-failed]", EVIDENCE))


screen.wait_for(pasted, "the details are in the clipboard")
app.close()
