#!/usr/bin/env python3
"""Draws the shipped reports with scripts/plot.py, as a user would, and reads the pictures' text.

usage: plots_test.py SOURCE
"""
import gzip
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
REPORTS = SOURCE / "tests" / "reports"
sys.path.insert(0, str(SOURCE / "scripts"))
from plots import documents  # noqa: E402  found by the line above

HAS_MATPLOTLIB = importlib.util.find_spec("matplotlib") is not None
PLOTS = {
    "scale": {"summary", "scaling", "heatmap", "latency", "rounds", "environment"},
    "payload": {"summary", "payload", "rounds", "environment"},
    "latency": {"summary", "latency", "rounds", "environment"},
    "faults": {"summary", "faults", "environment"},
    "hangs": {"summary", "environment"},
    "history": {"summary", "rounds", "series", "environment"},
    "ab": {"forest", "environment"},
    "comparison": {"forest"},
    "trend": {"trend"},
}


def plot(*arguments, **more):
    command = [sys.executable, str(SOURCE / "scripts" / "plot.py"), *map(str, arguments)]
    return subprocess.run(command, text=True, capture_output=True, timeout=300, **more)


@unittest.skipUnless(HAS_MATPLOTLIB, "no matplotlib: apt-get install python3-matplotlib")
class Pictures(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pcbench-plots-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.result = plot(*sorted(REPORTS.glob("*.json")), "--out", cls.folder)

    def text_of(self, name):
        return (self.folder / f"{name}.svg").read_text()

    def test_each_report_gives_the_plots_whose_data_it_has(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        expected = {
            f"{report}-{one}.{form}"
            for report, plots in PLOTS.items() for one in plots for form in ("png", "svg")
        }
        self.assertEqual({path.name for path in self.folder.iterdir() if path.is_file()}, expected)
        for path in self.folder.glob("*.png"):
            self.assertEqual(path.read_bytes()[:8], b"\x89PNG\r\n\x1a\n", path)

    def test_a_plot_without_data_is_left_out_and_the_reason_is_said(self):
        self.assertIn("payload.json: no heatmap: there are no several producers", self.result.stdout)
        self.assertIn("hangs.json: no scaling: no case", self.result.stdout)

    def test_a_picture_names_its_series_and_where_it_was_measured(self):
        text = self.text_of("scale-scaling")
        for words in ("shm_mpmc_ring", "pipe", "more workers than CPUs", "pcbench 0.1.0"):
            self.assertIn(words, text)

    def test_a_case_without_a_number_shows_its_verdict(self):
        self.assertIn("fail, as expected: termination", self.text_of("hangs-summary"))

    def test_the_fault_matrix_says_what_became_of_each(self):
        for words in ("kill p0 holding lock", "hang(deadlock)", "conserved", "degraded(1)"):
            self.assertIn(words, self.text_of("faults-faults"))

    def test_decisions_are_in_words_too(self):
        self.assertIn("improvement", self.text_of("ab-forest"))
        self.assertIn("-70 % at", self.text_of("trend-trend"))
        self.assertIn("REGRESSED", self.text_of("trend-trend"))

    def test_a_packed_report_is_read_and_one_form_is_enough(self):
        packed = self.folder / "packed" / "ab.json.gz"
        packed.parent.mkdir()
        packed.write_bytes(gzip.compress((REPORTS / "ab.json").read_bytes()))
        plot(packed, "--only", "forest", "--form", "svg", "--out", packed.parent)
        self.assertEqual((packed.parent / "ab-forest.svg").read_text(), self.text_of("ab-forest"))
        self.assertEqual(len(list(packed.parent.iterdir())), 2)

    def test_the_same_report_gives_the_same_bytes(self):
        again = self.folder / "again"
        plot(REPORTS / "ab.json", "--only", "forest", "--out", again)
        self.assertEqual((again / "ab-forest.svg").read_text(), self.text_of("ab-forest"))
        self.assertEqual(len(list(again.iterdir())), 2)


class WithoutPictures(unittest.TestCase):

    def test_a_missing_matplotlib_is_named_with_its_remedy(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("matplotlib", "numpy"):
                pathlib.Path(folder,
                             f"{name}.py").write_text(f"raise ModuleNotFoundError('gone', name='{name}')\n")
            result = plot(REPORTS / "ab.json", env={**os.environ, "PYTHONPATH": folder}, cwd=folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("apt-get install python3-matplotlib", result.stderr)
        self.assertNotIn("Traceback", result.stderr)

    @unittest.skipUnless(HAS_MATPLOTLIB, "no matplotlib")
    def test_a_file_that_is_none_of_ours_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            result = plot(SOURCE / "configs" / "1to1.json", cwd=folder)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("1to1.json: its schema is None", result.stderr)
            self.assertEqual(plot("gone.json", cwd=folder).returncode, 2)
            for empty in ('{"schema": "pcbench/report"}', '{"schema": "pcbench/report", "cases": [3]}'):
                pathlib.Path(folder, "empty.json").write_text(empty)
                result = plot("empty.json", cwd=folder)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn("error: empty.json: not as bench writes it", result.stderr)
            self.assertEqual(plot(REPORTS / "ab.json", "--out", "/proc/nowhere", cwd=folder).returncode, 7)


class Numbers(unittest.TestCase):

    def test_a_percentile_curve_ends_where_samples_do(self):
        points, count = documents.percentiles({"buckets": [[10, 50], [20, 30], [30, 15], [40, 5]]})
        self.assertEqual((points, count), ([(0.5, 10), (0.2, 20)], 100))

    def test_a_label_has_only_what_tells_cases_apart(self):

        def case(transport, stop, lock):
            return {"params": {"transport": transport, "stop": stop, "transport_options": {"lock": lock}}}

        cases = [case("a", "pill", 1), case("b", "pill", 2)]
        self.assertEqual(documents.varying(cases), ["transport"])
        cases.append(case("b", "close", 2))
        self.assertEqual([documents.label(one, documents.varying(cases)) for one in cases],
                         ["a · pill", "b · pill", "b · close"])

    def test_numbers_carry_three_digits_and_a_unit(self):
        self.assertEqual([documents.si(v) for v in (0, 999, 999.6, 1234567, 2e9, None)],
                         ["0", "999", "1 k", "1.23 M", "2 G", "-"])
        self.assertEqual([documents.duration(v) for v in (5, 1500, 2.5e6, 3e9)],
                         ["5 ns", "1.5 us", "2.5 ms", "3 s"])
        self.assertEqual([documents.size(v) for v in (0, 1000, 1024, 65536)],
                         ["0 B", "1000 B", "1 KiB", "64 KiB"])


if __name__ == "__main__":
    unittest.main()
