#!/usr/bin/env python3
"""Can a run be judged again, and gone on with? usage: record_test.py BENCH SOURCE_FOLDER [unittest arguments]
"""
import json
import signal
import subprocess
import time

from support import BENCH, HANG, RING, CliTest, config, main

KILL = {"kind": "kill", "role": "producer", "index": 0, "phase": "in_push", "after_messages": 100}
MANY_KINDS = (
    {**RING, "verify": "exact", "workers": "process"},
    {"transport": "shm_spsc_ring", "workload": "ping_pong", "messages": 200},
    {"transport": "shm_spsc_ring", "load": {"mode": "open", "rate_msgs_per_s": 100000},
     "series_every_ms": 10},
    {"transport": "null"},
    {"transport": "shm_robust_queue", "topology": "2x1", "workers": "process", "stop": "close",
     "faults": [KILL]},
    {**HANG, "expect": {"termination": "fail"}})


def checksum_of(text):
    value = 0xcbf29ce484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001b3) & 0xffffffffffffffff
    return f"{value:016x}"


class Records(CliTest):
    def json(self, name):
        return json.loads((self.folder / name).read_text())

    def run_kept(self, *cases, status="ok", arguments=(), **top):
        name = self.write(config(*cases, **top))
        return self.ends(self.bench("--config", name, "--quiet", "--out", "r.json", "--out", "record:r.rec",
                                    *arguments), status)

    def change(self, change, name="r.rec"):
        """As somebody who knows the checksum would."""
        document = self.json(name)
        change(document["record"])
        text = json.dumps(document["record"], separators=(",", ":"), ensure_ascii=False)
        self.write('{"schema":"pcbench/record","schema_version":"1.0","checksum":"%s","record":%s}\n'
                   % (checksum_of(text), text), name)

    def test_nothing_that_a_report_shows_is_missing_in_the_record(self):
        self.run_kept(*MANY_KINDS, timeout_s=2)
        before, record = self.json("r.json"), (self.folder / "r.rec").read_text()
        result = self.ends(self.bench("run", "--resume", "r.rec", "--out", "r.json"), "ok",
                           err=("resume: all 11 rounds are there", "report: r.rec"))
        self.assertIn("6 cases: all as expected", result.stdout)
        after = self.json("r.json")
        for report in (before, after):
            report.pop("elapsed_s")
        self.assertEqual(before, after)
        self.assertEqual(len(record), len((self.folder / "r.rec").read_text()))

    def test_an_interrupted_run_is_gone_on_with(self):
        name = self.write(config({**RING, "messages": None, "duration_s": 0.2, "stop": "deadline"}, rounds=12,
                                 defaults={"payload_bytes": 16}))
        self.write((self.folder / name).read_text().replace('"messages": null, ', ""), name)
        process = subprocess.Popen([BENCH, "--config", name, "--out", "r.json", "--out", "record:r.rec"],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (self.folder / "r.rec").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 130)
        first = self.json("r.json")
        self.assertFalse(first["complete"])
        kept = [r for r in first["cases"][0]["rounds"] if r["end"] == "completed"]
        self.ends(self.bench("run", "--resume", "r.rec", "--out", "r.json"), "ok",
                  out="all as expected",
                  err=f"resume: {len(kept)} rounds are there, 1 of 1 cases need more")
        second = self.json("r.json")
        rounds = second["cases"][0]["rounds"]
        self.assertTrue(second["complete"])
        self.assertEqual(rounds[:len(kept)], kept)
        self.assertEqual([r["index"] for r in rounds], list(range(12)))
        self.assertEqual([r["order_index"] for r in rounds], list(range(12)))
        self.assertEqual([w["id"] for w in second["warnings"] if w["id"] == "resumed"], ["resumed"])
        self.assertEqual(second["started_at"], first["started_at"])
        self.ends(self.bench("run", "--resume", "r.rec", "--quiet"), "ok")

    def test_a_case_whose_history_nobody_kept_is_begun_anew(self):
        self.run_kept({**RING, "verify": "history"}, RING)
        self.ends(self.bench("recheck", "r.rec"), "ok", out="the history of a round is missing")
        self.ends(self.bench("run", "--resume", "r.rec", "--out", "r.json"), "ok",
                  err="resume: 2 rounds are there, 1 of 2 cases need more")
        self.assertEqual([c["outcome"] for c in self.json("r.json")["cases"]], ["pass", "pass"])

    def test_recheck_judges_from_the_evidence_alone(self):
        self.run_kept(RING)
        self.ends(self.bench("recheck", "r.rec"), "ok", out=("pass in 2 rounds", "delivery    pass  lost 0"))
        judged = json.loads(self.ends(self.bench("recheck", "--json", "r.rec"), "ok").stdout)
        self.assertEqual(judged["cases"][0]["verdicts"], self.json("r.json")["cases"][0]["verdicts"])

        def lose_one(record):
            consumers = record["cases"][0]["rounds"][1]["workers"][2:]
            next(t for c in consumers for t in c["tallies"] if t["count"])["count"] -= 1
        self.change(lose_one)
        self.ends(self.bench("recheck", "r.rec"), "incorrect", out=("delivery    fail", "not as expected"))

    def test_recheck_knows_what_was_expected(self):
        self.run_kept(HANG, timeout_s=1, status="unfinished")
        self.ends(self.bench("recheck", "r.rec"), "incorrect", out="termination fail")
        self.run_kept({**HANG, "expect": {"termination": "fail"}}, timeout_s=1)
        self.ends(self.bench("recheck", "r.rec"), "ok", out="termination fail")
        self.ends(self.bench("recheck", "r.rec", "--to-json", "h.json"), "usage", err="no single operations")

    def test_what_is_damaged_is_refused(self):
        self.run_kept(RING)
        text = (self.folder / "r.rec").read_text()
        digit = text.index('"sum":') + len('"sum":')
        other = "1" if text[digit] != "1" else "2"
        for damaged, words in ((text[:digit] + other + text[digit + 1:], "checksum"),
                               (text[:len(text) // 2], "no valid JSON"),
                               (text.replace('"1.0"', '"2.0"', 1), "version"),
                               (text.replace('"record":', '"rekord":', 1), "missing")):
            self.write(damaged, "damaged.rec")
            for command in (["recheck", "damaged.rec"], ["run", "--resume", "damaged.rec"]):
                self.ends(self.bench(*command), "usage", err=(words, "damaged.rec"))
        self.ends(self.bench("run", "--resume", "c.json"), "usage", err="is no record")
        self.ends(self.bench("run", "--resume", "no.rec"), "usage", err="no.rec")

    def test_what_cannot_be_gone_on_with_is_refused(self):
        self.run_kept(RING)
        for option in (["--config", "c.json"], ["--rounds", "3"], ["--set", "/rounds=3"], ["--seed", "1"],
                       ["--filter", "x"], ["--dry-run"]):
            self.ends(self.bench("run", "--resume", "r.rec", *option), "usage", err="exclude")
        self.ends(self.bench("run", "--resume", "r.rec", "--out", "json:r.rec"), "usage",
                  err="take the place")
        self.ends(self.bench("run"), "usage", err="--config is required")
        before = (self.folder / "r.rec").read_text()

        def elsewhere(record):
            next(facts for name, facts in record["environment"] if name == "cpu")[0][1] = "Testium 9"
        self.change(elsewhere)
        self.ends(self.bench("run", "--resume", "r.rec"), "usage", err=("another machine", "Testium 9"))
        self.write(before, "r.rec")

        def search(record):
            record["plan"]["cases"][0]["search"] = {"metric": "response_ns_p99", "at_most": 1.0}
        self.change(search)
        self.ends(self.bench("run", "--resume", "r.rec"), "usage", err="a search cannot be gone on with")


if __name__ == "__main__":
    main()
