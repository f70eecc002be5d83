# SPDX-License-Identifier: GPL-3.0-or-later
"""Which English texts the programs know, from their German catalogue: none may show in German.

The catalogue is $BOARDWALK_LOCALE_DIR/de/LC_MESSAGES/boardwalk.mo.
"""

import gettext
import os
import re

CONVERSION = re.compile(r"%(?:\d+\$)?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j)?[a-zA-Z%]")
# What makes a piece of a text English beyond doubt: three words in a row.
WORDS = re.compile(r"[A-Za-z][a-z']+(?:[ ,:;-]+[a-z']+){2,}")


def catalogue():
    path = os.path.join(os.environ["BOARDWALK_LOCALE_DIR"], "de", "LC_MESSAGES", "boardwalk.mo")
    with open(path, "rb") as stream:
        texts = gettext.GNUTranslations(stream)._catalog
    return [(key if isinstance(key, str) else key[0], told) for key, told in texts.items()]


def pieces(text):
    """The texts between what the program fills in, with one kind of blank."""
    return [" ".join(piece.split()) for piece in CONVERSION.split(text)]


def known_english():
    """Every piece that is English for certain, and is no part of a German text."""
    texts = catalogue()
    german = "\n".join(" ".join(told.split()) for _, told in texts)
    found = {p for text, told in texts if text != told for p in pieces(text)}
    return sorted(p for p in found if WORDS.search(p) and p not in german)


ENGLISH = known_english()
assert len(ENGLISH) > 200, "the catalogue is not the one that is meant"


def english_in(shown):
    """Which of our English texts stand in @shown."""
    flat = " ".join(shown.split())
    return [piece for piece in ENGLISH if piece in flat]
