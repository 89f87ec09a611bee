#!/usr/bin/env python3
"""Runs the short form of scripts/study, and compares its page with the reports it was made from.

usage: study_test.py BENCH SOURCE
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH, SOURCE = (pathlib.Path(one).resolve() for one in sys.argv[1:3])
sys.path.insert(0, str(SOURCE / "scripts"))
from plots import documents  # noqa: E402  found by the line above


class Study(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pcbench-study-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.result = subprocess.run(
            [SOURCE / "scripts" / "study", "--short", "--no-plots", "--bench", BENCH, "--out", cls.folder],
            text=True, capture_output=True, timeout=500)

    def report(self, name):
        return documents.read(self.folder / f"{name}.json.gz")[1]

    def test_it_writes_reports_and_pages(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        self.assertEqual(len(list(self.folder.glob("*.json.gz"))), 11)
        self.assertIn("<!DOCTYPE html>", (self.folder / "study.html").read_text()[:100])

    def test_each_number_is_that_of_a_report(self):
        page = (self.folder / "README.md").read_text()
        for name in ("nto1", "nton_wide", "verification", "sweep_payload"):
            for case in self.report(name)["cases"]:
                if documents.metric(case) and case["params"]["stop"] == "pill":
                    self.assertIn(documents.si(documents.metric(case)["median"]), page, case["id"])
        for case in self.report("tutorial_bugs")["cases"]:
            self.assertIn(f"`{case['params']['stop']}` | {case['outcome']}", page)

    def test_the_page_says_where_it_was_measured(self):
        page, report = (self.folder / "README.md").read_text(), self.report("1to1")
        for words in (report["tool"]["git_commit"], report["environment"]["kernel"], report["started_at"]):
            self.assertIn(words, page)

    def test_a_folder_without_reports_is_refused(self):
        command = [sys.executable, SOURCE / "scripts" / "study_page.py", SOURCE / "docs"]
        result = subprocess.run(command, text=True, capture_output=True, timeout=60)
        self.assertEqual(result.returncode, 2)
        self.assertIn("1to1.json.gz: No such file", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
