# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that does not say where it goes gets its place by the name of a partition of the board, in
the window or in the argument that names the file."""
import hashlib

from station import App, Board, make_firmware, scratch
import screen

TABLE = 0x8000

make_firmware("esp32", "1.5.0", None, "--flash-file", scratch("flash.bin"))
with open(scratch("flash.bin"), "r+b") as file:
    flash = bytearray(file.read())
    row = TABLE + 2 * 32
    assert flash[row + 12:row + 20] == b"phy_init"
    flash[row + 12:row + 28] = b"nvs".ljust(16, b"\0")  # that name is there twice now
    end = flash.index(b"\xeb\xeb", TABLE)
    flash[end + 16:end + 32] = hashlib.md5(flash[TABLE:end]).digest()
    file.seek(0)
    file.write(flash)
with open(scratch("notes.bin"), "wb") as file:
    file.write(b"this is no firmware at all\n" * 100)

app = App()
board = Board("board", name="Porch sensor", flash=scratch("flash.bin"))
row = app.row("Porch sensor")
app.wait_description(row, ["Ready"])
app.load(scratch("notes.bin"), board)
app.page("firmware")
button = app.find("push button", "Take it")
entry = app.find("text", "Place in flash")
for text in ("nvs", "OTADATA", "storage"):
    screen.type_into(entry, "otadata")
    screen.wait_for(lambda: screen.has_state(button, "sensitive"), "otadata is a place")
    screen.type_into(entry, text)
    screen.wait_for(lambda: not screen.has_state(button, "sensitive"), f"{text} is no place")
screen.type_into(entry, " otadata ")
screen.wait_for(lambda: screen.has_state(button, "sensitive"), "otadata is a place")
screen.click(button)
app.find("label", lambda name: name.startswith("no chip named in the file"))
app.find("label", lambda name: "0xd000" in name)

# The command line's way to say the same: each board tells where its partition lies.
app.load(scratch("notes.bin") + "@otadata", board)
frame = app.find("dialog", "What will be done")
screen.find(frame, "label", lambda name: "0xd000" in name)
app.agree("Cancel")
app.load(scratch("notes.bin") + "@nvs", board)
app.find("label", lambda name: "at 0x9000 and 0xf000" in name)
app.close()
