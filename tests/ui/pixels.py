# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the screen, asked of the X server itself: in a fraction of a millisecond, so that times
can be taken of what a person sees, and not of what a program says of itself."""
import ctypes
import ctypes.util
import time

import screen

Z_PIXMAP = 2
ALL_PLANES = ctypes.c_ulong(~0)


class Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = [
        ("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
        ("data", ctypes.c_void_p), ("byte_order", ctypes.c_int), ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int), ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    ]


class Screen:
    def __init__(self):
        self.x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        self.libc = ctypes.CDLL(None)
        self.libc.free.argtypes = [ctypes.c_void_p]
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x11.XGetImage.restype = ctypes.POINTER(Image)
        self.x11.XGetImage.argtypes = [
            ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.c_ulong,
            ctypes.c_int,
        ]
        self.x11.XFree.argtypes = [ctypes.c_void_p]
        self.display = self.x11.XOpenDisplay(None)
        assert self.display, "no display"
        self.root = self.x11.XDefaultRootWindow(self.display)

    def look(self, area):
        """The pixels of @area (x, y, width, height) as bytes."""
        x, y, width, height = area
        image = self.x11.XGetImage(self.display, self.root, x, y, width, height, ALL_PLANES, Z_PIXMAP)
        assert image, f"no picture of {area}"
        try:
            return ctypes.string_at(image.contents.data, image.contents.bytes_per_line * image.contents.height)
        finally:
            self.libc.free(image.contents.data)
            self.x11.XFree(image)

    def wait_change(self, area, before):
        """Until @area looks different; the time of that."""
        end = time.monotonic() + screen.PATIENCE_S
        while time.monotonic() < end:
            if self.look(area) != before:
                return time.monotonic()
            time.sleep(0.0005)
        raise AssertionError(f"nothing changed in {area}")

    def wait_still(self, area, still_s):
        """Until @area did not change for a while; what it looks like."""
        end = time.monotonic() + screen.PATIENCE_S
        last, since = self.look(area), time.monotonic()
        while time.monotonic() < end:
            now = self.look(area)
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since > still_s:
                return now
            time.sleep(0.01)
        raise AssertionError(f"{area} never rests")
