# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands out is what can be done: "Flash…" is blue as long as what is chosen goes onto the board, "Choose
another…" where it does not, and "Try again" where something has failed."""
from pixels import Screen
from station import App, Board, make_firmware
import screen

PIXELS = Screen()

app = App()
esp32 = Board("esp32", "esp32", "24:6f:28:00:00:01", "Porch sensor")
esp32c3 = Board("esp32c3", "esp32c3", "24:6f:28:00:00:02", "Kitchen lamp")
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.wait_description(app.row("Kitchen lamp"), ["Ready"])


def is_blue(name):
    """The plate of the button, beside its word: what is told of it is the room inside its margins."""
    place = screen.box(app.find("push button", name))
    blue, green, red = PIXELS.look((place.x - 6, place.y + place.height // 2, 1, 1))[:3]
    return blue > red + 60


def wait_blue(name, expected=True):
    screen.wait_for(lambda: is_blue(name) is expected, f"{name} is {'' if expected else 'not '}blue")


app.select(esp32c3.link)
wait_blue("Flash…")
app.load(make_firmware("esp32", "1.5.0", "small", "--size", "65536"))
app.page("firmware")
app.find("list item", lambda name: name.endswith("Firmware for another chip"))
wait_blue("Flash…", False)
wait_blue("Choose another…")
app.select(esp32.link)
app.find("list item", "Fits this board")
wait_blue("Flash…")
wait_blue("Choose another…", False)

esp32.tell("fault", "readonly-sector=0x10000")
app.act("win.flash")
app.agree()
wait_blue("Try again")
wait_blue("Flash…", False)
screen.click(app.find("push button", "Set aside"))
wait_blue("Flash…")
app.close()
