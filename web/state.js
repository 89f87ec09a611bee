// What a link to this page can carry: filter, open case, report. It lives in the address after '#'.

/** What the page was made of: each file is an element without its cases, and after it an element for each. */
function readData() {
  const files = [];
  for (const node of document.querySelectorAll("script[type='application/json']")) {
    const one = JSON.parse(node.textContent);
    if (node.className === "file") files.push(one);
    else files.at(-1).document.cases.push(one);
  }
  return files;
}

const DATA = readData();
const REPORTS = DATA.filter((one) => one.document.schema === "pcbench/report");
const COMPARISONS = DATA.filter((one) => Array.isArray(one.document.comparisons));
const TRENDS = DATA.filter((one) => one.document.schema === "pcbench/trend");

const state = {report: 0, filter: "", open: ""};

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  state.filter = words.get("filter") ?? "";
  state.open = words.get("case") ?? "";
  const at = REPORTS.findIndex((one) => one.file === words.get("report"));
  const holds = REPORTS.findIndex((one) => one.document.cases.some((c) => c.id === state.open));
  state.report = Math.max(0, at >= 0 ? at : holds);
}

function addressOf(more) {
  const all = {
    report: REPORTS.length > 1 ? REPORTS[state.report].file : "",
    filter: state.filter,
    case: state.open,
    ...more,
  };
  const words = new URLSearchParams(Object.entries(all).filter(([, value]) => value));
  return "#" + words.toString();
}

/** Keeps the address true without a step in the history for each letter typed. */
const writeAddress = () => history.replaceState(null, "", addressOf({}));

const globs = new Map();

function glob(pattern) {
  if (!globs.has(pattern)) {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    globs.set(pattern, new RegExp(`^${escaped}$`, "i"));
  }
  return globs.get(pattern);
}

/** Whether ONE matches every word: KEY:PATTERN as of `run --filter`, outcome:PATTERN, or part of the id. */
function matches(one, words) {
  return words.every((word) => {
    const [key, ...pattern] = word.split(":");
    if (key === "outcome" && pattern.length) return glob(pattern.join(":")).test(one.outcome);
    if (pattern.length && key in one.params) {
      const value = one.params[key];
      return glob(pattern.join(":")).test(
        typeof value === "object" ? JSON.stringify(value) : String(value),
      );
    }
    return one.id.toLowerCase().includes(word.toLowerCase());
  });
}

function filtered(cases) {
  const words = state.filter.split(/\s+/).filter(Boolean);
  return words.length ? cases.filter((one) => matches(one, words)) : cases;
}

const THEMES = ["auto", "light", "dark"];

function theme() {
  return document.documentElement.dataset.theme ?? "auto";
}

function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem("pcbench-theme", name);
  } catch {
    // a page from a file may not be allowed to remember
  }
}

function rememberedTheme() {
  try {
    const name = localStorage.getItem("pcbench-theme");
    if (THEMES.includes(name)) setTheme(name);
  } catch {
    // as above
  }
}
