# SPDX-License-Identifier: GPL-2.0-or-later
"""Every saved format of every guest, held to what the guest said before it died.

A class for each guest and format, so that each has lines of its own. All answers of one come from one run.
"""
import functools
import itertools
import os
import re
import subprocess
import unittest

from crashes import guest
from inquest import TOP, run
from test_ps import changing

COMMANDS = ("sys", "sys -t", "sys -i", "ps", "ps -g", "mod", "log", "bt", "foreach bt")
# What the dying kernel goes through after it has printed its own trace, or before it prints it.
CRASH_PATH = {"machine_kexec", "__crash_kexec", "crash_kexec", "panic", "delay_tsc", "oops_end", "oops_end.cold",
              "page_fault_oops", "exc_page_fault", "asm_exc_page_fault", "handle_stack_overflow", "exc_double_fault",
              "asm_exc_double_fault"}
PRINTING = {"dump_stack", "dump_stack_lvl", "show_stack"}
ENDS = {"user mode", "outermost frame"}
TAINTS = "GFSRMBUDAWCIOELKXTN"  # by bit: _TAINT_FLAGS of kernel/panic.c, letter when set


@functools.lru_cache(maxsize=None)
def answers(name, form):
    g = guest(name)
    answer = g.run(form, *COMMANDS, as_json=True)
    assert answer.status == 0, answer.messages
    assert len(answer.documents) == len(COMMANDS)
    return dict(zip(COMMANDS, answer.documents))


def names(frames):
    return [(f.get("function"), f.get("offset"), f.get("module")) for f in frames]


def printed(truth):
    """The trace that the kernel printed, innermost first, without what it doubted and what did the printing."""
    rip = truth["panic"]["rip"]
    frames = [f for f in truth["panic"]["frames"] if f["certain"] and f["function"] not in PRINTING]
    return names(([rip] if rip else []) + frames)


class Told:
    """Mixed into a TestCase for each guest and format."""

    name = form = None

    @property
    def truth(self):
        return guest(self.name).truth

    def answer(self, command):
        return answers(self.name, self.form)[command]

    def test_facts(self):
        facts, sys = self.truth["facts"], self.answer("sys")
        self.assertEqual(sys["release"], facts["release"])
        self.assertEqual(sys["nodename"], facts["nodename"])
        self.assertEqual(sys["version"], facts["kernel_version"])
        self.assertEqual(sys["machine"], facts["machine"])
        self.assertEqual(sys["cpus"], facts["cpus"])
        self.assertEqual(sys["tasks"], len(self.truth["tasks"]) + facts["cpus"], "one idle task per CPU is not in /proc")
        # Date and uptime are those of the crash, which came after the report.
        hours, minutes, seconds = (int(w) for w in sys["uptime"].split(":"))
        uptime = hours * 3600 + minutes * 60 + seconds
        died = float(self.answer("log")["records"][-1]["time"])
        self.assertGreaterEqual(uptime, int(facts["uptime"]))
        self.assertLessEqual(abs(uptime - died), 2)
        self.assertLessEqual(abs(sys["timestamp"] - uptime - facts["btime"]), 2)
        lines = [l.strip() for l in self.truth["panic"]["lines"]]
        self.assertIn(sys["panic"].strip('"'), lines)

    def test_memory(self):
        """What the kernel counts as its own is a little more than MemTotal."""
        number, unit = self.answer("sys")["memory"].split()
        kib = float(number) * {"KB": 1, "MB": 1 << 10, "GB": 1 << 20}[unit]
        total = self.truth["meminfo"]["MemTotal"]
        reserved = 256 << 10 if "crashkernel=256M" in self.truth["facts"]["cmdline"] else 0
        self.assertLessEqual(total, kib)
        self.assertLessEqual(kib, total + reserved + (64 << 10))

    def test_taint(self):
        mask = int(self.answer("sys -t")["mask"], 16)
        # The death itself adds bit 7, TAINT_DIE.
        self.assertEqual(mask & ~(1 << 7), self.truth["facts"]["tainted"])
        letters = "".join(c for bit, c in enumerate(TAINTS) if mask >> bit & 1)
        self.assertEqual(re.sub("[G ]", "", self.answer("sys -t")["letters"]), letters)

    def test_dmi(self):
        told = {"DMI_" + k.upper(): v.strip() for k, v in self.truth["dmi"].items()}
        for row in self.answer("sys -i")["dmi"]:
            key = row["key"].replace("DMI_SYS_VENDOR", "DMI_SYS_VENDOR")
            if key in told:
                self.assertEqual(row["value"].strip(), told[key], key)
        self.assertGreater(len({r["key"] for r in self.answer("sys -i")["dmi"]} & set(told)), 5)

    def test_tasks(self):
        told = {t["pid"]: (t["ppid"], t["comm"]) for t in self.truth["tasks"]}
        rows = self.answer("ps")["tasks"]
        self.assertEqual({r["pid"]: (r["ppid"], r["command"]) for r in rows if r["pid"]}, told)
        self.assertEqual(len(rows), len(told) + self.truth["facts"]["cpus"], "no task twice")
        idle = [(r["cpu"], r["command"]) for r in rows if not r["pid"]]
        self.assertEqual(idle, [(c, f"swapper/{c}") for c in range(self.truth["facts"]["cpus"])])

    def test_threads(self):
        told = {}
        for t in self.truth["tasks"]:
            told.setdefault(t["tgid"], set()).add((t["pid"], t["comm"]))
        found = {g["pid"]: {(t["pid"], t["command"]) for t in [g, *g["threads"]]}
                 for g in self.answer("ps -g")["groups"] if g["pid"]}
        self.assertEqual(found, told)

    def test_modules(self):
        told = [(m["name"], int(m["address"], 16), m["size"], m["taint"]) for m in self.truth["modules"]]
        found = [(m["name"], int(m["base"], 16), m["size"], m["taints"]) for m in self.answer("mod")["modules"]]
        self.assertEqual(sorted(found), sorted(told))

    def test_log(self):
        lines = [(r["level"], r["time"].strip(), l) for r in self.answer("log")["records"] for l in r["text"].split("\n")]
        told = [(r["level"], r["time"], r["text"]) for r in self.truth["dmesg"]]
        self.assertEqual(lines[:len(told)], told)
        # What came after the report ends in the kernel's last words.
        last = [l.rstrip() for l in self.truth["panic"]["lines"]]
        self.assertEqual([l.rstrip() for _, _, l in lines[len(told):]][-len(last):], last)
        sequence = [r["sequence"] for r in self.answer("log")["records"]]
        self.assertEqual(sequence, list(range(sequence[0], sequence[0] + len(sequence))))

    def test_panic_task(self):
        """The frames that the kernel printed without "?", in order; nothing between, only its way down before."""
        (task,) = self.answer("bt")["tasks"]
        self.assertEqual({"pid": task["pid"], "comm": task["command"], "cpu": task["cpu"]}, self.truth["panic"]["task"])
        want, got = printed(self.truth), names(task["frames"])
        self.assertIn(want[0][0], [f[0] for f in got])
        at = [f[0] for f in got].index(want[0][0])
        self.assertLessEqual({f[0] for f in got[:at]}, CRASH_PATH)
        if want[0][0] == "panic":
            # It has gone on since it printed.
            self.assertEqual((got[at][0], got[at][2]), ("panic", None))
            self.assertEqual(got[at + 1:], want[1:])
        else:
            self.assertEqual(got[at:], want)
        self.assertTrue(all(f["reliable"] for f in task["frames"]))
        self.assertEqual(task["end"], "user mode")

    def test_registers(self):
        """The exception frames hold what the kernel printed of its registers and the process's."""
        (task,) = self.answer("bt")["tasks"]
        frames = [f["exception"] for f in task["frames"] if f.get("exception")]
        self.same_registers(frames[-1], self.truth["panic"]["user_registers"])
        self.assertTrue(frames[-1]["user"])
        if "registers" in self.truth["panic"]:
            self.same_registers(frames[0], self.truth["panic"]["registers"])
            self.assertEqual(frames[0]["function"], self.truth["panic"]["rip"]["function"])

    def same_registers(self, found, told):
        compared = 0
        for name, value in told.items():
            name = {"EFLAGS": "rflags"}.get(name, re.sub("^R0", "R", name).lower())
            if name in found:
                self.assertEqual(int(found[name], 16), int(value, 16), name)
                compared += 1
        self.assertGreaterEqual(compared, 17)

    def test_all_traces_end(self):
        """At least 99 of 100 tasks that have a stack are traced to where the kernel ends a stack."""
        zombies = {t["pid"] for t in self.truth["tasks"] if t["state"] in "ZX"}
        tasks = [t for t in self.answer("foreach bt")["tasks"] if t["pid"] not in zombies]
        self.assertEqual(len(tasks), len(self.truth["tasks"]) - len(zombies) + self.truth["facts"]["cpus"])
        bad = [(t["pid"], t["command"], t["end"]) for t in tasks if t["end"] not in ENDS]
        self.assertLessEqual(len(bad), len(tasks) // 100, bad)
        guessed = [t["pid"] for t in tasks if not all(f["reliable"] for f in t["frames"])]
        self.assertLessEqual(len(guessed), len(tasks) // 100, guessed)

    def test_sleeping(self):
        """/proc/PID/stack of every task that did not move since; it leaves out the scheduler's own frames."""
        tasks = {t["pid"]: t for t in self.answer("foreach bt")["tasks"] if t["pid"]}
        compared = 0
        for pid, stack in self.truth["stacks"].items():
            if not stack or int(pid) in changing(self.truth):
                continue
            want, got = names(f for f in stack if f["certain"]), names(tasks[int(pid)]["frames"])
            self.assertEqual(got[-len(want):], want, tasks[int(pid)])
            self.assertLessEqual({f[0] for f in got[:-len(want)]}, SCHEDULER, pid)
            compared += 1
        self.assertGreater(compared, 20)


# Functions of section .sched.text (in_sched_functions()) that these guests' tasks sleep in.
SCHEDULER = {"__schedule", "schedule", "schedule_timeout", "schedule_hrtimeout_range_clock", "do_nanosleep",
             "__mutex_lock.constprop.0", "__mutex_lock_slowpath", "mutex_lock", "schedule_preempt_disabled",
             "schedule_hrtimeout_range", "wait_for_completion", "__wait_for_common", "io_schedule",
             "schedule_idle", "rt_mutex_schedule", "preempt_schedule_common", "__cond_resched"}


def formats():
    """(guest, format) of all guests that die, from the recipes."""
    p = subprocess.run([f"{TOP}/tests/corpus/make", "--list"], capture_output=True, text=True, check=True)
    return re.findall(r"^  (amd64-[\w-]+)/([\w-]+) ", p.stdout, re.M)


for _name, _form in formats():
    _class = "_".join(w.capitalize() for w in re.split("[-]", f"{_name}-{_form}"))
    globals()[_class] = type(_class, (Told, unittest.TestCase), {"name": _name, "form": _form, "__module__": __name__})


class Everything(unittest.TestCase):
    def test_formats(self):
        """The recipes save what is to be tested."""
        wanted = {"elf", "kdump-zlib", "vmcore", "d31-zlib", "d31-lzo", "d31-elf", "d31-flat", "d31-split", "d1-zlib",
                  "d31-raw"}
        self.assertLessEqual(wanted, {form for _, form in formats()})


class Split(unittest.TestCase):
    def test_any_order(self):
        g = guest("amd64-kdump")
        parts = [os.path.join(g.folder, p) for p in g.truth["dumps"]["d31-split"]]
        self.assertEqual(len(parts), 3)
        want = None
        for order in itertools.permutations(parts):
            text = run("-s", *order, g.vmlinux, "-c", "ps", "-c", "bt", check=0).stdout
            want = want or text
            self.assertEqual(text, want)

    def test_part_missing(self):
        """Two parts of three: the banner says so, lists say where they break, and the session goes on."""
        g = guest("amd64-kdump")
        parts = [os.path.join(g.folder, p) for p in g.truth["dumps"]["d31-split"]]
        for missing in range(3):
            with self.subTest(missing=missing + 1):
                some = parts[:missing] + parts[missing + 1:]
                p = run("-s", *some, g.vmlinux, "-c", "sys", "-c", "ps", "-c", "btop 2000", check=0)
                self.assertRegex(p.stdout, r"(?m)^ +DUMPFILES?: .*\n?.*\[PART MISSING\]$")
                self.assertIn("(lost: the dump is incomplete)", p.stderr)
                self.assertTrue(p.stdout.endswith("2000: 2\n"), p.stdout)


class Module(unittest.TestCase):
    """bt -l with the test module's debug file: the lines that its source marks."""

    def frames(self, name, form, *load, options=("-s",)):
        g = guest(name)
        load = [c.format(debug=f"{g.folder}/module/debug") for c in load]
        options = [o.format(debug=f"{g.folder}/module/debug") for o in options]
        answer = g.run(form, *load, "bt -l", options=options, as_json=True)
        self.assertEqual(answer.status, 0, answer.messages)
        return answer.documents[-1]["tasks"][0]["frames"], g.truth["marks"]

    def line_of(self, frames, mark, functions=()):
        """The frame of the marked function; its file is as the compiler was told, its last part the module's source."""
        found = [f for f in frames if f.get("function") == mark["function"]]
        self.assertTrue(found, mark)
        for frame in found:
            self.assertEqual((frame["file"].rpartition("/")[2], frame["line"]), (mark["file"], mark["line"]))

    def test_oops(self):
        for name, form in ("amd64-module", "elf"), ("amd64-module-kdump", "vmcore"), ("amd64-module-kdump", "d31-zlib"):
            with self.subTest(name=name, form=form):
                frames, marks = self.frames(name, form, "mod -s inquest_test {debug}/inquest_test.ko")
                for mark in "FAULT LINE", "LEVEL TWO CALL", "LEVEL ONE CALL":
                    self.line_of(frames, marks[mark])
                first = next(f for f in frames if f.get("module") == "inquest_test")
                self.assertEqual(first["function"], marks["FAULT LINE"]["function"], "innermost of the module")

    def test_by_folder(self):
        """--mod DIR says where debug files are; mod -s and mod -S find the module there."""
        for load in "mod -s inquest_test", "mod -S {debug}", "mod -S":
            with self.subTest(load):
                frames, marks = self.frames("amd64-module-kdump", "d31-zlib", load, options=("-s", "--mod", "{debug}"))
                self.line_of(frames, marks["FAULT LINE"])

    def test_text(self):
        g = guest("amd64-module-kdump")
        mark = g.truth["marks"]["FAULT LINE"]
        text = g.run("d31-zlib", f"mod -s inquest_test {g.folder}/module/debug/inquest_test.ko", "bt -l").text
        # As in crash, the function that an exception interrupted is named with its registers, not by a frame line.
        self.assertRegex(text, rf"(?m)^    \[exception RIP: {mark['function']}\+\d+\]\n"
                               rf"    \S*/{re.escape(mark['file'])}: {mark['line']}\n    RIP: ")

    def test_interrupt(self):
        for form in "vmcore", "d31-zlib":
            frames, marks = self.frames("amd64-irq", form, "mod -s inquest_test {debug}/inquest_test.ko")
            for mark in "FAULT LINE", "LEVEL TWO CALL", "LEVEL ONE CALL", "TICK CALL":
                self.line_of(frames, marks[mark])

    def test_overflow(self):
        frames, marks = self.frames("amd64-overflow", "elf", "mod -s inquest_test {debug}/inquest_test.ko")
        mark = marks["DEEPER CALL"]
        deeper = [f for f in frames if f.get("function") == mark["function"]]
        self.assertGreater(len(deeper), 40)
        # the innermost did not come as far as that line
        for frame in deeper[1:]:
            self.assertEqual((frame["file"].rpartition("/")[2], frame["line"]), (mark["file"], mark["line"]))

    def test_mutexes(self):
        """Two tasks, each waiting for the mutex that the other holds."""
        for name, form in ("amd64-mutex", "elf"), ("amd64-mutex-kdump", "d31-zlib"), ("amd64-mutex-kdump", "vmcore"):
            with self.subTest(name=name, form=form):
                g = guest(name)
                answer = g.run(form, f"mod -s inquest_test {g.folder}/module/debug/inquest_test.ko", "foreach UN bt -l",
                               as_json=True)
                self.assertEqual(answer.status, 0, answer.messages)
                waiting = {t["command"]: t["frames"] for t in answer.documents[-1]["tasks"]}
                self.assertEqual(set(waiting), {"inq-left", "inq-right"})
                for task, mark in ("inq-left", "LEFT LINE"), ("inq-right", "RIGHT LINE"):
                    self.line_of(waiting[task], g.truth["marks"][mark])
                    functions = [f["function"] for f in waiting[task]]
                    taker = functions.index(g.truth["marks"][mark]["function"])
                    self.assertEqual(functions[0], "__schedule")
                    self.assertTrue(any("mutex_lock" in f for f in functions[:taker]), functions)


class Stacks(unittest.TestCase):
    def test_interrupt(self):
        """From the interrupt's stack to the task's, once, at the frame of the interrupt's entry."""
        for form in "vmcore", "d31-zlib":
            g = guest("amd64-irq")
            (told,) = [f for f in g.truth["panic"]["frames"] if f.get("interrupted")]
            lines = g.text(form, "bt").splitlines()
            (at,) = [i for i, l in enumerate(lines) if l.startswith("---")]
            self.assertEqual(lines[at], "--- <IRQ stack> ---")
            self.assertRegex(lines[at + 1], r"^#\d+ \[[0-9a-f]{16}\] asm_sysvec_apic_timer_interrupt at ")
            self.assertIn(f"    [exception RIP: {told['function']}+{told['offset']}]", lines[at + 2:])

    def test_overflow(self):
        lines = guest("amd64-overflow").text("elf", "bt").splitlines()
        (at,) = [i for i, l in enumerate(lines) if l.startswith("---")]
        self.assertRegex(lines[at], r"^--- <(#DF|DF|DOUBLE ?FAULT)[^>]*stack> ---$")
        self.assertRegex(lines[at + 1], r"^ *#\d+ \[[0-9a-f]{16}\] inquest_deeper at ")


if __name__ == "__main__":
    unittest.main()
