# SPDX-License-Identifier: GPL-3.0-or-later
"""What every run of the command line needs: a home of its own, boards without hardware, firmware.

The programs are named by the environment: BOARDWALK, VBOARD, MAKE_FIRMWARE.
"""

import json
import os
import queue
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from crowd import main  # noqa: E402

BOARDWALK = os.environ["BOARDWALK"]
VBOARD = os.environ.get("VBOARD", "")
MAKE_FIRMWARE = os.environ.get("MAKE_FIRMWARE", "")
HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")
SECONDS = 60  # until a program that hangs is ended; sanitizers and two cores are slow


def hear_signals():
    """What nohup and & make their children ignore is not handed on to the programs that are started.

    Done once and here, not in each child: Python code between fork and exec may wait for ever for a
    lock that another thread of this program held.
    """
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


hear_signals()


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return f"status {self.status}\n--- out\n{self.out}\n--- err\n{self.err}"

    @property
    def events(self):
        """Every line has to be an object; a broken line is a failure of the test."""
        return [json.loads(line, object_pairs_hook=self.once) for line in self.out.split("\n") if line]

    @staticmethod
    def once(pairs):
        """A name stands in an object once: readers differ in which of two they take."""
        members = dict(pairs)
        if len(members) != len(pairs):
            raise AssertionError(f"twice the same name in {pairs}")
        return members

    @property
    def result(self):
        return self.events[-1]


class Lines:
    """The lines of a stream as they come, so that a test can wait for one of them."""

    def __init__(self, stream):
        self.queue = queue.Queue()
        self.seen = []
        self.thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self.thread.start()

    def _read(self, stream):
        for line in stream:
            self.queue.put(line.rstrip("\n"))
        self.queue.put(None)

    def wait_for(self, is_it, seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self.queue.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError("not seen in time; there was:\n" + "\n".join(self.seen)) from None
            if line is None:
                raise AssertionError("not seen before the end; there was:\n" + "\n".join(self.seen))
            self.seen.append(line)
            if is_it(line):
                return line

    def rest(self):
        self.thread.join(SECONDS)
        while not self.queue.empty():
            line = self.queue.get()
            if line is not None:
                self.seen.append(line)
        return self.seen


class CliTest(unittest.TestCase):
    """Every test has a home, a runtime folder and a work folder that nobody else uses."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bwc-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.env = dict(os.environ, LC_ALL="C.UTF-8", TERM="dumb")
        self.env.pop("NO_COLOR", None)
        self.before = []  # what runs the program
        for name in HOMES:
            self.env[name] = os.path.join(self.folder, name.lower())
            os.mkdir(self.env[name], 0o700)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb" if isinstance(content, bytes) else "w") as stream:
            stream.write(content)
        return path

    def read(self, name):
        with open(self.path(name), "rb") as stream:
            return stream.read()

    # --- the program ---

    def start(self, *args, stdin=subprocess.DEVNULL, **more):
        return subprocess.Popen([*self.before, BOARDWALK, *map(str, args)], stdin=stdin, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.env, cwd=self.folder, text=True,
                                **more)

    def be_nobody(self):
        """What makes start() run the program as somebody whose rights count, for root has them all."""
        more = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        # where the tree lies, another user may not look
        more["executable"] = shutil.copy(BOARDWALK, self.path("boardwalk"))
        os.chmod(self.folder, 0o755)
        for name in HOMES:
            os.chmod(self.env[name], 0o777)
        return more

    def run_cli(self, *args, stdin=None, seconds=SECONDS, **more):
        feed = subprocess.DEVNULL if stdin is None else subprocess.PIPE
        process = self.start(*args, stdin=feed, **more)
        try:
            out, err = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"{args} hangs:\n{Result(None, out, err)}")
        result = Result(process.returncode, out, err)
        # a sanitizer's report or a signal is a failure wherever it shows
        self.assertGreaterEqual(result.status, 0, result)
        self.assertNotIn("Sanitizer", err, result)
        self.assertNotIn("-CRITICAL **", err, result)
        return result

    def check(self, status, *args, **more):
        result = self.run_cli(*args, **more)
        self.assertEqual(status, result.status, f"{args}\n{result}")
        return result

    def check_json(self, status, *args, **more):
        """Run with --json: every line an object of the right form, the last one the result."""
        return self.check_events(status, self.check(status, *args, "--json", **more))

    def check_events(self, status, result):
        for event in result.events:
            self.assertIn(event["event"], ("state", "progress", "log", "result"))
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn("board", event)
            self.assertIn("port", event)
        self.assertEqual("result", result.result["event"])
        self.assertEqual(status == 0, result.result["ok"], result)
        self.assertEqual(status, result.result["exit"], result)
        if status != 0:
            for name in ("code", "message", "remedy"):
                self.assertIsInstance(result.result[name], str, result)
        return result

    def begin_cli(self, *args, **more):
        """A program that runs on its own, and its lines; end_by() or the test's end ends it."""
        process = self.start(*args, **more)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        return process, Lines(process.stdout)

    def end_by(self, number, process, lines):
        """What a program that begin_cli() started has said when a signal has ended it."""
        process.send_signal(number)
        status = process.wait(SECONDS)
        return Result(status, "\n".join(lines.rest()), process.stderr.read())

    def check_refused(self, status, code, *args, **more):
        """A failure says the same to people and to programs."""
        result = self.check_json(status, *args, **more)
        self.assertEqual(code, result.result["code"], result)
        return result

    # --- records ---

    @property
    def records(self):
        return os.path.join(self.env["XDG_DATA_HOME"], "boardwalk", "boardwalk.db")

    def open_records(self):
        database = sqlite3.connect(self.records, isolation_level=None)
        self.addCleanup(database.close)
        return database

    def hold_records(self):
        """Another program at work on the records, for longer than anybody waits without a word."""
        database = self.open_records()
        database.execute("BEGIN IMMEDIATE")
        return database

    # --- boards ---

    def start_vboard(self, *args, count=1):
        process = subprocess.Popen(
            [VBOARD, *map(str, args), "--count", str(count), "--parent-exit"], env=self.env,
            cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop, process)
        lines = Lines(process.stdout)
        addresses = [lines.wait_for(lambda l: l.startswith("ready ")).split(" ", 1)[1] for _ in range(count)]
        return process, addresses

    def plug_in(self, chip="esp32", *args, serial="rfc2217:0"):
        """One virtual board; its flash is the file flash.bin. Returns its address."""
        self.vboard, addresses = self.start_vboard(
            "--chip", chip, "--serial", serial, "--flash", self.path("flash.bin"),
            "--control", self.path("control"), *args)
        return addresses[0]

    def ask_board(self, *commands):
        """Commands to the control socket of the board that plug_in() made; the last answer."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(SECONDS)
            control.connect(self.path("control"))
            answers = control.makefile("r")
            for command in commands:
                control.sendall(command.encode() + b"\n")
                answer = answers.readline()
                self.assertTrue(answer.startswith("ok"), command)
        return answer

    def tell_board(self, *commands):
        self.ask_board(*commands)

    def wait_for_board(self, is_it, command="status"):
        """Until what the board says to that command is so; not for ever."""
        deadline = time.monotonic() + SECONDS
        while not is_it(said := json.loads(self.ask_board(command).removeprefix("ok "))):
            self.assertLess(time.monotonic(), deadline, said)
            time.sleep(0.02)
        return said

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout:
            process.stdout.close()

    # --- firmware ---

    def make_firmware(self, chip="esp32", version="1.5.0", size=65536, folder=None, *more):
        folder = folder or self.path("build-" + chip + "-" + version)
        subprocess.run(["/usr/bin/python3", MAKE_FIRMWARE, "--chip", chip, "--version", version, "--size",
                        str(size), "--seed", str(sum(version.encode())), *more, folder], check=True, capture_output=True)
        return folder

    def make_encrypted(self, chip):
        """A build for a board in development mode: everything is encrypted while it is written."""
        folder = self.make_firmware(chip)
        path = os.path.join(folder, "flasher_args.json")
        with open(path, encoding="utf-8") as stream:
            args = json.load(stream)
        for part in args.values():
            if "encrypted" in part:
                part["encrypted"] = "true"
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(args, stream)
        return folder

    def parts(self, folder):
        """(offset, content) of every part of a build folder."""
        with open(os.path.join(folder, "flasher_args.json"), encoding="utf-8") as stream:
            files = json.load(stream)["flash_files"]
        for offset, name in files.items():
            with open(os.path.join(folder, name), "rb") as stream:
                yield int(offset, 0), stream.read()

    def assert_on_board(self, folder, flash="flash.bin"):
        content = self.read(flash)
        for offset, part in self.parts(folder):
            self.assertEqual(part, content[offset:offset + len(part)], f"differs at {offset:#x}")


__all__ = ["CliTest", "HOMES", "Lines", "Result", "BOARDWALK", "VBOARD", "SECONDS", "main", "signal"]
