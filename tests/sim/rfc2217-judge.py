#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An RFC 2217 server made of pyserial's own parts, around pyserial's loop port: what is written
comes back. First line on stdout: the TCP port. Then one line for each change of the serial side.
Serves one client, then ends."""
import socket
import threading

import serial
import serial.rfc2217


class Tell:
    """Stands before the port and says what is set on it."""

    WATCHED = {"baudrate", "dtr", "rts", "break_condition", "bytesize", "parity", "stopbits"}

    def __init__(self, port):
        object.__setattr__(self, "port", port)

    def __getattr__(self, name):
        return getattr(self.port, name)

    def __setattr__(self, name, value):
        if name in self.WATCHED:
            print(name, int(value) if not isinstance(value, str) else value, flush=True)
        setattr(self.port, name, value)


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.lock = threading.Lock()

    def write(self, data):
        with self.lock:
            self.sock.sendall(data)


def pump(port, manager, connection, stop):
    while not stop.is_set():
        data = port.read(port.in_waiting or 1)
        if data:
            connection.write(b"".join(manager.escape(data)))


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    sock, _ = listener.accept()
    port = Tell(serial.serial_for_url("loop://", timeout=0.05))
    connection = Connection(sock)
    manager = serial.rfc2217.PortManager(port, connection)
    stop = threading.Event()
    thread = threading.Thread(target=pump, args=(port, manager, connection, stop))
    thread.start()
    try:
        while True:
            data = sock.recv(4096)
            if not data:
                break
            port.write(b"".join(manager.filter(data)))
    except ConnectionResetError:
        pass
    stop.set()
    thread.join()
    print("end", flush=True)


main()
