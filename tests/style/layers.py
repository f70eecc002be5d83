# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include what: rules D1 to D5 and U1 of the house style as one table."""

import os
import re

from tree import Finding, line_of, read, strip_c, walk_c

C11_BARE = r"(stdint|stdbool|stddef|string|limits)\.h"
C_LIBRARY = r"(assert|ctype|errno|inttypes|limits|locale|math|signal|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|time)\.h"
POSIX = (
    C_LIBRARY
    + r"|(dirent|fcntl|glob|grp|ifaddrs|netdb|poll|pthread|pty|pwd|sched|termios|unistd|utime)\.h"
    + r"|(arpa|net|netinet|sys|asm|linux)/[\w/-]+\.h"
)
GLIB = r"(glib|glib-object|glib-unix|gmodule)\.h|(glib|gobject|gio)/[\w-]+\.h"
SERVICES = r"zlib\.h|openssl/\w+\.h|(cjson/)?cJSON\.h"
# A program for people draws; it opens no files and no devices.
PEOPLE = r"(locale|math|signal|stdint|stdbool|stddef|string)\.h|" + GLIB

# folder -> (system headers, own headers by name, engine folders whose headers it may use)
# The longest matching folder counts. BASE: the headers directly in src/engine.
BASE = "src/engine"
E = "src/engine/"
TABLE = {
    "src/protocol": (C11_BARE, r"bwp-[\w-]+\.h", []),
    BASE: ("|".join((GLIB, POSIX, SERVICES)), r"config\.h|bwp-[\w-]+\.h", []),
    E + "port": (r"libserialport\.h|gudev/gudev\.h", "", [BASE]),
    E + "firmware": (r"curl/curl\.h|archive(_entry)?\.h|dwarf\.h|elfutils/libdwf?l?\.h", "", [BASE]),
    E + "discovery": (r"libserialport\.h|gudev/gudev\.h|avahi-\w+/\w+\.h", "", [BASE, E + "port"]),
    E + "store": (r"sqlite3\.h|libpq-fe\.h|libsecret/\w+\.h", "", [BASE]),
    E + "server": (r"libsoup/\w+\.h", "", [BASE, E + "port", E + "firmware"]),
    E + "licence": (r"curl/curl\.h", "", [BASE, E + "store"]),
    E + "driver": (
        r"libdeflate\.h|libsoup/\w+\.h|curl/curl\.h|mosquitto\.h",
        "",
        [BASE, E + "port", E + "firmware"],
    ),
    E + "job": ("", "", [BASE] + [E + f for f in "port firmware store server licence driver".split()]),
    E + "station": (
        "",
        "",
        [BASE] + [E + f for f in "port firmware store server licence driver discovery job".split()],
    ),
    "src/cli": (
        PEOPLE + r"|(errno|stdio|stdlib)\.h|(cjson/)?cJSON\.h",
        r"boardwalk\.h|config\.h|bw-cli-[\w-]+\.h",
        [],
    ),
    "src/app": (
        PEOPLE + r"|gtk/gtk\.h|gdk/[\w-]+\.h|adwaita\.h|pango/[\w-]+\.h|graphene\.h",
        r"boardwalk\.h|config\.h|bw-ui-[\w-]+\.h",
        [],
    ),
    "firmware/core": (C11_BARE + r"|(cjson/)?cJSON\.h", r"bwp-[\w-]+\.h|fw-[\w-]+\.h", []),
    "firmware/ports": (
        "|".join((POSIX, SERVICES, r"getopt\.h")),
        r"config\.h|bwp-[\w-]+\.h|(fw|vb)-[\w-]+\.h",
        [],
    ),
}

# Single files that need more than their folder, each with its reason.
EXTRA = {
    # the command line's own screen and keyboard: width, raw mode, colour
    "src/cli/bw-cli-terminal.c": r"(termios|unistd|fcntl)\.h|sys/ioctl\.h",
    # the contract for people: a list of the folders' headers, nothing else
    "src/engine/boardwalk.h": r"bw-[\w-]+\.h",
}

# Rule D5: no chip and no operating system by name in the device core.
NAMED = re.compile(r"\b\w*(esp32|esp8266|esp_idf|freertos|linux|posix|__unix__)\w*", re.I)
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"]+)[>\"]", re.M)


def folder_of(path):
    matches = [f for f in TABLE if path == f or path.startswith(f + "/")]
    return max(matches, key=len, default=None)


def is_l1(folder):
    return folder == BASE or folder.startswith(E)


def is_allowed(path, folder, quote, name, owners):
    system, own, neighbours = TABLE[folder]
    if path in EXTRA and re.fullmatch(EXTRA[path], name):
        return True
    if is_l1(folder) and folder != BASE:
        system = "|".join(filter(None, (system, TABLE[BASE][0])))
        own = "|".join(filter(None, (own, TABLE[BASE][1])))
    if quote == "<":
        return re.fullmatch(system, name) is not None
    if own and re.fullmatch(own, name):
        return True
    owner = owners.get(os.path.basename(name))
    return is_l1(folder) and owner is not None and (owner == folder or owner in neighbours)


def check_includes(root, path, folder, owners):
    text = strip_c(read(root, path), keep_strings=True)
    for match in INCLUDE.finditer(text):
        quote, name = match.groups()
        if not is_allowed(path, folder, quote, name, owners):
            yield Finding(path, line_of(text, match.start()), "include", f"{folder} may not include {name}")


def check_names(root, path):
    text = strip_c(read(root, path))
    for match in NAMED.finditer(text):
        yield Finding(path, line_of(text, match.start()), "named", f"{match.group()} belongs under firmware/ports")


def check(root, build):
    paths = [p for p in walk_c(root, "src", "firmware") if folder_of(p)]
    owners = {os.path.basename(p): folder_of(p) for p in paths if p.endswith(".h")}
    for path in paths:
        yield from check_includes(root, path, folder_of(path), owners)
        if path.startswith("firmware/core/"):
            yield from check_names(root, path)
