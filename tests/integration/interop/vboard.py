# SPDX-License-Identifier: GPL-3.0-or-later
"""A running virtual board for tests in Python: started, waited for, steered, ended."""
import json
import os
import socket
import subprocess

SECONDS = 60  # until a program that hangs is given up


class Board:
    """boardwalk-vboard as a child process; use in a with statement.

    folder: for the link, the flash file and the control socket
    serial: "pty" or "rfc2217"
    """

    def __init__(self, program, folder, chip, serial, *options):
        self.folder = folder
        self.flash = os.path.join(folder, "flash.bin")
        link = os.path.join(folder, "board")
        self.control_path = link + ".ctl"
        where = ["--serial", f"pty:{link}"] if serial == "pty" else \
            ["--serial", "rfc2217:0", "--control", self.control_path]
        self.process = subprocess.Popen(
            [program, "--chip", chip, "--flash", self.flash, "--no-registry", "--parent-exit",
             *where, *options], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise RuntimeError(f"the virtual board did not start: {line!r}")
        self.address = line.split(None, 1)[1].strip()
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.control.settimeout(SECONDS)
        self.control.connect(self.control_path)
        self.replies = self.control.makefile("r")

    def tell(self, line):
        """Send a control line; its answer must be ok. Returns what follows the ok."""
        self.control.sendall(line.encode() + b"\n")
        reply = self.replies.readline().strip()
        if not reply.startswith("ok"):
            raise AssertionError(f"{line!r} was answered {reply!r}")
        return reply[2:].strip()

    def status(self):
        return json.loads(self.tell("status"))

    def stats(self):
        return json.loads(self.tell("stats"))

    def contents(self, offset=0, size=None):
        with open(self.flash, "rb") as file:
            file.seek(offset)
            return file.read(size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.replies.close()
        self.control.close()
        self.process.terminate()
        status = self.process.wait(SECONDS)
        self.process.stdout.close()
        if status != 0:
            raise AssertionError(f"the virtual board ended with {status}")
