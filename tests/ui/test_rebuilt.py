# SPDX-License-Identifier: GPL-3.0-or-later
"""A build folder that is built anew after it was read: the window says so, and what is flashed is what
was built last. What a firmware is made of stands on its page, its partition layout too."""
import os
import shutil

from station import App, Board, make_firmware, scratch
import screen

FOLDER = "weather"
CHANGED = "The files have changed since they were read"
GONE = "Files are gone since they were read; what was read is kept"


def build(version, folder=FOLDER):
    return make_firmware("esp32", version, folder, "--size", "65536")


def read_app(version):
    with open(os.path.join(build(version, "source"), "weather.bin"), "rb") as file:
        return file.read()


def write_over(path):
    """A build that writes into the file that is there."""

    def make(version):
        with open(path, "wb") as file:
            file.write(read_app(version))
        return path

    return make


def put_in_place(path):
    """A build that is done before it takes the name, as linkers and copying tools do it."""

    def make(version):
        write_over(path + ".tmp")(version)
        os.replace(path + ".tmp", path)
        return path

    return make


def lead_elsewhere(link):
    """A release that is chosen by a symbolic link."""

    def make(version):
        folder = build(version, "release-" + version)
        os.symlink(folder, link + ".tmp")
        os.replace(link + ".tmp", link)
        return os.path.join(link, "weather.bin")

    return make


def build_anew(folder):
    """A build that throws the old one away first."""

    def make(version):
        shutil.rmtree(scratch(folder), ignore_errors=True)
        return build(version, folder)

    return make


def build_project(version):
    return os.path.dirname(build(version, "project/build"))


def see_rebuilt(make):
    app.load(make("2.1"))
    app.find("label", "weather 2.1")
    screen.wait_gone(app.root, "label", CHANGED)
    make("2.2")
    app.find("label", CHANGED)
    read_again("weather 2.2")


def read_again(title):
    screen.click(app.find("push button", "Read again"))
    app.find("label", title)
    screen.wait_gone(app.root, "label", CHANGED)


app = App()
board = Board("board", name="Porch sensor")
app.wait_description(app.row("Porch sensor"), ["Ready"])
app.load(build("1.5.0"))
app.page("firmware")
app.find("label", "weather 1.5.0")
layout = app.find(("image", "icon"), "Flash map")
assert "ota_0: app ota_0" in layout.get_description(), layout.get_description()
# memory is counted in 1024, and kB are 1000 bytes
assert "nvs: data nvs · 0x9000 · 16 KB" in layout.get_description(), layout.get_description()
assert not screen.is_there(app.root, "label", CHANGED)
screen.shot("layout")

build("1.6.0")
app.find("label", CHANGED)
screen.shot("stale")
read_again("weather 1.6.0")

# whatever the files are called, and however they come to be others
see_rebuilt(lambda version: build(version, "x@5/weather"))
see_rebuilt(write_over(scratch("APP.BIN")))
see_rebuilt(put_in_place(scratch("app.img")))
see_rebuilt(build_project)
see_rebuilt(lead_elsewhere(scratch("current")))
see_rebuilt(build_anew("anew"))

# flashing without looking there: read again by itself
app.load(build("1.6.1"))
app.find("label", "weather 1.6.1")
build("1.7.0")
app.find("label", CHANGED)
app.select(board.link)
app.act("win.flash")
dialog = app.find("dialog", "What will be done")
screen.find(dialog, "label", "Flash weather 1.7.0")
screen.click(screen.find(dialog, "push button", "Cancel"))

# and what is compared is what was built last, too
build("1.7.1")
app.find("label", CHANGED)
app.act("win.verify")
dialog = app.find("dialog", "What will be done")
screen.find(dialog, "label", "Compare with weather 1.7.1")
screen.click(screen.find(dialog, "push button", "Cancel"))

# a build that is gone: said, and what was read of it is there all the same
shutil.rmtree(scratch(FOLDER))
app.find("label", GONE)
screen.shot("gone")
app.act("win.flash")
dialog = app.find("dialog", "What will be done")
screen.find(dialog, "label", "Flash weather 1.7.1")
screen.click(screen.find(dialog, "push button", "Cancel"))
# half of it is not the whole
os.makedirs(scratch(FOLDER))
shutil.copy(os.path.join(build("1.8.0", "source"), "flasher_args.json"), scratch(FOLDER))
screen.click(app.find("push button", "Read again"))
app.find("label", "File cannot be read")
app.find("label", lambda name: "bootloader.bin: cannot be opened: No such file" in name)
# and is back
build("1.8.0")
read_again("weather 1.8.0")
assert not screen.is_there(app.root, "label", GONE)
app.close()
