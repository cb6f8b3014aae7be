#!/bin/sh
# Does by hand what the Dockerfile says, where there is no container engine: lays out the root,
# mounts it read-only with a folder for data, and runs the program in it as its user. It signs
# somebody up, asks for the health, and looks at who owns the data. Needs root, on Linux.
#
#   packaging/container/try.sh target/release/silhouette
set -eu
program=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
if [ "${2:-}" != inside ]; then
  exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$program" inside
fi

work=$(mktemp -d)
"$here/root.sh" "$program" "$work/root"
mkdir "$work/data" && chown 65532:65532 "$work/data" && chmod 700 "$work/data"
mount --bind "$work/root" "$work/root"
mount --bind "$work/data" "$work/root/data"
mount -t proc proc "$work/root/proc"
mount -t tmpfs tmpfs "$work/root/tmp"
# An engine provides these.
mount -t tmpfs tmpfs "$work/root/dev"
touch "$work/root/dev/null"
mount --bind /dev/null "$work/root/dev/null"
mount -o remount,bind,ro "$work/root"
export SILHOUETTE_ADDR="127.0.0.1:${PORT:-3985}" SILHOUETTE_DATABASE=/data/silhouette.db
in_container() {
  chroot --userspec=65532:65532 "$work/root" /silhouette "$@"
}

chroot --userspec=65532:65532 "$work/root" /silhouette serve >"$work/said" 2>"$work/log" &
site=$!
for _ in $(seq 100); do
  grep -q listens "$work/said" && break
  sleep 0.1
done
grep listens "$work/said" || { cat "$work/log" >&2; exit 1; }
in_container healthcheck
in_container user create maya --role admin --link >/dev/null
in_container user list --json
if grep -i "error\|running as root\|cannot" "$work/log" >&2; then exit 1; fi
stat --format '%a %u %n' "$work/data/silhouette.db"
[ "$(stat --format '%a %u' "$work/data/silhouette.db")" = "600 65532" ]
if touch "$work/root/written" 2>/dev/null; then
  echo "the root filesystem is writable" >&2
  exit 1
fi
kill "$site"
wait "$site"
umount --recursive "$work/root"
rm -r "$work"
echo "It ran as it would in a container, and exited cleanly."
