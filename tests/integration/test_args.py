# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, and files that are not what they should be: one sentence, the right status, no crash."""
import gzip
import itertools
import json
import os
import struct
import tempfile
import unittest

from inquest import Case, Guest, run


class Options(unittest.TestCase):
    def test_help(self):
        p = run("--help", check=0)
        self.assertTrue(p.stdout.startswith("Usage: inquest "))
        for option in ("-c COMMAND", "-i FILE", "--json", "--minimal", "--osrelease DUMP", "--build-id DUMP", "--log DUMP",
                       "--mod DIR", "--kaslr"):
            self.assertIn(option, p.stdout)
        self.assertIn("NAME\n  eval - ", run("--help", "eval", check=0).stdout)
        self.assertIn("no help for", run("-h", "nonsense", check=1).stderr)

    def test_version(self):
        self.assertRegex(run("--version", check=0).stdout, r"^inquest \d+\.\d+\.\d+\n$")

    def test_wrong_options(self):
        for args, message in [(["--nope"], "unknown option --nope"), (["-Z"], "unknown option -Z"),
                              (["-c"], "-c needs a value"), (["--mod"], "--mod needs a value"),
                              (["--json=1"], "--json takes no value"), (["-m", "x"], "-m takes KEY=VALUE"),
                              (["--offline", "maybe"], "show or hide")]:
            with self.subTest(args):
                p = run(*args, check=2)
                self.assertIn(message, p.stderr)
                self.assertEqual(p.stdout, "")
                self.assertEqual(p.stderr.count("\n"), 1)


class Files(Case):
    def test_any_order(self):
        files = [self.guest.vmlinux, self.guest.dump(self.form)]
        wanted = self.text("sys")
        for order in itertools.permutations(["-s", *files]):
            self.assertEqual(run(*order, "-c", "sys", check=0).stdout, wanted)

    def test_banner(self):
        files = [self.guest.vmlinux, self.guest.dump(self.form)]
        p = run(*files, "-c", "btop 1000", check=0)
        release = self.guest.truth["facts"]["release"]
        self.assertIn(f"     RELEASE: {release}\n", p.stdout)
        self.assertIn("\n        PID: ", p.stdout)
        self.assertTrue(p.stdout.endswith("\n\n1000: 1\n"), p.stdout)
        self.assertEqual(run("-s", *files, "-c", "btop 1000", check=0).stdout, "1000: 1\n")
        self.assertEqual(run("--json", *files, "-c", "btop 1000", check=0).stdout.count("\n"), 1)

    def test_without_session(self):
        dump = self.guest.dump(self.form)
        release = self.guest.truth["facts"]["release"]
        self.assertEqual(run("--osrelease", dump, check=0).stdout, release + "\n")
        self.assertEqual(json.loads(run("--json", "--osrelease", dump, check=0).stdout)["value"], release)
        self.assertRegex(run("--build-id", dump, check=0).stdout, r"^[0-9a-f]{40}\n$")
        log = run("--log", dump, check=0).stdout
        self.assertIn(f"Linux version {release}", log.splitlines()[0])
        self.assertEqual(log, self.text("log"))

    def test_minimal(self):
        dump = self.guest.dump(self.form)
        self.assertIn("decimal: 5\n", run("--minimal", "-c", "eval 5", dump, check=0).stdout)
        self.assertIn("--minimal", run("--minimal", "-c", "ps", dump, check=1).stderr)


class BadFiles(Case):
    """Each is refused with one sentence that names the file."""

    def refused(self, *args, status=2):
        p = run(*args, "-s", "-c", "ps", check=status, timeout=60)
        self.assertEqual(p.stdout, "")
        self.assertEqual(p.stderr.count("\n"), 1, p.stderr)
        self.assertNotIn(": \n", p.stderr)
        return p.stderr

    def written(self, data):
        f = tempfile.NamedTemporaryFile(prefix="inquest-bad-")
        f.write(data)
        f.flush()
        self.addCleanup(f.close)
        return f.name

    def test_missing(self):
        self.assertIn("/no/such/file: No such file or directory", self.refused("/no/such/file"))

    def test_directory(self):
        self.assertIn("/tmp: is a directory", self.refused("/tmp"))

    def test_empty(self):
        name = self.written(b"")
        self.assertIn(f"{name}: is empty", self.refused(name))

    def test_text(self):
        name = self.written(b"This is no dump.\n" * 100)
        self.assertIn(name, self.refused(name))

    def test_noise(self):
        name = self.written(bytes(i * 37 % 251 for i in range(70000)))
        self.assertIn(name, self.refused(name))

    def test_gzip(self):
        name = self.written(gzip.compress(b"x" * 10000))
        self.assertIn("gzip", self.refused(name))

    @unittest.skipIf(os.geteuid() == 0, "root may read anything")
    def test_unreadable(self):
        name = self.written(b"x")
        os.chmod(name, 0)
        self.assertIn("Permission denied", self.refused(name))

    def test_headers_only(self):
        with open(self.guest.dump(self.form), "rb") as f:
            head = f.read(1 << 16)
        for size in (8, 64, 464, 4096, 5000, 1 << 16):
            with self.subTest(size):
                name = self.written(head[:size])
                p = run(name, self.guest.vmlinux, "-s", "-c", "ps", "-c", "log", timeout=60)
                self.assertIn(p.returncode, (1, 2))
                self.assertTrue(p.stderr)

    def test_unsupported_machine(self):
        # an ELF core file of a DEC Alpha, with one empty note segment
        header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1" + bytes(9), 4, 0x9026, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
        note = struct.pack("<IIQQQQQQ", 4, 0, 176, 0, 0, 0, 0, 0)
        load = struct.pack("<IIQQQQQQ", 1, 7, 4096, 0xffff800000000000, 0, 4096, 4096, 0)
        name = self.written((header + note + load).ljust(4096, b"\0") + bytes(4096))
        self.assertIn(name, self.refused(name))

    def test_vmlinux_without_symbols(self):
        with open(self.guest.vmlinux, "rb") as f:
            header = bytearray(f.read(64))
        header[40:48] = bytes(8)  # e_shoff
        header[60:64] = bytes(4)  # e_shnum, e_shstrndx
        header[56:58] = bytes(2)  # e_phnum
        name = self.written(bytes(header))
        p = run(name, self.guest.dump(self.form), "-s", "-c", "ps", timeout=60)
        self.assertIn(p.returncode, (1, 2))
        self.assertIn(name, p.stderr)

    def test_two_of_a_kind(self):
        vmlinux = self.guest.vmlinux
        self.assertIn("more than two kernel files", self.refused(vmlinux, vmlinux, vmlinux, self.guest.dump(self.form)))

    def test_no_release_to_tell(self):
        name = self.written(b"")
        self.assertIn("is empty", run("--osrelease", name, check=2).stderr)


class OtherFormat(Case):
    guest = Guest("amd64-sysrq")
    form = "elf"

    def test_same_answers(self):
        dumps = [self.guest.dump("elf"), self.guest.dump("kdump-zlib")]
        texts = [run("-s", "-c", "p init_task.pid", "-c", "set", self.guest.vmlinux, d, check=0).stdout for d in dumps]
        self.assertEqual(texts[0], texts[1])
