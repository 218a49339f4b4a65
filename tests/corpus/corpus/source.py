# SPDX-License-Identifier: GPL-2.0-or-later
"""Source packages: for a target that the distribution has no packages of, a few programs are built here."""

import inspect
import os
import re

from . import cache
from .apt import Apt, build_architecture
from .cache import CorpusError, Stale, say
from .run import run


class SourceApt(Apt):
    """The sources of one suite. A package is its upstream archive (*.orig.tar.*)."""

    def __init__(self, suite):
        super().__init__(suite, "source")

    def _configure(self):
        super()._configure()
        sources = self.folder / "sources.list"
        sources.write_text(sources.read_text().replace("deb ", "deb-src ", 1))
        self.config.write_text(self.config.read_text().replace('"source"', f'"{build_architecture()}"'))

    def _show(self, package):
        self.refresh()
        text = run(["apt-cache", "-c", self.config, "showsrc", "--only-source", package])
        for part in text.split("\n\n"):
            version = re.search(r"^Version: (.*)$", part, re.M)
            sums = re.search(r"^Checksums-Sha256:\n((?: .*\n?)+)", part, re.M)
            archive = re.search(r"^ ([0-9a-f]{64}) \d+ (\S+\.orig\.tar\.\w+)$", sums[1], re.M) if sums else None
            if version and archive:
                return {"package": package, "version": version[1], "sha256": archive[1], "depends": ""}
        raise CorpusError(f"{self.suite} has no source package {package}")

    def fetch(self, package):
        """Path of the upstream archive, downloaded unless the cache has it."""
        wanted = self.resolve(package)
        folder = cache.root() / "sources"
        folder.mkdir(exist_ok=True)
        final = folder / f"{wanted['sha256']}.tar"
        with cache.lock(f"source-{wanted['sha256'][:16]}"), cache.scratch() as work:
            if final.exists():
                return final
            if self._show(package)["sha256"] != wanted["sha256"]:
                self.forget()
                raise Stale(f"the mirror has another version of {package} by now")
            say(f"downloading the source of {package} {wanted['version']}")
            run(["apt-get", "-c", self.config, "source", "--download-only", "--tar-only", "--only-source",
                 f"{package}={wanted['version']}"], timeout=300, cwd=work)
            got = next(work.glob("*.orig.tar.*"))
            if cache.file_sha256(got) != wanted["sha256"]:
                raise CorpusError(f"the source of {package} does not have the hash the lists promise")
            cache.place(got, final)
        return final

    def unpack(self, package, folder):
        """Unpacks the sources into a folder."""
        run(["tar", "-x", "--no-same-owner", "--strip-components=1", "-C", folder, "-f", self.fetch(package)])


def busybox(arch):
    """A static busybox, with what kernels/busybox.config names."""
    apt, config = SourceApt("bookworm"), cache.SOURCE / "kernels/busybox.config"
    key = cache.digest(apt.resolve("busybox")["sha256"], config, inspect.getsource(_build_busybox),
                       run([arch.compiler, "--version"]).splitlines()[0])[:12]
    final = cache.root() / "userland" / f"busybox-{arch.name}-{key}"
    return cache.entry(final, lambda folder: _build_busybox(apt, arch, config, folder)) / "busybox"


def _build_busybox(apt, arch, config, folder):
    with cache.scratch() as work:
        apt.unpack("busybox", work)
        say(f"building busybox for {arch.name}")
        make = ["make", "-s", f"-j{os.cpu_count()}", "-C", work, f"CROSS_COMPILE={arch.compiler[:-len('gcc')]}"]
        # Its version would tell the time of the build.
        timeless = {"KCONFIG_NOTIMESTAMP": "1"}
        run([*make, "allnoconfig"], env=timeless)
        # Its allnoconfig takes no list of exceptions: they are put in, and what they bring along gets its default.
        text = (work / ".config").read_text()
        for name in re.findall(r"^(CONFIG_\w+)=y$", config.read_text(), re.M):
            text = text.replace(f"# {name} is not set\n", f"{name}=y\n")
        (work / ".config").write_text(text)
        answers = work / "answers"
        answers.write_text("\n" * 1000)
        with open(answers, "rb") as stream:
            run([*make, "oldconfig"], stdin=stream, env=timeless)
        run([*make, "busybox"], timeout=600, env=timeless)
        (work / "busybox").rename(folder / "busybox")
