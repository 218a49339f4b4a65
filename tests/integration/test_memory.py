# SPDX-License-Identifier: GPL-2.0-or-later
"""rd, vtop, pte, ptov: known memory of the guests, crash's shapes, and the same values as JSON."""
import os
import re
import struct
import tempfile
import unittest

from crashes import guest

# include/linux/mm.h: what the letters of /proc/PID/maps stand for
VM_READ, VM_WRITE, VM_EXEC, VM_SHARED = 1, 2, 4, 8
ADDRESS = r"[0-9a-f]{16}"


class Memory(unittest.TestCase):
    """User pages are in this dump (-d 1 leaves out zero pages alone)."""

    form = "d1-zlib"

    @classmethod
    def setUpClass(cls):
        cls.g = guest("amd64-kdump")
        cls.helper = cls.g.truth["facts"]["helper"]
        cls.strings = {n: (int(s["address"], 16), s["text"]) for n, s in cls.g.truth["helper"]["strings"].items()}
        cls.symbols = {n: int(s["address"], 16) for n, s in cls.g.truth["symbols"].items()}

    def many(self, *commands, as_json=True, status=0):
        """The documents of commands that ran in one session, in the helper's context."""
        answer = self.g.run(self.form, f"set {self.helper}", *commands, as_json=as_json)
        self.assertEqual(answer.status, status, answer.messages)
        return answer.documents[1:] if as_json else answer

    def text(self, command):
        return self.g.text(self.form, command)

    def json(self, command):
        return self.g.json(self.form, command)


class Rd(Memory):
    banner = b"Linux version 6.1.0-50-cloud-amd64 (debian-kernel@lists.debian.org)"

    def rows(self, command):
        return self.json(command)["rows"]

    def test_widths(self):
        at = self.symbols["linux_banner"]
        for bits, letter in (8, "B"), (16, "H"), (32, "I"), (64, "Q"):
            with self.subTest(bits):
                n = 32 * 8 // bits
                words = struct.unpack(f"<{n}{letter}", self.banner[:32])
                rows = self.rows(f"rd -{bits} linux_banner {n}")
                self.assertEqual([int(w, 16) for r in rows for w in r["words"]], list(words))
                self.assertEqual([int(r["address"], 16) for r in rows], [at, at + 16])
                self.assertEqual("".join(r["ascii"] for r in rows), self.banner[:32].decode())
                want = ""
                for row in range(2):
                    part = words[row * n // 2:(row + 1) * n // 2]
                    want += f"{at + 16 * row:016x}:  " + " ".join(f"{w:0{bits // 4}x}" for w in part)
                    want += "   " + self.banner[16 * row:16 * row + 16].decode() + "\n"
                self.assertEqual(self.text(f"rd -{bits} linux_banner {n}"), want)

    def test_default_is_one_word(self):
        self.assertRegex(self.text("rd linux_banner"),
                         rf"^{ADDRESS}:  65762078756e694c                    Linux ve\n$")
        self.assertEqual(self.text("rd -64 linux_banner 1"), self.text("rd linux_banner"))

    def test_addresses(self):
        at = self.symbols["linux_banner"]
        want = self.text(f"rd {at + 8:x} 2")
        for word in f"0x{at + 8:x}", "linux_banner+8", "(linux_banner + 4 + 4)", f"{at + 8:X}":
            self.assertEqual(self.text(f"rd {word} 2"), want)
        self.assertEqual(self.text("rd -o 8 linux_banner 2"), want)

    def test_decimal(self):
        shown = self.text("rd -d jiffies")
        self.assertRegex(shown, rf"^{ADDRESS}: {{2,}}\d+\n$")
        value = int(shown.split()[1])
        self.assertEqual(self.text("rd -D jiffies"), shown)
        self.assertEqual(self.rows("rd -D jiffies")[0]["words"], [value])
        self.assertEqual(int(self.rows("rd jiffies")[0]["words"][0], 16), value)
        self.assertEqual(int(self.text("rd -x jiffies").split()[1], 16), value)
        documents = self.many(*[f"rd -u {o} {self.strings['numbers'][0]:x} 4" for o in ("-d", "-D", "")])
        words = [int(w, 16) for r in documents[2]["rows"] for w in r["words"]]
        self.assertEqual([w for r in documents[1]["rows"] for w in r["words"]], words)
        self.assertEqual([w for r in documents[0]["rows"] for w in r["words"]],
                         [w - (1 << 64) if w >> 63 else w for w in words])

    def test_without_characters(self):
        self.assertEqual(self.text("rd -x linux_banner 2"),
                         f"{self.symbols['linux_banner']:016x}:  65762078756e694c 2e36206e6f697372\n")

    def test_network_order(self):
        for bits in 16, 32:
            n = 16 * 8 // bits
            found = [int(w, 16) for w in self.rows(f"rd -N -{bits} linux_banner {n}")[0]["words"]]
            self.assertEqual(found, list(struct.unpack(">" + {16: "H", 32: "I"}[bits] * n, self.banner[:16])))

    def test_characters(self):
        lines = self.text("rd -a linux_banner").splitlines()
        at = self.symbols["linux_banner"]
        for i, line in enumerate(lines):
            self.assertEqual(line[:19], f"{at + 60 * i:016x}:  ")
        whole = "".join(l[19:] for l in lines)
        self.assertTrue(self.g.truth["facts"]["proc_version"].startswith("Linux version"))
        self.assertEqual(whole.split("#")[0], self.g.truth["facts"]["proc_version"].split("#")[0])
        self.assertEqual("".join(r["text"] for r in self.rows("rd -a linux_banner")), whole)
        self.assertEqual(self.text("rd -a linux_banner 13"), f"{at:016x}:  Linux version\n")

    def test_symbols(self):
        for option in "-s", "-S", "-SS":
            lines = self.text(f"rd {option} init_task 8").splitlines()
            self.assertRegex(lines[2], rf"^{ADDRESS}:  init_stack {{7}}[0-9a-f]{{16}}$")
            self.assertEqual(self.rows(f"rd {option} init_task 8")[2]["names"][0], "init_stack")
        table = self.rows("rd -s init_top_pgt 1")[0]
        self.assertEqual(table["names"], [""])

    def test_slab_objects(self):
        """A task's mm points to a slab object of mm_struct's cache."""
        task = next(t for t in self.g.json(self.form, "ps")["tasks"] if t["pid"] == self.helper)["task"]
        mm = re.search(r"mm = (0x[0-9a-f]+)", self.text(f"task -R mm {self.helper}"))[1]
        place = self.text("struct task_struct.mm -o").split("[")[1].split("]")[0]
        address = int(task, 16) + int(place)
        self.assertEqual(self.rows(f"rd {address:x}")[0]["words"], [mm])
        self.assertEqual(self.rows(f"rd -S {address:x}")[0]["names"], ["[mm_struct]"])
        self.assertEqual(self.text(f"rd -SS {address:x}").split()[1], f"[{mm[2:]}:mm_struct]")

    def test_reverse_and_end(self):
        at = self.symbols["linux_banner"]
        self.assertEqual(self.text(f"rd -R {at + 24:x} 4"), self.text(f"rd {at:x} 4"))
        self.assertEqual(self.text(f"rd -e {at + 32:x} {at:x}"), self.text(f"rd {at:x} 4"))
        self.assertEqual(self.text(f"rd {at:x} -e {at + 32:x}"), self.text(f"rd {at:x} 4"))

    def test_physical(self):
        base = int(self.text("vtop -k linux_banner").splitlines()[1].split()[1], 16)
        rows = self.rows(f"rd -p {base:x} 2")
        self.assertEqual([r["words"] for r in rows], [r["words"] for r in self.rows("rd linux_banner 2")])
        self.assertEqual(int(rows[0]["address"], 16), base)

    def test_dump_file(self):
        with open(self.g.dump(self.form), "rb") as f:
            head = f.read(64)
        found = self.rows("rd -f -8 0 64")
        self.assertEqual(bytes(int(w, 16) for r in found for w in r["words"]), head)

    def test_user(self):
        """What the helper said it had in its memory; one string lies across two pages."""
        names = [n for n, (_, text) in self.strings.items() if text and n != "numbers"]
        documents = self.many(*[f"rd -u -a {self.strings[n][0]:x}" for n in names])
        for name, document in zip(names, documents):
            with self.subTest(name):
                self.assertEqual("".join(r["text"] for r in document["rows"]), self.strings[name][1])
        at, numbers = self.strings["numbers"]
        (document,) = self.many(f"rd -u {at:x} 4")
        self.assertEqual([int(w, 16) for r in document["rows"] for w in r["words"]], [int(w, 16) for w in numbers.split()])

    def test_user_unmapped(self):
        for name in "forbidden", "untouched":
            answer = self.many(f"rd -u {self.strings[name][0]:x} 2", as_json=False, status=1)
            self.assertIn("<not mapped>", answer.text)
            self.assertIn("nothing could be read: not mapped", answer.messages)

    def test_raw_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bytes")
            self.assertEqual(self.text(f"rd -8 -r {path} linux_banner {len(self.banner)}"), "")
            with open(path, "rb") as f:
                self.assertEqual(f.read(), self.banner)
            answer = self.g.run(self.form, f"rd -r {folder} linux_banner 8")
            self.assertEqual((answer.status, "directory" in answer.messages), (1, True))

    def test_excluded(self):
        """In a filtered dump the helper's pages are excluded: a value, and the list goes on."""
        at = self.strings["data"][0]
        answer = self.g.run("d31-zlib", f"set {self.helper}", f"rd -u {at:x} 4", "btop 1000")
        self.assertEqual(answer.status, 1)
        self.assertIn(f"{at:016x}:  <page excluded>\n", answer.text)
        self.assertTrue(answer.text.endswith("\n1000: 1\n"))

    def test_errors(self):
        for command, why in [("rd", "Usage: rd"), ("rd no_such_symbol", "no_such_symbol"), ("rd 0", "not mapped"),
                             ("rd linux_banner x+", "x+"), ("rd -Q 0", "Usage: rd"), ("rd -e 1000 2000", "before the start"),
                             ("rd -p fffffffffffff000", "could be read")]:
            with self.subTest(command):
                answer = self.g.run(self.form, command)
                self.assertEqual(answer.status, 1)
                self.assertIn(why, answer.messages)


class Vtop(Memory):
    def one(self, document):
        (found,) = document["addresses"]
        return found

    def test_kernel(self):
        """The image: its physical place as /proc/iomem said, in 2 MB pages."""
        code = next(l for l in self.g.truth["raw"]["iomem"] if l.endswith("Kernel code"))
        start = int(code.split("-")[0], 16)
        found = self.one(self.json("vtop -k _text"))
        self.assertEqual(int(found["physical"], 16), start)
        self.assertEqual(found["page"][0]["size"], "2MB")
        self.assertEqual([s["level"] for s in found["steps"]], ["PGD", "PUD", "PMD"])
        text = self.text("vtop -k _text")
        self.assertRegex(text, rf"""^VIRTUAL           PHYSICAL
{self.symbols['_text']:x}  {start:x}

PAGE DIRECTORY: [0-9a-f]+
   PGD: [0-9a-f]+ => [0-9a-f]+
   PUD: [0-9a-f]+ => [0-9a-f]+
   PMD: [0-9a-f]+ => [0-9a-f]+
  PAGE: {start & ~0x1fffff:x}  \(2MB\)

 +PTE +PHYSICAL +FLAGS
 *[0-9a-f]+ +[0-9a-f]+ +\(PRESENT[A-Z|]*PSE[A-Z|]*\)

      PAGE       PHYSICAL      MAPPING       INDEX CNT FLAGS
{ADDRESS} +{start:x} +[0-9a-f]+ +[0-9a-f]+ +\d+ [0-9a-f]+( [a-z,]+)?
\n?$""")
        self.assertEqual(text, self.text("vtop _text"))

    def test_direct_map(self):
        """ptov and vtop are each other's inverse, and both agree with page_offset_base."""
        for physical in 0x1000000, 0x2345678:
            virtual = self.json(f"ptov {physical:x}")["addresses"][0]
            base = int(self.json("rd page_offset_base")["rows"][0]["words"][0], 16)
            self.assertEqual((int(virtual["virtual"], 16), int(virtual["physical"], 16)), (base + physical, physical))
            self.assertEqual(int(self.one(self.json(f"vtop {virtual['virtual'][2:]}"))["physical"], 16), physical)

    def test_vmalloc(self):
        """A kernel stack lies in vmalloc space, a page at a time; its bottom holds the mark of the stack's end."""
        stack = re.search(r"stack = 0x([0-9a-f]+)", self.text(f"task -R stack {self.helper}"))[1]
        for offset in 0, 0x1000, 0x3ff8:
            found = self.one(self.json(f"vtop {int(stack, 16) + offset:x}"))
            self.assertEqual([s["level"] for s in found["steps"]], ["PGD", "PUD", "PMD", "PTE"])
            words = [self.json(f"rd {o}")["rows"][0]["words"]
                     for o in (f"{int(stack, 16) + offset:x}", f"-p {found['physical'][2:]}")]
            self.assertEqual(words[0], words[1])
        self.assertEqual(self.json(f"rd {stack}")["rows"][0]["words"], ["0x57ac6e9d"])

    def test_module(self):
        module = self.g.truth["modules"][0]
        found = self.one(self.json(f"vtop {module['address'][2:]}"))
        page = self.json(f"rd -p {found['physical'][2:]} 4")["rows"]
        self.assertEqual([r["words"] for r in page],
                         [r["words"] for r in self.json(f"rd {module['address'][2:]} 4")["rows"]])

    def test_user(self):
        """Page and mapping of the helper's memory, by -c and by the current task."""
        maps = self.g.truth["helper"]["maps"]
        names = [n for n in self.strings if n not in ("forbidden", "untouched")]
        commands = [f"vtop -c {self.helper} {self.strings[n][0]:x}" for n in names]
        for name, document in zip(names, self.many(*commands)):
            with self.subTest(name):
                address, text = self.strings[name]
                found = self.one(document)
                self.assertEqual(found["space"], "user")
                (vma,) = found["vmas"]
                told = next(m for m in maps if int(m["start"], 16) <= address < int(m["end"], 16))
                self.assertEqual((int(vma["start"], 16), int(vma["end"], 16)), (int(told["start"], 16), int(told["end"], 16)))
                access = "".join(c if int(vma["flags"], 16) & bit else "-"
                                 for c, bit in (("r", VM_READ), ("w", VM_WRITE), ("x", VM_EXEC)))
                access += "s" if int(vma["flags"], 16) & VM_SHARED else "p"
                self.assertEqual(access, told["access"])
                if told["name"].startswith("/"):
                    self.assertEqual(vma["file"], told["name"])
                else:
                    self.assertNotIn("file", vma)
                if name != "numbers":
                    first = self.json(f"rd -p -a {found['physical'][2:]} 8")["rows"][0]["text"]
                    self.assertEqual(first, text[:8])

    def test_every_mapping(self):
        """The mapping of each address of the helper's /proc/PID/maps is found: its tree has more than one level."""
        maps = [m for m in self.g.truth["helper"]["maps"] if m["name"] not in ("[vsyscall]",)]
        self.assertGreater(len(maps), 16)
        addresses = [int(m["end"], 16) - 1 for m in maps]
        (document,) = self.many(f"vtop -u {' '.join(f'{a:x}' for a in addresses)}")
        for told, found in zip(maps, document["addresses"]):
            if "physical" in found:
                (vma,) = found["vmas"]
                self.assertEqual((int(vma["start"], 16), int(vma["end"], 16)),
                                 (int(told["start"], 16), int(told["end"], 16)))
        self.assertGreater(sum("physical" in f for f in document["addresses"]), 10)

    def test_user_text(self):
        address = self.strings["data"][0]
        text = self.many(f"vtop -u {address:x}", as_json=False).text
        text = text[text.index("VIRTUAL"):]
        self.assertRegex(text, rf"""^VIRTUAL           PHYSICAL
{address:<16x}  [0-9a-f]+

PAGE DIRECTORY: [0-9a-f]+
   PGD: [0-9a-f]+ => [0-9a-f]+
   PUD: [0-9a-f]+ => [0-9a-f]+
   PMD: [0-9a-f]+ => [0-9a-f]+
   PTE: [0-9a-f]+ => [0-9a-f]+
  PAGE: [0-9a-f]+

      PTE         PHYSICAL  FLAGS
[0-9a-f]+  [0-9a-f]+ +\(PRESENT\|RW\|USER\|ACCESSED\|DIRTY\|NX\)

      VMA           START       END     FLAGS FILE
{ADDRESS} +4bc000 +4bf000 [0-9a-f]+ /bin/inq-helper

      PAGE       PHYSICAL      MAPPING       INDEX CNT FLAGS
{ADDRESS} +[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +\d+ [0-9a-f]+ [a-z,]+
\n?$""")
        self.assertIn(text, self.text(f"vtop -c {self.helper} {address:x}"))

    def test_unmapped(self):
        """The walk is shown up to the entry that maps nothing."""
        for name in "forbidden", "untouched":
            (document,) = self.many(f"vtop {self.strings[name][0]:x}")
            found = self.one(document)
            self.assertEqual(found["why"], "not mapped")
            self.assertEqual(int(found["steps"][-1]["entry"], 16) & 1, 0)
            text = self.many(f"vtop {self.strings[name][0]:x}", as_json=False).text
            self.assertIn(f"\n{self.strings[name][0]:x}      (not mapped)\n", text)

    def test_many(self):
        self.assertEqual(len(self.json("vtop init_task linux_banner _text")["addresses"]), 3)

    def test_errors(self):
        for command, why in [("vtop", "Usage: vtop"), ("vtop -u -k 0", "Usage: vtop"), ("vtop nonsense_word", "nonsense_word"),
                             ("vtop -c 4999999 0", "4999999"), ("vtop -c 2 4bc120", "task 2 (kthreadd) has no user address space")]:
            with self.subTest(command):
                answer = self.g.run(self.form, command)
                self.assertEqual(answer.status, 1, answer.text)
                self.assertIn(why, answer.messages)


class FiveLevels(unittest.TestCase):
    def test_walk(self):
        """amd64-sysrq runs with LA57."""
        g = guest("amd64-sysrq")
        for form in "elf", "kdump-zlib":
            (found,) = g.json(form, "vtop linux_banner")["addresses"]
            self.assertEqual([s["level"] for s in found["steps"]], ["PGD", "P4D", "PUD", "PMD"])
            code = next(l for l in g.truth["raw"]["iomem"] if l.endswith("Kernel rodata"))
            first, last = (int(w, 16) for w in code.split(" : ")[0].split("-"))
            self.assertTrue(first <= int(found["physical"], 16) <= last)

    def test_user(self):
        g = guest("amd64-sysrq")
        helper, data = g.truth["facts"]["helper"], g.truth["helper"]["strings"]["data"]
        answer = g.run("elf", f"set {helper}", f"rd -u -a {data['address'][2:]}", f"vtop {data['address'][2:]}", as_json=True)
        self.assertEqual(answer.documents[1]["rows"][0]["text"], data["text"])
        (found,) = answer.documents[2]["addresses"]
        self.assertEqual([s["level"] for s in found["steps"]], ["PGD", "P4D", "PUD", "PMD", "PTE"])


class Pte(Memory):
    def test_values(self):
        self.assertEqual(self.text("pte 80000000001a5067"),
                         "      PTE         PHYSICAL  FLAGS\n"
                         "80000000001a5067   1a5000   (PRESENT|RW|USER|ACCESSED|DIRTY|NX)\n")
        self.assertEqual(self.json("pte 80000000001a5067")["entries"],
                         [{"entry": "0x80000000001a5067", "physical": "0x1a5000",
                           "flags": "(PRESENT|RW|USER|ACCESSED|DIRTY|NX)"}])

    def test_not_present(self):
        self.assertIn("(not present)", self.text("pte 0"))
        (entry,) = self.json("pte 0")["entries"]
        self.assertNotIn("physical", entry)

    def test_several(self):
        entries = self.json("pte 1a5067 1a6025")["entries"]
        self.assertEqual([(e["physical"], e["flags"]) for e in entries],
                         [("0x1a5000", "(PRESENT|RW|USER|ACCESSED|DIRTY)"), ("0x1a6000", "(PRESENT|USER|ACCESSED)")])

    def test_errors(self):
        for command, why in ("pte", "Usage: pte"), ("pte zz", "zz"), ("pte -x 1", "Usage: pte"):
            answer = self.g.run(self.form, command)
            self.assertEqual(answer.status, 1)
            self.assertIn(why, answer.messages)


class Ptov(Memory):
    def test_physical(self):
        base = int(self.json("rd page_offset_base")["rows"][0]["words"][0], 16)
        self.assertEqual(self.text("ptov 1000000"), f"VIRTUAL           PHYSICAL\n{base + 0x1000000:x}  1000000\n")
        self.assertEqual(self.json("ptov 1000000")["addresses"],
                         [{"virtual": f"0x{base + 0x1000000:x}", "physical": "0x1000000"}])

    def test_percpu(self):
        """The address on each CPU: __per_cpu_offset and the symbol that /proc/kallsyms told."""
        offset = self.symbols["runqueues"]
        bases = [int(w, 16) for w in self.json("rd __per_cpu_offset 2")["rows"][0]["words"]]
        text = self.text(f"ptov {offset:x}:a")
        self.assertEqual(text, f"PER-CPU OFFSET: {offset:x}\n  CPU    VIRTUAL\n"
                         + "".join(f"  [{c}]  {b + offset:x}\n" for c, b in enumerate(bases)))
        (found,) = self.json("ptov runqueues:a")["addresses"]
        self.assertEqual([int(c["virtual"], 16) for c in found["cpus"]], [b + offset for b in bases])
        self.assertEqual([c["cpu"] for c in self.json(f"ptov {offset:x}:1")["addresses"][0]["cpus"]], [1])

    def test_errors(self):
        for command, why in [("ptov", "Usage: ptov"), ("ptov zz", "zz"), ("ptov ffffffffffffff", "no linear mapping"),
                             ("ptov 31980:99", "99")]:
            answer = self.g.run(self.form, command)
            self.assertEqual(answer.status, 1)
            self.assertIn(why, answer.messages)


if __name__ == "__main__":
    unittest.main()
