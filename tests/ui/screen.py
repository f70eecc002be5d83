# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does with a window, by accessible role and name only (GTK 4.8's AT-SPI).

Facts this rests on: widgets never have the state SHOWING, so a size above 0x0 counts as visible;
pages of a stack that were on screen once keep theirs; coordinates are relative to the window, which
sits at 0,0 as there is no window manager; response buttons of a message dialog exist twice.
"""
import os
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

POLL_S = 0.04
# for a program that hangs, the same everywhere: a busy machine takes its time
PATIENCE_S = float(os.environ.get("BW_UI_PATIENCE", "120"))
# after which what a busy machine has missed is done once more
AGAIN_S = 10
TOAST_DEPTH = 4
# each call has a limit of its own, 0.8 s: who looks would see less than there is
Atspi.set_timeout(int(PATIENCE_S * 1000), int(PATIENCE_S * 1000))


def ask(function):
    """What @function says; nothing, if a widget goes away meanwhile."""
    try:
        return function()
    except GLib.Error:
        return None


def wait_for(function, what):
    """Polls until @function gives something true. @what is a text, or a function that says at the end
    how things stand."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = ask(function)
        if value:
            return value
        time.sleep(POLL_S)
    shot("failed")
    raise AssertionError("never happened: " + (str(ask(what)) if callable(what) else what))


def walk(node, depth=None):
    """A node and all below it, so many steps down."""
    yield node
    if depth == 0:
        return
    try:
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield from walk(child, None if depth is None else depth - 1)
    except GLib.Error:
        return


def box(node):
    return Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)


def is_visible(node):
    try:
        extents = box(node)
        return extents.width > 0 and extents.height > 0
    except GLib.Error:
        return True


def plain_name(node):
    """A button with a mnemonic is called "_Flash Flash": once as written, once as read."""
    name = node.get_name()
    half = name[len(name) // 2 + 1 :]
    return half if name.replace("_", "", 1) == f"{half} {half}" else name


def has_name(node, name):
    if name is None:
        return True
    actual = plain_name(node)
    return name(actual) if callable(name) else actual == name


def all_of(root, role, name=None):
    roles = role if isinstance(role, tuple) else (role,)
    return [n for n in walk(root) if n.get_role_name() in roles and has_name(n, name) and is_visible(n)]


def find(root, role, name=None):
    def look():
        return next(iter(all_of(root, role, name)), None)

    return wait_for(look, f"{role} {name!r}")


def read_names(root, role):
    """The names of all that is there, from top to bottom."""
    return [node.get_name() for node in all_of(root, role)]


def is_there(root, role, name=None):
    return bool(all_of(root, role, name))


def wait_gone(root, role, name=None):
    wait_for(lambda: not is_there(root, role, name), f"no {role} {name!r}")


def has_state(node, state):
    return node.get_state_set().contains(getattr(Atspi.StateType, state.upper()))


def wait_focus(root, role, name=None):
    wait_for(lambda: any(has_state(n, "focused") for n in all_of(root, role, name)), f"the focus on {role} {name!r}")


def wait_focus_role(root, *roles):
    """Until a widget of one of @roles has the focus, whatever its name; that widget."""

    def look():
        return next((n for n in walk(root) if n.get_role_name() in roles and has_state(n, "focused")), None)

    return wait_for(look, f"the focus on {' or '.join(roles)}")


def insist(action, function, what):
    """Until @function gives something true after @action, which is done once more when nothing comes of it
    for a while: a busy window may not have been there for it yet, or no longer for us."""

    def attempt():
        action()
        end = time.monotonic() + AGAIN_S
        while time.monotonic() < end:
            value = ask(function)
            if value:
                return value
            time.sleep(POLL_S)
        return None

    return wait_for(attempt, what)


def provoke(action, root, name):
    """Until a toast that @action brings is seen; what it says. It is gone after five seconds, on a busy
    machine before anybody has walked through the whole window: it lies beside the content, near the root."""

    return insist(action, lambda: read_toast(root, name), f"a toast {name!r}")


def read_toast(root, name):
    """What a toast of that name says, if one is there now."""
    toasts = [n for n in walk(root, TOAST_DEPTH) if n.get_name() == "AdwToastWidget"]
    return next((plain_name(label) for toast in toasts for label in all_of(toast, "label", name)), None)


def click(node):
    """As a person does: not before it can be clicked."""
    wait_for(lambda: has_state(node, "sensitive"), f"{node.get_role_name()} {node.get_name()!r} can be clicked")
    for i in range(Atspi.Action.get_n_actions(node)):
        if Atspi.Action.get_action_name(node, i) in ("click", "toggle"):
            return Atspi.Action.do_action(node, i)
    for child in walk(node):
        if child != node and child.get_role_name() in ("push button", "toggle button"):
            return click(child)
    raise AssertionError(f"{node.get_role_name()} {node.get_name()!r} can't be clicked")


def type_into(node, text):
    assert Atspi.EditableText.set_text_contents(node, text)


def read_text(node):
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


def read_value(node):
    return Atspi.Value.get_current_value(node)


def xdotool(*arguments):
    subprocess.run(["xdotool", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def press(*keys):
    xdotool("key", "--clearmodifiers", *keys)


def point_at(node):
    extents = box(node)
    xdotool("mousemove", extents.x + extents.width // 2, extents.y + extents.height // 2, "click", 1)


def find_window(title="Boardwalk"):
    """A window of ours as the X server knows it."""
    search = ["xdotool", "search", "--onlyvisible", "--name", title]
    return subprocess.run(search, capture_output=True, text=True, check=True).stdout.split()[-1]


def window_size():
    ask_size = ["xdotool", "getwindowgeometry", "--shell", find_window()]
    text = subprocess.run(ask_size, capture_output=True, text=True).stdout
    return tuple(int(line.partition("=")[2]) for line in text.splitlines() if line.startswith(("WIDTH", "HEIGHT")))


def enlarge_text(percent):
    """What a desktop's "large text" comes down to; for programs that are started from now on."""
    dpi = 96 * percent // 100
    resources = ["-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{dpi}\n"]
    subprocess.run(["xprop", "-root", *resources], check=True)


def take_shot(path):
    subprocess.run(["import", "-window", "root", path], check=True)


def shot(name):
    """A picture for eyes, where somebody wants one."""
    if "BW_UI_SHOTS" in os.environ:
        take_shot(os.path.join(os.environ["BW_UI_SHOTS"], name + ".png"))
