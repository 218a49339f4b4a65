# SPDX-License-Identifier: GPL-2.0-or-later
"""All of crash's variables, and what they change; wr, alias, the chart of ascii, and rd -S: names of what words lead to."""
import os
import re
import tempfile

from crashes import guest
from test_memory import Memory

# help.c of crash 9.0.2
CRASH = ("scroll", "radix", "refresh", "print_max", "print_array", "console", "debug", "core", "hash", "silent", "edit",
         "namelist", "zero_excluded", "null-stop", "gdb", "scope", "offline", "redzone", "error")


class Variables(Memory):
    form = "d31-zlib"

    def run_text(self, *commands):
        answer = self.g.run(self.form, *commands)
        self.assertEqual(answer.status, 0, answer.messages)
        return answer

    def test_all_of_crash(self):
        listed = {v["name"]: v for v in self.json("set -v")["variables"]}
        self.assertLessEqual(set(CRASH), set(listed))
        text = self.text("set -v")
        for name in CRASH:
            self.assertRegex(text, rf"(?m)^ *{name}: \S")
        # what start-up files of crash say
        taken = ("refresh off", "console /dev/null", "core on", "hash off", "namelist vmlinux", "gdb off",
                 "scope vfs_write", "redzone off", "scroll less", "scroll more", "debug 0")
        out = self.run_text(*[f"set {t}" for t in taken]).text.splitlines()
        self.assertEqual(len(out), len(taken))
        self.assertEqual(out[0], "refresh: off  [no effect: the tasks of a live kernel are read once]")
        self.assertIn(f"scope: {self.symbols['vfs_write']:x} (vfs_write)", out[6])
        self.assertEqual(out[8:10], ["scroll: on (less)", "scroll: on (more)"])

    def test_several_on_one_line(self):
        self.assertEqual(self.text("set radix 16 print_max 3 silent"),
                         "radix: 16 (hexadecimal)\nprint_max: 3\nsilent: on\n")
        answer = self.g.run(self.form, "set radix 16 print_max x")
        self.assertIn("print_max: ", answer.messages)
        self.assertNotEqual(answer.status, 0)

    def test_null_stop(self):
        out = self.run_text("p init_task.comm", "set null-stop on", "p init_task.comm").text
        self.assertEqual(re.findall('"(.*)"', out), [r"swapper/0\000\000\000\000\000\000", "swapper/0"])

    def test_zero_excluded(self):
        """The helper's page is not in a dump of level 31."""
        address = self.strings["data"][0]
        rows = f"rd -u {address:x} 2"
        answer = self.g.run(self.form, f"set {self.helper}", rows)
        self.assertIn("<page excluded>", answer.text)
        answer = self.run_text(f"set {self.helper}", "set zero_excluded on", rows)
        self.assertTrue(answer.text.endswith(f"{address:016x}:  {0:016x} {0:016x}   ................\n"), answer.text)

    def test_errors_go_elsewhere(self):
        with tempfile.TemporaryDirectory() as folder:
            for word, here, there in (("default", True, ""), ("redirect", False, "rd: symbol not found: nosuch\n"),
                                      (f"{folder}/messages", False, "")):
                with self.subTest(word):
                    answer = self.g.run(self.form, f"set error {word}", f"rd nosuch > {folder}/out")
                    self.assertEqual("nosuch" in answer.messages, here)
                    with open(f"{folder}/out", encoding="utf-8") as f:
                        self.assertEqual(f.read(), there)
            with open(f"{folder}/messages", encoding="utf-8") as f:
                self.assertEqual(f.read(), "rd: symbol not found: nosuch\n")
            # not redirected: where it always was
            answer = self.g.run(self.form, "set error redirect", "rd nosuch")
            self.assertIn("nosuch", answer.messages)
            answer = self.g.run(self.form, "set error /no/such/folder/x")
            self.assertIn("cannot open /no/such/folder/x", answer.messages)

    def test_active(self):
        """A sleeping task taken for the one that its CPU ran."""
        d = self.many("set -a", "ps -A", "set -p")
        self.assertEqual((d[0]["pid"], d[0]["note"]), (self.helper, "ACTIVE"))
        running = [t["pid"] for t in d[1]["tasks"]]
        self.assertIn(self.helper, running)
        self.assertEqual(len(running), self.g.truth["facts"]["cpus"])
        answer = self.g.run(self.form, "set -a nonsense")
        self.assertIn("invalid task or pid value", answer.messages)

    def test_wr(self):
        for command, message in (("wr jiffies 1", "wr: not allowed on dumpfiles"),
                                 ("wr -p -32 1000 1", "wr: not allowed on dumpfiles"), ("wr jiffies", "Usage: wr"),
                                 ("wr -z jiffies 1", "Usage: wr"), ("wr", "Usage: wr")):
            answer = self.g.run(self.form, command)
            self.assertNotEqual(answer.status, 0)
            self.assertIn(message, answer.messages)

    def test_alias_origins(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "words")
            with open(path, "w", encoding="utf-8") as f:
                f.write("alias two btop 2000\n")
            out = self.run_text("alias one btop 1000", f"< {path}", "alias").text.splitlines()
        n = max(len(path), len("builtin"))
        self.assertIn(f"{'ORIGIN':{n}}  ALIAS    COMMAND", out)
        self.assertIn(f"{'runtime':{n}}  one      btop 1000", out)
        self.assertIn(f"{path:{n}}  two      btop 2000", out)
        self.assertEqual(self.json('alias px ""'), {"command": 'alias px ""', "deleted": "px", "ok": True})

    def test_ascii_chart(self):
        lines = self.text("ascii").splitlines()
        self.assertEqual(lines[1], "      0    1   2   3   4   5   6   7")
        self.assertEqual(lines[4].rstrip(), "  1 | SOH DC1  !   1   A   Q   a   q")
        self.assertEqual(len(lines), 19)


class Widths(Memory):
    """A number of a 32-bit kernel has 32 digits in binary, unless 64 are asked for."""

    form = "elf"

    @classmethod
    def setUpClass(cls):
        cls.g = guest("mips")

    def test_eval(self):
        self.assertEqual(self.json("eval 5")["binary"], f"{5:032b}")
        self.assertEqual(self.json("eval -l 5")["binary"], f"{5:064b}")
        self.assertEqual(self.json("eval -b -l 5")["bits"], "2 0")


class Names(Memory):
    """rd -s, -S and -SS of an item of the test module's list."""

    form = "d31-zlib"

    @classmethod
    def setUpClass(cls):
        cls.g = guest("amd64-module-kdump")
        cls.told = cls.g.truth["module_objects"]

    def words(self, option, address):
        (row,) = [l for l in self.text(f"rd {option} {address:x} 2").splitlines()]
        return row.split(":  ")[1].split()[:2]

    def test_slab(self):
        # name[16] behind the number, then the list's pointers; the first item is behind the head
        first, head = int(self.told["list_item_0"], 16), int(self.told["list"], 16)
        second = int(self.told["list_item_1"], 16)
        at = first + 24
        self.assertEqual(self.words("", at), [f"{second + 24:016x}", f"{head:016x}"])
        self.assertEqual(self.words("-s", at), [f"{second + 24:016x}", "inquest_list"])
        self.assertEqual(self.words("-S", at), ["[kmalloc-64]", "inquest_list"])
        self.assertEqual(self.words("-SS", at), [f"[{second + 24:x}:kmalloc-64]", "inquest_list"])
        item = int(self.told["cache_item_0"], 16)
        (document,) = [self.json(f"search -x 1 -s {first:x} -l 64 {head:x}")]
        self.assertEqual([m["address"] for m in document["matches"]], [f"0x{at + 8:x}"])
        (walk,) = self.json(f"vtop {item:x}")["addresses"]
        self.assertEqual(walk["space"], "kernel")
