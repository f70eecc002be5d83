# SPDX-License-Identifier: GPL-3.0-or-later
"""A board that lets nobody compare: where that is known the sheet says so and waits for the decision; else
the job refuses, and "Try again" asks on the sheet. What is written without verification is done, never
good, and the board says so."""
import os

from station import App, Board, make_firmware
import screen

SETTINGS = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk", "settings.ini")
SWITCH = "Write without verification"


def find_sheet():
    """The sheet, with the switch that has to be decided on first and before what will happen."""
    sheet = app.find("dialog", "What will be done")
    screen.wait_focus(sheet, "check box", SWITCH)
    switch = screen.find(sheet, "check box", SWITCH)
    assert screen.box(switch).y < screen.box(screen.find(sheet, "label", "What will happen")).y
    screen.find(sheet, "label", lambda name: name.startswith("The board lets nobody compare"))
    return sheet


def go(sheet):
    screen.press("space")
    screen.find(sheet, "list item", lambda name: name.startswith("No check at the end"))
    screen.click(screen.find(sheet, "push button", "Flash"))
    screen.wait_gone(app.root, "dialog", "What will be done")
    app.wait_description(row, ["Written, not verified"])


def start(looks):
    with open(SETTINGS, "w") as file:
        file.write(f"[boardwalk]\nversion=1\nidentify-on-plug={str(looks).lower()}\n")
    started = App()
    started.wait_description(started.row("Porch sensor"), ["Ready"])
    return started


os.makedirs(os.path.dirname(SETTINGS))
firmware = make_firmware("esp32c3", "1.5.0", "small", "--size", "65536")
board = Board("board", "esp32c3", "24:6f:28:00:00:01", "Porch sensor", 1, None, "--secure-download")

# nobody has looked at it yet: the job finds out
app = start(False)
row = app.row("Porch sensor")
app.load(firmware, board)
sheet = app.find("dialog", "What will be done")
screen.find(sheet, "list item", lambda name: name.startswith("Check the digest"))
screen.click(screen.find(sheet, "push button", "Flash"))
app.wait_description(row, ["Cannot be verified"])
app.find("label", lambda name: "without verification" in name)
# a sentence of its own, though it stands behind a colon in the log
app.find("label", lambda name: name.startswith("Bootloader cannot be verified: ") and name.endswith("."))
screen.click(app.find("push button", "Try again"))
go(find_sheet())
app.find("label", lambda name: "written, not proved" in name)
app.page("history")
app.find("label", lambda name: name.startswith("Done · ") and "written, not proved" in name)
assert not screen.is_there(app.root, "label", lambda name: name.startswith("Good"))
app.close()

# known from the first look: said on the sheet, before anything runs
app = start(True)
row = app.row("Porch sensor")
app.find("label", "Secure download mode")
app.load(firmware, board)
sheet = find_sheet()
screen.find(sheet, "list item", lambda name: name.startswith("Write nothing"))
assert not screen.is_there(sheet, "list item", lambda name: name.startswith("Check the digest"))
assert not screen.has_state(screen.find(sheet, "push button", "Flash"), "sensitive")
screen.shot("unproved-sheet")
go(sheet)
app.close()
