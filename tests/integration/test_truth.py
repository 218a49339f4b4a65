# SPDX-License-Identifier: GPL-2.0-or-later
"""Saved dumps held to what the guest said before it died: a class for each guest and format (told.py), and what is
true of one guest alone."""
import itertools
import os
import re
import unittest

from crashes import guest
from inquest import run
from told import case, formats

# Each guest in its first format; every guest of the build machine's own architecture in all. ci/matrix has every cell.
_first = {}
for _name, _form in formats():
    if _first.setdefault(_name, _form) == _form or _name.startswith("amd64-"):
        _label, _class = case(_name, _form, __name__)
        globals()[_label] = _class


class Everything(unittest.TestCase):
    def test_formats(self):
        """The recipes save what is to be tested."""
        wanted = {"elf", "kdump-zlib", "vmcore", "d31-zlib", "d31-lzo", "d31-elf", "d31-flat", "d31-split", "d1-zlib",
                  "d31-raw"}
        self.assertLessEqual(wanted, {form for _, form in formats()})


class Split(unittest.TestCase):
    def test_any_order(self):
        g = guest("amd64-kdump")
        parts = [os.path.join(g.folder, p) for p in g.truth["dumps"]["d31-split"]]
        self.assertEqual(len(parts), 3)
        want = None
        for order in itertools.permutations(parts):
            text = run("-s", *order, g.vmlinux, "-c", "ps", "-c", "bt", check=0).stdout
            want = want or text
            self.assertEqual(text, want)

    def test_part_missing(self):
        """Two parts of three: the banner says so, lists say where they break, and the session goes on."""
        g = guest("amd64-kdump")
        parts = [os.path.join(g.folder, p) for p in g.truth["dumps"]["d31-split"]]
        for missing in range(3):
            with self.subTest(missing=missing + 1):
                some = parts[:missing] + parts[missing + 1:]
                p = run("-s", *some, g.vmlinux, "-c", "sys", "-c", "ps", "-c", "btop 2000", check=0)
                self.assertRegex(p.stdout, r"(?m)^ +DUMPFILES?: .*\n?.*\[PART MISSING\]$")
                self.assertIn("(lost: the dump is incomplete)", p.stderr)
                self.assertTrue(p.stdout.endswith("2000: 2\n"), p.stdout)


class Module(unittest.TestCase):
    """bt -l with the test module's debug file: the lines that its source marks."""

    def frames(self, name, form, *load, options=("-s",)):
        g = guest(name)
        load = [c.format(debug=f"{g.folder}/module/debug") for c in load]
        options = [o.format(debug=f"{g.folder}/module/debug") for o in options]
        answer = g.run(form, *load, "bt -l", options=options, as_json=True)
        self.assertEqual(answer.status, 0, answer.messages)
        return answer.documents[-1]["tasks"][0]["frames"], g.truth["marks"]

    def line_of(self, frames, mark, functions=()):
        """The frame of the marked function; its file is as the compiler was told, its last part the module's source."""
        found = [f for f in frames if f.get("function") == mark["function"]]
        self.assertTrue(found, mark)
        for frame in found:
            self.assertEqual((frame["file"].rpartition("/")[2], frame["line"]), (mark["file"], mark["line"]))

    def test_oops(self):
        for name, form in ("amd64-module", "elf"), ("amd64-module-kdump", "vmcore"), ("amd64-module-kdump", "d31-zlib"):
            with self.subTest(name=name, form=form):
                frames, marks = self.frames(name, form, "mod -s inquest_test {debug}/inquest_test.ko")
                for mark in "FAULT LINE", "LEVEL TWO CALL", "LEVEL ONE CALL":
                    self.line_of(frames, marks[mark])
                first = next(f for f in frames if f.get("module") == "inquest_test")
                self.assertEqual(first["function"], marks["FAULT LINE"]["function"], "innermost of the module")

    def test_by_folder(self):
        """--mod DIR says where debug files are; mod -s and mod -S find the module there."""
        for load in "mod -s inquest_test", "mod -S {debug}", "mod -S":
            with self.subTest(load):
                frames, marks = self.frames("amd64-module-kdump", "d31-zlib", load, options=("-s", "--mod", "{debug}"))
                self.line_of(frames, marks["FAULT LINE"])

    def test_text(self):
        g = guest("amd64-module-kdump")
        mark = g.truth["marks"]["FAULT LINE"]
        text = g.run("d31-zlib", f"mod -s inquest_test {g.folder}/module/debug/inquest_test.ko", "bt -l").text
        # As in crash, the function that an exception interrupted is named with its registers, not by a frame line.
        self.assertRegex(text, rf"(?m)^    \[exception RIP: {mark['function']}\+\d+\]\n"
                               rf"    \S*/{re.escape(mark['file'])}: {mark['line']}\n    RIP: ")

    def test_interrupt(self):
        for form in "vmcore", "d31-zlib":
            frames, marks = self.frames("amd64-irq", form, "mod -s inquest_test {debug}/inquest_test.ko")
            for mark in "FAULT LINE", "LEVEL TWO CALL", "LEVEL ONE CALL", "TICK CALL":
                self.line_of(frames, marks[mark])

    def test_overflow(self):
        frames, marks = self.frames("amd64-overflow", "elf", "mod -s inquest_test {debug}/inquest_test.ko")
        mark = marks["DEEPER CALL"]
        deeper = [f for f in frames if f.get("function") == mark["function"]]
        self.assertGreater(len(deeper), 40)
        # the innermost did not come as far as that line
        for frame in deeper[1:]:
            self.assertEqual((frame["file"].rpartition("/")[2], frame["line"]), (mark["file"], mark["line"]))

    def test_mutexes(self):
        """Two tasks, each waiting for the mutex that the other holds."""
        for name, form in ("amd64-mutex", "elf"), ("amd64-mutex-kdump", "d31-zlib"), ("amd64-mutex-kdump", "vmcore"):
            with self.subTest(name=name, form=form):
                g = guest(name)
                answer = g.run(form, f"mod -s inquest_test {g.folder}/module/debug/inquest_test.ko", "foreach UN bt -l",
                               as_json=True)
                self.assertEqual(answer.status, 0, answer.messages)
                waiting = {t["command"]: t["frames"] for t in answer.documents[-1]["tasks"]}
                self.assertEqual(set(waiting), {"inq-left", "inq-right"})
                for task, mark in ("inq-left", "LEFT LINE"), ("inq-right", "RIGHT LINE"):
                    self.line_of(waiting[task], g.truth["marks"][mark])
                    functions = [f["function"] for f in waiting[task]]
                    taker = functions.index(g.truth["marks"][mark]["function"])
                    self.assertEqual(functions[0], "__schedule")
                    self.assertTrue(any("mutex_lock" in f for f in functions[:taker]), functions)


class Stacks(unittest.TestCase):
    def test_interrupt(self):
        """From the interrupt's stack to the task's, once, at the frame of the interrupt's entry."""
        for form in "vmcore", "d31-zlib":
            g = guest("amd64-irq")
            # the outermost one: the interrupt may have come while another one was at its end
            told = [f for f in g.truth["panic"]["frames"] if f.get("interrupted")][-1]
            lines = g.text(form, "bt").splitlines()
            (at,) = [i for i, l in enumerate(lines) if l.startswith("---")]
            self.assertEqual(lines[at], "--- <IRQ stack> ---")
            self.assertRegex(lines[at + 1], r"^#\d+ \[[0-9a-f]{16}\] asm_sysvec_apic_timer_interrupt at ")
            self.assertIn(f"    [exception RIP: {told['function']}+{told['offset']}]", lines[at + 2:])

    def test_overflow(self):
        lines = guest("amd64-overflow").text("elf", "bt").splitlines()
        (at,) = [i for i, l in enumerate(lines) if l.startswith("---")]
        self.assertRegex(lines[at], r"^--- <(#DF|DF|DOUBLE ?FAULT)[^>]*stack> ---$")
        self.assertRegex(lines[at + 1], r"^ *#\d+ \[[0-9a-f]{16}\] inquest_deeper at ")


if __name__ == "__main__":
    unittest.main()
