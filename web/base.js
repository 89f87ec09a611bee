// Elements, numbers in words, and what tells cases apart: as in scripts/plots/documents.py.

const SVG = "http://www.w3.org/2000/svg";

/** An element; PROPS that are functions listen, the others are attributes; text is never read as HTML. */
function el(tag, props = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

const digits3 = (value) => String(Number(value.toPrecision(3)));

function scaled(value, steps, rest) {
  for (const [limit, unit] of steps)
    if (Math.abs(value) >= limit * 0.9995) return `${digits3(value / limit)} ${unit}`;
  return `${digits3(value)}${rest}`;
}

const si = (value, unit = "") =>
  value == null
    ? "-"
    : scaled(
        value,
        [
          [1e9, "G" + unit],
          [1e6, "M" + unit],
          [1e3, "k" + unit],
        ],
        unit ? " " + unit : "",
      );
const duration = (ns) =>
  ns == null
    ? "-"
    : scaled(
        ns,
        [
          [1e9, "s"],
          [1e6, "ms"],
          [1e3, "us"],
        ],
        " ns",
      );
const size = (count) =>
  count >= 2 ** 30
    ? `${digits3(count / 2 ** 30)} GiB`
    : count >= 2 ** 20
      ? `${digits3(count / 2 ** 20)} MiB`
      : count >= 1024
        ? `${digits3(count / 1024)} KiB`
        : `${digits3(count)} B`;

function inUnit(value, unit) {
  if (value == null) return "-";
  if (unit === "ns" || unit === "ns/msg") return duration(value) + unit.slice(2);
  return unit === "B/s" ? si(value, unit) : `${si(value)} ${unit}`;
}

const interval = ([low, high], text) => `${text(low)} \u2013 ${text(high)}`;

const faultName = (fault) =>
  `${fault.kind} ${fault.role[0]}${fault.index} ${fault.phase.replaceAll("_", " ")}`;

function valueText(key, value) {
  switch (key) {
    case "payload_bytes":
      return size(value);
    case "faults":
      return value.map(faultName).join(" + ") || "no fault";
    case "load":
      return value.mode + (value.rate_msgs_per_s ? ` ${si(value.rate_msgs_per_s)}/s` : "");
    case "work":
      return (
        ["producer", "consumer"]
          .filter((role) => value[`${role}_ns`])
          .map((role) => `${role} ${duration(value[`${role}_ns`])}`)
          .join(" ") || "no work"
      );
    case "capacity_slots":
      return `${value} slots`;
    case "batch_messages":
      return `batch ${value}`;
    case "messages":
      return `${value} msgs`;
    case "duration_s":
      return `${value} s`;
    case "verify":
    case "integrity":
    case "latency":
    case "pin":
      return `${key} ${JSON.stringify(value)}`;
  }
  return typeof value === "object" && value ? JSON.stringify(value) : String(value);
}

const LABEL_KEYS = [
  "transport",
  "topology",
  "workers",
  "start",
  "stop",
  "wait",
  "payload_bytes",
  "capacity_slots",
  "batch_messages",
  "codec",
  "pin",
  "verify",
  "integrity",
  "latency",
  "load",
  "work",
  "messages",
  "duration_s",
  "transport_options",
  "faults",
];

/** Keys that tell CASES apart; none that only follows from those before it. */
function varying(cases, without = []) {
  const keys = [];
  let parts = cases.map((one) => JSON.stringify(without.map((key) => one.params[key])));
  for (const key of LABEL_KEYS) {
    if (without.includes(key) || cases.every((one) => one.params[key] === cases[0].params[key])) continue;
    const finer = cases.map((one, i) => parts[i] + JSON.stringify(one.params[key]));
    if (new Set(finer).size === new Set(parts).size) continue;
    keys.push(key);
    parts = finer;
  }
  return keys;
}

const label = (one, keys) =>
  keys.map((key) => valueText(key, one.params[key])).join(" \u00b7 ") || one.params.transport;

/** CASES by what tells them apart besides WITHOUT, which the axes show. */
function seriesOf(cases, without) {
  const keys = varying(cases, without),
    found = new Map();
  for (const one of cases) {
    const name = label(one, keys);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(one);
  }
  return found;
}

const RATE = "throughput_msgs_per_s";

function metric(one, name = RATE) {
  const found = one.metrics[name];
  return found && found.median != null ? found : null;
}

const measured = (cases) => cases.filter((one) => metric(one) && one.params.faults.length === 0);
const unique = (values) => [...new Set(values)].sort((a, b) => a - b);

/** Whether a linear axis would hide the small ones. */
function spansFar(values) {
  const positive = values.filter((value) => value > 0);
  return positive.length > 0 && Math.max(...positive) / Math.min(...positive) > 20;
}

/** A table; a row is cells, a cell is text, a node or {text, class}. */
function table(heads, rows, props = {}) {
  const cell = (tag, one) =>
    one instanceof Node || typeof one !== "object" || one === null
      ? el(tag, {}, one ?? "-")
      : el(tag, {class: one.class, title: one.title, style: one.style}, one.text ?? one.node);
  return el(
    "table",
    props,
    heads.length
      ? el(
          "thead",
          {},
          el(
            "tr",
            {},
            heads.map((one) => cell("th", one)),
          ),
        )
      : null,
    el(
      "tbody",
      {},
      rows.map((row) =>
        el(
          "tr",
          {},
          row.map((one) => cell("td", one)),
        ),
      ),
    ),
  );
}
