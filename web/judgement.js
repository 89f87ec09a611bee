// The fault matrix, A against B, the trend, and what the numbers hold for.

const percent = (value) => `${value > 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;

const FATE_KIND = {conserved: "good", degraded: "expected", "fail-stop": "expected"};

/** What became of a case, in the words of `--format matrix`; a report older than those tells its outcome. */
function fateOf(one) {
  const text = one.fate ?? one.outcome;
  return {
    text: one.as_expected ? text : `${text} !`,
    kind: FATE_KIND[text.match(/^[a-z-]+/)[0]] ?? "bad",
  };
}

function faultsView(cases) {
  const some = cases.filter((one) => one.params.faults.length);
  if (!some.length) return "no case has a fault";
  const faultOf = (one) => valueText("faults", one.params.faults);
  const rows = [...new Set(some.map(faultOf))],
    columns = [...new Set(some.map((one) => one.params.transport))];
  return el(
    "div",
    {class: "wide"},
    table(
      [{node: defined("fate", "fault")}, ...columns],
      rows.map((fault) => [
        {text: fault, class: "head"},
        ...columns.map((transport) => {
          const there = some.filter(
            (one) => faultOf(one) === fault && one.params.transport === transport,
          );
          if (!there.length) return {text: "-", class: "none"};
          const fates = there.map(fateOf);
          return {
            node: el(
              "a",
              {href: addressOf({case: there[0].id})},
              [...new Set(fates.map((one) => one.text))].join(", "),
            ),
            class: `fate ${fates[0].kind}`,
          };
        }),
      ]),
      {class: "faults"},
    ),
  );
}

const VERDICT_KIND = {regression: "bad", improvement: "good", equivalent: "same"};

/** One claim as a line on a logarithmic axis of ratios from LOW to HIGH. */
function forestBar(claim, margin, low, high) {
  const at = (ratio) =>
    (100 * Math.log(Math.min(high, Math.max(low, ratio)) / low)) / Math.log(high / low);
  const ends = claim.change_ci95 ?? [claim.change, claim.change],
    from = at(1 + ends[0]),
    to = at(1 + ends[1]);
  const kind = VERDICT_KIND[claim.verdict] ?? "open";
  return el(
    "svg:svg",
    {viewBox: "0 0 100 10", preserveAspectRatio: "none", class: `forest ${kind}`, "aria-hidden": "true"},
    el("svg:rect", {
      class: "margin",
      x: at(1 - margin),
      y: 0,
      width: at(1 + margin) - at(1 - margin),
      height: 10,
    }),
    el("svg:line", {class: "one", x1: at(1), x2: at(1), y1: 0, y2: 10}),
    el("svg:line", {x1: from, x2: Math.max(to, from + 0.3), y1: 5, y2: 5}),
    el("svg:rect", {class: "dot", x: at(1 + claim.change) - 0.7, y: 2.5, width: 1.4, height: 5}),
  );
}

function forestOf(comparison, filterWords) {
  const claims = comparison.claims
    .filter((claim) => filterWords.every((word) => claim.case.includes(word)))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const ratios = claims
    .flatMap((claim) => [1 + claim.change, ...(claim.change_ci95 ?? []).map((one) => 1 + one)])
    .filter((one) => one > 0.01);
  const margin = comparison.rule.margin;
  const low = Math.min(...ratios, 1 - 2 * margin) / 1.05,
    high = Math.max(...ratios, 1 + 2 * margin) * 1.05;
  const rows = claims.map((claim) => [
    claim.case,
    {node: defined(claim.metric, claim.metric)},
    {node: el("span", {class: `verdict ${VERDICT_KIND[claim.verdict] ?? "floor"}`}, claim.verdict)},
    {text: percent(claim.change), class: "number"},
    {
      text: claim.change_ci95 ? interval(claim.change_ci95, percent) : "-",
      class: "number",
    },
    {node: forestBar(claim, margin, low, high), class: "bars"},
    {text: claim.p_holm.toPrecision(2), class: "number"},
  ]);
  return el(
    "div",
    {},
    el("h3", {}, `${comparison.base} \u2192 ${comparison.new}`),
    el(
      "p",
      {class: "note"},
      `Bars: ratio new / base with its interval, ` +
        `from ${digits3(low)}x to ${digits3(high)}x, logarithmic; the line is 1x; ` +
        `shaded: less than ${100 * margin} % either way.`,
    ),
    el(
      "div",
      {class: "wide"},
      table(
        [
          "case",
          "metric",
          "verdict",
          {node: defined("change")},
          {node: defined("interval")},
          "",
          "p (Holm)",
        ],
        rows,
      ),
    ),
    comparison.not_compared.map((one) =>
      el("p", {class: "warning"}, `${one.case}: not compared: ${one.why}`),
    ),
    comparison.caveats.map((text) => el("p", {class: "note"}, text)),
  );
}

function forestView() {
  const all = COMPARISONS.flatMap((one) => one.document.comparisons);
  if (!all.length) return "give the JSON of bench ab or bench compare, too";
  return el(
    "div",
    {},
    all.map((one) => forestOf(one, state.filter.split(/\s+/).filter(Boolean))),
  );
}

/** The median of the level that each session is on. */
function levelsOf(one) {
  const starts = [
    0,
    ...one.shifts.map((shift) => one.sessions.indexOf(shift.session)),
    one.medians.length,
  ];
  return starts.slice(1).flatMap((end, i) => {
    const part = one.medians.slice(starts[i], end).sort((a, b) => a - b);
    return part.map(() => part[Math.floor(part.length / 2)]);
  });
}

function trendView() {
  if (!TRENDS.length) return "give the JSON of bench history trend, too";
  const words = state.filter.split(/\s+/).filter(Boolean);
  return el(
    "div",
    {},
    el("p", {class: "note"}, "A line marks ", defined("trend"), "."),
    TRENDS.map(({document}) => {
      const place = new Map(document.sessions.map((session, i) => [session.id, i]));
      const dates = document.sessions.map((session) => session.started_at.slice(0, 10));
      const some = document.series.filter((one) => words.every((word) => one.case.includes(word)));
      return el(
        "div",
        {class: "grid"},
        some.slice(0, 2 * SERIES_MAX).map((one) => {
          const x = one.sessions.map((id) => place.get(id));
          return chart({
            caption: `${one.case} ${one.metric}${one.regressed ? " \u2013 regressed" : ""}`,
            x,
            height: 220,
            xLabel: "session",
            xName: "session",
            xFormat: (value) => dates[Math.round(value)] ?? "",
            xTicks: x.filter((_, i) => i % Math.ceil(x.length / 5) === 0),
            yFormat: one.unit === "ns" ? duration : (value) => si(value),
            yLabel: one.unit,
            lines: [
              {name: one.metric, y: one.medians, dots: true},
              {name: "level", y: levelsOf(one), stepped: true},
            ],
            rules: one.shifts.map((shift) => ({
              x: place.get(shift.session) - 0.5,
              color: shift.worse ? "--bad" : "--good",
              text: `${percent(shift.change)} at ${shift.git_commit.slice(0, 10)}`,
            })),
          });
        }),
      );
    }),
  );
}

function environmentView(document) {
  const {tool, environment} = document;
  const flat = [
    ["program", `pcbench ${tool.version} ${tool.git_commit}`],
    [
      "build",
      Object.entries(tool.build)
        .filter(([, value]) => String(value))
        .map(([key, value]) => `${key} ${value}`)
        .join(", "),
    ],
  ];
  for (const [section, facts] of Object.entries(environment))
    for (const [key, value] of Object.entries(facts && typeof facts === "object" ? facts : {"": facts})) {
      const text = value == null ? "unknown" : key.endsWith("_bytes") ? size(value) : factText(value);
      flat.push([`${section} ${key}`.trim().replaceAll("_", " "), text]);
    }
  flat.push(
    ["seed", String(document.seed)],
    ["config hash", document.config_hash],
    ["started", document.started_at],
    ["took", `${digits3(document.elapsed_s)} s`],
  );
  return el(
    "div",
    {},
    document.warnings.map((w) => el("p", {class: "warning"}, w.text, w.remedy ? ` \u2013 ${w.remedy}` : "")),
    el(
      "dl",
      {class: "keys environment"},
      flat.map(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]),
    ),
    el(
      "details",
      {},
      el("summary", {}, "The config"),
      el("pre", {}, JSON.stringify(document.config, null, 2)),
    ),
  );
}
