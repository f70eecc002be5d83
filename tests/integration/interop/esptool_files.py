#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real esptool merges the same build folder: what we convert must be the same flash, and what
it made must load again.

esptool_files.py BOARDWALK MAKE_FIRMWARE CHIP
BW_TEST_PYTHON names a Python that has esptool; ./check installs one and names it.
"""
import json
import os
import subprocess
import sys
import tempfile


def run(*command, status=0):
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=240)
    assert done.returncode == status, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def flash_of_hex(path):
    """address -> byte of an Intel HEX file."""
    flash, base = {}, 0
    with open(path, encoding="ascii") as lines:
        for line in lines:
            record = bytes.fromhex(line.strip()[1:])
            if record[3] == 4:
                base = int.from_bytes(record[4:6], "big") << 16
            elif record[3] == 0:
                start = base + int.from_bytes(record[1:3], "big")
                flash.update(enumerate(record[4:-1], start))
    return flash


def read(path):
    with open(path, "rb") as file:
        return file.read()


def check_conversions(boardwalk, esptool, chip, source, files):
    for form, name in (("uf2", "uf2"), ("raw", "bin"), ("hex", "hex")):
        ours, theirs = f"ours.{name}", f"theirs.{name}"
        run(boardwalk, "firmware", "convert", source, ours)
        run(*esptool, "--chip", chip, "merge-bin", "-f", form, "-o", theirs, *files)
        if form == "hex":
            assert flash_of_hex(ours) == flash_of_hex(theirs), "another content in Intel HEX"
        else:
            assert read(ours) == read(theirs), f"another {name} file than esptool's"
        assert chip in run(boardwalk, "firmware", "show", theirs), f"{theirs} is for no {chip}"


def check_damage(boardwalk, name):
    whole = read(name)
    for share in (0.2, 0.5, 0.9):
        with open("cut", "wb") as file:
            file.write(whole[:int(len(whole) * share) | 1])
        run(boardwalk, "firmware", "show", "cut", status=2)


def main():
    boardwalk, maker, chip = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
    python = os.environ.get("BW_TEST_PYTHON")
    if not python:
        sys.exit("BW_TEST_PYTHON names no Python with esptool: run ./check, which installs one")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run("/usr/bin/python3", maker, "--chip", chip, "--version", "1.5.0", "source")
        with open("source/flasher_args.json", encoding="utf-8") as file:
            listed = json.load(file)["flash_files"]
        files = [word for offset, name in listed.items() for word in (offset, "source/" + name)]
        check_conversions(boardwalk, [python, "-m", "esptool"], chip, "source", files)
        for name in ("theirs.uf2", "theirs.bin", "theirs.hex"):
            check_damage(boardwalk, name)
        os.chdir("/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
