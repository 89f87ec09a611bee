"""Would pcbench notice a bad transport? Each faulty transport, run by `bench run` itself, must flip the one
verdict that is about it, and no other. Usage: verdicts_test.py BENCH_WITH_FAULTS BENCH"""
import sys
import unittest

from support import FaultsTest, config_of, run

BENCH_WITH_FAULTS, BENCH = sys.argv[1:3]

# transport: (the verdict that fails, what its counter-example says, and whom and which message it names: the
# fault falls on every hundredth, from 0 on that is message 99, or on the last of 2000)
NOBODY = {"producer": None, "sequence": None, "consumer": None}
SENT = "p0 sent 2000 messages, {} were popped or found inside (net difference {})"
FLIPS = {
    "faulty_lose": ("delivery", SENT.format(1980, "-20"), {"producer": 0}),
    "faulty_drop_last": ("delivery", SENT.format(1999, "-1"), {"producer": 0}),
    "faulty_swap": ("order", "c0 popped message 99 of p0 after message 100",
                    {"producer": 0, "sequence": 99, "consumer": 0}),
    "faulty_corrupt": ("integrity", "c0 popped message 99 of p0 with a wrong payload, first at byte 32",
                       {"producer": 0, "sequence": 99, "consumer": 0}),
    "faulty_tear": ("integrity", "c0 popped message 99 of p0 with a wrong payload, first at byte",
                    {"producer": 0, "sequence": 99, "consumer": 0}),
    "faulty_hang": ("termination", "hang (deadlock): c0 waits in pop for a message that never comes",
                    {"consumer": 0}),
    "faulty_never_close": ("termination", "hang (deadlock): c0 waits in pop for a message that never comes",
                           {"consumer": 0}),
    "faulty_deliver_late": ("termination", "c0 left while ", {"consumer": 0}),
}
HANGS = {"faulty_hang", "faulty_never_close"}


class Verdicts(FaultsTest):
    def test_a_faulty_transport_is_noticed_between_fresh_images_too(self):
        status, verdicts = self.outcomes(BENCH_WITH_FAULTS,
                                         config_of("faulty_corrupt", "close", start="spawn"))
        self.assertEqual([name for name, v in verdicts.items() if v["outcome"] == "fail"], ["integrity"])
        self.assertEqual(status, 1)

    def test_each_faulty_transport_flips_its_verdict_alone(self):
        for transport, (check, what, named) in FLIPS.items():
            with self.subTest(transport=transport):
                status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config_of(transport, "close"))
                self.assertEqual([name for name, v in verdicts.items() if v["outcome"] == "fail"], [check])
                example = verdicts[check]["counter_example"]
                self.assertIn(what, verdicts[check]["reason"])
                self.assertIn(what, example["what"])
                self.assertEqual({key: example[key] for key in NOBODY}, {**NOBODY, **named})
                self.assertEqual(status, 3 if transport in HANGS else 1)

    def test_ping_pong_notices_a_faulty_transport(self):
        for transport, check, where in (("faulty_corrupt", "integrity", "c0 popped"),
                                        ("faulty_duplicate", "delivery", "p0"),
                                        ("faulty_lose", "termination", "hang (")):
            with self.subTest(transport=transport):
                config = config_of(transport, "close", workload="ping_pong")
                config["timeout_s"] = 0.5 if check == "termination" else 60  # only one of them has to hang
                status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
                self.assertEqual(verdicts[check]["outcome"], "fail", verdicts)
                self.assertIn(where, verdicts[check]["reason"])
                self.assertEqual(status, 3 if check == "termination" else 1)

    def test_waits_that_forget_or_wake_the_wrong_one_are_hangs(self):
        for transport, topology in (("faulty_lost_wakeup", "1x1"), ("faulty_one_condition", "4x4")):
            with self.subTest(transport=transport):
                config = config_of(transport, "close", topology=topology, wait="park")
                config["cases"][0].update(workers="thread", messages=200000, capacity_slots=1)
                status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
                self.assertEqual(status, 3)
                self.assertIn("deadlock", verdicts["termination"]["reason"])
                self.assertTrue(verdicts["termination"]["blocked"])

    def test_a_lock_taken_from_the_living_is_noticed(self):
        config = config_of("faulty_thief", "close", topology="2x1", faults=[
            {"kind": "stop", "role": "producer", "phase": "payload_half", "after_messages": 100,
             "duration_s": 0.3}])
        config["cases"][0]["messages"] = 2_000_000
        config["timeout_s"] = 30
        status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
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
                _, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
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
                        _, verdicts = self.outcomes(BENCH_WITH_FAULTS, config)
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
        for transport, lost, duplicated, consumer, what in (
                ("faulty_lose", 20, 0, None,
                 "message 99 of p0 was pushed, but nobody popped it and it is not inside"),
                ("faulty_duplicate", 0, 20, 0, "message 99 of p0 was popped twice, the second time by c0")):
            with self.subTest(transport=transport):
                _, verdicts = self.outcomes(BENCH_WITH_FAULTS, config_of(transport, "close", verify="exact"))
                delivery = verdicts["delivery"]
                self.assertEqual((delivery["lost"], delivery["duplicated"]), (lost, duplicated))
                self.assertEqual(delivery["counter_example"]["what"], what)
                self.assertEqual({key: delivery["counter_example"][key] for key in NOBODY},
                                 {"producer": 0, "sequence": 99, "consumer": consumer})

    def test_leaving_early_is_a_failure_of_termination(self):
        status, verdicts = self.outcomes(BENCH_WITH_FAULTS, config_of("faulty_early_close", "close"))
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
