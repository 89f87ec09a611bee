#!/usr/bin/env python3
"""Runs a bench with tiny parameters and looks at what it says, never at how fast it was.

usage: smoke.py micro PROGRAM | configs BENCH FOLDER | pipelines PROGRAM FOLDER
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_S = 120


def fail(text):
    sys.exit(f"smoke: {text}")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        fail(f"{' '.join(command)} exited with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def google_benchmark(command):
    """Every benchmark of COMMAND ran, and none says that it could not."""
    benchmarks = json.loads(run(command + ["--benchmark_format=json"]))["benchmarks"]
    if not benchmarks:
        fail("no benchmark ran")
    for benchmark in benchmarks:
        if benchmark.get("error_occurred"):
            fail(f"{benchmark['name']}: {benchmark['error_message']}")


def ends_when_interrupted(program):
    """Ctrl-C ends the whole of PROGRAM, not one of its cases."""
    case = {"transport": "shm_mpmc_ring", "workers": "process", "messages": 100000000,
            "work": {"consumer_ns": 20000}}
    with tempfile.TemporaryDirectory() as scratch:
        config = os.path.join(scratch, "long.json")
        Path(config).write_text(json.dumps({"name": "long", "rounds": 1, "warmup_rounds": 0, "cases": [
            {**case, "topology": ["1x1", "2x2"]}]}), encoding="utf-8")
        process = subprocess.Popen([program, "--config", config], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and not children.read_text().strip():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        try:
            text = process.communicate(timeout=LIMIT_S)[0]
        finally:
            process.kill()
    if process.returncode != 130:
        fail(f"{program} was interrupted and exited with {process.returncode}\n{text}")


def configs(folder):
    files = sorted(str(path) for path in Path(folder).glob("*.json"))
    return files or fail(f"no configs in {folder}")


def leftovers():
    """What bears our prefix in shared memory and message queues, and workers that nobody owns any more."""
    names = [str(p) for place in ("/dev/shm", "/dev/mqueue") for p in Path(place).glob("pcbench-*")]
    for status in Path("/proc").glob("[0-9]*/comm"):
        try:
            parent = int(status.with_name("stat").read_text().rsplit(")", 1)[1].split()[1])
            if status.read_text().startswith("pcb-") and parent == 1:
                names.append(str(status.parent))
        except (OSError, ValueError):
            pass
    return names


def run_config(bench, config, folder):
    out = os.path.join(folder, "report.json")
    before = set(leftovers())
    run([bench, "run", "--config", config, "--quiet", "--out", out])
    report = json.loads(Path(out).read_text(encoding="utf-8"))
    if not report["complete"] or not report["cases"]:
        fail(f"{config}: the report is not complete")
    for case in report["cases"]:
        if not case["verdicts"] or not case["rounds"]:
            fail(f"{config}: {case['id']} has no verdicts or no rounds")
    summary = report["summary"]
    if summary["passed"] != summary["cases"]:
        fail(f"{config}: {json.dumps(summary)}")
    if set(leftovers()) - before:
        fail(f"{config} left behind: {set(leftovers()) - before}")


def main(kind, program, folder=""):
    if kind == "micro":
        google_benchmark([program, "--benchmark_min_time=0.001"])
    elif kind == "pipelines":
        google_benchmark([program, "--config", configs(folder)[0], "--benchmark_repetitions=1"])
        ends_when_interrupted(program)
    elif kind == "configs":
        with tempfile.TemporaryDirectory() as scratch:
            for config in configs(folder):
                run_config(program, config, scratch)
    else:
        fail(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
