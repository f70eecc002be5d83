# SPDX-License-Identifier: GPL-3.0-or-later
"""Every chip, with its ROM alone and with both generations of stubs: what is written is there, what
is there is not written again, only differing sectors are sent."""

from common import CHIPS, NO_STUB, SECTOR, DriverTest, contents, main


class Chips(DriverTest):
    def loaders(self, chip):
        yield ("--no-stub",), ()
        if chip not in NO_STUB:
            yield (), ("--stub", "1")
            yield (), ("--stub", "2")

    def check_cycle(self, chip, options, board_options):
        board = self.board(chip, *board_options)
        app, boot = contents(150_000, 1), contents(20_000, 2)
        parts = (self.file(app) + "@0x10000", self.file(boot) + "@0x2000")
        # the ESP8266's ROM gives no digests: to read is to compare, and not worth it for single sectors
        is_read_back = chip == "esp8266" and "--no-stub" in options

        run = self.run_on(board.address, *options, "write", *parts)
        self.assertTrue(run.ok, run.text)
        self.assertEqual(board.flash(0x10000, len(app)), app)
        self.assertEqual(board.flash(0x2000, len(boot)), boot)
        self.assertEqual(run.fields("report")["verified"], "1")
        self.assertEqual(run.fields("info")["chip"], chip)

        run = self.run_on(board.address, *options, "write", *parts)
        self.assertTrue(run.ok, run.text)
        self.assertEqual(run.fields("report")["sent"], "0")
        self.assertEqual(run.fields("report")["verified"], "1")

        changed = bytearray(app)
        for sector in (3, 20):
            changed[sector * SECTOR + 5] ^= 0x40
        run = self.run_on(board.address, *options, "write", self.file(changed) + "@0x10000")
        self.assertTrue(run.ok, run.text)
        sent = 2 * SECTOR if not is_read_back else len(app) - 3 * SECTOR
        self.assertEqual(run.fields("report")["sent"], str(sent))
        self.assertEqual(board.flash(0x10000, len(app)), bytes(changed))

        run = self.run_on(board.address, *options, "verify", parts[0])
        self.assertEqual(run.cause, "verify-failed", run.text)
        self.assertIn("0x13000", run.find("result"))
        self.assertTrue(self.run_on(board.address, *options, "verify", parts[1]).ok)

        run = self.run_on(board.address, *options, "read", "0xf800", "5000", self.folder + "/out")
        self.assertTrue(run.ok, run.text)
        with open(self.folder + "/out", "rb") as data:
            self.assertEqual(data.read(), board.flash(0xf800, 5000))

        run = self.run_on(board.address, *options, "erase", "0x10000", "0x8000")
        self.assertTrue(run.ok, run.text)
        self.assertEqual(board.flash(0x10000, 0x8000), b"\xff" * 0x8000)
        self.assertEqual(board.flash(0x18000, 100), bytes(changed[0x8000:0x8064]))
        run = self.run_on(board.address, *options, "erase")
        self.assertTrue(run.ok, run.text)
        self.assertEqual(set(board.flash()), {0xff})


class Power(DriverTest):
    def test_flash_that_waits_for_power(self):
        """Two revisions of the ESP32-P4 leave that to the host."""
        for revision in ("3.0", "3.1", "3.2"):
            board = self.board("esp32p4", "--revision", revision)
            run = self.run_on(board.address, "--no-stub", "write", self.file(contents(5_000, 1)) + "@0x10000")
            self.assertTrue(run.ok, run.text)
            self.assertEqual(run.fields("info")["id"], "ef4016", run.text)


class Blank(DriverTest):
    def test_nothing_to_send_and_nothing_to_prove(self):
        """Where a stub has only erased there is nothing that it could be told the end of."""
        blank, app = self.file(b"\xff" * 0x10000) + "@0x10000", self.file(contents(50_000, 1)) + "@0x30000"
        for generation in ("1", "2"):
            for parts in ((blank,), (blank, app), (app, blank)):
                with self.subTest(generation=generation, parts=parts):
                    board = self.board("esp32", "--stub", generation, flash=contents(4 << 20, 2))
                    run = self.run_on(board.address, "--no-verify", "--no-diff", "write", *parts)
                    self.assertTrue(run.ok, run.text)
                    self.assertIn("stub running", run.text)
                    self.assertEqual(run.fields("report")["verified"], "0")
                    self.assertEqual(set(board.flash(0x10000, 0x10000)), {0xff})


class Loader(DriverTest):
    def uses_stub(self, baud, sectors):
        board = self.board("esp32", flash=contents(4 << 20, 1))
        run = self.run_on(board.address, "--baud=%d" % baud, "write",
                          self.file(contents(sectors * SECTOR, 2)) + "@0x10000")
        self.assertTrue(run.ok, run.text)
        self.assertEqual(run.fields("report")["verified"], "1")
        return "stub running" in run.text

    def test_stub_only_where_it_pays(self):
        """It has to be sent first, and saves the time a ROM erases without listening."""
        self.assertEqual([self.uses_stub(921600, n) for n in (1, 3, 5, 20)], [False, False, True, True])
        self.assertEqual([self.uses_stub(115200, n) for n in (5, 10, 15)], [False, False, True])


def add(chip):
    def test(self):
        for options, board_options in self.loaders(chip):
            with self.subTest(options=options, board=board_options):
                self.check_cycle(chip, options, board_options)
    setattr(Chips, "test_" + chip, test)


for name in CHIPS:
    add(name)

if __name__ == "__main__":
    main()
