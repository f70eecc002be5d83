#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware from the network: a server on loopback with a certificate of the test's own."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading

from common import SECONDS, CliTest, Lines, main

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sim"))
from file_server import FileServer, digest, make_certificate  # noqa: E402


class Fetching(CliTest):
    def setUp(self):
        super().setUp()
        folder = self.make_firmware()
        with open(os.path.join(folder, "flasher_args.json"), encoding="utf-8") as stream:
            self.offset, name = [(k, v) for k, v in json.load(stream)["flash_files"].items() if v == "weather.bin"][0]
        with open(os.path.join(folder, name), "rb") as stream:
            self.app = stream.read()
        self.folder_of_firmware = folder
        self.server = self.serve(*make_certificate(self.path("server")))
        self.env.update(self.server.environment())

    def serve(self, certificate, key):
        server = FileServer(certificate, key, {"/weather.bin": self.app})
        self.addCleanup(server.close)
        return server

    def make_old_certificate(self):
        """A day of long ago; only "openssl ca" makes those."""
        _, key = make_certificate(self.path("old"))
        config = self.write("ca.cnf", "[ca]\ndefault_ca=old\n[old]\ndatabase=%s\nnew_certs_dir=%s\npolicy=any\n"
                            "default_md=sha256\nx509_extensions=names\nrand_serial=yes\n[any]\ncommonName=supplied\n"
                            "[names]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n"
                            % (self.write("ca.txt", ""), self.folder))
        request, certificate = self.path("old.csr"), self.path("old.pem")
        subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=test", "-out", request], check=True,
                       capture_output=True)
        subprocess.run(["openssl", "ca", "-batch", "-selfsign", "-config", config, "-keyfile", key, "-in", request,
                        "-out", certificate, "-startdate", "20200101000000Z", "-enddate", "20200102000000Z"],
                       check=True, capture_output=True)
        return certificate, key

    def url(self, path="/weather.bin", content=None, offset="", server=None):
        content = self.app if content is None else content
        return f"{(server or self.server).address}{path}#sha256={digest(content)}{offset}"

    def refuse(self, status, code, spec):
        """Before a board is looked for."""
        return self.check_refused(status, code, "flash", "-p", "/dev/not-there", spec).result["evidence"]

    def test_shown_and_flashed(self):
        out = self.check(0, "firmware", "show", self.url(offset="@" + self.offset)).out
        self.assertIn("1.5.0", out)
        port = self.plug_in("esp32")
        self.check(0, "flash", "-p", port, self.folder_of_firmware)
        other = self.make_firmware(version="1.6.0")
        with open(os.path.join(other, "weather.bin"), "rb") as stream:
            new = stream.read()
        self.server.files["/new.bin"] = new
        result = self.check_json(0, "flash", "-p", port, self.url("/new.bin", new, "@" + self.offset)).result
        self.assertTrue(result["verified"])
        at = int(self.offset, 0)
        self.assertEqual(new, self.read("flash.bin")[at:at + len(new)])

    def test_packed_and_by_a_detour(self):
        """The digest is of what lies there."""
        packed = gzip.compress(self.app)
        self.server.files["/weather.bin.gz"] = packed

        def redirect(handler):
            handler.send_response(302)
            handler.send_header("Location", "/weather.bin.gz")
            handler.end_headers()

        self.server.files["/latest"] = redirect
        for path in ("/weather.bin.gz", "/latest"):
            out = self.check(0, "firmware", "show", self.url(path, packed, "@" + self.offset)).out
            self.assertIn("1.5.0", out)
        self.assertIn("1.5.0", self.check(0, "firmware", "show", self.url("/latest", packed)).out)

    def test_packed_and_damaged_or_empty(self):
        for name, packed in (("/cut.gz", gzip.compress(self.app)[:-9]), ("/empty.gz", gzip.compress(b""))):
            self.server.files[name] = packed
            self.assertIn(name, self.refuse(2, "bad-firmware", self.url(name, packed)))

    def test_another_file_than_the_digest_says(self):
        said = self.refuse(4, "wrong-digest", self.url(content=b"another"))
        self.assertIn(digest(self.app), said)
        self.assertIn(digest(b"another"), said)

    def test_without_digest_nothing_is_asked_for(self):
        for spec in (self.server.address + "/weather.bin", self.server.address + "/weather.bin@0x10000",
                     self.url().replace("https://", "http://"), self.url(offset="@1x"),
                     self.url().replace("https://", "https://me:secret@")):
            with self.subTest(spec):
                self.assertNotIn("secret", self.refuse(2, "usage", spec))
        self.assertEqual([], self.server.asked)

    def test_certificates(self):
        """Refused with the reason, whatever the digest says; nothing is asked for."""
        good = self.env["SSL_CERT_FILE"]
        self.env["SSL_CERT_FILE"] = make_certificate(self.path("other"))[0]
        self.assertIn("self-signed certificate", self.refuse(4, "untrusted-server", self.url()))
        self.env["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt"
        if os.path.exists(self.env["SSL_CERT_FILE"]):
            self.refuse(4, "untrusted-server", self.url())
        self.env["SSL_CERT_FILE"] = self.path("nothing.crt")
        self.refuse(4, "untrusted-server", self.url())
        self.env["SSL_CERT_FILE"] = good
        stranger = make_certificate(self.path("stranger"), "DNS:example.org")
        self.env["SSL_CERT_FILE"] = stranger[0]
        server = self.serve(*stranger)
        self.assertIn("127.0.0.1", self.refuse(4, "untrusted-server", self.url(server=server)))
        self.assertEqual([], self.server.asked + server.asked)

    def test_a_certificate_that_has_expired(self):
        old = self.make_old_certificate()
        self.env["SSL_CERT_FILE"] = old[0]
        server = self.serve(*old)
        self.assertIn("expired", self.refuse(4, "untrusted-server", self.url(server=server)))

    def test_what_cannot_be_fetched(self):
        self.assertIn("404", self.refuse(2, "fetch-failed", self.url("/nothing.bin")))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            self.refuse(2, "fetch-failed", f"https://127.0.0.1:{port}/a.bin#sha256={'0' * 64}")
        self.server.files["/empty"] = b""
        self.refuse(2, "fetch-failed", self.url("/empty", b""))
        self.server.files["/loop"] = lambda handler: (
            handler.send_response(302), handler.send_header("Location", "/loop"), handler.end_headers())
        self.refuse(2, "fetch-failed", self.url("/loop"))
        self.server.files["/down"] = lambda handler: (
            handler.send_response(302), handler.send_header("Location", "http://127.0.0.1:1/"), handler.end_headers())
        self.refuse(2, "fetch-failed", self.url("/down"))

    def test_a_connection_that_breaks(self):
        def cut(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(self.app)))
            handler.end_headers()
            handler.wfile.write(self.app[:1000])

        self.server.files["/cut"] = cut
        self.refuse(2, "fetch-failed", self.url("/cut"))

    def test_too_large(self):
        """Also where the server does not say so beforehand."""
        def announce(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(1 << 40))
            handler.end_headers()

        def flood(handler):
            handler.send_response(200)
            handler.end_headers()
            while True:
                handler.wfile.write(bytes(1 << 20))

        self.server.files.update({"/large": announce, "/flood": flood})
        self.refuse(2, "too-large", self.url("/large"))
        self.refuse(2, "too-large", self.url("/flood"))

    def test_names_of_other_files_are_not_followed(self):
        manifest = json.dumps({"name": "x", "builds": [{"chipFamily": "ESP32", "parts": [
            {"path": "weather.bin", "offset": 65536}]}]}).encode()
        self.server.files["/manifest.json"] = manifest
        self.assertIn("no digest", self.refuse(2, "bad-firmware", self.url("/manifest.json", manifest)))
        self.assertEqual(["/manifest.json"], self.server.asked)

    def test_keys_in_an_address_are_not_shown(self):
        spec = self.url("/weather.bin?key=geheim", self.app, "@" + self.offset)
        self.server.files["/weather.bin?key=geheim"] = self.app
        result = self.check(0, "firmware", "show", spec)
        self.assertNotIn("geheim", result.out + result.err)
        self.assertEqual(["/weather.bin?key=geheim"], self.server.asked)
        self.assertNotIn("geheim", self.refuse(4, "wrong-digest", self.url("/weather.bin?key=geheim", b"x")))

    def test_a_server_that_says_nothing_can_be_left(self):
        for silent in ("connected", "half"):
            with self.subTest(silent):
                is_there, end = threading.Event(), threading.Event()
                self.addCleanup(end.set)

                def wait(handler):
                    handler.send_response(200)
                    handler.send_header("Content-Length", str(len(self.app)))
                    handler.end_headers()
                    handler.wfile.write(self.app[:1000])
                    is_there.set()
                    end.wait()

                self.server.files["/half"] = wait
                spec = self.url("/half")
                if silent == "connected":
                    listener = socket.create_server(("127.0.0.1", 0))
                    self.addCleanup(listener.close)
                    spec = f"https://127.0.0.1:{listener.getsockname()[1]}/a#sha256={'0' * 64}"
                process = self.start("firmware", "show", "--json", spec)
                self.addCleanup(self.stop, process)
                self.addCleanup(process.stderr.close)
                lines = Lines(process.stdout)
                if silent == "connected":
                    line = listener.accept()[0]
                    self.addCleanup(line.close)
                else:
                    is_there.wait()
                process.send_signal(signal.SIGINT)
                # by itself it would fail, later
                self.assertEqual(5, process.wait(SECONDS))
                self.assertIn('"cancelled"', "\n".join(lines.rest()))

    def test_silence_is_not_waited_for_without_end(self):
        end = threading.Event()
        self.addCleanup(end.set)

        def fall_silent(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(self.app)))
            handler.end_headers()
            handler.wfile.write(self.app[:1000])
            end.wait()

        self.server.files["/silent"] = fall_silent
        result = self.run_cli("firmware", "show", "--json", self.url("/silent"), seconds=240)
        self.assertEqual((2, "fetch-failed"), (result.status, result.result["code"]))


if __name__ == "__main__":
    main()
