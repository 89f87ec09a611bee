"""Does each transport of the registry keep its promises, operation by operation?
Usage: history_test.py BENCH"""
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

BENCH = sys.argv[1]
FULL = "PCBENCH_FULL" in os.environ
DRAW = None if FULL else os.environ.get("PCBENCH_DRAW")  # CI's: the commit's number
VACUOUS = ["pass", "unknown"]  # whether a queue is ever full or empty is up to the machine


def transports():
    """All that have calls to log: neither what moves nothing, nor a program."""
    listed = subprocess.run([BENCH, "list", "transports", "--json"], capture_output=True, check=True)
    return [row for row in json.loads(listed.stdout)
            if row["available"] and not (row["floor"] or row["program"] or row["keeps_numbers"])]


OWN = {"pipe_vmsplice": {"payload_bytes": 65536, "messages": 500},  # it refuses smaller ones
       "shm_value_ring": {"payload_bytes": 40},  # it refuses larger ones
       # of these as many as 5000 would take minutes
       **dict.fromkeys(["zmq_inproc", "zmq_ipc", "zmq_tcp"], {"capacity_slots": 512}),
       **dict.fromkeys(["nats", "redis"], {"messages": 400}),
       **dict.fromkeys(["manager", "nng_inproc", "nng_ipc"], {"messages": 2000})}


def cases():
    """Those of all_cases(); where CI draws, a quarter."""
    every = list(all_cases())
    return random.Random(int(DRAW)).sample(every, len(every) // 4) if DRAW else every


def all_cases():
    """Each transport, by threads in runs and by processes a message a call, or the other way round;
    PCBENCH_FULL, and where CI draws from them: both in both."""
    for at, row in enumerate(transports()):
        topology = f"{min(row['producers_max'] or 2, 2)}x{min(row['consumers_max'] or 2, 2)}"
        for workers in row["workers"]:
            in_runs = [(at + (workers == "thread")) % 2 == 1]
            for batch in (5 if runs else 1 for runs in ([True, False] if FULL or DRAW else in_runs)):
                yield {"transport": row["name"], "topology": topology, "workers": workers,
                       "batch_messages": batch, **OWN.get(row["name"], {})}


class Histories(unittest.TestCase):
    def judged(self, **defaults):
        """The report of all transports, in which no verdict failed and all unknown ones say that the log gave
        nothing to check, or nothing that a check can be tried with."""
        config = {"name": "histories", "rounds": 2, "warmup_rounds": 0, "timeout_s": 60,
                  "defaults": {"verify": "history", "messages": 5000, "capacity_slots": 8,
                               "stop": "close", **defaults,
                               "expect": {"empty": VACUOUS, "capacity": VACUOUS, "order": VACUOUS}},
                  "cases": cases()}
        with tempfile.TemporaryDirectory(prefix="pcbench-test-") as folder:
            path, out = os.path.join(folder, "config.json"), os.path.join(folder, "report.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(config, file)
            done = subprocess.run([BENCH, "--config", path, "--out", out, "--quiet"],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=280,
                                  check=False)
            with open(out, encoding="utf-8") as file:
                report = json.load(file)
        self.assertGreater(len(report["cases"]), 20)
        for case in report["cases"]:
            for verdict in case["verdicts"]:
                with self.subTest(case=case["id"], check=verdict["check"]):
                    self.assertNotEqual(verdict["outcome"], "fail", verdict.get("reason"))
                    if verdict["outcome"] == "unknown":
                        self.assertRegex(verdict["reason"], "^(vacuous|canary_not_tried):")
            delivery = case["verdicts"][0]
            self.assertEqual(delivery["pushed"], delivery["popped"], case["id"])
        self.assertEqual(done.returncode, 0, done.stderr)
        return report

    def test_every_transport_keeps_its_promises_operation_by_operation(self):
        for case in self.judged()["cases"]:
            judged = 2 + len(case["discarded_rounds"])
            self.assertEqual(case["verdicts"][0]["pushed"], judged * case["params"]["messages"], case["id"])

    def test_every_transport_keeps_them_in_bursts_which_log_some_messages_at_both_ends(self):
        some = 0
        for case in self.judged(messages=40000, history_burst_every_ms=20)["cases"]:
            delivery = case["verdicts"][0]
            self.assertIs(delivery["sampled"], True)
            self.assertEqual(delivery["lost"], 0, case["id"])  # counted of all, not only of those logged
            self.assertGreater(delivery["pushed"], 0, case["id"])
            all_messages = 2 * case["params"]["messages"]
            self.assertEqual(sum(r["received"] for r in case["rounds"]), all_messages, case["id"])
            some += delivery["pushed"] < all_messages
        self.assertGreater(some, 5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
