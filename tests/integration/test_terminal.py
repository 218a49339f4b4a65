# SPDX-License-Identifier: GPL-2.0-or-later
"""A session on a terminal, key by key: editing, history, completion, paging, and how it ends."""
import json
import os
import signal
import subprocess
import tempfile
import termios
import time
import unittest

from inquest import Case, Guest, program
from terminal import Terminal

PROMPT = "inquest> "
UP, DOWN, RIGHT, LEFT = "\033[A", "\033[B", "\033[C", "\033[D"
HOME_KEY, END_KEY, DELETE = "\033[H", "\033[F", "\033[3~"


class OnTerminal(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inquest-terminal-")
        self.addCleanup(folder.cleanup)
        self.home = folder.name

    def open(self, *options, rows=24, columns=80, kernel=True, **env):
        files = [self.guest.vmlinux, self.guest.dump(self.form)] if kernel else ["--minimal", self.guest.dump(self.form)]
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")}
        env = {**kept, "HOME": self.home, "TERM": "xterm", "NO_COLOR": "1", "LANG": "C.UTF-8", "CRASHPAGER": "cat", **env}
        t = Terminal([program(), "-s", *options, *files], {k: v for k, v in env.items() if v is not None}, rows, columns,
                     cwd=self.home)
        self.addCleanup(t.close)
        return t

    def prompt(self, *options, **more):
        more.setdefault("kernel", False)
        t = self.open(*options, **more)
        t.shows(PROMPT)
        return t

    def enter(self, t, command):
        """Type a command; gives what it wrote."""
        start = len(t.log)
        t.keys(command + "\r")
        t.until(lambda: t.log[start:].count(b"\n") and t.screen.current() == PROMPT.rstrip() and not t.read(0), command)
        return t.log[start:].decode()

    def result(self, t, shown):
        """Enter what is typed: the result's last line is @shown."""
        t.keys("\r")
        s = t.screen
        t.until(lambda: s.current() == PROMPT.rstrip() and s.row and s.line(s.row - 1) == shown, shown)


class Keys(OnTerminal):
    def test_moving_and_deleting(self):
        t = self.prompt()
        for keys, line, column in [
                ("btop 2000", "btop 2000", 9), (LEFT, "btop 2000", 8), (LEFT * 3, "btop 2000", 5), (DELETE, "btop 000", 5),
                ("1", "btop 1000", 6), ("\001", "btop 1000", 0), ("x", "xbtop 1000", 1), ("\b", "btop 1000", 0),
                ("\005", "btop 1000", 9), ("\033b", "btop 1000", 5), ("\033b", "btop 1000", 0), ("\033f", "btop 1000", 4),
                ("\013", "btop", 4), ("\031", "btop 1000", 9), ("\027", "btop ", 5), ("\031", "btop 1000", 9),
                ("\025", "", 0), ("\031", "btop 1000", 9), (HOME_KEY, "btop 1000", 0), (RIGHT, "btop 1000", 1),
                (END_KEY, "btop 1000", 9), ("\002\002\004", "btop 100", 7), ("\037", "btop 1000", 8)]:
            with self.subTest(keys=keys, line=line):
                t.keys(keys)
                t.shows(PROMPT + line, len(PROMPT) + column)
        self.result(t, "1000: 1")

    def test_history_keys(self):
        t = self.prompt()
        for command in ("btop 1000", "ptob 2", "btop 3000"):
            self.enter(t, command)
        t.keys("half" + UP)
        t.shows(PROMPT + "btop 3000")
        t.keys(UP + UP)
        t.shows(PROMPT + "btop 1000")
        t.keys(DOWN)
        t.shows(PROMPT + "ptob 2")
        t.keys(DOWN * 2)
        t.shows(PROMPT + "half")
        t.keys("\025\022pto")
        t.shows("(reverse-i-search)`pto': ptob 2", len("(reverse-i-search)`pto': "))
        self.result(t, "2: 2000")
        t.keys("\022btop\022")
        t.shows("(reverse-i-search)`btop': btop 1000", len("(reverse-i-search)`btop': "))
        t.keys("\007")
        t.shows(PROMPT)

    def test_interrupt(self):
        t = self.prompt()
        t.keys("btop 10" + LEFT)
        t.shows(PROMPT + "btop 10", len(PROMPT) + 6)
        t.keys("\003")
        t.shows(PROMPT)
        self.assertEqual(t.screen.line(0), PROMPT + "btop 10^C")
        t.keys("\022x")
        t.until(lambda: "i-search" in t.screen.current())
        t.keys("\003")
        t.shows(PROMPT)
        t.keys("\003")
        t.until(lambda: t.log.count(b"^C") == 3)
        t.shows(PROMPT)
        self.enter(t, "btop 4000")
        self.assertEqual(t.screen.line(t.screen.row - 1), "4000: 4")

    def test_interrupt_of_a_command(self):
        t = self.prompt()
        t.keys("repeat -1 btop 1000\r")
        t.until(lambda: "1000: 1\n" in t.screen.text() + "\n")
        t.keys("\003")
        t.shows(PROMPT)
        self.enter(t, "btop 3000")
        self.assertEqual(t.screen.line(t.screen.row - 1), "3000: 3")

    def test_end_of_input(self):
        t = self.prompt()
        before = t.settings()
        t.keys("btop\004")  # deletes nothing at the end of a line that is not empty
        t.shows(PROMPT + "btop")
        t.keys("\025\004")
        self.assertEqual(t.wait(), 0)
        self.assertEqual(t.screen.current(), "")
        self.assertFalse(t.screen.pasting)
        self.assertNotEqual(before[3] & termios.ICANON, termios.ICANON, "readline reads keys")

    def test_utf8(self):
        t = self.prompt()
        t.keys("!echo äöü€")
        t.shows(PROMPT + "!echo äöü€")
        t.keys("\b\b")
        t.shows(PROMPT + "!echo äö")
        t.keys(LEFT + "x")
        t.shows(PROMPT + "!echo äxö", len(PROMPT) + 8)
        self.result(t, "äxö")

    def test_locale_that_does_not_exist(self):
        t = self.prompt(LANG="xx_YY.UTF-8", LC_ALL="nothing")
        self.enter(t, "btop 1000")
        self.assertEqual(t.screen.line(t.screen.row - 1), "1000: 1")

    def test_type_ahead(self):
        t = self.open(kernel=False)
        t.keys("btop 1000\rbtop 2000\rbtop 30")
        t.shows(PROMPT + "btop 30")
        self.assertIn("1000: 1\n", t.screen.text())
        self.assertIn("2000: 2\n", t.screen.text())

    def test_paste(self):
        t = self.prompt()
        self.assertTrue(t.screen.pasting)
        t.keys("\033[200~btop 1000\nbtop 2000 # not \t completed\nbtop 3000\033[201~")
        t.until(lambda: "btop 3000" in t.screen.text())
        self.assertNotIn("1000: 1", t.screen.text())
        self.enter(t, "")
        for line in ("1000: 1", "2000: 2", "3000: 3"):
            self.assertIn(line, t.screen.text().splitlines())
        t.keys(UP)
        t.shows(PROMPT + "btop 3000")

    def test_vi(self):
        def check(t):
            t.keys("btop 2000\033")
            t.shows(PROMPT + "btop 2000", len(PROMPT) + 8)
            t.keys("0wr1A;ptob 5\033bD")
            t.shows(PROMPT + "btop 1000;", len(PROMPT) + 9)
            t.keys("x")
            t.shows(PROMPT + "btop 1000", len(PROMPT) + 8)
            self.result(t, "1000: 1")
        check(self.prompt("-e", "vi"))
        with open(f"{self.home}/.inputrc", "w", encoding="utf-8") as f:
            f.write("set editing-mode vi\nset keyseq-timeout 50\n")
        t = self.prompt()
        check(t)
        t.keys("\033k")
        t.shows(PROMPT + "btop 1000", len(PROMPT))


class Shape(OnTerminal):
    def test_long_line_and_resize(self):
        t = self.prompt(columns=40)
        text = "!echo " + "".join(chr(ord("a") + i % 26) for i in range(90))
        whole = PROMPT + text
        t.keys(text)
        t.until(lambda: t.screen.row == 2 and t.screen.column == len(whole) - 80, "three rows")
        self.assertEqual([t.screen.line(r) for r in range(3)], [whole[:40], whole[40:80], whole[80:]])
        t.keys("\001")
        t.until(lambda: (t.screen.row, t.screen.column) == (0, len(PROMPT)))
        t.keys("\005")
        t.until(lambda: t.screen.row == 2)
        start = len(t.log)
        t.resize(24, 60)
        # it draws the line again for the new width
        t.until(lambda: text[-8:].encode() in t.log[start:].replace(b"\r", b"").replace(b"\n", b""), "the line drawn again")
        t.keys("\025btop 1000")
        t.until(lambda: t.screen.current().endswith(PROMPT + "btop 1000"))
        self.result(t, "1000: 1")

    def test_narrow(self):
        t = self.prompt(columns=20)
        t.keys("btop 1000 2000 3000")
        t.until(lambda: t.screen.row == 1 and t.screen.current() == "000 3000")
        t.keys("\001\004" + "b\005" + "\b" * 15)
        t.shows(PROMPT + "btop")
        t.keys(" 1000")
        self.result(t, "1000: 1")

    def test_dumb(self):
        t = self.prompt(TERM="dumb")
        t.keys("btop 100" + "\002\002x\b" + "\0050")
        t.shows(PROMPT + "btop 1000")
        self.result(t, "1000: 1")
        self.assertNotIn(b"\033", t.log)

    def test_no_term(self):
        t = self.prompt(TERM=None)
        t.keys("btop 1000")
        self.result(t, "1000: 1")
        self.assertNotIn(b"\033", t.log)

    def test_other_terminals(self):
        for term in ("linux", "screen-256color", "tmux-256color", "vt100", "vt220", "rxvt-unicode", "foot"):
            with self.subTest(term):
                t = self.prompt(TERM=term)
                t.keys("btop 200" + LEFT * 3 + DELETE + "1" + END_KEY + "0")
                t.shows(PROMPT + "btop 1000")
                self.result(t, "1000: 1")
                t.close()

    def test_colour(self):
        t = self.open(NO_COLOR=None, kernel=False)
        t.shows(PROMPT)
        self.enter(t, "alias")
        self.assertIn("1", t.screen.colours)
        start = len(t.log)
        self.enter(t, "alias | cat")
        self.enter(t, "alias > out")
        self.assertEqual(t.log[start:].count(b"\033[1mORIGIN"), 0)
        with open(f"{self.home}/out", encoding="utf-8") as f:
            self.assertNotIn("\033", f.read())
        t = self.prompt()
        self.enter(t, "alias")
        self.assertEqual(t.screen.colours, set())


class Completion(OnTerminal):
    def complete(self, t, typed, line):
        t.keys("\025" + typed + "\t")
        t.shows(PROMPT + line)

    def test_words(self):
        t = self.prompt(kernel=True)
        for typed, line in [
                ("bto", "btop "), ("help dm", "help dmesg "), ("struct task_struct.real_par", "struct task_struct.real_parent"),
                ("struct task_struct.se.vr", "struct task_struct.se.vruntime"),
                ("struct task_struct.mm.pg", "struct task_struct.mm.pg"), ("struct task_struct.mm.pgt", "struct task_struct.mm.pgtables_bytes"),
                ("p init_task.mm->pgt", "p init_task.mm->pgtables_bytes"), ("p init_task.thread_i", "p init_task.thread_info"),
                ("p ((struct task_struct *)0)->real_par", "p ((struct task_struct *)0)->real_parent"),
                ("struct task_struct.pid,real_par", "struct task_struct.pid,real_parent"),
                ("task_struct.real_par", "task_struct.real_parent"), ("init_task.real_par", "init_task.real_parent"),
                ("p linux_ban", "p linux_banner"), ("eval (linux_ban", "eval (linux_banner"),
                ("sym linux_proc_ba", "sym linux_proc_banner"), ("struct load_wei", "struct load_weight"),
                ("linux_proc_ba", "linux_proc_banner"), ("foreach gl", "foreach gleader "),
                ("task -R real_par", "task -R real_parent"), ("task -R pid,se.vr", "task -R pid,se.vruntime"),
                ("tree -t rad", "tree -t radix "), ("dis -q", "dis -q"),
                ("bt nothing_like_this", "bt nothing_like_this"), ("p no_such_symbol.x", "p no_such_symbol.x"),
                ("btop 1; whati", "btop 1; whatis "), ("bt | grep no_such_fi", "bt | grep no_such_fi"), ("set scr", "set scroll ")]:
            with self.subTest(typed):
                self.complete(t, typed, line)

    def test_ambiguous(self):
        t = self.prompt(kernel=True)
        t.keys("bt\t")
        t.shows(PROMPT + "bt")
        t.keys("\t")
        t.until(lambda: "bt    btop" in t.screen.text(), "the two")
        t.shows(PROMPT + "bt")
        t.keys("\025whatis -\t\t")
        t.until(lambda: "-m  -o  -r" in t.screen.text(), "options")
        t.keys("\025p init_task.mm->pg\t\t")
        t.until(lambda: "pgd" in t.screen.text() and "pgtables_bytes" in t.screen.text(), "members")
        bells = t.screen.bells
        t.keys("\025p zzz_none\t")
        t.until(lambda: t.screen.bells > bells, "a bell")
        # too many to be shown without a question
        t.keys("\025p s\t\t")
        t.until(lambda: "possibilities? (y or n)" in t.screen.text(), "a question")
        t.keys("n")
        t.shows(PROMPT + "p s")
        t.keys("\t")
        t.until(lambda: t.screen.text().count("possibilities? (y or n)") == 2, "a question")
        t.keys("\003")
        t.shows(PROMPT)

    def test_files(self):
        t = self.prompt()
        for name in ("commands-here", "output one"):
            with open(f"{self.home}/{name}", "w", encoding="utf-8") as f:
                f.write("btop 1000\n")
        os.mkdir(f"{self.home}/folder-here")
        for typed, line in [("< comm", "< commands-here "), ("btop 1 > comm", "btop 1 > commands-here "),
                            ("btop < comm", "btop < commands-here "), ("!cat fold", "!cat folder-here/"),
                            ("btop 1 | tee -a comm", "btop 1 | tee -a commands-here "),
                            ("rd -r ./comm", "rd -r ./commands-here "), ("< ~/comm", "< ~/commands-here ")]:
            with self.subTest(typed):
                self.complete(t, typed, line)

    def test_modules_and_tasks(self):
        self.guest = Guest("amd64-module-kdump")
        self.form = os.path.basename(next(p for p in (f"{self.guest.folder}/{n}" for n in ("vmcore", "kdump-zlib", "kdump"))
                                          if os.path.exists(p)))
        t = self.prompt(kernel=True)
        for typed, line in [("mod -s inquest_t", "mod -s inquest_test "), ("ps inq-t", "ps inq-trigger "),
                            ("sym inquest_level_tw", "sym inquest_level_two")]:
            with self.subTest(typed):
                self.complete(t, typed, line)

    def test_speed(self):
        t = self.prompt(kernel=True)
        started = time.monotonic()
        self.complete(t, "struct task_struct.real_par", "struct task_struct.real_parent")
        first = time.monotonic() - started
        started = time.monotonic()
        self.complete(t, "p linux_proc_ban", "p linux_proc_banner")
        self.assertLess(first + time.monotonic() - started, 5, "generous: other programs run on this machine")


class History(OnTerminal):
    def path(self):
        return f"{self.home}/.local/state/inquest/history"

    def lines(self):
        with open(self.path(), encoding="utf-8") as f:
            return f.read().splitlines()

    def test_between_sessions(self):
        t = self.prompt()
        self.enter(t, "btop 1000")
        self.enter(t, "  btop 1000 ")  # again: once is enough
        u = self.prompt()
        self.enter(u, "btop 2000")
        self.enter(t, "btop 3000")
        for session in (t, u):
            session.keys("q\r")
            self.assertEqual(session.wait(), 0)
        self.assertEqual(self.lines(), ["btop 1000", "btop 2000", "btop 3000", "q", "q"])
        self.assertEqual(os.stat(self.path()).st_mode & 0o777, 0o600)
        t = self.prompt()
        t.keys(UP * 2)
        t.shows(PROMPT + "btop 3000")
        self.result(t, "3000: 3")
        self.assertIn("[1] btop 1000\r\n[2] btop 2000\r\n[3] btop 3000\r\n[4] q\r\n[5] btop 3000\r\n[6] h\r\n", self.enter(t, "h"))

    def test_state_folder(self):
        t = self.prompt(XDG_STATE_HOME=f"{self.home}/elsewhere")
        self.enter(t, "btop 1000")
        with open(f"{self.home}/elsewhere/inquest/history", encoding="utf-8") as f:
            self.assertEqual(f.read(), "btop 1000\n")

    def test_no_place_for_it(self):
        t = self.prompt(HOME="/proc/no/such/place")
        self.enter(t, "btop 1000")
        t.keys(UP)
        t.shows(PROMPT + "btop 1000")

    def test_bounded(self):
        os.makedirs(os.path.dirname(self.path()))
        with open(self.path(), "w", encoding="utf-8") as f:
            f.write("".join(f"btop {i}000\n" for i in range(5000)))
        t = self.prompt()
        t.keys(UP)
        t.shows(PROMPT + "btop 4999000")
        t.keys("\025")
        self.assertIn("[999] btop 4998000\r\n[1000] btop 4999000\r\n[1001] h 3\r\n", self.enter(t, "h 3"))
        self.assertEqual(len(self.lines()), 1001)

    def test_not_without_a_terminal(self):
        self.inquest("-c", "btop 1", stdin="btop 1\n", env={"HOME": self.home}, check=0)
        self.assertFalse(os.path.exists(self.path()))

    def test_recall_on_a_terminal(self):
        t = self.prompt()
        self.enter(t, "btop 1000")
        self.enter(t, "ptob 2")
        for typed, command, result in [("!1", "btop 1000", "1000: 1"), ("!!", "btop 1000", "1000: 1"),
                                       ("!pto", "ptob 2", "2: 2000"), ("r b", "btop 1000", "1000: 1"),
                                       ("!-2", "ptob 2", "2: 2000"), ("!2 | cat", "ptob 2 | cat", "2: 2000")]:
            with self.subTest(typed):
                self.assertIn(f"{command}\r\n{result}\r\n", self.enter(t, typed))
        t.keys(UP)
        t.shows(PROMPT + "ptob 2 | cat")


class Recall(Case):
    """The same words where nobody types."""

    def test_h(self):
        out = self.inquest(stdin="btop 1000\n\nptob 2\nh\nh 1\n", check=0).stdout
        self.assertEqual(out, "1000: 1\n2: 2000\n[1] btop 1000\n[2] ptob 2\n[3] h\n[4] h 1\n")
        document = json.loads(self.inquest("--json", "-c", "btop 1", "-c", "h", check=0).stdout.splitlines()[-1])
        self.assertEqual(document["history"], [{"number": 1, "command": "btop 1"}, {"number": 2, "command": "h"}])
        self.assertIn("not a number", self.failure("h x"))

    def test_r(self):
        out = self.inquest(stdin="btop 1000\nptob 2\nr 1\nr\nr pt\n!1\n!-1\n!!\nh\n", check=0).stdout
        self.assertEqual(out, "1000: 1\n2: 2000\n" + "1000: 1\n" * 2 + "2: 2000\n" + "1000: 1\n" * 3 +
                         "[1] btop 1000\n[2] ptob 2\n[3] btop 1000\n[4] ptob 2\n[5] btop 1000\n[6] h\n")
        documents = [json.loads(l) for l in self.inquest("--json", "-c", "btop 1000", "-c", "r b", check=0).stdout.splitlines()]
        self.assertEqual(documents[0], documents[1])

    def test_that_runs_itself(self):
        p = self.inquest("-c", "btop 1000; r", "-c", "btop 2000", check=1)
        self.assertIn("more than 10 deep", p.stderr)
        self.assertTrue(p.stdout.endswith("2000: 2\n"))

    def test_nothing_to_recall(self):
        for words in ("!!", "!7", "r", "r x", "r 9", "!-3"):
            with self.subTest(words):
                self.assertIn("no such command in the history", self.failure(words))


class Lines(Case):
    """Several commands on a line, and one command on several lines."""

    def test_semicolons(self):
        self.assertEqual(self.text("btop 1000; btop 2000;", "btop 3000 | cat; ptob 1"), "1000: 1\n2000: 2\n3000: 3\n1: 1000\n")
        self.assertEqual(self.text('!for i in 1 2; do echo $i; done', "btop 1 | sed 's/:/;/; s/0//'"), "1\n2\n1; \n")
        p = self.inquest("-c", "btop 1000; nonsense; btop 2000; q; btop 3000", check=1)
        self.assertEqual(p.stdout, "1000: 1\n2000: 2\n")
        documents = self.inquest("--json", "-c", "btop 1; ptob 2", check=0).stdout.splitlines()
        self.assertEqual([json.loads(d)["command"] for d in documents], ["btop 1", "ptob 2"])

    def test_alias_of_several(self):
        out = self.text('alias two "btop 1000; btop 2000 | tac"', "two", "two; btop 3000")
        self.assertTrue(out.endswith("1000: 1\n2000: 2\n1000: 1\n2000: 2\n3000: 3\n"), out)

    def test_comments(self):
        self.assertEqual(self.text("btop 1000 # why; btop 5000", "btop 2000 // why", "# btop 1", "// btop 1; btop 2"),
                         "1000: 1\n2000: 2\n")

    def test_continued(self):
        for text, out in [("btop \\\n1000\\\n0 2000\n", "10000: 10\n2000: 2\n"), ("btop (0x1000 +\n0x1000)\nbtop 3000\n", None),
                          ("btop 1000 | (cat;\ncat)\nbtop 2000", "1000: 1\n2000: 2\n"), ("btop 1000 \\\n", "1000: 1\n")]:
            with self.subTest(text):
                p = self.inquest(stdin=text)
                if out is None:
                    self.assertNotIn("not closed", p.stderr)
                    self.assertTrue(p.stdout.endswith("3000: 3\n"))
                else:
                    self.assertEqual(p.stdout, out)
                with tempfile.NamedTemporaryFile("w") as f:
                    f.write(text)
                    f.flush()
                    self.assertEqual(self.inquest("-i", f.name).stdout, p.stdout)

    def test_never_closed(self):
        text = "rd (1 + 2\n" + "".join(f"btop {i}000\n" for i in range(1, 50))
        p = self.inquest(stdin=text, check=1)
        self.assertIn("a ( is not closed", p.stderr)
        self.assertEqual(p.stdout.count("\n"), 49)
        self.assertEqual(self.inquest(stdin="rd (1\nbtop 1000\nbtop (\n", check=1).stdout, "1000: 1\n")


class MoreLines(OnTerminal):
    def test_start_up_file(self):
        with open(f"{self.home}/.inquestrc", "w", encoding="utf-8") as f:
            f.write("set edit vi\nset color on # whatever the environment says\nalias two btop \\\n  2000\n")
        t = self.prompt()
        t.keys("tow\0330lxp")
        t.shows(PROMPT + "two", len(PROMPT) + 2)
        self.result(t, "2000: 2")
        self.assertIn("1", t.screen.colours)
        self.assertIn("edit: vi", self.enter(t, "set edit"))
        self.enter(t, "set edit emacs; set color off")
        t.keys("ptob 3\001\005\b2")
        self.result(t, "2: 2000")

    def test_continued(self):
        t = self.prompt()
        t.keys("btop \\\r")
        t.shows("> ")
        t.keys("1000")
        self.result(t, "1000: 1")
        t.keys(UP)
        t.shows(PROMPT + "btop 1000")
        t.keys("\025eval (1 +\r")
        t.shows("> ")
        t.keys("2)")
        self.result(t, "     binary: 0000000000000000000000000000000000000000000000000000000000000011")
        t.keys("help \\\rwhati\t")
        t.shows("> whatis ")
        t.keys("\003")
        t.shows(PROMPT)
        t.keys('!echo "a\r')
        t.shows(PROMPT)


class Pager(OnTerminal):
    def pager(self):
        path = f"{self.home}/pager"
        with open(path, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\ncat\necho paged\n")
        os.chmod(path, 0o755)
        return path

    def test_only_what_is_long(self):
        t = self.prompt(CRASHPAGER=self.pager(), rows=10)
        self.enter(t, "set scroll on")
        self.assertNotIn("paged", self.enter(t, "btop 1 2 3 4 5 6 7 8 9"))
        self.assertIn("paged", self.enter(t, "btop 1 2 3 4 5 6 7 8 9 a"))
        t.resize(24, 80)
        self.assertNotIn("paged", self.enter(t, "btop 1 2 3 4 5 6 7 8 9 a"))
        self.assertIn("unknown command", self.enter(t, "nonsense"))
        self.assertNotIn("paged", self.enter(t, "help all | tail -1"))
        self.enter(t, "set scroll off")
        self.assertNotIn("paged", self.enter(t, "help all"))

    def test_order(self):
        """Messages stand where they belong among the results."""
        t = self.prompt()
        self.enter(t, "set scroll on")
        shown = self.enter(t, "btop 1000 zz 2000")
        self.assertLess(shown.index("1000: 1"), shown.index("btop: "))

    def test_left_early(self):
        t = self.prompt(CRASHPAGER="head -1", kernel=True)
        self.enter(t, "set scroll on")
        self.enter(t, "sym -l")
        self.enter(t, "btop 5000")
        self.assertEqual(t.screen.line(t.screen.row - 1), "5000: 5")

    def test_pipe_left_early(self):
        t = self.prompt(kernel=True)
        started = time.monotonic()
        self.enter(t, "sym -l | head -1")
        self.assertLess(time.monotonic() - started, 20)
        self.enter(t, "btop 5000")
        self.assertEqual(t.screen.line(t.screen.row - 1), "5000: 5")


class Ending(OnTerminal):
    def ends(self, t, within=5):
        """It ends soon, and did not spend the time in a busy loop."""
        started = time.monotonic()
        before = os.times()
        t.wait(within)
        after = os.times()
        self.assertLess(time.monotonic() - started, within)
        self.assertLess(after.children_user + after.children_system - before.children_user - before.children_system, within)

    def test_hang_up_at_the_prompt(self):
        for keys in ("", "btop 1000", "\022btop", "\026"):
            with self.subTest(keys):
                t = self.prompt()
                t.keys(keys)
                time.sleep(0.1)
                t.hang_up()
                self.ends(t)

    def test_hang_up_during_a_command(self):
        t = self.prompt()
        t.keys("repeat -1 btop 1000\r")
        t.until(lambda: "1000: 1" in t.screen.text())
        t.hang_up()
        self.ends(t)

    def test_hang_up_ignored(self):
        """As under nohup: nothing can be read any more."""
        t = Terminal(["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"', program(), "-s", "--minimal", self.guest.dump(self.form)],
                     {**os.environ, "HOME": self.home, "TERM": "xterm"})
        self.addCleanup(t.close)
        t.until(lambda: "inquest>" in t.screen.current())
        t.keys("btop 10")
        time.sleep(0.1)
        t.hang_up()
        self.ends(t)

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number):
                t = self.open(kernel=False)
                t.shows(PROMPT)
                t.keys("btop 1000")
                t.shows(PROMPT + "btop 1000")
                os.kill(t.pid, number)
                t.until(lambda t=t: not t.screen.pasting, "the end of bracketed paste")
                cooked = termios.ICANON | termios.ECHO
                t.until(lambda t=t, cooked=cooked: t.settings()[3] & cooked == cooked, "the terminal set back")
                self.assertEqual(t.wait(), -number)

    def test_stop_and_go_on(self):
        """Ctrl-Z: the shell gets the terminal back as it was, and fg draws the line again."""
        t = Terminal(["/bin/bash", "--norc", "--noediting", "-i"], {**os.environ, "HOME": self.home, "TERM": "xterm", "PS1": "$ ", "NO_COLOR": "1",
                                                     "BASH_SILENCE_DEPRECATION_WARNING": "1"})
        self.addCleanup(t.close)
        t.until(lambda: t.screen.current().endswith("$"))
        t.keys(f"{program()} -s --minimal {self.guest.dump(self.form)}\n")
        t.shows(PROMPT)
        t.keys("btop 10")
        t.shows(PROMPT + "btop 10")
        t.keys("\032")
        t.until(lambda: t.screen.current() == "$" and "Stopped" in t.screen.text(), "a stopped job")
        self.assertFalse(t.screen.pasting)
        t.keys("fg\n")
        t.until(lambda: t.screen.current() == PROMPT + "btop 10", "the line again")
        t.keys("00")
        self.result(t, "1000: 1")

    def test_standard_output_elsewhere(self):
        """No prompt, and no editing, when one of the two is no terminal."""
        p = subprocess.run([program(), "-s", "--minimal", self.guest.dump(self.form)], input="btop 1000\n", capture_output=True,
                           text=True, env={**os.environ, "HOME": self.home, "TERM": "xterm"}, timeout=60, check=False)
        self.assertEqual((p.stdout, p.stderr, p.returncode), ("1000: 1\n", "", 0))


if __name__ == "__main__":
    unittest.main()
