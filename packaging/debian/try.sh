#!/bin/sh
# Installs the package into a fresh Debian, in a folder, and has it serve a page there; then
# installs it once more, as an upgrade, and removes it. Needs root, Linux and debootstrap; takes a
# minute, most of which is Debian's.
#
#   packaging/debian/try.sh target/silhouette_0.1.0_amd64.deb
set -eu
package=$(realpath "$1")
if [ "${2:-}" != inside ]; then
  exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$package" inside
fi

work=$(mktemp -d)
debian=$work/debian
debootstrap --variant=minbase bookworm "$debian" >"$work/debootstrap.log" || {
  tail "$work/debootstrap.log" >&2
  exit 1
}
mount -t proc proc "$debian/proc"
cp "$package" "$debian/silhouette.deb"
chroot "$debian" dpkg -i /silhouette.deb
chroot "$debian" useradd --system --home-dir /var/lib/silhouette --create-home silhouette
export SILHOUETTE_ADDR="127.0.0.1:${PORT:-3986}" SILHOUETTE_DATABASE=/var/lib/silhouette/silhouette.db
user=$(chroot "$debian" id -u silhouette)
# As the unit starts it: in the folder of its settings.
chroot --userspec="$user" "$debian" sh -c 'cd /etc/silhouette && exec /usr/bin/silhouette serve' \
  >"$work/said" 2>"$work/log" &
site=$!
for _ in $(seq 100); do
  grep -q listens "$work/said" && break
  sleep 0.1
done
chroot --userspec="$user" "$debian" sh -c 'cd /etc/silhouette && silhouette healthcheck'
chroot --userspec="$user" "$debian" sh -c 'cd /etc/silhouette && silhouette user create maya --link' >/dev/null
kill "$site"
wait "$site"
# What was changed stays.
echo 'name = "Harbour"' >>"$debian/etc/silhouette/silhouette.toml"
chroot "$debian" dpkg -i /silhouette.deb
grep -q Harbour "$debian/etc/silhouette/silhouette.toml"
chroot "$debian" dpkg --remove silhouette
[ -e "$debian/var/lib/silhouette/silhouette.db" ]
[ ! -e "$debian/usr/bin/silhouette" ]
umount "$debian/proc"
rm -r "$work"
echo "The package was installed, served a page, was upgraded and removed, and its data was kept."
