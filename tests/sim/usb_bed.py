# SPDX-License-Identifier: GPL-3.0-or-later
"""USB adapters that umockdev pretends, each with a virtual board behind it.

The program under test finds them in sysfs, opens /dev/ttyUSB…, and moves DTR, RTS and break by
ioctl, as with real adapters; bytes go straight to the pty of the virtual board. Import this in a
program that runs under umockdev-wrapper; start the program under test as its child, with the
environment that child_env() gives.
"""

import json
import os
import socket
import struct
import subprocess
import termios
import threading
import time

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402

DTR, RTS = termios.TIOCM_DTR, termios.TIOCM_RTS
SET_BREAK, CLEAR_BREAK = 0x5427, 0x5428
SECONDS = 20


class Bed:
    """The pretended machine. One for a process: umockdev remembers the first."""

    def __init__(self):
        self.testbed = UMockdev.Testbed.new()
        self.root = self.testbed.get_root_dir()
        os.makedirs(self.root + "/dev/.ptymap", exist_ok=True)
        # with its last tty /sys/class/tty would go, and listing ports would fail
        self.testbed.add_from_string(
            "P: /devices/virtual/tty/tty0\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/tty0\nA: dev=4:0\\n\n")
        # the computer's own hub, which counts over-current
        self.hub = "/devices/pci0000:00/0000:00:14.0/usb1/1-0:1.0"
        self.testbed.add_from_string(
            f"P: {self.hub}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER=hub\n\n")

    def set_over_current_count(self, place, count):
        """How often the hub has reported over-current at its port `place`."""
        folder = f"{self.root}/sys{self.hub}/usb1-port{place}"
        os.makedirs(folder, exist_ok=True)
        with open(folder + "/over_current_count", "w", encoding="ascii") as file:
            file.write(f"{count}\n")

    def child_env(self, env=None):
        """For programs that shall see the bed."""
        return dict(env or os.environ, UMOCKDEV_DIR=self.root)


def clean_env(env=None):
    """For programs that shall not."""
    return {k: v for k, v in (env or os.environ).items() if k not in ("LD_PRELOAD", "UMOCKDEV_DIR")}


class Adapter:
    """One adapter in socket `place` of the hub, as /dev/ttyUSB<number> or, native, /dev/ttyACM<number>.

    lines: every state of (DTR, RTS) that the driver was told, in order.
    moments: when, seconds of the monotonic clock.
    """

    def __init__(self, bed, vboard, folder, place=1, number=0, chip="esp32", vendor=0x10c4, product=0xea60,
                 name="CP2102 USB to UART Bridge Controller", serial="0001", interface=0, options=()):
        self.bed, self.place, self.vendor, self.product = bed, place, vendor, product
        self.name, self.serial, self.interface = name, serial, interface
        self.is_native = vendor == 0x303a
        self.tty = f"tty{'ACM' if self.is_native else 'USB'}{number}"
        self.number, self.path = number, "/dev/" + self.tty
        self.link = os.path.join(folder, f"board-{self.tty}")
        self.lines, self.moments, self.state, self.breaks = [], [], 0, []
        self.lock = threading.Lock()  # the driver speaks in a thread of its own
        self.process = subprocess.Popen(
            [vboard, "--chip", chip, "--serial", "pty:" + self.link, "--no-registry", "--parent-exit", *options],
            stdout=subprocess.PIPE, text=True, env=clean_env())
        ready = self.process.stdout.readline()
        assert ready.startswith("ready "), ready
        self.control = socket.socket(socket.AF_UNIX)
        self.control.settimeout(SECONDS)
        self.control.connect(self.link + ".ctl")
        self.answers = self.control.makefile()

    def order(self, text):
        """Tell the virtual board; it has obeyed when this returns. Returns what it says of itself."""
        with self.lock:
            self.control.sendall(text.encode() + b"\n")
            answer = self.answers.readline()
        assert answer.startswith("ok"), (text, answer)
        return json.loads(answer[3:]) if answer.startswith("ok {") else None

    def stats(self):
        return self.order("stats")

    # --- the bus ---

    def _nodes(self):
        usb = f"/devices/pci0000:00/0000:00:14.0/usb1/1-{self.place}"
        interface = f"{usb}/1-{self.place}:1.{self.interface}"
        above = interface if self.is_native else f"{interface}/{self.tty}"
        return usb, interface, f"{above}/tty/{self.tty}"

    def plug(self):
        usb, interface, node = self._nodes()
        major = 166 if self.is_native else 188
        driver = "cdc_acm" if self.is_native else "cp210x"
        pty = os.path.realpath(self.link)
        os.symlink(pty, self.bed.root + self.path)
        self.mapping = self.bed.root + "/dev/.ptymap/" + pty.replace("/", "_")
        os.symlink(f"{major}:{self.number}", self.mapping)
        self.ioctls = UMockdev.IoctlBase()
        self.ioctls.connect("handle-ioctl", self._on_ioctl)
        self.ioctls.connect("client-connected", self._on_open)
        self.bed.testbed.attach_ioctl(self.path, self.ioctls)
        ids = (f"E: ID_BUS=usb\nE: ID_VENDOR_ID={self.vendor:04x}\nE: ID_MODEL_ID={self.product:04x}\n"
               f"E: ID_SERIAL_SHORT={self.serial}\nE: ID_USB_DRIVER={driver}\n")
        self.bed.testbed.add_from_string(
            f"P: {usb}\nN: bus/usb/001/{self.place:03}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
            f"E: DEVNAME=/dev/bus/usb/001/{self.place:03}\n{ids}A: idVendor={self.vendor:04x}\\n\n"
            f"A: idProduct={self.product:04x}\\n\nA: product={self.name}\\n\nA: serial={self.serial}\\n\n"
            f"A: busnum=1\\n\nA: devnum={self.place}\\n\n\n")
        self.bed.testbed.add_from_string(
            f"P: {interface}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER={driver}\n"
            f"A: bInterfaceNumber={self.interface:02}\\n\n")
        if not self.is_native:
            self.bed.testbed.add_from_string(
                f"P: {interface}/{self.tty}\nE: SUBSYSTEM=usb-serial\nE: DRIVER={driver}\n")
        # this one is the event that programs wait for
        self.bed.testbed.add_from_string(
            f"P: {node}\nE: SUBSYSTEM=tty\nE: DEVNAME={self.path}\nE: MAJOR={major}\nE: MINOR={self.number}\n"
            f"{ids}A: dev={major}:{self.number}\\n\n"
            f"L: device=../../../{f'1-{self.place}:1.{self.interface}' if self.is_native else self.tty}\n")
        return self

    def unplug(self):
        """The board goes, and its node: who has it open sees it at once.

        The name goes first: who looks for the board meanwhile would be led to a pty whose number may be
        another board's by then."""
        usb, interface, node = self._nodes()
        os.unlink(self.bed.root + self.path)
        self.stop()
        paths = [node] + ([] if self.is_native else [f"{interface}/{self.tty}"]) + [interface, usb]
        for path in paths:
            self.bed.testbed.uevent("/sys" + path, "remove")
        for path in paths:
            self.bed.testbed.remove_device("/sys" + path)
        self.bed.testbed.detach_ioctl(self.path)
        os.unlink(self.mapping)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(SECONDS)
        self.process.stdout.close()
        self.answers.close()
        self.control.close()

    # --- the driver; these run in a thread of umockdev's ---

    def _tell(self, text):
        try:
            self.order(text)
        except (OSError, ValueError, AssertionError):
            pass  # the board is being unplugged: a driver's word to it is lost

    def _set(self, state):
        if (state ^ self.state) & (DTR | RTS):
            self.lines.append((int(bool(state & DTR)), int(bool(state & RTS))))
            self.moments.append(time.monotonic())
            self._tell("lines %d %d" % self.lines[-1])
        self.state = state

    def _on_open(self, base, client):
        self._set(self.state | DTR | RTS)  # as Linux does

    def _on_ioctl(self, base, client):
        request = client.get_request() & 0xffffffff
        arg = client.get_arg()
        if request in (termios.TIOCMGET, termios.TIOCMSET, termios.TIOCMBIS, termios.TIOCMBIC):
            data = arg.resolve(0, 4)
            value = struct.unpack("i", bytes(data.retrieve()))[0]
            if request == termios.TIOCMGET:
                data.update(0, list(struct.pack("i", self.state)))
            elif request == termios.TIOCMSET:
                self._set(value)
            else:
                self._set(self.state | value if request == termios.TIOCMBIS else self.state & ~value)
            client.complete(0, 0)
            return True
        if request in (SET_BREAK, CLEAR_BREAK):
            self.breaks.append(request == SET_BREAK)
            self._tell(f"break {int(request == SET_BREAK)}")
        try:
            done = client.execute()
            result, error = done if isinstance(done, tuple) else (done, 0)
        except GLib.Error:
            result, error = -1, 25
        client.complete(result, error)
        return True
