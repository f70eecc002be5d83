#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left on the board when the work did not end well, and what is left of it in the records."""

import contextlib
import json
import os
import sqlite3
import time

from common import SECONDS, CliTest, main, signal

IN_LOADER = "download"


class Left(CliTest):
    def assert_started(self):
        status = json.loads(self.ask_board("status").removeprefix("ok "))
        self.assertNotEqual(IN_LOADER, status["state"])

    def stop_at(self, word, *args):
        """Ctrl-C as soon as @word is printed."""
        process, lines = self.begin_cli(*args, "--json")
        lines.wait_for(lambda line: word in line)
        last = self.end_by(signal.SIGINT, process, lines).result
        self.assertEqual("cancelled", last["result"], last)
        return last

    # --- nothing was changed ---

    def test_stopped_while_it_is_asked(self):
        port = self.plug_in("esp32", "--speed", "real")
        for state in ("connecting", "identifying"):
            last = self.stop_at(f'"{state}"', "info", "-p", port)
            self.assertEqual("Nothing was changed on the board.", last["left"])
            self.assert_started()

    def test_refused(self):
        port = self.plug_in("esp32")
        result = self.check_refused(2, "beyond-flash", "erase", "-p", port, "0x10000000", "0x1000")
        self.assertEqual("Nothing was changed on the board.", result.result["left"])
        self.assert_started()

    def test_refused_by_secure_boot(self):
        port = self.plug_in("esp32c3", "--secure-boot")
        result = self.check_refused(4, "secure-mode", "erase", "-p", port)
        self.assertEqual("Nothing was changed on the board.", result.result["left"])
        self.assert_started()

    # --- something was ---

    def test_blank_board(self):
        port = self.plug_in("esp32", "--speed", "real")
        last = self.stop_at('"writing"', "flash", "-p", port, "--baud", "115200", "--no-stub",
                            self.make_firmware(size=400000))
        self.assertNotIn("untouched", last["left"])
        self.assertIn("has no complete boot image", last["left"])

    def test_board_with_a_boot_image(self):
        port = self.plug_in("esp32", "--speed", "real")
        self.check(0, "flash", "-p", port, self.make_firmware())
        last = self.stop_at('"writing"', "flash", "-p", port, "--baud", "115200", "--no-stub",
                            self.make_firmware(version="2.0.0", size=400000))
        self.assertIn("its boot image is untouched", last["left"])
        board, = self.check_json(0, "list").result["boards"]
        self.assertEqual(("interrupted", "cancelled"), (board["state"], board["interrupted"]["result"]))

    def test_stopped_while_it_is_read_back(self):
        """That takes minutes on a slow line, and nobody has to wait for its end."""
        port = self.plug_in("esp8266", "--speed", "real")
        last = self.stop_at('"verifying"', "flash", "-p", port, "--baud", "115200", "--no-stub",
                            self.make_firmware("esp8266", size=100000))
        self.assertIn("Everything was written, but not verified", last["left"])
        self.assertFalse(last["verified"])

    def test_no_application(self):
        port = self.plug_in("esp32")
        folder = self.make_firmware()
        boot, table = [f"{os.path.join(folder, name)}@{at}" for at, name in (
            ("0x1000", "bootloader/bootloader.bin"), ("0x8000", "partition_table/partition-table.bin"))]
        result = self.check_refused(1, "app-missing", "flash", "-p", port, "--force", boot, table)
        self.assertIn("no application", result.result["evidence"])

    # --- in the records ---

    def test_killed(self):
        port = self.plug_in("esp32", "--speed", "real")
        process, lines = self.begin_cli("flash", "-p", port, "--baud", "115200", "--no-stub",
                                        self.make_firmware(size=400000), "--json")
        lines.wait_for(lambda line: '"progress"' in line and '"writing"' in line)
        process.kill()
        process.wait()
        # what the dead program had sent is still coming in, at the speed of the line
        self.wait_for_board(lambda b: not b["host"])
        board, = self.check_json(0, "list").result["boards"]
        self.assertEqual(("interrupted", "writing"), (board["state"], board["interrupted"]["state"]))
        self.assertEqual("Flash weather 1.5.0", board["interrupted"]["title"])
        self.assertEqual("flash", board["interrupted"]["action"])
        self.assertIn("Interrupted at", self.check(0, "list").out)
        self.assertEqual("interrupted", self.check_json(0, "info", "-p", port).result["interrupted"]["result"])
        self.assertIn("“Flash weather 1.5.0” was not finished", self.check(0, "info", "-p", port).out)
        # and is over once it was made good
        self.check(0, "flash", "-p", port, self.make_firmware())
        board, = self.check_json(0, "list").result["boards"]
        self.assertIsNone(board["interrupted"])
        self.assertIn("Ready", self.check(0, "list").out)

    # state in which the program is killed: what it does
    MOMENTS = {
        "connecting": ["erase", "0x10000", "0x1000"],
        "identifying": ["flash"],
        "checking": ["flash"],
        "erasing": ["erase"],
        "writing": ["flash", "--no-diff"],
        "verifying": ["flash", "--no-diff"],
        "reading": ["read", "0", "4M", "copy.bin"],
        "listening": ["flash"],
    }

    def read_journal(self):
        """The newest job: its number, its last state, its result."""
        with contextlib.closing(sqlite3.connect(self.records)) as database:
            return database.execute("SELECT id, state, result FROM jobs ORDER BY id DESC LIMIT 1").fetchone()

    def kill_in(self, state):
        """Whenever it is killed, the journal says in which state, and the next program that it was interrupted."""
        command, *more = self.MOMENTS[state]
        self.check(0, "list")
        port = self.plug_in("esp32", "--speed", "real")
        if command == "flash":
            more = [*more, self.make_firmware(size=300000)]
        process, lines = self.begin_cli(command, "-p", port, "--json", *more)
        lines.wait_for(lambda line: json.loads(line).get("state") == state)
        # the board stands still, so the work does; what was said of it comes to the disk
        self.vboard.send_signal(signal.SIGSTOP)
        self.addCleanup(self.vboard.send_signal, signal.SIGCONT)
        order = list(self.MOMENTS)
        deadline = time.monotonic() + SECONDS
        while (left := self.read_journal()) is None or left[1] not in order[order.index(state):]:
            self.assertLess(time.monotonic(), deadline, left)
            time.sleep(0.02)
        process.kill()
        process.wait()
        left = self.read_journal()
        self.assertEqual("none", left[2])
        self.check(0, "list")
        self.assertEqual((left[0], left[1], "interrupted"), self.read_journal())

    def test_killed_behind_a_verdict(self):
        """What was shown is kept."""
        port = self.plug_in("esp32")
        process, lines = self.begin_cli("flash", "-p", port, "--json", self.make_firmware())
        lines.wait_for(lambda line: json.loads(line)["event"] == "result")
        process.kill()
        process.wait()
        self.check(0, "list")
        self.assertEqual("success", self.read_journal()[2])

    def test_without_records(self):
        port = self.plug_in("esp32")
        folder = self.make_firmware()
        result = self.check_json(0, "flash", "-p", port, folder).result
        self.assertEqual((True, True), (result["verified"], result["recorded"]))
        self.write(self.records, b"x" * 5000)
        result = self.check_json(6, "verify", "-p", port, folder).result
        self.assertEqual((False, True, False), (result["ok"], result["verified"], result["recorded"]))
        self.assertEqual("not-recorded", result["code"])
        self.write(self.records, b"x" * 5000)
        self.assertIn("✘ Not recorded", self.check(6, "verify", "-p", port, folder).err)
        self.write(self.records, b"x" * 5000)
        self.assertIn("✔ Done, not recorded", self.check(0, "erase", "-p", port, "0x300000", "4k").out)

    def test_a_result_that_cannot_be_recorded(self):
        """The disk became full in the middle: nobody will know that the board is good, so it is not called so."""
        port = self.plug_in("esp32")
        folder = self.make_firmware()
        self.check(0, "list")
        database = self.open_records()
        database.execute("CREATE TRIGGER full BEFORE UPDATE OF result ON jobs BEGIN SELECT RAISE(FAIL, 'full'); END")
        result = self.check_json(6, "flash", "-p", port, folder).result
        self.assertEqual((False, True, False), (result["ok"], result["verified"], result["recorded"]))
        self.assertEqual("not-recorded", result["code"])
        self.assertIn("full", result["record_error"])
        database.execute("DELETE FROM journal")
        database.execute("DELETE FROM jobs")
        said = self.check(6, "verify", "-p", port, folder).err
        self.assertIn("✘ Not recorded", said)
        self.assertRegex(said, r"\n  \(.*full")
        self.assert_on_board(folder)

    # --- who it was ---

    def test_address_of_nobody(self):
        for mac in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"):
            process, (port,) = self.start_vboard("--chip", "esp32", "--mac", mac, "--serial", "rfc2217:0")
            result = self.check_json(0, "info", "-p", port)
            self.assertIsNone(result.result["board"])
            self.assertIsNone(result.result["info"]["mac"])
            notes = [e["line"] for e in result.events if e["event"] == "log"]
            self.assertTrue([n for n in notes if mac in n and "no MAC address" in n], notes)
            self.assertIn("none of its own", self.check(0, "info", "-p", port).out)
            self.stop(process)


def add_moment(state):
    setattr(Left, f"test_killed_while_{state}", lambda self: self.kill_in(state))


for moment in Left.MOMENTS:
    add_moment(moment)


if __name__ == "__main__":
    main()
