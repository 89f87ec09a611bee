#!/usr/bin/env python3
"""How likely is a rare fault noticed? A message lost at random at one in N, over n messages, must be noticed
in each run in which it happened and in no other; so in 1 - (1 - 1/N)^n of all runs. How many of RUNS fail
must be in the exact 99.9 % interval of that, at the first or a second try: so a cell fails by chance once in
a million.

usage: power_test.py BENCH_WITH_FAULTS [--markdown]    PCBENCH_FULL=1 or --markdown: all rates"""
import json
import os
import subprocess
import sys
import tempfile

RUNS = 40
LEVEL = 0.999
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


def interval(chances):
    """The least and the most of all runs that fail, each by its own of CHANCES: exact, and central."""
    exactly = [1.0]  # [k]: the probability that k of those so far fail
    for chance in chances:
        exactly = [fewer * chance + as_many * (1 - chance)
                   for fewer, as_many in zip([0.0, *exactly], [*exactly, 0.0])]
    tail = (1 - LEVEL) / 2
    least = next(k for k in range(len(exactly)) if sum(exactly[:k + 1]) > tail)
    most = next(k for k in reversed(range(len(exactly))) if sum(exactly[k:]) > tail)
    return least, most


def is_as_often(bench, fault, one_in, messages):
    """Whether a cell is as expected; prints its row."""
    chances = [1 - (1 - 1 / one_in) ** n for n in range(messages, messages + RUNS)]
    least, most = interval(chances)
    for _ in range(2):
        seen = list(outcomes(bench, fault, one_in, messages))
        failures = sum(failed for failed, _ in seen)
        print(f"| `{fault}` | {one_in:,} | {messages:,} | {failures / RUNS:.0%} of {RUNS} "
              f"| {sum(chances) / RUNS:.0%} |", flush=True)
        if FAULTS[fault] == "delivery" and any(failed != happened for failed, happened in seen):
            return False  # here the counts tell what happened
        if least <= failures <= most:
            return True
    return False


def main():
    bench, markdown = sys.argv[1], "--markdown" in sys.argv
    wrong = 0
    print("| fault | one in | messages | runs that failed | expected |\n| --- | --- | --- | --- | --- |")
    for fault in FAULTS:
        for one_in, messages in FULL if os.environ.get("PCBENCH_FULL") or markdown else CELLS:
            wrong += not is_as_often(bench, fault, one_in, messages)
    for fault in ONCE:
        seen = [failed for failed, _ in outcomes(bench, fault, 1, 1000)]
        print(f"| `{fault}` | the last | 1,000 | {sum(seen) / len(seen):.0%} of {len(seen)} | 100% |")
        wrong += not all(seen)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
