# SPDX-License-Identifier: GPL-3.0-or-later
"""Reaching a board: what goes wrong has the right name, a hand is guided, a cancel is quick, and
after a flash the boot log is understood."""
import importlib
import os
import subprocess
import sys
import time

from common import SECTOR, DriverTest, contents, main
from peer import SyncOnly

MAKE_FIRMWARE = os.environ["MAKE_FIRMWARE"]


VECTORS = os.environ["BW_VECTORS"]
sys.path.insert(0, os.path.dirname(MAKE_FIRMWARE))
partition_table = importlib.import_module("make-firmware").partition_table


class Connect(DriverTest):
    def test_wrong_boot_mode(self):
        """The application boots instead of the loader: no lines, so nobody can help it."""
        for chip in ("esp32", "esp32c3"):
            board = self.board(chip, serial="tcp")
            run = self.run_on(board.address, "--attempts=1", "info")
            self.assertEqual(run.cause, "boot-log-seen", run.text)

    def test_reset_without_lines(self):
        """Nobody but a person can start the application over a bare line."""
        board = self.board("esp32", "--boot", "download", serial="tcp")
        run = self.run_on(board.address, "reset")
        self.assertEqual(run.cause, "no-reset-lines", run.text)

    def test_boot_log_with_lines(self):
        """The boot button's line is broken: reset works, download mode does not come."""
        board = self.board("esp32c3")
        run = self.run_on(board.address, "--reset-sequence=D0|R1|W0.1|R0|W0.05", "--attempts=2", "info")
        self.assertEqual(run.cause, "boot-log-seen", run.text)
        self.assertIn("boot:0x", run.find("result"))
        self.assertIn("Nothing was changed", run.find("left"))

    def test_boot_log_of_an_esp8266(self):
        """Its log comes at another rate and looks like noise at ours."""
        board = self.board("esp8266")
        run = self.run_on(board.address, "--reset-sequence=D0|R1|W0.1|R0|W0.05", "--attempts=2", "info")
        self.assertEqual(run.cause, "boot-log-seen", run.text)
        self.assertIn("boot mode:(3,", run.find("result"))

    def test_nothing_at_all(self):
        board = self.board("esp32", "--fault", "mute")
        run = self.run_on(board.address, "--attempts=1", "info")
        self.assertEqual(run.cause, "no-answer", run.text)

    def test_transmit_line_is_dead(self):
        for chip in ("esp32", "esp32s3", "esp8266"):
            board = self.board(chip, "--fault", "deaf")
            run = self.run_on(board.address, "--attempts=2", "info")
            self.assertEqual(run.cause, "tx-line", chip + "\n" + run.text)

    def test_no_capacitor_at_reset(self):
        """Such boards need both lines changed at once."""
        board = self.board("esp32", "--fault", "no-en-capacitor")
        self.assertTrue(self.run_on(board.address, "info").ok)

    def test_inverted_lines(self):
        """The loader does not come up by itself: by a hand, or by steps for such an adapter."""
        board = self.board("esp32", "--fault", "inverted-lines", serial="rfc2217")
        run = self.run_on(board.address, "--attempts=4", "info")
        self.assertEqual(run.cause, "boot-log-seen", run.text)
        steps = "U1,1|D1|R0|W0.1|D0|R1|W0.05|U1,1"
        self.assertTrue(self.run_on(board.address, "--reset-sequence=" + steps, "info").ok)

    def test_hand_is_guided(self):
        """The person holds BOOT and presses RESET; it goes on by itself."""
        board = self.board("esp32c3")
        process = self.start_on(board.address, "--reset-sequence=D0|R1|W0.1|R0|W0.05",
                                "--attempts=1", "--hand=60", "info")
        self.assertIn("hand boot-log-seen\n", self.wait_for_line(process, "hand "))
        board.say("boot download")
        board.say("reset")
        rest = self.rest_of(process)
        self.assertIn("hand none", rest)
        self.assertIn("result ok", rest)

    def test_waiting_for_a_hand_ends_in_time(self):
        """Whoever is given six seconds is not waited for much longer, nor much shorter."""
        board = self.board("esp32c3")
        process = self.start_on(board.address, "--reset-sequence=D0|R1|W0.1|R0|W0.05",
                                "--attempts=1", "--hand=6", "info")
        self.wait_for_line(process, "hand ")
        begin = time.monotonic()
        rest = self.rest_of(process)
        seconds = time.monotonic() - begin
        self.assertIn("result boot-log-seen", rest)
        self.assertGreater(seconds, 3)
        self.assertLess(seconds, 30)

    def test_going_down_with_a_rate_that_was_asked_for(self):
        """A rate the line does not carry is not tried again, also where a person named it."""
        board = self.board("esp32", "--seed", "3", "--fault", "garble=1e-4")
        run = self.run_on(board.address, "--baud=921600", "write",
                          self.file(contents(200_000, 1)) + "@0x10000")
        self.assertTrue(run.ok, run.text)
        rates = [int(line.split()[-1]) for line in run.lines if line.startswith("note baud raised to")]
        down = [int(line.split()[-1]) for line in run.lines if "going down to" in line]
        self.assertEqual(rates[0], 921600, run.text)
        self.assertGreater(len(rates), 1, run.text)
        self.assertIn(rates[1], down, run.text)
        for before, after in zip(rates, rates[1:]):
            self.assertLessEqual(after, before, run.text)
        self.assertLess(rates[-1], 921600, run.text)

    def read_at(self, board, *options):
        """What is read through registers, and the rates that were told of."""
        run = self.run_on(board.address, "--no-stub", *options, "read", "0x1234", "5000", self.folder + "/out")
        self.assertTrue(run.ok, run.text)
        with open(self.folder + "/out", "rb") as data:
            self.assertTrue(data.read() == board.flash(0x1234, 5000))
        return run, [line.split()[-1] for line in run.lines if line.startswith("note baud raised to")]

    def test_rate_by_reset(self):
        """The ESP8266's ROM measures the rate when it is spoken to after a reset."""
        board = self.board("esp8266", flash=contents(4 << 20, 1))
        self.assertEqual(self.read_at(board)[1], ["460800"])
        self.assertEqual(self.read_at(board, "--baud=921600")[1], ["921600"])
        self.assertEqual(self.read_at(board, "--baud=115200")[1], [])

    def test_rate_that_a_rom_does_not_recognise(self):
        """Then it goes on at the rate of connecting, and the line is not blamed."""
        board = self.board("esp8266", "--fault", "autobaud=200000", flash=contents(4 << 20, 1))
        run, rates = self.read_at(board)
        self.assertEqual(rates, [])
        self.assertIn("does not answer at 460800 baud, going on at 115200", run.text)
        self.assertNotIn("going down", run.text)

    def test_no_lines_no_rate_by_reset(self):
        """A board that nobody can reset stays at the rate at which it was reached."""
        board = self.board("esp8266", "--boot", "download", serial="tcp", flash=contents(4 << 20, 1))
        self.assertEqual(self.read_at(board)[1], [])

    def test_hand_never_comes(self):
        board = self.board("esp32c3")
        run = self.run_on(board.address, "--reset-sequence=D0|R1|W0.1|R0|W0.05", "--attempts=1",
                          "--hand=1", "info")
        self.assertEqual(run.cause, "boot-log-seen", run.text)

    def test_dead_in_the_middle(self):
        """Whoever says nothing after four kinds of reset is not asked again and again."""
        for chip in ("esp32", "esp8266"):
            board = self.board(chip, "--speed", "real")
            process = self.start_on(board.address, "--no-diff", "write",
                                    self.file(contents(300_000, 1)) + "@0x10000")
            said = self.wait_for_line(process, "step write\n")
            board.say("fault mute")
            said += self.rest_of(process)
            self.assertIn("result lost", said)
            self.assertEqual(said.count("connecting again"), 1, said)
            self.assertEqual(said.count("note attempt "), 4, said)

    def test_dead_after_the_first_word(self):
        """It answered SYNC and no question after it: lost, not absent."""
        with SyncOnly() as peer:
            run = self.run_on(peer.address, "--attempts=1", "info")
        self.assertEqual(run.cause, "lost", run.text)

    def cancelled_after_ms(self, fault, after):
        board = self.board("esp32", "--fault", fault)
        run = self.run_on(board.address, "--cancel-ms=%d" % after, "--attempts=-1", "--no-stub",
                          "write", self.file(contents(60_000, 1)) + "@0x10000")
        self.assertEqual(run.cause, "cancelled", run.text)
        board.close()
        return int(run.fields("cancelled")["after-ms"])

    def test_cancel_is_quick(self):
        """A wait that does not listen goes on for a second; a machine is not busy all the time."""
        for fault, after in (("mute", 700), ("delay=@3000:20000", 1500)):
            tries = [self.cancelled_after_ms(fault, after)]
            while tries[-1] >= 300 and len(tries) < 20:
                tries.append(self.cancelled_after_ms(fault, after))
            self.assertLess(min(tries), 300, fault)

    def test_cancel_in_the_middle_says_what_is_left(self):
        blank = b"\xff" * (1 << 20)
        booting = blank[:0x1000] + b"\xe9" + blank[0x1001:]
        for flash, words in ((booting, "boot image is untouched"), (blank, "has no complete boot image")):
            board = self.board("esp32", "--speed", "real", flash=flash)
            run = self.run_on(board.address, "--cancel-ms=3000", "--baud=115200", "write",
                              self.file(contents(300_000, 1)) + "@0x10000")
            self.assertEqual(run.cause, "cancelled", run.text)
            self.assertIn(words, run.find("left"))
            board.close()

    STATES = (
        (("--no-stub", "--erase-all", "write"), {"connect", "identify", "write", "verify"}, 10),
        (("--no-stub", "write"), {"connect", "identify", "check", "write", "verify"}, 60),
        (("--no-stub", "verify"), {"verify"}, 10),
        (("--no-stub", "read"), {"read"}, 10),
        (("--no-stub", "erase"), {"erase"}, 10),
    )

    def unplug_at(self, command, n, offset=0x10000):
        """One run, cut at byte n of the line; 0 for never. Its output, and how many bytes there were."""
        fault = ("--fault", "unplug@%d" % n) if n > 0 else ()
        board = self.board("esp32c3", "--flash-size", "1MB", "--boot", "download", *fault, flash=self.old)
        words = {"write": [self.part], "verify": [self.same], "read": ["0", "3000", self.folder + "/copy"]}
        self.env["XDG_STATE_HOME"] = board.folder + "/state"
        run = self.run_on(board.address, *command, *words.get(command[-1], []))
        stats = board.stats()
        flash = board.flash(offset, len(self.new))
        board.close()
        return run, stats["bytes_in"] + stats["bytes_out"], flash

    def test_unplugged_in_every_state(self):
        """Wherever it is pulled, that is what is said, at once, and what is left on the flash is no secret."""
        self.new = contents(6_000, 1)
        self.part = self.file(self.new) + "@0x10000"
        older = contents(6_000, 2)
        self.old = b"\xff" * 0x10000 + older + b"\xff" * ((1 << 20) - 0x10000 - len(older))
        self.same = self.file(older) + "@0x10000"
        for command, wanted, cuts in self.STATES:
            whole, total, _ = self.unplug_at(command, 0)
            self.assertTrue(whole.ok, whole.text)
            states = set()
            # even steps, and closer ones where the last questions are
            for n in [*range(total // 40, total - 200, max(total // cuts, 1)), *range(total - 150, total, 25)]:
                run, reached, flash = self.unplug_at(command, n)
                if run.cause == "busy" and not run.find("step"):
                    # gone before it was opened, and its number went to a board of another test
                    run, reached, flash = self.unplug_at(command, n)
                where = "%s at byte %d of %d\n%s" % (" ".join(command), n, total, run.text)
                # a busy machine says SYNC more often than an idle one, so the first run may have been longer
                if run.ok and reached < n:
                    continue
                states.add(run.find("step"))
                # what it prints when it gets power counts as well
                self.assertEqual(run.cause, "unplugged" if run.find("step") else "no-such-port", where)
                self.assertNotIn("connecting again", run.text, where)
                self.assertNotIn("still in", run.find("left"), where)
                if not run.find("left") or "Nothing was changed" in run.find("left"):
                    self.assertEqual(flash, older, where)
            self.assertLessEqual(wanted, states, command)

    def test_unplugged_while_the_boot_image_is_written(self):
        """A board that does not start any more is said to be one, and no other is."""
        self.new, old = b"\xe9" + contents(20_000, 1), b"\xe9" + contents(20_000, 2)
        self.part = self.same = self.file(self.new) + "@0"
        self.old = old + b"\xff" * ((1 << 20) - len(old))
        whole, total, _ = self.unplug_at(("--no-stub", "write"), 0, 0)
        self.assertTrue(whole.ok, whole.text)
        said = set()
        for n in range(total // 20, total, total // 20):
            run, _, flash = self.unplug_at(("--no-stub", "write"), n, 0)
            left = run.find("left")
            if flash == old:
                said.add("old")
            elif flash != self.new:
                said.add("part")
                self.assertIn("has no complete boot image", left, run.text)
            if "untouched" in left or "Nothing was changed" in left:
                self.assertEqual(flash, old, run.text)
        self.assertEqual({"old", "part"}, said)

    def test_unplugged(self):
        board = self.board("esp32", "--fault", "unplug@5000")
        run = self.run_on(board.address, "write", self.file(contents(60_000, 1)) + "@0x10000")
        self.assertEqual(run.cause, "unplugged", run.text)
        self.assertNotIn("still in", run.find("left"))


class Secure(DriverTest):
    def test_secure_download_mode(self):
        for chip in ("esp32s2", "esp32c3", "esp32s3"):
            board = self.board(chip, "--secure-download")
            data = contents(30_000, 1)
            info = self.run_on(board.address, "info")
            self.assertTrue(info.ok, info.text)
            self.assertEqual(info.fields("info")["secure-download"], "1")
            self.assertEqual(info.fields("info")["chip"], chip)
            part = self.file(data) + "@0x10000"
            run = self.run_on(board.address, "write", part)
            self.assertEqual(run.cause, "no-proof", run.text)
            self.assertEqual(set(board.flash()), {0xff})
            run = self.run_on(board.address, "--no-verify", "write", part)
            self.assertTrue(run.ok, run.text)
            self.assertEqual(run.fields("report")["verified"], "0")
            self.assertEqual(board.flash(0x10000, len(data)), data)
            self.assertEqual(self.run_on(board.address, "read", "0", "64", self.folder + "/x").cause,
                             "secure-mode")
            self.assertEqual(self.run_on(board.address, "erase").cause, "secure-mode")

    def test_secure_boot(self):
        board = self.board("esp32s3", "--secure-boot")
        data = contents(60_000, 1)
        run = self.run_on(board.address, "write", self.file(data) + "@0x10000")
        self.assertTrue(run.ok, run.text)
        self.assertEqual(run.fields("info")["secure-boot"], "1")
        self.assertIn("stub running", run.text)
        self.assertEqual(board.flash(0x10000, len(data)), data)
        self.assertEqual(self.run_on(board.address, "erase").cause, "secure-mode")


class Refused(DriverTest):
    def test_before_anything_is_touched(self):
        old = contents(4 << 20, 9)
        board = self.board("esp32", flash=old)
        small, large = self.file(contents(10_000, 1)), self.file(contents(20_000, 2))
        for parts, cause in (((small + "@0x3fe000",), "too-large"),
                             ((large + "@0x10000", small + "@0x14000"), "overlap"),
                             ((small + "@0x400000",), "too-large")):
            run = self.run_on(board.address, "--erase-all", "write", *parts)
            self.assertEqual(run.cause, cause, run.text)
            self.assertTrue(board.flash() == old)

    def test_neighbours_stay(self):
        old = contents(4 << 20, 9)
        board = self.board("esp32c6", flash=old)
        data = contents(70_000, 3)
        self.assertTrue(self.run_on(board.address, "write", self.file(data) + "@0x20000").ok)
        end = 0x20000 + (len(data) + SECTOR - 1) // SECTOR * SECTOR
        self.assertTrue(board.flash(0, 0x20000) == old[:0x20000])
        self.assertTrue(board.flash(end) == old[end:])
        self.assertTrue(board.flash(0x20000, len(data)) == data)

    def test_neighbours_stay_with_a_rom_that_erases_too_much(self):
        """The ESP8266's erases sectors in pairs; and the boot image, written last, has a neighbour."""
        old = contents(1 << 20, 9)
        board = self.board("esp8266", flash=old)
        boot, app = contents(4_000, 3), contents(13 * SECTOR - 50, 4)
        run = self.run_on(board.address, "--no-stub", "write", self.file(boot) + "@0", self.file(app) + "@0x1000")
        self.assertTrue(run.ok, run.text)
        self.assertNotIn("differs after writing", run.text)
        self.assertTrue(board.flash(0, len(boot)) == boot)
        self.assertTrue(board.flash(0x1000, len(app)) == app)
        self.assertTrue(board.flash(14 * SECTOR) == old[14 * SECTOR:])
        run = self.run_on(board.address, "--no-stub", "erase", "0x21000", "0x3000")
        self.assertTrue(run.ok, run.text)
        self.assertEqual(board.flash(0x21000, 0x3000), b"\xff" * 0x3000)
        self.assertTrue(board.flash(14 * SECTOR, 0x21000 - 14 * SECTOR) == old[14 * SECTOR:0x21000])
        self.assertTrue(board.flash(0x24000) == old[0x24000:])

    def test_flash_that_did_not_start_up(self):
        """It answers with any id; asked elsewhere it names its maker, and woken it is what it is."""
        for chip in ("esp32", "esp32c3", "esp8266"):
            board = self.board(chip, "--fault", "drowsy")
            run = self.run_on(board.address, "info")
            self.assertTrue(run.ok, run.text)
            self.assertEqual(("204016", str(4 << 20)), (run.fields("info")["id"], run.fields("info")["flash"]))

    def test_beyond_sixteen_megabytes(self):
        data = contents(70_000, 4)
        board = self.board("esp32s3", size=32 << 20)
        run = self.run_on(board.address, "write", self.file(data) + "@0x1800000")
        self.assertTrue(run.ok, run.text)
        self.assertIn("stub running", run.text)
        self.assertEqual(board.flash(0x1800000, len(data)), data)
        self.assertEqual(set(board.flash(0x800000, 0x20000)), {0xff})
        self.assertTrue(self.run_on(board.address, "read", "0x1800000", "70000", self.folder + "/x").ok)
        with open(self.folder + "/x", "rb") as back:
            self.assertEqual(back.read(), data)

    def test_merged_image_with_gaps(self):
        merged = bytearray(b"\xff" * 0x90000)
        merged[0x1000:0x1000 + 20_000] = contents(20_000, 1)
        merged[0x8000:0x8000 + 64] = b"\xaa\x50" + bytes(62)
        merged[0x10000:0x10000 + 100_000] = contents(100_000, 2)
        merged[0x80000:0x90000] = contents(0x10000, 3)
        board = self.board("esp32", flash=contents(4 << 20, 9))
        run = self.run_on(board.address, "write", self.file(merged) + "@0")
        self.assertTrue(run.ok, run.text)
        self.assertTrue(board.flash(0, len(merged)) == bytes(merged))


class Boot(DriverTest):
    def firmware(self, chip):
        """What a flash chip holds after a whole firmware was written."""
        path = os.path.join(self.folder, "image-" + chip)
        subprocess.run([sys.executable, MAKE_FIRMWARE, "--chip", chip, "--size", "60000",
                        "--name", "weather", "--version", "1.4.2", "--flash-size", "4MB",
                        "--flash-file", path, os.path.join(self.folder, "fw-" + chip)],
                       check=True, stdout=subprocess.DEVNULL)
        with open(path, "rb") as data:
            return data.read()

    def verdict(self, board):
        run = self.run_on(board.address, "listen")
        self.assertTrue(run.ok, run.text)
        return run.find("boot").split(" ", 1)

    def test_application_comes_up(self):
        for chip in ("esp32", "esp32c3", "esp32s3", "esp32c6", "esp32p4", "esp8266"):
            board = self.board(chip, flash=self.firmware(chip))
            verdict, text = self.verdict(board)
            self.assertEqual(verdict, "app", chip + ": " + text)

    def test_unplugged_while_listening(self):
        board = self.board("esp32c3", flash=self.firmware("esp32c3"))
        process = self.start_on(board.address, "listen")
        said = self.wait_for_line(process, "step listen\n")
        board.say("unplug")
        said += self.rest_of(process)
        self.assertIn("result unplugged", said)

    def test_it_knows_what_runs(self):
        board = self.board("esp32c3", flash=self.firmware("esp32c3"))
        run = self.run_on(board.address, "info")
        self.assertEqual(run.fields("layout")["app"], "weather", run.text)
        self.assertEqual(run.fields("layout")["version"], "1.4.2")
        self.assertEqual(run.fields("layout")["table"], "0x8000")

    def test_a_table_that_was_moved(self):
        """It is found by looking; the board boots by it, so both ends are asked."""
        for chip, offset in (("esp32", 0x9000), ("esp32c3", 0x1f000)):
            flash = bytearray(self.firmware(chip))
            table = partition_table([("nvs", 1, 2, 0x20000, 0x4000), ("factory", 0, 0, 0x40000, 0x100000)])
            flash[0x40000:0x50000] = flash[0x10000:0x20000]
            flash[0x8000:0x20000] = b"\xff" * 0x18000
            flash[offset:offset + len(table)] = table
            board = self.board(chip, flash=bytes(flash))
            for stub in ((), ("--no-stub",)):
                run = self.run_on(board.address, *stub, "info")
                self.assertEqual(run.fields("layout")["table"], hex(offset), run.text)
                self.assertEqual(run.fields("layout")["app"], "weather", run.text)
            verdict, text = self.verdict(board)
            self.assertEqual(verdict, "app", text)

    def test_a_blank_board_is_not_searched_for_a_table(self):
        """Asking at every sector would make every new board slow."""
        board = self.board("esp32")
        self.assertTrue(self.run_on(board.address, "--no-stub", "info").ok)
        self.assertLess(board.stats()["requests"]["0e"], 10)

    def test_a_stub_is_told_the_size_it_cannot_know(self):
        """One that was started here finds out by itself how large a usual flash is; not so a larger
        one, or one that somebody else may have told something."""
        data = self.file(contents(100_000, 6)) + "@0x10000"
        for chip, size, first in (("esp32", 4 << 20, 1), ("esp32s3", 32 << 20, 2)):
            board = self.board(chip, "--boot", "download", size=size)
            for told in (first, first + 1):
                run = self.run_on(board.address, "--reset-sequence=W0", "--baud=115200", "write", data)
                self.assertTrue(run.ok, run.text)
                self.assertEqual(board.stats()["requests"]["0b"], told, chip + "\n" + run.text)
            board.close()

    def test_a_rom_knows_the_size_before_it_matters(self):
        """It is told in front of what is asked next, whatever that is: without, nothing beyond 2 MB is
        reached."""
        high = self.file(contents(9_000, 6)) + "@0x300000"
        for order in (("write", high), ("--no-diff", "write", high), ("--no-diff", "--no-verify", "write", high),
                      ("verify", high), ("erase", "0x300000", "0x1000"),
                      ("read", "0x300000", "64", os.path.join(self.folder, "out"))):
            flash = b"\xff" * (3 << 20) + contents(9_000, 6)
            board = self.board("esp32", flash=flash + b"\xff" * ((4 << 20) - len(flash)))
            run = self.run_on(board.address, "--no-stub", *order)
            self.assertTrue(run.ok, " ".join(order) + "\n" + run.text)
            self.assertNotIn("trying again", run.text, order)
            self.assertEqual(board.stats()["requests"]["0b"], 1, run.text)
            board.close()

    def test_a_size_nobody_needs_is_not_told(self):
        """It would be one more round trip for every board that is looked at."""
        board = self.board("esp32")
        run = self.run_on(board.address, "--no-stub", "info")
        self.assertTrue(run.ok, run.text)
        self.assertNotIn("0b", board.stats()["requests"], run.text)

    def test_answers_at_a_new_rate_are_the_check(self):
        """Nobody is asked only to see whether the rate is right."""
        board = self.board("esp32", "--boot", "download")
        run = self.run_on(board.address, "--reset-sequence=W0", "--no-stub", "write",
                          self.file(contents(9_000, 6)) + "@0x10000")
        self.assertTrue(run.ok, run.text)
        self.assertIn("baud raised to 921600", run.text)
        self.assertEqual(board.stats()["requests"]["08"], 1, run.text)

    def test_which_slot_is_active(self):
        """Every record of the golden table, as the driver reads it from a board's flash."""
        with open(os.path.join(VECTORS, "espressif", "otadata", "cases.tsv")) as table:
            rows = [line.rstrip("\n").split("\t") for line in table][1:]
        image = self.firmware("esp32")
        app = image[0x10000:0x20000]
        for row in rows:
            slots, has_factory = int(row[1]), row[2] == "yes"
            names = (["factory"] if has_factory else []) + ["ota_%d" % i for i in range(slots)]
            entries = [("otadata", 1, 0, 0xd000, 0x2000)] + [
                (name, 0, 0 if name == "factory" else 0x10 + int(name[4:]), 0x10000 + i * 0x10000, 0x10000)
                for i, name in enumerate(names)]
            flash = bytearray(image)
            flash[0x8000:0x8c00] = partition_table(entries)
            with open(os.path.join(VECTORS, "espressif", "otadata", row[0]), "rb") as data:
                flash[0xd000:0xf000] = data.read().ljust(0x2000, b"\xff")
            flash[0x10000:0x10000 + len(names) * 0x10000] = app * len(names)
            run = self.run_on(self.board("esp32", flash=bytes(flash)).address, "--no-stub", "info")
            active = int(run.fields("layout")["active"])
            self.assertEqual(entries[active][0], row[10], row[0] + "\n" + run.text)

    def test_blank_chip(self):
        for chip in ("esp32", "esp32c3", "esp32s3"):
            verdict, text = self.verdict(self.board(chip))
            self.assertIn(verdict, ("rejected", "loop"), chip + ": " + text)

    def test_damaged_application(self):
        for chip in ("esp32", "esp32c3"):
            flash = bytearray(self.firmware(chip))
            flash[0x10000 + 30_000] ^= 0xff
            verdict, text = self.verdict(self.board(chip, flash=bytes(flash)))
            self.assertEqual(verdict, "rejected", chip + ": " + text)

    def test_missing_application(self):
        flash = bytearray(self.firmware("esp32"))
        flash[0x10000:] = b"\xff" * (len(flash) - 0x10000)
        verdict, text = self.verdict(self.board("esp32", flash=bytes(flash)))
        self.assertEqual(verdict, "rejected", text)
        self.assertIn("no application", text)

    def test_brownout(self):
        board = self.board("esp32", "--fault", "brownout", flash=self.firmware("esp32"))
        verdict, text = self.verdict(board)
        self.assertEqual(verdict, "brownout", text)

    def test_crash(self):
        board = self.board("esp32c3", "--fault", "panic", flash=self.firmware("esp32c3"))
        verdict, text = self.verdict(board)
        self.assertEqual(verdict, "loop", text)


if __name__ == "__main__":
    main()
