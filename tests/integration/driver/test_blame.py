# SPDX-License-Identifier: GPL-3.0-or-later
"""What a board, a port or a person does is not said of the line, and the other way round: a rate is
written off only where it fails, and a board is refused only for what it cannot do."""
import importlib
import os
import socket
import sys
import threading

from common import DriverTest, contents, main

MAKE_FIRMWARE = os.environ["MAKE_FIRMWARE"]
sys.path.insert(0, os.path.dirname(MAKE_FIRMWARE))
partition_table = importlib.import_module("make-firmware").partition_table

FLASH = 4 << 20
# Of a build for 16 MB: the second slot begins behind the end of this flash.
LARGE_TABLE = partition_table([("nvs", 1, 2, 0x9000, 0x4000), ("otadata", 1, 0, 0xD000, 0x2000),
                               ("ota_0", 0, 0x10, 0x10000, 0x400000), ("ota_1", 0, 0x11, 0x410000, 0x400000)])
# The choice between the slots lies behind it as well.
LOST_CHOICE = partition_table([("ota_0", 0, 0x10, 0x10000, 0x100000), ("ota_1", 0, 0x11, 0x110000, 0x100000),
                               ("otadata", 1, 0, 0x500000, 0x2000)])
IAC, SB, SE = 0xFF, 0xFA, 0xF0
SET_BAUD_ORDER = bytes([IAC, SB, 44, 1])
# Of a ROM: direction, request, 36 bytes; a value and 32 digits follow.
DIGEST_REPLY = bytes([0xC0, 0x01, 0x13, 36, 0])


class Relay:
    """Between the station and an RFC 2217 server: changes what goes through."""

    def __init__(self, test, address, to_board=bytes, to_station=bytes):
        self.there = address.removeprefix("rfc2217://").split(":")
        self.to_board, self.to_station = to_board, to_station
        self.listener = socket.create_server(("127.0.0.1", 0))
        test.addCleanup(self.listener.close)
        self.address = "rfc2217://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection((self.there[0], int(self.there[1])))
            threading.Thread(target=self.copy, args=(server, client, self.to_station), daemon=True).start()
            self.copy(client, server, self.to_board)

    @staticmethod
    def copy(come_from, go_to, change):
        try:
            while data := come_from.recv(65536):
                go_to.sendall(change(data))
        except OSError:
            pass
        for end in (come_from, go_to):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def keep_rate(refused, kept):
    """A server that refuses one rate by keeping another."""
    return lambda data: data.replace(SET_BAUD_ORDER + refused.to_bytes(4, "big"),
                                     SET_BAUD_ORDER + kept.to_bytes(4, "big"))


class OtherDigit:
    """Noise that makes of a digit of a digest another one, once."""

    def __init__(self):
        self.is_done = False

    def __call__(self, data):
        at = data.find(DIGEST_REPLY)
        if self.is_done or at < 0:
            return data
        self.is_done = True
        digit = at + len(DIGEST_REPLY) + 4 + 20
        return data[:digit] + (b"0" if data[digit] != ord("0") else b"1") + data[digit + 1:]


class Blame(DriverTest):
    def memory(self):
        """What is remembered of rates: places that carried one, and those that did not."""
        path = os.path.join(self.folder, "boardwalk", "baud.ini")
        return open(path).read() if os.path.exists(path) else ""

    def test_a_table_for_a_larger_flash(self):
        """The board that is left behind by a build for 16 MB is the one that is flashed anew."""
        app = contents(30_000, 1)
        for table, chip in ((LARGE_TABLE, "esp32"), (LARGE_TABLE, "esp32c3"), (LOST_CHOICE, "esp32")):
            for stub in ((), ("--no-stub",)):
                board = self.board(chip, flash=(b"\xff" * 0x8000 + table).ljust(FLASH, b"\xff"))
                where = "%s %s" % (chip, stub)
                run = self.run_on(board.address, *stub, "info")
                self.assertTrue(run.ok, where + run.text)
                self.assertIn("partition ota_1 ", run.text, where)
                run = self.run_on(board.address, *stub, "write", self.file(app) + "@0x10000")
                self.assertTrue(run.ok, where + run.text)
                self.assertEqual(board.flash(0x10000, len(app)), app, where)
                self.assertNotIn("bad=", self.memory(), where + run.text)
                board.close()

    def test_a_cancel_is_not_the_rate(self):
        """Stopped anywhere near the change of the rate."""
        ends = []
        for milliseconds in range(20, 420, 16):
            board = self.board("esp32", "--boot", "download")
            run = self.run_on(board.address, "--cancel-ms=%d" % milliseconds, "read", "0", "0x100000", self.file(b""))
            ends.append(run.cause)
            self.assertNotIn("does not carry", run.text)
            self.assertNotIn("bad=", self.memory(), run.text)
            board.close()
        self.assertIn("cancelled", ends)

    def test_a_port_without_the_rate_of_the_log(self):
        """Everything was written and proved; that the log cannot be read takes nothing away."""
        app = contents(30_000, 2)
        board = self.board("esp8266", serial="rfc2217")
        port = Relay(self, board.address, to_board=keep_rate(refused=74880, kept=115200))
        run = self.run_on(port.address, "write", self.file(app) + "@0")
        self.assertTrue(run.ok, run.text)
        self.assertEqual(board.flash(0, len(app)), app)
        run = self.run_on(port.address, "listen")
        self.assertTrue(run.ok, run.text)
        self.assertIn("boot ", run.text)

    def test_a_reset_on_a_slow_adapter(self):
        """The watchdog that resets the board bites before an adapter hands over the second reply."""
        board = self.board("esp32s3", "--boot", "download", "--latency", "20", serial="tcp")
        resets = board.stats()["resets"]
        run = self.run_on(board.address, "reset")
        self.assertTrue(run.ok, run.text)
        self.assertGreater(board.stats()["resets"], resets)

    def test_another_digit_of_a_digest(self):
        """Digests carry no checksum: one that says that the flash is bad has to say so twice."""
        app = contents(200_000, 5)
        flash = b"\xff" * 0x10000 + app + b"\xff" * (FLASH - 0x10000 - len(app))
        board = self.board("esp32c6", flash=flash, serial="rfc2217")
        noise = OtherDigit()
        port = Relay(self, board.address, to_station=noise)
        work = ("--no-stub", "verify", self.file(app) + "@0x10000")
        run = self.run_recorded(port.address, *work)
        self.assertTrue(noise.is_done)
        self.assertTrue(run.ok, run.text)
        self.check_replay(run, run.text, *work)
        path = self.file(app[:100_000] + b"!" + app[100_001:])
        run = self.run_recorded(board.address, "--no-stub", "verify", path + "@0x10000")
        self.assertRegex(run.find("result"), "^verify-failed: .* first in the sector at 0x28000")
        self.check_replay(run, run.text, "--no-stub", "verify", path + "@0x10000")

    def test_one_lost_reply_of_a_verification(self):
        boot = b"\xe9\x01\x02\x40" + contents(8_000, 3)
        # those of the look at the boot image's header, and a few before and after
        for n in range(38, 45):
            board = self.board("esp8266", "--fault", "lost-reply=%d" % n, flash=boot.ljust(FLASH, b"\xff"))
            run = self.run_on(board.address, "verify", self.file(boot) + "@0")
            self.assertTrue(run.ok, "reply %d\n%s" % (n, run.text))
            board.close()


if __name__ == "__main__":
    main()
