# SPDX-License-Identifier: GPL-2.0-or-later
"""list and tree: text in crash's shape, the same values as JSON, and what is said of wrong words and damage."""
import json
import re

from inquest import Case, Guest


class Walks(Case):
    guest = Guest("amd64-module-kdump")
    form = "vmcore"

    @property
    def objects(self):
        return self.guest.truth["module_objects"]

    def told(self, name):
        return int(self.objects[name], 16)


class List(Walks):
    def test_head(self):
        """Every way to name a head gives the same objects; the guest told them."""
        items = [self.told(f"list_item_{i}") for i in range(23)]
        want = "".join(f"{a:x}\n" for a in items)
        head = self.objects["list"]
        for command in (f"list -H {head} -o 24", f"list -o 24 -H {head[2:]}", "list -H inquest_list -o 24",
                        "list 24 -H inquest_list", "list -H inquest_list 24", "list -H (inquest_list) -o 0x18",
                        "list -BH inquest_list -o 24"):
            with self.subTest(command):
                self.assertEqual(self.text(command), want)
        self.assertEqual(self.text("list -rH inquest_list -o 24"), "".join(f"{a:x}\n" for a in reversed(items)))
        self.assertEqual(self.text(f"list -H inquest_list -o 24 -e {items[3]:x}"),
                         "".join(f"{a:x}\n" for a in items[:3]))
        # from an object: around and through the head, which is shown as if it were one
        around = [int(l, 16) for l in self.text(f"list -h {items[5]:x} -o 24").split()]
        self.assertEqual(around, items[5:] + [self.told("list") - 24] + items[:5])
        document = self.document("list -H inquest_list -o 24")
        self.assertEqual([int(e["address"], 16) for e in document["entries"]], items)

    def test_links(self):
        """Without -h and -H pointers lead from link to link; -l takes -s back to the structure."""
        first = self.told("list_item_0")
        lines = self.text(f"list {first + 24:x} -s atomic_t.counter -l 24").splitlines()
        self.assertEqual(lines[:4], [f"{first + 24:x}", "  counter = 0,",
                                     f"{self.told('list_item_1') + 24:x}", "  counter = 1,"])
        self.assertEqual(len(lines), 2 * 24)  # the head as well

    def test_head_in_another_structure(self):
        """-O: children of pid 1's parent hang in another list_head than their own."""
        told = sorted(t["pid"] for t in self.guest.truth["tasks"] if t["ppid"] == 2 and t["pid"] == t["tgid"])
        kthreadd = next(t["task"] for t in self.document("ps")["tasks"] if t["pid"] == 2)
        found = self.document(f"list -h {kthreadd} -O task_struct.children task_struct.sibling -s task_struct.pid")
        self.assertEqual(sorted(e["structures"][0]["members"][0]["value"] for e in found["entries"]), told)

    def test_structures(self):
        text = self.text("list task_struct.tasks -s task_struct.pid,comm -s task_struct.se.on_rq -h init_task")
        start = int(self.guest.truth["symbols"]["init_task"]["address"], 16)
        self.assertTrue(text.startswith(f'{start:x}\n  pid = 0,\n  comm = "swapper/0\\000\\000\\000\\000\\000\\000",\n'
                                        "  se.on_rq = "), text[:200])
        text = self.text("list -H modules module.list -s list_head -x")
        self.assertRegex(text, r"^[0-9a-f]{16}\nstruct list_head \{\n"
                               r"  next = 0x[0-9a-f]+,?[^\n]*\n  prev = 0x[0-9a-f]+[^\n]*\n\}\n")
        plain = self.text("list -H modules module.list -s module.num_syms,refcnt.counter")
        self.assertEqual(self.text("list -H modules module.list -S module.num_syms,refcnt.counter"), plain)
        self.assertRegex(self.text("list -xH modules module.list -s module.refcnt.counter"), r"refcnt\.counter = 0x\d")

    def test_by_hand(self):
        """A list that ends in a null pointer."""
        found = self.document("list file_system_type.next -s file_system_type.next (*&file_systems)")["entries"]
        self.assertGreater(len(found), 10)
        for one, other in zip(found, found[1:]):
            self.assertEqual(one["structures"][0]["members"][0]["value"].split()[0], other["address"])
        self.assertEqual(found[-1]["structures"][0]["members"][0]["value"], "0x0")

    def test_hash_list(self):
        """hlist_node ends in a null pointer: tasks of a pid, from the head in struct pid."""
        task = next(t["task"] for t in self.document("ps")["tasks"] if t["pid"] == 1)
        text = self.text(f"list -H (&((struct task_struct *){task})->thread_pid->tasks[0]) -o task_struct.pid_links[0] "
                         "-s task_struct.pid")
        self.assertEqual(text, f"{int(task, 16):x}\n  pid = 1,\n")

    def test_empty(self):
        address = int(self.document("p &init_task.ptraced")["values"][0]["value"].split()[0], 16)
        self.assertEqual(self.text(f"list -H {address:x}"), "(empty)\n")
        self.assertEqual(self.document(f"list -H {address:x}")["entries"], [])

    def test_damage(self):
        """What was read stays; a reason follows."""
        p = self.inquest("-c", "list -h linux_banner", check=1)
        self.assertRegex(p.stderr, r"^list: invalid list entry: [0-9a-f]+: cannot read list entry at 0x")
        self.assertRegex(p.stdout, r"^[0-9a-f]+\n<[a-zA-Z ]+>\n$")
        self.assertIn("list: -r follows the list from its other end\n", p.stderr)
        self.assertIn("invalid list entry: 0: the list ends in a null pointer", self.failure("list -h empty_zero_page"))

    def test_links_taken_for_objects(self):
        p = self.inquest("-c", "list task_struct.tasks init_task")
        self.assertIn("the pointers of task_struct.tasks lead to others of its kind, not to objects", p.stderr)

    def test_words(self):
        for command, message in (
                ("list", "a starting address is required"),
                ("list -x -d init_task", "-d and -x are mutually exclusive"),
                ("list 1 2 init_task", "too many arguments"), ("list 10 20", "-o is required"),
                ("list -l 8 init_task", "-l option can only be used with -s or -S option"),
                ("list -O 8 init_task", "-O option can only be used with -h option"),
                ("list -h -H init_task", "-h and -H are mutually exclusive"),
                ("list -s nonsense init_task", "invalid data structure reference: nonsense"),
                ("list -s file.nonsense init_task", "invalid data structure member reference: file.nonsense"),
                ("list -o file.nonsense init_task", "invalid data structure member reference: file.nonsense"),
                ("list inquest_list nonsense.link", "invalid data structure reference: nonsense"),
                ("list -o 8 -o 9 init_task", "-o was already given: 8"),
                ("list nonsense", "symbol not found: nonsense"),
                ("list -rH init_task task_struct.pid_links[0]", "-r is for lists of list_heads"),
                ("list -Z init_task", "Usage: list")):
            with self.subTest(command):
                self.assertIn(message, self.failure(command))


class Excluded(Walks):
    """A dump without the pages of users: what lies on them is told as missing, in its place."""
    form = "d31-zlib"

    def test_page(self):
        helper = self.guest.truth["helper"]["strings"]["data"]["address"]
        pid = self.guest.truth["facts"]["helper"]
        told = self.inquest("--json", "-c", f"set {pid}", "-c", f"vtop -u {helper}", check=0)
        physical = json.loads(told.stdout.splitlines()[1])["addresses"][0]["physical"]
        at = int(self.document(f"ptov {physical}")["addresses"][0]["virtual"], 16)
        p = self.inquest("-c", f"list {at:x} -s list_head -s task_struct.pid", check=1)
        self.assertEqual(p.stdout, f"{at:x}\nstruct list_head {{\n"
                                   "  next = <page excluded>,\n  prev = <page excluded>\n}\n"
                                   "  pid = <page excluded>,\n<page excluded>\n")
        self.assertIn(f"list: the list cannot be followed behind {at:x}: cannot read list entry at", p.stderr)
        for words in ("", "-N", "-t x -N", "-t m", "-t x"):
            with self.subTest(words):
                self.assertRegex(self.failure(f"tree {words} {at:x}"),
                                 r"cannot read [a-z_' ]+ at 0x[0-9a-f]+: page excluded")


class Tree(Walks):
    def test_red_black(self):
        text = self.text("tree -t rbtree -o 40 inquest_tree -p -s atomic_t.counter")
        self.assertTrue(text.startswith(f"{self.told('tree_root'):x}\n  position: root\n  counter = "), text[:100])
        shown = re.findall(r"(?m)^([0-9a-f]+)\n  position: root([/lr]*)\n  counter = (\d+),\n", text)
        self.assertEqual(len(shown), 41)
        # a search tree: what is to the left is less, and the order is a node, its left side, its right side
        where = {path: int(n) for _, path, n in shown}
        for path, n in where.items():
            for below, m in where.items():
                if below.startswith(f"{path}/"):
                    self.assertEqual(m < n, below[len(path) + 1] == "l")
        self.assertEqual([p for _, p, _ in shown], sorted(where, key=lambda p: p.split("/")[1:]))
        in_order = self.document("tree -lo 40 -t rb inquest_tree -s atomic_t.counter")["entries"]
        self.assertEqual([e["structures"][0]["members"][0]["value"] for e in in_order], list(range(41)))
        self.assertEqual({f"root{p}" for p in where}, {e["position"] for e in in_order})
        root = self.told("tree_root") + 40
        self.assertEqual(self.text(f"tree -No 40 {root:x}"), self.text("tree -t rbtree -o 40 inquest_tree"))
        # the tree as a member: so many bytes into what start is the address of
        self.assertEqual(self.text(f"tree -o 40 -r 16 {self.told('tree') - 16:x}"),
                         self.text("tree -o 40 inquest_tree"))

    def test_xarray(self):
        lines = self.text("tree -t xarray inquest_array -p").splitlines()
        self.assertEqual(lines[:4], [f"{self.told('array_item_0'):x}", "  index: 0  position: root/0/0/0", lines[2],
                                     "  index: 77  position: root/0/1/13"])
        self.assertEqual(lines[-2:], [f"{self.told('array_item_last'):x}", "  index: 10472  position: root/2/35/40"])
        self.assertEqual(len(lines), 2 * 137)
        for word in ("x", "radix", "ra"):
            self.assertEqual(self.text(f"tree -t {word} inquest_array -p").splitlines(), lines)
        head = self.document(f"struct xarray.xa_head {self.told('array'):x}")["structures"][0]["members"][0]["value"]
        self.assertEqual(self.text(f"tree -t x -N {head} -p").splitlines(), lines)
        # -r's member tells the type
        self.assertEqual(self.text("tree -r pid_namespace.idr init_pid_ns"),
                         self.text("tree -t x -r pid_namespace.idr init_pid_ns"))

    def test_maple(self):
        pid = self.guest.truth["facts"]["helper"]
        task = next(t["task"] for t in self.document("ps")["tasks"] if t["pid"] == pid)
        mm = self.document(f"struct task_struct.mm {task}")["structures"][0]["members"][0]["value"].split()[0]
        maps = self.guest.truth["helper"]["maps"]
        first = maps[0]
        text = self.text(f"tree -t maple -r mm_struct.mm_mt {mm} -p -x -s vm_area_struct.vm_start,vm_end")
        self.assertRegex(text, rf"^[0-9a-f]{{16}}\n  index: 1  position: root/0/1  range: {first['start'][2:]}-"
                               rf"{int(first['end'], 16) - 1:x}\n"
                               rf"  vm_start = {first['start']},\n  vm_end = {first['end']},\n")
        # all of it: entries and empty ranges cover every index, each node covers what is in it
        text = self.text(f"tree -t maple -r mm_struct.mm_mt {mm} -v -x")
        self.assertRegex(text, r"^maple_tree\([0-9a-f]{16}\) flags [0-9A-F]+, height 2 root 0x[0-9a-f]{16}\n\n"
                               r"0-f{16}: node 0x")
        covered = 0
        for indent, start, end in re.findall(r"(?m)^( *)([0-9a-f]+)(?:-([0-9a-f]+))?: 0x", text):
            self.assertEqual(len(indent), 4)
            self.assertEqual(int(start, 16), covered)
            covered = int(end or start, 16) + 1
        self.assertEqual(covered, 1 << 64)
        document = self.document(f"tree -t maple -r mm_struct.mm_mt {mm} -v")
        self.assertEqual(document["height"], 2)
        areas = [e for e in document["entries"] if "address" in e]
        self.assertEqual([e["min"] for e in areas], [m["start"] for m in maps if m["name"] != "[vsyscall]"])
        nodes = [e for e in document["entries"] if "node" in e]
        self.assertEqual([(n["type"], len(n["slots"])) for n in nodes[:2]], [(3, 10), (1, 16)])
        # a node of its own, by the pointer that its slot holds
        below = self.text(f"tree -t maple -N {nodes[0]['slots'][0]['slot']}").split()
        self.assertEqual(below, [f"{int(e['address'], 16):x}" for e in areas[:len(below)]])
        self.assertIn("type stands in the low bits", self.failure(f"tree -t maple -N {nodes[1]['node']}"))

    def test_mistaken(self):
        """What is no root by its type is walked, but said to be something else."""
        note = "what is taken for the root of xarrays is of type struct char_device_struct *[255]"
        p = self.inquest("-c", "tree -t x chrdevs", check=0)
        self.assertIn(f"tree: {note}\n", p.stderr)
        self.assertEqual(self.document("tree -t x chrdevs")["notes"], [note])

    def test_damage(self):
        """What cannot be followed is told in its place, in text and in JSON."""
        p = self.inquest("-c", "tree modules", check=1)
        self.assertRegex(p.stdout, r"(?m)^[0-9a-f]{16}\n(.*\n)*<duplicate tree entry> node [0-9a-f]+\n")
        self.assertRegex(p.stderr, r"(?m)^tree: nodes that cannot be followed: \d+$")
        self.assertIn("cannot read the tree's root", self.failure("tree ffffffffffff0000"))

    def test_words(self):
        for command, message in (
                ("tree", "a starting address is required"), ("tree init_task jiffies", "too many arguments entered"),
                ("tree -t zz init_task", "invalid tree type: zz"), ("tree -t x -t rb init_task", "multiple tree types"),
                ("tree -t x -l inquest_array", "-l option is not applicable to xarrays"),
                ("tree -t m -o 8 inquest_array", "-o option is not applicable to maple trees"),
                ("tree -v inquest_tree", "-v option is not applicable to red-black trees"),
                ("tree -r 8 -N inquest_tree", "-r and -N options are mutually exclusive"),
                ("tree -xd inquest_tree", "-d and -x are mutually exclusive"),
                ("tree -r file.nonsense inquest_tree", "-r: invalid data structure member reference: file.nonsense"),
                ("tree nonsense", "symbol not found: nonsense"), ("tree -Z inquest_tree", "Usage: tree")):
            with self.subTest(command):
                self.assertIn(message, self.failure(command))
