#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What gets installed, and that it works from there; and that engine and command line are built where
there is no window toolkit. Runs under umockdev-wrapper, because boards are known by their USB ids.

test_install.py ROOT BUILD LANGUAGES
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sim"))
from usb_bed import Adapter, Bed, clean_env  # noqa: E402

ROOT, BUILD, LANGUAGES = sys.argv[1:4]
APP_ID = "io.github.boardwalk.Station"
COMMON = (
    "bin/boardwalk", "bin/boardwalk-vboard",
    "share/man/man1/boardwalk.1", "share/man/man1/boardwalk-vboard.1",
    "share/boardwalk/boards/boards.ini", "share/boardwalk/boards/bridges.ini",
    "share/boardwalk/boards/espressif.ini", "share/boardwalk/drivers/troubles.ini",
    "lib/udev/rules.d/70-boardwalk.rules",
    "share/bash-completion/completions/boardwalk", "share/zsh/site-functions/_boardwalk",
    "share/fish/vendor_completions.d/boardwalk.fish",
    *(f"share/locale/{language}/LC_MESSAGES/boardwalk.mo" for language in LANGUAGES.split()),
)
WINDOW = (
    "bin/boardwalk-station", "share/man/man1/boardwalk-station.1",
    f"share/applications/{APP_ID}.desktop", f"share/metainfo/{APP_ID}.metainfo.xml",
    f"share/icons/hicolor/scalable/apps/{APP_ID}.svg",
    f"share/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg",
)


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, env=clean_env())
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout[-8000:]}")
    return done.stdout


def files_below(folder):
    return {os.path.relpath(os.path.join(where, name), folder)
            for where, _, names in os.walk(folder) for name in names}


class Install(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bwi-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def test_everything_goes_to_a_staging_folder(self):
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", self.path("stage"))
        self.assertEqual(["stage"], os.listdir(self.folder))
        prefix = json.loads(run("meson", "introspect", BUILD, "--buildoptions"))
        prefix = next(o["value"] for o in prefix if o["name"] == "prefix")
        self.assertEqual(set(COMMON + WINDOW), files_below(self.path("stage") + prefix))

    def test_without_the_window(self):
        build, prefix = self.path("build"), self.path("usr")
        run("meson", "setup", build, ROOT, "--prefix", prefix, "-Dapp=disabled", "-Dtests=disabled",
            "-Dwerror=true")
        run("nice", "ninja", "-C", build, "-j", "2")
        run("meson", "install", "-C", build, "--no-rebuild", "--quiet")
        self.assertEqual(set(COMMON), files_below(prefix))
        self.check_no_window(build, prefix)
        self.check_data_is_found(prefix)

    def check_no_window(self, build, prefix):
        with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as stream:
            for command in json.load(stream):
                for word in ("gtk", "adwaita"):
                    self.assertNotIn(word, command["command"].replace(ROOT, "").lower())
        for name in ("boardwalk", "boardwalk-vboard"):
            needed = [line for line in run("readelf", "-d", os.path.join(prefix, "bin", name)).splitlines()
                      if "NEEDED" in line]
            self.assertTrue(needed, name)
            self.assertFalse([l for l in needed if "gtk" in l or "adwaita" in l], needed)

    def check_data_is_found(self, prefix):
        """A board is known by its USB ids only from the file that was installed."""
        bed = Bed()
        adapter = Adapter(bed, os.path.join(prefix, "bin", "boardwalk-vboard"), self.folder,
                          vendor=0x303a, product=0x8001, name="unnamed", chip="esp32s2")
        adapter.plug()
        try:
            env = bed.child_env({k: v for k, v in os.environ.items() if k != "BOARDWALK_DATA_DIR"})
            there = self.list_usb(prefix, env)
            os.rename(os.path.join(prefix, "share", "boardwalk"), self.path("away"))
            gone = self.list_usb(prefix, env)
        finally:
            adapter.unplug()
        self.assertIn("TinyS2", there)
        self.assertNotIn("TinyS2", gone)

    @staticmethod
    def list_usb(prefix, env):
        done = subprocess.run([os.path.join(prefix, "bin", "boardwalk"), "list", "--usb", "--json"], env=env,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        boards = json.loads(done.stdout.splitlines()[-1])["boards"]
        assert len(boards) == 1, done.stdout + done.stderr
        return str(boards)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
