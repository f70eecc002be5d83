# SPDX-License-Identifier: GPL-3.0-or-later
"""Board after board at one place: the one that is plugged in next is selected once the one before is gone, so
that the same keys flash it, and what is gone is no board to flash. Whoever looks at a board that is there is
not torn away from it."""
from station import App, Board, make_firmware
import screen

firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")


def wait_selected(name, expected=True):
    screen.wait_for(
        lambda: screen.has_state(app.row(name), "selected") is expected,
        f"{name} is {'' if expected else 'not '}selected",
    )


app = App()
first = Board("first", mac="24:6f:28:00:00:01", name="First")
app.wait_description(app.row("First"), ["Ready"])
wait_selected("First")
app.start_flash(firmware, first)
app.wait_description(app.row("First"), ["Good"])
first.stop()
app.wait_description(app.row("First"), ["Unplugged"])
screen.wait_for(lambda: not app.is_enabled("win.flash"), "nothing is there to flash")

second = Board("second", mac="24:6f:28:00:00:02", name="Second")
app.wait_description(app.row("Second"), ["Ready"])
wait_selected("Second")
wait_selected("First", False)
app.act("win.flash")
screen.find(app.find("dialog", "What will be done"), "label", "Second")
app.agree()
app.wait_description(app.row("Second"), ["Good"])

# what is looked at stays
third = Board("third", mac="24:6f:28:00:00:03", name="Third")
app.wait_description(app.row("Third"), ["Ready"])
wait_selected("Second")
wait_selected("Third", False)

# a day's work leaves the list with one word
app.act("win.dismiss-gone")
screen.wait_gone(app.root, "list item", "First")
app.row("Second")
app.close()
