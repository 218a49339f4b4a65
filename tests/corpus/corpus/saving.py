# SPDX-License-Identifier: GPL-2.0-or-later
"""How a dead guest becomes files: by QEMU from outside, or by its own capture kernel.

What is said here decides the content of dumps: the text of the functions that save a guest is part of its key.
"""

import inspect
import os
import sys

from . import formats, mips
from .cache import say

PANIC_END = r"---\[ end Kernel panic"
REPORT_END = r"^@@REPORT-END$"


def save_qemu(machine, path, words):
    """dump-guest-memory in the format named."""
    machine.dump(words[0], path)


# The first word of a recipe's format, for those that QEMU makes of a stopped guest. A method of another file is known
# by the whole of that file.
METHODS = {"qemu": save_qemu, "mips": mips.save}


def by_qemu(recipe, folder, machine):
    """Stops the guest after its panic and saves it in each of the formats that QEMU makes."""
    machine.wait(REPORT_END)
    machine.wait(PANIC_END)
    machine.qmp("stop")
    for name, how in recipe.formats.items():
        method, *words = how.split()
        if method in METHODS:
            say(f"{recipe.name}: saving {name}")
            METHODS[method](machine, folder / name, words)
    formats.punch_holes(recipe, folder)


def kdump_disk(recipe, folder):
    """The disk that the capture kernel writes to, and QEMU's words for it."""
    disk = folder / "vmcore.disk"
    with open(disk, "wb") as stream:
        stream.truncate((recipe.memory + 64) << 20)
    return ["-drive", f"file={disk},if=none,id=vmcore,format=raw,cache=unsafe", "-device", "virtio-blk,drive=vmcore"]


def by_kdump(recipe, folder, machine):
    """Waits while the capture kernel copies /proc/vmcore to the disk; then the disk becomes the file."""
    machine.wait(REPORT_END)
    say(f"{recipe.name}: crashing; the capture kernel saves /proc/vmcore")
    size = int(machine.wait(r"^@@VMCORE (\d+)$").group(1))
    machine.wait_end()
    disk = folder / "vmcore.disk"
    os.truncate(disk, size)
    os.rename(disk, folder / formats.base(recipe))
    formats.punch_holes(recipe, folder)


def shape(recipe):
    """The texts that decide how a guest is saved."""
    if recipe.crashkernel:
        parts = [by_kdump, kdump_disk]
    else:
        parts = [by_qemu, *(METHODS[how.split()[0]] for how in recipe.formats.values() if how.split()[0] in METHODS)]
    return [PANIC_END, REPORT_END, *(inspect.getsource(part if part.__module__ == __name__
                                                       else sys.modules[part.__module__]) for part in parts)]
