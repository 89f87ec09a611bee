#!/usr/bin/env python3
"""Are the rows of scripts/limits of cases that its config has, its ratios of rounds that can be compared, and
its verdicts those of the judge?

usage: limits_test.py BENCH SOURCE
"""
import gzip
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


def compare(ours, *theirs):
    return limits_table.compare(ours, theirs, limits_table.RATE)


class Limits(unittest.TestCase):
    def test_each_row_is_of_cases_of_the_config(self):
        with tempfile.TemporaryDirectory(prefix="pcbench-limits-") as folder:
            out = pathlib.Path(folder) / "limits.json"
            status = subprocess.run(
                [BENCH, "--config", SOURCE / "configs" / "limits.json", "--out", out, "--quiet",
                 "--rounds", "1", "--set", "/warmup_rounds=0", "--set", "/defaults/duration_s=0.01"],
                capture_output=True, text=True, timeout=60)
            if status.returncode == 2 and "cannot be used here" in status.stderr:
                self.skipTest("somebody's queue is not installed")
            self.assertEqual(status.returncode, 0, status.stderr)
            report = json.loads(out.read_text())
        for what, ours, theirs, metric, goal in limits_table.rows():
            with self.subTest(what):
                a, others = limits_table.find(report, ours), limits_table.find_all(report, theirs)
                self.assertEqual(len({case["id"] for case in (a, *others)}), 1 + len(others))
                self.assertGreater(goal, 0)
                self.assertIn(limits_table.RATE, a["metrics"])
                self.assertIn(metric, (limits_table.RATE, limits_table.TRIP))
        self.assertEqual(len(list(limits_table.queue_lines(report))), 2 * len(list(limits_table.rows())))

    def test_only_rounds_of_one_pass_and_one_class_are_compared(self):
        ours = case_of([("far", 20), ("far", 30), ("near", 500), ("far", 40)])
        theirs = case_of([("far", 10), ("far", 10), ("far", 10), ("near", 10)])
        self.assertEqual(compare(ours, theirs), {"near": ([], None), "far": ([2, 3], 0)})
        self.assertEqual(compare(ours, case_of([("near", 1)])), {"near": ([], None), "far": ([], None)})

    def test_no_pass_is_of_a_class_that_is_mixed_or_unknown(self):
        kinds = ["near", "far"] * 6 + ["mixed"] * 9 + ["unknown"] * 9
        ours, theirs = case_of([(kind, 20) for kind in kinds]), case_of([(kind, 10) for kind in kinds])
        self.assertEqual(compare(ours, theirs), {"near": ([2] * 6, 0), "far": ([2] * 6, 0)})

    def test_the_best_peer_is_that_of_each_pass_and_named_by_median(self):
        ours = case_of([("far", 60)] * 3 + [("near", 60)])
        peers = [case_of([("far", 10), ("far", 30), ("far", 15), ("far", 1)]),
                 case_of([("far", 20), ("far", 20), ("far", 20), ("near", 20)])]
        self.assertEqual(compare(ours, *peers), {"near": ([], None), "far": ([3, 2, 3], 1)})

    def test_an_interval_holds_the_median_at_least_95_times_in_100(self):
        self.assertIsNone(limits_table.interval([]))
        self.assertIsNone(limits_table.interval([1, 2, 3, 4, 5]))
        self.assertEqual(limits_table.interval([6, 5, 4, 3, 2, 1]), (1, 6))
        self.assertEqual(limits_table.interval(list(range(15))), (3, 11))

    def test_a_row_says_yes_or_no_only_of_enough_passes_of_a_class_with_a_good_verdict(self):
        def met(said, kind, n):
            return limits_table.line("x", said, kind, n, 2.0 if n else None, None, ">= 1", "yes")[-1]
        self.assertEqual([met(said, kind, 6) for said in ("pass", "checked") for kind in ("near", "far")],
                         ["yes"] * 4)
        for said in ("fail", "unknown", ""):
            self.assertEqual((met(said, "far", 6), met(said, "far", 0)), ("void", "void"))
        for kind in ("mixed", "unknown", "-"):
            self.assertEqual(met("pass", kind, 48), "void")
        self.assertEqual((met("pass", "near", 5), met("pass", "near", 0)), ("void", "not seen"))

    def test_a_bad_verdict_has_no_number(self):
        self.assertEqual(limits_table.line("x", "fail", "far", 9, 2.0, (1, 3), ">= 1", "yes"),
                         ["x", "fail", "far", "9", "-", "-", ">= 1", "void"])


class Micro(unittest.TestCase):
    ONE = {"label": "pass", "ratio": 0.9, "n_near": 5, "ratio_near": 0.5, "n_far": 12, "ratio_far": 1.25,
           "low_far": 1.2, "high_far": 1.3}

    def test_a_micro_benchmark_has_a_line_for_each_class(self):
        self.assertEqual(list(limits_table.by_class("x", self.ONE, 0.97)), [
            ["x", "pass", "near", "5", "0.5", "too few", ">= 0.97", "void"],
            ["x", "pass", "far", "12", "1.25", "1.2 … 1.3", ">= 0.97", "yes"]])
        missed = list(limits_table.by_class("x", {**self.ONE, "n_near": 0}, 1.5))
        self.assertEqual([one[-1] for one in missed], ["not seen", "**no**"])
        self.assertEqual(list(limits_table.by_class("x", self.ONE, None))[1][-2:], ["none: A/A", "-"])

    def test_its_verdict_is_the_one_it_says(self):
        silent = {key: value for key, value in self.ONE.items() if key != "label"}
        for one, said in ((silent, "unknown"), ({**self.ONE, "label": "anything"}, "anything")):
            for row in limits_table.by_class("x", one, 0.97):
                self.assertEqual((row[1], row[-1]), (said, "void"))

    def test_an_error_voids_its_row_with_its_reason(self):
        one = {"name": "whole/x/1024/256/manual_time", "error_occurred": True,
               "error_message": "x: delivery: p0 sent 2, 1 were popped | or not"}
        self.assertEqual(list(limits_table.by_class("x", one, 0.75)), [
            ["x", "error", "-", "0", "-", "-", ">= 0.75",
             "void: x: delivery: p0 sent 2, 1 were popped / or not"]])

    def test_its_json_is_kept_and_read_back(self):
        said = {"context": {"executable": "/x", "caches": []}, "benchmarks": []}
        program = f"#!/bin/sh\necho '{json.dumps(said)}'\n"
        with tempfile.TemporaryDirectory(prefix="pcbench-limits-") as scratch:
            folder = pathlib.Path(scratch)
            for name in ("hand_over", "harness_overhead"):
                (folder / name).write_text(program)
                (folder / name).chmod(0o755)
            limits_table.measure(folder, folder, True)
            (folder / "micro.json.gz").write_bytes(gzip.compress((folder / "micro.json").read_bytes()))
            (folder / "micro.json").unlink()
            kept = limits_table.load(folder, "micro")
        self.assertEqual(kept["hand_over"], {"context": {"caches": []}, "benchmarks": []})
        self.assertEqual(list(limits_table.micro_lines(kept)), [])


class Published(unittest.TestCase):
    def test_the_table_is_what_its_reports_say(self):
        folder = SOURCE / "results" / "limits"
        if not (folder / "micro.json.gz").exists():
            self.skipTest("it was made before micro-benchmarks were kept")
        table = subprocess.run([sys.executable, SOURCE / "scripts" / "limits_table.py", folder],
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(table.stdout, (folder / "README.md").read_text(), table.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
