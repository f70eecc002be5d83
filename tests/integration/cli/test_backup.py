#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board is put back as it was: what its copy holds, and what is blank in it."""

from common import CliTest, main


class Backup(CliTest):
    def setUp(self):
        super().setUp()
        self.port = self.plug_in("esp32")
        self.check(0, "flash", "-p", self.port, "--no-listen", self.make_firmware())
        self.check(0, "read", "-p", self.port, "0", "all", "backup.bin")
        self.assertEqual(self.read("flash.bin"), self.read("backup.bin"))
        # what an application stores where its copy is blank, and another application
        self.write("settings.bin", bytes(range(256)) * 32)
        self.check(0, "flash", "-p", self.port, "--no-listen", "settings.bin@0x9000", "settings.bin@0x12000")

    def test_erased_first_it_is_as_before(self):
        result = self.check_json(0, "flash", "-p", self.port, "--no-listen", "--erase", "backup.bin").result
        self.assertTrue(result["verified"])
        self.assertEqual(self.read("backup.bin"), self.read("flash.bin"))

    def test_else_what_is_blank_in_it_stays(self):
        self.check(0, "flash", "-p", self.port, "--no-listen", "backup.bin")
        flash, backup = self.read("flash.bin"), self.read("backup.bin")
        self.assertEqual(self.read("settings.bin"), flash[0x9000:0xb000])
        self.assertEqual(backup[0x10000:0x20000], flash[0x10000:0x20000])


main()
