# SPDX-License-Identifier: GPL-2.0-or-later
"""The static program inside a running guest, on /proc/kcore: held to what the guest says of itself."""
import json
import os
import re
import subprocess
import tempfile
import unittest

from inquest import TOP, program

COMMANDS = ("sys", "ps", "ps -g", "mod", "log -m", "sym linux_banner", "bt 2", "foreach bt", "ps 4999999")
HEADER = r'PID: (\d+) +TASK: [0-9a-f]{16}  CPU: \d+ +COMMAND: "([^"]*)"'


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        headers = subprocess.run(["readelf", "-lW", program()], capture_output=True, text=True, check=True).stdout
        if "INTERP" in headers:
            raise unittest.SkipTest("this inquest is not static, and the guest has no libraries (ci/build makes one that is)")
        with tempfile.TemporaryDirectory(prefix="inquest-live-") as folder:
            p = subprocess.run([f"{TOP}/tests/corpus/live", "-o", folder, *COMMANDS], capture_output=True, text=True,
                               env={**os.environ, "INQUEST": program()}, timeout=900)
            if p.returncode:
                raise AssertionError(p.stderr)
            with open(f"{folder}/truth.json", encoding="utf-8") as f:
                cls.truth = json.load(f)
        cls.live = {r["command"]: r for r in cls.truth["live"]}

    def lines(self, command):
        self.assertEqual(self.live[command]["status"], 0, self.live[command]["errors"])
        return self.live[command]["output"].splitlines()

    def stable(self):
        """Tasks that were there when the guest told of itself and stay: all but the shells and readers of the report."""
        helper = self.truth["facts"]["helper"]
        return {t["pid"]: t for t in self.truth["tasks"] if not t["worker"] and t["pid"] <= helper or t["tgid"] == helper}

    def test_ran(self):
        self.assertEqual([r["command"] for r in self.truth["live"]], list(COMMANDS))

    def test_sys(self):
        facts = self.truth["facts"]
        shown = dict(re.match(r" *([A-Z ]+): (.*)", l).groups() for l in self.lines("sys"))
        self.assertTrue(shown["DUMPFILE"].startswith("/proc/kcore  [LIVE SYSTEM]"))
        self.assertEqual((shown["NODENAME"], shown["RELEASE"], shown["VERSION"]),
                         (facts["nodename"], facts["release"], facts["kernel_version"]))
        self.assertEqual(shown["CPUS"], str(facts["cpus"]))
        self.assertNotIn("PANIC", shown)

    def test_tasks(self):
        rows = [re.fullmatch(r"[> ] *(\d+) +(\d+) +\d+  [0-9a-f]{16}  (\S+) +[\d.]+ +\d+ +\d+  (.*)", l)
                for l in self.lines("ps")[1:]]
        self.assertTrue(all(rows))
        found = {int(m[1]): (int(m[2]), m[4].strip("[]")) for m in rows}
        for pid, t in self.stable().items():
            self.assertEqual(found.get(pid), (t["ppid"], t["comm"]), pid)
        self.assertIn("inquest", {comm for _, comm in found.values()}, "it sees itself")

    def test_threads(self):
        helper = self.truth["facts"]["helper"]
        told = {(t["pid"], t["comm"]) for t in self.truth["tasks"] if t["tgid"] == helper}
        groups = self.live["ps -g"]["output"].split("\n\n")
        found = [[re.fullmatch(" *" + HEADER, l) for l in g.splitlines() if "PID:" in l] for g in groups]
        (threads,) = [{(int(m[1]), m[2]) for m in g} for g in found if g and int(g[0][1]) == helper]
        self.assertEqual(threads, told)

    def test_modules(self):
        rows = [l.split() for l in self.lines("mod")[1:]]
        told = {(m["name"], m["address"][2:], str(m["size"])) for m in self.truth["modules"]}
        self.assertEqual({tuple(r[1:4]) for r in rows}, told)

    def test_log(self):
        lines = self.lines("log -m")
        told = [f"[{float(r['time']):12.6f}] <{r['level']:x}>{r['text']}" for r in self.truth["dmesg"]]
        begun = [l for l in lines if l.startswith("[")]
        self.assertEqual([l for l in told if l not in set(begun) and " " * 18 + l[18:] not in set(lines)], [])

    def test_symbol(self):
        told = self.truth["symbols"]["linux_banner"]
        self.assertEqual(self.live["sym linux_banner"]["output"], f"{told['address'][2:]} ({told['type']}) linux_banner")

    def test_sleeping(self):
        """A kernel thread that sleeps: the frames of its /proc/PID/stack."""
        functions = [l.split("] ")[1].split(" at ")[0] for l in self.lines("bt 2") if re.match(r" *#\d", l)]
        told = [f["function"] for f in self.truth["stacks"]["2"] if f["certain"]]
        self.assertEqual(functions[-len(told):], told)
        self.assertEqual(functions[0], "__schedule")

    def test_all_traces(self):
        """What runs at this moment has no saved registers, which is said; all others are traced."""
        traces = self.live["foreach bt"]["output"].split("\n\n")
        ends = [re.findall(r"(?m)^ *#\d+ \[[0-9a-f]{16}\] (\S+) at", t)[-1:] for t in traces]
        good = sum(e in (["ret_from_fork"], ["entry_SYSCALL_64_after_hwframe"], ["secondary_startup_64_no_verify"]) for e in ends)
        self.assertGreaterEqual(good, len(self.truth["tasks"]) - 8)

    def test_failure(self):
        self.assertEqual(self.live["ps 4999999"]["status"], 1)
        self.assertIn("invalid task or pid value: 4999999", self.live["ps 4999999"]["errors"])


if __name__ == "__main__":
    unittest.main()
