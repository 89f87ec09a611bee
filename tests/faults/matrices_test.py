"""Do the shipped configs of faults and of known bugs end as they say? Usage: matrices_test.py BENCH SOURCE"""
import json
import os
import subprocess
import sys
import unittest

from support import FaultsTest, drawn, read_json, run

BENCH, SOURCE = sys.argv[1:3]


def ends(case):
    """How a cell of a matrix has to end: hang, stop (its only writer dies within a frame), either or pass."""
    expected = case.get("expect", {}).get("termination", "pass")
    if expected == "fail":
        return "stop" if case["faults"][0]["phase"] == "blocked_full" else "hang"
    return "either" if "fail" in expected else "pass"


class Matrices(FaultsTest):
    def assert_hang_with_a_name(self, case):
        """The watchdog ended the last round of CASE, a cell of a report, and names just those who waited."""
        last = case["rounds"][-1]
        termination = next(v for v in case["verdicts"] if v["check"] == "termination")
        self.assertEqual((last["end"], last["hang"]), ("hung", "deadlock"), case["id"])
        self.assertIn("hang (deadlock): ", termination["reason"], case["id"])
        fault = case["params"]["faults"][0]
        everybody = {f"{worker['role'][0]}{worker['index']}" for worker in last["workers"]}
        if fault["kind"] == "leak":  # the producers have all left, and one of their ends has not
            waiting = {name for name in everybody if name.startswith("c")}
        else:
            waiting = everybody - {f"{fault['role'][0]}{fault['index']}"}
        self.assertTrue(waiting, case["id"])
        self.assertEqual({blocked["worker"] for blocked in termination["blocked"]}, waiting, case["id"])
        for blocked in termination["blocked"]:
            self.assertTrue(blocked["waits_for"], (case["id"], blocked))

    def assert_fail_stop(self, case):
        """A survivor was told that the channel of CASE is broken, all left, and nothing else is wrong."""
        told = [worker for one in case["rounds"] for worker in one["workers"] if worker["error"]]
        self.assertEqual({one["end"] for one in case["rounds"]}, {"completed"}, case["id"])
        self.assertEqual([worker["role"] for worker in told], ["consumer"] * len(case["rounds"]), case["id"])
        self.assertIn("within a message", told[0]["error"])
        self.assertEqual([v["check"] for v in case["verdicts"] if v["outcome"] != "pass"], ["termination"])

    def matrix_is_as_expected(self, name, without=()):
        """Runs configs/NAME, less the transports WITHOUT."""
        matrix = read_json(os.path.join(SOURCE, "configs", name))
        cells = []
        for case in matrix["cases"]:
            named = case["transport"] if isinstance(case["transport"], list) else [case["transport"]]
            cells += [{**case, "transport": transport} for transport in named if transport not in without]
        self.assertTrue(cells or without)
        # Only a cell that may hang is ended soon: on a busy machine, the others need their time, and a hang
        # is slowness as long as somebody still moves.
        soon = max(4, matrix["timeout_s"])
        for end, timeout_s, look in (("hang", soon, self.assert_hang_with_a_name), ("either", soon, None),
                                     ("stop", 60, self.assert_fail_stop), ("pass", 60, None)):
            cases = drawn([cell for cell in cells if ends(cell) == end])
            if not cases:
                continue
            config = {**matrix, "timeout_s": timeout_s, "cases": cases}
            status, report = run(BENCH, config, self.folder.name)
            wrong = [case["id"] for case in report["cases"] if not case["as_expected"]]
            self.assertEqual((status, wrong), (0, []))
            for case in report["cases"] if look else []:
                look(case)

    @staticmethod
    def unavailable():
        listed = subprocess.run([BENCH, "list", "transports", "--json"], capture_output=True, check=True)
        return {row["name"] for row in json.loads(listed.stdout) if not row["available"]}

    def test_every_cell_of_the_fault_matrix_is_as_expected(self):
        self.matrix_is_as_expected("fault_matrix.json")

    def test_a_dead_consumer_without_another_is_a_hang_with_a_name_and_a_dead_producer_is_none(self):
        self.matrix_is_as_expected("fault_matrix_1to1.json", without=self.unavailable())

    def test_a_messaging_library_loses_what_it_is_expected_to(self):
        self.matrix_is_as_expected("messaging_faults.json", without=self.unavailable())

    def test_brokers_hand_on_what_the_dead_held(self):
        path = os.path.join(SOURCE, "configs", "broker_faults.json")
        checked = subprocess.run([BENCH, "validate", path], capture_output=True, text=True, timeout=60,
                                 check=False)
        if checked.returncode != 0:
            self.skipTest(checked.stderr.strip())
        status, report = run(BENCH, path, self.folder.name)
        wrong = [case["id"] for case in report["cases"] if not case["as_expected"]]
        self.assertEqual((status, wrong), (0, []))
        self.assertEqual({case["params"]["transport"] for case in report["cases"]},
                         set(read_json(path)["defaults"]["transport"]))

    def test_the_tutorials_bugs_hang_as_expected_and_not_silently(self):
        path = os.path.join(SOURCE, "configs", "tutorial_bugs.json")
        status, report = run(BENCH, path, self.folder.name)
        self.assertEqual(status, 0)
        config = read_json(path)
        config["defaults"].pop("expect")
        config.pop("$schema", None)
        status, report = run(BENCH, config, self.folder.name)
        self.assertEqual(status, 3)
        for case in report["cases"]:
            termination = next(v for v in case["verdicts"] if v["check"] == "termination")
            self.assertTrue(termination["blocked"], case["id"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
