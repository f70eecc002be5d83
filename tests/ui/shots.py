#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shots.py FOLDER [SCENE…]: pictures of the window's main states, for eyes and for the README.

Each scene has a screen of its own. BW_STATION, BW_VBOARD and BW_MAKE_FIRMWARE name the programs, as
for the tests.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = [
    ("Porch sensor", "esp32"),
    ("Kitchen lamp", "esp32c3"),
    ("Greenhouse", "esp32"),
    ("Garage door", "esp8266"),
    ("Water meter", "esp32s3"),
    ("Attic fan", "esp32c6"),
    ("Doorbell", "esp32"),
    ("Pond pump", "esp32c3"),
    ("Mailbox", "esp32"),
    ("Stair light", "esp32c3"),
    ("Boiler", "esp32s2"),
    ("Spare", "esp32"),
]


def plug_in(count, *options):
    from station import Board, make_firmware, scratch

    boards = []
    for i, (name, chip) in enumerate(NAMES[:count]):
        flash = scratch(f"flash-{i}.bin")
        make_firmware(chip, "1.4.2", f"old-{i}", "--seed", "7", "--flash-file", flash)
        mac = f"24:6f:28:00:00:{i + 1:02x}"
        boards.append(Board(f"board-{i}", chip, mac, name, 1, flash, "--speed", "real", *options))
    return boards


def start(count, *options, env=None, grid=False):
    from station import App, GLib

    boards = plug_in(count, *options)
    app = App(env=env)
    if grid:
        app.set_state("win.grid", GLib.Variant("b", True))
    for i in range(count):
        app.wait_description(app.row(NAMES[i][0]), ["Ready", "Bereit", "Good", "Gut"])
    return app, boards


def agree(app):
    app.agree(lambda name: name in ("Flash", "Flashen"), lambda name: name in ("What will be done", "Was getan wird"))


def flash_first(app, boards, wait=("Writing", "Schreibt")):
    from station import make_firmware

    app.load(make_firmware(NAMES[0][1], "1.5.0"), boards[0])
    agree(app)
    if wait:
        app.wait_description(app.row(NAMES[0][0]), wait)


def screen_variant(value):
    from station import GLib

    return GLib.Variant("b", value)


class Scenes:
    """One method a picture; what it returns is a list of (name, action before the picture)."""

    def readme(self, shot):
        """Two of the three pictures kept in data/screenshots; the third is that of the grid."""
        import screen
        from station import make_firmware

        app, boards = start(7)
        firmware = make_firmware("esp32", "1.5.0")
        app.load(firmware, boards[2])
        agree(app)
        app.wait_description(app.row(NAMES[2][0]), ["Good"])
        app.load(firmware, boards[6])
        agree(app)
        app.wait_description(app.row(NAMES[6][0]), ["Writing"])
        boards[6].unplug()
        app.load(firmware, boards[0])
        agree(app)
        app.wait_progress(0.4)
        shot("window")
        app.select(boards[6].link)
        app.find("push button", "Copy details")
        shot("problem")

    def empty(self, shot):
        from station import App

        app = App()
        app.find("label", "Plug in a board")
        shot("empty")

    def boards(self, shot):
        from station import make_firmware

        app, boards = start(2)
        shot("boards")
        app.page("firmware")
        shot("firmware-none")
        app.load(make_firmware("esp32", "1.5.0"))
        app.find("label", "weather 1.5.0")
        shot("firmware")
        app.select(boards[1].link)
        shot("firmware-refused")
        app.select(boards[0].link)
        app.act("win.flash")
        app.find("dialog", "What will be done")
        shot("plan")

    def flashing(self, shot):
        from station import pass_time

        app, boards = start(3)
        flash_first(app, boards)
        pass_time(3)
        shot("flashing")
        app.page("log")
        app.wait_description(app.row(NAMES[0][0]), ["Good", "Gut"])
        shot("log")
        app.page("overview")
        shot("good")
        app.page("history")
        shot("history")

    def failed(self, shot):
        from station import pass_time

        app, boards = start(2)
        flash_first(app, boards)
        pass_time(1)
        boards[0].unplug()
        app.find("push button", "Copy details")
        pass_time(3)
        shot("unplugged")

    def cancelled(self, shot):
        from station import pass_time

        app, boards = start(2)
        flash_first(app, boards)
        pass_time(5)
        app.act("win.cancel")
        app.find("push button", "Try again")
        shot("cancelled")

    def dialogs(self, shot):
        import screen
        from station import pass_time

        app, boards = start(2)
        for action, name in (
            ("app.preferences", "preferences"),
            ("win.missing", "missing"),
            ("win.add-address", "address"),
            ("app.shortcuts", "shortcuts"),
            ("app.about", "about"),
            ("win.erase", "erase"),
        ):
            app.act(action)
            pass_time(0.5)
            shot(name)
            screen.press("Escape")
            pass_time(0.4)
        app.set_state("win.selecting", screen.GLib.Variant("b", True))
        app.act("win.select-all")
        shot("selecting", (400, 700))

    def address(self, shot):
        import screen
        from station import pass_time

        app, boards = start(1)
        app.page("firmware")
        app.act("win.open-address")
        dialog = app.find("dialog", "Firmware from an address")
        screen.type_into(screen.find(dialog, "text", "Address (https://…)"), "http://example.org/weather.bin#sha256=" + 64 * "0")
        screen.click(screen.find(dialog, "push button", "Fetch"))
        pass_time(0.5)
        shot("address-refused")
        screen.press("Escape")
        app.load("https://127.0.0.1:1/weather.bin#sha256=" + 64 * "0")
        app.find("push button", "Change address…")
        shot("address-not-fetched")

    def troubles(self, shot):
        """The message of the station itself, on an empty window and below boards."""
        self.told(shot, "trouble", {})

    def troubles_dark(self, shot):
        self.told(shot, "trouble-dark", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"})

    def troubles_german(self, shot):
        self.told(shot, "trouble-german", {"LANGUAGE": "de"})

    def troubles_huge(self, shot):
        import screen

        screen.enlarge_text(200)
        self.told(shot, "trouble-huge", {})

    def told(self, shot, name, env):
        """Virtual boards that cannot be played, and records that another program holds."""
        import sqlite3
        from station import RECORDS, App, scratch

        runtime = scratch("run")
        os.makedirs(os.path.join(runtime, "boardwalk"), 0o700)
        open(os.path.join(runtime, "boardwalk", "playground"), "w").close()
        app = App("--virtual", "2", env=dict(env, XDG_RUNTIME_DIR=runtime))
        app.find("label", lambda text: "playground" in text)
        shot(name)
        shot(name + "-narrow", (360, 640))
        app.close()
        database = sqlite3.connect(RECORDS, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        app = App("--virtual", "2", env=env)
        held = str(os.getpid())
        app.find("label", lambda text: held in text)
        shot(name + "-waiting")
        app.find("label", lambda text: held in text and "database is locked" in text)
        app.row(lambda text: text.startswith(("Virtual board", "Virtuelle Platine")))
        shot(name + "-given-up")

    def full_hd(self, shot):
        app, boards = start(7)
        flash_first(app, boards)
        shot("full-hd", (1910, 1070))

    def plan_long(self, shot):
        self.planned(shot, "plan-long", {})

    def plan_long_german(self, shot):
        self.planned(shot, "plan-long-german", {"LANGUAGE": "de"})

    def plan_long_huge(self, shot):
        import screen

        screen.enlarge_text(200)
        self.planned(shot, "plan-long-huge", {"LANGUAGE": "de"}, 4)

    def planned(self, shot, name, env, count=8):
        """Several chips in one sheet, each with its parts."""
        from station import make_firmware

        app, boards = start(count, env=env)
        app.load(make_firmware("esp32", "1.5.0"))
        app.find("label", "weather 1.5.0")
        app.act("win.select-all")
        app.act("win.flash")
        sheet = app.find("dialog", lambda text: text in ("What will be done", "Was getan wird"))
        shot(name)
        shot(name + "-narrow", (360, 640), sheet.get_name())

    def history_long(self, shot):
        import sqlite3
        from station import RECORDS

        app, boards = start(1)
        app.close()
        ends = (("success", None, "Flashed and verified: 1.1 MB written, 0.9 MB unchanged"),
                ("failed", "no-answer", "No answer"), ("cancelled", "cancelled", "Cancelled"))
        with sqlite3.connect(RECORDS) as database:
            for i in range(200):
                result, cause, message = ends[i % 7 % 3]
                database.execute(
                    "INSERT INTO jobs (mac, address, title, state, result, cause, message, started_us, finished_us,"
                    " is_proved, is_seen) VALUES (?, ?, ?, 'finished', ?, ?, ?, ?, ?, ?, 1)",
                    ("24:6f:28:00:00:01", boards[0].link, f"Flash weather 1.4.{i}", result, cause, message,
                     1700000000000000 + i * 7654321000, 1700000030000000 + i * 7654321000, result == "success"))
        database.close()
        from station import App

        app = App()
        app.wait_description(app.row(NAMES[0][0]), ["Ready"])
        app.page("history")
        shot("history-long")
        app.act("win.open-detail")
        shot("history-long-narrow", (360, 640))

    def address_narrow(self, shot):
        app, boards = start(1)
        app.act("win.open-detail")
        app.act("win.open-address")
        shot("address-narrow", (360, 640))

    def address_narrow_huge(self, shot):
        import screen

        screen.enlarge_text(200)
        app, boards = start(1, env={"LANGUAGE": "de"})
        app.act("win.open-address")
        shot("address-narrow-huge", (360, 640))

    def list_huge(self, shot):
        import screen

        screen.enlarge_text(200)
        app, boards = start(3)
        shot("list-huge", (360, 640))

    def huge(self, shot):
        import screen

        screen.enlarge_text(200)
        self.flashing_only(shot, "huge-text", {})

    def huge_problem(self, shot):
        import screen

        screen.enlarge_text(200)
        app = self.refused()
        shot("huge-problem")
        shot("huge-list-narrow", (400, 760))
        app.act("win.open-detail")
        shot("huge-problem-narrow", (400, 760))
        app.page("firmware")
        shot("huge-firmware-narrow", (400, 760))

    def sixty_four(self, shot):
        from station import App, Board, pass_time

        app = App()
        Board("many-%d", "esp32", "24:6f:28:00:01:01", "Tray", 64)
        pass_time(15)
        shot("64-list")
        app.set_state("win.grid", screen_variant(True))
        shot("64-grid")
        app.act("win.select-all")
        app.set_state("win.grid", screen_variant(False))
        shot("64-selected")

    def hand(self, shot):
        from station import App, Board, pass_time

        app = App()
        board = Board("lonely", "esp32", "24:6f:28:00:00:01", "Porch sensor", 1, None, "--fault", "mute")
        app.row("Porch sensor")
        pass_time(12)
        shot("no-answer")

    def problem_sizes(self, shot):
        app = self.refused()
        shot("problem-laptop", (1366, 768))
        shot("problem-low", (1000, 520))
        shot("problem-narrow-list", (400, 760))
        app.act("win.open-detail")
        shot("problem-narrow", (400, 760))
        shot("problem-360", (360, 640))

    def problem_large(self, shot):
        import screen

        screen.enlarge_text(150)
        self.refused()
        shot("problem-large-text")

    def problem_german(self, shot):
        app = self.refused({"LANGUAGE": "de"})
        shot("problem-german")
        shot("problem-german-narrow-list", (400, 760))
        app.act("win.open-detail")
        shot("problem-german-narrow", (400, 760))

    def refused(self, env=None):
        """A board that lets nobody compare, which the job finds out: the longest words on a card."""
        from station import App, Board, make_firmware

        settings = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk")
        os.makedirs(settings)
        with open(os.path.join(settings, "settings.ini"), "w") as file:
            file.write("[boardwalk]\nversion=1\nidentify-on-plug=false\n")
        app = App(env=env)
        board = Board("board", "esp32c3", "24:6f:28:00:00:01", "Porch sensor", 1, None, "--secure-download")
        app.wait_description(app.row("Porch sensor"), ["Ready", "Bereit"])
        app.load(make_firmware("esp32c3", "1.5.0"), board)
        agree(app)
        app.wait_description(app.row("Porch sensor"), ["Cannot be verified", "Nicht prüfbar"])
        return app

    def unproved(self, shot):
        from station import App, Board, make_firmware

        app = App()
        board = Board("board", "esp32c3", "24:6f:28:00:00:01", "Porch sensor", 1, None, "--secure-download")
        app.find("label", "Secure download mode")
        app.load(make_firmware("esp32c3", "1.5.0"), board)
        app.find("dialog", "What will be done")
        shot("plan-unproved")

    def twins(self, shot):
        from station import App, Board

        app = App()
        for name in ("Board", "Copy"):
            Board(name.lower(), "esp32", "24:6f:28:00:00:01", name)
            app.wait_description(app.row(name), ["Ready"])
        shot("twins")

    def grid(self, shot):
        from station import make_firmware, pass_time

        app, boards = start(12, grid=True)
        app.load(make_firmware("esp32", "1.5.0"), *[b for b, n in zip(boards, NAMES) if n[1] == "esp32"])
        agree(app)
        pass_time(2)
        boards[6].unplug()
        pass_time(3)
        shot("grid")

    def batch(self, shot):
        app, boards = start(8)
        app.act("win.select-all")
        shot("several")

    def wide_dark(self, shot):
        self.flashing_only(shot, "dark", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"})

    def contrast(self, shot):
        self.flashing_only(shot, "contrast", {"ADW_DEBUG_HIGH_CONTRAST": "1"})

    def german(self, shot):
        self.flashing_only(shot, "german", {"LANGUAGE": "de"})

    def large(self, shot):
        import screen

        screen.enlarge_text(150)
        self.flashing_only(shot, "large-text", {})

    def laptop(self, shot):
        from station import pass_time

        app, boards = start(7)
        flash_first(app, boards)
        pass_time(2)
        shot("laptop", (1366, 768))

    def narrow(self, shot):
        app, boards = start(4)
        flash_first(app, boards)
        shot("narrow-list", (400, 760))
        app.act("win.open-detail")
        shot("narrow-board", (400, 760))
        app.page("log")
        shot("narrow-log", (400, 760))
        app.page("overview")
        shot("narrow-360", (360, 640))

    def flashing_only(self, shot, name, env):
        from station import pass_time

        app, boards = start(3, env=env)
        flash_first(app, boards)
        pass_time(2)
        shot(name)
        app.page("log")
        shot(name + "-log")


HELPERS = ("refused", "flashing_only", "told", "planned")
SIZES = {"full_hd": "1920x1080", "laptop": "1366x768", "narrow": "480x800", "problem_sizes": "1400x800"}


def take(scene, folder):
    import screen
    from station import pass_time

    def shot(name, size=None, title="Boardwalk"):
        # how narrow it may be turns out step by step
        for _ in range(3 if size else 0):
            screen.xdotool("windowsize", screen.find_window(title), *size)
            pass_time(0.4)
        pass_time(0.6)
        path = os.path.join(folder, name + ".png")
        screen.take_shot(path)
        # without a window manager GTK draws a frame of its own
        crop = ["-trim", "+repage", "-shave", "5x5", "+repage"]
        subprocess.run(["mogrify", *crop, "-strip", "-define", "png:compression-level=9", path], check=True)

    getattr(Scenes(), scene)(shot)


def main(argv):
    if argv[0] == "--inside":
        return take(argv[1], argv[2])
    folder = os.path.abspath(argv[0])
    os.makedirs(folder, exist_ok=True)
    known = [n for n in vars(Scenes) if not n.startswith("_") and n not in HELPERS]
    for scene in argv[1:] or known:
        command = [sys.executable, os.path.join(HERE, "headless.py"), "--size", SIZES.get(scene, "1180x760")]
        command += [sys.executable, "-W", "ignore", os.path.abspath(__file__), "--inside", scene, folder]
        if subprocess.call(command) != 0:
            print("no picture of", scene, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
