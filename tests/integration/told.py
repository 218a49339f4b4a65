# SPDX-License-Identifier: GPL-2.0-or-later
"""What every saved dump of every guest is asked, and how the answers are held to what the guest said before it died.

Told is mixed into a TestCase for each guest and format (test_truth.py), and gives ci/matrix its cells. All answers of
a dump come from one run. What only one architecture does is in TARGETS.
"""
import dataclasses
import functools
import re
import subprocess
import unittest

import told_bt
import told_code
import told_lists
import told_values
from crashes import guest
from inquest import TOP
from test_ps import STATES, changing
from told_locals import COLUMNS as LOCALS_COLUMNS, Locals, locals_commands
from told_search import COLUMNS as SEARCH_COLUMNS, Search, search_commands

# Test method -> the column of the matrix it fills. Several may fill one.
COLUMNS = {
    "test_facts": "sys", "test_memory": "sys", "test_taint": "sys", "test_dmi": "sys -i", "test_mach": "mach",
    "test_tasks": "ps", "test_states": "ps", "test_threads": "ps -g", "test_modules": "mod", "test_log": "log",
    "test_symbols": "sym", "test_panic_task": "bt", "test_registers": "bt", "test_all_traces_end": "foreach bt",
    "test_sleeping": "foreach bt", "test_banner": "rd", "test_user_strings": "rd -u", "test_kernel_vtop": "vtop kernel",
    "test_vmalloc": "vtop vmalloc", "test_module_vtop": "vtop module", "test_user_vtop": "vtop user",
    "test_struct": "struct", "test_print": "p", "test_dis": "dis",
    **SEARCH_COLUMNS,
    **told_bt.COLUMNS,
    **told_code.COLUMNS,
    **told_lists.COLUMNS,
    **told_values.COLUMNS,
    **LOCALS_COLUMNS,
}


@dataclasses.dataclass(frozen=True)
class Target:
    """What differs between architectures, by their Debian names."""
    machine: str                     # mach's MACHINE TYPE
    word: int = 8
    order: str = "little"
    # What the dying kernel goes through after it has printed its own trace, or before it prints it.
    crash_path: frozenset = frozenset()
    # Registers that the kernel prints under other names than the dump's slots have.
    aliases: dict = dataclasses.field(default_factory=dict)
    registers: int = 16              # at least so many of an exception frame are compared
    user_registers: bool = True      # the kernel prints those of user space under its trace
    # Entry code that the kernel's own trace does not reach where a call ends the function that it called: it looks the
    # return address up as it is, and that belongs to the function behind.
    missed: frozenset = frozenset()
    lost_behind_noreturn: bool = False  # the kernel's own trace
    clock_lag: int = 2               # seconds that the log's clock may be ahead of the uptime: it starts earlier
    # /proc/PID/stack tells of this function first, that of the task switch, and before it of what was left over.
    switch: str = None
    # After an interrupt the kernel's trace tells of a caller that it doubts: the function is right, the place maybe old.
    doubts_callers: bool = False
    # An interrupted function without a frame: the kernel's trace takes its caller from a word that may be anything.
    loses_caller: bool = False
    # What the dying kernel writes into its log when nothing is printed any more.
    unprinted: frozenset = frozenset()


PANIC = frozenset({"machine_kexec", "__crash_kexec", "crash_kexec", "panic", "__panic", "vpanic", "oops_end", "die"})
MIPS = PANIC | {"__udelay", "tlb_do_page_fault_0", "tlb_do_page_fault_1", "do_page_fault", "__do_page_fault"}
MIPS_NAMES = {"Hi": "hi", "Lo": "lo", "Status": "status", "Cause": "cause", "BadVA": "badvaddr"}
TARGETS = {
    "amd64": Target("x86_64", crash_path=PANIC | {
        "delay_tsc", "oops_end.cold", "page_fault_oops", "exc_page_fault", "asm_exc_page_fault",
        "handle_stack_overflow", "exc_double_fault", "asm_exc_double_fault"},
        aliases={"EFLAGS": "rflags"}, registers=17),
    "arm64": Target("aarch64", crash_path=PANIC | {
        "vectors", "__delay_cycles", "__delay", "__const_udelay", "die_kernel_fault", "__do_kernel_fault",
        "do_page_fault", "do_translation_fault", "do_mem_abort", "el1_abort", "el1h_64_sync_handler", "el1h_64_sync"},
        registers=32, user_registers=False, clock_lag=10),
    "armhf": Target("armv7l", word=4, crash_path=PANIC | {
        "__timer_delay", "arch_timer_read_counter_long", "arch_counter_get_cntvct", "die_kernel_fault", "do_page_fault",
        "do_DataAbort", "__dabt_svc", "__bad_stack"},
        registers=17, user_registers=False, clock_lag=10, lost_behind_noreturn=True),
    "i386": Target("i686", word=4, crash_path=PANIC | {
        "delay_tsc", "__const_udelay", "oops_end.cold", "page_fault_oops", "do_user_addr_fault", "exc_page_fault",
        "handle_exception"}, registers=9),
    "mipsel": Target("mips", word=4, crash_path=MIPS, aliases=MIPS_NAMES, registers=32, user_registers=False,
        missed=frozenset({"syscall_common"}), clock_lag=10),
    "mips": Target("mips", word=4, order="big", crash_path=MIPS, aliases=MIPS_NAMES, registers=32,
        user_registers=False, missed=frozenset({"syscall_common"}), clock_lag=10),
    "mips64el": Target("mips64", crash_path=MIPS, aliases=MIPS_NAMES, registers=32, user_registers=False,
        missed=frozenset({"syscall_common"}), clock_lag=10),
    # MSR loses its vector bits when the dying kernel uses those registers itself; each line's first GPR is read.
    "ppc64el": Target("ppc64le", crash_path=PANIC | {
        "default_machine_kexec", "__enter_rtas", "rtas_call", "rtas_os_term", "pseries_panic", "ppc_panic_platform_handler",
        "atomic_notifier_call_chain", "__bad_page_fault", "do_hash_fault",
        "data_access_common_virt", "data_access_common_real"},
        aliases={"LR": "link", "CR": "ccr", "MSR": "", **{f"GPR{n:02}": f"r{n}" for n in range(32)}}, registers=11,
        switch="__switch_to", clock_lag=10, doubts_callers=True,
        unprinted=frozenset({"Sending IPI to other CPUs", "IPI complete", "kexec: Starting switchover sequence."})),
    "riscv64": Target("riscv64", crash_path=PANIC | {
        "udelay", "die_kernel_fault", "handle_page_fault", "do_page_fault", "handle_exception",
        "riscv_crash_save_regs", "handle_bad_stack"}, registers=32, user_registers=False,
        clock_lag=10),
    "s390x": Target("s390x", order="big", crash_path=PANIC | {
        "stop_run", "on_panic_notify", "notifier_call_chain", "atomic_notifier_call_chain",
        "do_no_context.constprop.0", "__do_pgm_check", "pgm_check_handler"}, registers=17, user_registers=False, loses_caller=True),
}

PRINTING = {"dump_backtrace", "dump_stack", "dump_stack_lvl", "show_stack"}
ENDS = {"user mode", "outermost frame"}
TAINTS = "GFSRMBUDAWCIOELKXTN"  # by bit: _TAINT_FLAGS of kernel/panic.c, letter when set
# Functions of section .sched.text (in_sched_functions()) that these guests' tasks sleep in.
SCHEDULER = {"__schedule", "schedule", "schedule_timeout", "schedule_hrtimeout_range_clock", "do_nanosleep",
             "do_nanosleep.constprop.0", "__mutex_lock.constprop.0", "__mutex_lock_slowpath", "mutex_lock", "schedule_preempt_disabled",
             "schedule_hrtimeout_range", "schedule_timeout_interruptible", "wait_for_completion", "__wait_for_common", "io_schedule",
             "schedule_idle", "wait_for_completion_interruptible", "rt_mutex_schedule", "preempt_schedule_common",
             "__cond_resched", "__switch_to",
             "context_switch"}
UNMAPPED = ("forbidden", "untouched")  # the helper's pages that hold nothing


def number(text):
    return int(text, 16)


def strings(truth):
    """The helper's texts: name -> (address, text)."""
    return {n: (number(s["address"]), s["text"]) for n, s in truth["helper"]["strings"].items()
            if n not in UNMAPPED and n != "numbers"}


def unique_symbols(truth):
    """name -> (address, type) of the kernel's own symbols that /proc/kallsyms told once."""
    return {n: (number(s["address"]), s["type"]) for n, s in truth["symbols"].items()
            if isinstance(s, dict) and " " not in n and number(s["address"]) > 1 << 20}


def module_of(truth):
    """A module whose text can be asked for: the test module, else the last one."""
    return next((m for m in truth["modules"] if m["name"] == "inquest_test"), truth["modules"][-1])


@functools.lru_cache(maxsize=None)
def commands(name):
    """All commands of a guest, by a name of their own."""
    truth = guest(name).truth
    helper = truth["facts"]["helper"]
    asked = {c: c for c in ("sys", "sys -t", "sys -i", "mach", "ps", "ps -g", "mod", "log", "bt", "foreach bt",
                            "vtop linux_banner", "rd -a linux_banner", "dis vfs_write", "dis -r vfs_write+64",
                            "p init_uts_ns.name.release", "p init_task.comm")}
    asked |= {c: c for c in told_bt.COMMANDS + told_code.COMMANDS}
    asked["members"] = f"task -R pid,tgid,comm {helper}"
    for symbol in unique_symbols(truth):
        asked[f"sym {symbol}"] = f"sym {symbol}"
    base = module_of(truth)["address"][2:]
    asked["module vtop"], asked["module rd"] = f"vtop {base}", f"rd -8 {base} 16"
    if "pages_text" in truth["module_objects"]:
        text = truth["module_objects"]["pages_text"][2:]
        asked["pages vtop"], asked["pages rd"] = f"vtop {text}", f"rd -a {text}"
    asked["set"] = f"set {helper}"
    for key, (address, _) in strings(truth).items():
        asked[f"rd {key}"] = f"rd -u -a {address:x}"
        asked[f"vtop {key}"] = f"vtop -u {address:x}"
    asked.update(search_commands(truth))
    asked.update(locals_commands(guest(name).folder))
    return asked


@functools.lru_cache(maxsize=4)
def answers(name, form):
    g = guest(name)
    asked = commands(name)
    answer = g.run(form, *asked.values(), as_json=True)
    assert answer.documents and len(answer.documents) == len(asked), answer.messages
    return dict(zip(asked, answer.documents))


@functools.lru_cache(maxsize=4)
def physical(name, form, places):
    """What lies at physical addresses: (address, bytes) pairs, in hexadecimal digits."""
    g = guest(name)
    answer = g.run(form, *[f"rd -p -8 {at:x} {n}" for at, n in places], as_json=True)
    return ["".join(w[2:].zfill(2) for r in d.get("rows", ()) for w in r.get("words", ()) if w) for d in answer.documents]


def names(frames):
    return [(f.get("function"), f.get("offset"), f.get("module")) for f in frames]


def printed(truth):
    """The trace that the kernel printed, innermost first, without what it doubted and what did the printing."""
    rip = truth["panic"]["rip"]
    frames = [f for f in truth["panic"]["frames"] if f["certain"] and f["function"] not in PRINTING]
    # The trace of arm64 begins with the pc itself.
    return names(([rip] if rip and names([rip]) != names(frames[:1]) else []) + frames)


class Told(told_bt.ToldBt, told_code.Code, told_lists.Lists, told_values.Values, Search, Locals):
    """Mixed into a TestCase for each guest and format. What a dump cannot answer raises SkipTest, which says why."""

    name = form = None

    @property
    def truth(self):
        return guest(self.name).truth

    @property
    def target(self):
        return TARGETS[self.truth["target"]]

    def answer(self, command):
        document = answers(self.name, self.form)[command]
        self.assertTrue(document["ok"], document.get("errors"))
        return document

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
        self.assertLessEqual(uptime, died + 2)
        self.assertLessEqual(died, uptime + self.target.clock_lag)
        self.assertLessEqual(abs(sys["timestamp"] - uptime - facts["btime"]), 2)
        lines = [l.strip() for l in self.truth["panic"]["lines"]]
        self.assertIn(sys["panic"].strip('"'), lines)

    def test_memory(self):
        """What the kernel counts as its own is a little more than MemTotal."""
        amount, unit = self.answer("sys")["memory"].split()
        kib = float(amount) * {"KB": 1, "MB": 1 << 10, "GB": 1 << 20}[unit]
        total = self.truth["meminfo"]["MemTotal"]
        crashkernel = re.search(r"crashkernel=(\d+)M", self.truth["facts"]["cmdline"])
        reserved = int(crashkernel[1]) << 10 if crashkernel else 0
        self.assertLessEqual(total, kib)
        self.assertLessEqual(kib, total + reserved + (96 << 10))

    def test_taint(self):
        mask = int(self.answer("sys -t")["mask"], 16)
        # The death itself adds bit 7, TAINT_DIE.
        self.assertEqual(mask & ~(1 << 7), self.truth["facts"]["tainted"])
        letters = "".join(c for bit, c in enumerate(TAINTS) if mask >> bit & 1)
        self.assertEqual(re.sub("[G ]", "", self.answer("sys -t")["letters"]), letters)

    def test_dmi(self):
        told = {"DMI_" + k.upper(): v.strip() for k, v in self.truth["dmi"].items()}
        if not told:
            raise unittest.SkipTest("this machine has no DMI")
        found = self.answer("sys -i")["dmi"]
        for row in found:
            if row["key"] in told:
                self.assertEqual(row["value"].strip(), told[row["key"]], row["key"])
        self.assertGreater(len({r["key"] for r in found} & set(told)), 5)

    def test_mach(self):
        rows = {r["key"]: r["value"] for r in self.answer("mach")["machine"]}
        self.assertEqual(rows["MACHINE TYPE"], self.target.machine)
        self.assertEqual(rows["CPUS"], str(self.truth["facts"]["cpus"]))
        if "page_size" in self.truth["facts"]:
            self.assertEqual(int(rows["PAGE SIZE"]), int(self.truth["facts"]["page_size"]))

    def test_tasks(self):
        told = {t["pid"]: (t["ppid"], t["comm"]) for t in self.truth["tasks"]}
        rows = self.answer("ps")["tasks"]
        self.assertEqual({r["pid"]: (r["ppid"], r["command"]) for r in rows if r["pid"]}, told)
        self.assertEqual(len(rows), len(told) + self.truth["facts"]["cpus"], "no task twice")
        idle = [(r["cpu"], r["command"]) for r in rows if not r["pid"]]
        one = self.truth["facts"]["cpus"] == 1
        want = [[(c, f"swapper/{c}") for c in range(self.truth["facts"]["cpus"])]] + [[(0, "swapper")]] * one
        self.assertIn(idle, want)

    def test_states(self):
        """State, kernel thread or not, and size, of the tasks that had no reason to move."""
        still = {t["pid"]: t for t in self.truth["tasks"] if t["pid"] not in changing(self.truth)}
        for row in self.answer("ps")["tasks"]:
            if t := still.get(row["pid"]):
                self.assertIn(row["state"], STATES[t["state"]], row)
                self.assertEqual(row["kernel_thread"], t["kernel"], row)
                self.assertEqual(row["vsz"], t.get("VmSize", 0), row)
        running = {r["pid"] for r in self.answer("ps")["tasks"] if r["running"]}
        self.assertIn(self.truth["panic"]["task"]["pid"], running)

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
        rest = [l.rstrip() for _, _, l in lines[len(told):] if l.strip() and l.strip() not in self.target.unprinted]
        self.assertEqual(rest[-len(last):], last)
        sequence = [r["sequence"] for r in self.answer("log")["records"]]
        self.assertEqual(sequence, list(range(sequence[0], sequence[0] + len(sequence))))

    def test_symbols(self):
        """The addresses that /proc/kallsyms told; ELF's letter for a weak or local symbol may differ from kallsyms'."""
        compared = 0
        for name, (address, _) in unique_symbols(self.truth).items():
            found = self.answer(f"sym {name}")["symbols"]
            self.assertIn(address, [number(s["address"]) for s in found], name)
            compared += 1
        self.assertGreaterEqual(compared, 8)  # without CONFIG_KALLSYMS_ALL there is no data

    def test_panic_task(self):
        """The frames that the kernel printed without "?", in order; nothing between, only its way down before."""
        (task,) = self.answer("bt")["tasks"]
        self.assertEqual({"pid": task["pid"], "comm": task["command"], "cpu": task["cpu"]}, self.truth["panic"]["task"])
        want, got = printed(self.truth), names(task["frames"])
        self.assertIn(want[0][0], [f[0] for f in got])
        at = [f[0] for f in got].index(want[0][0])
        if self.target.doubts_callers:
            doubted = {f["function"] for f in self.truth["panic"]["frames"] if not f["certain"]}
            got = got[:at] + [f for f in got[at:] if f in want or f[0] not in doubted]
        more = [f for f in got[at:] if f not in want]
        if self.target.loses_caller and len(more) == 1 and sum("exception" in f for f in task["frames"]) > 2:
            got.remove(more[0])
        if self.truth["panic"]["rip"] and "panic" in [f[0] for f in want]:
            # The registers of a stack's overflow, but the trace of the panic: it ends where the stack did.
            self.assertEqual(task["end"], "user mode")
            told = [f for f in want if f[0] != "panic" and f[1]][1:]
            self.assertEqual([f for f in got[at:] if f in told][:1], told)
            return
        # A call that never returns may be the last of its function: arm's kernel names what follows, and stops there.
        if self.target.lost_behind_noreturn and want[-1][1] == 0 and len(got) > at + len(want):
            want = want[:-1]
            got = got[:at + len(want)]
        # An interrupt may have come while panic() waited: what it did is its own matter.
        waiting = next((i for i, f in enumerate(got[:at + 1]) if f[0] == "panic"), 0)
        first = max((i + 1 for i, f in enumerate(task["frames"][:waiting]) if f.get("exception")), default=0)
        self.assertLessEqual({f[0] for f in got[first:at]}, self.target.crash_path)
        if want[0][0] == "panic":
            # It has gone on since it printed.
            self.assertEqual((got[at][0], got[at][2]), ("panic", None))
            # Behind a call that never returns the kernel may name the function that follows.
            want = [got[at + i] if i and i + at < len(got) and f[1] == 0 else f for i, f in enumerate(want)]
            self.assertEqual(got[at + 1:], want[1:])
        else:
            self.assertEqual(got[at:], want)
        doubtful = [i for i, f in enumerate(task["frames"]) if not f["reliable"]]
        # What a leaf returns to is in a register that QEMU's note lacks when it stopped at an interrupt.
        lost = task["frames"][0]["how"] == "registers without a stack pointer"
        self.assertIn(doubtful, ([], [1]) if lost else ([],))
        self.assertEqual(task["end"], "user mode")

    def test_registers(self):
        """The exception frames hold what the kernel printed of its registers and the process's."""
        if self.form == "raw":
            raise unittest.SkipTest("bare memory has no registers: where the trace begins is an interrupt's matter")
        (task,) = self.answer("bt")["tasks"]
        frames = [f["exception"] for f in task["frames"] if f.get("exception")]
        self.assertTrue(frames, "no exception frame")
        self.assertTrue(frames[-1]["user"])
        if self.target.user_registers:
            self.same_registers(frames[-1], self.truth["panic"]["user_registers"])
        if self.truth["panic"]["rip"]:
            found = [f for f in frames if f.get("function") == self.truth["panic"]["rip"]["function"]]
            self.assertTrue(found, frames)
            self.same_registers(found[0], self.truth["panic"]["registers"])

    def same_registers(self, found, told):
        compared = 0
        for name, value in told.items():
            name = self.target.aliases.get(name, re.sub("^R0", "R", name).lower())
            if name in found:
                self.assertEqual(int(found[name], 16), int(value, 16), name)
                compared += 1
        self.assertGreaterEqual(compared, self.target.registers)

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
        running = {t["pid"] for t in self.truth["tasks"] if t["state"] == "R"}
        compared = 0
        for pid, stack in self.truth["stacks"].items():
            if not stack or int(pid) in changing(self.truth) or int(pid) in running:
                continue
            want, got = names(f for f in stack if f["certain"]), names(tasks[int(pid)]["frames"])
            if got[-1] != want[-1] and got[-1][0] in self.target.missed:
                got.pop()
            switch = [i for i, f in enumerate(want) if f[0] == self.target.switch]
            want = want[switch[0] + 1:] if switch else want
            if not want:
                continue
            self.assertEqual(got[-len(want):], want, tasks[int(pid)])
            self.assertLessEqual({f[0] for f in got[:-len(want)]}, SCHEDULER, pid)
            compared += 1
        self.assertGreater(compared, 20)

    def test_banner(self):
        text = "".join(r["text"] for r in self.answer("rd -a linux_banner")["rows"])
        # CONFIG_BUILD_SALT and the like stand behind "#": proc has them in another order.
        self.assertEqual(text.split("#")[0], self.truth["facts"]["proc_version"].split("#")[0])

    def user_pages_missing(self):
        """makedumpfile -d 31 leaves out the pages of users."""
        if self.form.startswith("d31"):
            raise unittest.SkipTest("user pages are not in a dump of level 31")

    def test_user_strings(self):
        self.user_pages_missing()
        for name, (_, text) in strings(self.truth).items():
            self.assertEqual("".join(r["text"] for r in self.answer(f"rd {name}")["rows"]), text, name)

    def test_user_vtop(self):
        """Page and mapping of each of the helper's texts; what lies at the physical address is the text."""
        places = []
        for name in strings(self.truth):
            (found,) = self.answer(f"vtop {name}")["addresses"]
            self.assertEqual(found["space"], "user")
            address = strings(self.truth)[name][0]
            told = next(m for m in self.truth["helper"]["maps"]
                        if number(m["start"]) <= address < number(m["end"]))
            (vma,) = found["vmas"]
            self.assertEqual((number(vma["start"]), number(vma["end"])), (number(told["start"]), number(told["end"])))
            places.append((number(found["physical"]), 8))
        if not self.form.startswith("d31"):
            for (text), found in zip((t for _, t in strings(self.truth).values()),
                                     physical(self.name, self.form, tuple(places))):
                self.assertEqual(bytes.fromhex(found).decode(), text[:8])

    def test_kernel_vtop(self):
        """The banner's physical place holds the banner."""
        (found,) = self.answer("vtop linux_banner")["addresses"]
        self.assertEqual(found["space"], "kernel")
        (text,) = physical(self.name, self.form, ((number(found["physical"]), 13),))
        self.assertEqual(bytes.fromhex(text), b"Linux version")

    def test_module_vtop(self):
        """A module is mapped by page tables: its bytes read both ways are the same, and not nothing."""
        (found,) = self.answer("module vtop")["addresses"]
        self.assertTrue(found["steps"], "a walk of page tables")
        read = "".join(w[2:].zfill(2) for r in self.answer("module rd")["rows"] for w in r["words"])
        (there,) = physical(self.name, self.form, ((number(found["physical"]), 16),))
        self.assertEqual(there, read)
        self.assertNotEqual(set(there), {"0"})

    def test_vmalloc(self):
        """A text across two pages of vmalloc, which the test module put there."""
        if "pages_text" not in self.truth["module_objects"]:
            raise unittest.SkipTest("the test module is not in this guest")
        text = "".join(r["text"] for r in self.answer("pages rd")["rows"])
        self.assertEqual(text, "inquest: a string in vmalloc's pages")
        (found,) = self.answer("pages vtop")["addresses"]
        self.assertTrue(found["steps"], "a walk of page tables")
        (there,) = physical(self.name, self.form, ((number(found["physical"]), 12),))
        self.assertEqual(bytes.fromhex(there).decode(), text[:12])

    def test_struct(self):
        (task,) = self.answer("members")["tasks"]
        helper = self.truth["facts"]["helper"]
        self.assertEqual({m["member"]: m["value"] for m in task["members"]},
                         {"pid": helper, "tgid": helper, "comm": "inq-helper"})

    def test_print(self):
        (release,) = self.answer("p init_uts_ns.name.release")["values"]
        self.assertEqual(release["value"], self.truth["facts"]["release"])
        (comm,) = self.answer("p init_task.comm")["values"]
        self.assertTrue(comm["value"].startswith("swapper"), comm)

    def test_dis(self):
        """One instruction behind the other from the function's start, their bytes those in memory."""
        found = self.answer("dis vfs_write")["instructions"]
        self.assertGreater(len(found), 20)
        at = unique_symbols(self.truth)["vfs_write"][0]
        for n, i in enumerate(found):
            self.assertEqual(number(i["address"]), at)
            self.assertEqual(i["place"].split("+")[0], "vfs_write")
            at += len(i["bytes"]) // 2
        known = [i for i in found if not re.match(r"\.|\(bad\)|<", i["text"])]
        self.assertGreaterEqual(len(known), len(found) * 0.99)
        reverse = self.answer("dis -r vfs_write+64")["instructions"]
        self.assertEqual([i["address"] for i in reverse], [i["address"] for i in found[:len(reverse)]])


@functools.lru_cache(maxsize=None)
def formats():
    """(guest, format) of all guests that die, from the recipes."""
    p = subprocess.run([f"{TOP}/tests/corpus/make", "--list"], capture_output=True, text=True, check=True)
    return re.findall(r"^  ([\w-]+)/([\w-]+) ", p.stdout, re.M)


def case(name, form, module):
    """The TestCase of one dump."""
    label = "_".join(w.capitalize() for w in re.split("[-]", f"{name}-{form}"))
    return label, type(label, (Told, unittest.TestCase), {"name": name, "form": form, "__module__": module})
