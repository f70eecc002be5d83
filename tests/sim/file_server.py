# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on loopback that gives away files by their paths, with a certificate of a test's own; a path may
be a function of the handler instead."""
import hashlib
import http.server
import os
import ssl
import subprocess
import threading


class FileServer:
    def __init__(self, certificate, key, files):
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
                    self.begin(len(content))
                    self.wfile.write(content)

            def begin(self, length):
                self.send_response(200)
                self.send_header("Content-Length", str(length))
                self.end_headers()

            def log_message(self, *args):
                pass

        self.asked, self.files, self.certificate = [], files, certificate
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *args: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.address = "https://127.0.0.1:%d" % self.http.server_port
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def environment(self):
        """For a program that trusts it, and asks it and no proxy."""
        proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
        empty = {name: "" for proxy in proxies for name in (proxy, proxy.upper()) if name in os.environ}
        return {"SSL_CERT_FILE": self.certificate, **empty}

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def make_certificate(place, who="IP:127.0.0.1"):
    """Of @who, good for a month: the names of its file and of its key's, which begin with @place."""
    certificate, key = place + ".crt", place + ".key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-subj", "/CN=test", "-addext", "subjectAltName=" + who, "-keyout", key,
                    "-out", certificate, "-days", "30"], check=True, capture_output=True)
    return certificate, key


def digest(content):
    return hashlib.sha256(content).hexdigest()
