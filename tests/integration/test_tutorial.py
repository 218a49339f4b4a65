# SPDX-License-Identifier: GPL-2.0-or-later
"""The flow that introductions to crash dumps teach, from one command's answer to the next one's question, on each target.

From a process to one of its open files (what it is, its helper knows), to the file's operations, to their code and source.
"""
import os
import re
import tempfile
import unittest

from crashes import guest
from inquest import run

# A target of each kind, and the dump that is opened.
DUMPS = {"amd64-module-kdump": "d31-zlib", "arm64": "kdump-zlib", "armhf-lpae": "elf", "i386-pae": "elf", "mips": "elf",
         "mips64el": "elf", "ppc64el": "kdump-zlib", "riscv64": "elf", "s390x": "elf"}
SOURCE = "".join(f"line {n} of the source\n" for n in range(1, 600))


class Tutorial(unittest.TestCase):
    def flow(self, name):
        g, form = guest(name), DUMPS[name]
        truth = g.truth
        pid = next(t["pid"] for t in truth["tasks"] if t["comm"] == "inq-helper" and t["pid"] == t["tgid"])
        (fd,) = truth["helper"]["fds"]["eventfd"]

        def ask(*commands, options=()):
            answer = g.run(form, *commands, options=("-s", *options))
            self.assertEqual(answer.status, 0, f"{commands}: {answer.messages}")
            return answer.text

        context = ask(f"set {pid}")
        self.assertRegex(context, rf"PID: {pid}\nCOMMAND: \"inq-helper\"")
        task = re.search(r"TASK: ([0-9a-f]+)", context)[1]
        self.assertIn("schedule", ask(f"set {pid}", "bt").split("COMMAND", 2)[2])

        printed = ask(f"p ((struct task_struct *)0x{task})->files->fdt->fd[{fd}]")
        file = re.fullmatch(r"\$1 = \(struct file \*\) 0x([0-9a-f]+)\n", printed)[1]
        (line,) = ask(f"struct file {file} | grep -w f_op").splitlines()
        operations, symbol = re.fullmatch(r"  f_op = 0x([0-9a-f]+) <(\w+)>,", line).groups()
        self.assertEqual(symbol, "eventfd_fops")
        self.assertRegex(ask(f"sym {operations}"), rf"^0*{operations} \([a-zA-Z]\) eventfd_fops\b")
        self.assertRegex(ask(f"p {symbol}"), r"^eventfd_fops = \$1 = \{\n(.*\n)*  release = 0x[0-9a-f]+ <eventfd_release>,\n")
        self.assertRegex(ask("p tty_fops"), r"\n  open = 0x[0-9a-f]+ <tty_open>,\n")
        self.assertRegex(ask("dis -l eventfd_release 3"), r"^\S*fs/eventfd\.c: \d+\n0x[0-9a-f]+ <eventfd_release>:\t")
        self.source(ask, int(re.search(r"eventfd\.c: (\d+)", ask("dis -l eventfd_release 1"))[1]))
        return g, form

    def source(self, ask, number):
        """dis -s finds the file in a tree that was named, and marks the line."""
        with tempfile.TemporaryDirectory(prefix="inquest-tree-") as tree:
            os.mkdir(f"{tree}/fs")
            with open(f"{tree}/fs/eventfd.c", "w", encoding="ascii") as f:
                f.write(SOURCE)
            text = ask("dis -s eventfd_release", options=("--src", tree))
        self.assertRegex(text, rf"^FILE: \S*fs/eventfd\.c\nLINE: {number}\n")
        self.assertIn(f"* {number} line {number} of the source", re.sub(r" +", " ", text))

    def test_batch(self):
        """The commands of a file by <, the current task stays the one that was set."""
        g, form = self.flow("amd64-module-kdump")
        pid = g.truth["panic"]["task"]["pid"]
        with tempfile.NamedTemporaryFile("w", suffix=".commands") as f:
            f.write(f"# what a support engineer keeps\nset {pid}\nbt\nmod -S {g.folder}/module/debug\n"
                    "p inquest_nothing\ndis -l inquest_level_three 2\n")
            f.flush()
            paths = [os.path.join(g.folder, part) for part in g.truth["dumps"][form]]
            text = run("-s", g.vmlinux, *paths, stdin=f"set 1\n< {f.name}\nset\n", check=0).stdout
        self.assertRegex(text, r"\binquest_level_two at [0-9a-f]+ \[inquest_test\]")
        self.assertRegex(text, r"\ninquest_test .*/inquest_test\.ko\n|inquest_test +[0-9a-f]+ +\d+ +\S+inquest_test\.ko\n")
        self.assertRegex(text, r"\ninquest_nothing = \$1 = \(struct inquest_item \*\) 0x0\n")
        self.assertRegex(text, r"\n\S*inquest_test\.c: \d+\n0x[0-9a-f]+ <inquest_level_three>:\t")
        self.assertRegex(text, rf"    PID: {pid}\nCOMMAND: \"inq-trigger\"\n(.*\n)*$")


def add(name):
    def test(self):
        self.flow(name)
    setattr(Tutorial, "test_" + name.replace("-", "_"), test)


for n in DUMPS:
    if n != "amd64-module-kdump":
        add(n)

if __name__ == "__main__":
    unittest.main()
