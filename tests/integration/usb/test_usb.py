#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line on USB adapters: the same road as with real ones, sysfs, libserialport, ioctls and
all, with virtual boards at its end. Runs under umockdev-wrapper."""

import configparser
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "..", "sim")]

from common import VBOARD, Lines, main  # noqa: E402
from usb_bed import Adapter, clean_env  # noqa: E402
from usb_case import BED, UsbCase  # noqa: E402


class Usb(UsbCase):
    def test_list_names_the_adapter(self):
        adapter = self.plug()
        boards = self.check_json(0, "list", "--usb").result["boards"]
        self.assertEqual([adapter.path], [b["address"] if "address" in b else b["port"] for b in boards], boards)
        self.assertFalse(boards[0]["virtual"])

    def test_reset_into_the_loader_is_atomic(self):
        adapter = self.plug()
        info = self.check_json(0, "info", "-p", adapter.path).result["info"]
        self.assertEqual("esp32", info["chip"])
        # from held in reset to held at the strap there is no state between
        at = adapter.lines.index((0, 1))
        self.assertEqual((1, 0), adapter.lines[at + 1], adapter.lines)

    def test_flash(self):
        adapter = self.plug()
        folder = self.make_firmware()
        result = self.check_json(0, "flash", "-p", adapter.path, folder)
        self.assert_on_board(folder)
        self.assertTrue(result.result["verified"])

    def rates(self):
        """What is remembered of every adapter at its place: the best rate, the lowest bad one."""
        file = configparser.ConfigParser()
        file.read(os.path.join(self.env["XDG_STATE_HOME"], "boardwalk", "baud.ini"))
        return {name: (file.getint(name, "best"), file.getint(name, "bad")) for name in file.sections()}

    def test_rates_are_remembered_by_adapter_and_place(self):
        """A noisy socket slows itself down, not its neighbour with the same adapter."""
        noisy = self.plug(options=("--fault", "garble=0.0005"))
        quiet = Adapter(BED, VBOARD, self.folder, place=60, number=60)
        self.addCleanup(lambda: quiet.process.poll() is None and quiet.unplug())
        quiet.plug()
        folder = self.make_firmware(size=400000)
        self.run_cli("flash", "-p", noisy.path, "--no-stub", "--no-diff", "--timeout", "8", folder)
        self.check(0, "flash", "-p", quiet.path, "--no-stub", folder)
        rates = self.rates()
        here, there = f"10c4:ea60 1-{noisy.place}:1.0", "10c4:ea60 1-60:1.0"
        self.assertEqual({here, there}, set(rates))
        self.assertEqual((921600, 0), rates[there])
        self.assertLess(rates[here][0], 921600)
        self.assertNotEqual(0, rates[here][1])
        # the same adapter under another name at the same place: what was learnt there holds
        noisy.unplug()
        again = Adapter(BED, VBOARD, self.folder, place=noisy.place, number=61)
        self.addCleanup(lambda: again.process.poll() is None and again.unplug())
        again.plug()
        out = self.check(0, "flash", "-p", again.path, "--no-stub", "--verbose", folder)
        self.assertNotIn("raised to 921600", out.out + out.err)

    def plug_named(self, last, place, *options):
        """A board whose adapter says nothing of its MAC address."""
        number = next(self.numbers)
        adapter = Adapter(BED, VBOARD, self.folder, place=place, number=number,
                          options=("--mac", "24:6f:28:00:00:%02x" % last, *options))
        self.addCleanup(lambda: adapter.process.poll() is None and adapter.unplug())
        return adapter.plug()

    def test_a_board_by_its_mac(self):
        """No port tells it: every board has to be asked, and only the right one is worked on."""
        one, two = self.plug_named(0x11, 71), self.plug_named(0x22, 72)
        for last, adapter in ((0x22, two), (0x11, one)):
            result = self.check_json(0, "info", "-p", "board:24:6F:28:00:00:%02X" % last).result
            self.assertEqual("24:6f:28:00:00:%02x" % last, result["info"]["mac"])
        self.check_refused(3, "no-such-port", "info", "-p", "board:24:6f:28:00:00:33")
        # the two change places: what is remembered of them is wrong now
        one.unplug()
        two.unplug()
        self.plug_named(0x22, 71)
        self.plug_named(0x11, 72)
        for last, place in ((0x11, 72), (0x22, 71)):
            mac = "24:6f:28:00:00:%02x" % last
            result = self.check_json(0, "info", "-p", "board:" + mac).result
            self.assertEqual((mac, "1-%d" % place), (result["info"]["mac"], self.place_of(result["port"])), result)

    def place_of(self, tty):
        return os.path.realpath(BED.root + "/sys/class/tty/" + os.path.basename(tty)).split("/usb1/")[1].split("/")[0]

    @staticmethod
    def listens(process, port):
        """Whether it is that process which listens there; asked without knocking."""
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [row.split() for row in table]
        wanted = {f"socket:[{row[9]}]" for row in rows if row[1] == f"0100007F:{port:04X}" and row[3] == "0A"}
        with os.scandir(f"/proc/{process.pid}/fd") as files:
            return any(Usb.read_link(file.path) in wanted for file in files)

    @staticmethod
    def read_link(path):
        """None where the file behind it was closed meanwhile."""
        try:
            return os.readlink(path)
        except FileNotFoundError:
            return None

    def try_to_serve(self, adapter):
        """The address of a server of the adapter's port; None where somebody else took the number."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        config = self.write("ser2net.yaml", f"""%YAML 1.1
---
connection: &board
  accepter: telnet(rfc2217),tcp,127.0.0.1,{port}
  connector: serialdev,{adapter.path},115200n81,local
  options:
    kickolduser: false
""")
        server = subprocess.Popen(["ser2net", "-n", "-u", "-c", config], env=self.env, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
        self.addCleanup(self.stop, server)
        end = time.monotonic() + 60
        while server.poll() is None and time.monotonic() < end:
            if self.listens(server, port):
                return f"rfc2217://127.0.0.1:{port}"
            time.sleep(0.05)
        return None

    def serve(self, adapter):
        """ser2net, written by others, between the network and the adapter's port. Returns its address."""
        for _ in range(5):
            if address := self.try_to_serve(adapter):
                return address
        return self.fail("ser2net does not listen")

    def test_through_ser2net(self):
        """Lines, rate and bytes by a server that is not ours: into the loader, faster, and out of it."""
        adapter = self.plug()
        folder = self.make_firmware()
        address = self.serve(adapter)
        adapter.lines.clear()
        result = self.check_json(0, "flash", "-p", address, "--baud", "460800", "--no-stub", folder)
        self.assertTrue(result.result["verified"], result)
        self.assertIn("application came up", result.result["summary"])
        self.assert_on_board(folder)
        self.assertIn((0, 1), adapter.lines)
        self.assertIn((1, 0), adapter.lines)
        self.assertTrue(any("460800" in e.get("line", "") for e in result.events), result)

    def plug_jtag(self, chip="esp32c3", *options):
        return self.plug(chip, vendor=0x303a, product=0x1001, name="USB JTAG/serial debug unit",
                         options=("--usb", "jtag", *options))

    def test_native_port_is_reset_its_own_way(self):
        adapter = self.plug_jtag()
        info = self.check_json(0, "info", "-p", adapter.path).result["info"]
        self.assertEqual("esp32c3", info["chip"])
        text = "".join("%d%d " % lines for lines in adapter.lines)
        self.assertIn("00 10 11 01 00 ", text)

    def test_one_native_port_is_slow_to_leave(self):
        """The ESP32-C5 needs its reset held for longer than all others on the same kind of port."""
        for chip, seconds in (("esp32c3", 0.1), ("esp32c5", 0.2)):
            adapter = self.plug_jtag(chip)
            self.check(0, "info", "-p", adapter.path)
            pulses = [i for i in range(len(adapter.lines) - 1) if adapter.lines[i:i + 2] == [(0, 1), (0, 0)]]
            self.assertGreaterEqual(adapter.moments[pulses[-1] + 1] - adapter.moments[pulses[-1]], seconds, chip)
            adapter.unplug()

    def test_the_build_for_its_way_of_being_attached(self):
        """A board on its own USB gets the build for that, named or found, shown or written."""
        builds = []
        for kind, version in (("uart", "1.0.0"), ("cdc", "2.0.0")):
            folder = self.make_firmware(chip="esp32c3", version=version, folder=self.path(kind))
            parts = [{"path": "%s/%s" % (kind, name), "offset": int(offset, 0)} for offset, name in
                     json.loads(self.read(kind + "/flasher_args.json"))["flash_files"].items()]
            builds.append({"chipFamily": "ESP32-C3", "serialType": kind, "parts": parts})
        self.write("manifest.json", json.dumps({"name": "weather", "version": "any",
                                                "new_install_prompt_erase": True, "builds": builds}))
        manifest = self.path("manifest.json")
        adapter = self.plug_jtag()
        for named in (("-p", adapter.path), ()):
            out = self.check(0, "flash", *named, "--dry-run", manifest).out
            self.assertIn("weather 2.0.0", out)
            self.assertNotIn("weather 1.0.0", out)
        shown = self.check(0, "firmware", "show", "-p", adapter.path, manifest)
        self.assertNotIn("attached by", shown.out)
        self.check_json(0, "flash", "-p", adapter.path, manifest)
        self.assert_on_board(self.path("cdc"))

    def test_native_port_with_watchdogs(self):
        """They go on running in such a loader and would end a long flash."""
        for chip in ("esp32s3", "esp32c6"):
            adapter = self.plug_jtag(chip, "--speed", "real")
            folder = self.make_firmware(chip=chip, size=40000)
            result = self.check_json(0, "flash", "-p", adapter.path, "--no-stub", "--no-diff", folder)
            self.assertTrue(result.result["verified"])
            self.assert_on_board(folder)
            # its start, into the loader, into the application, and none in between
            self.assertEqual(3, adapter.stats()["resets"])
            adapter.unplug()

    def test_usb_otg(self):
        """Small blocks, a reset that only the watchdog can do, and another name afterwards."""
        for stub in (("--no-stub",), ("--stub-dir", self.stub_folder())):
            number = next(self.numbers)
            adapter = self.plug("esp32s3", vendor=0x303a, product=0x0009, name="ESP32-S3",
                                options=("--usb", "otg"))
            folder = self.make_firmware(chip="esp32s3", size=60000)
            process = self.start("flash", "-p", adapter.path, "--no-diff", *stub, folder, "--json")
            self.addCleanup(self.stop, process)
            lines = Lines(process.stdout)
            lines.wait_for(lambda l: json.loads(l).get("state") == "writing")
            # it restarts into its application: a board on its own USB leaves and comes back
            end = time.monotonic() + 60
            while adapter.order("status")["state"] in ("download", "stub", "reset"):
                self.assertLess(time.monotonic(), end, "never left the loader")
                time.sleep(0.01)
            # nothing was too long for it, so nothing had to be said twice
            self.assertEqual(3, adapter.stats()["requests"]["10"])
            adapter.unplug()
            again = Adapter(BED, VBOARD, self.folder, place=adapter.place, number=number, chip="esp32s3",
                            vendor=0x303a, product=0x0009, name="ESP32-S3",
                            options=("--usb", "otg", "--flash", self.path("flash.bin")))
            again.plug()
            lines.wait_for(lambda l: json.loads(l)["event"] == "result")
            result = json.loads(lines.seen[-1])
            # its first lines were said while nobody could hear them
            self.assertIn("came up", "".join(lines.seen))
            self.assertEqual((True, "success", True),
                             (result["ok"], result.get("result"), result.get("verified")), result)
            self.assert_on_board(folder)
            again.unplug()

    def test_unplugged_and_plugged_in_again(self):
        number = next(self.numbers)
        adapter = self.plug(options=("--speed", "real"))
        folder = self.make_firmware(size=300000)
        process = self.start("flash", "-p", adapter.path, "--no-stub", "--no-diff", folder, "--json")
        self.addCleanup(self.stop, process)
        lines = Lines(process.stdout)
        lines.wait_for(lambda l: json.loads(l).get("step") == "writing")
        adapter.unplug()
        lines.wait_for(lambda l: json.loads(l).get("state") == "waiting-replug")
        # it returns at the same place under another name
        again = Adapter(BED, VBOARD, self.folder, place=adapter.place, number=number,
                        options=("--flash", self.path("flash.bin")))
        self.addCleanup(lambda: again.process.poll() is None and again.unplug())
        again.plug()
        lines.wait_for(lambda l: json.loads(l)["event"] == "result")
        result = json.loads(lines.seen[-1])
        self.assertEqual((True, "success"), (result["ok"], result.get("result")), result)
        self.assert_on_board(folder)

    def test_a_number_that_is_handed_on(self):
        """While a board is away its pty's number is another board's, which nobody touches."""
        number = next(self.numbers)
        adapter = self.plug(options=("--speed", "real"))
        lines = self.start_json("flash", "-p", adapter.path, "--no-stub", "--no-diff",
                                self.make_firmware(size=300000))
        lines.wait_for(lambda l: json.loads(l).get("step") == "writing")
        stop, strangers = adapter.stop, []

        def stop_and_hand_on():
            stop()
            strangers.append(Adapter(BED, VBOARD, self.folder, place=90, number=90))
            self.addCleanup(strangers[0].stop)
            time.sleep(0.5)
        adapter.stop = stop_and_hand_on
        adapter.unplug()
        lines.wait_for(lambda l: json.loads(l).get("state") == "waiting-replug")
        again = Adapter(BED, VBOARD, self.folder, place=adapter.place, number=number,
                        options=("--flash", self.path("flash.bin")))
        self.addCleanup(lambda: again.process.poll() is None and again.unplug())
        again.plug()
        self.assertTrue(self.end_of(lines)["ok"], lines.seen)
        self.assertEqual(0, strangers[0].stats()["bytes_in"])

    def play_loss(self, count_before, count_after):
        """A board goes in the middle of being read; its hub counted over-current, or not. Returns the end."""
        adapter = self.plug(options=("--speed", "real"))
        BED.set_over_current_count(adapter.place, count_before)
        lines = self.start_json("read", "-p", adapter.path, "--no-stub", "0", "0x100000", self.path("out.bin"))
        lines.wait_for(lambda l: json.loads(l).get("step") == "reading")
        BED.set_over_current_count(adapter.place, count_after)
        adapter.unplug()
        return adapter.place, self.end_of(lines)

    def test_a_hub_that_cut_the_current_is_named(self):
        place, result = self.play_loss(2, 3)
        self.assertEqual((1, "power"), (result["exit"], result["code"]), result)
        self.assertIn(f"over-current at port {place} of USB hub usb1", result["evidence"])
        self.assertIn("powered hub", result["remedy"])

    def test_what_a_hub_cut_before_is_no_evidence(self):
        _, result = self.play_loss(2, 2)
        self.assertEqual((1, "unplugged"), (result["exit"], result["code"]), result)

    def test_who_waits_for_a_plug_says_that_it_is_the_power(self):
        number = next(self.numbers)
        adapter = self.plug(options=("--speed", "real"))
        BED.set_over_current_count(adapter.place, 0)
        folder = self.make_firmware(size=300000)
        lines = self.start_json("flash", "-p", adapter.path, "--no-stub", "--no-diff", folder)
        lines.wait_for(lambda l: json.loads(l).get("step") == "writing")
        BED.set_over_current_count(adapter.place, 1)
        adapter.unplug()
        lines.wait_for(lambda l: json.loads(l).get("needs_hand") == "power")
        again = Adapter(BED, VBOARD, self.folder, place=adapter.place, number=number,
                        options=("--flash", self.path("flash.bin")))
        self.addCleanup(lambda: again.process.poll() is None and again.unplug())
        again.plug()
        self.assertTrue(self.end_of(lines)["ok"], lines.seen)
        self.assert_on_board(folder)

    def test_power_that_came_back_is_not_blamed_again(self):
        number = next(self.numbers)
        adapter = self.plug(options=("--speed", "real"))
        BED.set_over_current_count(adapter.place, 0)
        lines = self.start_json("flash", "-p", adapter.path, "--no-stub", "--no-diff",
                                self.make_firmware(size=300000))
        lines.wait_for(lambda l: json.loads(l).get("step") == "writing")
        BED.set_over_current_count(adapter.place, 1)
        adapter.unplug()
        lines.wait_for(lambda l: json.loads(l).get("needs_hand") == "power")
        again = Adapter(BED, VBOARD, self.folder, place=adapter.place, number=number,
                        options=("--flash", self.path("flash.bin"), "--speed", "real"))
        self.addCleanup(lambda: again.process.poll() is None and again.unplug())
        again.plug()
        lines.wait_for(lambda l: json.loads(l).get("step") == "writing")
        at = len(lines.seen)
        again.unplug()
        told = lines.wait_for(lambda l: json.loads(l).get("needs_hand", "none") != "none"
                              or json.loads(l)["event"] == "result")
        self.assertIn("unplugged", (json.loads(told).get("needs_hand"), json.loads(told).get("code")))
        self.assertNotIn("power", "".join(lines.seen[at:]))

    def test_what_is_known_of_an_adapter_is_said_with_the_failure(self):
        for name, is_known in (("CP2102N USB to UART Bridge Controller", True),
                               ("CP2102 USB to UART Bridge Controller", False)):
            adapter = self.plug(name=name, options=("--fault", "mute"))
            result = self.check_refused(3, "no-answer", "info", "-p", adapter.path, "--connect-attempts", "1").result
            self.assertEqual(is_known, "with the driver cp210x of Linux" in result["evidence"], result)
            adapter.unplug()

    def test_a_modem_is_left_alone(self):
        """Nobody moves the lines of a port that no board is known for, unless it is named."""
        modem = self.plug(vendor=0x1546, product=0x01A7, name="u-blox 7 - GPS/GNSS Receiver")
        self.assertIn(modem.path, self.check(2, "info").err)
        board = self.plug()
        self.assertRegex(self.check(0, "info", "--all").err, f"left out.*{modem.path}")
        self.assertEqual([], modem.lines)
        self.assertNotEqual([], board.lines)
        self.check(0, "info", "-p", modem.path)

    def test_a_console_lets_an_adapter_with_flow_control_talk(self):
        """It takes a released DTR for "stop"."""
        for product, rest in ((0xea60, (0, 0)), (0xea64, (1, 0))):
            adapter = self.plug(product=product)
            self.check(0, "console", "-p", adapter.path, "--timeout", "1")
            self.assertEqual(rest, adapter.lines[-1])
            self.assertNotIn((0, 1), adapter.lines)
            adapter.unplug()

    def test_busy_port_is_named(self):
        adapter = self.plug()
        held = os.open(os.path.realpath(adapter.link), os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, held)
        fcntl.flock(held, fcntl.LOCK_EX)
        # it holds a device that looks like another one from outside the test bed: as if it were
        # another user's, and then a program that takes new ports is suspected where one runs
        suspects = {self.suspect()}
        code = self.check_json(6, "info", "-p", adapter.path).result["code"]
        self.assertIn(code, suspects | {self.suspect()})

    def test_a_lock_by_file_is_minded(self):
        """Terminal programs such as minicom have no other, and do not keep anybody out."""
        adapter = Adapter(BED, VBOARD, self.folder, place=95, number=95)
        self.addCleanup(lambda: adapter.process.poll() is None and adapter.unplug())
        adapter.plug()
        lock = "/var/lock/LCK..ttyUSB95"
        self.addCleanup(lambda: os.path.exists(lock) and os.unlink(lock))
        with open(lock, "w", encoding="ascii") as file:
            file.write("%10d\n" % os.getpid())
        result = self.check_refused(6, "busy", "info", "-p", adapter.path).result
        self.assertIn("(pid %d)" % os.getpid(), result["evidence"])
        self.assertEqual([], adapter.lines)
        # its program is gone
        with open(lock, "w", encoding="ascii") as file:
            file.write("%10d\n" % (1 << 30))
        self.check(0, "info", "-p", adapter.path)

    def test_brltty_is_kept_from_this_adapter_only(self):
        """It took the adapter from its driver: there is no port, and a rule that can be copied is offered."""
        device = "/devices/pci0000:00/0000:00:14.0/usb1/1-80"
        BED.testbed.add_from_string(
            f"P: {device}\nN: bus/usb/001/080\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
            "E: DEVNAME=/dev/bus/usb/001/080\nA: idVendor=1a86\\n\nA: idProduct=7523\\n\n\n")
        self.addCleanup(BED.testbed.remove_device, "/sys" + device)
        program = shutil.copy(os.path.realpath("/usr/bin/python3"), self.path("brltty"))
        process = subprocess.Popen([program, "-c", "import sys; print('up', flush=True); sys.stdin.read()"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env=dict(clean_env(self.env), PYTHONHOME="/usr"))
        self.addCleanup(self.stop, process)
        self.addCleanup(process.stdin.close)
        self.assertEqual("up\n", process.stdout.readline())
        result = self.check_refused(6, "brltty", "info", "-p", "/dev/ttyUSB80").result
        self.assertIn('KERNEL=="1-80", ATTR{idVendor}=="1a86", ATTR{idProduct}=="7523"', result["offer"])
        self.assertIn("only if nobody here reads Braille", result["remedy"])
        said = self.check(6, "info", "-p", "/dev/ttyUSB80")
        self.assertIn(result["offer"], said.out + said.err)

    @staticmethod
    def suspect():
        for program, code in (("ModemManager", "modem-manager"), ("brltty", "brltty")):
            if subprocess.run(["pgrep", "-x", program], stdout=subprocess.DEVNULL, check=False).returncode == 0:
                return code
        return "busy"

    def test_gone_port(self):
        adapter = self.plug()
        adapter.unplug()
        self.check_refused(3, "charge-only-or-unplugged", "info", "-p", adapter.path)


main()
