# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong late in a long job: the recording is small, whole, and plays to the same verdict in
the same words, without the board."""
import os

from common import RECORD_MAX, SECONDS, SECTOR, DriverTest, contents, main

MB = 1 << 20
APP = contents(MB, 3)
OTHER = contents(4 * MB, 7)


def changed(data, every, first=0):
    """Other bytes in one sector out of so many."""
    out = bytearray(data)
    for at in range(first * SECTOR, len(out), every * SECTOR):
        out[at + 100] ^= 1
    return bytes(out)


class Long(DriverTest):
    maxDiff = None

    def check(self, *arguments, flash, faults=(), chip="esp32", verdict, moved=0):
        """@moved: bytes in both directions that make the job a long one."""
        words = [word for fault in faults for word in ("--fault", fault)]
        board = self.board(chip, "--seed", "3", *words, flash=flash)
        run = self.run_recorded(board.address, *arguments, seconds=2 * SECONDS)
        stats = board.stats()
        board.close()
        self.assertRegex(run.find("result"), "^" + verdict, run.text)
        self.assertGreater(stats["bytes_in"] + stats["bytes_out"], moved, run.text)
        print("%s: %d bytes" % (self.id(), os.path.getsize(self.record)), flush=True)
        return self.check_replay(run, run.text, *arguments, seconds=2 * SECONDS)

    def write(self, *options, **words):
        return self.check(*options, "write", self.file(APP) + "@0x10000", **words)

    def test_write_on_a_noisy_line_to_a_bad_flash(self):
        self.write(flash=OTHER, faults=["garble=2e-5", "stuck=0x10fff0:3"], verdict="verify-failed:",
                   moved=MB - 100_000)

    def test_write_unplugged_late_on_a_noisy_line(self):
        self.write(flash=OTHER, faults=["garble=2e-5", "dup=1e-5", "unplug@1000000"],
                   verdict="unplugged:", moved=MB - 100_000)

    def test_write_without_stub_unplugged_late(self):
        self.write("--no-stub", "--no-compress", flash=OTHER,
                   faults=["garble=2e-5", "drop=1e-5", "unplug@1200000"], verdict="unplugged:",
                   moved=MB - 100_000)

    def test_write_what_differs_here_and_there(self):
        """A thousand digests, no two of them alike."""
        app = contents(7 * MB // 2, 9)
        flash = OTHER[:0x10000] + changed(app, 3) + OTHER[0x10000 + len(app):]
        text = self.check("write", self.file(app) + "@0x10000", flash=flash,
                          faults=["unplug@900000"], verdict="unplugged:", moved=800_000)
        self.assertGreater(len(text), RECORD_MAX)

    def test_verify_many_files(self):
        """The last of very many is not what it should be."""
        count = 900
        app = contents(count * SECTOR, 9)
        parts = [self.file(app[i * SECTOR:(i + 1) * SECTOR]) for i in range(count)]
        files = ["%s@0x%x" % (path, 0x10000 + i * SECTOR) for i, path in enumerate(parts)]
        flash = OTHER[:0x10000] + changed(app, count, first=count - 1) + OTHER[0x10000 + len(app):]
        self.check("verify", *files, flash=flash, faults=["garble=2e-5"], verdict="verify-failed:",
                   moved=count * 60)

    def read(self, *options, size=MB, **words):
        """Content may be secret: none is in the recording, but for a piece that came damaged."""
        text = self.check(*options, "read", "0", str(size), self.file(b""), flash=OTHER, moved=size,
                          **words)
        # what stands in front tells how the flash is divided, and was looked at for that
        kept = [at for at in range(0x10064, size, 2 * SECTOR) if OTHER[at:at + 16].hex() in text]
        self.assertLessEqual(len(kept), 2)
        return kept

    def test_read(self):
        self.assertEqual(self.read(verdict="ok"), [])

    def test_read_unplugged_late(self):
        self.read(faults=["unplug@1060000"], verdict="unplugged:")

    def test_read_unplugged_late_on_a_noisy_line(self):
        self.read(faults=["garble=1e-5", "drop=1e-5", "dup=1e-5", "unplug@1060000"],
                  verdict="unplugged:")

    def test_read_reset_late(self):
        """The board restarts while packets are under way, and then goes for good."""
        self.read(faults=["reset@900000", "unplug@1060000"], verdict="unplugged:")

    def test_read_without_stub_unplugged_late(self):
        self.read("--no-stub", size=150_000, faults=["garble=1e-5", "drop=1e-5", "unplug@220000"],
                  verdict="unplugged:")

    def test_read_8266_without_stub_unplugged_late(self):
        """Its ROM gives the flash word by word, and every word twice."""
        self.read("--no-stub", chip="esp8266", faults=["unplug@9000000"], verdict="unplugged:")

    def test_read_8266_without_stub_on_a_noisy_line(self):
        self.read("--no-stub", chip="esp8266", size=300_000,
                  faults=["garble=1e-5", "drop=1e-5", "unplug@2600000"], verdict="unplugged:")

    def test_verify_8266_without_stub(self):
        app = contents(MB // 2, 9)
        for flash, verdict in ((app, "ok"), (changed(app, MB, first=127), "verify-failed:")):
            flash = OTHER[:0x10000] + flash + OTHER[0x10000 + MB // 2:]
            self.check("--no-stub", "verify", self.file(app) + "@0x10000", flash=flash,
                       chip="esp8266", verdict=verdict, moved=3 * MB)

    def test_write_8266_without_stub_unplugged_while_it_is_proved(self):
        app = contents(MB // 2, 9)
        self.check("--no-stub", "write", self.file(app) + "@0x10000", flash=OTHER, chip="esp8266",
                   faults=["garble=1e-6", "unplug@4000000"], verdict="unplugged:", moved=3 * MB)

    def every_other(self, *options, chip="esp32", faults, verdict):
        """Every other sector of 16 MB is another one."""
        app = contents(16 * MB - 0x10000, 9)
        flash = bytes(0x10000) + changed(app, 2)
        self.check(*options, "write", self.file(app) + "@0x10000", flash=flash, chip=chip,
                   faults=faults, verdict=verdict, moved=MB)

    def test_write_16_mb(self):
        self.every_other(faults=["stuck=0xfffff0:3"], verdict="verify-failed:")

    def test_write_16_mb_on_a_noisy_line(self):
        self.every_other(faults=["garble=2e-6", "drop=2e-6", "unplug@5000000"], verdict="unplugged:")

    def test_write_16_mb_without_stub(self):
        self.every_other("--no-stub", faults=["unplug@5000000"], verdict="unplugged:")


if __name__ == "__main__":
    main()
