#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Close a test run with one plain line: how many tests passed and failed, from Meson's own logs."""
import json
import sys

passed = failed = skipped = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as log:
        for line in log:
            result = json.loads(line)["result"]
            if result in ("OK", "EXPECTEDFAIL"):
                passed += 1
            elif result == "SKIP":
                skipped += 1
            else:
                failed += 1
if skipped:  # a skipped test is a hole, not a pass
    print(f"{skipped} tests were skipped: on this machine they prove nothing", file=sys.stderr)
print(f"{passed} passed, {failed + skipped} failed")
sys.exit(1 if failed or skipped or not passed else 0)
