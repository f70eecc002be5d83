# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a person waits: from the start of the program to its window, and from the kernel's event
(or a virtual board's hello) to the card on the screen. Printed: it depends on what else the machine
does. The processor time that it takes is bounded, widely, as this runs with sanitizers too. Runs under
umockdev-wrapper."""
import os
import statistics
import sys
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sim"))

from station import App, Board, SCRATCH  # noqa: E402
import pixels  # noqa: E402
import screen  # noqa: E402
from usb_bed import Adapter, Bed  # noqa: E402

ROUNDS = int(os.environ.get("BW_UI_ROUNDS", "3"))
# where the window will be, and where the second card of the list will be
WINDOW = (8, 8, 320, 40)
SECOND_CARD = (20, 200, 320, 40)
START_WORK_S = 10
CARD_WORK_S = 3

sight = pixels.Screen()


def report(what, times):
    times = sorted(t * 1000 for t in times)
    print(f"{what}: median {statistics.median(times):.0f} ms, longest {times[-1]:.0f} ms of {len(times)}", flush=True)


def read_stat(pid):
    """Of a process: name, state, parent … as in proc(5), from the state on."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            name, _, rest = file.read().rpartition(")")
    except OSError:
        return "", []
    return name.partition("(")[2], rest.split()


def get_work():
    """Processor time that the window has used so far, all its threads."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        name, fields = read_stat(pid)
        if fields and int(fields[1]) == os.getpid() and name.startswith("boardwalk-stat"):
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    raise AssertionError("no window among our children")


class Watcher(threading.Thread):
    def __init__(self, before):
        super().__init__()
        self.before = before

    def run(self):
        self.seen = pixels.Screen().wait_change(WINDOW, self.before)
        self.work = get_work()


def measure_start():
    """The window is drawn before screen readers are told of it: a watcher of its own sees it."""
    times, works = [], []
    for _ in range(ROUNDS):
        before = sight.wait_still(WINDOW, 0.2)
        began = time.monotonic()
        watcher = Watcher(before)
        watcher.start()
        app = App()
        watcher.join()
        times.append(watcher.seen - began)
        works.append(watcher.work)
        app.close()
    report("start to window", times)
    report("  processor time of it", works)
    assert 0 < statistics.median(works) < START_WORK_S, works


def measure_cards(app, what, plug, unplug, name, address):
    times, works = [], []
    for _ in range(ROUNDS):
        before = sight.wait_still(SECOND_CARD, 0.3)
        began, work = time.monotonic(), get_work()
        plug()
        times.append(sight.wait_change(SECOND_CARD, before) - began)
        works.append(get_work() - work)
        app.wait_description(app.row(name), ["Ready"])
        unplug()
        app.wait_description(app.row(name), ["Unplugged"])
        app.select(address())
        app.act("win.dismiss")
        screen.wait_gone(app.root, "list item", name)
    report(what, times)
    report("  processor time of it", works)
    assert statistics.median(works) < CARD_WORK_S, works


measure_start()

first = Board("first", name="Porch sensor")
app = App()
app.wait_description(app.row("Porch sensor"), ["Ready"])
second = Board("second", mac="24:6f:28:00:00:09", name="Second")
app.wait_description(app.row("Second"), ["Ready"])
second.unplug()
app.wait_description(app.row("Second"), ["Unplugged"])
app.select(second.link)
app.act("win.dismiss")
screen.wait_gone(app.root, "list item", "Second")
measure_cards(
    app, "virtual board to card", lambda: second.tell("plug"), second.unplug, "Second", lambda: second.link
)
app.close()
# on the pretended machine there are no other lines than those of its adapters
first.stop()
second.stop()

bed = Bed()
number = iter(range(100))


def make_adapter(place):
    return Adapter(
        bed, os.environ["BW_VBOARD"], SCRATCH, place=place, number=next(number),
        options=("--mac", f"24:6f:28:00:01:{place:02x}"),
    )


kept = make_adapter(1).plug()
app = App(has_usb=True, env={"UMOCKDEV_DIR": bed.root})
app.wait_description(app.row("USB 1, place 1"), ["Ready"])
current = [make_adapter(2)]


def unplug_adapter():
    current[0].unplug()
    current.insert(0, make_adapter(2))


measure_cards(
    app, "USB event to card", lambda: current[0].plug(), unplug_adapter, "USB 1, place 2",
    lambda: current[1].path,
)
app.close()
kept.unplug()
current[0].stop()
