#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in which records cannot be had: the work is done, nothing is called good, and programs and people
are told the same: which way it is, what was seen, and what helps."""

import os
import resource
import shutil
import signal
import time

from common import SECONDS, CliTest, Result, main

GARBAGE = b"no database at all. " * 400


class Store(CliTest):
    def setUp(self):
        super().setUp()
        self.home = self.env["XDG_DATA_HOME"]
        self.more = {}  # how the program is run

    def put_board(self, *args):
        """A board with a firmware on it that can be proved, and records of that."""
        self.build = self.make_firmware(size=150000)
        self.port = self.plug_in("esp32", *args)
        self.check(0, "flash", "-p", self.port, self.build)

    # --- what has to be said ---

    def assert_told_to_programs(self, code, result):
        said = result.result
        self.assertEqual((6, False, True, False, "not-recorded", code),
                         (said["exit"], said["ok"], said["verified"], said["recorded"], said["code"], said["record_code"]))
        self.assertEqual(said["evidence"], said["record_error"])
        self.assertTrue(said["record_error"] and said["record_remedy"], said)
        return said["record_error"], said["record_remedy"]

    def assert_told_to_people(self, result, reason, remedy):
        self.assertNotIn("Good", result.out)
        verdict = result.err[result.err.index("✘ Not recorded"):].splitlines()
        self.assertEqual([f"  ({reason})", f"  {remedy}"], [verdict[2], verdict[-1]])

    def spoil_before(self, code, spoil):
        """@spoil makes that the store cannot be opened."""
        spoil()
        json = self.check_json(6, "verify", "-p", self.port, self.build, **self.more)
        reason, remedy = self.assert_told_to_programs(code, json)
        first = next(event for event in json.events if "code" in event)
        self.assertEqual(("log", "warning", code, remedy), tuple(first[name] for name in ("event", "level", "code", "remedy")))
        self.assertIn(reason, first["line"])
        spoil()
        text = self.check(6, "verify", "-p", self.port, self.build, **self.more)
        self.assertRegex(text.err, r"(?m)^boardwalk: going on without records: .*\n\S")
        # what was set aside has another name the second time
        self.assert_told_to_people(text, self.reason_in(text), remedy)
        return text.err + json.err

    @staticmethod
    def reason_in(text):
        return text.err.split("without records: ", 1)[1].splitlines()[0]

    def spoil_amid(self, code, spoil, mend):
        """@spoil is done to a store that is open, while a board is written."""
        said = []
        for number, args in enumerate((["--json"], [])):
            build = self.make_firmware(version=f"2.{number}.0", size=150000)
            process, lines = self.begin_cli("flash", "-p", self.port, "--no-stub", *args, build, **self.more)
            lines.wait_for(lambda line: '"writing"' in line or line.endswith(": Writing"))
            spoil(process)
            status = process.wait(SECONDS)
            said.append(Result(status, "\n".join(lines.rest()), process.stderr.read()))
            self.assertEqual(6, status, said[-1])
            mend()
        reason, remedy = self.assert_told_to_programs(code, said[0])
        self.assert_told_to_people(said[1], reason, remedy)
        return reason

    # --- before ---

    def test_damaged(self):
        def spoil():
            with open(self.records, "wb") as stream:
                stream.write(GARBAGE)

        self.put_board()
        said = self.spoil_before("store-damaged", spoil)
        self.assertIn("it is kept as " + self.records, said)
        # the next one begins anew
        self.check_json(0, "verify", "-p", self.port, self.build)

    def test_a_folder_in_its_place(self):
        def spoil():
            if not os.path.isdir(self.records):
                shutil.rmtree(os.path.dirname(self.records))
                os.makedirs(self.records)

        self.put_board()
        self.assertIn(self.records + ": Is a directory", self.spoil_before("store-closed", spoil))
        self.assertEqual([], os.listdir(self.records))

    def test_a_file_that_is_not_ours(self):
        self.put_board()
        self.more = self.be_nobody()
        self.assertIn("Permission denied", self.spoil_before("store-closed", lambda: os.chmod(self.records, 0)))

    def test_a_home_that_cannot_be_written_to(self):
        def spoil():
            shutil.rmtree(os.path.dirname(self.records), ignore_errors=True)
            os.chmod(self.home, 0o555)

        self.put_board()
        self.more = self.be_nobody()
        self.addCleanup(os.chmod, self.home, 0o777)
        self.assertIn("Permission denied", self.spoil_before("store-closed", spoil))

    def test_a_folder_that_cannot_be_written_to(self):
        """The file is ours, but nothing may lie beside it."""
        def spoil():
            os.chmod(self.records, 0o666)
            os.chmod(os.path.dirname(self.records), 0o555)

        self.put_board()
        self.more = self.be_nobody()
        self.addCleanup(os.chmod, os.path.dirname(self.records), 0o777)
        self.spoil_before("store-closed", spoil)

    def test_a_disk_that_is_full(self):
        self.put_board()
        self.before = ["env", "--default-signal=XFSZ", "prlimit", "--fsize=8000", "--"]
        self.spoil_before("no-space", lambda: shutil.rmtree(os.path.dirname(self.records)))

    def test_a_disk_with_room_for_nothing(self):
        """Not even for the file through which those that read the records know of each other."""
        self.put_board()
        self.before = ["env", "--default-signal=XFSZ", "prlimit", "--fsize=0", "--"]
        self.spoil_before("no-space", lambda: None)

    def hold(self, *_):
        self.holder = self.hold_records()

    def test_held_by_another_program(self):
        self.put_board()
        self.hold()
        said = self.spoil_before("store-busy", lambda: None)
        self.assertEqual(2, said.count(f"(pid {os.getpid()})"), "once a run")

    def test_from_a_newer_version(self):
        """This one is not passed by: what it keeps would be neither seen nor continued."""
        self.put_board()
        self.open_records().execute("PRAGMA user_version = 999")
        said = self.check_refused(6, "store-from-future", "verify", "-p", self.port, self.build).result
        text = self.check(6, "verify", "-p", self.port, self.build).err.splitlines()
        self.assertEqual(["boardwalk: Data from a newer version: " + said["evidence"], said["remedy"]], text)

    # --- in the middle ---

    def test_deleted_amid(self):
        self.put_board("--speed", "real")
        self.spoil_amid("store-gone", lambda _: os.unlink(self.records), lambda: None)
        # the next one begins anew
        self.check_json(0, "verify", "-p", self.port, self.path("build-esp32-2.1.0"))

    def test_folder_deleted_amid(self):
        self.put_board("--speed", "real")
        self.spoil_amid("store-gone", lambda _: shutil.rmtree(os.path.dirname(self.records)), lambda: None)

    def test_another_in_its_place_amid(self):
        """As somebody does who restores a copy while the station runs."""
        def spoil(_):
            shutil.copy(self.records, self.path("copy"))
            os.replace(self.path("copy"), self.records)

        self.put_board("--speed", "real")
        self.spoil_amid("store-gone", spoil, lambda: None)

    def test_held_amid(self):
        self.put_board("--speed", "real")
        self.spoil_amid("store-busy", self.hold, lambda: self.holder.close())

    def test_held_at_the_end(self):
        """What is left to write then is waited for, and not without a word; the last line stays the last."""
        self.put_board("--speed", "real")
        process, lines = self.begin_cli("info", "-p", self.port, "--json")
        lines.wait_for(lambda line: '"identifying"' in line)
        self.hold()
        self.assertEqual(0, process.wait(SECONDS))
        self.assertEqual("result", Result(0, "\n".join(lines.rest()), "").result["event"])
        self.assertEqual(1, process.stderr.read().count("waiting for the records"))

    def test_held_at_the_end_and_stopped(self):
        """Who does not want to wait does not have to, and hears what is lost; what was found out is told."""
        self.put_board("--speed", "real")
        process, lines = self.begin_cli("info", "-p", self.port, "--json")
        lines.wait_for(lambda line: '"identifying"' in line)
        self.hold()
        said = process.stderr.readline()
        self.assertIn("waiting for the records", said)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        self.assertEqual(0, process.wait(SECONDS))
        self.assertLess(time.monotonic() - begun, 3)
        self.assertRegex(process.stderr.read(), "^boardwalk: what was seen of board .* is not recorded: .*\n$")
        self.assertEqual("result", Result(0, "\n".join(lines.rest()), "").result["event"])

    def test_a_verdict_that_is_held_up_and_stopped(self):
        self.put_board("--speed", "real")
        process, lines = self.begin_cli("reset", "-p", self.port, "--json")
        lines.wait_for(lambda line: '"connecting"' in line)
        self.hold()
        self.assertIn("waiting for the records", process.stderr.readline())
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        status = process.wait(SECONDS)
        self.assertLess(time.monotonic() - begun, 3)
        result = Result(status, "\n".join(lines.rest()), "").result
        self.assertEqual((False, "store-busy"), (result["recorded"], result["record_code"]))

    def test_full_amid(self):
        self.put_board("--speed", "real")
        self.spoil_amid("no-space", lambda process: resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, 1)),
                        lambda: None)

    # --- what needs none ---

    def test_a_look_needs_no_records(self):
        self.put_board()
        shutil.rmtree(os.path.dirname(self.records))
        os.makedirs(self.records)
        for args in (["list"], ["info", "-p", self.port]):
            with self.subTest(args):
                result = self.check_json(0, *args)
                self.assertEqual("store-closed", result.events[0]["code"])
        erased = self.check_json(0, "erase", "-p", self.port, "0x300000", "4k").result
        self.assertEqual((True, False, "store-closed"), (erased["ok"], erased["recorded"], erased["record_code"]))
        said = self.check(0, "erase", "-p", self.port, "0x300000", "4k").out
        self.assertIn("✔ Done, not recorded", said)
        self.assertIn(f"  The result is not recorded: {erased['record_error']}\n  {erased['record_remedy']}\n", said)

    def test_a_record_needs_no_words(self):
        self.put_board()
        said = self.check_json(0, "verify", "-p", self.port, self.build).result
        self.assertEqual((True, None, None, None), tuple(said[name] for name in (
            "recorded", "record_error", "record_code", "record_remedy")))


if __name__ == "__main__":
    main()
