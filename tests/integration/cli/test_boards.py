#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command against a board that is well: what it says, what it writes, how it ends."""

import gzip
import hashlib
import json
import os
import random

from common import CliTest, main


class OneBoard(CliTest):
    CHIP = "esp32"

    def setUp(self):
        super().setUp()
        self.port = self.plug_in(self.CHIP, "--mac", "24:6f:28:00:00:01", "--name", "Desk board")

    def test_list(self):
        out = self.check(0, "list").out
        self.assertIn("Desk board", out)
        boards = self.check_json(0, "list").result["boards"]
        self.assertEqual(1, len(boards))
        self.assertEqual((True, True), (boards[0]["virtual"], boards[0]["present"]))
        self.assertEqual([], self.check_json(0, "list", "--usb").result["boards"])

    def test_info(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        out = self.check(0, "info", "-p", self.port).out
        for words in ("ESP32", "24:6f:28:00:00:01", "4 MB", "1.5.0", "nvs"):
            self.assertIn(words, out)
        self.assertEqual(self.port, out.splitlines()[0])
        event = self.check_json(0, "info", "-p", self.port).result
        info = event["info"]
        self.assertEqual("24:6f:28:00:00:01", event["board"])
        self.assertEqual(self.port, event["port"])
        self.assertEqual(("esp32", "24:6f:28:00:00:01", 4 << 20),
                         (info["chip"], info["mac"], info["flash_size"]))
        self.assertEqual("1.5.0", info["app"]["version"])
        self.assertIn("nvs", [p["label"] for p in info["partitions"]])
        self.assertGreaterEqual(info["revision"], 0)

    def test_an_address_whose_check_byte_does_not_fit(self):
        """It is doubted aloud, and refused nothing."""
        self.assertFalse(self.check_json(0, "info", "-p", self.port).result["info"]["mac_doubtful"])
        self.stop(self.vboard)
        port = self.plug_in(self.CHIP, "--mac", "24:6f:28:00:00:01", "--fault", "mac-check")
        result = self.check_json(0, "info", "-p", port)
        self.assertEqual(("24:6f:28:00:00:01", True),
                         (result.result["info"]["mac"], result.result["info"]["mac_doubtful"]), result)
        self.assertTrue(any("does not fit the MAC" in e.get("line", "") for e in result.events), result)
        self.assertRegex(self.check(0, "info", "-p", port).out, "24:6f:28:00:00:01 .doubtful")
        folder = self.make_firmware(self.CHIP)
        self.assertTrue(self.check_json(0, "flash", "-p", port, folder).result["verified"])
        self.assert_on_board(folder)

    def test_flash_proves_what_it_wrote(self):
        folder = self.make_firmware(self.CHIP)
        result = self.check_json(0, "flash", "-p", self.port, folder)
        self.assert_on_board(folder)
        self.assertEqual(("success", True), (result.result["result"], result.result["verified"]))
        states = [e["state"] for e in result.events if e["event"] == "state"]
        for state in ("connecting", "identifying", "writing", "verifying"):
            self.assertIn(state, states)
        self.assertEqual(sorted(map(states.index, ("connecting", "identifying", "writing"))),
                         [states.index(s) for s in ("connecting", "identifying", "writing")])

    def test_progress_counts_bytes_up_to_the_total(self):
        self.stop(self.vboard)
        self.port = self.plug_in(self.CHIP, "--speed", "real")
        folder = self.make_firmware(self.CHIP, size=300000)
        result = self.check_json(0, "flash", "-p", self.port, "--no-diff", folder)
        steps = {}
        for event in result.events:
            if event["event"] == "progress":
                steps.setdefault(event["step"], []).append((event["done"], event["total"]))
        self.assertIn("writing", steps, result)
        for step, pairs in steps.items():
            for done, total in pairs:
                self.assertLessEqual(done, total, step)
        # in between it is thinned, but a reader sees it come to its end
        done, total = steps["writing"][-1]
        self.assertGreater(done, total * 0.9)

    def test_the_same_again_is_not_sent_again(self):
        folder = self.make_firmware(self.CHIP, size=300000)
        self.check(0, "flash", "-p", self.port, folder)
        again = self.check_json(0, "flash", "-p", self.port, folder)
        self.assertTrue(again.result["verified"])
        self.assert_on_board(folder)

    def test_a_flash_names_firmware_and_board(self):
        """Before anything is written: what goes onto which chip, and whose."""
        out = self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP)).out
        line = f"{self.port}: Flash weather 1.5.0, ESP32, 24:6f:28:00:00:01"
        self.assertEqual(1, out.count(line), out)
        self.assertLess(out.index(line), out.index("Writing"), out)
        self.assertNotIn("weather", self.check(0, "reset", "-p", self.port).out)

    def test_words_for_people(self):
        folder = self.make_firmware(self.CHIP)
        out = self.check(0, "flash", "-p", self.port, folder).out
        self.assertRegex(out, r"✔ Good")
        self.assertIn(self.port + ": ", out)
        self.assertNotIn("\033", out)
        self.assertNotIn("\r", out)

    def test_verbose_shows_each_line_of_the_log_once(self):
        result = self.check(0, "flash", "-p", self.port, "--verbose", self.make_firmware(self.CHIP))
        self.assertEqual(1, (result.out + result.err).count("The application came up"), result)
        self.assertIn(f"{self.port}: | ", result.out)
        self.assertEqual("", result.err)

    def test_debug_messages_stay_out_of_the_results(self):
        self.env["G_MESSAGES_DEBUG"] = "all"
        result = self.check_json(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        self.assertIn("-DEBUG", result.err)

    def test_without_a_digest_nothing_is_good(self):
        folder = self.make_firmware(self.CHIP)
        self.assertNotIn("Good", self.check(0, "flash", "-p", self.port, "--no-verify", folder).out)
        result = self.check_json(0, "flash", "-p", self.port, "--no-verify", "--no-diff", folder).result
        self.assertFalse(result["verified"])
        self.assert_on_board(folder)

    def test_flash_settings_of_the_boot_image(self):
        """Put into its header and covered by its digest; a comparison takes them as the board has them."""
        folder = self.make_firmware(self.CHIP)
        boot = dict(self.parts(folder))[0x1000]
        self.assertEqual(hashlib.sha256(boot[:-32]).digest(), boot[-32:])
        self.check_json(0, "flash", "-p", self.port, "--flash-mode", "qio", "--flash-freq", "80m", "--flash-size",
                        "2MB", folder)
        found = self.read("flash.bin")[0x1000:][:len(boot)]
        self.assertEqual(boot[:2] + b"\x00\x1f" + boot[4:-32], found[:-32])
        self.assertNotEqual(boot[:4], found[:4])
        self.assertEqual(hashlib.sha256(found[:-32]).digest(), found[-32:])
        self.assertIn("Good", self.check(0, "verify", "-p", self.port, folder).out)

    def test_verify_tells_equal_from_different(self):
        folder = self.make_firmware(self.CHIP)
        other = self.make_firmware(self.CHIP, "1.5.1")
        self.check(0, "flash", "-p", self.port, folder)
        self.assertIn("Good", self.check(0, "verify", "-p", self.port, folder).out)
        steps = [e for e in self.check_json(0, "verify", "-p", self.port, folder).events
                 if e["event"] == "progress" and e.get("step") == "verifying"]
        parts = json.loads(self.read(os.path.join(folder, "flasher_args.json")))["flash_files"].values()
        size = sum(len(self.read(os.path.join(folder, part))) for part in parts)
        self.assertEqual({e["total"] for e in steps}, {size})
        self.assertEqual(steps[-1]["done"], size)
        before = self.read("flash.bin")
        self.check_refused(1, "verify-failed", "verify", "-p", self.port, other)
        self.assertEqual(before, self.read("flash.bin"))

    def test_read(self):
        folder = self.make_firmware(self.CHIP)
        self.check(0, "flash", "-p", self.port, folder)
        self.check(0, "read", "-p", self.port, "0x8000", "0xc00", "table.bin")
        self.assertEqual(self.read("flash.bin")[0x8000:0x8C00], self.read("table.bin"))
        self.check(0, "read", "-p", self.port, "64k", "5000", "odd.bin")
        self.assertEqual(self.read("flash.bin")[0x10000:0x10000 + 5000], self.read("odd.bin"))

    def test_read_everything(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        self.check(0, "read", "-p", self.port, "0x3f0000", "all", "rest.bin")
        self.assertEqual(self.read("flash.bin")[0x3F0000:], self.read("rest.bin"))

    def test_read_beyond_the_flash(self):
        for offset, size in (("8M", "4k"), ("4M", "1"), ("0x3fffff", "2"), ("0", "0xffffffff"), ("4M", "all")):
            with self.subTest(f"{offset} {size}"):
                self.check_refused(2, "beyond-flash", "read", "-p", self.port, offset, size, "f.bin")
                self.assertFalse(os.path.exists(self.path("f.bin")))

    def test_erase_beyond_the_flash(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        before = self.read("flash.bin")
        for offset, size in (("4M", "4k"), ("0x3ff000", "8k"), ("0", "4095M")):
            with self.subTest(f"{offset} {size}"):
                self.check_refused(2, "beyond-flash", "erase", "-p", self.port, offset, size)
        self.assertEqual(before, self.read("flash.bin"))

    def test_erase_a_region_and_everything(self):
        folder = self.make_firmware(self.CHIP)
        self.check(0, "flash", "-p", self.port, folder)
        before = self.read("flash.bin")
        self.check_json(0, "erase", "-p", self.port, "0x10000", "0x2000")
        after = self.read("flash.bin")
        self.assertEqual(b"\xff" * 0x2000, after[0x10000:0x12000])
        self.assertEqual(before[:0x10000], after[:0x10000])
        self.assertEqual(before[0x12000:], after[0x12000:])
        self.check(0, "erase", "-p", self.port)
        self.assertEqual(b"\xff" * len(before), self.read("flash.bin"))

    def test_a_partition_by_its_name(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        self.stop(self.vboard)
        content = bytearray(self.read("flash.bin"))
        content[0x9000:0xD000] = random.Random(5).randbytes(0x4000)
        self.write("flash.bin", bytes(content))
        self.port = self.plug_in(self.CHIP)
        self.check(0, "read", "-p", self.port, "nvs", "nvs.bin")
        self.assertEqual(content[0x9000:0xD000], self.read("nvs.bin"))
        plan = self.check_json(0, "erase", "-p", self.port, "nvs", "--dry-run").result["plan"]
        self.assertIn("Erase 0x9000 to 0xcfff", [line["text"] for line in plan if line["loss"]])
        self.assertEqual(content, self.read("flash.bin"))
        self.check(0, "erase", "-p", self.port, "nvs")
        content[0x9000:0xD000] = b"\xff" * 0x4000
        self.assertEqual(content, self.read("flash.bin"))

    def test_a_partition_nobody_knows(self):
        """Nothing is touched, and the names there are stand in the message."""
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        before = self.read("flash.bin")
        for args in (["erase", "-p", self.port, "storage"], ["erase", "-p", self.port, "storage", "--dry-run"],
                     ["read", "-p", self.port, "storage", "storage.bin"]):
            with self.subTest(args):
                result = self.check_refused(2, "no-partition", *args).result
                self.assertIn("nvs, otadata, phy_init, ota_0, ota_1", result["evidence"])
        self.assertFalse(os.path.exists(self.path("storage.bin")))
        self.assertEqual(before, self.read("flash.bin"))
        for args in (["erase", "-p", self.port, "0x9000"], ["erase", "-p", self.port, ""],
                     ["read", "-p", self.port, "0", "flash.bin"], ["read", "-p", self.port, "nvs", ""]):
            with self.subTest(args):
                self.check_refused(2, "usage", *args)

    def test_a_partition_there_is_twice(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        self.stop(self.vboard)
        content = bytearray(self.read("flash.bin"))
        row = 0x8000 + 2 * 32
        self.assertEqual(b"phy_init", content[row + 12:row + 20])
        content[row + 12:row + 28] = b"nvs".ljust(16, b"\0")
        end = content.index(b"\xeb\xeb", 0x8000)
        content[end + 16:end + 32] = hashlib.md5(content[0x8000:end]).digest()
        self.write("flash.bin", bytes(content))
        self.port = self.plug_in(self.CHIP)
        result = self.check_refused(2, "no-partition", "erase", "-p", self.port, "nvs").result
        self.assertIn("at 0x9000 and 0xf000", result["evidence"])
        self.assertEqual(content, self.read("flash.bin"))

    # --- into a partition by its name ---

    def flash_weather(self):
        """A board with a table, and the content of its flash."""
        self.build = self.make_firmware(self.CHIP)
        self.check(0, "flash", "-p", self.port, self.build)
        return bytearray(self.read("flash.bin"))

    def test_a_file_into_a_partition(self):
        content = self.flash_weather()
        data = random.Random(6).randbytes(0x1234)
        self.write("data.bin", data)
        plan = self.check_json(0, "flash", "-p", self.port, "data.bin@nvs", "--dry-run").result
        self.assertIn("Write nvs at 0x9000", [line["text"] for line in plan["plan"]])
        self.assertEqual(0x9000, plan["parts"][0]["offset"])
        self.assertEqual(content, self.read("flash.bin"))
        self.check_json(1, "verify", "-p", self.port, "data.bin@nvs")
        flash = self.check_json(0, "flash", "-p", self.port, "data.bin@nvs")
        content[0x9000:0x9000 + len(data)] = data
        self.assertEqual(content[:0xA234], self.read("flash.bin")[:0xA234])
        self.assertEqual(content[0xB000:], self.read("flash.bin")[0xB000:])
        self.assertEqual([("nvs", 0x9000, len(data))],
                         [(p["partition"], p["offset"], p["size"]) for p in flash.result["parts"]])
        self.assertIn("The partition nvs is at 0x9000", [e["line"] for e in flash.events if e["event"] == "log"])
        verify = self.check_json(0, "verify", "-p", self.port, "data.bin@nvs").result
        self.assertEqual((True, 0x9000), (verify["verified"], verify["parts"][0]["offset"]))

    def test_an_application_into_a_slot(self):
        self.flash_weather()
        app = next(name for name in os.listdir(self.build) if name.endswith(".bin"))
        self.check(0, "flash", "-p", self.port, os.path.join(self.build, app) + "@ota_1")
        with open(os.path.join(self.build, app), "rb") as stream:
            image = stream.read()
        row, = (p for p in self.check_json(0, "info", "-p", self.port).result["info"]["partitions"]
                if p["label"] == "ota_1")
        self.assertEqual(image, self.read("flash.bin")[row["offset"]:row["offset"] + len(image)])

    def test_the_table_among_the_files_counts(self):
        """Not the one the board had before."""
        self.flash_weather()
        self.write("data.bin", b"moved")
        self.write("table.csv", "nvs,data,nvs,0x9000,0x4000\notadata,data,ota,0xd000,0x2000\n"
                   "ota_0,app,ota_0,0x10000,0x100000\nota_1,app,ota_1,0x110000,0x100000\n"
                   "settings,data,nvs,0x210000,0x10000\n")
        self.check(0, "partition", "make", "table.csv", "table.bin")
        self.check_refused(2, "no-partition", "flash", "-p", self.port, "data.bin@settings")
        result = self.check_json(0, "flash", "-p", self.port, "data.bin@settings", "table.bin").result
        self.assertIn(("settings", 0x210000), [(p["partition"], p["offset"]) for p in result["parts"]])
        self.assertEqual(b"moved", self.read("flash.bin")[0x210000:0x210005])
        # now the board knows it as well
        self.assertEqual(0x210000, self.check_json(0, "verify", "-p", self.port, "data.bin@settings")
                         .result["parts"][0]["offset"])

    def test_a_place_that_is_none(self):
        """Refused before anything is erased, by flash and by verify."""
        content = self.flash_weather()
        self.write("data.bin", b"x" * 0x4001)
        self.write("small.bin", b"x")
        for command in ("flash", "verify"):
            for status, code, words, *args in (
                    (2, "too-large", "16385 bytes, the partition nvs has room for 16384", "data.bin@nvs"),
                    (2, "no-partition", "nvs, otadata, phy_init, ota_0, ota_1", "data.bin@storage"),
                    (2, "too-large", "0x400000", "data.bin@0x400000"), (2, "too-large", "0x400000", "data.bin@0x3ff000"),
                    (2, "overlap", "overlaps", "small.bin@nvs", "small.bin@0x9000"),
                    (2, "usage", "not an offset", "data.bin@64k"), (2, "usage", "not an offset", "data.bin@-4096"),
                    (2, "unreadable-file", "none.bin@nvs", "none.bin@nvs")):
                with self.subTest((command, args)):
                    result = self.check_refused(status, code, command, "-p", self.port, *args).result
                    self.assertIn(words, result["evidence"])
        result = self.check_refused(2, "no-partition", "flash", "--erase", "-p", self.port, "small.bin@nvs")
        self.assertIn("erased first", result.result["evidence"])
        result = self.check_refused(2, "too-large", "flash", "--force", "-p", self.port, "data.bin@nvs")
        self.assertEqual(content, self.read("flash.bin"))

    def test_firmware_show_of_a_place(self):
        self.write("data.bin", "data")
        alone = self.check(0, "firmware", "show", "data.bin@nvs").out
        self.assertIn("@nvs", alone)
        self.assertIn("or a board with -p", alone)
        part, = self.check_json(0, "firmware", "show", "data.bin@nvs").result["firmware"]["builds"][0]["parts"]
        self.assertEqual((None, "nvs"), (part["offset"], part["partition"]))
        self.check_refused(2, "no-partition", "firmware", "convert", "data.bin@nvs", "x.hex")
        shown = self.check_json(0, "firmware", "show", "-p", self.port, "data.bin@nvs").result
        self.assertEqual((False, "no-partition"), (shown["fits"], shown["findings"][0]["code"]))
        self.flash_weather()
        shown = self.check_json(0, "firmware", "show", "-p", self.port, "data.bin@nvs").result
        self.assertEqual((True, 0x9000), (shown["fits"], shown["parts"][0]["offset"]))
        self.assertIn("The partition nvs is at 0x9000", self.check(0, "firmware", "show", "-p", self.port, "data.bin@nvs").out)
        # with a table it needs no board
        both = self.check(0, "firmware", "show", "data.bin@nvs", self.build).out
        self.assertIn("0x009000", both)
        self.assertNotIn("or a board with -p", both)

    def test_erase_first(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP, size=300000))
        small = self.make_firmware(self.CHIP, "1.6.0", 65536)
        self.check(0, "flash", "-p", self.port, "--erase", small)
        self.assert_on_board(small)
        self.assertEqual(b"\xff" * 65536, self.read("flash.bin")[0x10000 + 200000:0x10000 + 265536])

    def test_what_is_blank_by_erasing_is_not_called_unchanged(self):
        """A part with a hole: nothing is sent for it, but not because it was there before."""
        image = self.write("hole.bin", b"\x5a" * 8192 + b"\xff" * 65536)
        result = self.check_json(0, "flash", "-p", self.port, "--erase", "--no-listen", image + "@0x20000")
        self.assertIn("8.2 kB written, 65.5 kB blank by erasing", result.result["summary"].replace("\xa0", " "))
        result = self.check_json(0, "flash", "-p", self.port, "--no-listen", image + "@0x20000")
        self.assertIn("73.7 kB unchanged", result.result["summary"].replace("\xa0", " "))
        blank = self.write("blank.bin", b"\xff" * 65536)
        result = self.check_json(0, "flash", "-p", self.port, "--erase", "--no-listen", "--force", blank + "@0x20000")
        self.assertIn("Nothing to write, 65.5 kB blank by erasing", result.result["summary"].replace("\xa0", " "))

    def test_a_dry_run_says_and_does_nothing(self):
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        before = self.read("flash.bin")
        folder = self.make_firmware(self.CHIP, "1.6.0")
        out = self.check(0, "flash", "-p", self.port, "--dry-run", folder).out
        self.assertIn("1.6.0", out)
        result = self.check_json(0, "erase", "-p", self.port, "--dry-run").result
        self.assertTrue([l for l in result["plan"] if l["loss"]], result)
        self.assertEqual(before, self.read("flash.bin"))

    def test_a_dry_run_refuses_what_the_work_would_refuse(self):
        """The same findings, in words and for programs, with the same exit status."""
        self.check(0, "flash", "-p", self.port, self.make_firmware(self.CHIP))
        wrong = self.make_firmware("esp32c3" if self.CHIP != "esp32c3" else "esp32")
        self.write("noise.bin", bytes(range(256)) * 64)
        for code, *args in (("wrong-chip", wrong), ("wrong-place", self.path("noise.bin") + "@0x10000")):
            real = json.loads(self.run_cli("flash", "-p", self.port, "--json", *args).out.splitlines()[-1])
            self.assertEqual(code, real["code"])
            dry = self.check_refused(real["exit"], code, "flash", "-p", self.port, "--dry-run", *args)
            self.assertTrue(dry.result["plan"], dry)
        self.assertEqual([code], [finding["code"] for finding in dry.result["findings"]])
        said = self.run_cli("flash", "-p", self.port, "--dry-run", *args)
        self.assertIn("but is no application", said.out)
        # what is overridden is said, and no more
        forced = self.check_json(0, "flash", "-p", self.port, "--dry-run", "--force", *args)
        self.assertEqual([code], [finding["code"] for finding in forced.result["findings"]])

    def test_reset(self):
        self.check(0, "reset", "-p", self.port)
        self.assertNotIn('"state":"download"', self.ask_board("status"))
        self.check_json(0, "reset", "-p", self.port, "--bootloader")
        self.assertIn('"state":"download"', self.ask_board("status"))

    def test_one_board_needs_no_name(self):
        self.assertIn("24:6f:28:00:00:01", self.check(0, "info").out)

    def test_a_board_is_found_by_its_mac(self):
        self.assertIn("24:6f:28:00:00:01", self.check(0, "info", "-p", "board:24:6F:28:00:00:01").out)
        self.check_refused(3, "no-such-port", "info", "-p", "board:24:6f:28:ff:ff:ff")

    def test_boards_with_one_mac_are_two(self):
        """Copies: both are listed, both are flashed, and neither is taken for the other by its MAC."""
        twin = ("--chip", self.CHIP, "--mac", "24:6f:28:00:00:01", "--name", "Copy", "--flash", self.path("copy.bin"))
        _, ports = self.start_vboard(*twin, "--serial", "rfc2217:0")
        boards = self.check_json(0, "list").result["boards"]
        # "Copy" comes before "Desk board"
        self.assertEqual([(ports[0], True), (self.port, True)], [(b["port"], b["shares_mac"]) for b in boards])
        self.assertEqual(2, self.check(0, "list").out.count("24:6f:28:00:00:01 (not the only one)"))
        folder = self.make_firmware(self.CHIP, size=65536)
        self.assertEqual((2, 2), tuple(self.check_json(0, "flash", "--all", folder).result[k] for k in ("boards", "good")))
        self.assert_on_board(folder)
        refused = self.check_refused(2, "usage", "info", "-p", "board:24:6f:28:00:00:01")
        self.assertIn("more than one board", refused.result["message"] + refused.result["evidence"])

    def test_a_port_may_be_named_as_it_lies_here(self):
        """The link a virtual board makes in this folder, a terminal of /dev by its last name."""
        self.start_vboard("--chip", "esp32c3", "--serial", "pty:tty", "--boot", "download")
        result = self.check_json(0, "info", "-p", "tty")
        self.assertEqual(os.path.join(os.path.realpath(self.folder), "tty"), result.result["port"])
        self.assertEqual("/dev/null", self.check_refused(3, "no-serial-port", "info", "-p", "null").result["port"])
        self.write("file", b"")
        for name in ("file", "nothing-here", "."):
            self.check_refused(2, "usage", "info", "-p", name)

    def test_verbose_shows_the_log(self):
        folder = self.make_firmware(self.CHIP)
        self.assertIn(": | ", self.check(0, "flash", "-p", self.port, "--verbose", folder).out)

    def test_timeout_is_a_failure_with_a_name(self):
        self.vboard.send_signal(19)  # SIGSTOP: a board that says nothing more
        self.addCleanup(self.vboard.send_signal, 18)
        self.check_refused(1, "timeout", "info", "-p", self.port, "--timeout", "2",
                           "--connect-attempts", "0")


class FirmwareFiles(CliTest):
    def test_show(self):
        folder = self.make_firmware()
        result = self.check_json(0, "firmware", "show", folder).result["firmware"]
        self.assertEqual("idf", result["format"])
        build = result["builds"][0]
        self.assertEqual(("esp32", "1.5.0"), (build["chip"], build["version"]))
        self.assertEqual(sorted(o for o, _ in self.parts(folder)), [p["offset"] for p in build["parts"]])
        out = self.check(0, "firmware", "show", folder).out
        self.assertIn("0x010000", out)
        self.assertIn("esp32", out)

    def test_show_against_a_board(self):
        port = self.plug_in("esp32c3")
        fits = self.check_json(0, "firmware", "show", "-p", port, self.make_firmware("esp32c3")).result
        self.assertTrue(fits["fits"], fits)
        wrong = self.check_json(0, "firmware", "show", "-p", port, self.make_firmware("esp32")).result
        self.assertFalse(wrong["fits"])
        self.assertIn("wrong-chip", [f["code"] for f in wrong["findings"]])

    def test_convert_and_flash_what_came_out(self):
        folder = self.make_firmware()
        port = self.plug_in("esp32")
        for name in ("all.bin", "all.uf2", "all.hex"):
            with self.subTest(name):
                self.check(0, "firmware", "convert", folder, name)
                self.check(0, "flash", "-p", port, "--erase", name)
                self.assert_on_board(folder)

    def test_each_form_may_be_packed(self):
        """gzip of what may be flashed may be flashed, and shows the same parts."""
        folder = self.make_firmware()
        port = self.plug_in("esp32")
        for name in ("all.bin", "all.uf2", "all.hex"):
            with self.subTest(name):
                self.check(0, "firmware", "convert", folder, name)
                packed = self.write(name + ".gz", gzip.compress(self.read(name)))
                plain = self.check_json(0, "firmware", "show", name).result["firmware"]
                shown = self.check_json(0, "firmware", "show", packed).result["firmware"]
                self.assertEqual(plain["builds"], shown["builds"])
                self.check(0, "erase", "-p", port)
                self.assertTrue(self.check_json(0, "flash", "-p", port, packed).result["verified"])
                self.assert_on_board(folder)
                self.check(0, "verify", "-p", port, packed)

    def test_a_packed_part_has_its_place(self):
        folder = self.make_firmware()
        port = self.plug_in("esp32")
        self.check(0, "flash", "-p", port, *(
            self.write(f"{offset:x}.bin.gz", gzip.compress(content)) + f"@{offset:#x}"
            for offset, content in self.parts(folder)))
        self.assert_on_board(folder)

    def test_a_damaged_packing_is_refused_before_the_board_is_asked(self):
        """No such port would be 3."""
        for name in ("all.bin", "all.uf2", "all.hex"):
            self.check(0, "firmware", "convert", self.make_firmware(), name)
            packed = gzip.compress(self.read(name))
            for content in (packed[:-1], packed[:-9], packed[:100], packed[:10], packed + b"more",
                            packed[:-8] + b"\0\0\0\0" + packed[-4:], gzip.compress(b"")):
                self.write(name + ".gz", content)
                self.check_refused(2, "bad-firmware", "flash", "-p", "/dev/not-there", name + ".gz")

    def test_a_packed_bomb_costs_nothing(self):
        self.write("bomb.bin.gz", gzip.compress(bytes(1 << 20)) * 512)
        self.check_refused(2, "too-large", "flash", "-p", "/dev/not-there", "bomb.bin.gz@0x10000")

    def test_convert_needs_to_know_the_form(self):
        folder = self.make_firmware()
        self.check(2, "firmware", "convert", folder, "all.xyz")
        self.check(2, "firmware", "convert", folder, "all.bin", "--format", "srec")
        self.check(0, "firmware", "convert", folder, "all.xyz", "--format", "uf2")
        self.assertEqual(b"UF2\n", self.read("all.xyz")[:4])

    def test_convert_for_a_chip_it_is_not_for(self):
        args = ("firmware", "convert", self.make_firmware(), "all.bin", "--chip", "esp32c3")
        self.check_refused(2, "wrong-chip", *args)
        said = self.check(2, *args).err
        self.assertIn("is for ESP32, not for esp32c3", said)
        self.assertNotIn("the board has", said)

    def test_a_cut_image_is_refused(self):
        folder = self.make_firmware()
        for offset, part in self.parts(folder):
            if offset == 0x10000:
                self.write("cut.bin", part[:-100])
        self.check_refused(2, "bad-firmware", "firmware", "show", "cut.bin@0x10000")


class OtherChips(CliTest):
    def check_chip(self, chip):
        port = self.plug_in(chip)
        folder = self.make_firmware(chip)
        self.assertEqual(chip, self.check_json(0, "info", "-p", port).result["info"]["chip"])
        self.assertTrue(self.check_json(0, "flash", "-p", port, folder).result["verified"])
        self.assert_on_board(folder)
        self.stop(self.vboard)
        os.unlink(self.path("flash.bin"))

    def test_first_chip_by_its_rom_alone(self):
        """It gives no digests: what is written is read back word by word, and so is all else."""
        port = self.plug_in("esp8266")
        first, second = self.make_firmware("esp8266"), self.make_firmware("esp8266", "2.0.0")
        result = self.check_json(0, "flash", "-p", port, first)
        self.assert_on_board(first)
        self.assertTrue(result.result["verified"])
        self.assertIn("proved by reading it back", result.result["summary"])
        self.assertIn("gives no digests", "".join(e["line"] for e in result.events if e["event"] == "log"))
        totals = {e["step"]: e["total"] for e in result.events if e["event"] == "progress"}
        whole = sum(-(-len(part) // 4096) * 4096 for _offset, part in self.parts(first))
        self.assertAlmostEqual(whole, totals["verifying"], delta=2 * 4096 * len(list(self.parts(first))))
        before = self.read("flash.bin")
        self.assertIn("Good", self.check(0, "verify", "-p", port, first).out)
        self.check_refused(1, "verify-failed", "verify", "-p", port, second)
        self.check(0, "read", "-p", port, "0x8001", "0x1003", "out.bin")
        self.assertEqual(before[0x8001:0x9004], self.read("out.bin"))
        # the same again is compared, and nothing sent
        self.assertTrue(self.check_json(0, "flash", "-p", port, first).result["verified"])
        self.assertEqual(before, self.read("flash.bin"))

    def test_first_chip_tells_what_it_runs(self):
        """Its newer SDK has a partition table and describes its applications as the others do."""
        flash = bytearray(b"\xff" * (4 << 20))
        for offset, part in self.parts(self.make_firmware("esp32")):
            flash[offset:offset + len(part)] = part
        flash[0] = 0xE9
        self.write("flash.bin", bytes(flash))
        port = self.plug_in("esp8266")
        info = self.check_json(0, "info", "-p", port).result["info"]
        self.assertEqual(("weather", "1.5.0"), (info["app"]["name"], info["app"]["version"]))
        self.assertIn("nvs", [p["label"] for p in info["partitions"]])

    def test_first_chip_whose_flash_does_not_hold(self):
        faults = [word for bit in range(8) for word in ("--fault", f"stuck=0x123:{bit}")]
        port = self.plug_in("esp8266", *faults)
        result = self.run_cli("flash", "-p", port, "--json", self.make_firmware("esp8266"))
        self.assertEqual((1, False), (result.status, result.result["verified"]), result)
        self.assertIn(result.result["code"], ("verify-failed", "flash-write-failed"), result)

    def test_a_full_flash_is_erased_by_the_rom(self):
        """In pieces, all of them, and nothing beside them."""
        content = random.Random(1).randbytes(4 << 20)
        for chip in ("esp32", "esp32c3", "esp8266"):
            with self.subTest(chip):
                self.write("flash.bin", content)
                port = self.plug_in(chip)
                self.check_json(0, "erase", "-p", port, "--no-stub", "0x91000", "0x110000")
                self.assertEqual(content[:0x91000] + b"\xff" * 0x110000 + content[0x1A1000:], self.read("flash.bin"))
                self.check_json(0, "erase", "-p", port, "--no-stub")
                self.assertEqual(b"\xff" * len(content), self.read("flash.bin"))
                self.stop(self.vboard)

    def test_first_chip_whose_flash_is_not_erased(self):
        self.write("flash.bin", bytes(1 << 20))
        port = self.plug_in("esp8266", "--fault", "readonly-sector=0x12000")
        self.check_refused(1, "flash-write-failed", "erase", "-p", port, "0x10000", "0x4000")
        self.check_refused(1, "flash-write-failed", "erase", "-p", port)
        self.check(0, "erase", "-p", port, "0x10000", "0x2000")
        self.assertEqual(b"\xff" * 0x2000 + b"\0" * 0x1000, self.read("flash.bin")[0x10000:0x13000])

    def test_each(self):
        for chip in ("esp8266", "esp32s2", "esp32c3", "esp32s3", "esp32c6"):
            with self.subTest(chip):
                self.check_chip(chip)


class Manifest(CliTest):
    def test_a_manifest_says_whether_everything_goes(self):
        """ESP Web Tools erases first unless the manifest lets people choose."""
        folder, builds = self.make_firmware("esp32c3"), []
        for chip, family in (("esp32", "ESP32"), ("esp32c3", "ESP32-C3")):
            self.check(0, "firmware", "convert", "--format", "merged", self.make_firmware(chip), self.path("merged"))
            self.write(chip + ".gz", gzip.compress(self.read("merged")))
            builds.append({"chipFamily": family, "parts": [{"path": chip + ".gz", "offset": 0}]})
        for asks in (True, False):
            self.write("flash.bin", b"\x42" * (4 << 20))
            board = self.plug_in("esp32c3")
            self.write("manifest.json", json.dumps({"name": "Weather", "version": "1",
                                                    "new_install_prompt_erase": asks, "builds": builds}))
            plan = self.check(0, "flash", "-p", board, "--dry-run", self.path("manifest.json")).out
            self.assertIn("Keep everything outside" if asks else "Erase the whole flash first", plan)
            self.assertNotIn("Replace the partition layout", plan, "it has none")
            self.check(0, "flash", "-p", board, self.path("manifest.json"))
            self.stop(self.vboard)
            self.assert_on_board(folder)
            self.assertEqual({0x42 if asks else 0xff}, set(self.read("flash.bin")[0x200000:]))


if __name__ == "__main__":
    main()
