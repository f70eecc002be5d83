#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one tool wrote the other verifies: boardwalk against esptool, both ways."""

import os
import shutil
import subprocess
import sys

from common import SECONDS, CliTest, main

PYTHON = os.environ.get("BW_TEST_PYTHON", "")
ESPTOOL = [PYTHON, "-m", "esptool"] if PYTHON else [shutil.which("esptool") or ""]
CHIPS = ("esp8266", "esp32", "esp32s2", "esp32s3", "esp32c3", "esp32c6")


class BothWays(CliTest):
    def esptool(self, chip, port, *args, no_stub=True):
        # esptool opens rfc2217 by itself; without the option it sets the lines one after the other
        options = ["--no-stub"] if no_stub else []
        run = subprocess.run([*ESPTOOL, "--chip", chip, "-p", port, *options, *args], capture_output=True,
                             text=True, env=self.env, cwd=self.folder, timeout=4 * SECONDS)
        return run.returncode, run.stdout + run.stderr

    def words(self, folder):
        parts = {}
        for offset, content in self.parts(folder):
            path = self.write(f"part-{offset:x}.bin", content)
            parts[offset] = path
        return [word for offset, path in sorted(parts.items()) for word in (hex(offset), path)]

    def check_chip(self, chip):
        port = self.plug_in(chip)
        ours, theirs = self.make_firmware(chip, "1.5.0"), self.make_firmware(chip, "2.0.0")
        # ours, judged by esptool
        self.check(0, "flash", "-p", port, "--no-listen", ours)
        status, text = self.esptool(chip, port, "verify-flash", *self.words(ours))
        self.assertEqual(0, status, text)
        status, text = self.esptool(chip, port, "verify-flash", *self.words(theirs))
        self.assertNotEqual(0, status, text)
        # esptool's, judged by us
        status, text = self.esptool(chip, port, "write-flash", "--flash-mode", "keep", "--flash-freq", "keep",
                                    "--flash-size", "keep", *self.words(theirs))
        self.assertEqual(0, status, text)
        self.check(0, "verify", "-p", port, theirs)
        self.check(1, "verify", "-p", port, ours)
        # and both read the same
        self.check(0, "read", "-p", port, "0x8000", "0x1000", "ours.bin")
        status, text = self.esptool(chip, port, "read-flash", "0x8000", "0x1000", "theirs.bin")
        self.assertEqual(0, status, text)
        self.assertEqual(self.read("theirs.bin"), self.read("ours.bin"))
        self.stop(self.vboard)
        os.unlink(self.path("flash.bin"))


def add_test(chip):
    setattr(BothWays, "test_" + chip, lambda self: self.check_chip(chip))


for name in CHIPS:
    add_test(name)

if __name__ == "__main__":
    if not ESPTOOL[0]:
        print("esptool is not installed: ./check installs it")
        sys.exit(77)
    main()
