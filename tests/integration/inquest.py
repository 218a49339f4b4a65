# SPDX-License-Identifier: GPL-2.0-or-later
"""What the integration tests share: running the tool, and finding the guests' crashes."""
import functools
import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
# No start-up files of whoever runs the tests.
HOME = tempfile.mkdtemp(prefix="inquest-home-")
# Nor what they keep on disk: tests/integration/run gives all tests one folder of their own.
os.environ.setdefault("INQUEST_CACHE", "off")


@functools.lru_cache(None)
def program():
    named = os.environ.get("INQUEST")
    if named:
        return os.path.abspath(named)
    built = [p for p in glob.glob(f"{TOP}/build*/inquest") + glob.glob(f"{TOP}/dist/*/inquest") if os.access(p, os.X_OK)]
    if not built:
        raise unittest.SkipTest("no inquest: name one with INQUEST=")
    return max(built, key=os.path.getmtime)


class Guest:
    """A crash of the corpus: Guest("amd64-sysrq").dump("elf"), .vmlinux, .truth. Skips the test when it is not made."""

    def __init__(self, name):
        self.name = name

    @functools.cached_property
    def folder(self):
        p = subprocess.run([f"{TOP}/tests/corpus/make", "--path", self.name], capture_output=True, text=True)
        if p.returncode:
            raise unittest.SkipTest(f"{self.name} is not made: tests/corpus/make {self.name}")
        return p.stdout.strip()

    @property
    def vmlinux(self):
        return f"{self.folder}/vmlinux"

    def dump(self, form):
        path = f"{self.folder}/{form}"
        if not os.path.exists(path):
            raise unittest.SkipTest(f"{self.name}/{form} is not made")
        return path

    @functools.cached_property
    def truth(self):
        with open(f"{self.folder}/truth.json", encoding="utf-8") as f:
            return json.load(f)


def run(*args, stdin="", timeout=120, env=None, cwd=None, check=None):
    """Run the tool. check: the exit status it must have."""
    p = subprocess.run([program(), *args], input=stdin, capture_output=True, text=True, errors="surrogateescape",
                       timeout=timeout, cwd=cwd, env={**os.environ, "HOME": HOME, **(env or {})})
    if p.returncode < 0 or "Sanitizer" in p.stderr:
        raise AssertionError(f"{args} ended with {p.returncode}\n{p.stderr}")
    if check is not None and p.returncode != check:
        raise AssertionError(f"{args} gave {p.returncode}, not {check}\n{p.stdout[-2000:]}\n{p.stderr}")
    return p


class Case(unittest.TestCase):
    """Tests of one dump: text(), document() and failure() run commands on it."""

    guest = Guest("amd64-sysrq")
    form = "kdump-zlib"
    options = ()

    def inquest(self, *args, **more):
        return run("-s", *self.options, *args, self.guest.vmlinux, self.guest.dump(self.form), **more)

    def text(self, *commands):
        """Text of commands that must succeed."""
        return self.inquest(*[w for c in commands for w in ("-c", c)], check=0).stdout

    def document(self, command):
        """The JSON of one command that must succeed."""
        out = self.inquest("--json", "-c", command, check=0).stdout
        self.assertEqual(out.count("\n"), 1, "one document on one line")
        document = json.loads(out, object_pairs_hook=no_twins)
        self.assertTrue(document["ok"])
        return document

    def failure(self, command):
        """Messages of a command that must fail; JSON must tell the same."""
        p = self.inquest("-c", command, check=1)
        q = self.inquest("--json", "-c", command, check=1)
        document = json.loads(q.stdout.splitlines()[-1], object_pairs_hook=no_twins)
        self.assertFalse(document["ok"])
        for error in document["errors"]:
            self.assertIn(error.splitlines()[0], p.stderr)
        return p.stderr


def no_twins(pairs):
    """An object whose names are all different, as JSON readers expect."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise AssertionError(f"a name stands twice: {[k for k, _ in pairs]}")
    return made


if __name__ == "__main__":
    sys.exit("this is a module: tests/integration/run runs the tests")
