#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failed job leaves behind plays to the same verdict: the driver against virtual boards with
every kind of fault, recorded, then against the recording alone."""

import gzip
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from crowd import main  # noqa: E402

ESP_RUN, VBOARD, MAKE_FIRMWARE = (os.environ[n] for n in ("ESP_RUN", "VBOARD", "MAKE_FIRMWARE"))
SECONDS = 120
MAX_BYTES = 64 * 1024


class Replay(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bw-replay-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        # the rates that a port is known to carry are remembered outside the recording
        self.env = dict(os.environ, HOME=self.folder, XDG_STATE_HOME=self.path("state"),
                        XDG_DATA_HOME=self.path("data"), XDG_CACHE_HOME=self.path("cache"))
        subprocess.run(["/usr/bin/python3", MAKE_FIRMWARE, "--chip", "esp32", "--version", "1.0",
                        "--size", "150000", self.path("fw")], check=True, capture_output=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_driver(self, *args):
        done = subprocess.run([ESP_RUN, "--no-stub", "--baud=460800", *args, "write", self.path("fw/weather.bin") + "@0x10000"],
                              capture_output=True, text=True, timeout=SECONDS, env=self.env)
        self.assertNotIn("Sanitizer", done.stderr)
        # how much time passed is no part of the verdict
        lines = [l for l in done.stdout.splitlines() if not l.startswith("stats")]
        return done.returncode, lines, done.stderr

    def check(self, *fault, verdict):
        board = subprocess.Popen([VBOARD, "--chip", "esp32", "--serial", "pty:" + self.path("board"),
                                  "--no-registry", "--parent-exit", *fault], stdout=subprocess.PIPE, text=True)
        try:
            self.assertIn("ready", board.stdout.readline())
            lived = self.run_driver("--record=" + self.path("recording"), self.path("board"))
        finally:
            board.terminate()
            board.wait(SECONDS)
            board.stdout.close()
        self.assertLessEqual(os.path.getsize(self.path("recording")), MAX_BYTES)
        with gzip.open(self.path("recording"), "rt", encoding="ascii") as stream:
            text = stream.read()
        self.assertNotIn("\ncut\n", text)
        played = self.run_driver("replay:" + self.path("recording"))
        self.assertEqual(lived, played)
        results = [l for l in lived[1] if l.startswith("result ")]
        self.assertRegex(results[-1], "^result " + verdict)

    def test_good(self):
        self.check(verdict="ok")

    def test_mute(self):
        self.check("--fault", "mute", verdict="no-answer:")

    def test_deaf(self):
        self.check("--fault", "deaf", verdict="tx-line:")

    def test_unplug(self):
        self.check("--fault", "unplug@60000", verdict="unplugged:")

    def test_reset(self):
        self.check("--fault", "reset@60000", verdict="(ok|reset-in-the-middle:)")

    def test_flash_that_does_not_hold(self):
        self.check("--fault", "stuck=0x12000:3", verdict="(flash-write-failed|verify-failed):")

    def test_chatter(self):
        self.check("--fault", "chatter", verdict="ok")

    def test_lost_reply(self):
        self.check("--fault", "lost-reply=40", verdict="")

    def check_noise(self, seed):
        self.check("--fault", "garble=0.001", "--seed", str(seed), verdict="")


for n in range(1, 6):
    setattr(Replay, f"test_noise_{n}", lambda self, seed=n: self.check_noise(seed))


if __name__ == "__main__":
    main()
