// A chart and its table. Without uPlot in this build the table stands alone.

const HAS_CHARTS = typeof uPlot === "function";
const COLORS = 7,
  DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];
const SERIES_MAX = 14;
const waiting = new Map(); // element to what draws it once it is seen
let live = []; // uPlots that a change of theme draws again

const colorOf = (index) =>
  getComputedStyle(document.documentElement)
    .getPropertyValue(`--series-${index % COLORS}`)
    .trim();
const cssColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target);
  },
  {rootMargin: "300px"},
);
const resized = new ResizeObserver((entries) => {
  for (const {target, contentRect} of entries)
    for (const one of live)
      if (
        one.box === target &&
        contentRect.width > 0 &&
        one.chart.width !== Math.floor(contentRect.width)
      )
        one.chart.setSize({width: Math.floor(contentRect.width), height: one.chart.height});
});

function drawNow(box) {
  const draw = waiting.get(box);
  if (!draw) return;
  waiting.delete(box);
  seen.unobserve(box);
  draw();
}

function forgetCharts() {
  for (const one of live) one.chart.destroy();
  live = [];
  waiting.clear();
  seen.disconnect();
  resized.disconnect();
}

/** Ticks of a logarithmic axis from LOW to HIGH: 1 2 5 of each decade, or the decades if they are many. */
function logTicks(low, high) {
  const steps = Math.log10(high / low) > 3.5 ? [1] : [1, 2, 5],
    ticks = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); ++decade)
    for (const step of steps) {
      const tick = step * 10 ** decade;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return ticks;
}

function extent(lines, log) {
  const all = lines
    .flatMap((line) => [...line.y, ...(line.low ?? []), ...(line.high ?? [])])
    .filter((value) => value != null && Number.isFinite(value) && (!log || value > 0));
  if (!all.length) return [log ? 1 : 0, 10];
  const low = all.reduce((a, b) => Math.min(a, b)),
    high = all.reduce((a, b) => Math.max(a, b));
  return log ? [low / 1.25, high * 1.25] : [Math.min(0, low), high * 1.08 || 1];
}

function axis(format, ticks, text, scale, wide) {
  const one = {
    stroke: cssColor("--muted"),
    grid: {stroke: cssColor("--line"), width: 1},
    ticks: {show: false},
    font: "12px system-ui, sans-serif",
    labelFont: "12px system-ui, sans-serif",
    label: text,
    labelSize: 20,
    values: (_, splits) => splits.map((value) => (value == null ? "" : format(value))),
    scale,
  };
  if (ticks)
    Object.assign(one, {
      splits: (u) => (typeof ticks === "function" ? ticks(u) : ticks),
      filter: (_, s) => s,
    });
  one.size = wide ? 74 : 28;
  return one;
}

/** Paints what uPlot does not know: the shaded zone, rules, marks and whiskers. SPEC as in chart(). */
function paint(spec) {
  const clip = (u, draw) => {
    const {left, top, width, height} = u.bbox,
      ctx = u.ctx;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    draw(ctx, devicePixelRatio || 1);
    ctx.restore();
  };
  const under = (u) =>
    clip(u, (ctx, px) => {
      const {left, top, width, height} = u.bbox;
      ctx.font = `${11 * px}px system-ui, sans-serif`;
      ctx.textBaseline = "top";
      if (spec.shade) {
        const from = Math.max(left, u.valToPos(spec.shade.from, "x", true));
        ctx.fillStyle = cssColor("--shade");
        ctx.fillRect(from, top, left + width - from, height);
        ctx.fillStyle = cssColor("--muted");
        ctx.textAlign = "right";
        ctx.fillText(spec.shade.text, left + width - 4 * px, top + 4 * px);
      }
      for (const rule of spec.rules ?? []) {
        const at = u.valToPos(rule.x, "x", true);
        ctx.fillStyle = rule.color ? cssColor(rule.color) : cssColor("--muted");
        ctx.fillRect(at, top, px, height);
        ctx.textAlign = at > left + width - 160 * px ? "right" : "left";
        ctx.fillText(rule.text, at + (ctx.textAlign === "left" ? 4 : -4) * px, top + 4 * px);
      }
    });
  const over = (u) =>
    clip(u, (ctx, px) => {
      spec.lines.forEach((line, index) => {
        if (!line.low || !u.series[index + 1].show) return;
        ctx.strokeStyle = colorOf(index);
        ctx.lineWidth = 1.5 * px;
        const shift = (index - (spec.lines.length - 1) / 2) * 3 * px;
        spec.x.forEach((x, i) => {
          if (line.low[i] == null) return;
          const at = u.valToPos(x, "x", true) + shift;
          const low = u.valToPos(line.low[i], "y", true),
            high = u.valToPos(line.high[i], "y", true);
          ctx.beginPath();
          ctx.moveTo(at, low);
          ctx.lineTo(at, high);
          for (const end of [low, high]) {
            ctx.moveTo(at - 3 * px, end);
            ctx.lineTo(at + 3 * px, end);
          }
          ctx.stroke();
        });
      });
    });
  return {drawClear: [under], draw: [over]};
}

function makeChart(box, spec) {
  const [low, high] = spec.yRange ?? extent(spec.lines, spec.yLog);
  const xs = spec.x,
    pad = spec.xLog
      ? (a, b) => [a / 1.25, b * 1.25]
      : (a, b) => [a - (b - a) * 0.03 - 0.1, b + (b - a) * 0.03 + 0.1];
  const [left, right] = spec.xRange ?? pad(xs[0], xs[xs.length - 1]);
  const options = {
    width: Math.max(320, Math.floor(box.clientWidth)),
    height: spec.height ?? 320,
    scales: {
      x: {time: false, ...(spec.xLog ? {distr: 3, log: spec.xLog} : {}), range: () => [left, right]},
      y: {...(spec.yLog ? {distr: 3, log: 10} : {}), range: () => [low, high]},
    },
    axes: [
      axis(spec.xFormat, spec.xTicks, spec.xLabel, "x"),
      axis(spec.yFormat, spec.yLog ? () => logTicks(low, high) : null, spec.yLabel, "y", true),
    ],
    series: [
      {label: spec.xName ?? "x", value: (_, v) => (v == null ? "-" : spec.xFormat(v))},
      ...spec.lines.map((line, index) => ({
        label: line.name,
        stroke: colorOf(index),
        width: line.dots ? 0 : 1.75,
        spanGaps: !spec.gaps,
        dash: DASHES[Math.floor(index / COLORS) % DASHES.length],
        paths: line.dots
          ? () => null
          : spec.stepped || line.stepped
            ? uPlot.paths.stepped({align: 1})
            : undefined,
        points: {show: !spec.stepped && !line.stepped, size: line.dots ? 5 : 6, fill: colorOf(index)},
        value: (_, v) => (v == null ? "-" : spec.yFormat(v)),
      })),
    ],
    cursor: {drag: {x: false, y: false}, ...(spec.sync ? {sync: {key: spec.sync}} : {})},
    hooks: paint(spec),
  };
  const chart = new uPlot(options, [xs, ...spec.lines.map((line) => line.y)], box);
  live.push({box, chart});
  resized.observe(box);
  for (const row of box.querySelectorAll(".u-legend .u-series:not(:first-child) th")) {
    row.tabIndex = 0;
    row.setAttribute("role", "button");
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") event.preventDefault() || row.click();
    });
  }
}

/**
 * A figure: the chart of SPEC, drawn when it is seen, and its table, filled when it is opened.
 * SPEC: caption, x, lines [{name, y, low, high, dots}], xLabel, xFormat, xTicks, xLog (2 or 10), so for y;
 * shade {from, text}, rules [{x, text}], stepped, gaps, sync, height, more (left out, in words), tableX (the
 * part of x that the table has; all).
 */
function chart(spec) {
  const heads = [spec.xLabel, ...spec.lines.map((line) => line.name)];
  const text = (line, i) =>
    line.y[i] == null
      ? "-"
      : spec.yFormat(line.y[i]) +
        (line.low?.[i] != null ? ` [${spec.yFormat(line.low[i])}, ${spec.yFormat(line.high[i])}]` : "");
  const fill = (details) =>
    details.childElementCount > 1 ||
    details.append(
      el(
        "div",
        {class: "wide"},
        table(
          heads,
          spec.x.flatMap((x, i) =>
            spec.tableX && !spec.tableX.includes(x)
              ? []
              : [[spec.xFormat(x), ...spec.lines.map((line) => text(line, i))]],
          ),
        ),
      ),
    );
  const details = el(
    "details",
    {toggle: () => details.open && fill(details)},
    el("summary", {}, "Table"),
  );
  const box = el("div", {
    class: "plot",
    role: "img",
    "aria-label": `${spec.caption}; the table below says the same`,
  });
  if (HAS_CHARTS) {
    waiting.set(box, () => makeChart(box, spec));
    seen.observe(box);
  } else {
    details.open = true;
    fill(details);
  }
  return el(
    "figure",
    {},
    el("figcaption", {}, spec.caption),
    HAS_CHARTS ? box : null,
    spec.more ? el("p", {class: "note"}, spec.more) : null,
    details,
  );
}

const leftOut = (count) =>
  count > SERIES_MAX ? `The first ${SERIES_MAX} of ${count}; the filter above chooses others.` : null;
