# SPDX-License-Identifier: GPL-3.0-or-later
"""Started once more while it runs: the same window, with the boards that were asked for; what cannot be
changed any more is said."""
import os
import subprocess

from station import App
import screen

STATION = os.environ["BW_STATION"]


def start_again(*arguments):
    environment = dict(os.environ, G_DEBUG="")
    return subprocess.run([STATION, *arguments], env=environment, capture_output=True, text=True, timeout=screen.PATIENCE_S)


def count_boards():
    return len(screen.all_of(app.root, "list item", lambda name: name.startswith("Virtual board")))


app = App("--virtual", "1")
app.row("Virtual board")
again = start_again("--virtual", "2", "--no-usb")
assert again.returncode == 0, again
assert "--no-usb counts only when it starts" in again.stderr, again
screen.wait_for(lambda: count_boards() == 3, "one board and two more")
again = start_again()
assert (again.returncode, again.stderr) == (0, ""), again
for number in ("-1", "65"):
    refused = start_again("--virtual", number)
    assert refused.returncode == 1 and "not between 0 and 64" in refused.stderr, refused
assert count_boards() == 3
app.close()
