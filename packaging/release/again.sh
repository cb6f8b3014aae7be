#!/bin/sh
# Builds the last commit once more, in another folder, and compares the program with the one that
# is built:
#
#   packaging/release/again.sh target/release/silhouette
#
# Takes as long as a first build.
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet . "$work/silhouette"
make --directory "$work/silhouette" --no-print-directory build >&2
if cmp "$program" "$work/silhouette/target/release/silhouette"; then
  echo "both builds are identical: $(sha256sum <"$program" | cut -d ' ' -f 1)"
else
  echo "$program differs from a build of the last commit; build it again without uncommitted changes" >&2
  exit 1
fi
