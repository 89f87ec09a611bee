"""What README.md and docs/ tell people to type is taken by bench, and what they link to is there."""
import re
import shlex

from support import SOURCE, CliTest, main

ROOT = SOURCE.resolve()
PAGES = [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if "decisions" not in p.parts)]


class Documents(CliTest):
    def commands(self):
        for page in PAGES:
            for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL):
                for line in block.splitlines():
                    words = shlex.split(line, comments=True)
                    if words:
                        yield page, words

    def test_each_command_is_taken(self):
        count = 0
        for page, (script, *arguments) in self.commands():
            self.assertTrue((ROOT / script).exists(), f"{page}: {script}")
            if script != "scripts/bench":
                continue
            count += 1
            arguments = [str(ROOT / one) if one.startswith("configs/") else one for one in arguments]
            is_run = arguments[0].startswith("--") or arguments[0] == "run"
            result = self.bench(*arguments, *["--dry-run"] * is_run)
            self.assertEqual(result.returncode, 0, f"{page}: {arguments}\n{result.stderr}")
        self.assertGreater(count, 10)

    def test_each_link_leads_somewhere(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
                place = (page.parent / target).resolve()
                self.assertTrue(target.startswith("http") or place.exists(), f"{page}: {target}")

    def test_each_transport_has_its_page(self):
        pages = [p for p in PAGES if p.parent.name == "transports" and p.name != "README.md"]
        families = "".join(page.read_text() for page in pages)
        for line in self.bench("list", "transports").stdout.splitlines()[1:]:
            if name := re.match(r"(\w+) +(PxC|\d+x\d+) ", line):
                self.assertIn(f"`{name[1]}`", families)


if __name__ == "__main__":
    main()
