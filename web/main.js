// The page: its head, its views in order, and the keys.

const VIEWS = [
  ["summary", "Summary", (cases, document) => summaryView(cases, document.cases)],
  ["failures", "What failed", (cases) => failuresView(cases)],
  ["scaling", "Throughput against workers", scalingView],
  ["heatmap", "Producers x consumers", heatmapView],
  ["latency", "Latency", latencyView],
  ["payload", "Payload", payloadView],
  ["rounds", "Over the run", roundsView],
  ["series", "Inside a round", seriesView],
  ["faults", "Faults", faultsView],
  ["forest", "A against B", forestView],
  ["trend", "Trend", trendView],
  ["environment", "Environment", (_, document) => environmentView(document)],
  ["definitions", "What the numbers mean", definitionsView],
];
const NEEDS_NO_REPORT = new Set(["forest", "trend", "definitions"]);

function headline(document) {
  const {cases, passed, failed, unknown} = document.summary;
  const {cpu, kernel} = document.environment;
  const bad = failed + unknown,
    all = bad === 0 && document.complete;
  const text = bad
    ? `${bad} of ${cases} cases not as expected`
    : `${passed} of ${cases} cases as expected`;
  return el(
    "p",
    {class: "headline"},
    el(
      "span",
      {class: `verdict ${all ? "good" : "bad"}`},
      text + (document.complete ? "" : ", not complete: interrupted, or still running"),
    ),
    ` ${cpu.model ?? "unknown CPU"}, ${cpu.usable_cpus ?? "?"} CPUs, ${kernel ?? ""}; ` +
      `pcbench ${document.tool.version} ${document.tool.git_commit.slice(0, 10)}; ` +
      `${document.started_at}, ${digits3(document.elapsed_s)} s`,
  );
}

function download(one) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(one.document)], {type: "application/json"}));
  el("a", {href: url, download: one.file.split("/").pop()}).click();
  URL.revokeObjectURL(url);
}

function head() {
  const one = REPORTS[state.report],
    document_ = one?.document;
  const chooser =
    REPORTS.length > 1
      ? el(
          "label",
          {},
          "Report ",
          el(
            "select",
            {
              id: "report",
              change: (event) => {
                state.report = Number(event.target.value);
                state.open = "";
                show();
              },
            },
            REPORTS.map((each, i) =>
              el("option", {value: i, selected: i === state.report}, each.document.name || each.file),
            ),
          ),
        )
      : null;
  const filter = el("input", {
    id: "filter",
    type: "search",
    placeholder: "transport:shm* topology:4x4 pill",
    spellcheck: "false",
    value: state.filter,
    input: later(() => {
      state.filter = filter.value;
      views();
    }),
  });
  const themes = el("button", {id: "theme", type: "button", click: nextTheme}, `Theme: ${theme()}`);
  document.getElementById("top").replaceChildren(
    el(
      "div",
      {class: "title"},
      el("h1", {}, document_?.name || "pcbench"),
      themes,
      one ? el("button", {type: "button", click: () => download(one)}, "Report as JSON") : "",
    ),
    document_?.comment ? el("p", {class: "comment"}, document_.comment) : "",
    document_ ? headline(document_) : "",
    el(
      "div",
      {class: "tools"},
      chooser ?? "",
      el("label", {class: "filter"}, "Filter ", filter),
      el("span", {id: "count", role: "status"}),
      el("small", {}, el("kbd", {}, "/"), " filter ", el("kbd", {}, "t"), " theme"),
    ),
    el(
      "nav",
      {"aria-label": "Views"},
      VIEWS.map(([id, title]) =>
        el(
          "a",
          {
            href: `#${id}`,
            click: (event) => {
              event.preventDefault();
              document.getElementById(id).scrollIntoView();
              document.getElementById(id).focus({preventScroll: true});
            },
          },
          title,
        ),
      ),
    ),
  );
}

function later(action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, 150);
  };
}

function nextTheme() {
  setTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
  document.getElementById("theme").textContent = `Theme: ${theme()}`;
  views();
}

/** Draws all views of the chosen report's cases that match the filter. */
function views() {
  writeAddress();
  forgetCharts();
  const document_ = REPORTS[state.report]?.document;
  const cases = document_ ? filtered(document_.cases) : [];
  const sections = VIEWS.map(([id, title, make]) => {
    const body =
      document_ || NEEDS_NO_REPORT.has(id)
        ? make(cases, document_)
        : "there is no report of bench run in this page";
    const empty = typeof body === "string";
    return el(
      "section",
      {id, tabindex: -1, class: empty ? "empty" : null, "aria-label": title},
      el("h2", {}, title),
      empty ? el("p", {class: "note"}, `${body[0].toUpperCase()}${body.slice(1)}.`) : body,
    );
  });
  document
    .getElementById("main")
    .replaceChildren(
      HAS_CHARTS
        ? ""
        : el(
            "p",
            {class: "warning"},
            "This bench was built without uPlot, so each chart is its table. Where npm is, it has charts: " +
              "scripts/page does that.",
          ),
      ...sections,
    );
  document.getElementById("count").textContent = document_
    ? `${cases.length} of ${document_.cases.length} cases`
    : "";
  const row = state.open && document.getElementById(`case-${state.open}`);
  const opened = cases.find((one) => one.id === state.open);
  if (row && opened) toggleCase(opened, row, true);
  return row || null;
}

function show() {
  head();
  views()?.scrollIntoView({block: "start"});
}

document.addEventListener("keydown", (event) => {
  if (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
  )
    return;
  if (event.key === "/") event.preventDefault() || document.getElementById("filter").focus();
  else if (event.key === "t") nextTheme();
});
window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(drawNow));
window.addEventListener("hashchange", () => {
  readAddress();
  show();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", views);
rememberedTheme();
readAddress();
show();
