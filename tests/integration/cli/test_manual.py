#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manuals and README say what the programs do: the same options, lines that fit, examples that run."""

import gzip
import json
import os
import re
import shlex
import subprocess

from common import BOARDWALK, SECONDS, VBOARD, CliTest, Lines, main

FOLDER = os.environ["MANUALS"]
README = os.environ["README"]
SOURCES = os.environ["SOURCES"]
VBOARD_OPTIONS = os.environ["VBOARD_OPTIONS"]
LONG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
SHORT = re.compile(r"(?<![\w-])-[A-Za-z](?![\w-])")


def read_text(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def read_manual(name):
    """The source without its escapes: what is written with a minus is one."""
    text = read_text(os.path.join(FOLDER, name + ".1")).replace("\\-", "-")
    return re.sub(r"\\f[RBIP]|\\&|\\\||\"", "", text)


def examples(name):
    """The commands of the section EXAMPLES, each the tag of a paragraph."""
    section = read_manual(name).split(".SH EXAMPLES\n")[1].split("\n.SH ")[0]
    return re.findall(r"(?m)^\.TP\n\.B (.*)$", section)


class Options(CliTest):
    def options_of(self, *commands):
        """What --help lists, of every command."""
        text = "\n".join(line for command in commands for line in self.check(0, *command.split(), "--help").out.splitlines()
                         if line.startswith("  -"))
        return text

    def commands(self):
        return re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)  +\S", self.check(0, "--help").out)

    def test_boardwalk(self):
        text = self.options_of(*self.commands())
        manual = read_manual("boardwalk")
        # --version belongs to the program alone, as -V
        self.assertEqual(set(LONG.findall(text)) | {"--version"}, set(LONG.findall(manual)))
        self.assertEqual(set(SHORT.findall(text)) | {"-V"}, set(SHORT.findall(manual)))

    def test_every_command_is_in_the_manual(self):
        section = read_manual("boardwalk").split(".SH COMMANDS\n")[1].split("\n.SH ")[0]
        tags = [tag.split(None, 1)[1] for tag in re.findall(r"(?m)^\.TP\n(.*)$", section)]
        for command in self.commands():
            self.assertTrue([t for t in tags if re.match(re.escape(command) + r"(?: |$)", t)], command)
        self.assertEqual(len(self.commands()), len(tags), tags)

    def test_every_command_says_in_the_manual_what_it_takes(self):
        """The arguments of the usage line stand behind its name."""
        manual = read_manual("boardwalk")
        for command in self.commands():
            usage = self.check(0, *command.split(), "--help").out.splitlines()[1]
            arguments = usage.split("[OPTION…]")[1].strip().replace("…", ".|.|.").replace("|", "")
            tag = re.search(rf"(?m)^\.TP\n\.B\w* ?{command}(.*)$", manual)
            for word in re.findall(r"[A-Z]+", arguments):
                self.assertIn(word, tag.group(1), command)

    def test_vboard(self):
        table = set(re.findall(r'\{ "([a-z-]+)", (?:no|required)_argument', read_text(VBOARD_OPTIONS)))
        self.assertGreater(len(table), 20)
        text = subprocess.run([VBOARD, "--help"], capture_output=True, text=True, check=True).stdout
        self.assertEqual({"--" + name for name in table}, set(LONG.findall(text)))
        self.assertEqual({"--" + name for name in table}, set(LONG.findall(read_manual("boardwalk-vboard"))))
        self.assertEqual({"-h", "-V"}, set(SHORT.findall(text)) & set(SHORT.findall(read_manual("boardwalk-vboard"))))

    def test_exit_statuses(self):
        """The list of the manual is that of --help."""
        section = read_manual("boardwalk").split(".SH EXIT STATUS\n")[1].split("\n.PP")[0]
        said = self.check(0, "--help").out.replace("\n", " ").split("Exit status: ")[1]
        self.assertEqual(re.findall(r"\b\d\b", said), re.findall(r"(?m)^\.B (\d)$", section))


class Environment(CliTest):
    def variables_of(self, *folders):
        """Those that are asked for by name."""
        names = set()
        for folder in folders:
            for where, _, files in os.walk(os.path.join(SOURCES, folder)):
                for name in files:
                    names |= set(re.findall(r'getenv \("(\w+)"\)', read_text(os.path.join(where, name))))
        self.assertIn("BOARDWALK_STUB_DIR", names)
        return names

    def test_every_variable_is_in_the_manual(self):
        for manual, folder in (("boardwalk", "cli"), ("boardwalk-station", "app")):
            with self.subTest(manual):
                section = read_manual(manual).split(".SH ENVIRONMENT\n")[1].split("\n.SH ")[0]
                told = set(re.findall(r"\b[A-Z_]{4,}\b", section))
                self.assertEqual(set(), self.variables_of(folder, "engine") - told)


class Members(CliTest):
    def names(self, value):
        """Every name of a member, at whatever depth."""
        if isinstance(value, list):
            return set().union(*map(self.names, value))
        return set(value).union(*map(self.names, value.values())) if isinstance(value, dict) else set()

    def test_every_member_is_in_the_manual(self):
        section = read_manual("boardwalk").split(".SH JSON OUTPUT\n")[1].split("\n.SH ")[0]
        told = set(re.findall(r"[a-z][a-z_0-9]*", section))
        port = self.plug_in("esp32")
        firmware = self.make_firmware()
        self.write("table.csv", "nvs,data,nvs,0x9000,0x6000\n")
        self.check(0, "flash", "-p", port, firmware)
        for words in (["list"], ["info", "-p", port], ["firmware", "show", "-p", port, firmware],
                      ["firmware", "convert", firmware, "all.bin"], ["partition", "show", "table.csv"],
                      ["flash", "--dry-run", "-p", port, firmware], ["flash", "-p", port, firmware],
                      ["erase", "-p", port, "--dry-run"]):
            with self.subTest(words):
                events = self.check(0, "--json", *words).events
                self.assertEqual(set(), self.names(events) - told)
        for words in (["list", "--watch", "--timeout", "1"], ["console", "-p", port, "--timeout", "1"]):
            with self.subTest(words):
                self.assertEqual(set(), self.names(self.check(0, "--json", *words).events) - told)


class Rendered(CliTest):
    def test_a_page_fits_a_terminal(self):
        for name in sorted(os.listdir(FOLDER)):
            with self.subTest(name):
                run = subprocess.run(["man", "-E", "UTF-8", "-l", os.path.join(FOLDER, name)], capture_output=True,
                                     text=True, env=dict(self.env, MANWIDTH="80", MAN_KEEP_FORMATTING=""))
                self.assertEqual("", run.stderr)
                lines = re.sub(r".\x08|\x1b\[[\d;]*m", "", run.stdout).splitlines()
                self.assertGreater(len(lines), 20)
                self.assertEqual([], [line for line in lines if len(line) > 80])
                # a tag is bold or underlined from its first to its last letter: no lone values below it
                self.assertEqual([], [line for line in lines if re.match(r"\s+[A-Z]+\]", line)])


class Examples(CliTest):
    """Each example as it stands there, with the names of a real board and of real files in it."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("bin"))
        for name, program in (("boardwalk", BOARDWALK), ("boardwalk-vboard", VBOARD)):
            os.symlink(program, self.path("bin", name))
        self.env["PATH"] = self.path("bin") + ":" + os.environ["PATH"]

    def run_example(self, line, port):
        line = line.replace("/dev/ttyUSB0", shlex.quote(port))
        run = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, env=self.env,
                             cwd=self.folder, timeout=2 * SECONDS)
        self.assertEqual(0, run.returncode, f"{line}\n{run.stdout}\n{run.stderr}")
        self.assertNotIn("Sanitizer", run.stderr)
        return run.stdout

    def make_files(self, build):
        folder = self.make_firmware(folder=self.path(build))
        self.write("firmware.bin", dict(self.parts(folder))[0x10000])
        self.check(0, "firmware", "convert", folder, "all.bin")
        self.write("all.bin.gz", gzip.compress(self.read("all.bin")))
        self.write("manifest.json", json.dumps({"name": "Weather", "version": "1", "builds": [
            {"chipFamily": "ESP32", "parts": [{"path": "all.bin.gz", "offset": 0}]}]}))

    def test_of_boardwalk(self):
        port = self.plug_in("esp32")
        self.make_files("build")
        lines = examples("boardwalk")
        self.assertGreater(len(lines), 4)
        for line in lines:
            with self.subTest(line):
                out = self.run_example(line, port)
                self.assertNotEqual("", out)
        self.assertEqual(self.read("flash.bin"), self.read("backup.bin"))

    def test_of_the_virtual_board(self):
        lines = examples("boardwalk-vboard")
        self.assertGreater(len(lines), 1)
        for line in lines:
            with self.subTest(line):
                words = shlex.split(line.replace(":4000", ":0"))
                process = subprocess.Popen([*words, "--parent-exit"], env=self.env, cwd=self.folder, stdout=subprocess.PIPE,
                                           text=True, executable=VBOARD)
                self.addCleanup(self.stop, process)
                ready = Lines(process.stdout)
                for _ in range(int(words[words.index("--count") + 1]) if "--count" in words else 1):
                    ready.wait_for(lambda l: l.startswith("ready "))
                process.terminate()
                self.assertEqual(0, process.wait(SECONDS))

    def test_of_the_readme(self):
        port = self.plug_in("esp32")
        self.make_files("my-project/build")
        lines = re.findall(r"(?m)^build/src/cli/(boardwalk .*)$", read_text(README))
        self.assertGreater(len(lines), 4)
        for line in lines:
            with self.subTest(line):
                # the console goes on until it is stopped
                self.run_example(line + (" --timeout 1" if " console " in line else ""), port)


if __name__ == "__main__":
    main()
