# SPDX-License-Identifier: GPL-2.0-or-later
"""ps: what the guest said of its tasks before it died, and the shape of every view."""
import re
import unittest

from crashes import guest

HEADER = r'PID: (\d+) +TASK: ([0-9a-f]{16})  CPU: (\d+) +COMMAND: "([^"]*)"'
STATES = {"S": {"IN"}, "D": {"UN"}, "I": {"ID"}, "R": {"RU"}, "Z": {"ZO"}, "T": {"ST"}, "t": {"TR"}}
# Rows are compared whole: kernel threads that only doze may have been woken after they were listed.
DOZING = {"khvcd", "rcu_preempt", "rcu_sched", "kcompactd0", "khugepaged", "ksoftirqd/0", "ksoftirqd/1", "migration/0",
          "migration/1", "kauditd", "watchdogd"}


def changing(truth):
    """Tasks that may have moved between the guest's own list and its death."""
    return {1, truth["facts"]["trigger"]} | {t["pid"] for t in truth["tasks"]
                                             if t["worker"] or t["comm"] in DOZING}


def records(text):
    """Pieces that blank lines part, each a list of lines."""
    return [r.split("\n") for r in text.strip("\n").split("\n\n")]


class Truth(unittest.TestCase):
    """The list equals the guest's own, in every saved format."""

    def check(self, name, form):
        g = guest(name)
        truth = {t["pid"]: t for t in g.truth["tasks"]}
        rows = g.json(form, "ps")["tasks"]
        self.assertEqual([r["cpu"] for r in rows if r["pid"] == 0], list(range(g.truth["facts"]["cpus"])))
        self.assertEqual(sorted(r["pid"] for r in rows if r["pid"]), sorted(truth))
        still = set(truth) - changing(g.truth)
        for r in rows:
            if not r["pid"]:
                continue
            t = truth[r["pid"]]
            self.assertEqual(r["command"], t["comm"] if not t["worker"] else r["command"])
            self.assertEqual(r["ppid"], t["ppid"], r)
            self.assertEqual(r["kernel_thread"], t["kernel"], r)
            if r["pid"] in still:
                self.assertIn(r["state"], STATES[t["state"]], r)
            if "VmSize" in t:
                self.assertEqual(r["vsz"], t["VmSize"], r)
                # /proc leaves out what threads of this kernel hold back (SPLIT_RSS_COUNTING): up to 64 faults each.
                if r["pid"] in still:
                    self.assertGreaterEqual(r["rss"], t["VmRSS"], r)
                self.assertLessEqual(r["rss"], t["VmRSS"] + 64 * 64 * t["threads"], r)
            else:
                self.assertEqual((r["vsz"], r["rss"]), (0, 0), r)
        running = {r["pid"] for r in rows if r["running"]}
        self.assertIn(g.truth["panic"]["task"]["pid"], running)
        self.assertEqual(len(running - {0}) + sum(r["running"] for r in rows if not r["pid"]),
                         g.truth["facts"]["cpus"])

    def test_sysrq(self):
        self.check("amd64-sysrq", "elf")
        self.check("amd64-sysrq", "kdump-zlib")

    def test_no_note(self):
        self.check("amd64-sysrq-nonote", "kdump-zlib")

    def test_kdump(self):
        for form in guest("amd64-kdump").truth["dumps"]:
            with self.subTest(form=form):
                self.check("amd64-kdump", form)

    def test_module(self):
        self.check("amd64-module-kdump", "d31-zlib")

    def test_mutex(self):
        self.check("amd64-mutex-kdump", "d31-zlib")


class Views(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.g = guest("amd64-kdump")
        cls.form = "d31-zlib"

    def text(self, command):
        return self.g.text(self.form, command)

    def json(self, command):
        return self.g.json(self.form, command)

    def table(self, command, column="TASK"):
        """Rows of the table, checked for the shape of each line."""
        lines = self.text(command).splitlines()
        title = r"      PID    PPID  CPU " + column.center(16, "_") + r"  ST  %MEM      VSZ      RSS  COMM"
        if column == "KSTACKP":
            title = r"      PID    PPID  CPU      KSTACKP      ST  %MEM      VSZ      RSS  COMM"
        self.assertEqual(lines[0], title.replace("_", " "))
        row = re.compile(r"([> ]) +(\d+) +(\d+) {2,3}(\d+)  ([0-9a-f]{16}| {7}-- {7})  ([A-Z]{2}) +(\d+\.\d) +(\d+) +(\d+)  "
                         r"(\[.*\]|[^\[].*)$")
        rows = []
        for line in lines[1:]:
            m = row.match(line)
            self.assertTrue(m, line)
            rows.append(m.groups())
        return rows

    def test_table_is_the_json(self):
        rows = self.table("ps")
        found = self.json("ps")["tasks"]
        self.assertEqual(len(rows), len(found))
        for text, r in zip(rows, found):
            self.assertEqual(text, (">" if r["running"] else " ", str(r["pid"]), str(r["ppid"]), str(r["cpu"]),
                                    r["task"][2:], r["state"], f"{r['mem_percent']:.1f}", str(r["vsz"]), str(r["rss"]),
                                    f"[{r['command']}]" if r["kernel_thread"] else r["command"]))

    def test_resident(self):
        """The kernel counts the helper's pages one by one in smaps."""
        pages = sum(int(kb) for kb in re.findall(r"^Rss: +(\d+) kB", "\n".join(self.g.truth["raw"]["helper_smaps"]), re.M))
        (helper,) = self.json(f"ps {self.g.truth['facts']['helper']}")["tasks"]
        self.assertEqual(helper["rss"], pages)

    def test_order(self):
        pids = [int(r[1]) for r in self.table("ps")]
        self.assertEqual(pids, sorted(pids))

    def test_selectors(self):
        every = {r[4] for r in self.table("ps")}
        kernel, user = {r[4] for r in self.table("ps -k")}, {r[4] for r in self.table("ps -u")}
        self.assertEqual(kernel | user, every)
        self.assertFalse(kernel & user)
        truth = {t["pid"] for t in self.g.truth["tasks"] if not t["kernel"]}
        self.assertEqual({int(r[1]) for r in self.table("ps -u")}, truth)
        leaders = {int(r[1]) for r in self.table("ps -G")}
        self.assertEqual(leaders, {t["pid"] for t in self.g.truth["tasks"] if t["pid"] == t["tgid"]} | {0})
        self.assertEqual({r[0] for r in self.table("ps -A")}, {">"})
        self.assertEqual(len(self.table("ps -A")), self.g.truth["facts"]["cpus"])
        self.assertEqual({int(r[1]) for r in self.table("ps -I")}, {t["pid"] for t in self.g.truth["tasks"]})

    def test_arguments(self):
        helper = self.g.truth["facts"]["helper"]
        self.assertEqual([int(r[1]) for r in self.table(f"ps {helper}")], [helper])
        self.assertEqual([int(r[1]) for r in self.table(f"ps {helper:x}" if helper > 9 else "ps 9")][-1:], [helper])
        address = self.table(f"ps {helper}")[0][4]
        self.assertEqual([int(r[1]) for r in self.table(f"ps {address}")], [helper])
        self.assertEqual({r[9] for r in self.table("ps kthreadd")}, {"[kthreadd]"})
        self.assertEqual({int(r[1]) for r in self.table("ps '^inq-[nf]'")},
                         {t["pid"] for t in self.g.truth["tasks"] if re.match("inq-[nf]", t["comm"])})
        self.assertEqual(len(self.table("ps 0")), self.g.truth["facts"]["cpus"])
        bad = self.g.run(self.form, "ps 4999999", options=("-s",))
        self.assertEqual(bad.status, 1)
        self.assertIn("invalid task or pid value: 4999999", bad.messages)

    def test_no_header(self):
        self.assertEqual("\n".join(self.text("ps").splitlines()[1:]), self.text("ps -H").rstrip("\n"))

    def test_stack_pointers(self):
        rows = self.table("ps -s", "KSTACKP")
        self.assertEqual({r[4].strip() for r in rows if r[0] == ">"}, {"--"})
        self.assertNotIn("--", {r[4].strip() for r in rows if r[0] == " "})

    def test_policies(self):
        truth = {t["pid"]: t for t in self.g.truth["tasks"]}
        names = {0: "NORMAL", 1: "FIFO", 2: "RR", 3: "BATCH", 5: "IDLE", 6: "DEADLINE"}
        rows = self.json("ps -Y")["tasks"]
        for r in rows:
            if r["pid"]:
                self.assertEqual(r["policy"], names[truth[r["pid"]]["policy"]], r)
                self.assertEqual(r["prio"], truth[r["pid"]]["prio"], r)
        lines = self.text("ps -Y").splitlines()
        self.assertEqual(lines[0], "      PID    PPID  CPU       TASK        POLICY       PRIO  COMM")
        row = re.compile(r"[> ] +\d+ +\d+ {2,3}\d+  [0-9a-f]{16}  [A-Z]+ +-?\d+  \S")
        self.assertTrue(all(row.match(l) for l in lines[1:]), lines)
        fifo = {r["pid"] for r in rows if r["policy"] == "FIFO"}
        self.assertTrue(fifo)
        for word in "FIFO", "1", "SCHED_FIFO":
            self.assertEqual({int(r[1]) for r in self.table(f"ps -y {word}")}, fifo)

    def test_parents(self):
        found = records(self.text("ps -p"))
        self.assertEqual(len(found), len(self.table("ps")))
        truth = {t["pid"]: t["ppid"] for t in self.g.truth["tasks"]}
        for lines in found:
            chain = []
            for depth, line in enumerate(lines):
                m = re.fullmatch(" " * depth + HEADER, line)
                self.assertTrue(m, line)
                chain.append(int(m[1]))
            for parent, child in zip(chain, chain[1:]):
                self.assertEqual(truth.get(child, 0), parent)
        self.assertEqual([[t["pid"] for t in r["ancestry"]] for r in self.json("ps -p")["tasks"]],
                         [[int(re.match(r" *PID: (\d+)", l)[1]) for l in lines] for lines in found])

    def test_children(self):
        (lines,) = records(self.text("ps -c 2"))
        self.assertTrue(re.fullmatch(HEADER, lines[0]))
        pids = [int(re.fullmatch("  " + HEADER, l)[1]) for l in lines[1:]]
        self.assertEqual(pids, [t["pid"] for t in sorted(self.g.truth["tasks"], key=lambda t: t["pid"])
                                if t["ppid"] == 2])
        self.assertEqual([t["pid"] for t in self.json("ps -c 2")["tasks"][0]["children"]], pids)
        self.assertEqual(records(self.text("ps -c kthreadd"))[0], lines)
        self.assertIn("  (no children)", self.text("ps -c 3"))

    def test_threads(self):
        helper = self.g.truth["facts"]["helper"]
        threads = sorted(t["pid"] for t in self.g.truth["tasks"] if t["tgid"] == helper and t["pid"] != helper)
        (lines,) = records(self.text(f"ps -g {helper}"))
        self.assertEqual([int(re.fullmatch("  " + HEADER, l)[1]) for l in lines[1:]], threads)
        self.assertTrue(threads)
        # A thread stands for its group.
        self.assertEqual(self.text(f"ps -g {threads[0]}"), self.text(f"ps -g {helper}"))
        every = self.json("ps -g")["groups"]
        self.assertEqual(sorted([g["pid"] for g in every] + [t["pid"] for g in every for t in g["threads"]]),
                         sorted(int(r[1]) for r in self.table("ps")))
        self.assertIn("  (no threads)", self.text("ps -g 1"))

    def test_times(self):
        truth = {t["pid"]: t for t in self.g.truth["tasks"]}
        tick = 1000000000 // self.g.truth["facts"]["clock_ticks"]
        for r in self.json("ps -t")["tasks"]:
            t = truth.get(r["pid"])
            if t:
                # /proc counts in ticks from boot, ps in nanoseconds without time spent suspended.
                self.assertLessEqual(abs(r["start_time"] // tick - t["start_ticks"]), 1, r)
        found = records(self.text("ps -t"))
        starts = []
        for lines in found:
            self.assertTrue(re.fullmatch(HEADER, lines[0]))
            self.assertTrue(re.fullmatch(r"    RUN TIME: (\d+ days, )?\d\d:\d\d:\d\d", lines[1]), lines)
            starts.append(int(re.fullmatch(r"  START TIME: (\d+)", lines[2])[1]))
            self.assertTrue(re.fullmatch(r"       UTIME: \d+", lines[3]))
            self.assertTrue(re.fullmatch(r"       STIME: \d+", lines[4]))
        self.assertEqual(starts, sorted(starts))

    def test_last_run(self):
        stamps, trigger = [], self.g.truth["panic"]["task"]["pid"]
        lines = self.text("ps -l").splitlines()
        width = len(re.match(r"\[ *(\d+)\]", lines[0])[1])
        for line in lines:
            m = re.fullmatch(r"\[( *\d+)\] \[[A-Z]{2}\]  " + HEADER, line)
            self.assertTrue(m, line)
            self.assertEqual(len(m[1]), width)
            stamps.append(int(m[1]))
        self.assertEqual(stamps, sorted(stamps, reverse=True))
        self.assertEqual([r["last_run"] for r in self.json("ps -l")["tasks"]], stamps)
        # The task that crashed the machine was put on its CPU seconds before, and after everything that sleeps.
        self.assertIn(trigger, [int(re.search(r"PID: (\d+)", l)[1]) for l in lines[:20]])

    def test_ages(self):
        for line in self.text("ps -m").splitlines():
            self.assertTrue(re.fullmatch(r"\[\d+ \d\d:\d\d:\d\d\.\d{3}\] \[[A-Z]{2}\]  " + HEADER, line), line)
        for r in self.json("ps -m")["tasks"]:
            day, h, m, s = re.fullmatch(r"(\d+) (\d+):(\d+):([\d.]+)", r["age"]).groups()
            seconds = int(day) * 86400 + int(h) * 3600 + int(m) * 60 + float(s)
            self.assertAlmostEqual(seconds, r["age_nanoseconds"] / 1e9, delta=0.001)
            self.assertLess(seconds, self.g.truth["facts"]["uptime"] + 60)

    def test_by_cpu(self):
        cpu = None
        seen = []
        for line in self.text("ps -l -C 0-1").splitlines():
            m = re.fullmatch(r"CPU: (\d+)", line)
            if m:
                cpu = m[1]
                seen.append(cpu)
            elif line:
                self.assertEqual(re.search(r"CPU: (\d+)", line)[1], cpu)
        self.assertEqual(seen, ["0", "1"])
        self.assertEqual([c["cpu"] for c in self.json("ps -m -C 1")["cpus"]], [1])

    def test_limits(self):
        text = self.text("ps -r 1")
        self.assertTrue(re.match(HEADER + "\n      RLIMIT     CURRENT       MAXIMUM *\n", text), text)
        self.assertIn("         CPU   (unlimited)   (unlimited)\n", text)
        limits = {l["limit"]: l for l in self.json("ps -r 1")["tasks"][0]["limits"]}
        self.assertEqual(len(limits), 16)
        self.assertEqual(limits["NOFILE"]["current"], 1024)
        self.assertTrue(limits["CPU"]["current_unlimited"])

    def test_counts(self):
        text = self.text("ps -S")
        self.assertTrue(re.fullmatch(r"(  [A-Z]{2}: \d+\n)+", text), text)
        counts = {c["state"]: c["count"] for c in self.json("ps -S")["states"]}
        rows = [r[5] for r in self.table("ps")]
        self.assertEqual(counts, {s: rows.count(s) for s in rows})

    def test_usage(self):
        for command in "ps -k -u", "ps -l -m", "ps -S 1", "ps -C 0", "ps -Z", "ps -y none":
            answer = self.g.run(self.form, command, options=("-s",))
            self.assertEqual((answer.status, answer.text), (1, ""), command)
            self.assertTrue(answer.messages.strip(), command)


class UserMemory(unittest.TestCase):
    def test_arguments(self):
        g = guest("amd64-kdump")
        helper = g.truth["facts"]["helper"]
        text = g.text("vmcore", f"ps -a {helper}")
        self.assertTrue(re.match(HEADER + "\nARG: ", text), text)
        self.assertIn("ARG: " + " ".join(g.truth["helper"]["arguments"]), text)
        for line in g.truth["helper"]["environment"]:
            self.assertIn(line + "\n", text)
        (task,) = g.json("vmcore", f"ps -a {helper}")["tasks"]
        self.assertEqual([a["value"] for a in task["arguments"]], g.truth["helper"]["arguments"])
        self.assertEqual([e["value"] for e in task["environment"]][:2], g.truth["helper"]["environment"][:2])

    def test_filtered(self):
        """User pages are filtered out at level 31: the reason is told, the row stays."""
        g = guest("amd64-kdump")
        answer = g.run("d31-zlib", f"ps -a {g.truth['facts']['helper']}", options=("-s",))
        self.assertEqual(answer.status, 1)
        self.assertTrue(re.match(HEADER, answer.text))
        self.assertIn("excluded", answer.messages)

    def test_kernel_threads(self):
        text = guest("amd64-kdump").text("d31-zlib", "ps -a 2")
        self.assertIn("no user stack", text)


if __name__ == "__main__":
    unittest.main()
