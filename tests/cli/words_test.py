#!/usr/bin/env python3
"""Does a user see the right words? usage: words_test.py BENCH SOURCE_FOLDER [unittest arguments]

Commands that run no pipeline: exit status, stdout, stderr and files.
"""
import json
import subprocess

from support import BENCH, RING, SOURCE, CliTest, config, main

REGISTRIES = ("transports", "stops", "waits", "codecs", "checks", "formats")


class Usage(CliTest):
    def test_nothing_to_do_is_a_usage_error(self):
        self.ends(self.bench(), "usage", err=["error: there is nothing to do\n", "hint: bench --config FILE"])

    def test_help_goes_to_stdout_with_examples_and_exit_status(self):
        for arguments in (["--help"], ["-h"], ["run", "--help"]):
            result = self.ends(self.bench(*arguments), "ok", out=["examples:", "exit status:", "130"])
            self.assertEqual(result.stderr, "")
        self.assertIn("--dry-run", self.bench("run", "--help").stdout)

    def test_every_command_of_the_help_is_there(self):
        text = self.bench("--help").stdout
        for command in ("run", "list", "validate", "schema", "recheck", "compare", "ab", "history", "doctor"):
            self.assertIn(command, text)
            self.ends(self.bench(command, "--help"), "ok", out=f"bench {command}")

    def test_version_names_the_commit_and_the_build(self):
        self.assertRegex(self.bench("--version").stdout, r"^pcbench \d+\.\d+\.\d+ \(\S+, \w+, .+\)\n$")

    def test_unknown_option_is_refused_with_the_nearest(self):
        name = self.write(config(RING))
        self.ends(self.bench("--confg", name), "usage", err="error:")
        self.ends(self.bench("--config", name, "--quite"), "usage", err=["--quite", "did you mean --quiet?"])
        self.assertEqual(self.files(), [name])

    def test_unknown_command_is_refused_with_the_nearest(self):
        self.ends(self.bench("lst"), "usage", err=['there is no command "lst"', '"list"'])

    def test_number_that_is_none_is_refused(self):
        name = self.write(config(RING))
        for wrong in ("--rounds=-1", "--rounds=many", "--seed=1.5", "--max-time=soon"):
            self.ends(self.bench("--config", name, wrong), "usage", err=wrong.split("=")[0])

    def test_config_that_is_not_there_is_named(self):
        self.ends(self.bench("--config", "none.json"), "usage", err="none.json")


class Lists(CliTest):
    def test_every_registry_is_json_with_names(self):
        everything = json.loads(self.ends(self.bench("list", "--json"), "ok").stdout)
        self.assertEqual(tuple(everything), REGISTRIES)
        for topic in REGISTRIES:
            rows = json.loads(self.ends(self.bench("list", topic, "--json"), "ok").stdout)
            self.assertEqual(rows, everything[topic])
            self.assertTrue(rows)
            self.assertTrue(all(row["name"] and row["help"] for row in rows))

    def test_text_names_every_row_and_the_reasons(self):
        for topic in REGISTRIES:
            rows = json.loads(self.bench("list", topic, "--json").stdout)
            text = self.ends(self.bench("list", topic), "ok").stdout
            self.assertTrue(all(row["name"] in text for row in rows))
            self.assertIn(rows[-1]["name"], self.bench("list").stdout)
        text = " ".join(self.bench("list", "transports").stdout.split())
        for row in json.loads(self.bench("list", "transports", "--json").stdout):
            self.assertIn(" ".join((row["spawn_refusal"] or "").split()), text)

    def test_transports_declare_what_they_promise(self):
        rows = {row["name"]: row for row in json.loads(self.bench("list", "transports", "--json").stdout)}
        ring = rows["shm_spsc_ring"]
        self.assertEqual((ring["producers_max"], ring["consumers_max"], ring["order"]), (1, 1, "fifo"))
        self.assertEqual(rows["shm_mpmc_ring"]["producers_max"], None)
        self.assertTrue(rows["null"]["floor"])
        self.assertEqual(rows["locked_queue"]["option"]["values"], ["mutex", "recursive", "spin"])
        self.assertEqual(rows["locked_queue"]["workers"], ["thread"])

    def test_known_bad_stops_are_told_apart(self):
        rows = json.loads(self.bench("list", "stops", "--json").stdout)
        self.assertEqual({row["name"] for row in rows if row["known_bad"]},
                         {"unlocked_count", "check_then_get", "lock_across_get"})
        self.assertEqual(self.bench("list", "stops").stdout.count("(known bad)"), 3)

    def test_unknown_topic_is_refused(self):
        self.ends(self.bench("list", "wires"), "usage", err="wires")

    def test_reader_that_goes_away_is_no_error(self):
        command = f"'{BENCH}' list --json | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}"
        self.assertEqual(subprocess.run(["bash", "-c", command], timeout=60).returncode, 0)

    def test_schemas_are_the_shipped_files(self):
        for which in ("config", "report"):
            text = self.ends(self.bench("schema", which), "ok").stdout
            self.assertEqual(text, (SOURCE / "schemas" / f"{which}-1.json").read_text())
            self.assertIn("$schema", json.loads(text))


class Validate(CliTest):
    def test_good_config_is_counted(self):
        name = self.write(config({**RING, "topology": ["1x1", "2x2"], "stop": ["pill", "close"]}))
        self.ends(self.bench("validate", name), "ok", out="ok: c.json: 4 cases\n")

    def test_all_errors_are_told_at_once_with_their_place(self):
        name = self.write(config({"transport": "shm_mpcm_ring", "messages": -1, "colour": 1}))
        self.ends(self.bench("validate", name), "usage",
                  err=["error: c.json: not a valid config\n", "/cases/0/transport", '"shm_mpmc_ring"',
                       "/cases/0/messages", "/cases/0/colour"])

    def test_broken_json_names_line_and_column(self):
        name = self.write('{\n "name": "x",\n "cases": [}\n')
        self.ends(self.bench("validate", name), "usage", err=["line 3", "column"])

    def test_one_bad_file_does_not_hide_the_others(self):
        bad = self.write("", "bad.json")
        good = self.write(config(RING), "good.json")
        self.ends(self.bench("validate", bad, good), "usage", out="ok: good.json: 1 case\n", err="bad.json")

    def test_nothing_is_run_or_written(self):
        name = self.write(config({**RING, "messages": 10**9}))
        self.ends(self.bench("validate", name), "ok")
        self.assertEqual(self.files(), [name])


class FullDevice(CliTest):
    def test_what_stdout_cannot_take_is_told_by_the_exit_status(self):
        good, bad = self.write(config(RING)), self.write("{", "bad.json")
        for words in (["list"], ["list", "--json"], ["schema", "config"], ["--help"], ["--version"],
                      ["validate", good], ["run", "--config", good, "--dry-run"], ["doctor"]):
            self.ends(self.bench_to("/dev/full", *words), "not_written", err="standard output")
        self.ends(self.bench_to("/dev/full", "validate", good, bad), "usage", err="bad.json")


class DryRun(CliTest):
    def test_cases_are_listed_and_nothing_is_run(self):
        name = self.write(config({**RING, "transport": ["pipe", "shm_mpmc_ring"], "messages": 10**9}))
        for option in ("--dry-run", "--list"):
            result = self.ends(self.bench("--config", name, option), "ok",
                               out=["sample: 2 cases, each 2 rounds; seed 7\n", "pipe/2x2", "about "])
            self.assertEqual(result.stderr, "")
        self.assertEqual(self.files(), [name])

    def test_overrides_and_filter_are_seen(self):
        name = self.write(config({**RING, "transport": ["pipe", "shm_mpmc_ring"]}))
        result = self.bench("--config", name, "--dry-run", "--filter", "transport:shm*", "--rounds", "3",
                            "--seed", "9", "--set", "/cases/0/topology=1x1")
        self.ends(result, "ok", out=["1 case, each 3 rounds; seed 9", "shm_mpmc_ring/1x1"])
        self.assertNotIn("pipe", result.stdout)

    def test_filter_without_a_match_is_an_error(self):
        name = self.write(config(RING))
        result = self.bench("--config", name, "--dry-run", "--filter", "transport:tcp")
        self.ends(result, "usage", err="--filter")


if __name__ == "__main__":
    main()
