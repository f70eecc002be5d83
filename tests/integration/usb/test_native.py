#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boards on the USB of their own chip: their loader is one device, their application another one or
none, and between the two they leave the bus. Runs under umockdev-wrapper."""

import json
import time

from usb_case import BED, UsbCase
from common import VBOARD, main
from usb_bed import Adapter

LOADER = {"vendor": 0x303a, "product": 0x0009, "name": "ESP32-S3"}
APPLICATION = {"vendor": 0x303a, "product": 0x8100, "name": "Weather station"}
# what applications watch for, to restart into the loader
WISH = [(0, 1), (1, 1), (1, 0), (0, 0)]


class Native(UsbCase):
    def become(self, before, *options, **device):
        """The board leaves the bus and comes back at the same place, under another name."""
        if before.process.poll() is None:
            before.unplug()
        after = Adapter(BED, VBOARD, self.folder, place=before.place, number=next(self.numbers), chip="esp32s3",
                        options=("--usb", "otg", "--flash", self.path("flash.bin"), *options), **device)
        self.addCleanup(lambda: after.process.poll() is None and after.unplug())
        return after.plug()

    def plug_loader(self, *options):
        return self.plug("esp32s3", options=("--usb", "otg", *options), **LOADER)

    def plug_application(self, **more):
        """It talks to its own programs only."""
        return self.plug("esp32s3", options=("--usb", "otg", "--fault", "mute"), **APPLICATION, **more)

    def wait_for_wish(self, adapter):
        end = time.monotonic() + 60
        while not any(adapter.lines[i:i + 4] == WISH for i in range(len(adapter.lines))):
            self.assertLess(time.monotonic(), end, adapter.lines)
            time.sleep(0.01)

    @staticmethod
    def wait_for_start(adapter):
        end = time.monotonic() + 60
        while adapter.order("status")["state"] in ("download", "stub", "reset"):
            assert time.monotonic() < end, "never left the loader"
            time.sleep(0.01)

    def test_an_application_that_restarts_into_its_loader(self):
        """Told so by the lines, it does it when the last one has moved."""
        adapter = self.plug_application()
        folder = self.make_firmware(chip="esp32s3", size=60000)
        lines = self.start_json("flash", "-p", adapter.path, "--after", "stay", "--no-diff",
                                "--stub-dir", self.stub_folder(), folder)
        self.wait_for_wish(adapter)
        loader = self.become(adapter, "--boot", "download", **LOADER)
        result = self.end_of(lines)
        self.assertEqual((True, True), (result["ok"], result.get("verified")), lines.seen)
        self.assertIn("back as " + loader.path, "".join(lines.seen))
        self.assert_on_board(folder)
        # it is known that this loader takes small blocks only, so nothing had to be said twice
        self.assertEqual(3, loader.stats()["requests"]["10"])

    def test_its_port_may_be_another_interface(self):
        adapter = self.plug_application(interface=2)
        lines = self.start_json("info", "-p", adapter.path)
        self.wait_for_wish(adapter)
        self.become(adapter, "--boot", "download", **LOADER)
        result = self.end_of(lines)
        self.assertEqual((True, "esp32s3"), (result["ok"], result.get("info", {}).get("chip")), lines.seen)

    def test_one_that_does_not_come_back_was_unplugged(self):
        adapter = self.plug_application()
        lines = self.start_json("info", "-p", adapter.path)
        self.wait_for_wish(adapter)
        adapter.unplug()
        result = self.end_of(lines)
        self.assertEqual((1, "unplugged"), (result["exit"], result["code"]), lines.seen)

    def test_a_hand_on_the_buttons(self):
        """An application that minds no lines; the finger takes the board off the bus, too."""
        adapter = self.plug_application()
        lines = self.start_json("info", "-p", adapter.path, "--connect-attempts", "1", "--wait-for-hand", "60")
        lines.wait_for(lambda l: json.loads(l).get("needs_hand") == "no-answer")
        self.become(adapter, "--boot", "download", **LOADER)
        result = self.end_of(lines)
        self.assertEqual((True, "esp32s3"), (result["ok"], result.get("info", {}).get("chip")), lines.seen)

    def flash(self, adapter, folder):
        lines = self.start_json("flash", "-p", adapter.path, "--no-stub", "--no-diff", folder)
        lines.wait_for(lambda l: json.loads(l).get("state") == "writing")
        self.wait_for_start(adapter)
        return lines

    def test_an_application_without_a_port(self):
        """It was proved before it was started, and that it has nothing on USB is no failure."""
        adapter = self.plug_loader()
        folder = self.make_firmware(chip="esp32s3", size=60000)
        lines = self.flash(adapter, folder)
        adapter.unplug()
        result = self.end_of(lines)
        self.assertEqual((True, "success", True),
                         (result["ok"], result.get("result"), result.get("verified")), lines.seen)
        self.assertIn("nothing was heard", result["summary"])
        self.assertIn("may have no port on USB", "".join(lines.seen))
        self.assertNotIn("waiting-replug", "".join(lines.seen))
        self.assert_on_board(folder)

    def test_an_application_that_is_another_device(self):
        """The bus is left while the board is listened to, and what comes back is heard."""
        adapter = self.plug_loader()
        folder = self.make_firmware(chip="esp32s3", size=60000)
        lines = self.flash(adapter, folder)
        still = self.become(adapter, "--fault", "mute", **LOADER)
        lines.wait_for(lambda l: json.loads(l).get("state") == "listening")
        self.become(still, **APPLICATION)
        result = self.end_of(lines)
        self.assertEqual((True, "success", True),
                         (result["ok"], result.get("result"), result.get("verified")), lines.seen)
        self.assertNotIn("waiting-replug", "".join(lines.seen))
        self.assertIn("came up", result["summary"])

    def test_a_reset_ends_well_without_a_port(self):
        adapter = self.plug_loader()
        lines = self.start_json("info", "-p", adapter.path)
        lines.wait_for(lambda l: json.loads(l).get("state") == "confirming")
        self.wait_for_start(adapter)
        adapter.unplug()
        self.assertTrue(self.end_of(lines)["ok"], lines.seen)


main()
