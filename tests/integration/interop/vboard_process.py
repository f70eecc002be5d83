#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""boardwalk-vboard as a program: options, many boards, control sockets, registry, unplugging, ends.

vboard_process.py PROGRAM
"""
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

from vboard import SECONDS, Board

PROGRAM = sys.argv.pop(1)
SYNC = bytes.fromhex("c000082400000000000707122055" + "55" * 31 + "c0")
TCGETS2, TCSETS2 = 0x802c542a, 0x402c542b
BOTHER = 0o010000


def wait_for(what, seconds=SECONDS):
    """Wait until what() is true; a condition that never comes is a failure, not a pause."""
    end = time.monotonic() + seconds
    while not (result := what()):
        if time.monotonic() > end:
            raise AssertionError("it did not happen")
        time.sleep(0.01)
    return result


def set_baud(fd, baud):
    settings = bytearray(fcntl.ioctl(fd, TCGETS2, bytes(44)))
    flags = struct.unpack_from("I", settings, 8)[0] & ~0o10017 | BOTHER
    struct.pack_into("I", settings, 8, flags)
    struct.pack_into("II", settings, 36, baud, baud)
    fcntl.ioctl(fd, TCSETS2, bytes(settings))


def read_for(fd, seconds, enough=None):
    """What arrives within that time, or until there is enough of it."""
    data, end = b"", time.monotonic() + seconds
    while time.monotonic() < end and (enough is None or len(data) < enough):
        if select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            part = os.read(fd, 65536)
            if not part:
                break
            data += part
    return data


class Program(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="vboard-")
        self.folder = self.scratch.name
        self.addCleanup(self.scratch.cleanup)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *options, lines=1, **more):
        process = subprocess.Popen([PROGRAM, "--parent-exit", *options], stdout=subprocess.PIPE,
                                   text=True, **more)
        self.addCleanup(process.stdout.close)
        self.addCleanup(self.end, process)
        return process, [process.stdout.readline().split()[1] for _ in range(lines)]

    def end(self, process):
        if process.poll() is None:
            process.terminate()
        self.assertEqual(process.wait(SECONDS), 0)

    def refused(self, *options, says):
        done = subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn(says, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_usage(self):
        chip = ["--chip", "esp32", "--no-registry"]
        pty = ["--serial", "pty:" + self.path("b")]
        self.refused(says="--chip and --serial are needed")
        self.refused(*chip, says="--chip and --serial are needed")
        self.refused("--chip", "esp99", *pty, says='--chip does not take "esp99"')
        self.refused(*chip, "--serial", "usb:3", says="--serial does not take")
        self.refused(*chip, "--serial", "tcp:99999", says="--serial does not take")
        self.refused(*chip, *pty, "--mac", "24:6f:28:0:0:1", says="--mac does not take")
        self.refused(*chip, *pty, "--flash-size", "3MB", says="--flash-size does not take")
        self.refused(*chip, *pty, "--count", "0", says="--count does not take")
        self.refused(*chip, *pty, "--fault", "drop=7", says="no such fault: drop=7")
        self.refused(*chip, *pty, "--name", 'a"b', says="--name does not take")
        self.refused(*chip, *pty, "--flash", self.path("no/such/file"), says="No such file")
        self.refused(*chip, "--serial", "pty:" + self.path("no/b"), says="No such file")
        self.refused(*chip, "--serial", "tcp:65535", "--count", "2", says="not that many ports")
        self.refused(*chip, *pty, "surplus", says="nothing else without an option")
        for option in ("--help", "--version"):
            done = subprocess.run([PROGRAM, option], capture_output=True, text=True, timeout=SECONDS)
            self.assertEqual(done.returncode, 0)
            self.assertIn("boardwalk-vboard", done.stdout)
        done = subprocess.run([PROGRAM, "--fault", "help"], capture_output=True, text=True,
                              timeout=SECONDS)
        self.assertIn("unplug@N", done.stdout)

    def test_flash_file_must_fit(self):
        with open(self.path("flash"), "wb") as file:
            file.write(b"\0" * (1 << 20))
        options = ["--chip", "esp32", "--no-registry", "--serial", "pty:" + self.path("b")]
        self.refused(*options, "--flash", self.path("flash"), "--flash-size", "512KB",
                     says="larger than the flash")
        self.start(*options, "--flash", self.path("flash"), "--flash-size", "2MB")
        self.assertEqual(os.path.getsize(self.path("flash")), 2 << 20)
        with open(self.path("flash"), "rb") as file:
            self.assertEqual(file.read(), b"\0" * (1 << 20) + b"\xff" * (1 << 20))

    def test_only_a_link_is_replaced(self):
        with open(self.path("b"), "w", encoding="ascii") as file:
            file.write("precious")
        self.refused("--chip", "esp32", "--no-registry", "--serial", "pty:" + self.path("b"),
                     says="File exists")
        with open(self.path("b"), encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_many_boards(self):
        process, addresses = self.start(
            "--chip", "esp32,esp32c3", "--count", "4", "--no-registry",
            "--serial", "pty:" + self.path("b%d"), "--flash", self.path("f"),
            "--mac", "24:6f:28:00:00:fe", "--fault", "mute#2", "--flash-size", "256KB", lines=4)
        self.assertEqual(addresses, [self.path(f"b{i}") for i in range(4)])
        for i, address in enumerate(addresses):
            self.assertTrue(os.path.exists(self.path(f"f.{i}")))
            with socket.socket(socket.AF_UNIX) as control:
                control.connect(address + ".ctl")
                control.sendall(b"status\n")
                status = json.loads(control.makefile().readline()[3:])
            self.assertEqual(status["mac"], ["24:6f:28:00:00:fe", "24:6f:28:00:00:ff",
                                             "24:6f:28:00:01:00", "24:6f:28:00:01:01"][i])
            self.assertEqual(status["chip"], ["esp32", "esp32c3"][i % 2])
            self.assertEqual(status["flash_size"], 256 << 10)
            fd = os.open(address, os.O_RDWR | os.O_NOCTTY)
            self.addCleanup(os.close, fd)
            # a blank board complains again and again; board 2 is silent
            self.assertEqual(bool(read_for(fd, 2, enough=1)), i != 2)
        self.end(process)
        self.assertFalse([name for name in os.listdir(self.folder) if name.startswith("b")])

    def test_control(self):
        with Board(PROGRAM, self.folder, "esp32", "pty") as board:
            for line in ("lines 0 1", "lines 0 0", "break 1", "break 0", "reset", "boot download"):
                self.assertEqual(board.tell(line), "")
            self.assertEqual(board.status()["state"], "download")
            for line in ("lines 2 0", "lines 1", "break", "boot maybe", "what", "", "fault drop=9"):
                with self.assertRaises(AssertionError):
                    board.tell(line)
            board.control.sendall(b"x" * 2000 + b"\n")
            self.assertEqual(board.replies.readline(), "error line too long\n")
            self.assertEqual(board.status()["dtr"], 0)

    def test_lines_select_the_loader(self):
        with Board(PROGRAM, self.folder, "esp32", "pty") as board:
            for step in ("lines 0 1", "lines 1 0"):
                board.tell(step)
            wait_for(lambda: board.status()["state"] == "download")
            board.tell("lines 0 0")
            fd = os.open(board.address, os.O_RDWR | os.O_NOCTTY)
            self.addCleanup(os.close, fd)
            os.write(fd, SYNC)
            self.assertEqual(read_for(fd, 5, enough=8 * 14).count(b"\xc0\x01\x08\x04\0"), 8)
            for step in ("lines 0 1", "lines 0 0"):
                board.tell(step)
            wait_for(lambda: board.status()["state"] == "booting")

    def test_rates(self):
        with Board(PROGRAM, self.folder, "esp8266", "pty") as board:
            fd = os.open(board.address, os.O_RDWR | os.O_NOCTTY)
            self.addCleanup(os.close, fd)
            set_baud(fd, 74880)
            board.tell("reset")
            self.assertIn(b"rst cause", read_for(fd, 2, enough=60))
            termios.tcflush(fd, termios.TCIOFLUSH)
            set_baud(fd, 115200)
            board.tell("reset")
            garbage = read_for(fd, 2, enough=40)
            self.assertTrue(garbage and b"rst" not in garbage, garbage)

    def test_unplug(self):
        with Board(PROGRAM, self.folder, "esp32", "pty") as board:
            fd = os.open(board.address, os.O_RDWR | os.O_NOCTTY)
            self.addCleanup(os.close, fd)
            before = os.readlink(board.address)
            board.tell("unplug")
            self.assertFalse(os.path.lexists(board.address))
            self.assertTrue(select.select([fd], [], [], 5)[0])
            with self.assertRaises(OSError):
                while os.read(fd, 4096):
                    pass
                raise OSError("end of file is a hang-up too")
            self.assertEqual(board.status()["state"], "off")
            board.tell("plug")
            self.assertTrue(os.path.exists(board.address), before)
            wait_for(lambda: board.status()["state"] == "booting")

    def test_unplug_at_byte(self):
        with Board(PROGRAM, self.folder, "esp32", "rfc2217", "--boot", "download", "--fault",
                   "unplug@200", "--fault", "replug=100") as board:
            host, port = board.address[len("rfc2217://"):].split(":")
            with socket.create_connection((host, int(port)), SECONDS) as client:
                client.settimeout(SECONDS)
                client.sendall(SYNC * 5)
                data = b""
                while part := client.recv(4096):
                    data += part
            self.assertLess(len(data), 200)
            wait_for(lambda: board.status()["plugged"])
            with socket.create_connection((host, int(port)), SECONDS) as client:
                client.settimeout(SECONDS)
                client.sendall(SYNC)
                self.assertTrue(client.recv(4096))

    def test_one_host_at_a_time(self):
        with Board(PROGRAM, self.folder, "esp32", "rfc2217") as board:
            address = ("127.0.0.1", int(board.address.rsplit(":", 1)[1]))
            with socket.create_connection(address, SECONDS):
                wait_for(lambda: board.status()["host"])
                with socket.create_connection(address, SECONDS) as second:
                    second.settimeout(SECONDS)
                    self.assertEqual(second.recv(1), b"")
            wait_for(lambda: not board.status()["host"])
            with socket.create_connection(address, SECONDS):
                wait_for(lambda: board.status()["host"])

    @staticmethod
    def read_until_quiet(board, fd):
        """All that the board has to say, however long a busy machine makes it wait."""
        data, before = b"", -1
        while before != (now := board.status()["bytes"]):
            data, before = data + read_for(fd, 0.02), now
        return data

    def test_faults_repeat(self):
        """One source of chance serves both directions: each request is answered before the next."""
        answers = []
        for seed in ("5", "5", "6"):
            with tempfile.TemporaryDirectory(dir=self.folder) as folder, \
                    Board(PROGRAM, folder, "esp32", "pty", "--boot", "download", "--seed", seed,
                          "--fault", "garble=0.02") as board:
                wait_for(lambda: board.status()["bytes"] > 50)
                fd = os.open(board.address, os.O_RDWR | os.O_NOCTTY)
                data = self.read_until_quiet(board, fd)
                for _ in range(40):
                    heard = board.status()["bytes"] + len(SYNC)
                    os.write(fd, SYNC)
                    wait_for(lambda: board.status()["bytes"] >= heard)
                    data += self.read_until_quiet(board, fd)
                os.close(fd)
                answers.append(data)
        self.assertEqual(answers[0], answers[1])
        self.assertNotEqual(answers[0], answers[2])

    def test_registry(self):
        environment = dict(os.environ, XDG_RUNTIME_DIR=self.folder)
        folder = self.path("boardwalk/vboards")
        os.makedirs(folder, 0o700)
        gone = subprocess.Popen(["/bin/true"])
        gone.wait()
        stale = os.path.join(folder, f"vb-{gone.pid}-0.sock")
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(stale)
        process, addresses = self.start(
            "--chip", "esp32s3", "--serial", "tcp:0", "--name", "left one", env=environment)
        self.assertFalse(os.path.exists(stale), "the socket of a dead program was left")
        self.assertEqual(os.listdir(folder), [f"vb-{process.pid}-0.sock"])
        with socket.socket(socket.AF_UNIX) as finder:
            finder.settimeout(SECONDS)
            finder.connect(os.path.join(folder, f"vb-{process.pid}-0.sock"))
            lines = finder.makefile()
            self.assertEqual(json.loads(lines.readline()), {
                "name": "left one", "address": addresses[0], "chip": "esp32s3",
                "mac": "24:6f:28:00:00:01", "pid": process.pid})
            finder.sendall(b"reset\n")
            self.assertEqual(lines.readline(), "ok\n")
            self.end(process)
            self.assertEqual(lines.readline(), "", "the board went and nobody was told")
        self.assertEqual(os.listdir(folder), [])

    def test_registry_of_somebody_else(self):
        os.makedirs(self.path("boardwalk/vboards"), 0o700)
        os.chmod(self.path("boardwalk/vboards"), 0o777)
        process, _ = self.start("--chip", "esp32", "--serial", "tcp:0",
                                env=dict(os.environ, XDG_RUNTIME_DIR=self.folder),
                                stderr=subprocess.DEVNULL)
        self.assertEqual(os.listdir(self.path("boardwalk/vboards")), [])
        self.end(process)

    def test_stats(self):
        process, addresses = self.start(
            "--chip", "esp32", "--serial", "pty:" + self.path("b"), "--no-registry", "--boot",
            "download", "--stats", self.path("stats"))
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(addresses[0] + ".ctl")
            lines = control.makefile()

            def is_ready():
                control.sendall(b"status\n")
                return '"state":"download"' in lines.readline()

            wait_for(is_ready)
            lines.close()
        fd = os.open(addresses[0], os.O_RDWR | os.O_NOCTTY)
        os.write(fd, SYNC)
        self.assertEqual(len(read_for(fd, 5, enough=8 * 14)), 8 * 14)
        os.close(fd)
        self.end(process)
        with open(self.path("stats"), encoding="ascii") as file:
            stats = json.load(file)
        self.assertEqual(stats[0]["requests"], {"08": 1})
        self.assertEqual(stats[0]["frames_out"], 8)
        self.assertEqual(stats[0]["bytes_in"], len(SYNC))

    def test_ends(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process, _ = self.start("--chip", "esp32", "--serial", "tcp:0", "--no-registry")
            process.send_signal(number)
            self.assertEqual(process.wait(SECONDS), 0)
        process, _ = self.start("--chip", "esp32", "--serial", "tcp:0", "--no-registry",
                                "--idle-exit", "1")
        self.assertEqual(process.wait(SECONDS), 0)

    def test_ends_with_its_parent(self):
        parent = subprocess.Popen(
            [sys.executable, "-c",
             "import subprocess, sys; p = subprocess.Popen(sys.argv[1:]);"
             "print(p.pid, flush=True); sys.stdin.read()",
             PROGRAM, "--chip", "esp32", "--serial", "pty:" + self.path("b"), "--no-registry",
             "--parent-exit"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        parent.stdout.readline()
        wait_for(lambda: os.path.lexists(self.path("b")))
        parent.kill()
        parent.communicate()
        wait_for(lambda: not os.path.lexists(self.path("b")))

    def test_real_speed(self):
        """A quarter of a second of line time takes that long, and longer only on a busy machine."""
        with Board(PROGRAM, self.folder, "esp32", "pty", "--boot", "download", "--speed", "real") as board:
            wait_for(lambda: board.status()["bytes"] > 50)
            fd = os.open(board.address, os.O_RDWR | os.O_NOCTTY)
            self.addCleanup(os.close, fd)
            self.read_until_quiet(board, fd)
            noise = b"\xc0" + b"\x55" * 2878 + b"\xc0"
            expected = (len(noise) + len(SYNC) + 8 * 14) * 10 / 115200
            tries = []
            while not tries or (min(tries) >= 5 and len(tries) < 10):
                start = time.monotonic()
                os.write(fd, noise + SYNC)
                self.assertEqual(len(read_for(fd, SECONDS, enough=8 * 14)), 8 * 14)
                tries.append(time.monotonic() - start)
                self.assertGreater(tries[-1], expected * 0.98)
        self.assertLess(min(tries), 5)


if __name__ == "__main__":
    unittest.main()
