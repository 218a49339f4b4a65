# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests whose saved formats are compared with each other: one test, many dumps."""
import functools
import json
import os

from inquest import Guest, no_twins, run


class Answer:
    """What a run printed. documents: one per command, with --json."""

    def __init__(self, process, as_json):
        self.status, self.text, self.messages = process.returncode, process.stdout, process.stderr
        self.documents = None
        if as_json:
            self.documents = [json.loads(l, object_pairs_hook=no_twins) for l in process.stdout.splitlines()]


class Crash(Guest):
    def run(self, form, *commands, options=("-s",), as_json=False):
        # Bare memory of these boards begins at physical 0.
        place = "@0" if form == "raw" else ""
        paths = [os.path.join(self.folder, part) + place for part in self.truth["dumps"][form]]
        words = [*options, *(["--json"] if as_json else []), self.vmlinux, *paths]
        return Answer(run(*words, *[w for c in commands for w in ("-c", c)]), as_json)

    def text(self, form, command):
        """The text of one command, which must succeed."""
        answer = self.run(form, command)
        assert answer.status == 0, f"{command}: exit status {answer.status}: {answer.messages}"
        return answer.text

    def json(self, form, command):
        """The document of one command, which must succeed."""
        answer = self.run(form, command, as_json=True)
        assert answer.status == 0, f"{command}: exit status {answer.status}: {answer.messages}"
        return answer.documents[-1]


@functools.lru_cache(maxsize=None)
def guest(name):
    return Crash(name)
