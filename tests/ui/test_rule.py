# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a rule for the system keeps brltty away from an adapter, "Copy rule" puts just that rule on the
clipboard, where it is when the sheet is gone. Runs under umockdev-wrapper."""
import os
import shutil
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sim"))

from station import App, Board, scratch  # noqa: E402
import screen  # noqa: E402
from usb_bed import Bed, clean_env  # noqa: E402

DEVICE = "/devices/pci0000:00/0000:00:14.0/usb1/1-80"
PYTHON = "import sys; print('up', flush=True); sys.stdin.read()"

board = Board("board", name="Porch sensor")
bed = Bed()
bed.testbed.add_from_string(
    f"P: {DEVICE}\nN: bus/usb/001/080\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
    "E: DEVNAME=/dev/bus/usb/001/080\nA: idVendor=1a86\\n\nA: idProduct=7523\\n\n\n")
program = shutil.copy(os.path.realpath("/usr/bin/python3"), scratch("brltty"))
brltty = subprocess.Popen([program, "-c", PYTHON], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=dict(clean_env(), PYTHONHOME="/usr"))
assert brltty.stdout.readline() == "up\n"

app = App(env={"UMOCKDEV_DIR": bed.root})
# it cannot be opened on the pretended machine, and is listed all the same
app.row("Porch sensor")
app.act("win.missing")
sheet = app.find("dialog", "My board does not appear")
found = screen.find(sheet, "list", "What was found on this machine")
row = screen.find(found, "list item", "brltty took the port")
# and not once more among what is merely likely
screen.wait_for(lambda: len(screen.all_of(sheet, "list item", "brltty took the port")) == 1, "it is said once")
screen.find(sheet, "list item", "No answer")
screen.click(screen.find(row, "push button", "Copy rule"))
# it is seen to have been done
screen.find(row, "push button", "Rule copied")
screen.shot("rule")
screen.press("Escape")
screen.wait_gone(app.root, "dialog", "My board does not appear")

app.act("win.search")
search = screen.wait_focus_role(app.root, "entry", "text")
screen.press("ctrl+v")
text = screen.wait_for(lambda: screen.read_text(search), "something is pasted")
lines = text.splitlines()
assert [line[:1] for line in lines] == ["#", "#", "S"], text
assert lines[2].startswith('SUBSYSTEM=="usb", KERNEL=="1-80", ATTR{idVendor}=="1a86", ATTR{idProduct}=="7523"'), text
assert "BRLTTY_BRAILLE_DRIVER" in lines[2], text
app.close()
brltty.stdin.close()
brltty.wait()
