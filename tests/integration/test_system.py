# SPDX-License-Identifier: GPL-2.0-or-later
"""sys, log, mod, sym: the guests' own words, crash's shapes, and the same values as JSON."""
import calendar
import json
import os
import re
import time
import unittest

from crashes import guest
from inquest import run

MODULE_ROW = re.compile(r"([0-9a-f]{16})  (\S+) +([0-9a-f]{16})  +(\d+)  (\S.*)")
STAMP = r"\[ *\d+\.\d{6}\] "
DATE = r"\[(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d UTC \d{4}\] "


class Commands(unittest.TestCase):
    name, form = "amd64-kdump", "d31-zlib"

    @classmethod
    def setUpClass(cls):
        cls.g = guest(cls.name)

    @property
    def truth(self):
        return self.g.truth

    def text(self, command):
        return self.g.text(self.form, command)

    def json(self, command):
        return self.g.json(self.form, command)

    def refused(self, command, why):
        """Status 1, nothing on standard output but what may be an empty document, the same message in both views."""
        answer = self.g.run(self.form, command)
        self.assertEqual((answer.status, answer.text), (1, ""), command)
        self.assertIn(why, answer.messages)
        document = self.g.run(self.form, command, as_json=True).documents[0]
        self.assertFalse(document["ok"])
        self.assertIn(why, " ".join(document["errors"]))


class Sys(Commands):
    def test_text(self):
        facts = self.truth["facts"]
        text, d = self.text("sys"), self.json("sys")
        self.assertRegex(text, r"\A" + rf"""      KERNEL: {re.escape(self.g.vmlinux)}
    DUMPFILE: {re.escape(self.g.dump(self.form))}  \[PARTIAL DUMP\]
        CPUS: {facts['cpus']}
        DATE: {DATE[2:-3]}
      UPTIME: \d\d:\d\d:\d\d
LOAD AVERAGE: \d+\.\d\d, \d+\.\d\d, \d+\.\d\d
       TASKS: {len(self.truth['tasks']) + facts['cpus']}
    NODENAME: {facts['nodename']}
     RELEASE: {re.escape(facts['release'])}
     VERSION: {re.escape(facts['kernel_version'])}
     MACHINE: x86_64  \(\d+ Mhz\)
      MEMORY: [\d.]+ [MG]B
       PANIC: "{re.escape(self.truth['panic']['panic'])}"
""" + r"\Z")
        shown = dict(re.match(r" *([A-Z ]+): (.*)", l).groups() for l in text.splitlines())
        for label, key in [("DATE", "date"), ("UPTIME", "uptime"), ("LOAD AVERAGE", "load_average"), ("MEMORY", "memory"),
                           ("NODENAME", "nodename"), ("RELEASE", "release"), ("VERSION", "version")]:
            self.assertEqual(shown[label], d[key])
        self.assertEqual((shown["CPUS"], shown["TASKS"]), (str(d["cpus"]), str(d["tasks"])))
        self.assertEqual(shown["MACHINE"], f"{d['machine']}  ({d['mhz']} Mhz)")
        self.assertEqual(shown["PANIC"], f'"{d["panic"]}"')
        self.assertEqual(d["dumpfiles"], [self.g.dump(self.form)])

    def test_date(self):
        d = self.json("sys")
        told = time.strptime(d["date"].replace("UTC ", ""), "%a %b %d %H:%M:%S %Y")
        self.assertEqual(calendar.timegm(told), d["timestamp"])

    def test_mhz(self):
        shown = next(l for l in self.truth["raw"]["cpuinfo"] if l.startswith("cpu MHz"))
        self.assertLessEqual(abs(self.json("sys")["mhz"] - float(shown.split(":")[1])), 2)

    def test_other_flags(self):
        self.assertIn("[TAINTED]\n", guest("amd64-module-kdump").text("d31-zlib", "sys"))
        g = guest("amd64-kdump")
        files = [g.folder + "/" + p for p in g.truth["dumps"]["d31-split"]]
        self.assertIn(f"   DUMPFILES: {files[0]}\n              {files[1]}\n              {files[2]}  [PARTIAL DUMP]\n",
                      g.text("d31-split", "sys"))
        self.assertRegex(guest("amd64-sysrq").text("elf", "sys"), r"(?m)^    DUMPFILE: \S+/elf$")

    def test_taint(self):
        self.assertEqual(self.text("sys -t"), "TAINTED_MASK: 0\n")
        self.assertEqual(self.json("sys -t")["mask"], "0x0")
        self.assertEqual(guest("amd64-module").text("elf", "sys -t"), "TAINTED_MASK: 3080  DOE\n")
        self.assertEqual(guest("amd64-module").json("elf", "sys -t")["letters"], "DOE")

    def test_dmi(self):
        text, rows = self.text("sys -i"), self.json("sys -i")["dmi"]
        self.assertEqual(text, "".join(f"{r['key']:>25}: {r['value']}\n" for r in rows))
        told = self.truth["dmi"]
        self.assertIn(f"          DMI_BIOS_VENDOR: {told['bios_vendor']}\n", text)
        self.assertIn(f"         DMI_PRODUCT_NAME: {told['product_name']}\n", text)

    def test_calls(self):
        rows = self.json("sys -c")["syscalls"]
        numbers = [r["number"] for r in rows]
        self.assertEqual(numbers, sorted(set(numbers)), "a number without a call has no row")
        self.assertGreater(len(numbers), 340)
        names = {r["number"]: r["name"] for r in rows}
        # from arch/x86/entry/syscalls/syscall_64.tbl
        for number, name in {0: "read", 1: "write", 2: "open", 59: "execve", 231: "exit_group", 450: "set_mempolicy_home_node"}.items():
            self.assertEqual(names[number], f"__x64_sys_{name}")
        lines = self.text("sys -c").splitlines()
        self.assertEqual(lines[0], "NUM  SYSTEM CALL                FILE AND LINE NUMBER")
        self.assertEqual(len(lines), len(rows) + 1)
        for line, r in zip(lines[1:], rows):
            place = f" {r['file']}: {r['line']}" if "file" in r else ""
            self.assertEqual(line, f"{r['number']:>3}  {r['name']:<26}{place}")
        self.assertTrue(rows[1]["file"].endswith("/fs/read_write.c"))

    def test_some_calls(self):
        (row,) = self.json("sys -c 3")["syscalls"]
        self.assertEqual((row["number"], row["name"]), (3, "__x64_sys_close"))
        self.assertEqual(len(self.text("sys -c 3").splitlines()), 2)
        self.assertTrue(all("clock" in r["name"] for r in self.json("sys -c clock")["syscalls"]))
        answer = self.g.run(self.form, "sys -c no_such_call")
        self.assertEqual(answer.status, 1)
        self.assertIn("no_such_call: no such system call", answer.messages)

    def test_config(self):
        """Debian keeps its configuration in a file, so the kernel has none to show, and that is said."""
        self.refused("sys config", "kernel_config_data does not exist in this kernel")

    def test_errors(self):
        self.refused("sys -z", "Usage: sys")
        self.refused("sys nonsense", "Usage: sys")
        self.refused("sys -panic", "cannot be made to panic")


class Log(Commands):
    def lines(self, option=""):
        return self.text(f"log {option}".strip()).splitlines()

    def test_default(self):
        """Line by line as the guest's dmesg; further lines of a record stand under its first."""
        told = [(f"[{float(r['time']):12.6f}] ", r["text"]) for r in self.truth["dmesg"]]
        for line, (stamp, text) in zip(self.lines(), told):
            self.assertIn(line, (stamp + text, " " * len(stamp) + text))
        self.assertGreater(len(self.lines()), len(told))

    def test_json(self):
        records = self.json("log")["records"]
        flat = [f"[{r['time']}] {r['text']}" for r in records if "\n" not in r["text"]]
        self.assertLessEqual(set(flat), set(self.lines()))
        for r in records:
            self.assertEqual(r["time"].strip(), f"{r['nanoseconds'] // 1000 / 1e6:.6f}")

    def test_without_times(self):
        plain, full = self.lines("-t"), self.lines()
        self.assertEqual(len(plain), len(full))
        for a, b in zip(plain, full):
            self.assertEqual(a, re.sub(rf"^({STAMP}| {{15}})", "", b))

    def test_levels(self):
        for line, r in zip(self.lines("-m"), self.truth["dmesg"]):
            self.assertTrue(line.endswith(r["text"]))
            if re.match(STAMP, line):
                self.assertEqual(line, f"[{float(r['time']):12.6f}] <{r['level']:x}>{r['text']}")

    def test_callers(self):
        lines, records = self.lines("-c"), self.json("log")["records"]
        starts = [l for l in lines if re.match(STAMP, l)]
        self.assertEqual(starts, [f"[{r['time']}] [{r['caller']:>6}] " + r["text"].split("\n")[0] for r in records])
        trigger = self.truth["facts"]["trigger"]
        self.assertEqual(records[-1]["caller"], f"T{trigger}")

    def test_dates(self):
        boot = self.json("sys")["timestamp"]
        lines = self.lines("-T")
        for line, plain in zip(lines, self.lines("-t")):
            self.assertTrue(re.fullmatch(rf"({DATE}| +){re.escape(plain)}", line), line)
        self.assertEqual(len({len(re.match(DATE, l)[0]) for l in lines if re.match(DATE, l)}), 1)
        self.assertIn(self.json("sys")["date"][:16], lines[-1])
        self.assertGreater(boot, self.truth["facts"]["btime"])
        self.assertTrue(self.json("log -T")["records"][0]["date"].endswith(lines[0].split("]")[0][-4:]))

    def test_dictionaries(self):
        lines = self.lines("-d")
        extra = [l for l in lines if re.match(r" {15}(SUBSYSTEM|DEVICE)=", l)]
        self.assertGreater(len(extra), 10)
        self.assertEqual([l for l in lines if not re.match(r" {15}(SUBSYSTEM|DEVICE)=", l)], self.lines())
        told = [r["dict"] for r in self.json("log -d")["records"] if "dict" in r]
        self.assertEqual("\n".join(told).split("\n"), [l.strip() for l in extra])

    def test_together(self):
        self.assertRegex(self.lines("-tm")[0], r"^<5>Linux version ")
        self.assertRegex(self.lines("-m -c")[0], rf"^{STAMP}\[    T0\] <5>Linux version ")
        self.assertRegex(self.lines("-Tcm")[0], rf"^{DATE}\[    T0\] <5>Linux version ")

    def test_rust(self):
        """No name of Rust is in this log: -R changes nothing."""
        self.assertEqual(self.lines("-R"), self.lines())

    def test_audit(self):
        answer = self.g.run(self.form, "log -a", as_json=True)
        self.assertEqual((answer.status, answer.documents[0]["audit"]), (0, []))
        self.assertIn("the audit queues are empty", answer.messages)

    def test_safe(self):
        self.refused("log -s", "no printk_safe buffers")

    def test_alias(self):
        self.assertEqual(self.text("dmesg"), self.text("log"))

    def test_errors(self):
        self.refused("log -z", "Usage: log")
        self.refused("log nonsense", "Usage: log")

    def test_before_any_session(self):
        """--log needs no vmlinux: every format that carries its VMCOREINFO, or has it in memory."""
        want = self.text("log")
        for form in self.truth["dumps"]:
            with self.subTest(form=form):
                paths = [os.path.join(self.g.folder, p) for p in self.truth["dumps"][form]]
                self.assertEqual(run("--log", *paths, check=0).stdout, want)
                self.assertEqual(run("--osrelease", *paths, check=0).stdout, self.truth["facts"]["release"] + "\n")

    def test_without_note(self):
        """A dump without VMCOREINFO note: it is found in memory."""
        g = guest("amd64-sysrq-nonote")
        for form in "elf", "kdump-zlib":
            with self.subTest(form=form):
                self.assertEqual(run("--osrelease", g.dump(form), check=0).stdout, g.truth["facts"]["release"] + "\n")
                self.assertRegex(run("--build-id", g.dump(form), check=0).stdout, r"^[0-9a-f]{40}\n$")
                self.assertEqual(run("--log", g.dump(form), check=0).stdout, g.text(form, "log"))


class Mod(Commands):
    name, form = "amd64-module-kdump", "d31-zlib"

    def rows(self, text):
        lines = text.splitlines()
        found = [MODULE_ROW.fullmatch(l) for l in lines[1:]]
        self.assertTrue(all(found), text)
        self.assertRegex(lines[0], r"^     MODULE       NAME +BASE +SIZE  OBJECT FILE$")
        # the columns of the heading: BASE is centred over 16 digits, SIZE ends where sizes end
        m = found[0]
        self.assertEqual(lines[0].index("NAME"), m.start(2))
        self.assertEqual(lines[0].index("BASE"), m.start(3) + 6)
        self.assertEqual(lines[0].index("SIZE") + 4, m.end(4))
        self.assertEqual(lines[0].index("OBJECT FILE"), m.start(5))
        return [m.groups() for m in found]

    def run_all(self, *commands, options=("-s",), status=0):
        answer = self.g.run(self.form, *commands, options=options)
        self.assertEqual(answer.status, status, answer.messages)
        return answer.text

    @property
    def debug(self):
        return f"{self.g.folder}/module/debug/inquest_test.ko"

    def test_list(self):
        rows, modules = self.rows(self.text("mod")), self.json("mod")["modules"]
        self.assertEqual(rows, [(m["address"][2:], m["name"], m["base"][2:], str(m["size"]),
                                 "(not loaded)  [CONFIG_KALLSYMS]") for m in modules])
        bases = [int(m["base"], 16) for m in modules]
        self.assertEqual(bases, sorted(bases))

    def test_tainting(self):
        self.assertEqual(self.text("mod -t"), "NAME          TAINTS\ninquest_test  OE\n")
        self.assertEqual(self.json("mod -t")["modules"], [{"name": "inquest_test", "taints": "OE"}])
        self.assertEqual(guest("amd64-kdump").text("d31-zlib", "mod -t"), "no tainted modules\n")

    def test_load_and_forget(self):
        """-s adds types and lines, -d and -D take them away again."""
        look = "whatis struct inquest_item"
        text = self.run_all(f"mod -s inquest_test {self.debug}", "mod")
        once = [r for r in self.rows(text[:text.index("\n", text.index(self.debug)) + 1])]
        self.assertEqual([(r[1], r[4]) for r in once], [("inquest_test", self.debug)])
        listed = {r[1]: r[4] for r in self.rows(text[text.rindex("     MODULE"):])}
        self.assertEqual(listed["inquest_test"], self.debug)
        self.assertEqual(set(listed.values()), {self.debug, "(not loaded)  [CONFIG_KALLSYMS]"})
        for forget in "mod -d inquest_test", "mod -D":
            text = self.run_all(f"mod -s inquest_test {self.debug}", forget, "mod")
            listed = {r[1]: r[4] for r in self.rows(text[text.rindex("     MODULE"):])}
            self.assertEqual(set(listed.values()), {"(not loaded)  [CONFIG_KALLSYMS]"})
        documents = self.g.run(self.form, f"mod -s inquest_test {self.debug}", "mod", look, as_json=True).documents
        (loaded,) = [m for m in documents[1]["modules"] if m["name"] == "inquest_test"]
        self.assertEqual(loaded["object_file"], self.debug)

    def test_load_all(self):
        folder = f"{self.g.folder}/kernel/usr/lib/debug/lib/modules"
        answer = self.g.run(self.form, f"mod -S {folder}", "sym virtqueue_add_sgs")
        self.assertEqual(answer.status, 0, answer.messages)
        self.assertIn("module inquest_test: no file of module inquest_test", answer.messages)
        listed = {r[1]: r[4] for r in self.rows(answer.text[:answer.text.rindex("ffffffff")])}
        for name, path in listed.items():
            if name != "inquest_test":
                self.assertTrue(path.startswith(folder) and path.endswith(f"/{name}.ko"), path)
        self.assertRegex(answer.text.splitlines()[-1],
                         r"^[0-9a-f]{16} \([tT]\) virtqueue_add_sgs \[virtio_ring\] \S*drivers/virtio/virtio_ring\.c: \d+$")

    def test_wrong_file(self):
        """A module's file of another build, or no module at all, is refused."""
        other = f"{self.g.folder}/kernel/usr/lib/debug/lib/modules/{self.truth['facts']['release']}/kernel/fs/fuse/fuse.ko"
        for path in other, self.g.vmlinux, "/etc/passwd", "/no/such/file":
            with self.subTest(path):
                self.refused(f"mod -s inquest_test {path}", path)

    def test_errors(self):
        self.refused("mod -s", "Usage: mod")
        self.refused("mod -s nosuch", "nosuch: no such module is loaded")
        self.refused("mod -d nosuch", "nosuch: no such module is loaded")
        self.refused("mod -z", "Usage: mod")
        self.refused("mod inquest_test", "Usage: mod")

    def test_alias(self):
        self.assertEqual(self.text("lsmod"), self.text("mod"))


class Sym(Commands):
    def test_addresses(self):
        """What /proc/kallsyms told, by name and by address."""
        told = self.truth["symbols"]
        names = [n for n in told if " " not in n and n not in ("runqueues",)]
        found = self.g.run(self.form, *[f"sym {n}" for n in names], as_json=True)
        self.assertEqual(found.status, 0, found.messages)
        for name, document in zip(names, found.documents):
            rows = [(r["address"], r["type"].lower()) for r in document["symbols"] if r["name"] == name]
            self.assertIn((told[name]["address"], told[name]["type"].lower()), rows, name)
        names.remove("_end")  # the first address that is not the kernel's: nothing lies there
        found = self.g.run(self.form, *[f"sym {told[n]['address']}" for n in names], as_json=True)
        for name, document in zip(names, found.documents):
            (row,) = document["symbols"]
            # another symbol may have the same address
            self.assertEqual((row["address"], row.get("offset", 0)), (told[name]["address"], 0))

    def test_module_symbols(self):
        told = {n: s for n, s in self.truth["symbols"].items() if " [" in n}
        self.assertTrue(told)
        for label, s in told.items():
            name, module = re.match(r"(\S+) \[(\S+)\]", label).groups()
            self.assertEqual(self.text(f"sym {name}"), f"{s['address'][2:]} ({s['type']}) {name} [{module}]\n")
            (row,) = self.json(f"sym {name}")["symbols"]
            self.assertEqual((row["module"], row["address"]), (module, s["address"]))

    def test_text(self):
        at = int(self.truth["symbols"]["vfs_write"]["address"], 16)
        place = r"\S*fs/read_write\.c: 565"
        self.assertRegex(self.text("sym vfs_write"), rf"^{at:016x} \(T\) vfs_write {place}\n$")
        self.assertRegex(self.text(f"sym {at + 5:x}"), rf"^{at + 5:016x} \(T\) vfs_write\+5 \S*fs/read_write\.c: \d+\n$")
        self.assertEqual(self.text("sym linux_banner"), f"{self.truth['symbols']['linux_banner']['address'][2:]} (D) linux_banner\n")
        (row,) = self.json("sym vfs_write+5")["symbols"]
        self.assertEqual((row["name"], row["offset"], int(row["address"], 16)), ("vfs_write", 5, at + 5))
        (row,) = self.json("sym vfs_write")["symbols"]
        self.assertTrue(row["file"].endswith("fs/read_write.c"))
        self.assertEqual(row["line"], 565)

    def test_neighbours(self):
        for option, names in ("-p", ["kernel_write", "vfs_write"]), ("-n", ["vfs_write", "ksys_read"]):
            rows = self.json(f"sym {option} vfs_write")["symbols"]
            self.assertEqual([r["name"] for r in rows], names)
            self.assertEqual([re.match(r"[0-9a-f]{16} \(T\) (\S+) \S+: \d+$", l)[1]
                              for l in self.text(f"sym {option} vfs_write").splitlines()], names)
        self.assertEqual([r["name"] for r in self.json("sym -p -n vfs_write")["symbols"]],
                         ["kernel_write", "vfs_write", "ksys_read"])

    def test_query(self):
        text = self.text("sym -q tty_fops")
        self.assertRegex(text, r"^[0-9a-f]{16} \(d\) hung_up_tty_fops\n[0-9a-f]{16} \(d\) tty_fops\n$")
        self.assertEqual([r["name"] for r in self.json("sym -q tty_fops")["symbols"]], ["hung_up_tty_fops", "tty_fops"])
        self.assertEqual({r["module"] for r in self.json("sym -q virtqueue_add_sgs")["symbols"] if "module" in r}, {"virtio_ring"})

    def test_list(self):
        """-l lists all, -m one module, -M all modules, each between its edges."""
        module = next(m for m in self.truth["modules"] if m["name"] == "loop")
        start, end = int(module["address"], 16), int(module["address"], 16) + module["size"]
        lines = self.text("sym -m loop").splitlines()
        self.assertEqual(lines[0], f"{start:016x} MODULE START: loop")
        self.assertEqual(lines[-1], f"{end:016x} MODULE END: loop")
        for line in lines[1:-1]:
            self.assertRegex(line, r"^[0-9a-f]{16} \([a-zA-Z]\) \S+ \[loop\]$")
            self.assertTrue(start <= int(line.split()[0], 16) < end)
        rows = self.json("sym -m loop")["symbols"]
        self.assertEqual([r["address"][2:] for r in rows], [l.split()[0] for l in lines])
        modules = self.text("sym -M")
        self.assertIn("\n".join(lines) + "\n", modules)
        self.assertEqual({l.split()[-1] for l in modules.splitlines() if " MODULE START: " in l},
                         {m["name"] for m in self.truth["modules"]})
        everything = self.text("sym -l")
        self.assertTrue(everything.endswith(modules))
        addresses = [int(l.split()[0], 16) for l in everything[:-len(modules)].splitlines()]
        self.assertEqual(addresses, sorted(addresses))
        self.assertGreater(len(addresses), 50000)

    def test_several(self):
        self.assertEqual(len(self.text("sym vfs_write linux_banner").splitlines()), 2)
        answer = self.g.run(self.form, "sym vfs_write no_such_symbol linux_banner")
        self.assertEqual((answer.status, len(answer.text.splitlines())), (1, 2))

    def test_errors(self):
        for command, why in [("sym", "Usage: sym"), ("sym -z", "Usage: sym"), ("sym no_such_symbol", "symbol not found: no_such_symbol"),
                             ("sym -m nosuch", "no such module is loaded"), ("sym -q no_such_part", "no symbol contains this"),
                             ("sym fffffffffffffff0", "no symbol")]:
            with self.subTest(command):
                answer = self.g.run(self.form, command)
                self.assertEqual((answer.status, answer.text), (1, ""))
                self.assertIn(why, answer.messages)


class WithoutKernelFile(unittest.TestCase):
    """--minimal: what needs no types works without vmlinux; the rest says what is missing."""

    def test_minimal(self):
        g = guest("amd64-kdump")
        p = run("--minimal", "-s", g.dump("d31-zlib"), "-c", "log", "-c", "eval 1 + 1", check=0)
        self.assertTrue(p.stdout.startswith(g.text("d31-zlib", "log")))
        at = g.truth["symbols"]["linux_banner"]["address"][2:]
        p = run("--minimal", "-s", g.dump("d31-zlib"), "-c", f"rd -a {at} 13", check=0)
        self.assertEqual(p.stdout, f"{at}:  Linux version\n")
        for command in "ps", "bt", "mod", "sys -t", "task", "log -a":
            with self.subTest(command):
                p = run("--minimal", "-s", g.dump("d31-zlib"), "-c", command, "-c", "eval 5")
                self.assertEqual(p.returncode, 1, p.stdout)
                self.assertIn("minimal", p.stderr)
                self.assertIn("decimal: 5", p.stdout)

    def test_minimal_json(self):
        g = guest("amd64-kdump")
        p = run("--minimal", "--json", g.dump("d31-zlib"), "-c", "sys", "-c", "log", check=0)
        sys, log = (json.loads(l) for l in p.stdout.splitlines())
        self.assertEqual(sys["release"], g.truth["facts"]["release"])
        self.assertEqual(log["records"], g.json("d31-zlib", "log")["records"])


if __name__ == "__main__":
    unittest.main()
