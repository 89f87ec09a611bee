"""Verdicts in words. No matplotlib in here."""
import re


def verdict_text(case):
    """CASE's outcome in words."""
    text = case["outcome"]
    if case["as_expected"] != (case["outcome"] == "pass"):
        text += ", as expected" if case["as_expected"] else ", not as expected"
    checks = [one["check"] for one in case["verdicts"] if one["outcome"] == case["outcome"] != "pass"]
    return text + (": " + ", ".join(checks) if checks else "")


def fate_of(case):
    """(what became of CASE under its fault, as `--format matrix` says it; its first word).

    Reports that are older than that word tell the outcome."""
    fate = case.get("fate", case["outcome"])
    return fate if case["as_expected"] else fate + " !", re.match("[a-z-]+", fate)[0]
