#!/usr/bin/env python3
"""Writes the table of scripts/limits from the reports in FOLDER and the micro-benchmarks in MICRO, run here.

usage: limits_table.py FOLDER MICRO [--short]

A ratio is the median over the rounds of ours to theirs in the same pass, hence minutes at most apart; only
passes in which the probes put both rounds into the same class count, and each class that has enough of them
has a row. The goals are of class near; in class far the goal is to be ahead of every other queue, and what
micro-benchmarks have to reach is the same in both. The interval is that of the median, at least 95 % (order
statistics). A case that failed has no number.
"""
import json
import math
import subprocess
import sys
from pathlib import Path

RATE, TRIP = "throughput_msgs_per_s", "round_trip_ns_p50"
ENOUGH = 6  # passes: with fewer a median has no interval
# What, ours (keys of a case), theirs, the metric, the goal: at least so many times as fast, or as long.
SPSC = {"transport": "shm_spsc_ring", "payload_bytes": 64, "workload": "pipeline", "workers": "process"}
TRIPS = {"workload": "ping_pong", "workers": "thread"}


def other(case, **more):
    return {**case, **more}


def rows():
    runs, single = other(SPSC, batch_messages=256), other(SPSC, batch_messages=1)
    yield "runs of 256, `boost_spsc_queue` too", runs, other(runs, transport="boost_spsc_queue"), RATE, 3
    yield ("runs of 256, `boost_spsc_queue` per message", runs, other(single, transport="boost_spsc_queue"),
           RATE, 10)
    rwq = {"transport": "readerwriterqueue", "workload": "pipeline", "payload_bytes": 64}
    yield "runs of 256, `readerwriterqueue` per message", runs, rwq, RATE, 10
    for ours in ("shm_spsc_ring", "shm_value_ring"):
        small = other(single, transport=ours, payload_bytes=8)
        yield (f"`{ours}` per message, 8 B, `atomic_queue`", small, other(small, transport="atomic_queue"),
               RATE, 1)
    yield "per message, 64 B, `atomic_queue`", single, other(single, transport="atomic_queue"), RATE, 2
    peers_of = {"process": ("atomic_queue", "boost_spsc_queue")}
    peers_of["thread"] = (*peers_of["process"], "readerwriterqueue", "concurrentqueue")
    for workers, peers in peers_of.items():
        for ours in ("shm_value_ring", "shm_spsc_ring"):
            for peer in peers:
                trip = other(TRIPS, workers=workers, transport=ours)
                yield (f"`{ours}` round trip, spinning, {workers}, `{peer}`", trip,
                       other(trip, transport=peer), TRIP, 1)
    for topology in ("1x1", "2x1", "1x2", "2x2", "4x4"):
        mpmc = {"transport": "shm_mpmc_ring", "topology": topology, "batch_messages": 64}
        yield f"`shm_mpmc_ring` {topology}, runs of 64, `concurrentqueue`", mpmc, other(
            mpmc, transport="concurrentqueue"), RATE, 1.7
    for topology in ("1x1", "2x2"):
        for peer, goal in (("libcds_queue", 1), ("tbb_queue", 3), ("boost_queue", 3)):
            mpmc = {"transport": "shm_mpmc_ring", "topology": topology, "batch_messages": 1}
            yield (f"`shm_mpmc_ring` {topology}, per message, `{peer}`", mpmc, other(mpmc, transport=peer),
                   RATE, goal)
    for topology, goal in (("1x1", 30), ("2x2", 15)):
        locked = {"transport": "locked_queue", "topology": topology}
        textbook = other(locked, transport="textbook_queue")
        yield f"`locked_queue` {topology}, `textbook_queue`", locked, textbook, RATE, goal
    pipe = {"transport": "pipe", "batch_messages": 256}
    yield "`pipe` in runs of 256, per message", pipe, other(pipe, batch_messages=1), RATE, 20


def scalars(params):
    return {key: value for key, value in params.items() if not isinstance(value, (dict, list))}


def find(report, keys):
    fit = [case for case in report["cases"] if keys.items() <= scalars(case["params"]).items()]
    if len(fit) != 1:
        sys.exit(f"limits_table.py: {len(fit)} cases are {keys}")
    return fit[0]


def by_pass(case, metric):
    """{round index: (class, value)} of the completed rounds."""
    found = {}
    rounds = [one for one in case["rounds"] if one["end"] == "completed"]
    for one in rounds:
        if metric == RATE:
            value = one["received"] * 1e9 / one["elapsed_ns"] if one["elapsed_ns"] else None
        else:
            value = one["pongs"]["round_trip_ns_p50"]
        if value:
            found[one["index"]] = (one["placement"]["class"], value)
    return found


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def interval(values):
    """At least 95 % for the median; None: there are too few."""
    values, n, outside = sorted(values), len(values), 0.0
    for k in range(n // 2):
        outside += math.comb(n, k) / 2**n
        if 2 * outside > 0.05:
            return (values[k - 1], values[n - k]) if k else None
    return (values[n // 2 - 1], values[n - n // 2]) if n >= ENOUGH else None


def compare(ours, theirs, metric):
    """{class: [ratio of each pass]}, rates ours to theirs, times likewise; of each class with enough passes,
    or else of the one that has most."""
    a, b = by_pass(ours, metric), by_pass(theirs, metric)
    classes = {}
    for index in sorted(a.keys() & b.keys()):
        if a[index][0] == b[index][0]:
            classes.setdefault(a[index][0], []).append(a[index][1] / b[index][1])
    found = {kind: ratios for kind, ratios in classes.items() if kind != "mixed" and len(ratios) >= ENOUGH}
    most = max(classes.items(), key=lambda one: len(one[1]), default=("-", []))
    return dict(sorted(found.items(), reverse=True)) or dict([most])


def verdict(*cases):
    for outcome in ("fail", "unknown"):
        if any(case["outcome"] == outcome for case in cases):
            return outcome
    return "pass"


def line(what, kind, ratios, wanted, at_most, said):
    goal = f"{'<=' if at_most else '>='} {wanted:g}"
    if not ratios or said == "fail":
        return [what, said, kind, "0", "-", "-", goal, "no number"]
    value, around = median(ratios), interval(ratios)
    met = value <= wanted if at_most else value >= wanted
    shown = f"{around[0]:.3g} … {around[1]:.3g}" if around else "too few"
    return [what, said, kind, str(len(ratios)), f"{value:.3g}", shown, goal, "yes" if met else "**no**"]


def micro(program, pattern, short):
    seconds = "0.01" if short else "1"
    done = subprocess.run([program, f"--benchmark_filter={pattern}", f"--benchmark_min_time={seconds}",
                           "--benchmark_format=json"], check=True, capture_output=True, text=True)
    benchmarks = json.loads(done.stdout)["benchmarks"]
    for one in benchmarks:
        if one.get("error_occurred"):
            sys.exit(f"limits_table.py: {one['name']}: {one['error_message']}")
    return benchmarks


def micro_lines(folder, short):
    """Of bench/micro, whose rounds are verified by their own checks, if not by a judge."""
    for one in micro(folder / "hand_over", "^whole/shm_spsc_ring/(1024|4096)/256", short):
        name = one["name"].split("/manual")[0]
        yield from by_class(f"`hand_over`: {name} (KiB, run), the cache-line limit", one, 0.75)
    for one in micro(folder / "harness_overhead", "^compare/", short):
        goal = None if "control" in one["name"] else 0.85 if "integrity_all" in one["name"] else 0.97
        name = one["name"].split("/manual")[0].removeprefix("compare/")
        yield from by_class(f"`harness_overhead`: {name}, the bare loop", one, goal)


def by_class(what, one, wanted):
    """A line for each class with enough ratios, or else one of all of them."""
    kinds = [kind for kind in ("near", "far") if one[f"n_{kind}"] >= ENOUGH]
    for kind, end in [(kind, f"_{kind}") for kind in kinds] or [("-", "")]:
        ratio, n = one["ratio" + end], one[f"n{end}"] if end else one["iterations"]
        shown = f"{one['low' + end]:.3g} … {one['high' + end]:.3g}" if "low" + end in one else "too few"
        goal = f">= {wanted}" if wanted else "none: A/A"
        met = "-" if not wanted else "yes" if ratio >= wanted else "**no**"
        yield [what, "checked", kind, str(int(n)), f"{ratio:.3g}", shown, goal, met]


def crowd_lines(report):
    for case in report["cases"]:
        params, passed = case["params"], case["outcome"] == "pass"
        what = f"`{params['transport']}` {params['topology']}, {params['wait']}: completes"
        rounds = str(len(case["rounds"]))
        yield [what, case["outcome"], "-", rounds, "-", "-", "pass", "yes" if passed else "**no**"]


def main():
    folder, programs, short = Path(sys.argv[1]), Path(sys.argv[2]), "--short" in sys.argv[3:]
    report = json.loads((folder / "limits.json").read_text())
    heads = ["ours against", "verdict", "CPUs", "n", "ratio", "95 %", "goal", "met"]
    lines = []
    for what, ours, theirs, metric, goal in rows():
        a, b = find(report, ours), find(report, theirs)
        for kind, ratios in compare(a, b, metric).items():
            wanted = 1 if kind == "far" else goal
            lines.append(line(what, kind, ratios, wanted, metric == TRIP, verdict(a, b)))
    lines += micro_lines(programs, short)
    lines += crowd_lines(json.loads((folder / "oversubscribed.json").read_text()))
    cpu, commit = report["environment"]["cpu"], report["tool"]["git_commit"][:12]
    print("# What our ways reach\n")
    print(f"Written by `scripts/limits`: {cpu.get('model')}, {cpu.get('logical_cpus')} CPUs, "
          f"{report['started_at']}, commit {commit}.\nA ratio is the median over the passes of ours to "
          "theirs, of times likewise; CPUs is the class of placement it is of, which the goals of "
          "queues differ by.\n"
          "What is in the way of the goals that are missed: decisions 74, 97, 98 and 99 (docs/decisions).\n")
    for cells in [heads, ["---"] * len(heads), *lines]:
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
