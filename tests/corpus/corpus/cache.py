# SPDX-License-Identifier: GPL-2.0-or-later
"""The cache: where things lie, and how an entry appears whole or not at all."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
STARTED = time.monotonic()


class CorpusError(Exception):
    """Something the developer must be told in one sentence."""


class Stale(CorpusError):
    """The mirror no longer has what was resolved; asking again will do."""


def say(text):
    """One line of progress, on standard error: standard output is for answers."""
    print(f"corpus: [{time.monotonic() - STARTED:6.1f}s] {text}", file=sys.stderr, flush=True)


def root():
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = Path(base) / "inquest" / "corpus"
    path.mkdir(parents=True, exist_ok=True)
    return path


def digest(*parts):
    """A key for strings, bytes and files (given as Path: their content counts, not their place)."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            part = part.read_bytes()
        elif isinstance(part, str):
            part = part.encode()
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


def file_sha256(path):
    total = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            total.update(block)
    return total.hexdigest()


@contextlib.contextmanager
def lock(name):
    """Held while an entry is made, so that two runs do not make it twice."""
    folder = root() / "locks"
    folder.mkdir(exist_ok=True)
    with open(folder / name, "w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run that makes {name}")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def scratch():
    """A folder on the cache's file system (so that rename works), gone afterwards."""
    folder = root() / "tmp"
    folder.mkdir(exist_ok=True)
    sweep(folder)
    path = Path(tempfile.mkdtemp(dir=folder, prefix=f"{os.getpid()}-"))
    try:
        yield path
    finally:
        remove(path)


def sweep(folder):
    """Takes away what runs left behind that were killed (their process id is part of the name)."""
    # qemu.py keeps its sockets in /tmp, where paths are short.
    for left in [*folder.iterdir(), *Path("/tmp").glob("inquest-corpus-*")]:
        owner = left.name.removeprefix("inquest-corpus-").split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            remove(left)


def remove(path):
    shutil.rmtree(path, ignore_errors=True)


def entry(final, make):
    """Gives the folder `final`, calling make(folder) to fill it first when it is not there."""
    final = Path(final)
    if final.is_dir():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    with lock("-".join(final.relative_to(root()).parts)):
        if final.is_dir():
            return final
        with scratch() as work:
            made = work / "entry"
            made.mkdir()
            make(made)
            os.rename(made, final)
    return final


def place(source, final):
    """Moves a finished file or folder to its name in one step."""
    os.rename(source, final)
