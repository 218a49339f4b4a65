# SPDX-License-Identifier: GPL-2.0-or-later
"""bt's views of stacks (-f -F -t -T -r -A), -R, -I and -S: shapes, JSON, wrong words. Their truth is in told_bt.py."""
import re
import unittest

from crashes import guest
from test_ps import HEADER, records

ROW = r"    [0-9a-f]{16}:( [0-9a-f]{16}){1,2}"
NARROW = r"    [0-9a-f]{8}:( [0-9a-f]{8}){1,4}"
NAMED = r"    [0-9a-f]{16}: \S+( +\S+)?"
WORD = r"  \[([0-9a-f]{16})\] (\S+?)(\+\d+|\+0x[0-9a-f]+)? at ([0-9a-f]{16})( \[\S+\])?"
FRAME = r"( #\d|#\d\d+) \[([0-9a-f]{16})\] .*"


class Memory(unittest.TestCase):
    name, form = "amd64-module-kdump", "d31-zlib"

    def setUp(self):
        self.g = guest(self.name)

    def text(self, command):
        return self.g.text(self.form, command)

    def json(self, command):
        return self.g.json(self.form, command)

    def failure(self, command):
        answer = self.g.run(self.form, command, options=("-s",))
        self.assertEqual((answer.status, answer.text), (1, ""))
        return answer.messages

    def test_words(self):
        """The lines of bt, and under each frame words that JSON has too."""
        text = self.text("bt -f")
        rows = [l for l in text.splitlines() if re.fullmatch(ROW, l)]
        self.assertEqual("".join(l + "\n" for l in text.splitlines() if l not in rows), self.text("bt"))
        frames = self.json("bt -f")["tasks"][0]["frames"]
        told = [f"    {r['address'][2:]}: {' '.join(w[2:].zfill(16) for w in r['words'])}"
                for f in frames for r in f["memory"]]
        self.assertEqual(rows, told)
        self.assertNotIn("names", frames[1]["memory"][0])

    def test_places(self):
        """On x86_64 the last word of a frame is the address that it returns to."""
        frames = self.json("bt -f")["tasks"][0]["frames"]
        compared = 0
        for f, outer in zip(frames, frames[1:]):
            if "exception" not in f and f.get("stack") == outer.get("stack"):
                self.assertEqual(int(f["memory"][-1]["words"][-1], 16), int(outer["pc"], 16))
                self.assertEqual(f["return_address"], outer["pc"])
                self.assertEqual(int(f["memory_end"], 16), int(outer["sp"], 16) + 8)
                compared += 1
        self.assertGreater(compared, 8)

    def test_names(self):
        plain, named, slabs = (self.text(f"bt {o}").splitlines() for o in ("-f", "-F", "-FF"))
        self.assertEqual(len(plain), len(named))
        self.assertEqual(len(plain), len(slabs))
        different = [(p, n, f) for p, n, f in zip(plain, named, slabs) if p != n or n != f]
        self.assertGreater(len(different), 20)
        for p, n, f in different:
            self.assertTrue(re.fullmatch(ROW, p), p)
            self.assertTrue(re.fullmatch(NAMED, n), n)
            self.assertEqual(p.split()[0], n.split()[0])
            for word, name, slab in zip(p.split()[1:], n.split()[1:], f.split()[1:]):
                self.assertIn(slab, (name, f"[{word}:{name[1:-1]}]"))
        text = "\n".join(named)
        self.assertIn("inquest_level_two+", text)
        # A short name keeps the columns.
        self.assertTrue(re.search(r"(?m)^    [0-9a-f]{16}: \[filp\]           vfs_write\+\d+$", text), text)
        for frame in self.json("bt -F")["tasks"][0]["frames"]:
            for row in frame["memory"]:
                self.assertEqual(len(row["names"]), len(row["words"]))

    def test_objects(self):
        """The module's thread is a struct task_struct: its address lies on stacks."""
        thread = self.g.truth["module_objects"]["thread"]
        found = {}
        for task in self.json("foreach bt -FF")["tasks"]:
            for frame in task.get("frames", ()):
                for row in frame.get("memory", ()):
                    found |= dict(zip(row.get("words", ()), row.get("names", ())))
        self.assertEqual(found[thread], f"[{thread[2:]}:task_struct]")

    def test_text(self):
        lines = self.text("bt -t").splitlines()
        found = self.json("bt -t")["tasks"][0]
        self.assertTrue(re.fullmatch(HEADER, lines[0]))
        self.assertEqual(lines[1], f"              START: {found['start']['function']} at {found['start']['pc'][2:]}")
        words = [re.fullmatch(WORD, l) for l in lines[2:] if l.startswith("  [")]
        told = [w for s in found["stacks"] for w in s["text"]]
        self.assertEqual([(m[1], m[2], m[4]) for m in words],
                         [(w["address"][2:], w["function"], w["pc"][2:]) for w in told])
        user = [l for l in self.text("bt").splitlines() if "RIP: " in l][-1:]
        self.assertEqual([l for l in lines if "RIP: " in l], user)
        # All frames whose return addresses lie on the stack.
        places = {w["address"] for w in told}
        for frame in self.json("bt")["tasks"][0]["frames"]:
            self.assertTrue(frame["sp"] in places or frame.get("interrupted"), frame)
        self.assertIn("+0x", self.text("bt -t -s -x"))
        whole = [l for l in self.text("bt -T").splitlines() if l.startswith("  [")]
        self.assertEqual(whole[-len(words):], [l for l in lines if l.startswith("  [")])
        self.assertGreater(len(whole), len(words))

    def test_raw(self):
        lines = self.text("bt -r").splitlines()
        rows = self.json("bt -r")["tasks"][0]["rows"]
        self.assertEqual(len(lines), len(rows) + 1)
        self.assertEqual(len(rows), 1024)
        for line in lines[1:]:
            self.assertTrue(re.fullmatch(r"[0-9a-f]{16}:  \S+ +\S+", line), line)

    def test_reference(self):
        self.assertEqual(self.text("bt -R vfs_write"), self.text("bt"))
        self.assertEqual(self.text("bt -R do_exit"), "")
        (frame,) = [f for f in self.json("bt")["tasks"][0]["frames"] if f["function"] == "vfs_write"]
        self.assertEqual(self.text(f"bt -R {frame['pc'][2:]}"), self.text("bt"))
        found = records(self.text("foreach bt -R do_nanosleep"))
        self.assertGreater(len(found), 3)
        for lines in found:
            self.assertIn(" do_nanosleep at ", "\n".join(lines))
        every = [[f["function"] for f in t.get("frames", ())] for t in self.json("foreach bt")["tasks"]]
        self.assertEqual(len(found), sum("do_nanosleep" in functions for functions in every))
        # A word of the stack is mentioned where it is shown.
        word = self.g.truth["module_objects"]["thread"][2:]
        self.assertEqual(self.text(f"bt -R {word}"), "")
        self.assertGreaterEqual(len(records(self.text(f"foreach bt -f -R {word}"))), 1)

    def test_begin(self):
        frames = [f for f in self.json("bt")["tasks"][0]["frames"]]
        at = next(f for f in frames if f["function"] == "vfs_write")
        rest = frames[frames.index(at):]
        for words in (f"-S {at['sp'][2:]}", f"-I {at['pc'][2:]} -S {at['sp'][2:]}"):
            found = self.json(f"bt {words}")["tasks"][0]
            self.assertEqual([(f["function"], f["sp"]) for f in found["frames"]],
                             [(f["function"], f["sp"]) for f in rest])
            self.assertEqual(found["end"], "user mode")
        self.assertIn("is for one task", self.failure("bt -a -I vfs_write"))
        self.assertIn("is for one task", self.failure("bt -S ffff888000000000 1 2"))
        self.assertIn("is on no stack", self.failure("bt -S ffffffff81000000"))

    def test_one_unwinder(self):
        self.assertEqual(self.text("bt -o"), self.text("bt"))
        self.assertEqual(self.text("bt -O"), self.text("bt"))

    def test_bad_words(self):
        self.assertIn("-t and -r are mutually exclusive", self.failure("bt -t -r"))
        self.assertIn("nosuchsymbol", self.failure("bt -R nosuchsymbol"))
        self.assertIn("only one -R option", self.failure("bt -R vfs_read -R vfs_write"))
        self.assertIn("keep no vector registers", self.failure("bt -A"))
        self.assertIn("nosuchsymbol", self.failure("bt -I nosuchsymbol"))
        self.assertIn("Usage", self.failure("foreach bt -I vfs_write"))

    def test_foreach(self):
        for options in "-f", "-F", "-t", "-T", "-r":
            self.assertEqual(self.text(f"foreach 2 bt {options}"), self.text(f"bt {options} 2"))


class Narrow(unittest.TestCase):
    """Words of 32 bits: four in a row. i386 tells of each frame."""

    def test_words(self):
        for name in "i386-pae", "armhf-lpae", "mips":
            text = guest(name).text("elf", "bt -f")
            rows = [l for l in text.splitlines() if re.fullmatch(NARROW, l)]
            self.assertGreater(len(rows), 10, name)
            self.assertTrue(any(len(r.split()) == 5 for r in rows))

    def test_i386(self):
        g = guest("i386-pae")
        lines = g.text("elf", "bt -f").splitlines()
        shape = r"    \[RA: ([0-9a-f]+)  SP: ([0-9a-f]+)  FP: ([0-9a-f]+)  SIZE: (\d+)\]"
        facts = [re.fullmatch(shape, l) for l in lines]
        rows = {int(l.split(":")[0], 16) + 4 * i: w for l in lines if re.fullmatch(NARROW, l)
                for i, w in enumerate(l.split()[1:])}
        facts = [m for m in facts if m]
        self.assertGreater(len(facts), 8)
        for m in facts[1:]:
            self.assertEqual(int(m[3], 16) + 4 - int(m[2], 16), int(m[4]))
        same = [m for m in facts if rows[int(m[3], 16)] == m[1]]
        self.assertGreaterEqual(len(same), len(facts) - 3, "what an exception interrupted has no return address")


class Elsewhere(unittest.TestCase):
    def test_begin(self):
        """From a frame of the task's own trace the rest is the same, whatever the machine needs for it."""
        for name in "arm64", "armhf-lpae", "i386-pae", "mips", "ppc64el", "riscv64", "s390x":
            with self.subTest(name):
                g = guest(name)
                frames = g.json("elf", "bt 1")["tasks"][0]["frames"]
                found = g.json("elf", f"bt -S {frames[2]['sp'][2:]} 1")["tasks"][0]
                self.assertEqual([f["pc"] for f in found["frames"]], [f["pc"] for f in frames[2:]])
                self.assertEqual(found["end"], "user mode")

    def test_cache(self):
        """The module's own cache, which this kernel did not merge with another of that size."""
        g = guest("mips")
        first = g.truth["module_objects"]["cache_item_0"]
        (row,) = g.json("elf", "rd -SS inquest_cached 1")["rows"]
        self.assertEqual((row["words"], row["names"]), ([first], [f"[{first[2:]}:inquest_item]"]))


class Vectors(unittest.TestCase):
    def test_s390x(self):
        g = guest("s390x")
        text = g.text("elf", "bt -A")
        self.assertEqual(text.count("  -vector registers:\n"), g.truth["facts"]["cpus"])
        found = g.json("elf", "bt -A")["tasks"][0]["vector_registers"]
        self.assertEqual([r["name"] for r in found], [f"v{n}" for n in range(32)])
        for r in found:
            self.assertIn(f"     0x{int(r['high'], 16):016x} 0x{int(r['low'], 16):016x}\n", text)


if __name__ == "__main__":
    unittest.main()
