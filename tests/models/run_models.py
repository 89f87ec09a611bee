#!/usr/bin/env python3
"""Runs every model of this folder through SPIN and compares what it finds with what is expected.

    run_models.py [--only WORD] [--list] [--source ROOT]

A row is a model, its parameters and the expected result: `verified` (in every interleaving everybody leaves,
every claim holds; for the stop protocols also: no run goes on for ever), or the kind of counter-example that
has to be found: a model that cannot fail proves nothing. The
searches are of few workers and messages: evidence for the rest, not proof. Exit 77: no spin here.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77  # ctest's SKIP_RETURN_CODE

# What pan says when the claim of that kind is broken.
KINDS = {
    "hang": r"pan:\d+: invalid end state",
    "left inside": r"assertion violated.*(q_len|received==|consumed==)",
    "race": r"assertion violated \(seen\[.*==memory\[",
    "lost update": r"assertion violated \(taken==loaded\)",
}
PxC = {"1x1": {"P": 1, "C": 1}, "2x1": {"P": 2, "C": 1}, "1x2": {"P": 1, "C": 2}, "2x2": {"P": 2, "C": 2},
       "1x3": {"P": 1, "C": 3}, "3x1": {"P": 3, "C": 1}, "2x3": {"P": 2, "C": 3}, "3x2": {"P": 3, "C": 2}}


def rows():
    """(model, topology, other parameters, expected)"""
    every = ("1x1", "2x2", "1x3", "3x1", "2x3")
    for topology in every:
        yield "count", topology, {"N": 4}, "verified"
        yield "count_locked", topology, {"N": 4}, "verified"
        yield "pill", topology, {}, "verified"
        yield "close", topology, {}, "verified"
        yield "close", topology, {"DEADLINE": True}, "verified"
    yield "count", "2x2", {"N": 5, "BATCH": 2}, "verified"
    yield "pill", "3x2", {"BATCH": 3}, "verified"
    yield "pill", "2x3", {"CAPACITY": 1, "BATCH": 2}, "verified"
    yield "pill", "2x3", {"QUEUES": 2, "BATCH": 2}, "verified"  # each producer's own order is enough
    yield "close", "2x2", {"CAPACITY": 1, "N": 4}, "verified"

    # The tutorial's bugs: right with one consumer, as their rows say, and with no more.
    for bug in ("UNLOCKED_COUNT", "CHECK_THEN_GET", "LOCK_ACROSS_GET"):
        yield "count_locked", "2x1", {bug: True}, "verified"
        yield "count_locked", "2x2", {bug: True}, "hang"
    yield "count_locked", "1x2", {"UNLOCKED_COUNT": True, "NO_LOST_UPDATE": True}, "lost update"
    yield "count_locked", "2x3", {"CHECK_THEN_GET": True, "NO_LOST_UPDATE": True}, "hang"  # nothing lost

    # Wrong turns that the protocols' comments warn of.
    yield "count", "2x2", {"LOSE": True}, "hang"
    yield "pill", "1x2", {"PILLS": 1, "NEEDED": 1, "CAPACITY": 1}, "hang"
    yield "pill", "2x1", {"PILLS": 1, "NEEDED": 1, "CAPACITY": 4}, "left inside"
    yield "pill", "2x2", {"UNORDERED": True, "CAPACITY": 7}, "left inside"
    yield "pill", "1x2", {"SWALLOW": True, "BATCH": 2}, "hang"
    for topology in ("1x1", "2x2"):
        yield "close", topology, {"LATE": True}, "left inside"
        yield "close", topology, {"LATE": True, "DEADLINE": True}, "left inside"
    yield "close", "2x1", {"FIRST": True}, "left inside"
    yield "close", "1x1", {"UNFLUSHED": True}, "left inside"
    yield "close", "1x1", {"UNFLUSHED": True, "DEADLINE": True}, "left inside"

    yield "spsc_ring", "1x1", {}, "verified"
    yield "spsc_ring", "1x1", {"CAPACITY": 1, "N": 3}, "verified"
    yield "spsc_ring", "1x1", {"CAPACITY": 4, "N": 6, "PUBLISH_EVERY": 2, "FREE_EVERY": 2}, "verified"
    for label in ("P1", "C1", "P2", "C2"):
        yield "spsc_ring", "1x1", {label: "RELAXED"}, "race"
    for label in ("P3", "C3"):
        yield "spsc_ring", "1x1", {label: "RELAXED"}, "left inside"
    yield "spsc_ring", "1x1", {"LATE": True}, "left inside"
    yield "spsc_ring", "1x1", {"TOO_MANY": 1}, "race"

    yield "mpmc_ring", "1x1", {}, "verified"
    yield "mpmc_ring", "2x1", {"N": 2}, "verified"
    yield "mpmc_ring", "1x2", {"N": 2}, "verified"
    yield "mpmc_ring", "2x2", {"N": 2, "CAPACITY": 1}, "verified"
    for label in ("P1", "C1", "P2", "C2"):
        yield "mpmc_ring", "2x2", {label: "RELAXED"}, "race"
    for label in ("P3", "C3", "L1", "L2"):
        yield "mpmc_ring", "2x2", {label: "RELAXED"}, "left inside"
    yield "mpmc_ring", "2x1", {"N": 2, "T1": "RELAXED"}, "left inside"
    yield "mpmc_ring", "2x2", {"LATE": True}, "left inside"

    yield "event_count", "1x2", {}, "verified"
    yield "event_count", "1x2", {"N": 1, "CLOSING": True}, "verified"
    yield "event_count", "2x2", {}, "verified"
    for label in ("E1", "E2", "E3", "E4"):
        yield "event_count", "1x2", {label: "RELAXED"}, "hang"
    for change in ("EARLY", "NO_LOOK", "SAME_EPOCH"):
        yield "event_count", "1x2", {change: True}, "hang"
    yield "event_count", "1x1", {"N": 1, "PLAIN_LOAD": True, "STORES": 8}, "hang"


FINITE = {"count", "count_locked", "pill", "close"}  # the others may read an old value again and again
LARGE = {"mpmc_ring", "event_count"}  # worth an optimizing compiler, where all states are visited
# The others' few states are visited sooner than gcc has read what spin makes of them.
QUICK = "tcc" if shutil.which("tcc") else "gcc"


def compiled(folder, name, compiler, *flags):
    program = folder / name
    limits = ["-DMEMLIM=3000", "-DVECTORSZ=4096"]
    subprocess.run([compiler, "-w", *limits, *flags, "-o", program, folder / "pan.c"], check=True, cwd=folder)
    return program


def search(folder, program, *flags):
    # Ten times the depth that any has, and a table of 2^20 rows, which chain. Too little depth is no result.
    run = subprocess.run([program, "-m20000", "-w20", *flags], cwd=folder, capture_output=True, text=True)
    return run.stdout + run.stderr


def number(pattern, text):
    found = re.search(pattern, text)
    return int(float(found.group(1))) if found else 0


def found_in(output):
    """`verified`, a kind of counter-example, or what went wrong with the search itself."""
    for kind, pattern in KINDS.items():
        if re.search(pattern, output):
            return kind
    if "errors: 0" not in output or re.search(r"max search depth|not completed|MEMLIM|out of memory", output):
        complaints = [line for line in output.splitlines() if line.startswith(("pan", "error"))]
        return f"no result: {complaints}"
    if '"-end-"' in output:  # of the list of unreached states: the claims at the end were never looked at
        return "vacuous: some process never reaches its end"
    return "verified"


def run_row(model, topology, parameters, expected):
    with tempfile.TemporaryDirectory(prefix="pcbench-models-") as name:
        folder = Path(name)
        for source in HERE.glob("*.pml"):
            shutil.copy(source, folder)
        values = {**PxC[topology], **parameters}
        defines = [f"-D{key}={1 if value is True else value}" for key, value in values.items()]
        spin = subprocess.run(["spin", *defines, "-a", f"{model}.pml"], cwd=folder, capture_output=True,
                              text=True)
        if not (folder / "pan.c").exists():
            return "no result: " + (spin.stdout + spin.stderr).strip().splitlines()[0], 0, 0
        large = model in LARGE and expected == "verified"
        compiler = ["gcc", "-O2"] if large else [QUICK]
        claims = search(folder, compiled(folder, "claims", *compiler, "-DSAFETY"),
                        *(["-E"] if expected not in ("hang", "verified") else []))
        result = found_in(claims)
        if result == "verified" and model in FINITE and topology in ("2x2", "2x3"):
            endless = search(folder, compiled(folder, "endless", QUICK, "-DNP"), "-l", "-n")
            if "errors: 0" not in endless:
                result = "endless run"
        return result, number(r"([\d.e+]+) states, stored", claims), number(r"depth reached (\d+)", claims)


def drift(root):
    """Fragments (` * = code`) that a model says it models but that no source it names contains any more."""
    squeeze = lambda text: re.sub(r"\s+", "", re.sub(r"//[^\n]*", "", text))
    for model in sorted(HERE.glob("*.pml")):
        text = model.read_text()
        paths = [root / path for path in re.findall(r"src/[\w/]+\.(?:h|cpp)", text)]
        code = "".join(squeeze(path.read_text()) for path in paths if path.exists())
        for fragment in re.findall(r"^ \* = (.*)$", text, re.M):
            if squeeze(fragment) not in code:
                yield f"{model.name}: the source no longer says `{fragment}`: does the model still model it?"


def describe(model, topology, parameters, _expected):
    words = [key if value is True else f"{key}={value}" for key, value in parameters.items()]
    return f"{model:12} {topology} " + " ".join(words)


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", help="rows whose text contains this")
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--source", type=Path, default=HERE.parents[1], help="the project's root")
    options = arguments.parse_args()
    described = [(describe(*row), row) for row in rows() if options.only in describe(*row)]
    if options.list:
        print(*(f"{text:64} {row[3]}" for text, row in described), sep="\n")
        return 0
    failures = list(drift(options.source))
    for line in failures:
        print("FAILED", line)
    if not shutil.which("spin") or not shutil.which("gcc"):
        print("skipped: no spin or no gcc here (Debian: apt-get install spin gcc)")
        return 1 if failures else SKIPPED
    begin = time.monotonic()
    for text, row in described:
        result, states, depth = run_row(*row)
        good = result == row[3]
        print(f"{'ok    ' if good else 'FAILED'} {text:58} {result:12} {states:8} states, depth {depth}"
              + ("" if good else f"; expected: {row[3]}"), flush=True)
        if not good:
            failures.append(text)
    print(f"{len(described)} searches in {time.monotonic() - begin:.0f} s, {len(failures)} not as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
