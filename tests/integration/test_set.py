# SPDX-License-Identifier: GPL-2.0-or-later
"""set: the current task as the guest said it, and the session's variables."""
from inquest import Case


class Context(Case):
    def test_panic_task(self):
        trigger = int(self.guest.truth["facts"]["trigger"])
        self.assertRegex(self.text("set"), rf'^    PID: {trigger}\nCOMMAND: "inq-trigger"\n   TASK: [0-9a-f]{{16}}  '
                                           r"\[THREAD_INFO: [0-9a-f]{16}\]\n    CPU: \d\n  STATE: TASK_RUNNING \(PANIC\)\n$")
        d = self.document("set")
        self.assertEqual((d["pid"], d["comm"], d["note"]), (trigger, "inq-trigger", "PANIC"))
        self.assertEqual(self.text("set 1", "set -p").split("    PID: ")[-1], self.text("set").split("    PID: ")[-1])

    def test_by_pid_and_address(self):
        for task in self.guest.truth["tasks"][:8]:
            d = self.document(f"set {task['pid']}")
            self.assertEqual((d["pid"], d["comm"]), (task["pid"], task["comm"]))
            for word in (d["task"], d["task"][2:]):
                self.assertEqual(self.document(f"set {word}")["pid"], task["pid"])
        self.assertEqual(self.document("set init_task")["comm"], "swapper/0")

    def test_it_stays(self):
        out = self.text("set 1", "set")
        half = len(out) // 2
        self.assertEqual(out[:half], out[half:])
        self.assertTrue(self.text("set 2", "bt").split("\n", 5)[5].startswith("PID: 2 "))

    def test_by_cpu(self):
        for cpu in (0, 1):
            d = self.document(f"set -c {cpu}")
            self.assertEqual(d["cpu"], cpu)

    def test_errors(self):
        self.assertIn("invalid task or pid value: nonsense", self.failure("set nonsense"))
        self.assertIn("invalid task or pid value: 99999", self.failure("set 99999"))
        self.assertIn("invalid cpu number: 77", self.failure("set -c 77"))
        self.assertIn("Usage: set", self.failure("set -Z"))


class Variables(Case):
    def test_list(self):
        text = self.text("set -v")
        self.assertIn("         radix: 10 (decimal)\n", text)
        values = {v["name"]: v["value"] for v in self.document("set -v")["variables"]}
        self.assertEqual((values["radix"], values["print_max"], values["offline"]), (10, 256, "show"))
        for name, value in values.items():
            self.assertIn(f"{name}: {value}", text)

    def test_change(self):
        self.assertEqual(self.text("set radix 16"), "radix: 16 (hexadecimal)\n")
        self.assertEqual(self.text("hex"), "radix: 16 (hexadecimal)\n")
        self.assertEqual(self.text("set print_max 3", "p init_task.comm"), 'print_max: 3\n$1 = "swa"...\n')
        self.assertEqual(self.text("set scroll off", "set scroll"), "scroll: off\nscroll: off\n")

    def test_errors(self):
        self.assertIn("radix: 10 or 16", self.failure("set radix 8"))
        self.assertIn("off or on", self.failure("set scroll maybe"))
        self.assertIn("print_max: ", self.failure("set print_max x"))
