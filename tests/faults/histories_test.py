"""What does the history of a run see that counting cannot, and whom does it name? Usage: histories_test.py
BENCH_WITH_FAULTS BENCH"""
import json
import os
import re
import subprocess
import sys
import unittest

from support import FaultsTest, config_of, read_json, run

BENCH_WITH_FAULTS, BENCH = sys.argv[1:3]


class Histories(FaultsTest):
    def assert_names_the_hit(self, transport, example):
        """EXAMPLE, of a history, is about a message that TRANSPORT hits for certain, and shows its calls."""
        self.assertIn(example["producer"], (0, 1))
        sequence, shown = example["sequence"], [one["what"] for one in example.get("operations", [])]
        if sequence is None:  # of bursts: it is by counting that something is missing, and not in one of them
            self.assertIn("net difference", example["what"])
            return
        whose = f"{sequence} of p{example['producer']}"
        # Of a swap one goes along uncounted; a message that is popped twice is counted twice.
        period, place = {"faulty_lose": (100, 99), "faulty_swap": (101, 100),
                         "faulty_duplicate": (99, 0), "faulty_deliver_late": (20000, 19999)}.get(
                             transport, (1, 0))
        self.assertEqual(sequence % period, place, example)
        if transport in ("faulty_false_empty", "faulty_false_full"):  # it is about the call
            self.assertIn(transport[len("faulty_false_"):], " ".join(shown))
        elif transport == "faulty_lose":
            self.assertEqual(shown, [f"push {whose}"])
        elif transport == "faulty_duplicate":
            self.assertIn(f"pop {whose}", shown)
        else:
            self.assertLessEqual({f"push {whose}", f"pop {whose}"}, set(shown))
        if transport == "faulty_swap":
            self.assertLessEqual({f"push {sequence - 1} of p0", f"pop {sequence - 1} of p0"}, set(shown))
        if transport == "faulty_over_capacity":
            self.assertEqual(len(shown), 8, example)  # the first three that were inside, and the one too many

    def test_a_history_finds_what_counting_cannot(self):
        # transport: (topology, capacity, other keys, the verdict that fails, a word of its reason)
        cases = {
            "faulty_lose": ("2x2", 16, {}, "delivery", "was lost"),
            "faulty_duplicate": ("1x1", 16, {}, "delivery", "popped twice"),
            "faulty_swap": ("1x1", 64, {}, "order", "none was kept"),
            "faulty_swap_producers": ("2x1", 16, {"work": {"consumer_ns": 1000}}, "order", "is promised"),
            "faulty_false_empty": ("2x1", 16, {"work": {"consumer_ns": 1000}}, "empty", "said empty"),
            "faulty_deliver_late": ("1x1", 16, {}, "empty", "after"),
            "faulty_false_full": ("1x1", 64, {}, "capacity", "said full"),
            "faulty_over_capacity": ("1x1", 8, {"work": {"consumer_ns": 2000}}, "capacity", "were inside"),
        }
        # What is held back or given twice is also not inside when it should be, or the other way round.
        also = {"faulty_swap": {"empty", "capacity"}, "faulty_swap_producers": {"empty", "capacity"},
                "faulty_duplicate": {"order", "capacity"},
                "faulty_deliver_late": {"termination"}}  # it is left inside
        for transport, (topology, capacity, more, check, word) in cases.items():
            for workers in ("thread", "process"):
                with self.subTest(transport=transport, workers=workers):
                    config = config_of(transport, "close", verify="history", topology=topology,
                                       messages=20000, **more)
                    config["cases"][0].update(capacity_slots=capacity, workers=workers)
                    # On a busy machine workers may take turns for a whole round; and seldom does a pop begin
                    # in the moment between the end and what is delivered after it.
                    config["rounds"] = 40 if transport == "faulty_deliver_late" else 6
                    config["timeout_s"] = 60  # nobody hangs
                    status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
                    failed = {n for n, v in verdicts.items() if v["outcome"] == "fail"}
                    self.assertEqual(failed - also.get(transport, set()), {check})
                    self.assertIn(word, verdicts[check]["reason"])
                    self.assert_names_the_hit(transport, verdicts[check]["counter_example"])
                    self.assertEqual(status, 1)

    def test_what_changes_places_between_consumers_is_found_by_a_history_alone(self):
        swap = (r"message (\d+) of producer 0 \(.* popped \d+ to (\d+) by (c\d)\) overtook "
                r"message (\d+) of producer 0 \(.* popped (\d+) to \d+ by (c\d)\)")
        for verify, expected in (("online", set()), ("exact", set()), ("history", {"order"})):
            for workers in ("thread", "process"):
                with self.subTest(verify=verify, workers=workers):
                    config = config_of("faulty_swap_consumers", "close", topology="1x2", verify=verify,
                                       workers=workers, messages=20000, capacity_slots=16)
                    config["timeout_s"] = 60
                    status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
                    self.assertEqual({n for n, v in verdicts.items() if v["outcome"] == "fail"}, expected)
                    self.assertEqual(verdicts["order"]["outcome"], "fail" if expected else "pass")
                    if not expected:
                        self.assertEqual(status, 0, verdicts)
                        continue
                    self.assertEqual(status, 1)
                    example = verdicts["order"]["counter_example"]
                    self.assertRegex(example["what"], swap)
                    later, out_ns, by, earlier, begin_ns, other = re.search(swap, example["what"]).groups()
                    self.assertGreater(int(later), int(earlier))
                    self.assertLess(int(out_ns), int(begin_ns))
                    self.assertNotEqual(by, other)
                    self.assertEqual((example["producer"], example["sequence"]), (0, int(later)))
                    self.assertEqual({(op["worker"], op["what"]) for op in example["operations"]},
                                     {("p0", f"push {later} of p0"), (by, f"pop {later} of p0"),
                                      ("p0", f"push {earlier} of p0"), (other, f"pop {earlier} of p0")})

    def test_bursts_find_what_happens_in_them(self):
        cases = {"faulty_swap": ("order", "none was kept"), "faulty_duplicate": ("delivery", "popped twice"),
                 "faulty_lose": ("delivery", "")}
        for transport, (check, word) in cases.items():
            with self.subTest(transport=transport):
                config = config_of(transport, "close", verify="history", history_burst_every_ms=2)
                config["cases"][0].update(capacity_slots=64, messages=20000)
                config.update(rounds=6, timeout_s=60)
                status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
                self.assertEqual((status, verdicts[check]["outcome"]), (1, "fail"), verdicts)
                self.assertIn(word, verdicts[check]["reason"])
                self.assert_names_the_hit(transport, verdicts[check]["counter_example"])

    def test_the_failing_history_is_written_and_judged_the_same_again(self):
        for name in ("failing.json", "failing.history"):
            path = os.path.join(self.folder.name, name)
            config = config_of("faulty_swap", "close", verify="history")
            config["rounds"] = 2
            status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config, "--history-out", path)
            self.assertEqual((status, verdicts["order"]["outcome"]), (1, "fail"))
            again = subprocess.run([BENCH, "recheck", path, "--json"], capture_output=True, text=True,
                                   timeout=60, check=False)
            self.assertEqual(again.returncode, 1)
            rechecked = {v["check"]: v for v in json.loads(again.stdout)["verdicts"]}
            self.assertEqual(rechecked["order"]["outcome"], "fail")
            self.assertIn(rechecked["order"]["counter_example"]["what"],
                          verdicts["order"]["counter_example"]["what"])

    def killed(self, role, phase, **more):
        """What is pending in the history of a run in which a worker is killed, and that fails nowhere."""
        path = os.path.join(self.folder.name, "killed.json")
        config = config_of("shm_mpmc_ring", "close", verify="history", topology="2x2", **more,
                           expect={"empty": ["pass", "unknown"], "capacity": ["pass", "unknown"]},
                           faults=[{"kind": "kill", "role": role, "phase": phase, "after_messages": 1}])
        config["cases"][0].update(messages=20000, work={"consumer_ns": 2000})
        done, report = run(BENCH, config, self.folder.name, "--history-out", path)
        self.assertEqual(done, 0, report["cases"][0]["verdicts"])
        return [op["op"] for op in read_json(path)["ops"] if op["status"] == "pending"]

    def test_a_killed_worker_leaves_its_call_pending_and_no_false_verdict(self):
        for role, phase in (("producer", "in_push"), ("consumer", "after_pop"), ("consumer", "in_pop")):
            with self.subTest(role=role, phase=phase):
                call = ["push" if role == "producer" else "pop"]
                self.assertEqual(self.killed(role, phase), call)
                pending = self.killed(role, phase, history_burst_every_ms=2)
                self.assertIn(pending, [call] if role == "consumer" else [call, []])  # [] between bursts

    def test_a_full_log_is_unknown_and_never_blocks(self):
        config = config_of("shm_mpmc_ring", "close", verify="history", history_operations=100)
        status, report = run(BENCH, config, self.folder.name)
        delivery = report["cases"][0]["verdicts"][0]
        self.assertEqual((status, delivery["outcome"]), (1, "unknown"))
        self.assertIn("history_truncated", delivery["reason"])
        self.assertEqual(report["cases"][0]["rounds"][0]["received"], 2000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
