"""`bench report`: what goes into a page, and what does not."""
import html.parser
import json

from support import SOURCE, CliTest, main

REPORTS = SOURCE.resolve() / "tests" / "reports"


class Page(html.parser.HTMLParser):
    """The data of a page, as a browser finds them, and what it would load."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.data, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        self.inside = attributes.get("type") == "application/json"
        if self.inside:
            self.data.append([attributes["class"], ""])

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, text):
        if self.inside:
            self.data[-1][1] += text

    def files(self):
        files = []
        for kind, text in self.data:
            if kind == "file":
                files.append(json.loads(text))
            else:
                files[-1]["document"]["cases"].append(json.loads(text))
        return files


class Reports(CliTest):
    def page(self, *files):
        self.ends(self.bench("report", *map(str, files), "--html", "p.html"), "ok")
        return Page((self.folder / "p.html").read_text())

    def test_a_page_holds_its_reports_whole(self):
        files = [REPORTS / f"{name}.json" for name in ("hangs", "ab", "comparison", "trend")]
        data = self.page(*files).files()
        self.assertEqual([one["file"] for one in data], list(map(str, files)))
        self.assertEqual([one["document"] for one in data], [json.loads(file.read_text()) for file in files])

    def test_a_page_loads_nothing(self):
        for tag, attributes in self.page(REPORTS / "hangs.json").elements:
            self.assertNotIn("src", attributes, tag)
            self.assertNotIn(tag, ("link", "img", "iframe", "object"))

    def test_text_of_a_report_cannot_end_its_element(self):
        bad = "</script><!--<script>\u2028]]>"
        report = json.loads((REPORTS / "hangs.json").read_text()) | {"comment": bad}
        page = self.page(self.write(report, "bad.json"))
        self.assertEqual(page.files()[0]["document"]["comment"], bad)
        scripts = [tag for tag, _ in page.elements if tag == "script"]
        self.assertEqual(len(scripts), 3 + len(report["cases"]))

    def test_a_page_is_ascii_which_a_browser_reads_in_half_the_time(self):
        report = json.loads((REPORTS / "hangs.json").read_text()) | {"comment": "\u2028\u00e9"}
        page = self.page(self.write(report, "c.json"))
        self.assertEqual(page.files()[0]["document"]["comment"], "\u2028\u00e9")
        self.assertTrue((self.folder / "p.html").read_text().isascii())

    def test_what_is_no_report_is_refused(self):
        deep = '{"schema": "pcbench/report", "x": ' + "[" * 200_000 + "]" * 200_000 + "}"
        for content, words in (({"cases": []}, "schema is null"), ("{", "no valid JSON"),
                               ("[]", "schema is null"), (deep, "nested deeper than 100 levels")):
            name = self.write(content)
            self.ends(self.bench("report", name, "--html", "p.html"), "usage", err=[words, f"at: {name}"])
        self.ends(self.bench("report", "gone.json", "--html", "p.html"), "usage", err="gone.json")
        self.ends(self.bench("report", ".", "--html", "p.html"), "usage")
        self.ends(self.bench("report", str(REPORTS / "ab.json")), "usage", err="--html")
        self.assertEqual(self.files(), ["c.json"])

    def test_what_would_break_a_reader_is_refused_in_words(self):
        deep = '{"schema": "pcbench/report", "x": ' + "[" * 300_000 + "]" * 300_000 + "}"
        self.ends(self.bench("report", self.write(deep), "--html", "p.html"), "usage", err="nested deeper")
        large = '{"schema": "pcbench/report", "x": 1e999}'
        self.ends(self.bench("report", self.write(large), "--html", "p.html"), "usage", err="no valid JSON")

    def test_a_page_that_cannot_be_written_is_told_by_the_exit_status(self):
        result = self.bench("report", str(REPORTS / "ab.json"), "--html", "nowhere/p.html")
        self.ends(result, "not_written", err="nowhere/p.html")

    def test_a_page_goes_to_stdout(self):
        result = self.bench("report", str(REPORTS / "ab.json"), "--html", "-")
        self.ends(result, "ok", out=["<!DOCTYPE html>", "</html>"])


if __name__ == "__main__":
    main()
