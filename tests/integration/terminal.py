# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on a terminal: keys are typed one by one, and what it writes is drawn on a small screen."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


class Screen:
    """As much of an ECMA-48 terminal as an editor of lines needs. What is drawn but not known fails the test."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.wrap = False      # at the right margin: the next character goes to the next line
        self.pasting = False   # bracketed paste is asked for
        self.colours = set()
        self.pending = b""
        self.bells = 0

    def resize(self, rows, columns):
        self.lines = [(line + [" "] * columns)[:columns] for line in (self.lines + [[] for _ in range(rows)])[:rows]]
        self.rows, self.columns = rows, columns
        self.row, self.column = min(self.row, rows - 1), min(self.column, columns - 1)
        self.wrap = False

    def line(self, row):
        return "".join(self.lines[row]).rstrip()

    def current(self):
        return self.line(self.row)

    def text(self):
        return "\n".join(self.line(r) for r in range(self.rows)).rstrip()

    def down(self):
        if self.row == self.rows - 1:
            self.lines = self.lines[1:] + [[" "] * self.columns]
        else:
            self.row += 1

    def put(self, c):
        if self.wrap:
            self.down()
            self.column = 0
            self.wrap = False
        self.lines[self.row][self.column] = c
        if self.column == self.columns - 1:
            self.wrap = True
        else:
            self.column += 1

    def control(self, c):
        self.wrap = self.wrap and c == "\a"
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self.down()
        elif c == "\b":
            self.column = max(self.column - 1, 0)
        elif c == "\t":
            self.column = min((self.column // 8 + 1) * 8, self.columns - 1)
        elif c == "\a":
            self.bells += 1
        else:
            raise AssertionError(f"control character {c!r}")

    def sequence(self, parameters, final):
        number = int(parameters) if parameters.isdigit() else 1
        line = self.lines[self.row]
        self.wrap = self.wrap and final in "mhl"
        if final == "A":
            self.row = max(self.row - number, 0)
        elif final == "C":
            self.column = min(self.column + number, self.columns - 1)
        elif final == "K" and not parameters:
            line[self.column:] = [" "] * (self.columns - self.column)
        elif final == "P":
            line[self.column:] = line[self.column + number:] + [" "] * min(number, self.columns - self.column)
        elif final == "@":
            line[self.column:] = ([" "] * number + line[self.column:])[:self.columns - self.column]
        elif final == "H" and not parameters:
            self.row = self.column = 0
        elif final == "J" and parameters in ("", "2", "3"):
            for r in range(self.row + 1 if not parameters else 0, self.rows):
                self.lines[r] = [" "] * self.columns
            if not parameters:
                line[self.column:] = [" "] * (self.columns - self.column)
        elif final == "m":
            self.colours.add(parameters)
        elif final in "hl" and parameters == "?2004":
            self.pasting = final == "h"
        else:
            raise AssertionError(f"escape sequence {parameters!r}{final}")

    def draw(self, data):
        data = self.pending + data
        self.pending = b""
        try:
            text = data.decode()
        except UnicodeDecodeError as e:
            if e.reason != "unexpected end of data":
                raise
            self.pending = data[e.start:]
            text = data[:e.start].decode()
        at = 0
        while at < len(text):
            c = text[at]
            if c == "\033":
                m = re.compile(r"\033\[([0-9;?]*)([A-Za-z@])").match(text, at)
                if not m:
                    self.pending = text[at:].encode() + self.pending
                    return
                self.sequence(*m.groups())
                at = m.end()
                continue
            if c < " ":
                self.control(c)
            else:
                self.put(c)
            at += 1


class Terminal:
    """A program that has a terminal of its own."""

    def __init__(self, argv, env, rows=24, columns=80, cwd=None):
        self.screen = Screen(rows, columns)
        self.log = b""
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                if cwd:
                    os.chdir(cwd)
                # the size is there before the program looks
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.execve(argv[0], argv, env)
            finally:
                os._exit(127)

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, timeout):
        """Draw what comes; False when nothing came."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.log += data
        self.screen.draw(data)
        return bool(data)

    def until(self, condition, what="", timeout=20):
        end = time.monotonic() + timeout
        while not condition():
            if not self.read(0.5) and (time.monotonic() > end or self.ended()):
                if condition():  # it ended since that was asked
                    break
                raise AssertionError(f"{what or 'what was waited for'} did not come; the screen:\n{self.screen.text()}\n"
                                     f"the end of the log: {self.log[-300:]!r}")
        return self.screen

    def keys(self, text):
        os.write(self.fd, text if isinstance(text, bytes) else text.encode())

    def shows(self, line, column=None, timeout=20):
        """Wait until the cursor's line is @line, and the cursor in @column (default: behind it)."""
        s = self.screen
        where = len(line) if column is None else column
        self.until(lambda: s.current() == line.rstrip() and s.column + s.wrap == where, f"{line!r} with the cursor at {where}", timeout)

    def settings(self):
        """The terminal's modes: what a program must leave as it was."""
        return termios.tcgetattr(self.fd)[:4]

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait(self, timeout=20):
        """Its exit status, once it ends."""
        end = time.monotonic() + timeout
        while not self.ended():
            if time.monotonic() > end:
                raise AssertionError(f"it does not end; the screen:\n{self.screen.text()}")
            if self.fd < 0 or not self.read(0.05):
                time.sleep(0.02)
        while self.fd >= 0 and self.read(0):
            pass
        return self.status

    def hang_up(self):
        os.close(self.fd)
        self.fd = -1

    def close(self):
        if self.fd >= 0:
            self.hang_up()
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
