# SPDX-License-Identifier: GPL-2.0-or-later
"""Variables of the chosen frame in expressions, before symbols of the same name."""
import re
import unittest

from crashes import guest


class Names(unittest.TestCase):
    guest, form = guest("amd64-module-kdump"), "d31-zlib"

    def ask(self, *commands, status=0):
        answer = self.guest.run(self.form, f"mod -s inquest_test {self.guest.folder}/module/debug/inquest_test.ko",
                                *commands)
        self.assertEqual(answer.status, status, answer.messages)
        return answer

    def number(self, function):
        """The number of its frame in bt."""
        return re.search(rf"^ *#(\d+) \[[0-9a-f]+\] {function} at", self.ask("bt").text, re.M)[1]

    def test_chosen(self):
        n = self.number("inquest_write")
        text = self.ask(f"frame {n}", "p word", "p size + 1", "up", "p count", "p file->f_op", "p/x $").text
        self.assertIn('\nword = $1 = "oops\\000', text)
        self.assertIn("\n$2 = 5\n", text)
        self.assertIn("\ncount = $3 = 4\n", text)
        self.assertRegex(text, r"\n\$4 = \(const struct file_operations \*\) 0x[0-9a-f]+ <inquest_operations>\n")

    def test_not_chosen(self):
        self.assertIn("unknown symbol word", self.ask("p word", status=1).messages)

    def test_forgotten(self):
        n = self.number("inquest_write")
        answer = self.ask(f"frame {n}", "p size", "set 1", "p size", status=1)
        self.assertIn("\nsize = $1 = 4\n", answer.text)
        self.assertIn("unknown symbol size", answer.messages)

    def test_hides_symbols(self):
        """prev of __schedule is what the frame says; symbols go on being found."""
        text = self.ask("set 1", "p linux_banner", "frame 0", "p prev->pid", "p linux_banner").text
        self.assertIn("\n$2 = 1\n", text)
        self.assertEqual(len(re.findall(r'^linux_banner = .*"Linux version', text, re.M)), 2)

    def test_lost(self):
        n = self.number("inquest_write")
        answer = self.ask(f"frame {n}", "p file", "p file->f_op", status=1)
        self.assertIn("\nfile = $1 = <optimized out>\n", answer.text)
        self.assertIn("its value is not known: ", answer.messages)


if __name__ == "__main__":
    unittest.main()
