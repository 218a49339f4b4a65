# SPDX-License-Identifier: GPL-2.0-or-later
"""The selected frame: frame, up, down, info, registers in expressions, and bt -L, on a guest whose end is known."""
import json
import re

from crashes import guest
from inquest import Case


class Frames(Case):
    """inq-left waits in inquest_take_left() for the mutex that inq-right has."""

    guest = guest("amd64-mutex")
    form = "elf"

    @property
    def truth(self):
        return self.guest.truth

    def waiting(self, *commands):
        """Text of commands on the task that waits."""
        return self.text(f"set {self.pid()}", *commands).split("TASK_UNINTERRUPTIBLE\n", 1)[1]

    def pid(self):
        return next(t["pid"] for t in self.document("ps")["tasks"] if t["command"] == "inq-left")

    def asked(self, *commands):
        """Documents of commands on that task."""
        words = [w for c in (f"set {self.pid()}", *commands) for w in ("-c", c)]
        p = self.inquest("--json", *words, check=0)
        return [json.loads(l) for l in p.stdout.splitlines()][1:]

    def test_frame(self):
        text = self.waiting("frame", "frame 3", "up", "down 99")
        lines = [l for l in text.splitlines() if l.startswith("#")]
        self.assertRegex(lines[0], r"^#0   0x[0-9a-f]{16} in __schedule \(sched_mode=\w+\) at .*kernel/sched/core\.c:\d+$")
        second = self.truth["module_objects"]["second_mutex"]
        self.assertRegex(lines[1], rf"^#3   0x[0-9a-f]+ in __mutex_lock\S* \(lock={second} <inquest_second>, state=2, ")
        self.assertRegex(text, r"\n    \(inlined\) __mutex_lock_common \(.*lock=" + second)
        self.assertRegex(lines[2], r"^#4   0x[0-9a-f]+ in inquest_take_left ")
        self.assertEqual(lines[3], lines[0])

    def test_frames_are_those_of_bt(self):
        (task,) = self.document(f"bt {self.pid()}")["tasks"]
        for frame, document in zip(task["frames"], self.asked(*[f"frame {f['level']}" for f in task["frames"]])):
            self.assertEqual([document[k] for k in ("number", "pc", "sp", "function")],
                             [frame[k] for k in ("level", "pc", "sp", "function")])

    def test_choosing(self):
        frames = self.document(f"bt {self.pid()}")["tasks"][0]["frames"]
        for how in (f"frame {frames[5]['sp'][2:]}", f"frame address {frames[5]['pc'][2:]}",
                    f"frame function {frames[5]['function']}", "frame level 5", "gdb frame 5"):
            (document,) = self.asked(how)
            self.assertEqual((document["number"], document["pc"]), (5, frames[5]["pc"]), how)
        (document,) = self.asked("frame function __mutex_lock_common")
        self.assertEqual(document["number"], 3, "where it is inlined")

    def test_a_new_task_has_a_new_frame(self):
        documents = self.asked("frame 4", "set -p", f"set {self.pid()}", "frame")
        self.assertEqual([documents[0]["number"], documents[3]["number"]], [4, 0])

    def test_refusals(self):
        self.assertIn("no frame at level 900", self.failure("frame 900"))
        self.assertIn('no frame for function "nothing"', self.failure("frame function nothing"))
        self.assertIn("no frame at address", self.failure("frame ffffffff00000000"))
        self.assertIn("innermost frame", self.failure("down"))
        self.assertIn("Usage", self.inquest("-c", "frame 1 2 3 4", check=1).stderr)
        self.assertIn('no register "r99"', self.failure("info registers r99"))
        self.assertIn("info", self.failure("info nonsense"))

    def test_registers(self):
        text = self.waiting("frame 3", "p $rip", "p $pc", "p $sp", "info registers rip rbx rax", "dis $pc", "rd $sp")
        frame = self.document(f"bt {self.pid()}")["tasks"][0]["frames"][3]
        self.assertEqual(len(re.findall(rf"= \(void \(\*\)\(\w*\)\) {frame['pc']} <__mutex_lock\S*>", text)), 2)
        self.assertRegex(text, r"\nrip +0x\w+ 0x\w+ <__mutex_lock\S+>\n")
        self.assertRegex(text, r"\nrax +<not saved>\n")
        self.assertIn(f"\n{frame['pc']} <__mutex_lock", text)
        # rbx holds the mutex all through this function
        second = self.truth["module_objects"]["second_mutex"]
        self.assertRegex(text, rf"\nrbx +{second} ")
        self.assertIn("register rax is not known in frame #0",
                      self.inquest("-c", f"set {self.pid()}", "-c", "p $rax", check=1).stderr)
        (document,) = self.asked("info registers")
        known = {r["name"]: r["value"] for r in document["registers"]}
        self.assertEqual(known["rip"], self.document(f"bt {self.pid()}")["tasks"][0]["frames"][0]["pc"])
        self.assertIsNone(known["rax"])

    def test_info(self):
        second = self.truth["module_objects"]["second_mutex"]
        text = self.waiting("frame 3", "info args", "info locals", "info frame")
        self.assertRegex(text, rf"(?m)^lock = {second} <inquest_second>$")
        self.assertRegex(text, r"(?m)^    waiter = \{$")
        self.assertRegex(text, r"(?m)^Stack level 3, frame at 0x[0-9a-f]+:\n rip = 0x\w+ in __mutex_lock\S* \(.*\); saved rip = 0x")
        self.assertIn("\n called by inquest_take_left\n", text)
        documents = self.asked("frame 3", "info args", "info locals", "info frame", "info")
        (own, inlined) = documents[1]["scopes"]
        lock = next(v for v in own["variables"] if v["name"] == "lock")
        self.assertEqual((lock["type"], lock["value"].split()[0]), ("struct mutex *", second))
        self.assertTrue(inlined["inlined"])
        waiter = next(v for s in documents[2]["scopes"] for v in s["variables"] if v["name"] == "waiter")
        self.assertEqual(waiter["value"]["task"].split()[0], self.document(f"bt {self.pid()}")["tasks"][0]["task"])
        self.assertIn("address", waiter, "it is in memory")
        self.assertEqual((documents[3]["number"], documents[3]["caller"]), (3, "inquest_take_left"))
        self.assertLessEqual({"args", "frame", "locals", "registers"}, {w["name"] for w in documents[4]["words"]})

    def test_locals(self):
        pid = self.pid()
        text = self.text(f"bt -L {pid}")
        second = self.truth["module_objects"]["second_mutex"]
        self.assertRegex(text, rf"(?m)^    struct mutex \*lock = {second} <inquest_second>$")
        self.assertRegex(text, r"(?m)^    unsigned long ip = <optimized out>$")
        self.assertRegex(text, rf"(?m)^        struct mutex \*lock = {second} <inquest_second>$")
        (task,) = self.document(f"bt -L {pid}")["tasks"]
        frame = task["frames"][3]
        (own, inlined) = frame["scopes"]
        ip = next(v for v in own["variables"] if v["name"] == "ip")
        self.assertIsNone(ip["value"])
        self.assertIn("value", ip["unknown"])
        self.assertEqual(inlined["function"], "__mutex_lock_common")
        # no variable of one scope stands twice
        for scope in (own, inlined):
            names = [v["name"] for v in scope["variables"]]
            self.assertEqual(len(names), len(set(names)))

    def test_pieces(self):
        """A structure of which the compiler kept only one member."""
        (task,) = self.document(f"bt -L {self.pid()}")["tasks"]
        (write,) = [f for f in task["frames"] if f["function"] == "ksys_write"]
        f = next(v for s in write["scopes"] for v in s["variables"] if v["name"] == "f")
        self.assertIsNone(f["value"]["flags"])
        self.assertEqual(f["unknown"], {"value.flags": "optimized out"})
        self.assertRegex(f["value"]["file"], "^0x")
        self.assertRegex(self.text(f"bt -L {self.pid()}"), r"      flags = <optimized out>\n    \}")
        # in an expression, and when it is remembered
        text = self.waiting("frame function ksys_write", "p f", "p $1", "p $1.flags", "p $1.file")
        self.assertEqual(text.count("  flags = <optimized out>\n}"), 2)
        self.assertIn("\n$3 = <optimized out>\n", text)
        self.assertIn(f"\n$4 = (struct file *) {f['value']['file'].split()[0]}", text)
