# SPDX-License-Identifier: GPL-2.0-or-later
"""Stacks' memory: what bt -f, -F, -t and -r show of it, held to the words and frames that the dying kernel printed."""
import re
import unittest

COLUMNS = {"test_frame_memory": "bt -f", "test_frame_names": "bt -F", "test_stack_text": "bt -t",
           "test_raw_stack": "bt -r", "test_stack_words": "bt -r", "test_searched_frames": "bt -e"}
COMMANDS = ("bt -f", "bt -r", "bt -t", "bt -T", "bt -e", "bt -E", "foreach bt -FF")
# Return addresses of arm64 may be signed: only bits of the address are compared.
ADDRESS_BITS = {"arm64": (1 << 39) - 1}


def number(text):
    return int(text, 16)


def row_words(rows, size):
    """address -> word of rows."""
    return {number(r["address"]) + i * size: number(w) for r in rows for i, w in enumerate(r.get("words", ()))}


def arm_words(lines):
    """"Stack: (0x... to 0x...)" and rows that begin with the low half of an address; words that lie below are blank."""
    words = {}
    start = next((i for i, l in enumerate(lines) if l.startswith("Stack: (0x")), None)
    if start is None:
        return words
    base = number(re.match(r"Stack: \((0x[0-9a-f]+)", lines[start])[1])
    for line in lines[start + 1:]:
        row = re.match(r"([0-9a-f]{4}):((?: [ 0-9a-f]{8})+)$", line)
        if not row:
            break
        at = base & ~0xffff | number(row[1])
        for i in range(len(row[2]) // 9):
            if row[2][i * 9:i * 9 + 9].strip():
                words[at + 4 * i] = number(row[2][i * 9:i * 9 + 9])
    return words


def mips_words(lines, size):
    """"Stack :" and words from where register 29, the second of $28's line, points to."""
    pointer = next((l.split(":")[1].split()[1] for l in lines if l.startswith("$28 ")), None)
    start = next((i for i, l in enumerate(lines) if l.startswith("Stack :")), None)
    if start is None or not pointer:
        return {}
    found = []
    for line in [lines[start].split(":")[1], *lines[start + 1:]]:
        if not re.fullmatch(r"(\s*[0-9a-f]{%d})+\s*" % (2 * size), line):
            break
        found += line.split()
    return {number(pointer) + i * size: number(w) for i, w in enumerate(found)}


class ToldBt:
    """Mixed into Told."""

    def same_address(self, a, b):
        mask = ADDRESS_BITS.get(self.truth["target"], (1 << 64) - 1)
        return a & mask == b & mask

    def raw_words(self):
        """The words of the task's stack, and of the others that the trace went over."""
        (task,) = self.answer("bt -r")["tasks"]
        words = row_words(task["rows"], self.target.word)
        for frame in self.answer("bt -f")["tasks"][0]["frames"]:
            if frame.get("stack"):
                words |= row_words(frame.get("memory", ()), self.target.word)
        return words

    def test_raw_stack(self):
        """The whole of the stack, word by word."""
        (task,) = self.answer("bt -r")["tasks"]
        size = self.target.word
        starts = [number(r["address"]) for r in task["rows"]]
        self.assertEqual(starts, list(range(starts[0], starts[0] + 16 * len(starts), 16)))
        self.assertIn(16 * len(starts), [1 << n for n in range(12, 17)], "a power of two")
        self.assertEqual(starts[0] % self.target.word, 0)
        self.assertTrue(all(len(r["words"]) == 16 // size for r in task["rows"]))

    def test_stack_words(self):
        """Those that the kernel printed: nothing above its stack pointer changed since."""
        lines = self.truth["panic"]["lines"]
        told = arm_words(lines) or mips_words(lines, self.target.word)
        if not told:
            raise unittest.SkipTest("this kernel prints no words of its stack")
        found = self.raw_words()
        known = {a: w for a, w in told.items() if a in found}
        self.assertEqual({a: found[a] for a in known}, known)
        self.assertGreaterEqual(len(known), 24)

    def test_frame_memory(self):
        """One frame's memory behind the other's, and in it the address that the next one returns to."""
        (task,) = self.answer("bt -f")["tasks"]
        raw, frames, size = self.raw_words(), task["frames"], self.target.word
        words = [row_words(f.get("memory", ()), size) for f in frames]
        own = [i for i, f in enumerate(frames) if not f.get("stack") and words[i]]
        self.assertGreater(len(own), 4)
        for i in own:
            # A stack that overflowed goes on in the page below it.
            self.assertEqual({a: w for a, w in words[i].items() if a in raw},
                             {a: raw[a] for a in words[i] if a in raw})
        for i, (f, outer) in enumerate(zip(frames, frames[1:])):
            if f.get("stack") != outer.get("stack") or "memory_end" not in f:
                continue
            self.assertEqual(f["memory_end"], outer["memory_start"], i)
            if not any("unreadable" in r for r in f["memory"]):  # a guard page
                self.assertEqual(sum(len(r["words"]) for r in f["memory"]) * size,
                                 number(f["memory_end"]) - number(f["memory_start"]))
            if "exception" in f or i == 0 or not outer["reliable"]:
                continue
            if frames[i - 1].get("exception"):
                continue  # it may be a leaf, whose return address is in a register
            # s390x saves it in the caller's frame, up to 160 bytes above its stack pointer.
            near = [w for a, w in (raw | words[i]).items()
                    if number(f["memory_start"]) <= a < number(f["memory_end"]) + 160]
            self.assertTrue(any(self.same_address(w, number(outer["pc"])) for w in near), (i, outer))

    def test_frame_names(self):
        """Addresses of tasks lie in the cache of struct task_struct, or are init_task."""
        tasks = {number(t["task"]) for t in self.answer("ps")["tasks"]}
        seen = set()
        for task in self.answer("foreach bt -FF")["tasks"]:
            for frame in task.get("frames", ()):
                for row in frame.get("memory", ()):
                    for word, name in zip(row.get("words", ()), row.get("names", ()), strict=True):
                        if number(word) in tasks and name != "init_task":
                            self.assertEqual(name, f"[{word[2:]}:task_struct]")
                            seen.add(number(word))
        self.assertGreater(len(seen), 3)

    def test_stack_text(self):
        """Every place that the kernel found on the stack, in its order; with "?" what only lay there."""
        (task,) = self.answer("bt -t")["tasks"]
        words = [w for s in task["stacks"] for w in s["text"] if "pc" in w]
        found = [(w["function"], w["offset"], w.get("module")) for w in words]
        every = self.answer("bt -T")["tasks"][0]["stacks"][-1]["text"]
        self.assertLessEqual(sum("pc" in w for w in task["stacks"][-1]["text"]), len(every))
        at = 0
        missed = []
        told = [f for f in self.truth["panic"]["frames"]
                if f["function"] not in ("dump_backtrace", "dump_stack", "dump_stack_lvl", "show_stack", "panic")]
        # Behind a call that never returns the kernel may name the function that follows, and stop there.
        if len(told) < 4 and self.target.lost_behind_noreturn:
            raise unittest.SkipTest("the kernel's own trace is lost behind a call that never returns")
        for f in told:
            # Behind the end of a function: the beginning of the next, of which the kernel names the one before.
            places = [i for i in range(at, len(found)) if found[i] == (f["function"], f["offset"], f["module"])
                      or f["offset"] == f["size"] and not found[i][1]]
            if places:
                at = places[0] + 1
            else:
                missed.append(f)
        self.assertLessEqual(len(missed), 1, missed)
        self.assertGreater(at, 3)

    def test_searched_frames(self):
        """The search finds what the trace went over, on the task's stack and on the others."""
        (task,) = self.answer("bt")["tasks"]
        told = {f["exception"]["frame"]: f["exception"] for f in task["frames"] if f.get("exception", {}).get("frame")}
        (searched,) = self.answer("bt -e")["tasks"]
        found = searched["exceptions"] + [e for s in self.answer("bt -E")["stacks"] for e in s["exceptions"]]
        found = {e["address"]: e["exception"] for e in found}
        for address, exception in told.items():
            if exception["partial"]:
                continue  # only what the processor itself had pushed yet
            self.assertIn(address, found)
            self.assertEqual(found[address].get("function"), exception.get("function"))
        if not told:
            raise unittest.SkipTest("no exception on the way")
