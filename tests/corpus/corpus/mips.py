# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps of MIPS guests, for which QEMU has no dump-guest-memory: its RAM, and an ELF core made around it.

The core is laid out as the kernel lays out /proc/vmcore: one PT_NOTE with an NT_PRSTATUS for each CPU (struct
elf_prstatus of include/linux/elfcore.h, registers as in arch/mips/include/asm/elf.h), one PT_LOAD for each block of RAM.
"""

import os
import re
import shutil
import struct

from .cache import CorpusError

EM_MIPS = 8
ELFCLASS32, ELFCLASS64 = 1, 2
ELFDATA2LSB, ELFDATA2MSB = 1, 2
ET_CORE, PT_LOAD, PT_NOTE, NT_PRSTATUS = 4, 1, 4, 1
REGISTERS = 45                  # ELF_NGREG of arch/mips/include/asm/elf.h
PAGE = 65536
# The malta board has its first 256 MiB at physical 0; what is more lies elsewhere, and no recipe asks for it.
LOW_RAM = 256 << 20
KSEG0 = 0x80000000
GENERAL = ("r0 at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 "
           "s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp s8 ra").split()


def registers(text):
    """One list per CPU of the gregset's last 38 words, from the monitor's "info registers -a"."""
    found = []
    for part in re.split(r"^CPU#\d+$", text.replace("\r", ""), flags=re.M)[1:]:
        general = {}
        for line in re.findall(r"^GPR\d+: (.*)$", part, re.M):
            general.update((name, int(value, 16)) for name, value in re.findall(r"(\w\w) ([0-9a-f]+)", line))
        more = {name: int(value, 16) for name, value in re.findall(r"\b(pc|HI|LO|Status|Cause|EPC) *=? *0x([0-9a-f]+)", part)}
        if set(general) != set(GENERAL) or len(more) != 6:
            raise CorpusError(f"QEMU's list of registers cannot be read: {part[:200]}")
        # A CPU that is stopped for its next interrupt stands at the vector, of which nothing has run yet: what it was
        # doing, and what a note of the kernel would say, is where EPC points.
        at_vector = more["Status"] & 2 and more["pc"] & 0xfff in (0x000, 0x080, 0x100, 0x180, 0x200)
        # QEMU does not print BadVAddr.
        found.append([general[name] for name in GENERAL]
                     + [more["LO"], more["HI"], more["EPC" if at_vector else "pc"], 0, more["Status"], more["Cause"]])
    if not found:
        raise CorpusError("QEMU's list of registers names no CPU")
    return found


def note(order, is_64, cpu, values):
    """An NT_PRSTATUS note. In a 32-bit core six words (the o32 argument area) come before the registers."""
    word = "Q" if is_64 else "I"
    mask = (1 << (64 if is_64 else 32)) - 1
    values = ([] if is_64 else [0] * 6) + [value & mask for value in values]
    values += [0] * (REGISTERS - len(values))
    # siginfo and cursig, two signal sets, four ids (QEMU's other targets give the CPU's number, from 1, as pid), times
    head = struct.pack(f"{order}3iH2x2{word}4i8{word}", 0, 0, 0, 0, 0, 0, cpu + 1, 0, 0, 0, *[0] * 8)
    body = head + struct.pack(f"{order}{REGISTERS}{word}i", *values, 0) + (b"\0" * 4 if is_64 else b"")
    return struct.pack(f"{order}3I", 5, len(body), NT_PRSTATUS) + b"CORE\0\0\0\0" + body


def headers(order, is_64, notes, size):
    """All that comes before the RAM in the file."""
    header_size, entry_size = (64, 56) if is_64 else (52, 32)
    start = -(-(header_size + 2 * entry_size + len(notes)) // PAGE) * PAGE
    ident = b"\x7fELF" + bytes([ELFCLASS64 if is_64 else ELFCLASS32, ELFDATA2MSB if order == ">" else ELFDATA2LSB, 1])
    word = "Q" if is_64 else "I"
    made = ident.ljust(16, b"\0") + struct.pack(f"{order}2HI3{word}I6H", ET_CORE, EM_MIPS, 1, 0, header_size, 0, 0,
                                                header_size, entry_size, 2, 0, 0, 0)
    at = header_size + 2 * entry_size
    if is_64:
        made += struct.pack(f"{order}2I6Q", PT_NOTE, 0, at, 0, 0, len(notes), len(notes), 4)
        made += struct.pack(f"{order}2I6Q", PT_LOAD, 7, start, 0, 0, size, size, PAGE)
    else:
        made += struct.pack(f"{order}8I", PT_NOTE, at, 0, 0, len(notes), len(notes), 0, 4)
        made += struct.pack(f"{order}8I", PT_LOAD, start, KSEG0, 0, size, size, 7, PAGE)
    return (made + notes).ljust(start, b"\0")


def save(machine, path, words):
    """Saves a stopped guest: "raw" is its RAM from physical 0, "elf" a core with the registers."""
    size = machine.recipe.memory << 20
    if size > LOW_RAM:
        raise CorpusError(f"{machine.recipe.name}: only the first 256 MiB of a malta board can be saved")
    if words == ["raw"]:
        machine.qmp("pmemsave", val=0, size=size, filename=str(path))
        os.chmod(path, 0o644)
        return
    ident = machine.image.open("rb").read(6)
    order = ">" if ident[5] == ELFDATA2MSB else "<"
    is_64 = ident[4] == ELFCLASS64
    cpus = registers(machine.qmp("human-monitor-command", **{"command-line": "info registers -a"}))
    ram = path.with_name(path.name + ".ram")
    machine.qmp("pmemsave", val=0, size=size, filename=str(ram))
    notes = b"".join(note(order, is_64, cpu, values) for cpu, values in enumerate(cpus))
    with open(path, "wb") as target, open(ram, "rb") as source:
        target.write(headers(order, is_64, notes, size))
        shutil.copyfileobj(source, target, 1 << 20)
    ram.unlink()
