# SPDX-License-Identifier: GPL-3.0-or-later
"""The Tab key walks through everything there is, in the order people read, shows where it is, and is
never caught in a list; Shift+Tab walks back. Nothing that can be operated is without a name."""
import time

from station import App, Board, GLib, make_firmware
import pixels
import screen
from screen import Atspi

# What a person can operate; all of it needs a name.
CONTROLS = (
    "push button", "toggle button", "check box", "radio button", "combo box", "entry", "text", "password text",
    "list item", "table cell", "page tab", "menu item", "check menu item", "radio menu item", "slider", "link",
    "spin button", "list", "table", "dialog", "frame",
)
STOPS_MAX = 80
# after which a picture is taken anew
RING_S = 5
# how often a kind of control was looked at with and without the focus
looked_at = {}


class Focus:
    """Where the keyboard is, as the program tells it."""

    def __init__(self):
        self.node = None
        self.listener = Atspi.EventListener.new(self.take)
        self.listener.register("object:state-changed:focused")

    def take(self, event):
        if event.detail1 == 1:
            self.node = event.source
        elif self.node == event.source:
            self.node = None

    def get(self):
        while GLib.MainContext.default().iteration(False):
            pass
        return self.node


def describe(node):
    return f"{node.get_role_name()} {screen.plain_name(node)}"


def look_at(node):
    """The pixels of a widget and of the ring around it."""
    extents = screen.box(node)
    return sight.look((max(extents.x - 4, 0), max(extents.y - 4, 0), extents.width + 8, extents.height + 8))


def move(key):
    """Moves the focus on; where it is then."""
    before = screen.wait_for(focus.get, "something has the focus")
    name = describe(before)

    def moved():
        now = focus.get()
        # a list uses a row again for another line; one that scrolls has not moved on
        return None if now is None or (now == before and describe(now) == name) else now

    screen.press(key)
    return screen.wait_for(moved, f"{key} leads on from {name}")


def changes_soon(node, picture):
    """No verdict: on a busy machine the ring may be drawn later, and @picture was perhaps too early."""
    end = time.monotonic() + RING_S
    while time.monotonic() < end:
        if look_at(node) != picture:
            return True
        time.sleep(screen.POLL_S)
    return False


def check_seen(node, key, picture):
    """@picture was taken of @node with the focus, which it has no longer: that has to be seen. To and
    fro, as one picture may have come before the ring was drawn."""
    other = {"Tab": "shift+Tab", "shift+Tab": "Tab"}[key]
    end = time.monotonic() + screen.PATIENCE_S
    while not changes_soon(node, picture):
        assert time.monotonic() < end, f"{describe(node)} looks the same with and without the focus"
        picture = look_at(node)
        move(other)
        if changes_soon(node, picture):
            move(key)
            return
        picture = look_at(node)
        move(key)


def is_new(node):
    """Whether it is worth while to look at it: pictures take time, and rows of a list look alike."""
    kind = node.get_role_name() if node.get_role_name() in ("list item", "label", "page tab") else describe(node)
    if looked_at.get(kind, 0) >= 1:
        return False
    looked_at[kind] = looked_at.get(kind, 0) + 1
    return True


def walk_round(key="Tab"):
    """Names of all stops, from the present one round to it."""
    first = screen.wait_for(focus.get, "something has the focus")
    stops = [describe(first)]
    now, picture = first, None
    for _ in range(STOPS_MAX):
        before, now = now, move(key)
        # GTK shows the focus from the first key on
        if picture is not None:
            check_seen(before, key, picture)
        if describe(now) == stops[0]:
            return stops
        stops.append(describe(now))
        picture = look_at(now) if is_new(now) else None
    raise AssertionError(f"no way back from {stops}")


def focus_on(wanted):
    for _ in range(STOPS_MAX):
        node = focus.get()
        if node is not None and describe(node) == wanted:
            return
        move("Tab")
    raise AssertionError(f"{wanted} is never reached")


def check(what, seen, wanted):
    assert seen == wanted, f"{what}:\n  seen   {seen}\n  wanted {wanted}"


def is_inside_combo(node):
    """How the toolkit draws the chosen value is its own affair; the combo box around it has the name."""
    while node is not None and node.get_role_name() not in ("combo box", "dialog", "frame"):
        node = node.get_parent()
    return node is not None and node.get_role_name() == "combo box"


def check_names(root, what):
    nameless = [
        f"{node.get_role_name()} at {(e := screen.box(node)).x},{e.y} in {node.get_parent().get_name()!r}"
        for node in screen.walk(root)
        if node.get_role_name() in CONTROLS and screen.is_visible(node) and not node.get_name().strip()
        and not is_inside_combo(node)
    ]
    assert not nameless, f"{what}: without a name: {nameless}"


HEAD = [
    "push button Add a board by address",
    "push button Search boards",
    "push button Select several boards",
    "push button Grid",
    "push button Main menu",
    "list item Kitchen lamp",
    "push button Flash…",
    "push button More for this board",
    "label ESP32 · 24:6f:28:00:00:01 · this machine",
    "page tab Overview",
    "page tab Firmware",
    "page tab Log",
    "page tab History",
]

sight = pixels.Screen()
focus = Focus()
app = App()
kitchen = Board("a-first", name="Kitchen lamp")
# of two that are there at once the first one to answer is listed first
app.wait_description(app.row("Kitchen lamp"), ["Ready"])
Board("b-second", mac="24:6f:28:00:00:09", name="Porch sensor")
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.select(kitchen.link)

# the keyboard begins in the list, and the list is one stop, however many boards there are
row = app.row("Kitchen lamp")
screen.wait_for(lambda: screen.has_state(row, "focused"), "the list has the keyboard")
# the toolkit tells nobody of a widget that nobody had looked at by then
focus.node = row
check_names(app.root, "overview")
stops = walk_round()
at = HEAD.index("list item Kitchen lamp")
check("around the overview", stops[:8], HEAD[at:])
check("back to the list", stops[-at:], HEAD[:at])
assert "list item MAC address" in stops, stops

for page, body in (
    ("firmware", ["push button Choose file…", "push button Choose folder…", "push button Fetch from an address…"]),
    ("log", [
        "entry Search the log", "push button Station", "push button Debug", "push button Info", "push button Warnings",
        "push button Errors", "push button Pause", "push button Show times", "push button More for this log", "LINE",
        "push button Listen", "push button Line settings",
    ]),
    ("history", []),
):
    app.page(page)
    focus_on(HEAD[0])
    stops = walk_round()
    stops = ["LINE" if "Identify on" in stop else stop for stop in stops]
    check(page, stops, HEAD + body)
    check_names(app.root, page)

# and the other way
focus_on(HEAD[0])
back = walk_round("shift+Tab")
check("backwards", back, HEAD[:1] + HEAD[:0:-1])

# the sheet
app.page("overview")
app.load(make_firmware(), kitchen)
sheet = app.find("dialog", "What will be done")
screen.wait_focus(sheet, "push button", "Flash")
check_names(sheet, "sheet")
stops = walk_round()
wanted = [
    "push button Flash", "list item Connect", "list item Check the digest of every part on the chip",
    "list item Fits this board", "check box Erase everything first", "check box Send every sector", "push button Cancel",
]
check("the sheet", [stop for stop in stops if stop in wanted], wanted)
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "What will be done")

# settings
screen.press("ctrl+comma")
settings = app.find("dialog", "Preferences")
screen.wait_for(lambda: focus.get(), "settings have the keyboard")
check_names(settings, "settings")
stops = walk_round()
wanted = [
    "check box Look at boards when they appear", "check box Listen after flashing",
    "check box Show the plan before flashing", "combo box Highest rate", "push button Choose…",
]
check("settings", [stop for stop in stops if stop in wanted], wanted)
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "Preferences")

# several boards, as rows and as cards
app.set_state("win.grid", GLib.Variant("b", True))
app.act("win.select-all")
app.find("table cell", "Porch sensor")
check_names(app.root, "grid")
app.set_state("win.grid", GLib.Variant("b", False))
app.find("label", "2 boards")
check_names(app.root, "several boards")
app.close()
