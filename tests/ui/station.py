# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs under test: the window, and boards without hardware to put before it."""
import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

from gi.repository import Gio, GLib

import screen

APP_ID = "io.github.boardwalk.Station"
APP_PATH = "/io/github/boardwalk/Station"
# What GTK 4.8 says of itself without our doing: in its shortcuts window empty labels want less than
# nothing.
KNOWN_COMPLAINTS = ("reported min width -",)
RECORDS = os.path.join(os.environ["XDG_DATA_HOME"], "boardwalk", "boardwalk.db")
SCRATCH = tempfile.mkdtemp(prefix="files-", dir=os.environ["XDG_RUNTIME_DIR"])

_running = []


def _stop_all():
    for process in _running:
        if process.poll() is None:
            process.terminate()
    for process in _running:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


atexit.register(_stop_all)


def scratch(name):
    return os.path.join(SCRATCH, name)


def make_firmware(chip="esp32", version="1.5.0", name=None, *options):
    """A synthetic build folder; the path of its flasher_args.json's folder."""
    folder = scratch(name or f"weather-{chip}-{version}")
    maker = os.environ["BW_MAKE_FIRMWARE"]
    subprocess.run(
        [sys.executable, maker, "--chip", chip, "--version", version, *options, folder],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


class Board:
    """One process that plays one board or several with numbers behind their links."""

    def __init__(self, link, chip="esp32", mac="24:6f:28:00:00:01", name=None, count=1, flash=None, *options):
        self.link = scratch(link)
        self.count = count
        # where the station does not look for it, the board cannot be reset but by hand
        self.control = options[options.index("--control") + 1] if "--control" in options else self.link + ".ctl"
        command = [os.environ["BW_VBOARD"], "--chip", chip, "--mac", mac, "--serial", "pty:" + self.link]
        command += ["--name", name or link, "--parent-exit", "--count", str(count), *options]
        if flash:
            command += ["--flash", flash]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        _running.append(self.process)
        for _ in range(count):
            line = self.process.stdout.readline()
            assert line.startswith("ready "), f"the virtual board said {line!r}"

    def tell(self, *words):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.control)
            connection.sendall((" ".join(words) + "\n").encode())
            answer = connection.makefile().readline()
        assert answer.startswith("ok"), answer
        return answer

    def read_status(self):
        """What its control socket says: state, control lines, baud of the host…"""
        return json.loads(self.tell("status").removeprefix("ok "))

    def is_held(self):
        """Whether its reset line is pulled."""
        return self.read_status()["rts"] == 1

    def unplug(self):
        self.tell("unplug")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class App:
    """The window, driven through accessibility and its own actions."""

    def __init__(self, *arguments, env=None, has_usb=False):
        program = os.environ["BW_STATION"]
        self.complaints = scratch(f"stderr-{len(_running)}")
        with open(self.complaints, "wb") as stderr:
            self.process = subprocess.Popen(
                [program, *([] if has_usb else ["--no-usb"]), *arguments],
                env=dict(os.environ, G_DEBUG="", **(env or {})),
                stderr=stderr,
            )
        _running.append(self.process)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.root = screen.wait_for(lambda: self._find(os.path.basename(program)), "the program on AT-SPI")

    def _find(self, name):
        assert self.process.poll() is None, "the program ended"
        desktop = screen.Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_name() == name and child.get_child_count() > 0:
                return child
        return None

    def _call(self, method, name, *arguments):
        """Speaks of an action, "win.flash" or "app.quit", as the desktop's bus does."""
        scope, action = name.split(".", 1)
        path = APP_PATH + ("/window/1" if scope == "win" else "")
        types = {"Describe": "(s)", "Activate": "(sava{sv})", "SetState": "(sva{sv})"}
        parameters = GLib.Variant(types[method], (action, *arguments))
        patience_ms = int(screen.PATIENCE_S * 1000)
        return self.bus.call_sync(
            APP_ID, path, "org.gtk.Actions", method, parameters, None, Gio.DBusCallFlags.NONE, patience_ms, None
        )

    def find_bus(self):
        """The process that carries our questions."""
        ask = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetConnectionUnixProcessID")
        who = GLib.Variant("(s)", ("org.freedesktop.DBus",))
        return self.bus.call_sync(*ask, who, None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def _describe(self, name):
        is_enabled, _parameter_type, state = self._call("Describe", name).unpack()[0]
        return is_enabled, state

    def act(self, name, parameter=None):
        """Activates an action once it makes sense."""
        screen.wait_for(lambda: self.is_enabled(name), f"{name} is enabled")
        self._call("Activate", name, [] if parameter is None else [parameter], {})

    def is_enabled(self, name):
        return self._describe(name)[0]

    def state(self, name):
        return self._describe(name)[1][0]

    def set_state(self, name, value):
        self._call("SetState", name, value, {})

    def find(self, role, name=None):
        assert self.process.poll() is None, f"the program ended: {self.read_complaints()}"
        return screen.find(self.root, role, name)

    def row(self, name):
        """A board in the list, or as a card in the grid, which AT-SPI takes for a table."""
        return self.find(("list item", "table cell"), name)

    def load(self, path, *boards):
        self.act("win.load", GLib.Variant("(asas)", ([path], [board.link for board in boards])))

    def agree(self, response="Flash", sheet="What will be done"):
        """Reads nothing and presses the button of the open sheet."""
        screen.click(screen.find(self.find("dialog", sheet), "push button", response))

    def start_flash(self, firmware, *boards):
        self.load(firmware, *boards)
        self.agree()

    def select(self, address):
        self.act("win.select-board", GLib.Variant("s", address))

    def page(self, name):
        self.act("win.show-page", GLib.Variant("s", name))

    def wait_description(self, row, words):
        """A row's description begins with its state: what a screen reader says after the name."""
        screen.wait_for(
            lambda: any(row.get_description().startswith(w) for w in words),
            lambda: f"{row.get_name()} is {' or '.join(words)} (says {row.get_description()!r})",
        )

    def wait_progress(self, share):
        """Until so much of the work on the selected board is done, of 1."""
        bar = self.find("progress bar", "Progress of the job")
        screen.wait_for(lambda: screen.read_value(bar) > share, f"{share:.0%} of the work are done")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self, stops_work=False):
        self.act("app.quit")
        if stops_work:
            screen.click(screen.find(self.find("dialog"), "push button", "Stop and close"))
        status = self.process.wait(screen.PATIENCE_S)
        assert status == 0, f"the program ended with {status}: {self.read_complaints()}"
        assert not self.read_complaints(), self.read_complaints()

    def read_complaints(self):
        """Criticals, warnings of the toolkit, findings of sanitizers."""
        bad = ("CRITICAL", "Gtk-WARNING", "Adwaita-WARNING", "ERROR: ", "runtime error")
        with open(self.complaints, errors="replace") as file:
            lines = [line for line in file if any(word in line for word in bad)]
        return [line for line in lines if not any(known in line for known in KNOWN_COMPLAINTS)]


def start_writing(size=1_100_000):
    """Window, board with an older firmware, its row and the firmware that is being written to it, as
    slowly as to a real one: a megabyte takes a minute."""
    flash = ("--flash-size", "4MB" if size < 1_500_000 else "16MB")
    firmware = make_firmware("esp32", "1.5.0", None, "--size", str(size), *flash)
    old = scratch("flash.bin")
    older = ("--size", str(size), *flash, "--seed", "7", "--flash-file", old)
    make_firmware("esp32", "1.4.2", "older", *older)
    board = Board("board", "esp32", "24:6f:28:00:00:01", "Porch sensor", 1, old, "--speed", "real", *flash)
    app = App()
    row = app.row("Porch sensor")
    app.wait_description(row, ["Ready"])
    screen.wait_for(lambda: "weather 1.4.2" in row.get_description(), "what it runs is known")
    app.start_flash(firmware, board)
    app.wait_description(row, ["Writing"])
    return app, board, row, firmware


def pass_time(seconds):
    """Only for what must not happen meanwhile; whatever should happen is waited for."""
    time.sleep(seconds)
