// What is behind one case: its verdicts, metrics, rounds and parameters.

function factText(value) {
  if (value == null) return "-";
  return Array.isArray(value) || typeof value === "object" ? JSON.stringify(value) : String(value);
}

function verdictBlock(one) {
  const told = new Set(["check", "outcome", "reason", "blocked", "counter_example"]);
  const facts = Object.entries(one).filter(([key]) => !told.has(key));
  const first = one.counter_example;
  return el(
    "div",
    {class: "verdict-block"},
    el(
      "p",
      {},
      el(
        "span",
        {class: `verdict ${one.outcome === "pass" ? "good" : one.outcome === "fail" ? "bad" : "floor"}`},
        `${one.check}: ${one.outcome}`,
      ),
      " ",
      el("small", {}, facts.map(([key, value]) => `${key} ${factText(value)}`).join(" \u00b7 ")),
    ),
    one.reason ? el("p", {class: "reason"}, one.reason) : null,
    first
      ? el(
          "p",
          {class: "reason"},
          "First: ",
          ["producer", "sequence", "consumer", "round"]
            .filter((key) => first[key] != null)
            .map((key) => `${key} ${first[key]}`)
            .join(", "),
          first.time_ns != null ? `, ${duration(first.time_ns)} after the start` : "",
          first.what !== one.reason ? ` \u2013 ${first.what}` : "",
        )
      : null,
    first?.operations?.length
      ? el(
          "div",
          {class: "wide"},
          table(
            ["worker", "operation", "began", "ended"],
            first.operations.map((op) => [
              op.worker,
              op.what,
              duration(op.invoked_ns),
              op.returned_ns == null ? "never" : duration(op.returned_ns),
            ]),
          ),
        )
      : null,
    one.blocked?.length
      ? el(
          "div",
          {class: "wide"},
          table(
            ["worker", "phase", "state", "waits for", "holds", "moved", "last progress"],
            one.blocked.map((b) => [
              b.worker,
              b.phase,
              b.state,
              b.waits_for,
              b.holds || "-",
              {text: String(b.messages), class: "number"},
              duration(b.last_progress_ns),
            ]),
          ),
        )
      : null,
  );
}

function metricsTable(one) {
  const rows = Object.entries(one.metrics).map(([name, m]) => [
    {node: defined(name, name)},
    {text: inUnit(m.median, m.unit), class: "number"},
    {text: m.ci95 ? interval(m.ci95, (value) => inUnit(value, m.unit)) : "-", class: "number"},
    {text: String(m.samples.length), class: "number"},
    `${m.better} is better`,
    m.reason ?? "",
  ]);
  return table(["metric", "median", {node: defined("interval")}, "rounds", "", ""], rows);
}

function roundsTable(one) {
  const total = (round, key) => round.workers.reduce((sum, worker) => sum + (worker[key] ?? 0), 0);
  return table(
    ["round", "end", "sent", "received", "time", "CPU", "waits full", "waits empty", "switches"],
    one.rounds.map((r) => [
      String(r.index),
      r.end === "hung" ? `hung (${r.hang})` : r.end,
      String(r.sent),
      String(r.received),
      duration(r.elapsed_ns),
      duration(total(r, "cpu_user_ns") + total(r, "cpu_system_ns")),
      String(total(r, "full_count")),
      String(total(r, "empty_count")),
      String(total(r, "voluntary_switches") + total(r, "involuntary_switches")),
    ]),
  );
}

const keyValues = (object) =>
  el(
    "dl",
    {class: "keys"},
    Object.entries(object).map(([key, value]) => [el("dt", {}, key), el("dd", {}, factText(value))]),
  );

function caseDetail(one) {
  const more = (title, node) =>
    el("details", {}, el("summary", {}, title), el("div", {class: "wide"}, node()));
  return el(
    "div",
    {},
    el(
      "p",
      {},
      el("code", {}, one.id),
      " ",
      el("a", {href: addressOf({case: one.id}), class: "link"}, "link to this case"),
    ),
    one.verdicts.map(verdictBlock),
    one.warnings.map((w) => el("p", {class: "warning"}, w.text, w.remedy ? ` \u2013 ${w.remedy}` : "")),
    el("div", {class: "wide"}, metricsTable(one)),
    more(`${one.rounds.length} round${one.rounds.length === 1 ? "" : "s"}`, () => roundsTable(one)),
    more("What was asked", () => keyValues(one.params)),
    more("What took effect", () => keyValues(one.effective)),
    more("What the transport promises", () => keyValues(one.promises)),
  );
}
