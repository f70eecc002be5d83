# SPDX-License-Identifier: GPL-3.0-or-later
"""A board that talks without end while it is asked to connect: the cause is named, and the recording is
small and whole, however long that took, and plays to the same words."""
import random
import socket
import threading
import time

from common import DriverTest, main

LINE = 11520  # bytes a second at 115200 baud
STEP_S = 0.01


class Talker:
    """A board at the other end of a socket that says what make(n) gives, and hears nothing."""

    def __init__(self, test, make, rate):
        self.make, self.rate = make, rate
        self.said = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        test.addCleanup(self.listener.close)
        self.address = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        client, _ = self.listener.accept()
        start = time.monotonic()
        with client:
            try:
                while True:
                    due = int((time.monotonic() - start) * self.rate) - self.said
                    client.sendall(self.make(max(due, 0)))
                    self.said += max(due, 0)
                    time.sleep(STEP_S)
            except OSError:
                pass


def make_text(rng):
    """Lines of an application, no two alike."""
    tags = ("wifi", "mqtt", "sensor", "heap", "task", "cloud")

    def make(size):
        out = ""
        while len(out) < size:
            out += "%s (%d) %s: free %d, %08x, 21.%d degrees\r\n" % (
                rng.choice("IWED"), rng.randrange(10**6), rng.choice(tags), rng.randrange(10**5),
                rng.getrandbits(32), rng.randrange(99))
        return out[:size].encode()
    return make


class Talk(DriverTest):
    maxDiff = None

    def check(self, make, *options, rate=LINE, heard, verdict):
        """@heard: bytes that it says at least while it is asked."""
        talker = Talker(self, make, rate)
        run = self.run_recorded(talker.address, *options, "identify")
        self.assertRegex(run.find("result"), "^" + verdict, run.text)
        self.assertGreater(talker.said, heard)
        self.check_replay(run, run.text, *options, "identify")

    def test_noise(self):
        self.check(random.Random(1).randbytes, heard=80_000,
                   verdict="garbage: no reply to 7 attempts .*bytes were heard")

    def test_noise_for_long(self):
        self.check(random.Random(2).randbytes, "--attempts=20", heard=250_000,
                   verdict="garbage: no reply to 20 attempts")

    def test_more_noise_than_a_line_carries(self):
        self.check(random.Random(3).randbytes, rate=50 * LINE, heard=2_000_000, verdict="garbage:")

    def test_text(self):
        self.check(make_text(random.Random(4)), heard=80_000,
                   verdict="boot-log-seen: no reply to 7 .*the board said: .*free")

    def test_text_while_a_hand_is_awaited(self):
        self.check(make_text(random.Random(5)), "--hand=20", heard=250_000, verdict="boot-log-seen:")


if __name__ == "__main__":
    main()
