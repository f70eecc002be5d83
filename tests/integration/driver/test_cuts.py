# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes after or in any operation of the flash, the cable at any frame: never "good", always a
named cause, nothing done afterwards; and the same recipe run once more makes the board whole.

A few places of each session are tried, spread evenly; with BOARDWALK_SOAK one of BW_CUTS_STRIDE (1) of
them, beginning with BW_CUTS_FIRST (1).
"""
import os

from common import DriverTest, contents, main

SOAK = bool(os.environ.get("BOARDWALK_SOAK"))
STRIDE = int(os.environ.get("BW_CUTS_STRIDE", "1"))
FIRST = int(os.environ.get("BW_CUTS_FIRST", "1"))
PLACES = 12
FLASH_BYTES = 1 << 20
APP_AT, TABLE_AT = 0x10000, 0x8000
APP_BYTES = 24_000
ERASED_AT, ERASED_BYTES = 0x10000, 0x23000

# chip, where it boots from, options of the virtual board, options of the run
MANNERS = {
    "stub_1": ("esp32", 0x1000, ["--stub", "1"], []),
    "stub_2": ("esp32c3", 0, ["--stub", "2"], []),
    "rom": ("esp32s3", 0, [], ["--no-stub"]),
    "esp8266": ("esp8266", 0, [], []),
}


def firmware(boot_at, seed, app_bytes=APP_BYTES):
    return {boot_at: contents(5_000, seed), TABLE_AT: b"\xaa\x50" + contents(0xc00 - 2, seed + 1),
            APP_AT: contents(app_bytes, seed + 2)}


def flash_with(parts):
    flash = bytearray(b"\xff" * FLASH_BYTES)
    for offset, part in parts.items():
        flash[offset:offset + len(part)] = part
    return bytes(flash)


def places(total, most):
    """Numbers from 1 to @total: what a soak run wants, or so many of them, the first and the last among them."""
    if SOAK:
        return list(range(FIRST, total + 1, STRIDE))
    if total <= most:
        return list(range(1, total + 1))
    return sorted({1 + round(i * (total - 1) / (most - 1)) for i in range(most)})


class Cuts(DriverTest):
    def prepare(self, manner, app_bytes=APP_BYTES):
        self.chip, boot_at, self.board_options, self.options = MANNERS[manner]
        self.old, self.new = firmware(boot_at, 10, app_bytes), firmware(boot_at, 20, app_bytes)
        self.files = [self.file(part) + "@0x%x" % offset for offset, part in self.new.items()]

    def start(self, *faults, seed=1):
        words = [word for fault in faults for word in ("--fault", fault)]
        return self.board(self.chip, *self.board_options, "--seed", str(seed), *words, flash=flash_with(self.old))

    def write(self, board):
        return self.run_on(board.address, *self.options, "write", *self.files)

    def check_contents(self, board, where):
        for offset, part in self.new.items():
            self.assertTrue(board.flash(offset, len(part)) == part, "FALSE GOOD at 0x%x\n%s" % (offset, where))

    def come_back(self, board, by_itself):
        if by_itself:
            self.wait_until(lambda: os.path.exists(board.link))
        else:
            self.assertEqual(board.say("plug"), "ok")

    def check_cut(self, run, where):
        """Of a run that the cut has ended."""
        self.assertFalse(run.ok, where)
        # before anything was said of the board, its port has just not been there
        self.assertIn(run.cause, ("unplugged",) if run.find("step") else ("unplugged", "no-such-port"), where)
        if run.find("step"):
            self.assertTrue(run.find("left"), where)

    def play(self, fault, at, check):
        """The cut, and the same recipe after it; @check looks at what the first run left. A cut behind the
        last byte does not disturb that run, and may come while nobody looks, or with the next byte."""
        by_itself = at % 2 == 0
        board = self.start(fault, *(["replug=50"] if by_itself else []), seed=at)
        run = self.write(board)
        where = "%s %s %s\n%s" % (self.chip, self.options, fault, run.text)
        check(board, run, where)
        if run.ok:
            board.close()
            return
        self.come_back(board, by_itself)
        again = self.write(board)
        where += "--- again\n" + again.text
        self.assertTrue(again.ok, where)
        self.assertEqual(again.fields("report")["verified"], "1", where)
        self.check_contents(board, where)
        board.close()

    def count(self, counter):
        """What a run that nobody disturbs takes."""
        board = self.start()
        self.assertTrue(self.write(board).ok)
        total = counter(board.stats())
        board.close()
        return total

    def power(self, manner, kind):
        self.prepare(manner)
        total = self.count(lambda stats: stats["flash_operations"])
        at_all = places(total, PLACES)
        for at in at_all:
            def check(board, run, where):
                self.check_cut(run, where)
                self.assertEqual(board.stats()["flash_operations"], at, where)
            with self.subTest(kind=kind, at=at):
                self.play("%s=%d" % (kind, at), at, check)
        print("%s %s: %d of %d operations" % (kind, manner, len(at_all), total), flush=True)

    def cable(self, manner):
        """One byte before the end of a frame, at it, and one byte behind it."""
        self.prepare(manner, (1 << 20) - APP_AT if SOAK else APP_BYTES)
        total = self.count(lambda stats: stats["frames_in"] + stats["frames_out"])

        def check(board, run, where):
            # the last of them may come when all is done
            if run.ok:
                self.assertEqual(run.fields("report")["verified"], "1", where)
                self.check_contents(board, where)
            else:
                self.check_cut(run, where)

        at_all = places(3 * total, 2 * PLACES)
        for at in at_all:
            with self.subTest(at=at):
                self.play("unplug-frame=%d:%d" % ((at + 2) // 3, at % 3), at, check)
        print("unplug-frame %s: %d of %d places" % (manner, len(at_all), 3 * total), flush=True)

    def test_erasing(self):
        """Two blocks and three sectors."""
        full, end = contents(FLASH_BYTES, 7), ERASED_AT + ERASED_BYTES
        order = ["erase", "0x%x" % ERASED_AT, "0x%x" % ERASED_BYTES]
        for fault in ["%s=%d" % (kind, at) for kind in ("power-cut", "power-cut-inside") for at in (1, 3, 5)]:
            board = self.board("esp32", "--fault", fault, flash=full)
            self.check_cut(self.run_on(board.address, *order), fault)
            self.come_back(board, False)
            run = self.run_on(board.address, *order)
            self.assertTrue(run.ok, fault + "\n" + run.text)
            self.assertTrue(board.flash() == full[:ERASED_AT] + b"\xff" * ERASED_BYTES + full[end:], fault)
            board.close()


def add(name, work, *arguments):
    setattr(Cuts, "test_" + name, lambda self: work(self, *arguments))


for one in MANNERS:
    add("power_cut_" + one, Cuts.power, one, "power-cut")
    add("power_cut_inside_" + one, Cuts.power, one, "power-cut-inside")
    add("cable_" + one, Cuts.cable, one)

if __name__ == "__main__":
    main()
