# SPDX-License-Identifier: GPL-3.0-or-later
"""A flash that is not what its id or its data sheet says: smaller, so that what is written high appears
low, or worn, so that erasing takes ten times as long. The first is never good, the second never bad."""
from common import SECTOR, DriverTest, contents, main

FLASH_BYTES = 4 << 20
TABLE_AT, APP_AT = 0x8000, 0x10000
TABLE = b"\xaa\x50" + contents(0xc00 - 2, 2)
APP = contents(50_000, 3)
DATA = contents(30_000, 4)
# chip, where it boots from, options of the virtual board, options of the run
MANNERS = {
    "stub_1": ("esp32", 0x1000, ["--stub", "1"], []),
    "stub_2": ("esp32c3", 0, ["--stub", "2"], ["--no-diff"]),
    "rom": ("esp32s3", 0, [], ["--no-stub"]),
    "esp8266": ("esp8266", 0, [], []),
    "esp8266_rom": ("esp8266", 0, [], ["--no-stub"]),
}


class Lies(DriverTest):
    def prepare(self, manner, more=(), flash=None, faults=(), speed=()):
        """A board and a firmware for it, as a dictionary of contents by place."""
        chip, boot_at, board_options, self.options = MANNERS[manner]
        parts = {boot_at: contents(9_000, 1), TABLE_AT: TABLE, APP_AT: APP, **dict(more)}
        words = [word for fault in faults for word in ("--fault", fault)]
        board = self.board(chip, *board_options, *words, *speed, size=FLASH_BYTES, flash=flash)
        return board, parts, boot_at

    def write(self, board, parts):
        return self.run_on(board.address, *self.options, "write",
                           *(self.file(part) + "@0x%x" % offset for offset, part in parts.items()))

    def check_contents(self, board, parts, where):
        for offset, part in parts.items():
            self.assertTrue(board.flash(offset, len(part)) == part, "0x%x\n%s" % (offset, where))

    # --- smaller ---

    def check_small(self, manner, size, more):
        board, parts, _ = self.prepare(manner, more, faults=["small-flash=%d" % size])
        for _ in range(2):
            # the second time everything may be there already
            run = self.write(board, parts)
            where = "%s %d KiB %s\n%s" % (manner, size / 1024, [hex(at) for at in more], run.text)
            self.assertFalse(run.ok, "FALSE GOOD " + where)
            self.assertEqual(run.cause, "flash-smaller", where)
            self.assertNotIn("verified;", run.find("left").replace("not verified;", ""), where)
        if not more:
            # what was erased to find out has been written again
            self.check_contents(board, parts, where)
        board.close()

    def small(self, manner):
        for size in (256 << 10, 1 << 20, 2 << 20):
            for more in ({}, {size + APP_AT + 2 * SECTOR: DATA}, {FLASH_BYTES - 0x40000: DATA}):
                with self.subTest(size=size, more=list(more)):
                    self.check_small(manner, size, more)

    # --- as large as it says ---

    def test_a_copy_is_no_mirror(self):
        """The same content half the size apart is found out to be a copy, and left alone."""
        table = TABLE + b"\xff" * (SECTOR - len(TABLE))
        for manner in MANNERS:
            chip, boot_at, _, _ = MANNERS[manner]
            half = FLASH_BYTES // 2
            flash = bytearray(contents(FLASH_BYTES, 9))
            for offset, part in ((boot_at, contents(9_000, 1)), (TABLE_AT, table), (APP_AT, APP)):
                flash[half + offset:half + offset + len(part)] = part
            board, parts, _ = self.prepare(manner, flash=bytes(flash))
            run = self.write(board, parts)
            self.assertTrue(run.ok, manner + "\n" + run.text)
            self.assertIn("shows the same at", run.text)
            self.check_contents(board, parts, run.text)
            self.assertTrue(board.flash(half) == bytes(flash[half:]), run.text)
            board.close()

    def test_an_application_in_two_slots_wears_nothing(self):
        """What is elsewhere tells that the slots are two: nothing is erased to find out."""
        half = FLASH_BYTES // 2
        for manner in MANNERS:
            # other things where the table lies, or only where the boot image does
            for alike in (0, SECTOR):
                flash = bytearray(contents(FLASH_BYTES, 9))
                for at in (APP_AT, half + APP_AT):
                    flash[at:at + 13 * SECTOR] = APP + b"\xff" * (13 * SECTOR - len(APP))
                flash[half + TABLE_AT:half + TABLE_AT + alike] = flash[TABLE_AT:TABLE_AT + alike]
                board, _, _ = self.prepare(manner, flash=bytes(flash))
                options = [option for option in self.options if option != "--no-diff"]
                run = self.run_on(board.address, *options, "write", self.file(APP) + "@0x%x" % APP_AT)
                self.assertTrue(run.ok, run.text)
                self.assertNotIn("shows the same at", run.text)
                self.assertEqual(run.fields("report")["sectors"], "0", run.text)
                self.assertTrue(board.flash() == bytes(flash), run.text)
                board.close()

    def test_a_sound_flash_is_asked_once(self):
        """One digest of a sector more, no sector erased more."""
        for manner in MANNERS:
            board, parts, _ = self.prepare(manner)
            run = self.write(board, parts)
            self.assertTrue(run.ok, run.text)
            self.assertNotIn("shows the same at", run.text)
            self.assertEqual(run.fields("report")["sectors"], "17", run.text)
            board.close()

    def test_contents_on_both_halves_are_a_proof(self):
        board, parts, _ = self.prepare("stub_1", {FLASH_BYTES // 2 + APP_AT: DATA})
        self.assertTrue(self.write(board, parts).ok)
        before = board.stats()["requests"]["13"]
        run = self.write(board, parts)
        self.assertTrue(run.ok, run.text)
        # a glance at each span, and the proof of the larger ones
        self.assertLessEqual(board.stats()["requests"]["13"] - before, 6, run.text)
        board.close()

    # --- worn ---

    def check_slow(self, board, run, where):
        self.assertTrue(run.ok, where + run.text)
        self.assertLessEqual(run.text.count("may be worn"), 1, where + run.text)
        for words in ("trying again", "connecting again", "differs after writing"):
            self.assertNotIn(words, run.text, where)
        board.close()

    def slow(self, manner):
        """Longer than a usual timeout, for the boot ROM and for what a stub still has to do."""
        faults, speed = ["slow-erase=10"], ["--speed", "real"]
        # one block of a stub, which erases eight sectors for it after saying that it is fine
        board, parts, _ = self.prepare(manner, {APP_AT: contents(30_000, 5)}, faults=faults, speed=speed,
                                       flash=contents(FLASH_BYTES, 9))
        run = self.write(board, parts)
        self.check_contents(board, parts, run.text)
        self.check_slow(board, run, manner + " writing\n")
        board, _, _ = self.prepare(manner, faults=faults, speed=speed, flash=contents(FLASH_BYTES, 9))
        run = self.run_on(board.address, *[o for o in self.options if o != "--no-diff"], "erase", "0x11000", "0xa000")
        self.assertTrue(board.flash(0x11000, 0xa000) == b"\xff" * 0xa000, run.text)
        self.assertIn("may be worn", run.text, manner)
        self.check_slow(board, run, manner + " erasing\n")

    def lose(self, number):
        """Writes with that reply lost; what was said of it, and which reply the one to BEGIN was."""
        board = self.board("esp32c3", "--fault", "lost-reply=%d" % number, size=FLASH_BYTES)
        run = self.run_on(board.address, "--no-stub", "--no-diff", "write", self.file(APP) + "@0x10000")
        stats = board.stats()
        board.close()
        self.assertTrue(run.ok, run.text)
        notes = [line for line in run.lines if "asking whether it goes on" in line or "trying again" in line]
        return notes, stats["frames_out"] - stats["requests"]["11"] - stats["requests"]["13"]

    def test_a_lost_answer_is_not_waited_for(self):
        """Whoever is asked and has nothing to do answers at once: the request is sent again."""
        _, begin = self.lose(0)
        # the number depends on how often SYNC was sent, eight replies each
        for number in (begin, begin - 8, begin + 8, begin + 16, begin):
            notes, _ = self.lose(number)
            if notes and "asking whether it goes on" in notes[0]:
                break
        self.assertEqual(len(notes), 2, notes)
        self.assertIn("no reply to FLASH_DEFL_BEGIN", notes[1])


for one in MANNERS:
    setattr(Lies, "test_small_" + one, lambda self, manner=one: self.small(manner))
    setattr(Lies, "test_slow_" + one, lambda self, manner=one: self.slow(manner))

if __name__ == "__main__":
    main()
