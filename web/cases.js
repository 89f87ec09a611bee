// The summary: every case with its verdict and its numbers, and what is behind each.

const OUTCOME_WORD = {pass: "pass", fail: "fail", unknown: "unknown"};

function verdictText(one) {
  const word = OUTCOME_WORD[one.outcome];
  const expected = one.as_expected
    ? one.outcome === "pass" || one.floor
      ? ""
      : " as expected"
    : ", not as expected";
  const checks = one.verdicts.filter(
    (v) => v.outcome === one.outcome && one.outcome !== "pass" && !one.floor,
  );
  return (
    (one.floor ? "floor" : word + expected) +
    (checks.length ? ": " + checks.map((v) => v.check).join(", ") : "")
  );
}

const verdictClass = (one) =>
  one.floor ? "floor" : !one.as_expected ? "bad" : one.outcome === "pass" ? "good" : "expected";

/** Cases of equal work, which may be compared: by topology, payload, load and work. */
function equalWork(cases) {
  const groups = new Map();
  for (const one of cases) {
    const p = one.params;
    const parts = [p.topology, `${size(p.payload_bytes)} payload`];
    if (p.load.mode !== "closed") parts.push(valueText("load", p.load));
    if (p.work.producer_ns || p.work.consumer_ns) parts.push(valueText("work", p.work) + " of work");
    if (p.faults.length) parts.push(valueText("faults", p.faults));
    const name = parts.join(", ");
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(one);
  }
  return groups;
}

const mayWin = (one) => one.outcome === "pass" && !one.floor && metric(one);

function bestOf(cases) {
  return cases
    .filter(mayWin)
    .reduce((best, one) => (!best || metric(one).median > metric(best).median ? one : best), null);
}

function ratioCell(one, best) {
  if (!best || !mayWin(one)) return "-";
  if (one === best) return {node: el("strong", {}, "best"), class: "number"};
  const [a, b] = [metric(one), metric(best)];
  const ratio = `${digits3(b.median / a.median)}x slower`;
  if (!a.ci95 || !b.ci95 || !(a.ci95[0] > 0)) return {text: ratio, class: "number"};
  const [least, most] = [b.ci95[0] / a.ci95[1], b.ci95[1] / a.ci95[0]];
  return {
    text: `${least <= 1 ? "~" : ""}${ratio} [${digits3(least)}, ${digits3(most)}]`,
    class: "number",
  };
}

/** Median and interval as a bar on the group's scale, beside the number that says it. */
function intervalBar(one, top) {
  const found = metric(one);
  const [low, high] = found.ci95 ?? [found.median, found.median];
  const at = (value) => `${Math.min(100, (100 * value) / top).toFixed(2)}%`;
  return el(
    "span",
    {class: "bar", "aria-hidden": "true"},
    el("i", {style: `left:${at(low)};width:calc(${at(high - low)} + 1px)`}),
    el("b", {style: `left:${at(found.median)}`}),
  );
}

function caseRow(one, keys, best, top) {
  const found = metric(one),
    service = metric(one, "service_ns_p50"),
    tail = metric(one, "service_ns_p99");
  const cpu = metric(one, "cpu_ns_per_msg");
  const row = el(
    "tr",
    {id: `case-${one.id}`, class: one === best ? "winner" : null},
    el(
      "td",
      {},
      el(
        "button",
        {
          type: "button",
          class: "case",
          "aria-expanded": "false",
          title: one.id,
          click: () => toggleCase(one, row),
        },
        label(one, keys),
      ),
    ),
    el("td", {}, el("span", {class: `verdict ${verdictClass(one)}`}, verdictText(one))),
    el("td", {class: "number"}, found ? si(found.median) : "-"),
    el("td", {class: "bars"}, found ? intervalBar(one, top) : null),
    el("td", {class: "number"}, found?.ci95 ? interval(found.ci95, si) : "-"),
    el("td", {class: "number"}, String(found?.samples.length ?? 0)),
    el("td", {class: "number"}, service ? duration(service.median) : "-"),
    el("td", {class: "number"}, tail ? duration(tail.median) : "-"),
    el("td", {class: "number"}, cpu ? digits3(cpu.median / 1000) : "-"),
  );
  const ratio = ratioCell(one, best);
  row.append(el("td", {class: "number"}, typeof ratio === "string" ? ratio : (ratio.text ?? ratio.node)));
  return row;
}

function toggleCase(one, row, open = row.nextElementSibling?.className !== "detail") {
  const button = row.querySelector("button");
  button.setAttribute("aria-expanded", String(open));
  if (row.nextElementSibling?.className === "detail") row.nextElementSibling.remove();
  if (open) row.after(el("tr", {class: "detail"}, el("td", {colspan: 10}, caseDetail(one))));
  state.open = open ? one.id : "";
  writeAddress();
}

function summaryView(cases, all) {
  if (!cases.length) return "no case matches the filter";
  const keys = varying(all, [
    "topology",
    "producers",
    "consumers",
    "payload_bytes",
    "load",
    "work",
    "faults",
  ]);
  const head = el(
    "thead",
    {},
    el(
      "tr",
      {},
      [
        "case",
        defined("verdict"),
        defined("throughput"),
        "",
        defined("interval"),
        "rounds",
        defined("service", "p50"),
        defined("service", "p99"),
        defined("cpu"),
        defined("best"),
      ].map((one) => el("th", {scope: "col"}, one)),
    ),
  );
  const bodies = [...equalWork(cases)].map(([name, group]) => {
    const best = bestOf(group);
    const top = Math.max(
      ...group
        .filter((one) => !one.floor || group.length === 1)
        .map((one) => metric(one))
        .filter(Boolean)
        .map((m) => m.ci95?.[1] ?? m.median),
    );
    return el(
      "tbody",
      {},
      el("tr", {class: "group"}, el("th", {colspan: 10, scope: "rowgroup"}, name)),
      group.map((one) => caseRow(one, keys, best, top)),
    );
  });
  return el("div", {class: "wide"}, el("table", {class: "cases"}, head, bodies));
}

/** What is not as expected, and what failed as it should, with the first counter-example of each. */
function failuresView(cases) {
  const failed = cases.filter((one) => !one.floor && (one.outcome !== "pass" || !one.as_expected));
  if (!failed.length) return "nothing failed: every verdict of these cases is pass";
  failed.sort((a, b) => a.as_expected - b.as_expected);
  return el(
    "div",
    {},
    failed
      .slice(0, 50)
      .map((one) =>
        el(
          "article",
          {class: "failure"},
          el("h3", {}, el("a", {href: addressOf({case: one.id})}, one.id)),
          el("p", {}, el("span", {class: `verdict ${verdictClass(one)}`}, verdictText(one))),
          one.verdicts.filter((v) => v.outcome !== "pass").map(verdictBlock),
        ),
      ),
    failed.length > 50
      ? el("p", {class: "note"}, `${failed.length - 50} more are in the summary.`)
      : null,
  );
}
