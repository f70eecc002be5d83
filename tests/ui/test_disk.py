# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that does not answer keeps nobody from the window. What lies on it is a pipe here, whose
reader waits for a writer: the settings, which count once they are there, and what is known of boards."""
import os

from station import App, scratch
import screen



def look_at_preferences(app):
    """The window answers."""
    app.act("app.preferences")
    app.find("dialog", "Preferences")
    screen.press("Escape")
    screen.wait_gone(app.root, "dialog", "Preferences")


settings = os.path.join(os.environ["XDG_CONFIG_HOME"], "boardwalk", "settings.ini")
os.makedirs(os.path.dirname(settings), exist_ok=True)
os.mkfifo(settings)

app = App()
app.find("label", "Looking for boards…")
look_at_preferences(app)

# a pipe has an end, but is no file of settings
open(settings, "w").close()
app.find("label", lambda text: text.startswith("Settings cannot be read"))
app.find("label", "Plug in a board")
app.close()

os.unlink(settings)
with open(settings, "w") as file:
    file.write("[boardwalk]\nversion=1\ngrid-view=true\norder=name\nlog-timestamps=true\n")
app = App("--virtual", "1")
app.row("Virtual board")
assert app.state("win.grid") is True
assert app.state("win.order") == "name"
app.close()

boards = scratch("data/boards")
os.makedirs(boards)
os.mkfifo(os.path.join(boards, "slow.ini"))
app = App(env={"BOARDWALK_DATA_DIR": scratch("data")}, has_usb=True)
app.find("label", "Looking for boards…")
look_at_preferences(app)
app.close()
