#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware from the network: a server on loopback with a certificate of the test's own."""

import gzip
import hashlib
import http.server
import json
import os
import signal
import socket
import ssl
import subprocess
import threading

from common import SECONDS, CliTest, Lines, main

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class Server:
    """Files by their paths. A path may be a function of the handler instead."""

    def __init__(self, test, certificate, key, files):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append(self.path)
                content = server.files.get(self.path)
                if callable(content):
                    content(self)
                elif content is None:
                    self.send_error(404)
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.asked, self.files = [], files
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *args: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.address = "https://127.0.0.1:%d" % self.http.server_port
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        test.addCleanup(self.http.server_close)
        test.addCleanup(self.http.shutdown)


class Fetching(CliTest):
    def setUp(self):
        super().setUp()
        for name in PROXIES:
            self.env.pop(name, None)
            self.env.pop(name.upper(), None)
        self.certificate, self.key = self.make_certificate("server", "IP:127.0.0.1")
        self.env["SSL_CERT_FILE"] = self.certificate
        folder = self.make_firmware()
        with open(os.path.join(folder, "flasher_args.json"), encoding="utf-8") as stream:
            self.offset, name = [(k, v) for k, v in json.load(stream)["flash_files"].items() if v == "weather.bin"][0]
        with open(os.path.join(folder, name), "rb") as stream:
            self.app = stream.read()
        self.folder_of_firmware = folder
        self.server = Server(self, self.certificate, self.key, {"/weather.bin": self.app})

    def make_old_certificate(self):
        """A day of long ago; only "openssl ca" makes those."""
        _, key = self.make_certificate("old", "IP:127.0.0.1")
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

    def make_certificate(self, name, who):
        certificate, key = self.path(name + ".crt"), self.path(name + ".key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=test", "-addext", "subjectAltName=" + who, "-keyout", key,
                        "-out", certificate, "-days", "30"], check=True, capture_output=True)
        return certificate, key

    def url(self, path="/weather.bin", content=None, offset="", server=None):
        content = self.app if content is None else content
        digest = hashlib.sha256(content).hexdigest()
        return f"{(server or self.server).address}{path}#sha256={digest}{offset}"

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
        self.assertIn(hashlib.sha256(self.app).hexdigest(), said)
        self.assertIn(hashlib.sha256(b"another").hexdigest(), said)

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
        self.env["SSL_CERT_FILE"] = self.make_certificate("other", "IP:127.0.0.1")[0]
        self.assertIn("self-signed certificate", self.refuse(4, "untrusted-server", self.url()))
        self.env["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt"
        if os.path.exists(self.env["SSL_CERT_FILE"]):
            self.refuse(4, "untrusted-server", self.url())
        self.env["SSL_CERT_FILE"] = self.path("nothing.crt")
        self.refuse(4, "untrusted-server", self.url())
        self.env["SSL_CERT_FILE"] = good
        stranger = self.make_certificate("stranger", "DNS:example.org")
        self.env["SSL_CERT_FILE"] = stranger[0]
        server = Server(self, *stranger, {"/weather.bin": self.app})
        self.assertIn("127.0.0.1", self.refuse(4, "untrusted-server", self.url(server=server)))
        self.assertEqual([], self.server.asked + server.asked)

    def test_a_certificate_that_has_expired(self):
        old = self.make_old_certificate()
        self.env["SSL_CERT_FILE"] = old[0]
        server = Server(self, *old, {"/weather.bin": self.app})
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
