#!/usr/bin/env python3
"""Are the rows of scripts/limits of cases that its config has, and its ratios of rounds that can be compared?

usage: limits_test.py BENCH SOURCE
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH, SOURCE = (pathlib.Path(one).resolve() for one in sys.argv[1:3])
sys.path.insert(0, str(SOURCE / "scripts"))
import limits_table  # noqa: E402  found by the line above


def case_of(rounds):
    """A case whose rounds, (class, messages in a second), are those."""
    return {"rounds": [{"index": i, "end": "completed", "received": rate, "elapsed_ns": 10**9,
                        "placement": {"class": kind}} for i, (kind, rate) in enumerate(rounds)]}


class Limits(unittest.TestCase):
    def test_each_row_is_of_two_cases_of_the_config(self):
        with tempfile.TemporaryDirectory(prefix="pcbench-limits-") as folder:
            out = pathlib.Path(folder) / "limits.json"
            status = subprocess.run(
                [BENCH, "--config", SOURCE / "configs" / "limits.json", "--out", out, "--quiet",
                 "--rounds", "1", "--set", "/warmup_rounds=0", "--set", "/defaults/duration_s=0.001"],
                capture_output=True, text=True, timeout=60)
            if status.returncode == 2 and "cannot be used here" in status.stderr:
                self.skipTest("somebody's queue is not installed")
            self.assertEqual(status.returncode, 0, status.stderr)
            report = json.loads(out.read_text())
        for what, ours, theirs, metric, goal in limits_table.rows():
            with self.subTest(what):
                a, b = limits_table.find(report, ours), limits_table.find(report, theirs)
                self.assertNotEqual(a["id"], b["id"])
                self.assertGreater(goal, 0)
                self.assertIn(limits_table.RATE, a["metrics"])
                self.assertIn(metric, (limits_table.RATE, limits_table.TRIP))

    def test_only_rounds_of_one_pass_and_one_class_are_compared(self):
        ours = case_of([("far", 20), ("far", 30), ("near", 500), ("far", 40)])
        theirs = case_of([("far", 10), ("far", 10), ("far", 10), ("near", 10)])
        self.assertEqual(limits_table.compare(ours, theirs, limits_table.RATE), {"far": [2, 3]})
        self.assertEqual(limits_table.compare(ours, case_of([("near", 1)]), limits_table.RATE), {"-": []})

    def test_each_class_with_enough_passes_is_compared(self):
        kinds = ["near", "far"] * 6 + ["mixed"] * 9
        ours, theirs = case_of([(kind, 20) for kind in kinds]), case_of([(kind, 10) for kind in kinds])
        self.assertEqual(limits_table.compare(ours, theirs, limits_table.RATE),
                         {"near": [2] * 6, "far": [2] * 6})

    def test_an_interval_holds_the_median_at_least_95_times_in_100(self):
        self.assertIsNone(limits_table.interval([1, 2, 3, 4, 5]))
        self.assertEqual(limits_table.interval([6, 5, 4, 3, 2, 1]), (1, 6))
        self.assertEqual(limits_table.interval(list(range(15))), (3, 11))

    def test_a_micro_benchmark_has_a_line_for_each_class_with_enough_ratios(self):
        one = {"iterations": 20, "ratio": 0.9, "low": 0.8, "high": 1, "n_near": 5, "ratio_near": 0.5,
               "n_far": 12, "ratio_far": 1.25, "low_far": 1.2, "high_far": 1.3}
        lines = list(limits_table.by_class("x", one, 0.97))
        self.assertEqual(lines, [["x", "checked", "far", "12", "1.25", "1.2 … 1.3", ">= 0.97", "yes"]])
        lines = list(limits_table.by_class("x", {**one, "n_far": 0}, 0.97))
        self.assertEqual(lines, [["x", "checked", "-", "20", "0.9", "0.8 … 1", ">= 0.97", "**no**"]])

    def test_a_failed_case_has_no_number(self):
        self.assertEqual(limits_table.line("x", "far", [2.0], 1, False, "fail")[-1], "no number")
        self.assertEqual(limits_table.line("x", "far", [2.0], 1, False, "pass")[-1], "yes")
        self.assertEqual(limits_table.line("x", "far", [2.0], 1, True, "pass")[-1], "**no**")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
