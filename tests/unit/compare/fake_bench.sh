#!/bin/sh
# fake_bench: stands in for `bench` in tests of `ab`. Lines put before this one tell a copy what to be:
# SLOWDOWN (a factor), MODE (ok, incorrect, incorrect_later, garbage_later, hung_later, no_report, other_case,
# slow) and LOG (where each run says how it was called).
out= filter= rounds=1
arguments="$*"
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift ;;
    --filter) filter=${2#id:}; shift ;;
    --rounds) rounds=$2; shift ;;
  esac
  shift
done
[ -z "$LOG" ] || echo "${#0} ${#arguments} $(env | sort | cksum)" >>"$LOG"
later=
[ -z "$filter" ] || later=yes
case $MODE$later in
  no_report*) echo "cannot run here" >&2; exit 127 ;;
  slowyes) trap 'exit 130' INT; sleep 30 & wait; exit 130 ;;
  garbage_lateryes) echo '{"schema": 3}' >"$out"; exit 0 ;;
esac
case $MODE$later in
  incorrect | incorrectyes | incorrect_lateryes) outcome=fail ok=false end=completed ;;
  hung_lateryes) outcome=fail ok=false end=hung ;;
  *) outcome=pass ok=true end=completed ;;
esac
ids=${filter:-one/a two/b}
[ "$MODE" != other_case ] || ids="one/a three/c"
awk -v ids="$ids" -v slowdown="$SLOWDOWN" -v seed="$$" -v outcome=$outcome -v ok=$ok -v end=$end \
  -v rounds="$rounds" '
function metric(name, unit, better, value,   text, i) {
  text = sprintf("\"%s\": {\"unit\": \"%s\", \"better\": \"%s\", \"samples\": [", name, unit, better)
  for (i = 0; i < rounds; ++i) text = text (i ? ", " : "") sprintf("%.3f", value * (1 + 0.01 * rand()))
  return text "]}"
}
BEGIN {
  srand(seed)
  printf "{\"schema\": \"pcbench/report\", \"schema_version\": \"1.0\", "
  printf "\"tool\": {\"name\": \"pcbench\", \"git_commit\": \"abc\"}, "
  printf "\"environment\": {\"cpu\": {\"model\": \"Some CPU\"}}, \"name\": \"fake\", "
  printf "\"config_hash\": \"12\", \"seed\": 1, "
  printf "\"started_at\": \"2024-01-01T00:00:00Z\", \"complete\": true, \"cases\": ["
  count = split(ids, id, " ")
  for (i = 1; i <= count; ++i) {
    printf "%s{\"id\": \"%s\", \"outcome\": \"%s\", ", (i > 1 ? "," : ""), id[i], outcome
    printf "\"expected\": \"pass\", \"as_expected\": %s, ", ok
    printf "\"verdicts\": [{\"check\": \"delivery\", \"outcome\": \"%s\", ", outcome
    printf "\"reason\": \"3 lost\"}], "
    printf "\"metrics\": {%s, ", metric("throughput_msgs_per_s", "msg/s", "higher", 4000000 / slowdown)
    printf "%s}, ", metric("service_ns_p50", "ns", "lower", 900 * slowdown)
    printf "\"rounds\": [{\"elapsed_ns\": 100000000, \"end\": \"%s\"}]}", end
  }
  printf "]}\n"
}' >"$out"
