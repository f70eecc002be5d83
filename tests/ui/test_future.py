# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and records of a newer station: both are named, both stay as they are, and the window
works with what it has."""
import os
import sqlite3

from station import RECORDS, App, GLib

settings = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk", "settings.ini")
for path in (settings, RECORDS):
    os.makedirs(os.path.dirname(path), exist_ok=True)
with open(settings, "w") as file:
    file.write("[boardwalk]\nversion=999\nunheard-of=1\n")
database = sqlite3.connect(RECORDS)
database.execute("PRAGMA user_version = 999")
database.close()
before = [open(path, "rb").read() for path in (settings, RECORDS)]

app = App()
app.find("label", lambda text: "Settings from newer version" in text and "Data from a newer version" in text
         and settings in text and RECORDS in text)
app.set_state("win.grid", GLib.Variant("b", True))
app.set_state("win.order", GLib.Variant("s", "name"))
app.close()
assert [open(path, "rb").read() for path in (settings, RECORDS)] == before
