# SPDX-License-Identifier: GPL-2.0-or-later
"""The saved formats: which the boot leaves, and which makedumpfile derives from them."""

from . import cache
from .cache import CorpusError, say
from .run import run


# The uncompressed formats that a boot leaves.
BOOTED = ("kdump", "qemu elf", "mips elf", "mips raw")


def base(recipe):
    """The format that the boot leaves and the others are derived from."""
    for name, how in recipe.formats.items():
        if how in BOOTED:
            return name
    raise CorpusError(f"the recipe {recipe.name} has no format that a boot leaves")


def punch_holes(recipe, folder):
    """Runs of zeros need no disk: the memory of a guest is mostly zeros."""
    for name, how in recipe.formats.items():
        if how in BOOTED:
            run(["fallocate", "--dig-holes", folder / name])


def files(folder, name):
    """The files of a format that exist, in order: one, or the parts of a split set."""
    single = folder / name
    if single.exists():
        return [single]
    parts = sorted(folder.glob(f"{name}.[0-9]"))
    return parts if (folder / f"{name}.1").exists() else []


def derive(recipe, folder, name, makedumpfile):
    """Makes one format unless it is there or the boot has made it; `makedumpfile` gives the words that start that."""
    how = recipe.formats[name]
    if files(folder, name):
        return
    words = how.split()
    if words[0] != "makedumpfile":
        raise CorpusError(f"{folder} lacks {name}, which only the boot makes")
    words = words[1:]
    say(f"{recipe.name}: {name} ({how})")
    source = folder / base(recipe)
    with cache.lock(f"format-{recipe.name}-{folder.name}-{name}"), cache.scratch() as work:
        if files(folder, name):
            return
        program = makedumpfile()
        if "--split" in words:
            place = words.index("--split")
            parts = int(words[place + 1])
            made = [work / f"{name}.{number}" for number in range(1, parts + 1)]
            run([*program, *words[:place + 1], *words[place + 2:], source, *made])
        elif "-F" in words:
            made = [work / name]
            with open(made[0], "wb") as stream:
                run([*program, *words, source], stdout=stream)
        else:
            made = [work / name]
            run([*program, *words, source, made[0]])
        # The first part of a set appears last: its presence says that the set is whole.
        for path in reversed(made):
            path.chmod(0o644)
            cache.place(path, folder / path.name)
