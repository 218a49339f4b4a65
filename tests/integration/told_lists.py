# SPDX-License-Identifier: GPL-2.0-or-later
"""list and tree on every dump: they find the objects that the guest said it had, no more and no fewer.

Mixed into Told (told.py), whose answers name the helper's task; what is asked of it needs a run of its own.
"""
import collections
import functools
import re
import unittest

from crashes import guest

COLUMNS = {
    "test_list_tasks": "list", "test_list_threads": "list", "test_list_modules": "list", "test_list_mounts": "list",
    "test_list_items": "list", "test_tree_pids": "tree", "test_tree_areas": "tree", "test_tree_vmalloc": "tree",
    "test_tree_items": "tree", "test_tree_array": "tree", "test_tree_pages": "tree",
    "test_tree_value": "tree",
}


def release(name):
    return tuple(int(n) for n in re.match(r"(\d+)\.(\d+)", guest(name).truth["facts"]["release"]).groups())


def commands(name, task):
    """The task is the helper's."""
    objects = guest(name).truth["module_objects"]
    helper = f"((struct task_struct *)0x{task:x})"
    mounts, program = "init_task.nsproxy->mnt_ns", f"{helper}->mm->exe_file->f_mapping"
    asked = {
        "tasks": "list -h init_task task_struct.tasks -s task_struct.pid,tgid",
        "tasks back": "list -rh init_task task_struct.tasks",
        "threads": f"list -H (&{helper}->signal->thread_head) task_struct.thread_node "
                   "-s task_struct.pid -s task_struct.comm",
        "modules": "list -H modules module.list -s module.name",
        # a list until 2eea9ce4310d (v6.8)
        "mounts": f"list -H (&{mounts}->list) mount.mnt_list -s mount.mnt_id" if release(name) < (6, 8) else
                  f"tree -t rbtree -o mount.mnt_node (&{mounts}->mounts) -s mount.mnt_id",
        "pids": "tree -t radix -r pid_namespace.idr.idr_rt init_pid_ns -s pid.tasks[0].first",
        "areas": f"tree -t maple -r mm_struct.mm_mt ({helper}->mm) -s vm_area_struct.vm_start,vm_end",
        "pages": f"tree -t xarray -r address_space.i_pages ({program}) -s page.mapping",
        "nrpages": f"p {program}->nrpages",
        "devices": "tree -t xarray unnamed_dev_ida",
        "size": f"p {program}->host->i_size",
    }
    if release(name) < (6, 9):
        asked["vmalloc"] = "tree -t rbtree -l -o vmap_area.rb_node vmap_area_root -s vmap_area.va_start,va_end"
    if objects:
        # struct inquest_item is not among the kernel's types: int, char[16], list_head, rb_node
        link, node = (24, 40) if guest(name).truth["target"] in WIDE else (20, 28)
        asked["items"] = f"list -H {objects['list']} -o {link} -s atomic_t.counter"
        asked["tree"] = f"tree -t rbtree -l -o {node} {objects['tree']} -s atomic_t.counter"
        asked["array"] = f"tree -t xarray {objects['array']} -s atomic_t.counter"
    return asked


WIDE = {"amd64", "arm64", "mips64el", "ppc64el", "riscv64", "s390x"}


@functools.lru_cache(maxsize=4)
def answers(name, form, task):
    asked = commands(name, task)
    answer = guest(name).run(form, *asked.values(), as_json=True)
    assert answer.documents and len(answer.documents) == len(asked), answer.messages
    return dict(zip(asked, answer.documents))


def members(entry):
    """Member name -> value, of the structures shown under an entry."""
    return {m["name"]: m["value"] for s in entry["structures"] for m in s["members"]}


def number(text):
    return int(text.split()[0], 16)


class Lists:
    """Tests of Told: list and tree."""

    def list_answer(self, what):
        task = next(r["task"] for r in self.answer("ps")["tasks"] if r["pid"] == self.truth["facts"]["helper"])
        found = answers(self.name, self.form, number(task))
        if what not in found:
            raise unittest.SkipTest(f"this guest has no {what}")
        self.assertTrue(found[what]["ok"], found[what].get("errors"))
        self.assertEqual(found[what].get("notes", []), [])
        return found[what]

    def list_entries(self, what):
        return self.list_answer(what)["entries"]

    def test_list_tasks(self):
        found = self.list_entries("tasks")
        told = [t["pid"] for t in self.truth["tasks"] if t["pid"] == t["tgid"]]
        self.assertEqual(sorted(members(e)["pid"] for e in found), sorted(told + [0]))
        for e in found:
            self.assertEqual(members(e)["pid"], members(e)["tgid"])
        back = [e["address"] for e in self.list_entries("tasks back")]
        self.assertEqual(back[:1] + back[:0:-1], [e["address"] for e in found])

    def test_list_threads(self):
        helper = self.truth["facts"]["helper"]
        told = {t["pid"]: t["comm"] for t in self.truth["tasks"] if t["tgid"] == helper}
        found = {members(e)["pid"]: members(e)["comm"].rstrip("\0") for e in self.list_entries("threads")}
        self.assertEqual(found, told)
        self.assertEqual(len(self.list_entries("threads")), len(told))

    def test_list_modules(self):
        """In the order of /proc/modules: the last that was loaded comes first."""
        found = [members(e)["name"].rstrip("\0") for e in self.list_entries("modules")]
        self.assertEqual(found, [m["name"] for m in self.truth["modules"]])

    def test_list_mounts(self):
        told = [int(line.split()[0]) for line in self.truth["raw"]["mountinfo"]]
        self.assertEqual(sorted(members(e)["mnt_id"] for e in self.list_entries("mounts")), sorted(told))

    def test_list_items(self):
        objects, found = self.truth["module_objects"], self.list_entries("items")
        self.assertEqual([number(e["address"]) for e in found],
                         [number(objects[f"list_item_{i}"]) for i in range(int(objects["list_items"]))])
        self.assertEqual([members(e)["counter"] for e in found], list(range(len(found))))

    def test_tree_pids(self):
        """Numbers that have a task are those of all tasks; a number without one is still a group's or a session's."""
        found = self.list_entries("pids")
        self.assertEqual([e["index"] for e in found], sorted({e["index"] for e in found}))
        used = [e["index"] for e in found if number(members(e)["tasks[0].first"])]
        self.assertEqual(used, sorted(t["pid"] for t in self.truth["tasks"]))

    def test_tree_areas(self):
        """/proc/PID/maps, but for what the kernel shows there and is no area of the process."""
        gate = {"[vsyscall]", "[vectors]"}
        told = [(number(m["start"]), number(m["end"])) for m in self.truth["helper"]["maps"] if m["name"] not in gate]
        found = self.list_entries("areas")
        self.assertEqual([(members(e)["vm_start"], members(e)["vm_end"]) for e in found], told)
        self.assertEqual([(number(e["min"]), number(e["max"]) + 1) for e in found], told)

    def test_tree_vmalloc(self):
        """All areas but stacks, which come and go with tasks, in the order of addresses."""
        found = [(members(e)["va_start"], members(e)["va_end"]) for e in self.list_entries("vmalloc")]
        self.assertEqual(found, sorted(found))
        told = collections.Counter(int(line.split()[1]) for line in self.truth["raw"]["vmallocinfo"]
                                   if not re.search("unpurged|kernel_clone|dup_task_struct", line))
        self.assertEqual(told - collections.Counter(end - start for start, end in found), collections.Counter())
        self.assertGreater(len(found), 3)

    def test_tree_items(self):
        objects, found = self.truth["module_objects"], self.list_entries("tree")
        self.assertEqual([members(e)["counter"] for e in found], list(range(int(objects["tree_items"]))))
        (root,) = [e["address"] for e in found if e["position"] == "root"]
        self.assertEqual(number(root), number(objects["tree_root"]))

    def test_tree_array(self):
        objects, found = self.truth["module_objects"], self.list_entries("array")
        n, step = int(objects["array_items"]), int(objects["array_step"])
        self.assertEqual([(e["index"], e["last"]) for e in found], [(i * step, i * step) for i in range(n)])
        self.assertEqual([members(e)["counter"] for e in found], list(range(n)))
        self.assertEqual(number(found[0]["address"]), number(objects["array_item_0"]))
        self.assertEqual(number(found[-1]["address"]), number(objects["array_item_last"]))

    def test_tree_pages(self):
        """The helper's own file, which was unpacked into memory: every page of it."""
        found = self.list_entries("pages")
        pages = self.list_answer("nrpages")["values"][0]["value"]
        self.assertEqual(sum(e["last"] - e["index"] + 1 for e in found), pages)
        page = int({r["key"]: r["value"] for r in self.answer("mach")["machine"]}["PAGE SIZE"])
        self.assertEqual(pages, -(-self.list_answer("size")["values"][0]["value"] // page))
        self.assertEqual([e["index"] for e in found], [0] + [e["last"] + 1 for e in found[:-1]])
        (mapping,) = {members(e)["mapping"] for e in found}
        self.assertNotEqual(number(mapping), 0)

    def test_tree_value(self):
        """Numbers of devices that are none: few enough for one entry, whose bits they are."""
        (found,) = self.list_entries("devices")
        self.assertEqual((found["what"], found["index"], found["last"]), ("value", 0, 0))
        bits = {n for n in range(64) if found["value"] >> n & 1}
        told = {tuple(map(int, line.split()[2].split(":"))) for line in self.truth["raw"]["mountinfo"]}
        self.assertLessEqual({minor for major, minor in told if major == 0}, bits)
        self.assertEqual(bits, set(range(1, max(bits) + 1)), "none was given back")
