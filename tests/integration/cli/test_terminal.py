#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person at a terminal sees and types; the console; watching boards come and go."""

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time

from common import BOARDWALK, SECONDS, CliTest, Lines, main


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, test, *args, columns=80, rows=24, stderr=None):
        self.fd, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            ["setsid", "--ctty", BOARDWALK, *args], stdin=slave, stdout=slave, stderr=stderr or slave,
            env=test.env, cwd=test.folder)
        self.text = ""
        test.addCleanup(self.close)

    def read_until(self, pattern, seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if not self.read_some(max(0, deadline - time.monotonic())):
                raise AssertionError(f"{pattern!r} does not appear in {self.text!r}")
        return self.text

    def read_some(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        self.text += os.read(self.fd, 65536).decode(errors="replace")
        return True

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self):
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read_some(0.05)
        while self.read_some(0):
            pass
        return self.process.wait(1)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.fd)
        os.close(self.slave)


def see(text):
    """The lines that stand on a terminal that was sent @text, which has room for all of them."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\033\[[0-9;]*[A-Za-z]|\r|\n|[^\033\r\n]+", text):
        if part == "\r":
            column = 0
        elif part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part.endswith("A") and part.startswith("\033"):
            row -= int(part[2:-1])
        elif part == "\033[J":
            lines[row:] = [lines[row][:column]]
        elif not part.startswith("\033"):
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part):]
            column += len(part)
    return lines


class Progress(CliTest):
    def setUp(self):
        super().setUp()
        self.env["TERM"] = "xterm-256color"

    def flash(self, *args, **more):
        port = self.plug_in("esp32", "--speed", "real")
        terminal = Terminal(self, "flash", "-p", port, "--no-diff", "--no-listen", *args,
                            self.make_firmware(size=300000), **more)
        self.assertEqual(0, terminal.wait(), terminal.text)
        return terminal.text

    def test_one_line_is_drawn_again(self):
        text = self.flash()
        self.assertIn("\033[1A\033[J", text)
        self.assertIn("Writing", text)
        self.assertRegex(text, r"[▓░]{20} +\d+ %")
        self.assertIn("\033[32m✔ Good\033[0m", text)
        shares = [int(n) for n in re.findall(r" (\d+) %", text)]
        self.assertEqual(sorted(shares), shares)

    def test_not_more_than_ten_times_a_second(self):
        begun = time.monotonic()
        text = self.flash()
        frames = text.count("\033[1A\033[J")
        self.assertLess(frames, (time.monotonic() - begun) * 10 + 10)

    def test_no_colours_where_none_are_wanted(self):
        self.env["NO_COLOR"] = "1"
        text = self.flash()
        self.assertNotRegex(text, r"\033\[\d+m")
        self.assertIn("\033[1A\033[J", text)

    def test_no_color_option(self):
        self.assertNotRegex(self.flash("--no-color"), r"\033\[\d+m")

    def test_no_colours_beside_the_terminal(self):
        """Where standard error goes elsewhere, as into a file."""
        with open(self.path("errors"), "w") as errors:
            terminal = Terminal(self, "info", "-p", "/dev/null", stderr=errors)
            self.assertEqual(3, terminal.wait(), terminal.text)
        self.assertIn("✘ Not a serial port", self.read("errors").decode())
        self.assertNotIn("\033", self.read("errors").decode())
        terminal = Terminal(self, "info", "-p", "/dev/null")
        self.assertEqual(3, terminal.wait(), terminal.text)
        self.assertIn("\033[31m✘ Not a serial port\033[0m", terminal.text)

    def test_a_dumb_terminal_gets_plain_lines(self):
        self.env["TERM"] = "dumb"
        text = self.flash()
        self.assertNotIn("\033", text)
        self.assertIn("Writing", text)

    def test_lines_fit_a_narrow_terminal(self):
        # where there is no ellipsis, three points stand for it
        for locale in ("C.UTF-8", "C"):
            self.env["LC_ALL"] = locale
            text = self.flash(columns=40)
            for line in re.split(r"[\r\n]+|\033\[[0-9]*[AJ]", text):
                if "%" in line:
                    self.assertLess(len(line), 40, line)

    def test_json_on_a_terminal_is_json(self):
        text = self.flash("--json")
        self.assertNotIn("\033", text)
        self.assertTrue(all(l.startswith("{") for l in text.split("\r\n") if l), text)

    def test_ctrl_c(self):
        port = self.plug_in("esp32", "--speed", "real")
        terminal = Terminal(self, "flash", "-p", port, "--no-diff", self.make_firmware(size=1000000))
        terminal.read_until("Writing")
        terminal.type("\x03")
        self.assertEqual(5, terminal.wait(), terminal.text)
        lines = see(terminal.text)
        self.assertTrue(any("Stopped" in line for line in lines), lines)
        self.assertIn("Stopping. Press Ctrl-C again to end at once.", lines)
        self.assertFalse([line for line in lines if " %" in line], lines)

    def test_a_failure_beside_work_stays_whole(self):
        """Its words go to standard error, where the other board's line is being drawn."""
        good = self.plug_in("esp32", "--speed", "real")
        terminal = Terminal(self, "flash", "-p", good, "-p", "/dev/not-there", "--no-diff", "--no-listen",
                            self.make_firmware(size=300000))
        self.assertEqual(3, terminal.wait(), terminal.text)
        lines = see(terminal.text)
        at = next(i for i, line in enumerate(lines) if line.startswith("/dev/not-there: ✘"))
        self.assertTrue(all(line.startswith("  ") for line in lines[at + 1:at + 4]), lines)
        self.assertFalse([line for line in lines if " %" in line], lines)
        self.assertEqual(1, sum("✔ Good" in line for line in lines), lines)

    def flash_beside(self, pattern, **more):
        """A flash on a wide terminal during which, from @pattern on, others are at work on the records."""
        port = self.plug_in("esp32", "--speed", "real")
        terminal = Terminal(self, "flash", "-p", port, "--no-diff", "--no-listen",
                            self.make_firmware(size=300000), columns=300, **more)
        terminal.read_until(pattern)
        return terminal, self.hold_records()

    def test_who_holds_the_records_is_said_above_what_is_drawn(self):
        terminal, database = self.flash_beside("Writing")
        terminal.read_until("waiting for the records[^\n]*\n.* %")
        database.rollback()
        self.assertEqual(0, terminal.wait(), terminal.text)
        lines = see(terminal.text)
        said = [line for line in lines if "waiting for the records" in line]
        self.assertEqual(1, len(said), lines)
        self.assertRegex(said[0], rf"^boardwalk: waiting for the records: .* \(pid {os.getpid()}\)$")
        self.assertFalse([line for line in lines if " %" in line], lines)

    def test_who_holds_the_records_for_long_is_said_once(self):
        terminal, _ = self.flash_beside("Writing")
        self.assertEqual(6, terminal.wait(), terminal.text)
        lines = see(terminal.text)
        self.assertEqual(1, sum("waiting for the records" in line for line in lines), lines)
        self.assertTrue([line for line in lines if line.endswith(", ignoring")], lines)
        self.assertTrue(all(line.startswith("boardwalk: ") for line in lines if line.endswith(", ignoring")), lines)
        self.assertFalse([line for line in lines if " %" in line], lines)

    def test_who_holds_the_records_is_no_result(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        with os.fdopen(writing) as stream:
            terminal, database = self.flash_beside("Writing", stderr=stream)
        said = b""
        while b"\n" not in said:
            self.assertTrue(select.select([reading], [], [], SECONDS)[0])
            said += os.read(reading, 4096)
        self.assertIn(b"waiting for the records", said)
        database.rollback()
        self.assertEqual(0, terminal.wait(), terminal.text)
        self.assertNotIn("waiting", terminal.text)
        self.assertEqual(b"", os.read(reading, 4096))

    def test_a_narrow_terminal_shows_the_share_before_a_bar(self):
        text = self.flash(columns=50)
        self.assertNotIn("░", text)
        self.assertRegex(text, r"\d+ %  Writ")

    def test_a_very_narrow_terminal_shows_the_share_before_the_name(self):
        self.assertRegex(self.flash(columns=30), r"…[.:\d]+ +\d+ %  Writing")
        self.env["LC_ALL"] = "C"
        self.assertRegex(self.flash(columns=30), r"\.\.\.[.:\d]+ +\d+ %  Writing")


class Console(CliTest):
    def setUp(self):
        super().setUp()
        self.port = self.plug_in("esp32")
        self.check(0, "flash", "-p", self.port, self.make_firmware())

    def listen_until(self, pattern, *args):
        """What a console has said when a line came that matches."""
        process, lines = self.begin_cli("console", "-p", self.port, *args)
        lines.wait_for(lambda l: re.search(pattern, l))
        return self.end_by(signal.SIGTERM, process, lines)

    def test_in_a_pipe(self):
        self.assertEqual(5, self.listen_until("alive").status)

    def test_timestamps(self):
        result = self.listen_until("alive", "--timestamps")
        for line in result.out.splitlines():
            self.assertRegex(line, r"^\d\d:\d\d:\d\d\.\d{3}  ")

    def test_json(self):
        result = self.check_events(5, self.listen_until('"log"', "--json"))
        self.assertEqual("cancelled", result.result["code"], result)

    def test_for_a_time(self):
        """That is what was wanted: its end is no failure."""
        self.check_json(0, "console", "-p", self.port, "--timeout", "1")

    def test_ctrl_bracket_leaves_and_the_terminal_is_as_before(self):
        terminal = Terminal(self, "console", "-p", self.port)
        terminal.read_until("boot|rst:|I \\(")
        self.assertFalse(termios.tcgetattr(terminal.slave)[3] & termios.ECHO)
        terminal.type("\x1d")
        self.assertEqual(0, terminal.wait(), terminal.text)
        self.assertEqual(terminal.before, termios.tcgetattr(terminal.slave))

    def test_ctrl_c_goes_to_the_board(self):
        terminal = Terminal(self, "console", "-p", self.port)
        terminal.read_until("boot|rst:|I \\(")
        terminal.type("\x03")
        time.sleep(0.5)
        self.assertIsNone(terminal.process.poll())
        terminal.process.send_signal(signal.SIGTERM)
        self.assertEqual(5, terminal.wait(), terminal.text)
        self.assertEqual(terminal.before, termios.tcgetattr(terminal.slave))

    def test_a_reader_that_goes_away_ends_it(self):
        process = self.start("console", "-p", self.port)
        self.addCleanup(self.stop, process)
        process.stdout.readline()
        process.stdout.close()
        for _ in range(100):
            if process.poll() is not None:
                break
            self.run_cli("list")
            self.tell_board("reset")
        self.assertEqual(0, process.wait(SECONDS))
        self.assertEqual("", process.stderr.read())
        process.stderr.close()


class EchoBoard:
    """A board at the end of a TCP line: asks without a line end, answers what it heard."""

    def __init__(self, test, answer=b"you said "):
        self.answer = answer
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "tcp://127.0.0.1:%d" % self.server.getsockname()[1]
        self.heard = bytearray()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        test.addCleanup(self.server.close)

    def run(self):
        with self.server.accept()[0] as line:
            line.sendall(b"\033[1mready> ")
            while data := line.recv(100):
                self.heard += data
                if data == b"bye":
                    return
                line.sendall(self.answer + data)


class Conversation(CliTest):
    def test_what_a_pipe_says_reaches_the_board_and_its_answer_comes_back(self):
        board = EchoBoard(self)
        process, lines = self.begin_cli("console", "-p", board.address, stdin=subprocess.PIPE)
        process.stdin.write("help\n")
        process.stdin.close()
        lines.wait_for(lambda l: l.endswith("you said help"))
        result = self.end_by(signal.SIGTERM, process, lines)
        self.assertEqual(b"help\n", board.heard)
        # untouched: the prompt without a line end, and the board's own colours
        self.assertIn("\033[1mready> ", result.out)
        self.assertIn("you said help", result.out)

    def test_a_long_file_reaches_the_board_whole(self):
        """Far more than may wait anywhere: the pipe waits for the board, and nothing is lost."""
        board = EchoBoard(self, answer=b"")
        text = "".join(f"{n:07}\n" for n in range(1 << 17))
        process = self.start("console", "-p", board.address, stdin=subprocess.PIPE)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        process.stdin.write(text)
        process.stdin.close()
        lines.wait_for(lambda l: l.endswith("0131071"))
        self.assertEqual(text.encode(), board.heard)

    def test_a_pipe_waits_for_a_board_that_hears_nothing(self):
        """What is read from it does not pile up in the station."""
        board = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(board.close)
        process = self.start("console", "-p", "tcp://127.0.0.1:%d" % board.getsockname()[1],
                             stdin=subprocess.PIPE, bufsize=0)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        line = board.accept()[0]
        self.addCleanup(line.close)
        os.set_blocking(process.stdin.fileno(), False)
        taken, piece = 0, b"x" * 65536
        while taken < 64 << 20 and select.select([], [process.stdin], [], 1)[1]:
            taken += os.write(process.stdin.fileno(), piece)
        self.assertLess(taken, 32 << 20)

    def test_a_slow_reader_gets_everything(self):
        """Also where the pipe does not block, as some programs hand it to those they start."""
        board = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(board.close)
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        os.set_blocking(writing, False)
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        process = subprocess.Popen([BOARDWALK, "console", "-p", "tcp://127.0.0.1:%d" % board.getsockname()[1]],
                                   stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, env=self.env,
                                   cwd=self.folder, text=True)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        os.close(writing)
        text = b"".join(b"%07d\n" % n for n in range(100000))
        line = board.accept()[0]
        self.addCleanup(line.close)
        thread = threading.Thread(target=line.sendall, args=(text,), daemon=True)
        thread.start()
        got = b""
        while len(got) < len(text) and select.select([reading], [], [], SECONDS)[0]:
            piece = os.read(reading, 65536)
            if not piece:
                break
            got += piece
        self.assertEqual(len(text), len(got))
        self.assertEqual(text, got)

    def test_every_key_reaches_the_board_but_the_one_that_leaves(self):
        board = EchoBoard(self)
        terminal = Terminal(self, "console", "-p", board.address)
        terminal.read_until("ready> ")
        terminal.type("a\x03")
        terminal.read_until("you said a")
        terminal.type("b\x1dc")
        self.assertEqual(0, terminal.wait(), terminal.text)
        self.assertEqual(b"a\x03", board.heard[:2])
        self.assertNotIn(b"c", board.heard)
        self.assertNotIn(b"\x1d", board.heard)

    def test_a_board_that_goes_away_is_waited_for(self):
        board = EchoBoard(self)
        process = self.start("console", "-p", board.address, "--json", stdin=subprocess.PIPE)
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: '"listening"' in l)
        board.server.close()
        process.stdin.write("bye")
        process.stdin.close()
        lines.wait_for(lambda l: '"waiting-replug"' in l)
        process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(SECONDS))


class Watching(CliTest):
    def test_boards_come_and_go(self):
        process = self.start("list", "--watch")
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        lines = Lines(process.stdout)
        self.plug_in("esp32", "--name", "Come and go")
        lines.wait_for(lambda l: l.startswith("+ ") and "Come and go" in l)
        self.stop(self.vboard)
        lines.wait_for(lambda l: l.startswith("- ") and "Come and go" in l)
        process.send_signal(signal.SIGINT)
        self.assertEqual(5, process.wait(SECONDS))

    def test_in_json(self):
        address = self.plug_in("esp32")
        process, lines = self.begin_cli("list", "--watch", "--json")
        lines.wait_for(lambda l: '"state"' in l)
        result = self.check_events(5, self.end_by(signal.SIGINT, process, lines))
        self.assertEqual([("state", address, True)],
                         [(e["event"], e["port"], e["present"]) for e in result.events[:-1]])

    def test_for_a_time(self):
        result = self.check_json(0, "list", "--watch", "--timeout", "1")
        self.assertTrue(result.result["ok"])


if __name__ == "__main__":
    main()
