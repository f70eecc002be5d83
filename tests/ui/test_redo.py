# SPDX-License-Identifier: GPL-3.0-or-later
"""What only looks at a board or starts it anew is done once more as it was begun, without a sheet: reading,
that the command line was killed at, and a restart, torn off or refused."""
import contextlib
import json
import os
import sqlite3
import subprocess

from station import RECORDS, App, Board, scratch
import screen

SIZE = 0x20000
MAC = "24:6f:28:00:00:01"


def begin_to_read(board, target):
    """The command line, killed as soon as it has got something."""
    command = [os.environ["BOARDWALK"], "read", "-p", board.link, "0", str(SIZE), target, "--json", "--no-stub"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            event = json.loads(line)
            assert event["event"] != "result", line
            if event["event"] == "progress" and event["done"] > 0:
                process.kill()
                return
    raise AssertionError("nothing was read")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def add_torn_restart(board, action):
    """As a station leaves it that is killed in this fraction of a second."""
    with sqlite3.connect(RECORDS) as database:
        database.execute(
            "INSERT INTO jobs (mac, address, place, title, state, owner, action, started_us)"
            " VALUES (?, ?, ?, 'Restart', 'connecting', '0 0 nowhere', ?, 1)",
            (MAC, board.link, board.link, action),
        )
    database.close()


def count_restarts():
    with sqlite3.connect(RECORDS) as database:
        rows = database.execute("SELECT count(*) FROM jobs WHERE action = 'reset' AND finished_us > 0")
        count = rows.fetchone()[0]
    database.close()
    return count


def try_again(row):
    app.wait_description(row, ["Interrupted"])
    screen.click(app.find("push button", "Try again"))
    app.wait_description(row, ["Ready"])
    assert not screen.is_there(app.root, "dialog", "What will be done")


flash = scratch("flash.bin")
with open(flash, "wb") as file:
    file.write(os.urandom(SIZE) + b"\xff" * (0x400000 - SIZE))
target = scratch("backup.bin")
board = Board("board", "esp32", MAC, "Porch sensor", 1, flash, "--speed", "real")
begin_to_read(board, target)
board.stop()
assert not os.path.exists(target)

# read once more, from where and to where it was to be
board = Board("board", "esp32", MAC, "Porch sensor", 1, flash)
app = App()
try_again(app.row("Porch sensor"))
app.find("label", lambda name: name.startswith("Read "))
assert read(target) == read(flash)[:SIZE]
app.close()

# a restart that was torn off
add_torn_restart(board, "reset")
board.tell("boot", "download")
app = App()
row = app.row("Porch sensor")
before = count_restarts()
board.tell("boot", "download")
board.tell("reset")
assert board.read_status()["state"] == "download"
board.tell("boot", "normal")
try_again(row)
screen.wait_for(lambda: board.read_status()["state"] != "download", "the board has started anew")
screen.wait_for(lambda: count_restarts() == before + 1, "one restart is recorded")
app.close()

# one that was to start the loader starts the loader
add_torn_restart(board, "reset-loader")
app = App()
row = app.row("Porch sensor")
app.wait_description(row, ["Interrupted"])
screen.wait_for(lambda: board.read_status()["state"] != "download", "the first look leaves the application running")
try_again(row)
screen.wait_for(lambda: board.read_status()["state"] == "download", "the loader has been started")
assert count_restarts() == before + 1, "this was no restart"
app.close()

# one that is refused is asked for again, and refused again: nothing here can reset that board
command = [os.environ["BW_VBOARD"], "--chip", "esp32", "--mac", "24:6f:28:00:00:02", "--serial", "tcp:0"]
command += ["--boot", "download", "--no-registry", "--parent-exit"]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as far, contextlib.ExitStack() as stack:
    stack.callback(far.terminate)
    address = far.stdout.readline().split()[1]
    app = App()
    app.act("win.add-address")
    screen.type_into(app.find("text", "Address"), address)
    screen.press("Return")
    row = app.row(lambda name: "127.0.0.1" in name)
    app.wait_description(row, ["Ready"])
    app.act("win.reset")
    app.wait_description(row, ["Press the buttons"])
    before = count_restarts()
    screen.click(app.find("push button", "Try again"))
    screen.wait_for(lambda: count_restarts() == before + 1, "it was tried again")
    app.wait_description(row, ["Press the buttons"])
    app.close()
