# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps with bytes flipped at random (from fixed seeds): whatever the answers, no crash, no hang, an honest status."""
import os
import random
import shutil
import tempfile
import unittest

from inquest import Guest, run

COMMANDS = ("sys", "bt -a", "ps", "mod", "log", "foreach bt -FF", "bt -a -T", "bt -E", "task -R comm", "vtop -u 400000",
            "rd -S init_task 64", "p init_task.tasks", "set", "list -h init_task task_struct.tasks -s task_struct.comm",
            "tree -t radix -r pid_namespace.idr init_pid_ns")
ROUNDS = 4


class Flipped(unittest.TestCase):
    """Each round flips, clears, sets or replaces some bytes: of the headers mostly, where they do the most harm."""

    def flip(self, f, size, dice):
        for _ in range(dice.choice((1, 5, 50, 2000))):
            at = dice.randrange(min(size, dice.choice((8192, 65536, 4 << 20, size))))
            f.seek(at)
            old = f.read(1)[0]
            f.seek(at)
            f.write(bytes([dice.choice((0, 255, old ^ (1 << dice.randrange(8)), dice.randrange(256)))]))

    def check(self, name, form, seed):
        guest = Guest(name)
        source = guest.dump(form)
        words = [w for c in COMMANDS for w in ("-c", c)]
        with tempfile.TemporaryDirectory() as folder:
            for i in range(ROUNDS):
                copy = f"{folder}/{form}"
                shutil.copyfile(source, copy)
                with open(copy, "r+b", buffering=0) as f:
                    self.flip(f, os.path.getsize(copy), random.Random(f"{seed}/{i}"))
                with self.subTest(seed=seed, round=i):
                    answer = run("-s", guest.vmlinux, copy, *words, timeout=120)
                    self.assertIn(answer.returncode, (0, 1, 2))

    def test_kdump(self):
        self.check("amd64-module-kdump", "d31-zlib", "kdump")

    def test_flattened(self):
        self.check("amd64-kdump", "d31-flat", "flat")

    def test_lzo(self):
        self.check("amd64-kdump", "d31-lzo", "lzo")

    def test_split_alone(self):
        self.check("amd64-kdump", "d31-split.3", "split")


if __name__ == "__main__":
    unittest.main()
