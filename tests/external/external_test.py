#!/usr/bin/env python3
"""Is a round that a program plays judged like ours, whatever the program does?

usage: external_test.py BENCH SOURCE_FOLDER [unittest arguments]
"""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import python_queues  # noqa: E402
from support import BENCH, CliTest, config, main  # noqa: E402

# A program as docs/external-programs.md describes one: everything is popped as it was sent. Each test changes
# what it writes, or what it does, by BAD.
HONEST = """#!/usr/bin/env python3
import json, os, subprocess, sys, time
now = time.monotonic_ns
case, begin = json.load(sys.stdin), now()
popped = [[p, 0, n] for p, n in enumerate(case["messages"])]
pills = case["producers"] * case["consumers"]
workers = [{"role": "producer", "index": p, "messages": n, "pills": case["consumers"], "begin_at_ns": begin,
            "end_at_ns": now(), "exit": 0} for p, n in enumerate(case["messages"])]
workers += [{"role": "consumer", "index": c, "popped": [] if c else popped, "pills": case["producers"],
             "begin_at_ns": begin, "last_at_ns": now(), "end_at_ns": now(), "exit": 0}
            for c in range(case["consumers"])]
record = {"schema": "pcbench/external-record", "schema_version": "1.0", "workers": workers,
          "drain": {"popped": [], "pills": 0}}
consumer = workers[case["producers"]]
text = None
BAD
sys.stdout.write(text or json.dumps(record))
"""
CASE = {"transport": "external", "transport_options": {"program": "./program"}, "topology": "2x2",
        "workers": "process", "verify": "exact"}


def pids_of(marker):
    """The processes that run a program in the folder MARKER."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if marker in Path(f"/proc/{entry}/cmdline").read_text() + os.readlink(f"/proc/{entry}/cwd"):
                found.append(int(entry))
        except OSError:
            continue
    return found


class Programs(CliTest):
    def program(self, bad=""):
        path = self.folder / "program"
        path.write_text(HONEST.replace("BAD", bad))
        path.chmod(0o755)

    def play(self, *cases, status="ok", **top):
        name = self.write(config(*cases, **{"rounds": 1, **top}))
        self.ends(self.bench("--config", name, "--out", "r.json", "--quiet"), status)
        self.assertEqual(pids_of(str(self.folder)), [])
        return json.loads((self.folder / "r.json").read_text())["cases"]

    def play_python(self, **instead):
        """A case that python_queues.py played with some of it changed, and the record that it wrote."""
        self.program(f"""
case.update({instead})
text = subprocess.run([{sys.executable!r}, {python_queues.__file__!r}], input=json.dumps(case), text=True,
                      stdout=subprocess.PIPE, check=True).stdout
json.dump([case, json.loads(text)], open("both.json", "w"))""")
        case, = self.play({**CASE, "topology": "2x1", "messages": 41, "latency": "every"})
        self.assertEqual(case["outcome"], "pass", instead)
        return json.loads((self.folder / "both.json").read_text())

    def failed(self, case):
        return {v["check"]: v["reason"] for v in case["verdicts"] if v["outcome"] == "fail"}

    def test_an_honest_program_passes(self):
        self.program()
        case, = self.play(CASE)
        self.assertEqual(case["outcome"], "pass")
        self.assertEqual([w["messages"] for w in case["rounds"][0]["workers"]], [501, 500, 1001, 0])

    def test_each_lie_is_found_by_its_check(self):
        for check, bad in {
                "delivery": "popped[0][2] -= 1",
                "termination": "record['drain']['popped'] = [[0, 500, 1]]; popped[0][2] -= 1",
                "order": "popped[:1] = [[0, 250, 251], [0, 0, 250]]",
                "integrity": "consumer['corrupted'] = [[0, 7, 3]]"}.items():
            self.program(bad)
            case, = self.play(CASE, status="incorrect")
            self.assertEqual([*self.failed(case)], [check])
        for bad, why in {"popped.append([1, 3, 1])": "popped twice",
                         "popped.append([5, 0, 1])": "which does not exist",
                         "workers[0]['messages'] = 502": "sent 502 of its 501"}.items():
            self.program(bad)
            case, = self.play(CASE, status="incorrect")
            self.assertIn(why, self.failed(case)["delivery"])
        self.program("consumer['error'] = 'OSError: bad length'; consumer['exit'] = 1")
        case, = self.play(CASE, status="unfinished")
        self.assertIn("c0 exited with status 1: OSError: bad length", self.failed(case)["termination"])

    def test_a_program_that_fails_is_a_verdict(self):
        for bad, why in {
                "sys.exit(3)": "it exited with status 3",
                "sys.exit('no queue here')": "its last words: no queue here",
                "os.kill(os.getpid(), 9)": "killed by signal 9",
                "text = 'garbage'": "its record is wrong",
                "text = json.dumps(record)[:-9]": "its record is wrong",
                "text = ' '": "its record is wrong",
                "record['extra'] = 1": "/extra",
                "consumer['popped'] = [[0, 0]]": "must be an array of 3",
                "consumer['popped'] = [[0, 0, 10**15]]": "times the messages",
                "consumer['popped'] = [[0, -1, 1]]": "must be an integer from 0",
                "consumer['last_at_ns'] = 1": "a time of CLOCK_MONOTONIC",
                "consumer['exit'] = None": "exit must be a number",
                "workers.reverse()": "producers first",
                "workers.pop()": "must be 2 producers, then 2 consumers",
                "[sys.stdout.write('x' * (1 << 20)) for _ in range(100)]": "more than 64 MiB",
                "subprocess.Popen(['sleep', '60'])": "left 1 process behind (sleep)"}.items():
            self.program(bad)
            case, = self.play(CASE, status="unfinished")
            self.assertIn(why, self.failed(case)["termination"])

    def test_a_program_that_hangs_is_ended_with_all_it_started(self):
        for bad, how in {"subprocess.run(['sleep', '60'])": "deadlock",
                         "subprocess.Popen(['sleep', '60'], start_new_session=True)\nwhile 1: pass": "slow",
                         "import signal; signal.signal(15, signal.SIG_IGN); time.sleep(60)": "deadlock",
                         }.items():
            self.program(bad)
            case, = self.play(CASE, status="unfinished", timeout_s=4)
            self.assertIn(f"hang ({how})", self.failed(case)["termination"])

    def test_an_interrupt_ends_it_and_leaves_a_report(self):
        self.program("open('started', 'w'); subprocess.run(['sleep', '60'])")
        name = self.write(config(CASE, rounds=1))
        run = subprocess.Popen([BENCH, "--config", name, "--out", "r.json", "--quiet"], cwd=self.folder,
                               stderr=subprocess.DEVNULL)
        while not (self.folder / "started").exists():
            self.assertIsNone(run.poll())
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(60), 130)
        self.assertFalse(json.loads((self.folder / "r.json").read_text())["complete"])
        self.assertEqual(pids_of(str(self.folder)), [])

    def test_nothing_outlives_a_killed_bench(self):
        self.program("open('started', 'w'); subprocess.run(['sleep', '60'])")
        run = subprocess.Popen([BENCH, "--config", self.write(config(CASE, rounds=1)), "--quiet"],
                               cwd=self.folder, stderr=subprocess.DEVNULL)
        while not (self.folder / "started").exists():
            self.assertIsNone(run.poll())
            time.sleep(0.01)
        run.kill()
        run.wait()
        until = time.monotonic() + 30
        while pids_of(str(self.folder)) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(pids_of(str(self.folder)), [])

    def test_what_a_program_cannot_do_is_refused_with_the_reason(self):
        self.program()
        for change, why in {
                '{"workers": "thread"}': "does not work between threads",
                '{"stop": "close"}': "pills or a count",
                '{"verify": "history"}': "not each operation", '{"codec": "cbor"}': "serializes as it does",
                '{"pin": "compact"}': "places its workers", '{"wait": "spin"}': "waits as it does",
                '{"workload": "ping_pong", "topology": "1x1"}': "pipelines only",
                '{"work": {"consumer_ns": 5}}': "do nothing else",
                '{"faults": [{"kind": "kill", "role": "producer", "phase": "in_push"}]}': "are unknown here",
                '{"load": {"mode": "open", "rate_msgs_per_s": 9e8}}': "no schedule",
                '{"payload_bytes": 100000000}': "at most 67108864",
                '{"transport_options": {"program": "./nowhere"}}': "is no executable file",
                '{"transport_options": {}}': "needs a program",
                '{"transport": "py_simple_queue", "transport_options": {"order": "by_id"}}':
                    "put back by one consumer"}.items():
            name = self.write(config({**CASE, **json.loads(change)}))
            self.ends(self.bench("validate", name), "usage", err=why)
        self.ends(self.bench("validate", self.write(config(CASE))), "ok")

    def test_each_system_of_python_keeps_its_promises(self):
        rows = json.loads(self.bench("list", "transports", "--json").stdout)
        names = [row["name"] for row in rows if row["program"] and row["name"] != "external"]
        self.assertEqual(len(names), 7)
        base = {"transport": names, "workers": "process", "verify": "exact", "messages": 301}
        cases = self.play({**base, "topology": "2x3"},
                          {**base, "topology": "1x1", "start": "spawn", "stop": "count", "latency": "every"},
                          timeout_s=60)
        self.assertEqual({c["id"]: c["outcome"] for c in cases if c["outcome"] != "pass"}, {})
        self.assertEqual(len(cases), 14)
        pool = next(c for c in cases if c["id"].startswith("py_pool"))["rounds"][0]["workers"]
        self.assertEqual(len({w["parent_pid"] for w in pool}), 1)

    def test_what_python_reads_and_writes_follows_the_schemas(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        case, record = (jsonschema.Draft7Validator(json.loads(self.bench("schema", name).stdout))
                        for name in ("external-case", "external-record"))
        for name in python_queues.CHANNELS:
            given, told = self.play_python(transport=name)
            case.validate(given)
            record.validate(told)

    def test_order_across_producers_is_put_back_by_id(self):
        given, told = self.play_python(transport="py_simple_queue", option="by_id")
        ids = [s * 2 + p for p, first, n in told["workers"][-1]["popped"] for s in range(first, first + n)]
        self.assertEqual(ids, list(range(sum(given["messages"]))))
        self.assertRegex(told["effective"]["messages_held_back_max"], "^[0-9]+$")
        base = {"transport": "py_simple_queue", "transport_options": {"order": "by_id"}, "workers": "process",
                "verify": "exact", "messages": 301}
        cases = self.play({**base, "topology": ["1x1", "3x1"], "stop": ["pill", "count"]})
        self.assertEqual([case["outcome"] for case in cases], ["pass"] * 4)
        self.assertEqual([case["effective"]["messages_held_back_max"] for case in cases[:2]], ["0", "0"])

    def test_a_heap_holds_back_what_comes_before_its_turn(self):
        def message(producer, sequence, kind=python_queues.DATA):
            return python_queues.ENVELOPE.pack(sequence, producer, kind)
        pill = message(1, 3, python_queues.PILL)
        early, late = [message(1, s) for s in range(3)], [message(0, s) for s in range(3)]
        held, told = [], {}
        popped = python_queues.in_order(iter([*early, pill, *late]).__next__, 2, held, told)
        self.assertEqual([next(popped) for _ in range(7)],
                         [pill, *(one for both in zip(late, early) for one in both)])
        self.assertEqual((held, told), ([], {"held_back_max": 3}))
        popped = python_queues.in_order(iter([late[0], *late, pill]).__next__, 2, held, told)
        self.assertEqual([next(popped) for _ in range(3)], [late[0], late[0], pill])
        self.assertEqual(held, [(2, late[1]), (4, late[2])])  # both wait for what was lost

    def test_hazards_that_python_documents_are_seen(self):
        hazards = Path(__file__).resolve().parents[2] / "configs/python_hazards.json"
        self.ends(self.bench("--config", str(hazards), "--out", "r.json", "--quiet"), "ok")
        queue, pool, *pipes = json.loads((self.folder / "r.json").read_text())["cases"]
        for case in (queue, pool, *pipes):
            self.assertIn("termination", self.failed(case), case["id"])
        self.assertIn("hang (deadlock)", self.failed(queue)["termination"])
        self.assertIn("Queue objects should only be shared between processes through inheritance",
                      self.failed(pool)["termination"])


if __name__ == "__main__":
    main()
