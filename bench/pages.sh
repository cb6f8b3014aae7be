#!/usr/bin/env bash
# How long a page takes, beside the smallest answer of the same server, so that
# the ratio says something on any machine. One connection, release build.
# usage: make build && bench/pages.sh
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
RUST_LOG=error target/release/silhouette serve --addr 127.0.0.1:0 --database "$folder/bench.db" >"$folder/out" &
server=$!
until url=$(grep -o 'http://.*' "$folder/out"); do sleep 0.1; done
curl -s -o /dev/null -c "$folder/jar" -H "Origin: $url" \
  -d 'username=bench&password=correct+horse+battery' "$url/signup"

# The median of 200 requests on one connection, in microseconds.
median() {
  local requests=()
  for _ in $(seq 200); do requests+=(-o /dev/null "$url$1"); done
  curl -s -b "$folder/jar" -w '%{time_total}\n' "${requests[@]}" |
    sort -n | awk '{ t[NR] = $1 * 1e6 } END { printf "%d", t[int(NR / 2) + 1] }'
}

printf '%-16s %8s %8s\n' page us ratio
base=$(median /healthz)
for path in /healthz / /login /profile /profile/edit /u/bench; do
  us=$(median "$path")
  printf '%-16s %8d %8.1f\n' "$path" "$us" "$(awk "BEGIN { print $us / $base }")"
done
