# SPDX-License-Identifier: GPL-2.0-or-later
"""The session: where commands come from, where results go, exit status, the prompt."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import tempfile
import time
import unittest

from inquest import HOME, Case, program


class Sources(Case):
    def test_standard_input(self):
        p = self.inquest(stdin="# a comment\n\n// another\nbtop 1000\n  ptob 1\nquit\nbtop 2000\n", check=0)
        self.assertEqual(p.stdout, "1000: 1\n1: 1000\n")

    def test_last_line_without_newline(self):
        self.assertEqual(self.inquest(stdin="btop 1000", check=0).stdout, "1000: 1\n")

    def test_order_of_files_and_commands(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write("btop 2000\n")
            f.flush()
            p = self.inquest("-c", "btop 1000", "-i", f.name, "-c", "btop 3000", stdin="btop 4000\n", check=0)
        self.assertEqual(p.stdout, "1000: 1\n2000: 2\n3000: 3\n")

    def test_file_then_standard_input(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write("btop 2000\n")
            f.flush()
            self.assertEqual(self.inquest("-i", f.name, stdin="btop 4000\n", check=0).stdout, "2000: 2\n4000: 4\n")

    def test_command_file(self):
        with tempfile.TemporaryDirectory() as d:
            with open(f"{d}/cmds", "w") as f:
                f.write("btop 1000\n< more\n")
            with open(f"{d}/more", "w") as f:
                f.write("btop 2000")
            self.assertEqual(self.inquest("-c", "< cmds", cwd=d, check=0).stdout, "1000: 1\n2000: 2\n")

    def test_command_file_that_runs_itself(self):
        with tempfile.TemporaryDirectory() as d:
            with open(f"{d}/loop", "w") as f:
                f.write("< loop\n")
            self.assertIn("10 deep", self.inquest("-c", "< loop", cwd=d, check=1).stderr)

    def test_argument_file(self):
        with tempfile.TemporaryDirectory() as d:
            with open(f"{d}/args", "w") as f:
                f.write("1000\n\n2000\n")
            self.assertEqual(self.inquest("-c", "btop < args", cwd=d, check=0).stdout, "1000: 1\n2000: 2\n")
            self.assertEqual(self.inquest("-c", "btop < args | tail -1", cwd=d, check=0).stdout, "2000: 2\n")

    def test_missing_files(self):
        self.assertIn("/no/such: No such file", self.inquest("-i", "/no/such", check=1).stderr)
        self.assertIn("/no/such: No such file", self.inquest("-c", "btop < /no/such", check=1).stderr)

    def test_startup_files(self):
        with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as here:
            with open(f"{home}/.inquestrc", "w") as f:
                f.write("alias one btop 1000\n")
            with open(f"{here}/.crashrc", "w") as f:
                f.write("alias two btop 2000\n")
            env = {"HOME": home}
            p = self.inquest("-c", "one", "-c", "two", cwd=here, env=env, check=0)
            self.assertTrue(p.stdout.endswith("1000: 1\n2000: 2\n"), p.stdout)
            p = self.inquest("--no_crashrc", "-c", "one", cwd=here, env=env, check=1)
            self.assertIn("unknown command: one", p.stderr)
            # started at home: read once
            p = self.inquest("-c", "one", cwd=home, env=env, check=0)
            self.assertEqual(p.stdout.count("ORIGIN"), 1)


class Output(Case):
    def test_pipe(self):
        lines = [l for l in self.text("help").splitlines() if l]
        self.assertEqual(self.text("help | grep -c ."), f"{len(lines)}\n")
        self.assertEqual(self.text("btop 1000 2000 3000 | tail -n +2 | head -1"), "2000: 2\n")

    def test_pipe_closed_early(self):
        started = time.monotonic()
        self.assertEqual(self.text("sym -l | head -1").count("\n"), 1)
        self.assertLess(time.monotonic() - started, 60)

    def test_standard_output_closed_early(self):
        p = subprocess.Popen([program(), "-s", "-c", "sym -l", "-c", "sym -l", self.guest.vmlinux, self.guest.dump(self.form)],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "HOME": HOME})
        self.assertTrue(p.stdout.readline())
        p.stdout.close()
        error = p.stderr.read()
        p.stderr.close()
        self.assertEqual(p.wait(60), 0, error)
        self.assertEqual(error, b"")

    def test_quotes_and_expressions_are_no_pipes(self):
        self.assertIn("decimal: 7\n", self.text("eval (4 | 3)"))
        self.assertIn("btop 1 | cat", self.text('alias xx "btop 1 | cat"'))

    def test_redirection(self):
        with tempfile.TemporaryDirectory() as d:
            p = self.inquest("-c", "btop 1000 > out", "-c", "btop 2000 >> out", "-c", 'btop 3000 > "a b"', cwd=d, check=0)
            self.assertEqual(p.stdout, "")
            with open(f"{d}/out") as f:
                self.assertEqual(f.read(), "1000: 1\n2000: 2\n")
            with open(f"{d}/a b") as f:
                self.assertEqual(f.read(), "3000: 3\n")

    def test_redirection_errors(self):
        for command, message in [("btop 1 > /dev/full", "cannot write /dev/full: No space left on device"),
                                 ("btop 1 > /no/such/dir/x", "cannot open /no/such/dir/x: No such file or directory"),
                                 ("btop 1 >", "no file name after >"), ("btop 1 |", "no command after |"),
                                 ("btop 1 | /no/such/command", "cannot be run")]:
            with self.subTest(command):
                # what comes after goes where it should
                p = self.inquest("-c", command, "-c", "btop 2000", check=1)
                self.assertIn(message, p.stderr)
                self.assertEqual(p.stdout, "2000: 2\n")

    def test_full_disk(self):
        with open("/dev/full", "w") as full:
            p = subprocess.run([program(), "-s", "-c", "help", self.guest.vmlinux, self.guest.dump(self.form)], stdout=full,
                               stderr=subprocess.PIPE, text=True, env={**os.environ, "HOME": HOME})
        self.assertEqual(p.returncode, 1)
        self.assertIn("No space left on device", p.stderr)

    def test_shell_escape(self):
        self.assertEqual(self.text("!echo out", "btop 1000", "! echo a | tr a b"), "out\n1000: 1\nb\n")
        self.inquest("-c", "!false", check=1)
        self.assertEqual(self.text("echo as crash does"), "as crash does\n")

    def test_json_lines(self):
        out = self.inquest("--json", "-c", "btop 1000", "-c", "nonsense", "-c", "eval 1", check=1).stdout.splitlines()
        documents = [json.loads(l) for l in out]
        self.assertEqual([d["command"] for d in documents], ["btop 1000", "nonsense", "eval 1"])
        self.assertEqual([d["ok"] for d in documents], [True, False, True])


class Words(Case):
    def test_aliases(self):
        listed = self.text("alias").splitlines()
        self.assertEqual(listed[:4], ["ORIGIN   ALIAS    COMMAND", "builtin  man      help", "builtin  ?        help",
                                      "builtin  quit     q"])
        self.assertIn("builtin  last     ps -l", listed)
        self.assertEqual({a["alias"]: a["command"] for a in self.document("alias")["aliases"]}["px"], "p -x")
        out = self.text("alias kb btop 1000", "kb", "kb 2000", 'alias kb ""')
        self.assertIn("ORIGIN   ALIAS    COMMAND\nruntime  kb       btop 1000\n", out)
        self.assertTrue(out.endswith("1000: 1\n1000: 1\n2000: 2\nalias deleted: kb\n"), out)
        p = self.inquest("-c", 'alias kb btop', "-c", 'alias kb ""', "-c", "kb 1", check=1)
        self.assertIn("unknown command: kb", p.stderr)

    def test_aliases_in_a_circle(self):
        p = self.inquest("-c", "alias aa bb", "-c", "alias bb aa", "-c", "aa", check=1)
        self.assertIn("unknown command", p.stderr)

    def test_alias_errors(self):
        self.assertIn("does not exist", self.failure("alias nothing"))
        self.assertIn("is the name of a command", self.failure("alias bt ps"))

    def test_suggestions(self):
        self.assertIn("unknown command: psx; did you mean ps?", self.failure("psx"))
        self.assertIn("unknown command: strcut; did you mean struct?", self.failure("strcut x"))
        self.assertNotIn("did you mean", self.failure("xyzzyplugh"))

    def test_repeat_needs_a_command(self):
        self.assertIn("Usage: repeat", self.failure("repeat -2"))

    def test_repeat_stops_at_a_failure(self):
        d = json.loads(self.inquest("--json", "-c", "repeat nonsense", check=1).stdout)
        self.assertEqual([r["command"] for r in d["runs"]], ["nonsense"])

    def test_unbalanced(self):
        self.assertIn("a ( is not closed", self.failure("rd (1 + 2"))


class Help(Case):
    def test_every_command_has_a_page(self):
        names = [c["name"] for c in self.document("help")["commands"]]
        self.assertEqual(names, sorted(names))
        pages = {p["name"]: p for p in self.document("help all")["pages"]}
        self.assertEqual(sorted(pages), names)
        for name, page in pages.items():
            self.assertTrue(page["summary"], name)
            self.assertTrue(page["description"], name)
            for line in page["description"].splitlines() + page.get("example", "").splitlines():
                self.assertLessEqual(len(line), 100, f"{name}: {line}")
        listed = self.text("help")
        for name in names:
            self.assertRegex(listed, rf"(?m)^  {re.escape(name)} ")

    def test_page(self):
        page = self.text("help eval")
        for part in ("NAME\n  eval - ", "SYNOPSIS\n  eval [-b] [-l] expression\n", "DESCRIPTION\n", "EXAMPLE\n"):
            self.assertIn(part, page)

    def test_alias_and_unknown(self):
        self.assertIn("NAME\n  log - ", self.text("help dmesg"))
        self.assertIn("did you mean struct?", self.failure("help strcut"))


class Prompt(Case):
    """A session on a terminal."""

    def setUp(self):
        pid, self.fd = pty.fork()
        if pid == 0:
            env = {**os.environ, "HOME": HOME, "TERM": "dumb", "CRASHPAGER": "cat"}
            os.execve(program(), [program(), "-s", self.guest.vmlinux, self.guest.dump(self.form)], env)
        self.pid = pid
        self.seen = ""

    def tearDown(self):
        os.close(self.fd)
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            os.waitpid(self.pid, 0)
        except ChildProcessError:
            pass

    def until(self, text, timeout=60):
        """Read until the terminal shows @text; returns what came before it."""
        end = time.monotonic() + timeout
        while text not in self.seen:
            if time.monotonic() > end or not select.select([self.fd], [], [], 1)[0] and time.monotonic() > end:
                self.fail(f"no {text!r} in {self.seen!r}")
            if select.select([self.fd], [], [], 0)[0]:
                try:
                    self.seen += os.read(self.fd, 65536).decode()
                except OSError:
                    self.fail(f"it ended without {text!r}: {self.seen!r}")
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, line):
        os.write(self.fd, line.encode() + b"\n")

    def interrupt(self):
        # the terminal throws away what is written while it handles Ctrl-C: ask for another prompt
        os.write(self.fd, b"\x03")
        time.sleep(0.5)
        self.type("")
        self.until("inquest> ")
        self.type("!echo set''tled")
        self.until("settled\r\n")
        self.until("inquest> ")

    def status(self):
        for _ in range(600):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    os.read(self.fd, 65536)
                except OSError:
                    time.sleep(0.1)
        self.fail("it does not end")

    def test_commands_and_end(self):
        self.until("inquest> ")
        self.type("btop 1000")
        self.assertIn("1000: 1\r\n", self.until("inquest> "))
        self.type("nonsense")
        self.assertIn("unknown command", self.until("inquest> "))
        self.type("btop 2000 | cat")
        self.assertIn("2000: 2\r\n", self.until("inquest> "))
        os.write(self.fd, b"\x04")
        self.assertEqual(self.status(), 1)

    def test_quit(self):
        self.until("inquest> ")
        self.type("q")
        self.assertEqual(self.status(), 0)

    def test_interrupt_ends_the_command(self):
        self.until("inquest> ")
        self.type("set scroll off")
        self.until("inquest> ")
        self.type("repeat -1 btop 1000")
        self.until("1000: 1")
        self.interrupt()
        self.type("btop 3000")
        self.assertIn("3000: 3\r\n", self.until("inquest> "))
        self.type("exit")
        self.assertEqual(self.status(), 0)

    def test_interrupt_at_the_prompt(self):
        self.until("inquest> ")
        os.write(self.fd, b"btop 10")
        self.interrupt()
        self.type("btop 4000")
        self.assertIn("4000: 4\r\n", self.until("inquest> "))

    def test_interrupt_of_a_pipe(self):
        self.until("inquest> ")
        self.type("btop 1000 | (cat; sleep 100)")
        self.until("1000: 1")
        started = time.monotonic()
        self.interrupt()
        self.assertLess(time.monotonic() - started, 30)

    def test_pager_left_early(self):
        self.until("inquest> ")
        self.type("sym -l | head -1")
        self.until("inquest> ")
        self.type("btop 5000")
        self.assertIn("5000: 5\r\n", self.until("inquest> "))


if __name__ == "__main__":
    unittest.main()
