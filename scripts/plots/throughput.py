"""Throughput: the summary, against the number of workers, and as a map of producers x consumers."""
from collections import Counter

import numpy

from . import documents, style
from .documents import NotDrawn
from .verdicts import verdict_text

SHOWN_MAX = 60
PANEL_WIDTH_IN = 3.9


def summary(document):
    """Every case with its interval or its verdict; the fastest of very many."""
    keys = documents.varying(document["cases"])
    shown = document["cases"]
    if len(shown) > SHOWN_MAX:
        shown = sorted(shown, key=lambda c: -(documents.metric(c) or {"median": 0})["median"])[:SHOWN_MAX]
    fig, [[axes]] = style.figure(document, f"{document['name']}: throughput and verdict of each case", 9,
                                 1.6 + 0.24 * len(shown))
    for row, case in enumerate(shown):
        color = style.UNSURE if case["floor"] else style.GOOD if case["outcome"] == "pass" else style.BAD
        if documents.metric(case):
            style.whiskers(axes, row, documents.metric(case), horizontal=True, marker="o", color=color)
        if not documents.metric(case) or (case["outcome"] != "pass" and not case["floor"]):
            axes.text(0.01, row, verdict_text(case), transform=axes.get_yaxis_transform(), va="center",
                      fontsize=8, color=color, backgroundcolor="white")
    values = [documents.metric(case)["median"] for case in shown if documents.metric(case)]
    style.rate_axis(axes.xaxis, documents.is_log(values))
    if not values:
        axes.set_xticks([])
    elif not documents.is_log(values):
        axes.set_xlim(left=0)
    axes.set_yticks(range(len(shown)), [documents.label(case, keys) for case in shown], fontsize=8)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlabel(
        "msg/s, median of the rounds; whiskers: its 95 % interval.\nGreen: every verdict passed, "
        "red: not, grey: floor (moves nothing)", fontsize=8, loc="left")
    left_out = len(document["cases"]) - len(shown)
    if left_out:
        axes.set_title(f"the fastest {SHOWN_MAX}; {left_out} more are in the report", fontsize=8)
    return fig


def _draw_against(axes, document, groups, key, fixed, value):
    """Lines of GROUPS against KEY where FIXED is VALUE; with FIXED None where both are equal."""
    xs, tops = set(), []
    for index, cases in enumerate(groups.values()):
        line = sorted((case for case in cases if case["params"][fixed] == (value or case["params"][key])),
                      key=lambda case: case["params"][key])
        x = [case["params"][key] for case in line]
        xs.update(x)
        look = style.looks(index)
        offset = 2**(0.03 * (index - len(groups) / 2))  # so that whiskers do not hide each other
        axes.plot([one * offset for one in x], [documents.metric(case)["median"] for case in line],
                  color=look["color"], linestyle=look["linestyle"], linewidth=1.2)
        for case in line:
            metric = documents.metric(case)
            samples = metric["samples"]
            axes.plot([case["params"][key] * offset] * len(samples), samples, ".", color=look["color"],
                      alpha=0.25, markersize=3)
            style.whiskers(axes, case["params"][key] * offset, metric, marker=look["marker"],
                           color=look["color"])
            tops += [metric["median"], *(metric["ci95"] or [])]
    return sorted(xs), tops


def _shade_oversubscribed(axes, document, xs, others):
    """Marks where there are more workers than CPUs; OTHERS of x is the number on the other side."""
    first = [x for x in xs if x + others(x) > (documents.cpus(document) or 10**9)]
    if first:
        left = first[0] / 2**0.5 if first[0] != xs[0] else xs[0] / 1.3
        axes.axvspan(left, xs[-1] * 1.3, color=style.SHADE, zorder=0, linewidth=0)
        axes.text(xs[-1] * 1.25, 0.99, "more workers than CPUs", transform=axes.get_xaxis_transform(),
                  ha="right", va="top", fontsize=7, color="#8A7B62")


def scaling(document):
    """Against producers, against consumers, and against both where they are equal."""
    cases = documents.measured(document)
    groups = documents.series(cases, ("topology", "producers", "consumers"))
    panels = []
    for key, fixed in (("producers", "consumers"), ("consumers", "producers")):
        counts = Counter()
        for one in {(case["params"][fixed], case["params"][key]) for case in cases}:
            counts[one[0]] += 1
        value = max(counts, key=lambda one: (counts[one], -one))
        if counts[value] > 1:
            panels.append(
                (key, fixed, value, f"{key}, with {value} {fixed[:-1] if value == 1 else fixed}"))
    squares = {
        case["params"]["producers"]
        for case in cases if case["params"]["producers"] == case["params"]["consumers"]
    }
    if len(squares) > 1:
        panels.append(("producers", "consumers", None, "producers, and as many consumers"))
    if not panels:
        raise NotDrawn("all cases have the same number of producers and of consumers")
    fig, [row] = style.figure(document, f"{document['name']}: throughput against workers",
                              PANEL_WIDTH_IN * len(panels) + 2.2, 4.3, 1, len(panels), sharey=True)
    every_top = []
    for axes, (key, fixed, value, title) in zip(row, panels):
        xs, tops = _draw_against(axes, document, groups, key, fixed, value)
        every_top += tops
        axes.set_xscale("log", base=2)
        axes.set_xticks(xs, [str(x) for x in xs])
        axes.set_xlim(xs[0] / 1.3, xs[-1] * 1.3)
        axes.set_xlabel(title)
        _shade_oversubscribed(axes, document, xs, lambda x, v=value: v or x)
    style.rate_axis(row[0].yaxis, documents.is_log(every_top))
    if not documents.is_log(every_top):
        row[0].set_ylim(bottom=0)
    row[0].set_ylabel("msg/s (median, its 95 % interval, every round)")
    for index, name in enumerate(groups):
        row[-1].plot([], [], label=name, **style.looks(index))
    style.beside(row[-1])
    return fig


def heatmap(document):
    """Throughput in each cell of producers x consumers, one map a series, one scale for all."""
    cases = [case for case in documents.measured(document) if not case["floor"]]
    rows = sorted({case["params"]["producers"] for case in cases})
    columns = sorted({case["params"]["consumers"] for case in cases})
    if len(rows) * len(columns) < 4 or len(rows) == 1 or len(columns) == 1:
        raise NotDrawn("there are no several producers x several consumers")
    groups = documents.series(cases, ("topology", "producers", "consumers"))
    across = min(3, len(groups))
    down = -(-len(groups) // across)
    medians = [documents.metric(case)["median"] for case in cases]
    fig, grid = style.figure(document, f"{document['name']}: throughput (msg/s) by producers x consumers",
                             1.2 + across * (0.75 * len(columns) + 0.8),
                             1.4 + down * (0.5 * len(rows) + 0.7), down, across)
    for axes in grid.flat[len(groups):]:
        axes.set_visible(False)
    for axes, (name, members) in zip(grid.flat, groups.items()):
        cells = numpy.full((len(rows), len(columns)), numpy.nan)
        for case in members:
            cells[rows.index(case["params"]["producers"]), columns.index(case["params"]["consumers"])] = \
                documents.metric(case)["median"]
        axes.set_facecolor("#F2F2F2")
        axes.pcolormesh(cells, cmap="Blues", vmin=0, vmax=max(medians) * 1.15, edgecolors="white",
                        linewidth=1.5)
        for (row, column), value in numpy.ndenumerate(cells):
            there = not numpy.isnan(value)
            axes.text(column + 0.5, row + 0.5,
                      documents.si(value) if there else "n/a", ha="center", va="center",
                      fontsize=8,
                      color="#999999" if not there else "white" if value > 0.6 * max(medians) else "#333333")
            if not there:
                axes.fill_between([column, column + 1], row, row + 1, facecolor="none", hatch="///",
                                  edgecolor="#CCCCCC", linewidth=0)
        axes.set_xticks([i + 0.5 for i in range(len(columns))], columns)
        axes.set_yticks([i + 0.5 for i in range(len(rows))], rows)
        axes.grid(False)
        axes.tick_params(length=0)
        axes.set_title(name, fontsize=8)
        axes.set_xlabel("consumers", fontsize=8)
        axes.set_ylabel("producers", fontsize=8)
    return fig
