# Set-up shared by the scripts beside this file; sourced, never run. Everything said goes to stderr: stdout
# belongs to the program that a script ends in.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

say() { printf '%s\n' "$*" >&2; }

# Only one script at a time sets up; the others wait for it and then find everything done. Programs started
# meanwhile are given `9>&-`, or one that outlives this process would hold the lock on.
lock_setup() {
  mkdir -p "$root/build" || exit 2
  exec 9>"$root/build/.setup.lock"
  flock -n 9 || { say "waiting for another script that sets up" && flock 9; }
}
unlock_setup() { exec 9>&-; }

# quietly SENTENCE COMMAND…: runs COMMAND with its output hidden, and SENTENCE said when it takes over a
# second. Where it fails its output is shown and the script ends with 2: nothing was run.
quietly() {
  local sentence=$1 log status=0
  shift
  log=$(mktemp)
  # A read that nothing answers: unlike sleep it is gone at once when killed.
  { read -rt 1 <> <(:) || say "$sentence"; } 9>&- &
  local timer=$!
  "$@" >"$log" 2>&1 </dev/null 9>&- || status=$?
  { kill "$timer" && wait "$timer"; } 2>/dev/null || true
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  [ "$status" = 0 ] || exit 2
}

# The packages of the lists named (files beside this one) that are not installed, one a line.
missing_packages() {
  local wanted
  wanted=$(cd "$root/scripts" && sed '/^#/d' "$@")
  # shellcheck disable=SC2086
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
    sed -n 's/^installed //p' | LC_ALL=C sort -u | LC_ALL=C comm -13 - <(LC_ALL=C sort -u <<<"$wanted")
}

# The cache entry that says which packages of other people's queues are missing: where that changes, configure
# has cmake look for them again.
peers() { printf 'PCBENCH_PEERS_MISSING=%s\n' "$(missing_packages packages-peers.txt | paste -sd,)"; }

# Installs what is missing of the package lists named. Exits with 2 where that takes somebody else's rights.
ensure_packages() {
  command -v dpkg-query >/dev/null || return 0 # no Debian: cmake will say what it does not find
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" != 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      say "These Debian packages are missing; ask somebody who may install them (apt-get install …):"
      say "  ${missing[*]}"
      exit 2
    fi
    as_root=(sudo)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qqy -o DPkg::Lock::Timeout=300)
  say "installing with apt-get: ${missing[*]}"
  local install=("${as_root[@]}" install --no-install-recommends "${missing[@]}")
  # Package lists that are there and fresh enough need no update.
  "${install[@]}" >/dev/null 2>&1 </dev/null 9>&- && return 0
  quietly "updating the package lists" "${as_root[@]}" update
  quietly "unpacking (about a minute)" "${install[@]}"
}

# configure PRESET [NAME=VALUE…]: makes build/PRESET ready with these cache entries, where it is not.
configure() {
  local preset=$1 folder=$root/build/$1 options=() option
  shift
  for option; do
    grep -qs "^${option%=*}:[A-Z]*=${option#*=}\$" "$folder/CMakeCache.txt" || options+=("-D$option")
  done
  if [ "${#options[@]}" = 0 ] && [ "$folder/build.ninja" -nt "$root/CMakePresets.json" ]; then return 0; fi
  (cd "$root" && quietly "configuring $preset" cmake --preset "$preset" "${options[@]}")
}

# build PRESET TARGET…
build() {
  local preset=$1
  shift
  quietly "building $preset (minutes the first time)" cmake --build "$root/build/$preset" --target "$@"
}
