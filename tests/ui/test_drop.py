# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware is dragged from another program: on a board it is for that board, on the rest of the
window for what is selected. An address is, too, and its digest is asked for."""
import os
import subprocess
import sys

from station import App, Board, make_firmware, pass_time
import screen

SHEET = "What will be done"
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drag_source.py")

app = App()
firmware = make_firmware()
boards = [Board(f"board-{n}", mac=f"24:6f:28:00:00:0{n}", name=f"Tray {n}") for n in (1, 2)]
for n in (1, 2):
    app.wait_description(app.row(f"Tray {n}"), ["Ready"])


def start_source(what, title):
    """One of a title of its own: the window of one that has ended may still be about to go."""
    command = [sys.executable, "-W", "ignore", SOURCE, what, title]
    source = subprocess.Popen(command, env=dict(os.environ, G_DEBUG=""))
    search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", title]
    window = subprocess.run(search, capture_output=True, text=True, check=True).stdout.split()[-1]
    screen.xdotool("windowmove", window, 40, 820)
    return source


def stop_source(source):
    source.terminate()
    source.wait()


source = start_source(firmware, "Files")


def leave_sheet():
    if screen.is_there(app.root, "dialog", SHEET):
        screen.press("Escape")
        screen.wait_gone(app.root, "dialog", SHEET)


def drag_to(role, name):
    leave_sheet()
    extents = screen.box(app.find(role, name))
    x, y = extents.x + extents.width // 2, extents.y + extents.height // 2
    screen.xdotool("mousemove", 140, 870, "mousedown", 1)
    # a drag begins with a move of some width, and its target answers each one
    for step in range(11):
        screen.xdotool("mousemove", 140 + (x - 140) * step // 10, 870 + (y - 870) * step // 10)
        pass_time(0.05)
    pass_time(0.3)
    screen.xdotool("mouseup", 1)


def drop_on(role, name, board):
    """A sheet for this board comes of it. A busy window answers a drag late: let go before, nothing is
    dropped, or it is on what lay on the way."""

    def look():
        sheet = next(iter(screen.all_of(app.root, "dialog", SHEET)), None)
        return sheet and screen.all_of(sheet, "label", board)

    screen.insist(lambda: drag_to(role, name), look, f"dropped on {name}, a firmware is for {board}")
    leave_sheet()


drop_on(("list item", "table cell"), "Tray 2", "Tray 2")
app.select(boards[0].link)
app.page("overview")
drop_on("page tab", "History", "Tray 1")
stop_source(source)

source = start_source(" https://127.0.0.1:1/weather.bin\n", "Browser")


def look_for_question():
    return next(iter(screen.all_of(app.root, "dialog", "Firmware from an address")), None)


dialog = screen.insist(
    lambda: drag_to(("list item", "table cell"), "Tray 2"), look_for_question, "an address is dropped on Tray 2"
)
assert screen.read_text(screen.find(dialog, "text", "Address (https://…)")) == "https://127.0.0.1:1/weather.bin"
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "Firmware from an address")
stop_source(source)

# any other text is left alone
source = start_source("no address ://", "Editor")
drag_to(("list item", "table cell"), "Tray 2")
pass_time(1)
assert not look_for_question()
assert not screen.is_there(app.root, "dialog", SHEET)
stop_source(source)
app.close()
