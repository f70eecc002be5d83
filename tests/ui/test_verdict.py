# SPDX-License-Identifier: GPL-3.0-or-later
"""Seen from two metres: a card of the grid is green as a whole when its board is good, red when it is not, and
neither before."""
from pixels import Screen
from station import App, Board, GLib, make_firmware
import screen

PIXELS = Screen()
INSIDE = 30


def colour(name):
    """Of the ground of the card, in a corner where nothing is written."""
    place = screen.box(app.row(name))
    blue, green, red = PIXELS.look((place.x + place.width - INSIDE, place.y + place.height - INSIDE, 1, 1))[:3]
    if green > red + 15 and green > blue + 5:
        return "green"
    return "red" if red > green + 15 and red > blue + 15 else "neither"


def wait_colour(name, expected):
    screen.wait_for(lambda: colour(name) == expected, lambda: f"{name} is {expected}, not {colour(name)}")


app = App()
sound = Board("sound", name="Sound")
mute = Board("mute", "esp32", "24:6f:28:00:00:02", "Mute", 1, None, "--fault", "mute")
app.set_state("win.grid", GLib.Variant("b", True))
app.wait_description(app.row("Sound"), ["Ready"])
wait_colour("Sound", "neither")
app.start_flash(make_firmware("esp32", "1.5.0", "small", "--size", "65536"), sound)
app.wait_description(app.row("Sound"), ["Good"])
app.wait_description(app.row("Mute"), ["No answer"])
app.act("win.back")
wait_colour("Sound", "green")
wait_colour("Mute", "red")
app.close()
