# SPDX-License-Identifier: GPL-3.0-or-later
"""Boards without hardware that do not come are told of: that they do not, what was seen and what to do.
The message goes when the next ones come, or when a person has read it."""
import os
import signal
import subprocess

from station import App, pass_time, scratch
import screen

TITLE = "No virtual boards\n"
WORK = "The program that plays boards without hardware cannot work here."
REMEDY = "See to it that this user may write to the folder that is named below"


def make_runtime(name):
    folder = scratch(name)
    os.makedirs(os.path.join(folder, "boardwalk"), 0o700)
    return folder


def find_trouble(app, *words):
    return app.find("label", lambda text: text.startswith(TITLE) and all(word in text for word in words))


def is_told(app):
    return screen.is_there(app.root, "label", lambda text: text.startswith(TITLE))


def wait_quiet(app):
    screen.wait_for(lambda: not is_told(app), "the message is gone")


def find_reason(path):
    """Why nobody, not even root, can make a file there."""
    try:
        open(path, "w").close()
    except OSError as error:
        return error.strerror
    raise AssertionError(f"{path} can be written")


# a folder that cannot be made
runtime = scratch("broken")
os.mkdir(runtime)
ours = os.path.join(runtime, "boardwalk")
open(ours, "w").close()
app = App("--virtual", "2", env={"XDG_RUNTIME_DIR": runtime})
find_trouble(app, WORK, REMEDY, ours, "Not a directory.")
app.find("label", "Plug in a board")

# boards that play, and that nobody finds
os.unlink(ours)
boards = os.path.join(make_runtime("broken"), "boardwalk", "vboards")
open(boards, "w").close()
app.act("win.virtual-board")
find_trouble(app, WORK, REMEDY, "stations will not find the boards by themselves", f"{boards}: Operation not permitted.")
assert app.find("label", lambda text: text.startswith(TITLE)).get_name().count(TITLE) == 1
# once read it is out of the way
screen.click(app.find("push button", "Hide this message"))
wait_quiet(app)
app.close()

# a folder that is there and cannot be written
runtime = make_runtime("closed")
playground = os.path.join(runtime, "boardwalk", "playground")
os.symlink("/sys", playground)
app = App("--virtual", "2", env={"XDG_RUNTIME_DIR": runtime})
flash = os.path.join(playground, "flash-1-0.bin")
find_trouble(app, WORK, REMEDY, f"boardwalk-vboard: cannot open {flash}: {find_reason(flash)}.")

# a full disk
os.unlink(playground)
os.mkdir(playground)
flash = os.path.join(playground, "flash-3-0.bin")
os.symlink("/dev/full", flash)
app.act("win.virtual-board")
find_trouble(app, WORK, REMEDY, f"cannot fill {flash}: No space left on device.")

# room enough, and nothing is left to say
app.act("win.virtual-board")
row = app.row("Virtual board")
app.wait_description(row, ["Ready"])
wait_quiet(app)
# those that are added one after the other can be told apart; what did not come is not counted
app.act("win.virtual-board")
app.wait_description(app.row("Virtual board 2"), ["Ready"])

# who kills them knows it
find = ["pgrep", "-P", str(app.process.pid), "-f", "flash-4-"]
os.kill(int(subprocess.run(find, capture_output=True, text=True, check=True).stdout), signal.SIGKILL)
app.wait_description(row, ["Unplugged"])
pass_time(1)
assert not is_told(app)
app.close()

# the program is missing
missing = scratch("no-such-program")
app = App("--virtual", "1", env={"BOARDWALK_VBOARD": missing})
find_trouble(app, "The program that plays boards without hardware is missing.", "Install it", missing)
app.close()
