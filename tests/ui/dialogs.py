# SPDX-License-Identifier: GPL-3.0-or-later
"""GTK's own file dialogs, as a person goes through them."""
import screen

# GTK 4.8's own dialog is a "filler" to screen readers: it sets its focus before it is on screen
ROLES = ("filler", "file chooser", "dialog", "frame")


def answer(app, title, path, sure=None):
    """Writes a path into the open file dialog and agrees; @sure is the button of the question that follows
    where a file is there already."""
    dialog = app.find(ROLES, title)

    # keys reach it a while after it is on screen
    def open_entry():
        return next(iter(screen.all_of(dialog, ("text", "entry"))), None)

    def agree():
        buttons = screen.all_of(app.root, "push button", sure) if sure else []
        if buttons:
            screen.click(buttons[0])
        else:
            screen.press("Return")

    entry = screen.insist(lambda: screen.press("ctrl+l"), open_entry, f"an entry for the path: {title}")
    screen.type_into(entry, path)
    screen.insist(agree, lambda: not screen.is_there(app.root, ROLES, title), f"{title}: it is answered")
