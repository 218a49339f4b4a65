# SPDX-License-Identifier: GPL-2.0-or-later
"""A distribution kernel: its packages, unpacked once, and the module built against its headers."""

import inspect
import lzma
import os
import re
import shutil
from pathlib import Path

from . import cache
from .apt import Apt, build_architecture, build_suite
from .cache import CorpusError, say
from .run import run

MODULE_SOURCE = cache.SOURCE / "module"
# The module's sources as its debug information names them, wherever they were built: its build-id, and with it the
# guest's key, depends on nothing but the sources, the headers and the compiler.
MODULE_BUILD_NAME = "/usr/src/inquest-test"
# The modules taken out of the packages: a debug package unpacks to several gigabytes otherwise.
MODULES = ("crc32c_generic", "dummy", "fuse", "loop", "qemu_fw_cfg", "virtio", "virtio_blk", "virtio_mmio", "virtio_pci",
           "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_ring")
# What newer kernels were configured with and this machine has not: a newer compiler, pahole. A word on make's command
# line overrides it. Without -fmin-function-alignment no place for ftrace: arm64 cannot patch it in, and dies trying.
OLDER_TOOLS = ("CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", "CC_FLAGS_FTRACE=", "CONFIG_DEBUG_INFO_BTF_MODULES=")
# What the programs of linux-kbuild are linked with, where their suite is newer than the build machine.
KBUILD_LIBRARIES = ("libc6", "libelf1t64", "zlib1g", "libzstd1")


def wanted(patterns):
    """Shell patterns of tar for files of the wanted modules below folders of that pattern."""
    spelled = sorted({name for module in MODULES for name in (module, module.replace("_", "-"))})
    return [f"{place}/{name}.ko{suffix}" for place in patterns for name in spelled for suffix in ("", ".xz")]


class Kernel:
    """The kernel package a recipe names, followed through its meta package."""

    def __init__(self, arch, suite, package):
        self.arch = arch
        self.suite = suite
        self.apt = Apt(suite, arch.name)
        meta = self.apt.resolve(package)
        found = re.search(r"\blinux-image-(\S+)", meta["depends"]) if "-image-" in package else None
        self.image = f"linux-image-{found.group(1)}" if found else package
        self.release = self.image[len("linux-image-"):]
        self.info = self.apt.resolve(self.image)
        self.version = self.info["version"]

    def packages(self):
        return [self.image, f"{self.image}-dbg"]

    def header_packages(self):
        """(apt, package) of the target's headers; the tools among them are those of the build machine."""
        headers = f"linux-headers-{self.release}"
        depends = self.apt.resolve(headers)["depends"]
        common = re.search(r"\blinux-headers-\S+-common\S*\b", depends).group(0)
        tools = re.search(r"\blinux-kbuild-[^\s,]*[^\s,:]", depends).group(0)
        return [(self.apt, headers), (self.apt, common), (Apt(self.suite, build_architecture()), tools)]

    def key(self):
        """Key of the packages: what the guest runs, and what its vmlinux is."""
        return cache.digest(*(self.apt.resolve(name)["sha256"] for name in self.packages()))

    def folder(self):
        """Folder with vmlinux, the image, and some modules and debug modules in their places."""
        key = cache.digest(self.key(), inspect.getsource(wanted), *MODULES, repr(self.arch.debug_modules))
        final = cache.root() / "kernels" / f"{self.release}_{self.version}_{key[:8]}"
        return cache.entry(final, self._unpack)

    def _unpack(self, folder):
        image, debug = self.packages()
        say(f"unpacking {image}")
        self.apt.unpack(image, folder, ["./boot/vmlinu*", "./boot/config-*", *wanted(["*/modules/*"])])
        say(f"unpacking {debug}")
        # vmlinux comes first in the archive, so that without debug modules the gigabytes after it are not even read.
        places = (f"usr/lib/debug/boot/vmlinux-{self.release}", f"usr/lib/debug/lib/modules/{self.release}/vmlinux")
        for place in places:
            self.apt.unpack(debug, folder, [f"./{place}"], first=True)
            if (folder / place).is_file():
                os.symlink(place, folder / "vmlinux")
                break
        else:
            raise CorpusError(f"{debug} holds no vmlinux")
        if self.arch.debug_modules:
            self.apt.unpack(debug, folder, wanted(["*/modules/*"]))
        # As large as several guests, and never needed again.
        self.apt.discard(debug)
        for path in folder.rglob("*.ko.xz"):
            path.with_suffix("").write_bytes(lzma.decompress(path.read_bytes()))
            path.unlink()

    def vmlinux(self):
        return self.folder() / "vmlinux"

    def image_path(self):
        return self.folder() / self.arch.image.format(release=self.release)

    def capture_path(self):
        """The image that kexec loads for the case of a crash."""
        return self.image_path()

    def module_path(self, name):
        """The .ko of one of the kernel's own modules, by its name."""
        for place in ("lib/modules", "usr/lib/modules"):
            for path in sorted((self.folder() / place / self.release).rglob("*.ko")):
                if path.stem.replace("-", "_") == name:
                    return path
        raise CorpusError(f"{self.image} has no module {name}, or kernel.py does not take it out")

    def _header_key(self):
        return cache.digest(inspect.getsource(Kernel._unpack_headers), inspect.getsource(Kernel._wrap_tools),
                            *(apt.resolve(name)["sha256"] for apt, name in self.header_packages()))

    def headers(self):
        """The header packages, made to work where they are unpacked instead of below /usr."""
        return cache.entry(cache.root() / "headers" / f"{self.release}_{self._header_key()[:8]}", self._unpack_headers)

    def _unpack_headers(self, folder):
        for apt, package in self.header_packages():
            say(f"unpacking {package}")
            apt.unpack(package, folder)
        cache.remove(folder / "usr/share")
        makefile = folder / "usr/src" / f"linux-headers-{self.release}" / "Makefile"
        # The shipped Makefile includes the common one by its installed place.
        makefile.write_text(makefile.read_text().replace(
            "include /usr/src/", "include $(dir $(realpath $(lastword $(MAKEFILE_LIST))))../"))
        if self.suite != build_suite():
            self._wrap_tools(folder)

    def _wrap_tools(self, folder):
        """Lets programs of another suite run here: each through its own suite's loader and libraries."""
        apt = Apt(self.suite, build_architecture())
        for package in KBUILD_LIBRARIES:
            apt.unpack(package, folder / "libraries")
        loader = next(path for path in sorted(folder.glob("libraries/**/ld-linux*")) if path.is_file())
        places = ":".join(sorted({f"$libraries/{path.parent.relative_to(folder / 'libraries')}"
                                  for path in folder.glob("libraries/**/lib*.so*")}))
        for path in sorted((folder / "usr/lib").glob("linux-kbuild-*/**/*")):
            if path.is_symlink() or not path.is_file() or path.read_bytes()[:4] != b"\x7fELF":
                continue
            real = path.with_name(path.name + ".elf")
            path.rename(real)
            up = os.path.relpath(folder / "libraries", path.parent)
            # modpost starts another program named after its own argv[0].
            path.write_text(f'#!/bin/sh\nhere=$(dirname "$(realpath "$0")")\nlibraries=$here/{up}\n'
                            f'exec "$libraries/{loader.relative_to(folder / "libraries")}" --library-path "{places}" '
                            f'--argv0 "$here/{path.name}" "$here/{real.name}" "$@"\n')
            path.chmod(0o755)

    def module(self):
        """Folder with the test module: inquest_test.ko as inserted, debug/inquest_test.ko, its source."""
        sources = sorted(MODULE_SOURCE.iterdir())
        compiler = run([self.arch.compiler, "--version"]).splitlines()[0]
        key = cache.digest(inspect.getsource(Kernel._build_module), self.key(), self._header_key(), compiler,
                           *OLDER_TOOLS, *sources)
        return cache.entry(cache.root() / "modules" / f"{self.release}_{key[:12]}", self._build_module)

    def _build_module(self, folder):
        root = self.headers()
        headers = root / "usr/src" / f"linux-headers-{self.release}"
        say(f"building inquest_test.ko for {self.release}")
        with cache.scratch() as work:
            for path in MODULE_SOURCE.iterdir():
                shutil.copy(path, work)
            cross = self.arch.compiler[:-len("gcc")]
            # CC: the kernel's own compiler may be of another version than the one installed here.
            run(["make", "-C", headers, f"M={work}", f"ARCH={self.arch.kbuild}", f"CROSS_COMPILE={cross}",
                 f"CC={self.arch.compiler}", f"KCFLAGS=-g -ffile-prefix-map={work}={MODULE_BUILD_NAME} -ffile-prefix-map={root}=",
                 *(OLDER_TOOLS if self.suite != build_suite() else ()), "modules"],
                timeout=300)
            (folder / "debug").mkdir()
            shutil.copy(work / "inquest_test.ko", folder / "debug/inquest_test.ko")
            shutil.copy(MODULE_SOURCE / "inquest_test.c", folder)
            run([f"{cross}objcopy", "--strip-debug", work / "inquest_test.ko", folder / "inquest_test.ko"])
