"""Verdicts and decisions: the fault matrix, A against B, the trend, and the environment they hold for."""
import matplotlib.pyplot as plt

from . import documents, style
from .documents import NotDrawn
from .verdicts import fate_of

ROWS_MAX = 60
FATE_COLORS = {
    "conserved": style.GOOD,
    "degraded": "#E69F00",
    "fail-stop": "#E69F00",
    "hang": style.BAD,
    "fail": style.BAD,
    "unknown": style.UNSURE
}


def faults(document):
    """Each transport's fate under each fault."""
    cases = [case for case in document["cases"] if case["params"]["faults"]]
    if not cases:
        raise NotDrawn("no case has a fault")
    name = lambda case: documents.value_text("faults", case["params"]["faults"])  # noqa: E731
    rows = list(dict.fromkeys(name(case) for case in cases))
    columns = list(dict.fromkeys(case["params"]["transport"] for case in cases))
    fig, [[axes]] = style.figure(document,
                                 f"{document['name']}: what became of each transport under each fault",
                                 2.6 + 1.65 * len(columns), 1.5 + 0.36 * len(rows))
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    cells = {}
    for case in cases:
        cells.setdefault((rows.index(name(case)), columns.index(case["params"]["transport"])),
                         []).append(case)
    for row in range(len(rows)):
        for column in range(len(columns)):
            there = [fate_of(case) for case in cells.get((row, column), [])]
            text, color = "\n".join(dict.fromkeys(
                t for t, _ in there)) or "-", FATE_COLORS[there[0][1]] if there else "#DDDDDD"
            axes.add_patch(
                plt.Rectangle((column + 0.02, row + 0.05), 0.96, 0.9, facecolor=color,
                              alpha=0.28 if there else 0.25, linewidth=0))
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8)
    axes.set_xticks([i + 0.5 for i in range(len(columns))], columns)
    axes.set_yticks([i + 0.5 for i in range(len(rows))], rows)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xlabel(
        "conserved: all delivered once, in order, intact, and everybody left. degraded(n): n messages died "
        "in the hands of a killed worker.\nfail-stop: the channel said that it is broken, and all left. "
        "hang(kind): the watchdog ended it.\n!: not as the config expects.", fontsize=8, loc="left")
    return fig


def forest(document):
    """The change of each claim with its interval, and the margin within which nothing counts."""
    claims = [(one, claim) for one in document["comparisons"] for claim in one["claims"]]
    if not claims:
        raise NotDrawn("nothing was compared")
    claims.sort(key=lambda pair: -abs(pair[1]["change"]))
    more, claims = len(claims) - ROWS_MAX, claims[:ROWS_MAX]
    several = len({claim["metric"] for _, claim in claims}) > 1
    base, new = document["comparisons"][0]["base"], document["comparisons"][-1]["new"]
    fig, [[axes]] = style.figure(document, f"change from {base} to {new}", 10, 1.7 + 0.34 * len(claims))
    colors = {"regression": style.BAD, "improvement": style.GOOD, "equivalent": "#0072B2"}
    margin = document["comparisons"][0]["rule"]["margin"]
    axes.axvspan(1 - margin, 1 + margin, color=style.SHADE, zorder=0, linewidth=0)
    axes.axvline(1, color="#888888", linewidth=0.8)
    for row, (_, claim) in enumerate(claims):
        low, high = claim["change_ci95"] or (claim["change"], claim["change"])
        color = colors.get(claim["verdict"], style.UNSURE)
        axes.plot([max(1 + low, 0.01), 1 + high], [row, row], color=color, linewidth=1.6)
        axes.plot([1 + claim["change"]], [row], marker="s", color=color, markersize=5)
        axes.text(1.01, row, f"{claim['verdict']}, p {claim['p_holm']:.2g}",
                  transform=axes.get_yaxis_transform(), va="center", fontsize=8, color=color)
    axes.set_yticks(range(len(claims)),
                    [c["case"] + (f"  {c['metric']}" if several else "") for _, c in claims], fontsize=8)
    axes.set_ylim(len(claims) - 0.4, -0.6)
    style.rate_axis(axes.xaxis, log=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.3g}x")
    axes.xaxis.set_minor_formatter(lambda value, _: f"{value:.2g}x")
    axes.tick_params(axis="x", which="minor", labelsize=7)
    axes.set_xlabel(
        f"new / base with its 95 % interval (more is better for rates, worse for times). Shaded: less "
        f"than {100 * margin:.0f} % either way." +
        (f" {more} claims that changed less are in the file." if more > 0 else ""), fontsize=8, loc="left")
    return fig


def trend(document):
    """Each series over the sessions, its levels, and where it moved."""
    series = [one for one in document["series"] if one["medians"]]
    if not series:
        raise NotDrawn("the store holds no series")
    more, series = len(series) - 12, series[:12]
    fig, grid = style.figure(document, "trend over sessions, with change points", 10,
                             1.2 + 1.5 * len(series), len(series), 1, sharex=True)
    ids = [session["id"] for session in document["sessions"]]
    dates = [session["started_at"][:10] for session in document["sessions"]]
    for [axes], one in zip(grid, series):
        x = [ids.index(session) for session in one["sessions"]]
        axes.plot(x, one["medians"], ".", color="#0072B2", markersize=6)
        starts = [0, *(x.index(ids.index(shift["session"])) for shift in one["shifts"]), len(x)]
        for first, last in zip(starts, starts[1:]):
            level = sorted(one["medians"][first:last])[(last - first) // 2]
            axes.plot([x[first] - 0.3, x[last - 1] + 0.3], [level, level], color="#0072B2", linewidth=1.6,
                      alpha=0.5)
        top = max(one["medians"]) * 1.25
        for shift in one["shifts"]:
            at = ids.index(shift["session"])
            color = style.BAD if shift["worse"] else style.GOOD
            axes.axvline(at - 0.5, color=color, linewidth=1.2)
            axes.text(at - 0.4, top * 0.98,
                      f"{100 * shift['change']:+.0f} % at {shift['git_commit'][:10]}", fontsize=8,
                      color=color, va="top")
        axes.set_ylim(0, top)
        (style.rate_axis if one["unit"] != "ns" else style.time_axis)(axes.yaxis)
        axes.set_title(f"{one['case']}  {one['metric']}" + ("  REGRESSED" if one["regressed"] else ""),
                       fontsize=8)
    step = -(-len(ids) // 8)
    grid[-1][0].set_xticks(range(0, len(ids), step), dates[::step])
    if more > 0:
        grid[-1][0].set_xlabel(f"{more} more series are in the file")
    return fig


def environment(document):
    """What the numbers hold for: machine, build, noise, and the report's warnings."""
    if not document.get("environment") or not document.get("tool"):
        raise NotDrawn("this file says nothing of the machine")
    build = document["tool"]["build"]
    rows = [("program", f"pcbench {document['tool']['version']} {document['tool']['git_commit'][:12]}"),
            ("build", f"{build['type']}, {build['compiler']}, {build['flags']}" +
             (f", sanitizers {build['sanitizers']}" if build.get("sanitizers") else ""))]
    for section, facts in document["environment"].items():
        facts = facts if isinstance(facts, dict) else {"": facts}
        for name, value in facts.items():
            text = str(value)
            if isinstance(value, bool):
                text = "yes" if value else "no"
            elif name.endswith("_bytes") and value is not None:
                text = documents.size(value)
            rows.append((f"{section} {name}".strip().replace("_",
                                                             " "), "unknown" if value is None else text))
    rows += [("warning", one["text"]) for one in document.get("warnings", [])]
    rows = [(name, text if len(text) < 100 else text[:97] + "...") for name, text in rows]
    fig, [[axes]] = style.figure(document, f"{document['name']}: what these numbers hold for", 9,
                                 0.9 + 0.2 * len(rows))
    axes.axis("off")
    axes.set_ylim(len(rows), 0)
    for row, (name, text) in enumerate(rows):
        bad = style.BAD if name == "warning" else "#222222"
        axes.text(0, row + 0.5, name, va="center", fontsize=8.5, color="#666666")
        axes.text(0.3, row + 0.5, text, va="center", fontsize=8.5, color=bad)
    return fig
