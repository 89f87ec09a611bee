"""Would pcbench notice a bad transport? Each faulty transport, run by `bench run` itself, must flip the one
verdict that is about it, and no other. Usage: verdicts_test.py BENCH_WITH_FAULTS BENCH"""
import json
import os
import re
import subprocess
import sys
import unittest

from support import FaultsTest, read_json, run

BENCH_WITH_FAULTS, BENCH = sys.argv[1:3]

# transport: (stop protocol, the verdict that fails, a word of its reason)
FLIPS = {
    "faulty_lose": ("close", "delivery", "net difference"),
    "faulty_drop_last": ("close", "delivery", "net difference"),
    "faulty_swap": ("close", "order", ""),
    "faulty_corrupt": ("close", "integrity", ""),
    "faulty_tear": ("close", "integrity", ""),
    "faulty_hang": ("close", "termination", "hang"),
    "faulty_never_close": ("close", "termination", "hang"),
    "faulty_deliver_late": ("close", "termination", "inside"),
}
HANGS = {"faulty_hang", "faulty_never_close"}


def config_of(transport, stop, **more):
    case = {"transport": transport, "stop": stop, "workers": "process", "messages": 2000,
            "capacity_slots": 4096, **more}
    return {"name": "faulty", "rounds": 1, "warmup_rounds": 0, "timeout_s": 2, "cases": [case]}


class Verdicts(FaultsTest):
    def outcomes(self, config, *more):
        status, report = run(BENCH_WITH_FAULTS, config, self.folder.name, *more)
        return status, {v["check"]: v for v in report["cases"][0]["verdicts"]}

    def test_a_faulty_transport_is_noticed_between_fresh_images_too(self):
        status, verdicts = self.outcomes(config_of("faulty_corrupt", "close", start="spawn"))
        self.assertEqual([name for name, v in verdicts.items() if v["outcome"] == "fail"], ["integrity"])
        self.assertEqual(status, 1)

    def test_each_faulty_transport_flips_its_verdict_alone(self):
        for transport, (stop, check, word) in FLIPS.items():
            with self.subTest(transport=transport):
                status, verdicts = self.outcomes(config_of(transport, stop))
                self.assertEqual([name for name, v in verdicts.items() if v["outcome"] == "fail"], [check])
                self.assertIn(word, verdicts[check]["reason"])
                self.assertTrue(verdicts[check]["counter_example"]["what"])
                self.assertEqual(status, 3 if transport in HANGS else 1)

    def test_ping_pong_notices_a_faulty_transport(self):
        for transport, check, where in (("faulty_corrupt", "integrity", "c0 popped"),
                                        ("faulty_duplicate", "delivery", "p0"),
                                        ("faulty_lose", "termination", "hang (")):
            with self.subTest(transport=transport):
                config = config_of(transport, "close", workload="ping_pong")
                config["timeout_s"] = 0.5 if check == "termination" else 60  # only one of them has to hang
                status, verdicts = self.outcomes(config)
                self.assertEqual(verdicts[check]["outcome"], "fail", verdicts)
                self.assertIn(where, verdicts[check]["reason"])
                self.assertEqual(status, 3 if check == "termination" else 1)

    def test_waits_that_forget_or_wake_the_wrong_one_are_hangs(self):
        for transport, topology in (("faulty_lost_wakeup", "1x1"), ("faulty_one_condition", "4x4")):
            with self.subTest(transport=transport):
                config = config_of(transport, "close", topology=topology, wait="park")
                config["cases"][0].update(workers="thread", messages=200000, capacity_slots=1)
                status, verdicts = self.outcomes(config)
                self.assertEqual(status, 3)
                self.assertIn("deadlock", verdicts["termination"]["reason"])
                self.assertTrue(verdicts["termination"]["blocked"])

    def test_a_lock_taken_from_the_living_is_noticed(self):
        config = config_of("faulty_thief", "close", topology="2x1", faults=[
            {"kind": "stop", "role": "producer", "phase": "payload_half", "after_messages": 100,
             "duration_s": 0.3}])
        config["cases"][0]["messages"] = 2_000_000
        config["timeout_s"] = 30
        status, verdicts = self.outcomes(config)
        failed = {name for name, verdict in verdicts.items() if verdict["outcome"] == "fail"}
        self.assertTrue(failed & {"delivery", "integrity", "order"}, verdicts)
        self.assertEqual(status, 1)

    def test_a_takeover_from_the_living_is_noticed(self):
        # What the silent one hands over when it goes on is no longer its own.
        fault = {"role": "producer", "phase": "in_push", "after_messages": 100, "duration_s": 0.5}
        for kind, outcome in (("stop", "pass"), ("takeover", "fail")):
            with self.subTest(kind=kind):
                config = config_of("faulty_heir", "close", topology="2x1", faults=[{"kind": kind, **fault}])
                config["cases"][0].update(capacity_slots=64, messages=1_000_000)
                config["timeout_s"] = 60
                _, verdicts = self.outcomes(config)
                self.assertEqual(verdicts["delivery"]["outcome"], outcome, verdicts)

    def test_at_least_once_excuses_what_comes_again_after_a_death_and_no_loss(self):
        # transport: what delivery says by counting, exactly, and of the history
        cases = {"faulty_again": ("unknown", "pass", "pass"),
                 "faulty_again_unpromised": ("fail", "fail", "fail"),
                 "faulty_forget": ("fail", "fail", "fail")}
        fault = {"kind": "kill", "role": "consumer", "phase": "in_pop", "after_messages": 100}
        for transport, outcomes in cases.items():
            for verify, outcome in zip(("online", "exact", "history"), outcomes):
                with self.subTest(transport=transport, verify=verify):
                    config = config_of(transport, "close", topology="1x2", verify=verify, faults=[fault])
                    # The other consumer must be there to take what comes again.
                    config["cases"][0].update(work={"producer_ns": 20_000})
                    config["timeout_s"] = 60
                    for _ in range(5):  # on a busy machine the other one may have taken all before
                        _, verdicts = self.outcomes(config)
                        delivery = verdicts["delivery"]
                        happened = "vacuous" not in verdicts["termination"].get("reason", "")
                        if happened and (outcome != "pass" or delivery["redelivered"]):
                            break
                    self.assertEqual(delivery["outcome"], outcome, verdicts)
                    if outcome == "pass":
                        self.assertEqual((delivery["redelivered"], delivery["duplicated"]), (1, 0))
                        self.assertEqual(verdicts["order"]["outcome"], "pass", verdicts)
                    if outcome == "unknown":
                        self.assertIn("verify: exact", delivery["reason"])
                        self.assertIsNone(delivery["lost"])

    def test_exact_names_what_was_lost_and_doubled(self):
        _, verdicts = self.outcomes(config_of("faulty_lose", "close", verify="exact"))
        self.assertGreater(verdicts["delivery"]["lost"], 0)
        self.assertEqual(verdicts["delivery"]["duplicated"], 0)
        _, verdicts = self.outcomes(config_of("faulty_duplicate", "close", verify="exact"))
        self.assertEqual(verdicts["delivery"]["lost"], 0)
        self.assertGreater(verdicts["delivery"]["duplicated"], 0)

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
                    status, verdicts = self.outcomes(config)
                    failed = {n for n, v in verdicts.items() if v["outcome"] == "fail"}
                    self.assertEqual(failed - also.get(transport, set()), {check})
                    self.assertIn(word, verdicts[check]["reason"])
                    self.assertTrue(verdicts[check]["counter_example"]["what"])
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
                    status, verdicts = self.outcomes(config)
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
                status, verdicts = self.outcomes(config)
                self.assertEqual((status, verdicts[check]["outcome"]), (1, "fail"), verdicts)
                self.assertIn(word, verdicts[check]["reason"])
                self.assertTrue(verdicts[check]["counter_example"]["what"])

    def test_the_failing_history_is_written_and_judged_the_same_again(self):
        for name in ("failing.json", "failing.history"):
            path = os.path.join(self.folder.name, name)
            config = config_of("faulty_swap", "close", verify="history")
            config["rounds"] = 2
            status, verdicts = self.outcomes(config, "--history-out", path)
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

    def test_leaving_early_is_a_failure_of_termination(self):
        status, verdicts = self.outcomes(config_of("faulty_early_close", "close"))
        self.assertEqual(status, 1)
        self.assertEqual(verdicts["termination"]["outcome"], "fail")
        self.assertGreater(verdicts["termination"]["left_inside"], 0)

    def test_a_delayed_worker_is_waited_for_wherever_it_sleeps(self):
        for workers in ("thread", "process"):
            for transport, role, phase in (("shm_spsc_ring", "producer", "payload_half"),
                                           ("shm_mpmc_ring", "producer", "holding_lock"),
                                           ("shm_mpmc_ring", "consumer", "in_pop"),
                                           ("pipe", "consumer", "after_pop")):
                with self.subTest(workers=workers, transport=transport, phase=phase):
                    config = config_of(transport, "close", workers=workers, verify="exact", faults=[
                        {"kind": "delay", "role": role, "phase": phase, "after_messages": 100,
                         "duration_s": 0.3}])
                    config["timeout_s"] = 60
                    status, report = run(BENCH, config, self.folder.name)
                    case = report["cases"][0]
                    self.assertEqual((status, case["outcome"]), (0, "pass"), case["verdicts"])
                    one = case["rounds"][0]
                    self.assertGreater(one["faults"][0]["struck_at_ns"], 0)
                    # It was not over before the sleeper had slept, and nobody was ended for it.
                    self.assertGreaterEqual(one["elapsed_ns"], 300_000_000)
                    self.assertEqual({worker["exit"]["asked"] for worker in one["workers"]}, {False})
                    self.assertEqual((one["end"], one["received"]), ("completed", 2000))

    def test_a_fault_that_is_never_reached_is_unknown_not_pass(self):
        config = config_of("shm_mpmc_ring", "close", faults=[
            {"kind": "kill", "role": "producer", "phase": "before_push", "after_messages": 10**9}])
        status, report = run(BENCH, config, self.folder.name)
        self.assertEqual((status, report["cases"][0]["outcome"]), (1, "unknown"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
