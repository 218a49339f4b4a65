# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the last words of a dying kernel, in each architecture's way of printing them.

An address in brackets, where an architecture prints one, says nothing more than the symbol after it: it is skipped.
"""

import re

STAMP = re.compile(r"^\[ *(\d+\.\d+)\](?:\[[ CT\d]+\])? ?", re.M)
ADDRESS = r"(?:\[<?[0-9a-f]+>?\] ?)"
SYMBOL = (r"(?P<function>[A-Za-z_][\w.]*)\+0x(?P<offset>[0-9a-f]+)/0x(?P<size>[0-9a-f]+)"
          r"(?: \[(?P<module>\w+)(?: [0-9a-f]{40})?\])?")
# "? " (x86) and "(unreliable)" (ppc64) are the kernel's own doubts; "(P)" and the like (arm64) say where a frame is from.
# So are the brackets around a line (s390).
FRAME = re.compile(rf"^ *(?P<doubt>\((?=\[<))?\(?{ADDRESS}*(?P<guess>\? )?{SYMBOL}\)?(?: \((?P<note>\w+)\))? *$")
# "inner from outer+0x4/0x10" (arm): the first name is that of the frame before.
FROM = re.compile(rf"^ *[\w.]+(?: \[\w+\])? from (?P<frame>[A-Za-z_].*)$")
HEAD = re.compile(r"^ ?(?:Call Trace|Call trace|Backtrace): *$")
# riscv prints no head before the trace of a fault, but an address before each frame.
BRACKETED = re.compile(rf"^{ADDRESS}{SYMBOL}$")
# Where the kernel was when it faulted. The address is not that of user space: it has a symbol.
PC = re.compile(rf"^ *(?:RIP: 0010:|EIP: |PC is at |pc : |epc *: *(?:[0-9a-f]+ )?|NIP {ADDRESS}|Krnl PSW : [0-9a-f]+ [0-9a-f]+ \()"
                rf"(?P<frame>[A-Za-z_][\w.]*\+0x[^)]*)\)?$")
# Four hexadecimal digits are no name but an address within a stack (arm).
REGISTERS = re.compile(r"(?:^|(?<=[\s(]))(?![0-9a-f]{4}:)([A-Za-z][A-Za-z0-9_]{0,7}) *: (?:(?<=NIP: |MSR: ) )?(?:[0-9a-f]{4}:)?(?:\[<)?([0-9a-f]{8,16})\b")
# General registers printed in rows: "GPR04: ..." (ppc64), "$ 4   : ..." (mips), "Krnl GPRS: ..." and three rows more (s390).
ROW = re.compile(r"^(?:GPR(?P<ppc64>\d\d)|\$ ?(?P<mips>\d+) *|Krnl (?P<s390>GPRS)|(?P<more>)) *:? +(?P<values>(?:[0-9a-f]{8,16} *)+)$")
# What may follow a trace whose end is not told; user registers (x86) belong to it.
ENDS = ("---[ end", "Kernel Offset", "SMP: stopping", "Last Breaking-Event-Address", "Modules linked in", "Kernel panic", "CPU")
MESSAGE = re.compile(r"^(Kernel panic - not syncing: .*|BUG: .*|Oops(?::| -| ?\[).*|Internal error: .*|Unable to handle .*"
                     r"|CPU \d+ Unable to handle .*|Insufficient stack space .*)$")
TASK = re.compile(r"^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (.*?)(?: Kdump: loaded)? (?:Not tainted|Tainted:)")


def hexadecimal(text):
    return f"0x{int(text, 16):x}"


def parse_frame(text):
    """One line of a kernel's backtrace, or None."""
    match = FRAME.match(text)
    if not match:
        return None
    return {"function": match["function"], "offset": int(match["offset"], 16), "size": int(match["size"], 16),
            "module": match["module"], "certain": not match["guess"] and not match["doubt"] and match["note"] != "unreliable"}


def parse_registers(line, found):
    """The registers of one line, by name; `found` are those of the lines before."""
    if (match := ROW.match(line)) and (match["more"] is None or "psw_mask" in found):
        first = match["ppc64"] or match["mips"] or len([name for name in found if re.match(r"r\d", name)])
        return [(f"r{number}", value) for number, value in enumerate(match["values"].split(), int(first))]
    if match := re.match(r"^Krnl PSW : ([0-9a-f]{16}) ([0-9a-f]{16})", line):
        return [("psw_mask", match[1]), ("psw_addr", match[2])]
    if MESSAGE.match(line) or re.match(r"(?:Krnl )?(?:Code|Stack) ?:", line):
        return []
    return REGISTERS.findall(line)


def parse_trace_line(text):
    if match := FROM.match(text):
        return parse_frame(match["frame"])
    return parse_frame(text)


def parse(console):
    """What the kernel printed while dying: message, task, registers' place ("rip"), frames in order."""
    after = console.split("\n@@REPORT-END\n", 1)
    if len(after) < 2:
        return None
    # Only the first kernel's words: the capture kernel starts with its version, and kexec-tools' code between the two
    # speaks on some machines.
    text = re.split(r"^(?:I'm in purgatory$|\[ *0\.0+\](?:\[[ CT\d]+\])? (?:Linux version|Booting Linux on) )", after[1],
                    flags=re.M)[0]
    lines = [line for line in STAMP.sub("", text).splitlines() if line.strip()]
    panic = {"lines": lines, "frames": [], "message": None, "rip": None}
    state, frames = "head", panic["frames"]
    for line in lines:
        if match := MESSAGE.match(line):
            panic["message"] = panic["message"] or match[1]
            if match[1].startswith("Kernel panic"):
                panic["panic"] = match[1]
        if match := TASK.match(line):
            panic.setdefault("task", {"cpu": int(match[1]), "pid": int(match[2]), "comm": match[3]})
        at = PC.match(line)
        if state == "head" and at and not panic["rip"]:
            panic["rip"] = parse_frame(at["frame"])
        # Before the trace the kernel's own at the fault, within it those of user space.
        where = {"head": "registers", "trace": "user_registers"}.get(state)
        if where and (registers := parse_registers(line, panic.get(where, {}))):
            panic.setdefault(where, {}).update((name, hexadecimal(value)) for name, value in registers)
        if match := re.match(r"^Kernel Offset: (0x[0-9a-f]+)", line):
            panic["kernel_offset"] = match[1]
        # arm prints no head before the trace of a panic that nothing faulted for.
        if state == "head" and (HEAD.match(line) or FROM.match(line) or BRACKETED.match(line)):
            state = "trace"
        if state == "trace":
            if at:
                # Where an interrupt or exception came upon the kernel.
                frames.append({**parse_frame(at["frame"]), "interrupted": True})
            elif frame := parse_trace_line(line):
                frames.append(frame)
            elif frames and (line.strip() == "</TASK>" or line.startswith(ENDS)):
                state = "done"
    if panic["rip"] and frames and all(frames[0][key] == panic["rip"][key] for key in ("function", "offset")):
        # Some architectures repeat in the trace where the fault was; here "rip" and the frames are the whole trace.
        del frames[0]
    return panic if frames else None
