#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""drag_source.py FILE|ADDRESS TITLE: a window that gives FILE to whoever it is dragged to, as a file manager does,
or ADDRESS as a text."""
import sys

import gi

gi.require_version("Gtk", "4.0")
gi.require_version("Gdk", "4.0")
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402


def on_prepare(source, x, y):
    if "://" in sys.argv[1]:
        return Gdk.ContentProvider.new_for_bytes("text/plain;charset=utf-8", GLib.Bytes.new(sys.argv[1].encode()))
    uris = Gio.File.new_for_path(sys.argv[1]).get_uri() + "\r\n"
    return Gdk.ContentProvider.new_for_bytes("text/uri-list", GLib.Bytes.new(uris.encode()))


Gtk.init()
window = Gtk.Window(title=sys.argv[2], default_width=200, default_height=100, decorated=False)
label = Gtk.Label(label="drag me", hexpand=True, vexpand=True)
source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
source.connect("prepare", on_prepare)
label.add_controller(source)
window.set_child(label)
window.present()
GLib.MainLoop().run()
