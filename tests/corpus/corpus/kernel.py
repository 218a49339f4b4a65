# SPDX-License-Identifier: GPL-2.0-or-later
"""A distribution kernel: its packages, unpacked once, and the module built against its headers."""

import os
import re
import shutil
from pathlib import Path

from . import cache
from .apt import Apt
from .cache import CorpusError, say
from .run import run

MODULE_SOURCE = cache.SOURCE / "module"
# The module's sources as its debug information names them, wherever they were built.
MODULE_BUILD_NAME = "/usr/src/inquest-test"


class Kernel:
    """The kernel package a recipe names, followed through its meta package."""

    def __init__(self, arch, suite, package):
        self.arch = arch
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
        headers = f"linux-headers-{self.release}"
        depends = self.apt.resolve(headers)["depends"]
        return [headers] + re.findall(r"\b(linux-headers-\S+-common|linux-kbuild-[0-9.]+)", depends)

    def key(self):
        return cache.digest(*(self.apt.resolve(name)["sha256"] for name in self.packages()))

    def folder(self):
        """Folder with vmlinux, the image, and the package's modules and debug modules in their places."""
        final = cache.root() / "kernels" / f"{self.release}_{self.version}_{self.key()[:8]}"
        return cache.entry(final, self._unpack)

    def _unpack(self, folder):
        for package in self.packages():
            self.apt.fetch(package)
        for package in self.packages():
            say(f"unpacking {package}")
            self.apt.unpack(package, folder)
        cache.remove(folder / "usr/share")
        for place in (f"usr/lib/debug/boot/vmlinux-{self.release}",
                      f"usr/lib/debug/lib/modules/{self.release}/vmlinux"):
            if (folder / place).is_file():
                os.symlink(place, folder / "vmlinux")
                return
        raise CorpusError(f"{self.image}-dbg holds no vmlinux")

    def vmlinux(self):
        return self.folder() / "vmlinux"

    def image_path(self):
        return self.folder() / self.arch.image.format(release=self.release)

    def module_path(self, name):
        """The .ko of one of the kernel's own modules, by its name."""
        for path in sorted((self.folder() / "lib/modules" / self.release).rglob("*.ko")):
            if path.stem.replace("-", "_") == name:
                return path
        raise CorpusError(f"{self.image} has no module {name}")

    def headers(self):
        """The header packages, made to work where they are unpacked instead of below /usr."""
        key = cache.digest(Path(__file__), *(self.apt.resolve(name)["sha256"] for name in self.header_packages()))
        return cache.entry(cache.root() / "headers" / f"{self.release}_{key[:8]}", self._unpack_headers)

    def _unpack_headers(self, folder):
        for package in self.header_packages():
            say(f"unpacking {package}")
            self.apt.unpack(package, folder)
        cache.remove(folder / "usr/share")
        makefile = folder / "usr/src" / f"linux-headers-{self.release}" / "Makefile"
        # The shipped Makefile includes the common one by its installed place.
        makefile.write_text(makefile.read_text().replace(
            "include /usr/src/", "include $(dir $(realpath $(lastword $(MAKEFILE_LIST))))../"))

    def module(self):
        """Folder with the test module: inquest_test.ko as inserted, debug/inquest_test.ko, its source."""
        sources = sorted(MODULE_SOURCE.iterdir())
        compiler = run([self.arch.compiler, "--version"]).splitlines()[0]
        key = cache.digest(Path(__file__), self.key(), compiler, *sources,
                           *(self.apt.resolve(name)["sha256"] for name in self.header_packages()))
        return cache.entry(cache.root() / "modules" / f"{self.release}_{key[:12]}", self._build_module)

    def _build_module(self, folder):
        headers = self.headers() / "usr/src" / f"linux-headers-{self.release}"
        say(f"building inquest_test.ko for {self.release}")
        with cache.scratch() as work:
            for path in MODULE_SOURCE.iterdir():
                shutil.copy(path, work)
            cross = self.arch.compiler[:-len("gcc")]
            run(["make", "-C", headers, f"M={work}", f"ARCH={self.arch.kbuild}", f"CROSS_COMPILE={cross}",
                 f"KCFLAGS=-g -ffile-prefix-map={work}={MODULE_BUILD_NAME}", "modules"], timeout=300)
            (folder / "debug").mkdir()
            shutil.copy(work / "inquest_test.ko", folder / "debug/inquest_test.ko")
            shutil.copy(MODULE_SOURCE / "inquest_test.c", folder)
            run([f"{cross}objcopy", "--strip-debug", work / "inquest_test.ko", folder / "inquest_test.ko"])
