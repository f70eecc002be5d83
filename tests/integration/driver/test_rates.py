# SPDX-License-Identifier: GPL-3.0-or-later
"""A cable that carries a rate and garbles above it, more the faster: whatever rate was asked for, the
work ends good at one that it carries, and no lower than need be.

Eight rates by six levels of noise; with BOARDWALK_SOAK more seeds of each. What it took is printed.
"""
import os
import time

from common import DriverTest, contents, main

SEEDS = 20 if os.environ.get("BOARDWALK_SOAK") else 1
RATES = (115200, 230400, 460800, 921600, 1000000, 1500000, 2000000, 3000000)
LADDER = (115200, 230400, 460800, 921600, 1500000, 2000000)
NOISES = ("1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "1e-1")
CARRIED = (115200, 230400, 460800)
MANNERS = (("esp32", []), ("esp32c3", ["--no-stub"]), ("esp32s3", []), ("esp32", ["--no-stub"]), ("esp8266", []))
APP = contents(90_000, 3)
# with so much noise nothing comes through at twice the rate that is carried
HOPELESS = ("1e-2", "1e-1")


def last_number(lines, words):
    return [int(line.split()[-1]) for line in lines if words in line]


class Rates(DriverTest):
    def check_cable(self, rate, carried, noise, manner, seed):
        chip, options = manner
        board = self.board(chip, "--seed", str(seed), "--fault", "baud-noise=%d:%s" % (carried, noise), size=1 << 20)
        self.env["XDG_STATE_HOME"] = board.folder + "/state"
        began = time.monotonic()
        run = self.run_on(board.address, "--baud=%d" % rate, *options, "write", self.file(APP) + "@0x10000")
        seconds = time.monotonic() - began
        where = "%d asked, %d carried, %s, %s seed %d\n%s" % (rate, carried, noise, manner, seed, run.text)
        self.assertTrue(run.ok, where)
        self.assertEqual(run.fields("report")["verified"], "1", where)
        self.assertTrue(board.flash(0x10000, len(APP)) == APP, "FALSE GOOD\n" + where)
        board.close()
        down = last_number(run.lines, "going down to")
        troubles = sum("trying again" in line or "connecting again" in line for line in run.lines)
        steps = [step for step in LADDER if carried <= step < rate]
        # each step once, in its order, and none below what is carried
        self.assertEqual(down, sorted(set(down), reverse=True), where)
        self.assertLessEqual(set(down), set(steps), where)
        if noise in HOPELESS and chip != "esp8266":
            self.assertEqual(down, sorted(steps, reverse=True), where)
        self.assertLessEqual(troubles, 12 * (len(steps) + 1), where)
        print("%8d asked %7d carried %s: %d steps down, %d troubles, %.1f s"
              % (rate, carried, noise, len(down), troubles, seconds), flush=True)

    def test_goes_down_without_lines(self):
        """Nobody can reset the board: its loader is told to go down, and is at the old rate until then."""
        for options in (["--no-stub"], []):
            for seed in "1", "2", "3":
                with self.subTest(options=options, seed=seed):
                    board = self.board("esp32", "--boot", "download", "--seed", seed,
                                       "--fault", "baud-noise=460800:1e-4", size=1 << 20)
                    os.unlink(board.control)
                    self.env["XDG_STATE_HOME"] = board.folder + "/state"
                    content = contents(400_000, 3)
                    run = self.run_on(board.address, *options, "write", self.file(content) + "@0x10000")
                    self.assertTrue(run.ok, run.text)
                    self.assertTrue(board.flash(0x10000, len(content)) == content, "FALSE GOOD\n" + run.text)
                    self.assertEqual(([921600], [460800]), (last_number(run.lines, "baud raised to"),
                                                            last_number(run.lines, "going down to")), run.text)

    def write_through(self, loss, *options):
        """Through an adapter that loses what comes in long writes. Never good unless it is."""
        board = self.board("esp32", "--fault", "write-loss=" + loss, size=1 << 20)
        self.env["XDG_STATE_HOME"] = board.folder + "/state"
        run = self.run_on(board.address, *options, "write", self.file(APP) + "@0x10000")
        self.assertEqual(run.ok, board.flash(0x10000, len(APP)) == APP, "FALSE GOOD\n" + run.text)
        board.close()
        return run

    def check_loss_above(self, *options):
        run = self.write_through("512:230400", *options)
        self.assertTrue(run.ok, run.text)
        self.assertEqual([460800, 230400], last_number(run.lines, "going down to"), run.text)

    def test_long_writes_are_lost_at_high_rates(self):
        self.check_loss_above("--no-stub")

    def test_long_writes_are_lost_at_high_rates_stub(self):
        self.check_loss_above()

    def check_loss_everywhere(self, *options):
        """Nothing that is longer gets through: neither a stub nor a block of data."""
        run = self.write_through("512:0", *options)
        self.assertIn(run.cause, ("lost", "timeout", "noisy-line", "garbage"), run.text)

    def test_long_writes_are_lost_at_every_rate(self):
        self.check_loss_everywhere("--no-stub")

    def test_long_writes_are_lost_at_every_rate_stub(self):
        self.check_loss_everywhere()

    def run_again(self, board, content):
        run = self.run_on(board.address, "write", self.file(content) + "@0x10000")
        self.assertTrue(run.ok, run.text)
        return last_number(run.lines, "going down to"), last_number(run.lines, "baud raised to")

    def test_what_a_line_carries_is_remembered(self):
        board = self.board("esp32", "--fault", "baud-noise=230400:1e-2", size=1 << 20)
        self.env["XDG_STATE_HOME"] = board.folder + "/state"
        down, _ = self.run_again(board, APP)
        self.assertEqual([460800, 230400], down)
        down, raised = self.run_again(board, contents(90_000, 4))
        self.assertEqual(([], [230400]), (down, raised))
        with open(board.folder + "/state/boardwalk/baud.ini", encoding="utf-8") as memory:
            words = memory.read().splitlines()
        self.assertIn("best=230400", words)
        self.assertIn("bad=460800", words)
        self.assertIn("clean=2", words)
        # another place is another line
        other = self.board("esp32", size=1 << 20)
        self.assertEqual([921600], self.run_again(other, APP)[1])


def add(index, rate):
    def test(self):
        for seed in range(SEEDS):
            for i, noise in enumerate(NOISES):
                carried = CARRIED[(index + i + seed) % len(CARRIED)]
                with self.subTest(rate=rate, noise=noise, carried=carried, seed=seed):
                    self.check_cable(rate, carried, noise, MANNERS[(index + i + seed) % len(MANNERS)], seed + 1)
    setattr(Rates, "test_%d" % rate, test)


for number, one in enumerate(RATES):
    add(number, one)

if __name__ == "__main__":
    main()
