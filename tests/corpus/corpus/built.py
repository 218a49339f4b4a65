# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel built here, once, from the distribution's source package: for a target that has no kernel packages.

Its configuration is kernels/ARCH.config; what the file does not name is off. Kept of the build are vmlinux with its debug
information, the stripped image, the modules, what the test module is built with, and, because such a kernel cannot move
itself, the same kernel linked for the memory that is reserved for a capture kernel.
"""

import inspect
import os
import re
import shutil
from pathlib import Path

from . import cache
from .apt import Apt, build_architecture
from .cache import CorpusError, say
from .kernel import Kernel
from .run import run

CONFIGS = cache.SOURCE / "kernels"
# The kernel is linked for the first, the capture kernel for the second (crashkernel=64M@64M).
LOADED_AT, CAPTURE_AT = "0x80100000", "0x84000000"
BUILD_NAME = "/usr/src/linux"
# Most of the source by size, of which a small MIPS kernel needs nothing.
UNNEEDED = ("arch/arm/boot", "arch/arm64/boot", "arch/powerpc/boot", "Documentation/devicetree",
            "drivers/gpu/drm/amd/include", "tools/testing", "tools/perf")
# The build folder keeps these for modules to be built with.
FOR_MODULES = ("Makefile", ".config", "Module.symvers", "scripts", "include", "arch/mips/include", "arch/mips/Makefile",
               "arch/mips/Kbuild", "arch/mips/Kbuild.platforms", "arch/mips/Makefile.postlink")
# Nothing of the day or the machine gets into the kernel.
ENVIRONMENT = {"KBUILD_BUILD_TIMESTAMP": "2022-12-11 00:00:00", "KBUILD_BUILD_USER": "corpus",
               "KBUILD_BUILD_HOST": "inquest", "KBUILD_BUILD_VERSION": "1"}


class BuiltKernel(Kernel):
    """A kernel whose recipe names a source package (linux-source-*)."""

    def __init__(self, arch, suite, package):
        self.arch = arch
        self.suite = suite
        self.apt = Apt(suite, build_architecture())
        self.image = package
        self.info = self.apt.resolve(package)
        self.version = self.info["version"]
        self.config = CONFIGS / f"{arch.name}.config"
        local = re.search(r'^CONFIG_LOCALVERSION="(.*)"$', self.config.read_text(), re.M)
        self.release = self.version.split("-")[0] + local[1]
        self.cross = arch.compiler[:-len("gcc")]

    def key(self):
        return cache.digest(self.info["sha256"], self.config, run([self.arch.compiler, "--version"]).splitlines()[0],
                            LOADED_AT, CAPTURE_AT, BUILD_NAME, repr(ENVIRONMENT), repr(FOR_MODULES),
                            *(inspect.getsource(part) for part in (BuiltKernel._build, BuiltKernel._make,
                                                                   BuiltKernel._capture, BuiltKernel._keep)))

    def folder(self):
        return cache.entry(cache.root() / "kernels" / f"{self.release}_{self.version}_{self.key()[:8]}", self._build)

    def _make(self, source, *words):
        run(["make", "-s", f"-j{os.cpu_count()}", "-C", source, f"ARCH={self.arch.kbuild}", f"CROSS_COMPILE={self.cross}",
             f"KCFLAGS=-ffile-prefix-map={source}={BUILD_NAME}", f"KAFLAGS=-ffile-prefix-map={source}={BUILD_NAME}",
             f"KCONFIG_ALLCONFIG={self.config}", *words], timeout=3600, env=ENVIRONMENT)

    def _build(self, folder):
        with cache.scratch() as work:
            say(f"unpacking {self.image} {self.version}")
            self.apt.unpack(self.image, work, ["./usr/src/*.tar.xz"])
            archive = next((work / "usr/src").glob("*.tar.xz"))
            source = work / "linux"
            source.mkdir()
            run(["tar", "-x", "-f", archive, "-C", source, "--strip-components=1", "--no-same-owner",
                 *(f"--exclude={archive.name[:-len('.tar.xz')]}/{name}" for name in UNNEEDED)], timeout=900)
            say(f"building {self.release} (minutes)")
            self._make(source, "allnoconfig")
            missing = set(re.findall(r"^CONFIG_.*$", self.config.read_text(), re.M)) - set(
                (source / ".config").read_text().splitlines())
            if missing:
                raise CorpusError(f"{self.config.name}: the kernel does not take {' '.join(sorted(missing))}")
            self._make(source, "vmlinux", "modules")
            release = (source / "include/config/kernel.release").read_text().strip()
            if release != self.release:
                raise CorpusError(f"{self.image} makes a kernel {release}, not {self.release}")
            self._keep(source, folder)
            self._capture(source, folder)

    def _keep(self, source, folder):
        (folder / "boot").mkdir()
        shutil.copy(source / "vmlinux", folder)
        run([f"{self.cross}strip", "-o", self.image_in(folder), source / "vmlinux"])
        for path in source.rglob("*.ko"):
            place = folder / "lib/modules" / self.release / "kernel" / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            run([f"{self.cross}objcopy", "--strip-debug", path, place])
        headers = folder / "usr/src" / f"linux-headers-{self.release}"
        for name in FOR_MODULES:
            place = headers / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if (source / name).is_dir():
                shutil.copytree(source / name, place, symlinks=True, ignore=shutil.ignore_patterns("*.o", "*.cmd"))
            else:
                shutil.copy(source / name, place)
        for path in source.glob("arch/mips/**/Platform"):
            place = headers / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)

    def _capture(self, source, folder):
        """Links the objects again, for the reserved memory: only the linker script holds the address."""
        script = (source / "arch/mips/kernel/vmlinux.lds").read_text()
        moved = re.sub(rf"\b{LOADED_AT}\b", CAPTURE_AT, script)
        if moved == script:
            raise CorpusError(f"the linker script of {self.release} does not name {LOADED_AT}")
        (source / "capture.lds").write_text(moved)
        symbols = max(source.glob(".tmp_vmlinux.kallsyms*.o"))
        libraries = [path for path in (source / "lib/lib.a", source / "arch/mips/lib/lib.a") if path.exists()]
        run([f"{self.cross}ld", "-m", "elf32btsmip", "-G0", "-static", "-n", "-nostdlib", "--no-warn-rwx-segments", "-s",
             "--build-id=sha1", f"--script={source / 'capture.lds'}", "-o", folder / f"boot/capture-{self.release}",
             "--whole-archive", "vmlinux.a", ".vmlinux.export.o", "init/version-timestamp.o", "--no-whole-archive",
             "--start-group", *libraries, "--end-group", symbols], cwd=source)

    def image_in(self, folder):
        return folder / self.arch.image.format(release=self.release)

    def capture_path(self):
        return self.folder() / f"boot/capture-{self.release}"

    def _header_key(self):
        return self.key()

    def headers(self):
        return self.folder()
