#!/usr/bin/env python3
"""Do the tools of other people read what we write? usage: consumers_test.py BENCH SOURCE_FOLDER [unittest …]

Each test takes the real reader where it is installed, and says what is missing where it is not.
"""
import csv
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import unittest
import xml.etree.ElementTree

from support import RING, CliTest, config, main

PYTHON = "/usr/bin/python3"  # the one that Debian's python3-* packages are for
COMPARE = pathlib.Path("/usr/share/benchmark/compare.py")
SLOW = {**RING, "topology": "1x1", "transport": "shm_spsc_ring"}


def has_module(name):
    return subprocess.run([PYTHON, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


class Consumers(CliTest):
    def report(self, form, *arguments, content=None):
        """The file that a run writes as FORM, and the run's own JSON report."""
        name = self.write(content or config(SLOW, rounds=6))
        out = f"{len(self.files())}.{form}"
        self.ends(self.bench("--config", name, "--quiet", "--out", f"{form}:{out}", "--out", "report.json",
                             *arguments), "ok")
        return self.folder / out, json.loads((self.folder / "report.json").read_text())

    @unittest.skipUnless(COMPARE.exists(), "libbenchmark-tools is not installed")
    @unittest.skipUnless(has_module("scipy"), "python3-scipy is not installed")
    def test_compare_py_finds_an_injected_change_with_its_sign(self):
        work = ["--set", '/defaults/work={"producer_ns":0,"consumer_ns":100000}']
        fast, report = self.report("gbench")
        slow, _ = self.report("gbench", *work)
        for base, new, sign in ((fast, slow, 1), (slow, fast, -1)):
            subprocess.run([PYTHON, COMPARE, "-d", "diff.json", "benchmarks", base, new], cwd=self.folder,
                           check=True, capture_output=True, timeout=60)
            found = {one["name"]: one for one in json.loads((self.folder / "diff.json").read_text())}
            case = found[report["cases"][0]["id"]]
            self.assertEqual(len(case["measurements"]), 6)
            # The median: a busy machine may slow any single round.
            self.assertGreater(statistics.median(sign * one["time"] for one in case["measurements"]), 0.1)
            self.assertLessEqual(case["utest"]["time_pvalue"], 1)

    @unittest.skipUnless(COMPARE.exists() and has_module("scipy"),
                         "libbenchmark-tools or python3-scipy is not installed")
    def test_compare_py_finds_nothing_between_a_report_and_itself(self):
        base, _ = self.report("gbench")
        subprocess.run([PYTHON, COMPARE, "-d", "diff.json", "benchmarks", base, base], cwd=self.folder,
                       check=True, capture_output=True, timeout=60)
        for one in json.loads((self.folder / "diff.json").read_text()):
            self.assertTrue(all(measurement["time"] == 0 for measurement in one["measurements"]))

    def test_junit_counts_add_up(self):
        path, report = self.report("junit")
        root = xml.etree.ElementTree.parse(path).getroot()
        cases = root.findall("./testsuite/testcase")
        verdicts = [verdict["check"] for case in report["cases"] for verdict in case["verdicts"]]
        self.assertEqual([case.get("name") for case in cases], verdicts)
        self.assertEqual(root.get("tests"), str(len(verdicts)))
        self.assertEqual(root.get("failures"), "0")

    @unittest.skipUnless(has_module("junitparser"), "python3-junitparser is not installed")
    def test_junitparser_reads_what_run_and_compare_write(self):
        run, report = self.report("junit")
        name = self.folder / "report.json"
        self.bench("compare", str(name), str(name), "--out", "junit:compare.xml")
        count = ("import sys, junitparser; xml = junitparser.JUnitXml.fromfile(sys.argv[1]); "
                 "cases = [case for suite in xml for case in suite]; "
                 "print(len(cases), sum(not case.result for case in cases))")
        claims = self.bench("compare", str(name), str(name), "--format", "json").stdout
        claims = json.loads(claims)["comparisons"][0]["claims"]
        for path, wanted in ((run, len(report["cases"][0]["verdicts"])),
                             (self.folder / "compare.xml", len(claims))):
            done = subprocess.run([PYTHON, "-c", count, path], capture_output=True, text=True, check=True,
                                  timeout=60)
            tests, passed = map(int, done.stdout.split())
            self.assertEqual(tests, wanted, done.stdout)
            self.assertLessEqual(passed, tests)

    @unittest.skipUnless(shutil.which("jq"), "jq is not installed")
    def test_jq_reads_gha_and_bmf(self):
        for form, filter_text in (("gha", 'map(.name + .unit | length) | min'),
                                  ("bmf", '[.[] | .[] | .value] | min')):
            path, _ = self.report(form)
            done = subprocess.run(["jq", "-e", filter_text, path], capture_output=True, text=True, check=True,
                                  timeout=60)
            self.assertGreaterEqual(float(done.stdout), 0)

    def test_gha_and_bmf_hold_the_medians_of_the_report(self):
        path, report = self.report("gha")
        case = report["cases"][0]
        entries = {entry["name"]: entry["value"] for entry in json.loads(path.read_text())}
        rate = case["metrics"]["throughput_msgs_per_s"]["median"]
        self.assertAlmostEqual(entries[f"{case['id']} ns_per_msg"] * rate, 1e9, delta=1)
        path, report = self.report("bmf")
        measures = json.loads(path.read_text())[report["cases"][0]["id"]]
        for name, metric in report["cases"][0]["metrics"].items():
            self.assertEqual(measures[name]["value"], metric["median"])

    def test_csv_has_a_row_a_metric_and_as_many_fields_as_its_head(self):
        path, report = self.report("csv")
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        self.assertEqual(len(rows), len(report["cases"][0]["metrics"]))
        self.assertTrue(all(None not in row and None not in row.values() for row in rows))

    def test_hgrm_is_what_the_plotter_splits(self):
        path, _ = self.report("hgrm")
        points = []
        for line in path.read_text().splitlines()[1:]:  # as its plotFiles.html does
            fields = re.split(" +", line.strip())
            if line.strip() and not line.startswith("#") and fields[0] != "Value":
                points.append((float(fields[0]), float(fields[3]) if len(fields) > 3 else None))
        self.assertGreater(len(points), 3)
        self.assertEqual(points, sorted(points, key=lambda point: point[0]))
        self.assertTrue(all(inverse is None or inverse >= 1 for _, inverse in points))

    def test_markdown_is_a_table_and_github_lines_are_commands(self):
        path, _ = self.report("markdown")
        rows = [line for line in path.read_text().splitlines() if line.startswith("|")]
        self.assertEqual(len({line.replace("\\|", "").count("|") for line in rows}), 1)
        path, _ = self.report("github")
        for line in path.read_text().splitlines():
            self.assertRegex(line, r"^::(error|warning|notice) title=[^:,]+::.+$")


if __name__ == "__main__":
    main()
