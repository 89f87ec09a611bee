// What every number means; a click on the number's name shows it.

const DEFINITIONS = {
  throughput: [
    "msg/s",
    "Messages over the time from the release of the first producer until the last message was " +
      "consumed; creating workers is not in it. One round with fresh workers and a fresh channel is" +
      " one sample; shown is the median over the rounds.",
  ],
  interval: [
    "95 % interval",
    "Covers the true median of the rounds with at least that probability, whatever their " +
      "distribution (order statistics). Missing with fewer than 6 rounds. Rounds of all cases are " +
      "interleaved in a random order, so that a machine that drifts is unfair to nobody.",
  ],
  service: [
    "p50, p99: service time",
    "From the moment its push began until the message was popped. Closed-loop producers push as " +
      "fast as they can, so this is mostly time spent in a full queue; it is not response time. A " +
      "quantile is given only where at least 20 samples lie above it.",
  ],
  cpu: [
    "CPU s / M msg",
    "CPU time, user and system, of all workers together for a million messages: what the " +
      "throughput cost. Waiting by spinning counts, waiting asleep does not.",
  ],
  best: [
    "vs best",
    "The best passing case's median over this one's, within one group of equal work, and in brackets how" +
      " far their two 95 % intervals let it range: that covers the true ratio in at least 90 % of all runs." +
      " ~ means that it holds 1: rank such cases only after more rounds.",
  ],
  verdict: [
    "verdict",
    "pass: judged, nothing found. fail: with the first counter-example. unknown: with the reason " +
      "why it could not be judged. The worst check decides. Delivery, order and integrity are " +
      "judged from the bytes that consumers popped; termination says whether everybody left in time" +
      " and nothing was left inside.",
  ],
  floor: [
    "floor",
    "The null transport moves nothing: its number is the harness's own ceiling. A transport near " +
      "it is measured badly.",
  ],
  waited: [
    "waited",
    "The share of a round that producers spent waiting for a free slot (the channel was full), or" +
      " consumers for a message (it was empty), as an average over the workers of that role.",
  ],
  occupancy: [
    "occupancy",
    "Messages whose push has begun and whose pop has not ended: the most that can have been inside. Counted" +
      " from the history of one round, so it is there with \"verify\": \"history\" only.",
  ],
  oversubscribed: [
    "more workers than CPUs",
    "In the shaded zone workers share CPUs: the scheduler is measured, too.",
  ],
  change: [
    "change",
    "Of the new over the base, Hodges-Lehmann estimate, in the metric's own direction: -10 % of a" +
      " rate is slower, of a duration faster. With its 95 % interval; p is corrected for the number" +
      " of claims (Holm).",
  ],
  trend: [
    "change points",
    "A line marks a session from which on the medians lie on another level, with the change and " +
      "the commit; found by a permutation test over all series together.",
  ],
  fate: [
    "fate",
    "conserved: all delivered once, in order, intact, and everybody left. degraded(n): n messages " +
      "died in the hands of a killed worker. fail-stop: the channel said that it is broken, and " +
      "everybody left. hang(kind): the watchdog ended it. ! : not as the config expects.",
  ],
  quiesce_ns: ["quiesce", "From the last message consumed until the last worker left."],
  start_ns: [
    "start",
    "From the call that created a worker until it reached the gate; the mean over workers.",
  ],
  payload_bytes_per_s: ["B/s", "Throughput times payload: bytes beyond the envelope."],
};
const DEFINED_BY_METRIC = {
  throughput_msgs_per_s: "throughput",
  service_ns_p50: "service",
  service_ns_p90: "service",
  service_ns_p99: "service",
  service_ns_p999: "service",
  cpu_ns_per_msg: "cpu",
};

/** NAME as a button that says what it means. */
function defined(key, text) {
  const entry = DEFINITIONS[DEFINED_BY_METRIC[key] ?? key];
  if (!entry) return text ?? key;
  return el(
    "button",
    {class: "defined", type: "button", title: "what is this?", click: () => explain(entry)},
    text ?? entry[0],
  );
}

function explain([title, text]) {
  const dialog = document.getElementById("definition");
  dialog.replaceChildren(
    el("h2", {id: "definition-title"}, title),
    el("p", {}, text),
    el("button", {type: "button", autofocus: true, click: () => dialog.close()}, "Close"),
  );
  dialog.showModal();
}

function definitionsView() {
  return el(
    "dl",
    {class: "definitions"},
    Object.values(DEFINITIONS).map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]),
  );
}
