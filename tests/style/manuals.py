# SPDX-License-Identifier: GPL-3.0-or-later
"""Every program has a manual page, and the formatter has nothing to say about any of them."""

import os
import re
import subprocess

from tree import Finding, read, walk

PROGRAM = re.compile(r"executable\(\s*'([\w-]+)'(?:[^)]*?)install\s*:\s*true", re.S)


def programs(root):
    for path in walk(root, "src", "firmware"):
        if path.endswith("meson.build"):
            yield from ((path, name) for name in PROGRAM.findall(read(root, path)))


def check_page(root, path):
    command = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", os.path.join(root, path)]
    env = dict(os.environ, LC_ALL="C.UTF-8", MANROFFSEQ="", MANWIDTH="100")
    run = subprocess.run(command, capture_output=True, text=True, env=env)
    for line in run.stderr.splitlines():
        yield Finding(path, 1, "warning", line.split(": ", 1)[-1])
    text = read(root, path)
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS"):
        if not re.search(rf'^\.S[Hh] "?{section}"?$', text, re.M):
            yield Finding(path, 1, "section", f"has no section {section}")


def check(root, build):
    pages = [p for p in walk(root, "data") if re.search(r"\.[1-8]$", p)]
    for path in pages:
        yield from check_page(root, path)
    names = {os.path.basename(p) for p in pages}
    for path, name in programs(root):
        if name + ".1" not in names:
            yield Finding(path, 1, "no-manual", f"{name} has no manual page")
