#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs no board: help, wrong usage, numbers, files that are none, broken pipes."""

import os
import re
import signal
import subprocess

from common import BOARDWALK, CliTest, Result, main

COMMANDS = ["list", "info", "flash", "verify", "read", "erase", "reset", "console", "firmware show",
            "firmware convert", "partition make", "partition show"]


class Help(CliTest):
    def test_the_program_names_every_command(self):
        out = self.check(0, "--help").out
        for command in COMMANDS:
            self.assertRegex(out, rf"(?m)^  {command} +\w")

    def test_the_program_names_no_command_that_is_not_there(self):
        listed = re.findall(r"(?m)^  ((?:[a-z]+ )?[a-z]+)  +\S", self.check(0, "--help").out)
        self.assertEqual(sorted(COMMANDS), sorted(listed))

    def test_every_command_has_help(self):
        for command in COMMANDS:
            with self.subTest(command):
                result = self.check(0, *command.split(), "--help")
                self.assertIn("boardwalk " + command, result.out)
                self.assertIn("--json", result.out)
                self.assertEqual("", result.err)

    def test_help_lines_fit_a_terminal(self):
        for columns, width in ((None, 80), ("80", 80), ("60", 60), ("40", 40), ("132", 100), ("10", 40)):
            self.env.pop("COLUMNS", None)
            if columns:
                self.env["COLUMNS"] = columns
            for words in ["", *COMMANDS]:
                with self.subTest(f"{words} at {columns}"):
                    out = self.check(0, *words.split(), "--help").out
                    self.assertLess(max(map(len, out.splitlines())), width)

    def test_wrapped_help_stays_in_its_column(self):
        out = self.check(0, "flash", "--help").out
        column = out.splitlines()[6].index("A board")
        self.assertRegex(out, rf"(?m)^  --wait-for-hand=SECONDS +How .*\n {{{column}}}\S")

    def test_help_stays_in_its_column_whatever_the_letters(self):
        """"GRÖSSE" has more bytes than letters."""
        self.env.update(COLUMNS="60", LANGUAGE="de")
        out = self.check(0, "flash", "--help").out
        head, words = re.search(r"(?m)^(  --flash-size=GRÖSSE +)\S.*\n( +)\S", out).groups()
        self.assertEqual(len(head), len(words), out)

    def test_many_ways_to_ask_for_help(self):
        whole = self.check(0, "--help").out
        for args in (["-h"], ["help"], ["help", "--json"], ["--json", "-h"], ["--help", "help"], ["help", "help"]):
            self.assertEqual(whole, self.check(0, *args).out, args)
        flash = self.check(0, "flash", "--help").out
        for args in (["help", "flash"], ["flash", "-h"], ["-h", "flash"], ["--help", "flash", "x"],
                     ["flash", "--nope", "--help"], ["flash", "-p", "x", "-h"]):
            self.assertEqual(flash, self.check(0, *args).out, args)
        self.assertEqual(self.check(0, "list", "-h").out, self.check(0, "list", "-wh").out)

    def test_help_names_every_form_of_a_firmware(self):
        for command in ("flash", "verify"):
            out = self.check(0, command, "--help").out
            for word in ("0x10000", "@nvs", "flasher_args.json", "manifest.json", "UF2", "HEX", "gzip", "https://"):
                self.assertIn(word, out)

    def test_help_of_a_group_names_its_commands(self):
        for args in (["firmware", "--help"], ["help", "firmware"]):
            out = self.check(0, *args).out
            self.assertEqual(["firmware show", "firmware convert"], re.findall(r"(?m)^  ([a-z]+ [a-z]+)  +\S", out))

    def test_help_for_what_is_not_there(self):
        self.assertIn("no command", self.check(2, "help", "flahs").err)
        self.assertIn("no command", self.check(2, "flahs", "--help").err)

    def test_version(self):
        for args in (["--version"], ["-V"], ["--version", "--json"]):
            self.assertRegex(self.check(0, *args).out, r"^boardwalk \d+\.\d+\.\d+\n$")
        self.check(2, "list", "--version")

    def test_the_manual_names_every_option(self):
        manual = os.environ["MANUAL"]
        with open(manual, encoding="utf-8") as stream:
            text = stream.read().replace("\\-", "-")
        for command in COMMANDS:
            for option in re.findall(r"--[a-z][a-z-]*", self.check(0, *command.split(), "--help").out):
                self.assertIn(option, text, f"{command} {option} is not in the manual")


class WrongUsage(CliTest):
    def check_hint(self, args, words):
        result = self.check(2, *args)
        self.assertEqual("", result.out)
        lines = result.err.splitlines()
        self.assertEqual(2, len(lines), result)
        self.assertTrue(lines[0].startswith("boardwalk: "), result)
        self.assertIn(words, lines[0])
        self.assertRegex(lines[1], r"^Try “boardwalk .*--help”\.$")

    def test_nothing(self):
        self.assertIn("--help", self.check(2).err)

    def test_unknown_commands_get_a_suggestion(self):
        for typed, meant in (("flahs", "flash"), ("lsit", "list"), ("firmware shw", "firmware show"),
                             ("consle", "console"), ("partition", "partition ")):
            with self.subTest(typed):
                self.assertIn("Did you mean “" + meant, self.check(2, *typed.split()).err)

    def test_half_a_command_gets_the_whole_ones(self):
        self.check_hint(["firmware", "bake"], "firmware show, firmware convert")

    def test_a_server_without_a_port_gets_a_hint(self):
        for address in ("tcp://localhost", "rfc2217://10.0.0.1", "tcp://[::1]"):
            self.check_hint(["info", "-p", address], address + ":4000")

    def test_what_other_flashers_call_it_gets_a_suggestion(self):
        for typed, meant in (("write-flash", "flash"), ("write_flash", "flash"), ("read_mac", "info"),
                             ("monitor", "console"), ("merge-bin", "firmware convert"), ("erase-flash", "erase")):
            with self.subTest(typed):
                self.check_hint([typed, "0x0", "x.bin"], f"Did you mean “{meant}”?")

    def test_an_offset_before_its_file_gets_a_hint(self):
        for command in ("flash", "verify", "firmware show"):
            self.check_hint([*command.split(), "0x1000", "boot.bin"], "boot.bin@0x1000")
            self.check_hint([*command.split(), "boot.bin@0", "64k"], "file.bin@64k")
        self.write("4096", b"no firmware, but a file")
        self.check_refused(2, "bad-firmware", "firmware", "show", "4096")

    def test_far_fetched_commands_get_none(self):
        self.assertNotIn("Did you mean", self.check(2, "xyzzyxyzzy").err)
        self.assertNotIn("Did you mean", self.check(2, "x" * 100000).err)

    def test_commands_of_later_versions_are_not_there(self):
        for command in ("ota", "files", "serve", "recipe", "licence", "doctor"):
            self.check(2, command)

    def test_missing_arguments(self):
        for args in (["flash"], ["verify"], ["read"], ["read", "0"], ["read", "0", "1"], ["firmware", "show"],
                     ["firmware", "convert", "a"], ["partition", "make", "a"], ["partition", "show"]):
            with self.subTest(args):
                self.check_hint(args, "missing")

    def test_surplus_arguments(self):
        for args in (["list", "a"], ["info", "a"], ["read", "0", "1", "f", "g"], ["reset", "a"],
                     ["erase", "0", "4096", "1"], ["console", "a"], ["partition", "show", "a", "b"]):
            with self.subTest(args):
                self.check_hint(args, "too many")

    def test_options_may_stand_before_the_command(self):
        """As with other flashers."""
        for args in (["--json", "info", "-p", "/dev/null"], ["-p", "/dev/null", "--json", "info"],
                     ["--port", "/dev/null", "-b", "115200", "info", "--json"], ["--port=/dev/null", "info", "--json"],
                     ["-p/dev/null", "-b115200", "info", "--json"]):
            with self.subTest(args):
                self.assertEqual("no-serial-port", self.check(3, *args).result["code"])
        folder = self.make_firmware()
        self.assertEqual("/dev/null", self.check(3, "firmware", "--json", "-p", "/dev/null", "show", folder).result["port"])

    def test_what_follows_two_dashes_is_no_option(self):
        for args, name in ((["--", "--json"], "--json"), (["--", "--"], "--"), (["--json", "--", "-p"], "-p"),
                           (["--", "-h"], "-h")):
            with self.subTest(args):
                self.assertIn(f": {name}: cannot be opened", self.check(2, "firmware", "show", *args).err)
        self.check_hint(["--", "list"], "Name a command")

    def test_a_flag_takes_no_value(self):
        """"--erase=no" erases nothing."""
        for args in (["flash", "--erase=no", "x"], ["list", "--watch=1"], ["list", "--no-color=1"]):
            with self.subTest(args):
                self.check_hint(args, "takes no value")

    def test_an_option_nearly_right_gets_a_suggestion(self):
        for typed, meant in ((["list", "--watc"], "--watch"), (["flash", "--no-dif", "x"], "--no-diff"),
                             (["--jsn", "list"], "--json"), (["info", "--prot=x"], "--port")):
            with self.subTest(typed):
                self.check_hint(typed, f"Did you mean {meant}?")
        self.check_hint(["--nope"], "Unknown option --nope")
        self.check_hint(["list", "--no-stub"], "Unknown option --no-stub")
        self.check_hint(["list", "-wz"], "Unknown option -z")

    def test_a_value_that_is_missing(self):
        for args in (["info", "-p"], ["info", "--port"], ["console", "-tb"], ["-p"]):
            with self.subTest(args):
                self.assertIn("Missing argument" if args != ["-p"] else "Name a command", self.check(2, *args).err)

    def test_a_file_to_write_to_has_a_name(self):
        self.write("table.csv", "nvs,data,nvs,0x9000,0x6000\n")
        folder = self.make_firmware()
        for name in ("-", ""):
            for args in (["read", "-p", "/dev/null", "0", "1", name], ["partition", "make", "table.csv", name],
                         ["firmware", "convert", "--format", "uf2", folder, name]):
                with self.subTest(args):
                    self.check_hint(args, "names no file")

    def test_a_port_has_a_name(self):
        self.check_hint(["info", "-p", ""], "an empty name")

    def test_unknown_options(self):
        for args in (["list", "--nope"], ["flash", "--nope", "f"], ["reset", "--erase"], ["list", "-p", "x"],
                     ["info", "-z"]):
            with self.subTest(args):
                self.check_hint(args, "Unknown option")

    def test_numbers(self):
        for text in ("", " 1", "-1", "+1", "1x", "0x", "0xg", "1kk", "k", "1.5", "ten", "0x1 ", "4294967296",
                     "4G", "99999999999999999999", "0x100000000", "5000000k"):
            with self.subTest(text):
                result = self.check(2, "read", "--", text, "1", "out.bin")
                self.assertFalse(os.path.exists(self.path("out.bin")), result)

    def test_option_values(self):
        for args in (["--baud", "12"], ["--baud", "x"], ["--baud", "99999999"], ["--timeout", "0"],
                     ["--connect-attempts", "-2"], ["--flash-mode", "fast"], ["--flash-freq", "1m"],
                     ["--flash-size", "3MB"], ["--after", "dance"], ["--wait-for-hand", "1d"], ["--baud"]):
            with self.subTest(args):
                self.assertEqual("", self.check(2, "flash", "firmware.bin", *args).out)

    def test_words_fit_the_number(self):
        """Seconds and counts are no sizes."""
        for args, words in ((["info", "--timeout", "abc"], "--timeout: “abc” is not a whole number"),
                            (["info", "--connect-attempts", "ten"], "--connect-attempts: “ten” is not a whole number"),
                            (["partition", "show", "t", "--table-offset", "x"],
                             "--table-offset: “x” is not a number like 4096, 0x1000 or 64k")):
            with self.subTest(args):
                self.check_hint(args, words)

    def test_help_says_how_many_ports(self):
        for command, is_said in (("info", True), ("flash", True), ("read", False), ("console", False)):
            with self.subTest(command):
                self.assertEqual(is_said, "several times" in " ".join(self.check(0, command, "--help").out.split()))

    def test_help_names_the_version(self):
        self.assertIn("--version", self.check(0, "--help").out)

    def test_erase_wants_whole_sectors_and_both_numbers(self):
        for args, words in ((["0"], ""), (["1", "4096"], "multiples of 4096"), (["0", "4095"], "multiples of 4096"),
                            (["0", "0"], "nothing to erase")):
            with self.subTest(args):
                self.check_hint(["erase", "-p", "/dev/null", *args], words)

    def test_read_of_nothing(self):
        self.check_hint(["read", "-p", "/dev/null", "0", "0", "f"], "nothing to read")

    def test_port_and_all_exclude_each_other(self):
        self.check_hint(["info", "--all", "-p", "/dev/null"], "exclude")

    def test_commands_for_one_board_take_one(self):
        self.check_hint(["read", "-p", "a", "-p", "b", "0", "4k", "f"], "one board")

    def test_the_same_board_twice(self):
        self.check_hint(["info", "-p", "/dev/null", "-p", "/dev/null"], "named before")

    def test_the_same_board_by_a_link_to_it(self):
        """/dev/serial/by-id and /dev/ttyUSB0 are one board, and not two that are good."""
        os.symlink("/dev/null", self.path("link"))
        os.symlink("link", self.path("other"))
        for second in ("/dev/null", self.path("other"), "other"):
            self.check_hint(["info", "-p", self.path("link"), "-p", second], "named before")

    def test_what_is_no_mac_address(self):
        """A slip of the finger is told at once: to look for a MAC address may restart every board."""
        for mac in ("", "zz", "24:6f:28:00:00", "24:6f:28:00:00:01:02", "24-6f-28-00-00-01", "246f28000001",
                    "24:6f:28:00:00:0g", "24:6f:28:00:00:01 "):
            with self.subTest(mac):
                self.check_hint(["info", "-p", "board:" + mac], "is no MAC address")

    def test_an_address_of_no_known_form(self):
        self.check(2, "info", "-p", "gopher://host")

    def test_json_says_the_same(self):
        for args in (["flash"], ["read", "x", "1", "f"], ["list", "--nope"], [], ["nosuch"], ["firmware"], ["--nope"],
                     ["partition", "sohw"], ["flash", "--erase=1"], ["info", "-p"], ["help", "nosuch"], ["", "", ""]):
            with self.subTest(args):
                result = self.check_refused(2, "usage", *args) if args[-1:] != ["-p"] else \
                    self.check(2, "--json", *args)
                self.assertEqual(["result"], [event["event"] for event in result.events])
                self.assertIn(result.result["evidence"], result.err)

    def test_unknown_option_with_json_first(self):
        result = self.check(2, "list", "--json", "--nope")
        self.assertEqual("usage", result.result["code"])


class Search(CliTest):
    """What is known of adapters lies on a disk that does not answer, so that the search has no end."""

    def setUp(self):
        super().setUp()
        self.env["BOARDWALK_DATA_DIR"] = self.path("data")
        os.makedirs(self.path("data", "boards"))
        os.mkfifo(self.path("data", "boards", "slow.ini"))

    def stop_list(self, *args):
        """Once more where the search was over before the signal came: looking at the pipe lets it go on."""
        for _ in range(10):
            process, lines = self.begin_cli("list", *args)
            # opens as soon as somebody reads: it is looking
            pipe = os.open(self.path("data", "boards", "slow.ini"), os.O_WRONLY)
            result = self.end_by(signal.SIGINT, process, lines)
            os.close(pipe)
            if result.status != 0:
                break
        return result

    def test_a_list_that_was_stopped_is_none(self):
        result = self.stop_list()
        self.assertEqual((5, ""), (result.status, result.out), result)
        result = self.check_events(5, self.stop_list("--json"))
        self.assertEqual("cancelled", result.result["code"], result)

    def test_a_list_that_ran_out_of_time_is_none(self):
        self.check_refused(1, "timeout", "list", "--timeout", "1")

    def test_a_search_that_takes_long_does_not_say_what_is_not_there(self):
        result = self.check(0, "list")
        self.assertEqual("", result.out, result)
        self.assertIn("the search is not over", result.err)
        self.assertIn("the search is not over", self.check(3, "info").err)

    def test_a_search_that_takes_long_does_not_choose_what_is_written_to(self):
        """Who reads is told of more boards; who writes or erases is asked to name the one."""
        port = self.plug_in()
        build = self.make_firmware()
        before = self.read("flash.bin")
        self.assertIn("the search is not over", self.check(0, "info").err)
        for args in (["flash", build], ["flash", "--all", build], ["erase"]):
            with self.subTest(args):
                result = self.check_refused(2, "usage", *args)
                self.assertIn("the search is not over", result.result["evidence"])
                self.assertIn(f"-p: {port}", result.result["evidence"])
        self.assertEqual(before, self.read("flash.bin"))


class Files(CliTest):
    def test_missing(self):
        for args in (["flash", "-p", "/dev/null"], ["verify", "-p", "/dev/null"], ["firmware", "show"],
                     ["partition", "show"]):
            with self.subTest(args):
                result = self.check_refused(2, "unreadable-file", *args, "not-there.bin")
                self.assertIn("not-there.bin", result.result["evidence"])

    def test_no_firmware(self):
        for name, content in (("text.bin", b"hello\n" * 100), ("empty.bin", b""), ("cut.hex", b":10000"),
                              ("half.json", b'{"flash_files": {')):
            with self.subTest(name):
                self.check_refused(2, "bad-firmware", "firmware", "show", self.write(name, content))

    def test_a_folder_that_is_no_build(self):
        os.mkdir(self.path("folder"))
        self.check(2, "firmware", "show", self.path("folder"))

    def test_the_file_is_refused_before_the_board_is_asked(self):
        """No such port would be 3: the file has to come first."""
        self.check(2, "flash", "-p", "/dev/not-there", self.write("text.bin", b"hello\n" * 100))


class Pipes(CliTest):
    def test_a_reader_that_goes_away_ends_quietly(self):
        # a pipe that nobody reads any more
        for args in (["list"], ["list", "--json"], ["partition", "show", self.make_table()]):
            with self.subTest(args):
                reading, writing = os.pipe()
                os.close(reading)
                run = subprocess.run([BOARDWALK, *args], stdin=subprocess.DEVNULL, stdout=writing,
                                     stderr=subprocess.PIPE, env=self.env, timeout=60)
                os.close(writing)
                self.assertEqual((0, b""), (run.returncode, run.stderr))

    def test_a_full_disk_is_said(self):
        for args in (["partition", "show", self.make_table()], ["list", "--json"], ["--help"], ["flash", "--help"],
                     ["--version"], ["help", "firmware"]):
            with self.subTest(args), open("/dev/full", "w") as full:
                run = subprocess.run([BOARDWALK, *args], stdout=full, stderr=subprocess.PIPE, env=self.env, text=True,
                                     timeout=60)
                self.assertEqual(6, run.returncode)
                self.assertIn("cannot write the output", run.stderr)

    def run_closed(self, closed, *args):
        """Run with standard streams closed, as some programs start others."""
        self.before = ["sh", "-c", 'exec "$@" ' + " ".join(f"{fd}>&-" for fd in closed), "sh"]
        return self.run_cli(*args)

    def test_closed_streams(self):
        table = self.make_table()
        for closed, status, said in (((1,), 6, "Bad file descriptor"), ((0, 1), 6, "Bad file"), ((0, 1, 2), 6, ""),
                                     ((0,), 0, ""), ((2,), 0, ""), ((0, 2), 0, "")):
            with self.subTest(closed):
                result = self.run_closed(closed, "partition", "show", table)
                self.assertEqual(status, result.status, result)
                self.assertIn(said, result.err)

    def test_json_is_one_object_a_line_in_any_character_set(self):
        """Names of files and ports may be any bytes."""
        for locale in ("C.UTF-8", "C"):
            self.env["LC_ALL"] = locale
            for args in ((b"info", b"-p", b"/dev/tty\xff\xe4"), (b"firmware", b"show", b"\xff.bin"), (b"no\xff",),
                         (b"list", b"--\xff"), (b"info", b"--baud", b"\xff"), (b"list", b"-\xff")):
                with self.subTest(f"{args} {locale}"):
                    run = subprocess.run([BOARDWALK.encode(), *args, b"--json"], capture_output=True, env=self.env,
                                         cwd=self.folder, timeout=60)
                    result = Result(run.returncode, run.stdout.decode(), run.stderr.decode())
                    self.assertIn(result.status, (2, 3), result)
                    self.assertFalse(result.result["ok"])

    def make_table(self):
        return self.write("table.csv", "nvs,data,nvs,0x9000,0x6000\napp,app,factory,0x10000,1M\n")

    def test_nothing_but_text_in_other_character_sets(self):
        self.env["LC_ALL"] = "C"
        out = self.check(0, "partition", "show", self.make_table()).out
        self.assertTrue(out.isascii(), out)
        for args in (["--help"], ["flash", "--help"], ["nosuch"], ["list", "nosuch"]):
            result = self.run_cli(*args)
            self.assertTrue((result.out + result.err).isascii(), result)
        # what stands for a quote is a quote
        self.assertIn('"nosuch"', self.check(2, "nosuch").err)
        self.assertIn("[OPTION...]", self.check(0, "--help").out)

    def test_no_colours_in_a_pipe(self):
        self.env["TERM"] = "xterm-256color"
        self.assertNotIn("\033", self.check(0, "partition", "show", self.make_table()).out)


class Tables(CliTest):
    CSV = "# Name, Type, SubType, Offset, Size, Flags\nnvs,data,nvs,0x9000,0x6000,\n" \
          "phy_init,data,phy,0xf000,0x1000,\nfactory,app,factory,0x10000,1M,\n"

    def test_make_and_show(self):
        self.write("table.csv", self.CSV)
        result = self.check_json(0, "partition", "make", "table.csv", "table.bin")
        self.assertEqual(3, len(result.result["partitions"]))
        self.assertEqual(0xC00, len(self.read("table.bin")))
        shown = self.check_json(0, "partition", "show", "table.bin").result["partitions"]
        self.assertEqual([("nvs", 0x9000, 0x6000), ("phy_init", 0xF000, 0x1000), ("factory", 0x10000, 0x100000)],
                         [(p["label"], p["offset"], p["size"]) for p in shown])
        self.assertIn("factory", self.check(0, "partition", "show", "table.bin").out)

    def test_there_and_back(self):
        self.write("table.csv", self.CSV)
        self.check(0, "partition", "make", "table.csv", "one.bin")
        self.check(0, "partition", "make", "one.bin", "back.csv")
        self.check(0, "partition", "make", "back.csv", "two.bin")
        self.assertEqual(self.read("one.bin"), self.read("two.bin"))

    def test_what_is_read_is_not_overwritten(self):
        """Under whatever name: it would be gone in the form it had."""
        folder = self.make_firmware()
        app = os.path.join(folder, next(n for n in os.listdir(folder) if n.endswith(".bin")))
        self.write("a.bin", b"data")
        self.write("table.csv", "# mine\n" + self.CSV)
        os.link(self.path("a.bin"), self.path("b.bin"))
        for args, path in ((["firmware", "convert", folder, app], app),
                           (["firmware", "convert", "a.bin@0", folder, "a.bin"], "a.bin"),
                           (["firmware", "convert", "a.bin@0", "./b.bin"], "b.bin"),
                           (["partition", "make", "table.csv", "./table.csv"], "table.csv")):
            with self.subTest(args):
                before = self.read(path)
                result = self.check_refused(2, "usage", *args).result
                self.assertIn("would be overwritten", result["evidence"])
                self.assertEqual(before, self.read(path))
        # beside them is a good place
        self.check(0, "firmware", "convert", folder, os.path.join(folder, "merged.bin"))

    def test_empty_offsets_follow_the_table(self):
        self.write("table.csv", "nvs,data,nvs,,0x6000\napp,app,factory,,1M\n")
        shown = self.check_json(0, "partition", "show", "table.csv", "--table-offset", "0x10000")
        self.assertEqual(0x11000, shown.result["partitions"][0]["offset"])

    def test_a_low_table_is_made(self):
        self.write("table.csv", "nvs,data,nvs,,0x3000\n")
        self.check_json(0, "partition", "make", "table.csv", "table.bin", "--table-offset", "0x4000")
        self.assertEqual(0xC00, len(self.read("table.bin")))

    def test_secure_boot(self):
        """As the tool of ESP-IDF has it: the first one wants whole 64 KB."""
        self.write("table.csv", "app,app,factory,0x10000,0x11000\n")
        make = ["partition", "make", "table.csv", "table.bin"]
        self.check_json(0, *make)
        self.check_json(0, *make, "--secure", "v2")
        os.unlink(self.path("table.bin"))
        refused = self.check_refused(2, "bad-firmware", *make, "--secure", "v1").result
        self.assertIn("partition 1 (app)", refused["evidence"])
        self.assertFalse(os.path.exists(self.path("table.bin")))
        refused = self.check_refused(2, "usage", *make, "--secure", "v3").result
        self.assertIn("“v3” is neither v1 nor v2", refused["evidence"])

    def test_a_wrong_table_names_the_line_and_keeps_the_old_file(self):
        self.write("table.csv", "nvs,data,nvs,0x9000,0x6000\nbad,data,nvs,0xa000,0x1000\n")
        self.write("table.bin", b"old")
        result = self.check_refused(2, "bad-firmware", "partition", "make", "table.csv", "table.bin")
        self.assertIn("2", result.result["evidence"])
        self.assertEqual(b"old", self.read("table.bin"))

    def test_names_from_a_file_do_not_command_the_terminal(self):
        self.write("table.csv", "\033]0;owned\a,data,nvs,0x9000,0x6000\n")
        self.write("\033[2Jx.bin", b"no firmware")
        for args in (["partition", "show", "table.csv"], ["firmware", "show", "\033[2Jx.bin"],
                     ["flash", "--baud", "\033[2J", "x"], ["info", "-p", "/dev/\033[2J"], ["\033[2J"]):
            result = self.run_cli(*args)
            self.assertNotIn("\033", result.out + result.err, args)
            self.assertNotIn("\a", result.out + result.err, args)

    def test_no_folder_to_write_to(self):
        self.write("table.csv", self.CSV)
        self.check(2, "partition", "make", "table.csv", "not-there/table.bin")


if __name__ == "__main__":
    main()
