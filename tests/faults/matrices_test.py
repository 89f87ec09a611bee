"""Do the shipped configs of faults and of known bugs end as they say? Usage: matrices_test.py BENCH SOURCE"""
import json
import os
import subprocess
import sys
import unittest

from support import FaultsTest, read_json, run

BENCH, SOURCE = sys.argv[1:3]


class Matrices(FaultsTest):
    def matrix_is_as_expected(self, name, without=()):
        """Runs configs/NAME, less the transports WITHOUT."""
        matrix = read_json(os.path.join(SOURCE, "configs", name))
        for case in matrix["cases"]:
            named = case["transport"] if isinstance(case["transport"], list) else [case["transport"]]
            case["transport"] = [transport for transport in named if transport not in without]
        matrix["cases"] = [case for case in matrix["cases"] if case["transport"]]
        hang = [case for case in matrix["cases"] if "fail" in case.get("expect", {}).get("termination", "")]
        rest = [case for case in matrix["cases"] if case not in hang]
        # Only a cell that has to hang is ended soon: on a busy machine, the others need their time.
        for cases, timeout_s in ((hang, matrix["timeout_s"]), (rest, 60)):
            self.assertTrue(cases or without)
            if not cases:
                continue
            config = {**matrix, "timeout_s": timeout_s, "cases": cases}
            status, report = run(BENCH, config, self.folder.name)
            wrong = [case["id"] for case in report["cases"] if not case["as_expected"]]
            self.assertEqual((status, wrong), (0, []))

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
