#!/bin/sh
# Makes the Debian package of a program that is built:
#
#   packaging/debian/make.sh target/release/silhouette [FOLDER]
#
# It contains the program, its unit, manual pages and completions, and a settings file whose changes
# are kept. Installing it starts the site, on this machine only; upgrading it restarts the site.
# Removing the package keeps the data.
set -eu
program=$(realpath "$1")
target=$(realpath "${2:-target}")
here=$(dirname "$(realpath "$0")")
version=$("$program" --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
umask 022
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
root=$work/package

install -D -m 755 "$program" "$root/usr/bin/silhouette"
install -D -m 644 "$here/../silhouette.service" "$root/lib/systemd/system/silhouette.service"
install -D -m 644 "$here/silhouette.toml" "$root/etc/silhouette/silhouette.toml"
install -D -m 644 "$here/../../LICENSE-MIT" "$root/usr/share/doc/silhouette/LICENSE-MIT"
[ ! -f "$target/LICENSES-OF-CRATES.txt" ] ||
  gzip -9n <"$target/LICENSES-OF-CRATES.txt" >"$root/usr/share/doc/silhouette/LICENSES-OF-CRATES.gz"
install -D -m 644 "$here/copyright" "$root/usr/share/doc/silhouette/copyright"
gzip -9n <"$here/../../CHANGELOG.md" >"$root/usr/share/doc/silhouette/changelog.gz"

"$here/../manual.sh" "$program" "$root/usr/share/man/man1" \
  "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
  "$root/usr/share/fish/vendor_completions.d"

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: silhouette
Version: $version
Architecture: $architecture
Maintainer: The authors of Silhouette <silhouette@example.org>
Depends: libc6 (>= 2.36), libgcc-s1
Section: web
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f 1)
Description: user accounts and user profiles for the web
 One program with a SQLite file, or PostgreSQL: people sign up and get a
 profile, and choose what to share and with whom.
CONTROL
echo /etc/silhouette/silhouette.toml >"$root/DEBIAN/conffiles"
for script in postinst prerm; do
  install -m 755 "$here/$script" "$root/DEBIAN/$script"
done
dpkg-deb --root-owner-group --build "$root" "$target/silhouette_${version}_$architecture.deb"
