#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions and lines below a crash: programs from the compilers of the chips, judged by addr2line."""

import os
import re
import shutil
import socket
import struct
import subprocess
import threading

from common import CliTest, main

PROGRAM = """
volatile int *bad;
static inline __attribute__((always_inline)) void poke (int v) { *bad = v; }
static inline __attribute__((always_inline)) void deep (int v) { poke (v + 1); }
__attribute__((noinline)) void crash (int v) { deep (v); *bad = v; }
__attribute__((noinline)) void middle (int v) { crash (v + 2); *bad = 1; }
void _start (void) { middle (1); for (;;) ; }
"""
CHIPS = {
    "riscv": ("riscv64-unknown-elf-", ["-march=rv32imc", "-mabi=ilp32"], 0x42000000),
    "xtensa": ("xtensa-lx106-elf-", [], 0x40210000),
}


class Speaker:
    """A serial line at a TCP port on which something is said to whoever comes."""

    def __init__(self, test, said):
        self.server = socket.create_server(("127.0.0.1", 0))
        test.addCleanup(self.server.close)
        self.address = "tcp://127.0.0.1:%d" % self.server.getsockname()[1]
        threading.Thread(target=self.speak, args=(said,), daemon=True).start()

    def speak(self, pieces):
        try:
            line = self.server.accept()[0]
            for piece in pieces:
                line.sendall(piece)
            line.recv(1)
            line.close()
        except OSError:
            return


class Decoding(CliTest):
    def build(self, chip, *flags, source=PROGRAM, name="program.elf"):
        prefix, machine, base = CHIPS[chip]
        source = self.write("program.c", source)
        subprocess.run([prefix + "gcc", *machine, "-nostdlib", "-O1", f"-Wl,-Ttext={base:#x}", *(flags or ["-g"]),
                        source, "-o", self.path(name)], check=True)
        return self.path(name)

    def code_of(self, chip, elf):
        """Every address of the program's functions."""
        out = subprocess.run([CHIPS[chip][0] + "nm", "-S", elf], check=True, capture_output=True, text=True).stdout
        places = [line.split() for line in out.splitlines() if re.search(" [Tt] (crash|middle|_start)$", line)]
        self.assertEqual(3, len(places))
        return [int(start, 16) + i for start, size, _, _ in places for i in range(int(size, 16))]

    def judge(self, chip, elf, address):
        """What addr2line says: (function, place), from the innermost outwards."""
        out = subprocess.run([CHIPS[chip][0] + "addr2line", "-f", "-i", "-e", elf, hex(address)], check=True,
                             capture_output=True, text=True).stdout.splitlines()
        return [(name, re.sub(r" \(discriminator \d+\)$", "", place)) for name, place in zip(out[::2], out[1::2])]

    def listen(self, said, *args, check=None):
        speaker = Speaker(self, said if isinstance(said, list) else [said])
        return (check or self.check)(0, "console", "-p", speaker.address, "--timeout", "4", *args)

    @staticmethod
    def read_ours(lines):
        """{address: [(function, place)]} of our lines."""
        found = {}
        for line in lines:
            head, name, place = re.fullmatch(r"(?:(0x[0-9a-f]{8}): | +inlined into )(\S+) at (\S+)", line).groups()
            if head:
                frames = found[int(head, 16)] = []
            frames.append((name, place))
        return found

    def compare(self, chip):
        elf = self.build(chip)
        addresses = self.code_of(chip, elf)
        lines = [f"Backtrace: 0x{a:08x}:0x3ffb5e20\r\n" for a in addresses]
        out = self.listen("".join(lines).encode(), "--elf", elf).out
        ours = self.read_ours([line[4:] for line in out.splitlines() if line.startswith("--- ")])
        judged = {a: self.judge(chip, elf, a) for a in addresses}
        self.assertGreater(max(map(len, judged.values())), 2, "nothing was inlined")
        self.assertEqual(judged, ours)

    def test_riscv_as_addr2line_says(self):
        self.compare("riscv")

    def test_xtensa_as_addr2line_says(self):
        self.compare("xtensa")

    def test_lines_of_a_crash(self):
        """All that boards print, cut anywhere, stays as it is; ours stand below the line they are about."""
        elf = self.build("xtensa")
        panic = ("Guru Meditation Error: Core  0 panic'ed (StoreProhibited). Exception was unhandled.\r\n"
                 "PC      : 0x40210008  PS      : 0x00060030  A0      : 0x8021002a  A1      : 0x3ffb5e20\r\n"
                 "Backtrace: 0x40210008:0x3ffb5e20 0x40210020:0x3ffb5e40 |<-CORRUPTED\r\n"
                 "abort() was called at PC 0x40210020 on core 0\r\n"
                 "epc1=0x40210008 epc2=0x00000000 excvaddr=0x40210008x\r\n"
                 "MEPC    : 0x40210020  RA      : 0x4fffffff\r\n"
                 "load:0x3fff0030,len:1184 0x402100080 0x4021002\r\n"
                 "alive> 0x40210008").encode()
        out = self.listen([panic[i:i + 7] for i in range(0, len(panic), 7)], "--elf", elf).out
        lines = out.splitlines(keepends=True)
        self.assertEqual(panic.decode().replace("\r\n", "\n"), "".join(l for l in lines if not l.startswith("---")))
        names = [re.sub(r"^--- (0x4021\w+): (\w+) at .*\n$|^--- +(inlined into).*\n$", r"\1 \2\3", line)
                 if line.startswith("---") else line.split(" ")[0].strip() for line in lines]
        crash, middle = "0x40210008 poke", "0x40210020 middle"
        self.assertEqual(["Guru", "PC", crash, "Backtrace:", crash, middle, "abort()", middle, "epc1=0x40210008",
                          crash, "MEPC", middle, "load:0x3fff0030,len:1184", "alive>"],
                         [n for n in names if n.strip() != "inlined into"])

    def test_with_times_and_for_programs(self):
        elf = self.build("xtensa")
        said = b"first\r\nBacktrace: 0x40210020:0x3ffb5e20\r\nlast\r\n"
        out = self.listen(said, "--elf", elf, "--timestamps").out.splitlines()
        where = next(i for i, line in enumerate(out) if "Backtrace" in line)
        self.assertRegex(out[where], r"^\d\d:\d\d:\d\d\.\d{3}  Backtrace")
        self.assertRegex(out[where + 1], r"^--- 0x40210020: middle at /.*program\.c:6$")
        self.assertTrue(out[where + 2].endswith("last"))
        events = self.listen(said, "--elf", elf, check=self.check_json).events
        logs = [event for event in events if event["event"] == "log" and not event.get("open")]
        where = next(i for i, event in enumerate(logs) if "Backtrace" in event["line"])
        self.assertEqual("station", logs[where + 1]["level"])
        self.assertRegex(logs[where + 1]["line"], r"^0x40210020: middle at /.*program\.c:6$")
        self.assertEqual(logs[where]["port"], logs[where + 1]["port"])

    def test_without_debug_information(self):
        elf = self.build("riscv", "-g0")
        out = self.listen(b"MEPC    : 0x42000002\r\n", "--elf", elf).out
        self.assertIn("--- 0x42000002: crash\n", out)

    def test_a_build_that_rewrites_the_file_does_not_matter(self):
        """The program as it was when the console began; a file cut short under it is no crash of ours."""
        elf = self.build("riscv")
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        process = self.start("console", "-p", "tcp://127.0.0.1:%d" % server.getsockname()[1], "--elf", elf,
                             "--timeout", "4")
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stderr.close)
        line = server.accept()[0]
        self.addCleanup(line.close)
        os.truncate(elf, 0)
        line.sendall(b"MEPC    : 0x42000002\r\n")
        out, _ = process.communicate(timeout=60)
        self.assertEqual(0, process.returncode)
        self.assertIn("--- 0x42000002: deep at ", out)

    def test_names_do_not_command_the_terminal(self):
        elf = self.build("riscv", "-g0")
        with open(elf, "rb") as file:
            content = file.read()
        self.assertEqual(1, content.count(b"\0crash\0"))
        self.write("program.elf", content.replace(b"\0crash\0", b"\0\x1b]0;\n\0"))
        out = self.listen(b"MEPC    : 0x42000002\r\n", "--elf", elf).out
        self.assertIn("--- 0x42000002: \ufffd]0;\ufffd\n", out)
        self.assertNotIn("\x1b", out)

    def test_files_that_are_none(self):
        good = self.build("riscv")
        with open(good, "rb") as file:
            content = file.read()
        host = shutil.copy("/bin/true", self.path("host"))
        cases = {
            "bad-firmware": [self.write("text.elf", "no program\n"), self.write("short.elf", content[:20]), host,
                             self.write("object.elf", content[:16] + struct.pack("<H", 1) + content[18:])],
            "unreadable-file": [self.path("nothing.elf"), self.folder],
        }
        for code, paths in cases.items():
            for path in paths:
                with self.subTest(path):
                    result = self.check_refused(2, code, "console", "-p", "/dev/not-there", "--elf", path).result
                    self.assertIn(os.path.basename(path), result["evidence"])

    def test_damaged_files_do_no_harm(self):
        """Wherever it is cut or changed: an error that says so, or what is left of it."""
        # the library forgets some bytes of what it cannot read
        self.env["ASAN_OPTIONS"] = ":".join(filter(None, [self.env.get("ASAN_OPTIONS"), "detect_leaks=0"]))
        good = self.build("riscv")
        with open(good, "rb") as file:
            content = file.read()
        speaker = b"".join(b"MEPC    : 0x%08x\r\n" % a for a in self.code_of("riscv", good))
        for n in range(0, len(content), max(1, len(content) // 24)):
            changed = bytearray(content)
            for i in range(n, min(n + 40, len(content)), 3):
                changed[i] ^= 0xff
            for name, bad in (("cut", content[:n]), ("changed", bytes(changed))):
                with self.subTest(name, n=n):
                    server = Speaker(self, [speaker])
                    result = self.run_cli("console", "-p", server.address, "--timeout", "1", "--elf",
                                          self.write("bad.elf", bad))
                    self.assertIn(result.status, (0, 2), result)


if __name__ == "__main__":
    main()
