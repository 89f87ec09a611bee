// Latency by percentile, and the rounds in the order they were run.

const SAMPLES_ABOVE_MIN = 20;
const TOLD = [4 / 3, 2, 4, 10, 20, 100, 200, 1e3, 1e4, 1e5, 1e6]; // what the table has: 25 %, 50 % and so on

/** The histogram's quantiles on GRID (1 over the share above); null from where too few samples lie above. */
function tailOf(histogram, grid) {
  const count = histogram.buckets.reduce((sum, one) => sum + one[1], 0);
  let at = 0,
    seenSoFar = 0;
  const y = grid.map((x) => {
    const rank = Math.max(1, Math.ceil((1 - 1 / x) * count - 1e-9));
    if (count - rank < SAMPLES_ABOVE_MIN) return null;
    while (seenSoFar < rank) seenSoFar += histogram.buckets[at++][1];
    return Math.max(1, histogram.buckets[at - 1][0]);
  });
  return {count, y};
}

function latencyView(cases) {
  const grid = unique([...Array.from({length: 241}, (_, i) => 10 ** (i / 40)), ...TOLD]);
  const told = (one) =>
    one.histograms.service_ns && tailOf(one.histograms.service_ns, grid.slice(0, 2)).y[1] != null;
  const some = cases.filter(told);
  if (!some.length)
    return `no case has over ${SAMPLES_ABOVE_MIN} samples of service time ("latency": "every" gives them)`;
  const keys = varying(some),
    shown = some.slice(0, SERIES_MAX).map((one) => ({one, ...tailOf(one.histograms.service_ns, grid)}));
  const last = Math.max(...shown.map((curve) => curve.y.findLastIndex((value) => value != null)));
  const x = grid.slice(0, last + 1);
  const percent = (value) =>
    `${Number((100 * (1 - 1 / value)).toPrecision(Math.max(3, Math.log10(value) + 2)))} %`;
  return el(
    "div",
    {},
    el(
      "p",
      {class: "note"},
      defined("service", "Service time"),
      ": from the begin of the push until popped. " +
        `A curve ends where fewer than ${SAMPLES_ABOVE_MIN} samples lie above it; (n): number of samples.`,
    ),
    chart({
      caption: "Service time by percentile",
      x,
      height: 400,
      xLog: 10,
      xLabel: "of messages were at most so long under way",
      xName: "percentile",
      xFormat: percent,
      xTicks: [2, 10, 100, 1e3, 1e4, 1e5, 1e6].filter((one) => one <= x[last]),
      xRange: [1, Math.max(2, x[last]) * 1.1],
      yFormat: duration,
      yLabel: "service time",
      yLog: true,
      stepped: true,
      tableX: TOLD,
      gaps: true,
      lines: shown.map((curve) => ({
        name: `${label(curve.one, keys)} (${si(curve.count)})`,
        y: curve.y.slice(0, last + 1),
      })),
      more: leftOut(some.length),
    }),
  );
}

/** Share of ROUND that workers of ROLE waited, in percent; waiting after its end is left out. */
function waited(round, role) {
  const waits = round.workers.filter((worker) => worker.role === role).map((worker) => worker.blocked_ns);
  return Math.min(100, (100 * waits.reduce((a, b) => a + b, 0)) / (waits.length * round.elapsed_ns));
}

function roundsView(cases) {
  const some = measured(cases)
    .map((one) => ({one, done: one.rounds.filter((r) => r.end === "completed" && r.elapsed_ns)}))
    .filter(({done}) => done.length > 1);
  if (!some.length) return "no case has several completed rounds";
  const keys = varying(some.map(({one}) => one)),
    shown = some.slice(0, SERIES_MAX);
  const x = unique(shown.flatMap(({done}) => done.map((r) => r.order_index)));
  const lines = (value) =>
    shown.map(({one, done}) => {
      const by = new Map(done.map((r) => [r.order_index, value(r)]));
      return {name: label(one, keys), y: x.map((at) => by.get(at) ?? null)};
    });
  const rates = lines((r) => (1e9 * r.received) / r.elapsed_ns);
  const common = {
    x,
    xLabel: "place in the run",
    xName: "place",
    xFormat: (value) => digits3(value),
    sync: "rounds",
  };
  const share = {yFormat: (value) => `${digits3(value)} %`, yLabel: "%", yRange: [0, 105], height: 220};
  return el(
    "div",
    {},
    el(
      "p",
      {class: "note"},
      "Rounds of all cases are interleaved. Who ",
      defined("waited"),
      " tells whether the channel was full or empty.",
    ),
    chart({
      ...common,
      caption: "Rate of each round, in the order they were run",
      lines: rates,
      yFormat: (value) => si(value),
      yLabel: "msg/s",
      yLog: spansFar(rates.flatMap((line) => line.y)),
      more: leftOut(some.length),
    }),
    el(
      "div",
      {class: "grid"},
      chart({
        ...common,
        ...share,
        caption: "Producers waited (full)",
        lines: lines((r) => waited(r, "producer")),
      }),
      chart({
        ...common,
        ...share,
        caption: "Consumers waited (empty)",
        lines: lines((r) => waited(r, "consumer")),
      }),
    ),
  );
}
