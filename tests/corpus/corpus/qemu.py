# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU: started with a time limit, watched on its console, asked through QMP, and always ended."""

import contextlib
import ctypes
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from .cache import CorpusError, say, scratch

# A boot sector that writes 42 to QEMU's debug-exit port: mov al,42; out 0xf4,al; hlt; jmp.
PROBE_SECTOR = b"\xb0\x2a\xe6\xf4\xf4\xeb\xfd".ljust(510, b"\0") + b"\x55\xaa"
PROBE_STATUS = (42 << 1) | 1


def die_with_parent():
    """Run in the child: QEMU ends when the script is killed before it could end it."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command, **more):
    try:
        return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                preexec_fn=die_with_parent, **more)
    except FileNotFoundError:
        raise CorpusError(f"{command[0]} is not installed (ci/setup --tests installs it)") from None


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def kvm_works(arch):
    """Whether /dev/kvm really runs code here: on some machines it opens, and guests stand still."""
    if platform.machine() != arch.kvm or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    if arch.kvm != "x86_64":
        return False
    with scratch() as work:
        (work / "sector").write_bytes(PROBE_SECTOR.ljust(1 << 16, b"\0"))
        process = start([arch.qemu, "-accel", "kvm", "-cpu", "max", "-m", "16", "-display", "none", "-nodefaults",
                         "-drive", f"file={work}/sector,format=raw,if=floppy",
                         "-device", "isa-debug-exit,iobase=0xf4,iosize=1"], stderr=subprocess.DEVNULL)
        try:
            return process.wait(timeout=10) == PROBE_STATUS
        except subprocess.TimeoutExpired:
            return False
        finally:
            end(process)


_accelerator = {}


def accelerator(arch):
    """The -accel words for a guest of this architecture, found out once per run."""
    if arch.name not in _accelerator:
        works = kvm_works(arch)
        say(f"guests of {arch.name} run {'with KVM' if works else 'under emulation (KVM does not work here)'}")
        _accelerator[arch.name] = ["-accel", "kvm"] if works else ["-accel", "tcg"]
    return _accelerator[arch.name]


def give_up_kvm(arch):
    """After a guest failed with KVM: emulation from now on. False when it was emulated already."""
    if _accelerator.get(arch.name, [""])[-1] != "kvm":
        return False
    say(f"guests of {arch.name} run under emulation from now on: with KVM one failed")
    _accelerator[arch.name] = ["-accel", "tcg"]
    return True


def words(recipe):
    """What a recipe and its architecture ask of QEMU (part of the guest's key)."""
    found = ["-M", recipe.machine, "-cpu", recipe.cpu, "-smp", recipe.cpus, "-m", recipe.memory, "-display", "none",
             "-vga", "none", "-nodefaults", "-no-reboot", *recipe.arch.options]
    for device in recipe.devices:
        found += ["-device", device]
    return [str(word) for word in found]


class Machine:
    """A running guest. Its console goes to console.log in the folder it was given."""

    def __init__(self, recipe, folder, image, initrd, append, extra=(), limit=900):
        self.recipe = recipe
        self.image = Path(image)
        self.folder = Path(folder)
        self.console = self.folder / "console.log"
        self.deadline = time.monotonic() + limit
        self.limit = limit
        self.socket_folder = None
        self.command = [recipe.arch.qemu, *accelerator(recipe.arch), *words(recipe), "-kernel", self.image,
                        "-initrd", initrd, "-append", append, "-serial", f"file:{self.console}", *extra]
        self.process = None
        self.lines = None

    def __enter__(self):
        # A path of its own: a socket's path must be shorter than 108 bytes.
        self.socket_folder = Path(f"/tmp/inquest-corpus-{os.getpid()}-{id(self):x}")
        self.socket_folder.mkdir(mode=0o700)
        self.console.touch()
        with open(self.folder / "qemu.err", "wb") as errors:
            self.process = start([*self.command, "-qmp", f"unix:{self.socket_folder}/qmp,server=on,wait=off"],
                                 stdout=errors, stderr=errors)
        return self

    def __exit__(self, *unused):
        end(self.process)
        if self.lines:
            self.lines.close()
        shutil.rmtree(self.socket_folder, ignore_errors=True)

    def text(self):
        return self.console.read_text(errors="replace").replace("\r", "")

    def trouble(self, why):
        tail = " | ".join(line for line in self.text().splitlines()[-6:] if line.strip())
        errors = (self.folder / "qemu.err").read_text(errors="replace").strip()
        return CorpusError(f"{why}; the console ends: {tail or '(nothing)'}" + (f"; QEMU: {errors}" if errors else ""))

    def wait(self, pattern):
        """Waits until the console matches; the guest's own @@FAIL, its end or the time limit are errors. A guest that
        has told QEMU of its panic prints nothing more, and is waited for no longer."""
        wanted = re.compile(pattern, re.M)
        while True:
            ended = self.process.poll() is not None
            text = self.text()
            panicked = not ended and "Kernel panic - not syncing" in text and self.panicked()
            failed = re.search(r"^@@FAIL (.*)$", text, re.M)
            if failed:
                raise self.trouble(f"the guest says: {failed.group(1)}")
            if (found := wanted.search(text)) or panicked:
                return found
            if ended:
                raise self.trouble(f"QEMU ended ({self.process.returncode}) too early")
            if time.monotonic() > self.deadline:
                raise self.trouble(f"the guest did not finish within {self.limit} s")
            time.sleep(0.2)

    def wait_end(self):
        """Waits until the guest has switched itself off."""
        try:
            self.process.wait(timeout=max(1, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise self.trouble(f"the guest did not end within {self.limit} s") from None

    def qmp(self, verb, **arguments):
        """Runs one QMP command and gives its answer."""
        if self.lines is None:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(max(1, self.deadline - time.monotonic()))
            connection.connect(str(self.socket_folder / "qmp"))
            self.lines = connection.makefile("rw")
            self.lines.readline()
            self.qmp("qmp_capabilities")
        self.lines.write(json.dumps({"execute": verb, "arguments": arguments}) + "\n")
        self.lines.flush()
        with contextlib.suppress(TimeoutError):
            while line := self.lines.readline():
                answer = json.loads(line)
                if "error" in answer:
                    raise CorpusError(f"QEMU refuses {verb}: {answer['error']['desc']}")
                if "return" in answer:
                    return answer["return"]
        raise self.trouble(f"QEMU did not answer {verb}")

    def panicked(self):
        """Whether the guest has told QEMU of its panic and was stopped for it."""
        return "panic=pause" in self.command and self.qmp("query-status")["status"] == "guest-panicked"

    def dump(self, form, path):
        """Writes the guest's memory in one of QEMU's formats."""
        self.qmp("dump-guest-memory", paging=False, protocol=f"file:{path}", format=form)
        os.chmod(path, 0o644)
