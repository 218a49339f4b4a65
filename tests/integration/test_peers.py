# SPDX-License-Identifier: GPL-2.0-or-later
"""Layouts of structures and values of every kind, held to gdb's answers (tests/peers/ask) about every kernel."""
import json
import re
import subprocess
import sys
import unittest

from inquest import TOP, run

sys.path.insert(0, f"{TOP}/tests/peers")
import answers  # noqa: E402
import questions  # noqa: E402

ENOUGH_STRUCTS, ENOUGH_VALUES = 200, 50


def kernels():
    try:
        return answers.all_kernels()
    except (OSError, subprocess.SubprocessError, answers.cache.CorpusError):
        return []


class Peers(unittest.TestCase):
    """One test of each kind for each kernel; made below."""

    def answered(self, kernel):
        if not kernel.path.exists():
            self.skipTest(f"gdb was not asked: tests/peers/ask {kernel.guest}")
        return json.loads(kernel.path.read_text(encoding="utf-8"))

    def layouts(self, kernel):
        wanted = {n: a for n, a in self.answered(kernel)["layouts"].items() if "error" not in a and a["size"]}
        self.assertGreaterEqual(len(wanted), ENOUGH_STRUCTS)
        dump = next(iter(kernel.truth["dumps"].values()))
        files = [str(kernel.folder / f) for f in ([dump] if isinstance(dump, str) else dump)]
        commands = [w for n in wanted for w in ("-c", f"struct {n}")]
        out = run("-s", "--json", *commands, str(kernel.vmlinux), *files).stdout
        documents = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(documents), len(wanted))
        for (name, answer), document in zip(wanted.items(), documents):
            with self.subTest(f"{kernel.kernel}: struct {name}"):
                found, = document.get("types", [{}])
                self.assertEqual(found.get("size"), answer["size"])
                members = [[m.get("name") or "", m.get("bit_offset", 8 * m["offset"]), m.get("bit_size", 0), m["size"]]
                           for m in found["members"]]
                self.assertEqual(members, answer["members"])

    def values(self, kernel):
        answered = self.answered(kernel)
        wanted = {q: a["text"] for q, a in answered["values"].items() if "text" in a}
        self.assertGreaterEqual(len(wanted), ENOUGH_VALUES)
        start, end = answered["image"]

        def alike(text):
            """Without what gdb does not know: modules, symbols without a size, numbers in names of static variables."""
            text = re.sub(r"(0x[0-9a-f]+) <([^>]*)>", lambda m: m[0] if start <= int(m[1], 16) < end and
                          m[2] not in kernel.sizeless else m[1], text)
            # GCC's DWARF has functions begin behind the instructions that are there to be patched
            if kernel.truth["target"] in ("arm64", "riscv64"):
                text = re.sub(r"0x[0-9a-f]+ (?=<vfs_write>)", "", text)
            return re.sub(r"(<\w+)\.\d+\b", r"\1", text)

        commands = []
        for question in wanted:
            letter, text = re.fullmatch(r"(/\w )?(.*)", question).groups()
            text = re.sub(r"\{percpu:(\w+)\}", r"\1:0" if answered["smp"] else r"\1", text)
            # outside of parentheses these belong to the shell
            text = f"({text})" if re.search(r"[<>|&]", text) else text
            commands += ["-c", f"p {letter or ''}{text}", "-c", "!echo @@"]
        out = run("-s", *commands, str(kernel.vmlinux), str(kernel.dump)).stdout
        found = [re.sub(r"^(.*? = )?\$\d+ = ", "", text.strip("\n"), count=1) for text in out.split("@@\n")][:-1]
        self.assertEqual(len(found), len(wanted))
        for (question, answer), text in zip(wanted.items(), found):
            with self.subTest(f"{kernel.kernel}: p {question}"):
                self.assertEqual(alike(text), alike(answer))


def add(kernel):
    name = re.sub(r"\W", "_", kernel.kernel)
    setattr(Peers, f"test_layouts_{name}", lambda self: self.layouts(kernel))
    if kernel.dump:
        setattr(Peers, f"test_values_{name}", lambda self: self.values(kernel))


for each in kernels():
    add(each)


if __name__ == "__main__":
    unittest.main()
