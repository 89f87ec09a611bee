#!/usr/bin/env python3
"""Writes the table of scripts/limits from the reports in FOLDER, or fills FOLDER for it.

usage: limits_table.py FOLDER                   the table, from limits, oversubscribed and micro.json[.gz]
       limits_table.py FOLDER MICRO [--short]   runs the micro-benchmarks in MICRO and writes micro.json

A ratio is the median over the rounds of ours to theirs in the same pass, hence minutes at most apart; only
passes in which the probes put all of its rounds into the same class count, and each class has a row. Where
there are several of theirs, it is to the best of them in each pass, and the row names the best by median.
The goals are of class near; in class far the goal is to be ahead of every other queue, and what
micro-benchmarks have to reach is the same in both. The interval is that of the median, at least 95 % (order
statistics). A row says whether a goal is met only where all verdicts are good, by the judge or by what a
micro-benchmark's own JSON says, and enough passes were seen: else it is `void`, or the class `not seen`.
"""
import gzip
import json
import math
import subprocess
import sys
from pathlib import Path

RATE, TRIP = "throughput_msgs_per_s", "round_trip_ns_p50"
ENOUGH = 6  # passes: with fewer a median has no interval
CLASSES = ("near", "far")
CREDIBLE = ("pass", "checked")  # by the judge; by a bare loop of a micro-benchmark, which has none
# What, ours (keys of a case), theirs (likewise, or a list of such), the metric, the goal: at least so many
# times as fast, or at most so many times as long.
SPSC = {"transport": "shm_spsc_ring", "payload_bytes": 64, "workload": "pipeline", "workers": "process"}
TRIPS = {"workload": "ping_pong", "workers": "thread"}
PER_MESSAGE = ("atomic_queue", "boost_spsc_queue", "ck_ring", "libcds_queue")  # between processes, too


def other(case, **more):
    return {**case, **more}


def readerwriterqueue(payload_bytes):
    """Between threads: it serves no others."""
    return {"transport": "readerwriterqueue", "workload": "pipeline", "payload_bytes": payload_bytes}


def rows():
    runs, single = other(SPSC, batch_messages=256), other(SPSC, batch_messages=1)
    yield "runs of 256, `boost_spsc_queue` too", runs, other(runs, transport="boost_spsc_queue"), RATE, 3
    yield ("runs of 256, `boost_spsc_queue` per message", runs, other(single, transport="boost_spsc_queue"),
           RATE, 10)
    yield "runs of 256, `readerwriterqueue` per message", runs, readerwriterqueue(64), RATE, 10
    for ours, payload_bytes, goal in (("shm_spsc_ring", 8, 1), ("shm_value_ring", 8, 1),
                                      ("shm_spsc_ring", 64, 2)):
        case = other(single, transport=ours, payload_bytes=payload_bytes)
        peers = [other(case, transport=peer) for peer in PER_MESSAGE] + [readerwriterqueue(payload_bytes)]
        yield f"`{ours}` per message, {payload_bytes} B, the best peer", case, peers, RATE, goal
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
            mpmc = {"transport": "shm_mpmc_ring", "topology": topology, "batch_messages": 1,
                    "wait": "backoff"}
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


def find_all(report, theirs):
    return [find(report, one) for one in (theirs if isinstance(theirs, list) else [theirs])]


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
    """{class: (ratios, index)}: of each pass ours to the best of THEIRS in it, and which of THEIRS is the
    best by median, None where there is no such pass."""
    best, mine = max if metric == RATE else min, by_pass(ours, metric)
    others = [by_pass(case, metric) for case in theirs]
    found = {}
    for kind in CLASSES:
        passes = [index for index in sorted(mine)
                  if all(index in one and one[index][0] == kind for one in (mine, *others))]
        ratios = [mine[index][1] / best(one[index][1] for one in others) for index in passes]
        medians = [median([one[index][1] for index in passes]) for one in others] if passes else []
        found[kind] = ratios, medians.index(best(medians)) if passes else None
    return found


def verdict(*cases):
    for outcome in ("fail", "unknown"):
        if any(case["outcome"] == outcome for case in cases):
            return outcome
    return "pass"


def line(what, said, kind, n, value, around, goal, met):
    """A row; MET is what it says of the goal if it may say anything."""
    if said not in CREDIBLE:
        return [what, said, kind, str(n), "-", "-", goal, "void"]
    if n == 0:
        return [what, said, kind, "0", "-", "-", goal, "not seen"]
    shown = f"{around[0]:.3g} … {around[1]:.3g}" if around else "too few"
    met = met if kind in CLASSES and n >= ENOUGH else "void"
    return [what, said, kind, str(n), f"{value:.3g}", shown, goal, met]


def yes(met):
    return "yes" if met else "**no**"


def queue_lines(report):
    for what, ours, theirs, metric, goal in rows():
        a, others = find(report, ours), find_all(report, theirs)
        for kind, (ratios, best) in compare(a, others, metric).items():
            wanted = 1 if kind == "far" else goal
            value = median(ratios) if ratios else None
            met = value is not None and (value <= wanted if metric == TRIP else value >= wanted)
            named = f", `{others[best]['params']['transport']}`" if len(others) > 1 and ratios else ""
            yield line(what + named, verdict(a, *others), kind, len(ratios), value, interval(ratios),
                       f"{'<=' if metric == TRIP else '>='} {wanted:g}", yes(met))


def measure(folder, programs, short):
    """Runs the micro-benchmarks and keeps what they say, but for where on this machine they lie."""
    found = {}
    for name, pattern in (("hand_over", "^whole[^/]*/shm_spsc_ring/(1024|4096)/256"),
                          ("harness_overhead", "^compare/")):
        command = [programs / name, f"--benchmark_filter={pattern}", "--benchmark_format=json",
                   f"--benchmark_min_time={'0.01' if short else '1'}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        if not done.stdout.startswith("{"):
            sys.exit(f"limits_table.py: {name}: {done.stdout or done.stderr}")
        found[name] = json.loads(done.stdout)
        for key in ("executable", "host_name"):
            found[name]["context"].pop(key, None)
    (folder / "micro.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def micro_lines(found):
    """Of bench/micro, where a row is an error if a round of it was not as it should be."""
    for one in found["hand_over"]["benchmarks"]:
        name = one["name"].split("/manual")[0]
        yield from by_class(f"`hand_over`: {name} (KiB, run), the cache-line limit", one, 0.75)
    for one in found["harness_overhead"]["benchmarks"]:
        goal = None if "control" in one["name"] else 0.85 if "integrity_all" in one["name"] else 0.97
        name = one["name"].split("/manual")[0].removeprefix("compare/")
        yield from by_class(f"`harness_overhead`: {name}, the bare loop", one, goal)


def by_class(what, one, wanted):
    """A line for each class; of an error one with its reason."""
    goal = f">= {wanted}" if wanted else "none: A/A"
    if one.get("error_occurred"):
        reason = one["error_message"].replace("|", "/")
        return [[*line(what, "error", "-", 0, None, None, goal, "")[:-1], f"void: {reason}"]]
    lines = []
    for kind in CLASSES:
        value, low, high = (one.get(f"{key}_{kind}") for key in ("ratio", "low", "high"))
        lines.append(line(what, one.get("label", "unknown"), kind, int(one[f"n_{kind}"]), value,
                          None if low is None else (low, high), goal,
                          yes(value >= wanted) if wanted and value is not None else "-"))
    return lines


def crowd_lines(report):
    for case in report["cases"]:
        params, said = case["params"], case["outcome"]
        what = f"`{params['transport']}` {params['topology']}, {params['wait']}: completes"
        met = "void" if said == "unknown" else yes(said == "pass")
        yield [what, said, "-", str(len(case["rounds"])), "-", "-", "pass", met]


def load(folder, name):
    plain = folder / f"{name}.json"
    if plain.exists():
        return json.loads(plain.read_text(encoding="utf-8"))
    return json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))


def main(folder):
    report = load(folder, "limits")
    heads = ["ours against", "verdict", "CPUs", "n", "ratio", "95 %", "goal", "met"]
    lines = [*queue_lines(report), *micro_lines(load(folder, "micro")),
             *crowd_lines(load(folder, "oversubscribed"))]
    cpu, commit = report["environment"]["cpu"], report["tool"]["git_commit"][:12]
    print("# What our ways reach\n")
    print(f"Written by `scripts/limits`: {cpu.get('model')}, {cpu.get('logical_cpus')} CPUs, "
          f"{report['started_at']}, commit {commit}.\nA ratio is the median over the passes of ours to "
          "theirs, of times likewise; CPUs is the class of placement it is of, which the goals of "
          "queues differ by.\n"
          f"`void`: a verdict is not good, or fewer than {ENOUGH} passes were of the class; `not seen`: none "
          "was. The best peer is the best of each pass; the one named is the best by median.\n"
          "What is in the way of the goals that are missed: decisions 74, 97, 98, 99 and 102 "
          "(docs/decisions).\n")
    for cells in [heads, ["---"] * len(heads), *lines]:
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(Path(sys.argv[1]), Path(sys.argv[2]), "--short" in sys.argv[3:])
    else:
        main(Path(sys.argv[1]))
