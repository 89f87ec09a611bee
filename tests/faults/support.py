"""What the tests of faults share: a scratch folder, and bench run in it as a user would."""
import json
import os
import random
import subprocess
import tempfile
import unittest


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def run(bench, config, folder, *more):
    """The exit status and the report of BENCH on CONFIG, a dict or a path."""
    path, out = config, os.path.join(folder, "report.json")
    if isinstance(config, dict):
        path = os.path.join(folder, "config.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
    done = subprocess.run([bench, "--config", path, "--out", out, "--quiet", *more], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=240, check=False)
    return done.returncode, read_json(out)


def drawn(cells):
    """One in three of CELLS where CI draws them (PCBENCH_DRAW: a number, the commit's); else all."""
    draw = os.environ.get("PCBENCH_DRAW")
    if draw is None or "PCBENCH_FULL" in os.environ:
        return cells
    return random.Random(int(draw)).sample(cells, (len(cells) + 2) // 3)


def config_of(transport, stop, **more):
    case = {"transport": transport, "stop": stop, "workers": "process", "messages": 2000,
            "capacity_slots": 4096, **more}
    return {"name": "faulty", "rounds": 1, "warmup_rounds": 0, "timeout_s": 2, "cases": [case]}


class FaultsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pcbench-test-")
        self.addCleanup(self.folder.cleanup)

    def outcomes(self, bench, config, *more):
        """The exit status of BENCH on CONFIG, and the verdicts on its first case by their check."""
        status, report = run(bench, config, self.folder.name, *more)
        return status, {v["check"]: v for v in report["cases"][0]["verdicts"]}
