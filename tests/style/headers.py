# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header compiles alone (D6), and every public function has its contract above it."""

import os
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import Finding, line_of, read, walk

PACKAGES = ["glib-2.0", "gio-2.0", "gio-unix-2.0", "libcjson"]
APP_PACKAGES = ["gtk4", "libadwaita-1"]
C_COMMENT = re.compile(r"/\*.*?\*/", re.S)
# a function declared at file level, whatever stands before its name
PROTOTYPE = re.compile(r"(?:^|[\s*])((?:bw|bwp|fw)_\w+)\s*\((?!\s*\*)", re.S)
NO_FUNCTION = re.compile(r"^\s*(typedef|#|G_DECLARE|G_DEFINE|G_BEGIN|G_END|extern \"C\"|struct \w+ \{|enum)")


def headers(root):
    return [p for p in walk(root, "src", "firmware") if p.endswith(".h")]


def is_public(path):
    if path.startswith("src/protocol/"):
        return True
    return path.startswith("src/engine/") and not path.endswith("-private.h")


# --- compiles alone ---------------------------------------------------------------------------


def package_flags(packages):
    run = subprocess.run(["pkg-config", "--cflags", *packages], capture_output=True, text=True)
    return shlex.split(run.stdout) if run.returncode == 0 else None


def make_flags(root, build):
    folders = sorted({os.path.dirname(p) for p in headers(root)})
    flags = ["-I" + os.path.join(root, f) for f in folders] + (["-I" + build] if build else [])
    base = package_flags(PACKAGES)
    app = package_flags(PACKAGES + APP_PACKAGES)
    return flags + base, None if app is None else flags + app


def compile_alone(root, path, flags):
    # twice: a header without a guard shows as well
    text = f'#include "{os.path.join(root, path)}"\n' * 2
    command = [*shlex.split(os.environ.get("STYLE_CC", "cc")), "-fsyntax-only", "-xc", *flags]
    command.append("-std=c11" if path.startswith("src/protocol/") else "-std=gnu17")
    run = subprocess.run([*command, "-"], input=text, capture_output=True, text=True)
    if run.returncode == 0:
        return None
    first = next((l for l in run.stderr.splitlines() if "error" in l), run.stderr.strip())
    return Finding(path, 1, "alone", "does not compile alone: " + first.replace(root + os.sep, ""))


def check_alone(root, build):
    flags, app_flags = make_flags(root, build)

    def one(path):
        chosen = app_flags if path.startswith("src/app/") else flags
        return None if chosen is None else compile_alone(root, path, chosen)

    with ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(one, headers(root)))


# --- contracts --------------------------------------------------------------------------------


def drop_bodies(text):
    """Blank what stands in braces, so that members and inline code are no declarations."""
    out, depth = [], 0
    for char in text:
        depth -= char == "}"
        out.append(char if depth <= 0 or char == "\n" else " ")
        depth += char == "{"
    return "".join(out)


def statements(text):
    """Yield (start, statement) of everything at file level that ends in ';' or a body."""
    code = C_COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    code = re.sub(r'extern "C" \{', lambda m: " " * len(m.group()), code)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), code, flags=re.M)
    code = re.sub(r"^G_(BEGIN|END)_DECLS", lambda m: " " * len(m.group()), code, flags=re.M)
    code = drop_bodies(code)
    for match in re.finditer(r"[^;{}]*(?:;|\{[^}]*\})", code):
        statement = match.group()
        lead = len(statement) - len(statement.lstrip())
        yield match.start() + lead, statement.strip()


def has_contract(text, start, name):
    """The nearest comment above must be the one of this function; preprocessor lines may part them."""
    comments = [m for m in C_COMMENT.finditer(text, 0, start)]
    if not comments:
        return False
    last = comments[-1]
    between = re.sub(r"^[ \t]*#[^\n]*", "", text[last.end():start], flags=re.M)
    return not between.strip() and re.match(r"/\*\*\s*\n \* " + name + r":", last.group()) is not None


def check_contracts(root, path):
    text = read(root, path)
    for start, statement in statements(text):
        if NO_FUNCTION.match(statement):
            continue
        match = PROTOTYPE.search(statement)
        if match and not has_contract(text, start, match.group(1)):
            yield Finding(path, line_of(text, start), "contract", f"{match.group(1)} has no contract above it")


def check(root, build):
    yield from check_alone(root, build)
    for path in filter(is_public, headers(root)):
        yield from check_contracts(root, path)
