#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ModemManager is kept away from an adapter while it is worked on: a daemon of the test, on a system
bus of the test's own, hears what it is asked. Runs under umockdev-wrapper."""

import os
import queue
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "..", "sim")]

from gi.repository import Gio, GLib  # noqa: E402

from common import SECONDS, VBOARD, CliTest, main  # noqa: E402
from usb_bed import Adapter, Bed, clean_env  # noqa: E402

BED = Bed()
NAME, PATH = "org.freedesktop.ModemManager1", "/org/freedesktop/ModemManager1"
INTERFACE = f"""<node><interface name="{NAME}"><method name="InhibitDevice">
  <arg name="uid" type="s" direction="in"/><arg name="inhibit" type="b" direction="in"/>
</method></interface></node>"""


class Daemon:
    """What it is asked goes to `heard`: (device, whether to keep away); also when a caller is gone."""

    def __init__(self, address, answers=True):
        self.heard, self.answers = queue.Queue(), answers
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.is_up = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(address,), daemon=True)
        self.thread.start()
        assert self.is_up.wait(SECONDS)

    def run(self, address):
        self.context.push_thread_default()
        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        node = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
        self.bus.register_object(PATH, node.interfaces[0], self.on_call, None, None)
        self.bus.signal_subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", None, None,
                                  Gio.DBusSignalFlags.NONE, self.on_owner)
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                           GLib.Variant("(su)", (NAME, 0)), None, Gio.DBusCallFlags.NONE, -1, None)
        self.callers = set()
        self.is_up.set()
        self.loop.run()

    def on_call(self, bus, sender, path, interface, method, parameters, invocation):
        self.callers.add(sender)
        self.heard.put(tuple(parameters.unpack()))
        if self.answers:
            invocation.return_value(None)
        else:
            self.kept = invocation  # an answer that never comes

    def on_owner(self, bus, sender, path, interface, signal, parameters):
        name, _, owner = parameters.unpack()
        if name in self.callers and not owner:
            self.heard.put("gone")

    def next(self):
        return self.heard.get(timeout=SECONDS)


class Modems(CliTest):
    numbers = iter(range(100))

    def setUp(self):
        super().setUp()
        self.env = BED.child_env(self.env)
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
                               text=True, env=clean_env())
        self.addCleanup(self.stop, bus)
        self.address = bus.stdout.readline().strip()
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = self.address

    def plug(self):
        number = next(self.numbers)
        adapter = Adapter(BED, VBOARD, self.folder, place=number + 1, number=number)
        self.addCleanup(lambda: adapter.process.poll() is None and adapter.unplug())
        self.device = f"/sys/devices/pci0000:00/0000:00:14.0/usb1/1-{number + 1}"
        return adapter.plug()

    def test_kept_away_while_there_is_work(self):
        daemon = Daemon(self.address)
        adapter = self.plug()
        process = self.start("console", "-p", adapter.path, stdin=subprocess.PIPE)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.stderr.close)
        self.assertEqual((self.device, True), daemon.next())
        process.terminate()
        process.wait(SECONDS)
        # said, or taken back by the daemon because the caller is gone
        self.assertIn(daemon.next(), ((self.device, False), "gone"))

    def test_a_daemon_that_does_not_answer_holds_nothing_up(self):
        daemon = Daemon(self.address, answers=False)
        adapter = self.plug()
        self.check(0, "info", "-p", adapter.path)
        self.assertEqual((self.device, True), daemon.next())
        self.assertEqual("gone", daemon.next())

    def test_without_daemon_or_bus(self):
        adapter = self.plug()
        self.check(0, "info", "-p", adapter.path)
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=" + self.path("no-bus")
        self.check(0, "info", "-p", adapter.path)

    def test_boards_that_are_no_adapters_are_no_business_of_it(self):
        daemon = Daemon(self.address)
        self.check(0, "info", "-p", self.plug_in("esp32"))
        self.assertTrue(daemon.heard.empty())


if __name__ == "__main__":
    main()
