# SPDX-License-Identifier: GPL-3.0-or-later
"""What every check needs: the files of the tree, C text without comments, and findings."""

import os
import re
from collections import namedtuple

# rule is a fixed word, so that the planted files can name what must be caught.
Finding = namedtuple("Finding", "path line rule text")

SKIPPED_FOLDERS = {".git", "__pycache__", "node_modules", "planted", "vectors"}
SKIPPED_FILES = {".git"}


def is_build_folder(path):
    name = os.path.basename(path)
    return name.startswith(("build", "_")) or os.path.exists(os.path.join(path, "meson-info"))


def walk(root, *folders):
    """Yield paths relative to root, sorted, of every file below the folders (default: all)."""
    for top in folders or (".",):
        for where, dirs, files in os.walk(os.path.join(root, top)):
            dirs[:] = sorted(
                d
                for d in dirs
                if d not in SKIPPED_FOLDERS and not is_build_folder(os.path.join(where, d))
            )
            for name in sorted(set(files) - SKIPPED_FILES):
                yield os.path.normpath(os.path.relpath(os.path.join(where, name), root))


def walk_c(root, *folders):
    return (p for p in walk(root, *folders) if p.endswith((".c", ".h")))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace", newline="") as stream:
        return stream.read()


TOKEN = re.compile(
    r"""(?P<block>/\*.*?\*/)|(?P<line>//[^\n]*)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.S | re.X,
)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def strip_c(text, keep_strings=False):
    """Blank comments (and the insides of strings); line numbers and columns stay."""

    def replace(match):
        if match.lastgroup != "string":
            return blank(match.group())
        return match.group() if keep_strings else '"' + blank(match.group()[1:-1]) + '"'

    return TOKEN.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
