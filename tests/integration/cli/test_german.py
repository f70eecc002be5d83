#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""In a German environment people read German, whatever happens; programs read what they always do."""

import os
import re

from common import CliTest, main
from german import english_in

# What differs from run to run: times, numbers of ports and boards, places of files.
PASSING = re.compile(r'"time":"[^"]*"|127\.0\.0\.1:\d+|/tmp/[^" ]*|bwc-\w+')
# from which line on a board has its MAC address hangs on the moment its job was heard
KNOWN_SINCE = re.compile(r'(?<="event":"log",…,)"board":(null|"[^"]*")')


class GermanTest(CliTest):
    def setUp(self):
        super().setUp()
        # glibc asks LANGUAGE in every locale but "C": no German locale has to be installed
        self.env["LANGUAGE"] = "de"

    def check_german(self, status, words, *args, **more):
        """Run as a person does, with everything noted; @words must be told, and nothing in English."""
        result = self.check(status, *args, **more)
        shown = result.out + "\n" + result.err
        self.assertEqual([], english_in(shown), result)
        for word in words:
            self.assertIn(word, shown, result)
        return result


class People(GermanTest):
    def test_success(self):
        port = self.plug_in("esp32")
        self.check_german(0, ("Gut", "durch Prüfsumme nachgewiesen", "Die Anwendung ist gestartet: „"),
                          "flash", "-p", port, "--verbose",
                          self.make_firmware())
        self.check_german(0, ("Merkmale", "Lader"), "info", "-p", port, "--verbose")
        self.check_german(0, ("gleich",), "verify", "-p", port, "--verbose", self.make_firmware())
        self.check_german(0, ("Gut. Nichts zu schreiben",), "flash", "-p", port, self.make_firmware())
        self.check_german(0, ("gelesen nach",), "read", "-p", port, "0", "4096", self.path("x.bin"),
                          "--verbose")
        self.check_german(0, ("Gelöscht",), "erase", "-p", port, "--verbose")

    def test_plan(self):
        port = self.plug_in("esp32")
        self.check_german(0, ("Verbinden", "Bootloader nach 0x1000 schreiben",
                              "Partitionstabelle nach 0x8000 schreiben", "Anwendung weather 1.5.0"),
                          "flash", "-p", port, "--dry-run", self.make_firmware())

    def test_no_answer(self):
        port = self.plug_in("esp32", "--fault", "mute")
        self.check_german(3, ("keine Antwort auf 2 Verbindungsversuche mit 115200 Baud; 0 Bytes waren",
                              "fehlgeschlagen: "), "info", "-p", port, "--connect-attempts", "2",
                          "--verbose")

    def test_garbage(self):
        port = self.plug_in("esp32", "--fault", "lie")
        self.check_german(3, ("Unlesbare Antworten",), "info", "-p", port, "--connect-attempts", "2",
                          "--verbose")

    def test_flash_that_does_not_hold(self):
        port = self.plug_in("esp32", "--fault", "readonly-sector=0x12000")
        self.check_german(1, ("Die Platine wurde teilweise beschrieben",), "flash", "-p", port,
                          "--verbose", self.make_firmware())

    def test_unplugged(self):
        port = self.plug_in("esp32", "--fault", "unplug@60000")
        self.check_german(1, ("der Anschluss ist weg, warte auf seine Rückkehr", "(unterbrochen bei: "),
                          "flash", "-p", port, "--no-diff", "--verbose", self.make_firmware(size=300000))

    def test_application_that_crashes(self):
        port = self.plug_in("esp32", "--fault", "panic")
        self.check_german(1, ("Startet immer wieder neu", "„"), "flash", "-p", port, "--verbose",
                          self.make_firmware())

    def test_wrong_chip(self):
        port = self.plug_in("esp32c3")
        self.check_german(2, ("ist für ESP32, die Platine hat einen ESP32-C3",), "flash", "-p", port,
                          self.make_firmware("esp32"))

    def test_locked_board(self):
        port = self.plug_in("esp32s3", "--flash-encryption")
        self.check_german(4, ("Flash-Verschlüsselung ist an",), "flash", "-p", port, "--verbose",
                          self.make_firmware("esp32s3"))

    def test_files(self):
        path = self.path
        self.write("text.bin", "no firmware\n" * 100)
        self.write("program.bin", b"\x7fELF" + bytes(64))
        self.write("empty.bin", "")
        self.write("parts.csv", "a,b\n")
        self.write("manifest.json", '{"builds": []}')
        os.mkdir(path("folder"))
        for file, word in (("text.bin", "ist keine Firmware, die sagt, wohin sie gehört"),
                           ("program.bin", "ist ein gelinktes Programm (ELF)"),
                           ("empty.bin", "die Datei ist leer"),
                           ("none.bin", "lässt sich nicht öffnen"),
                           ("manifest.json", "hat keine Builds"),
                           ("folder", "ist kein Build-Ordner, weder flasher_args.json")):
            self.check_german(2, (word,), "firmware", "show", path(file))
        self.check_german(2, ("Zeile 1: ",), "partition", "show", path("parts.csv"))

    def test_usage(self):
        for args, word in ((("read", "0", "0", "x"), "nichts zu lesen"), (("erase", "1"), "GRÖSSE fehlt"),
                           (("erase", "-p", "x", "3", "4"), "Vielfache von 4096"),
                           (("read", "a", "b", "c"), "keine Zahl wie"), (("read",), "es fehlt etwas: ADRESSE"),
                           (("info", "-p", "x://y"), "keine Adresse einer Platine"),
                           (("fly",), "gibt es nicht"), (("info", "-p", "a", "--all"), "schließen einander aus")):
            self.check_german(2, (word,), *args)

    def test_no_such_port(self):
        self.check_german(3, ("ist nicht da",), "info", "-p", "/dev/ttyUSB77", "--verbose")
        self.check_german(0, ("Keine Platine da",), "list", "--usb", "--timeout", "1")


class Programs(GermanTest):
    def assert_same_in_all(self, status, *args):
        """Whatever the environment says, what a program reads is the same to the letter; how often
        it hears of progress, and in which order of state and log, is not about words."""
        said = {}
        for language in ("de", ""):
            self.env["LANGUAGE"] = language
            run = self.check(status, *args, "--json")
            said[language] = sorted(KNOWN_SINCE.sub("…", PASSING.sub("…", line))
                                    for line in (run.out + run.err).splitlines()
                                    if '"event":"progress"' not in line)
        self.assertEqual(said[""], said["de"])
        return run.events

    def test_refusals(self):
        self.write("empty.bin", "")
        for status, args in ((2, ("firmware", "show", self.path("empty.bin"))),
                             (3, ("info", "-p", "/dev/ttyUSB77")), (2, ("read", "0", "0", "x")),
                             (2, ("info", "--nonsense"))):
            result = self.assert_same_in_all(status, *args)[-1]
            self.assertTrue(result["evidence"])

    def test_a_board_that_says_nothing(self):
        port = self.plug_in("esp32", "--fault", "mute")
        events = self.assert_same_in_all(3, "info", "-p", port, "--connect-attempts", "1")
        self.assertIn("Connecting", [event.get("text") for event in events])
        self.assertEqual("no reply to 1 attempt to connect at 115200 baud; 0 bytes were heard",
                         events[-1]["evidence"])

    def test_success(self):
        port = self.plug_in("esp32")
        folder = self.make_firmware()
        self.check(0, "flash", "-p", port, folder)
        events = self.assert_same_in_all(0, "verify", "-p", port, folder)
        self.assertIn("compared, equal", events[-1]["summary"])


if __name__ == "__main__":
    main()
