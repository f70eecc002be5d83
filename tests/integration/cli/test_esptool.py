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
STUBS = os.environ.get("BW_TEST_STUB_DIR", "")
CHIPS = ("esp8266", "esp32", "esp32s2", "esp32s3", "esp32c2", "esp32c3", "esp32c5", "esp32c6", "esp32c61", "esp32h2",
         "esp32h21", "esp32h4", "esp32p4", "esp32s31", "esp32e22")


class BothWays(CliTest):
    """The board has a bare line and waits in its loader: neither tool resets it."""

    def esptool(self, *args):
        # without its stub esptool can write to the first chip, but neither verify nor read it
        asks = args[0] in ("verify-flash", "read-flash") and self.chip == "esp8266"
        more = [] if asks else self.esptool_more
        run = subprocess.run([*ESPTOOL, "--chip", self.chip, "-p", self.port, "--before", "no-reset",
                              "--after", "no-reset", *more, *args], capture_output=True,
                             text=True, env=self.env, cwd=self.folder, timeout=4 * SECONDS)
        return run.returncode, run.stdout + run.stderr

    def ours(self, status, command, *args):
        return self.check(status, command, "-p", self.port, "--after", "stay", *self.more, *args)

    def theirs(self, *args):
        status, text = self.esptool(*args)
        self.assertEqual(0, status, text)

    def restart(self):
        """A stub that runs is no ROM: each tool begins with the loader."""
        self.tell_board("reset")

    def words(self, folder):
        return [word for offset, content in sorted(self.parts(folder))
                for word in (hex(offset), self.write(f"part-{offset:x}.bin", content))]

    def check_chip(self, chip, has_stub):
        self.chip = chip
        self.port = self.plug_in(chip, "--boot", "download", serial="pty:" + self.path("tty"))
        self.more = ["--stub-dir", STUBS] if has_stub else ["--no-stub"]
        self.esptool_more = [] if has_stub else ["--no-stub"]
        first, second = self.make_firmware(chip, "1.5.0"), self.make_firmware(chip, "2.0.0")
        # ours, judged by esptool
        self.ours(0, "flash", first)
        self.assert_on_board(first)
        self.restart()
        self.theirs("verify-flash", *self.words(first))
        self.restart()
        self.assertNotEqual(0, self.esptool("verify-flash", *self.words(second))[0])
        self.restart()
        # esptool's, judged by us
        self.theirs("write-flash", "--flash-mode", "keep", "--flash-freq", "keep", "--flash-size", "keep",
                    *self.words(second))
        self.restart()
        self.ours(0, "verify", second)
        self.restart()
        self.ours(1, "verify", first)
        self.restart()
        # and both read the same
        self.ours(0, "read", "0x8000", "0x1000", "ours.bin")
        self.restart()
        self.theirs("read-flash", "0x8000", "0x1000", "theirs.bin")
        self.assertEqual(self.read("theirs.bin"), self.read("ours.bin"))


def add_test(chip, has_stub):
    setattr(BothWays, f"test_{chip}_{'stub' if has_stub else 'rom'}",
            lambda self: self.check_chip(chip, has_stub))


for name in CHIPS:
    add_test(name, False)
    add_test(name, True)

if __name__ == "__main__":
    if not ESPTOOL[0] or not STUBS:
        sys.exit("esptool and its stubs are not there: run ./check, which installs them")
    main()
