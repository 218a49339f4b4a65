# SPDX-License-Identifier: GPL-2.0-or-later
"""ci/matrix: what it makes of cells beside those that were accepted, and its table."""
import importlib.machinery
import importlib.util
import sys
import unittest

from inquest import TOP


def load():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("matrix", f"{TOP}/ci/matrix")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("matrix", loader))
    loader.exec_module(module)
    return module


def cell(state, why=""):
    return {"state": state, "why": why}


class Judge(unittest.TestCase):
    def lines(self, now, before, **more):
        table = {"guest": {"elf": {"bt": cell(now, "why so")}}}
        accepted = {"guest/elf": {"bt": before}} if before else {}
        return load().judge(table, accepted, **more)

    def test_cells(self):
        for now, before, want in [
                ("pass", "pass", "ok matrix.guest.elf.bt"), ("pass", "fail", "ok matrix.guest.elf.bt"),
                ("pass", None, "ok matrix.guest.elf.bt"),
                ("fail", "pass", "not ok matrix.guest.elf.bt: why so"), ("fail", None, "not ok matrix.guest.elf.bt: why so"),
                ("impossible", "pass", "not ok matrix.guest.elf.bt: why so"),
                ("fail", "fail", "skip matrix.guest.elf.bt: fail: why so"),
                ("impossible", "impossible", "skip matrix.guest.elf.bt: impossible: why so"),
                ("impossible", None, "skip matrix.guest.elf.bt: impossible: why so")]:
            with self.subTest(now=now, before=before):
                self.assertEqual(self.lines(now, before), [want])

    def test_row_gone(self):
        accepted = {"guest/elf": {"bt": "pass"}, "other/elf": {"bt": "pass"}}
        table = {"guest": {"elf": {"bt": cell("pass")}}}
        self.assertEqual(load().judge(table, accepted)[1:],
                         ["not ok matrix.other.elf: the corpus has no such dump any more"])
        self.assertEqual(len(load().judge(table, accepted, whole=False)), 1)

    def test_accepting(self):
        self.assertEqual(self.lines("fail", None, accepting=True), ["skip matrix.guest.elf.bt: fail: why so"])

    def test_markdown(self):
        table = {"one": {"elf": {"bt": cell("pass"), "ps": cell("fail", "no task")}},
                 "two": {"elf": {"bt": cell("impossible", "no stack"), "ps": cell("pass")}}}
        text = load().markdown(table)
        self.assertIn("| guest | format | bt | ps |\n", text)
        self.assertIn("| one | elf | ✓ | ✗ |\n| two | elf | – | ✓ |\n", text)
        self.assertIn("2 passed, 1 failed, 1 impossible.", text)
        self.assertIn("- ✗ ps: no task (one/elf)", text)


if __name__ == "__main__":
    unittest.main()
