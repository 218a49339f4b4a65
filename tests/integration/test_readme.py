# SPDX-License-Identifier: GPL-2.0-or-later
"""The sessions that README.md shows run as written: every command of a block, in one session, gives what stands there.

What differs from boot to boot (addresses, times, counts) is compared as a number only.
"""
import os
import re
import tempfile
import unittest

from inquest import TOP, Guest, run

GUEST = Guest("amd64-module-kdump")
PROMPT = "inquest> "


def sessions():
    """The blocks of README.md that begin with a call of the tool: the words of the call, what follows it."""
    with open(f"{TOP}/README.md", encoding="utf-8") as f:
        blocks = re.findall(r"^```\n\$ inquest (.*)\n((?:.*\n)*?)```$", f.read(), re.M)
    return [(words, text) for words, text in blocks]


def plain(text):
    """Lines without blank ones; numbers, times of day and the order of magnitude of blanks do not count."""
    lines = []
    for line in text.splitlines():
        line = re.sub(r"\b(0x)?(?=[0-9a-f]*[0-9])[0-9a-f]{8,16}\b", "H", line)
        line = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3}\b", "D", line)
        line = re.sub(r"-?(0x[0-9a-f]+|\d+(\.\d+)?)", "N", line)
        line = re.sub(r"\s+", " ", line).strip()
        if line:
            lines.append(line)
    return lines


class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inquest-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.symlink(GUEST.vmlinux, f"{self.folder}/vmlinux")
        os.symlink(GUEST.dump("d31-zlib"), f"{self.folder}/vmcore")
        os.symlink(f"{GUEST.folder}/module/debug", f"{self.folder}/mods")

    def test_session(self):
        words, text = sessions()[0]
        self.assertEqual(words, "vmlinux vmcore")
        banner, *parts = text.split(PROMPT)
        commands = [p.split("\n", 1)[0] for p in parts]
        # Not a terminal: a session from standard input, with marks between the answers.
        marked = "".join(f"!echo @@{i}\n{c}\n" for i, c in enumerate(commands))
        p = run(*words.split(), stdin=marked, cwd=self.folder, check=0)
        got_banner, *got = re.split(r"^@@\d+\n", p.stdout, flags=re.M)
        self.assertEqual(len(got), len(commands), p.stdout[-1000:])
        self.assertEqual(plain(got_banner), plain(banner))
        for command, want, answer in zip(commands, parts, got):
            with self.subTest(command=command):
                self.assertEqual(plain(answer), plain(want.split("\n", 1)[1]))

    def test_script(self):
        words, text = sessions()[1]
        # The pid of the task is one of that boot.
        p = run(*re.match(r"(.*) -c '", words).group(1).split(), "-c", f"ps {GUEST.truth['panic']['task']['pid']}",
                cwd=self.folder, check=0)
        names = re.compile(r'"(\w+)":')
        self.assertEqual(names.findall(p.stdout), names.findall(text))


if __name__ == "__main__":
    unittest.main()
