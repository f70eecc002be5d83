# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever logs out in the middle of a flash ends the window from outside: it lets go of the board, which is
not held in reset, ends by itself, and the next one says that the board was interrupted. So it does with a
sheet open, and when it is asked twice."""
import signal

from station import App, start_writing
import screen


def end(number):
    app.process.send_signal(number)
    status = app.process.wait(screen.PATIENCE_S)
    assert status == 0, f"it ended with {status}: {app.read_complaints()}"
    assert not app.read_complaints(), app.read_complaints()


app, board, row, firmware = start_writing()
app.wait_progress(0.1)
end(signal.SIGTERM)
assert not board.is_held()

app = App()
row = app.row("Porch sensor")
app.wait_description(row, ["Interrupted"])
app.select(board.link)
app.find("label", lambda name: name.startswith("Start it again."))
screen.click(app.find("push button", "Try again"))
app.find("dialog", "What will be done")
end(signal.SIGHUP)

app = App()
row = app.row("Porch sensor")
app.wait_description(row, ["Interrupted"])
app.act("win.try-again")
app.agree()
app.wait_description(row, ["Good"])
end(signal.SIGINT)
