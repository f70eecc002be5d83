# SPDX-License-Identifier: GPL-3.0-or-later
"""Another board takes the place of the first in the middle of the work, behind a wire that stays:
what was begun on one may neither go on nor be called good on the other."""
import socket
import threading

from common import DriverTest, contents, main

APP = contents(60_000, 3)
BOOT = contents(9_000, 5)
FLASH_DATA, DEFLATED_DATA, DIGEST = 0x03, 0x11, 0x13


class Jig:
    """One socket with a board behind it, and from the nth request of some kind on with another. The
    request at which they are changed is lost, as everything is while there is no power."""

    def __init__(self, first, second, ops, n, at_swap=lambda: None):
        self.boards, self.ops, self.left, self.at_swap = [first, second], ops, n, at_swap
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.swapped = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def close(self):
        self.thread.join(10)
        self.listener.close()

    @staticmethod
    def connect(board):
        host, port = board.address.removeprefix("tcp://").split(":")
        return socket.create_connection((host, int(port)))

    def serve(self):
        host, _ = self.listener.accept()
        with host:
            is_on = True
            while is_on and self.boards:
                with self.connect(self.boards.pop(0)) as board:
                    back = threading.Thread(target=self.forward, args=(board, host), daemon=True)
                    back.start()
                    is_on = self.carry(host, board)
                    board.shutdown(socket.SHUT_RDWR)
                    back.join()
                if is_on:
                    self.at_swap()
                    self.swapped.set()

    @staticmethod
    def forward(board, host):
        try:
            while data := board.recv(65536):
                host.sendall(data)
        except OSError:
            pass

    def is_moment(self, data):
        for op in self.ops:
            self.left -= data.count(bytes((0xc0, 0x00, op)))
        return self.left <= 0 and self.boards

    def carry(self, host, board):
        """Ends with the host gone (False) or with the moment to swap (True)."""
        try:
            while data := host.recv(65536):
                if self.is_moment(data):
                    return True
                board.sendall(data)
        except OSError:
            pass
        return False


class Swap(DriverTest):
    def swap(self, ops, n, *options, second=()):
        flash = bytearray(b"\xff" * (4 << 20))
        flash[0x10000:0x10000 + len(APP)] = APP
        flash[0x2000:0x2000 + len(BOOT)] = BOOT
        first = self.board("esp32c3", "--mac", "24:6f:28:00:00:01", "--boot", "download",
                           serial="tcp")
        other = self.board("esp32c3", "--mac", "24:6f:28:00:00:02", "--boot", "download", *second,
                           flash=bytes(flash), serial="tcp")
        jig = Jig(first, other, ops, n)
        self.addCleanup(jig.close)
        run = self.run_on(jig.address, *options, "write", self.file(APP) + "@0x10000",
                          self.file(BOOT) + "@0x2000")
        self.assertTrue(jig.swapped.is_set(), run.text)
        self.assertFalse(run.ok, "GOOD with two boards\n" + run.text)
        self.assertEqual(run.cause, "other-board", run.text)
        self.assertTrue(other.flash() == bytes(flash), "the other board was changed\n" + run.text)

    def test_between_two_digests(self):
        """The digests of one board for one part, of the other for the rest, are no proof."""
        self.swap((DIGEST,), 2, "--no-stub", "--no-diff")

    def test_while_writing_by_the_rom(self):
        self.swap((FLASH_DATA, DEFLATED_DATA), 2, "--no-stub", "--no-diff")

    def test_while_writing_by_a_stub(self):
        self.swap((FLASH_DATA, DEFLATED_DATA), 2, "--no-diff")

    def test_same_board_without_power_for_a_moment(self):
        """The ROM forgets what it was told; it is told again and the work goes on."""
        board = self.board("esp32c3", "--boot", "download", serial="tcp")
        jig = Jig(board, board, (FLASH_DATA, DEFLATED_DATA), 2, lambda: board.say("reset"))
        self.addCleanup(jig.close)
        run = self.run_on(jig.address, "--no-stub", "--no-diff", "write",
                          self.file(APP) + "@0x10000", self.file(BOOT) + "@0x2000")
        self.assertTrue(jig.swapped.is_set(), run.text)
        self.assertTrue(run.ok, run.text)
        self.assertEqual(run.fields("report")["verified"], "1", run.text)
        self.assertTrue(board.flash(0x10000, len(APP)) == APP, "FALSE GOOD")
        self.assertTrue(board.flash(0x2000, len(BOOT)) == BOOT, "FALSE GOOD")

    def test_for_one_that_says_nothing_of_itself(self):
        """In secure download mode a board does not tell its name."""
        self.swap((FLASH_DATA, DEFLATED_DATA), 2, "--no-diff", second=("--secure-download",))


if __name__ == "__main__":
    main()
