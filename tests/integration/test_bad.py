# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged dumps, wrong kernels, a full disk: one sentence that names the file, the right status, and what can be told is."""
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

from crashes import guest
from inquest import program, run


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inquest-bad-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, "wb") as f:
                f.write(data)
        return path

    def cut(self, source, size, name="cut"):
        """A copy of the first bytes, with the rest missing."""
        path = self.path(name)
        with open(source, "rb") as a, open(path, "wb") as b:
            while size:
                data = a.read(min(size, 1 << 20))
                b.write(data)
                size -= len(data)
        return path

    def refused(self, *args):
        p = run("-s", *args, "-c", "ps", check=2, timeout=60)
        self.assertEqual(p.stdout, "")
        self.assertEqual(p.stderr.count("\n"), 1, p.stderr)
        return p.stderr


class Truncated(Folder):
    """What the cut left is read; what it took is lost, is said to be, and the session goes on."""

    def session(self, g, path):
        p = run("-s", g.vmlinux, path, "-c", "btop 1000", "-c", "sys", "-c", "ps", "-c", "rd linux_banner", "-c", "bt",
                "-c", "log", "-c", "foreach bt", "-c", "btop 2000", timeout=120)
        self.assertIn(p.returncode, (0, 1, 2), p.stderr)
        if p.returncode == 2:
            self.assertEqual((p.stdout, p.stderr.count("\n")), ("", 1), p.stderr)
            self.assertIn(path, p.stderr)
        else:
            self.assertTrue(p.stdout.startswith("1000: 1\n") and p.stdout.endswith("2000: 2\n"), p.stdout[-300:])
        return p

    def test_ends(self):
        """Cut near the front, in the middle and near the end."""
        lost = 0
        for name, form in [("amd64-kdump", "d31-zlib"), ("amd64-kdump", "d31-lzo"), ("amd64-kdump", "d31-elf"),
                           ("amd64-kdump", "d31-flat"), ("amd64-sysrq", "kdump-zlib")]:
            g = guest(name)
            size = os.path.getsize(g.dump(form))
            for part in 100, 2, 1.05:
                with self.subTest(form=form, part=part):
                    p = self.session(g, self.cut(g.dump(form), int(size / part)))
                    if p.returncode != 2:
                        self.assertTrue(p.stderr, "nothing was said of what is missing")
                        lost += "lost" in p.stdout + p.stderr
        self.assertGreater(lost, 6)

    def test_json(self):
        g = guest("amd64-kdump")
        path = self.cut(g.dump("d31-zlib"), os.path.getsize(g.dump("d31-zlib")) // 2)
        p = run("--json", g.vmlinux, path, "-c", "sys", "-c", "ps", "-c", "log", "-c", "btop 1000", timeout=120)
        if p.returncode != 2:
            documents = [json.loads(l) for l in p.stdout.splitlines()]
            self.assertEqual(len(documents), 4)
            self.assertTrue(documents[-1]["ok"])


class Damaged(Folder):
    def test_compressed_pages(self):
        """Pages whose compressed bytes were overwritten are told apart from excluded ones; the rest is read."""
        g = guest("amd64-kdump")
        path = self.path("damaged")
        shutil.copy(g.dump("d31-zlib"), path)
        size = os.path.getsize(path)
        with open(path, "r+b") as f:
            for at in range(size // 3, size, size // 40):
                f.seek(at)
                f.write(b"\xa5" * 3000)
        p = run("-s", g.vmlinux, path, "-c", "sys", "-c", "ps", "-c", "foreach bt", "-c", "log", "-c", "btop 2000", timeout=120)
        self.assertIn(p.returncode, (0, 1))
        self.assertTrue(p.stdout.endswith("2000: 2\n"), p.stdout[-300:])


class WrongKernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A small vmlinux: the guest's without debug information."""
        folder = tempfile.TemporaryDirectory(prefix="inquest-bad-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.g = guest("amd64-kdump")
        cls.dump = cls.g.dump("d31-zlib")
        cls.small = f"{cls.folder}/small"
        subprocess.run(["strip", "-g", "-o", cls.small, os.path.realpath(cls.g.vmlinux)], check=True)

    def test_small(self):
        """Symbols, BTF and ORC are enough for all but lines; a function that ORC does not know is scanned over, and marked."""
        for command in "ps", "mod", "log":
            self.assertEqual(run("-s", self.small, self.dump, "-c", command, check=0).stdout,
                             self.g.text("d31-zlib", command))
        text = run("-s", self.small, self.dump, "-c", "bt", check=0).stdout
        self.assertEqual(text.replace("] ? panic at", "] panic at"), self.g.text("d31-zlib", "bt"))

    def test_other_release(self):
        """Another kernel's banner: refused, and both are shown."""
        release = self.g.truth["facts"]["release"]
        path = f"{self.folder}/other"
        with open(self.small, "rb") as f:
            data = f.read()
        self.assertIn(b"Linux version 6.1.0-50", data)
        with open(path, "wb") as f:
            f.write(data.replace(b"Linux version 6.1.0-50", b"Linux version 6.1.0-49"))
        p = run("-s", path, self.dump, "-c", "ps", check=2, timeout=60)
        self.assertEqual(p.stdout, "")
        self.assertIn(f"{path} is not the kernel of this dump", p.stderr)
        self.assertIn(f"vmlinux: Linux version {release.replace('-50', '-49')}", p.stderr)
        self.assertRegex(p.stderr, rf"dump: (Linux version )?{re.escape(release)}")

    def test_stripped(self):
        """No symbol table: said in one sentence that names the file."""
        path = f"{self.folder}/stripped"
        subprocess.run(["strip", "-s", "-o", path, self.small], check=True)
        p = run("-s", path, self.dump, "-c", "ps", "-c", "btop 1000", timeout=60)
        self.assertIn(p.returncode, (0, 1, 2))
        self.assertIn(path, p.stderr)

    def test_no_kernel(self):
        """An ELF program that is no kernel."""
        path = os.path.realpath("/bin/ls")
        p = run("-s", path, self.dump, "-c", "ps", check=2, timeout=60)
        self.assertEqual((p.stdout, p.stderr.count("\n")), ("", 1), p.stderr)
        self.assertIn(path, p.stderr)


class Machines(Folder):
    def test_names(self):
        """Cores of machines without a module here are named as what they are."""
        for machine, names in (43, "sparc64"), (50, "ia64"), (258, "loongarch64"):
            with self.subTest(machine):
                order = ">" if machine == 43 else "<"
                ident = b"\x7fELF\2" + (b"\2" if order == ">" else b"\1") + b"\1" + bytes(9)
                data = struct.pack(order + "16sHHIQQQIHHHHHH", ident, 4, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
                data += struct.pack(order + "IIQQQQQQ", 1, 7, 4096, 0, 0, 4096, 4096, 0)
                path = self.path(f"core{machine}", data.ljust(4096, b"\0") + bytes(4096))
                message = self.refused(path)
                self.assertIn(path, message)
                self.assertRegex(message, names)


class Output(Folder):
    """Where answers go."""

    def setUp(self):
        super().setUp()
        g = guest("amd64-kdump")
        self.files = [g.vmlinux, g.dump("d31-zlib")]

    def test_full_disk(self):
        with open("/dev/full", "w") as full:
            p = subprocess.run([program(), "-s", *self.files, "-c", "ps"], stdout=full, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, text=True, timeout=60)
        self.assertEqual(p.returncode, 1)
        self.assertIn("No space left on device", p.stderr)
        self.assertEqual(p.stderr.count("\n"), 1, p.stderr)

    def test_full_disk_behind_redirection(self):
        """The command fails and names the file; the next one is answered."""
        p = run("-s", *self.files, "-c", "ps > /dev/full", "-c", "btop 1000", check=1)
        self.assertEqual(p.stdout, "1000: 1\n")
        self.assertRegex(p.stderr, r"^[^\n]*/dev/full: No space left on device\n$")

    def test_no_such_folder(self):
        p = run("-s", *self.files, "-c", "ps > /no/such/folder/file", "-c", "btop 1000", check=1)
        self.assertEqual(p.stdout, "1000: 1\n")
        self.assertIn("/no/such/folder/file: No such file or directory", p.stderr)

    def test_statuses(self):
        self.assertEqual(run("-s", *self.files, "-c", "ps", "-c", "mod").returncode, 0)
        self.assertEqual(run("-s", *self.files, "-c", "ps", "-c", "nosuchcommand", "-c", "mod").returncode, 1)
        self.assertEqual(run("-s", self.files[0], "/no/such/dump", "-c", "ps").returncode, 2)

    def test_reader_goes(self):
        """A closed pipe ends the output quietly: whoever read it has had enough."""
        p = subprocess.run(f"{program()} -s {self.files[0]} {self.files[1]} -c 'sym -l' -c log | head -1; "
                           "echo ${PIPESTATUS[0]}", shell=True, executable="/bin/bash", capture_output=True, text=True,
                           timeout=60)
        self.assertEqual((p.stderr, len(p.stdout.splitlines())), ("", 2))
        self.assertEqual(p.stdout.splitlines()[1], "0")


if __name__ == "__main__":
    unittest.main()
