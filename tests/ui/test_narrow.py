# SPDX-License-Identifier: GPL-3.0-or-later
"""360 by 640 is enough, whatever is said, in English and in German: nothing makes the window larger,
and what there is to do stays on it."""
from station import App, Board, GLib, make_firmware
import screen

WIDTH, HEIGHT = 360, 640
# several minutes of work: the board is at work until it is cancelled
LARGE = ("--flash-size", "16MB")
WORDS = {
    "": (
        "What will be done", "Flash", "Try again", "Writing", "2 selected", "Flash…", "Back to the boards",
        "What to do", "What happened", "All lines",
    ),
    "de": (
        "Was getan wird", "Flashen", "Erneut versuchen", "Schreibt", "2 gewählt", "Flashen …",
        "Zurück zu den Platinen", "Was zu tun ist", "Was geschah", "Alle Zeilen",
    ),
}


def check_size(what):
    # no wish of the window's own may undo it
    screen.wait_for(lambda: screen.window_size() == (WIDTH, HEIGHT), lambda: f"{what} fits into {WIDTH}x{HEIGHT}, not {screen.window_size()}")


def run(language):
    sheet, go, again, writing, several, flash, back, todo, happened, lines = WORDS[language]
    # boards of their own: what was torn off on one is remembered
    mac = f"24:6f:28:00:0{len(language)}:"
    board = Board("board" + language, "esp32", mac + "01", "Porch sensor", 1, None, "--speed", "real", *LARGE)
    other = Board("other" + language, "esp32", mac + "02", "Kitchen lamp")
    app = App(env={"LANGUAGE": language})
    app.wait_description(app.row("Porch sensor"), ["Ready", "Bereit"])
    app.wait_description(app.row("Kitchen lamp"), ["Ready", "Bereit"])
    row = app.row("Porch sensor")
    app.load(make_firmware("esp32", "1.5.0", None, "--size", "6000000", *LARGE), board)
    app.agree(go, sheet)
    app.wait_description(row, [writing])
    screen.xdotool("windowsize", screen.find_window(), WIDTH, HEIGHT)
    check_size("the list")
    # board and list are pages of their own once the window has understood how narrow it is
    screen.wait_for(
        lambda: app.act("win.open-detail") or screen.is_there(app.root, "push button", back), "the board is opened"
    )
    check_size("a board at work")
    app.act("win.cancel")
    button = app.find("push button", again)
    check_size("a problem")
    extents = screen.box(button)
    assert extents.x >= 0 and extents.x + extents.width <= WIDTH, "the way on is outside"
    assert extents.y + extents.height <= HEIGHT, "the way on is below"
    # read without scrolling
    screen.wait_for(
        lambda: screen.box(app.find("label", todo)).y < screen.box(app.find("label", happened)).y,
        "what to do stands before what happened",
    )
    for page in ("firmware", "log", "history", "overview"):
        app.page(page)
        check_size(page)
        if page == "log":
            # instead of chips that would be cut off
            extents = screen.box(app.find("push button", lines))
            assert extents.x >= 0 and extents.x + extents.width <= WIDTH, "levels are outside"
    app.act("win.back")
    app.set_state("win.selecting", GLib.Variant("b", True))
    app.act("win.select-all")
    # the bar below the list; the pages behind it have a button of that name too
    bar = app.find("label", several).get_parent()
    check_size("several boards")
    extents = screen.box(screen.find(bar, "push button", flash))
    assert extents.x + extents.width <= WIDTH and extents.y + extents.height <= HEIGHT, "nothing to press"
    app.close()
    board.stop()
    other.stop()


run("")
run("de")
