# SPDX-License-Identifier: GPL-2.0-or-later
"""What search finds in every dump of every guest, held to what the guest said. Mixed into told.Told."""
import unittest

COLUMNS = {"test_search_kernel": "search", "test_search_words": "search", "test_search_user": "search -u",
           "test_search_stacks": "search -t"}

MODULE_TEXT = "dead men tell tales"       # in the test module's data
PAGES_TEXT = "inquest: a string in vmalloc"  # across two of its pages
STACK_END_MAGIC = "57ac6e9d"              # include/uapi/linux/magic.h


def banner(truth):
    """What stands in front of "#" is the same in /proc/version and in memory."""
    return truth["facts"]["proc_version"].split("#")[0].rstrip()


def user_texts(truth):
    texts = truth["helper"]["strings"]
    return {n: texts[n] for n in texts if texts[n]["text"] and n != "numbers"}


def search_commands(truth):
    """Name of its own -> command; asked when the helper is the current task."""
    user = " ".join(f'"{t["text"]}"' for t in user_texts(truth).values())
    asked = {"search texts": f'search -k -c "{banner(truth)}" "{MODULE_TEXT}" "{PAGES_TEXT}"',
             "search user": f"search -u -c {user}", "search stacks": f"search -t -w {STACK_END_MAGIC}"}
    if "list" in truth["module_objects"]:
        asked["search list"] = f"search {truth['module_objects']['list'][2:]}"
    return asked


def found(matches):
    """What was looked for -> addresses where it is, in their order."""
    places = {}
    for m in matches:
        places.setdefault(m.get("what"), []).append(int(m["address"], 16))
    return places


class Search:
    def test_search_kernel(self):
        """The kernel's banner, a text of the test module, and one across pages that only vmalloc puts side by side."""
        matches = self.answer("search texts")["matches"]
        places = [int(m["address"], 16) for m in matches]
        self.assertEqual(places, sorted(set(places)))
        at = found(matches)
        (walk,) = self.answer("vtop linux_banner")["addresses"]
        self.assertIn(int(walk["virtual"], 16), at[banner(self.truth)])
        told = self.truth["module_objects"]
        if "sample" in told:
            sample = int(told["sample"], 16)
            self.assertTrue([a for a in at[MODULE_TEXT] if sample <= a < sample + 512], at)
        if "pages_text" in told:
            self.assertIn(int(told["pages_text"], 16), at[PAGES_TEXT])

    def test_search_words(self):
        """The head of the module's list is pointed to by its first and last item, and by nothing between them."""
        told = self.truth["module_objects"]
        if "list" not in told:
            raise unittest.SkipTest("the test module is not in this guest")
        matches = self.answer("search list")["matches"]
        self.assertEqual({m["value"] for m in matches}, {told["list"]})
        items = [int(told[f"list_item_{i}"], 16) for i in range(told["list_items"])]
        holders = [i for i, item in enumerate(items) for m in matches if item <= int(m["address"], 16) < item + 40]
        self.assertEqual(sorted(holders), [0, len(items) - 1])

    def test_search_user(self):
        """Each of the helper's texts, where it said that it is."""
        self.user_pages_missing()
        matches = self.answer("search user")["matches"]
        at = found(matches)
        for name, told in user_texts(self.truth).items():
            self.assertIn(int(told["address"], 16), at[told["text"]], name)
        for m in matches:
            self.assertTrue(m["text"].startswith(m["what"][:56]), m)

    def test_search_stacks(self):
        """Every task that has a stack has the word at its end."""
        tasks = self.answer("search stacks")["tasks"]
        gone = {t["pid"] for t in self.truth["tasks"] if t["state"] in "ZX"}
        told = {t["pid"] for t in self.truth["tasks"]} - gone
        self.assertEqual({t["pid"] for t in tasks} - {0} - gone, told)
        self.assertEqual(sum(t["pid"] == 0 for t in tasks), self.truth["facts"]["cpus"])
        for t in tasks:
            for m in t["matches"]:
                self.assertEqual(int(m["value"], 16), int(STACK_END_MAGIC, 16))
