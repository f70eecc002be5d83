# SPDX-License-Identifier: GPL-3.0-or-later
"""What the driver's tests need: virtual boards, stubs made of nothing, contents, and esp-run.

The programs are named by the environment: VBOARD, ESP_RUN.
"""
import base64
import gzip
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from crowd import main  # noqa: E402

VBOARD = os.environ["VBOARD"]
ESP_RUN = os.environ["ESP_RUN"]
SECONDS = 120
SECTOR = 4096
RECORD_MAX = 64 * 1024
CHIPS = ("esp8266", "esp32", "esp32s2", "esp32s3", "esp32c3", "esp32c2", "esp32c6", "esp32c5",
         "esp32c61", "esp32h2", "esp32h21", "esp32h4", "esp32p4", "esp32s31", "esp32e22")
NO_STUB = ("esp32h21", "esp32e22")


def contents(size, seed):
    """Bytes that deflate to about half, as programs do."""
    rng = random.Random(seed)
    words = [rng.randbytes(rng.randint(2, 16)) for _ in range(400)]
    out = bytearray()
    while len(out) < size:
        out += rng.choice(words) if rng.random() < 0.8 else rng.randbytes(10)
    return bytes(out[:size])


def make_stubs(folder):
    """Stubs in form only: the virtual board follows the protocol and runs no code."""
    rng = random.Random(7)
    names = [c for c in CHIPS if c not in NO_STUB] + ["esp32p4-rev1"]
    for generation in ("1", "2"):
        os.makedirs(os.path.join(folder, generation), exist_ok=True)
        for name in names:
            stub = {"entry": 0x40080010, "text_start": 0x40080000,
                    "text": base64.b64encode(rng.randbytes(6001)).decode(),
                    "data_start": 0x3ffc0000, "data": base64.b64encode(rng.randbytes(203)).decode()}
            with open(os.path.join(folder, generation, name + ".json"), "w") as out:
                json.dump(stub, out)


class Run:
    """What one esp-run said."""

    def __init__(self, status, text):
        self.status, self.text = status, text
        self.lines = text.splitlines()

    def find(self, word):
        found = [line[len(word) + 1:] for line in self.lines if line.startswith(word + " ")]
        return found[-1] if found else ""

    def fields(self, word):
        return dict(f.split("=", 1) for f in self.find(word).split() if "=" in f)

    @property
    def cause(self):
        return self.find("result").split(":")[0]

    @property
    def ok(self):
        return self.status == 0 and self.find("result") == "ok"


class Board:
    """One virtual board with a flash file."""

    count = 0

    def __init__(self, test, chip="esp32", *options, flash=None, size=4 << 20, serial="pty"):
        Board.count += 1
        self.folder = tempfile.mkdtemp(dir=test.folder)
        self.chip = chip
        self.flash_path = os.path.join(self.folder, "flash")
        with open(self.flash_path, "wb") as out:
            out.write(flash if flash is not None else b"\xff" * size)
        self.link = os.path.join(self.folder, "tty")
        where = "pty:" + self.link if serial == "pty" else serial + ":0"
        command = [VBOARD, "--chip", chip, "--serial", where, "--flash", self.flash_path,
                   "--no-registry", "--parent-exit", *options]
        self.control = self.link + ".ctl"
        if serial != "pty":
            self.control = os.path.join(self.folder, "ctl")
            command += ["--control", self.control]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise RuntimeError("no virtual board: " + " ".join(command))
        self.address = line.split()[1]

    def flash(self, offset=0, size=None):
        with open(self.flash_path, "rb") as data:
            data.seek(offset)
            return data.read() if size is None else data.read(size)

    def say(self, line):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(SECONDS)
            control.connect(self.control)
            control.sendall(line.encode() + b"\n")
            text = b""
            while not text.endswith(b"\n"):
                got = control.recv(65536)
                if not got:
                    break
                text += got
        return text.decode().strip()

    def stats(self):
        return json.loads(self.say("stats").removeprefix("ok "))

    def close(self):
        """Its flash goes with it: a campaign plays thousands of boards."""
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class DriverTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.stubs = os.path.join(self.folder, "stubs")
        make_stubs(self.stubs)
        self.env = dict(os.environ, HOME=self.folder, XDG_STATE_HOME=self.folder,
                        XDG_DATA_HOME=os.path.join(self.folder, "data"), XDG_RUNTIME_DIR=self.folder,
                        BOARDWALK_STUB_DIR=self.stubs)

    def board(self, chip="esp32", *options, **words):
        board = Board(self, chip, *options, **words)
        self.addCleanup(board.close)
        return board

    def file(self, data):
        handle, path = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        return path

    def run_on(self, address, *arguments, seconds=SECONDS):
        done = subprocess.run([ESP_RUN, *self.order(address, arguments)],
                              capture_output=True, text=True, env=self.env, timeout=seconds)
        self.assertEqual(done.stderr, "", "nothing belongs on stderr")
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        return Run(done.returncode, done.stdout)

    def run_recorded(self, address, *arguments, seconds=SECONDS):
        """For check_replay(). What a run learns of the line changes neither the next nor its replay."""
        self.env["XDG_STATE_HOME"] = tempfile.mkdtemp(dir=self.folder)
        self.record = os.path.join(self.env["XDG_STATE_HOME"], "record")
        return self.run_on(address, "--record=" + self.record, *arguments, seconds=seconds)

    def check_replay(self, run, where, *arguments, seconds=SECONDS):
        """What was recorded last is small and whole, and plays to the same verdict in the same words.
        Returns its text."""
        if run.cause == "no-such-port":
            return ""
        self.assertLessEqual(os.path.getsize(self.record), RECORD_MAX, where)
        with gzip.open(self.record, "rt", encoding="ascii") as text:
            lines = text.readlines()
        self.assertNotIn("cut\n", lines[:4], where)
        self.env["XDG_STATE_HOME"] += "-again"
        again = self.run_on("replay:" + self.record, *arguments, seconds=seconds)
        self.assertEqual(again.lines, run.lines, where)
        return "".join(lines)

    @staticmethod
    def order(address, arguments):
        options = [a for a in arguments if a.startswith("--")]
        return options + [address] + [a for a in arguments if not a.startswith("--")]

    def start_on(self, address, *arguments):
        process = subprocess.Popen([ESP_RUN, *self.order(address, arguments)], stdout=subprocess.PIPE,
                                   text=True, env=self.env)
        self.addCleanup(self.end_run, process)
        return process

    @staticmethod
    def end_run(process):
        process.stdout.close()
        if process.poll() is None:
            process.kill()
            process.wait()

    def wait_for_line(self, process, start):
        """What it has said up to a line that begins so; never to come is a failure."""
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith(start):
                return said
        return self.fail("ended without \"%s\"\n%s" % (start, said))

    @staticmethod
    def rest_of(process):
        """What it says until it ends, what was read ahead included."""
        rest = process.stdout.read()
        process.wait(SECONDS)
        return rest

    def wait_until(self, is_it, seconds=SECONDS):
        end = time.monotonic() + seconds
        while not is_it():
            self.assertLess(time.monotonic(), end, "not in time")
            time.sleep(0.01)


__all__ = ["CHIPS", "NO_STUB", "RECORD_MAX", "SECONDS", "SECTOR", "Board", "DriverTest", "Run", "contents", "main"]
