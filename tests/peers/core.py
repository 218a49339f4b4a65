# SPDX-License-Identifier: GPL-2.0-or-later
"""An ELF core with virtual addresses for gdb, made of QEMU's dump of physical memory and of what the guest told.

Only the kernel's image and its linear map are in it: no page table is read.
"""
import os
import re
import struct
import subprocess

# target: (machine, where the linear map begins, where the image lies: apart, at an address, None in the linear map)
TARGETS = {
    "amd64": (62, None, "image"), "arm64": (183, None, "image"), "riscv64": (243, None, "image"),
    "armhf": (40, 0xc0000000, None), "i386": (3, 0xc0000000, None), "mips": (8, 0x80000000, None),
    "mipsel": (8, 0x80000000, None), "mips64el": (8, 0x9000000000000000, 0xffffffff80000000),
    "ppc64el": (21, 0xc000000000000000, None), "s390x": (22, 0, None),
}
# Size of struct elf_prstatus: without registers of some thread gdb takes no core.
PRSTATUS = {"amd64": 336, "arm64": 392, "riscv64": 376, "armhf": 148, "i386": 144, "mips": 256, "mipsel": 256,
            "mips64el": 480, "ppc64el": 504, "s390x": 336}
LOWMEM = 0x37000000  # no 32-bit kernel here maps more linearly
IMAGE = 64 << 20


def iomem(truth, what):
    """(start, end) of the first range of that name, or of RAM that holds it."""
    for line in truth["raw"]["iomem"]:
        found = re.match(r"\s*([0-9a-f]+)-([0-9a-f]+) : (.*)", line)
        if found and found[3] == what:
            return int(found[1], 16), int(found[2], 16) + 1
    raise LookupError(f"/proc/iomem has no {what}")


def file_symbols(vmlinux, names):
    """Addresses as the file has them."""
    out = subprocess.run(["readelf", "-sW", vmlinux], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in out.splitlines():
        words = line.split()
        if len(words) == 8 and words[7] in names:
            found[words[7]] = int(words[1], 16)
    return found


class Dump:
    """QEMU's core: physical segments."""

    def __init__(self, path):
        self.file = open(path, "rb")
        head = self.file.read(64)
        wide, self.order = head[4] == 2, "<" if head[5] == 1 else ">"
        if wide:
            offset, = struct.unpack_from(self.order + "Q", head, 32)
            size, n = struct.unpack_from(self.order + "HH", head, 54)
        else:
            offset, = struct.unpack_from(self.order + "I", head, 28)
            size, n = struct.unpack_from(self.order + "HH", head, 42)
        self.segments = []
        for i in range(n):
            self.file.seek(offset + i * size)
            entry = self.file.read(size)
            if wide:
                kind, _, at, _, physical, length = struct.unpack_from(self.order + "IIQQQQ", entry)
            else:
                kind, at, _, physical, length = struct.unpack_from(self.order + "IIIII", entry)
            if kind == 1 and length:
                self.segments.append((physical, length, at))

    def read(self, physical, size):
        for start, length, at in self.segments:
            if start <= physical < start + length:
                self.file.seek(at + physical - start)
                return self.file.read(size)
        raise LookupError(f"{physical:#x} is not in the dump")


class Map:
    """What lies where: [(virtual, physical, size)] and how far the kernel moved."""

    def __init__(self, truth, dump, vmlinux):
        target = truth["target"]
        self.machine, linear, image = TARGETS[target]
        self.prstatus = PRSTATUS[target]
        self.word = 4 if linear in (0xc0000000, 0x80000000) else 8
        self.order = ">" if target in ("mips", "s390x") else "<"
        names = {"_text", "_stext", "page_offset_base", "memstart_addr", "kernel_map", "vabits_actual"}
        symbols = file_symbols(vmlinux, names)
        self.slide = int(truth["symbols"]["_stext"]["address"], 16) - symbols["_stext"]
        self.areas = []
        if isinstance(image, str):
            # the image lies alike in 2 MiB; what counts as code begins at one symbol or the other (arm64)
            physical = iomem(truth, "Kernel code")[0]
            virtual = next(a for a in (symbols["_text"] + self.slide, symbols["_stext"] + self.slide)
                           if (a - physical) % (2 << 20) == 0)
            size = min(IMAGE, *(s + n - physical for s, n, _ in dump.segments if s <= physical < s + n))
            self.areas.append((virtual, physical, size))

            def variable(name):
                at = symbols[name] + self.slide - virtual + physical
                return struct.unpack(self.order + "Q", dump.read(at, 8))[0]

            if target == "amd64":
                linear, first = variable("page_offset_base"), 0
            elif target == "arm64":
                # PAGE_OFFSET with 52 or 48 bits of address: an object that the guest told of shows which
                objects = [int(o, 16) for o in truth["module_objects"].values() if str(o).startswith("0x")]
                wide = any(0xfff0000000000000 <= o < 0xffff000000000000 for o in objects)
                linear = 0xfff0000000000000 if wide else 0xffff000000000000
                first = variable("memstart_addr")
            else:
                # struct kernel_mapping begins with page_offset; RAM starts there
                linear, first = variable("kernel_map"), iomem(truth, "System RAM")[0]
        else:
            first = iomem(truth, "System RAM")[0] if target == "armhf" else 0
            if image is not None:
                self.areas.append((image, 0, IMAGE))
        for start, length, _ in dump.segments:
            if start < first:
                continue
            if self.word == 4:
                length = min(length, LOWMEM - (start - first))
            if length > 0:
                self.areas.append((linear + start - first, start, length))


def write(path, dump, chart):
    """A sparse copy of the dump with headers of its own behind it."""
    subprocess.run(["cp", "--sparse=always", dump.file.name, path], check=True)
    wide, order = chart.word == 8, chart.order
    entries = []
    for virtual, physical, size in chart.areas:
        for start, length, at in dump.segments:
            low, high = max(start, physical), min(start + length, physical + size)
            if low >= high:
                continue
            where, there = at + low - start, virtual + low - physical
            if wide:
                entries.append(struct.pack(order + "IIQQQQQQ", 1, 7, where, there, low, high - low, high - low, 1))
            else:
                entries.append(struct.pack(order + "IIIIIIII", 1, where, there, low, high - low, high - low, 7, 1))
    ident = bytes([0x7f, *b"ELF", 2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    # pr_pid; all registers are 0
    status = bytearray(chart.prstatus)
    struct.pack_into(order + "I", status, 32 if wide else 24, 1)
    note = struct.pack(order + "III8s", 5, len(status), 1, b"CORE") + status
    with open(path, "r+b") as core:
        core.seek(0, os.SEEK_END)
        offset = core.tell() + 15 & ~15
        core.seek(offset)
        core.write(note)
        if wide:
            entries.append(struct.pack(order + "IIQQQQQQ", 4, 4, offset, 0, 0, len(note), 0, 4))
        else:
            entries.append(struct.pack(order + "IIIIIIII", 4, offset, 0, 0, len(note), 0, 4, 4))
        offset += len(note) + 15 & ~15
        core.seek(offset)
        core.write(b"".join(entries))
        core.seek(0)
        flags = 0x50001007 if chart.machine == 8 and not wide else 0
        if wide:
            core.write(ident + struct.pack(order + "HHIQQQIHHHHHH", 4, chart.machine, 1, 0, offset, 0, flags, 64, 56,
                                           len(entries), 0, 0, 0))
        else:
            core.write(ident + struct.pack(order + "HHIIIIIHHHHHH", 4, chart.machine, 1, 0, offset, 0, flags, 52, 32,
                                           len(entries), 0, 0, 0))
