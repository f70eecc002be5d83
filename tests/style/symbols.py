# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire layer imports four functions, owns no writable data and compiles for bare chips (D1, M2).

It is compiled here anew and on its own, because a build for sanitizers would import theirs."""

import os
import re
import shlex
import subprocess
import tempfile
from collections import namedtuple

from tree import Finding, walk

FOLDER = "src/protocol"
IMPORTS = {"memcpy", "memset", "memcmp", "memmove"}
WRITABLE = re.compile(r"^\.(data|bss|sdata|sbss|tdata|tbss)(?!\.rel\.ro)(\.|$)")
STACK_BYTES = 256
FLAGS = ["-std=c11", "-ffreestanding", "-Wall", "-Wextra", "-Wconversion", "-Wvla", "-Werror"]
STACK = [f"-Werror=stack-usage={STACK_BYTES}", "-Werror=frame-larger-than=%d" % STACK_BYTES]

# links: whether the whole is examined as one, or only compiled (no library of its own there)
Target = namedtuple("Target", "name command flags links")
BARE = [
    ("riscv32", "riscv64-unknown-elf-gcc", ["-Os", "-march=rv32imc", "-mabi=ilp32"], True),
    ("lx106", "xtensa-lx106-elf-gcc", ["-Os", "-mlongcalls"], False),
]


def targets():
    """The host's compiler, and those for chips that the configuration has found."""
    host = shlex.split(os.environ.get("STYLE_CC", "cc"))
    yield Target("host", host, ["-O2", *STACK] if "clang" not in host[-1] else ["-O2"], True)
    bare = os.environ.get("STYLE_BARE_CC", "").split(":")
    include = "-I" + os.path.join(os.path.dirname(os.path.abspath(__file__)), "freestanding")
    for name, program, flags, links in BARE:
        found = [path for path in bare if os.path.basename(path) == program]
        if found:
            yield Target(name, found, [*flags, include, *STACK], links)


def sources(root):
    return [p for p in walk(root, FOLDER) if p.endswith(".c")]


def run(command):
    return subprocess.run(command, capture_output=True, text=True)


def compile_one(root, path, target, folder):
    """Return the object file, or None and what the compiler said first."""
    out = os.path.join(folder, os.path.basename(path) + ".o")
    command = [*target.command, *FLAGS, *target.flags, "-I" + os.path.join(root, FOLDER)]
    result = run([*command, "-c", os.path.join(root, path), "-o", out])
    said = [line for line in result.stderr.splitlines() if re.search(r"\berror\b", line)]
    return (out, "") if result.returncode == 0 else (None, (said or ["?"])[0].strip())


def tool(target, name):
    """nm and size of the same family as the compiler."""
    program = target.command[-1]
    return program[: -len("gcc")] + name if "-gcc" in os.path.basename(program) else name


def symbols(target, path, option):
    text = run([tool(target, "nm"), "-P", option, path]).stdout
    return {line.split()[0] for line in text.splitlines() if line.strip()}


def writable_sections(target, path):
    text = run([tool(target, "size"), "-A", path]).stdout
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 2 and WRITABLE.match(parts[0]) and parts[1].isdigit() and int(parts[1]):
            yield parts[0]


def check_target(root, target, folder):
    objects = {}
    for path in sources(root):
        out, said = compile_one(root, path, target, folder)
        if out is None:
            yield Finding(path, 1, "compile", f"{target.name}: {said}")
        else:
            objects[path] = out
    if not target.links:
        return
    own = set().union(*(symbols(target, out, "-g") - symbols(target, out, "-u") for out in objects.values()))
    for path, out in objects.items():
        for name in sorted(symbols(target, out, "-u") - own - IMPORTS - {"_GLOBAL_OFFSET_TABLE_"}):
            yield Finding(path, 1, "import", f"{target.name}: {name} is not ours to call")
        for name in writable_sections(target, out):
            yield Finding(path, 1, "writable", f"{target.name}: data in {name}")


def check(root, build):
    for target in targets():
        with tempfile.TemporaryDirectory() as folder:
            yield from check_target(root, target, folder)
