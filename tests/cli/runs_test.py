#!/usr/bin/env python3
"""Does a run end as a user relies on it? usage: runs_test.py BENCH SOURCE_FOLDER [unittest arguments]

Small runs: exit status, reports in every format and place, hangs, Ctrl-C, colour and progress.
"""
import csv
import io
import json
import os
import pathlib
import pty
import signal
import subprocess
import time

from support import BENCH, HANG, RING, CliTest, config, main


class Reports(CliTest):
    def run_ok(self, *arguments, status="ok", case=None):
        name = self.write(config(case or RING))
        return self.ends(self.bench("--config", name, *arguments), status)

    def report(self, path="results/sample.json"):
        return json.loads((self.folder / path).read_text())

    def test_without_options_table_goes_to_stdout_and_report_to_results(self):
        result = self.run_ok()
        for words in ("shm_mpmc_ring", "pass", "1 case: all as expected"):
            self.assertIn(words, result.stdout)
        self.assertIn("report: results/sample.json\n", result.stderr)
        self.assertEqual(self.report()["summary"], {"cases": 1, "passed": 1, "failed": 0, "unknown": 0})
        self.assertEqual(self.files(), ["c.json", "results/sample.json"])

    def test_run_is_the_default_command(self):
        name = self.write(config(RING))
        self.ends(self.bench("run", "--config", name), "ok", out="all as expected")

    def test_report_follows_its_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        self.run_ok("--out", "r.json")
        schema = json.loads(self.bench("schema", "report").stdout)
        jsonschema.Draft7Validator(schema).validate(self.report("r.json"))

    def test_search_reports_what_it_tried_and_runs_at_the_rate_it_found(self):
        load = {"mode": "open", "rate_msgs_per_s": 2000, "arrival": "poisson"}
        search = {"metric": "service_ns_p50", "at_most": 3.6e12}
        case = {"transport": "shm_spsc_ring", "messages": 60, "load": load, "search": search}
        result = self.run_ok("--out", "r.json", "--set", "/timeout_s=2", case=case)
        self.assertIn("search shm_spsc_ring", result.stderr)
        self.assertIn("service_ns_p50 within", result.stdout)
        found = self.report("r.json")["cases"][0]
        curve = found["search"]["curve"]
        self.assertEqual(curve[0]["rate_msgs_per_s"], 2000)
        self.assertEqual([p["kept"] for p in curve], ["reason" not in p for p in curve])
        rate = found["search"]["found_msgs_per_s"]
        if rate is not None:  # on a machine that is too busy none may be
            self.assertEqual([p["rate_msgs_per_s"] for p in curve if p["kept"]].count(rate), 2)
        self.assertEqual(found["params"]["load"]["rate_msgs_per_s"], rate or 2000)
        self.assertEqual(found["params"]["load"]["catch_up"], 2)

    def test_a_search_among_too_few_messages_says_so(self):
        load = {"mode": "open", "rate_msgs_per_s": 1e6}
        case = {**RING, "messages": 20, "load": load,
                "search": {"metric": "response_ns_p99", "at_most": 1e6}}
        self.run_ok("--out", "r.json", case=case)
        search = self.report("r.json")["cases"][0]["search"]
        self.assertIsNone(search["found_msgs_per_s"])
        self.assertIn("too few messages", search["reason"])

    def test_report_has_what_was_asked_and_what_ran(self):
        self.run_ok("--out", "r.json", "--rounds", "3")
        report = self.report("r.json")
        self.assertTrue(report["complete"])
        self.assertEqual(report["config"]["rounds"], 3)
        case = report["cases"][0]
        self.assertEqual([r["sent"] for r in case["rounds"]], [1001] * 3)
        self.assertEqual([r["received"] for r in case["rounds"]], [1001] * 3)
        self.assertEqual(len(case["rounds"][0]["workers"]), 4)
        self.assertRegex(report["started_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_format_chooses_what_stdout_gets(self):
        stdout = json.loads(self.run_ok("--format", "json", "--out", "r.json").stdout)
        self.assertEqual(stdout["cases"][0]["rounds"], self.report("r.json")["cases"][0]["rounds"])
        rows = list(csv.DictReader(io.StringIO(self.run_ok("--format", "csv").stdout)))
        self.assertIn("throughput_msgs_per_s", [row["metric"] for row in rows])
        self.assertTrue(all(row["outcome"] == "pass" for row in rows))

    def test_out_can_be_repeated_in_several_formats(self):
        self.run_ok("--out", "r.json", "--out", "csv:r.csv", "--out", "console:r.txt")
        self.assertEqual(self.files(), ["c.json", "r.csv", "r.json", "r.txt"])
        self.assertTrue((self.folder / "r.csv").read_text().startswith("case,transport,"))
        self.assertNotIn("\x1b", (self.folder / "r.txt").read_text())

    def test_what_is_no_format_before_a_colon_is_a_file(self):
        self.run_ok("--out", "word:r.json")
        self.assertEqual(self.report("word:r.json")["schema"], "pcbench/report")

    def test_dash_is_stdout_and_the_table_moves_to_stderr(self):
        result = self.run_ok("--out", "-")
        self.assertEqual(json.loads(result.stdout)["schema"], "pcbench/report")
        self.assertIn("all as expected", result.stderr)
        self.assertEqual(self.files(), ["c.json"])

    def test_quiet_says_nothing_when_all_is_well(self):
        result = self.run_ok("--quiet")
        self.assertEqual((result.stdout, result.stderr), ("", ""))
        self.assertEqual(json.loads(self.run_ok("--quiet", "--format", "json").stdout)["complete"], True)

    def test_unknown_format_is_refused_before_anything_runs(self):
        name = self.write(config(RING))
        self.ends(self.bench("--config", name, "--format", "word"), "usage", err=['"word"', "json"])
        self.ends(self.bench("--config", name, "--format", "csv", "--out", "-"), "usage", err="stdout")
        self.ends(self.bench("--config", name, "--out", "r", "--out", "csv:r"), "usage", err="one file")
        self.assertEqual(self.files(), [name])

    def test_place_that_cannot_be_written_is_found_before_anything_runs(self):
        name = self.write(config({**RING, "messages": 10**9}))
        for place in ("/nonexistent/r.json", str(self.folder)):
            self.ends(self.bench("--config", name, "--out", place), "usage", err=place)

    def test_bad_config_leaves_no_report(self):
        name = self.write(config({"transport": "pip"}))
        self.ends(self.bench("--config", name), "usage", err="/cases/0/transport")
        self.assertEqual(self.files(), [name])

    def test_full_device_is_told_after_the_run(self):
        self.ends(self.bench("--config", self.write(config(RING)), "--out", "/dev/full"), "not_written",
                  err="/dev/full")
        with open("/dev/full", "w") as full:
            result = subprocess.run([BENCH, "--config", "c.json", "--format", "json"], cwd=self.folder,
                                    stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(result.returncode, 7)
        self.assertEqual(self.report()["complete"], True)

    def test_history_and_report_cannot_go_to_one_file(self):
        name = self.write(config({**RING, "verify": "history"}))
        for place in ("r.json", "./r.json", str(self.folder / "r.json")):
            self.ends(self.bench("--config", name, "--out", "r.json", "--history-out", place), "usage",
                      err="a report and the history")
        self.ends(self.bench("--config", name, "--out", "r", "--out", f"csv:{self.folder}/r"), "usage",
                  err="one file")
        self.assertEqual(self.files(), [name])

    def test_a_history_is_judged_whatever_becomes_of_its_json(self):
        name = self.write(config({**RING, "verify": "history"}))
        self.ends(self.bench("--config", name, "--quiet", "--history-out", "h"), "ok")
        self.ends(self.bench("recheck", "h", "--to-json", "/dev/full"), "not_written", out="delivery")
        self.ends(self.bench("recheck", "h", "--to-json", "h.json"), "ok", out="delivery")
        self.ends(self.bench("recheck", "h.json", "--json", "--to-json", "-"), "usage", err="two documents")
        result = self.ends(self.bench("recheck", "h.json", "--json"), "ok")
        self.assertTrue(json.loads(result.stdout) and result.stdout.endswith("}\n"))
        self.ends(self.bench("recheck", "h", "--to-json", "none/h.json"), "not_written", out="delivery")

    def test_a_trace_draws_a_round_with_workers_calls_and_occupancy(self):
        name = self.write(config({**RING, "verify": "history"}))
        self.ends(self.bench("--config", name, "--trace", "t.json"), "ok", err="trace: t.json")
        trace = json.loads((self.folder / "t.json").read_text())
        events = trace["traceEvents"]
        for event in events:
            self.assertLessEqual({"ph", "name", "pid", "tid"}, set(event))
        slices = [event for event in events if event["ph"] == "X"]
        popped = [e["args"] for e in slices if e["name"] == "pop"]
        pills = 2 * 2
        self.assertEqual(sum(one["messages"] for one in popped if one["status"] == "ok"), 1001 + pills)
        for track in {(e["pid"], e["tid"]) for e in slices}:
            open_ends = []
            on_it = [[round(1000 * e[key]) for key in ("ts", "dur")] for e in slices
                     if (e["pid"], e["tid"]) == track]
            for begin, lasts in sorted(on_it, key=lambda one: (one[0], -one[1])):
                while open_ends and open_ends[-1] <= begin:
                    open_ends.pop()
                self.assertLessEqual(begin + lasts, (open_ends or [float("inf")])[-1])
                open_ends.append(begin + lasts)
        inside = [e["args"] for e in events if e["name"] == "occupancy"]
        self.assertEqual(inside[-1], {"certain": 0, "at most": 0})
        self.assertLessEqual(max(one["certain"] for one in inside), 64)

    def test_a_trace_needs_a_history(self):
        self.ends(self.bench("--config", self.write(config(RING)), "--trace", "t.json"), "usage",
                  err="--set /defaults/verify=history")

    def test_several_configs_each_get_their_report(self):
        one = self.write(config(RING, name="one"), "1.json")
        two = self.write(config(RING, name="two"), "2.json")
        self.ends(self.bench("--config", one, "--config", two), "ok")
        self.assertEqual(self.files(), ["1.json", "2.json", "results/one.json", "results/two.json"])
        self.ends(self.bench("--config", one, two, "--out", "r.json"), "usage", err="r.json")
        self.ends(self.bench("--config", one, one), "usage", err="results/one.json")

    def test_second_config_is_read_before_the_first_runs(self):
        one, two = self.write(config(RING, name="one"), "1.json"), self.write("{", "2.json")
        self.ends(self.bench("--config", one, two), "usage", err="2.json")
        self.assertEqual(self.files(), ["1.json", "2.json"])


class Outcomes(CliTest):
    def test_a_worker_command_that_makes_no_sense_is_an_error_and_no_crash(self):
        for words in (["0", "99"], ["x", "0"], ["0", "y"]):
            done = self.bench("--pcbench-worker", *words)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("--pcbench-worker", done.stderr)

    def test_hang_is_a_result_with_its_own_status(self):
        name = self.write(config(HANG, rounds=1, timeout_s=3))
        result = self.ends(self.bench("--config", name), "unfinished",
                           out=["FAIL termination", "1 FAILED", "waits for", "blocked_empty"])
        self.assertIn("hung", result.stderr)

    def test_hang_that_was_expected_is_no_failure(self):
        name = self.write(config({**HANG, "expect": {"termination": "fail"}}, rounds=1, timeout_s=3))
        self.ends(self.bench("--config", name), "ok",
                  out=["fail as expected: termination", "all as expected"])

    def test_pass_that_was_not_expected_is_incorrect(self):
        name = self.write(config({**RING, "expect": {"delivery": "fail"}}))
        self.ends(self.bench("--config", name), "incorrect", out=["PASS, not as expected", "1 FAILED"])

    def test_floor_never_touches_the_exit_status(self):
        name = self.write(config({"transport": "null"}))
        self.ends(self.bench("--config", name), "ok", out=["floor", "all as expected"])

    def start_long_run(self):
        case = {**RING, "workers": "process", "messages": 2000000, "work": {"consumer_ns": 20000}}
        name = self.write(config({**RING, "messages": 10}, case, rounds=1, timeout_s=60))
        process = subprocess.Popen([BENCH, "--config", name], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.kill)
        return process

    def test_interrupt_leaves_what_had_finished(self):
        """From `kill`, Ctrl-C, Ctrl-\\ or a terminal that closes: those reach every process of the group."""
        for sent, send in ((signal.SIGINT, os.kill), (signal.SIGINT, os.killpg), (signal.SIGQUIT, os.killpg),
                           (signal.SIGHUP, os.killpg)):
            with self.subTest(signal=sent, by=send.__name__):
                self.interrupt(sent, send)

    def interrupt(self, sent, send):
        process = self.start_long_run()
        deadline = time.monotonic() + 30
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not children.read_text().strip():
            self.assertLess(time.monotonic(), deadline, "no worker was started")
            time.sleep(0.01)
        send(process.pid, sent)
        out, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertIn("INCOMPLETE", out)
        report = json.loads((self.folder / "results/sample.json").read_text())
        self.assertIs(report["complete"], False)


class Colour(CliTest):
    def on_terminal(self, *arguments, **env):
        """What a terminal of 100 columns gets as stdout."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([BENCH, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=theirs, stderr=subprocess.DEVNULL,
                                   env={"PATH": os.environ["PATH"], "TERM": "xterm", **env})
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 65536):
                text += part
        except OSError:
            pass  # how Linux says that the other side is closed
        os.close(ours)
        self.assertEqual(process.wait(timeout=60), 0)
        return text.decode()

    def test_colour_is_for_terminals_that_want_it(self):
        name = self.write(config(RING))
        self.assertIn("\x1b[", self.on_terminal("--config", name))
        self.assertNotIn("\x1b[", self.on_terminal("--config", name, NO_COLOR="1"))
        self.assertNotIn("\x1b[", self.on_terminal("--config", name, TERM="dumb"))
        self.assertNotIn("\x1b[", self.on_terminal("--config", name, "--no-color"))
        self.assertNotIn("\x1b[", self.bench("--config", name).stdout)

    def test_progress_is_redrawn_on_terminals_only(self):
        name = self.write(config(RING))
        self.assertNotIn("\r", self.bench("--config", name).stderr)
        ours, theirs = pty.openpty()
        subprocess.run([BENCH, "--config", name], cwd=self.folder, stdin=subprocess.DEVNULL, timeout=60,
                       stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"})
        text = os.read(ours, 65536).decode()
        os.close(ours), os.close(theirs)
        self.assertIn("2 rounds, ETA", text)
        self.assertIn("\r\x1b[K", text)


if __name__ == "__main__":
    main()
