#!/usr/bin/env python3
"""Are ranks of an MPI job judged like workers of our own, on one host, on two, and when one of them dies?

usage: mpi_test.py BENCH SOURCE_FOLDER [unittest arguments]
Exits with 77 where there is no MPI.
"""
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from support import BENCH, SOURCE, CliTest, config, main  # noqa: E402

from hosts import CLOCK_LEAD_S, Hosts, why_no_relay, why_not  # noqa: E402

ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
               "OMPI_MCA_hwloc_base_binding_policy": "none"}
MPI = {"transport": "mpi", "workers": "process"}
LONG = {"duration_s": 8, **MPI}


class MpiTest(CliTest):
    def start(self, mpirun, *cases, **top):
        name = self.write(config(*cases, **top))
        command = [*mpirun, BENCH, "--config", name, "--launcher", "mpi", "--out", "r.json", "--quiet"]
        environment = {**ENVIRONMENT, "TMPDIR": str(self.folder)}  # a broken job leaves files of mpirun's
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.addCleanup(self.stop)
        atexit.register(self.stop)  # after Ctrl-C, too
        return self.process

    def stop(self):
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.terminate()  # it ends its ranks
            print(self.process.communicate(timeout=20)[0])
        self.process.stdout.close()

    def run_it(self, mpirun, *cases, status=0, **top):
        process = self.start(mpirun, *cases, **top)
        said, _ = process.communicate(timeout=100)
        self.assertEqual(process.returncode, status, said)
        return said

    def report(self):
        return json.loads((self.folder / "r.json").read_text())

    def await_that(self, holds, seconds=30):
        limit = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), limit, "it never came")
            time.sleep(0.02)

    def outcomes(self, case):
        return {v["check"]: v["outcome"] for v in case["verdicts"]}

    def passes(self, case):
        self.assertEqual(set(self.outcomes(case).values()), {"pass"})


class OneHost(MpiTest):
    def test_every_message_is_delivered_once_whatever_the_topology_and_the_stop(self):
        self.run_it(["mpirun", "-np", "5"],
                    {**MPI, "topology": ["1x1", "2x2", "1x3", "3x1"], "stop": ["pill", "close"],
                     "batch_messages": 7},
                    {**MPI, "topology": "2x2", "capacity_slots": 1, "messages": 100},
                    {**MPI, "codec": "json", "payload_bytes": 200000, "messages": 50},
                    {**MPI, "messages": 200, "load": {"mode": "open", "rate_msgs_per_s": 5000}}, rounds=1)
        cases = self.report()["cases"]
        self.assertEqual(len(cases), 11)
        for case in cases:
            self.passes(case)

    def test_what_ranks_cannot_do_is_refused_with_the_reason(self):
        refused = (({"stop": "count"}, "which hosts do not"), ({"pin": "compact"}, "--bind-to"),
                   ({"verify": "exact"}, "online or none"), ({"topology": "2x1"}, "-np 4"),
                   ({"workload": "ping_pong"}, "workload pipeline"),
                   ({"transport": "pipe"}, "does not reach"),
                   ({"faults": [{"kind": "kill", "role": "consumer", "phase": "in_pop"}]},
                    "not in our hands"))
        said = self.run_it(["mpirun", "-np", "3"], *({**MPI, **keys} for keys, _ in refused), status=2)
        for case, (_, words) in enumerate(refused):
            self.assertRegex(said, f"/cases/{case}/.*{words}")

    def test_the_shipped_config_is_good(self):
        name = self.write((SOURCE / "configs/mpi.json").read_text())
        command = ["mpirun", "-np", "5", BENCH, "--config", name, "--launcher", "mpi", "--dry-run"]
        result = subprocess.run(command, cwd=self.folder, env=ENVIRONMENT, text=True, capture_output=True,
                                timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_rank_that_is_killed_fails_the_round(self):
        process = self.start(["mpirun", "-np", "3"], {**MPI, "messages": 10}, LONG, rounds=1, timeout_s=20)
        self.await_that((self.folder / "r.json").exists)

        def consumer():
            for pid in Path("/proc").glob("[0-9]*"):
                try:
                    if "OMPI_COMM_WORLD_RANK=2\0" in (pid / "environ").read_text() and \
                            str(self.folder) == os.readlink(pid / "cwd"):
                        return int(pid.name)
                except OSError:
                    pass
            return None
        self.await_that(consumer)
        time.sleep(0.3)
        os.kill(consumer(), signal.SIGKILL)
        process.communicate(timeout=30)
        self.assertNotEqual(process.returncode, 0)
        case = self.report()["cases"][1]
        self.assertEqual(self.outcomes(case)["termination"], "fail")
        self.assertIn("nothing was heard of rank", json.dumps(case["verdicts"]))

    def test_an_interrupted_mpirun_leaves_a_report_that_says_so(self):
        process = self.start(["mpirun", "-np", "3"], {**MPI, "messages": 10}, LONG, rounds=1, timeout_s=20)
        self.await_that((self.folder / "r.json").exists)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.await_that(lambda: not self.report()["complete"], 5)


@unittest.skipIf(why_not(), why_not())
class TwoHosts(MpiTest):
    def make_hosts(self, **relayed):
        self.hosts = Hosts(self.folder, **relayed)
        self.addCleanup(self.hosts.leave)
        self.hosts.enter()

    def test_clocks_that_differ_by_a_day_are_told_apart_and_latencies_put_right(self):
        self.make_hosts()
        self.run_it(self.hosts.mpirun(3, 2), {**MPI, "topology": ["1x1", "2x2"], "latency": "every"})
        one, two = self.report()["cases"]
        for case in (one, two):
            self.passes(case)
        offsets = [int(ns) for ns in two["effective"]["clock_offsets_ns"]]
        doubt_ns = two["effective"]["clock_uncertainty_ns"]
        self.assertGreater(doubt_ns, 0)
        for offset, lead_s in zip(offsets, (0, 0, CLOCK_LEAD_S, CLOCK_LEAD_S)):
            self.assertLessEqual(abs(offset - lead_s * 10**9), doubt_ns)
        slowest = two["metrics"]["service_ns_p50"]["median"]
        self.assertLess(slowest, 20e9)
        self.assertTrue(self.hosts.are_empty_within(5))

    def lose_a_host(self, timeout_s):
        self.make_hosts()
        process = self.start(self.hosts.mpirun(2, 1), {**MPI, "messages": 10},
                             {**LONG, "duration_s": timeout_s - 1}, rounds=1, timeout_s=timeout_s)
        self.await_that((self.folder / "r.json").exists)
        before = self.hosts.packets()
        self.await_that(lambda: self.hosts.packets() > before + 300)
        self.hosts.cut()
        cut_at = time.time()
        said, _ = process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        case = self.report()["cases"][1]
        self.assertEqual(self.outcomes(case)["termination"], "fail", said)
        self.assertIn("nothing was heard of rank 2", json.dumps(case["verdicts"]))
        # By itself mpirun takes minutes.
        self.assertLess((self.folder / "r.json").stat().st_mtime - cut_at, timeout_s + 10)
        self.assertTrue(self.hosts.are_empty_within(20))

    def test_a_host_that_dies_in_mid_run_is_a_verdict_as_soon_as_mpirun_notices(self):
        self.lose_a_host(20)

    def test_a_host_that_dies_in_mid_run_is_a_verdict_at_the_time_limit_at_the_latest(self):
        self.lose_a_host(3)

    @unittest.skipIf(why_no_relay(), why_no_relay())
    def test_a_way_that_is_slow_uneven_and_loses_frames_is_seen_in_latencies_and_their_doubt(self):
        there_s, back_s = 0.020, 0.002
        self.make_hosts(delays_s=(there_s, back_s), loss_percent=1)
        self.run_it(self.hosts.mpirun(2, 1), {**MPI, "messages": 200, "latency": "every",
                                              "load": {"mode": "open", "rate_msgs_per_s": 500}}, rounds=1)
        case, = self.report()["cases"]
        self.passes(case)
        self.assertGreater(self.hosts.relay.dropped, 0)
        doubt_ns = case["effective"]["clock_uncertainty_ns"]
        offset_ns = int(case["effective"]["clock_offsets_ns"][1])
        self.assertLessEqual(abs(offset_ns - CLOCK_LEAD_S * 10**9), doubt_ns)
        self.assertGreaterEqual(doubt_ns, (there_s + back_s) / 2 * 1e9)
        self.assertGreaterEqual(case["metrics"]["service_ns_p50"]["median"], there_s * 1e9 - doubt_ns)


if __name__ == "__main__":
    if shutil.which("mpirun") is None or "libopenmpi" in subprocess.run(
            [BENCH, "list", "transports"], capture_output=True, text=True).stdout:
        print("skipped: this bench was built without MPI, or there is no mpirun")
        sys.exit(77)
    main()
