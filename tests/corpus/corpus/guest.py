# SPDX-License-Identifier: GPL-2.0-or-later
"""One guest: its files, its boot, its crash, and the folder in the cache that holds what came of it."""

import inspect
import json
import os
import re
import shutil

from . import cache, formats, qemu, saving, source, truth
from .apt import Apt, needed_libraries, relative_links
from .built import BuiltKernel
from .cache import CorpusError, say
from .initramfs import Initramfs
from .kernel import Kernel
from .run import run

SCRIPTS = cache.SOURCE / "guest"
HELPER_FLAGS = ("-static", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-s")


def tool_version(command):
    return run(command).splitlines()[0]


class Guest:
    """A recipe together with the packages it resolves to."""

    def __init__(self, recipe):
        self.recipe = recipe
        self.arch = recipe.arch
        kind = BuiltKernel if recipe.kernel.startswith("linux-source-") else Kernel
        self.kernel = kind(recipe.arch, recipe.suite, recipe.kernel)
        self.apt = Apt(recipe.arch.suite, recipe.arch.name)

    def key(self):
        """Key of all that decides the content of the dumps, and of nothing else: a change in the generator that
        gives the same machine the same files makes no guest anew. (truth.py has a key of its own.)"""
        recipe = self.recipe
        parts = [self.initramfs().content(), self.kernel.key(), self.parameters(), repr(qemu.words(recipe)),
                 recipe.suite, repr(recipe.formats), repr(bool(recipe.crashkernel)),
                 tool_version([self.arch.qemu, "--version"]), *saving.shape(recipe)]
        if any(how.startswith("makedumpfile") for how in recipe.formats.values()):
            parts += [self._makedumpfile_version(), inspect.getsource(formats.derive)]
        return cache.digest(*parts)[:12]

    def folder_name(self):
        return cache.root() / "guests" / self.recipe.name / self.key()

    # What goes into the guest

    def busybox(self):
        if not self.arch.suite:
            return source.busybox(self.arch)
        name = self.apt.resolve("busybox-static")["sha256"][:12]
        final = cache.root() / "userland" / f"busybox-{self.arch.name}-{name}"
        folder = cache.entry(final, lambda folder: self.apt.unpack("busybox-static", folder))
        return next(path for path in (folder / "bin/busybox", folder / "usr/bin/busybox") if path.exists())

    def kexec(self):
        """Folder with kexec and everything it loads."""
        apt = Apt(self.arch.kexec_suite or self.arch.suite, self.arch.name)
        key = cache.digest(*(apt.resolve(name)["sha256"] for name in self.arch.kexec))[:12]

        def unpack(folder):
            for name in self.arch.kexec:
                apt.unpack(name, folder)
        return cache.entry(cache.root() / "userland" / f"kexec-{self.arch.name}-{key}", unpack)

    def _makedumpfile_version(self):
        if not self.arch.makedumpfile:
            return run(["dpkg-query", "-W", "makedumpfile"])
        return " ".join(self.apt.resolve(name)["sha256"] for name in self.arch.makedumpfile)

    def makedumpfile(self):
        """The words that start the architecture's makedumpfile: the build machine's own, or another's under emulation."""
        if not self.arch.makedumpfile:
            return ["makedumpfile"]

        def unpack(folder):
            for name in self.arch.makedumpfile:
                self.apt.unpack(name, folder)
            # The program interpreter is such a link on ppc64el.
            relative_links(folder)
        key = cache.digest(self._makedumpfile_version())[:12]
        tree = cache.entry(cache.root() / "userland" / f"makedumpfile-{self.arch.name}-{key}", unpack)
        return [self.arch.user, "-L", tree, next(tree.glob("usr/*bin/makedumpfile"))]

    def program(self, name):
        """One of the guest's programs that are written for it."""
        code = SCRIPTS / f"{name}.c"
        key = cache.digest(code, tool_version([self.arch.compiler, "--version"]), *HELPER_FLAGS)[:12]

        def build(folder):
            run([self.arch.compiler, *HELPER_FLAGS, code, "-o", folder / name])
        return cache.entry(cache.root() / "userland" / f"{name}-{self.arch.name}-{key}", build) / name

    def _base(self, init, config, modules):
        archive = Initramfs()
        archive.device("dev/console", 5, 1)
        archive.file("bin/busybox", self.busybox(), 0o755)
        archive.file("init", SCRIPTS / init, 0o755)
        archive.data("guest.conf", "".join(f"{name}='{value}'\n" for name, value in config.items()))
        for name in modules:
            archive.file(f"modules/{name}.ko", self.kernel.module_path(name))
        return archive

    def _capture(self):
        modules = self.arch.disk_modules
        return self._base("capture.sh", {"MODULES": " ".join(modules)}, modules).content()

    def initramfs(self):
        """The archive the guest boots from; the caller may add to it before writing it."""
        recipe = self.recipe
        config = {"MODULES": " ".join(recipe.modules), "SCENARIO": recipe.scenario,
                  "TEST_MODULE": "yes" if recipe.test_module else "", "SPIN": "yes" if recipe.spin else "",
                  "KDUMP": "yes" if recipe.crashkernel else "", "CONSOLE": self.arch.console}
        archive = self._base("init.sh", config, recipe.modules)
        archive.file("report.sh", SCRIPTS / "report.sh")
        archive.file("bin/inq-helper", self.program("helper"), 0o755)
        for name in ("trigger", "spin", "left", "right", "wait"):
            archive.link(f"bin/inq-{name}", "inq-helper")
        if recipe.test_module:
            archive.file("modules/inquest_test.ko", self.kernel.module() / "inquest_test.ko")
        if recipe.crashkernel:
            self._add_kexec(archive)
        return archive

    def _add_kexec(self, archive):
        if self.arch.kexec_program:
            archive.file("sbin/kexec", self.program(self.arch.kexec_program), 0o755)
        else:
            tree = self.kexec()
            program = next(path for path in (tree / "sbin/kexec", tree / "usr/sbin/kexec") if path.exists())
            script = self.arch.kexec_script
            archive.file("sbin/kexec.program" if script else "sbin/kexec", program, 0o755)
            if script:
                archive.data("sbin/kexec", f"#!/bin/busybox sh\n{script}\n", 0o755)
            for name, path in needed_libraries(program, tree).items():
                archive.file(f"{self.arch.loader if name.startswith('ld') else 'lib'}/{name}", path, 0o755)
        archive.data("boot/capture.cpio", self._capture())
        archive.file("boot/vmlinuz", self.kernel.capture_path())

    def parameters(self):
        recipe = self.recipe
        words = [f"console={self.arch.console}", "panic=0", self.arch.append, recipe.append]
        if recipe.crashkernel:
            words.append(f"crashkernel={recipe.crashkernel}")
        return " ".join(word for word in words if word)

    def machine(self, folder, initrd, extra=(), limit=900):
        return qemu.Machine(self.recipe, folder, self.kernel.image_path(), initrd, self.parameters(), extra, limit)

    # Making the dumps

    def make(self, only=None):
        """Makes the guest unless the cache has it, then the formats asked for (all without `only`)."""
        if self.recipe.scenario == "live":
            raise CorpusError(f"{self.recipe.name} is not saved: tests/corpus/live runs it")
        for name in only or ():
            if name not in self.recipe.formats:
                raise CorpusError(f"{self.recipe.name} has no format {name} (make --list lists them)")
        final = self.folder_name()
        if final.is_dir():
            say(f"{self.recipe.name}: in the cache")
        cache.entry(final, self._boot_and_save)
        wanted = [name for name in self.recipe.formats if not only or name in only]
        for name in wanted:
            formats.derive(self.recipe, final, name, self.makedumpfile)
        with cache.lock(f"truth-{self.recipe.name}-{final.name}"):
            truth.refresh(self.recipe, final)
        return final

    def _boot_and_save(self, folder):
        try:
            self._boot(folder)
            # A console that cannot be read whole is no truth: better no entry than a broken one.
            truth.check((folder / "console.log").read_text(errors="replace"), self.recipe)
        except CorpusError:
            if qemu.give_up_kvm(self.arch):
                for path in folder.iterdir():
                    cache.remove(path) if path.is_dir() and not path.is_symlink() else path.unlink()
                self._boot_and_save(folder)
                return
            # Kept for the developer: the console of the failed boot, outside the entry.
            kept = cache.root() / "failed" / self.recipe.name
            kept.mkdir(parents=True, exist_ok=True)
            for name in ("console.log", "qemu.err"):
                if (folder / name).exists():
                    shutil.copy(folder / name, kept / name)
            say(f"{self.recipe.name}: failed; its console is kept in {kept}")
            raise

    def _boot(self, folder):
        recipe = self.recipe
        kernel_folder = self.kernel.folder()
        (folder / "recipe.ini").write_text(recipe.text)
        final = self.folder_name()
        os.symlink(os.path.relpath(kernel_folder, final), folder / "kernel")
        os.symlink("kernel/vmlinux", folder / "vmlinux")
        (folder / "kernel.json").write_text(json.dumps(
            {"release": self.kernel.release, "version": self.kernel.version, "package": self.kernel.image}))
        if recipe.test_module:
            shutil.copytree(self.kernel.module(), folder / "module")
        with cache.scratch() as work:
            initrd = work / "initramfs.cpio"
            self.initramfs().write(initrd)
            say(f"{recipe.name}: booting {self.kernel.release}")
            extra = saving.kdump_disk(recipe, folder) if recipe.crashkernel else ()
            with self.machine(folder, initrd, extra) as machine:
                (saving.by_kdump if recipe.crashkernel else saving.by_qemu)(recipe, folder, machine)
        (folder / "qemu.err").unlink()

    def clean(self):
        """Removes this guest's entries of other keys."""
        folder, current = cache.root() / "guests" / self.recipe.name, self.key()
        for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
            if entry.name != current and re.fullmatch(r"[0-9a-f]{12}", entry.name):
                say(f"removing {entry}")
                cache.remove(entry)
