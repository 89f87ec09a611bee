"""Does each transport of the registry keep its promises, operation by operation?
Usage: history_test.py BENCH"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

BENCH = sys.argv[1]
VACUOUS = ["pass", "unknown"]  # whether a queue is ever full or empty is up to the machine


def transports():
    listed = subprocess.run([BENCH, "list", "transports", "--json"], capture_output=True, check=True)
    return [row for row in json.loads(listed.stdout) if not row["floor"]]


def cases():
    for row in transports():
        topology = "1x1" if row["producers_max"] == 1 else "2x2"
        for workers in row["workers"]:
            for batch in (1, 5):
                yield {"transport": row["name"], "topology": topology, "workers": workers,
                       "batch_messages": batch}


class Histories(unittest.TestCase):
    def test_every_transport_keeps_its_promises_operation_by_operation(self):
        config = {"name": "histories", "rounds": 2, "warmup_rounds": 0, "timeout_s": 60,
                  "defaults": {"verify": "history", "messages": 5000, "capacity_slots": 16,
                               "stop": "close",
                               "expect": {"empty": VACUOUS, "capacity": VACUOUS, "order": VACUOUS}},
                  "cases": list(cases())}
        with tempfile.TemporaryDirectory(prefix="pcbench-test-") as folder:
            path, out = os.path.join(folder, "config.json"), os.path.join(folder, "report.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(config, file)
            done = subprocess.run([BENCH, "--config", path, "--out", out, "--quiet"],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=140,
                                  check=False)
            with open(out, encoding="utf-8") as file:
                report = json.load(file)
        self.assertGreater(len(report["cases"]), 20)
        for case in report["cases"]:
            for verdict in case["verdicts"]:
                with self.subTest(case=case["id"], check=verdict["check"]):
                    self.assertNotEqual(verdict["outcome"], "fail", verdict.get("reason"))
                    if verdict["outcome"] == "unknown":
                        self.assertIn("vacuous", verdict["reason"])
            delivery = case["verdicts"][0]
            self.assertEqual(delivery["pushed"], delivery["popped"], case["id"])
            self.assertEqual(delivery["pushed"], 10000, case["id"])
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
