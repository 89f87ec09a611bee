"""What the JSON files of bench hold, as the plots and tables need it. No matplotlib in here."""
import gzip
import json
import math
from pathlib import Path

SCHEMAS = {
    "pcbench/report": "report",
    "pcbench/ab": "comparison",
    "pcbench/comparison": "comparison",
    "pcbench/trend": "trend"
}

# What tells cases of one report apart, in the order that a reader expects it.
LABEL_KEYS = ("transport", "topology", "workers", "start", "stop", "wait", "payload_bytes",
              "capacity_slots", "batch_messages", "codec", "pin", "verify", "integrity", "latency",
              "load", "work", "messages", "duration_s", "transport_options", "faults")
SAMPLES_ABOVE_MIN = 20  # as src/stats/quantile.h: a quantile with fewer samples above it is not given


class NotDrawn(Exception):
    """Why a plot cannot be drawn from this document."""


class BadDocument(Exception):
    """Why a file is none of ours."""


def read(path):
    """(kind, document) of the file at PATH. Errors: BadDocument."""
    try:
        data = Path(path).read_bytes()
        document = json.loads(gzip.decompress(data) if Path(path).suffix == ".gz" else data)
    except (OSError, EOFError) as error:
        raise BadDocument(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    except ValueError as error:
        raise BadDocument(f"{path}: no JSON: {error}") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema not in SCHEMAS:
        raise BadDocument(f"{path}: its schema is {schema!r}, not one of {', '.join(SCHEMAS)}")
    return SCHEMAS[schema], document


def si(value, unit=""):
    """VALUE with three digits and a prefix: 1.25 M msg/s."""
    if value is None:
        return "-"
    for limit, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit * 0.9995:
            return f"{value / limit:.3g} {prefix}{unit}" if abs(
                value) < 999.5 * limit else f"{value:.3g} {unit}"
    return f"{value:.3g} {unit}".rstrip()


def duration(ns):
    """NS in the unit that suits it."""
    for limit, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
        if abs(ns) >= limit * 0.9995:
            return f"{ns / limit:.3g} {unit}"
    return f"{ns:.3g} ns"


def size(count):
    """COUNT of bytes, in powers of 1024."""
    for limit, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= limit:
            return f"{count / limit:.4g} {unit}"
    return f"{count:.4g} B"


def fault_name(fault):
    return f"{fault['kind']} {fault['role'][0]}{fault['index']} {fault['phase'].replace('_', ' ')}"


def value_text(key, value):
    """A parameter's VALUE as a label says it."""
    if key == "payload_bytes":
        return size(value)
    if key == "faults":
        return " + ".join(fault_name(fault) for fault in value) or "no fault"
    if key == "load":
        return value["mode"] + (f" {si(value['rate_msgs_per_s'])}/s"
                                if "rate_msgs_per_s" in value else "")
    if key == "work":
        return " ".join(f"{role} {duration(value[role + '_ns'])}"
                        for role in ("producer", "consumer") if value[role + "_ns"]) or "no work"
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":")) if value else "default"
    plain = {
        "capacity_slots": f"{value} slots",
        "batch_messages": f"batch {value}",
        "messages": f"{value} msgs",
        "duration_s": f"{value} s"
    }
    return plain.get(key,
                     f"{key} {value}" if key in ("verify", "integrity", "latency", "pin") else str(value))


def varying(cases, without=()):
    """Keys of params that tell CASES apart; none that only follows from those before it."""

    def parts(keys):
        return len(
            {json.dumps([case["params"].get(key) for key in keys], sort_keys=True)
             for case in cases})

    keys = []
    for key in LABEL_KEYS:
        if key not in without and parts([*without, *keys, key]) > parts([*without, *keys]):
            keys.append(key)
    return keys


def label(case, keys):
    """CASE told apart by KEYS; by its transport where there are none."""
    return " · ".join(value_text(key, case["params"].get(key))
                      for key in keys) or case["params"]["transport"]


def series(cases, without):
    """CASES by label, in order; WITHOUT are the keys that the axes show."""
    keys = varying(cases, without)
    found = {}
    for case in cases:
        found.setdefault(label(case, keys), []).append(case)
    return found


def metric(case, name="throughput_msgs_per_s"):
    """The metric with a median, or None."""
    one = case["metrics"].get(name)
    return one if one and one["median"] is not None else None


def measured(document):
    """Cases with a throughput. Errors: NotDrawn."""
    cases = [case for case in document["cases"] if metric(case) and not case["params"]["faults"]]
    if not cases:
        raise NotDrawn("no case without faults has a throughput")
    return cases


def cpus(document):
    return document["environment"]["cpu"].get("usable_cpus") or document["environment"]["cpu"].get(
        "logical_cpus")


def percentiles(histogram):
    """[(share of samples above, ns)] of each bucket, until SAMPLES_ABOVE_MIN are left, and the count."""
    count = sum(one[1] for one in histogram["buckets"])
    points, seen = [], 0
    for lower, number in histogram["buckets"]:
        seen += number
        if count - seen < SAMPLES_ABOVE_MIN:
            break
        points.append(((count - seen) / count, max(lower, 1)))
    return points, count


def thinned(points, step=0.01):
    """POINTS of percentiles() without those that a picture has no room for: STEP apart in either decade."""
    kept = points[:1]
    for above, ns in points[1:-1]:
        if math.log10(kept[-1][0] / above) >= step or math.log10(ns / kept[-1][1]) >= step:
            kept.append((above, ns))
    return kept + points[1:][-1:]


def is_log(values):
    """Whether VALUES span so much that a linear axis hides the small ones."""
    positive = [value for value in values if value > 0]
    return bool(positive) and max(positive) / min(positive) > 20
