# SPDX-License-Identifier: GPL-3.0-or-later
"""./start with what is built already: its real paths, but nothing gets installed or built.

START names the script, BOARDWALK_BUILD the build folder.
"""
import json
import os
import re
import shutil
import signal
import subprocess

from common import SECONDS, CliTest, Lines, main

START = os.environ["START"]


def processes_of(session):
    """The command lines of the processes that still run in a session."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stream:
                state, _parent, _group, its_session = stream.read().rpartition(")")[2].split()[:4]
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as stream:
                line = stream.read().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_session) == session and state != "Z":
            found.append(f"{pid} {line}")
    return found


class StartTest(CliTest):
    def setUp(self):
        super().setUp()
        self.env["TMPDIR"] = self.path("tmp")
        os.mkdir(self.env["TMPDIR"])
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            self.env.pop(name, None)
        # the builder says what it would do; whoever would install something has no effect
        self.write_tool("ninja", f'exec {shutil.which("ninja")} -n "$@"')
        self.write_tool("apt-get", "exit 0")
        self.write_tool("sudo", 'exec "$@"')
        self.env["PATH"] = self.path("tools") + ":" + self.env["PATH"]

    def write_tool(self, name, command):
        os.chmod(self.write("tools/" + name, f"#!/bin/sh\n{command}\n"), 0o755)

    def begin(self, *args):
        process = subprocess.Popen(
            [START, *args], env=self.env, cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def run_start(self, status, *args):
        process = self.begin(*args)
        out, err = process.communicate(timeout=4 * SECONDS)
        self.assertEqual(status, process.returncode, f"{args}\n{out}\n{err}")
        self.assert_nothing_left(process)
        return out, err

    def assert_nothing_left(self, process):
        self.assertEqual([], processes_of(process.pid))
        self.assertEqual([], os.listdir(self.env["TMPDIR"]))

    def test_headless_flashes_a_board(self):
        out, _err = self.run_start(0, "--headless")
        self.assertRegex(out.splitlines()[-1], r": ✔ Good\. .*proved by digest; application came up$")

    def test_headless_with_boards_and_more_words(self):
        """What ./start does not know is for the program, in its order."""
        out, _err = self.run_start(0, "--headless", "--json", "--boards", "3", "--baud", "460800")
        last = json.loads(out.splitlines()[-1])
        self.assertEqual((True, "result"), (last["ok"], last["event"]), last)

    def test_unknown_word_is_refused_by_the_program(self):
        _out, err = self.run_start(2, "--headless", "--no-such-option")
        self.assertIn("--no-such-option", err)

    def test_wrong_boards(self):
        for words in (["--boards", "x"], ["--boards=-1"], ["--boards", "257"], ["--boards", "1000"],
                      ["--boards", "08"], ["--boards", ""], ["--boards"]):
            with self.subTest(words):
                out, err = self.run_start(2, *words)
                self.assertEqual("", out)
                self.assertRegex(err, r"\A--boards takes a number from 0 to 256\n")
                self.assertIn("./start [--boards N] [--headless]", err)

    def test_help(self):
        out, err = self.run_start(0, "--help")
        self.assertIn("./start [--boards N] [--headless]", out)
        self.assertEqual("", err)

    def test_no_display(self):
        out, err = self.run_start(1)
        self.assertEqual("", out)
        self.assertRegex(err, r"\AThere is no display to open a window on\..*\./start --headless\n\Z")

    def test_window_program_gets_the_other_words(self):
        self.env["DISPLAY"] = ":never-opened"
        out, err = self.run_start(0, "--boards", "3", "--version")
        self.assertRegex(out, r"(?m)^boardwalk-station \d")
        sample = re.search(r"(?m)^A firmware to try: (.*)$", err)[1]
        self.assertTrue(os.path.exists(sample), sample)

    def make_first_build(self):
        """What is built here as a folder that has no samples yet, with a window that says its arguments."""
        folder = self.path("first")
        built = os.environ["BOARDWALK_BUILD"]
        for name in os.listdir(built):
            if name not in ("samples", "src"):
                os.makedirs(folder, exist_ok=True)
                os.symlink(os.path.join(built, name), os.path.join(folder, name))
        os.chmod(self.write("first/src/app/boardwalk-station", '#!/bin/sh\nprintf "%s\\n" "$@"\n'), 0o755)
        self.write_tool("ninja", "exit 0")
        self.env["BOARDWALK_BUILD"] = folder
        self.env["DISPLAY"] = ":never-opened"
        return os.path.join(folder, "samples/weather.json")

    def test_first_window_opens_with_a_sample(self):
        """It has a build for each kind of virtual board; the second time nothing is pushed aside."""
        sample = self.make_first_build()
        out, _err = self.run_start(0)
        self.assertEqual(sample + "\n", out)
        with open(sample, encoding="utf-8") as manifest:
            builds = json.load(manifest)["builds"]
        self.assertEqual(["ESP32", "ESP32-C3"], [build["chipFamily"] for build in builds])
        for part in builds[0]["parts"] + builds[1]["parts"]:
            self.assertTrue(os.path.exists(os.path.join(os.path.dirname(sample), part["path"])), part)
        out, err = self.run_start(0)
        self.assertEqual("\n", out)
        self.assertIn(f"A firmware to try: {sample}\n", err)

    def test_first_window_with_words_of_a_person(self):
        self.make_first_build()
        out, _err = self.run_start(0, "--no-usb")
        self.assertEqual("--no-usb\n", out)

    def test_ctrl_c_leaves_no_process(self):
        process = self.begin("--headless", "--json")
        lines = Lines(process.stdout)
        lines.wait_for(lambda line: json.loads(line).get("state") == "writing", 4 * SECONDS)
        self.assertTrue([line for line in processes_of(process.pid) if "boardwalk-vboard" in line])
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        self.assertEqual(130, process.wait(SECONDS), process.stderr.read())
        self.assertEqual("cancelled", json.loads(lines.rest()[-1])["result"])
        process.stderr.close()
        self.assert_nothing_left(process)


main()
