# SPDX-License-Identifier: GPL-3.0-or-later
"""A board at the end of a TCP line that answers SYNC and no question after it."""
import socket
from concurrent.futures import ThreadPoolExecutor

REPLY = b"\xc0\x01\x08\x04\x00\x07\x07\x12\x20\x00\x00\x00\x00\xc0"
SECONDS = 60  # until a peer that nobody calls gives up


class SyncOnly:
    """For one host; use in a with statement, which ends with what went wrong here."""

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(SECONDS)
        self.address = "tcp://127.0.0.1:%d" % self.server.getsockname()[1]
        self.pool = ThreadPoolExecutor(1)
        self.served = self.pool.submit(self._serve)
        return self

    def _serve(self):
        peer, _ = self.server.accept()
        with peer:
            peer.settimeout(SECONDS)
            peer.recv(1)
            peer.sendall(REPLY * 8)
            while peer.recv(4096):
                pass

    def __exit__(self, kind, *_):
        with self.server, self.pool:
            if kind is None:
                self.served.result()
