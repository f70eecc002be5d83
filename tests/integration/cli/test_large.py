#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several hundred small files, and one that fills the flash: memory stays bounded.

Measured is the peak of resident memory, against that of a small job. Files are mapped: what was read of
them counts as resident while nobody else needs the room, and only that may grow with them.
"""

import json
import os
import random

from common import CliTest, main

MB = 1 << 20
# For what a larger job needs besides its mapped files: a piece before and after deflating, its window and
# tables, messages, the map of what goes where. A sanitizer's shadow of all that is in it.
ALLOWED = 24 * MB


class Large(CliTest):
    def setUp(self):
        super().setUp()
        # what is freed is to be gone, as it is without a sanitizer
        self.env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0:" \
            "thread_local_quarantine_size_kb=0:malloc_context_size=0"
        self.write("stubs/2/esp32.json", json.dumps(
            {"entry": 0x40080010, "text_start": 0x40080000, "text": "AAAA" * 100,
             "data_start": 0x3ffc0d00, "data": "AAAA"}))
        self.port = self.plug_in("esp32", "--flash-size", "16MB")

    @staticmethod
    def content(size, seed):
        """Half of it noise, half of it zero, so that it deflates as programs do."""
        source = random.Random(seed)
        return b"".join(source.randbytes(2048) + bytes(2048) for _ in range(size // 4096))

    @staticmethod
    def peak_of(pid):
        """Highest resident size so far; what the system tells at the end counts the parent's in."""
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")), 0)

    def flash(self, *arguments):
        """Flash, prove, and return the peak of resident memory in bytes, as seen with the last event."""
        process = self.start("flash", "-p", self.port, "--json", "--no-listen", "--stub-dir", self.path("stubs"),
                             *arguments)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        peak, event = 0, {}
        for line in process.stdout:
            peak, event = max(peak, self.peak_of(process.pid)), json.loads(line)
        self.assertEqual(0, process.wait(60), event)
        self.assertTrue(event["verified"], event)
        self.assertGreater(peak, 0)
        return peak

    def check_growth(self, files, *options):
        """@files: (offset, content) of each."""
        small = self.flash(self.write("small", self.content(65536, 1)) + "@0xf00000")
        names = [self.write(f"part{i}", data) + f"@{offset:#x}" for i, (offset, data) in enumerate(files)]
        mapped = sum(len(data) for _, data in files)
        grown = self.flash(*options, *names) - small
        print(f"{len(files)} files, {mapped / MB:.1f} MB: peak grows by {grown / MB:.1f} MB, "
              f"of that {(grown - mapped) / MB:.1f} MB besides the mapped files")
        self.assertLess(grown, mapped + ALLOWED)
        flash = self.read("flash.bin")
        for offset, data in files:
            self.assertEqual(data, flash[offset:offset + len(data)], f"differs at {offset:#x}")

    def test_one_that_fills_the_flash(self):
        # no boot image and no table, which is doubted
        self.check_growth([(0x1000, self.content(16 * MB - 0x1000, 2))], "--force")

    def test_three_hundred_small_ones(self):
        self.check_growth([(0x10000 + i * 0x4000, self.content(0x3000, i)) for i in range(300)])


if __name__ == "__main__":
    main()
