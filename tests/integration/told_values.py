# SPDX-License-Identifier: GPL-2.0-or-later
"""p and struct on every dump with the test module: a structure of all kinds of members, and a per-CPU variable."""
import functools
import os
import unittest

from crashes import guest

COLUMNS = {"test_sample": "p", "test_module_percpu": "p", "test_formats": "p", "test_sample_members": "struct"}

# As tests/corpus/module/inquest_test.c sets them.
SAMPLE = {
    "small": -5, "low": 5, "middle": 300, "high": 654321, "negative": -1234567890123,
    "colour": "INQUEST_BLUE", "yes": True,
    "grid": [[1, 2, 3], [40, 50, 60]], "x": 7, "y": -7, "inner": [{"deep": 0x0123456789abcdef}, {"deep": 42}],
}
FORMATS = {
    "p/x inquest_test:inquest_sample.grid": "{{0x1, 0x2, 0x3}, {0x28, 0x32, 0x3c}}",
    "p/t inquest_test:inquest_sample.low": "101",
    "p/o inquest_test:inquest_sample.middle": "0454",
    "p/z inquest_test:inquest_sample.both.word": "0x11223344",
    "p/c inquest_test:inquest_sample.text[0]@4": "{100 'd', 101 'e', 97 'a', 100 'd'}",
    "p/u inquest_test:inquest_sample.small": "251",
}


@functools.lru_cache(maxsize=4)
def answers(name, form):
    module = os.path.join(guest(name).folder, "module", "debug", "inquest_test.ko")
    if not os.path.exists(module):
        raise unittest.SkipTest("no test module")
    asked = [f"mod -s inquest_test {module}", "p inquest_test:inquest_sample", "p inquest_counter:a",
             "struct inquest_sample.low,middle,high,inner[1].deep inquest_sample"]
    documents = guest(name).run(form, *asked, as_json=True).documents
    text = guest(name).run(form, asked[0], *FORMATS).text
    return dict(zip(asked, documents)), text


class Values:
    def told(self, command):
        document = answers(self.name, self.form)[0][command]
        self.assertTrue(document["ok"], document.get("errors"))
        return document

    def test_sample(self):
        value = self.told("p inquest_test:inquest_sample")["values"][0]["value"]
        self.assertEqual({n: value[n] for n in SAMPLE}, SAMPLE)
        self.assertEqual(value["both"]["word"], 0x11223344)
        self.assertEqual(value["text"].rstrip("\0"), "dead men tell tales")
        self.assertRegex(value["call"], r"^0x[0-9a-f]+ <inquest_command>$")

    def test_sample_members(self):
        found, = self.told("struct inquest_sample.low,middle,high,inner[1].deep inquest_sample")["structures"]
        self.assertEqual([m["value"] for m in found["members"]], [5, 300, 654321, 42])

    def test_module_percpu(self):
        values = self.told("p inquest_counter:a")["values"]
        self.assertEqual([(v["cpu"], v["value"]) for v in values],
                         [(cpu, 1000 + cpu) for cpu in range(self.truth["facts"]["cpus"])])

    def test_formats(self):
        text = answers(self.name, self.form)[1]
        lines = [line.split(" = ", 1)[1] for line in text.splitlines() if line.startswith("$")]
        self.assertEqual(lines, list(FORMATS.values()))
