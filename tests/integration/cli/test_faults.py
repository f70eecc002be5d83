#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong has a name, a remedy and an exit status, and nothing is lost."""

import fcntl
import json
import os
import random
import re
import signal
import socket
import stat
import subprocess
import time

from common import BOARDWALK, SECONDS, CliTest, Lines, main


class NothingThere(CliTest):
    def test_no_such_port(self):
        self.check_refused(3, "no-such-port", "info", "-p", "/dev/ttyNOTTHERE0")
        self.check_refused(3, "no-such-port", "flash", "-p", "serial:///dev/ttyNOTTHERE0", self.make_firmware())

    def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            result = self.run_cli("info", "-p", f"tcp://127.0.0.1:{port}", "--json")
        self.assertEqual(3, result.status, result)

    def test_no_board_at_all(self):
        result = self.check_refused(3, "charge-only-or-unplugged", "info")
        self.assertIn("cable", result.err + result.result["remedy"])
        self.check_refused(3, "charge-only-or-unplugged", "flash", "--all", self.make_firmware())

    def test_a_list_of_nothing_is_no_failure(self):
        self.assertIn("No board", self.check(0, "list").out)
        self.assertEqual([], self.check_json(0, "list").result["boards"])

    def test_three_lines_for_people(self):
        lines = self.check(3, "info", "-p", "/dev/ttyNOTTHERE0").err.splitlines()
        self.assertIn("No such port", lines[0])
        self.assertGreaterEqual(len(lines), 3)


class Board(CliTest):
    """A board with a defect; nothing of it may end in good."""

    def test_no_answer(self):
        port = self.plug_in("esp32", "--fault", "mute")
        self.check_refused(3, "no-answer", "info", "-p", port, "--connect-attempts", "2")

    def test_wrong_chip_is_refused_before_a_byte_is_written(self):
        port = self.plug_in("esp32c3")
        self.check(0, "flash", "-p", port, self.make_firmware("esp32c3"))
        before = self.read("flash.bin")
        result = self.check_refused(2, "wrong-chip", "flash", "-p", port, self.make_firmware("esp32"))
        self.assertIn("esp32c3", result.result["evidence"].lower().replace("-", ""))
        self.check(2, "flash", "-p", port, "--force", self.make_firmware("esp32"))
        self.assertEqual(before, self.read("flash.bin"))

    def test_too_large(self):
        port = self.plug_in("esp32", "--flash-size", "1MB")
        result = self.run_cli("flash", "-p", port, self.make_firmware(size=1500000), "--json")
        self.assertEqual(2, result.status, result)
        self.assertIn(result.result["code"], ("too-large", "flash-size"))

    def test_nonsense(self):
        """It hears us and answers, only nobody understands it: no wire is missing."""
        for chip in ("esp32", "esp32c3", "esp8266"):
            port = self.plug_in(chip, "--fault", "lie", "--boot", "download")
            self.check_refused(3, "garbage", "info", "-p", port, "--connect-attempts", "2")
            self.stop(self.vboard)

    def test_answered_then_lost(self):
        """Power, cable or hub: it spoke, and from one byte to the next it does not any more."""
        port = self.plug_in("esp32", "--speed", "real")
        process = self.start("flash", "-p", port, "--no-diff", "--connect-attempts", "1", "--json",
                             self.make_firmware(size=300000))
        self.addCleanup(self.stop, process)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: json.loads(l)["event"] == "progress" and json.loads(l)["step"] == "writing"
                       and json.loads(l)["done"] > 0)
        self.tell_board("fault mute")
        lines.wait_for(lambda l: json.loads(l)["event"] == "result")
        result = json.loads(lines.seen[-1])
        self.assertEqual((False, "lost"), (result["ok"], result["code"]), result)
        self.assertIn("in part", result["left"])

    def test_encrypted_flash(self):
        """Plain text would not boot there; that is no secure download mode."""
        port = self.plug_in("esp32s3", "--flash-encryption")
        self.assertIn("encrypted", self.check(0, "info", "-p", port).out)
        self.check_refused(4, "secure-mode", "flash", "-p", port, self.make_firmware("esp32s3"))
        said = self.run_cli("flash", "-p", port, self.make_firmware("esp32s3")).err
        self.assertIn("Flash encryption is on", said)
        self.assertNotIn("is in secure download mode", said)
        self.assertEqual({0xff}, set(self.read("flash.bin")))

    def assert_sealed(self, folder):
        """On the flash of the board lies ciphertext: as long as the parts, and none of their text."""
        flash = self.read("flash.bin")
        for offset, data in self.parts(folder):
            there = flash[offset:offset + len(data)]
            self.assertNotIn(data[:32], there)
            self.assertNotIn(set(there), ({0xff}, set()))

    def test_encrypted_build(self):
        """Nobody can compare it, so nobody calls it good; but the board can read it, and says so."""
        for chip in ("esp32c3", "esp32s3"):
            port = self.plug_in(chip, "--flash-encryption")
            folder = self.make_encrypted(chip)
            refused = self.check_refused(4, "no-proof", "flash", "-p", port, folder)
            self.assertIn("--no-verify", refused.result["remedy"])
            self.assertEqual({0xff}, set(self.read("flash.bin")))
            result = self.check_json(0, "flash", "-p", port, "--no-verify", folder)
            self.assertFalse(result.result["verified"])
            self.assertNotIn("good", json.dumps(result.result).lower())
            self.assert_sealed(folder)
            self.assertIn("not proved; application came up", result.result["summary"])
            self.check_refused(4, "no-proof", "verify", "-p", port, folder)
            self.stop(self.vboard)
            os.unlink(self.path("flash.bin"))

    def test_encrypted_build_on_the_first_chip(self):
        """Its ROM cannot encrypt; without a stub nothing is touched."""
        port = self.plug_in("esp32", "--flash-encryption")
        folder = self.make_encrypted("esp32")
        self.check_refused(1, "needs-stub", "flash", "-p", port, "--no-verify", "--no-stub", folder)
        self.assertEqual({0xff}, set(self.read("flash.bin")))
        self.write("stubs/1/esp32.json", json.dumps(
            {"entry": 0x40080010, "text_start": 0x40080000, "text": "AAAA" * 100,
             "data_start": 0x3ffc0000, "data": "AAAA"}))
        self.check_json(0, "flash", "-p", port, "--no-verify", "--stub-dir", self.path("stubs"), folder)
        self.assert_sealed(folder)

    def test_named_stubs_that_are_not_there(self):
        """Whoever names a folder of stubs is not served without them, in silence."""
        port = self.plug_in("esp32")
        self.write("app.bin", b"\xe9" + random.Random(1).randbytes(200_000))
        erase = ["erase", "-p", port, "0x10000", "0x1000"]
        for folder in ("nowhere", "app.bin"):
            refused = self.check_refused(2, "unreadable-file", *erase, "--stub-dir", self.path(folder))
            self.assertIn(self.path(folder), refused.err)
        os.mkdir(self.path("stubs"))
        self.check_refused(2, "unreadable-file", *erase, "--stub-dir", self.path("stubs"))
        self.write("stubs/esp32.json", '{"entry": 1')
        self.check_refused(2, "bad-stub", *erase, "--stub-dir", self.path("stubs"))
        self.assertIn("stubs/esp32.json", self.run_cli(*erase, "--stub-dir", self.path("stubs")).err)
        self.check_json(0, *erase)
        self.check_json(0, *erase, "--no-stub", "--stub-dir", self.path("stubs"))

    def test_encrypted_build_on_a_board_that_does_not_encrypt(self):
        port = self.plug_in("esp32c3")
        result = self.run_cli("flash", "-p", port, "--no-verify", "--force", "--json",
                              self.make_encrypted("esp32c3"))
        self.assertEqual((4, "refused"), (result.status, result.result["code"]), result)
        self.assertEqual({0xff}, set(self.read("flash.bin")))

    def test_plain_in_secure_download_mode_with_encryption(self):
        """The board reads its flash through a key: plain text there would never start."""
        port = self.plug_in("esp32c3", "--flash-encryption", "--secure-download")
        self.check_refused(4, "secure-mode", "flash", "-p", port, "--no-verify", "--force",
                           self.make_firmware("esp32c3"))
        self.assertEqual({0xff}, set(self.read("flash.bin")))
        folder = self.make_encrypted("esp32c3")
        self.assertFalse(self.check_json(0, "flash", "-p", port, "--no-verify", folder).result["verified"])
        self.assert_sealed(folder)

    def test_secure_download_mode(self):
        port = self.plug_in("esp32c3", "--secure-download")
        folder = self.make_firmware("esp32c3")
        self.assertIn("secure download", self.check(0, "info", "-p", port).out)
        refused = self.check_refused(4, "no-proof", "flash", "-p", port, folder)
        self.assertIn("--no-verify", refused.result["remedy"])
        self.assertEqual({0xff}, set(self.read("flash.bin")))
        self.check_refused(4, "secure-mode", "read", "-p", port, "0", "64", self.path("x.bin"))
        result = self.check_json(0, "flash", "-p", port, "--no-verify", folder)
        self.assertFalse(result.result["verified"])
        self.assert_on_board(folder)

    def test_beyond_what_a_rom_reaches(self):
        """The last part of 32 MB needs a stub; without one it says so and touches nothing."""
        port = self.plug_in("esp32s3", "--flash-size", "32MB")
        self.assertIn("32 MB", self.check(0, "info", "-p", port).out)
        part = self.write("part", bytes(range(256)) * 64) + "@0x1800000"
        result = self.check_refused(2, "flash-size", "flash", "-p", port, "--no-stub", part)
        self.assertIn("stub", result.result["evidence"])

    def test_unplugged_in_the_middle(self):
        port = self.plug_in("esp32", "--fault", "unplug@60000")
        result = self.run_cli("flash", "-p", port, "--no-diff", self.make_firmware(size=300000), "--json")
        self.assertEqual(1, result.status, result)
        self.assertIn(result.result["code"], ("unplugged", "lost"), result)
        self.assertFalse(result.result["verified"])
        self.assertTrue(result.result["left"], result)

    def test_a_bit_that_does_not_hold(self):
        port = self.plug_in("esp32", "--fault", "readonly-sector=0x12000")
        result = self.run_cli("flash", "-p", port, self.make_firmware(), "--json")
        self.assertEqual(1, result.status, result)
        self.assertFalse(result.result["verified"])

    def test_an_application_that_crashes_is_said(self):
        port = self.plug_in("esp32", "--fault", "panic")
        result = self.run_cli("flash", "-p", port, self.make_firmware(), "--json", "--verbose")
        self.assertEqual("app-boot-loop", result.result.get("code"), result)

    def begin_by_hand(self, *more):
        """A board that nobody can reset: it starts its application until a person presses BOOT."""
        port = self.plug_in("esp32", serial="pty:" + self.path("tty"))
        process = self.start("flash", "-p", port, "--json", "--connect-attempts", "1", *more,
                             self.make_firmware())
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        return process, Lines(process.stdout)

    def test_a_hand_is_asked_for_and_the_flash_goes_on_by_itself(self):
        process, lines = self.begin_by_hand("--wait-for-hand", "40")
        event = json.loads(lines.wait_for(lambda l: '"needs_hand"' in l))
        self.assertEqual("boot-log-seen", event["needs_hand"])
        self.assertIn("BOOT", event["remedy"])
        self.tell_board("boot download")
        lines.wait_for(lambda l: '"identifying"' in l)
        self.assertEqual(0, process.wait(60), lines.rest()[-1])
        # what a bare line cannot do is left to the person as well
        self.assertIn("RESET", json.loads(lines.rest()[-1])["summary"])
        self.assert_on_board(self.path("build-esp32-1.5.0"))

    def test_without_a_person_the_hand_is_the_remedy(self):
        process, lines = self.begin_by_hand()
        self.assertEqual(3, process.wait(60))
        result = json.loads(lines.rest()[-1])
        self.assertEqual("boot-log-seen", result["code"])
        self.assertIn("BOOT", result["remedy"])

    def test_busy(self):
        port = self.plug_in("esp32", "--speed", "real", "--boot", "download",
                            serial="pty:" + self.path("tty"))
        folder = self.make_firmware(size=1000000)
        first = self.start("flash", "-p", port, "--no-diff", folder, "--json")
        self.addCleanup(self.stop, first)
        lines = Lines(first.stdout)
        lines.wait_for(lambda l: '"identifying"' in l)
        result = self.run_cli("info", "-p", port, "--json")
        self.assertEqual("busy", result.result["code"], result)
        self.assertEqual(6, result.status)
        self.assertIsNone(first.poll())

    def test_permission(self):
        port = self.plug_in("esp32", serial="pty:" + self.path("tty"))
        os.chmod(os.path.realpath(self.path("tty")), 0)
        result = self.run_cli("info", "-p", port, "--json", **self.be_nobody())
        self.assertEqual("permission", result.result["code"], result)
        self.assertEqual(6, result.status)


class Stopping(CliTest):
    def begin(self, *args):
        self.port = self.plug_in("esp32", "--speed", "real")
        self.folder_name = self.make_firmware(size=1000000)
        process = self.start("flash", "-p", self.port, "--no-diff", *args, self.folder_name)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: "riting" in l)
        self.wait_for_board(lambda b: b["data_blocks"] > 0, "stats")
        return process, lines

    def test_ctrl_c_says_what_is_left(self):
        process, lines = self.begin()
        process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(SECONDS))
        text = "\n".join(lines.rest())
        self.assertIn("Stopped", text)
        self.assertIn("\n  ", text)
        self.assertNotIn("Good", text)
        # and it is safe to start again
        self.check(0, "flash", "-p", self.port, self.folder_name)
        self.assert_on_board(self.folder_name)

    def test_ctrl_c_in_json(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                process, lines = self.begin("--json")
                process.send_signal(number)
                self.assertEqual(5, process.wait(SECONDS))
                result = json.loads(lines.rest()[-1])
                self.assertEqual((False, 5, "cancelled", "cancelled"),
                                 (result["ok"], result["exit"], result["code"], result["result"]))
                self.assertTrue(result["left"], result)
                self.stop(self.vboard)
                os.unlink(self.path("flash.bin"))

    # state in which it is stopped: command, defect of the board, what the last line says of the board
    MOMENTS = {
        "connecting": (["info"], "mute", "^$|Nothing was changed"),
        "identifying": (["flash"], None, "Nothing was changed"),
        "checking": (["flash"], None, "Nothing was changed"),
        "erasing": (["erase"], None, "Nothing was changed|was erased, wholly or in part"),
        "writing": (["flash", "--no-diff"], None, "Nothing was changed|in part"),
        "verifying": (["flash", "--no-diff"], None, "in part|Everything was written"),
        "reading": (["read", "0", "4M", "copy.bin"], None, "Nothing was changed"),
        "listening": (["flash"], None, "Everything was written and verified"),
    }

    def stop_in(self, state):
        (command, *more), fault, _ = self.MOMENTS[state]
        port = self.plug_in("esp32", "--speed", "real", *(["--fault", fault] if fault else []))
        if command == "flash":
            more = [*more, self.make_firmware(size=300000)]
        process = self.start(command, "-p", port, "--json", *more)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: json.loads(l).get("state") == state)
        process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(30))
        events = [json.loads(line) for line in lines.rest()]
        result = events[-1]
        self.assertEqual(("result", "cancelled", 5), (result["event"], result["code"], result["exit"]))
        # on a busy machine it had gone on to the next state before the signal came
        reached = [event["state"] for event in events if event.get("state") in self.MOMENTS]
        self.assertRegex(result["left"] or "", self.MOMENTS[reached[-1]][2], reached)
        self.assertFalse(os.path.exists(self.path("copy.bin")))

    def test_stopped_at_a_hand(self):
        port = self.plug_in("esp32", serial="pty:" + self.path("tty"))
        process = self.start("info", "-p", port, "--json", "--wait-for-hand", "60", "--connect-attempts", "1")
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: '"needs_hand"' in l)
        process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(30))
        self.assertEqual("cancelled", json.loads(lines.rest()[-1])["code"])

    def test_what_shall_not_be_heard_is_not_heard(self):
        """nohup, and the background of a shell, start programs that ignore a signal."""
        self.before = ["env", "--ignore-signal=HUP", "--ignore-signal=INT"]
        process, lines = self.begin("--json")
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        lines.wait_for(lambda l: '"result"' in l)
        self.assertEqual(0, process.wait(SECONDS))
        self.assert_on_board(self.folder_name)

    def test_a_search_can_be_stopped(self):
        self.plug_in("esp32", "--fault", "mute")
        process = self.start("info", "-p", "board:24:6f:28:ff:ff:ff", "--json")
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        self.wait_for_board(lambda b: b["host"])
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(SECONDS))
        self.assertEqual("cancelled", json.loads(process.stdout.read())["code"])
        self.assertIn("stopped before anything was done", process.stderr.read())

    def test_a_search_takes_no_longer_than_it_may(self):
        """A board that says nothing is asked for a minute, if nobody says otherwise."""
        self.plug_in("esp32", "--fault", "mute")
        begun = time.monotonic()
        result = self.check_refused(1, "timeout", "info", "-p", "board:24:6f:28:ff:ff:ff", "--timeout", "2",
                                    "--connect-attempts", "0")
        self.assertIn("2 seconds", result.result["evidence"])
        self.assertLess(time.monotonic() - begun, 50)

    def test_the_second_ends_at_once(self):
        process, _ = self.begin()
        self.vboard.send_signal(signal.SIGSTOP)
        self.addCleanup(self.vboard.send_signal, signal.SIGCONT)
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
            process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(SECONDS))

    def test_the_second_leaves_a_last_line(self):
        process, lines = self.begin("--json")
        for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGCONT):
            process.send_signal(number)
        self.assertEqual(5, process.wait(SECONDS))
        result = json.loads(lines.rest()[-1])
        self.assertEqual(("result", 5, "cancelled"), (result["event"], result["exit"], result["code"]))
        self.assertIn("ended at once", process.stderr.read())

    def test_a_reader_that_does_not_read_keeps_nobody_from_stopping_it(self):
        port = self.plug_in("esp32", "--speed", "real")
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b"x" * 4096)
        process = subprocess.Popen([BOARDWALK, "flash", "-p", port, "--no-diff", "--json",
                                    self.make_firmware(size=1000000)], stdout=writing, stderr=subprocess.DEVNULL,
                                   env=self.env, cwd=self.folder)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(writing)
        self.wait_for_board(lambda b: b["host"])
        # the first may come before anything was written, and then the last line waits for a reader
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        self.assertEqual(5, process.poll())

    def wait_until_delivered(self, process, number):
        """The signal has come to where the program waits, and ended that wait."""
        deadline = time.monotonic() + SECONDS
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            while int(re.search(r"ShdPnd:\s*(\w+)", status.read())[1], 16) >> (number - 1) & 1:
                self.assertLess(time.monotonic(), deadline)
                status.seek(0)

    def test_a_reader_that_comes_back_gets_the_last_line(self):
        """Slow is not gone: a signal in the middle of the wait cuts no line and loses none."""
        port = self.plug_in("esp32", "--speed", "real")
        firmware = self.make_firmware(size=1000000)
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b"x" * 4095 + b"\n")
        process = subprocess.Popen([BOARDWALK, "flash", "-p", port, "--no-diff", "--json", firmware],
                                   stdout=writing, stderr=subprocess.DEVNULL, env=self.env, cwd=self.folder)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(writing)
        self.wait_for_board(lambda b: b["host"])
        process.send_signal(signal.SIGTERM)
        self.wait_until_delivered(process, signal.SIGTERM)
        with open(reading, encoding="utf-8") as reader:
            events = [json.loads(line) for line in reader.read().split("\n")[1:] if line]
        self.assertEqual(5, process.wait(SECONDS))
        self.assertEqual(("result", "cancelled", 5), tuple(events[-1][name] for name in ("event", "code", "exit")))

    def test_a_watch_that_nobody_reads_is_stopped(self):
        """It ends because of the signal, not because that was wanted."""
        self.plug_in("esp32")
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        process = subprocess.Popen([BOARDWALK, "list", "--watch", "--json"], stdout=writing, stderr=subprocess.DEVNULL,
                                   env=self.env, cwd=self.folder)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertIn(b"state", os.read(reading, 4096))
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b"x" * 4096)
        self.stop(self.vboard)
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
        self.assertEqual(5, process.poll())

    def test_a_reader_that_goes_away_stops_no_flash(self):
        port = self.plug_in("esp32")
        folder = self.make_firmware(size=300000)
        process = self.start("flash", "-p", port, "--no-diff", folder)
        process.stdout.close()
        self.assertEqual(0, process.wait(60))
        self.assertEqual("", process.stderr.read())
        process.stderr.close()
        self.assert_on_board(folder)


def add_moment(state):
    setattr(Stopping, f"test_stopped_while_{state}", lambda self: self.stop_in(state))


for moment in Stopping.MOMENTS:
    add_moment(moment)


class Station(CliTest):
    """The station's own data."""

    # every command, with arguments that would do
    EVERY = (["list"], ["list", "--watch", "--timeout", "1"], ["info", "-p", "/dev/null"], ["console", "-p", "/dev/null"],
             ["reset", "-p", "/dev/null"], ["erase", "-p", "/dev/null"], ["read", "-p", "/dev/null", "0", "1", "f"])
    FILES = (["flash", "-p", "/dev/null", "build"], ["verify", "-p", "/dev/null", "build"],
             ["firmware", "show", "-p", "/dev/null", "build"])
    ALONE = (["firmware", "show", "build"], ["firmware", "convert", "build", "a.bin"],
             ["partition", "show", "table.csv"], ["partition", "make", "table.csv", "table.bin"])

    def check_settings(self, content, code):
        self.make_firmware(folder=self.path("build"))
        self.write("table.csv", "nvs,data,nvs,0x9000,0x6000\n")
        path = self.write("xdg_config_home/boardwalk/settings.ini", content)
        for args in self.EVERY + self.FILES + self.ALONE:
            with self.subTest(args):
                result = self.check_refused(6, code, *args)
                self.assertIn("settings.ini", result.result["evidence"])
                self.assertEqual(1, len(result.events), result)
        self.assertEqual(content, self.read(path))
        self.assertFalse({"a.bin", "table.bin", "f"} & set(os.listdir(self.folder)))

    def test_settings_from_the_future_are_refused_and_left_alone(self):
        self.check(0, "list")
        self.check_settings(b"[boardwalk]\nversion=999\n[Settings]\nversion=999\n", "config-from-future")

    def test_settings_that_make_no_sense_are_refused_and_left_alone(self):
        self.check_settings(random.Random(2).randbytes(100), "config-damaged")

    def test_a_damaged_store_stops_no_flash_and_is_kept(self):
        port = self.plug_in("esp32")
        folder = self.make_firmware()
        self.check(0, "info", "-p", port)
        garbage = random.Random(3).randbytes(8192)
        for name in (self.records, self.records + "-wal", self.records + "-shm"):
            if os.path.exists(name):
                os.unlink(name)
        self.write(self.records, garbage)
        result = self.check(6, "flash", "-p", port, folder)
        self.assert_on_board(folder)
        self.assertIn("without records", result.err)
        self.assertIn("is damaged", result.err)
        self.assertIn("✘ Not recorded", result.err)
        # a sentence behind a sentence
        self.assertRegex(self.check(0, "flash", "-p", port, folder).out, r"Good\. Nothing to write")
        kept = []
        for where, _, names in os.walk(self.env["XDG_DATA_HOME"]):
            for name in names:
                with open(os.path.join(where, name), "rb") as stream:
                    kept.append(stream.read())
        self.assertIn(garbage, kept)

    def test_relative_folders_are_ignored(self):
        """As the XDG specification says: else records lie below whatever folder one is in."""
        self.env["HOME"] = self.path("people")
        os.mkdir(self.env["HOME"])
        self.env["XDG_DATA_HOME"] = "relative"
        self.check(0, "info", "-p", self.plug_in("esp32"))
        self.assertFalse(os.path.exists(self.path("relative")))
        self.assertTrue(os.path.exists(self.path("people", ".local", "share", "boardwalk", "boardwalk.db")))

    def test_a_store_from_the_future_is_left_alone(self):
        port = self.plug_in("esp32")
        self.check(0, "info", "-p", port)
        database = self.open_records()
        database.execute("PRAGMA user_version = 999")
        self.make_firmware(folder=self.path("build"))
        for args in self.EVERY + self.FILES:
            with self.subTest(args):
                result = self.check_refused(6, "store-from-future", *args)
                self.assertEqual(1, len(result.events), result)
        self.assertEqual(999, database.execute("PRAGMA user_version").fetchone()[0])

    def test_who_holds_the_store_is_said(self):
        self.check(0, "list")
        database = self.hold_records()
        process, lines = self.begin_cli("list", "--json")
        said = json.loads(lines.wait_for(lambda line: "waiting for the records" in line))
        self.assertEqual(("log", "warning"), (said["event"], said["level"]))
        self.assertIn(f"(pid {os.getpid()})", said["line"])
        database.rollback()
        lines.wait_for(lambda line: json.loads(line)["event"] == "result")
        self.assertEqual(0, process.wait(SECONDS))

    def test_waiting_for_the_store_is_stopped_at_once(self):
        self.check(0, "list")
        self.hold_records()
        process, lines = self.begin_cli("list", "--json")
        lines.wait_for(lambda line: "waiting for the records" in line)
        result = self.end_by(signal.SIGINT, process, lines)
        self.assertEqual(5, result.status, result)
        self.assertEqual("cancelled", json.loads(result.out.splitlines()[-1])["code"])

    def test_a_full_disk_leaves_the_old_file(self):
        port = self.plug_in("esp32")
        self.check(0, "info", "-p", port)
        self.write("backup.bin", b"old")
        self.before = ["env", "--default-signal=XFSZ", "prlimit", "--fsize=200000", "--"]
        self.check_refused(6, "no-space", "read", "-p", port, "0", "1M", "backup.bin")
        self.assertEqual(b"old", self.read("backup.bin"))
        left = [n for n in os.listdir(self.folder) if n.startswith(("backup", ".backup", ".goutput"))]
        self.assertEqual(["backup.bin"], left)

    def find_small_disk(self):
        """What gives a program a disk of 256 KiB at "small": as root, in a namespace where a user is
        root, or where neither may be made the limit of a process, which ends a write just so."""
        mount = 'mount -t tmpfs -o size=256k tmpfs small && "$@"; status=$?; ls -A small >listing; exit $status'
        for unshare in (["unshare", "-m"], ["unshare", "-Ur", "-m"]):
            words = [*unshare, "sh", "-c", mount, "sh"]
            if subprocess.run([*words, "true"], cwd=self.folder, capture_output=True).returncode == 0:
                return words
        limit = 'ulimit -f 256; "$@"; status=$?; ls -A small >listing; exit $status'
        return ["env", "--default-signal=XFSZ", "bash", "-c", limit, "bash"]

    def test_a_full_disk_has_its_name(self):
        os.mkdir(self.path("small"))
        self.make_firmware(size=1 << 20, folder=self.path("build"))
        port = self.plug_in("esp32")
        self.before = self.find_small_disk()
        for args in (["read", "-p", port, "0", "1M", "small/backup.bin"],
                     ["firmware", "convert", "build", "small/all.hex"]):
            with self.subTest(args):
                self.check_refused(6, "no-space", *args)
                self.assertEqual(b"", self.read("listing"))

    def test_a_firmware_is_not_taken_for_the_file_to_write(self):
        folder = self.make_firmware()
        parts = sorted(self.parts(folder))
        names = [self.write(f"part{i}.bin", content) for i, (_, content) in enumerate(parts)]
        specs = [f"{name}@{offset:#x}" for name, (offset, _) in zip(names[:-1], parts)]
        before = parts[-1][1]
        result = self.check_refused(2, "usage", "firmware", "convert", *specs, names[-1])
        self.assertIn("is the name of the file to write missing?", result.result["evidence"])
        self.assertEqual(before, self.read(names[-1]))
        self.check(0, "firmware", "convert", "--force", *specs, names[-1])
        self.assertNotEqual(before, self.read(names[-1]))
        # what an earlier run wrote is replaced
        self.check(0, "firmware", "convert", folder, "all.bin")
        self.check(0, "firmware", "convert", folder, "all.bin")

    def test_a_log_that_cannot_be_written(self):
        """It is said in words of this program, and keeps nobody from working."""
        os.rmdir(self.env["XDG_STATE_HOME"])
        self.write("xdg_state_home", b"no folder")
        err = self.check(0, "reset", "-p", self.plug_in("esp32")).err
        self.assertRegex(err, r"(?m)^boardwalk: log of .* is not written: Not a directory")
        self.assertNotIn("WARNING", err)

    def test_no_folder_to_write_to(self):
        port = self.plug_in("esp32")
        result = self.check_refused(2, "unwritable-file", "read", "-p", port, "0", "4k", "not-there/backup.bin")
        self.assertEqual(["result"], [e["event"] for e in result.events], "a board was restarted for nothing")

    def test_a_pipe_is_not_replaced(self):
        os.mkfifo(self.path("pipe"))
        port = self.plug_in("esp32")
        result = self.check_refused(2, "unwritable-file", "read", "-p", port, "0", "4k", "pipe")
        self.assertEqual(["result"], [e["event"] for e in result.events], "a board was restarted for nothing")
        self.check_refused(2, "unwritable-file", "firmware", "convert", "--format", "merged", self.make_firmware(), "pipe")
        self.assertTrue(stat.S_ISFIFO(os.stat(self.path("pipe")).st_mode))

    def test_a_link_is_not_replaced(self):
        """Not /dev/stdout either, which leads to a plain file in "boardwalk read … >file"."""
        self.write("file.bin", "old")
        os.symlink("file.bin", self.path("link.bin"))
        self.write("parts.csv", "nvs,data,nvs,0x9000,0x4000\n")
        self.check_refused(2, "unwritable-file", "read", "-p", self.plug_in("esp32"), "0", "4k", "link.bin")
        self.check_refused(2, "unwritable-file", "firmware", "convert", self.make_firmware(), "link.bin")
        self.check_refused(2, "unwritable-file", "partition", "make", "parts.csv", "link.bin")
        self.assertEqual("file.bin", os.readlink(self.path("link.bin")))
        self.assertEqual(b"old", self.read("file.bin"))

    def test_who_may_read_a_file_may_read_the_next(self):
        """And nobody else: what is written anew stands for the old one."""
        self.write("parts.csv", "nvs,data,nvs,0x9000,0x4000\n")
        port = self.plug_in("esp32")
        folder = self.make_firmware()
        commands = (["read", "-p", port, "0", "4k", "out.bin"], ["firmware", "convert", "--force", folder, "out.bin"],
                    ["partition", "make", "parts.csv", "out.bin"])
        for mode in (0o664, 0o600):
            for args in commands:
                with self.subTest(args=args, mode=oct(mode)):
                    os.chmod(self.write("out.bin", "old"), mode)
                    self.check(0, *args)
                    self.assertNotEqual(b"old", self.read("out.bin"))
                    self.assertEqual(oct(mode), oct(os.stat(self.path("out.bin")).st_mode & 0o777))


if __name__ == "__main__":
    main()
