# SPDX-License-Identifier: GPL-3.0-or-later
"""64 boards: all found, all selected with one key, flashed with one button. One hangs in the middle
and one is pulled out: the others notice nothing of it, the two say why and what to do, and the window
answers all the time."""
from station import App, Board, make_firmware
from answers import Clock
import screen

COUNT = 64
SOUND = COUNT - 2
# Waits for a processor taken off: far more than a slow machine needs, far less than any wait for a board
# takes.
ANSWER_S = 3.0


app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
Board("board-%d", name="Tray", count=SOUND)
hung = Board("hung", mac="24:6f:28:00:01:01", name="Hung")
torn = Board("torn", mac="24:6f:28:00:01:02", name="Torn")
app.act("win.select-all")


def all_selected():
    app.act("win.select-all")
    return screen.is_there(app.root, "label", f"{COUNT} boards")


screen.wait_for(all_selected, "64 boards are listed")
# one line above the rows counts the states; to look for it anew each time means to walk through 64 rows
states = app.find("label", f"{COUNT} × Ready")
app.find("label", f"{COUNT} × ESP32")
app.load(firmware)
screen.wait_for(lambda: app.is_enabled("win.flash"), "flash is offered")
screen.wait_for(lambda: app.state("win.selecting"), "boards can be chosen")
app.act("win.select-all")
# both stand in the middle of the application: 24,000 bytes of it have come
hung.tell("fault", "delay=@24000:600000")
torn.tell("fault", "unplug@24000")
app.act("win.flash")
dialog = app.find("dialog", "What will be done")
app.find("label", f"{COUNT} boards")
screen.click(screen.find(dialog, "push button", "Flash"))

clock = Clock(app)


def wait_count(n, words):
    beginnings = tuple(f"{n} × {word}" for word in words)

    def look():
        clock.ask()
        return any(part.startswith(beginnings) for part in states.get_name().split(", "))

    screen.wait_for(look, lambda: f"{' or '.join(beginnings)}: {states.get_name()}")


wait_count(1, ["Plug it in again"])
wait_count(SOUND, ["Good"])
# a board that stands still is asked again and again before it is given up
wait_count(1, ["Board does not hear us", "No answer", "Connection lost"])
# and the wait for the one that was pulled out ends by itself: nothing is at work any more
wait_count(1, ["Interrupted"])
app.select(hung.link)
for heading in ("What happened", "Why we think so", "What to do"):
    app.find("label", heading)
app.select(torn.link)
app.find("label", lambda name: name.startswith(("Plug it in", "Start it again")))
app.find("label", lambda name: name.lower().endswith(("went away while it was in use.", "the other end has closed.")))
longest = clock.report("64 boards at work")
assert longest.stood_still < ANSWER_S, f"the window stood still for {longest.stood_still:.1f} s"
app.close()
