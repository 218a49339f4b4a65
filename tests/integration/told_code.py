# SPDX-License-Identifier: GPL-2.0-or-later
"""Code on every dump: dis, x, info line and info symbol against the bytes, symbols and lines of the vmlinux.

The peers are binutils' nm and addr2line, which know every machine. Mixed into Told (told.py).
"""
import functools
import os
import re
import shutil
import struct
import subprocess
import unittest

from crashes import guest

COLUMNS = {
    "test_dis_ranges": "dis -r -f", "test_dis_lines": "dis -l", "test_dis_patched": "dis", "test_examine": "x",
    "test_info_line": "info line", "test_info_symbol": "info symbol",
}
FUNCTIONS = ("vfs_write", "schedule", "do_exit", "panic")
COMMANDS = ("dis -l vfs_write",)
# What ftrace makes of the start of a function, in the notes of its first instructions; none where it is not built in.
TRACED = {"amd64", "i386", "armhf", "ppc64el", "riscv64", "s390x"}


@functools.lru_cache(maxsize=None)
def known(vmlinux):
    """name -> (link address, section) of symbols that the vmlinux has once."""
    p = subprocess.run(["nm", "-f", "sysv", vmlinux], capture_output=True, text=True, check=True)
    found = {}
    for line in p.stdout.splitlines():
        fields = [f.strip() for f in line.split("|")]
        if len(fields) == 7 and fields[1]:
            found.setdefault(fields[0], []).append((int(fields[1], 16), fields[6]))
    return {n: places[0] for n, places in found.items() if len(places) == 1}


@functools.lru_cache(maxsize=None)
def lines(vmlinux, addresses):
    """(file, line) of each address, as addr2line tells; None where it does not."""
    p = subprocess.run(["addr2line", "-e", vmlinux, *[f"{a:x}" for a in addresses]], capture_output=True, text=True,
                       check=True)
    told = [re.match(r"(.*):(\d+)( \(discriminator \d+\))?$", l) for l in p.stdout.splitlines()]
    return [(m[1], int(m[2])) if m and m[1] != "??" and int(m[2]) else None for m in told]


@functools.lru_cache(maxsize=None)
def text_section(vmlinux):
    """(address, bytes) of the section that most code is in."""
    with open(vmlinux, "rb") as f:
        head = f.read(64)
        wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
        shoff, = struct.unpack_from(order + ("Q" if wide else "I"), head, 40 if wide else 32)
        size, n = struct.unpack_from(order + "HH", head, 58 if wide else 46)
        f.seek(shoff)
        table = f.read(size * n)
        best = None
        for i in range(n):
            fields = struct.unpack_from(order + ("IIQQQQ" if wide else "IIIIII"), table, i * size)
            if fields[1] == 1 and fields[2] & 4 and (not best or fields[5] > best[2]):
                best = (fields[3], fields[4], fields[5])
        f.seek(best[1])
        return best[0], f.read(best[2])


@functools.lru_cache(maxsize=4)
def answers(name, form, middle):
    asked = {c: c for c in ("x/8xb linux_banner", "x", "x/2xh linux_banner", "x/s linux_banner", "x/6i vfs_write",
                            "disassemble vfs_write,+16")}
    asked["from"] = f"dis -f {middle}"
    asked["to"] = f"dis -r {middle}"
    for f in FUNCTIONS:
        asked[f"line {f}"] = f"info line {f}"
        asked[f"symbol {f}"] = f"info symbol {f}+4"
    answer = guest(name).run(form, *asked.values(), as_json=True)
    assert answer.documents and len(answer.documents) == len(asked), answer.messages
    return dict(zip(asked, answer.documents))


class Code:
    @property
    def vmlinux(self):
        return os.path.realpath(guest(self.name).vmlinux)

    def slide(self):
        """Where the kernel runs, from where it was linked to run."""
        return int(self.truth["symbols"]["vfs_write"]["address"], 16) - known(self.vmlinux)["vfs_write"][0]

    def code(self):
        """vfs_write: (address, instruction) of each, and its line, which stands where it changes."""
        found, at = [], None
        for i in self.answer("dis -l vfs_write")["instructions"]:
            at = (i["file"], i["line"]) if "file" in i else at
            found.append((int(i["address"], 16), i, at))
        return found

    def asked(self, command):
        document = answers(self.name, self.form, self.answer("dis vfs_write")["instructions"][9]["address"])[command]
        self.assertTrue(document["ok"], document.get("errors"))
        return document

    def test_dis_ranges(self):
        """-r ends where -f begins, and both are the function."""
        whole = self.answer("dis vfs_write")["instructions"]
        self.assertEqual(self.asked("from")["instructions"], whole[9:])
        self.assertEqual(self.asked("to")["instructions"], whole[:10])
        texts = [i["text"] for i in whole]
        self.assertEqual([i["text"] for i in self.asked("x/6i vfs_write")["instructions"]], texts[:6])
        listed = self.asked("disassemble vfs_write,+16")["instructions"]
        self.assertEqual([i["text"] for i in listed], texts[:len(listed)])

    @unittest.skipUnless(shutil.which("addr2line"), "addr2line is not installed")
    def test_dis_lines(self):
        code = self.code()[:60]
        told = lines(self.vmlinux, tuple(a - self.slide() for a, _, _ in code))
        compared = [(at, t) for (_, _, at), t in zip(code, told) if t]
        self.assertGreater(len(compared), 20)
        for at, t in compared:
            self.assertEqual(at, t)

    @unittest.skipUnless(shutil.which("nm"), "nm is not installed")
    def test_dis_patched(self):
        """What is marked differs from the vmlinux; what is not is the same, or was moved with the kernel."""
        start, text = text_section(self.vmlinux)
        slide = self.slide()
        marked = 0
        for address, i, _ in self.code():
            at = address - slide - start
            same = text[at:at + len(i["bytes"]) // 2] == bytes.fromhex(i["bytes"])
            if i.get("patched"):
                self.assertFalse(same, i)
                marked += 1
            elif not slide:
                self.assertTrue(same, i)
        self.assertLess(marked, len(self.code()) // 8)
        notes = [i.get("note") for _, i, _ in self.code()]
        if self.truth["target"] in TRACED:
            self.assertIn("FTRACE NOP", notes[:12])
        else:
            self.assertNotIn("FTRACE NOP", notes[12:])

    def test_examine(self):
        banner = self.truth["facts"]["proc_version"][:16].encode()
        for command, there in (("x/8xb linux_banner", banner[:8]), ("x", banner[8:9])):
            units = [u["text"] for r in self.asked(command)["rows"] for u in r["units"]]
            self.assertEqual(units, [f"0x{b:02x}" for b in there])
        halves = struct.unpack((">" if self.target.order == "big" else "<") + "2H", banner[:4])
        (row,) = self.asked("x/2xh linux_banner")["rows"]
        self.assertEqual([u["text"] for u in row["units"]], [f"0x{h:04x}" for h in halves])
        (row,) = self.asked("x/s linux_banner")["rows"]
        self.assertTrue(row["units"][0]["value"].startswith(self.truth["facts"]["proc_version"].split("#")[0][:150]))
        self.assertEqual(row["place"], "linux_banner")

    @unittest.skipUnless(shutil.which("addr2line") and shutil.which("nm"), "binutils are not installed")
    def test_info_line(self):
        names = [f for f in FUNCTIONS if f in known(self.vmlinux)]
        told = lines(self.vmlinux, tuple(known(self.vmlinux)[f][0] for f in names))
        compared = 0
        for name, t in zip(names, told):
            if t:
                (found,) = self.asked(f"line {name}")["lines"]
                self.assertEqual((found["file"], found["line"]), t, name)
                # room for tracing may lie before the function
                self.assertIn(known(self.vmlinux)[name][0] + self.slide(),
                              range(int(found["start"], 16), int(found["end"], 16)))
                compared += 1
        self.assertGreater(compared, 1)

    @unittest.skipUnless(shutil.which("nm"), "nm is not installed")
    def test_info_symbol(self):
        for name in FUNCTIONS:
            if name in known(self.vmlinux):
                found = self.asked(f"symbol {name}")
                self.assertEqual((found["name"], found["offset"], found.get("section")),
                                 (name, 4, known(self.vmlinux)[name][1]))
