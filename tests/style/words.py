# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that may not be written, and small forms that must be kept."""

import re

from tree import TOKEN, Finding, line_of, read, strip_c, walk_c

# rule, pattern on code without comments and strings, where it holds, why
CALL = r"(?<![\w.>])({})\s*\("
RULES = [
    (
        "banned",
        CALL.format("strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|system|popen|rand|srand"),
        ("src", "firmware", "tests"),
        "has no bound, no error or no meaning",
    ),
    (
        "banned-here",
        CALL.format("sleep|usleep|nanosleep|g_usleep|g_main_context_iteration|exit|g_error"),
        ("src/engine", "src/app"),
        "waits or ends where nothing may wait or end",
    ),
    (
        "banned-number",
        CALL.format("g_ascii_string_to_(?:un)?signed"),
        ("src",),
        "two threads at once may take a number for none; bw-number.h does not",
    ),
    (
        "pool",
        CALL.format("g_task_run_in_thread(_sync)?"),
        ("src/engine/port", "src/engine/driver", "src/engine/job"),
        "boards have threads of their own, not the shared pool",
    ),
    ("goto", r"\bgoto\b", ("src/engine", "src/app", "src/cli"), "use automatic clean-up"),
    ("unsafe-cast", r"__attribute__\s*\(\(\s*packed", ("src", "firmware"), "use the offset accessors"),
]
PREFIX = re.compile(r"\bg_prefix_error(?:_literal)?\s*\([^\"]*((?:\"(?:\\.|[^\"\\])*\"\s*)+)")
DOMAIN = re.compile(r"^#define G_LOG_DOMAIN \"bw[\w-]*\"$", re.M)


def is_under(path, folders):
    return any(path.startswith(f + "/") for f in folders)


def check_rules(path, code):
    for rule, pattern, folders, why in RULES:
        if not is_under(path, folders):
            continue
        for match in re.finditer(pattern, code):
            yield Finding(path, line_of(code, match.start()), rule, f"{match.group().strip()}: {why}")


def check_comments(path, text):
    for match in TOKEN.finditer(text):
        if match.lastgroup == "line":
            yield Finding(path, line_of(text, match.start()), "line-comment", "comments are /* */")


def check_prefixes(path, text):
    """An error's context ends in colon and blank, so that texts can be chained."""
    code = strip_c(text, keep_strings=True)
    for match in PREFIX.finditer(code):
        if not match.group(1).rstrip().endswith(': "'):
            yield Finding(path, line_of(code, match.start()), "prefix", "context must end in ': '")


def check_domain(path, text):
    found = len(DOMAIN.findall(text))
    if found != 1:
        yield Finding(path, 1, "domain", f"one G_LOG_DOMAIN \"bw-…\" a file, {found} here")


def check(root, build):
    for path in walk_c(root, "src", "firmware", "tests"):
        text = read(root, path)
        yield from check_rules(path, strip_c(text))
        yield from check_comments(path, text)
        yield from check_prefixes(path, text)
        if path.endswith(".c") and is_under(path, ("src/engine", "src/app", "src/cli")):
            yield from check_domain(path, text)
