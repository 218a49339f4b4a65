# SPDX-License-Identifier: GPL-2.0-or-later
"""gdb's words: x, ptype, print, info, list, disassemble. Their text is what gdb 13 and crash 9.0.2 printed."""
import os
import re
import tempfile
import unittest

from inquest import Case, Guest, run

FILE = "debian/build/build_amd64_none_cloud-amd64/fs/read_write.c"


class Place(Case):
    def at(self, name):
        return int(self.guest.truth["symbols"][name]["address"], 16)


class Words(Place):
    def test_gdb_in_front(self):
        """The same answer with and without."""
        for command in ("print jiffies", "ptype struct list_head", "x/2xw &init_task", "info symbol vfs_write",
                        "disassemble vfs_write,+4", "whatis jiffies"):
            self.assertEqual(self.text(f"gdb {command}"), self.text(command))
        self.assertEqual(self.text("gdb p 3+4"), "$1 = 7\n")
        self.assertEqual(self.text("g print/x 16"), "$1 = 0x10\n")
        self.assertEqual(self.text("gdb i sy vfs_write"), "vfs_write in section .text\n")
        self.assertEqual(self.document("gdb info symbol vfs_write+5")["section"], ".text")

    def test_instead(self):
        self.assertIn("run: nothing runs here", self.failure("gdb run"))
        self.assertIn("break: nothing runs here", self.failure("gdb b vfs_write"))
        self.assertIn("source: -i FILE", self.failure("gdb source x"))
        self.assertIn("thread: set PID", self.failure("gdb thread 3"))
        self.assertIn("list, disassemble", self.failure("gdb nonsense"))
        self.assertIn("ps is a command of its own", self.failure("gdb ps"))
        self.assertIn("Usage: gdb", self.failure("gdb"))
        self.assertIn("nothing runs here", self.failure("continue"))

    def test_info(self):
        self.assertIn("info symbol", self.text("info"))
        self.assertIn("line", {w["name"] for w in self.document("info")["words"]})
        self.assertRegex(self.failure("info xyz"), r'no "info xyz", only .*line, .*symbol')
        self.assertIn("threads: ps lists the tasks", self.failure("info threads"))

    def test_minimal(self):
        """What needs no types works without them."""
        p = run("-s", "--minimal", self.guest.vmlinux, self.guest.dump(self.form), "-c", "x/s linux_banner",
                "-c", "info symbol vfs_write", "-c", "ptype int")
        self.assertIn("Linux version", p.stdout)
        self.assertIn("\nvfs_write\n", p.stdout)
        self.assertIn("--minimal", p.stderr)


class Examine(Place):
    def test_words(self):
        at = self.at("init_task")
        flags = self.document("task -R thread_info 1")["ok"]
        self.assertTrue(flags)
        text = self.text("x/4xg &init_task")
        self.assertRegex(text, f"^{at:#x} <init_task>:(\t0x[0-9a-f]{{16}}){{2}}\n{at + 16:#x} <init_task\\+16>:"
                               "(\t0x[0-9a-f]{16}){2}\n$")
        self.assertEqual(self.text("x/4dw &init_task").count("\t"), 4)

    def test_letters(self):
        banner = self.at("linux_banner")
        for command, units in (
                ("x/5tb", ["01001100", "01101001", "01101110", "01110101", "01111000"]),
                ("x/3ub", ["76", "105", "110"]), ("x/4ob", ["0114", "0151", "0156", "0165"]),
                ("x/5zh", ["0x694c", "0x756e", "0x2078", "0x6576", "0x7372"]), ("x/2c", ["76 'L'", "105 'i'"]),
                ("x/2dh", ["26956", "30062"]), ("x/2fw", ["3.02222248e+32", "7.26438186e+22"]),
                ("x/2fg", ["5.7384786872346477e+180", "4.4491556974491765e-86"])):
            self.assertEqual(self.text(f"{command} linux_banner"),
                             f"{banner:#x} <linux_banner>:" + "".join(f"\t{u}" for u in units) + "\n")

    def test_rows(self):
        lines = self.text("x/9cb linux_banner").splitlines()
        self.assertEqual([l.count("\t") for l in lines], [8, 1])
        self.assertTrue(lines[1].startswith(f"{self.at('linux_banner') + 8:#x} <linux_banner+8>:\t114 'r'"))

    def test_goes_on(self):
        """Without an address, from where the last one ended, in its format."""
        lines = self.text("x/2xb linux_banner", "x", "x/2", "x/s").splitlines()
        self.assertEqual([l.split("\t")[1:] for l in lines[:3]], [["0x4c", "0x69"], ["0x6e"], ["0x75", "0x78"]])
        self.assertIn('<linux_banner+5>:\t" version ', lines[3])
        self.assertIn("Usage: x", self.failure("x"))

    def test_strings(self):
        text = self.text("x/2s linux_banner")
        first, second = text.splitlines()
        self.assertTrue(first.endswith('"...'))
        self.assertEqual(len(re.search('"(.*)"', first)[1]), 200)
        self.assertEqual(second, f'{self.at("linux_banner") + 200:#x} <linux_banner+200>:\t"2)\\n"')

    def test_addresses_and_code(self):
        self.assertIn(" <tty_read>", self.text("x/8a &tty_fops"))
        at = self.at("vfs_write")
        self.assertEqual(self.text("x/3i vfs_write"), f"   {at:#x} <vfs_write>:\tnopl   0x0(%rax,%rax,1)\n"
                         f"   {at + 5:#x} <vfs_write+5>:\tpush   %r15\n   {at + 7:#x} <vfs_write+7>:\tpush   %r14\n")
        lines = self.text("x/2i vfs_write", "x").splitlines()
        self.assertIn("<vfs_write+7>:\tpush   %r14", lines[2])

    def test_json(self):
        (row,) = self.document("x/2xw linux_banner")["rows"]
        self.assertEqual(row["place"], "linux_banner")
        self.assertEqual([u["value"] for u in row["units"]], ["0x756e694c", "0x65762078"])

    def test_errors(self):
        self.assertIn('undefined output format "q"', self.failure("x/q 3"))
        self.assertIn("symbol not found: nonsense", self.failure("x nonsense"))
        self.assertIn("cannot read memory at 0x10", self.failure("x 10"))
        self.assertIn("<", run("-s", self.guest.vmlinux, self.guest.dump(self.form), "-c", "x 10").stdout)


class Types(Place):
    def test_ptype(self):
        node = "struct list_head {\n    struct list_head *next;\n    struct list_head *prev;\n}"
        for what in ("struct list_head", "init_task.tasks"):
            self.assertEqual(self.text(f"ptype {what}"), f"type = {node}\n")
        self.assertEqual(self.text("ptype &init_task.tasks"), f"type = {node} *\n")
        self.assertEqual(self.text("ptype init_task.tasks.next"), f"type = {node} *\n")
        self.assertEqual(self.text("ptype pid_t"), "type = int\n")
        self.assertEqual(self.text("ptype init_task.comm"), "type = char [16]\n")
        self.assertEqual(self.text("ptype vfs_write"), "type = long (struct file *, const char *, size_t, loff_t *)\n")
        self.assertTrue(self.text("ptype enum pid_type").startswith("type = enum pid_type {PIDTYPE_PID, PIDTYPE"))

    def test_offsets(self):
        self.assertEqual(self.text("ptype/o struct rb_root_cached"), """\
/* offset      |    size */  type = struct rb_root_cached {
/*      0      |       8 */    struct rb_root {
/*      0      |       8 */        struct rb_node *rb_node;

                                   /* total size (bytes):    8 */
                               } rb_root;
/*      8      |       8 */    struct rb_node *rb_leftmost;

                               /* total size (bytes):   16 */
                             }
""")
        self.assertIn("/* 0x0008      |  0x0008 */    struct list_head *prev;\n", self.text("ptype/ox struct list_head"))

    def test_layout_adds_up(self):
        """Members, holes and padding of a large structure: each begins where the one before ended."""
        text = self.text("ptype/o struct task_struct")
        end = 0
        for line in text.splitlines():
            member = re.match(r"/\* +(\d+)(?:: ?\d+)? +\| +(\d+) \*/    \S", line)
            hole = re.match(r"/\* XXX +(\d+)-byte (hole|padding)", line)
            if hole and not re.match(r"/\* XXX.*\*/ ", line):
                last = int(hole[1])
            if member:
                self.assertGreaterEqual(int(member[1]), end - 8, line)
                end = int(member[1]) + int(member[2])
        size = int(re.findall(r"total size \(bytes\): +(\d+)", text)[-1])
        self.assertEqual(size, self.document("struct task_struct")["types"][0]["size"])
        self.assertLessEqual(size - end, 64)

    def test_json_and_errors(self):
        found = self.document("ptype struct list_head")
        self.assertEqual(found["size"], 16)
        self.assertTrue(found["definition"].startswith("struct list_head {"))
        self.assertIn("nonsense", self.failure("ptype struct nonsense"))
        self.assertIn("nonsense", self.failure("ptype nonsense"))
        self.assertIn("/q: the letters are", self.failure("ptype/q int"))
        self.assertIn("Usage: ptype", self.failure("ptype"))

    def test_print(self):
        self.assertEqual(self.text("print/x 255"), "$1 = 0xff\n")
        self.assertEqual(self.text("print init_task.comm"), self.text("p init_task.comm"))


class Code(Place):
    def test_info_line(self):
        at = self.at("vfs_write")
        self.assertEqual(self.text("info line vfs_write"),
                         f'Line 565 of "{FILE}" starts at address {at:#x} <vfs_write> '
                         f"and ends at {at + 5:#x} <vfs_write+5>.\n")
        for what in ("*(vfs_write+22)", f"*{at + 22:#x}"):
            self.assertEqual(self.text(f"info line {what}"), f'Line 568 of "{FILE}" starts at address {at + 19:#x} '
                             f"<vfs_write+19> and ends at {at + 36:#x} <vfs_write+36>.\n")
        for what in (f"{FILE}:564", "fs/read_write.c:564", "read_write.c:564"):
            self.assertEqual(self.text(f"info line {what}"),
                             f'Line 564 of "{FILE}" is at address {at:#x} <vfs_write> but contains no code.\n')
        found = self.document("info line read_write.c:565")["lines"]
        self.assertIn((f"{at:#x}", 565), [(f["start"], f["line"]) for f in found])

    def test_info_line_of_a_header(self):
        """Code of an inline function is in many functions."""
        found = self.document("info line include/linux/list.h:72")["lines"]
        self.assertTrue(all(f["file"].endswith("include/linux/list.h") for f in found))

    def test_info_line_errors(self):
        self.assertIn("no line number information", self.failure("info line linux_banner"))
        self.assertIn("no code of nonsense.c:3", self.failure("info line nonsense.c:3"))
        self.assertIn("symbol not found", self.failure("info line nonsense"))

    def test_info_symbol(self):
        self.assertEqual(self.text("info symbol vfs_write+5"), "vfs_write + 5 in section .text\n")
        self.assertEqual(self.text(f"info symbol {self.at('init_task'):x}"), "init_task in section .data\n")
        self.assertIn("no symbol matches 10", self.failure("info symbol 10"))

    def test_info_scope(self):
        """Where the calling convention puts the arguments, at the function's start."""
        self.assertTrue(self.text("info scope vfs_write").startswith(
            "Scope for vfs_write:\nSymbol file is a variable in $rdi, length 8.\n"
            "Symbol buf is a variable in $rsi, length 8.\nSymbol count is a variable in $rdx, length 8.\n"
            "Symbol pos is a variable in $rcx, length 8.\n"))
        (scope,) = self.document("info scope vfs_write")["scopes"]
        self.assertEqual([(v["name"], v["type"]) for v in scope["symbols"] if v["argument"]],
                         [("file", "struct file *"), ("buf", "const char *"), ("count", "size_t"), ("pos", "loff_t *")])
        self.assertIn("tells of no function", self.failure("info scope linux_banner"))

    def test_disassemble(self):
        at = self.at("vfs_write")
        self.assertEqual(self.text("disassemble vfs_write,+8"),
                         f"Dump of assembler code from {at:#x} to {at + 8:#x}:\n"
                         f"   {at:#x} <vfs_write>:\tnopl   0x0(%rax,%rax,1)\n"
                         f"   {at + 5:#x} <vfs_write+5>:\tpush   %r15\n"
                         f"   {at + 7:#x} <vfs_write+7>:\tpush   %r14\nEnd of assembler dump.\n")
        self.assertEqual(self.text("disassemble /r vfs_write, vfs_write+7"),
                         f"Dump of assembler code from {at:#x} to {at + 7:#x}:\n"
                         f"   {at:#x} <vfs_write>:\t0f 1f 44 00 00     \tnopl   0x0(%rax,%rax,1)\n"
                         f"   {at + 5:#x} <vfs_write+5>:\t41 57              \tpush   %r15\nEnd of assembler dump.\n")
        whole = self.text("disassemble vfs_write+40").splitlines()
        self.assertEqual(whole[0], "Dump of assembler code for function vfs_write:")
        self.assertIn(f"   {at + 5:#x} <+5>:\tpush   %r15", whole)
        found = self.document("disassemble vfs_write,+8")
        self.assertEqual([i["raw"] for i in found["instructions"]], ["0f 1f 44 00 00", "41 57", "41 56"])

    def test_disassemble_parts(self):
        """What the compiler moved away follows, under its own name."""
        text = self.text("disassemble page_fault_oops")
        self.assertEqual(text.count("Address range 0x"), 2)
        self.assertIn("<page_fault_oops.cold>:", text)

    def test_disassemble_errors(self):
        self.assertIn("the end lies before the start", self.failure("disassemble vfs_write,vfs_write"))
        self.assertIn("/q: the letters are", self.failure("disassemble /q vfs_write"))
        self.assertIn("symbol not found", self.failure("disassemble nonsense"))


class Source(Place):
    """With a tree of sources: a file at the path that the compiler recorded."""

    LINES = 900

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        os.makedirs(f"{cls.folder.name}/fs")
        with open(f"{cls.folder.name}/fs/read_write.c", "w", encoding="utf-8") as f:
            f.writelines(f"line {n}\tof it\n" for n in range(1, cls.LINES + 1))
        cls.options = ("--src", cls.folder.name)

    def numbered(self, first, last):
        return "".join(f"{n}\tline {n}\tof it\n" for n in range(first, last + 1))

    def test_dis(self):
        text = self.text("dis -s vfs_write 3")
        self.assertEqual(text, f"FILE: {FILE}\nLINE: 565\n\n" + "".join(
            f"{'*' if n == 565 else ' '} {n:<5} line {n}\tof it\n" for n in range(560, 569)))
        lines = self.document("dis -s vfs_write")["lines"]
        self.assertEqual([l["number"] for l in lines if l["current"]], [565])
        # to where the function's code ends
        self.assertEqual((lines[0]["number"], lines[-1]["number"] > 590), (560, True))

    def test_list(self):
        self.assertEqual(self.text("gdb list vfs_write"), self.numbered(560, 569))
        self.assertEqual(self.text("gdb l read_write.c:100"), self.numbered(95, 104))
        self.assertEqual(self.text("gdb list read_write.c:10,12"), self.numbered(10, 12))
        self.assertEqual(self.text("gdb list vfs_write", "gdb list", "gdb list 20", "gdb list -"),
                         self.numbered(560, 579) + self.numbered(15, 24) + self.numbered(5, 14))
        at = self.at("vfs_write")
        self.assertEqual(self.text("gdb list *(vfs_write+33)"),
                         f"{at + 33:#x} is in vfs_write ({FILE}:568).\n" + self.numbered(563, 572))
        self.assertEqual(self.document("gdb list vfs_write")["lines"][0], {"number": 560, "text": "line 560\tof it"})

    def test_list_errors(self):
        self.assertIn(f"line number 5000 out of range; {FILE} has 900 lines",
                      self.failure("gdb list read_write.c:5000,5010"))
        self.assertIn("no source file named nonsense.c", self.failure("gdb list nonsense.c:3"))
        self.assertIn("kernel/panic.c under", self.failure("gdb list panic"))

    def test_disassemble(self):
        at = self.at("vfs_write")
        first = self.text("disassemble vfs_write,+19").split("\n", 1)[1].split("End")[0]
        self.assertEqual(self.text("disassemble /s vfs_write,+20"),
                         f"Dump of assembler code from {at:#x} to {at + 20:#x}:\n{FILE}:\n" + self.numbered(565, 565) +
                         first + "\n" + self.numbered(566, 568) +
                         self.text("disassemble vfs_write+19,+1").split("\n", 1)[1])

    def test_set(self):
        p = run("-s", self.guest.vmlinux, self.guest.dump(self.form), "-c", f"set src {self.folder.name}",
                "-c", "gdb list vfs_write", check=0)
        self.assertTrue(p.stdout.endswith(self.numbered(560, 569)))

    def test_missing(self):
        p = run("-s", self.guest.vmlinux, self.guest.dump(self.form), "-c", "gdb list vfs_write", check=1)
        self.assertIn(f"no {FILE} here: --src", p.stderr)


class Module(Case):
    """A module's code is compared with its own file; what the loader filled in is no change."""

    guest = Guest("amd64-module-kdump")
    form = "vmcore"

    def test_patched(self):
        ko = f"{self.guest.folder}/module/debug/inquest_test.ko"
        text = self.text(f"mod -s inquest_test {ko}", "dis inquest_write")
        notes = re.findall(r"<inquest_write(\+\d+)?>:\t(\w+).*\[(.*)\]$", text, re.M)
        self.assertEqual(notes[0], ("", "nopl", "FTRACE NOP"))
        self.assertEqual({n[1] for n in notes[1:]}, {"ret", "int3"})
        self.assertIn("call ", text)
        p = self.inquest("--json", "-c", f"mod -s inquest_test {ko}", "-c", "dis inquest_write", check=0)
        self.assertIn('"original":"call __fentry__"', p.stdout)
        self.assertIn('"original":"jmp __x86_return_thunk"', p.stdout)

    def test_section(self):
        self.assertIn(" in section .text of module inquest_test\n", self.text("info symbol inquest_write"))


if __name__ == "__main__":
    unittest.main()
