# SPDX-License-Identifier: GPL-2.0-or-later
"""The index of debug information's names that is kept on disk: it changes how long an answer takes, and nothing else."""
import os
import subprocess
import tempfile
import unittest

from inquest import Guest, program, run

SMALL, LARGE = Guest("mips"), Guest("armhf-lpae")  # kernels without BTF
COMMANDS = ("ps", "bt", "struct -o task_struct", "whatis schedule", "p init_uts_ns.name", "p PIDTYPE_PID", "whatis pid_t")


def ask(guest, *options, cache, commands=COMMANDS, **more):
    """Both streams of a session whose indices lie in the folder @cache."""
    env = {**{"INQUEST_CACHE": cache}, **more.pop("env", {})}
    p = run("-s", *options, guest.vmlinux, guest.dump("elf"), *[w for c in commands for w in ("-c", c)], env=env, check=0)
    return p.stdout, p.stderr


def kept(folder):
    """The files in it, whatever they are."""
    return sorted(os.path.join(d, f) for d, _, files in os.walk(folder) for f in files)


class Index(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inquest-index-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_answers_are_the_same(self):
        for options in (), ("--json",):
            want = ask(SMALL, *options, cache="off")
            self.assertEqual(kept(self.folder), [])
            self.assertEqual(ask(SMALL, *options, cache=self.folder), want, "the session that makes it")
            self.assertEqual(len(kept(self.folder)), 1)
            self.assertEqual(ask(SMALL, *options, cache=self.folder), want, "the session that finds it")
            for path in kept(self.folder):
                os.unlink(path)

    def test_a_damaged_one_is_made_anew(self):
        commands = ("ps", "whatis schedule")
        want = ask(SMALL, cache=self.folder, commands=commands)
        path, = kept(self.folder)
        with open(path, "rb") as f:
            whole = f.read()
        middle = len(whole) // 2
        for damaged in (b"", whole[:100], whole[:middle], whole[:-1], whole + b"x", bytes(len(whole)),
                        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:]):
            os.unlink(path)
            with open(path, "wb") as f:
                f.write(damaged)
            self.assertEqual(ask(SMALL, cache=self.folder, commands=commands), want)
            with open(path, "rb") as f:
                self.assertEqual(f.read(), whole)
            self.assertEqual(kept(self.folder), [path])

    def test_another_kernels_does_no_harm(self):
        want = ask(SMALL, cache=self.folder, commands=("ps",))
        mine, = kept(self.folder)
        ask(LARGE, cache=self.folder, commands=("ps",))
        other, = set(kept(self.folder)) - {mine}
        with open(mine, "rb") as f:
            whole = f.read()
        os.replace(other, mine)
        self.assertEqual(ask(SMALL, cache=self.folder, commands=("ps",)), want)
        with open(mine, "rb") as f:
            self.assertEqual(f.read(), whole)

    def test_where_it_lies(self):
        def there(options=(), **env):
            for path in kept(self.folder):
                os.unlink(path)
            ask(SMALL, *options, cache=env.pop("INQUEST_CACHE", ""), commands=("whatis pid_t",), env=env)
            return [os.path.relpath(os.path.dirname(p), self.folder) for p in kept(self.folder)]

        home, xdg = os.path.join(self.folder, "home"), os.path.join(self.folder, "xdg")
        os.mkdir(home)
        self.assertEqual(there(HOME=home, XDG_CACHE_HOME=""), ["home/.cache/inquest/index"])
        self.assertEqual(there(HOME=home, XDG_CACHE_HOME=xdg), ["xdg/inquest/index"])
        self.assertEqual(there(HOME=home, XDG_CACHE_HOME=xdg, INQUEST_CACHE=self.folder), ["index"])
        self.assertEqual(there(HOME=home, XDG_CACHE_HOME=xdg, INQUEST_CACHE="off"), [])
        self.assertEqual(there(("--no-cache",), HOME=home, XDG_CACHE_HOME=xdg), [])
        self.assertEqual(there(HOME=os.path.join(self.folder, "nobody"), XDG_CACHE_HOME=""), [])

    def test_no_place_for_it(self):
        want = ask(SMALL, cache="off", commands=("ps",))
        for folder in ("/dev/null", "/proc/none", "/dev/full/a"):
            self.assertEqual(ask(SMALL, cache=folder, commands=("ps",)), want)

    def test_sessions_at_once(self):
        words = [program(), "-s", SMALL.vmlinux, SMALL.dump("elf"), "-c", "ps"]
        env = {**os.environ, "INQUEST_CACHE": self.folder, "HOME": self.folder}
        sessions = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(4)]
        answers = {p.communicate()[0] for p in sessions}
        self.assertEqual(len(answers), 1)
        self.assertEqual([p.returncode for p in sessions], [0] * 4)
        self.assertEqual(len(kept(self.folder)), 1)

    def test_variables_beside_btf(self):
        """BTF knows no variables' types but per-CPU ones': those come from debug information, by its index."""
        guest = Guest("amd64-module-kdump")
        dump = guest.dump("vmcore")
        commands = ("-c", "whatis init_pid_ns", "-c", "p jiffies_64", "-c", "whatis sysctl_sched_dl_period_max")
        said = [run("-s", guest.vmlinux, dump, *commands, env={"INQUEST_CACHE": c}, check=0).stdout
                for c in ("off", self.folder, self.folder)]
        self.assertIn("struct pid_namespace init_pid_ns;", said[0])
        self.assertEqual(said[1:], said[:1] * 2)

    def test_the_second_time_is_faster(self):
        def seconds():
            """Processor time of one session."""
            words = [program(), "-s", LARGE.vmlinux, LARGE.dump("elf"), "-c", "p init_uts_ns.name.sysname"]
            p = subprocess.Popen(words, env={**os.environ, "INQUEST_CACHE": self.folder}, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(p.pid, 0)
            p.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(p.returncode, 0)
            return usage.ru_utime + usage.ru_stime

        first = seconds()
        self.assertLess(min(seconds() for _ in range(3)), first / 2)
