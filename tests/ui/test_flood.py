# SPDX-License-Identifier: GPL-3.0-or-later
"""100,000 lines as fast as they come: the window answers meanwhile, keeps the end in sight, finds a
line, and sends one back."""
import os
import socket
import threading

from answers import Clock
from station import App
import screen

LINES = 100_000
# Of processor time, so that it does not matter what else the machine does. What a person takes for "at
# once", with room for a slow one:
ANSWER_S = 0.6
# Far more than the work for all lines needs that is done in between, on whatever machine.
BUSY_S = 3.0


class Talker(threading.Thread):
    """A serial line over TCP: says its lines to the first who asks, then notes what it is told."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.heard = b""

    def run(self):
        connection, _ = self.listener.accept()
        levels = "IIIIWE"
        for start in range(0, LINES, 1000):
            block = range(start + 1, min(start + 1000, LINES) + 1)
            lines = [f"{levels[n % 6]} ({n}) meter: reading number {n:06d} of many\r\n" for n in block]
            connection.sendall("".join(lines).encode())
        while data := connection.recv(4096):
            self.heard += data


folder = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "settings.ini"), "w") as file:
    file.write("[boardwalk]\nversion=1\nidentify-on-plug=false\n")

talker = Talker()
talker.start()
app = App()
app.find("push button", "Add a board by address")
app.act("win.add-address")
screen.type_into(app.find("text", "Address"), talker.address)
screen.press("Return")
app.find("list item", lambda name: "127.0.0.1" in name)
app.page("log")
screen.click(app.find("push button", "Listen"))

log = app.find("list", "Log")


def shows(text):
    return any(text in item.get_name() for item in screen.all_of(log, "list item"))


clock = Clock(app)


def check_answers(what, limit_s):
    work = clock.report(what).work
    assert 0 < work < limit_s, f"the window worked for {work:.2f} s before it answered, {what}"


def do_and_measure(what, function):
    """The window answers while it does what it was told to do, and to begin with."""
    clock.ask(function)
    clock.ask_for(1)
    check_answers(what, BUSY_S)


clock.ask_for(3)
check_answers("lines come", ANSWER_S)
screen.wait_for(lambda: shows(f"number {LINES:06d}"), "the last line")


# everything that concerns all lines: it goes on while the window answers
def open_menu():
    screen.click(app.find("push button", "More for this log"))
    return app.find("menu item", "Copy lines")


copy = open_menu()
do_and_measure("all lines are copied", lambda: screen.click(copy))
said = screen.provoke(lambda: screen.click(open_menu()), app.root, lambda name: name.endswith(" lines copied"))
assert int(said.split()[0]) >= LINES - 10, said
info = app.find("push button", "Info")
do_and_measure("a level is hidden", lambda: screen.click(info))
screen.wait_for(lambda: shows(f"number {LINES:06d}") or shows(f"number {LINES - 1:06d}"), "lines of other levels")
do_and_measure("it is shown again", lambda: screen.click(info))
screen.wait_for(lambda: shows(f"number {LINES:06d}"), "all lines again")

search = app.find("entry", "Search the log")
do_and_measure("every line is a hit", lambda: screen.type_into(search, "of many"))
app.find("label", lambda name: name.endswith(" hits") and int(name.split()[0]) >= LINES - 10)
previous = app.find("push button", "Hit before")
for _ in range(3):
    do_and_measure("going from hit to hit", lambda: screen.click(previous))
screen.wait_for(lambda: shows(f"number {LINES - 2:06d}"), "the third hit from the end")
screen.type_into(search, "number 099998")
app.find("label", "1 hit")
screen.click(app.find("push button", "Next hit"))
screen.wait_for(lambda: shows("number 099998"), "the hit is on screen")

screen.type_into(app.find("text", "Line to send"), "status")
screen.click(app.find("push button", "Send"))
screen.wait_for(lambda: talker.heard == b"status\r\n", "the board hears the line")
app.close()
