#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headless.py [--size WxH] COMMAND…: run COMMAND on a screen, a session bus and a home of its own.

Everything is private to the run and gone afterwards, so any number may run side by side. The exit
status is the command's; 77 (skipped, to Meson) is never returned: what is missing is an error.
"""
import os
import shutil
import subprocess
import sys
import tempfile

NEEDED = ("Xvfb", "dbus-run-session", "xdotool", "import")
# The runner's own session must not leak in.
FOREIGN = (
    "WAYLAND_DISPLAY",
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_STARTER_ADDRESS",
    "AT_SPI_BUS_ADDRESS",
    "XAUTHORITY",
    "LANGUAGE",
)


def make_environment(folder):
    env = {k: v for k, v in os.environ.items() if k not in FOREIGN}
    places = {
        "HOME": "home",
        "XDG_RUNTIME_DIR": "run",
        "XDG_CONFIG_HOME": "home/.config",
        "XDG_DATA_HOME": "home/.local/share",
        "XDG_CACHE_HOME": "home/.cache",
        "XDG_STATE_HOME": "home/.local/state",
    }
    for name, place in places.items():
        env[name] = os.path.join(folder, place)
        os.makedirs(env[name], mode=0o700, exist_ok=True)
    settings = os.path.join(env["XDG_CONFIG_HOME"], "gtk-4.0")
    os.makedirs(settings)
    with open(os.path.join(settings, "settings.ini"), "w") as file:
        # whatever changes on the screen is the doing of a test: nothing moves, no caret blinks
        file.write(
            "[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=0\ngtk-cursor-blink=0\n"
            "gtk-decoration-layout=:close\n"
        )
    env.update(
        LC_ALL=os.environ.get("BW_TEST_LOCALE", "C.UTF-8"),
        GDK_BACKEND="x11",
        GSETTINGS_BACKEND="memory",
        GIO_USE_VFS="local",
        GTK_USE_PORTAL="0",
        # drawn by the processor; without the second GTK 4.8 loads Mesa and LLVM all the same
        GSK_RENDERER="cairo",
        GDK_DEBUG="gl-disable",
        PYTHONDONTWRITEBYTECODE="1",
    )
    return env


def start_screen(size, env):
    """Xvfb picks a free display and tells its number through a pipe."""
    reader, writer = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", size + "x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer],
        env=env,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        number = pipe.readline().strip()
    if not number:
        raise SystemExit("headless: Xvfb did not start")
    env["DISPLAY"] = ":" + number
    return screen


def main(argv):
    size = "1280x960"
    if argv[:1] == ["--size"]:
        size, argv = argv[1], argv[2:]
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise SystemExit("headless: missing programs: " + ", ".join(missing))
    folder = tempfile.mkdtemp(prefix="bw-ui-")
    env = make_environment(folder)
    started = []
    try:
        started.append(start_screen(size, env))
        # popovers are translucent windows: without a compositor they stand on black
        if shutil.which("xcompmgr"):
            started.append(subprocess.Popen(["xcompmgr"], env=env, stderr=subprocess.DEVNULL))
        return subprocess.call(["dbus-run-session", "--"] + argv, env=env)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
