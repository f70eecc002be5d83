# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of fault with many seeds: never "good" with another content in the flash, never a
failure without a named cause, never a wait beyond all reason.

BW_SEEDS says how many seeds each kind gets, BW_FIRST_SEED where to begin; a soak run takes
thousands. What matters is compared with the flash file itself.
"""
import os
import random
import subprocess

from common import CHIPS, SECONDS, DriverTest, contents, main

SEEDS = int(os.environ.get("BW_SEEDS", "200" if os.environ.get("BOARDWALK_SOAK") else str(len(CHIPS))))
FIRST_SEED = int(os.environ.get("BW_FIRST_SEED", "0"))
APP = contents(90_000, 3)
OLD = contents(90_000, 4)
BOOT = contents(9_000, 5)
# A board that is full: APP at 0x10000, something else everywhere.
FULL = contents(0x10000, 6) + APP + contents((4 << 20) - 0x10000 - len(APP), 7)
# Reading, verifying and erasing share most of their way with writing.
SEEDS_ELSEWHERE = SEEDS if os.environ.get("BW_SEEDS") or os.environ.get("BOARDWALK_SOAK") else 3
# Bytes of such a session on the line, both ways, roughly.
SESSION = 70_000
NAMED = {
    "no-answer", "boot-log-seen", "tx-line", "garbage", "noisy-line", "lost", "reset-in-the-middle", "unplugged",
    "protocol", "verify-failed", "flash-write-failed", "unsupported-chip", "wrong-chip", "other-board",
    "no-such-port",
}


def any_byte(rng):
    """Early bytes matter most: the session is set up there."""
    return rng.randrange(1, rng.choice((600, 3_000, SESSION)))


KINDS = {
    "drop-at": lambda rng: ["drop=@%d" % any_byte(rng)],
    "drop": lambda rng: ["drop=%g" % rng.choice((5e-6, 1e-5, 4e-5))],
    "garble-at": lambda rng: ["garble=@%d" % any_byte(rng)],
    "garble": lambda rng: ["garble=%g" % rng.choice((5e-6, 1e-5, 4e-5))],
    "dup-at": lambda rng: ["dup=@%d" % any_byte(rng)],
    "dup": lambda rng: ["dup=%g" % rng.choice((5e-6, 1e-5, 4e-5))],
    "delay": lambda rng: ["delay=@%d:%d" % (any_byte(rng), rng.choice((50, 400, 4000)))],
    "unplug": lambda rng: ["unplug@%d" % any_byte(rng)],
    "replug": lambda rng: ["unplug@%d" % any_byte(rng), "replug=300"],
    "reset": lambda rng: ["reset@%d" % any_byte(rng)],
    "stuck": lambda rng: ["stuck=0x%x:%d" % (0x10000 + rng.randrange(len(APP)), rng.randrange(8))],
    "readonly-sector": lambda rng: ["readonly-sector=0x%x"
                                    % (0x10000 + rng.randrange(22) * 4096)],
    "lie": lambda rng: ["lie"],
    "mute": lambda rng: ["mute"],
    "deaf": lambda rng: ["deaf"],
    "chatter": lambda rng: ["chatter"],
    "lost-reply": lambda rng: ["lost-reply=%d" % rng.randrange(1, 70)],
    "bad-checksum": lambda rng: ["bad-checksum=%d" % rng.randrange(0, 6)],
    "no-en-capacitor": lambda rng: ["no-en-capacitor"],
    "power-cut": lambda rng: ["power-cut=%d" % rng.randrange(1, 420)],
    "power-cut-inside": lambda rng: ["power-cut-inside=%d" % rng.randrange(1, 420), "replug=200"],
    "baud-noise": lambda rng: ["baud-noise=%d:%g" % (rng.choice((115200, 230400, 460800)),
                                                     rng.choice((1e-6, 1e-5, 1e-4, 1e-3, 1e-2)))],
    "write-loss": lambda rng: ["write-loss=%d:%d" % (rng.choice((64, 256, 512, 1024, 4096)),
                                                     rng.choice((115200, 230400, 460800)))],
    "mac-check": lambda rng: ["mac-check"],
    "many": lambda rng: ["drop=1e-5", "garble=1e-5", "dup=1e-5"],
}
# Faults that the driver has to overcome by itself, whatever the seed. (A chip that restarts may
# come up in its application, but the lines bring it back.)
OVERCOME = {"drop", "drop-at", "dup", "dup-at", "garble", "many",
            "garble-at", "delay", "chatter", "lost-reply", "bad-checksum",
            "no-en-capacitor", "reset", "baud-noise", "mac-check",
            "write-loss"}
# Faults that nobody can overcome.
HOPELESS = {"mute", "deaf", "lie"}
# Faults of the flash chip while it is written or erased.
FLASH_FAULTS = {"stuck", "readonly-sector"}


class Faults(DriverTest):
    def check_contents(self, board, run, where):
        if not run.ok:
            return
        self.assertEqual(run.fields("report")["verified"], "1", where)
        self.assertTrue(board.flash(0x10000, len(APP)) == APP, where + ": FALSE GOOD\n" + run.text)
        self.assertTrue(board.flash(0x2000, len(BOOT)) == BOOT, where + ": FALSE GOOD\n" + run.text)

    def check_one(self, kind, seed):
        rng = random.Random("%s %d" % (kind, seed))
        chip = CHIPS[seed % len(CHIPS)]
        # a board with an older firmware on it, or a blank one
        flash = bytearray(b"\xff" * (4 << 20))
        if rng.random() < 0.5:
            flash[0x10000:0x10000 + len(OLD)] = OLD if rng.random() < 0.5 else APP[:50_000] + OLD[50_000:]
        specs = KINDS[kind](rng)
        options = ["--no-stub"] if rng.random() < 0.4 else []
        faults = [word for spec in specs for word in ("--fault", spec)]
        board = self.board(chip, "--seed", str(seed + 1), *faults, flash=bytes(flash))
        where = "%s seed %d %s %s %s" % (kind, seed, chip, specs, options)
        work = (*options, "write", self.file(APP) + "@0x10000", self.file(BOOT) + "@0x2000")
        try:
            run = self.run_recorded(board.address, *work)
        except subprocess.TimeoutExpired as hung:
            self.fail("%s: hangs\n%s" % (where, (hung.stdout or b"").decode()[-3000:]))
        self.check_contents(board, run, where)
        if not run.ok:
            self.assertIn(run.cause, NAMED, where + "\n" + run.text)
            if run.cause != "no-such-port":
                self.assertTrue(run.find("left"), where)
        if kind in OVERCOME:
            self.assertTrue(run.ok, where + "\n" + run.text)
        if kind in HOPELESS:
            self.assertFalse(run.ok, where + "\n" + run.text)
        if kind in ("stuck", "readonly-sector") and not run.ok:
            self.assertIn(run.cause, ("verify-failed", "flash-write-failed"), where + "\n" + run.text)
        self.check_replay(run, where, *work)
        board.close()
        return run

    def prepare(self, kind, seed):
        """A full board with the fault of this kind, and the options of a run on it."""
        rng = random.Random("%s %d" % (kind, seed))
        chip = rng.choice(CHIPS)
        specs = KINDS[kind](rng)
        options = ["--no-stub"] if rng.random() < 0.4 else []
        faults = [word for spec in specs for word in ("--fault", spec)]
        board = self.board(chip, "--seed", str(seed + 1), *faults, flash=FULL)
        return board, options, "%s seed %d %s %s %s" % (kind, seed, chip, specs, options)

    def check_verdict(self, kind, run, where):
        if kind in OVERCOME:
            self.assertTrue(run.ok, where + "\n" + run.text)
        if kind in HOPELESS:
            self.assertFalse(run.ok, where + "\n" + run.text)
        if not run.ok:
            self.assertIn(run.cause, NAMED, where + "\n" + run.text)
        # a board that has told its name does answer: no more "unreadable answers" from there on
        if run.find("info"):
            self.assertNotIn(run.cause, ("garbage", "no-answer", "tx-line"), where + "\n" + run.text)

    def check_read(self, kind, seed):
        board, options, where = self.prepare(kind, seed)
        size = 20_000 if options else len(APP)
        out = self.file(b"")
        work = (*options, "read", "0x10800", str(size), out)
        run = self.run_recorded(board.address, *work)
        self.check_verdict(kind, run, where)
        if run.ok:
            with open(out, "rb") as data:
                self.assertTrue(data.read() == FULL[0x10800:0x10800 + size],
                                where + ": FALSE GOOD\n" + run.text)
        self.check_replay(run, where, *work)
        board.close()

    def check_verify(self, kind, seed):
        wrong = bytearray(APP)
        wrong[(seed * 1_000 + 77) % len(wrong)] ^= 1
        for content in (APP, bytes(wrong)):
            board, options, where = self.prepare(kind, seed)
            work = (*options, "verify", self.file(content) + "@0x10000")
            run = self.run_recorded(board.address, *work)
            if content == APP:
                self.check_verdict(kind, run, where)
                self.assertNotEqual(run.cause, "verify-failed", where + "\n" + run.text)
            else:
                self.assertFalse(run.ok, where + ": FALSE GOOD\n" + run.text)
                self.assertIn(run.cause, NAMED, where + "\n" + run.text)
                if kind in OVERCOME:
                    self.assertEqual(run.cause, "verify-failed", where + "\n" + run.text)
            self.assertTrue(board.flash() == FULL, where + ": verifying wrote\n" + run.text)
            self.check_replay(run, where, *work)
            board.close()

    def check_erase(self, kind, seed):
        board, options, where = self.prepare(kind, seed)
        work = (*options, "erase", "0x10000", "0x40000")
        run = self.run_recorded(board.address, *work)
        self.check_verdict(kind, run, where)
        flash = board.flash()
        if run.ok:
            self.assertTrue(flash[0x10000:0x50000] == b"\xff" * 0x40000,
                            where + ": FALSE GOOD\n" + run.text)
        self.assertTrue(flash[:0x10000] == FULL[:0x10000], where + ": erased too much")
        self.assertTrue(flash[0x50000:] == FULL[0x50000:], where + ": erased too much")
        self.check_replay(run, where, *work)
        board.close()

    def check_long_read(self, fault):
        """A line that damages one byte in so many gives a long read some forty troubles."""
        board = self.board("esp32", "--seed", "5", "--fault", fault, flash=FULL)
        out = self.file(b"")
        work = ("read", "0", str(len(FULL)), out)
        run = self.run_recorded(board.address, *work, seconds=3 * SECONDS)
        self.assertTrue(run.ok, fault + "\n" + run.text)
        with open(out, "rb") as data:
            self.assertTrue(data.read() == FULL, fault + ": FALSE GOOD\n" + run.text)
        self.check_replay(run, fault, *work)

    def test_long_read_drop(self):
        self.check_long_read("drop=1e-5")

    def test_long_read_garble(self):
        self.check_long_read("garble=1e-5")

    def test_long_read_dup(self):
        self.check_long_read("dup=1e-5")

    def hear_verdict(self, seed):
        """Reads through a line that turns bad as soon as the reading begins."""
        board = self.board("esp32", "--seed", str(seed), flash=FULL)
        trouble = self.start_on(board.address, "read", "0", str(len(FULL)), self.file(b""))
        self.wait_for_line(trouble, "step read")
        self.assertTrue(board.say("fault garble=0.01").startswith("ok"))
        text = self.rest_of(trouble)
        self.assertEqual(trouble.returncode, 1, text)
        board.close()
        return next(line for line in text.splitlines() if line.startswith("result "))

    def test_a_line_of_noise_is_no_unreadable_board(self):
        """What nobody can read through is said of the line: the board has told its name. Where the
        noise begins is chance, and so it may be silence all the time, but not each time."""
        verdicts = [self.hear_verdict(seed) for seed in range(3)]
        for verdict in verdicts:
            self.assertRegex(verdict, "^result (noisy-line|lost): ")
        self.assertTrue(any(verdict.startswith("result noisy-line: ") for verdict in verdicts), verdicts)


def add_work(work, kind):
    def test(self):
        for seed in range(FIRST_SEED, FIRST_SEED + min(SEEDS, 1 if kind in HOPELESS else SEEDS_ELSEWHERE)):
            with self.subTest(work=work, kind=kind, seed=seed):
                getattr(self, "check_" + work)(kind, seed)
    setattr(Faults, "test_%s_%s" % (work, kind.replace("-", "_")), test)


def add(kind):
    def test(self):
        good = 0
        # what takes all attempts to connect and does not depend on chance needs no crowd
        seeds = range(FIRST_SEED, FIRST_SEED + (min(SEEDS, 2) if kind in HOPELESS else SEEDS))
        for seed in seeds:
            with self.subTest(kind=kind, seed=seed):
                good += self.check_one(kind, seed).ok
        print("%s: %d of %d overcome" % (kind, good, len(seeds)), flush=True)
    setattr(Faults, "test_" + kind.replace("-", "_"), test)


for name in KINDS:
    add(name)
    for what in ("read", "verify", "erase"):
        if what == "erase" or name not in FLASH_FAULTS:
            add_work(what, name)

if __name__ == "__main__":
    main()
