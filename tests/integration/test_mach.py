# SPDX-License-Identifier: GPL-2.0-or-later
"""mach: the machine's facts, held to the guest's own report."""
import re
import unittest

from inquest import Case, Guest


class Mach(Case):
    guest = Guest("amd64-kdump")
    form = "d31-zlib"

    def rows(self):
        return {r["key"]: r["value"] for r in self.document("mach")["machine"] if not r["key"].startswith("CPU ")}

    def test_facts_are_the_guests(self):
        rows = self.rows()
        self.assertEqual(rows["MACHINE TYPE"], "x86_64")
        self.assertEqual(rows["CPUS"], "2")
        self.assertEqual(rows["PAGE SIZE"], "4096")
        self.assertEqual(rows["HZ"], "250")
        self.assertEqual(rows["KERNEL STACK SIZE"], "16384")
        self.assertEqual(rows["KERNEL START MAP"], "ffffffff80000000")

    def test_text_has_the_same_rows(self):
        text = self.text("mach")
        for key, value in self.rows().items():
            self.assertRegex(text, rf"(?m)^ *{re.escape(key)}: {re.escape(value)}$")

    def test_decisions_name_their_source(self):
        evidence = {e["what"]: e for e in self.document("mach")["evidence"]}
        self.assertEqual(evidence["KASLR"]["from"], "VMCOREINFO KERNELOFFSET")
        self.assertIn("level", evidence["paging"]["value"])

    def test_verbose_shows_them_at_the_start(self):
        self.assertIn("KASLR: ", self.inquest("-v", "-c", "ptob 1", check=0).stderr)

    def test_takes_no_words(self):
        self.assertIn("Usage", self.failure("mach nonsense"))


if __name__ == "__main__":
    unittest.main()
