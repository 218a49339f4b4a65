# SPDX-License-Identifier: GPL-2.0-or-later
"""dis: crash 9.0.2's text, what the bytes of the vmlinux say, and the same as JSON."""
import re
import shutil
import subprocess
import unittest

from inquest import Case

# What crash printed, from the function on: offsets are those of this kernel, addresses move with KASLR.
VFS_WRITE = [(0, "", "nopl   0x0(%rax,%rax,1) [FTRACE NOP]"), (5, "+5", "push   %r15"), (7, "+7", "push   %r14"),
             (9, "+9", "push   %r13"), (11, "+11", "push   %r12"), (13, "+13", "push   %rbp"), (14, "+14", "push   %rbx"),
             (15, "+15", "sub    $0x60,%rsp"), (19, "+19", "mov    %gs:0x28,%rax"), (28, "+28", "mov    %rax,0x58(%rsp)"),
             (33, "+33", "mov    0x44(%rdi),%eax"), (36, "+36", "test   $0x2,%al")]


class Dis(Case):
    def start(self):
        return int(self.guest.truth["symbols"]["vfs_write"]["address"], 16)

    def lines(self, n):
        start = self.start()
        return [f"{start + at:#x} <vfs_write{off}>:\t{text}\n" for at, off, text in VFS_WRITE[:n]]

    def test_count(self):
        self.assertEqual(self.text("dis vfs_write 6"), "".join(self.lines(6)))
        self.assertEqual(self.text("dis (vfs_write + 5)"), self.lines(2)[1])
        self.assertEqual(self.text("dis vfs_write+5 2"), "".join(self.lines(3)[1:]))
        self.assertEqual(self.text(f"dis {self.start():x}"), self.lines(1)[0])

    def test_reverse(self):
        start = self.start()
        self.assertEqual(self.text("dis -r vfs_write+40"), "".join(self.lines(12)) +
                         f"{start + 38:#x} <vfs_write+38>:\tje     {start + 966:#x} <vfs_write+966>\n"
                         f"{start + 44:#x} <vfs_write+44>:\ttest   $0x40000,%eax\n")

    def test_forward_and_whole(self):
        whole = self.text("dis vfs_write").splitlines()
        self.assertEqual(self.text("dis -f vfs_write+36").splitlines(), whole[11:])
        self.assertEqual([l + "\n" for l in whole[:12]], self.lines(12))

    def test_lines(self):
        self.assertEqual(self.text("dis -l vfs_write 4"),
                         "debian/build/build_amd64_none_cloud-amd64/fs/read_write.c: 565\n" + "".join(self.lines(4)))

    def test_hexadecimal(self):
        self.assertEqual([l.split(":")[0].split("<")[1] for l in self.text("dis -x vfs_write 4").splitlines()],
                         ["vfs_write>", "vfs_write+0x5>", "vfs_write+0x7>", "vfs_write+0x9>"])

    def test_calls_and_data_have_names(self):
        text = self.text("dis vfs_write")
        self.assertRegex(text, r"(?m):\tcall   0x[0-9a-f]+ <rw_verify_area>$")
        self.assertRegex(self.text("dis sysrq_handle_crash"), r"(?m):\tcall   0x[0-9a-f]+ <panic>$")
        self.assertRegex(self.text("dis schedule") + self.text("dis __schedule"), r"\(%rip\).*        # 0x[0-9a-f]+ <\w+")

    def test_json(self):
        found = self.document("dis -l vfs_write 12")["instructions"]
        self.assertEqual([int(i["address"], 16) - self.start() for i in found], [r[0] for r in VFS_WRITE])
        self.assertEqual(found[0]["bytes"], "0f1f440000")
        self.assertEqual((found[0]["note"], found[0]["line"]), ("FTRACE NOP", 565))
        self.assertTrue(found[0]["file"].endswith("fs/read_write.c"))
        jump = self.document("dis vfs_write+38")["instructions"][0]
        self.assertEqual((int(jump["goal"], 16) - self.start(), jump["goal_place"]), (966, "vfs_write+966"))

    @unittest.skipUnless(shutil.which("objdump"), "objdump is not installed")
    def test_against_objdump(self):
        """A leaf function that nothing patches: every instruction as objdump reads it from the vmlinux."""
        for function in ("strcmp", "memcmp", "bsearch", "strnlen"):
            with self.subTest(function):
                ours = self.document(f"dis {function}")["instructions"]
                p = subprocess.run(["objdump", "-d", "--no-show-raw-insn", f"--disassemble={function}", self.guest.vmlinux],
                                   capture_output=True, text=True, check=True)
                theirs = {int(l.split(":")[0], 16): l.split("\t", 1)[1] for l in p.stdout.splitlines()
                          if re.match(r"^ffffffff[0-9a-f]+:\t", l)}
                start, compared = min(theirs), 0
                base = int(ours[0]["address"], 16)
                for mine in ours:
                    its = theirs.get(int(mine["address"], 16) - base + start)
                    # calls of __fentry__ and returns are rewritten at boot
                    if its is None or re.match(r"(call|jmp|ret|int3|data16|cs |nop|xchg +%ax,%ax)", its):
                        continue
                    its = re.sub(r" *#.*$", "", re.sub(r" <[^>]*>", "", its)).rstrip()
                    text = mine["text"]
                    if re.match(r"^j\w+ ", its):
                        text, its = text.split()[0], its.split()[0]
                    its = re.sub(r"^(sh[lr]|sar|rol|ror)( +)(%\w+)$", r"\1\2$1,\3", its)
                    self.assertEqual(text, its, mine["address"])
                    compared += 1
                self.assertGreater(compared, 5)

    def test_source(self):
        p = self.inquest("-c", "dis -s vfs_write", check=1)
        self.assertIn("LINE: 565\n", p.stdout)
        self.assertIn("vfs_write: source code is not available", p.stderr)

    def test_patched(self):
        """What the kernel changed in itself is marked, and what stood there is told."""
        self.assertRegex(self.text("dis sched_clock"), r"^0x[0-9a-f]+ <sched_clock>:\tjmp +0x[0-9a-f]+ <\w+> \[PATCHED\]\n")
        found = self.document("dis __switch_to")["instructions"]
        self.assertEqual({i["original"].split()[0] for i in found if i.get("patched") and i.get("original")},
                         {"call", "jmp"})
        self.assertNotIn("PATCHED", self.text("dis -U sched_clock"))

    def test_bug_bytes(self):
        self.assertEqual(self.text("dis -b", "dis -b 2", "dis -b"),
                         "".join(f"encoded bytes being skipped after ud2a: {n}\n" for n in (0, 2, 2)))
        self.assertIn("not a number of bytes", self.failure("dis -b x"))

    def test_cold_part(self):
        text = self.text("dis page_fault_oops.cold 1")
        self.assertIn(" <page_fault_oops.cold>:\t", text)
        at = int(text.split()[0], 16)
        self.assertEqual(self.text(f"dis -r {at:x}"), text)

    def test_user_space(self):
        pid = self.guest.truth["facts"]["helper"]
        fields = self.text(f"set {pid}", "dis -u 401000 3").splitlines()[-3:]
        self.assertTrue(fields[0].startswith("0x401000:\t"), fields)

    def test_errors(self):
        self.assertIn("symbol not found: nonsense", self.failure("dis nonsense"))
        self.assertIn("not mapped", self.failure("dis 0"))
        self.assertIn("no function at 10", self.failure("dis -r 10"))
        self.assertIn("Usage: dis", self.failure("dis"))
        self.assertIn("Usage: dis", self.failure("dis -Z vfs_write"))
