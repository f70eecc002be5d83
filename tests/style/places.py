# SPDX-License-Identifier: GPL-3.0-or-later
"""No path of one machine and no host that serves one workplace's packages is in the tree."""

import re

from tree import Finding, line_of, read, walk

# written so that this file does not find itself
PLACES = re.compile(r"(?<![\w.$}~-])/(?:[r]oot|[U]sers|[h]ome/(?!USER\b|user\b|\$)\w)[/\w]*")
HOSTS = re.compile(
    r"[h]ttps?://(?:registry|files|packages)\.[\w.-]+|\b[\w-]+\.(?:[c]orp|[i]nternal)\b(?=[:/])"
)
BINARY = (".png", ".gz", ".bin", ".elf", ".mo", ".gresource", ".ico", ".uf2", ".zip", ".pdf")
WHOLE_TEXTS = ("COPYING", "src/protocol/COPYING", "firmware/COPYING")


def check(root, build):
    for path in walk(root):
        if path.endswith(BINARY) or path in WHOLE_TEXTS:
            continue
        text = read(root, path)
        for rule, pattern in (("place", PLACES), ("host", HOSTS)):
            for match in pattern.finditer(text):
                yield Finding(path, line_of(text, match.start()), rule, match.group())
