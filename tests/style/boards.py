# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of data/boards/README.md and data/drivers/README.md, and udev rules that open exactly the devices
named there."""

import configparser
import os
import re

from tree import Finding, read

FOLDER = "data/boards"
DRIVERS = "data/drivers"
RULES = "data/udev/70-boardwalk.rules"
RESETS = {"bridge", "flow-control", "usb-jtag", "usb-otg"}
KEYS = {
    "bridge": ({"vid", "pid", "name", "max-baud", "reset"}, {"product", "chip"}),
    "board": ({"vid", "pid", "name"}, {"product", "chip"}),
    "trouble": ({"driver", "causes", "kind", "source"}, {"product", "since", "before", "baud"}),
}
PATTERNS = {
    "vid": r"[0-9a-f]{4}",
    "pid": r"[0-9a-f]{4}|\*",
    "max-baud": r"0|[1-9][0-9]{3,7}",
    "reset": "|".join(sorted(RESETS)),
    "chip": r"esp[0-9a-z]+",
    "name": r"\S.*",
    "product": r".+",
    "driver": r"[a-z][a-z0-9_-]*",
    "causes": r"[a-z-]+(;[a-z-]+)*",
    "kind": r"loses-received|stops-receiving",
    "since": r"[0-9]+\.[0-9]+(\.[0-9]+)?",
    "before": r"[0-9]+\.[0-9]+(\.[0-9]+)?",
    "baud": r"[1-9][0-9]{3,7}",
    "source": r"\S.*",
}
SECTION = re.compile(r"(bridge|board) ([a-z0-9][a-z0-9-]*)")
TROUBLE = re.compile(r"trouble [a-z0-9][a-z0-9-]*")


def check_group(path, section, kind, group):
    required, optional = KEYS[kind]
    for key in sorted(required - set(group)):
        yield Finding(path, 1, "missing", f"[{section}]: {key}")
    for key in sorted(set(group) - required - optional):
        yield Finding(path, 1, "unknown", f"[{section}]: {key} is no key of a {kind}")
    for key, pattern in PATTERNS.items():
        if key in group and not re.fullmatch(pattern, group[key]):
            yield Finding(path, 1, "value", f"[{section}]: {key}={group[key]}")


def check_unique(path, section, kind, group, seen):
    identity = (kind, group.get("vid"), group.get("pid"), group.get("product"))
    for what in (section, identity):
        if what in seen:
            yield Finding(path, 1, "twice", f"[{section}] is like one in {seen[what]}")
        seen[what] = path


def parse(root, path):
    parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    parser.optionxform = str
    parser.read_string(read(root, path))
    return parser


def read_rules(text):
    """The pairs (vid, pid) that the rules open; pid is * for a vendor as a whole."""
    for line in text.splitlines():
        vendor = re.search(r'ATTRS\{idVendor\}=="([0-9a-f]{4})"', line)
        products = re.search(r'ATTRS\{idProduct\}=="([0-9a-f|]+)"', line)
        if vendor:
            yield from ((vendor[1], pid) for pid in (products[1].split("|") if products else ["*"]))


def check_rules(known, bridges, opened):
    whole_vendors = {vid for vid, pid in opened if pid == "*"}
    for vid, pid in sorted(known - opened):
        if vid not in whole_vendors:
            yield Finding(RULES, 1, "closed", f"{vid}:{pid} of {FOLDER} is not opened")
    for vid, pid in sorted(opened - bridges):
        yield Finding(RULES, 1, "nameless", f"{vid}:{pid} is opened, and no bridge has it")


def list_files(root, folder):
    return sorted(f"{folder}/{n}" for n in os.listdir(os.path.join(root, folder)) if n.endswith(".ini"))


def check_drivers(root):
    for path in list_files(root, DRIVERS):
        for section, group in list(parse(root, path).items())[1:]:
            if TROUBLE.fullmatch(section) is None:
                yield Finding(path, 1, "section", f"[{section}] is no [trouble ID]")
            else:
                yield from check_group(path, section, "trouble", group)


def check(root, build):
    yield from check_drivers(root)
    seen, known, bridges = {}, set(), set()
    for path in list_files(root, FOLDER):
        for section, group in list(parse(root, path).items())[1:]:
            match = SECTION.fullmatch(section)
            if match is None:
                yield Finding(path, 1, "section", f"[{section}] is neither [bridge ID] nor [board ID]")
                continue
            yield from check_group(path, section, match[1], group)
            yield from check_unique(path, section, match[1], group, seen)
            pair = (group.get("vid", ""), group.get("pid", ""))
            known.add(pair)
            if match[1] == "bridge":
                bridges.add(pair)
    yield from check_rules(known, bridges, set(read_rules(read(root, RULES))))
