"""What the tests of the command line share: a scratch folder, and BENCH run in it as a user would."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH, SOURCE = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
CONTRACT_STATUS = {"ok": 0, "incorrect": 1, "usage": 2, "unfinished": 3, "not_written": 7, "interrupted": 130}


def config(*cases, **top):
    base = {"name": "sample", "rounds": 2, "warmup_rounds": 0, "seed": 7, "timeout_s": 20,
            "defaults": {"messages": 1001, "payload_bytes": 16, "capacity_slots": 64}, "cases": list(cases)}
    return {**base, **top}


RING = {"transport": "shm_mpmc_ring", "topology": "2x2"}
HANG = {"transport": "shm_locked_queue", "topology": "1x4", "workers": "process", "stop": "check_then_get",
        "messages": 2000, "work": {"producer_ns": 20000}}


class CliTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="pcbench-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def bench(self, *arguments):
        return subprocess.run([BENCH, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=120)

    def bench_to(self, stdout, *arguments):
        with open(stdout, "w") as file:
            return subprocess.run([BENCH, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                                  stdout=file, stderr=subprocess.PIPE, timeout=120)

    def write(self, content, name="c.json"):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return name

    def ends(self, result, status, out="", err=""):
        """RESULT has this exit status, and these words in stdout and stderr."""
        self.assertEqual(result.returncode, CONTRACT_STATUS[status],
                         result.stderr + (result.stdout or ""))
        for words, text in ((out, result.stdout or ""), (err, result.stderr)):
            for word in [words] if isinstance(words, str) else words:
                self.assertIn(word, text)
        return result

    def files(self):
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file())


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
