#!/usr/bin/env python3
"""Is a queue in a shared library judged like ours, and does its crash harm nobody?

usage: plugin_test.py BENCH SOURCE_FOLDER [unittest arguments]
"""
import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from support import SOURCE, CliTest, config, main  # noqa: E402

ROOT = SOURCE.resolve()
EXAMPLES = ROOT / "docs/your-queue"
INCLUDE = ["-I", str(ROOT / "src/transport/plugin")]
C = ["cc", "-std=c11", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", *INCLUDE]
CXX = ["c++", "-std=c++20", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", *INCLUDE]

# A change of ring.c: what is there, what it becomes.
LOSES = ("  unlock(ring);\n  return n;\n}\n\nstatic uint32_t pop",
         "  if (ring->write_pos >= 500 && ring->write_pos - n < 500) ring->write_pos -= 1;\n"
         "  unlock(ring);\n  return n;\n}\n\nstatic uint32_t pop")
CRASHES = ("  (void)producer;", "  if (ring->write_pos >= 500) *(volatile int*)0 = 1;")
HANGS = ("  (void)consumer;", "  while (ring->read_pos >= 500) {\n  }")
HOLDS_MORE = ("ring->capacity = spec->capacity_slots;", "ring->capacity = spec->capacity_slots - 1 + 2;")


class Plugins(CliTest):
    def build(self, command, source, out):
        subprocess.run([*command, str(source), "-o", out], cwd=self.folder, check=True)
        return out

    def ring(self, *changes, out="ring.so"):
        text = (EXAMPLES / "ring.c").read_text()
        for before, after in changes:
            self.assertIn(before, text)
            text = text.replace(before, after)
        return self.build(C, self.write_file("changed.c", text), out)

    def write_file(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def run_it(self, library, *cases, status="ok", **top):
        name = self.write(config(*cases, **top))
        result = self.bench("--config", name, "--plugin", library, "--out", "r.json", "--quiet")
        self.ends(result, status)
        return json.loads((self.folder / "r.json").read_text())["cases"]

    def verdicts(self, case):
        return {v["check"]: v["outcome"] for v in case["verdicts"]}

    def test_the_ring_in_c_keeps_its_promises_between_threads_and_processes(self):
        cases = self.run_it(
            self.ring(),
            {"transport": "my_ring", "topology": ["1x1", "3x2"], "workers": ["thread", "process"],
             "stop": ["pill", "close", "count"], "verify": "exact"},
            {"transport": "my_ring", "topology": "2x2", "workers": "process", "stop": "close", "wait": "park",
             "batch_messages": 7, "payload_bytes": [0, 200]},
            {"transport": "my_ring", "topology": "2x2", "verify": "history", "capacity_slots": 2})
        self.assertEqual([c["outcome"] for c in cases], ["pass"] * 15)

    def test_what_lies_behind_a_pill_is_not_taken_from_the_others(self):
        cases = self.run_it(self.ring(), {"transport": "my_ring", "topology": ["2x2", "2x1"],
                                          "batch_messages": 64, "stop": ["pill", "close"]})
        runs = {(case["params"]["topology"], case["params"]["stop"]): case["effective"]["batch_messages"]
                for case in cases}
        self.assertEqual(runs, {("2x2", "pill"): 1, ("2x1", "pill"): 64, ("2x2", "close"): 64,
                                ("2x1", "close"): 64})

    def test_the_class_in_cpp_does_too(self):
        cases = self.run_it(self.build(CXX, EXAMPLES / "deque.cpp", "deque.so"),
                            {"transport": "my_deque", "topology": ["1x1", "3x2"], "stop": ["pill", "close"]},
                            {"transport": "my_deque", "verify": "history", "capacity_slots": 2})
        self.assertEqual([c["outcome"] for c in cases], ["pass"] * 5)
        cases = self.run_it(self.build(CXX, EXAMPLES / "spsc.cpp", "spsc.so"),
                            {"transport": "my_spsc", "payload_bytes": 64, "batch_messages": [1, 16]})
        self.assertEqual([c["outcome"] for c in cases], ["pass"] * 2)

    def test_the_one_in_rust_does_too(self):
        if shutil.which("rustc") is None:
            self.skipTest("rustc is not installed")
        out = self.build(["rustc", "-O", "--crate-type", "cdylib"], EXAMPLES / "deque.rs", "rust.so")
        cases = self.run_it(out, {"transport": "my_rust_deque", "topology": ["1x1", "3x2"]},
                            {"transport": "my_rust_deque", "verify": "history", "capacity_slots": 2})
        self.assertEqual([c["outcome"] for c in cases], ["pass"] * 3)

    def test_it_is_a_transport_like_any_other(self):
        library = self.ring()
        rows = json.loads(self.bench("list", "transports", "--json", "--plugin", library).stdout)
        self.assertEqual(rows[-1]["name"], "my_ring")
        self.assertEqual(rows[-1]["order"], "fifo")
        name = self.write(config({"transport": "my_ring", "start": "spawn", "workers": "process"}))
        self.ends(self.bench("validate", name, "--plugin", library), "usage",
                  err="only a forked worker shares")
        self.ends(self.bench("validate", name), "usage", err="my_ring")

    def test_a_queue_that_loses_a_message_fails(self):
        case, = self.run_it(self.ring(LOSES), {"transport": "my_ring", "stop": "close", "verify": "exact"},
                            status="incorrect")
        self.assertEqual(self.verdicts(case)["delivery"], "fail")

    def test_a_queue_that_may_lose_is_not_judged_by_what_it_loses(self):
        lossy = self.ring(LOSES, ("PCBENCH_QUEUE_THREADS |", "PCBENCH_QUEUE_LOSSY | PCBENCH_QUEUE_THREADS |"))
        case, = self.run_it(lossy, {"transport": "my_ring", "stop": "close", "verify": "exact"})
        delivery = case["verdicts"][0]
        self.assertEqual((delivery["check"], delivery["outcome"]), ("delivery", "pass"))
        self.assertGreater(delivery["lost"], 0)
        case, = self.run_it(lossy, {"transport": "my_ring", "stop": "close",
                                    "expect": {"delivery": "unknown"}})
        self.assertIn("verify: exact", case["verdicts"][0]["reason"])

    def test_a_queue_that_holds_more_than_it_says_fails(self):
        busy = {"transport": "my_ring", "verify": "history", "capacity_slots": 2,
                "work": {"consumer_ns": 2000}}
        case, = self.run_it(self.ring(HOLDS_MORE), busy, status="incorrect")
        self.assertEqual(self.verdicts(case)["capacity"], "fail")

    def test_a_crash_is_a_verdict(self):
        for workers in ("thread", "process"):
            case, = self.run_it(self.ring(CRASHES), {"transport": "my_ring", "workers": workers},
                                status="unfinished")
            self.assertEqual(self.verdicts(case)["termination"], "fail")
            self.assertEqual(case["rounds"][-1]["end"], "worker_died")

    def test_a_hang_is_a_verdict(self):
        case, = self.run_it(self.ring(HANGS), {"transport": "my_ring", "workers": "process"}, timeout_s=0.5,
                            status="unfinished")
        self.assertEqual(case["rounds"][-1]["end"], "hung")

    def refused(self, library, words):
        name = self.write(config({"transport": "my_ring"}))
        self.ends(self.bench("--config", name, "--plugin", library), "usage", err=words)

    def test_a_library_that_cannot_be_used_says_why(self):
        self.refused("none.so", "none.so")
        (self.folder / "text.so").write_text("no library")
        self.refused("text.so", "text.so")
        nothing = self.write_file("nothing.c", "int nothing;\n")
        self.refused(self.build(C, nothing, "nothing.so"), "does not export pcbench_queue_describe")
        describe = "const pcbench_queue* pcbench_queue_describe(void) {"
        for change, words in (((".abi = PCBENCH_QUEUE_ABI", ".abi = 99"), "its abi is 99"),
                              (('.name = "my_ring"', '.name = "My ring"'), "lower case"),
                              (('.name = "my_ring"', '.name = "pipe"'), "a transport called pipe already"),
                              (("      .pop = pop,\n", ""), "must all be there"),
                              (("      .close = close_ring,\n", ""), "close goes with"),
                              (("PCBENCH_QUEUE_THREADS | PCBENCH_QUEUE_PROCESSES |", ""), "neither between"),
                              ((".order = PCBENCH_QUEUE_FIFO", ".order = 9"), "none that is known here"),
                              ((describe, describe + "\n  *(volatile int*)0 = 1;"), "it dies by a signal"),
                              ((describe, describe + "\n  while (1) {\n  }"), "it does not come back")):
            with self.subTest(words=words):
                changes = [change]
                if words in ("must all be there", "close goes with"):  # else it would be unused
                    unused = "uint32_t pop(" if "pop" in change[0] else "void close_ring("
                    changes.append(("static " + unused, unused))
                self.refused(self.ring(*changes), words)

    def test_a_queue_that_cannot_be_made_is_refused_before_anything_runs(self):
        init = "  struct ring* ring = memory;  // zeroed\n"
        self.refused(self.ring((init, init + "  if (spec) return 1;\n")), "it ends the process")
        self.refused(self.ring((init, init + "  *(volatile int*)0 = 1;\n")), "it dies by a signal")


if __name__ == "__main__":
    main()
