# SPDX-License-Identifier: GPL-3.0-or-later
"""The log is saved where there is no room: that is said with what to do, the log is still there, and an
older file of that name is whole. As soon as there is room it is saved."""
import os
import resource
import subprocess

from station import App, Board, scratch
import dialogs
import screen

OLD = "what was saved before\n" * 100
# What gives the program a small disk where it may mount one; elsewhere files of it may not grow.
MOUNT = 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"'


def can_mount(folder):
    test = ["unshare", "-m", "sh", "-c", MOUNT, folder, "true"]
    return os.geteuid() == 0 and subprocess.run(test, capture_output=True).returncode == 0


def start_on_small_disk(folder):
    """The window by its own name, as a screen reader knows it; and its disk as it sees it."""
    program = os.environ["BW_STATION"]
    wrapper = os.path.join(scratch("wrapper"), os.path.basename(program))
    os.mkdir(os.path.dirname(wrapper))
    with open(wrapper, "w") as file:
        file.write(f"#!/bin/sh\nexec unshare -m sh -c '{MOUNT}' {folder} {program} \"$@\"\n")
    os.chmod(wrapper, 0o700)
    os.environ["BW_STATION"] = wrapper
    app = App()
    return app, f"/proc/{app.process.pid}/root{folder}"


def fill(disk):
    with open(os.path.join(disk, "rest"), "wb", 0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            return


def read_old():
    with open(os.path.join(disk, "porch.log")) as file:
        return file.read()


def save():
    screen.click(app.find("push button", "More for this log"))
    screen.click(app.find("menu item", lambda name: name.startswith("Save")))
    app.find(dialogs.ROLES, "Save log")
    dialogs.answer(app, "Save log", os.path.join(folder, "porch.log"), "Replace")


folder = scratch("small")
os.mkdir(folder)
is_disk = can_mount(folder)
app, disk = start_on_small_disk(folder) if is_disk else (App(), folder)
board = Board("board", name="Porch sensor")
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.page("log")
app.find("list item", lambda name: name.startswith("Identify on "))
with open(os.path.join(disk, "porch.log"), "w") as file:
    file.write(OLD)
if is_disk:
    fill(disk)
else:
    limits = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY))

save()
words = "Disk is full\n"


def is_refused():
    return screen.is_there(app.root, "label", lambda name: name.startswith(words) and "Saving the log: " in name)


screen.wait_for(is_refused, "it is said that the log was not saved")
assert read_old() == OLD, read_old()[:200]
left = set(os.listdir(disk)) - {"porch.log", "rest"}
assert not left, left
app.find("list item", lambda name: name.startswith("Identify on "))

if is_disk:
    os.unlink(os.path.join(disk, "rest"))
else:
    resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, limits)
save()
screen.wait_for(lambda: "Identify on " in read_old(), "the log is saved")
screen.wait_for(lambda: not is_refused(), "nothing is left to say")
app.close()
