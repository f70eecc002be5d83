# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-format 14 decides about C; every file says its licence first; text files are clean."""

import os
import re
import shutil
import subprocess

from tree import Finding, read, walk

CLANG_FORMAT = ("clang-format-14", "clang-format")
APACHE = ("src/protocol/", "firmware/")
SPDX_FILES = (".c", ".h", ".py", ".sh", ".ui", ".css", ".build", ".ini", ".rules", ".xml", ".1", "_options.txt")
PLAIN_FILES = SPDX_FILES + (".md", ".in", ".json")
# clang-format leaves comments as they are: a word may stand out from the 100 columns of code.
COMMENT_COLUMNS = 105
SPDX = re.compile(r"SPDX-License-Identifier: (\S+)")


def find_clang_format():
    for name in CLANG_FORMAT:
        path = shutil.which(name)
        if path:
            version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if "version 14." in version:
                return path
    return None


def check_layout(root, paths):
    tool = find_clang_format()
    if tool is None:
        yield Finding("-", 1, "no-tool", "clang-format 14 is not installed")
        return
    # named, because the planted tree lies inside the real one
    style = "file:" + os.path.join(os.path.dirname(__file__), "..", "..", ".clang-format")
    sources = [os.path.join(root, p) for p in paths if p.endswith((".c", ".h"))]
    command = [tool, "--style=" + style, "--dry-run", "-Werror", *sources]
    text = subprocess.run(command, capture_output=True, text=True).stderr
    places = {}
    for path, line in re.findall(r"(?m)^(.+?):(\d+):\d+: error: ", text):
        places.setdefault(os.path.relpath(path, root), []).append(int(line))
    for path, lines in places.items():
        yield Finding(path, lines[0], "layout", f"clang-format: {len(lines)} places")


def check_licence(root, path):
    wanted = "Apache-2.0" if path.startswith(APACHE) else "GPL-3.0-or-later"
    head = read(root, path).splitlines()[:1 if path.endswith((".c", ".h")) else 3]
    match = SPDX.search("\n".join(head))
    if match is None:
        yield Finding(path, 1, "spdx", "the licence line is missing")
    elif match.group(1) != wanted:
        yield Finding(path, 1, "licence", f"{match.group(1)} where {wanted} holds")


def check_plain(root, path):
    text = read(root, path)
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip() or "\r" in line:
            yield Finding(path, number, "blanks", "blanks or a carriage return at the end of the line")
            break
        if "\t" in line and not path.endswith((".1", ".md", ".csv")):
            yield Finding(path, number, "tab", "a tab")
            break
    if text and not text.endswith("\n"):
        yield Finding(path, text.count("\n") + 1, "no-newline", "no newline at the end")


def check_width(root, path):
    for number, line in enumerate(read(root, path).split("\n"), 1):
        if len(line) > COMMENT_COLUMNS:
            yield Finding(path, number, "width", f"{len(line)} columns, {COMMENT_COLUMNS} are the most")


def check(root, build):
    paths = list(walk(root))
    yield from check_layout(root, paths)
    for path in paths:
        if path.endswith(SPDX_FILES):
            yield from check_licence(root, path)
        if path.endswith(PLAIN_FILES):
            yield from check_plain(root, path)
        if path.endswith((".c", ".h")):
            yield from check_width(root, path)
