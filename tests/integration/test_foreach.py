# SPDX-License-Identifier: GPL-2.0-or-later
"""foreach with several commands, and with vtop. Which tasks it chooses, and bt: test_bt."""
from test_memory import Memory


class Foreach(Memory):
    form = "d31-zlib"

    def test_one_header(self):
        """Several commands about a task stand below one header, each as it is alone."""
        commands = ("set", "bt -s", "task -R pid,comm", "ps", "vtop linux_banner")
        for words in ("2", "1 2"):
            alone = [self.text(f"foreach {words} {c}") for c in commands if c != "ps"]
            headers = [l for l in alone[0].splitlines() if l.startswith("PID: ") and "TASK: " in l]
            self.assertEqual(len(headers), len(words.split()))
            together = self.text(f"foreach {words} {' '.join(commands)}")
            for header in headers:
                self.assertEqual(together.count(header), 1)
            if words == "2":
                head = headers[0] + "\n"
                parts = [t.removeprefix(head) for t in alone]
                parts.insert(3, self.text("ps 2"))
                self.assertEqual(together, head + "".join(parts))
        tasks = self.json("foreach 1 2 set bt task -R pid ps")["tasks"]
        self.assertEqual([t["pid"] for t in tasks], [1, 2])
        for t in tasks:
            self.assertEqual(t["context"]["pid"], t["pid"])
            self.assertTrue(t["frames"])
            self.assertEqual(t["members"][0]["value"], t["pid"])

    def test_vtop(self):
        """The same user address in the address spaces of two tasks."""
        helper, trigger = self.helper, self.g.truth["facts"]["trigger"]
        address = self.strings["data"][0]
        tasks = self.json(f"foreach {helper} {trigger} vtop -u {address:x}")["tasks"]
        for t in tasks:
            alone = self.json(f"vtop -c {t['pid']} -u {address:x}")["addresses"]
            self.assertEqual(t["addresses"], alone)
        self.assertEqual(len(tasks), 2)

    def test_errors(self):
        for command, message in (("foreach 1 vtop", "Usage: vtop"), ("foreach vm", "there is no command vm"),
                                 ("foreach 1 set 2", "takes nothing else"), ("foreach 1 bt -Z", "Usage: foreach"),
                                 ("foreach 1 set ps bt set ps bt set ps bt", "too many commands")):
            with self.subTest(command):
                answer = self.g.run(self.form, command)
                self.assertNotEqual(answer.status, 0)
                self.assertIn(message, answer.messages)
