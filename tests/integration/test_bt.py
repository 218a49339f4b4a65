# SPDX-License-Identifier: GPL-2.0-or-later
"""bt: the frames that the dying kernel printed itself, the sleeping tasks' stacks as /proc told them, and the shapes."""
import re
import unittest

from crashes import guest
from test_ps import HEADER, changing, records

FRAME = re.compile(r"( #\d|#\d\d+) \[([0-9a-f]{16})\] (\? )?(\S+?)(\+\d+|\+0x[0-9a-f]+)? at ([0-9a-f]{16})(?: \[(\S+)\])?")
REGISTERS = [r"    RIP: [0-9a-f]{16}  RSP: [0-9a-f]{16}  RFLAGS: [0-9a-f]{8}",
             r"    RAX: [0-9a-f]{16}  RBX: [0-9a-f]{16}  RCX: [0-9a-f]{16}",
             r"    RDX: [0-9a-f]{16}  RSI: [0-9a-f]{16}  RDI: [0-9a-f]{16}",
             r"    RBP: [0-9a-f]{16}   R8: [0-9a-f]{16}   R9: [0-9a-f]{16}",
             r"    R10: [0-9a-f]{16}  R11: [0-9a-f]{16}  R12: [0-9a-f]{16}",
             r"    R13: [0-9a-f]{16}  R14: [0-9a-f]{16}  R15: [0-9a-f]{16}",
             r"    ORIG_RAX: [0-9a-f]{16}  CS: [0-9a-f]{4}  SS: [0-9a-f]{4}"]
# What the kernel calls while it prints its own trace, and what it goes through after that to take the dump.
PRINTING = {"dump_stack", "dump_stack_lvl", "show_stack"}


def names(frames):
    return [(f.get("function"), f.get("offset"), f.get("module")) for f in frames]


def printed(truth):
    """The frames of the kernel's own trace without the uncertain ones, innermost first."""
    return [(f["function"], f["offset"], f["module"]) for f in truth["panic"]["frames"]
            if f["certain"] and f["function"] not in PRINTING]


class Panic(unittest.TestCase):
    """bt of the panic task: the kernel's own frames in order, and nothing between them."""

    def check(self, name, form):
        g = guest(name)
        (task,) = g.json(form, "bt")["tasks"]
        self.assertEqual((task["pid"], task["command"]),
                         (g.truth["panic"]["task"]["pid"], g.truth["panic"]["task"]["comm"]))
        want = printed(g.truth)
        got = names(task["frames"])
        inner = [f[0] for f in got].index(want[0][0])
        # panic() itself has gone on since it printed.
        self.assertEqual([(f[0], f[2]) for f in got[inner:]], [(f[0], f[2]) for f in want])
        self.assertEqual(got[inner + 1:], want[1:])
        self.assertTrue(all(f["reliable"] for f in task["frames"]))
        self.assertEqual(task["end"], "user mode")
        return task

    def test_sysrq(self):
        for form in "elf", "kdump-zlib":
            self.check("amd64-sysrq", form)

    def test_no_note(self):
        self.check("amd64-sysrq-nonote", "kdump-zlib")

    def test_kdump(self):
        for form in guest("amd64-kdump").truth["dumps"]:
            with self.subTest(form=form):
                task = self.check("amd64-kdump", form)
                self.assertEqual([f["function"] for f in task["frames"]][:2], ["machine_kexec", "__crash_kexec"])

    def user_registers(self, task, truth):
        exception = task["frames"][-1]["exception"]
        self.assertTrue(exception["user"])
        for name, value in truth.items():
            name = {"EFLAGS": "rflags"}.get(name, re.sub("^R0", "R", name).lower())
            if name in exception:
                self.assertEqual(int(exception[name], 16), int(value, 16), name)

    def test_user_registers(self):
        g = guest("amd64-kdump")
        (task,) = g.json("d31-zlib", "bt")["tasks"]
        self.user_registers(task, g.truth["panic"]["user_registers"])

    def oops(self, name, form):
        """The faulting function, then the frames that the kernel printed."""
        g = guest(name)
        (task,) = g.json(form, "bt")["tasks"]
        fault = next(f for f in task["frames"] if f.get("exception") and not f["exception"]["user"])
        rip = g.truth["panic"]["rip"]
        self.assertEqual((fault["exception"]["function"], fault["exception"]["offset"]),
                         (rip["function"], rip["offset"]))
        for register, value in g.truth["panic"]["registers"].items():
            register = re.sub("^R0", "R", register).lower()
            if register in fault["exception"] and register != "eflags":
                self.assertEqual(int(fault["exception"][register], 16), int(value, 16), register)
        got = names(task["frames"])
        want = [(rip["function"], rip["offset"], "inquest_test")] + printed(g.truth)
        at = [f[0] for f in got].index(rip["function"])
        self.assertEqual(got[at:], want)
        return g, task

    def test_module(self):
        for name, form in ("amd64-module-kdump", "d31-zlib"), ("amd64-module-kdump", "vmcore"), ("amd64-module", "elf"):
            with self.subTest(name=name, form=form):
                self.oops(name, form)

    def test_interrupt(self):
        g, task = self.oops("amd64-irq", "d31-zlib")
        self.assertIn("--- <IRQ stack> ---\n", g.text("d31-zlib", "bt"))
        self.assertEqual(task["end"], "user mode")

    def test_module_line(self):
        """With the module's debug file loaded, bt -l ends in the right line of its source."""
        g = guest("amd64-module-kdump")
        mark = g.truth["marks"]["FAULT LINE"]
        answer = g.run("d31-zlib", f"mod -s inquest_test {g.folder}/module/debug/inquest_test.ko", "bt -l",
                       options=("-s",), as_json=True)
        frames = answer.documents[-1]["tasks"][0]["frames"]
        (fault,) = [f for f in frames if f.get("function") == mark["function"]]
        self.assertEqual((fault["file"].split("/")[-1], fault["line"]), (mark["file"], mark["line"]))
        self.assertTrue(fault["interrupted"])
        text = g.run("d31-zlib", f"mod -s inquest_test {g.folder}/module/debug/inquest_test.ko", "bt -l").text
        self.assertRegex(text, r"\n    \[exception RIP: inquest_level_three\+\d+\]\n    \S*/inquest_test\.c: "
                         f"{mark['line']}\n    RIP: ")
        two = next(f for f in frames if f.get("function") == "inquest_level_two")
        self.assertEqual(two["line"], g.truth["marks"]["LEVEL TWO CALL"]["line"])


class Sleeping(unittest.TestCase):
    def check(self, name, form):
        """What /proc/PID/stack said; the offsets are those of the return addresses."""
        g = guest(name)
        tasks = {t["pid"]: t for t in g.json(form, "foreach bt")["tasks"] if t["pid"]}
        # /proc leaves out the scheduler and what sleeps in its section (in_sched_functions()).
        sched = [int(g.text(form, f"sym __sched_text_{end}").split()[0], 16) for end in ("start", "end")]
        compared = 0
        for pid, stack in g.truth["stacks"].items():
            if not stack or int(pid) in changing(g.truth):
                continue
            want = [(f["function"], f["offset"], f["module"]) for f in stack if f["certain"]]
            got = names(tasks[int(pid)]["frames"])
            self.assertEqual(got[-len(want):], want, tasks[int(pid)])
            for frame in tasks[int(pid)]["frames"][:-len(want)]:
                self.assertTrue(sched[0] <= int(frame["pc"], 16) < sched[1], frame)
            compared += 1
        self.assertGreater(compared, 20)

    def test_kdump(self):
        self.check("amd64-kdump", "d31-zlib")

    def test_sysrq(self):
        self.check("amd64-sysrq", "elf")

    def test_mutex(self):
        """Two tasks that wait for each other."""
        g = guest("amd64-mutex-kdump")
        self.check("amd64-mutex-kdump", "d31-zlib")
        waiting = g.json("d31-zlib", "foreach UN bt")["tasks"]
        functions = [{f.get("function") for f in t["frames"]} for t in waiting]
        for function in "inquest_take_left", "inquest_take_right":
            self.assertEqual(sum(function in f for f in functions), 1)


class Shapes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.g = guest("amd64-kdump")
        cls.form = "d31-zlib"
        cls.pid = cls.g.truth["panic"]["task"]["pid"]

    def text(self, command):
        return self.g.text(self.form, command)

    def json(self, command):
        return self.g.json(self.form, command)

    def trace(self, lines, offsets=False):
        """Check the lines of one task; returns the matches of its frames."""
        self.assertTrue(re.fullmatch(HEADER, lines[0]), lines[0])
        frames, at = [], 1
        while at < len(lines):
            m = FRAME.fullmatch(lines[at])
            if m:
                self.assertEqual(m[1].strip(), f"#{len(frames)}")
                self.assertEqual(bool(m[5]), offsets, lines[at])
                frames.append(m)
                at += 1
            elif re.fullmatch(r"--- <[A-Za-z ]+> ---", lines[at]):
                at += 1
            else:
                if lines[at].startswith("    [exception RIP: "):
                    at += 1
                    at += bool(re.fullmatch(r"    \S+: \d+", lines[at]))
                for line, shape in zip(lines[at:at + 7], REGISTERS, strict=True):
                    self.assertTrue(re.fullmatch(shape, line), line)
                at += 7
        return frames

    def test_default(self):
        (lines,) = records(self.text("bt"))
        frames = self.trace(lines)
        found = self.json("bt")["tasks"][0]
        self.assertEqual([(m[2], m[4], m[6]) for m in frames],
                         [(f["sp"][2:], f["function"], f["pc"][2:]) for f in found["frames"]])
        self.assertTrue(found["registers_from"])

    def test_panic_and_pid(self):
        self.assertEqual(self.text("bt -p"), self.text("bt"))
        self.assertEqual(self.text(f"bt {self.pid}"), self.text("bt"))
        task = self.json("bt")["tasks"][0]["task"][2:]
        self.assertEqual(self.text(f"bt {task}"), self.text("bt"))
        both = records(self.text("bt 2 1"))
        self.assertEqual([int(re.match(HEADER, lines[0])[1]) for lines in both], [2, 1])

    def test_all_cpus(self):
        for command in "bt -a", "bt -c 0-1", "bt -c a", "bt -a -n idle":
            found = records(self.text(command))
            self.assertEqual([int(re.match(HEADER, lines[0])[3]) for lines in found], [0, 1], command)
        (only,) = records(self.text("bt -c 1"))
        self.assertEqual(re.match(HEADER, only[0])[3], "1")
        self.assertEqual(self.g.run(self.form, "bt -c 7", options=("-s",)).status, 1)
        # CPU 1 was in user space, from where an interrupt fetched it.
        other = self.json("bt -c 1")["tasks"][0]
        self.assertEqual(other["command"], "inq-spin")
        self.assertEqual(other["end"], "user mode")

    def test_offsets(self):
        (lines,) = records(self.text("bt -s"))
        self.trace(lines, offsets=True)
        found = self.json("bt")["tasks"][0]["frames"]
        self.assertEqual([m[5] for m in self.trace(lines, offsets=True)], [f"+{f['offset']}" for f in found])
        (lines,) = records(self.text("bt -s -x"))
        self.assertEqual([m[5] for m in self.trace(lines, offsets=True)], [f"+{f['offset']:#x}" for f in found])
        (lines,) = records(self.text("bt -sd"))
        self.assertEqual([m[5] for m in self.trace(lines, offsets=True)], [f"+{f['offset']}" for f in found])
        self.assertEqual(self.g.run(self.form, "bt -x -d", options=("-s",)).status, 1)

    def test_lines(self):
        text = self.text("bt -l")
        plain = [l for l in text.splitlines() if not re.match(r"    ([^:]*[./][^:]*: \d+|\(inlined\) .*)$", l)]
        self.assertEqual("\n".join(plain) + "\n", self.text("bt"))
        found = self.json("bt -l")["tasks"][0]["frames"]
        by_name = {f["function"]: f for f in found}
        self.assertEqual((by_name["sysrq_handle_crash"]["file"].split("/")[-1],
                          by_name["sysrq_handle_crash"]["line"]), ("sysrq.c", 155))
        self.assertTrue(by_name["vfs_write"]["file"].endswith("fs/read_write.c"))
        for f in found:
            if "file" in f:
                self.assertIn(f"    {f['file']}: {f['line']}\n", text)
            for i in f.get("inlined", []):
                self.assertIn(f"    (inlined) {i['function']}, called from {i['caller']} at {i['file']}: {i['line']}\n",
                              text)
        self.assertTrue(any(f.get("inlined") for f in found))

    def test_group(self):
        helper = self.g.truth["facts"]["helper"]
        threads = {t["pid"] for t in self.g.truth["tasks"] if t["tgid"] == helper}
        found = records(self.text(f"bt -g {min(threads - {helper})}"))
        self.assertEqual(int(re.match(HEADER, found[0][0])[1]), helper)
        self.assertEqual({int(re.match(HEADER, lines[0])[1]) for lines in found}, threads)
        self.assertEqual(self.g.run(self.form, "bt -g -a", options=("-s",)).status, 1)

    def test_sleeping(self):
        (lines,) = records(self.text("bt 2"))
        frames = self.trace(lines)
        self.assertEqual((frames[0][4], frames[-1][4]), ("__schedule", "ret_from_fork"))
        self.assertEqual(self.json("bt 2")["tasks"][0]["end"], "outermost frame")

    def test_eframes(self):
        text = self.text("bt -e")
        self.assertTrue(re.match(HEADER + "\n\n  (KERNEL|USER)-MODE EXCEPTION FRAME AT: [0-9a-f]{16}\n", text), text)
        found = self.json("bt -e")["tasks"][0]["exceptions"]
        self.assertTrue(found[-1]["user"])
        last = self.json("bt")["tasks"][0]["frames"][-1]["exception"]
        self.assertEqual(found[-1]["exception"]["rip"], last["rip"])

    def test_other_stacks(self):
        found = records(self.text("bt -E"))
        self.assertEqual(found[0][0], "CPU 0 IRQ STACK:")
        self.assertIn("(none found)", self.text("bt -E"))
        self.assertTrue(any(lines[0] == "CPU 1 NMI EXCEPTION STACK:" for lines in found))
        nmi = next(s for s in self.json("bt -E -c 1")["stacks"] if s["stack"].startswith("NMI"))
        self.assertTrue(nmi["exceptions"][0]["user"])

    def test_overflows(self):
        self.assertEqual(self.text("bt -v"), "No stack overflows detected\n")
        self.assertEqual(self.json("bt -v")["overflows"], 0)

    def test_bad_words(self):
        answer = self.g.run(self.form, "bt 4999999", "bt -Z", "bt -n busy", options=("-s",))
        self.assertEqual((answer.status, answer.text), (1, ""))
        self.assertIn("invalid task or pid value: 4999999", answer.messages)


class Foreach(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.g = guest("amd64-kdump")
        cls.form = "d31-zlib"

    def text(self, command):
        return self.g.text(self.form, command)

    def json(self, command):
        return self.g.json(self.form, command)

    def pids(self, words):
        return {t["pid"] for t in self.json(f"foreach {words} ps")["tasks"]}

    def test_selectors(self):
        tasks = self.g.truth["tasks"]
        self.assertEqual(self.pids("user"), {t["pid"] for t in tasks if not t["kernel"]})
        self.assertEqual(self.pids("kernel"), {t["pid"] for t in tasks if t["kernel"]} | {0})
        self.assertEqual(self.pids("gleader"), {t["pid"] for t in tasks if not t["kernel"] and t["pid"] == t["tgid"]})
        self.assertEqual(self.pids("ZO"), {t["pid"] for t in tasks if t["state"] == "Z"})
        self.assertEqual(self.pids("ST"), {t["pid"] for t in tasks if t["state"] == "T"})
        self.assertEqual(self.pids("kthreadd 1"), {1, 2})
        self.assertEqual(self.pids("'^inq-'"), {t["pid"] for t in tasks if t["comm"].startswith("inq-")})
        self.assertEqual(len(self.json("foreach active ps")["tasks"]), self.g.truth["facts"]["cpus"])
        self.assertEqual(self.g.run(self.form, "foreach user kernel ps", options=("-s",)).status, 1)
        self.assertEqual(self.g.run(self.form, "foreach nosuchname ps", options=("-s",)).status, 1)
        self.assertEqual(self.g.run(self.form, "foreach user", options=("-s",)).status, 1)

    def test_bt(self):
        found = records(self.text("foreach user bt"))
        self.assertEqual(len(found), sum(not t["kernel"] for t in self.g.truth["tasks"]))
        self.assertEqual(self.text("foreach 2 bt -s"), self.text("bt -s 2"))

    def test_ps(self):
        self.assertEqual(self.text("foreach ps"), self.text("ps"))
        self.assertEqual(self.text("foreach 1 ps -t"), self.text("ps -t 1"))
        self.assertEqual(self.text("foreach kernel ps -s"), self.text("ps -k -s"))

    def test_task(self):
        self.assertEqual(self.text("foreach 1 2 task -R pid,comm"), self.text("task -R pid,comm 1 2"))

    def test_set(self):
        for lines in records(self.text("foreach user set")):
            self.assertTrue(re.fullmatch(HEADER, lines[0]))
            self.assertEqual([l[:7] for l in lines[1:]], ["    PID", "COMMAND", "   TASK", "    CPU", "  STATE"])


class Task(unittest.TestCase):
    def setUp(self):
        self.g = guest("amd64-kdump")

    def text(self, command):
        return self.g.text("d31-zlib", command)

    def test_members(self):
        text = self.text("task -R pid,comm,mm 2")
        self.assertTrue(re.fullmatch(HEADER + r"\n  pid = 2,\n  comm = \"kthreadd(\\000)+\",\n  mm = 0x0,\n", text), text)
        (task,) = self.g.json("d31-zlib", "task -R pid,tgid 2")["tasks"]
        self.assertEqual(task["members"], [{"struct": "task_struct", "member": "pid", "value": 2},
                                           {"struct": "task_struct", "member": "tgid", "value": 2}])
        (task,) = self.g.json("d31-zlib", "task -R flags 2")["tasks"]
        self.assertEqual([m["struct"] for m in task["members"]], ["task_struct", "thread_info"])
        self.assertIn("  flags = 0x208040,\n", self.text("task -x -R flags 2"))
        self.assertIn(f"  flags = {0x208040},\n", self.text("task -d -R flags 2"))
        self.assertEqual(self.g.run("d31-zlib", "task -R nonsense 2", options=("-s",)).status, 1)

    def test_whole(self):
        text = self.text("task 1")
        self.assertTrue(re.match(HEADER + r"\nstruct task_struct \{\n  thread_info = \{\n", text), text[:200])
        self.assertTrue(re.search(r"\n\}\n\nstruct thread_info \{\n  flags = \d+,\n", text))
        self.assertTrue(text.endswith("\n}\n"))
        self.assertIn("\n  pid = 1,\n", text)
        (task,) = self.g.json("d31-zlib", "task 1")["tasks"]
        self.assertEqual(task["task_struct"]["pid"], 1)
        self.assertIn("flags", task["thread_info"])


if __name__ == "__main__":
    unittest.main()
