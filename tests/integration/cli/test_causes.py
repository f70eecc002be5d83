# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault catalogue, played: every failure ends in the right cause and a next step, soon after the moment
at which the program stopped trying.

That moment is the last thing it noted of its trying: an attempt to connect, a reconnect, a step, progress.
All cases are played, several at a time; the table they make is printed. One alone: its name as argument.
"""

import datetime
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

from common import BOARDWALK, HOMES, CliTest, Lines
from peer import SyncOnly

# From giving up to a named cause: the goal, which is printed beside the table (M-T2, "ends within two seconds
# of giving up"), and what no busy machine explains.
SECONDS_TO_CAUSE = 2.0
SECONDS_TOO_LONG = 10.0
# A port that is busy or not ours yet is tried for so long: a udev rule or a modem's probe may be at it.
SECONDS_TO_OPEN = 2.0
MAY_PASS = ("busy", "permission", "modem-manager")
TRYING = ("attempt ", "trying again", "connecting again", "writing what differs again")
AT_ONCE = 4

HOLD = "import fcntl, sys, time; f = open(sys.argv[1], 'r+b', 0); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"


def time_of(event):
    return datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))


def is_trying(event):
    if event["event"] == "log":
        return event["level"] == "station" and any(word in event["line"] for word in TRYING)
    return event["event"] == "progress" or (event["event"] == "state" and event["state"] != "finished")


class Fault(CliTest):
    """Each test plays one fault and leaves a row: what was expected, what was said, how long it took."""

    rows = []

    def judge(self, events, expected, trying=is_trying):
        result = events[-1]
        tried = [event for event in events[:-1] if trying(event)] or events[:1]
        seconds = (time_of(result) - time_of(tried[-1])).total_seconds()
        said = result.get("code", "none")
        if said in MAY_PASS and tried[-1].get("state") == "connecting":
            seconds -= SECONDS_TO_OPEN
        Fault.rows.append((self._testMethodName[5:], expected, said, seconds, bool(result.get("remedy"))))
        self.assertEqual((False, expected), (result["ok"], said), result)
        self.assertTrue(result["message"] and result["remedy"], result)
        self.assertLess(seconds, SECONDS_TOO_LONG, result)

    def play(self, expected, *args, **more):
        result = self.run_cli(*args, "--json", seconds=180, **more)
        self.judge(result.events, expected)

    def play_until(self, expected, is_it, order, *args):
        """The fault comes when an event has been seen."""
        process = self.start(*args, "--json")
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        lines.wait_for(lambda line: is_it(json.loads(line)))
        self.tell_board(order)
        lines.wait_for(lambda line: json.loads(line)["event"] == "result")
        self.judge([json.loads(line) for line in lines.seen], expected)

    # --- cannot open ---

    def hold(self, port, name):
        """Another program of that name holds the port."""
        program = shutil.copy(os.path.realpath("/usr/bin/python3"), self.path(name))
        process = subprocess.Popen([program, "-c", HOLD, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   text=True, env=dict(self.env, PYTHONHOME="/usr"))
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stdin.close)
        self.assertEqual("held\n", process.stdout.readline())

    def test_port_is_not_there(self):
        self.play("no-such-port", "info", "-p", "/dev/ttyNOTTHERE0")

    def test_port_is_no_port(self):
        self.play("no-serial-port", "info", "-p", self.write("file", "x"))

    def test_no_usb_port_at_all(self):
        self.play("charge-only-or-unplugged", "info", "-p", "/dev/ttyUSB77")

    def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.play("no-such-port", "info", "-p", f"tcp://127.0.0.1:{taken.getsockname()[1]}")

    def test_no_permission(self):
        port = self.plug_in("esp32", serial="pty:" + self.path("tty"))
        os.chmod(os.path.realpath(port), 0)
        more = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        # where the tree lies, another user may not look
        more["executable"] = shutil.copy(BOARDWALK, self.path("boardwalk"))
        os.chmod(self.folder, 0o755)
        for name in HOMES:
            os.chmod(self.env[name], 0o777)
        self.play("permission", "info", "-p", port, **more)

    def play_held(self, expected, name):
        port = self.plug_in("esp32", serial="pty:" + self.path("tty"))
        self.hold(port, name)
        self.play(expected, "info", "-p", port)

    def test_held_by_another_program(self):
        self.play_held("busy", "terminal")

    def test_held_by_modem_manager(self):
        self.play_held("modem-manager", "ModemManager")

    def test_held_by_brltty(self):
        self.play_held("brltty", "brltty")

    def test_held_under_another_name(self):
        """A server that takes two callers, and two command lines that call it differently."""
        with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
            port = server.getsockname()[1]
            console = self.start("console", "-p", f"tcp://127.0.0.1:{port}", "--json")
            self.addCleanup(self.stop, console)
            self.addCleanup(console.stdout.close)
            self.addCleanup(console.stderr.close)
            with server.accept()[0]:
                result = self.check_refused(6, "busy", "info", "-p", f"rfc2217://LocalHost:{port}").result
        self.assertIn(f"(pid {console.pid})", result["evidence"])

    def test_named_twice(self):
        result = self.check_refused(2, "usage", "reset", "-p", "tcp://localhost:5", "-p", "TCP://127.0.0.1:5/").result
        self.assertIn("named before", result["evidence"])

    # --- cannot connect ---

    def play_info(self, expected, chip, *options, **more):
        self.play(expected, "info", "-p", self.plug_in(chip, *options, **more), "--connect-attempts", "3")

    def test_silent(self):
        self.play("no-answer", "info", "-p", self.plug_in("esp32", "--fault", "mute"))

    def test_silent_without_lines(self):
        self.play_info("no-answer", "esp32c3", "--fault", "mute", serial="tcp:0")

    def test_deaf(self):
        self.play("tx-line", "info", "-p", self.plug_in("esp32s3", "--fault", "deaf"))

    def test_deaf_esp8266(self):
        self.play_info("tx-line", "esp8266", "--fault", "deaf")

    def test_nonsense(self):
        self.play("garbage", "info", "-p", self.plug_in("esp32", "--fault", "lie"))

    def test_nonsense_of_an_esp8266(self):
        # in its loader from the start: on a busy machine a reset may miss it, and the log would be seen
        self.play_info("garbage", "esp8266", "--fault", "lie", "--boot", "download")

    def test_noise(self):
        self.play_info("garbage", "esp32c6", "--fault", "garble=0.6")

    def test_application_boots(self):
        """No line and nobody at the buttons: the log of the application is all that comes."""
        self.play_info("boot-log-seen", "esp32", serial="tcp:0")

    def test_application_boots_on_a_newer_chip(self):
        self.play_info("boot-log-seen", "esp32c3", serial="tcp:0")

    def test_supply_breaks_down_again_and_again(self):
        """It cannot be brought into its loader, and says itself what it wants."""
        self.check(0, "flash", "-p", self.plug_in(), self.make_firmware())
        self.stop(self.vboard)
        self.play_info("power", "esp32", "--fault", "brownout", serial="tcp:0")

    def test_answers_once(self):
        with SyncOnly() as peer:
            self.play("lost", "info", "-p", peer.address, "--connect-attempts", "2")

    # --- in the middle ---

    @staticmethod
    def is_writing(event):
        return event["event"] == "progress" and event["step"] == "writing" and event["done"] > 0

    def play_in_the_middle(self, expected, order, chip="esp32", *options, **more):
        port = self.plug_in(chip, "--speed", "real", *options, **more)
        self.play_until(expected, self.is_writing, order, "flash", "-p", port, "--no-diff",
                        "--connect-attempts", "1", self.make_firmware(chip, size=300000))

    def test_dead_while_writing(self):
        self.play_in_the_middle("lost", "fault mute")

    def test_dead_while_writing_esp32c3(self):
        self.play_in_the_middle("lost", "fault mute", "esp32c3")

    def test_unplugged_behind_a_network(self):
        """The cable is at the other end: all that is known here is that the connection has gone."""
        self.play_in_the_middle("lost", "unplug")

    def test_unplugged_while_writing_on_a_tty(self):
        self.play_in_the_middle("unplugged", "unplug", "esp32", "--boot", "download", serial="pty:" + self.path("tty"))

    def test_restarts_while_writing(self):
        """Without lines nobody can bring it back into its loader."""
        self.play_in_the_middle("reset-in-the-middle", "boot normal", "esp32", "--boot", "download",
                                serial="pty:" + self.path("tty"))

    def test_flash_does_not_hold_a_sector(self):
        self.play("flash-write-failed", "flash", "-p", self.plug_in("esp32", "--fault", "readonly-sector=0x12000"),
                  "--no-stub", self.make_firmware())

    def test_flash_does_not_hold_a_bit(self):
        self.play("flash-write-failed", "flash", "-p", self.plug_in("esp32c3", "--fault", "stuck=0x12345:3"),
                  "--no-stub", self.make_firmware("esp32c3"))

    def test_flash_smaller_than_it_says(self):
        self.play("flash-smaller", "flash", "-p", self.plug_in("esp32", "--fault", "small-flash=0x100000"),
                  self.make_firmware())

    # --- will not do ---

    def play_flash(self, expected, firmware, chip="esp32", *options, args=()):
        self.play(expected, "flash", "-p", self.plug_in(chip, *options), *args, firmware)
        self.assertEqual({0xff}, set(self.read("flash.bin")))

    def test_firmware_for_another_chip(self):
        self.play_flash("wrong-chip", self.make_firmware("esp32"), "esp32c3")

    def test_firmware_for_another_revision(self):
        folder = self.make_firmware()
        image = bytearray(self.read(os.path.join(folder, "weather.bin")))
        image[0x0F:0x13] = (400).to_bytes(2, "little") + b"\xff\xff"
        self.write(os.path.join(folder, "weather.bin"), bytes(image[:-32]) + hashlib.sha256(image[:-32]).digest())
        self.play_flash("wrong-revision", folder, "esp32", "--revision", "3.1")

    def test_firmware_too_large(self):
        self.play_flash("flash-size", self.make_firmware(size=1500000), "esp32", "--flash-size", "1MB")

    def test_part_behind_the_flash(self):
        self.play_flash("too-large", self.write("part", bytes(range(256)) * 64) + "@0x3fe000")

    def test_partition_is_not_there(self):
        self.play("no-partition", "erase", "-p", self.plug_in("esp32"), "nvs")

    def test_firmware_is_none(self):
        self.play_flash("bad-firmware", self.write("firmware.bin", b"no firmware" * 1000))

    def test_firmware_is_cut(self):
        folder = self.make_firmware()
        path = os.path.join(folder, "weather.bin")
        os.truncate(path, os.path.getsize(path) - 100)
        self.play_flash("bad-firmware", folder)

    def test_parts_overlap(self):
        part = self.write("part", bytes(range(256)) * 64)
        self.play("overlap", "flash", "-p", self.plug_in(), part + "@0x10000", part + "@0x12000")

    def test_nothing_to_boot_from(self):
        folder = self.make_firmware()
        self.play_flash("missing-boot-image", os.path.join(folder, "weather.bin") + "@0x10000")

    def test_application_where_none_begins(self):
        folder = self.make_firmware()
        port = self.plug_in()
        self.check(0, "flash", "-p", port, folder)
        before = self.read("flash.bin")
        self.play("wrong-place", "flash", "-p", port, os.path.join(folder, "weather.bin") + "@0x20000")
        self.assertEqual(before, self.read("flash.bin"))

    def test_firmware_is_not_there(self):
        self.play_flash("unreadable-file", self.path("nothing.bin"))

    def test_stub_is_damaged(self):
        self.write("stubs/esp32.json", json.dumps(
            {"entry": 0x40080010, "text_start": 0x40080000, "text": "AAAA" * 100 + "!"}))
        self.play("bad-stub", "flash", "-p", self.plug_in(), self.make_firmware(), "--stub-dir", self.path("stubs"))

    def test_no_folder_to_save_in(self):
        self.play("unwritable-file", "read", "-p", self.plug_in(), "0", "4k", self.path("none", "backup.bin"))

    def test_encrypted_for_a_board_that_does_not_encrypt(self):
        self.play_flash("refused", self.make_encrypted("esp32c3"), "esp32c3", args=("--no-verify", "--force"))

    def test_needs_stub(self):
        """The first chip's ROM cannot encrypt."""
        self.play_flash("needs-stub", self.make_encrypted("esp32"), "esp32", "--flash-encryption",
                        args=("--no-verify", "--no-stub"))

    def test_flash_encryption(self):
        self.play_flash("secure-mode", self.make_firmware("esp32s3"), "esp32s3", "--flash-encryption")

    def test_secure_download_mode(self):
        self.play_flash("no-proof", self.make_firmware("esp32c3"), "esp32c3", "--secure-download")

    def test_reading_in_secure_download_mode(self):
        self.play("secure-mode", "read", "-p", self.plug_in("esp32c3", "--secure-download"), "0", "64", self.path("x"))

    def test_erasing_with_secure_boot(self):
        self.play("secure-mode", "erase", "-p", self.plug_in("esp32s3", "--secure-boot"))

    def test_reset_without_lines(self):
        self.play("no-reset-lines", "reset", "-p", self.plug_in("esp32", "--boot", "download", serial="tcp:0"))

    # --- it does not start ---

    def play_start(self, expected, chip, *options):
        """Found by listening for as long as it takes: the log line that tells is the last try."""
        result = self.run_cli("flash", "-p", self.plug_in(chip, *options), self.make_firmware(chip), "--json")
        self.judge(result.events, expected, lambda event: event["event"] == "log" and event["level"] != "station")

    def test_supply_breaks_down(self):
        self.play_start("brownout", "esp32", "--fault", "brownout")

    def test_boot_image_is_none(self):
        """A file that is no boot image, at the place of one: the board's ROM will not start it."""
        port = self.plug_in()
        folder = self.make_firmware()
        self.check(0, "flash", "-p", port, folder)
        path = self.write("raw", b"no application " * 1000)
        result = self.run_cli("flash", "-p", port, path + "@0x1000", "--force", "--json")
        self.judge(result.events, "app-rejected",
                   lambda event: event["event"] == "log" and event["level"] != "station")

    def test_application_crashes(self):
        self.play_start("app-boot-loop", "esp32c3", "--fault", "panic")


def play_one(name):
    result = unittest.TestResult()
    Fault(name).run(result)
    return [f"{name}\n{text}" for _, text in result.failures + result.errors]


def main():
    if len(sys.argv) > 1:
        unittest.main(verbosity=2)
    names = unittest.defaultTestLoader.getTestCaseNames(Fault)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failures = [text for texts in pool.map(play_one, names) for text in texts]
    print("\n".join(failures))
    print(f"{'fault':44} {'expected':26} {'named':26} {'seconds':>7}  next step")
    for name, expected, said, seconds, has_remedy in sorted(Fault.rows):
        mark = "  WRONG" if said != expected else "  SLOW" if seconds > SECONDS_TO_CAUSE else ""
        print(f"{name:44} {expected:26} {said:26} {seconds:7.2f}  {'yes' if has_remedy else 'NO'}{mark}")
    right = sum(row[1] == row[2] for row in Fault.rows)
    longest = max((row[3] for row in Fault.rows), default=0)
    print(f"{right} of {len(names)} causes right; at most {longest:.2f} s from giving up to the cause "
          f"(goal: {SECONDS_TO_CAUSE:.0f} s)")
    sys.exit(1 if failures or not names else 0)


if __name__ == "__main__":
    main()
