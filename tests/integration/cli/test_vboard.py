#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual board as a program: its command line, its sockets and links, how it ends."""

import json
import os
import random
import re
import resource
import select
import signal
import socket
import subprocess

from common import SECONDS, VBOARD, CliTest, Result, main

NEEDED = ("--chip", "esp32", "--serial", "tcp:0", "--no-registry")


class Vboard(CliTest):
    def run_vboard(self, *args, **more):
        run = subprocess.run([*self.before, VBOARD, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True,
                             text=True, env=self.env, cwd=self.folder, timeout=SECONDS, **more)
        result = Result(run.returncode, run.stdout, run.stderr)
        self.assertNotIn("Sanitizer", result.err, result)
        return result

    def check_vboard(self, status, *args, **more):
        result = self.run_vboard(*args, **more)
        self.assertEqual(status, result.status, f"{args}\n{result}")
        return result

    def ask(self, path, *lines):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(SECONDS)
            control.connect(self.path(path))
            control.sendall("".join(line + "\n" for line in lines).encode())
            answers = control.makefile("r")
            return [answers.readline().rstrip("\n") for _ in lines]


class Options(Vboard):
    def test_help_and_version(self):
        for args in (["--help"], ["-h"]):
            out = self.check_vboard(0, *args).out
            self.assertTrue(out.startswith("Usage: boardwalk-vboard"), out)
            self.assertLessEqual(max(map(len, out.splitlines())), 80)
        for args in (["--version"], ["-V"]):
            self.assertRegex(self.check_vboard(0, *args).out, r"^boardwalk-vboard \d+\.\d+\.\d+\n$")

    def test_help_to_a_full_disk(self):
        with open("/dev/full", "w") as full:
            run = subprocess.run([VBOARD, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, env=self.env)
        self.assertEqual(6, run.returncode)
        self.assertIn("No space left", run.stderr)

    def test_every_refusal_names_the_program_and_what_it_is_about(self):
        for args, words in (
                ([], "--chip and --serial are needed"), (["--chip", "esp32"], "--serial"), (["--chip"], "--chip"),
                (["--nope"], "--nope"), ([*NEEDED, "extra"], "nothing else"), (["--chip", "z80"], "z80"),
                (["--chip", "esp32,"], "esp32,"), (["--chip", "esp32,,esp8266"], "esp32,,"),
                ([*NEEDED, "--count", "0"], '"0"'), ([*NEEDED, "--count", "257"], '"257"'),
                ([*NEEDED, "--count", "1x"], '"1x"'), ([*NEEDED, "--mac", "1:2"], "1:2"),
                ([*NEEDED, "--revision", "-1.0"], "-1.0"), ([*NEEDED, "--revision", "1"], '"1"'),
                ([*NEEDED, "--revision", "1."], '"1."'), ([*NEEDED, "--revision", "3.1x"], "3.1x"),
                ([*NEEDED, "--flash-size", "3MB"], "3MB"), ([*NEEDED, "--speed", "fast"], "fast"),
                ([*NEEDED, "--seed", "-1"], '"-1"'), ([*NEEDED, "--latency", "10001"], "10001"),
                ([*NEEDED, "--name", "a/b"], "a/b"), ([*NEEDED, "--fault", "nosuch"], "nosuch"),
                ([*NEEDED, "--fault", "mute#1"], "mute#1: there is no such board"),
                ([*NEEDED, "--fault", "mute#-1"], "no such fault: mute#-1"),
                ([*NEEDED, *["--fault", "mute"] * 17], "mute: a board has 16 faults at most"),
                ([*NEEDED, "--fault", "mute#"], "mute#"),
                ([*NEEDED, "--secure-download"], "--secure-download"),
                (["--chip", "esp32c3,esp8266", "--serial", "tcp:0", "--secure-download"], "esp8266"),
                (["--chip", "esp32", "--serial", "tcp:65536"], "tcp:65536"),
                (["--chip", "esp32", "--serial", "tcp:65535", "--count", "2"], "ports"),
                (["--chip", "esp32", "--serial", "pty:"], "pty:"), (["--chip", "esp32", "--serial", "usb:0"], "usb:0"),
                ([*NEEDED, "--flash", "not-there/f"], "not-there/f"), ([*NEEDED, "--flash", "."], "."),
                ([*NEEDED, "--control", "not-there/c"], "control socket not-there/c"),
                ([*NEEDED, "--control", "."], "control socket ."),
                (["--chip", "esp32", "--serial", "pty:not-there/l", "--no-registry"], "not-there/l")):
            with self.subTest(args):
                result = self.check_vboard(2, *args)
                self.assertEqual("", result.out)
                self.assertTrue(result.err.startswith("boardwalk-vboard: "), result)
                self.assertEqual(1, len(result.err.splitlines()), result)
                self.assertIn(words, result.err)

    def test_numbers_are_decimal_or_hexadecimal(self):
        """No octal: 010 boards are ten."""
        for text, count in (("010", 10), ("0x10", 16)):
            out = self.check_vboard(0, *NEEDED, "--count", text, "--idle-exit", "1").out
            self.assertEqual(count, len(re.findall("(?m)^ready ", out)))

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = self.check_vboard(2, "--chip", "esp32", "--serial", f"tcp:{port}", "--no-registry")
        self.assertIn(f"port {port}", result.err)

    def test_what_is_no_link_is_not_replaced(self):
        self.write("tty", b"precious")
        result = self.check_vboard(2, "--chip", "esp32", "--serial", "pty:tty", "--no-registry")
        self.assertIn("/tty: File exists", result.err)
        self.assertEqual(b"precious", self.read("tty"))

    def test_closed_streams(self):
        """Nothing that is opened gets the number of a stream."""
        self.before = ["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh"]
        run = self.check_vboard(0, *NEEDED, "--flash", "flash.bin", "--idle-exit", "1", "--verbose")
        self.assertEqual(("", ""), (run.out, run.err))
        self.assertEqual({0xFF}, set(self.read("flash.bin")))


class Many(Vboard):
    def test_every_board_has_files_of_its_own(self):
        """A path of several boards is numbered: flash, link and control socket alike."""
        for pattern, names in (("x", ("x.0", "x.1")), ("x%dy", ("x0y", "x1y"))):
            with self.subTest(pattern):
                process, addresses = self.start_vboard(
                    "--chip", "esp32,esp32c3", "--serial", "pty:t" + pattern, "--flash", "f" + pattern,
                    "--control", "c" + pattern, count=2)
                for n, name in enumerate(names):
                    self.assertTrue(addresses[n].endswith("/t" + name), addresses)
                    self.assertEqual(4 << 20, os.path.getsize(self.path("f" + name)))
                    status = json.loads(self.ask("c" + name, "status")[0].removeprefix("ok "))
                    self.assertEqual((addresses[n], ("esp32", "esp32c3")[n]), (status["address"], status["chip"]))
                self.assertFalse(os.path.exists(self.path("c" + pattern)))
                self.stop(process)
                self.assertEqual([], [n for n in os.listdir(self.folder) if n[0] in "tc" and n[1:] in names])

    def test_one_board_keeps_the_name(self):
        self.start_vboard("--chip", "esp32", "--serial", "tcp:0", "--control", "c")
        self.assertTrue(self.ask("c", "status")[0].startswith("ok "))

    def test_a_defect_of_one_board(self):
        self.start_vboard("--chip", "esp32", "--serial", "tcp:0", "--control", "c", "--fault", "mute#1", count=2)
        self.check_vboard(2, *NEEDED, "--count", "2", "--fault", "mute#2")


class Control(Vboard):
    def setUp(self):
        super().setUp()
        self.vboard, _ = self.start_vboard("--chip", "esp32", "--serial", "pty:tty", "--control", "c")

    def test_every_line_is_answered(self):
        good = ("lines 0 1", "lines 1 0", "break 1", "break 0", "reset", "boot download", "boot normal", "unplug",
                "unplug", "plug", "plug", "fault mute", "status", "stats")
        for line, answer in zip(good, self.ask("c", *good)):
            self.assertTrue(answer.startswith("ok"), (line, answer))
        bad = ("", " ", "nosuch", "lines", "lines 2 0", "lines 1", "lines 1 0 1", "lines -1 0", "break", "break 2",
               "break 11", "reset now", "boot", "boot soon", "plug x", "unplug x", "fault", "fault nosuch", "status x",
               "stats x", "quit x", "quitt", "LINES 0 0", "\x01\x02", "ok", "x" * 511, "x" * 512, "x" * 100000)
        for line, answer in zip(bad, self.ask("c", *bad)):
            self.assertTrue(answer.startswith("error "), (line[:20], answer))
        self.assertIsNone(self.vboard.poll())

    def test_more_defects_than_a_board_can_have(self):
        answers = self.ask("c", *["fault mute"] * 17)
        self.assertEqual(["ok"] * 16 + ["error a board has 16 faults at most"], answers)

    def test_answers_in_json(self):
        status, stats = self.ask("c", "status", "stats")
        self.assertEqual("24:6f:28:00:00:01", json.loads(status.removeprefix("ok "))["mac"])
        self.assertIn("requests", json.loads(stats.removeprefix("ok ")))

    def test_bytes_that_are_no_line(self):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(SECONDS)
            control.connect(self.path("c"))
            control.sendall(random.Random(4).randbytes(200000).replace(b"\n", b"") + b"\0\xff\n")
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(SECONDS)
            control.connect(self.path("c"))
            control.sendall(b"half a line")
        self.assertTrue(self.ask("c", "status")[0].startswith("ok "))

    def test_too_many_at_once(self):
        """The ninth is turned away, and comes in when another has gone."""
        clients = [socket.socket(socket.AF_UNIX) for _ in range(9)]
        for client in clients:
            self.addCleanup(client.close)
            client.settimeout(SECONDS)
            client.connect(self.path("c"))
        self.assertEqual(b"", clients[8].recv(1))
        clients[0].sendall(b"status\n")
        self.assertEqual(b"ok", clients[0].recv(2))
        for client in clients:
            client.close()
        self.assertTrue(self.ask("c", "status")[0].startswith("ok "))

    def test_who_does_not_read_is_dropped(self):
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.settimeout(SECONDS)
            deaf.connect(self.path("c"))
            with self.assertRaises((BrokenPipeError, ConnectionResetError)):
                for _ in range(100000):
                    deaf.sendall(b"stats\n" * 100)
        self.assertTrue(self.ask("c", "status")[0].startswith("ok "))

    def test_quit(self):
        self.assertEqual(["ok"], self.ask("c", "quit"))
        self.assertEqual(0, self.vboard.wait(SECONDS))
        self.assertFalse({"c", "tty"} & set(os.listdir(self.folder)))


class Descriptors(Vboard):
    """A board that has no descriptor left for who knocks waits until one is free."""

    def used_seconds(self):
        with open(f"/proc/{self.vboard.pid}/stat", encoding="utf-8") as stream:
            user, system = stream.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def allow(self, count):
        _soft, hard = resource.prlimit(self.vboard.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.vboard.pid, resource.RLIMIT_NOFILE, (count, hard))

    def test_none_left(self):
        address = self.plug_in("esp32", serial="tcp:0")
        before = resource.prlimit(self.vboard.pid, resource.RLIMIT_NOFILE)[0]
        self.allow(3)
        with socket.socket(socket.AF_UNIX) as control, \
                socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))):
            control.settimeout(SECONDS)
            control.connect(self.path("control"))
            control.sendall(b"status\n")
            begun = self.used_seconds()
            self.assertEqual([], select.select([control], [], [], 1)[0])
            self.assertLess(self.used_seconds() - begun, 0.05)
            self.allow(before)
            self.assertRegex(control.makefile("r").readline(), "^ok")


class Ends(Vboard):
    def test_each_signal_is_a_good_end(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number.name):
                process, _ = self.start_vboard("--chip", "esp32", "--serial", "pty:tty", "--control", "c",
                                               "--stats", "stats.json")
                process.send_signal(number)
                self.assertEqual(0, process.wait(SECONDS))
                self.assertEqual(1, len(json.loads(self.read("stats.json"))))
                self.assertFalse({"c", "tty"} & set(os.listdir(self.folder)))

    def test_who_took_the_place_keeps_it(self):
        """A second board replaces link and socket of the first; the end of the first takes neither."""
        first, _ = self.start_vboard("--chip", "esp32", "--serial", "pty:tty", "--control", "c")
        second, _ = self.start_vboard("--chip", "esp32c3", "--serial", "pty:tty", "--control", "c")
        self.stop(first)
        self.assertIn("esp32c3", self.ask("c", "status")[0])
        self.assertTrue(os.path.exists(self.path("tty")))
        self.stop(second)
        self.assertFalse({"c", "tty"} & set(os.listdir(self.folder)))

    def test_counters_that_cannot_be_written(self):
        result = self.check_vboard(6, *NEEDED, "--stats", "not-there/s", "--idle-exit", "1")
        self.assertIn("counters", result.err)

    def test_without_a_host_it_goes(self):
        self.assertRegex(self.check_vboard(0, *NEEDED, "--idle-exit", "1").out, r"^ready tcp://127\.0\.0\.1:\d+\n$")


if __name__ == "__main__":
    main()
