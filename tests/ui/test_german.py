# SPDX-License-Identifier: GPL-3.0-or-later
"""A German window: what the station notes, what it saw and what is left on a board are German, when
all goes well and when it does not."""
import os
import sys

from station import App, Board, make_firmware
import screen

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
from german import english_in  # noqa: E402

# glibc asks LANGUAGE in every locale but "C": no German locale has to be installed
app = App(env={"LANGUAGE": "de"})
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
large = make_firmware("esp32", "1.6.0", "large", "--size", "300000")


def shown():
    """Everything a screen reader could read out, on all pages that were looked at."""
    return "\n".join(f"{n.get_name()}\n{n.get_description()}" for n in screen.walk(app.root))


def check_german(**pages):
    """Looks at every page of the board that is selected: words on each of them, and no English."""
    for page in ("overview", "log", "history"):
        app.page(page)
        for word in pages.get(page, ()):
            screen.wait_for(lambda: word in shown(), lambda: f"{word} on the page {page}:\n{shown()}")
        assert not english_in(shown()), (page, english_in(shown()))


def flash(board, row, path, *ends):
    app.select(board.link)
    app.load(path, board)
    app.agree("Flashen", "Was getan wird")
    app.wait_description(row, ends)


good = Board("good", "esp32", "24:6f:28:00:00:01", "Gute")
row = app.row("Gute")
app.wait_description(row, ["Bereit"])
flash(good, row, firmware, "Gut")
check_german(
    overview=["durch Prüfsumme nachgewiesen"],
    log=["weather 1.5.0 flashen an ", "Die Anwendung ist gestartet: „", "fertig: "],
    history=["Gut · "],
)

loop = Board("loop", "esp32", "24:6f:28:00:00:03", "Kreisende")
row = app.row("Kreisende")
app.wait_description(row, ["Bereit"])
loop.tell("fault", "panic")
flash(loop, row, firmware, "Startet immer wieder neu")
check_german(
    overview=["Was geschah", "Die Anwendung stürzt nach ihrem Start ab: „", "Hier angehalten"],
    log=["fehlgeschlagen: ", "das Gespräch ist aufbewahrt in "],
    history=["Fehlgeschlagen · "],
)

torn = Board("torn", "esp32", "24:6f:28:00:00:02", "Gerissene", 1, None, "--fault", "unplug@60000")
row = app.row("Gerissene")
app.wait_description(row, ["Bereit"])
flash(torn, row, large, "Wieder einstecken")

# while the station waits for it there is something to ask; the question stays, however long it takes
app.act("app.quit")
dialog = app.find("dialog")
assert not english_in("\n".join(n.get_name() for n in screen.walk(dialog)))
check_german(
    overview=["Was zu tun ist", "Anwendung weather 1.6.0 nach 0x10000 schreiben"],
    log=["der Anschluss ist weg, warte auf seine Rückkehr"],
    history=["weather 1.6.0 flashen"],
)
screen.click(screen.find(dialog, "push button", "Abbrechen und schließen"))
assert app.process.wait(screen.PATIENCE_S) == 0, app.read_complaints()
assert not app.read_complaints(), app.read_complaints()
