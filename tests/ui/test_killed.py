# SPDX-License-Identifier: GPL-3.0-or-later
"""The station is killed in the middle: the next one says so when it starts, says on the board what it was
at, why it thinks so and what to do, and leads back to that very work: what was flashed is flashed again
from the same files, what was erased is erased."""
from station import App, start_writing
import screen

TOAST = "1 interrupted job is open; its board says what to do"


def start_again():
    """Its toast comes with each start as long as the job is open, and stays for five seconds."""
    global app
    if app.process.poll() is None:
        app.kill()
    app = App()


def find_interrupted(what):
    screen.insist(start_again, lambda: screen.read_toast(app.root, TOAST), f"a toast {TOAST!r}")
    found = app.row("Porch sensor")
    app.wait_description(found, ["Interrupted"])
    app.select(board.link)
    app.find("label", lambda name: name.startswith(f"The station ended in the middle of “{what}”, at "))
    app.find("label", "Why we think so")
    app.find("label", lambda name: name.startswith("Start it again."))
    return found


def see_nothing_left():
    global app
    app.close()
    app = App()
    found = app.row("Porch sensor")
    app.wait_description(found, ["Ready", "Good"])
    return found


app, board, row, firmware = start_writing()
# on screen it stands a moment before it stands in the journal
app.wait_progress(0.1)
app.kill()
row = find_interrupted("Flash weather 1.5.0")
app.find("label", lambda name: name.endswith(", at “Writing”."))
screen.click(app.find("push button", "Try again"))
screen.find(app.find("dialog", "What will be done"), "label", "Flash weather 1.5.0")
app.agree()
app.wait_description(row, ["Good"])

# and is over for good
row = see_nothing_left()

app.select(board.link)
app.act("win.erase")
app.agree("Erase")
app.wait_description(row, ["Erasing"])
app.kill()
row = find_interrupted("Erase flash")
app.page("history")
app.find("list item", lambda name: "Erase flash" in name)
app.page("overview")
screen.click(app.find("push button", "Try again"))
sheet = app.find("dialog", "What will be done")
screen.find(sheet, "label", "Erase flash")
app.agree("Erase")
app.wait_description(row, ["Erasing"])
app.wait_description(row, ["Ready"])
see_nothing_left()
app.close()
