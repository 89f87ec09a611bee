// Throughput against workers, as a map, and against the payload.

function lineOf(name, members, x, at, pick = RATE) {
  const points = new Map(members.map((one) => [at(one), metric(one, pick)]));
  const column = (value) => x.map((one) => (points.get(one) ? value(points.get(one)) : null));
  return {
    name,
    y: column((m) => m.median),
    low: column((m) => m.ci95?.[0] ?? null),
    high: column((m) => m.ci95?.[1] ?? null),
  };
}

/** The value of FIXED at which KEY has the most values; the least of several. */
function widest(cases, key, fixed) {
  const seenAt = new Map();
  for (const one of cases) {
    const at = one.params[fixed];
    if (!seenAt.has(at)) seenAt.set(at, new Set());
    seenAt.get(at).add(one.params[key]);
  }
  return [...seenAt].sort((a, b) => b[1].size - a[1].size || a[0] - b[0])[0];
}

function scalingChart(cases, groups, cpus, key, caption, keep, others) {
  const x = unique(cases.filter(keep).map((one) => one.params[key]));
  const lines = [...groups]
    .slice(0, SERIES_MAX)
    .map(([name, members]) => lineOf(name, members.filter(keep), x, (one) => one.params[key]))
    .filter((line) => line.y.some((value) => value != null));
  const over = x.find((one) => cpus && one + others(one) > cpus);
  const far = spansFar(lines.flatMap((line) => line.y));
  return chart({
    caption,
    x,
    lines,
    xLabel: key,
    xName: key,
    xFormat: String,
    xTicks: x,
    xLog: 2,
    yFormat: (value) => si(value),
    yLabel: "msg/s",
    yLog: far,
    more: leftOut(groups.size),
    shade:
      over === undefined
        ? null
        : {from: over === x[0] ? over / 2 : over / Math.SQRT2, text: "more workers than CPUs"},
  });
}

function scalingView(cases, document) {
  const some = measured(cases),
    cpus = document.environment.cpu.usable_cpus;
  const groups = seriesOf(some, ["topology", "producers", "consumers"]),
    charts = [];
  for (const [key, fixed] of [
    ["producers", "consumers"],
    ["consumers", "producers"],
  ]) {
    const [value, counts] = widest(some, key, fixed) ?? [0, new Set()];
    if (counts.size > 1)
      charts.push(
        scalingChart(
          some,
          groups,
          cpus,
          key,
          `msg/s against ${key}, with ${value} ` + (value === 1 ? fixed.slice(0, -1) : fixed),
          (one) => one.params[fixed] === value,
          () => value,
        ),
      );
  }
  const square = (one) => one.params.producers === one.params.consumers;
  if (unique(some.filter(square).map((one) => one.params.producers)).length > 1)
    charts.push(
      scalingChart(
        some,
        groups,
        cpus,
        "producers",
        "msg/s against producers and as many consumers",
        square,
        (x) => x,
      ),
    );
  if (!charts.length) return "all cases have the same number of producers and of consumers";
  return el(
    "div",
    {},
    el(
      "p",
      {class: "note"},
      "Median of the rounds with its ",
      defined("interval"),
      " as whiskers; shaded: ",
      defined("oversubscribed"),
      ". A click on a name hides its line.",
    ),
    el("div", {class: "grid"}, charts),
  );
}

function heatmapView(cases) {
  const some = measured(cases).filter((one) => !one.floor);
  const rows = unique(some.map((one) => one.params.producers)),
    columns = unique(some.map((one) => one.params.consumers));
  if (rows.length < 2 || columns.length < 2) return "there are no several producers x several consumers";
  const top = Math.max(...some.map((one) => metric(one).median));
  const groups = [...seriesOf(some, ["topology", "producers", "consumers"])];
  return el(
    "div",
    {class: "grid"},
    groups.slice(0, SERIES_MAX).map(([name, members]) => {
      const cell = (p, c) => {
        const one = members.find((each) => each.params.producers === p && each.params.consumers === c);
        if (!one) return {text: "n/a", class: "none"};
        const share = metric(one).median / top;
        return {
          text: si(metric(one).median),
          class: share > 0.55 ? "strong" : "",
          title: one.id,
          style: `--share:${(100 * share).toFixed(1)}%`,
        };
      };
      return el(
        "figure",
        {},
        el("figcaption", {}, `${name}: msg/s`),
        el(
          "div",
          {class: "wide"},
          table(
            ["P \\ C", ...columns.map(String)],
            rows.map((p) => [{text: String(p), class: "head"}, ...columns.map((c) => cell(p, c))]),
            {class: "heat"},
          ),
        ),
      );
    }),
    groups.length > SERIES_MAX ? el("p", {class: "note"}, leftOut(groups.length)) : null,
  );
}

function payloadView(cases, document) {
  const some = measured(cases),
    sizes = unique(some.map((one) => one.params.payload_bytes));
  if (sizes.length < 2) return "all cases have the same payload";
  const groups = seriesOf(some, ["payload_bytes", "messages", "capacity_slots"]),
    cpu = document.environment.cpu;
  const least = sizes.find((one) => one > 0) / 2;
  const rules = ["l1d", "l2", "l3"]
    .filter((name) => cpu[`${name}_bytes`] <= sizes[sizes.length - 1] * 1.5)
    .map((name) => ({x: cpu[`${name}_bytes`], text: name.toUpperCase()}));
  const one = (caption, pick, unit) => {
    const x = sizes.filter((each) => each || pick === RATE).map((each) => each || least);
    const lines = [...groups]
      .slice(0, SERIES_MAX)
      .map(([name, members]) =>
        lineOf(name, members, x, (each) => each.params.payload_bytes || least, pick),
      );
    return chart({
      caption,
      x,
      lines,
      xLabel: "payload" + (sizes[0] === 0 && pick === RATE ? " (0 B is not to scale)" : ""),
      xName: "payload",
      xFormat: (value) => (value === least ? "0 B" : size(value)),
      xTicks: x,
      xLog: 2,
      yFormat: (value) => si(value, unit === "B/s" ? "B/s" : ""),
      yLabel: unit,
      yLog: true,
      rules,
      more: leftOut(groups.size),
    });
  };
  return el(
    "div",
    {class: "grid"},
    one("Messages per second against payload", RATE, "msg/s"),
    one("Bytes per second against payload", "payload_bytes_per_s", "B/s"),
  );
}
