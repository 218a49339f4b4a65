# SPDX-License-Identifier: GPL-2.0-or-later
"""eval, ascii, btop, ptob: text as crash 9.0.2 printed it, and the same values as JSON."""
from inquest import Case


class Eval(Case):
    def test_sizes(self):
        self.assertEqual(self.text("eval 140737488351232"),
                         "hexadecimal: 7ffffffff000  (137438953468KB)\n"
                         "    decimal: 140737488351232\n"
                         "      octal: 3777777777770000\n"
                         "     binary: 0000000000000000011111111111111111111111111111111111000000000000\n")

    def test_bits(self):
        self.assertEqual(self.text("eval -b 0xff00"),
                         "hexadecimal: ff00\n"
                         "    decimal: 65280\n"
                         "      octal: 177400\n"
                         "     binary: 0000000000000000000000000000000000000000000000001111111100000000\n"
                         "   bits set: 15 14 13 12 11 10 9 8\n")

    def test_expression(self):
        self.assertEqual(self.text("eval (1 << 32)").splitlines()[:2],
                         ["hexadecimal: 100000000  (4GB)", "    decimal: 4294967296"])

    def test_negative(self):
        self.assertIn("    decimal: 18446744073709551615  (-1)\n", self.text("eval -1"))

    def test_arithmetic(self):
        for expression, value in [("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("7 / 2", 3), ("7 % 4", 3), ("~0 & 0xf0", 0xf0),
                                  ("1 | 6 ^ 2", 5), ("4k", 4096), ("2M", 2 << 20), ("1g", 1 << 30), ("0x10k", 16384),
                                  ("- 5 + 6", 1), ("1 << 70", 0), ("1 << 4 >> 2", 4), ("ff", 255)]:
            with self.subTest(expression):
                self.assertEqual(self.document(f"eval ({expression})")["decimal"], value)

    def test_symbol(self):
        address = int(self.text("sym -q linux_banner").split()[0], 16)
        self.assertEqual(self.document("eval linux_banner + 8")["decimal"], address + 8)

    def test_json(self):
        d = self.document("eval -b 0xff00")
        self.assertEqual((d["hexadecimal"], d["decimal"], d["octal"], d["bits"]),
                         ("0xff00", 65280, "177400", "15 14 13 12 11 10 9 8"))
        self.assertEqual(int(d["binary"], 2), 65280)

    def test_errors(self):
        for expression, message in [("1 +", "not complete"), ("(1", "is missing"), ("1 / 0", "division by zero"),
                                    ("no_such_symbol_here", "symbol not found"), ("1 2", "not an expression"),
                                    ("(" * 500 + "1", "nests too deep"), ("99999999999999999999", "symbol not found")]:
            with self.subTest(expression):
                if message == "symbol not found" and expression[0] == "9":
                    message = "not a number"
                self.assertIn(message, self.failure(f"eval {expression}"))
        self.assertIn("Usage: eval", self.failure("eval"))


class Ascii(Case):
    def test_value(self):
        self.assertEqual(self.text("ascii 62696c2f7273752f"), "62696c2f7273752f: /usr/lib\n")
        self.assertEqual(self.text("ascii 0x4100 1"), "4100: .A\n1: .\n")
        self.assertEqual(self.document("ascii 62696c2f7273752f")["values"],
                         [{"value": "0x62696c2f7273752f", "text": "/usr/lib"}])

    def test_table(self):
        table = self.document("ascii")["characters"]
        self.assertEqual([c["code"] for c in table], list(range(128)))
        self.assertEqual((table[0]["text"], table[65]["text"], table[127]["text"]), ("NUL", "A", "DEL"))

    def test_no_value(self):
        self.assertIn("not a hexadecimal value: xyz", self.failure("ascii xyz"))


class Pages(Case):
    def test_text(self):
        self.assertEqual(self.text("btop 1000000"), "1000000: 1000\n")
        self.assertEqual(self.text("ptob 1000"), "3e8: 3e8000\n")
        self.assertEqual(self.text("btop 512a000 fff"), "512a000: 512a\nfff: 0\n")

    def test_json(self):
        self.assertEqual(self.document("btop 1000000")["values"], [{"bytes": "0x1000000", "page": "0x1000"}])
        self.assertEqual(self.document("ptob 1000")["values"], [{"bytes": "0x3e8000", "page": "0x3e8"}])

    def test_errors(self):
        self.assertIn("Usage: btop", self.failure("btop"))
        self.assertIn("not a number: x", self.failure("ptob x"))
