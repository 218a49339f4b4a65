# SPDX-License-Identifier: GPL-2.0-or-later
"""Local variables and arguments of every task's frames (bt -L), held to what the guest said, to the registers that user
mode had when it called, and to what the kernel's own code makes sure of. Mixed into told.Told.

Compilers keep few variables for the whole of a function: most are optimized out in most frames. What is held here is
that none is wrong, and that enough are known.
"""
import os
import unittest

from crashes import guest

COLUMNS = {f"test_locals_of_{what}": "bt -L"
           for what in ("system_calls", "the_scheduler", "sysrq", "exceptions", "the_module", "mutexes")}

# Where the arguments of a system call are among the registers that user mode had.
SYSCALL = {
    "x86_64": ("rdi", "rsi", "rdx", "r10", "r8", "r9"), "i686": ("ebx", "ecx", "edx", "esi", "edi", "ebp"),
    "aarch64": ("orig_x0", "x1", "x2", "x3", "x4", "x5"), "armv7l": ("orig_r0", "r1", "r2", "r3", "r4", "r5"),
    "riscv64": ("orig_a0", "a1", "a2", "a3", "a4", "a5"), "mips": ("r4", "r5", "r6", "r7"),
    "mips64": ("r4", "r5", "r6", "r7", "r8", "r9"), "ppc64le": ("orig_gpr3", "r4", "r5", "r6", "r7", "r8"),
    "s390x": ("orig_gpr2", "r3", "r4", "r5", "r6", "r7"),
}
# Functions that are handed arguments of the system call as they are: parameter -> which one.
PASSED = {
    "ksys_read": {"fd": 0, "buf": 1, "count": 2}, "ksys_write": {"fd": 0, "buf": 1, "count": 2},
    "vfs_read": {"buf": 1, "count": 2}, "vfs_write": {"buf": 1, "count": 2}, "inquest_write": {"from": 1, "size": 2},
    "kernel_wait4": {"upid": 0, "stat_addr": 1, "options": 2},
    "__do_sys_wait4": {"upid": 0, "stat_addr": 1, "options": 2},
    "do_epoll_wait": {"epfd": 0, "events": 1, "maxevents": 2}, "__do_sys_rt_sigtimedwait": {"uthese": 0, "uinfo": 1},
    "do_futex": {"uaddr": 0, "val": 2}, "futex_wait": {"uaddr": 0, "val": 2},
    "do_sys_poll": {"ufds": 0, "nfds": 1},
}
# What GCC 12 tells wrongly of 32-bit ARM, to every debugger: it does not see that ldrd changes a second register.
MISTOLD = {("armv7l", "ksys_write", "buf")}
# Variables that are the task which runs, until it sleeps here.
ITSELF = {("__schedule", "prev"), ("schedule", "tsk"), ("context_switch", "prev")}
# Functions whose "regs" are those of an exception that the trace shows.
HANDLERS = {"exc_page_fault", "page_fault_oops", "do_page_fault", "do_DataAbort", "do_mem_abort", "__do_kernel_fault",
            "die_kernel_fault", "__do_pgm_check", "do_translation_fault", "el1_abort", "el1h_64_sync_handler",
            "oops_end", "do_user_addr_fault", "__bad_page_fault", "do_no_context", "no_context", "die", "__die"}


def locals_commands(folder):
    """Name of its own -> command; the last ones, for a module's debug information changes other answers."""
    asked = {}
    for name in ("debug/inquest_test.ko", "inquest_test.ko"):
        path = f"{folder}/module/{name}"
        if os.path.exists(path):
            asked["locals module"] = f"mod -s inquest_test {path}"
            break
    asked["locals"] = "foreach bt -L"
    return asked


def number(value):
    """A scalar of a C value's JSON; None for others and for what is not known."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.startswith("0x"):
        return int(value.split()[0], 16)
    return None


def variables(frame):
    """(function, whether that was inlined, variable) of a frame and of what was put into it."""
    for scope in frame.get("scopes", ()):
        for v in scope["variables"]:
            yield scope["function"], scope["inlined"], v


class Locals:
    def traces(self):
        """(task, frames) with local variables of what is not excluded."""
        document = self.answer("locals")
        return [(t, t["frames"]) for t in document["tasks"] if t.get("frames")]

    def agree(self, where, got, want, size):
        mask = (1 << size) - 1
        self.assertEqual(got & mask, want & mask, f"{where}: {got:#x}, not {want:#x}")

    def test_locals_of_system_calls(self):
        known = 0
        for task, frames in self.traces():
            user = next((f["exception"] for f in frames if f.get("exception", {}).get("user")), None)
            if not user:
                continue
            for frame in frames:
                for function, _, v in variables(frame):
                    place = PASSED.get(function.split(".")[0], {}).get(v["name"])
                    value = number(v["value"])
                    if place is None or value is None or not v["argument"] or \
                            (self.target.machine, function, v["name"]) in MISTOLD:
                        continue
                    register = user.get(SYSCALL[self.target.machine][place])
                    if register is None:
                        continue
                    size = 32 if v["type"] in ("int", "unsigned int", "u32", "pid_t") else 8 * self.target.word
                    self.agree(f"PID {task['pid']}: {v['name']} of {function}", value, int(register, 16), size)
                    known += 1
        self.assertGreater(known, 5)

    def test_locals_of_the_scheduler(self):
        """What a task that sleeps has left is itself."""
        known = 0
        for task, frames in self.traces():
            if not any(f.get("function", "").startswith("__schedule") for f in frames):
                continue
            for frame in frames:
                for function, _, v in variables(frame):
                    if (function, v["name"]) not in ITSELF:
                        continue
                    value = number(v["value"])
                    if value is not None:
                        self.assertEqual(value, int(task["task"], 16), f"PID {task['pid']}: {v['name']} of {function}")
                        known += 1
        if not known:
            raise unittest.SkipTest("the compiler kept none of them")

    def test_locals_of_sysrq(self):
        """What was written into /proc/sysrq-trigger: c."""
        if self.truth["scenario"] != "sysrq":
            raise unittest.SkipTest("this guest dies in another way")
        known = 0
        for _, frames in self.traces():
            for frame in frames:
                for function, _, v in variables(frame):
                    if function.startswith("__handle_sysrq") and v["name"] == "key" and v["value"] is not None:
                        self.assertIn(v["value"], (99, "c"))
                        known += 1
        if not known:
            raise unittest.SkipTest("the compiler kept it nowhere")

    def test_locals_of_exceptions(self):
        """The registers that a handler was given lie where the trace found them."""
        checked = 0
        for task, frames in self.traces():
            places = {int(f["exception"]["frame"], 16) for f in frames if f.get("exception", {}).get("frame")}
            for frame in frames:
                if frame.get("function", "").split(".")[0] not in HANDLERS:
                    continue
                for function, _, v in variables(frame):
                    value = number(v["value"])
                    if v["name"] == "regs" and v["argument"] and value is not None:
                        self.assertIn(value, places, f"PID {task['pid']}: regs of {function}")
                        checked += 1
        if not checked:
            raise unittest.SkipTest("no handler of an exception is on a stack")

    def test_locals_of_the_module(self):
        """The module's own calls: "oops" has four letters."""
        if "locals module" not in locals_commands(guest(self.name).folder):
            raise unittest.SkipTest("the test module is not in this guest")
        want = {"inquest_level_one": {"oops": 4, "irq": 1}, "inquest_level_two": {"oops": 8, "irq": 2},
                "inquest_level_three": {"oops": 9, "irq": 3}}
        known = 0
        for _, frames in self.traces():
            for frame in frames:
                for function, _, v in variables(frame):
                    value = number(v["value"])
                    if function in want and v["name"] == "number" and value is not None:
                        self.assertEqual(value, want[function][self.truth["scenario"]], function)
                        known += 1
                    if function == "inquest_write" and v["name"] == "word" and v["value"]:
                        word = v["value"].split("\0")[0]
                        self.assertIn(word, ("oops", "irq", "overflow", "left", "right", "wait"))
                        known += 1
        if not known:
            raise unittest.SkipTest("nothing of the module is on a stack, or all of it is optimized out")

    def test_locals_of_mutexes(self):
        """Each of the two waits for the mutex that the other one has."""
        if "mutex" not in self.truth["scenario"]:
            raise unittest.SkipTest("no mutexes in this guest's end")
        told = self.truth["module_objects"]
        want = {"inquest_take_left": told["second_mutex"], "inquest_take_right": told["first_mutex"]}
        found = {}
        for _, frames in self.traces():
            taker = next((f["function"] for f in frames if f.get("function") in want), None)
            for frame in frames if taker else ():
                for function, _, v in variables(frame):
                    value = number(v["value"])
                    if v["name"] == "lock" and "mutex" in v["type"] and value is not None:
                        self.assertEqual(value, int(want[taker], 16), f"{taker}: lock of {function}")
                        found[taker] = value
        self.assertEqual(set(found), set(want))
