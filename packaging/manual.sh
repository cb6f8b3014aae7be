#!/bin/sh
# Writes the manual pages and completions of a program:
#
#   packaging/manual.sh PROGRAM MAN BASH ZSH FISH
#
# Each of the last four is a folder.
set -eu
program=$1
mkdir -p "$2" "$3" "$4" "$5"

"$program" man | gzip -9n >"$2/silhouette.1.gz"
for command in serve doctor backup restore move healthcheck "user create" "user import" \
  "user export" "user list" "import django" "schema check" "schema apply"; do
  # shellcheck disable=SC2086 # two words
  "$program" man $command | gzip -9n >"$2/silhouette-$(echo "$command" | tr ' ' -).1.gz"
done
"$program" completions bash >"$3/silhouette"
"$program" completions zsh >"$4/_silhouette"
"$program" completions fish >"$5/silhouette.fish"
