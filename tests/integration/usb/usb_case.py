# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line on pretended USB adapters: what all tests of them share."""

import base64
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "..", "sim")]

from common import VBOARD, CliTest, Lines  # noqa: E402
from usb_bed import Adapter, Bed  # noqa: E402

BED = Bed()


class UsbCase(CliTest):
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

    def start_json(self, *args):
        process = self.start(*args, "--json")
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        return Lines(process.stdout)

    def end_of(self, lines):
        lines.wait_for(lambda l: json.loads(l)["event"] == "result")
        return json.loads(lines.seen[-1])

    def stub_folder(self):
        """A stub in form only: the virtual board runs no code."""
        os.makedirs(self.path("stubs", "2"), exist_ok=True)
        text = base64.b64encode(bytes(range(256)) * 20).decode()
        with open(self.path("stubs", "2", "esp32s3.json"), "w", encoding="utf-8") as out:
            json.dump({"entry": 0x40378010, "text_start": 0x40378000, "text": text,
                       "data_start": 0x3fcb2000, "data": text[:272]}, out)
        return self.path("stubs")
