"""Latency by percentile, the payload sweep, and how the rounds went in the order they were run."""
from . import documents, style
from .documents import NotDrawn

CURVES_MAX = 14


def latency(document):
    """Service time by percentile: the tail is stretched, and cut off where samples end."""
    cases = [case for case in document["cases"] if "service_ns" in case["histograms"]]
    curves = []
    for case in cases:
        points, count = documents.percentiles(case["histograms"]["service_ns"])
        if len(points) > 1:
            curves.append((case, points, count))
    if not curves:
        raise NotDrawn(f"no case has a histogram with over {documents.SAMPLES_ABOVE_MIN} samples "
                       '("latency": "every" gives one)')
    left_out = len(curves) - CURVES_MAX
    keys = documents.varying([case for case, _, _ in curves])
    fig, [[axes]] = style.figure(document, f"{document['name']}: service time by percentile", 9.5, 5)
    for index, (case, points, count) in enumerate(curves[:CURVES_MAX]):
        look, points = style.looks(index), documents.thinned(points)
        x, y = [1 / above for above, _ in points], [ns for _, ns in points]
        axes.plot(x, y, color=look["color"], linestyle=look["linestyle"], linewidth=1.4,
                  drawstyle="steps-post", label=f"{documents.label(case, keys)}  ({documents.si(count)})")
        axes.plot(x[-1:], y[-1:], color=look["color"], marker=look["marker"], markersize=6)
    axes.set_xscale("log")
    axes.minorticks_off()
    last = max(1 / points[-1][0] for _, points, _ in curves[:CURVES_MAX])
    shares = [s for s in (2, 4, 10, 20, 100, 1000, 1e4, 1e5, 1e6, 1e7) if s <= last * 1.01]
    if last > 200:  # too narrow for all
        shares = [s for s in shares if s not in (4, 20)]
    axes.set_xticks(shares, [f"{100 * (1 - 1 / s):.10g} %" for s in shares])
    axes.set_xlim(1, last * 1.3)
    style.time_axis(axes.yaxis, log=True)
    axes.set_ylabel("push began until popped")
    axes.set_xlabel(
        f"of messages were at most so long under way. A curve ends (mark) where fewer than "
        f"{documents.SAMPLES_ABOVE_MIN} samples lie above.", fontsize=8)
    if left_out > 0:
        axes.set_title(f"the first {CURVES_MAX} cases; {left_out} more are in the report")
    style.beside(axes, title="case (samples)", title_fontsize=8)
    return fig


def _cache_rules(axes, document, largest):
    for name in ("l1d", "l2", "l3"):
        bytes_ = document["environment"]["cpu"].get(f"{name}_bytes")
        if bytes_ and bytes_ <= largest * 1.5:
            axes.axvline(bytes_, color="#999999", linewidth=0.8, linestyle=":")
            axes.text(bytes_, 1.005, name.upper(), transform=axes.get_xaxis_transform(), fontsize=7,
                      ha="center", color="#777777")


def payload(document):
    """msg/s and bytes/s against the payload, with caches as rules."""
    cases = documents.measured(document)
    sizes = sorted({case["params"]["payload_bytes"] for case in cases})
    if len(sizes) < 2:
        raise NotDrawn("all cases have the same payload")
    per_round = ("payload_bytes", "messages", "capacity_slots")
    groups = documents.series(cases, per_round)
    fig, [row] = style.figure(document, f"{document['name']}: throughput against payload", 10.5, 4.4, 1,
                              2)
    least = min(size for size in sizes if size) / 2
    for axes, name, unit in ((row[0], "throughput_msgs_per_s", "msg/s"), (row[1], "payload_bytes_per_s",
                                                                          "B/s")):
        for index, members in enumerate(groups.values()):
            look = style.looks(index)
            line = sorted(
                (case for case in members
                 if documents.metric(case, name) and (documents.metric(case, name)["median"] > 0)),
                key=lambda case: case["params"]["payload_bytes"])
            x = [case["params"]["payload_bytes"] or least for case in line]
            axes.plot(x, [documents.metric(case, name)["median"] for case in line], color=look["color"],
                      linestyle=look["linestyle"], linewidth=1.2)
            for at, case in zip(x, line):
                style.whiskers(axes, at, documents.metric(case, name), marker=look["marker"],
                               color=look["color"])
        style.rate_axis(axes.yaxis, log=True, unit="B" if unit == "B/s" else "")
        axes.set_xscale("log", base=2)
        axes.minorticks_off()
        ticks = [size for size in sizes if size or name == "throughput_msgs_per_s"]
        axes.set_xticks([size or least for size in ticks], [documents.size(size) for size in ticks],
                        fontsize=7, rotation=30, ha="right")
        axes.set_ylabel(unit)
        axes.set_xlabel("payload" + (" (0 B is not to scale)" if sizes[0] == 0 else ""))
        _cache_rules(axes, document, sizes[-1])
    for index, name in enumerate(groups):
        row[1].plot([], [], label=name, **style.looks(index))
    style.beside(row[1])
    return fig


def _waited(round_, role):
    """Share of the round that workers of ROLE waited, in percent; waiting after its end is left out."""
    waits = [worker["blocked_ns"] for worker in round_["workers"] if worker["role"] == role]
    return min(100, 100 * sum(waits) / (len(waits) * round_["elapsed_ns"]))


def rounds(document):
    """Rate and waiting of each round in the order they were run, over the whole run."""
    cases = documents.measured(document)
    whole = [[r for r in case["rounds"] if r["end"] == "completed" and r["elapsed_ns"]] for case in cases]
    if max(len(one) for one in whole) < 2:
        raise NotDrawn("no case has several completed rounds")
    keys = documents.varying(cases)
    fig, [[rate], [full], [empty]] = style.figure(
        document, f"{document['name']}: rate and waiting, round by round in the order they were run",
        10.5, 7, 3, 1, sharex=True, height_ratios=[2, 1, 1])
    for index, (case, done) in enumerate(list(zip(cases, whole))[:CURVES_MAX]):
        done = sorted(done, key=lambda r: r["order_index"])
        x = [r["order_index"] for r in done]
        look = style.looks(index)
        plain = {
            "color": look["color"],
            "marker": look["marker"],
            "markersize": 3.5,
            "linewidth": 0.8,
            "linestyle": look["linestyle"],
            "alpha": 0.9
        }
        rate.plot(x, [1e9 * r["received"] / r["elapsed_ns"] for r in done],
                  label=documents.label(case, keys), **plain)
        full.plot(x, [_waited(r, "producer") for r in done], **plain)
        empty.plot(x, [_waited(r, "consumer") for r in done], **plain)
    medians = [documents.metric(case)["median"] for case in cases[:CURVES_MAX]]
    style.rate_axis(rate.yaxis, documents.is_log(medians))
    if not documents.is_log(medians):
        rate.set_ylim(bottom=0)
    rate.set_ylabel("msg/s")
    full.set_ylabel("producers waited\n(full), %", fontsize=8)
    empty.set_ylabel("consumers waited\n(empty), %", fontsize=8)
    for axes in (full, empty):
        axes.set_ylim(0, 105)
    empty.set_xlabel(
        "place in the run (rounds of all cases are interleaved). Who waited tells whether the channel was "
        "full or empty.", fontsize=8, loc="left")
    more = len(cases) - CURVES_MAX
    style.beside(rate, title=f"the first {CURVES_MAX} of {len(cases)} cases" if more > 0 else None,
                 title_fontsize=8)
    return fig


def series(document):
    """Rate and occupancy inside a round, of the cases whose history was logged."""
    cases = [case for case in document["cases"] if case.get("series")]
    if not cases:
        raise NotDrawn('no case logged the history of a round ("verify": "history" does)')
    keys = documents.varying(cases)
    fig, [[rate], [inside]] = style.figure(
        document, f"{document['name']}: rate and occupancy inside a round", 10.5, 5.5, 2, 1, sharex=True)
    for index, case in enumerate(cases[:CURVES_MAX]):
        look = style.looks(index)
        plain = {"color": look["color"], "linestyle": look["linestyle"], "linewidth": 1.1}
        one, held, occupancy = case["series"], 0, []
        for pushed, popped in zip(one["pushed"], one["popped"]):
            held += pushed - popped
            occupancy.append(held)
        x = [(i + 0.5) * one["bucket_ns"] for i in range(len(occupancy))]
        rate.plot(x, [1e9 * popped / one["bucket_ns"] for popped in one["popped"]],
                  label=documents.label(case, keys), **plain)
        inside.plot(x, occupancy, **plain)
    style.rate_axis(rate.yaxis)
    style.time_axis(inside.xaxis)
    rate.set_ylim(bottom=0)
    inside.set_ylim(bottom=0)
    rate.set_ylabel("msg/s")
    inside.set_ylabel("messages inside")
    inside.set_xlabel(
        "since the round began. Inside: its push has begun and its pop has not ended, so at most so many.",
        fontsize=8, loc="left")
    more = len(cases) - CURVES_MAX
    style.beside(rate, title=f"the first {CURVES_MAX} of {len(cases)} cases" if more > 0 else None,
                 title_fontsize=8)
    return fig
