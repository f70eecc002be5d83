# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else's window is in front when a batch ends: the desktop is told how it went. Good is said
of what was proved only, here and in the history."""
import subprocess

from station import App, Board, make_firmware, Gio, GLib
import screen

XML = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
</interface></node>"""

notes = []


def on_call(connection, sender, path, interface, method, parameters, invocation):
    if method == "Notify":
        notes.append(parameters.unpack()[3:5])
        invocation.return_value(GLib.Variant("(u)", (len(notes),)))
    elif method == "GetCapabilities":
        invocation.return_value(GLib.Variant("(as)", (["body"],)))
    elif method == "GetServerInformation":
        invocation.return_value(GLib.Variant("(ssss)", ("test", "test", "1", "1.2")))
    else:
        invocation.return_value(None)


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
bus.register_object("/org/freedesktop/Notifications", info, on_call, None, None)
Gio.bus_own_name_on_connection(bus, "org.freedesktop.Notifications", Gio.BusNameOwnerFlags.NONE, None, None)


def serve():
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass
    return notes


serve()
app = App()
firmware = make_firmware("esp32", "1.5.0", "small", "--size", "65536")
boards = [Board(f"board-{n}", mac=f"24:6f:28:00:00:0{n}", name=f"Tray {n}") for n in (1, 2)]
for n in (1, 2):
    app.wait_description(app.row(f"Tray {n}"), ["Ready"])
other = subprocess.Popen(["xev"], stdout=subprocess.DEVNULL)


def agree_from_behind(response="Flash"):
    """The window has lost the keyboard before the work begins: it may end at any time."""
    sheet = app.find("dialog", "What will be done")
    screen.xdotool("search", "--sync", "--onlyvisible", "--name", "Event Tester", "windowfocus", "--sync")
    screen.click(screen.find(sheet, "push button", response))


app.load(firmware, *boards)
agree_from_behind()
screen.wait_for(serve, "the desktop is told")
assert notes[0] == ("All boards are good", "2 good"), notes

# an erased board is done: nothing was proved
app.act("win.select-all")
app.act("win.erase")
agree_from_behind("Erase")
screen.wait_for(lambda: len(serve()) > 1, "the desktop is told")
assert notes[1] == ("All boards are done", "2 done"), notes
# one that failed is enough
boards[0].tell("fault", "readonly-sector=0x10000")
app.act("win.select-all")
app.act("win.flash")
agree_from_behind()
screen.wait_for(lambda: len(serve()) > 2, "the desktop is told")
assert notes[2] == ("Not all boards are good", "1 good, 1 failed"), notes
other.terminate()
other.wait()

app.select(boards[0].link)
app.page("history")


def history():
    names = [n.get_name() for n in screen.walk(app.root) if n.get_role_name() == "label" and screen.is_visible(n)]
    return [name.split(" · ")[0] for name in names if " · " in name and name.split(" · ")[0] in WORDS]


WORDS = ("Good", "Done", "Failed")
screen.wait_for(lambda: history() == ["Failed", "Done", "Good"], "the history says what was proved")
app.close()
