# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the window keeps those waiting who ask it something, whatever else the machine does.

The kernel counts for each thread how long it ran and how long it waited for a processor (schedstat in
proc(5)). What counts here is the window's own share: what its main thread worked while a question was
open, and how long the question was open when those waits are taken off.
"""
import os
import time
from collections import namedtuple

Turn = namedtuple("Turn", "work delay")
Answer = namedtuple("Answer", "elapsed work stood_still")


def read_turn(pid, thread):
    """Seconds that a thread ran, and waited for a processor, since it began."""
    with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
        work_ns, delay_ns = file.read().split()[:2]
    return Turn(int(work_ns) / 1e9, int(delay_ns) / 1e9)


def read_delays(pid):
    """How long the threads of a process waited for a processor; one that ended meanwhile counts no more."""
    delays = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/comm") as file:
                name = file.read().strip()
            delays[thread, name] = read_turn(pid, thread).delay
        except (FileNotFoundError, ProcessLookupError):
            continue
    return delays


def subtract(later, earlier):
    return {thread: seconds - earlier.get(thread, 0) for thread, seconds in later.items()}


class Clock:
    """Answers of @app, one for each time it was asked."""

    def __init__(self, app):
        self.app = app
        self.pid = app.process.pid
        self.errand = (os.getpid(), app.find_bus())
        self.answers = []

    def ask(self, question=None):
        """Whatever the window's main thread does until it returns; without, whether an action is
        enabled."""
        before = [read_delays(pid) for pid in (self.pid, *self.errand)]
        turn, began = read_turn(self.pid, self.pid), time.monotonic()
        (question or self._ask_action)()
        elapsed, work = time.monotonic() - began, read_turn(self.pid, self.pid).work - turn.work
        after = [read_delays(pid) for pid in (self.pid, *self.errand)]
        window, *errand = (subtract(later, earlier) for later, earlier in zip(after, before))
        self.answers.append(Answer(elapsed, work, max(0.0, elapsed - self._add_waits(window, errand))))

    def ask_for(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ask()
            time.sleep(0.005)

    def report(self, what):
        """Prints the longest of the answers since the last report; returns it, number by number."""
        assert self.answers, f"nothing was asked: {what}"
        longest = Answer(*map(max, zip(*self.answers)))
        print(
            f"{what}: {len(self.answers)} answers; the longest came after {longest.elapsed * 1000:.0f} ms,"
            f" {longest.stood_still * 1000:.0f} ms without the waits for a processor,"
            f" and was {longest.work * 1000:.0f} ms of work",
            flush=True,
        )
        self.answers = []
        return longest

    def _ask_action(self):
        self.app.is_enabled("win.flash")

    def _add_waits(self, window, errand):
        """Of those that pass question and answer on, and of the one thread that the main thread may have
        waited for: not of all that work side by side."""
        passing = [s for (thread, name), s in window.items() if int(thread) == self.pid or name == "gdbus"]
        working = [s for (thread, name), s in window.items() if int(thread) != self.pid and name != "gdbus"]
        return sum(passing) + max(working, default=0) + sum(sum(delays.values()) for delays in errand)
