#!/usr/bin/env python3
"""Can the soak's judge fail? Each test shows it something wrong."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import judge


def report(outcome="pass", end="completed", sent=10, received=10, left_inside=0, complete=True, passed=1,
           hang=None, fault=None):
    return {"complete": complete, "summary": {"cases": 1, "passed": passed}, "cases": [{
        "params": {"messages": 10, "faults": [{"kind": fault}] if fault else []},
        "rounds": [{"end": end, "hang": hang, "sent": sent, "received": received}],
        "verdicts": [{"check": "delivery", "outcome": outcome},
                     {"check": "termination", "left_inside": left_inside}]}]}


class JudgeTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="pcbench-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.path = self.folder / "report.json"

    def wrong(self, status, blow, content):
        if content is not None:
            self.path.write_text(content if isinstance(content, str) else json.dumps(content))
        return list(judge.judge(status, blow, self.path, "", None))

    def test_a_good_run_has_nothing_wrong(self):
        self.assertEqual(self.wrong(0, "none", report()), [])
        self.assertEqual(self.wrong(3, "kill worker", report("unknown", "worker_died", passed=0)), [])
        self.assertEqual(self.wrong(130, "interrupt bench", report(complete=False)), [])

    def test_a_status_the_blow_does_not_allow_is_wrong(self):
        self.assertIn("exit status 1", self.wrong(1, "kill worker", report())[0])
        self.assertIn("exit status 3", self.wrong(3, "none", report(end="hung", hang="deadlock"))[0])

    def test_a_slow_round_is_wrong_unless_the_machine_is_overloaded(self):
        slow = report("unknown", "hung", hang="slow", passed=0)
        self.addCleanup(setattr, judge, "overloaded", judge.overloaded)
        judge.overloaded = lambda: False
        self.assertIn("exit status 3", self.wrong(3, "none", slow)[0])
        judge.overloaded = lambda: True
        self.assertEqual(self.wrong(3, "none", slow), [])
        self.assertIn("exit status 3", self.wrong(3, "none", report("unknown", "hung", hang="deadlock"))[0])
        self.assertIn("exit status -11", self.wrong(-11, "stop worker", report())[0])

    def test_a_missing_or_broken_report_is_wrong(self):
        self.assertEqual(self.wrong(3, "kill worker", None), ["no report"])
        self.assertIn("not JSON", self.wrong(0, "none", '{"complete": tru')[0])
        self.assertIn("not JSON", self.wrong(0, "none", '{"complete": NaN}')[0])

    def test_only_who_had_no_time_may_leave_no_report(self):
        self.assertEqual(self.wrong(-9, "kill bench", None), [])
        self.assertEqual(self.wrong(-2, "interrupt bench", None), [])
        self.assertEqual(self.wrong(130, "interrupt bench", None), ["no report"])

    def test_a_report_that_belies_the_status_is_wrong(self):
        self.assertIn("not complete", self.wrong(0, "none", report(complete=False))[0])
        self.assertIn("says complete", self.wrong(130, "interrupt bench", report())[0])
        self.assertIn("exit status 0", self.wrong(0, "none", report(passed=0))[0])
        self.assertIn("ended so", self.wrong(3, "kill worker", report())[0])

    def test_a_pass_with_wrong_counts_is_wrong(self):
        self.assertIn("9 received", self.wrong(0, "none", report(received=9))[0])
        self.assertIn("9 of 10", self.wrong(0, "none", report(sent=9, received=9))[0])
        for fault in ("stop", "delay"):
            self.assertIn("9 received", self.wrong(0, "none", report(received=9, fault=fault))[0])
        for fault in ("kill", "takeover", "exit", "leak"):
            self.assertEqual(self.wrong(0, "none", report(received=9, fault=fault)), [])

    def test_what_breaks_the_schema_is_wrong(self):
        class Schema:
            @staticmethod
            def iter_errors(_report):
                return [type("E", (), {"absolute_path": ["cases", 0], "message": "no id"})]

        self.path.write_text(json.dumps(report()))
        self.assertIn("/cases/0: no id", list(judge.judge(0, "none", self.path, "", Schema))[0])

    def left(self, mark=b"PCBENCH_SOAK=nobody", torn=False):
        return list(judge.leftovers(os.getpid(), mark, self.folder, {"report.json"}, torn))

    def test_files_and_shared_memory_that_are_left_are_wrong(self):
        shared = Path(f"/dev/shm/pcbench-{os.getpid()}-1")
        shared.touch()
        self.addCleanup(shared.unlink)
        (self.folder / ".pcbench-1-1.tmp").touch()
        self.path.touch()
        self.assertEqual(self.left(), [f"{shared} is left", ".pcbench-1-1.tmp is left"])
        self.assertEqual(self.left(torn=True), [f"{shared} is left"])

    def test_a_process_that_is_left_is_wrong_and_ended(self):
        judge.FOLLOWING_S = 0.1
        mark = f"PCBENCH_SOAK=test-{os.getpid()}"
        name, value = mark.split("=")
        child = subprocess.Popen(["cat"], env={**os.environ, name: value}, bufsize=0,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(child.stdin.close)
        self.addCleanup(child.stdout.close)
        child.stdin.write(b"here?\n")
        child.stdout.readline()  # before it runs, the kernel may not show its environment yet
        self.assertEqual(self.left(mark.encode()), [f"process {child.pid} (cat) is left"])
        self.assertEqual(child.wait(), -9)


class Usage(unittest.TestCase):
    """A soak that runs nothing, or not what was asked, is no pass."""

    def soak(self, *arguments, **more):
        script = Path(__file__).resolve().parents[2] / "scripts/soak"
        return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True,
                              timeout=120, **more)

    def test_to_run_nothing_is_a_usage_error(self):
        for option in ("--minutes", "--runs", "--kill-workers", "--smoke"):
            result = self.soak(option, "0")
            self.assertEqual(result.returncode, 2, option)
            self.assertIn("would run nothing", result.stderr)

    def test_a_smoke_config_that_is_refused_has_failed_and_says_how_to_repeat_it(self):
        with tempfile.TemporaryDirectory() as folder:
            bench = Path(folder, "bench")
            bench.write_text("#!/bin/sh\n[ \"$1\" != list ] || { echo {}; exit 0; }\nexit 2\n")
            bench.chmod(0o755)
            result = self.soak("--smoke", "1", "--bench", bench, "--keep", folder, "--only", "0")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("scripts/soak --smoke 1 --seed", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
