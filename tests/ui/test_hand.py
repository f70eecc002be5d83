# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that nobody can reset the board by: the person is told why a hand is needed and for how
long the station waits, and the work goes on by itself once the loader is up."""
import re

from station import App, Board, make_firmware, scratch
import screen

app = App()
board = Board("bare", "esp32", "24:6f:28:00:00:01", "Bare board", 1, None, "--no-registry", "--control", scratch("control"))
app.act("win.add-address")
screen.type_into(app.find("text", "Address"), board.link)
screen.press("Return")
row = app.row(board.link)
# a look asks nobody for anything
screen.wait_for(lambda: not row.get_description().startswith("Looking"), "the look is over")
app.start_flash(make_firmware("esp32", "1.5.0", "small", "--size", "65536"), board)
app.wait_description(row, ["Hold BOOT"])


# the station waits for a minute only: everything is looked at at once
def labels():
    return screen.read_names(app.root, "label")


def seconds(texts):
    text = next((text for text in texts if text.startswith("The station waits for it")), "0")
    return int(re.search(r"\d+", text)[0])


def is_told(texts):
    return (
        "Why we think so" in texts
        and any("No reply to" in text and "the board said" in text for text in texts)
        and any("BOOT" in text and "RESET" in text for text in texts)
    )


def told():
    texts = labels()
    return is_told(texts) and seconds(texts)


first = screen.wait_for(told, lambda: f"why, what to do and for how long: {labels()}")
assert first <= 60, first
screen.wait_for(lambda: 0 < seconds(labels()) < first, "the seconds go down")
board.tell("boot", "download")
app.wait_description(row, ["Good"])
assert not screen.is_there(app.root, "label", lambda text: text.startswith("The station waits for it"))
app.close()
