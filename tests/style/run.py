#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one check: first on its planted bad files, each of which must be caught, then on the tree.

run.py CHECK ROOT BUILD: CHECK is a module beside this file with check (root, build) -> findings.
planted/CHECK/ is a small tree of its own; its file EXPECTED lists "path rule" for every finding.
"""

import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def read_expected(folder):
    with open(os.path.join(folder, "EXPECTED"), encoding="utf-8") as stream:
        return {tuple(line.split()) for line in stream if line.strip() and not line.startswith("#")}


def prove(module, name, build):
    """A check that catches nothing would always pass: it must catch exactly what was planted."""
    folder = os.path.join(HERE, "planted", name)
    expected = read_expected(folder)
    found = {(f.path, f.rule) for f in module.check(folder, build)}
    for path, rule in sorted(expected - found):
        print(f"planted {path}: {rule} was not caught")
    for path, rule in sorted(found - expected):
        print(f"planted {path}: {rule} was reported and is none")
    return expected and expected == found


def main():
    name, root, build = sys.argv[1:4]
    sys.path.insert(0, HERE)
    module = importlib.import_module(name)
    is_proved = prove(module, name, build)
    findings = sorted(module.check(root, build))
    for f in findings:
        print(f"{f.path}:{f.line}: {f.rule}: {f.text}")
    print(f"{name}: {len(findings)} findings, planted files {'caught' if is_proved else 'MISSED'}")
    return 0 if is_proved and not findings else 1


if __name__ == "__main__":
    sys.exit(main())
