# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian packages through a private apt configuration.

The machine's own apt configuration says which mirror to ask and which key to trust; the system's
lists, architectures and installed packages are left alone. What was resolved stays resolved (a file
per question in the cache) until its download is gone from the mirror, so a warm run asks nobody.
"""

import json
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from . import cache
from .cache import CorpusError, Stale, say
from .run import run


def mirror():
    """(address, key) of the Debian main archive as the machine's configuration has it."""
    form = "$(REPO_URI)|$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(SIGNED_BY)"
    for attempt in range(2):
        for line in run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"]).splitlines():
            address, origin, label, component, key = line.split("|")
            if (origin, label, component) == ("Debian", "Debian", "main"):
                return address, "" if key.startswith("$(") else key.strip()
        if attempt == 0:
            say("apt-get update (the machine has no package lists yet)")
            run(["apt-get", "update"], timeout=300)
    raise CorpusError("this machine's apt configuration has no Debian archive to take packages from")


def build_architecture():
    """The build machine's own architecture, by its Debian name."""
    return run(["dpkg", "--print-architecture"]).strip()


def build_suite():
    """The suite the build machine runs."""
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "")


class Apt:
    """One suite and one architecture of the archive."""

    fresh = set()           # folders whose lists this run has asked for

    def __init__(self, suite, architecture):
        self.suite = suite
        self.architecture = architecture
        self.folder = cache.root() / "apt" / f"{suite}-{architecture}"
        self.config = self.folder / "apt.conf"
        self.lock_file = self.folder / "resolved.json"

    def _configure(self):
        address, key = mirror()
        lists, archives = self.folder / "lists", self.folder / "archives"
        for path in (lists / "partial", archives / "partial"):
            path.mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        option = f"[signed-by={key}] " if key.startswith("/") else ""
        (self.folder / "sources.list").write_text(f"deb {option}{address} {self.suite} main\n")
        self.config.write_text("\n".join([
            "#clear APT::Architectures;",
            "#clear APT::Update::Post-Invoke;",
            "#clear APT::Update::Post-Invoke-Success;",
            f'APT::Architecture "{self.architecture}";',
            f'APT::Architectures {{ "{self.architecture}"; }};',
            'APT::Sandbox::User "root";',
            'Acquire::Languages "none";',
            'Acquire::Retries "3";',
            f'Dir::State "{self.folder}";',
            f'Dir::State::lists "{lists}";',
            f'Dir::State::status "{self.folder}/status";',
            f'Dir::Cache "{self.folder}";',
            f'Dir::Cache::archives "{archives}";',
            # Container images switch these off; every question would then cost seconds.
            'Dir::Cache::pkgcache "pkgcache.bin";',
            'Dir::Cache::srcpkgcache "srcpkgcache.bin";',
            f'Dir::Etc::sourcelist "{self.folder}/sources.list";',
            'Dir::Etc::sourceparts "/dev/null";',
            'Dir::Etc::preferences "/dev/null";',
            'Dir::Etc::preferencesparts "/dev/null";', ""]))

    def refresh(self):
        """Asks the mirror for its lists, once per run."""
        if self.folder in self.fresh:
            return
        say(f"package lists of {self.suite} {self.architecture}")
        self._configure()
        run(["apt-get", "-c", self.config, "update"], timeout=300)
        self.fresh.add(self.folder)

    def _show(self, package):
        self.refresh()
        text = run(["apt-cache", "-c", self.config, "show", "--no-all-versions", package])
        fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", text.split("\n\n")[0], re.M))
        if "SHA256" not in fields:
            raise CorpusError(f"{self.suite} has no package {package} for {self.architecture}")
        return {"package": package, "version": fields["Version"], "sha256": fields["SHA256"],
                "depends": fields.get("Depends", "")}

    def _load(self):
        try:
            return json.loads(self.lock_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def resolve(self, package):
        """{package, version, sha256, depends} of the suite's current version."""
        with cache.lock(f"apt-{self.suite}-{self.architecture}"):
            known = self._load()
            if package not in known:
                known[package] = self._show(package)
                self.folder.mkdir(parents=True, exist_ok=True)
                new = self.lock_file.with_suffix(".new")
                new.write_text(json.dumps(known, indent=1, sort_keys=True))
                cache.place(new, self.lock_file)
            return known[package]

    def forget(self):
        """Drops what was resolved: the mirror has moved on."""
        self.lock_file.unlink(missing_ok=True)

    def fetch(self, package):
        """Path of the package's archive, downloaded unless the cache has it."""
        wanted = self.resolve(package)
        folder = cache.root() / "debs"
        folder.mkdir(exist_ok=True)
        final = folder / f"{wanted['sha256']}.deb"
        if final.exists():
            return final
        with cache.lock(f"deb-{wanted['sha256'][:16]}"), cache.scratch() as work:
            if final.exists():
                return final
            if self._show(package)["sha256"] != wanted["sha256"]:
                self.forget()
                raise Stale(f"the mirror has another version of {package} by now")
            say(f"downloading {package} {wanted['version']}")
            run(["apt-get", "-c", self.config, "download", f"{package}={wanted['version']}"],
                timeout=900, cwd=work)
            got = next(work.glob("*.deb"))
            if cache.file_sha256(got) != wanted["sha256"]:
                raise CorpusError(f"the download of {package} does not have the hash the lists promise")
            cache.place(got, final)
        return final

    def unpack(self, package, folder, patterns=None, first=False):
        """Unpacks a package's files below a folder: all, or those that match one of tar's patterns; with `first` reads
        no further than the first match of each."""
        archive = self.fetch(package)
        if patterns is None:
            run(["dpkg-deb", "-x", archive, folder], timeout=600)
            return
        reader = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        try:
            tar = subprocess.run(["tar", "-x", "-C", folder, "--no-same-owner",
                                  *(["--occurrence=1"] if first else []), "--wildcards", *patterns], stdin=reader.stdout,
                                 stderr=subprocess.PIPE, env=dict(os.environ, LC_ALL="C"), timeout=600, check=False)
        finally:
            reader.stdout.close()
            reader.wait(timeout=60)
        if reader.returncode not in (0, 2) if first else reader.returncode != 0:
            raise CorpusError(f"dpkg-deb cannot unpack {package} ({reader.returncode})")
        # A pattern that matches nothing is no error here: which files a package has is for the caller to see.
        for line in tar.stderr.decode(errors="replace").splitlines():
            if not line.endswith((": Not found in archive", ": Exiting with failure status due to previous errors")):
                raise CorpusError(f"unpacking {package}: {line}")

    def discard(self, package):
        """Removes a package's archive from the cache."""
        (cache.root() / "debs" / f"{self.resolve(package)['sha256']}.deb").unlink(missing_ok=True)


def copy_tree(source, target):
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


def relative_links(tree):
    """Makes the absolute links of an unpacked tree lead into the tree."""
    for path in Path(tree).rglob("*"):
        if path.is_symlink() and os.readlink(path).startswith("/"):
            inside = Path(tree) / os.readlink(path)[1:]
            path.unlink()
            path.symlink_to(os.path.relpath(inside, path.parent))


def needed_libraries(program, tree):
    """Files below `tree` that a program needs to be loaded: its loader and, in turn, its libraries."""
    by_name = {path.name: path for path in sorted(Path(tree).rglob("*"))
               if ".so" in path.name and path.exists()}
    found, queue = {}, [Path(program)]
    while queue:
        text = run(["readelf", "-W", "-l", "-d", queue.pop()])
        names = re.findall(r"\(NEEDED\).*\[(.+)\]", text)
        loader = re.search(r"program interpreter: (.+)\]", text)
        if loader:
            names.append(os.path.basename(loader.group(1)))
        for name in names:
            if name not in by_name:
                raise CorpusError(f"{Path(program).name} needs {name}, which no unpacked package has")
            if name not in found:
                found[name] = by_name[name].resolve()
                queue.append(found[name])
    return found
