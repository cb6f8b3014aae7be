#!/bin/sh
# Puts together what is given out, from a program that is built, a list of what is in it and the
# licences of that:
#
#   packaging/release/make.sh PROGRAM SBOM LICENCES FOLDER
#
# In FOLDER: a tar archive for Linux, the Debian package, the SBOM, and the SHA-256 of each. All
# files have the time of the last commit, so the same commit gives the same archive.
set -eu
program=$(realpath "$1")
sbom=$(realpath "$2")
licences=$(realpath "$3")
mkdir -p "$4"
folder=$(realpath "$4")
cd "$(dirname "$0")/../.."
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
if [ -n "$(git status --porcelain)" ]; then
  echo "there are uncommitted changes; commit or discard them first:" >&2
  git status --short >&2
  exit 1
fi
version=$("$program" --version | cut -d ' ' -f 2)
umask 022
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# Whoever passes the program on passes the licences of everything in it on.
node packaging/release/check.mjs "$sbom" "$licences"

name=silhouette-$version-$(uname -m)-linux
root=$work/$name
mkdir "$root"
install -m 755 "$program" "$root/silhouette"
install -m 644 README.md CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT profile.toml "$root"
install -m 644 "$licences" "$root/LICENSES-OF-CRATES.txt"
install -m 644 "$sbom" "$root/silhouette.cdx.json"
cp -r docs "$root/docs"
rm -r "$root/docs/upstream" "$root/docs/decisions" "$root/docs/walkthroughs"
mkdir "$root/packaging"
cp -r packaging/silhouette.service packaging/proxies packaging/monitoring "$root/packaging"
packaging/manual.sh "$root/silhouette" "$root/man" "$root/completions/bash" \
  "$root/completions/zsh" "$root/completions/fish"
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
  --mode=go+rX,go-w --create --directory "$work" "$name" | gzip -9n >"$folder/$name.tar.gz"

cp "$licences" "$work/LICENSES-OF-CRATES.txt"
packaging/debian/make.sh "$program" "$work"
cp "$work"/silhouette_*.deb "$folder"
cp "$sbom" "$folder/$name.cdx.json"
cd "$folder"
sha256sum "$name.tar.gz" "$name.cdx.json" silhouette_"$version"_*.deb >SHA256SUMS
cat SHA256SUMS
