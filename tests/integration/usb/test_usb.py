#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line on USB adapters: the same road as with real ones, sysfs, libserialport, ioctls and
all, with virtual boards at its end. Runs under umockdev-wrapper."""

import fcntl
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "..", "sim")]

from common import VBOARD, CliTest, Lines, main  # noqa: E402
from usb_bed import Adapter, Bed  # noqa: E402

BED = Bed()


class Usb(CliTest):
    numbers = iter(range(100))

    def setUp(self):
        super().setUp()
        self.env = BED.child_env(self.env)

    def plug(self, chip="esp32", **more):
        number = next(self.numbers)
        adapter = Adapter(BED, VBOARD, self.folder, place=number + 1, number=number, chip=chip,
                          options=("--flash", self.path("flash.bin"), *more.pop("options", ())), **more)
        self.addCleanup(lambda: adapter.process.poll() is None and adapter.unplug())
        return adapter.plug()

    def make_firmware(self, *args, **more):
        env, os.environ["LD_PRELOAD"] = os.environ.get("LD_PRELOAD", ""), ""
        try:
            return super().make_firmware(*args, **more)
        finally:
            os.environ["LD_PRELOAD"] = env

    def test_list_names_the_adapter(self):
        adapter = self.plug()
        boards = self.check_json(0, "list", "--usb").result["boards"]
        self.assertEqual([adapter.path], [b["address"] if "address" in b else b["port"] for b in boards], boards)
        self.assertFalse(boards[0]["virtual"])

    def test_reset_into_the_loader_is_atomic(self):
        adapter = self.plug()
        info = self.check_json(0, "info", "-p", adapter.path).result["info"]
        self.assertEqual("esp32", info["chip"])
        # from held in reset to held at the strap there is no state between
        at = adapter.lines.index((0, 1))
        self.assertEqual((1, 0), adapter.lines[at + 1], adapter.lines)

    def test_flash(self):
        adapter = self.plug()
        folder = self.make_firmware()
        result = self.check_json(0, "flash", "-p", adapter.path, folder)
        self.assert_on_board(folder)
        self.assertTrue(result.result["verified"])

    def test_native_port_is_reset_its_own_way(self):
        # the virtual board follows the lines as behind a bridge, so what counts here is the sequence
        adapter = self.plug("esp32c3", vendor=0x303a, product=0x1001, name="USB JTAG/serial debug unit")
        self.check(3, "info", "-p", adapter.path)
        text = "".join("%d%d " % lines for lines in adapter.lines)
        self.assertIn("00 10 11 01 00 ", text)

    def test_unplugged_and_plugged_in_again(self):
        number = next(self.numbers)
        adapter = self.plug(options=("--speed", "real"))
        folder = self.make_firmware(size=300000)
        process = self.start("flash", "-p", adapter.path, "--no-stub", "--no-diff", folder, "--json")
        self.addCleanup(self.stop, process)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: json.loads(l).get("step") == "writing")
        begin = time.monotonic()
        adapter.unplug()
        lines.wait_for(lambda l: json.loads(l).get("state") == "waiting-replug")
        self.assertLess(time.monotonic() - begin, 2)
        # it returns at the same place under another name
        again = Adapter(BED, VBOARD, self.folder, place=adapter.place, number=number,
                        options=("--flash", self.path("flash.bin")))
        self.addCleanup(lambda: again.process.poll() is None and again.unplug())
        again.plug()
        lines.wait_for(lambda l: json.loads(l)["event"] == "result")
        result = json.loads(lines.seen[-1])
        self.assertEqual((True, "success"), (result["ok"], result.get("result")), result)
        self.assert_on_board(folder)

    def test_busy_port_is_named(self):
        adapter = self.plug()
        held = os.open(os.path.realpath(adapter.link), os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, held)
        fcntl.flock(held, fcntl.LOCK_EX)
        self.check_refused(6, "busy", "info", "-p", adapter.path)

    def test_gone_port(self):
        adapter = self.plug()
        adapter.unplug()
        self.check_refused(3, "charge-only-or-unplugged", "info", "-p", adapter.path)


main()
