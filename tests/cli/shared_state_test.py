#!/usr/bin/env python3
"""Are lost updates of shared state counted, and the process that keeps it ended?
usage: shared_state_test.py BENCH SOURCE_FOLDER [unittest arguments]"""
import json
import os
import pathlib
import signal
import subprocess
import time

from support import BENCH, SOURCE, CliTest, config, main

CONFIG = SOURCE.resolve() / "configs" / "shared_state.json"
STATE = {"workload": "shared_state", "topology": "3x1"}
LOCKED = {**STATE, "transport": "shm_numbers"}
NESTED = {**STATE, "transport": "manager_numbers", "transport_options": {"update": "nested"}}


def proc(path):
    """A file below /proc; empty: its process has gone."""
    try:
        return (pathlib.Path("/proc") / path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def shared(*cases, **top):
    return config(*cases, **{"defaults": {"messages": 1001}, **top})


class SharedState(CliTest):
    def updates(self, case):
        """CASE's verdict; no other is about messages."""
        self.assertEqual([v["check"] for v in case["verdicts"]], ["termination", "updates"], case["id"])
        return case["verdicts"][1]

    def run_report(self, content, status):
        done = self.ends(self.bench("--config", self.write(content), "--out", "r.json"), status)
        return done, json.loads((self.folder / "r.json").read_text())

    def test_the_shipped_config_loses_updates_where_it_says_so(self):
        done = self.ends(self.bench("--config", str(CONFIG), "--out", "r.json", "--rounds", "2"), "ok",
                         out=["1 shared number updated by 4 workers", "updates are lost", "all as expected"])
        self.assertRegex(done.stdout, r"\d+ of \d+ updates are lost")
        for case in json.loads((self.folder / "r.json").read_text())["cases"]:
            verdict, how = self.updates(case), [*case["params"]["transport_options"].values()][0]
            lossy = how in ("unlocked", "reassigned", "nested")
            self.assertEqual(verdict["outcome"], "fail" if lossy else "pass", case["id"])
            self.assertEqual(verdict["lost"] > 0, lossy, case["id"])
            self.assertEqual(verdict["surplus"], 0, case["id"])
            if how == "nested":
                self.assertEqual(verdict["lost"], verdict["updates"])

    def test_what_is_lost_and_not_expected_is_incorrect(self):
        done, report = self.run_report(shared(NESTED), "incorrect")
        self.assertIn("1001 of 1001 updates are lost", done.stdout)
        self.assertIn("number 0 is 0 after 1001 updates of it", done.stdout)
        self.assertEqual([(r["sent"], r["received"]) for r in report["cases"][0]["rounds"]], [(1001, 0)] * 2)

    def test_threads_processes_and_spawned_images_keep_each_update(self):
        ways = [{"workers": "thread"}, {"workers": "process"}, {"workers": "process", "start": "spawn"}]
        transports = ["shm_numbers", "manager_numbers"]
        _, report = self.run_report(
            shared(*[{**STATE, "transport": transports, "capacity_slots": 5, "batch_messages": 1, **way}
                     for way in ways]), "ok")
        self.assertEqual(len(report["cases"]), 6)
        for case in report["cases"]:
            self.assertEqual(self.updates(case)["updates"], 2002)
            self.assertGreater(case["metrics"]["throughput_msgs_per_s"]["median"], 0)

    def test_what_has_no_meaning_is_refused_with_its_reason(self):
        for wrong, words in (({"stop": "pill"}, "when the last worker has made its updates"),
                             ({"topology": "2x2"}, "at most 1 consumer"),
                             ({"verify": "exact"}, "what the numbers came to"),
                             ({"payload_bytes": 4}, "a number has 8 bytes"),
                             ({"codec": "json"}, "no document"),
                             ({"transport": "pipe"}, "no numbers to update"),
                             ({"workload": "pipeline"}, "carries no messages"),
                             ({"expect": {"delivery": "fail"}}, "no verdict called delivery"),
                             ({"work": {"consumer_ns": 5}}, "only reads"),
                             ({"faults": [{"kind": "kill", "role": "producer", "phase": "in_push"}]},
                              "strike pipelines only")):
            with self.subTest(wrong=wrong):
                self.ends(self.bench("validate", self.write(shared({**LOCKED, **wrong}))), "usage", err=words)

    def test_a_record_is_judged_again_alike(self):
        self.ends(self.bench("--config", self.write(shared(NESTED)), "--out", "record:r.record"), "incorrect")
        again = self.bench("recheck", "r.record")
        self.assertEqual(again.returncode, 1, again.stderr)
        self.assertIn("1001 of 1001 updates are lost", again.stdout + again.stderr)

    def manager_of(self, bench):
        """The process id of the server that BENCH, a running program, has started."""
        for _ in range(1000):
            for child in proc(f"{bench.pid}/task/{bench.pid}/children").split():
                if proc(f"{child}/comm") == "pcb-manager\n":
                    return int(child)
            time.sleep(0.01)
        self.fail("no server was seen")

    def ended(self, pid):
        for _ in range(1000):
            stat = proc(f"{pid}/stat")
            if not stat or ") Z " in stat:  # gone, but for whoever is to reap it
                return True
            time.sleep(0.01)
        return False

    def test_the_server_ends_however_its_maker_dies(self):
        long = shared({**STATE, "transport": "manager_numbers", "duration_s": 15},
                      {"transport": "manager", "duration_s": 15, "stop": "close"}, rounds=1)
        for case in ("manager_numbers", "manager"):
            for how in (signal.SIGKILL, signal.SIGINT):
                name = self.write(long)
                bench = subprocess.Popen([BENCH, "--config", name, "--filter", f"transport:{case}"],
                                         cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
                server = self.manager_of(bench)
                os.kill(bench.pid, how)
                bench.wait(timeout=30)
                self.assertTrue(self.ended(server), f"{case} {how.name}")

    def test_workers_say_so_when_the_server_dies(self):
        name = self.write(shared({**STATE, "transport": "manager_numbers", "duration_s": 15}, rounds=1))
        bench = subprocess.Popen([BENCH, "--config", name], cwd=self.folder, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        os.kill(self.manager_of(bench), signal.SIGKILL)
        said, _ = bench.communicate(timeout=30)
        self.assertEqual(bench.returncode, 1)
        self.assertIn("the process that keeps the numbers has ended", said)


if __name__ == "__main__":
    main()
