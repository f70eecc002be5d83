# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read is marked for translation, and every translation is whole."""

import os
import re
import subprocess
import tempfile

from tree import TOKEN, Finding, blank, line_of, read, walk, walk_c

FOLDERS = ("src/engine", "src/cli", "src/app")

# Calls whose texts people get to see: the argument that holds the text.
TALKERS = {
    "bw_set_error": 2,
    "bw_error_new": 1,
    "bw_result_check": 3,
    "bw_esp_session_note": 1,
    "_bw_job_worker_note": 1,
    "g_prefix_error": 1,
    "g_set_error": 3,
    "g_error_new": 2,
}
MARKS = r"(?<!\w)(?:_|N_|C_|NC_|g_dngettext|g_dpgettext2)"
# Written for developers, in English.
LOGS = r"(?<!\w)(?:g_(?:debug|info|message|warning|critical|log|return_\w+|warn_if_reached)|G_STATIC_ASSERT)"
MARKED = re.compile(rf"(?:{MARKS}|{LOGS})\s*\(")
TALKER = re.compile(rf"(?<!\w)({'|'.join(TALKERS)})\s*\(")
STRING = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"")
CONVERSION = re.compile(r"%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j)?[a-zA-Z%]|\\.")
WORD = re.compile(r"[A-Za-z]{2}")
SENTENCE = re.compile(r"[A-Za-z][a-z']+,? [a-z]+")

# Other people's words: SQL, and what boards print. Only the calls above are looked at there.
FOREIGN = {
    "src/engine/driver/bw-esp-boot-log.c",
    "src/engine/driver/bw-esp-evidence.c",
    "src/engine/driver/bw-esp-link.c",
    "src/engine/job/bw-log-level.c",
    "src/engine/store/bw-store-db.c",
    "src/engine/store/bw-store-ops.c",
    "src/engine/store/bw-store.c",
}


def bare(text):
    """Comments and the insides of strings gone, quotes, lines and columns kept."""

    def replace(match):
        if match.lastgroup != "string":
            return blank(match.group())
        quote = match.group()[0]
        return quote + re.sub(r"[^\n]", "x", match.group()[1:-1]) + quote

    return TOKEN.sub(replace, text)


def without_comments(text):
    return TOKEN.sub(lambda m: m.group() if m.lastgroup == "string" else blank(m.group()), text)


def end_of(code, opening):
    """Where the parenthesis at @opening is closed."""
    depth = 0
    for at in range(opening, len(code)):
        depth += (code[at] in "([{") - (code[at] in ")]}")
        if depth == 0:
            return at
    return len(code)


def arguments(code, opening):
    """(begin, end) of each argument of the call whose parenthesis is at @opening."""
    end = end_of(code, opening)
    begin, depth = opening + 1, 0
    for at in range(opening + 1, end):
        depth += (code[at] in "([{") - (code[at] in ")]}")
        if code[at] == "," and depth == 0:
            yield begin, at
            begin = at + 1
    yield begin, end


def hide_marked(code, text):
    """@text without what is marked for translators or written for developers."""
    for match in MARKED.finditer(code):
        end = end_of(code, match.end() - 1)
        text = text[: match.start()] + blank(text[match.start() : end]) + text[end:]
    return text


def check_calls(path, code, open_text):
    for match in TALKER.finditer(code):
        spans = list(arguments(code, match.end() - 1))
        for number, (begin, end) in enumerate(spans):
            pattern = WORD if number == TALKERS[match.group(1)] else SENTENCE
            for string in STRING.finditer(open_text, begin, end):
                if pattern.search(CONVERSION.sub("", string.group(1))):
                    yield string


def check_sentences(path, code, open_text):
    for string in STRING.finditer(open_text):
        # the words of a command are typed as they are
        if open_text[: string.start()].endswith(".name = "):
            continue
        if SENTENCE.search(CONVERSION.sub("", string.group(1))):
            yield string


def check_marks(path, text):
    code = bare(text)
    open_text = hide_marked(code, without_comments(text))
    checks = (check_calls,) if path in FOREIGN else (check_calls, check_sentences)
    seen = {}
    for check_strings in checks:
        for string in check_strings(path, code, open_text):
            seen[string.start()] = string.group()
    for start, string in sorted(seen.items()):
        yield Finding(path, line_of(text, start), "not-marked", f"{string} is for people: use _()")


# --- translations -----------------------------------------------------------------------------

# As meson's preset "glib" calls it.
XGETTEXT = (
    "xgettext --from-code=UTF-8 --directory={root} --files-from={root}/po/POTFILES.in --output={pot}"
    " --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2"
    " --keyword=g_dngettext:2,3 --keyword=g_dpgettext2:2c,3"
)


def run(command):
    return subprocess.run(command.split(), capture_output=True, text=True)


def entries(text):
    """Every (id, plural id, translations) of a catalogue."""
    for block in re.split(r"\n{2,}", text):
        fields, name = {}, None
        for line in block.splitlines():
            match = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', line)
            if match:
                name = match.group(1)
                fields[name] = match.group(2)
            elif line.startswith('"') and name is not None:
                fields[name] += line[1:-1]
        if fields.get("msgid"):
            told = [v for k, v in fields.items() if k.startswith("msgstr")]
            yield fields["msgid"], fields.get("msgid_plural"), told


def check_left_over(path, text):
    """What nobody gets to read: gettext passes over a translation that is only a guess."""
    for block in re.split(r"\n{2,}", text):
        for text_id in re.findall(r'(?m)^#~ msgid "(.*)"$', block):
            yield Finding(path, 1, "unused", f'"{text_id}" is said nowhere')
        if re.search(r"(?m)^#,.*\bfuzzy\b", block):
            text_id = re.search(r'(?m)^(?:#~ )?msgid "(.*)"$', block).group(1)
            yield Finding(path, 1, "fuzzy", f'"{text_id}" has a translation that is only a guess')


def same_edges(a, b):
    """Contexts of errors are chained, so a blank or a line end at the end is part of the text."""
    return re.search(r"(?:: |\\n|)$", a).group() == re.search(r"(?:: |\\n|)$", b).group()


def check_catalogue(root, path, pot, folder):
    merged = os.path.join(folder, "merged.po")
    result = run(f"msgmerge --quiet --no-fuzzy-matching --no-wrap -o {merged} {root}/{path} {pot}")
    if result.returncode == 0:
        result = run(f"msgfmt --check-format -o {os.devnull} {merged}")
    if result.returncode != 0:
        yield Finding(path, 1, "catalogue", result.stderr.strip())
        return
    with open(merged, encoding="utf-8") as stream:
        text = stream.read()
    yield from check_left_over(path, text)
    text = "\n".join(l for l in text.split("\n") if not l.startswith("#~"))
    for text_id, plural, told in entries(text):
        if not all(told):
            yield Finding(path, 1, "open", f'"{text_id}" has no translation')
        elif not all(same_edges(text_id, t) for t in told):
            yield Finding(path, 1, "edge", f'"{text_id}" ends otherwise than its translation')


def check_catalogues(root):
    if not os.path.exists(os.path.join(root, "po/POTFILES.in")):
        return
    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, "all.pot")
        result = run(XGETTEXT.format(root=root, pot=pot))
        if result.returncode != 0:
            yield Finding("po/POTFILES.in", 1, "catalogue", result.stderr.strip())
            return
        for path in (p for p in walk(root, "po") if p.endswith(".po")):
            yield from check_catalogue(root, path, pot, folder)


def check(root, build):
    for path in walk_c(root, *FOLDERS):
        if path.endswith(".c"):
            yield from check_marks(path, read(root, path))
    yield from check_catalogues(root)
