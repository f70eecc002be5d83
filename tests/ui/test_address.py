# SPDX-License-Identifier: GPL-3.0-or-later
"""A firmware is fetched from a server: by address and digest, with its progress, and left off when
somebody wants that; what does not fit the digest is refused. An address that comes without a digest
is asked for one."""
import os
import sys
import threading

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sim"))

from file_server import FileServer, digest, make_certificate  # noqa: E402
from station import App, Board, GLib, make_firmware, scratch  # noqa: E402
import screen  # noqa: E402

SIZE = ("--size", "65536")
TITLE = "Firmware from an address"

folder = make_firmware("esp32", "1.5.0", "small", *SIZE)
with open(os.path.join(folder, "weather.bin"), "rb") as file:
    content = file.read()
half, go_on = threading.Event(), threading.Event()


def give_half(handler):
    handler.begin(len(content))
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    half.set()
    go_on.wait()


server = FileServer(*make_certificate(scratch("server")), {"/weather.bin": content, "/half.bin": give_half, "/secret.bin?key=geheim": content})
app = App(env=server.environment())
# bootloader and table are there already: what is fetched is the application alone
old = scratch("flash.bin")
make_firmware("esp32", "1.4.2", "older", *SIZE, "--seed", "7", "--flash-file", old)
board = Board("board", name="Porch sensor", flash=old)
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.page("firmware")


def open_dialog(button="Fetch from an address…"):
    screen.click(app.find("push button", button))
    return app.find("dialog", TITLE)


def fetch(dialog, address, sha256):
    screen.type_into(screen.find(dialog, "text", "Address (https://…)"), address)
    screen.type_into(screen.find(dialog, "text", "SHA-256 digest"), sha256)
    screen.click(screen.find(dialog, "push button", "Fetch"))


# what may not be asked for is refused before anybody is asked, and what was typed stays
dialog = open_dialog()
assert not screen.has_state(screen.find(dialog, "push button", "Fetch"), "sensitive")
for address, sha256, words in (
    (server.address.replace("https", "http") + "/weather.bin", digest(content), "https://"),
    (server.address + "/weather.bin", "abc", "64 hexadecimal digits"),
    (server.address.replace("//", "//me:secret@") + "/weather.bin", digest(content), "password"),
):
    fetch(dialog, address, sha256)
    screen.find(dialog, "label", lambda name: words in name and name.endswith("."))
    assert screen.read_text(screen.find(dialog, "text", "Address (https://…)")) == address
assert server.asked == []

# both in one, as they are published: they part by themselves
screen.type_into(screen.find(dialog, "text", "Address (https://…)"), f"{server.address}/half.bin#sha256={digest(content)}")
screen.wait_for(
    lambda: screen.read_text(screen.find(dialog, "text", "SHA-256 digest")) == digest(content), "the digest is apart"
)
screen.press("Return")
screen.wait_gone(app.root, "dialog", TITLE)

# half of it is here: that is seen, the window answers, and it is left off when somebody wants that
half.wait()
bar = app.find("progress bar", "Progress of the download")
screen.wait_for(lambda: abs(screen.read_value(bar) - 0.5) < 0.05, "half of it is here")
app.find("label", lambda name: name.endswith(" of " + GLib.format_size(len(content))))
page = app.find("label", "Fetching and checking the firmware…").get_parent()
screen.click(screen.find(page, "push button", "Cancel"))
app.find("push button", "Choose file…")

# where it was left off one goes on
dialog = open_dialog()
assert screen.read_text(screen.find(dialog, "text", "Address (https://…)")) == server.address + "/half.bin"
fetch(dialog, server.address + "/weather.bin", digest(b"another"))
app.find("label", "Another file")
app.find("label", lambda name: digest(content) in name and digest(b"another") in name)
app.find("label", "Do not use it. Ask whoever gave you the address for both.")
dialog = open_dialog("Change address…")
fetch(dialog, server.address + "/nothing.bin", digest(content))
app.find("label", "Not fetched")
app.find("label", lambda name: "404" in name)
dialog = open_dialog("Change address…")
fetch(dialog, server.address + "/weather.bin", digest(content))
app.find("label", "weather 1.5.0")
app.find("list item", "Fits this board")

# it is among those used last, by its name, and one with a key in it is not
row = app.find("list item", "weather.bin")
screen.find(row, "label", server.address)
app.load(f"{server.address}/secret.bin?key=geheim#sha256={digest(content)}")
app.find("label", lambda name: name.endswith("secret.bin"))
assert not any("geheim" in n.get_name() or "sha256" in n.get_name() for n in screen.walk(app.root))
assert not screen.is_there(app.root, "list item", "secret.bin")

# for a board, without its digest, as a browser gives it away
app.load(server.address + "/weather.bin", board)
dialog = app.find("dialog", TITLE)
# the keyboard is where something is missing
entry = screen.find(dialog, "text", "SHA-256 digest")
screen.xdotool("type", digest(content))
screen.wait_for(lambda: screen.read_text(entry) == digest(content), "the digest is typed")
screen.press("Return")
app.agree()
app.wait_description(app.row("Porch sensor"), ["Good"])

# by keys alone, and away again
screen.press("ctrl+u")
app.find("dialog", TITLE)
screen.press("Escape")
screen.wait_gone(app.root, "dialog", TITLE)
go_on.set()
app.close()

# a server that nobody vouches for is told from one that is not there
app = App(env={"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"})
app.wait_description(app.row("Porch sensor"), ["Ready", "Good"])
app.page("firmware")
asked = len(server.asked)
fetch(open_dialog(), server.address + "/weather.bin", digest(content))
app.find("label", "Server not trusted")
assert len(server.asked) == asked
app.close()
