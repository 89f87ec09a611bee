"""Verdicts in words. No matplotlib in here."""


def verdict_text(case):
    """CASE's outcome in words."""
    text = case["outcome"]
    if case["as_expected"] != (case["outcome"] == "pass"):
        text += ", as expected" if case["as_expected"] else ", not as expected"
    checks = [one["check"] for one in case["verdicts"] if one["outcome"] == case["outcome"] != "pass"]
    return text + (": " + ", ".join(checks) if checks else "")


def fate_of(case):
    """(what became of CASE under its fault, conserved | lost | hang | fail | unknown)."""
    hang = next((r["hang"] for r in case["rounds"] if r["end"] == "hung"), None)
    worst = next((v for v in case["verdicts"] if v["outcome"] == case["outcome"]), {"check": "?"})
    in_flight = sum(v.get("lost_in_flight") or 0 for v in case["verdicts"])
    if hang:
        text, kind = f"hang ({hang})", "hang"
    elif case["outcome"] != "pass":
        text, kind = f"{case['outcome']}: {worst['check']}", case["outcome"]
    elif in_flight:
        text, kind = f"lost {in_flight} in hand", "lost"
    else:
        text, kind = "conserved", "conserved"
    return (text if case["as_expected"] else text + " !"), kind
