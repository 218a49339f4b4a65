# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a guest's console into truth.json: what the guest said of itself, and how the kernel died.

Nothing here comes from a dump. Addresses are strings "0x…"; numbers that were numbers are numbers.
"""

import json
import re
from pathlib import Path

from . import cache, formats, panic
from .panic import hexadecimal, parse_frame, parse_trace_line

PF_KTHREAD = 0x00200000     # include/linux/sched.h
COMM_SIZE = 15              # TASK_COMM_LEN - 1
WORKER = re.compile(r"^(kworker/\w+:\d+H?)[-+].*$")


def sections(console):
    """{name: lines} of the report."""
    found = {}
    for match in re.finditer(r"^@@BEGIN (\S+)\n(.*?)^@@END \1$", console, re.M | re.S):
        found[match.group(1)] = match.group(2).splitlines()
    return found


def parse_facts(lines):
    facts = dict(line.split(" ", 1) for line in lines if " " in line)
    for name in ("cpus", "time", "btime", "tainted", "clock_ticks", "helper", "trigger"):
        if facts.get(name, "").strip().isdigit():
            facts[name] = int(facts[name])
    facts["uptime"], facts["idle"] = (float(word) for word in facts["uptime"].split())
    return facts


def parse_status(lines):
    """{tid: {field: text}} of the status files."""
    found = {}
    for line in lines:
        match = re.match(r"^/proc/\d+/task/(\d+)/status:([^:]+):\s*(.*)$", line)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = match[3]
    return found


def parse_tasks(lines, status):
    """The tasks, from /proc/*/task/*/stat (proc(5)); `lines` begin with the thread group's id."""
    tasks = []
    for line in lines:
        match = re.match(r"^(\d+) (\d+) \((.*)\) (\S) (.*)$", line)
        if not match:
            raise cache.CorpusError(f"the guest printed a task that cannot be read: {line}")
        tgid, tid, shown, state, rest = match.groups()
        # rest[0] is field 4 of proc(5), the parent.
        rest = [int(word) for word in rest.split()]
        kernel = bool(rest[5] & PF_KTHREAD)
        worker = WORKER.match(shown) if kernel else None
        task = {"pid": int(tid), "tgid": int(tgid), "ppid": rest[0],
                # proc appends a worker's queue and knows kernel threads' full names; task_struct.comm does not.
                "comm": (worker[1] if worker else shown)[:COMM_SIZE], "shown": shown,
                "state": state, "kernel": kernel, "worker": shown.startswith("kworker/") and kernel,
                "pgid": rest[1], "sid": rest[2], "flags": f"0x{rest[5]:x}",
                "minor_faults": rest[6], "user_ticks": rest[10], "system_ticks": rest[11],
                "prio": rest[14] + 100, "nice": rest[15], "threads": rest[16], "start_ticks": rest[18],
                "vsize": rest[19], "rss_pages": rest[20], "cpu": rest[35], "rt_priority": rest[36],
                "policy": rest[37]}
        more = status.get(int(tid), {})
        if "Uid" in more:
            task["uid"] = int(more["Uid"].split()[0])
        for field in ("RssAnon", "RssFile", "RssShmem", "VmSize", "VmRSS"):
            if field in more:
                task[field] = int(more[field].split()[0])
        for field in ("SigBlk", "SigIgn", "SigCgt"):
            if field in more:
                task[field] = more[field]
        tasks.append(task)
    return sorted(tasks, key=lambda task: task["pid"])


def parse_stacks(lines, log):
    """{tid: frames} of the sleeping tasks, from /proc/*/task/*/stack or, where it is empty, what sysrq-t told the log."""
    found, current = {}, None
    for line in lines:
        if line.startswith("task "):
            current = found.setdefault(line.split()[1], [])
        elif frame := parse_frame(line):
            current.append(frame)
    if any(found.values()):
        return found
    for text in (record["text"] for record in log):
        if match := re.match(r"^task:.*? state:(.) .*? pid: *(\d+) ", text):
            # What runs has gone on since, the process that asked first of all.
            current = found.get(match[2]) if match[1] != "R" else None
        elif not text.startswith((" ", "Workqueue: ", "Stopper: ")):
            current = None
        elif current is not None and (frame := parse_trace_line(text)):
            current.append(frame)
    return found


def parse_modules(lines):
    """/proc/modules: name, size, references, users, state, address, taint."""
    found = []
    for line in lines:
        words = line.split()
        found.append({"name": words[0], "size": int(words[1]), "refs": int(words[2]),
                      "used_by": [name for name in words[3].split(",") if name and name != "-"],
                      "state": words[4], "address": hexadecimal(words[5]),
                      "taint": words[6].strip("()") if len(words) > 6 else ""})
    return found


def parse_mounts(lines):
    found = []
    for line in lines:
        words = [re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), word) for word in line.split()]
        found.append({"device": words[0], "directory": words[1], "type": words[2], "options": words[3]})
    return found


def parse_maps(lines):
    found = []
    for line in lines:
        match = re.match(r"^([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) (\S+) (\d+)\s*(.*)$", line)
        if match:
            found.append({"start": hexadecimal(match[1]), "end": hexadecimal(match[2]), "access": match[3],
                          "offset": hexadecimal(match[4]), "device": match[5], "inode": int(match[6]),
                          "name": match[7]})
    return found


def parse_files(lines):
    """{fd: target} of "ls -l /proc/PID/fd"."""
    return {match[1]: match[2] for match in (re.search(r" (\d+) -> (.*)$", line) for line in lines) if match}


def parse_symbols(lines):
    """{name: address}; a name that several symbols have is a list, and modules' names carry theirs."""
    found = {}
    for line in lines:
        words = line.split()
        name = words[2] if len(words) == 3 else f"{words[2]} {words[3]}"
        found.setdefault(name, []).append({"address": hexadecimal(words[0]), "type": words[1]})
    return {name: places[0] if len(places) == 1 else places for name, places in found.items()}


def parse_numbers(lines):
    """{name: number} of /proc/meminfo (kB) and /proc/vmstat."""
    found = {}
    for line in lines:
        match = re.match(r"^(\S+?):?\s+(\d+)", line)
        if match:
            found[match[1]] = int(match[2])
    return found


def parse_log(lines):
    """The kernel's log as "dmesg -r" prints it: level, time, text; a line without a head continues one."""
    found = []
    for line in lines:
        match = re.match(r"^<(\d+)>\[ *(\d+\.\d+)\] ?(.*)$", line)
        if match:
            found.append({"level": int(match[1]) & 7, "time": match[2], "text": match[3]})
        else:
            text = re.sub(r"^<\d+>", "", line)
            found.append({"level": None, "time": None, "text": text})
    return found


def parse_helper(found):
    """The process of known content: what it printed, and what proc said of it."""
    helper = {"strings": {}, "threads": {}, "children": {}, "fds": {}}
    for line in found.get("helper", ()):
        words = line.split(" ", 2)
        if words[0] in ("thread", "child"):
            helper["threads" if words[0] == "thread" else "children"][words[2]] = int(words[1])
        elif words[0] == "fd":
            helper["fds"].setdefault(words[2], []).append(int(words[1]))
        elif len(words) > 1 and words[1].startswith("0x"):
            helper["strings"][words[0]] = {"address": words[1], "text": words[2] if len(words) > 2 else ""}
    helper["environment"] = [line for line in found.get("helper_environment", ()) if line]
    helper["arguments"] = [line for line in found.get("helper_arguments", ()) if line]
    helper["maps"] = parse_maps(found.get("helper_maps", ()))
    helper["files"] = parse_files(found.get("helper_files", ()))
    helper["limits"] = [re.split(r"\s{2,}", line.strip()) for line in found.get("helper_limits", ())[1:]]
    return helper


def parse_module_objects(log):
    """{name: value} of what the test module told the log."""
    found = {}
    for line in log:
        match = re.match(r"^inquest_test: (\w+) = ([0-9a-f]+)$", line["text"])
        if match:
            is_address = len(match[2]) in (8, 16)
            found[match[1]] = hexadecimal(match[2]) if is_address else int(match[2])
    return found


def fault_lines(folder):
    """The lines of the module's source that its marks name: {"FAULT LINE": 86, …}."""
    source = folder / "module/inquest_test.c"
    if not source.exists():
        return None
    marks, function = {}, None
    for number, line in enumerate(source.read_text().splitlines(), 1):
        if match := re.match(r"^static .*?(\w+)\([^;]*\)$", line):
            function = match[1]
        if match := re.search(r"/\* ([A-Z ]+) \*/$", line):
            marks[match[1]] = {"file": "inquest_test.c", "line": number, "function": function}
    return marks


def parse_live(console):
    """What "tests/corpus/live" had inquest print: one entry per command."""
    found = sections(console)
    runs = []
    for match in re.finditer(r"^@@LIVE (\d+) (\d+)$", console, re.M):
        number = match[1]
        runs.append({"command": "\n".join(found[f"live.{number}.command"]), "status": int(match[2]),
                     "output": "\n".join(found[f"live.{number}.output"]),
                     "errors": "\n".join(found[f"live.{number}.errors"])})
    return runs


def parse(console):
    """The truth that a console holds."""
    console = console.replace("\r", "")
    found = sections(console)
    missing = [name for name in ("facts", "status", "dmesg", "tasks", "stacks", "cpuinfo") if name not in found]
    if missing:
        raise cache.CorpusError(f"the guest's report has no section {missing[0]}")
    status = parse_status(found["status"])
    log = parse_log(found["dmesg"])
    return {
        "facts": parse_facts(found["facts"]),
        "tasks": parse_tasks(found["tasks"], status),
        "stacks": parse_stacks(found["stacks"], log),
        "modules": parse_modules(found["modules"]),
        "module_sections": dict(line.split() for line in found["module_sections"] if len(line.split()) == 2),
        "mounts": parse_mounts(found["mounts"]),
        "symbols": parse_symbols(found["symbols"]),
        "meminfo": parse_numbers(found["meminfo"]),
        "vmstat": parse_numbers(found["vmstat"]),
        "cpu_flags": next((line.split(":")[1].split() for line in found["cpuinfo"] if line.startswith("flags")), []),
        "dmi": dict((line.split(" ", 1) + [""])[:2] for line in found["dmi"]),
        "helper": parse_helper(found),
        "init_maps": parse_maps(found["init_maps"]),
        "dmesg": log,
        "module_objects": parse_module_objects(log),
        "raw": {name: found[name] for name in sorted(found) if name.startswith("net_") or name in (
            "iomem", "ioports", "interrupts", "slabinfo", "buddyinfo", "swaps", "partitions", "mountinfo",
            "devices", "misc", "interfaces", "vmallocinfo", "softirqs", "cpuinfo", "helper_smaps")},
        "panic": panic.parse(console),
    }


def check(console, recipe):
    """Refuses a console that is not a whole report followed by the death the recipe asks for."""
    truth = parse(console)
    last = truth["panic"]
    if last is None or last.get("task", {}).get("comm") != "inq-trigger":
        raise cache.CorpusError(f"{recipe.name}: the kernel's last words cannot be found on the console")
    if (recipe.scenario in ("oops", "irq", "overflow")) != (last["rip"] is not None):
        raise cache.CorpusError(f"{recipe.name}: the kernel did not die of what the recipe asks for")
    if len(truth["tasks"]) < 20 or not truth["modules"] or not truth["dmesg"] or not truth["stacks"]:
        raise cache.CorpusError(f"{recipe.name}: the guest's report is not whole")
    if recipe.scenario == "mutex":
        stuck = {task["comm"] for task in truth["tasks"] if task["state"] == "D"}
        if not {"inq-left", "inq-right"} <= stuck:
            raise cache.CorpusError(f"{recipe.name}: the two tasks are not blocked")


def refresh(recipe, folder):
    """Writes truth.json unless the one there is of this parser and of these dumps."""
    target = folder / "truth.json"
    dumps = {name: [path.name for path in formats.files(folder, name)] for name in recipe.formats}
    key = cache.digest(Path(__file__), Path(panic.__file__), json.dumps(dumps))
    try:
        if json.loads(target.read_text())["key"] == key:
            return
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        pass
    console = (folder / "console.log").read_text(errors="replace")
    truth = {"key": key, "guest": recipe.name, "target": recipe.arch.name, "scenario": recipe.scenario,
             "memory_mib": recipe.memory, "kernel": json.loads((folder / "kernel.json").read_text()),
             "dumps": {name: names for name, names in dumps.items() if names}, "marks": fault_lines(folder),
             **parse(console)}
    new = folder / "truth.json.new"
    new.write_text(json.dumps(truth, indent=1))
    cache.place(new, target)
