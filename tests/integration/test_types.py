# SPDX-License-Identifier: GPL-2.0-or-later
"""struct, union, *, p, whatis and bare names: crash 9.0.2's text for this kernel, and the same values as JSON."""
import re

from inquest import Case, run

FILE_OFFSETS = """struct file {
        union {
    [0]     struct llist_node f_llist;
    [0]     struct callback_head f_rcuhead;
    [0]     unsigned int f_iocb_flags;
        };
   [16] struct path f_path;
   [32] struct inode *f_inode;
   [40] const struct file_operations *f_op;
   [48] spinlock_t f_lock;
   [56] atomic_long_t f_count;
   [64] unsigned int f_flags;
   [68] fmode_t f_mode;
   [72] struct mutex f_pos_lock;
  [104] loff_t f_pos;
"""

LIST_HEAD = "struct list_head {\n    struct list_head *next;\n    struct list_head *prev;\n}\nSIZE: 16\n\n"


class Types(Case):
    def task(self, pid):
        """Address of a task, as ps says."""
        return next(t["task"] for t in self.document("ps")["tasks"] if t["pid"] == pid)

    def address(self, symbol):
        return int(self.guest.truth["symbols"][symbol]["address"], 16)


class Definitions(Types):
    def test_text(self):
        for command in ("struct list_head", "list_head", "* list_head", "*list_head", "whatis list_head",
                        "whatis struct list_head", "struct struct list_head"):
            with self.subTest(command):
                self.assertEqual(self.text(command), LIST_HEAD)

    def test_offsets(self):
        for command in ("struct file -o", "struct -o file", "whatis -o file", "file -o"):
            with self.subTest(command):
                text = self.text(command)
                self.assertTrue(text.startswith(FILE_OFFSETS), text[:800])
                self.assertTrue(text.endswith("}\nSIZE: 232\n\n"), text[-100:])

    def test_hexadecimal(self):
        self.assertTrue(self.text("struct -x vm_area_struct").endswith("}\nSIZE: 0x98\n\n"))
        self.assertIn("\nSIZE: 0x98\n", self.text("set radix 16", "struct vm_area_struct"))

    def test_member(self):
        self.assertEqual(self.text("struct file.f_pos"), "struct file {\n  [104] loff_t f_pos;\n}\n\n")

    def test_json(self):
        t, = self.document("struct file")["types"]
        members = {m["name"]: m for m in t["members"] if "name" in m}
        self.assertEqual((t["name"], t["size"]), ("file", 232))
        self.assertEqual((members["f_op"]["offset"], members["f_op"]["type"]), (40, "const struct file_operations *"))
        self.assertEqual(self.text("struct file"), t["definition"] + "\n")
        member, = self.document("struct file.f_pos")["types"]
        self.assertEqual((member["offset"], member["type"]), (104, "loff_t"))

    def test_errors(self):
        self.assertIn("invalid data structure reference: thread_union", self.failure("union thread_union"))
        self.assertIn("invalid data structure member reference: file.nonsense", self.failure("struct file.nonsense"))
        self.assertIn("symbol not found: nonsense", self.failure("struct file nonsense"))
        self.assertIn("Usage: struct", self.failure("struct"))
        self.assertIn("Usage: struct", self.failure("struct -Z file"))
        self.assertIn("cannot read struct list_head at ff: not mapped", self.failure("struct list_head ff"))
        self.assertIn("invalid count", self.failure("struct list_head init_task 0"))


class Contents(Types):
    def test_members(self):
        self.assertEqual(self.text("struct task_struct.pid,comm,mm init_task"),
                         '  pid = 0,\n  comm = "swapper/0\\000\\000\\000\\000\\000\\000",\n  mm = 0x0,\n')
        self.assertEqual(self.text("task_struct.pid init_task"), "  pid = 0,\n")

    def test_structure_member(self):
        text = self.text("struct task_struct.thread_info init_task")
        self.assertRegex(text, r"^  thread_info = \{\n    flags = \d+,\n    syscall_work = \d+,\n    status = \d+,\n    cpu = 0\n  \},\n$")

    def test_paths(self):
        self.assertEqual(self.text("struct task_struct.thread_info.cpu init_task"), "  thread_info.cpu = 0,\n")

    def test_against_the_guest(self):
        for task in self.guest.truth["tasks"][:12]:
            address = self.task(task["pid"])
            s, = self.document(f"struct task_struct.pid,tgid,comm,policy,static_prio {address}")["structures"]
            values = {m["name"]: m["value"] for m in s["members"]}
            self.assertEqual((values["pid"], values["tgid"], values["comm"]), (task["pid"], task["tgid"], task["comm"]))
            self.assertEqual((values["policy"], values["static_prio"] - 120), (task["policy"], task["nice"]))

    def test_whole(self):
        text = self.text("struct list_head init_task.tasks")
        s, = self.document("struct list_head init_task.tasks")["structures"]
        self.assertEqual(text, f"struct list_head {{\n  next = {s['value']['next']},\n  prev = {s['value']['prev']}\n}}\n")
        # the first of the list is pid 1; each way of giving the address is the same
        first = int(s["value"]["next"], 16)
        offset = self.document("struct task_struct.tasks")["types"][0]["offset"]
        self.assertEqual(first - offset, int(self.task(1), 16))
        self.assertEqual(self.text(f"struct task_struct.pid -l task_struct.tasks {first:x}"), "  pid = 1,\n")
        self.assertEqual(self.text(f"struct task_struct.pid -l {offset} {first:x}"), "  pid = 1,\n")
        for address in (f"init_task+{offset}", f"(init_task + {offset})", f"(&init_task.tasks)", f"&init_task.tasks"):
            with self.subTest(address):
                self.assertEqual(self.text(f"struct list_head {address}"), text)

    def test_count(self):
        base = self.address("linux_banner") & ~0xf
        forward = self.document(f"struct list_head {base:x} 3")["structures"]
        self.assertEqual([int(s["address"], 16) - base for s in forward], [0, 16, 32])
        back = self.document(f"struct list_head {base + 32:x} -2")["structures"]
        self.assertEqual([s["value"] for s in back], [s["value"] for s in forward])

    def test_raw(self):
        s, = self.document("struct -r list_head init_task.tasks")["structures"]
        v, = self.document("struct list_head init_task.tasks")["structures"]
        self.assertEqual(s["raw"][0]["words"].split(), [v["value"]["next"][2:], v["value"]["prev"][2:]])
        self.assertTrue(self.text("struct -r list_head init_task.tasks").startswith(f"{int(v['address'], 16):x}:  "))

    def test_raw_members(self):
        s, = self.document("struct -r task_struct.comm,pid init_task")["structures"]
        self.assertEqual([m["name"] for m in s["members"]], ["comm", "pid"])
        words = s["members"][0]["raw"][0]["words"].split()
        self.assertEqual(b"".join(int(w, 16).to_bytes(8, "little") for w in words), b"swapper/0".ljust(16, b"\0"))

    def test_dump_file(self):
        """The ELF header of QEMU's dump: the address is an offset in the file."""
        out = run("-s", "-c", "struct -f list_head 0", "-c", "struct -fr list_head 0", self.guest.vmlinux,
                  self.guest.dump("elf"), check=0).stdout
        self.assertEqual(out.splitlines()[1], "  next = 0x10102464c457f,")
        self.assertRegex(out.splitlines()[-1], r"^0+:  00010102464c457f 0000000000000000   \.ELF")

    def test_hexadecimal(self):
        plain = self.document("struct task_struct.flags init_task")["structures"][0]["members"][0]["value"]
        self.assertEqual(self.text("struct -x task_struct.flags init_task"), f"  flags = {plain:#x},\n")

    def test_follow_pointers(self):
        text = self.text(f"struct task_struct.real_parent,pid -p {self.task(1)}")
        self.assertRegex(text, r"^  real_parent = \(struct task_struct \*\) 0x[0-9a-f]+ <init_task>\n  -> \{\n    thread_info = \{\n")
        self.assertTrue(text.endswith("\n  pid = 1\n"))

    def test_per_cpu(self):
        cpus = self.document("struct rq.cpu runqueues:a")["structures"]
        self.assertEqual([(c["cpu"], c["members"][0]["value"]) for c in cpus], [(0, 0), (1, 1)])
        self.assertEqual(self.text("struct rq.cpu runqueues:1"), f"[1]: {int(cpus[1]['address'], 16):x}\n  cpu = 1,\n")
        self.failure("struct rq.cpu runqueues:7")

    def test_user_space(self):
        helper = self.guest.truth["helper"]["strings"]["data"]
        pid = self.guest.truth["facts"]["helper"]
        out = self.text(f"set {pid}", f"struct -r list_head -u {helper['address']}")
        self.assertIn(helper["text"][:16], out)


class Print(Types):
    def test_symbol(self):
        self.assertRegex(self.text("p jiffies"), r"^jiffies = \$1 = \d+\n$")
        self.assertRegex(self.text("px jiffies"), r"^jiffies = \$1 = 0x[0-9a-f]+\n$")
        self.assertRegex(self.text("jiffies"), r"^jiffies = \$1 = \d+\n$")

    def test_expressions(self):
        self.assertEqual(self.text("p init_task.comm", "p 1 + 1", "p sizeof(struct list_head)"),
                         '$1 = "swapper/0\\000\\000\\000\\000\\000\\000"\n$2 = 2\n$3 = 16\n')
        task = self.address("init_task") if "init_task" in self.guest.truth["symbols"] else \
            int(self.document("sym -q init_task")["symbols"][0]["address"], 16)
        self.assertEqual(self.text("p &init_task"), f"$1 = (struct task_struct *) {task:#x} <init_task>\n")
        self.assertEqual(self.text("p init_task.tasks.next == init_task.tasks.next->prev->next"), "$1 = 1\n")

    def test_pointers_into_strings(self):
        release = self.guest.truth["facts"]["release"]
        self.assertIn(f'release = "{release}\\000', self.text("p init_uts_ns"))
        value = self.document("p init_uts_ns")["values"][0]["value"]
        self.assertEqual(value["name"]["release"], release)
        self.assertEqual(value["name"]["nodename"], self.guest.truth["facts"]["nodename"])

    def test_functions(self):
        text = self.text("p tty_fops")
        self.assertRegex(text, r"(?m)^  read_iter = 0x[0-9a-f]+ <tty_read>,$")
        self.assertRegex(self.document("p tty_fops")["values"][0]["value"]["read_iter"], r"^0x[0-9a-f]+ <tty_read>$")

    def test_per_cpu(self):
        both = self.document("p runqueues:a")["values"]
        self.assertEqual([(v["cpu"], v["value"]["cpu"]) for v in both], [(0, 0), (1, 1)])
        self.assertTrue(self.text("p runqueues:0,1").startswith("per_cpu(runqueues, 0) = $1 = {\n"))
        listed = self.document("p runqueues")
        self.assertEqual([a["address"] for a in listed["addresses"]], [v["address"] for v in both])
        self.assertTrue(self.text("p runqueues").startswith(
            f"PER-CPU DATA TYPE:\n  struct rq runqueues;\nPER-CPU ADDRESSES:\n  [0]: {both[0]['address'][2:]}\n"))

    def test_per_cpu_in_expressions(self):
        self.assertEqual(self.text("p runqueues:1.cpu"), "per_cpu(runqueues, 1).cpu = $1 = 1\n")
        self.assertEqual(self.text("p runqueues:a.cpu + 10"),
                         "per_cpu(runqueues, 0).cpu + 10 = $1 = 10\nper_cpu(runqueues, 1).cpu + 10 = $2 = 11\n")
        listed = self.document("p runqueues")["addresses"]
        self.assertEqual(self.text("p/x (unsigned long)&runqueues:1"),
                         f"(unsigned long)&per_cpu(runqueues, 1) = $1 = {listed[1]['address']}\n")
        self.assertEqual(self.text("p runqueues:1->cpu"), "per_cpu(runqueues, 1)->cpu = $1 = 1\n")
        self.assertEqual(self.text("p 1 ? runqueues.cpu:5"), self.text("p runqueues.cpu"))
        self.assertIn("jiffies is no per-CPU variable", self.failure("p jiffies:a"))

    def test_history(self):
        out = self.text("p init_task.pid + 5", "p $ + 1", "p $$ * 10", "p $1 + $2", "p $$2", "p init_task", "p $.comm")
        values = [line.split(" = ", 1)[1] for line in out.splitlines() if line.startswith("$")]
        self.assertEqual(values, ["5", "6", "50", "11", "6", '"swapper/0\\000\\000\\000\\000\\000\\000"'])
        self.assertIn("no value was shown yet", self.failure("p $"))
        self.assertIn("the history has no value $7", self.failure("p $7"))

    def test_formats(self):
        for command, text in [("p/x 255", "0xff"), ("p /x 255", "0xff"), ("p/d (char)-1", "-1"), ("p/u (char)-1", "255"),
                              ("p/t 10", "1010"), ("p/o 8", "010"), ("p/c 65", "65 'A'"), ("p/z 5", "0x00000005"),
                              ("print/x 16", "0x10"), ("print /x 16", "0x10"), ("px/d 16", "16"), ("p -x 16", "0x10"),
                              ("p/x init_task.prio@2", "{0x78, 0x78}"), ("p/c (char [4])*(int *)init_task.comm",
                               "{115 's', 119 'w', 97 'a', 112 'p'}")]:
            with self.subTest(command):
                self.assertEqual(self.text(command), f"$1 = {text}\n")
        self.assertRegex(self.text("p/a init_task.sched_class"), r"^\$1 = 0x[0-9a-f]+ <idle_sched_class>\n$")
        self.assertEqual(self.document("p/x init_task.prio")["values"][0]["value"],
                         self.document("p init_task.prio")["values"][0]["value"])
        for command, message in [("p/2x 1", "no count"), ("p/xb 1", "a size"), ("p/i 1", "for x"), ("p/q 1", "the letters are")]:
            self.assertIn(message, self.failure(command))

    def test_literals(self):
        self.assertEqual(self.text('p "a\\n" "b"', 'p sizeof("abc")', 'p "abc"[1]'),
                         '$1 = "a\\nb"\n$2 = 4\n$3 = 98 \'b\'\n')

    def test_typeof(self):
        self.assertEqual(self.text("p ((typeof(init_task) *)&init_task)->pid", "p sizeof(typeof(init_task.comm))",
                                   "p container_of(&init_task.tasks, typeof(init_task), tasks) == &init_task"),
                         "$1 = 0\n$2 = 16\n$3 = 1\n")

    def test_arrays_in_rows(self):
        self.assertEqual(self.text("set print_array on", "p init_task.prio@2"), "print_array: on\n$1 = {\n  120,\n  120\n}\n")

    def test_namesakes(self):
        """A static symbol of several files: a note tells the choices, and each of them is one of the symbols."""
        found = [s["address"] for s in self.document("sym -q snapshot_fops")["symbols"] if s["name"] == "snapshot_fops"]
        self.assertGreater(len(found), 1)
        note, = self.document("p &snapshot_fops")["notes"]
        choices = re.findall(r"[\w./-]+\.c:snapshot_fops", note)
        self.assertEqual(len(choices), len(found))
        self.assertEqual({int(self.text(f"p/x &{c}").split("= ")[1], 16) for c in choices}, {int(a, 16) for a in found})
        self.assertIn("<tracing_snapshot_open>", self.text("trace.c:snapshot_fops.open", "struct file_operations.open trace.c:snapshot_fops"))
        self.assertEqual(self.text("whatis trace.c:snapshot_fops"), "const struct file_operations snapshot_fops;\n")
        self.failure("p nofile.c:snapshot_fops")

    def test_user_space(self):
        helper = self.guest.truth["helper"]["strings"]["data"]
        out = self.text(f"set {self.guest.truth['facts']['helper']}", f"p -u (char *){helper['address']}")
        self.assertIn(f'"{helper["text"]}"', out)

    def test_errors(self):
        for expression, message in [("nonsense", "nonsense"), ("1 +", "operand"), ("init_task.nonsense", "nonsense"),
                                    ("nonsense:a", "symbol not found"), ("runqueues:99", "99"), ("(1", "")]:
            with self.subTest(expression):
                self.assertIn(message, self.failure(f"p {expression}"))
        self.assertIn("Usage: p", self.failure("p"))
        self.assertIn("Usage: p", self.failure("p -x"))


class Bare(Types):
    """A first word that is no command."""

    def test_expressions(self):
        for command in ("init_task.pid", "&init_task", "$1", "sizeof(struct list_head)", "PIDTYPE_TGID", "(1 + 2) * 3",
                        "~0", "init_task.prio@2", "vfs_write", "trace.c:snapshot_fops.open", "runqueues:1.cpu"):
            with self.subTest(command):
                self.assertEqual(self.text("p 1", command), self.text("p 1", f"p {command}"))

    def test_types(self):
        for command, whole in [("list_head init_task.tasks", "struct list_head init_task.tasks"), ("sigval", "union sigval"),
                               ("atomic_t", "whatis atomic_t"), ("enum pid_type", "whatis enum pid_type"),
                               ("atomic_t init_task", "struct atomic_t init_task"),
                               ("task_struct.pid,comm init_task", "struct task_struct.pid,comm init_task")]:
            with self.subTest(command):
                self.assertEqual(self.text(command), self.text(whole))

    def test_unknown(self):
        self.assertIn("unknown command: nonsense", self.failure("nonsense"))
        self.assertIn("unknown symbol nonsense", self.failure("&nonsense"))


class Whatis(Types):
    def test_text(self):
        self.assertEqual(self.text("whatis vfs_write"), "ssize_t vfs_write(struct file *, const char *, size_t, loff_t *);\n")
        self.assertEqual(self.text("whatis linux_banner"), "const char linux_banner[];\n")
        self.assertEqual(self.text("whatis init_task.comm"), "char [16]\n")
        self.assertEqual(self.text("whatis pid_t"), "typedef __kernel_pid_t pid_t;\nSIZE: 4\n\n")
        self.assertEqual(self.text("pid_t"), "typedef __kernel_pid_t pid_t;\nSIZE: 4\n\n")

    def test_json(self):
        self.assertEqual(self.document("whatis init_task.comm")["types"], [{"declaration": "char [16]", "size": 16}])

    def test_expressions(self):
        for word, text in [("typeof(init_task.comm)", "char [16]"), ("typeof(init_task) *", "struct task_struct *"),
                           ("init_task.tasks.next->prev", "struct list_head *"), ("1 + 1ul", "unsigned long")]:
            with self.subTest(word):
                self.assertEqual(self.text(f"whatis {word}"), f"{text}\n")
        self.assertEqual(self.text("p 5", "whatis $1"), "$1 = 5\nint\n")
        self.assertIn("functions cannot be called", self.failure("whatis vfs_write(1)"))

    def test_by_member(self):
        text = self.text("whatis -m mm_struct").splitlines()
        self.assertEqual(text[:4], [" SIZE  TYPE", "   24  map_info", "   24  trace_event_raw_exit_mmap",
                                    "   24  trace_event_raw_mm_collapse_huge_page"])
        self.assertEqual(text[-3:], [" 8344  numa_maps_private", " 9728  task_struct", "40504  kvm"])
        found = self.document("whatis -m mm_struct")["types"]
        self.assertEqual([f"{t['size']:5}  {t['name']}" for t in found], text[1:])

    def test_by_size(self):
        text = self.text("whatis -r 16").splitlines()
        self.assertEqual(text[0], "SIZE  TYPE")
        for name in ("__aio_sigset", "__int128", "xsd_sockmsg", "zap_details", "zoneref", "list_head"):
            self.assertIn(f"  16  {name}", text)
        sizes = [t["size"] for t in self.document("whatis -r 9000-10000")["types"]]
        self.assertIn(9728, sizes)
        self.assertTrue(all(9000 <= n <= 10000 for n in sizes))
        self.assertEqual(sizes, sorted(sizes))

    def test_errors(self):
        self.assertIn("nonsense", self.failure("whatis nonsense"))
        self.assertIn("no such type", self.failure("whatis -r 123456789"))
        self.assertIn("Usage: whatis", self.failure("whatis"))
