# SPDX-License-Identifier: GPL-3.0-or-later
"""A board with a firmware gets another one and loses its power in the middle: what it starts with is
written last, so until then it starts as before, and afterwards whoever is asked says what is left."""
from common import DriverTest, contents, main

BOOT_AT, TABLE_AT, APP_AT = 0x1000, 0x8000, 0x10000
APP_BYTES = 90_000


def table(seed):
    """Something that counts as a partition table: what begins with its mark at its place."""
    return b"\xaa\x50" + contents(0xc00 - 2, seed)


def firmware(seed):
    return {BOOT_AT: contents(9_000, seed), TABLE_AT: table(seed + 1), APP_AT: contents(APP_BYTES, seed + 2)}


OLD, NEW = firmware(10), firmware(20)


class Torn(DriverTest):
    def holds(self, board, parts, offset):
        return board.flash(offset, len(parts[offset])) == parts[offset]

    def cut(self, *options):
        """Flashes over an old firmware until the power goes, one byte count after the other; gives the
        board of each and what was said."""
        for at in (16_000, 30_000, 45_000):
            flash = bytearray(b"\xff" * (1 << 20))
            for offset, part in OLD.items():
                flash[offset:offset + len(part)] = part
            board = self.board("esp32", "--fault", "unplug@%d" % at, flash=bytes(flash))
            run = self.run_on(board.address, *options, "write",
                              *(self.file(part) + "@0x%x" % offset for offset, part in NEW.items()))
            yield board, run
            board.close()

    def check_one(self, board, run):
        has_app = self.holds(board, NEW, APP_AT)
        self.assertFalse(run.ok, run.text)
        self.assertTrue(run.find("left"), run.text)
        if not has_app:
            self.assertTrue(self.holds(board, OLD, TABLE_AT), "the table came before the application")
        if not self.holds(board, NEW, TABLE_AT):
            self.assertTrue(self.holds(board, OLD, BOOT_AT), "the boot image came before the table")
        return board.flash(APP_AT, APP_BYTES) != OLD[APP_AT] and not has_app

    def test_what_differs_is_written_in_order(self):
        torn = [self.check_one(board, run) for board, run in self.cut()]
        self.assertIn(True, torn, "no cut fell into the application")

    def test_everything_is_written_in_order(self):
        torn = [self.check_one(board, run) for board, run in self.cut("--no-diff")]
        self.assertIn(True, torn, "no cut fell into the application")


if __name__ == "__main__":
    main()
