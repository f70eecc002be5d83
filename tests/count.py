#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Close a test run with one plain line: how many tests passed and failed, from Meson's own logs.

count.py BROKEN LOG…: BROKEN builds could not be made; each counts as one failure.
"""
import json
import sys

broken = int(sys.argv[1])
passed = skipped = 0
failed = []
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            if test["result"] in ("OK", "EXPECTEDFAIL"):
                passed += 1
            elif test["result"] == "SKIP":
                skipped += 1
            else:
                failed.append(f"{path.split('/')[0]}: {test['name']}")
if failed:
    print("\n".join(failed))
if skipped:  # a skipped test is a hole, not a pass
    print(f"{skipped} tests were skipped: on this machine they prove nothing")
n_failed = len(failed) + skipped + broken
print(f"{passed} passed, {n_failed} failed")
sys.exit(1 if n_failed or not passed else 0)
