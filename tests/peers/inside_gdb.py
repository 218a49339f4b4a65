# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside gdb: answers the questions of the job named by PEERS_JOB and writes them where it says."""
import json
import os
import re

import gdb  # pylint: disable=import-error


def layout(name):
    try:
        found = gdb.lookup_type(f"struct {name}")
        return {"size": found.sizeof,
                "members": [[f.name or "", f.bitpos, f.bitsize, f.type.sizeof] for f in found.fields()
                            if hasattr(f, "bitpos")]}
    except (gdb.error, RuntimeError) as error:
        return {"error": str(error)}


def first_copy(found):
    """CPU 0's copy of a per-CPU variable, as an expression."""
    variable = found[1]
    if not job["smp"]:
        return variable
    kind = gdb.parse_and_eval(f"&{variable}").type
    return f"(*({kind})((unsigned long)&{variable} - {job['less']:#x} + __per_cpu_offset[0]))"


def value(letter, text):
    try:
        text = re.sub(r"\{percpu:(\w+)\}", first_copy, text)
        return {"text": gdb.execute(f"print{letter} {text}", to_string=True).rstrip("\n").split(" = ", 1)[1]}
    except (gdb.error, RuntimeError, IndexError) as error:
        return {"error": str(error)}


with open(os.environ["PEERS_JOB"], encoding="utf-8") as f:
    job = json.load(f)
for setting in ("width 0", "height 0", "confirm off", "print pretty on", "print elements 256",
                "print repeats unlimited", "max-value-size unlimited", "language c"):
    gdb.execute(f"set {setting}")
if job["core"]:
    gdb.execute(f"core-file {job['core']}", to_string=True)
    gdb.execute(f"symbol-file -o {job['slide']:#x} {job['vmlinux']}", to_string=True)
else:
    gdb.execute(f"symbol-file {job['vmlinux']}", to_string=True)
answers = {"smp": job["smp"], "image": job["image"],
           "layouts": {name: layout(name) for name in job["structs"]},
           "values": {name: value(*question) for name, question in job["values"].items()}}
with open(job["answers"], "w", encoding="utf-8") as f:
    json.dump(answers, f)
