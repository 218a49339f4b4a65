# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes initramfs archives (cpio "newc"): the same files give the same bytes."""

import io
import os
import stat
from pathlib import Path


class Initramfs:
    """Collects files, then writes them."""

    def __init__(self):
        self.entries = {}

    def _parents(self, name):
        for parent in reversed(Path(name).parents):
            if str(parent) != "." and str(parent) not in self.entries:
                self.entries[str(parent)] = (stat.S_IFDIR | 0o755, b"", (0, 0))

    def data(self, name, content, mode=0o644):
        """A file of the given bytes (or text)."""
        self._parents(name)
        content = content.encode() if isinstance(content, str) else content
        self.entries[name] = (stat.S_IFREG | mode, content, (0, 0))

    def file(self, name, source, mode=0o644):
        """A file copied from the build machine."""
        self.data(name, Path(source).read_bytes(), mode)

    def link(self, name, target):
        self._parents(name)
        self.entries[name] = (stat.S_IFLNK | 0o777, target.encode(), (0, 0))

    def device(self, name, major, minor):
        """A character device: the console must be there before anything is mounted."""
        self._parents(name)
        self.entries[name] = (stat.S_IFCHR | 0o600, b"", (major, minor))

    def content(self):
        stream = io.BytesIO()
        for inode, name in enumerate(sorted(self.entries), 1):
            self._write_entry(stream, inode, name, *self.entries[name])
        self._write_entry(stream, 0, "TRAILER!!!", 0, b"", (0, 0))
        return stream.getvalue()

    def write(self, path):
        Path(path).write_bytes(self.content())

    @staticmethod
    def _write_entry(stream, inode, name, mode, content, device):
        raw = os.fsencode(name) + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (inode, mode, 0, 0, links, 0, len(content), 0, 0, *device, len(raw), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + raw
        stream.write(header + b"\0" * (-len(header) % 4))
        stream.write(content + b"\0" * (-len(content) % 4))
