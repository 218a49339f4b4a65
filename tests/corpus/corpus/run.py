# SPDX-License-Identifier: GPL-2.0-or-later
"""Running the machine's tools with a time limit and an error that says which tool failed."""

import os
import subprocess

from .cache import CorpusError


def run(command, timeout=300, cwd=None, env=None, stdin=None, stdout=subprocess.PIPE):
    """Runs a tool to its end and gives its standard output as text."""
    words = [str(word) for word in command]
    environment = dict(os.environ, LC_ALL="C.UTF-8", **(env or {}))
    try:
        done = subprocess.run(words, cwd=cwd, env=environment, stdin=stdin or subprocess.DEVNULL,
                              stdout=stdout, stderr=subprocess.PIPE, timeout=timeout, check=False)
    except FileNotFoundError:
        raise CorpusError(f"{words[0]} is not installed (ci/setup --tests installs it)") from None
    except subprocess.TimeoutExpired:
        raise CorpusError(f"{words[0]} did not end within {timeout} s") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-5:]
        raise CorpusError(f"{' '.join(words[:4])} failed ({done.returncode}): {' / '.join(said)}")
    return (done.stdout or b"").decode(errors="replace")
