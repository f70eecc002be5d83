#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several boards, and as many as a station has to bear, at once."""

from common import CliTest, main


class Several(CliTest):
    def ports(self, addresses):
        return [word for address in addresses for word in ("-p", address)]

    def plug_in_many(self, n, *args):
        _, addresses = self.start_vboard("--chip", "esp32", "--serial", "rfc2217:0",
                                         "--flash", self.path("flash-%d.bin"), *args, count=n)
        return addresses

    def check_each(self, result, n):
        verdicts = [e for e in result.events if e["event"] == "result"]
        self.assertEqual(n + 1, len(verdicts))
        self.assertEqual(n, len({e["board"] for e in verdicts[:-1]}))
        return verdicts[:-1], verdicts[-1]

    def test_all_of_them(self):
        self.plug_in_many(3)
        folder = self.make_firmware()
        each, total = self.check_each(self.check_json(0, "flash", "--all", folder), 3)
        self.assertTrue(all(e["ok"] and e["verified"] for e in each))
        self.assertEqual((3, 3, 0), (total["boards"], total["good"], total["done"]))
        for n in range(3):
            self.assert_on_board(folder, f"flash-{n}.bin")

    def test_not_proved_is_not_good(self):
        addresses = self.plug_in_many(2)
        result = self.check_json(0, "flash", *self.ports(addresses), "--no-verify", "--no-listen",
                                 self.make_firmware())
        each, total = self.check_each(result, 2)
        self.assertFalse(any(e["verified"] for e in each))
        self.assertEqual((2, 0, 2), (total["boards"], total["good"], total["done"]))

    def test_where_nothing_is_proved_nothing_is_good(self):
        self.plug_in_many(2)
        for command in ("erase", "reset", "info"):
            _, total = self.check_each(self.check_json(0, command, "--all"), 2)
            self.assertFalse(total["verified"])
            self.assertEqual((2, 0, 2), (total["boards"], total["good"], total["done"]))
        out = self.check(0, "erase", "--all").out
        self.assertIn("2 of 2 boards done", out)
        self.assertNotIn("ood", out)

    def test_which_one(self):
        addresses = self.plug_in_many(2)
        result = self.check_refused(2, "usage", "info")
        for address in addresses:
            self.assertIn(address, result.result["evidence"])

    def test_one_fails_the_others_do_not(self):
        addresses = self.plug_in_many(3, "--fault", "mute#1")
        folder = self.make_firmware()
        result = self.check_json(3, "flash", *self.ports(addresses), "--connect-attempts", "2", folder)
        each, total = self.check_each(result, 3)
        by_port = {e["port"]: e for e in each}
        self.assertEqual([0, 3, 0], [by_port[a]["exit"] for a in addresses])
        self.assertEqual((2, 0, "no-answer"), (total["good"], total["done"], total["code"]))
        for n in (0, 2):
            self.assert_on_board(folder, f"flash-{n}.bin")

    def test_the_highest_status_counts(self):
        addresses = self.plug_in_many(2, "--fault", "mute#0", "--fault", "readonly-sector=0x12000#1")
        folder = self.make_firmware()
        self.check(3, "flash", *self.ports(addresses), "--connect-attempts", "2", folder)

    def test_words_for_people(self):
        addresses = self.plug_in_many(2)
        out = self.check(0, "flash", *self.ports(addresses), self.make_firmware()).out
        for address in addresses:
            self.assertIn(address + ": ✔ Good", out)
        self.assertIn("2 of 2 boards good", out)

    def test_sixty_four(self):
        """One says nothing, one is pulled out in the middle: the others notice nothing of it."""
        addresses = self.plug_in_many(64, "--fault", "mute#40", "--fault", "unplug@20000#7")
        folder = self.make_firmware()
        result = self.check_json(3, "flash", *self.ports(addresses), "--connect-attempts", "2",
                                 "--no-listen", folder, seconds=400)
        each, total = self.check_each_but_silent(result, 64)
        self.assertEqual(62, total["good"], [e for e in each if not e["ok"]])
        by_port = {e["port"]: e for e in each}
        self.assertEqual((False, "no-answer"), self.ended(by_port[addresses[40]]))
        self.assertFalse(by_port[addresses[7]]["ok"])
        self.assertIn(by_port[addresses[7]]["code"], ("lost", "unplugged", "no-such-port"))
        for n in range(64):
            if n not in (7, 40):
                self.assert_on_board(folder, f"flash-{n}.bin")

    @staticmethod
    def ended(verdict):
        return verdict["ok"], verdict["code"]

    def check_each_but_silent(self, result, n):
        verdicts = [e for e in result.events if e["event"] == "result"]
        self.assertEqual(n + 1, len(verdicts))
        self.assertEqual(n, len({e["port"] for e in verdicts[:-1]}))
        return verdicts[:-1], verdicts[-1]


if __name__ == "__main__":
    main()
