#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes of files and functions against what we aim at: printed, never a failure."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tree import read, strip_c, walk_c  # noqa: E402

FUNCTION = re.compile(r"^(\w+) \([^;{}]*\)\n\{\n(.*?)^\}", re.M | re.S)


def functions(root, path):
    for match in FUNCTION.finditer(strip_c(read(root, path))):
        yield match.group(2).count("\n"), f"{path} {match.group(1)}"


def share(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0


def report(title, sized, limit):
    lines = [n for n, _ in sized]
    print(f"{title}: {len(lines)}, median {share(lines, 50)}, p95 {share(lines, 95)}, over {limit}:")
    for n, name in sorted((s for s in sized if s[0] > limit), reverse=True):
        print(f"  {n:5} {name}")


def main():
    root = sys.argv[1]
    for top in ("src/protocol", "src/engine", "src/cli", "src/app", "firmware"):
        paths = list(walk_c(root, top))
        print(f"== {top}")
        report("files", [(read(root, p).count("\n"), p) for p in paths], 600)
        report("functions", [f for p in paths if p.endswith(".c") for f in functions(root, p)], 60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
