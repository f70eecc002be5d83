#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The completions load in their shells and offer exactly the commands and options that there are."""

import os
import pty
import re
import select
import subprocess
import time

from common import CliTest, main

FOLDER = os.environ["COMPLETIONS"]
COMMANDS = ["list", "info", "flash", "verify", "read", "erase", "reset", "console", "firmware show",
            "firmware convert", "partition make", "partition show"]
with open(os.environ["CHIP_TABLE"], encoding="utf-8") as table:
    CHIPS = set(re.findall(r'(?m)^ *\.key = "(\w+)"', table.read()))
OPTION = re.compile(r"--[a-z][a-z-]*")


class Completions(CliTest):
    def options(self, command):
        return set(OPTION.findall(re.split(r"\n\n(?=[A-Z][^:]*$)", self.check(0, *command.split(), "--help").out)[0]))

    def words_of(self, command, option):
        """What the program itself says it takes."""
        said = self.check(2, *command.split(), "x", "y", option, "nonsense").err
        return set(re.search(r"is none of (.*)$", said, re.M).group(1).split(", "))

    def check_values(self, offers):
        for command, option in (("flash", "--flash-mode"), ("flash", "--flash-freq"), ("flash", "--flash-size"),
                                ("verify", "--after"), ("firmware convert", "--format"), ("firmware convert", "-f")):
            with self.subTest(option):
                self.assertEqual(self.words_of(command, option), set(offers(f"boardwalk {command} {option} ")))
        for option in ("--chip", "-c"):
            self.assertEqual(CHIPS, set(offers(f"boardwalk firmware convert {option} ")))
        for command in ("flash", "info"):
            rates = set(offers(f"boardwalk {command} --baud "))
            self.assertEqual(rates, set(offers(f"boardwalk {command} -b ")))
            self.assertIn("921600", rates)

    def check_before_command(self, offers):
        """Options may stand before the command."""
        self.assertEqual({"flash"}, set(offers("boardwalk --json fl")))
        self.assertEqual({"flash"}, set(offers("boardwalk -b 115200 -p /dev/ttyUSB0 fl")))
        self.assertEqual({"convert", "show"}, set(offers("boardwalk --verbose firmware ")))
        self.assertEqual({"reset", "stay"}, set(offers("boardwalk -p /dev/ttyUSB0 flash --after ")))
        self.assertTrue([w for w in offers("boardwalk -p ") if w.startswith("board")])
        self.assertIn("--json", {w.split("=")[0] for w in offers("boardwalk --j")})

    def check_shell(self, offers):
        self.check_values(offers)
        self.check_before_command(offers)
        for command in ("erase", "read"):
            self.assertLessEqual({"nvs", "otadata", "phy_init"}, set(offers(f"boardwalk {command} ")), command)
        words = {c.split()[0] for c in COMMANDS}
        self.assertEqual(words, {w for w in offers("boardwalk ") if not w.startswith("-")})
        self.assertEqual({"flash"}, set(offers("boardwalk fl")))
        self.assertEqual({"convert", "show"}, set(offers("boardwalk firmware ")))
        self.assertEqual({"make", "show"}, set(offers("boardwalk partition ")))
        self.assertEqual({"reset", "stay"}, set(offers("boardwalk flash --after ")))
        for command in COMMANDS:
            with self.subTest(command):
                found = {w.split("=")[0] for w in offers(f"boardwalk {command} --")}
                self.assertEqual(self.options(command), {w for w in found if w.startswith("--")})

    def check_places(self, offers):
        self.write("data.bin", "data")
        for command in ("flash", "verify", "firmware show", "firmware convert"):
            with self.subTest(command):
                found = offers(f"boardwalk {command} data.bin@n")
                self.assertEqual({"nvs"}, {word.rpartition("@")[2] for word in found})
        self.assertEqual([], [w for w in offers("boardwalk flash none.bin@n") if "nvs" in w])

    def test_bash(self):
        script = """
source "$1"
line=$2
read -r -a COMP_WORDS <<<"$line"
[[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line}
_boardwalk
printf '%s\\n' "${COMPREPLY[@]}"
"""
        path = os.path.join(FOLDER, "boardwalk.bash")

        def offers(line):
            run = subprocess.run(["bash", "--norc", "-c", script, "bash", path, line], capture_output=True,
                                 text=True, env=self.env, cwd=self.folder, timeout=60)
            self.assertEqual("", run.stderr)
            return run.stdout.split()

        self.check_shell(offers)
        self.check_places(offers)
        # as bash itself parts words
        self.assertEqual(["nvs"], offers("boardwalk flash data.bin @ n"))
        self.assertEqual({"nvs", "otadata", "phy_init"}, set(offers("boardwalk flash data.bin @")))

    def test_fish(self):
        path = os.path.join(FOLDER, "boardwalk.fish")

        def offers(line):
            run = subprocess.run(["fish", "--no-config", "-c", f"source '{path}'; complete -C '{line}'"],
                                 capture_output=True, text=True, env=self.env, cwd=self.folder, timeout=60)
            self.assertEqual("", run.stderr)
            return [l.split("\t")[0] for l in run.stdout.splitlines()]

        self.check_shell(offers)
        self.check_places(offers)

    def test_zsh(self):
        zsh = Zsh(FOLDER, self.env, self.folder)
        self.addCleanup(zsh.close)
        self.check_shell(zsh.offers)
        self.check_places(zsh.offers)


class Zsh:
    """zsh completes only for a person: one shell on a terminal, asked by its Tab key."""

    SETUP = r"""
PS1= ; RPS1= ; unsetopt beep zle_bracketed_paste prompt_cr prompt_sp; unset zle_bracketed_paste
stty -echo
fpath=("$COMPLETIONS" $fpath); autoload -U compinit; compinit -u -D
zstyle ':completion:*' list-grouped false
zstyle ':completion:*' menu no
compadd () {
  local -a __hits __known
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
  builtin compadd -O __hits "$@"
  print -rl -- "${(@)__hits/#/HIT }"
  builtin compadd "$@"
}
report () { print START; zle complete-word; print; print DONE; zle kill-whole-line; }
null-line () { zle kill-whole-line }
zle -N report; bindkey '^X^R' report
print READY
"""

    def __init__(self, folder, env, cwd):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe("zsh", ["zsh", "-f", "-i"], dict(env, COMPLETIONS=folder, TERM="dumb", COLUMNS="200"))
        for line in self.SETUP.strip().splitlines():
            os.write(self.fd, line.encode() + b"\n")
        self.read_until("READY")

    def read_until(self, word):
        text, deadline = "", time.monotonic() + 60
        while not re.search(rf"(?m)^{word}\r?$", text):
            ready = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]
            if not ready:
                raise AssertionError(f"zsh does not say {word}: {text!r}")
            text += os.read(self.fd, 65536).decode(errors="replace")
        return text

    def offers(self, line):
        os.write(self.fd, line.encode() + b"\x18\x12")
        text = self.read_until("DONE").rsplit("START", 1)[-1]
        return {w for w in re.findall(r"HIT ([^\r\n]+)", text)}

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


if __name__ == "__main__":
    main()
