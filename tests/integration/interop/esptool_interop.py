#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The independent judge of the virtual board: the real esptool must be able to work with it.

esptool_interop.py PROGRAM CHIP ROUTE     ROUTE: rom, stub, stub1, lines, crypt
BW_TEST_PYTHON names a Python that has esptool; ./check installs one and names it.
"""
import os
import random
import re
import subprocess
import sys
import tempfile

from vboard import Board

MAC = "24:6f:28:00:00:01"
REFUSAL = "does not support function"


class Judge:
    def __init__(self, python, board, folder, *options, env=None):
        self.command = [python, "-m", "esptool", "--port", board.address, *options]
        self.board = board
        self.folder = folder
        self.env = dict(os.environ, **(env or {}))

    def run(self, *args, fails=None):
        """Run esptool. It must succeed, or with "fails" end with that text and without success."""
        done = subprocess.run(self.command + [str(a) for a in args], env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240)
        text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", done.stdout)
        if fails is None:
            assert done.returncode == 0, f"{args} failed:\n{text}"
        else:
            assert done.returncode != 0, f"{args} should have failed:\n{text}"
            assert fails in text, f"{args} did not say {fails!r}:\n{text}"
        return text

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path


def like_firmware(size, seed):
    """Bytes that deflate to a good half, as programs do, with a long blank gap in them."""
    source = random.Random(seed)
    words = [source.randbytes(8) for _ in range(256)]
    data = b"".join(source.choice(words) if source.random() < .7 else source.randbytes(8)
                    for _ in range(size // 8))
    return data[:size // 2] + b"\xff" * 20000 + data[size // 2:size - 20000]


def check_identity(judge, chip):
    name = re.sub(r"^ESP32(?=.)", "ESP32-", chip.upper())
    text = judge.run("chip-id")
    assert re.search(rf"Connected to {name} ", text), text
    assert MAC in judge.run("read-mac")
    text = judge.run("flash-id")
    for word in ("Manufacturer: ef", "Device: 4016", "Detected flash size: 4MB"):
        assert word in text, f"no {word!r} in:\n{text}"


def check_write(judge):
    first, second = like_firmware(150_000, 1), random.Random(2).randbytes(70_001)
    one, two = judge.file("one.bin", first), judge.file("two.bin", second)
    judge.run("write-flash", "0x10000", one, "0x50000", two)
    assert judge.board.contents(0x10000, len(first)) == first
    assert judge.board.contents(0x50000, len(second)) == second
    assert set(judge.board.contents(0, 0x10000)) == {0xff}, "something lies before the files"
    assert set(judge.board.contents(0x62000)) == {0xff}, "something lies behind the files"
    plain = judge.file("plain.bin", second[::-1])
    judge.run("write-flash", "--no-compress", "0x50000", plain)
    assert judge.board.contents(0x50000, len(second)) == second[::-1]
    return first, one, two


def check_verify_and_read(judge, first, one, two, can):
    copy = os.path.join(judge.folder, "copy.bin")
    if not can:
        judge.run("verify-flash", "0x10000", one, fails=REFUSAL)
        judge.run("read-flash", "0x10000", 4096, copy, fails=REFUSAL)
        return
    judge.run("verify-flash", "0x10000", one)
    judge.run("verify-flash", "0x50000", two, fails="Verification failed")
    judge.run("read-flash", "0x10000", 0x12345, copy)
    with open(copy, "rb") as file:
        assert file.read() == first[:0x12345], "what was read is not what was written"


def check_erase(judge, first, rom, chip):
    if rom and chip == "esp8266":
        judge.run("erase-region", "0x11000", "0x2000", fails=REFUSAL)
    else:
        judge.run("erase-region", "0x11000", "0x2000")
        kept, gone = judge.board.contents(0x10000, 0x1000), judge.board.contents(0x11000, 0x2000)
        assert kept == first[:0x1000] and set(gone) == {0xff}
        assert judge.board.contents(0x13000, 0x1000) == first[0x3000:0x4000]
    if rom:
        judge.run("erase-flash", fails=REFUSAL)
    else:
        judge.run("erase-flash")
        assert set(judge.board.contents()) == {0xff}


def judge_by_pty(python, program, chip, route, folder):
    """No control lines: the board is held in download mode by its boot button."""
    rom = route == "rom"
    env = {"ESPTOOL_STUB_VERSION": "1"} if route == "stub1" else None
    options = ["--no-stub"] if rom else []
    with Board(program, folder, chip, "pty", "--boot", "download") as board:
        judge = Judge(python, board, folder, "--before", "no-reset", "--after", "no-reset",
                      *options, env=env)
        check_identity(judge, chip)
        files = check_write(judge)
        check_verify_and_read(judge, *files, can=not (rom and chip == "esp8266"))
        check_erase(judge, files[0], rom, chip)
        # asked to stay in the loader, the first stub restarts into the ROM, the second one stays
        assert board.status()["state"] == ("stub" if route == "stub" else "download")
        assert board.stats()["overruns"] == 0, board.stats()


def judge_by_lines(python, program, chip, folder):
    """esptool resets into the loader and out of it over RFC 2217. (Its client waits 50 ms for each
    of its many settings, therefore only one chip does it at length and with a raised rate.)"""
    with Board(program, folder, chip, "rfc2217") as board:
        if chip != "esp32":
            assert MAC in Judge(python, board, folder, "--no-stub").run("read-mac")
            assert board.status()["state"] == "booting", "it was not reset into its application"
            return
        judge = Judge(python, board, folder, "-b", "460800")
        data = random.Random(3).randbytes(20_000)
        judge.run("write-flash", "0x20000", judge.file("data.bin", data))
        assert board.contents(0x20000, len(data)) == data
        assert board.status()["state"] == "booting", "it was not reset into its application"
        assert board.stats()["resets"] >= 3, board.stats()


def judge_encryption(python, program, chip, folder):
    """esptool finds flash encryption on by the eFuses, writes with the flag where it is told to, and
    reads back what lies in the flash, which is not what it sent."""
    data, plain = random.Random(4).randbytes(20_000), random.Random(5).randbytes(5000)
    # the first chip's ROM takes no flag
    for options in ([], ["--no-stub"])[:1 if chip == "esp32" else 2]:
        with Board(program, folder, chip, "pty", "--boot", "download", "--flash-encryption") as board:
            judge = Judge(python, board, folder, "--before", "no-reset", "--after", "no-reset", *options)
            if chip != "esp32":
                assert "Flash Encryption: Enabled" in judge.run("get-security-info")
            one, two = judge.file("data.bin", data), judge.file("plain.bin", plain)
            judge.run("write-flash", "--encrypt-files", "0x20000", one, "--", "0x10000", two)
            sealed = board.contents(0x20000, len(data))
            assert sealed != data and len(set(sealed)) == 256, "the flag was ignored"
            assert board.contents(0x10000, len(plain)) == plain
            copy = os.path.join(folder, "copy.bin")
            judge.run("read-flash", "0x20000", 4096, copy)
            with open(copy, "rb") as file:
                assert file.read() == sealed[:4096]
            judge.run("verify-flash", "0x20000", one, fails="Verification failed")
        os.unlink(board.flash)


def main(program, chip, route):
    python = os.environ.get("BW_TEST_PYTHON")
    if not python:
        sys.exit("BW_TEST_PYTHON names no Python with esptool: run ./check, which installs one")
    with tempfile.TemporaryDirectory(prefix="interop-") as folder:
        if route == "crypt":
            judge_encryption(python, program, chip, folder)
        elif route == "lines":
            judge_by_lines(python, program, chip, folder)
        else:
            judge_by_pty(python, program, chip, route, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
