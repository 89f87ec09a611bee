#!/usr/bin/env python3
"""How likely is a rare fault noticed? A message lost at random at one in N, over n messages, must be noticed
in each run in which it happened and in no other; so in 1 - (1 - 1/N)^n of all runs.

usage: power_test.py BENCH_WITH_FAULTS [--markdown]    PCBENCH_FULL=1 or --markdown: all rates"""
import json
import os
import subprocess
import sys
import tempfile

RUNS = 40
CELLS = [(1000, 300), (1000, 1000), (1000, 4000)]  # one in N, n messages
FULL = CELLS + [(10**4, 10**3), (10**4, 10**4), (10**4, 10**5),
                (10**6, 10**5), (10**6, 10**6), (10**6, 4 * 10**6)]
ONCE = {"faulty_deliver_late": "termination"}  # at each producer's end, whatever the rate
FAULTS = {"faulty_lose": "delivery", "faulty_duplicate": "delivery", "faulty_corrupt": "integrity",
          "faulty_tear": "integrity"}


def outcomes(bench, fault, one_in, messages):
    """For each of RUNS runs: whether the fault's own check failed, and whether messages went missing."""
    config = {"name": "power", "rounds": 1, "warmup_rounds": 0, "timeout_s": 60, "cases": [{
        "transport": fault, "transport_options": {"every": str(one_in)} if one_in > 1 else {},
        "stop": "close", "workers": "process", "messages": list(range(messages, messages + RUNS))}]}
    with tempfile.TemporaryDirectory(prefix="pcbench-test-") as folder:
        path, out = os.path.join(folder, "config.json"), os.path.join(folder, "report.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        subprocess.run([bench, "--config", path, "--out", out, "--quiet"], stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=1200, check=False)
        with open(out, encoding="utf-8") as file:
            report = json.load(file)
    for case in report["cases"]:
        verdicts = {verdict["check"]: verdict["outcome"] for verdict in case["verdicts"]}
        one = case["rounds"][0]
        yield verdicts[{**FAULTS, **ONCE}[fault]] == "fail", one["sent"] != one["received"]


def main():
    bench, markdown = sys.argv[1], "--markdown" in sys.argv
    wrong = 0
    print("| fault | one in | messages | runs that failed | expected |\n| --- | --- | --- | --- | --- |")
    for fault in FAULTS:
        for one_in, messages in FULL if os.environ.get("PCBENCH_FULL") or markdown else CELLS:
            seen = list(outcomes(bench, fault, one_in, messages))
            expected = 1 - (1 - 1 / one_in) ** messages
            share = sum(failed for failed, _ in seen) / len(seen)
            print(f"| `{fault}` | {one_in:,} | {messages:,} | {share:.0%} of {len(seen)} | {expected:.0%} |")
            spread = 5 * (expected * (1 - expected) / len(seen)) ** 0.5 + 1 / len(seen)
            wrong += abs(share - expected) > spread
            if FAULTS[fault] == "delivery":  # here the counts tell what happened
                wrong += any(failed != happened for failed, happened in seen)
    for fault in ONCE:
        seen = [failed for failed, _ in outcomes(bench, fault, 1, 1000)]
        print(f"| `{fault}` | the last | 1,000 | {sum(seen) / len(seen):.0%} of {len(seen)} | 100% |")
        wrong += not all(seen)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
