# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides for people name is there: files, modules, functions, and where links lead."""

import fnmatch
import os
import re

from tree import Finding, line_of, read, walk, walk_c

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
FUNCTION = re.compile(r"(\w+) ?\(\)|((?:bwp?|fw|vb)_\w+)")
# a file with a folder or an ending of ours; one at a place of the person is not
FILE = re.compile(r"(?:\./)?[\w.*\[\]-]+(?:/[\w.*\[\]-]+)*/?")
ENDING = re.compile(r"\.(?:\[ch\]|c|h|py|sh|md|ui|ini|rules)$")
MODULE = re.compile(r"(?:bwp?|fw|vb)-[\w-]+")
PLACEHOLDER = re.compile(r"\b[A-Z]{4,}\b|\.replay$")


def is_file(word):
    return FILE.fullmatch(word) and (ENDING.search(word) or word.startswith("./") or "/" in word)


def is_there(word, paths):
    """Whether a file or folder has this path, or a path that ends so."""
    word = os.path.normpath(word)
    return any(fnmatch.fnmatch(path, word) or fnmatch.fnmatch(path, "*/" + word) for path in paths)


def judge(word, paths, names):
    """The rule that what stands between two marks breaks."""
    first = word.split()[0]
    if PLACEHOLDER.search(word):
        return None
    if match := FUNCTION.fullmatch(word):
        return None if (match[1] or match[2]) in names else "no-function"
    if MODULE.fullmatch(os.path.basename(first)) and not ENDING.search(first):
        return None if is_there(first + ".[ch]", paths) else "no-module"
    return "no-file" if is_file(first) and not is_there(first, paths) else None


def check(root, build):
    files = list(walk(root))
    folders = {os.path.dirname(path) for path in files} - {""}
    paths = files + sorted(folders | {os.path.dirname(path) for path in folders})
    names = {name for path in walk_c(root) for name in re.findall(r"\b\w+(?= \()", read(root, path))}
    for guide in (path for path in files if path.endswith(".md")):
        text = read(root, guide)
        for match in CODE.finditer(text):
            if rule := judge(match[1], paths, names):
                yield Finding(guide, line_of(text, match.start()), rule, match[1])
        for match in LINK.finditer(text):
            if not os.path.exists(os.path.join(root, os.path.dirname(guide), match[1])):
                yield Finding(guide, line_of(text, match.start()), "no-link", match[1])
