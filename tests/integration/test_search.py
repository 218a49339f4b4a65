# SPDX-License-Identifier: GPL-2.0-or-later
"""search: known memory of the guests, crash's shapes, and the same values as JSON. What it finds in all dumps: told_search."""
import os
import re
import signal
import subprocess
import time
import unittest

from crashes import guest
from inquest import HOME, program
from test_memory import Memory


class Values(Memory):
    form = "d31-zlib"

    def matches(self, command):
        return [(int(m["address"], 16), int(m["value"], 16)) for m in self.json(command)["matches"]]

    def test_symbol(self):
        """Every place that holds the address, and what rd reads there."""
        found = self.matches("search init_task")
        at = self.symbols["init_task"]
        self.assertGreater(len(found), 10)
        self.assertEqual({v for _, v in found}, {at})
        self.assertEqual([a for a, _ in found], sorted({a for a, _ in found}))
        lines = self.text("search -k init_task").splitlines()
        self.assertEqual(lines, [f"{a:x}: {v:x} (init_task)" for a, v in found])
        rows = self.many(*[f"rd {a:x}" for a, _ in found[:40]])
        self.assertEqual({int(d["rows"][0]["words"][0], 16) for d in rows}, {at})
        # The same page is seen at two addresses at least: the image's own, and that of the direct map.
        image = [a for a, _ in found if a >= self.symbols["_text"]]
        walks = self.many(*[f"vtop {a:x}" for a, _ in found])
        physical = {a: d["addresses"][0]["physical"] for (a, _), d in zip(found, walks)}
        for a in image:
            self.assertGreaterEqual(sum(p == physical[a] for p in physical.values()), 2, f"{a:x}")

    def test_expression_and_several(self):
        one, other = self.matches("search init_task"), self.matches("search init_uts_ns")
        both = self.json("search (init_task+0) init_uts_ns 123456789abcdef1")["matches"]
        self.assertEqual(sorted((int(m["address"], 16), int(m["value"], 16)) for m in both), sorted(one + other))
        self.assertEqual({m["what"] for m in both}, {"init_task+0", "init_uts_ns"})
        self.assertIn(" (init_task+0)\n", self.text("search (init_task+0)"))
        at = self.symbols["init_task"]
        self.assertEqual(self.text(f"search {at:x}"), "".join(f"{a:x}: {v:x}\n" for a, v in one))

    def test_widths_and_masks(self):
        """linux_banner begins with "Linux version 6."."""
        at = self.symbols["linux_banner"]
        where = "-s linux_banner -l 16"
        self.assertEqual(self.matches(f"search {where} 65762078756e694c"), [(at, 0x65762078756e694c)])
        self.assertEqual(self.matches(f"search {where} -w 65762078"), [(at + 4, 0x65762078)])
        self.assertEqual(self.matches(f"search {where} -h 694c 6576"), [(at, 0x694c), (at + 6, 0x6576)])
        self.assertEqual(self.matches(f"search {where} -m ffffffffffff0000 694c"), [(at, 0x65762078756e694c)])
        self.assertEqual(self.matches(f"search {where} -w -m ffff 756e0000"), [(at, 0x756e694c)])
        self.assertEqual(self.matches(f"search -s linux_banner -e {at + 8:x} -h 6576"), [(at + 6, 0x6576)])
        self.assertEqual(self.matches(f"search -s linux_banner -e {at + 6:x} -h 6576"), [])
        # not at an address that is a multiple of the width
        self.assertEqual(self.matches(f"search {where} -w 756e694c 2078756e"), [(at, 0x756e694c)])

    def test_start_is_rounded(self):
        answer = self.g.run(self.form, "search -s linux_banner+3 -l 8 65762078756e694c")
        at = self.symbols["linux_banner"]
        self.assertEqual(answer.text, f"{at:x}: 65762078756e694c\n")
        self.assertIn(f"rounding down start address to: {at:x}", answer.messages)

    def test_context(self):
        """As rd shows what stands before and behind."""
        at = self.symbols["linux_banner"] + 8
        out = self.text("search -s linux_banner -l 16 -x 2 2e36206e6f697372")
        before, after = self.text(f"rd {at - 16:x} 2"), self.text(f"rd {at + 8:x} 2")
        self.assertEqual(out, f"{before}{at:016x}:  2e36206e6f697372\n{after}\n")
        (match,) = self.json("search -s linux_banner -l 16 -x 2 2e36206e6f697372")["matches"]
        self.assertEqual([int(r["address"], 16) for r in match["rows"]], [at - 16, at, at + 8])

    def test_missing_pages(self):
        answer = self.g.run(self.form, "search 123456789abcdef1")
        self.assertEqual((answer.status, answer.text), (0, ""))
        (missing, pages, excluded), = re.findall(r"(\d+) of (\d+) pages could not be searched: (\d+) excluded",
                                                 answer.messages)
        self.assertEqual(missing, excluded)
        self.assertLess(int(missing), int(pages))
        d = self.json("search 123456789abcdef1")
        self.assertEqual((d["bytes_missing"], d["bytes_searched"] + d["bytes_missing"]),
                         (int(missing) * 4096, int(pages) * 4096))

    def test_spaces(self):
        """-K and -V share out what -k has."""
        of = {o: self.matches(f"search -{o} init_task") for o in "kKV"}
        self.assertEqual(sorted(of["K"] + of["V"]), of["k"])
        self.assertEqual(of["K"][-1][0] >= self.symbols["_text"], True)
        answer = self.g.run(self.form, 'search -V -c "Linux version 6.1"')
        self.assertNotIn(f"{self.symbols['linux_banner']:x}", answer.text)

    def test_stacks(self):
        tasks = self.json("search -t -w 57ac6e9d")["tasks"]
        running = {r["pid"] for r in self.json("ps")["tasks"] if r["running"]}
        active = self.json("search -T -w 57ac6e9d")["tasks"]
        self.assertEqual({t["pid"] for t in active}, running)
        self.assertGreater(len(tasks), len(active))
        text = self.text("search -t -w 57ac6e9d")
        header = re.compile(r'^PID: (\d+) +TASK: ([0-9a-f]{16})  CPU: \d+ +COMMAND: "[^"]+"\n([0-9a-f]+: 57ac6e9d\n)+$')
        blocks = text.split("\n\n")
        self.assertEqual(len(blocks), len(tasks))
        for block, task in zip(blocks, tasks):
            got = header.match(block.rstrip("\n") + "\n")
            self.assertTrue(got, block)
            self.assertEqual(int(got[1]), task["pid"])

    def test_errors(self):
        for command, message in (
                ("search", "Usage: search"), ("search -k", "Usage: search"), ("search -z 1", "Usage: search"),
                ("search -h 12345", "value too large for -h option: 12345"),
                ("search -w 123456789", "value too large for -w option: 123456789"),
                ("search -h -m 12345 1", "the mask 12345 is wider than 16 bits"),
                ("search nosuchsymbol", "symbol not found: nosuchsymbol"),
                ("search -s 1000 1", "invalid kernel virtual address: 1000"),
                ("search -s linux_banner -e linux_banner 1", "is below starting address"),
                ("search -e 0 1", "invalid ending address: 0"),
                ("search -s linux_banner -e jiffies -l 8 1", "-e and -l both"),
                ("search -t -s linux_banner 1", "-t option cannot be used with other memory-selection options"),
                ("search -c -x 2 abc", "-x option is not allowed with -c"),
                ("search -x 5000 1", "context value 5000 is too large: maximum is 512"),
                ('search -c ""', "an empty string")):
            with self.subTest(command):
                answer = self.g.run(self.form, command)
                self.assertNotEqual(answer.status, 0)
                self.assertIn(message, answer.messages)
        answer = self.g.run(self.form, "set 2", "search -u 1")
        self.assertIn("current context has no user address space", answer.messages)
        answer = self.g.run(self.form, "search -h -w -s linux_banner -l 8 65762078")
        self.assertIn("-w takes the place of -h", answer.messages)


class Texts(Memory):
    def test_user(self):
        """Each of the helper's texts, one of them across two pages."""
        for name, (address, text) in self.strings.items():
            if text.startswith("inquest:"):
                (document,) = self.many(f'search -u -c "{text}"')
                self.assertIn(address, [int(m["address"], 16) for m in document["matches"]], name)
                self.assertEqual({m["what"] for m in document["matches"]}, {text})
        address, text = self.strings["anonymous"]
        self.assertLess(address & 0xfff, 0x1000)
        self.assertGreater((address & 0xfff) + len(text), 0x1000)
        answer = self.many(f'search -u -c "{text}" -s {address:x} -l {len(text)}', as_json=False)
        self.assertEqual(answer.text.splitlines()[-1][:len(f"{address:x}: {text}")], f"{address:x}: {text}")
        (document,) = self.many(f'search -u -c "{text}" -s {address:x} -l {len(text) - 1}')
        self.assertEqual(document["matches"], [])

    def test_words_of_a_process(self):
        """The helper's numbers."""
        address, text = self.strings["numbers"]
        for i, word in enumerate(text.split()[:2]):
            (document,) = self.many(f"search -u {word}")
            self.assertIn((address + 8 * i, word), [(int(m["address"], 16), m["value"][2:])
                                                    for m in document["matches"]])

    def test_kernel(self):
        at = self.symbols["linux_banner"]
        out = self.text('search -s linux_banner -l 100 -c version "(debian-kernel@"')
        banner = self.text(f"rd -8 {at:x} 120")
        whole = "".join(l[-16:] for l in banner.splitlines())[:120]
        places = [6, whole.index("(debian-kernel@")]
        self.assertEqual(out, "".join(f"{at + i:x}: {whole[i:i + 56]}\n" for i in places))

    def test_physical(self):
        (walk,) = self.json("vtop linux_banner")["addresses"]
        physical = int(walk["physical"], 16)
        found = [int(m["address"], 16) for m in self.json('search -p -c "Linux version 6.1"')["matches"]]
        self.assertIn(physical, found)
        line = next(l for l in self.text(f'search -p -s {physical:x} -l 4096 -c "Linux version"').splitlines())
        self.assertTrue(line.startswith(f"{physical:x}: Linux version 6.1"), line)

    def test_nothing_is_cut(self):
        answer = self.many('search -m ff -s linux_banner -l 100 -c Linux', as_json=False)
        self.assertIn("mask ignored on string search", answer.messages)
        self.assertIn(": Linux version", answer.text)


class Mirrors(Memory):
    """32-bit MIPS shows the same memory at 80000000, and at a0000000, past the caches: nobody's pointers lead there."""

    form = "elf"

    @classmethod
    def setUpClass(cls):
        cls.g = guest("mips")

    def places(self, options):
        return [int(m["address"], 16) for m in self.json(f'search {options} -c "Linux version 6.1"')["matches"]]

    def test_only_if_named(self):
        found = self.places("-k")
        self.assertTrue(found)
        self.assertEqual([a for a in found if 0xa0000000 <= a < 0xc0000000], [])
        self.assertEqual(self.places("-s a0000000 -l 536870912"), [a + 0x20000000 for a in found if a < 0xa0000000])


class Interrupted(unittest.TestCase):
    def test_ends_soon(self):
        g = guest("amd64-kdump")
        # all zeros of memory, with what stands around each
        p = subprocess.Popen([program(), "-s", "-c", "search -p -x 8 0", g.vmlinux, g.dump("vmcore")],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "HOME": HOME})
        p.stdout.read(100000)
        p.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, messages = p.communicate(timeout=60)
        self.assertLess(time.monotonic() - start, 10)
        self.assertIn(b"interrupted", messages)
        self.assertGreater(p.returncode, 0)
