# SPDX-License-Identifier: GPL-3.0-or-later
"""The log: listen at any rate, search with hits counted, levels, times, pause, clear, copy."""
import re

from station import App, Board, make_firmware
import screen

app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
board = Board("board", name="Porch sensor")
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
app.start_flash(firmware, board)
app.wait_description(row, ["Good"])
app.page("log")
# a good board is listened to by itself, unless the person does not want that
send = app.find("text", "Line to send")
screen.wait_for(lambda: screen.has_state(send, "sensitive"), "the board is listened to")
# quiet from here on: lines that come meanwhile push others out of what a screen reader is told
listen = app.find("push button", "Listen")
screen.click(listen)
screen.wait_for(lambda: not screen.has_state(send, "sensitive"), "the board is not listened to")
lines = app.find("list", "Log")
screen.find(lines, "list item", lambda name: name.startswith("Flash weather 1.5.0 on "))

search = app.find("entry", "Search the log")
screen.type_into(search, "weather")
app.find("label", lambda name: name.endswith(" hits") and name != "0 hits")
screen.type_into(search, "not in any line")
app.find("label", "0 hits")
screen.type_into(search, "")

# times are shown beside the lines that stand there already
row_of_flash = screen.find(lines, "list item", lambda name: name.startswith("Flash weather 1.5.0 on "))


def has_time():
    return any(re.match(r"\d\d:\d\d:\d\d", n.get_name()) for n in screen.walk(row_of_flash))


assert not has_time()
times = app.find(("toggle button", "push button"), "Show times")
screen.click(times)
screen.wait_for(has_time, "lines have times")
screen.click(times)
screen.wait_for(lambda: not has_time(), "lines have no times")

shown = len(screen.all_of(lines, "list item"))
screen.click(app.find("push button", "Station"))
screen.wait_for(lambda: len(screen.all_of(lines, "list item")) < shown, "the station's lines are hidden")
screen.click(app.find("push button", "Station"))


# paused, the list stays where it is, whatever comes; then it goes to the end again
def is_in_sight(item):
    frame, place = screen.box(lines), screen.box(item)
    return place.height > 0 and frame.y <= place.y and place.y + place.height <= frame.y + frame.height


def items():
    """Those that are scrolled away as well."""
    return [n for n in screen.walk(lines) if n.get_role_name() == "list item"]


def last():
    return items()[-1]


def count_looks():
    return sum(n.get_name().startswith("Identify on ") for n in items())


def identify():
    before = count_looks()
    app.act("win.identify")
    screen.wait_for(lambda: count_looks() > before, "the board is looked at once more")
    app.wait_description(row, ["Ready", "Good"])


screen.wait_for(lambda: is_in_sight(last()), "the end is in sight")
pause = app.find("push button", "Pause")
screen.click(pause)
follow = app.find("push button", "Follow")
identify()
screen.wait_for(lambda: not is_in_sight(last()), "new lines come below what is read")
assert screen.has_state(pause, "pressed"), "the pause has ended by itself"
screen.click(follow)
screen.wait_for(lambda: is_in_sight(last()), "the end is in sight again")


def choose(name):
    screen.click(app.find("push button", "More for this log"))
    screen.click(app.find("menu item", name))


# cleared, it begins with what comes next
choose("Clear")
screen.wait_for(lambda: not items(), "no line is left")
identify()


def read_clipboard():
    """A menu that closes gives the focus back when it likes."""

    def paste():
        app.act("win.search")
        screen.wait_focus_role(app.root, "entry", "text")
        screen.press("ctrl+a", "ctrl+v")
        return screen.read_text(search)

    screen.type_into(search, "")
    return screen.wait_for(paste, "something is pasted")


# what is copied is counted
said = screen.provoke(lambda: choose("Copy lines"), app.root, lambda name: name.endswith(" lines copied"))
first = read_clipboard()
assert "Identify on " in first, first
assert said == f"{len(first.splitlines())} lines copied", (said, first)
# lines that came since are copied too
identify()
choose("Copy lines")
screen.wait_for(lambda: read_clipboard().count("Identify on ") > first.count("Identify on "), "new lines are copied")


# the rate of the line: when listening begins, and while it is listened to
def get_rate():
    return board.read_status()["host_baud"]


def choose_rate(*keys):
    screen.click(app.find("push button", "Line settings"))
    rates = app.find("combo box", "Baud rate")
    screen.click(rates)
    screen.wait_focus_role(rates, "list item")
    screen.press(*keys, "Return")
    # whichever of the two is open still: a click on the button would close what is open
    screen.wait_for(lambda: screen.press("Escape") or not screen.is_there(app.root, "combo box", "Baud rate"), "it closes")


choose_rate("Up", "Up", "Up")
screen.click(listen)
screen.wait_for(lambda: get_rate() == 9600, "the line has the rate that was chosen")
choose_rate("Down")
screen.wait_for(lambda: get_rate() == 57600, "the line has the other rate")
choose_rate("Down", "Down")
screen.wait_for(lambda: get_rate() == 115200, "and the one it has by itself")
app.close()
