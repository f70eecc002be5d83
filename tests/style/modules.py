# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that belong together: modules and tests, texts and POTFILES, templates and classes."""

import os
import re

from tree import Finding, read, strip_c, walk

MARKED = re.compile(r"(?<!\w)(?:_|N_|C_|NC_|ngettext|g_dngettext|g_dpgettext2)\s*\(\s*\"")
TRANSLATABLE = re.compile(r"translatable=\"(?:yes|true)\"")
# what desktops and software catalogues show of a program: names and sentences without a mark
FOR_DESKTOPS = (".desktop.in", ".metainfo.xml.in")
TEMPLATE = re.compile(r"<template\s+class=\"(\w+)\"")


# --- a test for every module ------------------------------------------------------------------


def is_module(path, paths):
    """A source with a header of its own; one without is a theme of another module."""
    return path.endswith(".c") and path[:-2] + ".h" in paths


def module_names(stem):
    """'bw-job-thread' may be tested as itself or as a theme of 'bw-job'; the prefix may be left out."""
    parts = stem.split("-")
    names = ["-".join(parts[:n]) for n in range(len(parts), 1, -1)]
    return names + [name.split("-", 1)[1] for name in names]


def check_tests(root, paths):
    tests = {os.path.basename(p) for p in paths if p.startswith("tests/unit/test-")}
    folders = ("src/protocol/", "src/engine/")
    for path in (p for p in paths if p.startswith(folders) and is_module(p, paths)):
        names = [f"test-{name}.c" for name in module_names(os.path.basename(path)[:-2])]
        if not tests.intersection(names):
            yield Finding(path, 1, "no-test", f"tests/unit/{names[0]} is missing")


# --- POTFILES ---------------------------------------------------------------------------------


def has_texts(root, path):
    if path.endswith((".c", ".h")):
        return MARKED.search(strip_c(read(root, path), keep_strings=True)) is not None
    if path.endswith(FOR_DESKTOPS):
        return True
    return path.endswith(".ui") and TRANSLATABLE.search(read(root, path)) is not None


def check_potfiles(root, paths):
    name = "po/POTFILES.in"
    sources = [p for p in paths if p.startswith(("src/", "ui/", "data/")) and has_texts(root, p)]
    if not os.path.exists(os.path.join(root, name)):
        if sources:
            yield Finding(name, 1, "no-potfiles", f"{len(sources)} files have texts to translate")
        return
    listed = {l.strip() for l in read(root, name).splitlines() if l.strip() and not l.startswith("#")}
    for path in sources:
        if path not in listed:
            yield Finding(path, 1, "not-in-potfiles", "has texts to translate")
    for path in sorted(listed):
        if not os.path.exists(os.path.join(root, path)):
            yield Finding(name, 1, "gone-from-potfiles", f"{path} does not exist")


# --- templates --------------------------------------------------------------------------------


def class_name(base):
    return "".join(part.capitalize() for part in base.split("-"))


def check_templates(root, paths):
    for path in (p for p in paths if p.startswith("ui/") and p.endswith(".ui")):
        match = TEMPLATE.search(read(root, path))
        if match is None:
            continue  # menus and shortcut windows are no widget classes
        base = os.path.basename(path)[:-3]
        if match.group(1) != class_name(base):
            yield Finding(path, 1, "template", f"class {match.group(1)} in a file for {class_name(base)}")
        elif f"src/app/{base}.c" not in paths:
            yield Finding(path, 1, "no-class", f"src/app/{base}.c is missing")


# --- board files ------------------------------------------------------------------------------


def check_boards(root, paths):
    from gi.repository import GLib

    for path in (p for p in paths if p.startswith("data/boards/") and p.endswith(".ini")):
        try:
            keys = GLib.KeyFile()
            keys.load_from_file(os.path.join(root, path), GLib.KeyFileFlags.NONE)
            if not keys.get_groups()[0]:
                yield Finding(path, 1, "board-file", "describes nothing")
        except GLib.Error as error:
            yield Finding(path, 1, "board-file", error.message)


def check(root, build):
    paths = list(walk(root, "src", "tests", "ui", "data", "po"))
    yield from check_tests(root, paths)
    yield from check_potfiles(root, paths)
    yield from check_templates(root, paths)
    yield from check_boards(root, paths)
