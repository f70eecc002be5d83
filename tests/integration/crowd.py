# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the cases of a test file several at a time, each in a process of its own.

Nearly all their time is waiting: for boards that say nothing, bytes paced like on a wire, people who
hold a button. With names of cases as arguments they run here, one after another.
"""
import os
import re
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor, as_completed


def names_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from names_of(item)
        else:
            yield item.id().removeprefix("__main__.")


def run_one(name):
    return name, subprocess.run([sys.executable, sys.argv[0], name], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")


def is_done(run):
    """What was skipped proves nothing, so it is not done."""
    return run.returncode == 0 and not re.search(r"^OK \(.*skipped=", run.stderr, re.MULTILINE)


def run_all(names, width):
    failed = []
    with ThreadPoolExecutor(width) as pool:
        for done in as_completed([pool.submit(run_one, name) for name in names]):
            name, run = done.result()
            # what a case counts and measures belongs to what it found
            if is_done(run):
                print(f"{run.stdout}{name}: done", flush=True)
            else:
                failed.append(name)
                print(f"{run.stdout}{run.stderr}{name}: failed", flush=True)
    print(f"{len(names)} cases, failed: {failed or 'none'}")
    return failed


def main():
    """To be called by a test file instead of unittest.main()."""
    if len(sys.argv) > 1:
        unittest.main(module="__main__", verbosity=2)
    names = list(names_of(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
    failed = run_all(names, max(4, 3 * (os.cpu_count() or 1)))
    sys.exit(1 if failed or not names else 0)
