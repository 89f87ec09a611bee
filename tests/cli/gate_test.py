#!/usr/bin/env python3
"""Do compare, ab, history and doctor end as users rely on?

usage: gate_test.py BENCH SOURCE_FOLDER [unittest arguments]

Real reports of the built bench, made slower or other in known ways where a verdict is expected.
"""
import json
import random
import time

from support import BENCH, CONTRACT_STATUS, CliTest, config, main

CONTRACT_STATUS.update({"regression": 4, "inconclusive": 5, "refused": 6})
PIPE = {"transport": "shm_spsc_ring", "topology": "1x1"}


class GateTest(CliTest):
    def stored(self, name="base.json", change=None):
        """A report of a real run, with CHANGE applied to its cases' metrics or to the whole."""
        if not (self.folder / "real.json").exists():
            self.write(config(PIPE))
            self.ends(self.bench("--config", "c.json", "--quiet", "--out", "real.json"), "ok")
        report = json.loads((self.folder / "real.json").read_text())
        if change:
            change(report)
        return self.write(report, name)

    def sampled(self, name, factor, seed):
        """The stored report with 12 quiet rates about FACTOR times a million."""
        noise = random.Random(seed)

        def change(report):
            rates = [1e6 * factor * noise.lognormvariate(0, 0.01) for _ in range(12)]
            for case in report["cases"]:
                case["metrics"] = {"throughput_msgs_per_s": {
                    "unit": "msg/s", "better": "higher", "samples": rates, "median": sorted(rates)[6],
                    "ci95": [min(rates), max(rates)]}}
            report["started_at"] = f"2026-01-{1 + seed:02}T00:00:00Z"
        return self.stored(name, change)


class Compare(GateTest):
    def test_a_report_equals_itself(self):
        name = self.sampled("a.json", 1, 1)
        self.ends(self.bench("compare", name, name), "ok", out=["equivalent", "0 regressions"])

    def test_a_slower_report_is_a_regression_and_is_written_all_the_same(self):
        base, slow = self.sampled("a.json", 1, 1), self.sampled("b.json", 0.8, 2)
        result = self.ends(self.bench("compare", base, slow, "--out", "junit:c.xml", "--out", "c.json"),
                           "regression", out=["regression", "caveat:"])
        self.assertIn("-20", result.stdout)
        self.assertIn("<failure", (self.folder / "c.xml").read_text())
        self.assertEqual(json.loads((self.folder / "c.json").read_text())["schema"], "pcbench/comparison")
        self.ends(self.bench("compare", slow, base), "ok", out="improvement")
        self.ends(self.bench("compare", base, slow, "--informational"), "ok", out="regression")

    def test_another_machine_or_config_is_refused_unless_told_otherwise(self):
        base = self.sampled("a.json", 1, 1)
        other = self.stored("b.json", lambda report: report["environment"]["cpu"].update(model="Another"))
        self.ends(self.bench("compare", base, other), "refused", err=["/environment/cpu/model", "Another"])
        self.ends(self.bench("compare", base, other, "--informational"), "ok")
        other = self.stored("b.json", lambda report: report.update(config_hash="0"))
        self.ends(self.bench("compare", base, other), "refused", err="the configs differ")

    def test_several_reports_stand_side_by_side(self):
        names = [self.sampled(f"{i}.json", 1, i) for i in range(3)]
        self.ends(self.bench("compare", *names), "ok", out=["(1):", "(2):"])

    def test_a_thousand_cases_take_less_than_their_reading_should(self):
        def many(report):
            report["cases"] = [{**report["cases"][0], "id": f"case {i}"} for i in range(1000)]
        names = [self.stored(name, many) for name in ("a.json", "b.json")]
        began = time.monotonic()
        self.ends(self.bench("compare", *names, "--informational"), "ok")
        print(f"two reports of 1,000 cases: {time.monotonic() - began:.2f} s")

    def test_a_full_stdout_hides_no_verdict(self):
        base, slow = self.sampled("a.json", 1, 1), self.sampled("b.json", 0.8, 2)
        self.ends(self.bench_to("/dev/full", "compare", base, slow), "not_written", err="standard output")
        self.ends(self.bench_to("/dev/full", "compare", base, base), "not_written", err="standard output")

    def test_a_refusal_is_written_all_the_same(self):
        base = self.sampled("a.json", 1, 1)
        other = self.stored("b.json", lambda report: report.update(config_hash="0"))
        self.ends(self.bench("compare", base, other, "--out", "c.json"), "refused")
        compared = json.loads((self.folder / "c.json").read_text())["comparisons"][0]
        self.assertEqual(compared["claims"], [])
        self.assertIn("refused: the configs differ", compared["not_compared"][0]["why"])

    def test_dash_is_stdout_and_two_reports_in_one_place_are_refused(self):
        name = self.sampled("a.json", 1, 1)
        result = self.ends(self.bench("compare", name, name, "--out", "-"), "ok")
        self.assertEqual(json.loads(result.stdout)["schema"], "pcbench/comparison")
        self.assertNotIn("-", self.files())
        for other in ("junit:x.json", f"junit:{self.folder}/./x.json"):
            self.ends(self.bench("compare", name, name, "--out", "x.json", "--out", other), "usage",
                      err="one file")
        self.ends(self.bench("compare", name, name, "--out", "-", "--format", "json"), "usage", err="stdout")

    def test_a_file_that_is_no_report_is_named(self):
        self.write("{}", "x.json")
        self.ends(self.bench("compare", "x.json", "x.json"), "usage", err="x.json")


class Ab(GateTest):
    def wrapper(self, name, *arguments):
        path = self.folder / name
        path.write_text("#!/bin/sh\nexec '" + BENCH + "' \"$@\" " + " ".join(arguments) + "\n")
        path.chmod(0o755)
        return str(path)

    def ab(self, base, new, *arguments):
        name = self.write(config({**PIPE, "messages": 301}))
        return self.bench("ab", "--base", base, "--new", new, "--config", name, "--out", "ab.json",
                          "--out", "junit:ab.xml", *arguments)

    def test_a_slower_program_is_a_regression(self):
        work = """--set '/defaults/work={"producer_ns":0,"consumer_ns":400000}'"""
        result = self.ab(BENCH, self.wrapper("slow", work), "--pairs", "16", "--seed", "3")
        self.ends(result, "regression", out=["throughput_msgs_per_s", "regression"])
        report = json.loads((self.folder / "ab.json").read_text())
        claims = {claim["metric"]: claim for claim in report["comparisons"][0]["claims"]}
        self.assertEqual(claims["throughput_msgs_per_s"]["verdict"], "regression")
        self.assertLess(claims["throughput_msgs_per_s"]["change"], -0.1)
        self.assertIn("<failure", (self.folder / "ab.xml").read_text())
        self.assertEqual(sorted(self.files()), ["ab.json", "ab.xml", "c.json", "slow"])

    def test_max_time_ends_with_verdicts(self):
        result = self.ab(BENCH, BENCH, "--max-time", "1", "--strict")
        self.assertIn(result.returncode, (CONTRACT_STATUS["inconclusive"], CONTRACT_STATUS["refused"], 0),
                      result.stderr)  # refused: not one pair in the time
        self.assertIn("would see", result.stdout)

    def test_an_incorrect_run_is_not_compared(self):
        broken = self.wrapper("broken", """--set '/cases/0/expect={"delivery":"fail"}'""")
        result = self.ends(self.ab(BENCH, broken), "incorrect", out="not compared")
        self.assertNotIn("equivalent  ", result.stdout)

    def test_a_comparison_of_nothing_is_no_pass(self):
        other = self.wrapper("other", "--set /defaults/payload_bytes=32")
        self.ends(self.ab(BENCH, other), "refused", out=["nothing of", "the new program has no such case"])

    def test_a_program_that_is_none_is_named(self):
        self.ends(self.ab(BENCH, "none"), "usage", err="none")
        bad = self.write("#!/bin/sh\nexit 9\n", "bad")
        self.ends(self.ab(BENCH, bad), "usage", err="the new program")


class History(GateTest):
    def test_a_step_for_the_worse_ends_the_trend_with_its_status(self):
        names = [self.sampled(f"{i}.json", 1 if i < 12 else 0.7, i) for i in range(24)]
        self.ends(self.bench("history", "add", "--db", "h.db", *names), "ok")
        self.ends(self.bench("history", "add", "--db", "h.db", names[0]), "ok")
        listed = json.loads(self.bench("history", "list", "--db", "h.db", "--json").stdout)
        self.assertEqual(len(listed["sessions"]), 24)
        self.ends(self.bench("history", "trend", "--db", "h.db"), "regression", out="-30")
        self.ends(self.bench("history", "trend", "--db", "h.db", "--last", "10"), "ok")

    def test_a_store_that_is_none_is_named(self):
        self.write("no database, but longer than a header of SQLite would have to be", "h.db")
        self.ends(self.bench("history", "list", "--db", "h.db"), "usage", err="h.db")


class Doctor(GateTest):
    def test_findings_have_a_remedy_where_something_spoils(self):
        report = json.loads(self.ends(self.bench("doctor", "--json"), "ok").stdout)
        self.assertEqual(report["schema"], "pcbench/doctor")
        for finding in report["findings"]:
            self.assertEqual(finding["severity"] in ("spoils", "advice"), finding["remedy"] is not None)
        wanted = "ok" if report["quiet"] else "refused"
        if not report["quiet"]:
            self.ends(self.bench("doctor", "--require-quiet"), wanted, out="this machine will spoil")

    def test_more_workers_than_cpus_spoil(self):
        name = self.write(config({**PIPE, "transport": "shm_mpmc_ring", "topology": "512x512"}))
        self.ends(self.bench("doctor", "--config", name, "--require-quiet"), "refused",
                  out="for 1024 workers")


class Help(GateTest):
    def test_every_option_of_the_gate_is_explained(self):
        for command in ("compare", "ab", "history add", "history list", "history trend", "doctor"):
            text = self.ends(self.bench(*command.split(), "--help"), "ok").stdout
            lines = text[text.index("Options:"):].split("\n\n")[0].splitlines()[1:]
            for line, after in zip(lines, lines[1:] + [""]):
                if line.startswith("  -"):
                    self.assertTrue(len(line) > 30 or after.startswith(" " * 10), f"{command}: {line}")


if __name__ == "__main__":
    main()
