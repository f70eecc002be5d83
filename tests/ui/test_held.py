# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program holds the records: the window says which, while it waits and when it has given up, and
boards come in both cases. A job that has to wait says so too."""
import os
import signal
import sqlite3
import time

from station import RECORDS, App, Board
import screen

WAITING = "Waiting for the records\n"
HOLDER = f"(pid {os.getpid()})"
TRIES = 5


def find_message(app, words):
    return app.find("label", lambda text: HOLDER in text and any(word in text for word in words))


def is_there(app, words):
    return screen.is_there(app.root, "label", lambda text: HOLDER in text and words in text)


def hold():
    database.execute("BEGIN IMMEDIATE")


def let_go():
    database.rollback()


def wait_and_go_on():
    """Whether the window was seen waiting and went on with its records; on a busy machine it may have given
    up before we have looked."""
    hold()
    app = App()
    message = find_message(app, (WAITING, "database is locked")).get_name()
    has_waited = message.startswith(WAITING)
    assert not has_waited or app.find("label", "Looking for boards…")
    let_go()
    app.wait_description(app.row("Porch sensor"), ["Ready"])
    has_gone_on = not is_there(app, "database is locked")
    assert not is_there(app, WAITING)
    return app, has_waited and has_gone_on


board = Board("board", name="Porch sensor")
app = App()
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.close()
database = sqlite3.connect(RECORDS, isolation_level=None)

for _ in range(TRIES):
    app, is_done = wait_and_go_on()
    if is_done:
        break
    app.close()
assert is_done, "the window was never seen waiting"

# a job has to wait
app.select(board.link)
hold()
screen.provoke(lambda: app.act("win.reset"), app.root, lambda text: HOLDER in text)
let_go()
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.close()

# it does not let go
hold()
app = App()
find_message(app, ("database is locked",))
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.close()

# nobody wants to wait
app = App()
find_message(app, (WAITING, "database is locked"))
app.close()
let_go()

# nor at the end, when only the records are left to be written: what is lost is said
app = App()
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.select(board.link)
hold()
screen.provoke(lambda: app.act("win.identify"), app.root, lambda text: HOLDER in text)
app.process.send_signal(signal.SIGTERM)
time.sleep(1)
app.process.send_signal(signal.SIGTERM)
begun = time.monotonic()
assert app.process.wait(screen.PATIENCE_S) == 0
assert time.monotonic() - begun < 3
with open(app.complaints) as stream:
    said = stream.read()
assert "what was seen of board 24:6f:28:00:00:01 is not recorded" in said, said
let_go()
