# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes: guests/NAME.ini, one guest each, read and checked."""

import configparser
from dataclasses import dataclass

from . import cache
from .arches import ARCHES
from .cache import CorpusError

GUESTS = cache.SOURCE / "guests"
SCENARIOS = ("sysrq", "oops", "irq", "overflow", "mutex", "live")
# How a format is made: QEMU's names of its own formats, or options of makedumpfile.
QEMU_FORMATS = ("elf", "kdump-zlib")


@dataclass(frozen=True)
class Recipe:
    """One guest: one boot, one console, any number of saved formats."""
    name: str
    text: str
    arch: object
    suite: str
    kernel: str
    memory: int             # MiB
    cpus: int
    cpu: str                # -cpu
    machine: str            # -M
    devices: tuple          # further QEMU devices
    append: str             # further kernel parameters
    modules: tuple          # the kernel's own modules to insert, in order
    scenario: str
    test_module: bool
    spin: bool
    crashkernel: str        # "" when QEMU saves the dump
    formats: dict           # format -> how it is made


def names():
    return sorted(path.stem for path in GUESTS.glob("*.ini"))


def load(name):
    """Reads one recipe; says what is wrong with it."""
    path = GUESTS / f"{name}.ini"
    if not path.is_file():
        raise CorpusError(f"there is no guest {name} (make --list lists them)")
    text = path.read_text()
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text, source=str(path))
        guest = parser["guest"]
        arch = ARCHES[guest["target"]]
        recipe = Recipe(
            name=name, text=text, arch=arch, suite=guest["suite"], kernel=guest["kernel"],
            memory=guest.getint("memory"), cpus=guest.getint("cpus"),
            cpu=guest.get("cpu", arch.cpu), machine=guest.get("machine", arch.machine),
            devices=tuple(guest.get("devices", "").split()), append=guest.get("append", ""),
            modules=tuple(guest["modules"].split()), scenario=guest["scenario"],
            test_module=guest.getboolean("test-module", False), spin=guest.getboolean("spin", False),
            crashkernel=guest.get("crashkernel", ""),
            formats=dict(parser["formats"]) if parser.has_section("formats") else {})
    except (configparser.Error, KeyError, ValueError) as error:
        raise CorpusError(f"the recipe {path.name} is wrong: {error}") from None
    if recipe.scenario not in SCENARIOS:
        raise CorpusError(f"the recipe {path.name} names an unknown scenario {recipe.scenario}")
    return recipe
