"""Verdicts in words. No matplotlib in here."""


def verdict_text(case):
    """CASE's outcome in words."""
    text = case["outcome"]
    if case["as_expected"] != (case["outcome"] == "pass"):
        text += ", as expected" if case["as_expected"] else ", not as expected"
    checks = [one["check"] for one in case["verdicts"] if one["outcome"] == case["outcome"] != "pass"]
    return text + (": " + ", ".join(checks) if checks else "")


def stopped_visibly(one):
    """Whether, after a fault had struck, a survivor was told that the channel is broken, and all left."""
    struck = any(fault["struck_at_ns"] is not None for fault in one.get("faults", []))
    told = any(worker["error"] and not worker["exit"]["asked"] for worker in one["workers"])
    return one["end"] == "completed" and struck and told


def is_fail_stop(case):
    """Whether nothing but that is wrong with CASE."""
    failed = {one["check"] for one in case["verdicts"] if one["outcome"] == "fail"}
    return failed == {"termination"} and any(map(stopped_visibly, case["rounds"]))


def fate_of(case):
    """(what became of CASE under its fault, as `--format matrix` says it; its first word)."""
    hang = next((r["hang"] for r in case["rounds"] if r["end"] == "hung"), None)
    worst = next((v for v in case["verdicts"] if v["outcome"] == case["outcome"]), {"check": "?"})
    in_flight = sum(v.get("lost_in_flight") or 0 for v in case["verdicts"])
    if hang:
        text, kind = f"hang({hang})", "hang"
    elif is_fail_stop(case):
        text, kind = "fail-stop", "fail-stop"
    elif case["outcome"] != "pass":
        text, kind = f"{case['outcome']} {worst['check']}", case["outcome"]
    elif in_flight:
        text, kind = f"degraded({in_flight})", "degraded"
    else:
        text, kind = "conserved", "conserved"
    return (text if case["as_expected"] else text + " !"), kind
