#!/usr/bin/env python3
"""Writes README.md of a study's folder from the reports in it; no number in it comes from anywhere else.

usage: scripts/study_page.py FOLDER
"""
import sys
from pathlib import Path

from plots import documents
from plots.documents import duration, metric, si
from plots.verdicts import fate_of

HEAD = """# A study of pcbench's own matrix

Written by `scripts/study` from the reports in this folder; nothing here was typed by hand. `scripts/study
--page` makes `study.html` of them, a page to look into. Machines differ: run `scripts/study` on yours.
"""
WORDS = """
msg/s is the median over the rounds, with its 95 % interval in brackets; a ratio's brackets are how far the
two intervals let it range. **Bold** is the best of its group; `~` marks those whose interval reaches into the
best one's, so that the order of the two is not known.
"""


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def picture(folder, name, words):
    return f"\n![{words}](plots/{name}.svg)\n" if (folder / "plots" / f"{name}.svg").exists() else ""


def rate(case):
    found = metric(case)
    if not found:
        return "-"
    return si(found["median"]) + (f" [{si(found['ci95'][0])}, {si(found['ci95'][1])}]"
                                  if found["ci95"] else "")


def overlap(one, other):
    """Whether nothing speaks against ONE and OTHER being the same."""
    a, b = metric(one)["ci95"], metric(other)["ci95"]
    return not a or not b or (a[0] <= b[1] and b[0] <= a[1])


def best_of(cases):
    fit = [case for case in cases if case["outcome"] == "pass" and not case["floor"] and metric(case)]
    return max(fit, key=lambda case: metric(case)["median"], default=None)


def against(case, best):
    if best is None or not metric(case) or case["outcome"] != "pass":
        return "-"
    if case is best:
        return "**best**"
    mark = "~" if overlap(case, best) else ""
    text = f"{mark}{metric(best)['median'] / metric(case)['median']:.3g}x slower"
    low, high = metric(case)["ci95"] or (0, 0)
    least, most = metric(best)["ci95"] or (0, 0)
    return text + (f" [{least / high:.3g}, {most / low:.3g}]" if low and least else "")


def machine(reports):
    one = next(iter(reports.values()))
    cpu, tool = one["environment"]["cpu"], one["tool"]
    text = table(["what", ""], [
        ["machine", f"{cpu['model']}, {cpu['usable_cpus']} CPUs, {one['environment']['kernel']}"],
        ["program", f"pcbench {tool['version']}, commit `{tool['git_commit']}`"],
        ["build", f"{tool['build']['type']}, {tool['build']['compiler']}, `{tool['build']['flags']}`"],
        ["run", f"{one['started_at']}, {sum(r['elapsed_s'] for r in reports.values()):.0f} s in all"],
    ])
    summed = {key: sum(r["summary"][key] for r in reports.values()) for key in ("cases", "passed")}
    text += f"\n{summed['passed']} of {summed['cases']} cases came out as expected.\n"
    for name, report in reports.items():
        for one in report["warnings"]:
            text += f"\n> `{name}`: {one['text']} ({one['remedy']})\n"
    return text


def choice_table(reports, topologies=()):
    """Which transport: by topology, with the pill; all TOPOLOGIES where none are named."""
    rows = []
    for name in ("1to1", "nto1", "1ton", "nton"):
        cases = [case for case in reports[name]["cases"] if case["params"]["stop"] == "pill"]
        for topology in dict.fromkeys(case["params"]["topology"] for case in cases):
            if topologies and topology not in topologies:
                continue
            group = [case for case in cases if case["params"]["topology"] == topology]
            best = best_of(group)
            for case in group:
                cpu = metric(case, "cpu_ns_per_msg")
                rows.append([
                    topology, f"`{case['params']['transport']}`", case["outcome"],
                    rate(case),
                    against(case, best), f"{cpu['median'] / 1000:.3g}" if cpu else "-"
                ])
    return table(["PxC", "transport", "verdict", "msg/s", "vs best", "CPU s / M msg"], rows)


def choice(reports, folder):
    text = "\n## Which transport\n" + WORDS + "\n" + choice_table(reports)
    return text + picture(folder, "sweep_workers-scaling", "throughput against workers") + \
        picture(folder, "sweep_workers-heatmap", "throughput by producers and consumers")


def thread_or_process(reports, folder):
    cases, rows = reports["nton_wide"]["cases"], []
    by = {(c["params"]["transport"], c["params"]["topology"], c["params"]["workers"]): c for c in cases}
    for transport, topology in dict.fromkeys((t, p) for t, p, _ in by):
        thread, process = (by.get((transport, topology, kind)) for kind in ("thread", "process"))
        ratio = "-"
        if thread and process and metric(thread) and metric(process):
            factor = metric(thread)["median"] / metric(process)["median"]
            ratio = ("~" if overlap(thread, process) else "") + f"{factor:.3g}"
        rows.append([
            topology, f"`{transport}`",
            rate(thread) if thread else "not possible",
            rate(process) if process else "not possible", ratio
        ])
    return "\n## Threads against processes\n\n" + table(
        ["PxC", "transport", "threads, msg/s", "processes, msg/s", "threads / processes"], rows) + \
        picture(folder, "nton_wide-scaling", "throughput against workers, threads and processes")


def stop_protocols(reports, folder):
    rows = []
    for name in ("1to1", "nto1", "1ton", "nton"):
        groups = {}
        for case in reports[name]["cases"]:
            groups.setdefault((case["params"]["topology"], case["params"]["transport"]),
                              []).append(case)
        for (topology, transport), group in groups.items():
            for case in group if len(group) > 1 else []:
                quiesce = metric(case, "quiesce_ns")
                rows.append([
                    topology, f"`{transport}`", f"`{case['params']['stop']}`",
                    rate(case),
                    against(case, best_of(group)),
                    duration(quiesce["median"]) if quiesce else "-"
                ])
    text = ("\n## What each way of stopping costs\n\nThe last column is the time from the last message "
            "until the last worker left.\n\n")
    return text + table(["PxC", "transport", "stop", "msg/s", "vs best", "to the end"], rows)


def verification(reports, folder):
    rows = []
    cases = [case for case in reports["verification"]["cases"] if metric(case)]
    for case in cases:
        params = case["params"]
        plain = next((
            one for one in cases
            if one["params"]["transport"] == params["transport"] and one["params"]["verify"] == "none"),
                     None)
        share = "-"
        if plain and plain is not case:
            factor = metric(case)["median"] / metric(plain)["median"] - 1
            share = ("~" if overlap(case, plain) else "") + f"{100 * factor:+.0f} %"
        rows.append([
            f"`{params['transport']}`" + (" (floor)" if case["floor"] else ""), params["verify"],
            params["integrity"],
            rate(case), share
        ])
    text = "\n## What verification costs\n\n`null` moves nothing: its rate is the harness's own ceiling.\n\n"
    return text + table(["transport", "verify", "integrity", "msg/s", "against verify none"], rows) + \
        picture(folder, "history-series", "rate and occupancy inside a round, from its history")


def payload(reports, folder):
    cases = reports["sweep_payload"]["cases"]
    transports = list(dict.fromkeys(case["params"]["transport"] for case in cases))
    rows = []
    for bytes_ in sorted({case["params"]["payload_bytes"] for case in cases}):
        group = {c["params"]["transport"]: c for c in cases if c["params"]["payload_bytes"] == bytes_}
        best = best_of(group.values())
        rows.append([documents.size(bytes_)] + [("**{}**" if group.get(name) is best else "{}"
                                                 ).format(rate(group[name])) if name in group else "-"
                                                for name in transports])
    return "\n## Payload\n\nmsg/s, one producer and one consumer.\n\n" + table(
        ["payload", *(f"`{name}`" for name in transports)], rows) + \
        picture(folder, "sweep_payload-payload", "throughput against payload")


def faults(reports, folder):
    cases = [case for case in reports["fault_matrix"]["cases"] if case["params"]["faults"]]
    name = lambda case: documents.value_text("faults", case["params"]["faults"])  # noqa: E731
    columns = list(dict.fromkeys(case["params"]["transport"] for case in cases))
    rows = [[fault] + [
        ", ".join(
            fate_of(case)[0]
            for case in cases if name(case) == fault and case["params"]["transport"] == column) or "-"
        for column in columns
    ] for fault in dict.fromkeys(map(name, cases))]
    return "\n## Who survives whose death\n\n" + table(["fault", *(f"`{one}`" for one in columns)], rows) + \
        "\nconserved: all delivered once, in order, intact, and everybody left. degraded(n): n messages " \
        "died in the hands of a killed worker. fail-stop: the channel said that it is broken, and all " \
        "left. hang(kind): the watchdog ended it. `!`: not as expected.\n"


def bugs(reports, folder):
    rows = []
    for case in reports["tutorial_bugs"]["cases"]:
        failed = next((one for one in case["verdicts"] if one["outcome"] == case["outcome"]), {})
        rows.append([f"`{case['params']['stop']}`", case["outcome"], failed.get("reason", "")])
    text = "\n## Three ways to stop that look right\n\n[The tutorial](../../docs/tutorial.md) says why.\n\n"
    return text + table(["stop", "verdict", "what pcbench saw"], rows)


PARTS = (choice, thread_or_process, stop_protocols, verification, payload, faults, bugs)
NAMES = ("1to1", "nto1", "1ton", "nton", "nton_wide", "sweep_workers", "sweep_payload", "verification",
         "history", "fault_matrix", "tutorial_bugs")


def read(folder, names=NAMES):
    try:
        return {name: documents.read(folder / f"{name}.json.gz")[1] for name in names}
    except documents.BadDocument as error:
        sys.exit(print(f"error: {error}", file=sys.stderr) or 2)


def main(folder):
    folder = Path(folder)
    reports = read(folder)
    text = HEAD + "\n" + machine(reports) + "".join(part(reports, folder) for part in PARTS)
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
