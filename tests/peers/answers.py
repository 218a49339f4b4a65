# SPDX-License-Identifier: GPL-2.0-or-later
"""Where gdb's answers about each kernel of the corpus lie."""
import functools
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent / "corpus") not in sys.path:
    sys.path.insert(0, str(HERE.parent / "corpus"))
from corpus import cache, recipe  # noqa: E402
from corpus.guest import Guest  # noqa: E402

GDB = "gdb-multiarch"


@functools.lru_cache(None)
def gdb_version():
    try:
        return subprocess.run([GDB, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.SubprocessError):
        raise cache.CorpusError(f"{GDB} is not there: ci/setup --tests installs it") from None


@functools.lru_cache(None)
def build_id(vmlinux):
    out = subprocess.run(["readelf", "-nW", vmlinux], capture_output=True, text=True, check=False).stdout
    found = re.search(r"Build ID: ([0-9a-f]+)", out)
    return found[1] if found else cache.digest(str(vmlinux.resolve()))[:40]


class Kernel:
    """One kernel, and the guest whose memory gdb is asked about (none with a plain ELF dump: ->dump is None)."""

    def __init__(self, guest, folder):
        self.guest = guest
        self.folder = folder
        self.vmlinux = folder / "vmlinux"
        self.kernel = (folder / "kernel").resolve().name
        self.dump = folder / "elf" if (folder / "elf").exists() else None

    @functools.cached_property
    def truth(self):
        return json.loads((self.folder / "truth.json").read_text(encoding="utf-8"))

    @functools.cached_property
    def sizeless(self):
        """Symbols of linker scripts and assembler: gdb does not name a place by them."""
        out = subprocess.run(["readelf", "-sW", self.vmlinux], capture_output=True, text=True, check=False).stdout
        words = (line.split() for line in out.splitlines())
        return {w[7] for w in words if len(w) == 8 and w[2] == "0" and w[3] in ("NOTYPE", "OBJECT")}

    @functools.cached_property
    def path(self):
        key = cache.digest(gdb_version(), self.folder.name if self.dump else "",
                           *[HERE / name for name in ("core.py", "inside_gdb.py", "questions.py")])
        return cache.root() / "gdb-answers" / f"{build_id(self.vmlinux)[:16]}-{key[:12]}.json"


def all_kernels(names=()):
    """Each kernel of the guests that are made (of those named), with one guest."""
    found, wanted = {}, set()
    for name in recipe.names():
        if not (cache.root() / "guests" / name).is_dir():
            continue
        folder = Guest(recipe.load(name)).folder_name()
        if not (folder / "vmlinux").exists():
            continue
        one = Kernel(name, folder)
        if not names or name in names:
            wanted.add(one.kernel)
        if one.kernel not in found or (one.dump and not found[one.kernel].dump):
            found[one.kernel] = one
    return [one for kernel, one in found.items() if kernel in wanted]
