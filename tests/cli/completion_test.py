"""The completion of docs/bench.bash, in a real bash."""
import subprocess

from support import SOURCE, CliTest, main

ASK = """source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _bench; printf '%s\\n' "${COMPREPLY[@]}" """


class Completion(CliTest):
    def offers(self, line):
        script = str(SOURCE.resolve() / "docs" / "bench.bash")
        command = ["bash", "--norc", "-c", ASK, "ask", script, *line.split(" ")]
        result = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(result.stderr, "", line)
        return result.stdout.split()

    def test_commands_and_their_options_are_offered(self):
        self.assertIn("recheck", self.offers("bench re"))
        self.assertEqual(self.offers("bench run --form"), ["--format"])
        self.assertEqual(self.offers("bench --max"), ["--max-time"])
        self.assertNotIn("--rounds", self.offers("bench list --"))

    def test_what_may_follow_an_option_is_offered(self):
        self.assertEqual(self.offers("bench run --format js"), ["json"])
        self.assertIn("transport:shm_mpmc_ring", self.offers("bench --filter transport:shm"))
        self.assertEqual(self.offers("bench run --set /defaults/mess"), ["/defaults/messages="])
        self.assertEqual(self.offers("bench list st"), ["stops"])
        self.assertEqual(self.offers("bench run --rounds "), [])

    def test_files_are_offered_where_files_belong(self):
        self.write({}, "mine.json")
        self.assertEqual(self.offers("bench --config mi"), ["mine.json"])
        self.assertEqual(self.offers("bench validate mi"), ["mine.json"])

    def test_all_that_is_offered_is_there(self):
        for command in ("run", "list", "validate", "recheck", "report", "schema"):
            said = self.ends(self.bench(command, "--help"), "ok").stdout
            for word in self.offers(f"bench {command} --"):
                self.assertIn(word, said)


if __name__ == "__main__":
    main()
