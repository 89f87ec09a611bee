// How one round of a case went on: rate and occupancy over its time, where its history was logged.

/** Of each stretch of time: its middle, messages a second, and how many were inside at its end. */
function stretches(series) {
  let inside = 0;
  return series.popped.map((popped, i) => {
    inside += series.pushed[i] - popped;
    return {at: (i + 0.5) * series.bucket_ns, rate: (1e9 * popped) / series.bucket_ns, inside};
  });
}

function seriesView(cases) {
  const some = cases.filter((one) => one.series);
  if (!some.length)
    return 'no case logged the history of a round ("verify": "history" does; `bench run --trace` draws one)';
  const keys = varying(some),
    shown = some.slice(0, SERIES_MAX).map((one) => ({one, points: stretches(one.series)}));
  const x = unique(shown.flatMap(({points}) => points.map((point) => point.at)));
  const lines = (value) =>
    shown.map(({one, points}) => {
      const by = new Map(points.map((point) => [point.at, value(point)]));
      return {name: label(one, keys), y: x.map((at) => by.get(at) ?? null)};
    });
  const rates = lines((point) => point.rate);
  const common = {
    x,
    xLabel: "since the round began",
    xName: "time",
    xFormat: duration,
    sync: "series",
    height: 260,
  };
  return el(
    "div",
    {},
    el(
      "p",
      {class: "note"},
      "The last round of each case that logged its history. ",
      defined("occupancy"),
      " near the capacity: the consumers are what is slow; near zero: the producers are.",
    ),
    chart({
      ...common,
      caption: "Rate inside a round",
      lines: rates,
      yFormat: (value) => si(value),
      yLabel: "msg/s",
      more: leftOut(some.length),
    }),
    chart({
      ...common,
      caption: "Occupancy: messages inside the channel",
      lines: lines((point) => point.inside),
      yFormat: (value) => digits3(value),
      yLabel: "messages",
    }),
  );
}
